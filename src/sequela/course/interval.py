"""Exact intervals: what a value with a comparator, a missing part of a score or an unknown sex leaves open.

A comparison of intervals is true or false only when every value in them agrees; otherwise it is unknown.
Bounds are exact fractions, so that an INR pair exactly 0.3 apart is exactly 0.3 apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Interval:
    """The values from `low` to `high`; None is unbounded; an open end is not itself a member."""

    low: Fraction | None
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False

    def __post_init__(self) -> None:
        # An end that is not there is not open either, so that equal intervals are equal.
        if self.low is None and self.low_open:
            object.__setattr__(self, "low_open", False)
        if self.high is None and self.high_open:
            object.__setattr__(self, "high_open", False)

    @classmethod
    def exactly(cls, value: Fraction | int) -> Interval:
        """The interval that holds one value."""
        exact = Fraction(value)
        return cls(exact, exact)

    @property
    def is_exact(self) -> bool:
        """Whether there is one value and no doubt."""
        return self.low is not None and (self.low is self.high or self.low == self.high)

    def below(self, other: Interval) -> bool | None:
        """Whether every value here is less than every value there: True, False, or None when it depends."""
        if self.low is not None and self.low is self.high and other.low is not None and other.low is other.high:
            return self.low < other.low
        if self.high is not None and other.low is not None:
            touching = self.high == other.low and (self.high_open or other.low_open)
            if self.high < other.low or touching:
                return True
        if self.low is not None and other.high is not None and self.low >= other.high:
            return False
        return None

    def equal(self, other: Interval) -> bool | None:
        """Whether both are the same value: None when it depends."""
        if self.is_exact and other.is_exact:
            return self.low == other.low
        if self.below(other) is True or other.below(self) is True:
            return False
        return None

    def __add__(self, other: Interval) -> Interval:
        return Interval(
            None if self.low is None or other.low is None else self.low + other.low,
            None if self.high is None or other.high is None else self.high + other.high,
            self.low_open or other.low_open,
            self.high_open or other.high_open,
        )

    def __neg__(self) -> Interval:
        return Interval(
            None if self.high is None else -self.high,
            None if self.low is None else -self.low,
            self.high_open,
            self.low_open,
        )

    def __sub__(self, other: Interval) -> Interval:
        return self + (-other)

    def __mul__(self, other: Interval) -> Interval:
        """The product, for intervals of values that are not negative (all our multiplied kinds)."""
        return Interval(
            Fraction(0) if self.low is None or other.low is None else self.low * other.low,
            None if self.high is None or other.high is None else self.high * other.high,
            # Zero times anything is zero: where zero is reached, an open end of the other does not matter.
            (self.low_open or other.low_open) and not (self._begins_at_zero or other._begins_at_zero),
            (self.high_open or other.high_open) and not (self._is_zero or other._is_zero),
        )

    @property
    def _begins_at_zero(self) -> bool:
        return self.low == 0 and not self.low_open

    @property
    def _is_zero(self) -> bool:
        return self.low == self.high == 0

    def __truediv__(self, other: Interval) -> Interval | None:
        """The ratio, for values that are not negative; None where the divisor may only be zero."""
        if other.high == 0:
            return None
        low = Fraction(0) if self.low is None or other.high is None else self.low / other.high
        if self._is_zero:
            return Interval.exactly(0)
        low_open = (self.low_open or other.high_open) and not self._begins_at_zero
        if self.high is None or other.low is None or other.low == 0:
            return Interval(low, None, low_open, False)
        return Interval(low, self.high / other.low, low_open, self.high_open or other.low_open)

    def hull(self, other: Interval) -> Interval:
        """The smallest interval that holds both."""
        low = None if self.low is None or other.low is None else min(self.low, other.low)
        high = None if self.high is None or other.high is None else max(self.high, other.high)
        low_open = not ((self.low == low and not self.low_open) or (other.low == low and not other.low_open))
        high_open = not ((self.high == high and not self.high_open) or (other.high == high and not other.high_open))
        return Interval(low, high, low is not None and low_open, high is not None and high_open)

    def highest(self, other: Interval) -> Interval:
        """The greater of two uncertain values."""
        lows = [bound for bound in ((self.low, self.low_open), (other.low, other.low_open)) if bound[0] is not None]
        low, low_open = max(lows, key=lambda bound: (bound[0], bound[1]), default=(None, False))
        if self.high is None or other.high is None:
            return Interval(low, None, low_open, False)
        high, closed = max((self.high, not self.high_open), (other.high, not other.high_open))
        return Interval(low, high, low_open, not closed)

    def lowest(self, other: Interval) -> Interval:
        """The lesser of two uncertain values."""
        return -((-self).highest(-other))
