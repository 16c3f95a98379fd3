"""A one-step model of counts in several series: fixed effects, and a normal random intercept of each series.

Binomial counts have a logit link, counts per time a log link. The likelihood of a series is an integral over its random
intercept, taken by Gauss-Hermite quadrature about that series' own mode (adaptive); with as many nodes as here it is
that of lme4 with nAGQ=100. Gradient and Hessian are integrals of the same kind, so nothing is differenced.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
NODES = 100
CLOSE = 1e-9
"""How much the log-likelihood must gain by a random intercept before it is believed to have one."""


@dataclass(frozen=True, slots=True)
class Family:
    """A distribution of counts: the log-density (but a constant), its mean and its variance, at a linear predictor."""

    density: Callable[[Floats, Floats, Floats], Floats]
    mean: Callable[[Floats, Floats], Floats]
    variance: Callable[[Floats, Floats], Floats]


def _expit(x: Floats) -> Floats:
    return 0.5 * (1 + np.tanh(x / 2))


BINOMIAL = Family(
    lambda events, size, x: events * x - size * np.logaddexp(0, x),
    lambda size, x: size * _expit(x),
    lambda size, x: size * _expit(x) * _expit(-x),
)
POISSON = Family(
    lambda events, size, x: events * x - size * np.exp(x),
    lambda size, x: size * np.exp(x),
    lambda size, x: size * np.exp(x),
)


@dataclass(frozen=True, slots=True)
class Fit:
    """Estimates on the scale of the link: coefficients, their covariance, the variance between series.

    `log_likelihood` and `log_likelihood_common` (without random intercept) leave out the same constant. `converged` is
    False when the search stopped before its gradient was nothing: then no number of it should be used.
    """

    coefficients: Floats
    covariance: Floats
    tau2: float
    log_likelihood: float
    log_likelihood_common: float
    converged: bool


def fit(events: Floats, sizes: Floats, family: Family = BINOMIAL, design: Floats | None = None) -> Fit:
    """Return the maximum-likelihood fit; where no random intercept is better than one, `tau2` is exactly 0.

    Parameters
    ----------
    events : counts of the series.
    sizes : totals, or time at risk.
    family : BINOMIAL or POISSON.
    design : a row for each series, a column for each coefficient (default: an intercept).
    """
    from scipy.optimize import minimize

    events, sizes = np.asarray(events, float), np.asarray(sizes, float)
    matrix = np.ones((len(events), 1)) if design is None else np.asarray(design, float)
    common, covariance, alone, settled = _common(events, sizes, family, matrix)
    best = None
    # The likelihood may have two tops, one of them at 0: hence from more than one start.
    for start in (0.3, 1.0, 3.0):
        found = minimize(
            lambda parameters: _minus(parameters, events, sizes, family, matrix),
            np.concatenate([common, [start]]),
            method="trust-exact",
            jac=True,
            hess=lambda parameters: -_derivatives(parameters, events, sizes, family, matrix)[2],
            options={"gtol": 1e-7, "maxiter": 200},
        )
        if np.isfinite(found.fun) and (best is None or found.fun < best.fun - CLOSE):
            best = found
    if best is None or -best.fun <= alone + CLOSE:
        return Fit(common, covariance, 0.0, alone, alone, settled)
    hessian = _derivatives(best.x, events, sizes, family, matrix)[2]
    try:
        inverse = np.asarray(np.linalg.inv(-hessian), float)
    except np.linalg.LinAlgError:
        inverse = np.full_like(hessian, np.nan)
    sure = bool(np.abs(best.jac).max() < 1e-3 and (np.diag(inverse) > 0).all())
    many = matrix.shape[1]
    return Fit(best.x[:many], inverse[:many, :many], float(best.x[many] ** 2), float(-best.fun), alone, sure)


def _common(events: Floats, sizes: Floats, family: Family, matrix: Floats) -> tuple[Floats, Floats, float, bool]:
    """The fit without random intercept, by Newton's method; none exists where a coefficient has no end."""
    coefficients = np.zeros(matrix.shape[1])
    share = np.clip(events.sum() / sizes.sum(), 1e-12, 1 - 1e-12 if family is BINOMIAL else np.inf)
    intercept = np.log(share / (1 - share)) if family is BINOMIAL else np.log(share)
    coefficients += np.linalg.lstsq(matrix, np.full(len(events), intercept), rcond=None)[0]
    settled = False
    for _ in range(100):
        x = matrix @ coefficients
        gradient = matrix.T @ (events - family.mean(sizes, x))
        information = (matrix.T * family.variance(sizes, x)) @ matrix
        step = np.linalg.lstsq(information, gradient, rcond=None)[0]
        coefficients = coefficients + step
        if settled := bool(np.abs(step).max() < 1e-10):
            break
    x = matrix @ coefficients
    covariance = np.asarray(np.linalg.pinv((matrix.T * family.variance(sizes, x)) @ matrix), float)
    return coefficients, covariance, float(family.density(events, sizes, x).sum()), settled


