"""FHIR's other resources into rows: Patient, Procedure, Condition, DiagnosticReport, MedicationAdministration.

Each function returns a reading, or counts why there is none; a broken resource raises Malformed and is counted by the
caller, so that it never sinks its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from sequela.course import naming
from sequela.course.catalogue import catalogue
from sequela.course.clock import Moment
from sequela.course.episodes import ProcedureKind
from sequela.course.facts import Precision, Presence, Status
from sequela.sources.attached import sort_of, text_of
from sequela.sources.claims import NOWHERE, unplaced
from sequela.sources.elements import (
    Malformed,
    Times,
    both,
    local,
    mapping,
    named_events,
    named_findings,
    objects,
    string,
    texts,
)
from sequela.sources.observations import NOT_LISTED, finding_rows, site, stamp, territory
from sequela.sources.readings import Person, Reading, Row
from sequela.sources.receipt import Receipt
from sequela.sources.shapes import Json
from sequela.sources.telling import told_rows

INTENT = "urn:sequela:intent"
"""The extension of a Procedure that says what it meant to destroy or close."""
REPORT_STATUSES = {
    "partial": Status.PRELIMINARY,
    "preliminary": Status.PRELIMINARY,
    "final": Status.FINAL,
    "amended": Status.AMENDED,
    "corrected": Status.CORRECTED,
    "appended": Status.AMENDED,
}
PRESENCES = {
    "refuted": Presence.ABSENT,
    "provisional": Presence.UNCERTAIN,
    "differential": Presence.UNCERTAIN,
    "unconfirmed": Presence.UNCERTAIN,
    "confirmed": Presence.PRESENT,
}
"""What a Condition's verificationStatus says of the finding; none said is present."""
OVER = frozenset({"inactive", "remission", "resolved"})
DRUGS = frozenset(
    {
        "antibiotic",
        "anticoagulant",
        "antiemetic",
        "dexamethasone",
        "heparin",
        "hydrocortisone",
        "lactulose",
        "metamizole",
        "nsaid",
        "octreotide",
        "opioid",
        "paracetamol",
        "prednisolone",
        "transfusion",
        "vasopressor",
    }
)
"""The events that are drugs: a product's text names them among strengths and forms."""
ORDERED = "ordered, not known to be given"
COARSE = (Precision.MONTH, Precision.YEAR)


def no_modifier(resource: Json) -> None:
    """Refuse a resource that says, in a way we do not know, that its meaning is changed."""
    if "modifierExtension" in resource:
        raise Malformed("unknown modifierExtension")


def person(resource: Json, times: Times, receipt: Receipt) -> Person:
    """What a Patient says of sex and birth."""
    no_modifier(resource)
    born = resource.get("birthDate")
    gender = string(resource, "gender")
    version, updated = stamp(resource, times, receipt)
    return Person(
        version or 0,
        updated or 0,
        None if born is None else times.first_second(born),
        gender if gender in ("male", "female") else None,
    )


def death(resource: Json, base: str, times: Times, receipt: Receipt) -> Reading | None:
    """The reading of a Patient's death, if the Patient is said to have died and when."""
    when = resource.get("deceasedDateTime")
    if when is None:
        dead = resource.get("deceasedBoolean")
        if dead is not None and type(dead) is not bool:
            raise Malformed("malformed deceasedBoolean")
        if dead:
            receipt.count("dropped", "a death without a time")
        return None
    moment = times.read(when)
    version, updated = stamp(resource, times, receipt)
    row = Row(f"{base}#death", "event", "death", ("",), moment.at, moment.precision)
    return Reading(row.fact, (row,), updated=updated, version=version)


