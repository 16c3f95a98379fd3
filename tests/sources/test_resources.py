"""Patient, Procedure, Condition, Encounter, DiagnosticReport and the medications."""

from __future__ import annotations

from pathlib import Path

import pytest

from sequela.course.catalogue import catalogue
from sequela.course.episodes import Course, ProcedureKind
from sequela.course.facts import Event, Finding, Presence
from sequela.sources import Receipt
from sequela.sources.resources import DRUGS
from tests.sources.making import (
    Json,
    at,
    bundle,
    coded,
    condition,
    observation,
    only,
    patient,
    procedure,
    reasons,
    subject,
    take,
    usual,
)

LATER = "2026-03-04T08:00:00+01:00"


def events(course: Course) -> dict[str, tuple[str, int]]:
    return {fact.fact: (fact.event, fact.at) for fact in course.facts if isinstance(fact, Event)}


def presences(course: Course) -> dict[str, tuple[str, Presence]]:
    return {fact.fact: (fact.finding, fact.presence) for fact in course.facts if isinstance(fact, Finding)}


def with_one(tmp_path: Path, *resources: Json) -> tuple[Course, Receipt]:
    courses, receipt = take(tmp_path, usual(*resources))
    return only(courses), receipt


def test_the_patients_sex_birth_and_death(tmp_path: Path) -> None:
    courses, _ = take(tmp_path, bundle(patient(deceasedDateTime=LATER), procedure()))
    course = only(courses)
    assert (course.patient, course.sex, course.birth) == ("p", "female", at("1965-05-04T00:00:00Z"))
    assert events(course) == {"Patient/p#death": ("death", at(LATER))}
    assert [ending.by for ending in course.endings] == ["death"]


@pytest.mark.parametrize(("gender", "sex"), [("male", "male"), ("other", None), ("unknown", None), (None, None)])
def test_a_sex_that_is_not_said_stays_unknown(tmp_path: Path, gender: str | None, sex: str | None) -> None:
    courses, _ = take(tmp_path, bundle(patient(gender=gender, birthDate="1965"), procedure()))
    assert (only(courses).sex, only(courses).birth) == (sex, at("1965-01-01T00:00:00Z"))


def test_a_death_without_a_time_is_dropped(tmp_path: Path) -> None:
    _, receipt = take(tmp_path, bundle(patient(deceasedBoolean=True), procedure()))
    assert reasons(receipt) == {"dropped: a death without a time": 1}


def test_an_index_procedure_carries_its_territory_and_intent(tmp_path: Path) -> None:
    index = procedure(
        bodySite=[coded("urn:sequela:site", "VII"), {"text": "Segment 8"}],
        extension=[{"url": "urn:sequela:intent", "valueString": "tumour; portal branch"}, {"url": "urn:x"}],
    )
    courses, receipt = take(tmp_path, bundle(patient(), index))
    course = only(courses)
    assert (course.id, course.procedure.kind) == ("p|tae", ProcedureKind.TAE)
    assert (course.procedure.territory, course.procedure.intent) == (("VII", "VIII"), ("tumour", "portal branch"))
    assert (receipt.read, receipt.used) == (1, 1)


@pytest.mark.parametrize(
    ("text", "place", "kind"),
    [
        ("Transarterial chemoembolization (TACE)", None, "TACE"),
        ("DEB-TACE, segment VII", None, "DEB-TACE"),
        ("Quimioembolización transarterial", None, "TACE"),
        ("Radiofrequency ablation of liver lesion", None, "RFA"),
        ("Microwave ablation", "segment VIII", "MWA"),
        ("Microwave ablation", None, None),
        ("Radiofrequency ablation of renal tumour", None, None),
        ("CT abdomen, follow-up after TACE", None, None),
        ("Appendicectomy", None, None),
    ],
)
def test_text_that_names_an_index_procedure_makes_one(
    tmp_path: Path, text: str, place: str | None, kind: str | None
) -> None:
    index = procedure(code={"text": text}, bodySite=[{"text": place}] if place else [])
    courses, _ = take(tmp_path, bundle(patient(), index))
    assert [str(course.procedure.kind) for course in courses] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"status": "not-done"}, "dropped: a procedure not completed"),
        ({"status": "preparation"}, "dropped: a procedure not completed"),
        ({"status": None}, "dropped: a procedure not completed"),
        ({"status": "entered-in-error"}, "dropped: entered-in-error"),
        ({"performedDateTime": None}, "dropped: no time"),
        ({"performedDateTime": "2026-03"}, "dropped: an index procedure without a day"),
        ({"performedDateTime": "yesterday"}, "rejected: malformed time"),
        ({"code": {"text": "Appendicectomy"}}, "irrelevant: not in the catalogue"),
        ({"bodySite": "liver"}, "rejected: malformed bodySite"),
    ],
)
def test_a_procedure_that_is_no_index_procedure_is_counted_and_makes_no_episode(
    tmp_path: Path, fields: Json, reason: str
) -> None:
    courses, receipt = take(tmp_path, bundle(patient(), procedure(**fields), observation()))
    assert courses == []
    assert reasons(receipt) == {reason: 1, "irrelevant: no index procedure": 1}
    assert receipt.notes["patients without an index procedure"] == 1


