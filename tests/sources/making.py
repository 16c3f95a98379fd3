"""Small FHIR resources for these tests, and the reading of them; a builder takes what its test is about."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from sequela.course.episodes import Course
from sequela.sources import Receipt, read

Json = dict[str, Any]
START = "2026-03-01T10:00:00+01:00"
LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def patient(**fields: Any) -> Json:
    return {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1965-05-04", **fields}


def subject(**fields: Any) -> Json:
    return {"subject": {"reference": "Patient/p"}, **fields}


def procedure(**fields: Any) -> Json:
    return subject(
        **{
            "resourceType": "Procedure",
            "id": "tae",
            "status": "completed",
            "code": coded("urn:sequela:procedure-kind", "TAE"),
            "performedDateTime": START,
            **fields,
        }
    )


def observation(name: str = "o", value: float = 40, unit: str | None = "U/L", **fields: Any) -> Json:
    return subject(
        **{
            "resourceType": "Observation",
            "id": name,
            "status": "final",
            "code": coded("urn:sequela:kind", "alt"),
            "effectiveDateTime": "2026-03-02T08:00:00+01:00",
            "issued": "2026-03-02T10:00:00+01:00",
            "valueQuantity": quantity(value, unit),
            **fields,
        }
    )


def finding(name: str = "f", key: str = "fever", **fields: Any) -> Json:
    made = observation(name, code=coded("urn:sequela:finding", key))
    del made["valueQuantity"]
    return {**made, **fields}


def condition(key: str = "cirrhosis", **fields: Any) -> Json:
    return subject(**{"resourceType": "Condition", "id": "c", "code": coded("urn:sequela:finding", key), **fields})


def quantity(value: float, unit: str | None, **fields: Any) -> Json:
    named = {} if unit is None else {"unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
    return {"value": value, **named, **fields}


def coded(system: str, code: str, text: str | None = None) -> Json:
    return {"coding": [{"system": system, "code": code}], **({} if text is None else {"text": text})}


def bundle(*resources: Json, **fields: Any) -> Json:
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": resource} for resource in resources],
        **fields,
    }


def usual(*resources: Json, **fields: Any) -> Json:
    """A bundle with a patient, an index procedure, and what the test is about."""
    return bundle(patient(), procedure(), *resources, **fields)


def take(folder: Path, *documents: object, zone: tzinfo = UTC) -> tuple[list[Course], Receipt]:
    """The courses and the receipt of some documents, each written to a file of its own."""
    for index, document in enumerate(documents):
        text = document if isinstance(document, bytes) else json.dumps(document).encode()
        (folder / f"{index}.json").write_bytes(text)
    receipt = Receipt()
    courses = list(read([folder], zone, receipt))
    receipt.check()
    return courses, receipt


def reasons(receipt: Receipt) -> dict[str, int]:
    return {f"{category}: {reason}": count for (category, reason), count in sorted(receipt.reasons.items())}


def only(courses: Iterable[Course]) -> Course:
    (course,) = courses
    return course
