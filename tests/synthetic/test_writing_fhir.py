"""The FHIR that is written: valid, coded as feeds code, labelled as synthetic, and read back for every name we know."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sequela.course import clock
from sequela.course.catalogue import catalogue
from sequela.course.facts import Event, Observation
from sequela.sources.synthetic import fhir_codes, writing
from sequela.sources.synthetic.writing import write
from tests.synthetic.by_hand import E1, Made, day, episode, frame, row, taken, told

ONE = frame("episodes", episode(E1))
EMPTY = {table: frame(table) for table in ("observations", "findings", "events", "background")}


def resources(folder: Path) -> list[dict[str, Any]]:
    found = []
    for file in sorted(folder.rglob("*.json")):
        found += [entry["resource"] for entry in json.loads(file.read_bytes(), parse_float=Decimal)["entry"]]
    return found


def by_id(folder: Path, name: str, version: int = 1) -> dict[str, Any]:
    (found,) = {
        json.dumps(r, default=str)
        for r in resources(folder)
        if r["id"] == name and r["meta"]["versionId"] == str(version)
    }
    made: dict[str, Any] = json.loads(found)
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("made") / "fhir"
    write([Made()], made, "fhir")
    return made


def both(tmp_path: Path, **tables: Any) -> tuple[list[Any], list[Any]]:
    """The only course of some rows, as it is read from tables and from FHIR."""
    chunk = Made(episodes=ONE, **{**EMPTY, **tables})
    write([chunk], tmp_path / "tables")
    write([chunk], tmp_path / "fhir", "fhir")
    return told(taken(tmp_path / "tables")[0][0]), told(taken(tmp_path / "fhir")[0][0])


def test_every_bundle_is_valid(folder: Path) -> None:
    from fhir.resources.R4B.bundle import Bundle

    for file in folder.rglob("*.json"):
        text = file.read_text(encoding="utf-8")
        assert len(Bundle.model_validate_json(text).entry) == text.count('"resource":')


def test_every_type_of_resource_is_there_and_says_that_it_is_synthetic(folder: Path) -> None:
    found = resources(folder)
    assert {resource["resourceType"] for resource in found} == {
        "Condition", "DiagnosticReport", "Encounter", "MedicationAdministration", "Observation", "Patient", "Procedure",
    }  # fmt: skip
    assert all(resource["meta"]["tag"] == [fhir_codes.TAG] for resource in found)
    for file in folder.rglob("*.json"):
        assert json.loads(file.read_bytes())["meta"]["tag"] == [fhir_codes.TAG]
    patient = by_id(folder, "SYN-0000001")
    assert patient["name"] == [{"text": "Synthetic SYN-0000001", "family": "Synthetic"}]
    assert "no real patient" in patient["text"]["div"]


def test_no_address_is_given_twice_for_one_version(folder: Path) -> None:
    for file in folder.rglob("*.json"):
        entries = [entry for entry in json.loads(file.read_bytes())["entry"] if "fullUrl" in entry]
        seen = [(entry["fullUrl"], entry["resource"]["meta"]["versionId"]) for entry in entries]
        assert len(seen) == len(set(seen))


def test_what_one_resource_refers_to_is_in_its_bundle(folder: Path) -> None:
    for file in folder.rglob("*.json"):
        entries = json.loads(file.read_bytes())["entry"]
        there = {f"{entry['resource']['resourceType']}/{entry['resource']['id']}" for entry in entries}
        for entry in entries:
            for name in ("subject", "partOf"):
                if name in entry["resource"]:
                    assert entry["resource"][name]["reference"] in there


def test_a_value_stands_as_it_was_charted(folder: Path) -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in folder.rglob("*.json"))
    assert '"valueQuantity":{"value":101.30,"unit":"°F","system":"http://unitsofmeasure.org","code":"[degF]"}' in text
    assert '"valueQuantity":{"value":5,"comparator":"<","unit":"mg/L"' in text
    enzyme = by_id(folder, f"{E1}-o-o1")
    assert (enzyme["valueQuantity"]["unit"], enzyme["valueQuantity"]["code"]) == ("IU/L", "[IU]/L")
    assert (enzyme["effectiveDateTime"], enzyme["issued"]) == (day(1), day(1, 10))
    assert "issued" not in by_id(folder, f"{E1}-o-o2")
    assert by_id(folder, f"{E1}-o-o8")["effectiveDateTime"] == "2026-03-03"


def test_a_unit_asks_for_its_own_code(folder: Path) -> None:
    mass, moles = by_id(folder, f"{E1}-o-o2"), by_id(folder, f"{E1}-o-o3")
    assert [held["code"]["coding"][0]["code"] for held in (mass, moles)] == ["1975-2", "14631-6"]
    answered, flow = by_id(folder, f"{E1}-o-o5"), by_id(folder, f"{E1}-o-o15")
    assert answered["code"]["coding"] == [{"system": "urn:sequela:kind", "code": "oxygen"}]
    assert flow["code"]["coding"][0]["code"] == "3151-8"


def test_a_correction_and_a_withdrawal_are_versions_of_one_resource(folder: Path) -> None:
    first, second = by_id(folder, f"{E1}-o-o10"), by_id(folder, f"{E1}-o-o10", 2)
    assert (first["status"], second["status"], second["issued"]) == ("final", "corrected", day(2, 18))
    assert by_id(folder, f"{E1}-o-o11", 2)["status"] == "entered-in-error"
    drug = by_id(folder, f"{E1}-e-e10", 2)
    assert (drug["status"], drug["meta"]["lastUpdated"]) == ("entered-in-error", day(2, 5))


def test_a_stay_is_an_encounter_and_intensive_care_a_part_of_it(folder: Path) -> None:
    stay, care, again = (by_id(folder, f"{E1}-e-{name}") for name in ("e1", "e6", "e8"))
    assert (stay["status"], stay["period"]) == ("finished", {"start": day(0, 7), "end": day(6, 11)})
    assert care["partOf"] == {"reference": f"Encounter/{E1}-e-e1"}
    assert (again["status"], again["period"]) == ("in-progress", {"start": day(9)})


@pytest.mark.parametrize("key", sorted(catalogue().kinds))
def test_every_kind_in_every_unit_is_read_back(tmp_path: Path, key: str) -> None:
    kind = catalogue().kinds[key]
    rows = [
        row(f"o{place}x{value}", day(2), day(2, 9), kind=key, value=value, unit=charted)
        for place, charted in enumerate([*kind.table.units(), None])
        for value in ("0.3", "2", "9", "25.5", "38.40", "150", "4000")
    ]
    expected, found = both(tmp_path, observations=frame("observations", *rows))
    assert expected
    assert found == expected


@pytest.mark.parametrize("key", ["oxygen", "consciousness"])
def test_every_answer_is_read_back(tmp_path: Path, key: str) -> None:
    words = list(catalogue().kinds[key].words)
    rows = [row(f"o{place}", day(2, 9, place), None, kind=key, value=word) for place, word in enumerate(words)]
    expected, found = both(tmp_path, observations=frame("observations", *rows))
    assert (len(found), found) == (len(words), expected)


def test_every_ucum_code_is_the_same_unit_as_the_charted_one() -> None:
    met = set()
    for kind in catalogue().kinds.values():
        # As spelt: a table forgives case, and G/L is giga for cells where g/L is gram for albumin.
        for charted in fhir_codes.UCUM_CODES.keys() & set(kind.table.units()):
            met.add(charted)
            code = fhir_codes.UCUM_CODES[charted]
            assert kind.convert(Decimal("3.7"), code) == kind.convert(Decimal("3.7"), charted), (kind.key, charted)
    assert met == set(fhir_codes.UCUM_CODES)


def test_every_finding_is_read_back(tmp_path: Path) -> None:
    keys = sorted(catalogue().findings)
    rows = [
        row(f"f{place}{said}", day(2), day(2, 9), finding=key, presence=said)
        for place, key in enumerate(keys)
        for said in ("present", "absent", "uncertain")
    ]
    expected, found = both(tmp_path, findings=frame("findings", *rows))
    assert (len(found), found) == (3 * len(keys), expected)


@pytest.mark.parametrize("site", ["VII", "VII;VIII", "portal-right", "II;portal-VII", "right-lobe", "I;dome;bile duct"])
def test_a_site_is_read_back(tmp_path: Path, site: str) -> None:
    rows = [row("f1", day(2), day(2), finding="gas", presence="present", site=site)]
    expected, found = both(tmp_path, findings=frame("findings", *rows))
    assert found == expected


@pytest.mark.parametrize("key", sorted(catalogue().events))
def test_every_event_is_read_back(tmp_path: Path, key: str) -> None:
    rows = [row("e1", day(2), day(2, 20), event=key, detail="as an example")]
    expected, found = both(tmp_path, events=frame("events", *rows))
    assert (len(found), found) == (1, expected)


def test_every_background_item_is_read_back(tmp_path: Path) -> None:
    items = [*catalogue().findings, "tumour-size", "albumin", "child-pugh"]
    values = {"tumour-size": "31.5", "albumin": "38", "child-pugh": "A"}
    rows = [{"episode": E1, "item": item, "value": values.get(item, "yes")} for item in items]
    expected, found = both(tmp_path, background=frame("background", *rows))
    assert found == expected
    assert len(found) == len(items) - 1, "the class of Child and Pugh is told twice"


def test_a_fraction_of_oxygen_says_the_same_of_oxygen_in_both_forms(tmp_path: Path) -> None:
    """Air, a mask, one corrected to air, one taken back, one of unknown extent: given or not, from when to when."""
    rows = [
        row("o1", day(1), day(1), kind="fio2", value="21", unit="%"),
        row("o2", day(2), day(2, 9), kind="fio2", value="40", unit="%"),
        row("o3", day(3), day(3, 9), kind="fio2", value="40", unit="%"),
        row("o3", day(3), day(3, 12), kind="fio2", value="21", unit="%", version=2, status="corrected"),
        row("o4", day(4), day(4, 9), kind="fio2", value="60", unit="%"),
        row("o4", day(4), day(4, 12), kind="fio2", value="60", unit="%", version=2, status="entered-in-error"),
        row("o5", day(5), day(5, 9), kind="fio2", value="60", unit="%", comparator=">"),
    ]
    chunk = Made(**{**EMPTY, "episodes": ONE, "observations": frame("observations", *rows)})
    given = []
    for form in ("tables", "fhir"):
        write([chunk], tmp_path / form, form)
        courses, receipt = taken(tmp_path / form)
        facts = [fact for fact in courses[0].about("oxygen") if isinstance(fact, Observation)]
        assert all(fact.fact.endswith("#oxygen") for fact in facts)
        # What follows from a number is no candidate of its own.
        assert receipt.read == 8
        given.append([(fact.low, fact.high, fact.at, fact.known_from, fact.known_until) for fact in facts])
    assert given[0] == given[1]
    first, ninth, noon = clock.parse(day(1)).at, clock.parse(day(3, 9)).at, clock.parse(day(3, 12)).at
    assert [one[0] for one in given[0]] == [0, 1, 1, 0, 1]
    assert given[0][0][2:] == (first, first, None)
    assert [one[3:] for one in given[0]][2:4] == [(ninth, noon), (noon, None)]
    assert given[0][-1][-1] == clock.parse(day(4, 12)).at


@pytest.mark.parametrize("kind", [entry.key for entry in catalogue().procedures])
def test_every_procedure_is_read_back(tmp_path: Path, kind: str) -> None:
    write([Made(**{**EMPTY, "episodes": frame("episodes", episode(E1, kind=kind))})], tmp_path / "out", "fhir")
    (course,) = taken(tmp_path / "out")[0]
    assert course.procedure.kind == kind


def test_a_patient_whose_follow_up_ended_by_death_has_died(tmp_path: Path) -> None:
    ended = frame("episodes", episode(E1, ended=day(9), end_reason="death"))
    write([Made(**{**EMPTY, "episodes": ended})], tmp_path / "out", "fhir")
    (course,) = taken(tmp_path / "out")[0]
    assert [fact.event for fact in course.facts if isinstance(fact, Event)] == ["death"]
    assert [ending.by for ending in course.endings] == ["death"]


def test_no_word_of_a_fact_can_leave_its_id(tmp_path: Path) -> None:
    rows = frame("observations", row("a fact with spaces", day(2), kind="alt", value="3", unit="U/L"))
    with pytest.raises(ValueError, match="a fact's name that cannot stand in a FHIR id"):
        write([Made(episodes=ONE, **{**EMPTY, "observations": rows})], tmp_path / "out", "fhir")
    assert writing.refuse(tmp_path / "out") is None
