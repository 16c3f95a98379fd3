"""Dense ward records to measure by: one Bundle for each patient, an index procedure and some six hundred Observations.

Made here, from a seed, so that the measurement needs no data of anybody; the values are within reason and mean nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson

Json = dict[str, Any]

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
SEED = 20261122
DAYS, ROUNDS_A_DAY = 10, 6
LATE, CORRECTED, WITHDRAWN = 0.05, 0.02, 0.005
"""The shares of Observations that come a day late, are corrected, are entered in error."""
ORDER = (
    *("resourceType", "id", "meta", "status", "category", "code", "subject", "encounter"),
    *("effectiveDateTime", "issued", "valueQuantity", "component"),
)
"""The order in which FHIR lists the elements of an Observation, and servers write them."""
VITALS = (
    ("8310-5", "Body temperature", "Cel", 36.2, 39.4, 1),
    ("8867-4", "Heart rate", "/min", 55, 130, 0),
    ("9279-1", "Respiratory rate", "/min", 10, 30, 0),
    ("59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry", "%", 88, 100, 0),
    ("72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported", "{score}", 0, 10, 0),
    ("9269-2", "Glasgow coma score total", "{score}", 13, 15, 0),
    ("9192-6", "Urine output 24 hour", "mL/h", 20, 120, 0),
)
PRESSURE = (("8480-6", "Systolic blood pressure", 85, 170), ("8462-4", "Diastolic blood pressure", 45, 95))
BLOODS = (
    ("1742-6", "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma", "U/L", 20, 3000, 0),
    ("1920-8", "Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma", "U/L", 20, 4000, 0),
    ("2532-0", "Lactate dehydrogenase [Enzymatic activity/volume] in Serum or Plasma", "U/L", 150, 2500, 0),
    ("1975-2", "Bilirubin.total [Mass/volume] in Serum or Plasma", "mg/dL", 0.3, 8, 1),
    ("1751-7", "Albumin [Mass/volume] in Serum or Plasma", "g/dL", 2.2, 4.5, 1),
    ("6301-6", "INR in Platelet poor plasma by Coagulation assay", "1", 0.9, 2.4, 2),
    ("2160-0", "Creatinine [Mass/volume] in Serum or Plasma", "mg/dL", 0.5, 3, 2),
    ("1988-5", "C reactive protein [Mass/volume] in Serum or Plasma", "mg/L", 1, 300, 1),
    ("6690-2", "Leukocytes [#/volume] in Blood by Automated count", "10*3/uL", 3, 22, 1),
    ("777-3", "Platelets [#/volume] in Blood by Automated count", "10*3/uL", 40, 400, 0),
    ("2951-2", "Sodium [Moles/volume] in Serum or Plasma", "mmol/L", 128, 148, 0),
    ("718-7", "Hemoglobin [Mass/volume] in Blood", "g/dL", 7, 15, 1),
)


def bundles(number: int, seed: int = SEED) -> Iterator[bytes]:
    """Yield the bytes of one Bundle for each of so many patients."""
    dice = random.Random(seed)
    for index in range(number):
        yield orjson.dumps(bundle(f"BENCH-{index:06}", dice))


def bundle(patient: str, dice: random.Random) -> Json:
    """One patient's record: a collection with patient, procedure and ten dense days."""
    start = datetime(2026, dice.randint(1, 12), dice.randint(1, 28), 10, tzinfo=timezone(timedelta(hours=1)))
    person = {"resourceType": "Patient", "id": patient, "gender": dice.choice(("male", "female"))}
    performed: Json = {
        "resourceType": "Procedure",
        "id": f"{patient}-tae",
        "status": "completed",
        "code": {"coding": [{"system": "urn:sequela:procedure-kind", "code": "TAE"}]},
        "performedDateTime": start.isoformat(),
        "bodySite": [{"text": "segment VII"}],
    }
    resources = [{**person, "birthDate": "1961-04-02"}, {**performed, "subject": {"reference": f"Patient/{patient}"}}]
    for place, made in enumerate(_observations(start, dice)):
        made |= {"id": f"{patient}-{place}", "subject": {"reference": f"Patient/{patient}"}}
        made["encounter"] = {"reference": f"Encounter/{patient}-stay"}
        resources.extend(_versions({name: made[name] for name in ORDER if name in made}, dice))
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": (start + timedelta(days=DAYS + 3)).isoformat(),
        "meta": {"tag": [{"system": REASON, "code": "HTEST"}]},
        "entry": [
            {"fullUrl": f"https://example.org/fhir/{made['resourceType']}/{made['id']}", "resource": made}
            for made in resources
        ],
    }


