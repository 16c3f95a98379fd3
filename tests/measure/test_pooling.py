"""Pooling held to R: lme4 1.1.31 (nAGQ = 100), metafor 3.8.1 (intervals, nAGQ = 7), a beta-binomial by R's optim.

Data: metadat's pritz1997, debruin2009 and nielweise2007 (control arm), Miller 1978; series counted in abstracts.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sequela.errors import UserError
from sequela.measure.beta_binomial import fit_beta_binomial
from sequela.measure.glmm import POISSON, fit
from sequela.measure.pooling import Series, moderated, pool
from sequela.measure.proportions import exact

# name: (events, totals, lme4 mu, se, tau2, beta-binomial mu, se, rho)
GOLDEN = {
    "pritz1997": (
        [16, 10, 4, 43, 10, 25, 13, 12, 22, 4, 5, 18, 58, 6],
        [17, 12, 8, 58, 10, 42, 14, 12, 41, 5, 6, 23, 68, 10],
        (1.37658752, 0.28837736, 0.58929989),
        (1.23532815, 0.2471291, 0.09136862),
    ),
    "debruin2009": (
        [11, 24, 179, 82, 60, 11, 99, 9, 88, 17, 26, 23, 40],
        [29, 33, 326, 240, 110, 29, 244, 17, 215, 26, 138, 55, 54],
        (-0.11181144, 0.18804331, 0.37868287),
        (-0.1029232, 0.17242591, 0.07947),
    ),
    "nielweise2007_control": (
        [3, 3, 9, 7, 6, 4, 3, 2, 19, 2, 7, 1, 5, 11, 0, 1, 3, 1],
        [117, 35, 195, 136, 157, 139, 177, 39, 103, 122, 64, 58, 175, 180, 105, 262, 362, 69],
        (-3.4964059, 0.25696875, 0.81221055),
        (-3.12862517, 0.23578214, 0.02963269),
    ),
    "miller1978": (
        [3, 6, 10, 1],
        [11, 17, 21, 6],
        (-0.55961579, 0.28030594, 0),
        (-0.55961931, 0.28031057, 1.92e-06),
    ),
    "synthetic_rare": (
        [0, 1, 0, 0, 2, 0, 1, 0, 4, 0, 0, 1],
        [35, 210, 64, 18, 351, 90, 123, 47, 672, 29, 150, 202],
        (-5.39463714, 0.33408956, 0),
        (-5.39463455, 0.33407488, 4e-08),
    ),
    "series_abscess_per_procedure": (
        [1, 5, 15, 3, 21, 1, 12, 16],
        [942, 2300, 6255, 2012, 11054, 322, 217, 3341],
        (-5.73301398, 0.45032775, 1.34625318),
        (-4.87091729, 0.49230061, 0.01098877),
    ),
    "series_abscess_per_patient": (
        [1, 14, 3, 21, 1, 12, 15, 72],
        [351, 2439, 1348, 3613, 196, 137, 1387, 5299],
        (-4.79978329, 0.40842149, 1.10167442),
        (-4.2140806, 0.41842984, 0.0154232),
    ),
    "series_infarction_per_procedure": (
        [1, 4, 23, 0],
        [942, 2300, 374, 27],
        (-5.52713071, 1.10246547, 3.43326129),
        (-4.02536812, 0.82079988, 0.04171719),
    ),
    "series_biloma_per_patient": (
        [3, 35, 1, 7, 43],
        [351, 972, 1348, 13, 481],
        (-3.50560762, 1.10559641, 5.80405254),
        (-1.96504372, 0.72866786, 0.25071917),
    ),
}

# metafor (z; t with k - 1) limits and prediction intervals; meta 7.0.0 (t with k - 2) prediction interval.
INTERVALS = {
    "pritz1997": {
        "z": ((0.69240262, 0.87455337), (0.44258357, 0.9518411)),
        "t": ((0.67995864, 0.88075791), (0.40250772, 0.95883915)),
        "t(k-2)": (None, (0.39887557, 0.95943197)),
    },
    "debruin2009": {
        "z": ((0.38216487, 0.56383638), (0.20213986, 0.75939229)),
        "t": ((0.37249627, 0.57392901), (0.18037715, 0.78417622)),
        "t(k-2)": (None, (0.1782775, 0.78658104)),
    },
    "nielweise2007_control": {
        "z": ((0.01798381, 0.04775444), (0.00480454, 0.15982802)),
        "t": ((0.01731617, 0.04953648), (0.00417763, 0.17959955)),
        "t(k-2)": (None, (0.00413848, 0.18099711)),
    },
}


def _series(name: str) -> list[Series]:
    events, totals = GOLDEN[name][:2]
    return [Series(f"S{place:02}", *counts) for place, counts in enumerate(zip(events, totals, strict=True))]


@pytest.mark.parametrize("name", GOLDEN)
def test_mixed_model_is_that_of_lme4(name: str) -> None:
    events, totals, expected, _ = GOLDEN[name]
    found = fit(np.array(events, float), np.array(totals, float))
    assert found.converged
    got = (found.coefficients[0], np.sqrt(found.covariance[0, 0]), found.tau2)
    assert got == pytest.approx(expected, abs=1e-4)


def test_series_that_differ_as_far_as_they_can_are_fitted_as_lme4_does() -> None:
    # The help page of R's meta 7.0, metaprop: two of four series without an event; lme4 1.1.31, nAGQ = 100.
    found = fit(np.array([0, 0, 10, 10], float), np.array([100] * 4, float))
    got = (found.coefficients[0], np.sqrt(found.covariance[0, 0]), found.tau2)
    assert got == pytest.approx((-4.381674, 1.612869, 5.639059), abs=1e-4)


RATES = [
    ([7, 8, 3, 6, 1, 1, 17, 3, 2], [1.344, 1.6, 12.012, 1.536, 0.37, 0.729, 6.76, 1.107, 0.32],
     (0.849403957, 0.330264641, 0.654291869)),
    ([11, 8, 14, 10, 1, 8, 15, 7, 3], [1.988, 1.461, 10.962, 1.503, 0.483, 0.913, 6.84, 1.015, 0.44],
     (1.400693222, 0.231014083, 0.316526220)),
]  # fmt: skip
"""R's metadat, dat.nielweise2008: infections by 1,000 catheter-days, treated and control; metafor 3.8.1, nAGQ 7."""


