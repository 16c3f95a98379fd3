"""Cumulative incidence and Gray's test against R 4.2.2: survival 3.5-3, cmprsk 2.2-11, etm 1.1.1; peer: statsmodels."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sequela.errors import UserError
from sequela.measure.competing import cumulative_incidence, gray_test

DATA = Path(__file__).parent / "data"
MONTHS = [12, 60, 120, 240, 360]
# survival::survfit on mgus2: progression and death, with standard errors; limits of progression on the log scale
PROGRESSION = [0.00940125934465, 0.03410371297435, 0.06372216801311, 0.09981371593547, 0.1340416443261]
PROGRESSION_ERROR = [0.002595155763019, 0.004889257907668, 0.006796848423961, 0.00978484679339, 0.02012756251332]
PROGRESSION_LOW = [0.005472899207547, 0.02574955197427, 0.05170090607593, 0.08236562797438, 0.09986749435243]
PROGRESSION_HIGH = [0.01614933400262, 0.04516829029877, 0.07853855965944, 0.1209579545966, 0.1799100150669]
DEATH = [0.1221854028133, 0.3203670102679, 0.5318177040802, 0.7240279761425, 0.7842082468324]
DEATH_ERROR = [0.008806084370858, 0.01256737154756, 0.01405964516203, 0.01560634506776, 0.02093346953571]
NAIVE = [0.01028210053513, 0.04215386168498, 0.09522165935042, 0.2095616244904, 0.4248369408974]
# cmprsk::cuminc on mgus2: variances of progression and death, and by sex
AALEN = {
    1: [6.739442274488e-06, 2.392021284369e-05, 4.623250461213e-05, 9.615988462073e-05, 0.0004552492723062],
    2: [7.760155688397e-05, 0.0001580405338673, 0.0001978360590766, 0.0002448826278271, 0.0004634409217276],
}
BY_SEX = {
    "F": (
        [0.01270188203977, 0.03978962150441, 0.07388566437593, 0.1049406741861, 0.1573903869344],
        [0.004462186250454, 0.007798334088086, 0.01076979737649, 0.0142629574345, 0.03174283782725],
        [1.994286473192e-05, 6.091510737534e-05, 0.0001162397817025, 0.0002049839323845, 0.001220723339115],
    ),
    "M": (
        [0.0066401062417, 0.02934628445837, 0.05531024064816, 0.09565075503098, 0.1044602299767],
        [0.002959670316247, 0.006164583662861, 0.008644316552196, 0.01352583094919, 0.01581561967733],
        [8.772308602214e-06, 3.806070663469e-05, 7.487352963545e-05, 0.0001853717047383, 0.0002579428367462],
    ),
}
# 2,000 procedures, rare events, deaths compete: day, end, how many
RARE = [
    (1, 1, 1),
    (1, 2, 3),
    (2, 1, 2),
    (2, 2, 5),
    (3, 2, 5),
    (4, 1, 1),
    (4, 2, 3),
    (5, 2, 5),
    (6, 2, 2),
    (7, 1, 1),
    (7, 2, 5),
    (8, 2, 5),
    (9, 2, 4),
    (10, 2, 7),
    (11, 2, 4),
    (12, 2, 3),
    (13, 2, 3),
    (14, 2, 3),
    (15, 2, 7),
    (16, 2, 6),
    (17, 2, 5),
    (18, 2, 1),
    (19, 1, 1),
    (19, 2, 5),
    (20, 2, 7),
    (21, 2, 3),
    (22, 2, 1),
    (23, 2, 2),
    (24, 2, 3),
    (25, 2, 10),
    (26, 2, 2),
    (27, 2, 6),
    (28, 2, 9),
    (29, 2, 3),
    (30, 0, 1867),
]
Rows = list[dict[str, str]]


def rows(name: str) -> Rows:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def column(chosen: Rows, name: str) -> list[float]:
    return [float(row[name]) for row in chosen]


def causes(chosen: Rows) -> list[int]:
    return [int(row["cause"]) for row in chosen]


@pytest.fixture(scope="module")
def mgus2() -> Rows:
    return rows("mgus2.csv")


def test_incidence_and_both_errors_are_those_of_r(mgus2: Rows) -> None:
    expected = {1: (PROGRESSION, PROGRESSION_ERROR), 2: (DEATH, DEATH_ERROR)}
    for cause, (values, errors) in expected.items():
        curve = cumulative_incidence(column(mgus2, "time"), causes(mgus2), cause)
        for place, month in enumerate(MONTHS):
            delta, aalen = curve.at(month), curve.at(month, variance="aalen")
            assert delta["incidence"] == pytest.approx(values[place], abs=1e-11)
            assert delta["standard_error"] == pytest.approx(errors[place], abs=1e-11)
            assert aalen["standard_error"] ** 2 == pytest.approx(AALEN[cause][place], rel=1e-10)


def test_log_limits_are_those_of_survfit(mgus2: Rows) -> None:
    curve = cumulative_incidence(column(mgus2, "time"), causes(mgus2))
    for place, month in enumerate(MONTHS):
        limits = curve.at(month)["limits"]["log"]
        assert limits == pytest.approx([PROGRESSION_LOW[place], PROGRESSION_HIGH[place]], abs=1e-11)


@pytest.mark.parametrize("sex", BY_SEX)
def test_incidence_within_a_group(mgus2: Rows, sex: str) -> None:
    chosen = [row for row in mgus2 if row["sex"] == sex]
    curve = cumulative_incidence(column(chosen, "time"), causes(chosen))
    values, errors, variances = BY_SEX[sex]
    for place, month in enumerate(MONTHS):
        assert curve.at(month)["incidence"] == pytest.approx(values[place], abs=1e-11)
        assert curve.at(month)["standard_error"] == pytest.approx(errors[place], abs=1e-11)
        assert curve.at(month, variance="aalen")["standard_error"] ** 2 == pytest.approx(variances[place], rel=1e-10)


def test_a_death_is_not_a_censoring(mgus2: Rows) -> None:
    """One minus Kaplan-Meier, with deaths censored, tells three times too much at thirty years."""
    ends = causes(mgus2)
    censored = cumulative_incidence(column(mgus2, "time"), [end if end == 1 else 0 for end in ends])
    competing = cumulative_incidence(column(mgus2, "time"), ends)
    for place, month in enumerate(MONTHS):
        assert censored.at(month)["incidence"] == pytest.approx(NAIVE[place], abs=1e-10)
        assert competing.at(month)["incidence"] < NAIVE[place]


@pytest.mark.parametrize(
    ("cause", "statistic", "p_value"),
    [(1, 1.194507825076, 0.274422156788), (2, 11.651259012128, 0.0006415909764079)],
)
def test_gray_between_two_groups(mgus2: Rows, cause: int, statistic: float, p_value: float) -> None:
    found = gray_test(column(mgus2, "time"), causes(mgus2), [row["sex"] for row in mgus2], cause)
    assert (found.statistic, found.p_value) == pytest.approx((statistic, p_value), rel=1e-10)
    assert found.degrees_of_freedom == 1


@pytest.mark.parametrize(
    ("stratified", "cause", "statistic", "p_value"),
    [
        (False, 1, 1.737061403498, 0.419567566472),
        (False, 2, 2.534534335088, 0.2816001371826),
        (True, 1, 1.598854169727, 0.449586465238),
        (True, 2, 3.390543440292, 0.1835493481955),
    ],
)
def test_gray_between_three_groups_and_in_strata(
    stratified: bool, cause: int, statistic: float, p_value: float
) -> None:
    drawn = rows("cmprsk_help.csv")
    strata = [row["stratum"] for row in drawn] if stratified else None
    found = gray_test(column(drawn, "time"), causes(drawn), [row["group"] for row in drawn], cause, strata)
    assert (found.statistic, found.p_value) == pytest.approx((statistic, p_value), rel=1e-9)
    assert found.degrees_of_freedom == 2


def test_ties_by_hand() -> None:
    """1: one of ten; 2: a death and a censoring of nine; 3: two of seven; 5: one of each of four; 7: the last."""
    times, ends = [1, 2, 2, 3, 3, 4, 5, 5, 6, 7], [1, 2, 0, 1, 1, 0, 2, 1, 0, 1]
    curve = cumulative_incidence(times, ends)
    assert curve.at_risk.tolist() == [10, 9, 7, 5, 4, 2, 1]
    assert curve.incidence == pytest.approx(
        [0.1, 0.1, 0.3285714285714, 0.3285714285714, 0.4714285714286, 0.4714285714286, 0.7571428571429], abs=1e-11
    )
    assert curve.errors["delta"] == pytest.approx(
        [
            0.09486832980505,
            0.09486832980505,
            0.1561844614737,
            0.1561844614737,
            0.1755624032485,
            0.1755624032485,
            0.1520702614961,
        ],
        abs=1e-11,
    )
    assert curve.errors["aalen"] ** 2 == pytest.approx(
        [0.01, 0.01, 0.02815066767448, 0.02815066767448, 0.03825790501386, 0.03825790501386, 0.1108769526329], abs=1e-11
    )
    other = cumulative_incidence(times, ends, 2)
    assert other.incidence == pytest.approx(
        [0, 0.1, 0.1, 0.1, 0.2428571428571, 0.2428571428571, 0.2428571428571], abs=1e-11
    )
    assert other.errors["aalen"] ** 2 == pytest.approx(
        [0, 0.01012345679012, 0.01012345679012, 0.01012345679012, 0.02924429957168, 0.02924429957168, 0.02924429957168],
        abs=1e-11,
    )
    assert curve.survival == pytest.approx(
        [0.9, 0.8, 0.5714285714286, 0.5714285714286, 0.2857142857143, 0.2857142857143, 0], abs=1e-11
    )


def test_a_rare_event_in_a_window_of_thirty_days() -> None:
    times = [day for day, _, count in RARE for _ in range(count)]
    ends = [end for _, end, count in RARE for _ in range(count)]
    curve = cumulative_incidence(times, ends)
    days = [1, 2, 7, 14, 29]
    for name, values in {
        "incidence": [0.0005, 0.0015, 0.0025, 0.0025, 0.003],
        "standard_error": [
            0.0004998749843711,
            0.0008653756409791,
            0.001116635571706,
            0.001116635571706,
            0.001222906374176,
        ],
    }.items():
        assert [curve.at(day)[name] for day in days] == pytest.approx(values, abs=1e-11)
    lows, highs = zip(*(curve.at(day)["limits"]["log-log"] for day in days), strict=True)
    assert lows == pytest.approx(
        [5.348413077324e-05, 0.0004362482424516, 0.0009740206517305, 0.0009740206517305, 0.001273937499367], abs=1e-11
    )
    assert highs == pytest.approx(
        [0.002812657469288, 0.004234837322132, 0.005644976559549, 0.005644976559549, 0.006328456663782], abs=1e-11
    )
    logs = [curve.at(day)["limits"]["log"] for day in days]
    assert [low for low, _ in logs] == pytest.approx(
        [7.046627074196e-05, 0.0004841930354665, 0.001041710975519, 0.001041710975519, 0.001349401919982], abs=1e-11
    )
    assert [high for _, high in logs] == pytest.approx(
        [0.00354779666027, 0.004646906987896, 0.005999744791866, 0.005999744791866, 0.006669621457273], abs=1e-11
    )


@pytest.mark.parametrize(
    ("group", "induced", "spontaneous"),
    [
        (
            "0",
            [0.03320769587378, 0.04015930848717, 0.04015930848717, 0.04015930848717],
            [0.1278037408525, 0.1560305425029, 0.1599039000568, 0.1607813850173],
        ),
        (
            "1",
            [0.2258794089362, 0.2771516836587, 0.2851118039272, 0.2851118039272],
            [0.278196219281, 0.3507019368726, 0.3584917921104, 0.362323096023],
        ),
    ],
)
def test_who_enters_late_is_at_risk_from_then_on(group: str, induced: list[float], spontaneous: list[float]) -> None:
    chosen = [row for row in rows("etm_abortion.csv") if row["group"] == group]
    for cause, values in ((1, induced), (3, spontaneous)):
        curve = cumulative_incidence(column(chosen, "time"), causes(chosen), cause, column(chosen, "entry"))
        assert [curve.at(week)["incidence"] for week in (10, 20, 30, 40)] == pytest.approx(values, abs=1e-10)


ended = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 2)), min_size=1, max_size=60)


@settings(deadline=None)
@given(ended)
def test_a_peer_says_the_same(people: list[tuple[int, int]]) -> None:
    """statsmodels' CumIncidenceRight, which has no ends at time 0: all times are moved by one."""
    from statsmodels.duration.survfunc import CumIncidenceRight

    times = np.array([time + 1 for time, _ in people], float)
    ends = np.array([end for _, end in people])
    if not (ends == 1).any() or not (ends == 2).any():
        return
    # Where all that are left end at once, statsmodels divides by nothing.
    with np.errstate(all="ignore"):
        peer = CumIncidenceRight(times, ends)
    curve = cumulative_incidence(times, ends)
    ours = [curve.at(time) for time in peer.times]
    assert [one["incidence"] for one in ours] == pytest.approx(peer.cinc[0], abs=1e-12)
    shown = np.isfinite(peer.cinc_se[0])
    errors = np.array([one["standard_error"] for one in ours])
    assert errors[shown] == pytest.approx(peer.cinc_se[0][shown], abs=1e-7)