def _minus(parameters: Floats, events: Floats, sizes: Floats, family: Family, matrix: Floats) -> tuple[float, Floats]:
    value, gradient, _ = _derivatives(parameters, events, sizes, family, matrix)
    return -value, -gradient


def _derivatives(
    parameters: Floats, events: Floats, sizes: Floats, family: Family, matrix: Floats
) -> tuple[float, Floats, Floats]:
    """The log-likelihood with its gradient and Hessian in coefficients and standard deviation (Louis' identity)."""
    coefficients, sigma = parameters[:-1], parameters[-1]
    fixed = matrix @ coefficients
    centre, spread = _modes(fixed, sigma, events, sizes, family)
    nodes, log_weights = _rule(NODES)
    z = centre[:, None] + spread[:, None] * nodes
    x = fixed[:, None] + sigma * z
    count, size = events[:, None], sizes[:, None]
    joint = family.density(count, size, x) - z**2 / 2 + nodes**2 / 2 + log_weights
    top = joint.max(axis=1, keepdims=True)
    weights = np.exp(joint - top)
    mass = weights.sum(axis=1, keepdims=True)
    value = float((top[:, 0] + np.log(mass[:, 0]) + np.log(spread)).sum())
    weights /= mass
    score, information = count - family.mean(size, x), family.variance(size, x)
    # Of each series: the expected score, and of its square less the information, by powers of z.
    first = [(weights * score * z**power).sum(axis=1) for power in (0, 1)]
    second = [(weights * (score**2 - information) * z**power).sum(axis=1) for power in (0, 1, 2)]
    gradient = np.concatenate([matrix.T @ first[0], [first[1].sum()]])
    many = matrix.shape[1]
    hessian = np.empty((many + 1, many + 1))
    hessian[:many, :many] = (matrix.T * (second[0] - first[0] ** 2)) @ matrix
    hessian[:many, many] = hessian[many, :many] = matrix.T @ (second[1] - first[0] * first[1])
    hessian[many, many] = (second[2] - first[1] ** 2).sum()
    return value, gradient, hessian


def _modes(fixed: Floats, sigma: float, events: Floats, sizes: Floats, family: Family) -> tuple[Floats, Floats]:
    """Where each series' integrand is highest in z, and how wide it is there."""
    z = np.zeros(len(events))
    for _ in range(200):
        x = fixed + sigma * z
        gradient = sigma * (events - family.mean(sizes, x)) - z
        step = gradient / (1 + sigma**2 * family.variance(sizes, x))
        # Newton's step may leap where the curve is flat; the density is log-concave, so short steps always arrive.
        z = z + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-12:
            break
    return z, 1 / np.sqrt(1 + sigma**2 * family.variance(sizes, fixed + sigma * z))


@cache
def _rule(count: int) -> tuple[Floats, Floats]:
    """Nodes and log-weights for the integral against a standard normal density."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(count)
    with np.errstate(divide="ignore"):
        return nodes, np.log(weights) - np.log(2 * np.pi) / 2


def marginal(mu: float, tau2: float) -> float:
    """The mean proportion over all series, E[expit(mu + tau Z)]: larger than the median one when it is rare."""
    nodes, log_weights = _rule(NODES)
    return float((np.exp(log_weights) * _expit(mu + np.sqrt(tau2) * nodes)).sum())
