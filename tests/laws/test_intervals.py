"""Laws of uncertain values: whatever two values in them do, the intervals allow."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from sequela.course.interval import Interval

BOUNDS = (None, Fraction(0), Fraction(1), Fraction(3))
INTERVALS = [
    Interval(low, high, low_open, high_open)
    for low, high, low_open, high_open in product(BOUNDS, BOUNDS, (False, True), (False, True))
    if (low is None or high is None or low < high or (low == high and not low_open and not high_open))
    and not (low is None and low_open)
    and not (high is None and high_open)
]
POINTS = [Fraction(n, 4) for n in range(-8, 25)]
PLAIN = [interval for interval in INTERVALS if interval.low is not None]
"""Intervals of values that are not negative: what is multiplied and divided."""


def holds(interval: Interval, value: Fraction) -> bool:
    above = interval.low is None or value > interval.low or (value == interval.low and not interval.low_open)
    under = interval.high is None or value < interval.high or (value == interval.high and not interval.high_open)
    return above and under


def inside(interval: Interval) -> list[Fraction]:
    return [point for point in POINTS if holds(interval, point)]


@pytest.mark.parametrize("left", INTERVALS)
def test_sums_and_extremes_hold_every_value(left: Interval) -> None:
    for right in INTERVALS:
        for a, b in product(inside(left), inside(right)):
            assert holds(left + right, a + b)
            assert holds(left - right, a - b)
            assert holds(left.highest(right), max(a, b))
            assert holds(left.lowest(right), min(a, b))
            assert holds(left.hull(right), a)
            assert holds(left.hull(right), b)


def test_nothing_of_something_open_is_still_nothing() -> None:
    zero, open_one = Interval.exactly(0), Interval(Fraction(1), Fraction(3), True, True)
    assert zero * open_one == zero
    assert zero / open_one == zero


@pytest.mark.parametrize("left", PLAIN)
def test_products_and_ratios_hold_every_value(left: Interval) -> None:
    for right in PLAIN:
        ratio = left / right
        for a, b in product(inside(left), inside(right)):
            assert holds(left * right, a * b)
            if b:
                assert ratio is not None
                assert holds(ratio, a / b)


@pytest.mark.parametrize("left", INTERVALS)
def test_a_comparison_is_decided_only_where_every_pair_agrees(left: Interval) -> None:
    for right in INTERVALS:
        pairs = {(a < b, a == b) for a, b in product(inside(left), inside(right))}
        if left.below(right) is not None:
            assert {less for less, _ in pairs} <= {left.below(right)}
        if left.equal(right) is not None:
            assert {same for _, same in pairs} <= {left.equal(right)}


@pytest.mark.parametrize("value", [Fraction(0), Fraction(1), Fraction(3)])
def test_exact_values_are_always_decided(value: Fraction) -> None:
    for other in (Fraction(0), Fraction(1), Fraction(3)):
        left, right = Interval.exactly(value), Interval.exactly(other)
        assert left.below(right) is (value < other)
        assert left.equal(right) is (value == other)
        assert left.highest(right) == Interval.exactly(max(value, other))
        assert left.lowest(right) == Interval.exactly(min(value, other))
        assert left - right == Interval.exactly(value - other)


def test_a_bound_is_as_tight_as_its_parts() -> None:
    open_five, from_five = Interval(Fraction(5), None, True), Interval(Fraction(5), None)
    assert open_five.highest(from_five) == Interval(Fraction(5), None, True)
    assert Interval(Fraction(0), Fraction(5), False, True).below(Interval.exactly(5)) is True
    assert Interval.exactly(4).below(Interval(Fraction(4), Fraction(9), True)) is True
    assert Interval.exactly(1) / Interval.exactly(0) is None


def test_a_certain_reading_narrows_an_uncertain_peak() -> None:
    """The peak of "5 to 10" and 7 is between 7 and 10: the reference must not forget the 7."""
    uncertain, certain = Interval(Fraction(5), Fraction(10)), Interval.exactly(7)
    assert uncertain.highest(certain) == Interval(Fraction(7), Fraction(10))
    assert uncertain.lowest(certain) == Interval(Fraction(5), Fraction(7))