@given(ended)
def test_incidences_and_survival_sum_to_1(people: list[tuple[int, int]]) -> None:
    times, ends = [time for time, _ in people], [end for _, end in people]
    one, two = (cumulative_incidence(times, ends, cause) for cause in (1, 2))
    assert one.incidence + two.incidence + one.survival == pytest.approx(np.ones(len(one.times)))
    for time in one.times:
        for limits in one.at(time)["limits"].values():
            assert limits is None or 0 <= limits[0] <= one.at(time)["incidence"] + 1e-12 <= limits[1] + 2e-12


def test_without_censoring_it_is_the_plain_proportion() -> None:
    curve = cumulative_incidence([0, 3, 5, 30, 30, 30], [1, 1, 2, 0, 0, 0])
    assert curve.at(0)["incidence"] == pytest.approx(1 / 6)
    assert curve.at(30)["incidence"] == pytest.approx(2 / 6)


def test_before_the_first_end_nothing_is_known_of_the_limits() -> None:
    before = cumulative_incidence([5, 6], [1, 0]).at(2)
    assert (before["incidence"], before["limits"]["log-log"]) == (0.0, None)


@given(ended, st.permutations([0, 1, 2]))
def test_gray_does_not_care_for_the_names_of_groups(people: list[tuple[int, int]], names: list[int]) -> None:
    groups = [place % 3 for place in range(len(people))]
    if len(people) < 3:
        return
    times, ends = [time for time, _ in people], [end for _, end in people]
    one = gray_test(times, ends, groups)
    other = gray_test(times, ends, [names[group] for group in groups])
    assert one.statistic == pytest.approx(other.statistic, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize(
    ("times", "ends", "entries"),
    [([], [], None), ([1.0], [1, 2], None), ([-1.0], [1], None), ([float("nan")], [1], None), ([2.0], [1], [2.0])],
)
def test_what_cannot_be_times_is_refused(times: list[float], ends: list[int], entries: list[float] | None) -> None:
    with pytest.raises(UserError):
        cumulative_incidence(times, ends, 1, entries)


def test_one_group_is_no_comparison() -> None:
    with pytest.raises(UserError):
        gray_test([1.0, 2.0], [1, 0], ["a", "a"])
