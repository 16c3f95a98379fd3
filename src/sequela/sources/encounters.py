"""FHIR Encounters into rows: admission, discharge, intensive care."""

from __future__ import annotations

from sequela.course.facts import Status
from sequela.sources.elements import Times, mapping, objects, string, texts
from sequela.sources.naming import inpatient, intensive
from sequela.sources.observations import stamp
from sequela.sources.readings import Reading, Row
from sequela.sources.receipt import Receipt
from sequela.sources.resources import no_modifier
from sequela.sources.shapes import Json

BEGUN = frozenset({"in-progress", "onleave", "finished"})
"""The statuses of a stay that has begun."""


def encounter(resource: Json, base: str, times: Times, receipt: Receipt) -> Reading | None:
    """The reading of an Encounter: a stay's admission and discharge, and when intensive care began."""
    no_modifier(resource)
    status = string(resource, "status")
    version, updated = stamp(resource, times, receipt)
    if status in ("entered-in-error", "cancelled"):
        return Reading(base, (), Status.ENTERED_IN_ERROR, None, updated, version, gone=status)
    period = mapping(resource, "period")
    start, end = times.optional(period.get("start")), times.optional(period.get("end"))
    stay = _is_stay(resource)
    care = _intensive(resource)
    if not stay and care is None:
        receipt.count("irrelevant", "not a stay in hospital")
        return None
    if status not in BEGUN:
        return Reading(base, (), Status.ENTERED_IN_ERROR, None, updated, version, gone="a stay not begun")
    rows: list[Row] = []
    if stay and not resource.get("partOf"):
        if start is not None:
            rows.append(Row(f"{base}#admission", "event", "admission", ("",), start.at, start.precision))
        if end is not None and status == "finished":
            rows.append(Row(f"{base}#discharge", "event", "discharge", ("",), end.at, end.precision))
    if care is not None:
        moment = times.optional(mapping(care, "period").get("start")) or start
        if moment is not None:
            rows.append(Row(f"{base}#icu", "event", "icu", ("",), moment.at, moment.precision))
    if not rows:
        receipt.count("dropped", "no time")
        return None
    return Reading(base, tuple(rows), updated=updated, version=version)


def _is_stay(resource: Json) -> bool:
    """Whether the class says that the patient stays in hospital; R5 writes it as a list of concepts."""
    written = resource.get("class")
    classes = [written] if type(written) is dict else []
    if type(written) is list:
        classes = [coding for held in written if type(held) is dict for coding in objects(held, "coding")]
    return any(
        inpatient(word)
        for coding in classes
        for word in (coding.get("code"), coding.get("display"))
        if type(word) is str
    )


def _intensive(resource: Json) -> Json | None:
    """The location (or the Encounter itself) whose words say intensive care, or None."""
    for place in objects(resource, "location"):
        words = [mapping(place, "location").get("display"), *texts(mapping(place, "physicalType"))]
        if any(type(word) is str and intensive(word) for word in words):
            return place
    own = [
        *texts(mapping(resource, "serviceType")),
        *(text for kind in objects(resource, "type") for text in texts(kind)),
    ]
    written = resource.get("class")
    if type(written) is dict and type(written.get("display")) is str:
        own.append(written["display"])
    return {} if any(intensive(word) for word in own) else None
