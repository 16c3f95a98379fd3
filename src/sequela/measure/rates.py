"""Events per time at risk, with exact limits; days are never rounded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sequela.errors import UserError

DAYS_PER_YEAR = 365.25
Limits = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rate:
    """Events in days at risk, told per `per` days, and the limits by each method; null where nobody was at risk."""

    events: int
    days: float
    per: float
    level: float
    intervals: dict[str, Limits | None]

    @property
    def value(self) -> float | None:
        """Events per `per` days; null, not 0, when there was no time at risk."""
        return self.events / self.days * self.per if self.days else None

    def as_json(self) -> dict[str, Any]:
        """The rate with its limits as JSON."""
        return {
            "events": self.events,
            "person_days": self.days,
            "per_days": self.per,
            "rate": self.value,
            "level": self.level,
            "intervals": {method: limits and list(limits) for method, limits in self.intervals.items()},
        }


def rate(events: int, days: float, per: float = 100 * DAYS_PER_YEAR, level: float = 0.95) -> Rate:
    """Return a rate with exact (Garwood), mid-P and Byar limits.

    Parameters
    ----------
    events : how many, a whole number.
    days : time at risk in days, not rounded.
    per : days for which the rate is told (default: 100 person-years).
    level : of the two-sided limits.

    Raises
    ------
    UserError
        When events or days are negative, or there are events without time at risk.
    """
    if events < 0 or not 0 <= days < float("inf"):
        raise UserError("events and days at risk cannot be negative", where="rate", hint="Count both from 0")
    if events and not days:
        raise UserError("events without time at risk", where="rate", hint="The day of an event is at risk too")
    if not 0 < level < 1:
        raise UserError("the level must lie between 0 and 1", where="--level", hint="Write 0.95")
    alpha = 1 - level
    methods = {"exact": _exact, "mid-p": _mid_p, "byar": _byar}
    limits: dict[str, Limits | None] = {}
    for name, method in methods.items():
        if days:
            low, high = method(events, alpha)
            limits[name] = (low / days * per, high / days * per)
        else:
            limits[name] = None
    return Rate(events, days, per, level, limits)


def _exact(events: int, alpha: float) -> Limits:
    from scipy.special import gammaincinv

    low = float(gammaincinv(events, alpha / 2)) if events else 0.0
    return low, float(gammaincinv(events + 1, 1 - alpha / 2))


def _mid_p(events: int, alpha: float) -> Limits:
    from scipy.optimize import brentq
    from scipy.special import gammainc

    def above(mean: float) -> float:
        # The Poisson tails as incomplete gamma functions.
        at_least = float(gammainc(events, mean)) if events else 1.0
        return (float(gammainc(events + 1, mean)) + at_least) / 2

    far = _exact(events, alpha)[1] + 1
    low = brentq(lambda mean: above(mean) - alpha / 2, 0.0, far, xtol=1e-12) if events else 0.0
    return float(low), float(brentq(lambda mean: above(mean) - (1 - alpha / 2), 0.0, far, xtol=1e-12))


def _byar(events: int, alpha: float) -> Limits:
    """Byar's approximation with half an event added, as R's epitools has it; below 0 there is no rate."""
    from scipy.special import ndtri

    count, z = events + 0.5, float(ndtri(1 - alpha / 2))
    low, high = (count * (1 - 1 / (9 * count) + sign * z / (3 * count**0.5)) ** 3 for sign in (-1, 1))
    return max(low, 0.0), high
