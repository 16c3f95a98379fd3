"""The elements of FHIR that many resources share: times, references, coded concepts, presence, numbers.

Nothing here trusts a shape: what is not as FHIR says raises `Malformed`, which the reader of the resource turns into a
count. No message names a value.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from sequela.course import clock, naming
from sequela.course.catalogue import EventEntry, FindingEntry, Kind, catalogue
from sequela.course.clock import Moment
from sequela.course.facts import Presence
from sequela.errors import InputError, UnitError
from sequela.sources.naming import Named, presence_of_code, presence_of_word
from sequela.sources.shapes import Json

FULL_TABLE = 50_000
"""How many distinct texts a memory of times or codings holds before it starts afresh."""
LARGEST = 2**53
"""Stored numbers beyond this are damage: no measurement of ours has sixteen digits."""
LONGEST_TEXT = 400
"""A longer text names nothing we know; it is not searched."""
UCUM = "http://unitsofmeasure.org"
KNOWN_VOCABULARIES = frozenset({"http://loinc.org", "http://snomed.info/sct"})
"""Where a coding of these is not in the catalogue, its text makes no measurement of it: urine has 'Glucose' too."""

Bounds = tuple[int | None, int | None, bool, bool]
"""Low and high in units of the kind's resolution, and whether each end is open."""


class Malformed(Exception):
    """An element that is not as FHIR says; the reason is a fixed text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def mapping(holder: Json, name: str) -> Json:
    """The object under a name, or an empty one."""
    value = holder.get(name)
    if value is None:
        return {}
    if type(value) is not dict:
        raise Malformed(f"malformed {name}")
    return value


def objects(holder: Json, name: str) -> Sequence[Json]:
    """The list of objects under a name; empty where there is none."""
    value = holder.get(name)
    if value is None:
        return ()
    if type(value) is not list or any(type(item) is not dict for item in value):
        raise Malformed(f"malformed {name}")
    return value


def string(holder: Json, name: str) -> str | None:
    """The text under a name, or None."""
    value = holder.get(name)
    if value is None or type(value) is str:
        return value
    raise Malformed(f"malformed {name}")


class Times:
    """Reads times in one zone, remembers the many that repeat, and counts those without a zone."""

    __slots__ = ("_known", "zone", "zoneless")

    def __init__(self, zone: tzinfo = UTC) -> None:
        self.zone, self.zoneless = zone, 0
        self._known: dict[str, Moment] = {}

    def read(self, text: object) -> Moment:
        """The moment of a FHIR time; Malformed where it is none."""
        if type(text) is not str:
            raise Malformed("malformed time")
        moment = self._known.get(text)
        if moment is None:
            try:
                moment = clock.parse(text, self.zone)
            except InputError:
                raise Malformed("malformed time") from None
            if len(self._known) >= FULL_TABLE:
                self._known.clear()
            self._known[text] = moment
        if moment.zoneless:
            self.zoneless += 1
        return moment

    def second(self, text: object) -> int:
        """The `at` of a FHIR time, for those who need no more of it."""
        at = clock.instant(text) if type(text) is str else None
        return self.read(text).at if at is None else at

    def optional(self, text: object) -> Moment | None:
        """The moment of a time that need not be there."""
        return None if text is None else self.read(text)

    def first_second(self, text: object) -> int:
        """The first second of a date, for births and procedures dated by the day; it counts no missing zone."""
        if type(text) is not str:
            raise Malformed("malformed time")
        whole = text if len(text) > 10 else text + "-01" * ((10 - len(text)) // 3) + "T00:00:00"
        try:
            return clock.parse(whole, self.zone).at
        except InputError:
            raise Malformed("malformed time") from None


def reference(holder: Json, name: str) -> tuple[str, str] | None:
    """What a Reference points at, as ("reference", text) or ("identifier", system|value); None where it is empty."""
    value = holder.get(name)
    if value is None:
        return None
    if type(value) is not dict:
        raise Malformed(f"malformed {name}")
    target = string(value, "reference")
    if target:
        return "reference", target
    identifier = mapping(value, "identifier")
    number = string(identifier, "value")
    if number:
        return "identifier", f"{string(identifier, 'system') or ''}|{number}"
    return None


def local(target: str) -> str:
    """A reference as `Type/id`, without server and version; urn: and # references stay as they are."""
    if target.startswith(("urn:", "#")):
        return target
    path = target.split("?", 1)[0].split("/_history/", 1)[0].rstrip("/")
    return "/".join(path.rsplit("/", 2)[-2:])


