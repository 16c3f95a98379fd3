"""Sets of row numbers as the bits of one whole number: united, cut and counted at once, and kept as bytes."""

from __future__ import annotations

from collections.abc import Iterable


def as_bits(rows: Iterable[int], most: int) -> int:
    """Return a bit for each row; none is greater than `most`."""
    flags = bytearray(b"0") * (most + 1)
    for row in rows:
        flags[row] = _SET
    flags.reverse()
    return int(flags, 2)


_SET = ord("1")


def as_bytes(bits: int) -> bytes:
    """Return the same as bytes, the lowest rows first."""
    return bits.to_bytes((bits.bit_length() + 7) // 8, "little")


def has(number: int, held: bytes) -> bool:
    """Return whether a row's bit is set."""
    return number >> 3 < len(held) and bool(held[number >> 3] >> (number & 7) & 1)
