"""A thousand mutated bundles: courses and a receipt that adds up, or one line; no other error, no patient's data.

The mutations are drawn from a seeded generator, so that a failure can be repeated by its number.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sequela.errors import InputError
from sequela.sources import Receipt, read
from tests.sources.making import (
    LOINC,
    Json,
    bundle,
    coded,
    condition,
    finding,
    observation,
    patient,
    procedure,
    quantity,
    subject,
)

SENTINELS = ("Quintessa", "Zyxwvut", "774411", "9041.77")
"""A name, an identifier, a number and a value that stand nowhere else; none may come out in a message or a receipt."""
ROUNDS = 1000
BATCH = 50
HUGE = "x" * 10_000_000


def seed_bundle() -> Json:
    """A bundle with one of everything that is read, the sentinels where a patient's data stand."""
    stay = subject(
        resourceType="Encounter",
        id="e",
        status="finished",
        **{"class": {"code": "IMP"}},
        period={"start": "2026-02-28T08:00:00Z", "end": "2026-03-10T08:00:00Z"},
        location=[{"location": {"display": "ICU"}}],
    )
    drug = subject(
        resourceType="MedicationAdministration",
        id="m",
        status="completed",
        medicationReference={"reference": "#d"},
        contained=[{"resourceType": "Medication", "id": "d", "code": {"text": "Ceftriaxone 2 g"}}],
        effectiveDateTime="2026-03-03T08:00:00Z",
    )
    report = subject(
        resourceType="DiagnosticReport",
        id="r",
        status="final",
        code=coded("urn:sequela:event", "contrast-ct"),
        effectiveDateTime="2026-03-05T08:00:00Z",
        issued="2026-03-05T09:00:00Z",
        conclusion="Quintessa Zyxwvut",
        conclusionCode=[{"text": "Liver abscess"}],
    )
    pressure = observation(
        "774411",
        code=coded(LOINC, "85354-9", "Quintessa"),
        component=[{"code": coded(LOINC, "8480-6"), "valueQuantity": quantity(120, "mm[Hg]")}],
    )
    del pressure["valueQuantity"]
    made = bundle(
        patient(
            name=[{"family": "Zyxwvut", "given": ["Quintessa"]}],
            identifier=[{"system": "urn:mrn", "value": "774411"}],
            deceasedDateTime="2026-04-01",
        ),
        procedure(bodySite=[{"text": "segment VII"}], note=[{"text": "Quintessa"}]),
        observation("774411-a", 9041.77, meta={"versionId": "1", "lastUpdated": "2026-03-02T11:00:00Z"}),
        observation("b", 5, comparator="<"),
        observation("c", valueString="<5 U/L"),
        pressure,
        finding("f", "ascites", valueCodeableConcept=coded("urn:sequela:presence", "absent", "Zyxwvut")),
        condition("cirrhosis", recordedDate="2026-01-01", abatementDateTime="2026-03-20"),
        stay,
        drug,
        report,
        timestamp="2026-03-15T08:00:00Z",
    )
    made["entry"][0]["fullUrl"] = "urn:uuid:774411"
    return made


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    found = [path] if path else []
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        found.extend(places(child, (*path, key)))
    return found


def change(value: Any, path: tuple[Any, ...], to: Callable[[Any], Any]) -> None:
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = to(value[path[-1]])


def deep(_: Any) -> Any:
    nested: Any = {}
    for _step in range(60):
        nested = {"resource": [nested]}
    return nested


WRONG: list[Callable[[Any], Any]] = [
    lambda _: None,
    lambda _: [],
    lambda _: {},
    lambda _: True,
    lambda _: -1,
    lambda _: 10**40,
    lambda _: 1e308,
    lambda _: float("nan"),
    lambda _: float("inf"),
    lambda _: "",
    lambda _: "Quintessa",
    lambda _: "0000-01-01",
    lambda _: "9999-99-99T99:99:99Z",
    lambda _: "\u0000\ud7ff\U0010ffff",
    lambda old: [old],
    lambda old: {"Zyxwvut": old},
    lambda old: str(old) * 3,
    deep,
]


def mutated(number: int) -> bytes:
    """The bytes of one mutated bundle; the number decides."""
    dice = random.Random(number)
    made = seed_bundle()
    for _ in range(dice.randint(1, 6)):
        where = dice.choice(places(made))
        kind = dice.randrange(10)
        try:
            if kind == 0:
                holder: Any = made
                for key in where[:-1]:
                    holder = holder[key]
                del holder[where[-1]]
            elif kind == 1:
                made["entry"].append(dice.choice(made["entry"]))
            elif kind == 2 and number % 100 == 0:
                change(made, where, lambda _: HUGE)
            else:
                change(made, where, dice.choice(WRONG))
        except (KeyError, IndexError, TypeError, AttributeError):
            # An earlier mutation took the place away.
            continue
    text = json.dumps(made, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")
    if dice.random() < 0.1:
        text = text[: dice.randrange(len(text))]
    if dice.random() < 0.05:
        at = dice.randrange(len(text) or 1)
        text = text[:at] + bytes([dice.randrange(256)]) + text[at + 1 :]
    if dice.random() < 0.05:
        text = b"[" * 5000 + text
    return text


@pytest.mark.parametrize("batch", range(ROUNDS // BATCH))
def test_mutated_bundles_give_courses_with_a_receipt_or_one_line(tmp_path: Path, batch: int) -> None:
    outcomes = set()
    for number in range(batch * BATCH, (batch + 1) * BATCH):
        file = tmp_path / "bundle.json"
        file.write_bytes(mutated(number))
        receipt = Receipt()
        try:
            courses = list(read([file], receipt=receipt))
        except InputError as error:
            said = str(error)
            assert "\n" not in said, number
            assert len(said) < 300, number
            outcomes.add("refused")
        else:
            said = "".join(map(repr, courses))
            assert all(course.facts is not None for course in courses), number
            outcomes.add("read")
        receipt.check()
        said += json.dumps(receipt.as_json())
        assert [word for word in SENTINELS if word in said] == [], number
    assert "read" in outcomes


def test_the_bundle_before_mutation_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "bundle.json").write_text(json.dumps(seed_bundle()), encoding="utf-8")
    receipt = Receipt()
    (course,) = read([tmp_path / "bundle.json"], receipt=receipt)
    assert receipt.rejected == 0
    assert (receipt.used, receipt.duplicate) == (15, 0)
    assert len(course.facts) == 14


def test_a_patients_identifiers_in_a_receipt_would_be_found() -> None:
    """The watch of the test above works: a receipt that named a patient would fail it."""
    receipt = Receipt()
    receipt.count("dropped", "of Quintessa")
    assert any(word in json.dumps(receipt.as_json()) for word in SENTINELS)
