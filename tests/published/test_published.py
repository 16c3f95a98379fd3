"""The published courses, assessed: what must be caught, what must be left in peace, and what cannot be decided."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import sequela
from cases.measured import FLAG, Measured, late_fever, lead, measured, without_diagnosis

START = datetime(2020, 3, 2, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def courses() -> dict[str, Measured]:
    return {course.id: course for course in measured()}


def test_benign_courses_never_deteriorate(courses: dict[str, Measured]) -> None:
    benign = {course.id: course.states for course in courses.values() if course.group == "benign"}
    assert benign
    assert {name for name, states in benign.items() if "deteriorating" in states} == set()
    assert {name for name, states in benign.items() if "necrosis-confirmed" in states} == set()


def test_sterile_gas_and_fever_on_day_two_are_not_necrosis(courses: dict[str, Measured]) -> None:
    course = courses["tae_fnh_gas_benign_ambe2017"]
    assert course.first(FLAG) is None


def test_the_necrosis_seen_on_mr_after_ablation_is_confirmed_on_the_day_the_authors_saw_it(
    courses: dict[str, Measured],
) -> None:
    course = courses["rfa_alf_icc_pmc6452817"]
    then = course.at(course.recognised(1))
    assert then is not None
    assert then.state == "necrosis-confirmed"
    assert then.conditions[FLAG][0] == "confirmed"
    assert lead(course.recognised(1), course.first(FLAG)) == "0 h"


def test_that_course_is_flagged_from_the_bedside_alone(courses: dict[str, Measured]) -> None:
    course = courses["rfa_alf_icc_pmc6452817"]
    assert lead(course.recognised(1), course.first(FLAG, course.bedside)) == "0 h"


def test_signs_of_day_seven_flag_the_trauma_patient_a_week_before_the_necrosis_was_seen(
    courses: dict[str, Measured],
) -> None:
    course = courses["tae_trauma_necrosis_gori2019"]
    assert lead(course.recognised(14), course.first(FLAG)) == "+168 h"


@pytest.mark.parametrize(
    "name",
    [
        "rfa_pvt_orlacchio2010",
        "tace_cperfringens_uojima2019",
        "tace_pseudoaneurysm_haemobilia_medicina2024",
        "tace_raoultella_erwes2021",
    ],
)
def test_a_dated_deterioration_raises_the_flag_by_the_time_the_authors_recognised_it(
    courses: dict[str, Measured], name: str
) -> None:
    course = courses[name]
    first = course.first(FLAG)
    assert first is not None
    assert first <= course.recognised(course.concordant[0][1] or 0)


def test_shock_without_fever_is_caught_where_the_fever_alarm_is_silent(courses: dict[str, Measured]) -> None:
    course = courses["tace_raoultella_erwes2021"]
    assert course.fever is None
    assert course.first(FLAG) is not None


def test_nothing_is_confirmed_that_the_sources_do_not_show(courses: dict[str, Measured]) -> None:
    confirmed = {
        course.id for course in courses.values() for m in course.moments if m.conditions[FLAG][0] == "confirmed"
    }
    assert confirmed <= {"rfa_alf_icc_pmc6452817", "tae_trauma_necrosis_gori2019"}


def test_every_undecidable_course_says_why(courses: dict[str, Measured]) -> None:
    undecidable = [course for course in courses.values() if not course.decidable]
    assert len(undecidable) == 4
    assert all(len(course.reason) > 40 for course in undecidable)


def test_the_page_has_a_line_for_every_course(root: Path, courses: dict[str, Measured]) -> None:
    page = (root / "docs" / "reference" / "published-courses.md").read_text(encoding="utf-8")
    assert [name for name in courses if f"| {name} |" not in page] == []


def morning(day: int, hour: int = 9) -> str:
    return (datetime.fromisoformat("2026-02-02T00:00:00+01:00") + timedelta(days=day, hours=hour)).isoformat()


@pytest.fixture(scope="module")
def index_shaped(root: Path) -> list[object]:
    return list(sequela.read(root / "cases" / "synthetic" / "index-shaped.json")[0])


def state(courses: list[object], as_of: str) -> str:
    (assessment,) = sequela.assess(courses, as_of=as_of)
    return str(assessment.as_json()["state"])


def test_the_index_shaped_course_turns_from_expected_to_deteriorating_to_confirmed(index_shaped: list[object]) -> None:
    for day in (1, 3, 4):
        assert state(index_shaped, morning(day)) == "expected", day
    assert state(index_shaped, morning(5)) in {"expected", "recovered"}
    assert state(index_shaped, morning(6)) == "deteriorating"
    assert state(index_shaped, morning(7)) == "necrosis-confirmed"


def test_the_uneventful_course_stays_uneventful(root: Path) -> None:
    uneventful, _ = sequela.read(root / "cases" / "synthetic" / "uneventful.json")
    for day in range(0, 6):
        as_of = (datetime.fromisoformat("2026-03-02T23:30:00+01:00") + timedelta(days=day)).isoformat()
        assert state(uneventful, as_of) in {"expected", "recovered"}, day


def test_hours_before_are_positive_and_after_negative() -> None:
    assert lead(START, START - timedelta(hours=5)) == "+5 h"
    assert lead(START, START + timedelta(hours=5)) == "-5 h"
    assert lead(START, START) == "0 h"
    assert lead(START, None) == "never"


def test_the_fever_comparator_looks_after_day_three_only(root: Path) -> None:
    bundle = json.loads((root / "cases" / "synthetic" / "index-shaped.json").read_text(encoding="utf-8"))
    found = late_fever(bundle, datetime.fromisoformat("2026-02-02T10:00:00+01:00"))
    # The withdrawn 38.4 of day 4 counts for the comparator, which knows no versions.
    assert found == datetime.fromisoformat("2026-02-06T14:20:00+01:00")


def test_the_bedside_bundle_holds_no_scan_and_no_diagnosis(root: Path) -> None:
    path = root / "cases" / "published" / "rfa_alf_icc_pmc6452817.json"
    left = without_diagnosis(json.loads(path.read_text(encoding="utf-8")))["entry"]
    names = {entry["resource"]["id"] for entry in left}
    assert "confusion-01" in names
    assert not names & {"parenchymal-necrosis-01", "acute-liver-failure-01", "contrast-mr-01"}
