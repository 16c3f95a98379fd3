"""A proportion of procedures where some persons had several: what happens to one person's is not independent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sequela.measure.proportions import Limits, checked, exact, proportion


@dataclass(frozen=True, slots=True)
class ClusteredProportion:
    """A proportion, its standard error between clusters, and limits that allow for them.

    `intervals` are `korn-graubard` (exact limits at the effective size) and `logit`; where the variance between
    clusters cannot be estimated (nothing happened, or always, or there is one cluster) both are the exact limits of the
    plain counts, and `estimable` is False.
    """

    events: int
    total: int
    clusters: int
    level: float
    standard_error: float | None
    effective_total: float | None
    intervals: dict[str, Limits]

    @property
    def estimable(self) -> bool:
        """Whether the variance between clusters could be estimated."""
        return self.effective_total is not None

    @property
    def design_effect(self) -> float | None:
        """How many times larger the variance is than if procedures were independent."""
        return self.total / self.effective_total if self.effective_total else None

    def as_json(self) -> dict[str, Any]:
        """The proportion as JSON."""
        return {
            "events": self.events,
            "total": self.total,
            "clusters": self.clusters,
            "proportion": self.events / self.total,
            "standard_error": self.standard_error,
            "effective_total": self.effective_total,
            "design_effect": self.design_effect,
            "level": self.level,
            "intervals": {method: list(limits) for method, limits in self.intervals.items()},
        }


def clustered_proportion(clusters: Sequence[Any], events: Sequence[bool], level: float = 0.95) -> ClusteredProportion:
    """Return the proportion of rows that are events, with limits that allow for rows of the same cluster.

    The variance is that of cluster totals drawn with replacement; the Korn-Graubard limits put the effective size,
    corrected for the degrees of freedom (clusters - 1), into the exact limits, as R's survey 4.1 does.

    Parameters
    ----------
    clusters : whose each row is.
    events : whether it happened in each row.
    level : of the limits.
    """
    happened = np.asarray(events, bool)
    checked(int(happened.sum()), len(happened), level)
    names, place = np.unique(np.asarray(clusters), return_inverse=True)
    many, total, count = len(names), len(happened), int(happened.sum())
    mean = count / total
    error = 0.0
    if many > 1:
        residuals = np.bincount(place, weights=happened - mean, minlength=many) / total
        error = float(np.sqrt(many / (many - 1) * (residuals**2).sum()))
    if not error:
        plain = proportion(count, total, level).intervals["clopper-pearson"]
        return ClusteredProportion(count, total, many, level, None, None, {"korn-graubard": plain, "logit": plain})
    from scipy.special import expit, logit
    from scipy.stats import t

    quantile = float(t.ppf(0.5 + level / 2, many - 1))
    size = mean * (1 - mean) / error**2
    corrected = size * (float(t.ppf(0.5 + level / 2, total - 1)) / quantile) ** 2
    spread = quantile * error / (mean * (1 - mean))
    around = (float(expit(logit(mean) - spread)), float(expit(logit(mean) + spread)))
    limits = {"korn-graubard": exact(mean * corrected, corrected, level), "logit": around}
    return ClusteredProportion(count, total, many, level, error, size, limits)
