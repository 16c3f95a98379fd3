"""Cumulative incidence where another end comes first for some: Aalen-Johansen, and Gray's test between groups.

Times are days (or any unit) and may be tied; an event at time 0 counts. Whoever is censored at a time is still at risk
at it; whoever enters at a time is at risk after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from sequela.errors import UserError

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]
CENSORED = 0


@dataclass(frozen=True, slots=True)
class CumulativeIncidence:
    """A step function of one cause: the incidence from each time on, with its standard errors.

    `times` are those at which anything ended; `at_risk`, `events` and `others` count at each. The errors are `delta`
    (Dinse and Larson 1986, as R's survival gives it) and `aalen` (wider in small risk sets, as R's cmprsk gives it).
    """

    times: Floats
    at_risk: Integers
    events: Integers
    others: Integers
    incidence: Floats
    errors: dict[str, Floats]
    survival: Floats

    def at(self, time: float, level: float = 0.95, variance: str = "delta") -> dict[str, Any]:
        """The incidence at a time with its standard error and the plain, log and log-log limits.

        The log-log limits stay within 0 and 1; where nothing has happened yet there are none (null).
        """
        from scipy.special import ndtri

        place = int(np.searchsorted(self.times, time, side="right")) - 1
        value = float(self.incidence[place]) if place >= 0 else 0.0
        error = float(self.errors[variance][place]) if place >= 0 else 0.0
        z = float(ndtri(0.5 + level / 2))
        limits: dict[str, list[float] | None] = {"plain": None, "log": None, "log-log": None}
        if error > 0:
            limits["plain"] = [max(value - z * error, 0.0), min(value + z * error, 1.0)]
        if value > 0 and error > 0:
            limits["log"] = [min(value * float(np.exp(sign * z * error / value)), 1.0) for sign in (-1, 1)]
        if 0 < value < 1 and error > 0:
            spread = z * error / (value * abs(float(np.log(value))))
            limits["log-log"] = [float(value ** np.exp(sign * spread)) for sign in (1, -1)]
        return {"time": time, "incidence": value, "standard_error": error, "variance": variance, "limits": limits}


@dataclass(frozen=True, slots=True)
class GrayTest:
    """Gray's test that the cumulative incidence of a cause is the same in all groups."""

    statistic: float
    degrees_of_freedom: int
    p_value: float

    def as_json(self) -> dict[str, Any]:
        """The test as JSON."""
        return {
            "test": "Gray 1988, rho 0",
            "statistic": self.statistic,
            "df": self.degrees_of_freedom,
            "p_value": self.p_value,
        }


def cumulative_incidence(
    times: Sequence[float] | Floats,
    causes: Sequence[int] | Integers,
    cause: int = 1,
    entries: Sequence[float] | Floats | None = None,
) -> CumulativeIncidence:
    """Return the Aalen-Johansen estimate of one cause among competing ones.

    Parameters
    ----------
    times : when each was last seen.
    causes : what ended it then: 0 for nothing (censored), else the number of the cause.
    cause : the one asked about; all others compete.
    entries : from when on each was at risk (default: from before 0).

    Raises
    ------
    UserError
        When a time is missing or negative, or an entry is not before its time.
    """
    ended, why = np.asarray(times, float), np.asarray(causes, int)
    _check(ended, why)
    distinct, place = np.unique(ended, return_inverse=True)
    count = len(distinct)
    events = np.bincount(place[why == cause], minlength=count)
    others = np.bincount(place[(why != cause) & (why != CENSORED)], minlength=count)
    at_risk = _at_risk(ended, distinct, None if entries is None else np.asarray(entries, float))
    keep = at_risk > 0
    distinct, events, others, at_risk = distinct[keep], events[keep], others[keep], at_risk[keep]
    survival: Floats = np.asarray(np.cumprod(1 - (events + others) / at_risk), float)
    before: Floats = np.concatenate([[1.0], survival[:-1]])
    incidence: Floats = np.cumsum(before * events / at_risk)
    counted = (at_risk.astype(float), events.astype(float), others.astype(float), before, incidence)
    errors = {"delta": _delta(*counted), "aalen": _aalen(*counted)}
    return CumulativeIncidence(distinct, at_risk, events, others, incidence, errors, survival)


def _check(times: Floats, causes: Integers) -> None:
    if len(times) != len(causes) or not len(times):
        raise UserError("as many causes as times, and at least one", where="cumulative incidence")
    if not (np.isfinite(times).all() and (times >= 0).all() and (causes >= 0).all()):
        raise UserError("a time or a cause is missing or negative", where="cumulative incidence", hint="Count from 0")


def _at_risk(times: Floats, distinct: Floats, entries: Floats | None) -> Integers:
    """How many are still followed at each time and have entered before it."""
    still = len(times) - np.searchsorted(np.sort(times), distinct, side="left")
    if entries is None:
        return still.astype(np.int64)
    if len(entries) != len(times) or not (entries < times).all():
        raise UserError("an entry must lie before its time", where="cumulative incidence")
    entered = np.searchsorted(np.sort(entries), distinct, side="left")
    return (entered - (len(times) - still)).astype(np.int64)


def _delta(n: Floats, d: Floats, others: Floats, before: Floats, incidence: Floats) -> Floats:
    """The standard error at each time: the sums of the delta method over the times s until t, as running totals.

    With G the incidence: (G(t) - G(s))^2 a(s) - 2 (G(t) - G(s)) b(s) + c(s).
    """
    every = d + others
    left = n - every
    # Where all that are left end at once, nothing after them varies any more.
    a = np.divide(every, n * left, where=left > 0, out=np.zeros_like(n))
    b, c = before * d / n**2, before**2 * d * (n - d) / n**3
    sum_a, sum_b, sum_c = np.cumsum(a), np.cumsum(b), np.cumsum(c)
    sum_ag, sum_agg, sum_bg = np.cumsum(a * incidence), np.cumsum(a * incidence**2), np.cumsum(b * incidence)
    variance: Floats = (
        incidence**2 * sum_a - 2 * incidence * sum_ag + sum_agg - 2 * (incidence * sum_b - sum_bg) + sum_c
    )
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)), float)


