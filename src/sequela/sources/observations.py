"""FHIR Observations into rows: one for its value, one for each component.

Here stands what an Observation means. Those that are written like one read before go by `usual`, which remembers what
was answered here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sequela.course.anatomy import site_of_code
from sequela.course.catalogue import catalogue
from sequela.course.clock import Moment
from sequela.course.facts import Precision, Presence, Status
from sequela.sources.claims import NOWHERE, unplaced
from sequela.sources.elements import (
    Bounds,
    Malformed,
    Times,
    both,
    by_code,
    implied,
    labelled,
    mapping,
    named_findings,
    number,
    objects,
    presence,
    span,
    texts,
    unit_of,
    written_number,
)
from sequela.sources.naming import Named, kind_named, presence_of_code, presence_of_word, sites
from sequela.sources.readings import Reading, Row
from sequela.sources.receipt import Category, Receipt
from sequela.sources.shapes import VALUES, Json

STATUSES = {
    "final": Status.FINAL,
    "preliminary": Status.PRELIMINARY,
    "amended": Status.AMENDED,
    "corrected": Status.CORRECTED,
}
"""The statuses under which an Observation's value may be used."""
GONE = {
    "entered-in-error": "entered-in-error",
    "cancelled": "cancelled",
    "registered": "registered, no result yet",
    "unknown": "unknown status",
}
"""The statuses that take back what an earlier version said, and the reason the receipt gives."""
NOT_LISTED = "not in the catalogue"
DATA_ABSENT = "data absent"
NEITHER = "a finding with a value that says neither present nor absent"
ROLES = ("kind", "finding", "event")
ASSERTION = "ASSERTION"
"""The code of HL7's ActCode that says: what is observed stands in the value."""

Missing = tuple[Category, str]
"""Why a candidate is no row: a category of the receipt and a reason."""
Meaning = tuple[str, Bounds]
"""What a value under a code says: a number of a kind."""
UNSURE: Meaning = ("", (None, None, False, False))
"""That a value under a code may say more than a number, or cannot be used: the whole resource must be read."""


def observation(resource: Json, base: str, times: Times, receipt: Receipt) -> Reading | None:
    """The reading of an Observation; what of it cannot become a row is counted, a broken one raises Malformed."""
    if "modifierExtension" in resource:
        raise Malformed("unknown modifierExtension")
    written = resource.get("status")
    status = STATUSES.get(written) if type(written) is str else None
    issued = resource.get("issued")
    known = times.second(issued) if issued is not None else None
    version, updated = stamp(resource, times, receipt, wanted=known is None)
    if status is None:
        return Reading(base, (), Status.ENTERED_IN_ERROR, known, updated, version, gone=_gone(written))
    code = resource.get("code")
    components = resource.get("component")
    written = resource.get("effectiveDateTime")
    moment = times.read(written) if written is not None else _effective(resource, times, receipt)
    rows: list[Row] = []
    # A panel of components without a value of its own is no candidate: its components are.
    own = not components or _has_value(resource)
    if own and not _append(rows, resource, code, base, moment, receipt):
        unlisted = _unlisted(resource, code, base, moment)
        if isinstance(unlisted, Row):
            rows.append(unlisted)
        else:
            receipt.count("irrelevant", unlisted)
    if components is not None:
        for place, component in enumerate(objects(resource, "component"), start=1):
            _component(component, f"{base}#component{place}", moment, rows, receipt)
    return Reading(base, tuple(rows), status, known, updated, version) if rows else None


def meaning(holder: Json) -> Meaning | None:
    """What a value under a code says on its own: a number of a kind, None if it is not about us, or UNSURE.

    It is the same in every Observation and component with that code and that value, at any time to the second.
    """
    code, rows = holder.get("code"), list[Row]()
    if not _append(rows, holder, code, "", Moment(0, Precision.SECOND, False, 0), Receipt()):
        return UNSURE if _asserts(code) else None
    if len(rows) != 1 or rows[0].role != "observation":
        return UNSURE
    return rows[0].key, rows[0].content