def test_two_procedures_a_week_apart_are_two_episodes_and_within_a_day_one(tmp_path: Path) -> None:
    second = procedure(id="again", performedDateTime="2026-03-08T10:00:00+01:00")
    same = procedure(id="same", performedDateTime="2026-03-02T09:00:00+01:00")
    courses, receipt = take(tmp_path, bundle(patient(), procedure(), second, same))
    assert [course.id for course in courses] == ["p|tae", "p|again"]
    assert [ending.by for ending in courses[0].endings] == ["again"]
    assert receipt.used == 3


def test_what_lies_before_the_baseline_belongs_to_no_episode_unless_it_is_background(tmp_path: Path) -> None:
    old = observation(effectiveDateTime="2025-03-02T08:00:00Z", issued="2025-03-02T08:00:00Z")
    course, receipt = with_one(tmp_path, old, condition(onsetDateTime="2015-02-01", recordedDate="2015-02-01"))
    assert [fact.key for fact in course.facts] == ["cirrhosis"]
    assert reasons(receipt) == {"irrelevant: outside every episode": 1}


def test_a_scan_is_an_event_when_it_is_done(tmp_path: Path) -> None:
    scan = procedure(id="scan", code=coded("urn:sequela:event", "contrast-ct"), performedDateTime=LATER)
    course, _ = with_one(tmp_path, scan)
    assert events(course) == {"Procedure/scan": ("contrast-ct", at(LATER))}


@pytest.mark.parametrize(
    ("verification", "expected"),
    [
        (None, Presence.PRESENT),
        ("confirmed", Presence.PRESENT),
        ("provisional", Presence.UNCERTAIN),
        ("differential", Presence.UNCERTAIN),
        ("unconfirmed", Presence.UNCERTAIN),
        ("refuted", Presence.ABSENT),
    ],
)
def test_a_condition_is_as_sure_as_its_verification(
    tmp_path: Path, verification: str | None, expected: Presence
) -> None:
    status = {} if verification is None else {"verificationStatus": coded("urn:x", verification)}
    course, _ = with_one(tmp_path, condition("ascites", onsetDateTime=LATER, **status))
    assert presences(course) == {"Condition/c": ("ascites", expected)}


def test_a_condition_ends_at_its_abatement(tmp_path: Path) -> None:
    ended = condition("jaundice", onsetDateTime=LATER, abatementDateTime="2026-03-09T08:00:00Z")
    course, receipt = with_one(tmp_path, ended)
    assert presences(course) == {
        "Condition/c": ("jaundice", Presence.PRESENT),
        "Condition/c#abatement": ("jaundice", Presence.ABSENT),
    }
    assert receipt.read == 3


def test_a_condition_that_is_over_since_nobody_knows_when_is_uncertain(tmp_path: Path) -> None:
    over = condition("jaundice", onsetDateTime=LATER, clinicalStatus=coded("urn:x", "resolved"))
    course, _ = with_one(tmp_path, over)
    assert presences(course) == {"Condition/c": ("jaundice", Presence.UNCERTAIN)}


def test_a_condition_in_words_may_deny(tmp_path: Path) -> None:
    course, _ = with_one(tmp_path, condition(code={"text": "No ascites"}, recordedDate=LATER))
    assert presences(course) == {"Condition/c": ("ascites", Presence.ABSENT)}


def test_background_without_a_date_was_so_before_the_procedure_and_anything_else_is_dropped(tmp_path: Path) -> None:
    course, receipt = with_one(tmp_path, condition("cirrhosis"), condition("ascites", id="d"))
    (fact,) = course.facts
    assert (fact.key, fact.at, fact.assumed) == ("cirrhosis", course.start - 1, True)
    assert reasons(receipt) == {"dropped: no time": 1}


def test_a_condition_dated_by_the_year_was_so_when_it_was_recorded(tmp_path: Path) -> None:
    course, _ = with_one(tmp_path, condition("cirrhosis", onsetDateTime="2026", recordedDate="2026-02-01T08:00:00Z"))
    assert [fact.at for fact in course.facts] == [at("2026-02-01T08:00:00Z")]


def stay(**fields: object) -> Json:
    return subject(
        **{
            "resourceType": "Encounter",
            "id": "e",
            "status": "finished",
            "class": {"code": "IMP"},
            "period": {"start": "2026-02-28T08:00:00Z", "end": "2026-03-10T08:00:00Z"},
            **fields,
        }
    )


def test_a_stay_is_an_admission_and_a_discharge(tmp_path: Path) -> None:
    course, _ = with_one(tmp_path, stay())
    assert events(course) == {
        "Encounter/e#admission": ("admission", at("2026-02-28T08:00:00Z")),
        "Encounter/e#discharge": ("discharge", at("2026-03-10T08:00:00Z")),
    }


