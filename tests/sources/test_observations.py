"""Observations: codes, units, comparators, coded answers, components, findings."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from sequela.course.catalogue import catalogue
from sequela.course.facts import Event, Finding, Observation, Presence
from sequela.course.interval import Interval
from sequela.sources.claims import NOWHERE
from tests.sources.making import (
    LOINC,
    SNOMED,
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

PAIN, AWAKE, OXYGEN = (coded("urn:sequela:kind", key) for key in ("pain", "consciousness", "oxygen"))


def read_one(tmp_path: Path, resource: Json) -> Observation:
    courses, _ = take(tmp_path, usual(resource))
    (fact,) = only(courses).facts
    assert isinstance(fact, Observation)
    return fact


def value(tmp_path: Path, resource: Json) -> Interval:
    fact = read_one(tmp_path, resource)
    return fact.value(catalogue().kinds[fact.kind].resolution)


def why(tmp_path: Path, *resources: Json) -> dict[str, int]:
    _, receipt = take(tmp_path, usual(*resources))
    return reasons(receipt)


@pytest.mark.parametrize(
    ("code", "amount", "expected"),
    [
        (coded("urn:sequela:kind", "alt"), quantity(40, "U/L"), 40),
        (coded(LOINC, "1742-6"), quantity(40.5, "[iU]/L"), Fraction(81, 2)),
        (coded(LOINC, "1742-6"), quantity(1, "ukat/L"), 60),
        (coded("urn:sequela:kind", "alt"), {"value": 40, "unit": "U/L"}, 40),
        (coded("urn:sequela:kind", "alt"), {"value": 40, "unit": "IU/L", "system": "urn:lab", "code": "x"}, 40),
        (coded("urn:sequela:kind", "bilirubin"), quantity(1, "mg/dL"), Fraction("17.1")),
        ({"text": "Alanine aminotransferase"}, quantity(40, "U/L"), 40),
    ],
)
def test_a_value_is_read_in_the_kinds_own_unit_and_grid(
    tmp_path: Path, code: Json, amount: Json, expected: Fraction
) -> None:
    found = value(tmp_path, observation(code=code, valueQuantity=amount))
    assert found.is_exact
    assert found.low is not None
    assert abs(found.low - expected) <= Fraction("0.05")


def test_a_laboratory_code_that_is_not_ours_is_not_made_ours_by_its_name(tmp_path: Path) -> None:
    urine = observation(code={"coding": [{"system": LOINC, "code": "2350-7"}], "text": "Glucose"})
    assert why(tmp_path, urine) == {"irrelevant: not in the catalogue": 1}


def test_two_codings_of_one_kind_are_one_and_of_two_kinds_are_refused(tmp_path: Path) -> None:
    same = coded(LOINC, "1742-6")
    same["coding"].append({"system": "urn:sequela:kind", "code": "alt"})
    other = coded(LOINC, "1742-6")
    other["coding"].append({"system": "urn:sequela:kind", "code": "ast"})
    courses, receipt = take(tmp_path, usual(observation("a", code=same), observation("b", code=other)))
    assert len(only(courses).facts) == 1
    assert reasons(receipt) == {"rejected: codings that disagree": 1}


@pytest.mark.parametrize(
    ("comparator", "amount", "expected"),
    [
        ("<", 5, Interval(Fraction(0), Fraction(5), False, True)),
        ("<=", 5, Interval(Fraction(0), Fraction(5), False, False)),
        (">", 5000, Interval(Fraction(5000), None, True, False)),
        (">=", 5000, Interval(Fraction(5000), None, False, False)),
    ],
)
def test_a_comparator_makes_an_interval(tmp_path: Path, comparator: str, amount: int, expected: Interval) -> None:
    resource = observation(valueQuantity=quantity(amount, "U/L", comparator=comparator))
    assert value(tmp_path, resource) == expected


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"valueQuantity": quantity(40, None)}, "dropped: no unit"),
        ({"valueQuantity": quantity(40, "K/uL")}, "dropped: unknown unit"),
        ({"valueQuantity": quantity(4e9, "U/L")}, "dropped: implausible value"),
        ({"valueQuantity": quantity(-4, "U/L")}, "dropped: implausible value"),
        ({"valueQuantity": {"unit": "U/L"}}, "dropped: no value"),
        ({"valueQuantity": quantity(40, "U/L", comparator="~")}, "rejected: unknown comparator"),
        ({"valueQuantity": quantity("40", "U/L")}, "rejected: a value that is not a number"),  # type: ignore[arg-type]
        ({"valueQuantity": quantity(True, "U/L")}, "rejected: a value that is not a number"),
        ({"valueQuantity": [1]}, "rejected: malformed valueQuantity"),
        ({"effectiveDateTime": "0000-01-01"}, "rejected: malformed time"),
        ({"effectiveDateTime": 20260302}, "rejected: malformed time"),
        ({"code": "ALT"}, "rejected: malformed code"),
        ({"modifierExtension": [{"url": "urn:x", "valueBoolean": True}]}, "rejected: unknown modifierExtension"),
        ({"status": "registered"}, "dropped: registered, no result yet"),
        ({"status": "nonsense"}, "dropped: unknown status"),
        ({"code": coded(LOINC, "99999-9")}, "irrelevant: not in the catalogue"),
        ({"subject": {"reference": "Group/1"}}, "dropped: the subject is no patient"),
        ({"subject": {"display": "somebody"}}, ""),
    ],
)
def test_what_cannot_be_used_is_counted_with_its_reason(tmp_path: Path, fields: Json, reason: str) -> None:
    assert why(tmp_path, observation(**fields)) == ({reason: 1} if reason else {})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"valueString": "<5", "code": PAIN},
            Interval(Fraction(0), Fraction(5), False, True),
        ),
        ({"valueString": "412 U/L"}, Interval.exactly(412)),
        ({"valueString": "412", "referenceRange": [{"high": quantity(40, "U/L")}]}, Interval.exactly(412)),
        ({"valueInteger": 7, "code": PAIN}, Interval.exactly(7)),
        ({"valueRange": {"low": quantity(4, "U/L"), "high": quantity(8, "U/L")}}, Interval(Fraction(4), Fraction(8))),
        (
            {"valueCodeableConcept": {"text": "Voice"}, "code": AWAKE},
            Interval.exactly(2),
        ),
        ({"valueBoolean": True, "code": OXYGEN}, Interval.exactly(1)),
        ({"valueQuantity": quantity(2, "L/min"), "code": OXYGEN}, Interval.exactly(1)),
    ],
)
def test_values_that_are_no_quantities_are_read_where_they_are_certain(
    tmp_path: Path, fields: Json, expected: Interval
) -> None:
    resource = observation(**fields)
    if "valueQuantity" not in fields:
        del resource["valueQuantity"]
    assert value(tmp_path, resource) == expected


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"valueString": "412"}, "dropped: no unit"),
        ({"valueString": "1,234 U/L"}, "dropped: text that is not a number"),
        ({"valueString": "haemolysed"}, "dropped: text that is not a number"),
        ({"dataAbsentReason": {"text": "error"}}, "dropped: data absent"),
        ({"valueRatio": {}}, "dropped: a type of value that is not read"),
        ({"valueInteger": 3}, "dropped: no unit"),
        ({}, "dropped: no value"),
    ],
)
def test_values_that_are_not_certain_are_dropped(tmp_path: Path, fields: Json, reason: str) -> None:
    resource = {**observation(), **fields}
    del resource["valueQuantity"]
    assert why(tmp_path, resource) == {reason: 1}


def test_a_fraction_of_oxygen_says_whether_oxygen_is_given(tmp_path: Path) -> None:
    air = observation("a", code=coded("urn:sequela:kind", "fio2"), valueQuantity=quantity(21, "%"))
    mask = observation("b", code=coded("urn:sequela:kind", "fio2"), valueQuantity=quantity(40, "%"))
    courses, receipt = take(tmp_path, usual(air, mask))
    given = {fact.fact: fact.low for fact in only(courses).about("oxygen") if isinstance(fact, Observation)}
    assert given == {"Observation/a#oxygen": 0, "Observation/b#oxygen": 1}
    assert receipt.read == 3


def test_components_are_facts_of_their_own_and_one_that_is_broken_sinks_none(tmp_path: Path) -> None:
    panel = observation(
        code=coded(LOINC, "85354-9"),
        component=[
            {"code": coded(LOINC, "8480-6"), "valueQuantity": quantity(120, "mm[Hg]")},
            {"code": coded(LOINC, "8462-4"), "valueQuantity": quantity(80, "mm[Hg]")},
            {"code": coded(LOINC, "8478-0"), "valueQuantity": quantity("93", "mm[Hg]")},  # type: ignore[arg-type]
            {"code": coded(LOINC, "8478-0"), "dataAbsentReason": {"text": "not done"}},
        ],
    )
    del panel["valueQuantity"]
    courses, receipt = take(tmp_path, usual(panel))
    assert [fact.fact for fact in only(courses).facts] == ["Observation/o#component1"]
    assert reasons(receipt) == {
        "dropped: data absent": 1,
        "irrelevant: not in the catalogue": 1,
        "rejected: a value that is not a number": 1,
    }


def test_a_panels_members_stand_alone_and_contained_observations_are_read(tmp_path: Path) -> None:
    panel = observation("panel", code={"text": "Liver panel"}, hasMember=[{"reference": "Observation/o"}])
    del panel["valueQuantity"]
    panel["contained"] = [{key: value for key, value in observation("inside").items() if key != "subject"}]
    courses, receipt = take(tmp_path, usual(panel, observation(value=41)))
    assert {fact.fact for fact in only(courses).facts} == {"Observation/o", "Observation/panel#inside"}
    assert reasons(receipt) == {"irrelevant: a panel: its members stand alone": 1}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"valueBoolean": True}, Presence.PRESENT),
        ({"valueBoolean": False}, Presence.ABSENT),
        ({"valueCodeableConcept": coded("urn:sequela:presence", "absent")}, Presence.ABSENT),
        ({"valueCodeableConcept": coded(SNOMED, "52101004")}, Presence.PRESENT),
        ({"valueCodeableConcept": coded(LOINC, "LA32-8")}, Presence.ABSENT),
        ({"valueString": "Sí"}, Presence.PRESENT),
        ({"valueString": "not detected"}, Presence.ABSENT),
        ({}, Presence.PRESENT),
    ],
)
def test_a_finding_is_present_or_absent_as_its_value_says(tmp_path: Path, fields: Json, expected: Presence) -> None:
    courses, _ = take(tmp_path, usual(finding(**fields)))
    (fact,) = only(courses).facts
    assert isinstance(fact, Finding)
    assert (fact.finding, fact.presence) == ("fever", expected)


def test_a_finding_named_in_words_needs_a_value_and_a_label_may_deny_it(tmp_path: Path) -> None:
    said = finding("a", code={"text": "Fever"}, valueBoolean=True)
    silent = finding("b", code={"text": "Fever"})
    denied = finding("c", code={"text": "No fever"}, valueBoolean=True, effectiveDateTime="2026-03-04T08:00:00Z")
    courses, receipt = take(tmp_path, usual(said, silent, denied))
    presences = [fact.presence for fact in only(courses).facts if isinstance(fact, Finding)]
    assert presences == [Presence.PRESENT, Presence.ABSENT]
    assert reasons(receipt) == {"dropped: no value": 1}


def test_a_finding_with_a_number_or_no_answer_is_dropped(tmp_path: Path) -> None:
    number = finding("a", valueQuantity=quantity(38.5, "Cel"))
    unasked = finding("b", dataAbsentReason={"text": "asked, unknown"})
    assert why(tmp_path, number, unasked) == {
        "dropped: a finding with a value that says neither present nor absent": 1,
        "dropped: data absent": 1,
    }


def test_an_assertion_states_its_value(tmp_path: Path) -> None:
    asserted = finding(
        code=coded("http://terminology.hl7.org/CodeSystem/v3-ActCode", "ASSERTION"),
        valueCodeableConcept=coded("urn:sequela:finding", "ascites"),
    )
    courses, _ = take(tmp_path, usual(asserted))
    assert [fact.key for fact in only(courses).facts] == ["ascites"]


def test_a_finding_keeps_its_site(tmp_path: Path) -> None:
    seen = finding(key="parenchymal-necrosis", valueBoolean=True, bodySite={"text": "segments VII and VIII"})
    courses, _ = take(tmp_path, usual(seen))
    (fact,) = only(courses).facts
    assert isinstance(fact, Finding)
    assert fact.site == {"VII", "VIII"}


def test_what_is_well_at_a_place_that_is_not_understood_is_not_well_everywhere(tmp_path: Path) -> None:
    somewhere = finding(
        "a", key="parenchymal-necrosis", valueBoolean=False, bodySite={"text": "what could be seen of it"}
    )
    everywhere = finding("b", key="parenchymal-necrosis", valueBoolean=False, bodySite={"text": "Liver structure"})
    courses, receipt = take(tmp_path, usual(somewhere, everywhere))
    assert [fact.fact for fact in only(courses).facts] == ["Observation/b"]
    assert reasons(receipt) == {f"dropped: {NOWHERE}": 1}


def test_an_event_coded_as_an_observation_is_an_event(tmp_path: Path) -> None:
    scan = finding("a", code=coded("urn:sequela:event", "doppler"))
    not_done = finding("b", code=coded("urn:sequela:event", "contrast-ct"), valueBoolean=False)
    courses, receipt = take(tmp_path, usual(scan, not_done))
    assert [type(fact) for fact in only(courses).facts] == [Event]
    assert reasons(receipt) == {"irrelevant: an event that did not happen": 1}


def test_an_event_is_not_read_from_an_observations_words_and_its_result_may_be_anything(tmp_path: Path) -> None:
    level = finding("a", code={"text": "Gentamicin"}, valueCodeableConcept={"text": "Susceptible"})
    culture = finding("b", code=coded("urn:sequela:event", "blood-culture"), valueString="Staphylococcus aureus")
    courses, receipt = take(tmp_path, usual(level, culture))
    assert [fact.key for fact in only(courses).facts] == ["blood-culture"]
    assert reasons(receipt) == {"irrelevant: not in the catalogue": 1}


def test_a_value_that_names_the_finding_itself_says_whether_it_is_present(tmp_path: Path) -> None:
    status = finding(key="pregnancy", valueCodeableConcept={"text": "Not pregnant"})
    courses, _ = take(tmp_path, usual(status))
    assert [fact.presence for fact in only(courses).facts if isinstance(fact, Finding)] == [Presence.ABSENT]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_observation_without_a_time_takes_that_of_the_report_that_lists_it(
    tmp_path: Path, order: tuple[int, int]
) -> None:
    untimed = observation()
    del untimed["effectiveDateTime"], untimed["issued"]
    report = {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "code": {"text": "Liver panel"},
        "subject": {"reference": "Patient/p"},
        "effectiveDateTime": "2026-03-02T08:00:00Z",
        "issued": "2026-03-02T09:00:00Z",
        "result": [{"reference": "Observation/o"}],
    }
    courses, receipt = take(tmp_path, usual(), *[(untimed, report)[place] for place in order])
    (fact,) = only(courses).facts
    assert (fact.at, fact.known_at) == (at("2026-03-02T08:00:00Z"), at("2026-03-02T09:00:00Z"))
    assert receipt.notes["no time of its own: taken from the report that lists it"] == 1


def test_without_a_subject_the_bundles_only_patient_is_meant(tmp_path: Path) -> None:
    alone = {key: value for key, value in observation().items() if key != "subject"}
    courses, _ = take(tmp_path, usual(alone))
    assert len(only(courses).facts) == 1
    other = tmp_path / "two"
    other.mkdir()
    _, receipt = take(other, bundle(patient(), patient(id="q"), procedure(), alone))
    assert reasons(receipt) == {"dropped: no subject": 1}