def _has_value(holder: Json) -> bool:
    return not VALUES.isdisjoint(holder)


def is_foreign(code: object) -> bool:
    """Whether a code is none of ours whatever its number and its words: of a known vocabulary, not of the catalogue."""
    return by_code(code, ROLES) == (None, True) and not _asserts(code)


def stamp(resource: Json, times: Times, receipt: Receipt, *, wanted: bool = True) -> tuple[int | None, int | None]:
    """The server's version number and the time it wrote the resource; a broken stamp is only noted.

    The time of a first version is read only where `wanted`: the source's own word goes before it.
    """
    meta = resource.get("meta")
    if type(meta) is not dict:
        return None, None
    return stamped(meta.get("versionId"), meta.get("lastUpdated"), times, receipt, wanted=wanted)


def stamped(
    written: object, updated: object, times: Times, receipt: Receipt, *, wanted: bool
) -> tuple[int | None, int | None]:
    """The server's version number and time as they are written, read as `stamp` does."""
    version = int(written) if type(written) is str and len(written) < 10 and written.isdecimal() else None
    if updated is None or (not wanted and (version is None or version == 1)):
        return version, None
    try:
        return version, times.read(updated).at
    except Malformed:
        receipt.note("malformed lastUpdated ignored")
        return version, None


def _append(rows: list[Row], holder: Json, code: object, fact: str, moment: Moment | None, receipt: Receipt) -> bool:
    """Add the rows of an Observation's or component's value, or count why there is none; False if it is not ours."""
    found, foreign = by_code(code, ROLES)
    if found is None:
        numeric = "valueQuantity" in holder or "valueInteger" in holder
        labels = {} if numeric else labelled(code, catalogue().findings)
        if labels:
            made = _findings(labels, holder, fact, moment)
            if isinstance(made, tuple):
                receipt.count(*made)
            else:
                rows.extend(made)
            return True
        # No event is read from an Observation's words: "Gentamicin" is a level here, or a susceptibility.
        kinds = (kind_named(text) for text in texts(code)) if type(code) is dict and not foreign else ()
        kind = next((key for key in kinds if key is not None), None)
        if kind is None:
            return False
        found = ("kind", kind)
    row = _value(holder, found, fact, moment)
    if not isinstance(row, Row):
        receipt.count(*row)
        return True
    rows.append(row)
    if found[0] == "kind" and found[1] in catalogue().implied:
        other = implied(found[1], (row.content[0], row.content[1], row.content[2], row.content[3]))
        if other is not None:
            rows.append(row._replace(fact=f"{fact}#{other[0]}", key=other[0], content=other[1], derived=True))
    return True


def _value(holder: Json, named: Named, fact: str, moment: Moment | None) -> Row | Missing:
    """The row of what a code of ours was found to be, or why there is none."""
    role, key = named
    if moment is None:
        return "dropped", "no time"
    if role == "kind":
        kind = catalogue().kinds[key]
        quantity = holder.get("valueQuantity")
        bounds: Bounds | str
        if type(quantity) is dict:
            if quantity.get("value") is None:
                return "dropped", "no value"
            bounds = number(kind, quantity["value"], unit_of(quantity), quantity.get("comparator"))
        else:
            bounds = _other_value(holder, kind)
        if isinstance(bounds, str):
            return "dropped", bounds
        # A date is known at its end: what was sampled on a day is reported, as far as we know, by the end of it.
        delay = kind.delay if moment.precision in (Precision.SECOND, Precision.MINUTE) else 0
        return Row(fact, "observation", key, bounds, moment.at, moment.precision, delay)
    said = _said(holder, key)
    if role == "event":
        if said in (Presence.ABSENT, Presence.UNCERTAIN, DATA_ABSENT):
            return "irrelevant", "an event that did not happen"
        # Whatever else its value is (an organism, a text), it is the result of something that was done.
        return Row(fact, "event", key, ("",), moment.at, moment.precision)
    if not isinstance(said, Presence):
        return "dropped", said
    where = site(holder)
    if unplaced(key, said, holder.get("bodySite"), where):
        return "dropped", NOWHERE
    return Row(fact, "finding", key, (said, where), moment.at, moment.precision)