def procedure(resource: Json, base: str, times: Times, receipt: Receipt) -> Reading | None:
    """The reading of a Procedure: an index procedure, an event, or neither."""
    no_modifier(resource)
    status = string(resource, "status")
    version, updated = stamp(resource, times, receipt)
    if status == "entered-in-error":
        return Reading(base, (), Status.ENTERED_IN_ERROR, None, updated, version, gone="entered-in-error")
    code = resource.get("code")
    places = objects(resource, "bodySite")
    where = territory(places)
    # A site given by code says "liver" as well as words do.
    kind = _index_kind(_pairs(code), (*_words(code, *places), *(("liver",) if where else ())))
    events = [] if kind is not None else named_events(code)
    if kind is None and not events:
        receipt.count("irrelevant", NOT_LISTED)
        return None
    if status != "completed":
        return Reading(base, (), Status.ENTERED_IN_ERROR, None, updated, version, gone="a procedure not completed")
    period = mapping(resource, "performedPeriod")
    performed = resource.get("performedDateTime")
    begun = performed if performed is not None else period.get("start")
    ended = performed if performed is not None else period.get("end")
    if begun is None:
        begun = ended
    if begun is None:
        receipt.count("dropped", "no time")
        return None
    first, last = times.read(begun), times.read(ended if ended is not None else begun)
    if kind is None:
        return Reading(base, _event_rows(events, base, last), updated=updated, version=version)
    day = first.precision not in (Precision.SECOND, Precision.MINUTE)
    if first.precision in COARSE:
        # A month's procedure has no day 0; nothing after it could be dated from it.
        receipt.count("dropped", "an index procedure without a day")
        return None
    start = times.first_second(begun) if day else first.at
    content = (where, _intent(resource), max(last.at, start), first.offset)
    return Reading(
        base, (Row(base, "procedure", kind, content, start, first.precision),), updated=updated, version=version
    )


def condition(resource: Json, base: str, times: Times, receipt: Receipt) -> Reading | None:
    """The reading of a Condition: present from its onset, absent from its abatement."""
    no_modifier(resource)
    recorded = times.optional(resource.get("recordedDate"))
    known = recorded.at if recorded else None
    version, updated = stamp(resource, times, receipt, wanted=known is None)
    verified = _status(resource, "verificationStatus")
    if verified == "entered-in-error":
        return Reading(base, (), Status.ENTERED_IN_ERROR, known, updated, version, gone="entered-in-error")
    verdict = PRESENCES.get(verified or "confirmed", Presence.UNCERTAIN)
    found = {key: both(label, verdict) for key, label in named_findings(resource.get("code")).items()}
    if not found:
        receipt.count("irrelevant", NOT_LISTED)
        return None
    onset = _first_time(resource, times, "onset", "start")
    at = onset or recorded
    if onset and recorded and onset.precision in COARSE and recorded.at < onset.at:
        # Dated by the year or month, but written down before its end: it was so no later than that.
        at = recorded
    if at is None and not all(catalogue().findings[key].background for key in found):
        receipt.count("dropped", "no time")
        return None
    over = _first_time(resource, times, "abatement", "end")
    if over is None and _status(resource, "clinicalStatus") in OVER:
        # It is over, but since when is not said: from here on it may be either.
        found = {key: Presence.UNCERTAIN if said is Presence.PRESENT else said for key, said in found.items()}
    where = site(resource)
    if any(unplaced(key, said, resource.get("bodySite"), where) for key, said in found.items()):
        receipt.count("dropped", NOWHERE)
        return None
    rows = finding_rows(found, base, where, at)
    if over is not None:
        ended = {key: Presence.ABSENT for key, said in found.items() if said is not Presence.ABSENT}
        rows += finding_rows(ended, f"{base}#abatement", where, over)
    return Reading(base, tuple(rows), Status.FINAL, known, updated, version)


def report(resource: Json, base: str, times: Times, receipt: Receipt) -> Reading | None:
    """The reading of a DiagnosticReport: that it was done, its coded conclusions, and what its text says."""
    no_modifier(resource)
    written = string(resource, "status")
    status = REPORT_STATUSES.get(written or "")
    issued = times.optional(resource.get("issued"))
    known = issued.at if issued else None
    version, updated = stamp(resource, times, receipt, wanted=known is None)
    if status is None:
        reason = written if written in ("entered-in-error", "cancelled") else "a report without a result yet"
        return Reading(base, (), Status.ENTERED_IN_ERROR, known, updated, version, gone=reason)
    moment = _first_time(resource, times, "effective", "end") or issued
    rows: list[Row] = []
    events = named_events(resource.get("code"))
    if not events:
        receipt.count("irrelevant", NOT_LISTED)
    elif moment is None:
        receipt.count("dropped", "no time")
    else:
        rows.extend(_event_rows(events, base, moment))
    for place, conclusion in enumerate(objects(resource, "conclusionCode"), start=1):
        found = named_findings(conclusion)
        if found and moment is not None:
            rows.extend(finding_rows(found, f"{base}#conclusion{place}", frozenset(), moment))
        else:
            receipt.count("irrelevant", NOT_LISTED)
    coded = {row.key for row in rows if row.role == "finding"}
    text, sort = text_of(resource, receipt), sort_of(resource, events)
    rows.extend(told_rows(text, string(resource, "language"), sort, base, moment, coded, receipt))
    return Reading(base, tuple(rows), status, known, updated, version) if rows else None


