"""Sums with logarithms are rounded and compared as if every digit were known."""

from __future__ import annotations

import math
from decimal import ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sequela.logic.logarithms import GUARD, Base, LogSum

LN_10 = LogSum.of(Fraction(0), [(Fraction(1), "ln", Fraction(10))])


def near(edge: Fraction, digits: int) -> LogSum:
    """A number that differs from an edge only in a far digit: ln 10, and ln 10 cut there, taken away again."""
    with localcontext() as context:
        context.prec = digits + 10
        cut = Fraction(Decimal(10).ln().quantize(Decimal(10) ** -digits, ROUND_FLOOR))
    return LogSum.of(edge - cut, [(Fraction(1), "ln", Fraction(10))])


@pytest.mark.parametrize("digits", [5, 12, 30, 45, 90, 300])
def test_a_number_a_hair_above_an_edge_is_above_it(digits: int) -> None:
    edge = Fraction(33, 2)
    assert near(edge, digits).compare(edge) == 1
    assert near(edge, digits).rounded(0) == 17
    less = near(edge, digits)
    below = LogSum.of(2 * edge - less.constant, [(-times, base, argument) for times, base, argument in less.logs])
    assert below.compare(edge) == -1
    assert below.rounded(0) == 16


def test_floating_point_alone_would_not_have_told() -> None:
    assert abs(near(Fraction(33, 2), 30).approximate() - 16.5) < GUARD


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (Fraction(33, 2), 0, 17),
        (Fraction(-33, 2), 0, -16),
        (Fraction(23, 2), 0, 12),
        (Fraction(-3165, 1000), 2, Fraction(-316, 100)),
        (Fraction(7), 0, 7),
        (Fraction(-7), 0, -7),
        (Fraction(2995, 1000), 2, 3),
    ],
)
def test_an_exact_half_goes_up(value: Fraction, places: int, expected: Fraction) -> None:
    assert LogSum.of(value).rounded(places) == expected


def test_logarithms_that_are_rational_are_taken_out() -> None:
    half = Fraction(1, 2)
    whole = LogSum.of(half, [(Fraction(3), "log10", Fraction(100)), (Fraction(2), "log10", Fraction(1, 1000))])
    assert whole == LogSum(half)
    assert LogSum.of(half, [(Fraction(5), "ln", Fraction(1))]) == LogSum(half)
    assert LogSum.of(half, [(Fraction(1), "ln", Fraction(3)), (Fraction(-1), "ln", Fraction(3))]) == LogSum(half)
    assert LN_10.logs == ((Fraction(1), "ln", Fraction(10)),)
    assert LogSum.of(half, [(Fraction(1), "log10", Fraction(20))]).logs


def test_a_number_on_its_edge_is_on_it() -> None:
    """ln 4 is twice ln 2: no number of digits tells them apart, and no formula of the shelf subtracts so."""
    zero = LogSum.of(Fraction(0), [(Fraction(1), "ln", Fraction(4)), (Fraction(-2), "ln", Fraction(2))])
    assert zero.compare(Fraction(0)) == 0


BASES: tuple[Base, ...] = ("ln", "log10")
COEFFICIENTS = st.integers(-2_000, 2_000).map(lambda hundredths: Fraction(hundredths, 100))
ARGUMENTS = st.integers(1, 10**7).map(lambda number: Fraction(number, 17_104))


@given(
    COEFFICIENTS,
    st.lists(st.tuples(COEFFICIENTS, st.sampled_from(BASES), ARGUMENTS), max_size=4),
    st.integers(0, 3),
)
def test_rounding_is_to_the_nearest(
    constant: Fraction, logs: list[tuple[Fraction, str, Fraction]], places: int
) -> None:
    number = LogSum.of(constant, logs)  # type: ignore[arg-type]
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(constant.numerator) / constant.denominator
        for times, base, argument in logs:
            value = Decimal(argument.numerator) / argument.denominator
            logarithm = value.ln() if base == "ln" else value.log10()
            exact += Decimal(times.numerator) / times.denominator * logarithm
        scaled = exact * 10**places
        assume(not number.logs or abs(scaled % 1) != Decimal("0.5"))
        expected = (scaled + Decimal("0.5")).to_integral_value(ROUND_FLOOR)
    assert number.rounded(places) == Fraction(int(expected), 10**places)
    assert math.isclose(number.approximate(), float(exact), abs_tol=1e-9)
    edge = Fraction(exact) + Fraction(1, 10**6)
    assert number.compare(edge) == -1
