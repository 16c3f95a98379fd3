"""Rows of the contract's tables as FHIR resources: the person, the procedure, what was measured, what was found.

What a row does not say is left out or said in FHIR's own way; nothing is added but that it is synthetic.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson

from sequela.course import clock
from sequela.course.catalogue import catalogue
from sequela.sources.resources import INTENT
from sequela.sources.synthetic import fhir_codes as codes
from sequela.sources.synthetic.layout import WORDS

Json = dict[str, Any]
Row = Mapping[str, Any]
"""A row of one of the tables, by column."""
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII)
"""What FHIR allows as an id."""
DATE, ZULU, ZONED = 10, 20, 25
"""The lengths of a date, and of an instant to the second with its zone."""
GONE = ("entered-in-error", "cancelled")
"""The statuses that take a fact back."""
CHILD_PUGH = "child-pugh"
"""The background item whose value is a class."""
NARRATIVE = {
    "status": "generated",
    "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{WORDS[0].upper()}{WORDS[1:].replace("`", "")}.</div>',
}


def identity(row: Row, letter: str, name: str) -> str:
    """The id of the resource that a row is: unique among all patients, and in the same order as the rows' names."""
    made = f"{row['episode']}-{letter}-{name}"
    if ID.fullmatch(made) is None:
        raise ValueError("a fact's name that cannot stand in a FHIR id")
    return made


def time(written: str) -> str:
    """A FHIR dateTime: dates and full times as they are; another precision as the second it ends with."""
    return written if len(written) in (DATE, ZULU, ZONED) else instant(written)


@lru_cache(maxsize=4096)
def instant(written: str) -> str:
    """A FHIR instant: a full time as it is, anything coarser as the last second of it, in UTC where no zone is said."""
    if len(written) in (ZULU, ZONED):
        return written
    moment = clock.parse(written)
    return clock.show(moment.at, moment.offset)


def patient(person: str, episodes: Sequence[Row], happened: Sequence[Row]) -> Json:
    """The Patient, deceased if the episodes say so."""
    died, known = _death(episodes, happened)
    said = episodes[0]
    made: Json = {
        "resourceType": "Patient",
        "id": person,
        "meta": codes.meta(1, known),
        "text": NARRATIVE,
        "identifier": [{"system": "urn:sequela:synthetic", "value": person}],
        "name": [{"text": f"Synthetic {person}", "family": "Synthetic"}],
        "gender": said["sex"] or "unknown",
    }
    if said["birth_year"] is not None:
        made["birthDate"] = f"{said['birth_year']:04d}"
    if died is not None:
        made["deceasedDateTime"] = time(died)
    return made


def index_procedure(episode: Row, subject: orjson.Fragment) -> Json:
    """The Procedure that an episode begins with; its id is the episode's own."""
    made: Json = {
        "resourceType": "Procedure",
        "id": episode["episode"],
        "meta": codes.meta(1),
        "status": "completed",
        "code": codes.procedure_code(episode["kind"]),
        "subject": subject,
        "performedDateTime": time(episode["start"]),
    }
    territory, intent = _listed(episode["territory"]), _listed(episode["intent"])
    if territory:
        made["bodySite"] = [codes.site((place,)) for place in territory]
    if intent:
        made["extension"] = [{"url": INTENT, "valueString": part} for part in intent]
    return made


def observation(row: Row, subject: orjson.Fragment) -> Json:
    """The Observation that a row of `observations` is, in the unit in which it was charted."""
    key, charted = row["kind"], row["unit"]
    made = _observed(row, subject, identity(row, "o", row["fact"]))
    made["category"] = codes.category(key)
    made["code"] = codes.kind_code(key, charted)
    _put_value(made, key, row["value"], charted, row["comparator"])
    return made


def finding(row: Row, subject: orjson.Fragment) -> Json:
    """The Observation that a row of `findings` is."""
    made = _observed(row, subject, identity(row, "f", row["fact"]))
    made["code"] = codes.finding_code(row["finding"])
    made["valueCodeableConcept"] = codes.presence(row["presence"])
    places = tuple(_listed(row["site"]))
    if places:
        made["bodySite"] = codes.site(places)
    return made


def background(row: Row, episode: Row, subject: orjson.Fragment) -> Json:
    """The Condition (or the Observation, for a number) that a row of `background` is."""
    key, value = row["item"], row["value"]
    if key == CHILD_PUGH and value is not None:
        key, value = f"{CHILD_PUGH}-{value.casefold()}", "yes"
    name = identity(row, "b", key)
    start = clock.parse(episode["start"])
    before = clock.show(clock.parse(_first_second(episode["start"])).at - 1, start.offset)
    head: Json = {"id": name, "meta": codes.meta(1), "subject": subject}
    if key not in catalogue().findings:
        made = {"resourceType": "Observation", "status": "final", **head, "effectiveDateTime": before, "issued": before}
        made["code"] = codes.kind_code(key, catalogue().kinds[key].unit)
        _put_value(made, key, value, catalogue().kinds[key].unit, None)
        return made
    absent = value is not None and value.casefold() in ("no", "absent")
    made = {"resourceType": "Condition", **head, "code": codes.finding_code(key)}
    verdict = "refuted" if absent else "confirmed"
    if not absent:
        made["clinicalStatus"] = codes.concept("condition-clinical", "active")
    made["verificationStatus"] = codes.concept("condition-ver-status", verdict)
    if not catalogue().findings[key].background:
        # Only what lasts may be undated.
        made["recordedDate"] = before
    return made


def _observed(row: Row, subject: orjson.Fragment, name: str) -> Json:
    """What every Observation of a row has; `issued` is when this version became known, if the row says it."""
    made: Json = {
        "resourceType": "Observation",
        "id": name,
        "meta": codes.meta(row["version"]),
        "status": row["status"] or "final",
        "subject": subject,
    }
    if row["at"] is not None:
        made["effectiveDateTime"] = time(row["at"])
    if row["known_at"] is not None:
        made["issued"] = instant(row["known_at"])
    return made


def _put_value(made: Json, key: str, value: str | None, charted: str | None, comparator: str | None) -> None:
    """Add the value: a number as a Quantity, an answer as a concept, anything else as the text it is."""
    if value is None:
        made["dataAbsentReason"] = codes.concept("data-absent-reason", "unknown")
        return
    number = codes.decimal(value)
    if number is not None:
        sign = {} if comparator is None else {"comparator": comparator}
        made["valueQuantity"] = {"value": number, **sign, **codes.unit(charted)}
        return
    answer = codes.answer(key, value)
    if answer is not None:
        made["valueCodeableConcept"] = answer
    else:
        made["valueString"] = value


def _death(episodes: Sequence[Row], happened: Sequence[Row]) -> tuple[str | None, str | None]:
    """When the patient died, and when that was known if it was later; the last word of the events, else an ending."""
    told = sorted((row for row in happened if row["event"] == "death"), key=lambda row: row["version"])
    if told and told[-1]["status"] not in GONE:
        at, known = told[-1]["at"], told[-1]["known_at"]
        return at, None if known is None or known == at else instant(known)
    ended = [row["ended"] for row in episodes if row["end_reason"] == "death" and row["ended"] is not None]
    return (None if told else next(iter(ended), None)), None


def _listed(joined: str | None) -> list[str]:
    """The parts of a list joined by semicolons."""
    return [part.strip() for part in (joined or "").split(";") if part.strip()]


def _first_second(written: str) -> str:
    """The first second of a date; a time as it is."""
    return f"{written}T00:00:00" if len(written) == DATE else written
