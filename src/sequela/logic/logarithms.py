"""Sums of rational numbers and of logarithms of rational numbers: rounded and compared without error.

A number of the form r + c1 log(q1) + c2 log(q2) ... lies exactly on a rational edge only where its logarithms vanish
(Baker's theorem, for the positive sums that the scores are). So a value too near an edge for floating point is worked
out with more and more digits until it is on one side.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Literal

Base = Literal["ln", "log10"]
"""The logarithms of the formulas."""
GUARD = 1e-9
"""How near an edge floating point is no longer believed; its own error is under 1e-12 for sums as large as ours."""
DIGITS = 50
"""Digits of the first exact look; they double as long as the value cannot be told from the edge."""
MOST_DIGITS = 800
"""Digits after which a value is taken to lie on the edge."""
SLACK = 10
"""Digits of each look that are left out of account: far more than the error of a dozen terms."""


@dataclass(frozen=True)
class LogSum:
    """A rational number plus rational multiples of logarithms of positive rational numbers."""

    constant: Fraction
    logs: tuple[tuple[Fraction, Base, Fraction], ...] = ()

    @classmethod
    def of(cls, constant: Fraction, logs: Iterable[tuple[Fraction, Base, Fraction]] = ()) -> LogSum:
        """Return the sum with equal logarithms put together and those that are rational taken out."""
        together: dict[tuple[Base, Fraction], Fraction] = {}
        for times, base, argument in logs:
            power = _power_of_ten(argument) if base == "log10" else (0 if argument == 1 else None)
            if power is not None:
                constant += times * power
            else:
                together[base, argument] = together.get((base, argument), Fraction(0)) + times
        held = ((times, base, argument) for (base, argument), times in together.items() if times)
        return cls(constant, tuple(held))

    def approximate(self) -> float:
        """The value in floating point."""
        return float(self.constant) + math.fsum(
            float(times) * (math.log(argument) if base == "ln" else math.log10(argument))
            for times, base, argument in self.logs
        )

    def compare(self, edge: Fraction) -> int:
        """Return 1 above a rational number, -1 below it, 0 on it."""
        if not self.logs:
            return (self.constant > edge) - (self.constant < edge)
        apart = self.approximate() - float(edge)
        if abs(apart) > GUARD:
            return 1 if apart > 0 else -1
        digits = DIGITS
        while digits <= MOST_DIGITS:
            exact = self._beyond(edge, digits)
            if abs(exact) > Decimal(10) ** (SLACK - digits):
                return 1 if exact > 0 else -1
            digits *= 2
        return 0

    def rounded(self, places: int) -> Fraction:
        """Return the value rounded half up to so many decimals."""
        scale = 10**places
        below = math.floor(self.approximate() * scale)
        edge = Fraction(2 * below + 1, 2 * scale)
        return Fraction(below + (self.compare(edge) >= 0), scale)

    def _beyond(self, edge: Fraction, digits: int) -> Decimal:
        """The value less the edge, to so many digits."""
        with localcontext() as context:
            context.prec = digits
            total = _decimal(self.constant - edge)
            for times, base, argument in self.logs:
                logarithm = _decimal(argument).ln() if base == "ln" else _decimal(argument).log10()
                total += _decimal(times) * logarithm
            return total


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _power_of_ten(value: Fraction) -> int | None:
    """The exponent of a power of ten; None for any other number."""
    digits = str(max(value.numerator, value.denominator))
    if 1 not in (value.numerator, value.denominator) or digits.rstrip("0") != "1":
        return None
    return (len(digits) - 1) * (1 if value.denominator == 1 else -1)
