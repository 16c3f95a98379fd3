"""Files, Bundles, lines and folders: what is read, in which order, and what becomes of what is not FHIR."""

from __future__ import annotations

import gc
import json
from pathlib import Path
from typing import Any

import pytest

from sequela.course.facts import Observation
from sequela.errors import InputError
from sequela.sources import Receipt, read
from tests.sources.making import Json, bundle, observation, only, patient, procedure, reasons, take, usual

BUNDLES = ["collection", "transaction", "batch", "searchset", "document", "message", "history"]


@pytest.mark.parametrize("kind", BUNDLES)
def test_every_type_of_bundle_is_read(tmp_path: Path, kind: str) -> None:
    courses, receipt = take(tmp_path, usual(observation(), type=kind))
    assert (len(only(courses).facts), receipt.read, receipt.used) == (1, 2, 2)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    courses, _ = take(tmp_path, b"\xef\xbb\xbf" + json.dumps(usual()).encode())
    assert len(courses) == 1


def test_resources_in_files_of_their_own_come_together(tmp_path: Path) -> None:
    courses, receipt = take(tmp_path, observation(), procedure(), patient())
    assert len(only(courses).facts) == 1
    assert receipt.files == 3


def test_lines_are_resources_or_bundles_and_a_bad_line_sinks_no_other(tmp_path: Path) -> None:
    lines = [json.dumps(patient()), "{broken", json.dumps(bundle(procedure())), "", "[1]", json.dumps(observation())]
    (tmp_path / "export.ndjson").write_text("\n".join(lines), encoding="utf-8")
    receipt = Receipt()
    course = only(read([tmp_path / "export.ndjson"], receipt=receipt))
    assert [fact.fact for fact in course.facts] == ["Observation/o"]
    assert reasons(receipt) == {
        "rejected: a line that is not JSON": 1,
        "rejected: a line that is not a FHIR resource": 1,
    }


def test_a_patient_told_in_two_bundles_has_one_chart(tmp_path: Path) -> None:
    """One with the procedure, one with a later result: as if it were one bundle."""
    courses, _ = take(tmp_path, usual(), bundle(patient(), observation()))
    assert len(only(courses).facts) == 1


def test_patients_of_their_own_bundles_are_yielded_while_the_next_is_unread(tmp_path: Path) -> None:
    def of(name: str) -> Json:
        index = procedure(subject={"reference": f"Patient/{name}"})
        return bundle(patient(id=name), index)

    for name in "ab":
        (tmp_path / f"{name}.json").write_text(json.dumps(of(name)), encoding="utf-8")
    receipt = Receipt()
    courses = read([tmp_path], receipt=receipt)
    assert next(courses).patient == "a"
    assert receipt.files == 1
    assert [course.patient for course in courses] == ["b"]


@pytest.mark.parametrize(
    "target",
    [
        {"reference": "Patient/p"},
        {"reference": "Patient/p/_history/3"},
        {"reference": "https://ehr.example/fhir/Patient/p"},
        {"reference": "urn:uuid:0c0ffee0-0000-4000-8000-000000000000"},
        {"identifier": {"system": "urn:mrn", "value": "42"}},
    ],
)
def test_every_way_to_refer_to_the_patient_leads_to_the_chart(tmp_path: Path, target: Json) -> None:
    person = patient(identifier=[{"system": "urn:mrn", "value": "42"}])
    made = bundle(person, patient(id="other"), procedure(), observation(subject=target))
    made["entry"][0]["fullUrl"] = "urn:uuid:0c0ffee0-0000-4000-8000-000000000000"
    courses, _ = take(tmp_path, made)
    assert len(only(courses).facts) == 1


def test_a_fact_is_named_by_its_id_its_address_or_its_place(tmp_path: Path) -> None:
    named, placed = observation("a"), observation(value=41)
    addressed = observation(value=42)
    del placed["id"], addressed["id"]
    made = usual(named, addressed, placed)
    made["entry"][3]["fullUrl"] = "urn:uuid:1"
    courses, _ = take(tmp_path, made)
    assert sorted(fact.fact for fact in only(courses).facts) == ["Observation/0.json#4", "Observation/a", "urn:uuid:1"]


def nobody(*resources: Json, **fields: Any) -> Json:
    """A bundle whose patient has neither id nor address, and whose resources do not say whose they are."""
    person = patient(**fields)
    del person["id"]
    made = bundle(person, procedure(), *resources)
    for entry in made["entry"]:
        entry["resource"].pop("subject", None)
    return made


@pytest.mark.parametrize("kind", ["collection", "searchset"])
def test_patients_without_a_name_of_any_sort_are_never_taken_for_one(tmp_path: Path, kind: str) -> None:
    """Each stands first in its own Bundle: the place alone does not tell them apart."""
    one = nobody(observation(value=40), gender="male") | {"type": kind}
    other = nobody(observation(value=90), gender="female") | {"type": kind}
    expected = [("male", [4000]), ("female", [9000])]
    for folder in ("a", "b"):
        (tmp_path / "same" / folder).mkdir(parents=True)
        (tmp_path / "same" / folder / "bundle.json").write_text(json.dumps(one if folder == "a" else other))
    (tmp_path / "lines.ndjson").write_text(f"{json.dumps(one)}\n{json.dumps(other)}\n")
    (tmp_path / "apart").mkdir()
    for courses in (
        take(tmp_path / "apart", one, other)[0],
        list(read([tmp_path / "same"])),
        list(read([tmp_path / "lines.ndjson"])),
    ):
        found = [(c.sex, [f.low for f in c.about("alt") if isinstance(f, Observation)]) for c in courses]
        assert found == expected
        assert len({course.id for course in courses}) == 2
    assert [course.patient for course in read([tmp_path / "same"])] == ["a/bundle.json#0", "b/bundle.json#0"]