def administration(
    resource: Json, base: str, times: Times, receipt: Receipt, drug: Callable[[str], object]
) -> Reading | None:
    """The reading of a MedicationAdministration: that a drug was given, from the start of giving it."""
    no_modifier(resource)
    status = string(resource, "status")
    version, updated = stamp(resource, times, receipt)
    if status == "entered-in-error":
        return Reading(base, (), Status.ENTERED_IN_ERROR, None, updated, version, gone="entered-in-error")
    keys = _drugs(resource, drug)
    if not keys:
        receipt.count("irrelevant", NOT_LISTED)
        return None
    if status not in ("completed", "in-progress", "stopped"):
        return Reading(base, (), Status.ENTERED_IN_ERROR, None, updated, version, gone="a drug not given")
    moment = _first_time(resource, times, "effective", "start")
    if moment is None:
        receipt.count("dropped", "no time")
        return None
    return Reading(base, _event_rows(keys, base, moment), updated=updated, version=version)


def request(resource: Json, receipt: Receipt, drug: Callable[[str], object]) -> None:
    """Count a MedicationRequest: an order is not a drug given, and closes no step."""
    no_modifier(resource)
    receipt.count("irrelevant", ORDERED if _drugs(resource, drug) else NOT_LISTED)


def _drugs(resource: Json, drug: Callable[[str], object]) -> tuple[str, ...]:
    """The drugs of ours that a medication is or contains, in order of key."""
    code = resource.get("medicationCodeableConcept")
    if code is None:
        target = string(mapping(resource, "medicationReference"), "reference")
        if target is None:
            return ()
        if target.startswith("#"):
            inside = (held for held in objects(resource, "contained") if held.get("id") == target[1:])
            code = next((held.get("code") for held in inside), None)
        else:
            code = drug(local(target))
    if code is None:
        return ()
    if type(code) is not dict:
        raise Malformed("malformed medication")
    return tuple(key for key in named_events(code) if key in DRUGS)


def _event_rows(keys: Sequence[str], base: str, moment: Moment) -> tuple[Row, ...]:
    """A row for each event that one resource names; the first has the resource's own identifier."""
    return tuple(
        Row(base if place == 0 else f"{base}#{key}", "event", key, ("",), moment.at, moment.precision, 0, place > 0)
        for place, key in enumerate(keys)
    )


@lru_cache(maxsize=8192)
def _index_kind(codings: tuple[tuple[str, str], ...], words: tuple[str, ...]) -> ProcedureKind | None:
    """The index procedure that codings and words name; the same ones come again and again."""
    return naming.procedure_kind(codings, words)


def _pairs(code: object) -> tuple[tuple[str, str], ...]:
    """The codings of a CodeableConcept as system and code; ours first, for it says what the others may leave open."""
    codings = objects(code, "coding") if type(code) is dict else ()
    pairs = ((coding.get("system"), coding.get("code")) for coding in codings)
    whole = [(system, number) for system, number in pairs if type(system) is str and type(number) is str]
    return tuple(sorted(whole, key=lambda pair: not pair[0].startswith("urn:sequela:")))


def _words(*concepts: object) -> list[str]:
    """The words of several CodeableConcepts."""
    return [text for concept in concepts if type(concept) is dict for text in texts(concept)]


def _intent(resource: Json) -> tuple[str, ...]:
    """What the procedure meant to destroy or close, as our extension says it."""
    found: list[str] = []
    for extension in objects(resource, "extension"):
        if extension.get("url") == INTENT:
            written = string(extension, "valueString") or string(extension, "valueCode") or ""
            found.extend(part.strip() for part in written.split(";") if part.strip())
    return tuple(dict.fromkeys(found))


def _status(resource: Json, name: str) -> str | None:
    """The code of a Condition's clinicalStatus or verificationStatus; STU3 wrote it as a plain code."""
    value = resource.get(name)
    if value is None or type(value) is str:
        return value
    for coding in objects(mapping(resource, name), "coding"):
        code = string(coding, "code")
        if code:
            return code
    text = string(mapping(resource, name), "text")
    return text.casefold() if text else None


def _first_time(resource: Json, times: Times, name: str, end: str) -> Moment | None:
    """The moment of a DateTime or of one end of a Period, the other end standing in for it."""
    written = resource.get(f"{name}DateTime")
    if written is None:
        period = mapping(resource, f"{name}Period")
        written = period.get(end)
        if written is None:
            written = period.get("end" if end == "start" else "start")
    return times.optional(written)
