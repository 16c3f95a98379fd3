"""What the cells of a course folder's tables mean: each distinct one is read once, whatever the length of the table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, NamedTuple

from sequela.course.catalogue import Kind, catalogue
from sequela.course.clock import Moment
from sequela.course.episodes import Ending, Procedure, ProcedureKind
from sequela.course.facts import Precision, Status
from sequela.sources.claims import NOWHERE, unplaced, unverified
from sequela.sources.elements import Bounds, Malformed, Times, decimal_number, written_number
from sequela.sources.naming import presence_of_word, sites

Row = Mapping[str, Any]
GONE = ("cancelled", "entered-in-error")
"""The statuses of a row that takes its fact back."""
CHILD_PUGH = "child-pugh"
"""The background item whose value is a class: `child-pugh`, `B` is the finding child-pugh-b."""
MEMORY = 2**17
"""How many distinct measurements are remembered from one part of a table to the next."""
STRANGER = "irrelevant: not in the catalogue"
"""A problem is told as the receipt's category and its reason."""


class Content(NamedTuple):
    """What a row says of its key: a number in the kind's grid, a presence at a site, a detail; or its `problem`.

    `content` is the whole as text: it tells two contents of one fact apart and puts them in a fixed order, that of
    `course.facts.settle`. A row that is neither a number nor a presence is an event. `delay` is how long after its time
    such a fact is known where nobody says, in seconds; `doubtful` is its problem where nobody has verified it; a `mute`
    row does not even say what it is about.
    """

    key: str | None = None
    low: int | None = None
    high: int | None = None
    low_open: bool = False
    high_open: bool = False
    presence: str | None = None
    site: str | None = None
    detail: str | None = None
    content: str = ""
    delay: int = 0
    problem: str | None = None
    doubtful: str | None = None
    mute: bool = False


class Standing(NamedTuple):
    """What a status says: a Status, or that the row takes its fact back (both by their places); else neither."""

    status: int | None
    gone: int | None


