"""Pooling proportions of several series: one model, one fallback where it cannot be fitted, and what each number means.

Two questions have two answers when series differ: what is usual in a series (the median, where the model's centre is),
and what is usual for a patient of any of them (the mean over all series). Both are given. There is no headline.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sequela.errors import UserError
from sequela.measure.beta_binomial import BetaBinomial, fit_beta_binomial
from sequela.measure.glmm import Fit, fit, marginal
from sequela.measure.proportions import Limits, exact

FEW = 20
"""Up to how many series the limits are those of Student's t, with one degree of freedom less than series."""
MOST_LEFT_OUT = 60
"""Up to how many series each is left out once."""


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a study: how often it happened among how many."""

    study: str
    events: int
    total: int

    def __post_init__(self) -> None:
        if self.total < 1 or not 0 <= self.events <= self.total:
            raise UserError("events must lie between 0 and a total of at least 1", where=f"series {self.study!r}")


@dataclass(frozen=True, slots=True)
class Prediction:
    """Where the proportion of a new series would lie, and by which convention."""

    low: float
    high: float
    convention: str
    df: int | None

    def as_json(self) -> dict[str, Any]:
        """The interval as JSON."""
        return {"low": self.low, "high": self.high, "convention": self.convention, "df": self.df}


@dataclass(frozen=True, slots=True)
class Pooled:
    """A pooled proportion.

    `method` says how it was come by: `glmm`, `exact-common` (no heterogeneity was found, or nothing or everything
    happened: exact limits of the summed counts) or `exact-single`. `mu`, `se` and `tau2` are on the logit scale; they
    are null where no model was fitted.
    """

    series: tuple[Series, ...]
    level: float
    method: str
    mu: float | None
    se: float | None
    tau2: float | None
    proportion: float
    interval: Limits
    convention: str
    intervals: dict[str, Limits]
    predictions: dict[str, Prediction]
    marginal_mean: float
    beta_binomial: BetaBinomial | None
    heterogeneity: dict[str, float | int | None]
    leave_one_out: tuple[tuple[str, float, Limits], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def events(self) -> int:
        """The events of all series."""
        return sum(one.events for one in self.series)

    @property
    def total(self) -> int:
        """The totals of all series."""
        return sum(one.total for one in self.series)

    @property
    def prediction(self) -> Prediction | None:
        """The prediction interval of the same convention as the limits."""
        return self.predictions.get(self.convention)

    def as_json(self) -> dict[str, Any]:
        """The whole result as `sequela pool --json` prints it."""
        return {
            "k": len(self.series),
            "events": self.events,
            "total": self.total,
            "method": self.method,
            "mu": self.mu,
            "se": self.se,
            "tau2": self.tau2,
            "proportion": self.proportion,
            "level": self.level,
            "ci": list(self.interval),
            "ci_convention": self.convention,
            "intervals": {name: list(limits) for name, limits in self.intervals.items()},
            "prediction_interval": self.prediction and self.prediction.as_json(),
            "prediction_intervals": [one.as_json() for one in self.predictions.values()],
            "estimands": {
                "median_series": self.proportion,
                "marginal_mean": self.marginal_mean,
                "beta_binomial_mean": self.beta_binomial and _expit(self.beta_binomial.mu),
                "beta_binomial_rho": self.beta_binomial and self.beta_binomial.rho,
            },
            "heterogeneity": self.heterogeneity,
            "studies": [
                {
                    "study": one.study,
                    "events": one.events,
                    "total": one.total,
                    "proportion": one.events / one.total,
                    "ci": list(exact(one.events, one.total, self.level)),
                }
                for one in self.series
            ],
            "leave_one_out": [
                {"left_out": name, "proportion": value, "ci": list(limits)}
                for name, value, limits in self.leave_one_out
            ],
            "notes": list(self.notes),
        }


def pool(series: Sequence[Series], level: float = 0.95, *, leave_one_out: bool = True) -> Pooled:
    """Return the pooled proportion of series that ask the same of the same unit and population.

    Raises
    ------
    UserError
        When there is no series, two have one name, or the level is not between 0 and 1.
    """
    if not series:
        raise UserError("no series to pool", where="pool", hint="Choose a population and complication that has some")
    if not 0 < level < 1:
        raise UserError("the level must lie between 0 and 1", where="--level", hint="Write 0.95")
    # In one order whatever the file's, so that the same series give the same bytes.
    ordered = tuple(sorted(series, key=lambda one: one.study))
    if len({one.study for one in ordered}) < len(ordered):
        raise UserError("a study named twice", where="pool", hint="Name each series apart, or leave one out")
    found = _pooled(ordered, level)
    if leave_one_out and 2 < len(ordered) <= MOST_LEFT_OUT:
        without = (
            (one.study, _pooled((*ordered[:place], *ordered[place + 1 :]), level)) for place, one in enumerate(ordered)
        )
        found = replace(found, leave_one_out=tuple((study, rest.proportion, rest.interval) for study, rest in without))
    return found


def _pooled(series: tuple[Series, ...], level: float) -> Pooled:
    events = np.array([one.events for one in series], float)
    totals = np.array([one.total for one in series], float)
    count, total = int(events.sum()), int(totals.sum())
    plain = exact(count, total, level)
    if len(series) == 1:
        return _without_model(series, level, "exact-single", plain, "one series: its own exact limits")
    if count in (0, total) or min(count, total - count) == 1:
        told = {0: "it happened in none", total: "it happened in all"}.get(count, "one event decides all")
        return _without_model(
            series, level, "exact-common", plain, f"{told}: heterogeneity cannot be estimated; exact limits of the sum"
        )
    model = fit(events, totals)
    if not model.converged:
        return _without_model(
            series,
            level,
            "exact-common",
            plain,
            "the model did not converge: exact limits of the sum",
        )
    mu, se = float(model.coefficients[0]), float(np.sqrt(model.covariance[0, 0]))
    intervals, predictions = _around(mu, se, model.tau2, len(series), level)
    convention = "t" if len(series) < FEW else "z"
    common = model.tau2 == 0
    notes: tuple[str, ...] = ()
    if common:
        notes = ("no heterogeneity was found, which few series would show: exact limits of the sum",)
    elif len(series) == 2:
        notes = ("two series that differ say next to nothing of a third: look at each",)
    return Pooled(
        series=series,
        level=level,
        method="exact-common" if common else "glmm",
        mu=mu,
        se=se,
        tau2=model.tau2,
        proportion=count / total if common else _expit(mu),
        interval=plain if common else intervals[convention],
        convention="clopper-pearson" if common else convention,
        intervals={**intervals, "clopper-pearson": plain} if common else intervals,
        predictions={} if common else predictions,
        marginal_mean=marginal(mu, model.tau2),
        beta_binomial=fit_beta_binomial(events, totals),
        heterogeneity=_heterogeneity(model, events, totals),
        notes=notes,
    )


def _without_model(series: tuple[Series, ...], level: float, method: str, plain: Limits, note: str) -> Pooled:
    share = sum(one.events for one in series) / sum(one.total for one in series)
    return Pooled(
        series, level, method, None, None, None, share, plain, "clopper-pearson", {"clopper-pearson": plain}, {},
        share, None, {"tau": None, "df": len(series) - 1}, notes=(note,),
    )  # fmt: skip


def _around(
    mu: float, se: float, tau2: float, many: int, level: float
) -> tuple[dict[str, Limits], dict[str, Prediction]]:
    """The limits of the median, and the prediction intervals in the three conventions in use, where there are three."""
    from scipy.special import ndtri
    from scipy.stats import t

    half = 0.5 + level / 2
    z, student = float(ndtri(half)), float(t.ppf(half, many - 1))
    intervals = {
        name: (_expit(mu - factor * se), _expit(mu + factor * se)) for name, factor in (("z", z), ("t", student))
    }
    if many < 3:
        return intervals, {}
    spread = float(np.sqrt(tau2 + se**2))
    conventions: list[tuple[str, float, int | None]] = [
        ("z", z, None),
        ("t", student, many - 1),
        ("t(k-2)", float(t.ppf(half, many - 2)), many - 2),
    ]
    return intervals, {
        name: Prediction(_expit(mu - factor * spread), _expit(mu + factor * spread), name, df)
        for name, factor, df in conventions
    }


def _heterogeneity(model: Fit, events: Any, totals: Any) -> dict[str, float | int | None]:
    """The test of a variance of nothing, half of whose law is a point at 0; and the deviance of a common proportion."""
    from scipy.special import xlogy
    from scipy.stats import chi2

    ratio = max(2 * (model.log_likelihood - model.log_likelihood_common), 0.0)
    share = events / totals
    own = xlogy(events, share) + xlogy(totals - events, 1 - share)
    deviance = float(2 * (own.sum() - model.log_likelihood_common))
    df = len(events) - 1
    return {
        "tau": float(np.sqrt(model.tau2)),
        "lrt_tau2": ratio,
        "p_tau2": float(chi2.sf(ratio, 1) / 2) if ratio > 0 else 1.0,
        "deviance": deviance,
        "df": df,
        "p_deviance": float(chi2.sf(deviance, df)),
    }


@dataclass(frozen=True, slots=True)
class Moderated:
    """How a property of the series moves the proportion, on the logit scale: coefficients and what is left between."""

    names: tuple[str, ...]
    coefficients: tuple[float, ...]
    errors: tuple[float, ...]
    tau2: float
    level: float

    def as_json(self) -> dict[str, Any]:
        """The coefficients with limits, and as odds ratios but for the intercept."""
        from scipy.special import ndtri

        z = float(ndtri(0.5 + self.level / 2))
        return {
            "tau2": self.tau2,
            "level": self.level,
            "coefficients": [
                {
                    "name": name,
                    "beta": beta,
                    "se": error,
                    "ci": [beta - z * error, beta + z * error],
                    "odds_ratio": None if name == "intercept" else float(np.exp(beta)),
                }
                for name, beta, error in zip(self.names, self.coefficients, self.errors, strict=True)
            ],
        }


def moderated(series: Sequence[Series], groups: Sequence[str], level: float = 0.95) -> Moderated:
    """Return how groups of series differ from the first of them by name.

    Raises
    ------
    UserError
        When there are not two groups, or the model has no finite answer (a group in which nothing happened).
    """
    names = sorted(set(groups))
    if len(groups) != len(series) or len(names) < 2:
        raise UserError("a moderator needs two groups or more, one for each series", where="--moderator")
    design = np.array([[1.0, *(float(group == name) for name in names[1:])] for group in groups])
    found = fit(
        np.array([one.events for one in series], float), np.array([one.total for one in series], float), design=design
    )
    if not found.converged:
        raise UserError(
            "the model with this moderator has no finite answer",
            where="--moderator",
            hint="In one of the groups it happened never or always; pool the groups apart",
        )
    return Moderated(
        ("intercept", *(f"{name} against {names[0]}" for name in names[1:])),
        tuple(map(float, found.coefficients)),
        tuple(map(float, np.sqrt(np.diag(found.covariance)))),
        found.tau2,
        level,
    )


def _expit(x: float) -> float:
    return float(0.5 * (1 + np.tanh(x / 2)))
