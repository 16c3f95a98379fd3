"""Sets of row numbers as the bits of one whole number: united, cut and counted at once, and kept as bytes."""

from __future__ import annotations

from collections.abc import Collection, Iterator


def as_bits(rows: Collection[int]) -> int:
    """Return a bit for each row."""
    held = bytearray((max(rows, default=-1) >> 3) + 1)
    for number in rows:
        held[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(held, "little")


def as_bytes(bits: int) -> bytes:
    """Return the same as bytes, the lowest rows first."""
    return bits.to_bytes((bits.bit_length() + 7) // 8, "little")


def has(number: int, held: bytes) -> bool:
    """Return whether a row's bit is set."""
    return number >> 3 < len(held) and bool(held[number >> 3] >> (number & 7) & 1)


def numbers(bits: int) -> Iterator[int]:
    """Yield the rows whose bits are set, in order."""
    for at, byte in enumerate(as_bytes(bits)):
        while byte:
            low = byte & -byte
            yield at * 8 + low.bit_length() - 1
            byte ^= low
