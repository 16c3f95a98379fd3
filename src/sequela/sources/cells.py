"""Rows of a course folder's tables into facts: one row, one version of one fact."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sequela.course.catalogue import Kind, catalogue
from sequela.course.clock import Moment
from sequela.course.facts import Event, Fact, Finding, Observation, Precision, Presence, Status, Withdrawal
from sequela.sources.elements import Bounds, Malformed, Times, decimal_number, written_number
from sequela.sources.naming import presence_of_word, sites
from sequela.sources.receipt import Category

Row = Mapping[str, Any]
WITHDRAWN_ALWAYS = Moment(0, Precision.SECOND, zoneless=False, offset=0)
"""The time of a withdrawal that carries none: before any fact it could be about."""
GONE = {"entered-in-error": "entered-in-error", "cancelled": "cancelled"}
"""The statuses of a row that takes its fact back."""
CHILD_PUGH = "child-pugh"
"""The background item whose value is a class: `child-pugh`, `B` is the finding child-pugh-b."""


class Unusable(Exception):
    """A row that is understood but becomes no fact: what the receipt counts it as, and why."""

    def __init__(self, reason: str, category: Category = "dropped") -> None:
        super().__init__(reason)
        self.reason = reason
        self.category: Category = category


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row's fact; `content` tells two values apart, `gone` says why the row takes its fact back."""

    fact: Fact
    content: str
    gone: str = ""


def observation(row: Row, times: Times) -> Candidate:
    """The candidate of a row of `observations`."""
    kind = catalogue().kinds.get(text(row, "kind") or "")
    if kind is None:
        raise Unusable("not in the catalogue", "irrelevant")
    head = _head(row, "observations", times, kind.delay)
    if isinstance(head, Candidate):
        return head
    bounds = _bounds(kind, row)
    if isinstance(bounds, str):
        raise Unusable(bounds)
    low, high, low_open, high_open = bounds
    fact = Observation(**head, kind=kind.key, low=low, high=high, low_open=low_open, high_open=high_open)
    return Candidate(fact, repr(bounds))


def finding(row: Row, times: Times) -> Candidate:
    """The candidate of a row of `findings`."""
    key = text(row, "finding")
    if key not in catalogue().findings or key is None:
        raise Unusable("not in the catalogue", "irrelevant")
    head = _head(row, "findings", times, 0)
    if isinstance(head, Candidate):
        return head
    presence = presence_of_word(text(row, "presence") or "")
    if presence is None:
        raise Malformed("a presence that is neither present, absent nor uncertain")
    site = frozenset(place for part in parts(row.get("site")) for place in sites(part))
    return Candidate(Finding(**head, finding=key, presence=presence, site=site), f"{presence}{sorted(site)}")


def event(row: Row, times: Times) -> Candidate:
    """The candidate of a row of `events`."""
    key = text(row, "event")
    if key not in catalogue().events or key is None:
        raise Unusable("not in the catalogue", "irrelevant")
    head = _head(row, "events", times, 0)
    if isinstance(head, Candidate):
        return head
    detail = text(row, "detail") or ""
    return Candidate(Event(**head, event=key, detail=detail), detail)


def background(row: Row, start: int) -> Candidate:
    """The candidate of a row of `background`: it was so, and known, the second before the procedure began."""
    item, value = text(row, "item"), text(row, "value")
    if item is None:
        raise Malformed("a background row without an item")
    if item == CHILD_PUGH and value is not None:
        item, value = f"{CHILD_PUGH}-{value.casefold()}", "yes"
    head: dict[str, Any] = {"fact": f"background/{item}", "at": start - 1, "known_at": start - 1}
    if item in catalogue().findings:
        presence = Presence.PRESENT if value is None else presence_of_word(value)
        if presence is None:
            raise Malformed("a background value that is neither yes nor no")
        return Candidate(Finding(**head, finding=item, presence=presence), presence)
    kind = catalogue().kinds.get(item)
    if kind is None:
        raise Unusable("not in the catalogue", "irrelevant")
    if value is None:
        raise Unusable("no value")
    answer = kind.coded(value)
    bounds = (answer, answer, False, False) if answer is not None else written_number(kind, value, kind.unit)
    if isinstance(bounds, str):
        raise Unusable(bounds)
    low, high, low_open, high_open = bounds
    fact = Observation(**head, kind=item, low=low, high=high, low_open=low_open, high_open=high_open)
    return Candidate(fact, repr(bounds))


def moment(row: Row, name: str, times: Times) -> Moment | None:
    """The time in a column, as text or typed; None where it is empty."""
    value = row.get(name)
    if value is None:
        return None
    # A datetime is a date as well; both write themselves as FHIR does.
    written = value.isoformat() if isinstance(value, date) else value.strip() if isinstance(value, str) else value
    return None if written == "" else times.read(written)


def whole(value: object) -> int | None:
    """The whole number in a column, as text or typed; None where it is empty."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise Malformed("a column that is not a whole number") from None
    if not number.is_finite() or number != number.to_integral_value() or abs(number) > 10**9:
        raise Malformed("a column that is not a whole number")
    return int(number)


def parts(value: object) -> list[str]:
    """The parts of a list written as text with `;` or `,`, or given as a list."""
    if value is None:
        return []
    pieces = value if isinstance(value, list) else str(value).replace(",", ";").split(";")
    return [str(piece).strip() for piece in pieces if piece is not None and str(piece).strip()]


def _head(row: Row, table: str, times: Times, delay: int) -> dict[str, Any] | Candidate:
    """What every fact has (identifier, version, clocks, status), or the withdrawal that a row is."""
    name = text(row, "fact")
    if name is None:
        raise Malformed("a row without a fact")
    written = (text(row, "status") or "final").casefold()
    at = moment(row, "at", times)
    known = moment(row, "known_at", times)
    if at is None and written in GONE:
        # A withdrawal needs no time of its own: it counts from when it was known, or always.
        at = known or WITHDRAWN_ALWAYS
    if at is None:
        raise Unusable("no time")
    if at.precision not in (Precision.SECOND, Precision.MINUTE):
        delay = 0  # A date is known at its end.
    head: dict[str, Any] = {
        "fact": f"{table}/{name}",
        "version": whole(row.get("version")) or 1,
        "at": at.at,
        "known_at": at.at + delay if known is None else known.at,
        "precision": at.precision,
        "assumed": known is None,
    }
    if written in GONE:
        return Candidate(Withdrawal(**head), "", GONE[written])
    if written not in set(Status):
        raise Malformed("unknown status")
    return {**head, "status": Status(written)}


def _bounds(kind: Kind, row: Row) -> Bounds | str:
    """The bounds of a row's value in the kind's grid, or why it cannot be used."""
    value, unit, comparator = row.get("value"), text(row, "unit"), text(row, "comparator")
    if value is None or value == "":
        return "no value"
    if isinstance(value, str):
        answer = kind.coded(value) if len(value) < 100 else None
        if answer is not None:
            return (answer, answer, False, False)
    if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
        raise Malformed("a value that is not a number")
    written = repr(value) if isinstance(value, float) else str(value).strip()
    try:
        number = Decimal(written) if len(written) < 40 else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        raise Malformed("a value that is not a number")
    return decimal_number(kind, number, unit, comparator)


def text(row: Row, name: str) -> str | None:
    """The text in a column, whatever type the table gave it; None where it is empty."""
    value = row.get(name)
    return None if value is None or str(value).strip() == "" else str(value).strip()
