"""Proportions and rates against R 4.2.2: base R, epitools 0.5-10.1 and PropCIs' formulas, to twelve digits.

The first four binomials are those of Newcombe, Stat Med 1998;17:857 (doi 10.1002/(SICI)1097-0258(19980430)17:8<857).
"""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, poisson

from sequela.errors import UserError
from sequela.measure.proportions import METHODS, proportion
from sequela.measure.rates import DAYS_PER_YEAR, rate

# events, total; Clopper-Pearson, Wilson, Wilson with continuity correction, Jeffreys, mid-P; one-sided upper bound
BINOMIAL = [
    (
        0,
        20,
        (0, 0.168433470983085),
        (0, 0.161125158052819),
        (0, 0.200453345013487),
        (0, 0.116638982904875),
        (0, 0.139108340668265),
        0.139108340668265,
    ),
    (
        1,
        29,
        (0.000872646883579923, 0.177644295488723),
        (0.00611321429276266, 0.171755218793203),
        (0.00180264021327967, 0.196281751009759),
        (0.00374617364905708, 0.150077686002232),
        (0.00172477011470513, 0.158537383681466),
        0.153392024526183,
    ),
    (
        15,
        148,
        (0.0578440100834486, 0.161650490349479),
        (0.0623863995307363, 0.160487241723308),
        (0.0597782084284981, 0.164449779364837),
        (0.0604485170092964, 0.157643143478741),
        (0.0600636026655322, 0.158121733050612),
        0.151768370240628,
    ),
    (
        81,
        263,
        (0.252736745585271, 0.367621922601351),
        (0.255288519878274, 0.3662095769828),
        (0.253508682295185, 0.368176201043004),
        (0.254521934991023, 0.365647499174082),
        (0.254402104945522, 0.365773474257777),
        0.358178495575784,
    ),
    (
        0,
        351,
        (0, 0.0104545948947474),
        (0, 0.0108258455296095),
        (0, 0.0134952692104358),
        (0, 0.00712592390841738),
        (0, 0.00849853134936932),
        0.00849853134937173,
    ),
    (
        1,
        1000,
        (2.53174874912941e-05, 0.00555892427982663),
        (0.000176546370626078, 0.00564255859795793),
        (5.22023554427039e-05, 0.00646878504682548),
        (0.00010791880468098, 0.00466445880879137),
        (5.00202852764928e-05, 0.00492176161043975),
        0.00473499357549978,
    ),
    (
        3,
        1000,
        (0.000619099931649572, 0.00874202323847828),
        (0.00102078388113862, 0.00878301405350317),
        (0.000775110040741195, 0.00951783965820972),
        (0.000845634801829835, 0.00798436735840347),
        (0.000763646288987377, 0.0081423177988404),
        0.00773524471847942,
    ),
    (
        17,
        2300,
        (0.00431143009140449, 0.0118078986997044),
        (0.00461992435698493, 0.0118054501738062),
        (0.00445287152938089, 0.0120717476893123),
        (0.00447766295384993, 0.0115405408970756),
        (0.00445549610313287, 0.0115686895876167),
        0.0110661277611409,
    ),
    (
        5,
        5,
        (0.478176249895019, 1),
        (0.565517535216825, 1),
        (0.462943982532477, 1),
        (0.620622857700961, 1),
        (0.549280271653059, 1),
        1,
    ),
    (0, 1, (0, 0.975), (0, 0.793450685622763), (0, 0.945379244471148), (0, 0.853253683690425), (0, 0.95), 0.95),
    (
        2,
        10,
        (0.0252107263268334, 0.556095462307641),
        (0.0566821514543753, 0.509837528463358),
        (0.0354269437473664, 0.55781857572145),
        (0.0440594135526308, 0.502774496439993),
        (0.034998300798388, 0.519509663117241),
        0.506901301063202,
    ),
]
# events, time; exact, mid-P, Byar
POISSON = [
    (0, 100, (0, 0.0368887945411394), (0, 0.0299573227355399), (-1.56112872954044e-05, 0.0246393620996737)),
    (
        1,
        100,
        (0.000253178079842899, 0.055716433909389),
        (0.000500203448353414, 0.0493186052470677),
        (0.000906945827052438, 0.0466207301732695),
    ),
    (
        5,
        2500,
        (0.000649394556047368, 0.00466733283172907),
        (0.000732797923411367, 0.00443296626599681),
        (0.000758555052177236, 0.00438382350026414),
    ),
    (
        23,
        1000,
        (0.0145800270370447, 0.034511292894833),
        (0.0149332520591072, 0.0339654306385103),
        (0.0149735047903137, 0.0339118395933332),
    ),
    (
        100,
        12345.6,
        (0.00659052547068779, 0.00985183334891997),
        (0.00662517990960442, 0.00980944554314556),
        (0.00662690625632782, 0.00980746803865092),
    ),
]
counts = st.integers(1, 400).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