def test_a_stay_that_goes_on_has_no_discharge_and_intensive_care_begins_with_its_location(tmp_path: Path) -> None:
    where = {"location": {"display": "Intensive Care Unit 2"}, "period": {"start": LATER}}
    course, _ = with_one(tmp_path, stay(status="in-progress", location=[where]))
    assert sorted(key for key, _ in events(course).values()) == ["admission", "icu"]
    assert events(course)["Encounter/e#icu"] == ("icu", at(LATER))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"class": {"code": "AMB"}}, "irrelevant: not a stay in hospital"),
        ({"status": "planned"}, "dropped: a stay not begun"),
        ({"status": "cancelled"}, "dropped: cancelled"),
        ({"period": {}}, "dropped: no time"),
        ({"period": "March"}, "rejected: malformed period"),
    ],
)
def test_other_encounters_are_counted(tmp_path: Path, fields: Json, reason: str) -> None:
    _, receipt = with_one(tmp_path, stay(**fields))
    assert reasons(receipt) == {reason: 1}


def test_a_report_says_that_the_examination_was_done_and_its_code_goes_before_its_text(tmp_path: Path) -> None:
    report = subject(
        resourceType="DiagnosticReport",
        id="r",
        status="final",
        code=coded("urn:sequela:event", "doppler"),
        effectiveDateTime=LATER,
        issued="2026-03-04T12:00:00+01:00",
        conclusion="Portal vein thrombosis.",
        conclusionCode=[coded("urn:sequela:finding", "portal-vein-thrombosis"), {"text": "something else"}],
    )
    course, receipt = with_one(tmp_path, report)
    assert events(course) == {"DiagnosticReport/r": ("doppler", at(LATER))}
    assert presences(course) == {
        "DiagnosticReport/r#conclusion1": ("portal-vein-thrombosis", Presence.PRESENT),
    }
    assert {fact.known_at for fact in course.facts} == {at("2026-03-04T12:00:00+01:00")}
    assert reasons(receipt) == {
        "duplicate: said in words what the report says by code": 1,
        "irrelevant: not in the catalogue": 1,
    }
    assert receipt.notes["reports whose text was read"] == 1


def given(**fields: object) -> Json:
    return subject(
        **{
            "resourceType": "MedicationAdministration",
            "id": "m",
            "status": "completed",
            "medicationCodeableConcept": coded("urn:sequela:event", "antibiotic"),
            "effectivePeriod": {"start": LATER, "end": "2026-03-04T08:30:00+01:00"},
            **fields,
        }
    )


def test_a_drug_is_an_event_from_the_start_of_giving_it(tmp_path: Path) -> None:
    course, _ = with_one(tmp_path, given())
    assert events(course) == {"MedicationAdministration/m": ("antibiotic", at(LATER))}


def test_a_drug_is_found_by_its_name_by_reference_and_contained(tmp_path: Path) -> None:
    drug = {"resourceType": "Medication", "id": "d", "code": {"text": "Piperacillin/tazobactam 4.5 g"}}
    by_name = given(id="a", medicationCodeableConcept={"text": "Paracetamol 1 g tablet"})
    by_reference = given(id="b", medicationCodeableConcept=None, medicationReference={"reference": "Medication/d"})
    inside = given(id="c", medicationCodeableConcept=None, medicationReference={"reference": "#d"}, contained=[drug])
    course, _ = with_one(tmp_path, by_reference, by_name, inside, drug)
    assert {fact: key for fact, (key, _) in events(course).items()} == {
        "MedicationAdministration/a": "paracetamol",
        "MedicationAdministration/b": "antibiotic",
        "MedicationAdministration/c": "antibiotic",
    }


def test_a_drug_that_was_not_given_or_only_ordered_is_no_event(tmp_path: Path) -> None:
    order = {**given(id="order"), "resourceType": "MedicationRequest", "status": "active"}
    course, receipt = with_one(tmp_path, given(status="not-done"), order)
    assert course.facts == ()
    assert reasons(receipt) == {
        "dropped: a drug not given": 1,
        "irrelevant: ordered, not known to be given": 1,
    }


def test_every_drug_of_the_catalogue_is_an_event_when_it_is_given(tmp_path: Path) -> None:
    """What has a place in ATC is a drug; blood products have none."""
    drugs = {key for key, entry in catalogue().events.items() if entry.atc}
    assert drugs | {"transfusion"} == DRUGS
    given = [
        subject(
            resourceType="MedicationAdministration",
            id=key,
            status="completed",
            medicationCodeableConcept={"text": catalogue().events[key].title},
            effectiveDateTime=LATER,
        )
        for key in sorted(DRUGS)
    ]
    course, _ = with_one(tmp_path, *given)
    assert events(course) == {f"MedicationAdministration/{key}": (key, at(LATER)) for key in DRUGS}
