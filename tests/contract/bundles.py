"""Small bundles to feed the command line, and what it said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

SENTINEL = "Zsentinelowa"
"""A name that no message may ever repeat."""


class Said(NamedTuple):
    """What one command printed, and how it ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


Cli = Callable[..., Said]
Write = Callable[..., Path]


def observation(identifier: str, at: str, kind: str, value: float, unit: str) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": identifier,
        "status": "final",
        "subject": {"reference": "Patient/p1"},
        "code": {"coding": [{"system": "urn:sequela:kind", "code": kind}]},
        "effectiveDateTime": at,
        "issued": at,
        "valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
    }


def bundle(*resources: dict[str, Any], procedure: bool = True, **extra: Any) -> dict[str, Any]:
    patient = {"resourceType": "Patient", "id": "p1", "name": [{"family": SENTINEL, "given": [SENTINEL]}]}
    index = {
        "resourceType": "Procedure",
        "id": "tae",
        "status": "completed",
        "subject": {"reference": "Patient/p1"},
        "code": {"coding": [{"system": "urn:sequela:procedure-kind", "code": "TAE"}]},
        "performedDateTime": "2026-03-01T10:00:00+01:00",
    }
    found = [patient, *([index] if procedure else []), *resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in found], **extra}