def _findings(labels: dict[str, Presence], holder: Json, fact: str, moment: Moment | None) -> list[Row] | Missing:
    """The rows of the findings that a label names, as its value says; the value must be there."""
    if moment is None:
        return "dropped", "no time"
    if not _has_value(holder) and "interpretation" not in holder:
        return "dropped", DATA_ABSENT if "dataAbsentReason" in holder else "no value"
    said = _said(holder, min(labels))
    if not isinstance(said, Presence):
        return "dropped", said
    where = site(holder)
    found = {key: both(label, said) for key, label in labels.items()}
    if any(unplaced(key, said, holder.get("bodySite"), where) for key, said in found.items()):
        return "dropped", NOWHERE
    return finding_rows(found, fact, where, moment)


def finding_rows(found: Mapping[str, Presence], fact: str, where: frozenset[str], moment: Moment | None) -> list[Row]:
    """A row for each finding that one label names; the first in order of key has the resource's own identifier."""
    at, precision = (None, Precision.SECOND) if moment is None else (moment.at, moment.precision)
    return [
        Row(fact if place == 0 else f"{fact}#{key}", "finding", key, (found[key], where), at, precision, 0, place > 0)
        for place, key in enumerate(sorted(found))
    ]


def site(holder: Json) -> frozenset[str]:
    """The places of the liver that a bodySite names, one concept or a list of them."""
    places = holder.get("bodySite")
    if places is None:
        return frozenset()
    return frozenset(territory(objects(holder, "bodySite") if type(places) is list else [mapping(holder, "bodySite")]))


def territory(places: Sequence[Json]) -> tuple[str, ...]:
    """The places of the liver that body sites name, in their order: by code, else by their words."""
    found: list[str] = []
    for place in places:
        named = [
            site_of_code(system, code)
            for system, code in ((coding.get("system"), coding.get("code")) for coding in objects(place, "coding"))
            if type(system) is str and type(code) is str
        ]
        own = [key for key in named if key is not None]
        found.extend(own or next((told for told in map(sites, texts(place)) if told), ()))
    return tuple(dict.fromkeys(found))


def _gone(written: object) -> str:
    """The reason for which a version without a usable status is taken for a withdrawal."""
    if written is None:
        return "no status"
    return GONE.get(written, "unknown status") if type(written) is str else "unknown status"


def _effective(resource: Json, times: Times, receipt: Receipt) -> Moment | None:
    """When it was so, where no dateTime says it: at a period's end; without any time when issued, which is noted."""
    written = resource.get("effectiveInstant")
    if written is None and "effectivePeriod" in resource:
        period = mapping(resource, "effectivePeriod")
        written = period.get("end") if period.get("end") is not None else period.get("start")
    if written is None:
        written = resource.get("issued")
        if written is None:
            return None
        receipt.note("no effective time: taken as of when it was issued")
    return times.read(written)


def _component(component: Json, fact: str, moment: Moment | None, rows: list[Row], receipt: Receipt) -> None:
    """Add a component's rows, or count why it has none; a broken component does not sink its neighbours."""
    try:
        if not _append(rows, component, component.get("code"), fact, moment, receipt):
            receipt.count("irrelevant", NOT_LISTED)
    except Malformed as broken:
        receipt.count("rejected", broken.reason)