_codings: dict[tuple[object, object], Named | None] = {}


def coded(system: object, code: object) -> Named | None:
    """What one coding stands for in the catalogue, or None."""
    if type(system) is not str or type(code) is not str:
        return None
    pair = (system, code)
    if pair in _codings:
        return _codings[pair]
    if len(_codings) >= FULL_TABLE:
        _codings.clear()
    found = catalogue().find(system, code.strip()) if len(code) <= LONGEST_TEXT else None
    _codings[pair] = found
    return found


def by_code(value: object, roles: Sequence[str]) -> tuple[Named | None, bool]:
    """What the codings of a CodeableConcept stand for, and whether one is of a vocabulary but not of the catalogue.

    Two codings that stand for different things of ours are Malformed: we do not choose.
    """
    if type(value) is not dict:
        if value is None:
            return None, False
        raise Malformed("malformed code")
    codings = value.get("coding")
    found: Named | None = None
    foreign = False
    if codings is None:
        return None, False
    if type(codings) is not list:
        raise Malformed("malformed code")
    for coding in codings:
        if type(coding) is not dict:
            raise Malformed("malformed code")
        system = coding.get("system")
        one = coded(system, coding.get("code"))
        if one is not None and one[0] in roles:
            if found is not None and found != one:
                raise Malformed("codings that disagree")
            found = one
        elif type(system) is str and system in KNOWN_VOCABULARIES:
            foreign = True
    return found, foreign


def labelled(value: object, entries: Mapping[str, FindingEntry] | Mapping[str, EventEntry]) -> dict[str, Presence]:
    """What the words of a CodeableConcept name of the catalogue's findings or events; the first label that does."""
    if type(value) is not dict:
        return {}
    for text in texts(value):
        found = naming.name_in(text, entries)
        if found:
            return found
    return {}


def named_findings(value: object) -> dict[str, Presence]:
    """The findings that a CodeableConcept names, by code (then it is present) or by its words."""
    found, _ = by_code(value, ("finding",))
    return {found[1]: Presence.PRESENT} if found is not None else labelled(value, catalogue().findings)


def named_events(value: object) -> list[str]:
    """The events that a CodeableConcept names, by code or by its words, in order of key."""
    found, _ = by_code(value, ("event",))
    if found is not None:
        return [found[1]]
    return sorted(key for key, said in labelled(value, catalogue().events).items() if said is Presence.PRESENT)


def both(label: Presence, value: Presence) -> Presence:
    """What a label ("no fever") and a value ("no") say together; a denied denial is too clever to be believed."""
    if value is Presence.PRESENT:
        return label
    if label is Presence.PRESENT:
        return value
    return Presence.UNCERTAIN


def texts(value: Json) -> list[str]:
    """The words of a CodeableConcept: its text, then its codings' displays."""
    words = [value.get("text")]
    codings = value.get("coding")
    if type(codings) is list:
        words.extend(coding.get("display") for coding in codings if type(coding) is dict)
    return [word for word in words if type(word) is str and 0 < len(word) <= LONGEST_TEXT]


def presence(value: object) -> Presence | None:
    """Whether a CodeableConcept says present, absent or uncertain; None where it says none of these."""
    if type(value) is not dict:
        raise Malformed("malformed value")
    for coding in objects(value, "coding"):
        found = presence_of_code(coding.get("system"), coding.get("code"))
        if found is not None:
            return found
    for text in texts(value):
        found = presence_of_word(text)
        if found is not None:
            return found
    return None


def unit_of(quantity: Json) -> str | None:
    """The unit of a Quantity: its UCUM code, else its text, else whatever code it has."""
    code = quantity.get("code")
    if type(code) is str and quantity.get("system") == UCUM:
        return code
    unit = quantity.get("unit")
    if type(unit) is str:
        return unit
    return code if type(code) is str else None