@pytest.mark.parametrize(("events", "total", "cp", "wilson", "corrected", "jeffreys", "mid_p", "upper"), BINOMIAL)
def test_limits_are_those_of_r(
    events: int,
    total: int,
    cp: tuple[float, float],
    wilson: tuple[float, float],
    corrected: tuple[float, float],
    jeffreys: tuple[float, float],
    mid_p: tuple[float, float],
    upper: float,
) -> None:
    found = proportion(events, total)
    assert found.intervals["clopper-pearson"] == pytest.approx(cp, abs=1e-10)
    assert found.intervals["wilson"] == pytest.approx(wilson, abs=1e-10)
    assert found.intervals["wilson-corrected"] == pytest.approx(corrected, abs=1e-10)
    assert found.intervals["jeffreys"] == pytest.approx(jeffreys, abs=1e-8)
    assert found.intervals["mid-p"] == pytest.approx(mid_p, abs=1e-8)
    assert found.upper == pytest.approx(upper, abs=1e-9)


@pytest.mark.parametrize(("events", "time", "exact", "mid_p", "byar"), POISSON)
def test_rate_limits_are_those_of_epitools(
    events: int,
    time: float,
    exact: tuple[float, float],
    mid_p: tuple[float, float],
    byar: tuple[float, float],
) -> None:
    found = rate(events, time, per=1)
    assert found.intervals["exact"] == pytest.approx(exact, abs=1e-10)
    # pois.exact's mid-P stops its search at about 1e-6.
    assert found.intervals["mid-p"] == pytest.approx(mid_p, rel=1e-5, abs=1e-9)
    assert found.intervals["byar"] == pytest.approx((max(byar[0], 0.0), byar[1]), abs=1e-10)


@given(counts)
def test_every_interval_holds_the_proportion_and_stays_within_0_and_1(one: tuple[int, int]) -> None:
    found = proportion(*one)
    assert set(found.intervals) == set(METHODS)
    for low, high in found.intervals.values():
        assert 0 <= low <= found.value <= high <= 1


@given(counts)
def test_the_exact_limits_are_where_a_tail_has_half_of_alpha(one: tuple[int, int]) -> None:
    events, total = one
    low, high = proportion(events, total).intervals["clopper-pearson"]
    if events:
        assert binom.sf(events - 1, total, low) == pytest.approx(0.025, rel=1e-6)
    if events < total:
        assert binom.cdf(events, total, high) == pytest.approx(0.025, rel=1e-6)


@given(counts)
def test_an_event_is_a_failure_of_the_other_side(one: tuple[int, int]) -> None:
    events, total = one
    for (low, high), (other_low, other_high) in zip(
        proportion(events, total).intervals.values(),
        proportion(total - events, total).intervals.values(),
        strict=True,
    ):
        assert (low, high) == pytest.approx((1 - other_high, 1 - other_low), abs=1e-9)


def test_how_often_the_limits_hold_the_truth() -> None:
    """Exact limits cover at least as often as they say, everywhere; mid-P about as often."""
    total = 40
    for truth in (0.02, 0.05, 0.1, 0.3):
        held = {"clopper-pearson": 0.0, "mid-p": 0.0}
        for events in range(total + 1):
            limits = proportion(events, total).intervals
            for method in held:
                low, high = limits[method]
                held[method] += binom.pmf(events, total, truth) * (low <= truth <= high)
        assert held["clopper-pearson"] >= 0.95
        assert 0.93 <= held["mid-p"] <= held["clopper-pearson"]


def test_the_bound_when_nothing_happened_is_the_rule_of_three() -> None:
    assert proportion(0, 1000).upper == pytest.approx(3 / 1000, rel=0.01)
    assert proportion(5, 5).lower == pytest.approx(0.05 ** (1 / 5))


@pytest.mark.parametrize(("events", "total", "level"), [(3, 2, 0.95), (-1, 5, 0.95), (0, 0, 0.95), (1, 2, 1.0)])
def test_what_is_no_proportion_is_refused(events: int, total: int, level: float) -> None:
    with pytest.raises(UserError):
        proportion(events, total, level)


def test_a_rate_without_time_at_risk_is_null_and_not_0() -> None:
    found = rate(0, 0)
    assert found.value is None
    assert set(found.intervals.values()) == {None}
    with pytest.raises(UserError):
        rate(1, 0)
    with pytest.raises(UserError):
        rate(0, math.nan)


def test_days_are_not_rounded_before_the_rate() -> None:
    """One event in seven days is 5,217,857 per 100,000 person-years; 5,263,158 if days become 0.019 years first."""
    assert rate(1, 7, per=100_000 * DAYS_PER_YEAR).value == pytest.approx(5_217_857, abs=1)


@given(st.integers(0, 300), st.floats(0.5, 1e6))
def test_the_exact_limits_of_a_rate_are_where_a_tail_has_half_of_alpha(events: int, days: float) -> None:
    limits = rate(events, days, per=1).intervals["exact"]
    assert limits is not None
    if events:
        assert poisson.sf(events - 1, limits[0] * days) == pytest.approx(0.025, rel=1e-6)
    assert poisson.cdf(events, limits[1] * days) == pytest.approx(0.025, rel=1e-6)