def _aalen(n: Floats, d: Floats, others: Floats, before: Floats, incidence: Floats) -> Floats:
    """The standard error at each time from the two counting processes, each step with the variance of drawing without
    replacement, so that small risk sets are not taken for surer than they are.
    """
    after = before * (n - d - others) / n
    inverse = np.divide(1.0, after, where=after > 0, out=np.zeros_like(n))
    own = before**2 * _drawn(d, n) / n**2
    other = np.where(after > 0, before**2 * _drawn(others, n) / n**2, 0.0)
    weight = inverse * incidence
    squares = np.cumsum(own * (1 + weight) ** 2 + other * weight**2)
    cross = np.cumsum(inverse * (own * (1 + weight) + other * weight))
    variance: Floats = squares - 2 * incidence * cross + incidence**2 * np.cumsum(inverse**2 * (own + other))
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)), float)


def _drawn(events: Floats, at_risk: Floats) -> Floats:
    """The variance of a number of events at one time: itself when it is one, less when several are tied."""
    return events * np.where(events > 1, 1 - (events - 1) / np.maximum(at_risk - 1, 1), 1.0)


def gray_test(
    times: Sequence[float] | Floats,
    causes: Sequence[int] | Integers,
    groups: Sequence[Any],
    cause: int = 1,
    strata: Sequence[Any] | None = None,
) -> GrayTest:
    """Return Gray's test of one cause between groups, within strata where they are given.

    Raises
    ------
    UserError
        When there are fewer than two groups, or times are not usable.
    """
    from scipy.stats import chi2

    ended, why = np.asarray(times, float), np.asarray(causes, int)
    _check(ended, why)
    names, group = np.unique(np.asarray(groups), return_inverse=True)
    if len(names) < 2:
        raise UserError("a comparison needs two groups or more", where="Gray's test")
    stratum = np.zeros(len(ended), int) if strata is None else np.unique(np.asarray(strata), return_inverse=True)[1]
    score, variance = np.zeros(len(names)), np.zeros((len(names), len(names)))
    for one in np.unique(stratum):
        chosen = stratum == one
        part = _scored(ended[chosen], why[chosen], group[chosen], len(names), cause)
        score, variance = score + part[0], variance + part[1]
    # The scores sum to 0, so one group is left out.
    free = len(names) - 1
    statistic = float(score[:free] @ np.linalg.pinv(variance[:free, :free]) @ score[:free])
    return GrayTest(statistic, free, float(chi2.sf(statistic, free)))


def _scored(ended: Floats, why: Integers, group: Integers, many: int, cause: int) -> tuple[Floats, Floats]:
    """The scores of the groups, events seen less expected, and their covariance (Gray 1988, section 3)."""
    score, variance = np.zeros(many), np.zeros((many, many))
    carried = np.zeros((many, many))
    weight, cross = np.zeros(many), np.zeros((many, many))
    alive, own = np.ones(many), np.zeros(many)
    pooled = 0.0
    distinct = np.unique(ended[why != CENSORED])
    still = np.array([(group == k).sum() - np.searchsorted(np.sort(ended[group == k]), distinct) for k in range(many)])
    for time, at_risk in zip(distinct, still.T.astype(float), strict=True):
        now = ended == time
        d1 = np.bincount(group[now & (why == cause)], minlength=many).astype(float)
        d2 = np.bincount(group[now & (why != cause) & (why != CENSORED)], minlength=many).astype(float)
        here = at_risk > 0
        after = np.where(here, alive * (1 - np.divide(d1 + d2, at_risk, where=here, out=np.zeros(many))), alive)
        gained = np.where(here, alive * np.divide(d1, at_risk, where=here, out=np.zeros(many)), 0.0)
        # The risk set of the subdistribution: who died otherwise stays in it, at the weight of who is still followed.
        share = np.where(here, np.divide(at_risk, alive, where=here, out=np.zeros(many)), 0.0)
        total = share.sum()
        events = d1.sum()
        then = pooled + events / total
        score += d1 - events * share * (1 - own) / (share * (1 - own)).sum()
        spread = np.diag(share) - np.outer(share, share) / total
        carried += spread * events / (total * (1 - pooled))
        if events:
            left = np.where(here, np.where(after > 0, 1 - (1 - then) / np.where(after > 0, after, 1), 1.0), 0.0)
            tied = np.ones(many) if events == 1 else 1 - (events - 1) / (total * alive - 1)
            size = np.where(here, tied * alive * events / np.where(here, total * at_risk, 1), 0.0)
            part = spread - left * carried
            variance += (part * size) @ part.T
            weight += left**2 * size
            cross += part * left * size
        gone = (d2 > 0) & (after > 0)
        if gone.any():
            left = np.where(gone, (1 - then) / np.where(gone, after, 1), 0.0)
            size = np.where(gone, alive**2 * _drawn(d2, at_risk) / np.where(here, at_risk, 1) ** 2, 0.0)
            part = left * carried
            variance += (part * size) @ part.T
            weight += left**2 * size
            cross -= part * left * size
        pooled, alive, own = then, after, own + gained
    variance += (carried * weight) @ carried.T + carried @ cross.T + cross @ carried.T
    return score, variance
