"""How the kinds, findings and events of the catalogue are coded in the FHIR we write, as JSON ready to be put in.

A kind is coded as feeds code it: by LOINC, with the property (mass or moles) that its unit asks for. What no published
code of the catalogue says is coded by our own systems.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Any

import orjson

from sequela.course.anatomy import SEGMENTS, anatomy
from sequela.course.catalogue import Code, EventEntry, FindingEntry, Kind, catalogue
from sequela.course.facts import Presence
from sequela.sources.elements import UCUM
from sequela.sources.naming import sites

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
HL7 = "http://terminology.hl7.org/CodeSystem/"
TAG = {"system": f"{HL7}v3-ActReason", "code": "HTEST", "display": "test health data"}
"""What every resource is tagged with: it is about nobody."""
UCUM_CODES = {
    "U/L": "U/L", "IU/L": "[IU]/L", "[iU]/L": "[iU]/L", "ukat/L": "ukat/L", "umol/L": "umol/L", "mcmol/L": "umol/L",
    "mmol/L": "mmol/L", "mg/dL": "mg/dL", "mg/L": "mg/L", "g/L": "g/L", "g/dL": "g/dL", "ng/mL": "ng/mL",
    "ug/L": "ug/L", "ug/dL": "ug/dL", "mEq/L": "meq/L", "meq/L": "meq/L", "10*9/L": "10*9/L", "10^9/L": "10*9/L",
    "x10^9/L": "10*9/L", "G/L": "10*9/L", "10*3/uL": "10*3/uL", "10^3/uL": "10*3/uL", "x10^3/uL": "10*3/uL",
    "K/uL": "10*3/uL", "/uL": "/uL", "Cel": "Cel", "°C": "Cel", "degC": "Cel", "[degF]": "[degF]", "degF": "[degF]",
    "°F": "[degF]", "mm[Hg]": "mm[Hg]", "mmHg": "mm[Hg]", "kPa": "kPa", "/min": "/min", "bpm": "{beats}/min",
    "beats/min": "{beats}/min", "breaths/min": "{breaths}/min", "%": "%", "1": "1", "{INR}": "{INR}", "INR": "{INR}",
    "{score}": "{score}", "/10": "{score}", "L/min": "L/min", "mL/h": "mL/h", "mL/24h": "mL/(24.h)",
    "mL/24 h": "mL/(24.h)", "mm": "mm", "cm": "cm",
}  # fmt: skip
"""The UCUM code of a unit as charted; a unit that is not here is written as text only, as feeds do."""
ON_A_WARD = {"fio2": "3150-0"}
"""Where the catalogue's first code is not the one for a patient on a ward (a setting of a ventilator)."""
VITAL_SIGNS = frozenset(
    {"temperature", "heart-rate", "respiratory-rate", "systolic-pressure", "mean-pressure", "spo2"},
)
"""The kinds that FHIR itself counts among the vital signs."""
MOLES, MASS, DAY = "[Moles/volume]", "[Mass/volume]", "24 hour"

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII)


def raw(value: object) -> orjson.Fragment:
    """A value as JSON that is put in as it stands."""
    return orjson.Fragment(orjson.dumps(value))


@lru_cache(maxsize=4096)
def meta(version: int, updated: str | None = None) -> orjson.Fragment:
    """The meta of a version of a resource."""
    stamp = {} if updated is None else {"lastUpdated": updated}
    return raw({"versionId": str(version), **stamp, "tag": [TAG]})


@lru_cache(maxsize=4096)
def decimal(text: str) -> orjson.Fragment | None:
    """A number as JSON with the digits as charted (38.40 stays 38.40); None where the text is no number."""
    if _NUMBER.fullmatch(text):
        return orjson.Fragment(text)
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return orjson.Fragment(f"{number:f}") if number.is_finite() else None


@cache
def kind_code(key: str, unit: str | None) -> orjson.Fragment:
    """The code of an Observation of a kind in a unit."""
    kind = catalogue().kinds[key]
    code = loinc(kind, unit or "")
    return raw({"coding": [_own("kind", key) if code is None else _coding(code)], "text": kind.title})


@cache
def category(key: str) -> orjson.Fragment:
    """The category of an Observation of a kind: what was measured at the bedside is told from what a laboratory did."""
    code = "vital-signs" if key in VITAL_SIGNS else "laboratory" if catalogue().kinds[key].delay else "exam"
    return raw([{"coding": [{"system": f"{HL7}observation-category", "code": code}]}])


