"""Proportions that vary between series as a beta distribution: the mean proportion itself is estimated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
SEARCH = {"xatol": 1e-9, "fatol": 1e-12, "maxiter": 4000}


@dataclass(frozen=True, slots=True)
class BetaBinomial:
    """The logit of the mean proportion with its standard error, and the correlation within a series (rho)."""

    mu: float
    se: float
    rho: float
    converged: bool


def fit_beta_binomial(events: Floats, totals: Floats) -> BetaBinomial:
    """Return the maximum-likelihood fit; at rho 0 it is the binomial of the summed counts."""
    from scipy.optimize import minimize
    from scipy.special import betaln, expit, logit

    events, totals = np.asarray(events, float), np.asarray(totals, float)

    def minus(parameters: Floats) -> float:
        mean, precision = expit(parameters[0]), np.exp(parameters[1])
        a, b = mean * precision, (1 - mean) * precision
        return float(-(betaln(events + a, totals - events + b) - betaln(a, b)).sum())

    crude = float(logit(events.sum() / totals.sum()))
    best = None
    for precision in (1.0, 5.0, 50.0):
        found = minimize(
            minus,
            [crude, np.log(precision)],
            method="Nelder-Mead",
            options=SEARCH,
        )
        if best is None or found.fun < best.fun:
            best = found
    assert best is not None
    binomial = -float((events * np.log(expit(crude)) + (totals - events) * np.log1p(-expit(crude))).sum())
    if best.fun >= binomial - 1e-7 or best.x[1] > 15:
        share = float(expit(crude))
        return BetaBinomial(crude, float(1 / np.sqrt(totals.sum() * share * (1 - share))), 0.0, True)
    hessian = _hessian(minus, best.x)
    covariance = np.linalg.inv(hessian)
    sure = bool(best.success and covariance[0, 0] > 0)
    error = float(np.sqrt(max(covariance[0, 0], 0.0)))
    return BetaBinomial(float(best.x[0]), error, float(expit(-best.x[1])), sure)


def _hessian(function: object, at: Floats, step: float = 1e-3) -> Floats:
    """Second differences of a function of two numbers; a shorter step loses its digits in the large totals."""
    assert callable(function)
    units = np.eye(2) * step
    values = np.empty((2, 2))
    for i in range(2):
        for j in range(2):
            corners = [function(at + a * units[i] + b * units[j]) * a * b for a in (1, -1) for b in (1, -1)]
            values[i, j] = sum(corners) / (4 * step**2)
    return values