def _unlisted(resource: Json, code: object, base: str, moment: Moment | None) -> Row | str:
    """What an Observation is that no name of ours covers: an assertion of its value, a panel, or nothing to us."""
    if _asserts(code) and moment is not None and type(resource.get("valueCodeableConcept")) is dict:
        found = named_findings(resource["valueCodeableConcept"])
        if found:
            return finding_rows(found, base, site(resource), moment)[0]
    if resource.get("hasMember") and not _has_value(resource):
        return "a panel: its members stand alone"
    return NOT_LISTED


def _asserts(code: object) -> bool:
    """Whether a code only says that what is observed stands in the value."""
    return type(code) is dict and any(coding.get("code") == ASSERTION for coding in objects(code, "coding"))


def _other_value(holder: Json, kind: Any) -> Bounds | str:
    """The bounds of a kind's value that is no Quantity, or why it cannot be used."""
    if "valueQuantity" in holder:
        raise Malformed("malformed valueQuantity")
    if "valueInteger" in holder:
        return number(kind, holder["valueInteger"], None)
    for name in ("valueCodeableConcept", "valueString", "valueBoolean", "valueRange"):
        if name in holder:
            break
    else:
        if _has_value(holder):
            return "a type of value that is not read"
        return DATA_ABSENT if "dataAbsentReason" in holder else "no value"
    written = holder[name]
    if name == "valueRange":
        limits = mapping(holder, name)
        return span(kind, limits.get("low"), limits.get("high"))
    answer: int | None = None
    if name == "valueCodeableConcept":
        answer = _answer(mapping(holder, name), kind)
    elif name == "valueBoolean":
        if type(written) is not bool:
            raise Malformed("malformed valueBoolean")
        answer = kind.coded("yes" if written else "no")
    elif type(written) is not str:
        raise Malformed("malformed valueString")
    else:
        answer = kind.coded(written) if len(written) < 100 else None
        if answer is None:
            return written_number(kind, written, _reference_unit(holder))
    return "an answer that is not one of the kind's" if answer is None else (answer, answer, False, False)


def _answer(answers: Json, kind: Any) -> int | None:
    """The number of a coded answer: by its codings, else by its words."""
    for coding in objects(answers, "coding"):
        system, code = coding.get("system"), coding.get("code")
        if type(code) is str and len(code) < 100:
            found: int | None = kind.coded(code, system if type(system) is str else None)
            if found is not None:
                return found
    for text in texts(answers):
        found = kind.coded(text)
        if found is not None:
            return found
    return None


def _reference_unit(holder: Json) -> str | None:
    """The unit of an Observation's reference range, for values written as text."""
    for limits in objects(holder, "referenceRange"):
        for end in ("low", "high"):
            unit = unit_of(mapping(limits, end))
            if unit:
                return unit
    return None


def _said(holder: Json, key: str) -> Presence | str:
    """Whether a finding is said to be present: by its value, its interpretation, or by being recorded at all.

    A value may also name the finding itself ("Pregnancy status: not pregnant").
    """
    if "valueBoolean" in holder:
        if type(holder["valueBoolean"]) is not bool:
            raise Malformed("malformed valueBoolean")
        return Presence.PRESENT if holder["valueBoolean"] else Presence.ABSENT
    found: Presence | None = None
    if "valueCodeableConcept" in holder:
        found = presence(holder["valueCodeableConcept"])
        if found is None:
            found = named_findings(holder["valueCodeableConcept"]).get(key)
    elif "valueString" in holder:
        if type(holder["valueString"]) is not str:
            raise Malformed("malformed valueString")
        found = presence_of_word(holder["valueString"]) if len(holder["valueString"]) < 100 else None
    elif _has_value(holder):
        return NEITHER
    else:
        if "dataAbsentReason" in holder:
            return DATA_ABSENT
        for concepts in objects(holder, "interpretation"):
            # By code only: the letter N is "normal" here and "no" elsewhere.
            for coding in objects(concepts, "coding"):
                found = presence_of_code(coding.get("system"), coding.get("code"))
                if found is not None:
                    return found
        return Presence.PRESENT
    return found if found is not None else NEITHER