@cache
def unit(charted: str | None) -> dict[str, str]:
    """The unit of a Quantity: as charted, with its UCUM code if it has one."""
    if not charted:
        return {}
    code = UCUM_CODES.get(charted)
    return {"unit": charted} if code is None else {"unit": charted, "system": UCUM, "code": code}


@cache
def answer(key: str, text: str) -> orjson.Fragment | None:
    """A coded kind's answer as a CodeableConcept, or None where the text is none of its answers."""
    kind = catalogue().kinds[key]
    number = kind.coded(text)
    if number is None:
        return None
    codes = [{"system": system, "code": code} for (system, code), value in kind.answers.items() if value == number]
    return raw({**({"coding": codes[:1]} if codes else {}), "text": text})


@cache
def finding_code(key: str) -> orjson.Fragment:
    """The code of an Observation or a Condition that is about a finding."""
    return raw(_concept("finding", catalogue().findings[key], (SNOMED, LOINC)))


@lru_cache(maxsize=4096)
def event_code(key: str, detail: str | None = None) -> orjson.Fragment:
    """The code of a resource that is an event; `detail` is added to its words."""
    entry = catalogue().events[key]
    concept = _concept("event", entry, (LOINC, SNOMED))
    return raw({**concept, "text": f"{entry.title}: {detail}" if detail else entry.title})


@cache
def procedure_code(kind: str) -> orjson.Fragment:
    """The code of an index procedure."""
    titles = {entry.key: entry.title for entry in catalogue().procedures}
    return raw({"coding": [_own("procedure-kind", kind)], "text": f"{titles.get(kind, kind)} (synthetic)"})


@cache
def presence(said: str) -> orjson.Fragment:
    """Present, absent or uncertain as a CodeableConcept."""
    codes = {Presence.PRESENT: ("52101004", "Present"), Presence.ABSENT: ("2667000", "Absent")}
    coding: list[dict[str, str]] = []
    if said in codes:
        code, display = codes[Presence(said)]
        coding.append({"system": SNOMED, "code": code, "display": display})
    return raw({"coding": [*coding, _own("presence", said)], "text": said})


@lru_cache(maxsize=4096)
def site(places: tuple[str, ...]) -> orjson.Fragment:
    """One bodySite for some places: a code for one place of ours, words for several."""
    if len(places) == 1:
        place = places[0]
        return raw({"coding": [_own("site", place)], "text": place} if place in anatomy() else {"text": place})
    words = "; ".join(f"segment {place}" if place in SEGMENTS else place for place in places)
    if set(sites(words)) == {found for place in places for found in sites(place)}:
        return raw({"text": words})
    return raw({"coding": [_own("site", place) for place in places if place in anatomy()], "text": words})


def concept(system: str, code: str) -> dict[str, Any]:
    """A CodeableConcept of one of HL7's own code systems."""
    return {"coding": [{"system": HL7 + system, "code": code}]}


def _concept(role: str, entry: FindingEntry | EventEntry, systems: Sequence[str]) -> dict[str, Any]:
    published = next((code for system in systems for code in entry.codes if code.system == system), None)
    return {
        "coding": [*([] if published is None else [_coding(published)]), _own(role, entry.key)],
        "text": entry.title,
    }


def loinc(kind: Kind, unit: str) -> Code | None:
    """The LOINC code of a kind that its unit agrees with: moles, mass, a day's volume, a flow."""
    codes = [code for code in kind.codes if code.system == LOINC]
    if kind.key in ON_A_WARD:
        return next(code for code in codes if code.code == ON_A_WARD[kind.key])
    if kind.key == "oxygen" and unit != "L/min":
        return None
    if any(DAY in code.display for code in codes):
        return codes[0] if "24" in unit or unit.endswith("/d") else None
    wanted = MOLES if "mol" in unit or "eq" in unit.casefold() else MASS
    return next((code for code in codes if wanted in code.display), codes[0] if codes else None)


def _coding(code: Code) -> dict[str, str]:
    return {"system": code.system, "code": code.code, "display": code.display}


def _own(system: str, code: str) -> dict[str, str]:
    return {"system": f"urn:sequela:{system}", "code": code}
