"""What is read out of memory is what would have been read without one, and a glance never misses a patient."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import wards
from sequela.course import clock
from sequela.course.catalogue import catalogue
from sequela.course.facts import Observation
from sequela.errors import InputError
from sequela.sources import Receipt, fhir, read, shapes, usual
from sequela.sources.documents import document, documents
from sequela.sources.speaking import spoken_of
from tests.sources.making import LOINC, Json, coded, observation, only, quantity, reasons, take
from tests.sources.making import usual as record
from tests.sources.test_mutations import WRONG, change, mutated, places

ROUNDS, BATCH = 400, 50
SAMPLE = 25
HEART_RATE, DIASTOLIC, FIO2 = "8867-4", "8462-4", "19994-3"
ODD: dict[str, list[Any]] = {
    "effectiveDateTime": [
        "2026-03",
        "2026-03-01",
        "2026-03-01T10:00:00",
        "2026-03-01T10:00Z",
        "2026-02-30T10:00:00Z",
        5,
    ],
    "issued": ["2016-12-31T23:59:60Z", "2026-03-01T10:00:00.123456+02:00", "2026-03-01T10:00:00+15:00", None, "soon"],
    "valueQuantity": [
        quantity(40, "/min", comparator="<"),
        quantity(40, "/min", comparator=None),
        quantity(True, "/min"),
        quantity(40.0, "/min"),
        quantity(-3, "/min"),
        {"value": 40, "unit": "/min", "system": None, "code": 5},
        {"value": 40, "unit": "/min"},
        {"value": 40, "unit": "/min", "system": "http://unitsofmeasure.org", "code": "mmol/L"},
        {"value": None, "unit": "/min", "system": "http://unitsofmeasure.org", "code": "/min"},
        [],
    ],
    "code": [
        coded(LOINC, HEART_RATE),
        coded(LOINC, DIASTOLIC, "heart rate"),
        coded("urn:local", "17", "heart rate"),
        coded("urn:local", "17", "ALT"),
        coded("urn:local", "17"),
        coded(LOINC, FIO2),
        coded("urn:sequela:kind", "consciousness"),
        coded(LOINC, f" {HEART_RATE}"),
        {"coding": [{"system": LOINC, "code": HEART_RATE}, {"system": LOINC, "code": "9279-1"}]},
        {"coding": {"system": LOINC, "code": HEART_RATE}},
    ],
    "component": [None, [], {}, [{"code": coded(LOINC, HEART_RATE), "valueQuantity": quantity(60, "/min")}], [None]],
    "meta": [None, {}, [], {"versionId": "2", "lastUpdated": "2026-03-03T10:00:00Z"}, {"versionId": 1}],
    "status": ["amended", "registered", None, ["final"]],
    "id": ["", None, 7, "x" * 200],
    "contained": [[{"resourceType": "Observation", "status": "final"}]],
    "modifierExtension": [[], None],
    "valueString": ["<5"],
    "valueInteger": [60, True],
    "valueCodeableConcept": [
        coded("http://snomed.info/sct", "248234008"),
        coded("urn:local", "V"),
        coded("urn:local", "a", "Voice"),
        coded("urn:local", "a", "Pain"),
        {"text": "Pain"},
        {"coding": []},
        None,
    ],
    "valueBoolean": [True],
    "valueOdd": [3],
    "hasMember": [[{"reference": "Observation/1"}]],
    "subject": [{"reference": ""}, {"reference": "Patient/W1"}, {"display": "x"}, {"reference": None}, None],
}


def ward(number: int) -> bytes:
    """The bytes of a small ward record with something odd in most of its Observations; the number decides."""
    dice = random.Random(number)
    made = wards.bundle(f"W{dice.randrange(3)}", dice)
    made["entry"] = made["entry"][:2] + dice.sample(made["entry"][2:], SAMPLE)
    made = json.loads(json.dumps(made))
    for _ in range(dice.randrange(SAMPLE)):
        name = dice.choice(list(ODD))
        odd = dice.choice(made["entry"][2:])["resource"]
        odd[name] = dice.choice(ODD[name])
        if name == "valueCodeableConcept" and dice.random() < 0.8:
            odd["code"] = coded("urn:sequela:kind", "consciousness")
            odd.pop("valueQuantity", None)
    for _ in range(dice.randrange(4)):
        where = dice.choice(places(made))
        try:
            change(made, where, dice.choice(WRONG))
        except (KeyError, IndexError, TypeError, AttributeError):
            # An earlier mutation took the place away.
            continue
    return json.dumps(made, indent=dice.choice([None, None, 1])).encode("utf-8", "surrogatepass")


def read_all(files: list[Path]) -> tuple[list[object], object]:
    receipt = Receipt()
    try:
        courses = [(c, c.facts, c.last_known) for c in read(files, receipt=receipt)]
    except InputError as error:
        return [str(error)], receipt.as_json()
    return list(courses), receipt.as_json()


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[Path]], tuple[list[object], object]]:
    """The reading of files with no memory at all: every resource is parsed and goes the long way, every file twice."""

    def without(files: list[Path]) -> tuple[list[object], object]:
        with monkeypatch.context() as patch:
            patch.setattr(shapes, "bundle_in", lambda _: None)
            patch.setattr(shapes, "is_utf8", lambda _: False)
            patch.setattr(fhir, "spoken_of", lambda _: None)
            patch.setattr(clock, "DATES", {})
            patch.setattr(clock, "_remember", lambda *_: None)
            return read_all(files)

    return without


@pytest.mark.parametrize("batch", range(ROUNDS // BATCH))
def test_with_and_without_memory_is_the_same(
    tmp_path: Path, forgetful: Callable[[list[Path]], tuple[list[object], object]], batch: int
) -> None:
    remembered = 0
    for number in range(batch * BATCH, (batch + 1) * BATCH):
        dice = random.Random(number)
        files = [tmp_path / f"{index}.json" for index in range(dice.choice((1, 1, 2, 3)))]
        for index, file in enumerate(files):
            file.write_bytes(ward(number + index * ROUNDS) if number % 3 else mutated(number + index * ROUNDS))
        expected = forgetful(files)
        # The first reading fills the memory, the second lives on it.
        assert read_all(files) == expected, number
        assert read_all(files) == expected, number
        for file in files:
            for held in documents(file, Receipt()):
                remembered += len(held.plain)
    assert remembered > BATCH


def test_the_comparison_would_see_a_wrong_memory(
    tmp_path: Path,
    forgetful: Callable[[list[Path]], tuple[list[object], object]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps(record(observation())), encoding="utf-8")
    read_all([file])
    for said in usual._values.values():
        for value, meant in said.items():
            monkeypatch.setitem(said, value, meant and ("ast", meant[1]))
    assert read_all([file]) != forgetful([file])


def test_a_kind_known_by_its_words_alone_is_not_remembered_for_the_code(tmp_path: Path) -> None:
    def named(name: str, text: str) -> Json:
        return observation(name, code=coded("urn:local", "17", text))

    course = only(take(tmp_path, record(named("a", "ALT"), named("b", "AST"), named("c", "ALT")))[0])
    assert [fact.key for fact in sorted(course.facts, key=lambda fact: fact.fact)] == ["alt", "ast", "alt"]


def test_an_answer_known_by_its_words_alone_is_not_remembered_for_its_code(tmp_path: Path) -> None:
    def answered(name: str, text: str) -> Json:
        made = observation(name, code=coded("urn:sequela:kind", "consciousness"))
        del made["valueQuantity"]
        return {**made, "valueCodeableConcept": coded("urn:local", "17", text)}

    course = only(take(tmp_path, record(answered("a", "Voice"), answered("b", "Pain"), answered("c", "Voice")))[0])
    first, second, third = (getattr(fact, "low", None) for fact in sorted(course.facts, key=lambda fact: fact.fact))
    assert first == third != second


def test_a_truth_value_is_no_number_even_where_one_was_read(tmp_path: Path) -> None:
    courses, receipt = take(tmp_path, record(observation("a", 1), observation("b", 1), observation("c", True)))
    assert len(only(courses).facts) == 2
    assert reasons(receipt)["rejected: a value that is not a number"] == 1


@given(
    text=st.one_of(
        st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", fullmatch=True), st.text()
    )
)
def test_a_time_read_twice_is_the_same_time(text: str) -> None:
    def parsed() -> object:
        try:
            return clock.parse(text)
        except InputError:
            return None

    first = parsed()
    assert parsed() == first
    if len(text) <= clock.LONGEST:
        at = clock.instant(text)
        assert at is None or at == getattr(first, "at", None)


def test_memories_start_afresh_when_full(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(usual, "FULL_TABLE", 3)
    monkeypatch.setattr(clock, "MOST_PARTS", 3)
    many = [observation(f"o{n}", 40 + n, issued=f"2026-03-02T10:00:00.{n}+01:00") for n in range(20)]
    usual._values.clear()
    clock.ENDS.clear()
    course = only(take(tmp_path, record(*many))[0])
    resolution = catalogue().kinds["alt"].resolution
    read_back = sorted(fact.low * resolution for fact in course.facts if isinstance(fact, Observation))
    assert read_back == list(range(40, 60))
    assert sum(map(len, usual._values.values())) <= 3
    assert len(clock.ENDS) <= 3


# Of whom a file speaks


@pytest.mark.parametrize("number", range(0, 240, 3))
def test_a_glance_names_every_patient_that_parsing_finds(number: int) -> None:
    for text in (mutated(number), ward(number)):
        try:
            parsed = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if type(parsed) is not dict or type(parsed.get("resourceType")) is not str:
            continue
        glimpsed = spoken_of(text)
        surely = fhir.patients_of(document(parsed, "#", Receipt()))
        assert glimpsed is None or surely <= glimpsed


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('{"resourceType":"Patient","id":"a"}', {"a"}),
        ('{"resourceType" : "Patient" , "id" : "a"}', {"a"}),
        ('{"id":"a","resourceType":"Patient"}', None),
        ('{"resourceType":"Patient","id":"a/b"}', None),
        ('{"subject":{"reference":"Patient/a"}},{"subject":{"reference":"urn:uuid:b"}}', {"a", "b"}),
        ('{"subject":{"reference":"https://x.org/fhir/Patient/a/_history/2"}}', {"a"}),
        ('{"subject":{"display":"x","reference":"Patient/a"}}', None),
        ('{"subject":{"reference":"Patient/a"}},{"subject":{"identifier":{"value":"b"}}}', None),
        ('{"patient":{"reference":"Patient/a"}}', {"a"}),
        ('{"patient":[]}', None),
        ('{"\\u0073ubject":{"reference":"Patient/a"}}', None),
        ('{"subject":{"reference":"Patient\\/a"}}', None),
        ('{"type":"Patient","display":"Inpatient"}', set()),
        ("not JSON", set()),
    ],
)
def test_a_glance_knows_what_it_cannot_tell(text: str, names: set[str] | None) -> None:
    assert spoken_of(text.encode()) == names


# What is read by its shape


def test_a_text_that_is_not_utf8_where_nobody_looks_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    made = json.dumps(record({**observation(), "note": [{"text": "LATIN"}]})).encode()
    assert shapes.bundle_in(made) is not None
    file.write_bytes(made.replace(b"LATIN", b"f\xfcr"))
    assert shapes.bundle_in(file.read_bytes()) is None
    with pytest.raises(InputError, match="not JSON"):
        list(read([file]))


def test_an_answer_written_like_a_quantity_is_not_taken_for_one(tmp_path: Path) -> None:
    alike = {"text": "Pain"}
    answer = observation("a", code=coded("urn:sequela:kind", "consciousness"), valueCodeableConcept=alike)
    del answer["valueQuantity"]
    quantity_of_it = {**observation("b", code=answer["code"]), "valueQuantity": alike}
    for _ in range(2):
        courses, receipt = take(tmp_path, record(answer, quantity_of_it))
        assert [fact.fact for fact in only(courses).facts] == ["Observation/a"]
        assert reasons(receipt)["dropped: no value"] == 1


@pytest.mark.parametrize("name", sorted(shapes.VALUES))
def test_a_panel_with_a_value_of_its_own_is_more_than_its_components(tmp_path: Path, name: str) -> None:
    take(tmp_path, record(observation()))
    held = {
        **observation("o"),
        "component": [{"code": coded(LOINC, HEART_RATE), "valueQuantity": quantity(60, "/min")}],
    }
    del held["valueQuantity"]
    without, with_value = (json.dumps(made).encode() for made in (held, {**held, name: {}}))
    assert [said is None for said in usual.usual([without, with_value], shapes.plain_in)] == [False, True]


def test_what_a_plain_observation_may_not_hold_is_seen_whatever_its_value() -> None:
    for name in ("contained", "modifierExtension", "valueString"):
        for value in (None, "", "x", [], {}, 0, False):
            assert shapes.plain_in(json.dumps({**observation(), name: value}).encode()) is None
    assert shapes.plain_in(json.dumps(observation()).encode()) is not None


def test_what_is_written_at_length_is_read_and_not_remembered(tmp_path: Path) -> None:
    long = {**coded("urn:sequela:kind", "alt"), "text": "x" * usual.LONGEST}
    course = only(take(tmp_path, record(observation("a", code=long), observation("b", 41)))[0])
    assert len(course.facts) == 2
    assert all(len(code) <= usual.LONGEST for code in usual._values)
