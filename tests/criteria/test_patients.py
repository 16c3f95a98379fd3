"""Every worked patient, and both sides of every line of the NEWS2 chart, on the reference and on the fast engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from sequela.assessing import assess_one
from sequela.criteria import shelf
from sequela.criteria.patients import START, WorkedPatient, patients, read_patients, seconds
from sequela.errors import CriteriaError
from tests.criteria.chart import charted
from tests.criteria.running import answer, by_history, failures

SHELF = shelf()
PATIENTS = patients()
CHARTED = tuple(charted())


def named(patient: WorkedPatient) -> str:
    return f"{patient.key}: {patient.name}"


@pytest.mark.parametrize("patient", PATIENTS, ids=named)
def test_a_worked_patient_is_what_its_why_says(patient: WorkedPatient) -> None:
    assert failures(patient, SHELF) == []
    assert failures(patient, SHELF, by_history) == []


@pytest.mark.parametrize("patient", CHARTED, ids=named)
def test_news2_agrees_with_a_second_copy_of_the_chart(patient: WorkedPatient) -> None:
    assert failures(patient, SHELF) == []


@pytest.mark.parametrize("patient", [p for p in PATIENTS if p.subject in ("condition", "ladder")], ids=named)
def test_an_assessment_says_the_same(patient: WorkedPatient) -> None:
    for expected in patient.expect:
        assessment = assess_one(patient.course, SHELF, START + expected.offset)
        said = assessment.state if patient.key == "state" else assessment.trend
        if patient.subject == "condition":
            condition = assessment.conditions[patient.key]
            said = "lapsed" if condition.note == "lapsed, unimaged" else condition.status
        assert said == expected.answer, expected.told


def test_every_definition_has_its_patients() -> None:
    kinds = {key: {p.kind for p in patients(key)} for key in (d.key for d in SHELF.definitions)}
    every = {"in", "out", "near miss", "missing data"}
    for definition in SHELF.definitions:
        # What is current is never unknown and has no other side than "not current".
        wanted = every - {"out", "near miss"} if definition.role == "minimum" else every
        assert wanted <= kinds[definition.key], f"{definition.key} lacks {wanted - kinds[definition.key]}"


def test_every_definition_is_true_of_one_and_not_of_another() -> None:
    for definition in SHELF.definitions:
        told = {expected.answer for patient in patients(definition.key) for expected in patient.expect}
        assert {"true", "false"} <= told, definition.key
        # What is current, and which drug was given, is never unknown: what nobody gave was not given.
        assert definition.role in ("minimum", "masking") or "unknown" in told, definition.key


def test_every_status_state_trend_and_step_is_reached() -> None:
    told: dict[str, set[str]] = {}
    for patient in PATIENTS:
        told.setdefault(patient.key, set()).update(expected.answer for expected in patient.expect)
    assert told["hepatic-necrosis"] == {"unknown", "not-suspected", "suspected", "confirmed", "excluded", "lapsed"}
    assert told["post-embolization-syndrome"] == {"unknown", "not-suspected", "suspected", "confirmed"}
    assert told["state"] == {state.key for state in SHELF.states} | {"expected"}
    assert told["trend"] == {trend.key for trend in SHELF.trends} | {"unknown"}
    assert told["contrast-ct"] == {"none", "due", "overdue", "done", "not-needed"}
    assert {condition.key for condition in SHELF.conditions} <= told.keys()
    assert {score.key for score in SHELF.scores} <= told.keys()
    assert {step.key for step in SHELF.steps} <= told.keys()


def test_no_two_patients_of_a_definition_share_a_name() -> None:
    names = [(patient.subject, patient.key, patient.name) for patient in PATIENTS]
    assert len(names) == len(set(names))


def test_a_patient_prints_itself() -> None:
    lines = patients("transaminase-very-high")[0].lines()
    assert lines[0] == "in: ALT 2,001 on day 2 after TACE (TACE, woman)"
    assert "  alt 2001, ast 500 @ 52h known 54h" in lines
    assert lines[-2].startswith("  at 40h false; at 53h59min59s false; at 54h true")


@pytest.mark.parametrize(
    ("text", "length"), [("48h", 172_800), ("-1d", -86_400), ("3d23h59min59s", 345_599), ("1.5h", 5_400), ("0h", 0)]
)
def test_a_length_of_time_is_read(text: str, length: int) -> None:
    assert seconds(text) == length


GOOD = """
[[patient]]
name = "n"
definition = "fever-late"
kind = "in"
facts = ["temperature 38.6 @ 8d"]
expect = ["8d true"]
why = "w"
"""


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('why = "w"', 'why = "w"\nreason = "w"', "unknown field 'reason'"),
        ('why = "w"', "", "no why"),
        ('definition = "fever-late"', "", "is about one of"),
        ('why = "w"', 'why = "w"\nscore = "NEWS2"', "is about one of"),
        ('kind = "in"', 'kind = "perhaps"', "kind is one of"),
        ('why = "w"', 'why = "w"\nprocedure = "TACO"', "no procedure kind"),
        ('why = "w"', 'why = "w"\nsex = "woman"', "sex is female, male or unknown"),
        ('why = "w"', 'why = "w"\nage = "old"', "age is a whole number"),
        ("temperature 38.6 @ 8d", "temperature 38.6", "has no instant"),
        ("temperature 38.6 @ 8d", "temperature 38.6 @ 8d 9d known 10d", "one only with `known`"),
        ("temperature 38.6 @ 8d", "temperature 38.6 @ soon", "no length of time"),
        ("temperature 38.6 @ 8d", "temperature 38.6 @ 0.0001s", "not in whole seconds"),
        ("temperature 38.6 @ 8d", "temprature 38.6 @ 8d", "no fact of the catalogue"),
        ("temperature 38.6 @ 8d", "temperature warm @ 8d", "no value of temperature"),
        ("temperature 38.6 @ 8d", "temperature 386 @ 8d", "not plausible"),
        ("temperature 38.6 @ 8d", "finding fever maybe @ 8d", "write present, absent or uncertain"),
        ("8d true", "8d perhaps", "is no answer about a definition"),
        ('expect = ["8d true"]', "expect = []", "expects nothing"),
        ("[[patient]]", "[[patients]]", "holds only [[patient]]"),
        ("[[patient]]", "[[patient", "cannot be read as TOML"),
    ],
)
def test_a_mistake_in_a_patient_is_told_in_one_line(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    path = tmp_path / "patients.toml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(CriteriaError) as caught:
        read_patients(path, "fever")
    assert complaint in str(caught.value)
    assert "fever" in str(caught.value)


def test_a_good_patient_is_read(tmp_path: Path) -> None:
    path = tmp_path / "patients.toml"
    path.write_text(GOOD, encoding="utf-8")
    (patient,) = read_patients(path, "fever")
    assert answer(patient, SHELF, patient.expect[0].offset) == "true"