def test_the_resources_of_a_nameless_patients_bundle_find_the_chart_though_they_had_to_wait(tmp_path: Path) -> None:
    """An Observation whose time stands in a report that another file holds."""
    untimed = observation("late", value=70)
    del untimed["effectiveDateTime"], untimed["issued"]
    pages = [nobody(untimed, gender=gender) | {"type": "searchset"} for gender in ("male", "female")]
    report = {"resourceType": "DiagnosticReport", "id": "r", "status": "final", "code": {"text": "Liver profile"}}
    report |= {"effectiveDateTime": "2026-03-02T08:00:00Z", "result": [{"reference": "Observation/late"}]}
    courses, _ = take(tmp_path, *pages, report)
    assert [(course.sex, len(course.facts)) for course in courses] == [("male", 1), ("female", 1)]


def test_facts_without_a_name_in_two_files_are_not_versions_of_one_another(tmp_path: Path) -> None:
    made = [bundle(patient(), procedure(), observation(value=value)) for value in (40, 90)]
    for one in made:
        del one["entry"][2]["resource"]["id"]
    courses, receipt = take(tmp_path, *made)
    assert [fact.fact for fact in only(courses).facts] == ["Observation/0.json#2", "Observation/1.json#2"]
    assert receipt.superseded == 0


def test_one_bad_file_among_many_is_counted_and_named(tmp_path: Path) -> None:
    courses, receipt = take(tmp_path, usual(), b'{"resourceType": "Bundle", "entry": [', {"name": "not FHIR"})
    assert len(courses) == 1
    assert receipt.as_json()["rejected_files"] == [
        {"file": "1.json", "reason": "not JSON"},
        {"file": "2.json", "reason": "not a FHIR resource"},
    ]
    assert receipt.rejected == 2


def test_a_number_that_is_no_json_costs_its_own_observation_only(tmp_path: Path) -> None:
    text = json.dumps(usual(observation("a"), observation("b", value=12345))).replace("12345", "NaN")
    courses, receipt = take(tmp_path, text.encode())
    assert len(only(courses).facts) == 1
    assert reasons(receipt) == {"rejected: a value that is not a number": 1}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[]", "not a FHIR resource"),
        (b'{"a": 1}', "not a FHIR resource"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_nothing_readable_is_one_line_that_says_what_and_where_and_what_to_try(
    tmp_path: Path, content: bytes, said: str
) -> None:
    with pytest.raises(InputError) as caught:
        take(tmp_path, content)
    line = str(caught.value)
    assert line.startswith(f"0.json: {said}. Give ")
    assert "\n" not in line


def test_a_missing_file_and_an_empty_folder_are_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^nowhere\.json: no such file"):
        list(read([tmp_path / "nowhere.json"]))
    with pytest.raises(InputError, match="nothing to read here"):
        list(read([tmp_path]))


def test_other_resources_are_noted_by_type_and_unknown_ones_rejected(tmp_path: Path) -> None:
    _, receipt = take(tmp_path, usual({"resourceType": "Claim"}, {"resourceType": "Zorblax"}, 7))  # type: ignore[arg-type]
    assert receipt.notes["other resources: Claim"] == 1
    assert reasons(receipt) == {
        "rejected: a resource that is not an object": 1,
        "rejected: unknown type of resource": 1,
    }


def test_bundles_inside_bundles_are_read_to_a_depth(tmp_path: Path) -> None:
    deep = bundle(observation())
    for _ in range(3):
        deep = bundle(deep)
    courses, _ = take(tmp_path, usual(deep))
    assert len(only(courses).facts) == 1
    for _ in range(9):
        deep = bundle(deep)
    _, receipt = take(tmp_path, usual(deep))
    assert reasons(receipt) == {"rejected: Bundles nested too deeply": 1}


def test_the_order_of_files_and_of_paths_changes_nothing(tmp_path: Path) -> None:
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    first.write_text(json.dumps(usual(observation("x"))), encoding="utf-8")
    second.write_text(json.dumps(bundle(patient(), observation("y", value=50))), encoding="utf-8")
    one, other = Receipt(), Receipt()
    assert list(read([first, second], receipt=one)) == list(read([second, first, first], receipt=other))
    assert one.as_json() == other.as_json()


def test_the_collector_is_as_the_caller_left_it_whenever_the_caller_is_running(tmp_path: Path) -> None:
    for name in "ab":
        made = bundle(patient(id=name), procedure(subject={"reference": f"Patient/{name}"}))
        (tmp_path / f"{name}.json").write_text(json.dumps(made), encoding="utf-8")
    assert gc.isenabled()
    assert [gc.isenabled() for _ in read([tmp_path])] == [True, True]
    gc.disable()
    try:
        assert [gc.isenabled() for _ in read([tmp_path])] == [False, False]
        with pytest.raises(InputError):
            list(read([tmp_path / "nowhere.json"]))
        assert not gc.isenabled()
    finally:
        gc.enable()
