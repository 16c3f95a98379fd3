"""The catalogue: every kind, finding, event and index procedure we know, with its codes; read once from `data/*.toml`.

Door: `catalogue()`. The numbers in the data carry their basis and the works they come from.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any, Literal

from sequela.course.interval import Interval
from sequela.course.units import UnitTable, spelling

Role = Literal["kind", "finding", "event", "procedure"]
"""What a code stands for."""
OWN_SYSTEMS: Mapping[str, Role] = {
    "urn:sequela:kind": "kind",
    "urn:sequela:finding": "finding",
    "urn:sequela:event": "event",
    "urn:sequela:procedure-kind": "procedure",
}
"""Our own code systems; their codes are the keys of the catalogue."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a published system, and where we saw that it means what we say.

    `unsettled`: a procedure's code that does not say which kind it was; the words beside it may.
    """

    system: str
    code: str
    display: str
    source: str
    unsettled: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """An upper reference limit by sex (an interval where it turns on age): since when, on what basis, from where."""

    male: Interval
    female: Interval
    since: str
    basis: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Something we measure: its unit and grid, the units it may come in, what is plausible, and what is normal.

    `delay` is how long after sampling a result is assumed known when the source does not say (seconds).
    `values` are the numbers of a coded kind's answers (`A` 0 ... `U` 4), `also` the names a clinician types for it;
    `asked` is whether anybody is asked for it where it is missing.
    """

    key: str
    title: str
    title_es: str
    unit: str
    resolution: Fraction
    decimals: int
    delay: int
    table: UnitTable
    low: Fraction
    high: Fraction
    codes: tuple[Code, ...] = ()
    values: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[tuple[str, str], int] = field(default_factory=dict)
    words: Mapping[str, int] = field(default_factory=dict)
    above: Mapping[str, Fraction] = field(default_factory=dict)
    bounds: Mapping[str, tuple[Fraction, Fraction]] = field(default_factory=dict)
    reference: Limit | None = None
    also: tuple[str, ...] = ()
    asked: bool = True

    def limit(self, sex: str | None) -> Interval | None:
        """The upper reference limit; where it depends on a sex we do not know, everything between the two."""
        if self.reference is None:
            return None
        if sex == "male":
            return self.reference.male
        if sex == "female":
            return self.reference.female
        return self.reference.male.hull(self.reference.female)

    def convert(self, value: Decimal | Fraction | int, unit: str | None) -> Fraction:
        """Return the value in the kind's own unit, exactly; a unit outside the table is a UnitError."""
        converted = self.table.convert(value, unit)
        floor = self.above.get(spelling(unit)) if unit else None
        if floor is None:
            return converted
        return Fraction(int(converted > floor))

    def store(self, value: Fraction) -> int:
        """Return the value in units of the resolution, rounded once, half to even."""
        return round(value / self.resolution)

    def plausible(self, value: Fraction) -> bool:
        """Whether a value in the kind's own unit could be a living patient's."""
        return self.low <= value <= self.high

    def plausible_in(self, converted: Fraction, value: Decimal | Fraction | int, unit: str | None) -> bool:
        """Whether a value could be a living patient's in that unit: a bilirubin of 34 mg/dL is one in umol/L."""
        bounds = self.bounds.get(spelling(unit)) if unit else None
        return self.plausible(converted) and (bounds is None or bounds[0] <= Fraction(value) <= bounds[1])

    def coded(self, answer: str, system: str | None = None) -> int | None:
        """Return the number of a coded answer (`V`, `Voice`, a SNOMED code), or None where it is none of ours."""
        if system is not None and (system, answer) in self.answers:
            return self.answers[system, answer]
        return self.words.get(" ".join(answer.casefold().split()))

    def show(self, value: Fraction) -> str:
        """Return the value as a clinician writes it, without its unit."""
        for name, number in self.values.items():
            if value == number:
                return name
        return f"{float(round(value, self.decimals)):.{self.decimals}f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingEntry:
    """Something found or not found: its codes, the phrases that name it, deny it, or look like it and are not."""

    key: str
    title: str
    title_es: str
    background: bool
    codes: tuple[Code, ...]
    text: tuple[str, ...]
    absent_text: tuple[str, ...]
    not_text: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventEntry:
    """Something done or happened: its codes, the phrases that name it, and those that look like it and are not."""

    key: str
    title: str
    title_es: str
    codes: tuple[Code, ...]
    text: tuple[str, ...]
    not_text: tuple[str, ...]
    atc: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureEntry:
    """A kind of index procedure and the codes that name it."""

    key: str
    title: str
    title_es: str
    codes: tuple[Code, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything we know how to read; `by_code` leads from a code to what it stands for."""

    kinds: Mapping[str, Kind]
    findings: Mapping[str, FindingEntry]
    events: Mapping[str, EventEntry]
    procedures: tuple[ProcedureEntry, ...]
    implied: Mapping[str, tuple[str, Fraction]]
    by_code: Mapping[tuple[str, str], tuple[Role, str]]
    aliases: Mapping[str, str]
    categories: frozenset[str]

    def find(self, system: str | None, code: str | None) -> tuple[Role, str] | None:
        """Return what a coding stands for: its role and key, or None.

        ICD codes are found with or without their dot; ICD and ATC codes below a category we list (A41.9 under A41).
        """
        if not system or not code:
            return None
        found = self.by_code.get((system, code))
        if found is not None:
            return found
        system = self.aliases.get(system, system)
        if system not in self.categories:
            return self.by_code.get((system, code))
        plain = code.replace(".", "").upper()
        matches = (self.by_code.get((system, plain[:length])) for length in range(min(len(plain), 8), 2, -1))
        return next((match for match in matches if match is not None), None)

    def cites(self) -> frozenset[str]:
        """The keys of every work that a number of the catalogue rests on."""
        return frozenset(key for kind in self.kinds.values() if kind.reference for key in kind.reference.cites)


@cache
def catalogue() -> Catalogue:
    """Return the catalogue as shipped."""
    systems = _read("systems")
    uris: dict[str, str] = {name: entry["uri"] for name, entry in systems.items()}
    aliases = {alias: entry["uri"] for entry in systems.values() for alias in entry.get("also", ())}
    tables = _read("units")
    kinds = {key: _kind(key, entry, uris, tables) for key, entry in _read("kinds").items()}
    findings = {key: _finding(key, entry, uris) for key, entry in _read("findings").items()}
    events = {key: _event(key, entry, uris) for key, entry in _read("events").items()}
    procedures = tuple(
        ProcedureEntry(key=key, title=entry["title"], title_es=entry["title_es"], codes=_codes(entry, uris))
        for key, entry in _read("procedures").get("kinds", {}).items()
    )
    categories = frozenset(entry["uri"] for entry in systems.values() if entry.get("categories"))
    by_code: dict[tuple[str, str], tuple[Role, str]] = {}
    entries_by_role: dict[Role, Iterable[Kind | FindingEntry | EventEntry | ProcedureEntry]] = {
        "kind": kinds.values(),
        "finding": findings.values(),
        "event": events.values(),
        "procedure": procedures,
    }
    for own, role in OWN_SYSTEMS.items():
        for entry in entries_by_role[role]:
            by_code[own, entry.key] = (role, entry.key)
            for code in entry.codes:
                name = code.code.replace(".", "") if code.system in categories else code.code
                if by_code.setdefault((code.system, name), (role, entry.key)) != (role, entry.key):
                    raise ValueError(f"{code.system} {code.code} stands for two things")
            if isinstance(entry, EventEntry):
                by_code.update({(uris["atc"], group): (role, entry.key) for group in entry.atc})
    return Catalogue(
        kinds=kinds,
        findings=findings,
        events=events,
        procedures=procedures,
        implied={
            key: (entry["implies"]["kind"], Fraction(str(entry["implies"]["above"])))
            for key, entry in _read("kinds").items()
            if "implies" in entry
        },
        by_code=by_code,
        aliases=aliases,
        categories=categories,
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("sequela.course").joinpath("data", f"{name}.toml").read_text("utf-8"))


def _codes(entry: Mapping[str, Any], uris: Mapping[str, str]) -> tuple[Code, ...]:
    return tuple(
        Code(uris[code["system"]], code["code"], code["display"], code["source"], code.get("unsettled", False))
        for code in entry.get("codes", ())
    )


def _kind(key: str, entry: Mapping[str, Any], uris: Mapping[str, str], tables: Mapping[str, Any]) -> Kind:
    family = tables[entry["units"]]
    values: dict[str, int] = entry.get("values", {})
    low, high = entry["plausible"]
    limit = entry.get("limit")
    return Kind(
        key=key,
        title=entry["title"],
        title_es=entry["title_es"],
        unit=entry["unit"],
        resolution=Fraction(entry["resolution"]),
        decimals=entry["decimals"],
        delay=entry["delay"],
        table=UnitTable(
            kind=key,
            canonical=entry["unit"],
            factors={unit: _factor(written) for unit, written in family["factors"].items()},
            optional=family.get("optional", False),
        ),
        low=Fraction(low),
        high=Fraction(high),
        codes=_codes(entry, uris),
        values=values,
        answers={(uris[a["system"]], a["code"]): values[a["value"]] for a in entry.get("answers", ())},
        words={word: values[name] for name, words in entry.get("words", {}).items() for word in words},
        above={spelling(unit): Fraction(floor) for unit, floor in entry.get("above", {}).items()},
        bounds={
            spelling(unit): (Fraction(bounds[0]), Fraction(bounds[1]))
            for unit, bounds in entry.get("plausible_in", {}).items()
        },
        reference=None if limit is None else _limit(limit),
        also=tuple(entry.get("also", ())),
        asked=entry.get("asked", True),
    )


def _factor(written: str | list[str]) -> tuple[Fraction, Fraction]:
    factor, offset = (written, "0") if isinstance(written, str) else written
    return Fraction(factor), Fraction(offset)


def _limit(entry: Mapping[str, Any]) -> Limit:
    return Limit(
        male=_between(entry["male"]),
        female=_between(entry["female"]),
        since=entry["from"].isoformat(),
        basis=entry["basis"],
        cites=tuple(entry["cites"]),
    )


def _between(bounds: list[str]) -> Interval:
    """One limit, or everything between those of two ages."""
    return Interval(Fraction(bounds[0]), Fraction(bounds[-1]))


def _finding(key: str, entry: Mapping[str, Any], uris: Mapping[str, str]) -> FindingEntry:
    return FindingEntry(
        key=key,
        title=entry["title"],
        title_es=entry["title_es"],
        background=entry.get("background", False),
        codes=_codes(entry, uris),
        text=tuple(entry.get("text", ())),
        absent_text=tuple(entry.get("absent_text", ())),
        not_text=tuple(entry.get("not_text", ())),
    )


def _event(key: str, entry: Mapping[str, Any], uris: Mapping[str, str]) -> EventEntry:
    return EventEntry(
        key=key,
        title=entry["title"],
        title_es=entry["title_es"],
        codes=_codes(entry, uris),
        text=tuple(entry.get("text", ())),
        not_text=tuple(entry.get("not_text", ())),
        atc=tuple(entry.get("atc", ())),
    )
