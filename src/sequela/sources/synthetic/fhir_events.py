"""What was done and what happened as FHIR: examinations, drugs, interventions, stays in hospital.

Only a DiagnosticReport says when it was known (`issued`). Of the others the server's stamp says it, which a reader
believes of a first version within three days, and of any later one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import orjson

from sequela.course import clock
from sequela.course.catalogue import catalogue
from sequela.sources.resources import DRUGS
from sequela.sources.synthetic import fhir_codes as codes
from sequela.sources.synthetic.fhir_resources import GONE, Json, Row, identity, instant, time

EXAMINATIONS = frozenset(
    {
        "arterial-ct", "blood-culture", "contrast-ct", "contrast-mr", "contrast-ultrasound", "doppler", "ultrasound",
        "unenhanced-ct",
    }
)  # fmt: skip
"""The events that leave a report."""
STAYS = frozenset({"admission", "discharge", "icu"})
"""The events that are told by an Encounter."""
LETTER = "e"
"""How the ids of events begin, after the episode's."""
STATUS = {"admission": "in-progress", "discharge": "finished", "icu": "finished"}
"""The status of an Encounter that tells one of these alone."""
INPATIENT = {"system": f"{codes.HL7}v3-ActCode", "code": "IMP", "display": "inpatient encounter"}


def events(rows: Sequence[Row], subject: orjson.Fragment) -> Iterator[tuple[Json, int]]:
    """The resources of an episode's events, each with its version; a death is the Patient's to tell."""
    yield from _stays([row for row in rows if row["event"] in STAYS], subject)
    for row in rows:
        if row["event"] not in STAYS and row["event"] != "death":
            yield _event(row, subject), row["version"]


def _event(row: Row, subject: orjson.Fragment) -> Json:
    """A report, a drug given, or a procedure done."""
    key, status, detail = row["event"], row["status"] or "final", row["detail"]
    if key in EXAMINATIONS:
        made = _head(row, "DiagnosticReport", status, subject, stamped=False)
        made["code"] = codes.event_code(key)
        _put_time(made, "effectiveDateTime", row)
        if row["known_at"] is not None:
            made["issued"] = instant(row["known_at"])
        if detail:
            made["conclusion"] = detail
        return made
    done = status if status == "entered-in-error" else "not-done" if status == "cancelled" else "completed"
    if key in DRUGS:
        made = _head(row, "MedicationAdministration", done, subject)
        made["medicationCodeableConcept"] = codes.event_code(key, detail)
        _put_time(made, "effectiveDateTime", row)
        return made
    made = _head(row, "Procedure", done, subject)
    made["code"] = codes.event_code(key)
    _put_time(made, "performedDateTime", row)
    if detail:
        made["note"] = [{"text": detail}]
    return made


def _stays(rows: Sequence[Row], subject: orjson.Fragment) -> Iterator[tuple[Json, int]]:
    """The Encounters: admission and discharge as the two ends of one stay, intensive care as a part of it."""
    told = Counter(row["fact"] for row in rows)
    joined = [row for row in rows if row["event"] != "icu" and told[row["fact"]] == 1 and _at_once(row)]
    alone = [row for row in rows if row not in joined]
    stays: list[tuple[Row, Row | None]] = []
    for row in sorted(joined, key=lambda row: clock.parse(row["at"]).at):
        if row["event"] == "admission":
            stays.append((row, None))
        elif stays and stays[-1][1] is None:
            stays[-1] = (stays[-1][0], row)
        else:
            alone.append(row)
    for begun, ended in stays:
        made = _encounter(begun, "in-progress" if ended is None else "finished", subject)
        made["period"] = {"start": time(begun["at"]), **({} if ended is None else {"end": time(ended["at"])})}
        yield made, 1
    within = identity(stays[0][0], LETTER, stays[0][0]["fact"]) if stays else None
    for row in alone:
        yield _alone(row, within, subject), row["version"]


def _alone(row: Row, within: str | None, subject: orjson.Fragment) -> Json:
    """An admission, a discharge or intensive care that cannot be one end of an ordinary stay."""
    if row["event"] == "icu" and within is None:
        # An Encounter of its own would say that the patient was admitted then.
        return _event(row, subject)
    error = row["status"] in GONE
    made = _encounter(row, "entered-in-error" if error else STATUS[row["event"]], subject, stamped=True)
    if row["at"] is not None:
        made["period"] = {"end" if row["event"] == "discharge" else "start": time(row["at"])}
    if row["event"] == "icu":
        made["type"] = [{"text": catalogue().events["icu"].title}]
        made["partOf"] = {"reference": f"Encounter/{within}"}
    return made


def _at_once(row: Row) -> bool:
    """Whether an event was known when it was so, and is not taken back."""
    return row["at"] is not None and row["known_at"] in (None, row["at"]) and row["status"] not in GONE


def _encounter(row: Row, status: str, subject: orjson.Fragment, *, stamped: bool = False) -> Json:
    made = _head(row, "Encounter", status, subject, stamped=stamped)
    made["class"] = INPATIENT
    return made


def _head(row: Row, kind: str, status: str, subject: orjson.Fragment, *, stamped: bool = True) -> Json:
    """What every resource has; `stamped` writes when it was known as the server's time, unless that is when it was."""
    known = row["known_at"] if stamped else None
    written = None if known is None or (known == row["at"] and row["version"] == 1) else instant(known)
    return {
        "resourceType": kind,
        "id": identity(row, LETTER, row["fact"]),
        "meta": codes.meta(row["version"], written),
        "status": status,
        "subject": subject,
    }


def _put_time(made: Json, name: str, row: Row) -> None:
    if row["at"] is not None:
        made[name] = time(row["at"])
