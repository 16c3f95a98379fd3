"""Versions of one resource: corrections, withdrawals, repeats, and their order."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sequela.course.episodes import Course
from sequela.course.facts import Observation
from tests.sources.making import (
    Json,
    at,
    bundle,
    coded,
    finding,
    observation,
    only,
    patient,
    procedure,
    quantity,
    reasons,
    take,
    usual,
)

FIRST, SECOND = "2026-03-02T10:00:00+01:00", "2026-03-03T10:00:00+01:00"


def spans(course: Course, kind: str = "alt") -> list[tuple[int | None, int, int | None]]:
    found = []
    for fact in course.about(kind):
        assert isinstance(fact, Observation)
        found.append((fact.low, fact.known_from, fact.known_until))
    return found


def version(number: int, issued: str | None, **fields: object) -> Json:
    made = observation(meta={"versionId": str(number)}, issued=issued, **fields)  # type: ignore[arg-type]
    if issued is None:
        del made["issued"]
    return made


def test_a_correction_ends_what_it_corrects_from_when_it_is_issued(tmp_path: Path) -> None:
    courses, receipt = take(tmp_path, usual(version(1, FIRST), version(2, SECOND, value=90, status="corrected")))
    (old, new) = spans(only(courses))
    assert (old[1:], new[1:]) == ((at(FIRST), at(SECOND)), (at(SECOND), None))
    assert (receipt.used, receipt.superseded) == (2, 1)


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "unknown"])
def test_a_withdrawal_ends_the_fact(tmp_path: Path, status: str) -> None:
    courses, receipt = take(tmp_path, usual(version(1, FIRST), version(2, SECOND, status=status)))
    assert [span[1:] for span in spans(only(courses))] == [(at(FIRST), at(SECOND))]
    assert (receipt.superseded, receipt.dropped) == (1, 1)


def test_a_withdrawal_that_keeps_the_first_issue_counts_from_the_servers_stamp(tmp_path: Path) -> None:
    gone = version(2, FIRST, status="entered-in-error")
    gone["meta"]["lastUpdated"] = SECOND
    courses, _ = take(tmp_path, usual(version(1, FIRST), gone))
    assert [span[1:] for span in spans(only(courses))] == [(at(FIRST), at(SECOND))]


def test_a_withdrawal_of_what_is_not_there_leaves_nothing(tmp_path: Path) -> None:
    courses, receipt = take(tmp_path, usual(version(2, SECOND, status="entered-in-error")))
    assert only(courses).facts == ()
    assert reasons(receipt) == {"dropped: entered-in-error": 1}


def test_versions_without_numbers_follow_the_times_of_knowing(tmp_path: Path) -> None:
    old, new = observation(), observation(value=90, status="corrected", issued=SECOND)
    courses, _ = take(tmp_path, usual(new, old))
    assert [span[1:] for span in spans(only(courses))] == [(at(FIRST), at(SECOND)), (at(SECOND), None)]


def test_the_same_version_again_is_a_duplicate(tmp_path: Path) -> None:
    courses, receipt = take(tmp_path, usual(version(1, FIRST), version(1, FIRST)))
    assert len(only(courses).facts) == 1
    assert reasons(receipt) == {"duplicate: the same version again": 1}


def test_the_same_value_under_two_identifiers_is_kept_twice_and_counted_once(tmp_path: Path) -> None:
    courses, receipt = take(tmp_path, usual(observation("a"), observation("b")))
    assert [fact.fact for fact in only(courses).facts] == ["Observation/a", "Observation/b"]
    assert (receipt.used, receipt.duplicate) == (2, 1)


def test_a_component_that_a_later_version_leaves_out_is_taken_back(tmp_path: Path) -> None:
    def pressure(number: int, issued: str, *kinds: str) -> Json:
        parts = [{"code": coded("urn:sequela:kind", kind), "valueQuantity": quantity(80, "mm[Hg]")} for kind in kinds]
        made = version(number, issued, component=parts, code={"text": "Blood pressure"})
        del made["valueQuantity"]
        return made

    both, one = pressure(1, FIRST, "systolic-pressure", "mean-pressure"), pressure(2, SECOND, "systolic-pressure")
    courses, receipt = take(tmp_path, usual(both, one))
    assert [span[1:] for span in spans(only(courses), "mean-pressure")] == [(at(FIRST), at(SECOND))]
    assert receipt.superseded == 2


def test_a_withdrawn_procedure_is_known_until_it_is_withdrawn(tmp_path: Path) -> None:
    gone = procedure(status="entered-in-error", meta={"versionId": "2", "lastUpdated": SECOND})
    courses, receipt = take(tmp_path, bundle(patient(), procedure(meta={"versionId": "1"}), gone))
    assert only(courses).procedure.known_until == at(SECOND)
    assert receipt.dropped == 1


def test_a_procedure_that_went_on_and_is_completed_is_an_index_procedure(tmp_path: Path) -> None:
    begun = procedure(status="in-progress", meta={"versionId": "1"})
    courses, receipt = take(tmp_path, bundle(patient(), begun, procedure(meta={"versionId": "2"})))
    assert only(courses).procedure.known_until is None
    assert reasons(receipt) == {"dropped: a procedure not completed": 1}


def test_a_deletion_in_a_history_withdraws(tmp_path: Path) -> None:
    history = usual(observation(), type="history")
    history["entry"].append(
        {"request": {"method": "DELETE", "url": "Observation/o"}, "response": {"lastModified": SECOND}}
    )
    courses, receipt = take(tmp_path, history)
    assert [span[1:] for span in spans(only(courses))] == [(at(FIRST), at(SECOND))]
    assert reasons(receipt) == {"dropped: deleted": 1, "superseded: an earlier version": 1}


def test_the_order_of_arrival_changes_nothing(tmp_path: Path) -> None:
    parts = [
        procedure(),
        version(1, FIRST),
        version(2, SECOND, value=90, status="corrected"),
        observation("b"),
        observation("b", value=41, status="preliminary", issued="2026-03-02T09:00:00+01:00"),
    ]
    answers = set()
    for index, order in enumerate(itertools.islice(itertools.permutations(parts), 0, 120, 7)):
        folder = tmp_path / str(index)
        folder.mkdir()
        courses, receipt = take(folder, bundle(patient(), *order))
        answers.add((tuple(repr(sorted(map(spans_of, only(courses).facts)))), repr(receipt.as_json())))
    assert len(answers) == 1


RUN = """
import sys
from pathlib import Path
from sequela.sources import read
for course in read([Path(sys.argv[1])]):
    print([(fact.fact, sorted(fact.site), fact.known_from, fact.known_until) for fact in course.facts])
"""


def test_two_words_on_one_version_are_settled_alike_in_every_run(tmp_path: Path) -> None:
    """Findings that differ in their sites alone: the order of a set of texts is another in each run."""
    said = [
        finding(f"f{number}", "gas", bodySite={"text": where}, issued=FIRST)
        for number in range(6)
        for where in ("segments 5, 6", "segments 5, 7")
    ]
    file = tmp_path / "patient.json"
    file.write_text(json.dumps(usual(*said)), encoding="utf-8")
    answers = {
        subprocess.run(
            [sys.executable, "-c", RUN, str(file)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(answers) == 1
    assert answers.pop().count(b"Observation/f") == 6


def spans_of(fact: object) -> tuple[object, ...]:
    assert isinstance(fact, Observation)
    return (fact.fact, fact.version, fact.low, fact.known_from, str(fact.known_until), fact.status)
