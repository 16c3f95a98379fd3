"""When a fact was so, and when it could have been known: design section 7, rule by rule."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sequela.course.catalogue import catalogue
from sequela.course.facts import Fact, Precision
from tests.sources.making import Json, at, bundle, observation, only, patient, procedure, reasons, take, usual

SAMPLED = "2026-03-02T08:00:00+01:00"
DELAY = catalogue().kinds["alt"].delay


def alt(tmp_path: Path, resource: Json, **fields: object) -> Fact:
    courses, _ = take(tmp_path, usual(resource, **fields))
    (fact,) = only(courses).about("alt")
    return fact


def unissued(**fields: object) -> Json:
    made = observation(**fields)  # type: ignore[arg-type]
    del made["issued"]
    return made


def test_issued_is_the_time_of_knowing(tmp_path: Path) -> None:
    fact = alt(tmp_path, observation(meta={"versionId": "1", "lastUpdated": "2026-03-02T09:00:00+01:00"}))
    assert (fact.at, fact.known_at, fact.assumed) == (at(SAMPLED), at("2026-03-02T10:00:00+01:00"), False)


@pytest.mark.parametrize(
    ("meta", "known", "assumed"),
    [
        ({"versionId": "1", "lastUpdated": "2026-03-05T08:00:00+01:00"}, at("2026-03-05T08:00:00+01:00"), False),
        ({"versionId": "1", "lastUpdated": "2026-03-05T08:00:01+01:00"}, at(SAMPLED) + DELAY, True),
        ({"versionId": "2", "lastUpdated": "2026-03-02T09:00:00+01:00"}, at(SAMPLED) + DELAY, True),
        ({"lastUpdated": "2026-03-02T09:00:00+01:00"}, at(SAMPLED) + DELAY, True),
        ({"versionId": "1", "lastUpdated": "no time"}, at(SAMPLED) + DELAY, True),
        ({}, at(SAMPLED) + DELAY, True),
    ],
)
def test_the_servers_stamp_counts_on_a_first_version_within_72_hours_only(
    tmp_path: Path, meta: Json, known: int, assumed: bool
) -> None:
    fact = alt(tmp_path, unissued(meta=meta))
    assert (fact.known_at, fact.assumed) == (known, assumed)


def test_an_assumed_time_of_knowing_is_counted(tmp_path: Path) -> None:
    _, receipt = take(tmp_path, usual(unissued()))
    assert receipt.notes["known_at assumed from the reporting delay"] == 1


def test_a_correction_without_its_predecessor_is_known_from_its_issue(tmp_path: Path) -> None:
    fact = alt(tmp_path, observation(status="corrected", issued="2026-03-04T10:00:00+01:00"))
    assert fact.known_from == at("2026-03-04T10:00:00+01:00")


def test_a_correction_that_is_not_issued_is_known_when_its_bundle_was_written(tmp_path: Path) -> None:
    fact = alt(tmp_path, unissued(status="corrected"), timestamp="2026-03-06T00:00:00Z")
    assert (fact.known_from, fact.assumed) == (at("2026-03-06T00:00:00Z"), True)


def test_a_correction_of_which_nothing_says_when_is_dropped(tmp_path: Path) -> None:
    courses, receipt = take(tmp_path, usual(unissued(status="corrected")))
    assert only(courses).about("alt") == ()
    assert reasons(receipt) == {"dropped: a correction that does not say when it was made": 1}


def test_a_date_is_a_span_known_at_its_end(tmp_path: Path) -> None:
    fact = alt(tmp_path, observation(effectiveDateTime="2026-03-02", issued="2026-03-02T07:00:00Z"))
    assert (fact.at, fact.known_from) == (at("2026-03-02T23:59:59Z"), at("2026-03-02T23:59:59Z"))
    assert fact.precision is Precision.DAY


def test_a_time_without_a_zone_takes_the_callers_and_is_counted(tmp_path: Path) -> None:
    resource = observation(effectiveDateTime="2026-03-02T08:00:00", issued="2026-03-02T10:00:00")
    courses, receipt = take(tmp_path, usual(resource), zone=ZoneInfo("America/Bogota"))
    (fact,) = only(courses).about("alt")
    assert fact.at == at("2026-03-02T08:00:00-05:00")
    assert receipt.notes["times without a zone"] == 2


def test_a_period_counts_from_its_end_and_no_time_from_when_it_was_issued(tmp_path: Path) -> None:
    period = observation("a", effectivePeriod={"start": "2026-03-02T00:00:00Z", "end": "2026-03-02T06:00:00Z"})
    untimed = observation("b")
    del period["effectiveDateTime"], untimed["effectiveDateTime"]
    courses, receipt = take(tmp_path, usual(period, untimed))
    facts = {fact.fact: fact.at for fact in only(courses).facts}
    assert facts == {
        "Observation/a": at("2026-03-02T06:00:00Z"),
        "Observation/b": at("2026-03-02T10:00:00+01:00"),
    }
    assert receipt.notes["no effective time: taken as of when it was issued"] == 1


def test_an_observation_without_any_time_is_dropped(tmp_path: Path) -> None:
    resource = unissued()
    del resource["effectiveDateTime"]
    _, receipt = take(tmp_path, usual(resource))
    assert reasons(receipt) == {"dropped: no time": 1}


def test_what_is_dated_before_birth_is_dropped_and_after_the_bundle_is_noted(tmp_path: Path) -> None:
    born = observation("a", effectiveDateTime="1965-05-03T23:59:59Z")
    later = observation("b", effectiveDateTime="2027-01-01T00:00:00Z", issued="2027-01-01T00:00:00Z")
    courses, receipt = take(tmp_path, usual(born, later, timestamp="2026-03-09T00:00:00Z"))
    assert [fact.fact for fact in only(courses).facts] == ["Observation/b"]
    assert reasons(receipt) == {"dropped: before birth": 1}
    assert receipt.notes["dated after the Bundle's own timestamp"] == 1


def test_a_procedure_dated_by_the_day_starts_with_the_day_and_is_known_at_its_end(tmp_path: Path) -> None:
    same_day = observation(effectiveDateTime="2026-03-01T00:30:00Z")
    courses, _ = take(tmp_path, bundle(patient(), procedure(performedDateTime="2026-03-01"), same_day))
    index = only(courses).procedure
    assert (index.start, index.known_from) == (at("2026-03-01T00:00:00Z"), at("2026-03-01T23:59:59Z"))
    assert only(courses).facts[0].at >= index.start


def test_a_procedure_is_known_when_it_is_over_and_gives_the_zone_of_its_record(tmp_path: Path) -> None:
    period = {"start": "2026-03-01T10:00:00+05:30", "end": "2026-03-01T12:00:00+05:30"}
    resource = procedure(performedPeriod=period)
    del resource["performedDateTime"]
    courses, _ = take(tmp_path, bundle(patient(), resource))
    course = only(courses)
    assert (course.start, course.procedure.known_from) == (at(period["start"]), at(period["end"]))
    assert course.zone_offset == 19_800


def test_the_bundles_timestamp_is_kept_as_the_instant_it_asserts(tmp_path: Path) -> None:
    courses, _ = take(tmp_path, usual(timestamp="2026-03-09T00:00:00Z"))
    assert only(courses).asserted == at("2026-03-09T00:00:00Z")