@pytest.mark.parametrize(("events", "times", "expected"), RATES)
def test_rates_are_those_of_metafor(events: list[int], times: list[float], expected: tuple[float, ...]) -> None:
    found = fit(np.array(events, float), np.array(times), POISSON)
    got = (found.coefficients[0], np.sqrt(found.covariance[0, 0]), found.tau2)
    assert got == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("name", GOLDEN)
def test_beta_binomial_is_that_of_optim(name: str) -> None:
    events, totals, _, expected = GOLDEN[name]
    found = fit_beta_binomial(np.array(events, float), np.array(totals, float))
    assert (found.mu, found.se, found.rho) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("name", INTERVALS)
@pytest.mark.parametrize("convention", ["z", "t", "t(k-2)"])
def test_limits_and_prediction_by_each_convention(name: str, convention: str) -> None:
    found = pool(_series(name), leave_one_out=False)
    limits, prediction = INTERVALS[name][convention]
    if limits is not None:
        assert found.intervals[convention] == pytest.approx(limits, abs=1e-3)
    got = found.predictions[convention]
    assert (got.low, got.high) == pytest.approx(prediction, abs=1e-3)


def test_what_never_happened_has_exact_limits_of_the_sum() -> None:
    totals = (20, 35, 64, 150, 90)
    found = pool([Series(f"site{place}", 0, total) for place, total in enumerate(totals)])
    assert (found.method, found.mu, found.proportion) == ("exact-common", None, 0)
    assert found.interval == pytest.approx((0, 0.01022281835847), abs=1e-10)


def test_moderator_is_that_of_metafor() -> None:
    series = [Series("a", 1, 942), Series("b", 4, 2300), Series("c", 23, 374), Series("d", 0, 27)]
    found = moderated(series, ["any", "any", "neuroendocrine", "neuroendocrine"])
    assert found.coefficients == pytest.approx((-6.472964341492, 3.673564361802), abs=1e-4)
    assert found.errors == pytest.approx((0.4475590847826, 0.4964200546582), abs=1e-4)
    assert found.tau2 == pytest.approx(0, abs=1e-6)


def test_one_series_keeps_its_own_limits() -> None:
    found = pool([Series("a", 23, 374)])
    assert (found.method, found.interval) == ("exact-single", exact(23, 374))


def test_identical_series_left_out_in_turn_give_one_answer() -> None:
    found = pool([Series(f"S{place}", 5, 60) for place in range(5)])
    assert {value for _, value, _ in found.leave_one_out} == {5 / 60}


counts = st.integers(1, 400).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


@settings(max_examples=12, deadline=None)
@given(st.lists(counts, min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_order_of_series_changes_nothing(drawn: list[tuple[int, int]], chance: object) -> None:
    series = [Series(f"S{place}", *one) for place, one in enumerate(drawn)]
    turned = sorted(series, key=lambda _: chance.random())  # type: ignore[attr-defined]
    assert pool(turned, leave_one_out=False).as_json() == pool(series, leave_one_out=False).as_json()


def test_series_named_twice_are_refused() -> None:
    with pytest.raises(UserError, match="named twice"):
        pool([Series("a", 1, 10), Series("a", 2, 10)])
