"""Exact arithmetic on intervals of fractions, as `course.interval` defines it, in 64-bit integers.

A value is five integers: numerator and denominator of its least and of its greatest, and flags. Its node holds the
step in which it counts, so most denominators are 1. Products that could leave 63 bits are refused when a program is
made; comparisons multiply to 128 bits.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.int64]
Bounds: TypeAlias = tuple[int, int, int, int, int]
"""least numerator, least denominator, greatest numerator, greatest denominator, flags."""

Function = TypeVar("Function", bound=Callable[..., Any])
COMPILED = "*.nb[ci]"
"""What numba keeps beside the sources."""


def _throw_away_stale() -> None:
    """Remove what was compiled from older sources: numba does not see that a kernel which another one calls changed."""
    folder = Path(__file__).parent
    changed = max(source.stat().st_mtime for source in folder.glob("*.py"))
    compiled = list((folder / "__pycache__").glob(COMPILED))
    if any(kept.stat().st_mtime < changed for kept in compiled):
        for kept in compiled:
            kept.unlink(missing_ok=True)


# Before numba looks: what is stale would answer wrongly, and say nothing.
_throw_away_stale()
# Nothing is allocated in a kernel, so numba need not count references: that would cost more than the work itself.
_OPTIONS: Any = {"cache": True, "nogil": True, "_nrt": False}


def kernel(function: Function) -> Function:
    """Return the function compiled, and kept on disk."""
    return cast(Function, njit(**_OPTIONS)(function))


def inlined(function: Function) -> Function:
    """Return the function as part of its one caller: for what takes many arrays."""
    return cast(Function, njit(inline="always", **_OPTIONS)(function))


MISSING, NO_LEAST, NO_GREATEST, LEAST_OPEN, GREATEST_OPEN = 1, 2, 4, 8, 16
"""Flags of a value: there is none; it is unbounded below, above; its least, its greatest is not itself a member."""
FALSE, TRUE, UNKNOWN = 0, 1, 2
"""The three truths."""
LESS, AT_MOST, MORE, AT_LEAST, EQUAL = 0, 1, 2, 3, 4
"""The comparators."""
_WILL_DO = sum(bits << 4 * place for place, bits in enumerate((0b001, 0b011, 0b100, 0b110, 0b010)))
"""Of each comparator what will do, from the lowest bit: less, equal, more."""
_SMALL = 1 << 31
_HALF = np.uint64(32)
_LOW_HALF = np.uint64(0xFFFFFFFF)


@kernel
def _product(first: int, second: int) -> tuple[np.uint64, np.uint64]:
    """The 128 bits of a product of two integers that are not negative, as (high, low)."""
    a, b = np.uint64(first), np.uint64(second)
    a_low, a_high = a & _LOW_HALF, a >> _HALF
    b_low, b_high = b & _LOW_HALF, b >> _HALF
    low = a_low * b_low
    middle = a_high * b_low + (low >> _HALF)
    carried = a_low * b_high + (middle & _LOW_HALF)
    return a_high * b_high + (middle >> _HALF) + (carried >> _HALF), (carried << _HALF) | (low & _LOW_HALF)


@kernel
def order(n: int, d: int, m: int, e: int) -> int:
    """-1, 0 or 1 as n/d is less than, equal to or greater than m/e; denominators are positive."""
    if d == e:
        return int(n > m) - int(n < m)
    if -_SMALL < n < _SMALL and -_SMALL < m < _SMALL and d < _SMALL and e < _SMALL:
        left, right = n * e, m * d
        return int(left > right) - int(left < right)
    if n < 0 or m < 0:
        if n >= 0:
            return 1
        if m >= 0:
            return -1
        n, d, m, e = -m, e, -n, d
    high, low = _product(n, e)
    other_high, other_low = _product(m, d)
    if high != other_high:
        return 1 if high > other_high else -1
    return int(low > other_low) - int(low < other_low)


@kernel
def is_exact(value: Bounds) -> bool:
    """Whether there is one value and no doubt."""
    ln, ld, hn, hd, flags = value
    return flags & (MISSING | NO_LEAST | NO_GREATEST) == 0 and order(ln, ld, hn, hd) == 0


@kernel
def below(a: Bounds, b: Bounds) -> int:
    """Whether every value of one is less than every value of the other: TRUE, FALSE, or UNKNOWN when it depends."""
    a_ln, a_ld, a_hn, a_hd, a_flags = a
    b_ln, b_ld, b_hn, b_hd, b_flags = b
    if a_flags == 0 and b_flags == 0 and a_ld == 1 and a_hd == 1 and b_ld == 1 and b_hd == 1:
        if a_hn < b_ln:
            return TRUE
        return FALSE if a_ln >= b_hn else UNKNOWN
    if not a_flags & NO_GREATEST and not b_flags & NO_LEAST:
        by = order(a_hn, a_hd, b_ln, b_ld)
        if by < 0 or (by == 0 and (a_flags & GREATEST_OPEN or b_flags & LEAST_OPEN)):
            return TRUE
    if not a_flags & NO_LEAST and not b_flags & NO_GREATEST and order(a_ln, a_ld, b_hn, b_hd) >= 0:
        return FALSE
    return UNKNOWN


@kernel
def compare(a: Bounds, comparator: int, b: Bounds) -> int:
    """Whether one value compares so with another; UNKNOWN when either is missing or it depends."""
    if (a[4] | b[4]) & MISSING:
        return UNKNOWN
    if comparator == LESS:
        return below(a, b)
    if comparator == MORE:
        return below(b, a)
    if comparator == AT_MOST:
        return opposite(below(b, a))
    if comparator == AT_LEAST:
        return opposite(below(a, b))
    if is_exact(a) and is_exact(b):
        return TRUE if order(a[0], a[1], b[0], b[1]) == 0 else FALSE
    return FALSE if below(a, b) == TRUE or below(b, a) == TRUE else UNKNOWN


@kernel
def compare_exact(n: int, comparator: int, m: int) -> int:
    """Whether one number compares so with another: a bit for less, for equal, for more says whether that will do."""
    return (_WILL_DO >> (4 * comparator + int(n > m) + int(n >= m))) & 1


@kernel
def opposite(truth: int) -> int:
    """The opposite truth; UNKNOWN stays so."""
    return truth if truth == UNKNOWN else 1 - truth


@kernel
def scaled(value: Bounds, by: int) -> Bounds:
    """The value in steps `by` times as fine."""
    return value[0] * by, value[1], value[2] * by, value[3], value[4]


@kernel
def exactly(number: int) -> Bounds:
    """The value that is this number and no other."""
    return number, 1, number, 1, 0


@kernel
def missing() -> Bounds:
    """No value."""
    return 0, 1, 0, 1, MISSING


@kernel
def _total(n: int, d: int, m: int, e: int) -> tuple[int, int]:
    return (n + m, d) if d == e else (n * e + m * d, d * e)


@kernel
def added(a: Bounds, b: Bounds) -> Bounds:
    """The sum."""
    flags = (a[4] | b[4]) & (LEAST_OPEN | GREATEST_OPEN | NO_LEAST | NO_GREATEST | MISSING)
    ln, ld = _total(a[0], a[1], b[0], b[1])
    hn, hd = _total(a[2], a[3], b[2], b[3])
    return _tidied(ln, ld, hn, hd, flags)


@kernel
def negative(value: Bounds) -> Bounds:
    """The value below zero that it is above."""
    ln, ld, hn, hd, flags = value
    turned = flags & MISSING
    if flags & NO_LEAST:
        turned |= NO_GREATEST
    if flags & NO_GREATEST:
        turned |= NO_LEAST
    if flags & LEAST_OPEN:
        turned |= GREATEST_OPEN
    if flags & GREATEST_OPEN:
        turned |= LEAST_OPEN
    return -hn, hd, -ln, ld, turned


@kernel
def _tidied(ln: int, ld: int, hn: int, hd: int, flags: int) -> Bounds:
    """A value with closed zeros for ends that it does not have: equal values are then equal integers."""
    if flags & NO_LEAST:
        ln, ld, flags = 0, 1, flags & ~LEAST_OPEN
    if flags & NO_GREATEST:
        hn, hd, flags = 0, 1, flags & ~GREATEST_OPEN
    return ln, ld, hn, hd, flags


@kernel
def _begins_at_zero(value: Bounds) -> bool:
    return value[0] == 0 and not value[4] & (NO_LEAST | LEAST_OPEN)


@kernel
def _is_zero(value: Bounds) -> bool:
    return value[0] == 0 and value[2] == 0 and not value[4] & (NO_LEAST | NO_GREATEST)


@kernel
def times(a: Bounds, b: Bounds) -> Bounds:
    """The product of values that are not negative."""
    either = a[4] | b[4]
    flags = either & NO_GREATEST
    ln, ld = a[0] * b[0], a[1] * b[1]
    if either & NO_LEAST:
        ln, ld = 0, 1
    if either & LEAST_OPEN and not (_begins_at_zero(a) or _begins_at_zero(b)):
        flags |= LEAST_OPEN
    if either & GREATEST_OPEN and not (_is_zero(a) or _is_zero(b)):
        flags |= GREATEST_OPEN
    return _tidied(ln, ld, a[2] * b[2], a[3] * b[3], flags)


@kernel
def _upright(n: int, d: int) -> tuple[int, int]:
    return (-n, -d) if d < 0 else (n, d)


@kernel
def over(a: Bounds, b: Bounds) -> Bounds:
    """The ratio of values that are not negative; missing where the divisor may only be zero."""
    if not b[4] & NO_GREATEST and b[2] == 0:
        return missing()
    if _is_zero(a):
        return exactly(0)
    ln, ld = 0, 1
    if not a[4] & NO_LEAST and not b[4] & NO_GREATEST:
        ln, ld = _upright(a[0] * b[3], a[1] * b[2])
    flags = 0
    if (a[4] & LEAST_OPEN or b[4] & GREATEST_OPEN) and not _begins_at_zero(a):
        flags |= LEAST_OPEN
    if a[4] & NO_GREATEST or b[4] & NO_LEAST or b[0] == 0:
        return ln, ld, 0, 1, flags | NO_GREATEST
    if a[4] & GREATEST_OPEN or b[4] & LEAST_OPEN:
        flags |= GREATEST_OPEN
    hn, hd = _upright(a[2] * b[1], a[3] * b[0])
    return ln, ld, hn, hd, flags


@kernel
def highest(a: Bounds, b: Bounds) -> Bounds:
    """The greater of two uncertain values."""
    flags = 0
    if a[4] & NO_LEAST and b[4] & NO_LEAST:
        ln, ld, flags = 0, 1, NO_LEAST
    else:
        first = bool(b[4] & NO_LEAST)
        if not first and not a[4] & NO_LEAST:
            by = order(a[0], a[1], b[0], b[1])
            first = by > 0 or (by == 0 and bool(a[4] & LEAST_OPEN))
        ln, ld = (a[0], a[1]) if first else (b[0], b[1])
        flags |= (a[4] if first else b[4]) & LEAST_OPEN
    if (a[4] | b[4]) & NO_GREATEST:
        return ln, ld, 0, 1, flags | NO_GREATEST
    by = order(a[2], a[3], b[2], b[3])
    first = by > 0 or (by == 0 and not a[4] & GREATEST_OPEN)
    hn, hd = (a[2], a[3]) if first else (b[2], b[3])
    return ln, ld, hn, hd, flags | ((a[4] if first else b[4]) & GREATEST_OPEN)


@kernel
def lowest(a: Bounds, b: Bounds) -> Bounds:
    """The lesser of two uncertain values."""
    return negative(highest(negative(a), negative(b)))


@kernel
def hull(a: Bounds, b: Bounds) -> Bounds:
    """The smallest interval that holds both."""
    flags = (a[4] | b[4]) & (NO_LEAST | NO_GREATEST)
    by = order(a[0], a[1], b[0], b[1])
    ln, ld = (a[0], a[1]) if by <= 0 else (b[0], b[1])
    closed = (by <= 0 and not a[4] & LEAST_OPEN) or (by >= 0 and not b[4] & LEAST_OPEN)
    if not flags & NO_LEAST and not closed:
        flags |= LEAST_OPEN
    by = order(a[2], a[3], b[2], b[3])
    hn, hd = (a[2], a[3]) if by >= 0 else (b[2], b[3])
    closed = (by >= 0 and not a[4] & GREATEST_OPEN) or (by <= 0 and not b[4] & GREATEST_OPEN)
    if not flags & NO_GREATEST and not closed:
        flags |= GREATEST_OPEN
    return _tidied(ln, ld, hn, hd, flags)


@kernel
def faded(number: int, steps: int, per_half_life: int, curve: Array, scale: int) -> int:
    """The integer after so many steps of a half-life, rounded half to even; `curve` holds one half-life in 2**scale."""
    if number < 0:
        return -faded(-number, steps, per_half_life, curve, scale)
    factor, halvings = curve[steps % per_half_life], steps // per_half_life
    # number * factor in two limbs of 20 bits and the rest, so that nothing overflows.
    low = number * (factor & 0xFFFFF)
    high = number * (factor >> 20) + (low >> 20)
    low &= 0xFFFFF
    shift = scale - 20 + halvings
    if shift > 61:
        return 0
    whole, rest, half = high >> shift, high & ((1 << shift) - 1), 1 << (shift - 1)
    if rest > half or (rest == half and (low > 0 or whole & 1)):
        return whole + 1
    return whole