def observations_in(content: bytes) -> int:
    """How many Observations a Bundle holds."""
    return sum(entry["resource"]["resourceType"] == "Observation" for entry in orjson.loads(content)["entry"])


def walk(content: bytes) -> list[tuple[object, ...]]:
    """The bare walk: parse, and put what an Observation says side by side, times as seconds, nothing checked."""
    rows: list[tuple[object, ...]] = []
    for entry in orjson.loads(content)["entry"]:
        resource = entry["resource"]
        if resource["resourceType"] != "Observation":
            continue
        at = datetime.fromisoformat(resource["effectiveDateTime"]).timestamp()
        issued = datetime.fromisoformat(resource["issued"]).timestamp()
        for holder in resource.get("component", (resource,)):
            coding, quantity = holder["code"]["coding"][0], holder["valueQuantity"]
            said = quantity["value"], quantity["code"]
            rows.append((resource["id"], resource["status"], coding["system"], coding["code"], *said, at, issued))
    return rows


def _observations(start: datetime, dice: random.Random) -> Iterator[Json]:
    """Every Observation in its first version: vital signs every four hours, bloods once or twice a day."""
    for number in range(DAYS * ROUNDS_A_DAY):
        at = start + timedelta(seconds=number * 86_400 // ROUNDS_A_DAY + dice.randrange(3000))
        for code, title, unit, low, high, digits in VITALS:
            yield _numeric(at, code, title, unit, _drawn(dice, low, high, digits), "vital-signs", 90, dice)
        yield _pressure(at, dice)
        if number % ROUNDS_A_DAY in (0, 3):
            for code, title, unit, low, high, digits in BLOODS[: None if number % 2 == 0 else 6]:
                yield _numeric(at, code, title, unit, _drawn(dice, low, high, digits), "laboratory", 5400, dice)


def _drawn(dice: random.Random, low: float, high: float, digits: int) -> float:
    return round(dice.uniform(low, high), digits) if digits else dice.randint(int(low), int(high))


def _numeric(
    at: datetime, code: str, title: str, unit: str, value: float, category: str, delay: int, dice: random.Random
) -> Json:
    """An Observation with a quantity."""
    return {
        **_frame(at, code, title, category, delay, dice),
        "valueQuantity": {"value": value, "unit": unit, "system": UCUM, "code": unit},
    }


def _pressure(at: datetime, dice: random.Random) -> Json:
    """A blood pressure: two components."""
    return {
        **_frame(at, "85354-9", "Blood pressure panel with all children optional", "vital-signs", 90, dice),
        "component": [
            {
                "code": {"coding": [{"system": LOINC, "code": code, "display": title}]},
                "valueQuantity": {"value": dice.randint(low, high), "unit": "mmHg", "system": UCUM, "code": "mm[Hg]"},
            }
            for code, title, low, high in PRESSURE
        ],
    }


def _frame(at: datetime, code: str, title: str, category: str, delay: int, dice: random.Random) -> Json:
    """What every Observation says beside its value."""
    issued = at + timedelta(seconds=dice.randrange(delay // 2, 2 * delay) + (86_400 if dice.random() < LATE else 0))
    return {
        "resourceType": "Observation",
        "meta": {"versionId": "1", "lastUpdated": _instant(issued + timedelta(seconds=2), dice)},
        "status": "final",
        "category": [{"coding": [{"system": CATEGORY, "code": category}]}],
        "code": {"coding": [{"system": LOINC, "code": code, "display": title}], "text": title},
        "effectiveDateTime": at.isoformat(),
        "issued": _instant(issued, dice),
    }


def _instant(when: datetime, dice: random.Random) -> str:
    return when.replace(microsecond=1000 * dice.randrange(1000)).isoformat(timespec="milliseconds")


def _versions(observation: Json, dice: random.Random) -> list[Json]:
    """The Observation, and the version that corrects it or takes it back where there is one."""
    drawn = dice.random()
    if drawn >= CORRECTED + WITHDRAWN:
        return [observation]
    later = datetime.fromisoformat(observation["issued"]) + timedelta(hours=dice.randint(1, 30))
    corrected = {**observation, "issued": _instant(later, dice)}
    corrected["meta"] = {"versionId": "2", "lastUpdated": _instant(later.astimezone(UTC), dice)}
    if drawn < WITHDRAWN:
        return [observation, {**corrected, "status": "entered-in-error"}]
    corrected["status"] = "corrected"
    if "valueQuantity" in observation:
        quantity = observation["valueQuantity"]
        corrected["valueQuantity"] = {**quantity, "value": quantity["value"] + 1}
    return [observation, corrected]
