"""Observations as most of them are, read out of memory: what `observations` answered for one that looked the same.

It states no rule of its own. What a coding and a value say was found by `observations`, the parts of a time by
`course.clock`; all that is done here is to see that nothing else in the resource could have led to another answer.
Where that is not plain, the answer is None, nothing has been counted, and the caller goes the long way.
"""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from sequela.course.catalogue import catalogue
from sequela.course.clock import ENDS, HOURS, MINUTES
from sequela.course.facts import Precision, Status
from sequela.sources.documents import Json
from sequela.sources.elements import FULL_TABLE, LONGEST_ID, Bounds, coded
from sequela.sources.readings import Reading, Row
from sequela.sources.receipt import Receipt

STATUSES = {
    "final": Status.FINAL,
    "preliminary": Status.PRELIMINARY,
    "amended": Status.AMENDED,
    "corrected": Status.CORRECTED,
}
"""The statuses under which an Observation's value may be used."""
NOT_LISTED = "not in the catalogue"

_PARTS = itemgetter("resourceType", "id", "status", "effectiveDateTime", "issued")
_CODING = itemgetter("system", "code")
_QUANTITY = itemgetter("value", "unit", "system", "code")
_VERSIONS = {None: None, "1": 1}
"""The versions beside which the server's stamp does not matter, as long as the source says when it was issued."""
_UNREAD = (KeyError, TypeError, ValueError, AttributeError)
"""What Python says of an element that is not there, not of its type, or was not met before."""
_SECOND = Precision.SECOND
_new: Any = tuple.__new__

_Remembered = tuple[str, int, dict[tuple[object, ...], Bounds]] | None
_kinds: dict[tuple[object, object], _Remembered] = {}
_shapes: dict[tuple[str, ...], bool] = {}
_numbers = 0


def usual(resource: Any, receipt: Receipt) -> Reading | None:
    """The reading of an Observation that looks like one read before in all but its times; without rows if irrelevant.

    What of it is irrelevant is counted.
    """
    try:
        kind, identity, status, effective, issued = _PARTS(resource)
        # As `clock.instant` does it: two calls for each Observation are a noticeable part of all.
        at = HOURS[effective[:13]] + MINUTES[effective[13:19]] - ENDS[effective[19:]]
        known = HOURS[issued[:13]] + MINUTES[issued[13:19]] - ENDS[issued[19:]]
        if (
            kind != "Observation"
            or not 0 < len(identity) <= LONGEST_ID
            or "contained" in resource
            or "modifierExtension" in resource
        ):
            return None
        base = "Observation/" + identity
        meta = resource.get("meta")
        version = None if meta is None else _VERSIONS[meta.get("versionId")]
        taken = STATUSES[status]
        if "component" not in resource:
            row = _row(base, resource, at)
            rows: tuple[Row, ...] = () if row is None else (row,)
            foreign = 1 - len(rows)
        elif _is_panel(resource):
            found = [
                _row(f"{base}#component{place}", component, at)
                for place, component in enumerate(resource["component"], start=1)
            ]
            rows = tuple([row for row in found if row is not None])
            foreign = len(found) - len(rows)
        else:
            return None
    except _UNREAD:
        return None
    if foreign:
        receipt.count("irrelevant", NOT_LISTED, foreign)
    reading: Reading = _new(Reading, (base, rows, taken, known, None, version, ""))
    return reading


def _row(fact: str, holder: Any, at: int) -> Row | None:
    """The row of a value, None where its coding is none of ours; an error where either was not met before."""
    (coding,) = holder["code"]["coding"]
    quantity = holder.get("valueQuantity")
    remembered = _kinds[_CODING(coding)]
    if remembered is None and quantity is not None:
        return None
    key, delay, numbers = remembered  # type: ignore[misc] # a TypeError where it is none of ours and no Quantity
    bounds = numbers[_said(holder) if quantity is None else _quantified(quantity)]
    row: Row = _new(Row, (fact, "observation", key, bounds, at, _SECOND, delay, False))
    return row


def _quantified(quantity: Any) -> tuple[object, ...]:
    """All that matters of a Quantity without comparator; an error where there is more or less of it."""
    said: tuple[object, ...] = _QUANTITY(quantity)
    if len(quantity) != 4 or type(said[0]) is bool:
        raise ValueError
    return said


def _said(holder: Any) -> tuple[object, ...]:
    """All that matters of a value that is no Quantity: a concept's one coding or its words; else an error."""
    if "valueInteger" in holder or "valueQuantity" in holder:
        raise ValueError
    concept = holder["valueCodeableConcept"]
    if "coding" not in concept:
        return (concept["text"],)
    (answer,) = concept["coding"]
    coding: tuple[object, ...] = _CODING(answer)
    return coding


def _is_panel(resource: Json) -> bool:
    """Whether an Observation has no value of its own; its components must be a list with something in it."""
    shape = tuple(resource)
    bare = _shapes.get(shape)
    if bare is None:
        if len(_shapes) >= FULL_TABLE:
            _shapes.clear()
        bare = _shapes[shape] = not any(name.startswith("value") for name in resource)
    return bare and type(resource["component"]) is list and len(resource["component"]) > 0


def learn(holder: Json, key: str, bounds: Bounds) -> None:
    """Remember what a value under one coding was found to say, if both are as bare as `usual` takes them."""
    try:
        (coding,) = holder["code"]["coding"]
        quantity = holder.get("valueQuantity")
        named, said = _CODING(coding), _said(holder) if quantity is None else _quantified(quantity)
        hash(said)
    except _UNREAD:
        return
    kind = catalogue().kinds[key]
    if coded(*named) != ("kind", key) or key in catalogue().implied:
        # Its words said what it is, another's may say something else; or it says two things at once.
        return
    if len(said) == 2 and (
        type(said[0]) is not str or type(said[1]) is not str or kind.coded(said[1], said[0]) is None
    ):
        # So it is with the words of an answer.
        return
    _room(named, (key, kind.delay, {}))[2][said] = bounds


def learn_foreign(code: Any) -> None:
    """Remember that a Quantity under the one coding of a code is none of ours, whatever words stand beside it."""
    try:
        (coding,) = code["coding"]
        _room(_CODING(coding), None)
    except _UNREAD:
        return


def _room(named: tuple[object, object], fresh: _Remembered) -> Any:
    """What is remembered of a coding, newly so if need be; all of it starts afresh when it has grown too large."""
    global _numbers
    if _numbers >= FULL_TABLE:
        _kinds.clear()
        _numbers = 0
    _numbers += 1
    return _kinds.setdefault(named, fresh)