def number(kind: Kind, value: object, unit: str | None, comparator: object = None) -> Bounds | str:
    """The bounds of a measured number in the kind's grid, or why it cannot be used."""
    if type(value) is not float and type(value) is not int:
        raise Malformed("a value that is not a number")
    if comparator is not None and type(comparator) is not str:
        raise Malformed("malformed comparator")
    if type(value) is float and not math.isfinite(value):
        raise Malformed("a value that is not a number")
    return _number(kind.key, value, unit, comparator)


@lru_cache(maxsize=FULL_TABLE)
def _number(key: str, value: float, unit: str | None, comparator: str | None) -> Bounds | str:
    return decimal_number(catalogue().kinds[key], Decimal(repr(value)), unit, comparator)


def decimal_number(kind: Kind, value: Decimal, unit: str | None, comparator: str | None) -> Bounds | str:
    """The bounds of a decimal in the kind's grid, or why it cannot be used."""
    try:
        converted = kind.convert(value, unit)
        plausible = kind.plausible_in(converted, value, unit)
    except UnitError:
        return "unknown unit" if unit and unit.strip() else "no unit"
    except InputError:
        return "implausible value"
    stored = kind.store(converted)
    if abs(stored) > LARGEST:
        return "implausible value"
    if comparator is None:
        return (stored, stored, False, False) if plausible else "implausible value"
    # A bound may lie beyond what is plausible on its own side: "< 0.01" and "> 10,000" are what a laboratory can say.
    if comparator in ("<", "<="):
        if not 0 <= converted <= kind.high:
            return "implausible value"
        return (0, stored, False, comparator == "<") if stored > 0 else (0, 0, False, False)
    if comparator in (">", ">="):
        if converted < 0 or not (plausible or converted <= kind.low):
            return "implausible value"
        return (stored, None, comparator == ">", False)
    raise Malformed("unknown comparator")


_WRITTEN = re.compile(r"\s*(<=|>=|<|>|≤|≥)?\s*(\d{1,12}(?:[.,]\d{1,9})?)\s*(\S.{0,30})?", re.ASCII)
SIGNS = {"≤": "<=", "≥": ">="}
"""Signs of a comparison by how FHIR writes them."""


def written_number(kind: Kind, text: str, reference_unit: str | None) -> Bounds | str:
    """The bounds of a number written as text (`<5`, `12.5 mg/L`), in its own unit, else the reference range's.

    A comma with three digits behind it may be a decimal or a thousand: such a text is not used.
    """
    match = _WRITTEN.fullmatch(text) if len(text) <= LONGEST_TEXT else None
    if match is None or re.search(r",\d{3}$", match[2]):
        return "text that is not a number"
    sign = match[1] and SIGNS.get(match[1], match[1])
    unit = match[3].strip() if match[3] else reference_unit
    return decimal_number(kind, Decimal(match[2].replace(",", ".")), unit, sign)


def span(kind: Kind, low: Any, high: Any) -> Bounds | str:
    """The bounds of a Range."""
    ends: list[int | None] = []
    for end in (low, high):
        if end is None:
            ends.append(None)
            continue
        if type(end) is not dict:
            raise Malformed("malformed value")
        bounds = number(kind, end.get("value"), unit_of(end))
        if isinstance(bounds, str):
            return bounds
        ends.append(bounds[0])
    if ends == [None, None]:
        return "no value"
    if ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
        raise Malformed("malformed value")
    return (ends[0], ends[1], False, False)


def implied(kind: str, bounds: Bounds) -> tuple[str, Bounds] | None:
    """What a number says of another kind (a fraction of oxygen above room air: oxygen is given), or None."""
    rule = catalogue().implied.get(kind)
    if rule is None or bounds[0] is None or bounds[1] is None:
        return None
    other, floor = rule
    grid: Fraction = catalogue().kinds[kind].resolution
    low, high = int(bounds[0] * grid > floor), int(bounds[1] * grid > floor)
    return other, (low, high, False, False)
