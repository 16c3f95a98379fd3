"""The kernels count in 64-bit integers exactly as `course.interval` does in fractions, however large the numbers."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from sequela.course.catalogue import catalogue
from sequela.course.interval import Interval
from sequela.engine.building import greatest
from sequela.engine.kernels import numbers as n
from sequela.engine.values import WASH_OUT, WASH_OUT_SCALE, WASH_OUT_STEPS, compare, decayed
from sequela.logic.quantities import Comparator
from tests.laws.courses import examples

HUGE = 2**61
ROOM = 2**62
"""What a program promises of every numerator and denominator that is made."""
CURVE = np.array(WASH_OUT, np.int64)
TRUTHS = {n.FALSE: False, n.TRUE: True, n.UNKNOWN: None}
COMPARATORS: dict[Comparator, int] = {"<": n.LESS, "<=": n.AT_MOST, ">": n.MORE, ">=": n.AT_LEAST, "==": n.EQUAL}


def bounded(most: int, least: int) -> st.SearchStrategy[int]:
    """Integers of every size, and those next to where a shorter way through ends."""
    edges = [sign * (2**power + by) for power in (20, 31, 32, 61) for by in (-1, 0, 1) for sign in (-1, 1)]
    near = st.sampled_from([edge for edge in edges if least <= edge <= most] or [least])
    small = st.integers(max(least, -6), min(most, 6))
    return st.one_of(small, small, near, st.integers(least, most))


def fractions(most: int, least: int | None = None) -> st.SearchStrategy[tuple[int, int]]:
    """Numerators and denominators, often whole numbers."""
    below = st.one_of(st.just(1), st.just(1), bounded(most, 1))
    return st.tuples(bounded(most, -most if least is None else least), below)


@st.composite
def values(draw: st.DrawFn, most: int, least: int | None = None) -> n.Bounds:
    """Values as a node can have them: certain, uncertain, open, unbounded."""
    low, high = draw(fractions(most, least)), draw(fractions(most, least))
    if draw(st.booleans()):
        high = low
    if Fraction(*high) < Fraction(*low):
        low, high = high, low
    flags = 0
    if Fraction(*low) < Fraction(*high):
        flags = draw(st.sampled_from((0, n.LEAST_OPEN, n.GREATEST_OPEN, n.LEAST_OPEN | n.GREATEST_OPEN)))
    unbounded = draw(st.sampled_from((0, 0, 0, n.NO_LEAST, n.NO_GREATEST, n.NO_LEAST | n.NO_GREATEST)))
    if unbounded & n.NO_LEAST:
        low, flags = (0, 1), flags & ~n.LEAST_OPEN
    if unbounded & n.NO_GREATEST:
        high, flags = (0, 1), flags & ~n.GREATEST_OPEN
    return (*low, *high, flags | unbounded)


def interval(value: n.Bounds) -> Interval | None:
    """The interval that five integers mean."""
    ln, ld, hn, hd, flags = value
    if flags & n.MISSING:
        return None
    assert ld > 0 < hd
    return Interval(
        None if flags & n.NO_LEAST else Fraction(ln, ld),
        None if flags & n.NO_GREATEST else Fraction(hn, hd),
        bool(flags & n.LEAST_OPEN),
        bool(flags & n.GREATEST_OPEN),
    )


def whole(value: n.Bounds) -> Interval:
    """The interval of a value that is not missing."""
    found = interval(value)
    assert found is not None
    return found


@given(fractions(HUGE), fractions(HUGE))
@examples(300)
@example((HUGE, HUGE - 1), (HUGE - 1, HUGE - 2))
@example((-HUGE, HUGE - 1), (1 - HUGE, HUGE - 2))
@example((2**31, 3), (-(2**31), 5))
def test_two_fractions_are_in_order(left: tuple[int, int], right: tuple[int, int]) -> None:
    one, other = Fraction(*left), Fraction(*right)
    assert n.order(*left, *right) == (one > other) - (one < other)
    assert n.order(*left, *left) == 0


@given(st.integers(1, HUGE), st.integers(1, HUGE), st.integers(1, 1000), st.integers(-1, 1))
@examples(200)
def test_neighbours_are_told_apart(numerator: int, denominator: int, by: int, off: int) -> None:
    """The same fraction written otherwise, and the next one to it."""
    assume(max(numerator, denominator) * by < ROOM)
    left, right = (numerator, denominator), (numerator * by + off, denominator * by)
    one, other = Fraction(*left), Fraction(*right)
    assert n.order(*left, *right) == (one > other) - (one < other)


@given(values(HUGE), values(HUGE))
@examples(300)
def test_values_compare_as_intervals(a: n.Bounds, b: n.Bounds) -> None:
    one, other = whole(a), whole(b)
    assert TRUTHS[n.below(a, b)] is one.below(other)
    assert bool(n.is_exact(a)) is one.is_exact
    for comparator, number in COMPARATORS.items():
        assert TRUTHS[n.compare(a, number, b)] is compare(one, comparator, other)
        assert (
            n.compare((0, 1, 0, 1, n.MISSING), number, b) == n.UNKNOWN == n.compare(a, number, (0, 1, 0, 1, n.MISSING))
        )


@given(values(2**30), values(2**30))
@examples(300)
def test_sums_and_differences_are_exact(a: n.Bounds, b: n.Bounds) -> None:
    assert interval(n.added(a, b)) == whole(a) + whole(b)
    assert interval(n.added(a, n.negative(b))) == whole(a) - whole(b)
    assert interval(n.negative(a)) == -whole(a)


@given(values(2**30, 0), values(2**30, 0))
@examples(300)
def test_products_and_ratios_are_exact(a: n.Bounds, b: n.Bounds) -> None:
    assert interval(n.times(a, b)) == whole(a) * whole(b)
    assert interval(n.over(a, b)) == whole(a) / whole(b)


@given(values(2**30), values(2**30))
@examples(200)
def test_products_and_ratios_of_what_may_be_negative_are_the_references(a: n.Bounds, b: n.Bounds) -> None:
    """Not a medical case, but a sentence may hold it: both say the same."""
    assert interval(n.times(a, b)) == whole(a) * whole(b)
    low = whole(b).low
    if low is None or low >= 0:
        assert interval(n.over(a, b)) == whole(a) / whole(b)


@given(values(HUGE), values(HUGE))
@examples(300)
def test_extremes_and_hulls_are_exact(a: n.Bounds, b: n.Bounds) -> None:
    assert interval(n.highest(a, b)) == whole(a).highest(whole(b))
    assert interval(n.lowest(a, b)) == whole(a).lowest(whole(b))
    assert interval(n.hull(a, b)) == whole(a).hull(whole(b))


@given(values(2**30), st.integers(1, 2**30))
def test_a_finer_step_is_the_same_value(value: n.Bounds, by: int) -> None:
    found, was = whole(n.scaled(value, by)), whole(value)
    for bound, before in ((found.low, was.low), (found.high, was.high)):
        assert bound == (None if before is None else before * by)


@given(bounded(2**40, -(2**40)), st.integers(0, 60 * WASH_OUT_STEPS))
@examples(300)
@example(1, WASH_OUT_STEPS)
@example(3, WASH_OUT_STEPS)
@example(-5, WASH_OUT_STEPS)
@example(2**40, 41 * WASH_OUT_STEPS)
def test_wash_out_is_the_references_curve(number: int, steps: int) -> None:
    expected = decayed(Interval.exactly(number), steps, Fraction(1)).low
    assert n.faded(number, steps, WASH_OUT_STEPS, CURVE, WASH_OUT_SCALE) == expected


@given(st.integers(0, 2**20), st.integers(0, 20))
def test_halves_are_rounded_to_even(number: int, halvings: int) -> None:
    faded = n.faded(2 * number + 1, WASH_OUT_STEPS, WASH_OUT_STEPS, CURVE, WASH_OUT_SCALE)
    assert faded == round(Fraction(2 * number + 1, 2))
    assert n.faded(number << halvings, halvings * WASH_OUT_STEPS, WASH_OUT_STEPS, CURVE, WASH_OUT_SCALE) == number


def test_no_reading_is_too_large_for_the_curve() -> None:
    assert max(greatest(kind) for kind in catalogue().kinds) < 2**40


BOUNDS: list[tuple[Fraction | None, bool]] = [
    (None, False),
    *product((Fraction(0), Fraction(1), Fraction(3)), (False, True)),
]
SMALL = [
    (low, high, low_open, high_open)
    for (low, low_open), (high, high_open) in product(BOUNDS, BOUNDS)
    if low is None or high is None or low < high or (low == high and not low_open and not high_open)
]


@pytest.mark.parametrize("operation", ["below", "highest", "lowest", "hull", "added", "times", "over"])
def test_every_pair_of_small_intervals(operation: str) -> None:
    """All of them, with every open and missing end: what chance might leave out."""
    rules: dict[str, Callable[[Interval, Interval], object]] = {
        "below": Interval.below,
        "highest": Interval.highest,
        "lowest": Interval.lowest,
        "hull": Interval.hull,
        "added": Interval.__add__,
        "times": Interval.__mul__,
        "over": Interval.__truediv__,
    }
    for left, right in product(SMALL, SMALL):
        found = getattr(n, operation)(bounds(*left), bounds(*right))
        fast = TRUTHS[found] if operation == "below" else interval(found)
        assert fast == rules[operation](Interval(*left), Interval(*right)), (left, right)


def bounds(low: Fraction | None, high: Fraction | None, low_open: bool, high_open: bool) -> n.Bounds:
    flags = n.NO_LEAST * (low is None) | n.NO_GREATEST * (high is None)
    flags |= n.LEAST_OPEN * low_open | n.GREATEST_OPEN * high_open
    return int(low or 0), 1, int(high or 0), 1, flags
