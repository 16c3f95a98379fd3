"""A proportion and its limits by every method that is asked for, none of them a normal approximation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sequela.errors import UserError

METHODS = {
    "clopper-pearson": "exact; covers at least as often as it says: for statements of safety",
    "mid-p": "exact, without the excess of coverage: to show, and to compare",
    "wilson": "score; close to its level in the mean, simple: to show",
    "wilson-corrected": "score with continuity correction: between the two before",
    "jeffreys": "Bayesian, with Jeffreys' prior: to show",
}
"""The methods, each with what it is for (Newcombe 1998; Brown, Cai and DasGupta 2001)."""
Limits = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Proportion:
    """Events among a total, and the limits by each method of METHODS.

    `upper` and `lower` are the one-sided exact bounds at the same level: the ones to quote when nothing happened, or
    when it happened always.
    """

    events: int
    total: int
    level: float
    intervals: dict[str, Limits]
    lower: float
    upper: float

    @property
    def value(self) -> float:
        """The events of the total."""
        return self.events / self.total

    def as_json(self) -> dict[str, Any]:
        """The proportion as `sequela proportion --json` prints it."""
        return {
            "events": self.events,
            "total": self.total,
            "proportion": self.value,
            "level": self.level,
            "intervals": {method: list(limits) for method, limits in self.intervals.items()},
            "one_sided": {"lower": self.lower, "upper": self.upper},
        }


@lru_cache(maxsize=4096)
def proportion(events: int, total: int, level: float = 0.95) -> Proportion:
    """Return a proportion with its limits by every method.

    Raises
    ------
    UserError
        When the counts cannot be a proportion, or the level is not between 0 and 1.
    """
    checked(events, total, level)
    alpha = 1 - level
    methods: dict[str, Callable[[int, int, float], Limits]] = {
        "clopper-pearson": _clopper_pearson,
        "mid-p": _mid_p,
        "wilson": _wilson,
        "wilson-corrected": _wilson_corrected,
        "jeffreys": _jeffreys,
    }
    lower, upper = _clopper_pearson(events, total, 2 * alpha) if alpha < 0.5 else (0.0, 1.0)
    return Proportion(
        events, total, level, {name: method(events, total, alpha) for name, method in methods.items()}, lower, upper
    )


def checked(events: float, total: float, level: float) -> None:
    """Refuse what is no proportion."""
    if total < 1:
        raise UserError("a proportion needs a total of at least 1", where="proportion", hint="Nobody at risk is null")
    if not 0 <= events <= total:
        raise UserError("events must lie between 0 and the total", where="proportion", hint="Give EVENTS before TOTAL")
    if not 0 < level < 1:
        raise UserError("the level must lie between 0 and 1", where="--level", hint="Write 0.95")


def exact(events: float, total: float, level: float = 0.95) -> Limits:
    """The Clopper-Pearson limits; effective numbers that are not whole are taken as they are (Korn and Graubard)."""
    return _clopper_pearson(events, total, 1 - level)


def _clopper_pearson(events: float, total: float, alpha: float) -> Limits:
    from scipy.special import betaincinv

    low = float(betaincinv(events, total - events + 1, alpha / 2)) if events > 0 else 0.0
    high = float(betaincinv(events + 1, total - events, 1 - alpha / 2)) if events < total else 1.0
    return low, high


def _mid_p(events: int, total: int, alpha: float) -> Limits:
    """Where the tail, with half of the probability of what was seen, is alpha/2."""
    from scipy.optimize import brentq
    from scipy.special import betainc

    def above(p: float) -> float:
        # The binomial tails as incomplete beta functions: a hundred times faster than as distributions.
        more = float(betainc(events + 1, total - events, p)) if events < total else 0.0
        at_least = float(betainc(events, total - events + 1, p)) if events else 1.0
        return (more + at_least) / 2

    low = 0.0 if events == 0 else brentq(lambda p: above(p) - alpha / 2, 0.0, 1.0, xtol=1e-14, rtol=1e-13)
    high = 1.0 if events == total else brentq(lambda p: above(p) - (1 - alpha / 2), 0.0, 1.0, xtol=1e-14, rtol=1e-13)
    return float(low), float(high)


def _wilson(events: int, total: int, alpha: float) -> Limits:
    return _scipy(events, total, alpha, "wilson")


def _wilson_corrected(events: int, total: int, alpha: float) -> Limits:
    return _scipy(events, total, alpha, "wilsoncc")


def _scipy(events: int, total: int, alpha: float, method: str) -> Limits:
    from scipy.stats import binomtest

    limits = binomtest(events, total).proportion_ci(1 - alpha, method)
    # SciPy's own rounding may leave 1e-17 where the limit is 0.
    return (0.0 if events == 0 else float(limits.low), 1.0 if events == total else float(limits.high))


def _jeffreys(events: int, total: int, alpha: float) -> Limits:
    """The posterior's quantiles, but 0 where nothing and 1 where everything happened (Brown, Cai and DasGupta)."""
    from scipy.special import betaincinv

    low = 0.0 if events == 0 else float(betaincinv(events + 0.5, total - events + 0.5, alpha / 2))
    high = 1.0 if events == total else float(betaincinv(events + 0.5, total - events + 0.5, 1 - alpha / 2))
    return low, high