class Unusable(Exception):
    """A row that is understood but becomes no episode, and why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Episode:
    """A row of `episodes` that was understood."""

    patient: str
    procedure: Procedure
    sex: str | None
    birth: int | None
    ending: Ending | None
    offset: int


@lru_cache(maxsize=MEMORY, typed=True)
def measured(kind: object, value: object, unit: object, comparator: object) -> Content:
    """What a row of `observations` says."""
    key = text(kind)
    known = catalogue().kinds.get(key or "")
    if known is None:
        return _stranger(key)
    try:
        said = _number(known, _bounds(known, value, text(unit), text(comparator)))
    except Malformed as broken:
        said = Content(problem=f"rejected: {broken.reason}")
    return said._replace(delay=known.delay)


def found(finding: object, presence: object, site: object) -> Content:
    """What a row of `findings` says."""
    key = text(finding)
    if key is None or key not in catalogue().findings:
        return _stranger(key)
    said = presence_of_word(text(presence) or "")
    if said is None:
        return Content(problem="rejected: a presence that is neither present, absent nor uncertain")
    places = sorted({place for part in parts(site) for place in sites(part)})
    if unplaced(key, said, parts(site), places):
        return Content(problem=f"dropped: {NOWHERE}")
    content = f"{key}|{said}|{places}"
    doubtful = unverified(key, said)
    return Content(
        key=key,
        presence=said.value,
        site=";".join(places) or None,
        content=content,
        doubtful=None if doubtful is None else f"dropped: {doubtful}",
    )


def happened(event: object, detail: object) -> Content:
    """What a row of `events` says."""
    key = text(event)
    if key is None or key not in catalogue().events:
        return _stranger(key)
    qualified = text(detail)
    return Content(key=key, detail=qualified, content=f"{key}|{qualified or ''}")


def noted(background: object, denied: object) -> Content:
    """What a row of `background` says: a finding is present unless its value denies it."""
    item, value = text(background), text(denied)
    if item is None:
        return Content(problem="rejected: a background row without an item")
    if item == CHILD_PUGH and value is not None:
        item, value = f"{CHILD_PUGH}-{value.casefold()}", "yes"
    if item in catalogue().findings:
        said = found(item, "yes" if value is None else value, None)
        return said._replace(problem=said.problem and "rejected: a background value that is neither yes nor no")
    kind = catalogue().kinds.get(item)
    if kind is None:
        return _stranger(item)
    if value is None:
        return Content(problem="dropped: no value")
    answer = kind.coded(value)
    exact = None if answer is None else (answer, answer, False, False)
    return _number(kind, exact or written_number(kind, value, kind.unit))


def standing(status: object) -> Standing:
    """What a status says; an empty one is final."""
    written = (text(status) or "final").casefold()
    if written in GONE:
        return Standing(None, GONE.index(written))
    return Standing(list(Status).index(Status(written)) if written in set(Status) else None, None)


def episode(row: Row, times: Times) -> tuple[str, Episode]:
    """The key and meaning of a row of `episodes`."""
    key, patient, kind = (text(row.get(name)) for name in ("episode", "patient", "kind"))
    if key is None or patient is None:
        raise Malformed("an episode without its identifiers")
    if kind is None or kind not in set(ProcedureKind):
        raise Malformed("an unknown kind of procedure")
    start = _moment(row.get("start"), times)
    if start is None:
        raise Unusable("no time")
    day = start.precision is Precision.DAY
    if start.precision in (Precision.MONTH, Precision.YEAR):
        raise Unusable("an index procedure without a day")
    begun = times.first_second(str(row["start"]).strip()[:10]) if day else start.at
    sex = text(row.get("sex"))
    born = whole(row.get("birth_year"))
    procedure = Procedure(
        id=key,
        kind=ProcedureKind(kind),
        start=begun,
        known_from=start.at,
        territory=_territory(tuple(parts(row.get("territory")))),
        intent=tuple(parts(row.get("intent"))),
        precision=start.precision,
    )
    ended = _moment(row.get("ended"), times)
    ending = None
    if ended is not None:
        ending = Ending(by=text(row.get("end_reason")) or "ended", at=ended.at, known_from=ended.at)
    return key, Episode(
        patient=patient,
        procedure=procedure,
        sex={"m": "male", "f": "female", "male": "male", "female": "female"}.get((sex or "").casefold()),
        birth=None if born is None else times.first_second(f"{born:04d}"),
        ending=ending,
        offset=start.offset,
    )


def text(value: object) -> str | None:
    """The text in a cell, whatever type the table gave it; None where it is empty."""
    return None if value is None or str(value).strip() == "" else str(value).strip()


def whole(value: object) -> int | None:
    """The whole number in a cell, as text or typed; None where it is empty."""
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


def as_written(value: object) -> object:
    """The time in a cell as FHIR writes it, where the table gave it a type (a datetime is a date as well)."""
    return value.isoformat() if isinstance(value, date) else value.strip() if isinstance(value, str) else value


def _moment(value: object, times: Times) -> Moment | None:
    written = as_written(value)
    return None if written is None or written == "" else times.read(written)


@lru_cache(maxsize=4096)
def _territory(named: tuple[str, ...]) -> tuple[str, ...]:
    """The places that some texts name, each once."""
    return tuple(dict.fromkeys(site for part in named for site in sites(part)))


def _stranger(key: str | None) -> Content:
    return Content(problem=STRANGER, mute=key is None)


def _number(kind: Kind, bounds: Bounds | str) -> Content:
    """The content of a number, or why it cannot be used."""
    if isinstance(bounds, str):
        return Content(problem=f"dropped: {bounds}")
    low, high, low_open, high_open = bounds
    return Content(kind.key, *bounds, content=f"{kind.key}|{low}|{high}|{low_open}|{high_open}")


def _bounds(kind: Kind, value: object, unit: str | None, comparator: str | None) -> Bounds | str:
    """The bounds of a value in the kind's grid, or why it cannot be used."""
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
