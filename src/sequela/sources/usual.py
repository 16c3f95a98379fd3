"""Observations as most of them are, read out of memory: what `observations` answered for one written the same.

It states no rule of its own. A code and a value as they are written, byte for byte, were once read by `observations`;
the parts of a time by `course.clock`. Where one was not, or was not plain, the answer is None, nothing has been
counted, and the caller goes the long way. That nothing else in a resource could lead to another answer, its shape says
(`shapes.Plain`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec import UNSET

from sequela.course.clock import DATES, ENDS, MINUTES, SECONDS
from sequela.course.clock import parse as parsed
from sequela.course.facts import Precision, Status, observed
from sequela.errors import InputError
from sequela.sources import observations
from sequela.sources.elements import FULL_TABLE, Malformed
from sequela.sources.observations import Meaning
from sequela.sources.readings import Plainly, Said, Timed
from sequela.sources.shapes import Plain, Text, parse

STATUSES: dict[str, Status] = dict(observations.STATUSES)
UNSURE = observations.UNSURE

LONGEST = 4000
"""Characters of code and value together beyond which they are not remembered."""

_Meanings = dict[bytes, Meaning | None]
_SECOND = Precision.SECOND
_VALUES = (("valueInteger", b"i", "value_integer"), ("valueCodeableConcept", b"c", "value_codeable_concept"))
"""What a value may be instead of a Quantity, and what stands before it in the memory, for both may be written alike."""

_values: dict[bytes, _Meanings] = {}
_components: _Meanings = {}
_numbers = 0


class _Foreign(_Meanings):
    """The meanings of values under a code that is none of ours."""

    def __missing__(self, value: bytes) -> None:
        """Nothing, whatever the value."""


def usual(texts: Iterable[Text], read: Callable[[Text], Plain | None]) -> Iterator[Plainly | None]:
    """Yield what each of many texts says, if it is a plain Observation, read and forgotten one by one; else None."""
    last, at = "", 0
    for text in texts:
        seen = read(text)
        if seen is None:
            yield None
            continue
        effective, issued = seen.effective_date_time, seen.issued
        try:
            # As `clock.instant` does it: two calls for each Observation are a noticeable part of all.
            if effective != last:
                date, minute, second = effective[:10], effective[10:16], effective[16:19]
                at = DATES[date] + MINUTES[minute] + SECONDS[second] - ENDS[effective[19:]]
                last = effective
            known = DATES[issued[:10]] + MINUTES[issued[10:16]] + SECONDS[issued[16:19]] - ENDS[issued[19:]]
        except KeyError:
            if not _are_full(effective, issued):
                yield None
                continue
            at, known, last = parsed(effective).at, parsed(issued).at, effective
        fact, status = "Observation/" + seen.id, STATUSES[seen.status]
        said: Said
        if seen.component is UNSET:
            value: Any = seen.value_quantity
            try:
                meant = _values[bytes(seen.code)][bytes(value)]
            except (KeyError, TypeError):
                # New, or no Quantity.
                meant = _met(seen)
            if meant is UNSURE:
                yield None
                continue
            if meant is None:
                said = [None]
            else:
                key, bounds = meant
                made = observed(fact, key, bounds, at, known, False, 1, status, _SECOND)
                said = at, known if known > at else at, fact, 1, -1, made
        else:
            meanings = _panel(seen)
            if meanings is None:
                yield None
                continue
            said = [
                None if meant is None else _timed(f"{fact}#component{place}", meant, at, known, status)
                for place, meant in enumerate(meanings, start=1)
            ]
        yield seen.subject.reference, fact, said, seen.meta


def _are_full(*times: str) -> bool:
    """Whether all times are dateTimes to the second with their zone; then they are remembered for the next."""
    try:
        moments = [parsed(text) for text in times]
    except InputError:
        return False
    return all(moment.precision is _SECOND and not moment.zoneless for moment in moments)


def _timed(fact: str, meant: Meaning, at: int, known: int, status: Status) -> Timed:
    made = observed(fact, meant[0], meant[1], at, known, False, 1, status, _SECOND)
    return at, made.known_from, fact, 1, -1, made


def _met(seen: Plain) -> Meaning | None:
    """What the value of an Observation means under its code, now remembered."""
    code = bytes(seen.code)
    name, before, value = "valueQuantity", b"", seen.value_quantity
    for other, mark, field in _VALUES:
        if value is UNSET:
            name, before, value = other, mark, getattr(seen, field)
    written = b"" if value is UNSET else bytes(value)
    if not written or len(code) + len(written) > LONGEST:
        return UNSURE
    held = _values.get(code)
    if held is not None and before + written in held:
        return held[before + written]
    holder = {"code": parse(code), name: parse(written)}
    try:
        if name == "valueQuantity" and observations.is_foreign(holder["code"]):
            _room()
            _values[code] = _Foreign()
            return None
        meant = observations.meaning(holder)
    except Malformed:
        return UNSURE
    if meant is None and name == "valueCodeableConcept":
        # It may assert something: then it matters where.
        return UNSURE
    if meant is not UNSURE:
        _room()
        _values.setdefault(code, {})[before + written] = meant
    return meant


def _panel(seen: Plain) -> list[Meaning | None] | None:
    """What each component of an Observation means; None where that is not plain, or it has a value of its own."""
    if not (seen.value_quantity is seen.value_integer is seen.value_codeable_concept is UNSET) or not seen.component:
        return None
    written = [bytes(component) for component in seen.component]
    meanings = [_components[each] if each in _components else _met_component(each) for each in written]
    return None if UNSURE in meanings else meanings


def _met_component(component: bytes) -> Meaning | None:
    """What a component means, now remembered."""
    holder = parse(component) if len(component) <= LONGEST else None
    try:
        meant = observations.meaning(holder) if type(holder) is dict else UNSURE
    except Malformed:
        return UNSURE
    if meant is not UNSURE:
        _room()
        _components[component] = meant
    return meant


def _room() -> None:
    """Make room for one more; what is remembered starts afresh when it has grown too large."""
    global _numbers
    if _numbers >= FULL_TABLE:
        _values.clear()
        _components.clear()
        _numbers = 0
    _numbers += 1
