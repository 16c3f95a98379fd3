"""Scores from values given by hand: names as people type them, each value once, and none left out in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from typing import Literal

from sequela.assessing.assessment import ScoreValue
from sequela.assessing.scoring import score_value
from sequela.course.catalogue import EventEntry, FindingEntry, Kind, catalogue
from sequela.course.episodes import DAY, Course, Procedure, ProcedureKind
from sequela.course.facts import Event, Fact, Finding, Observation, Presence
from sequela.course.interval import Interval
from sequela.course.units import spelling
from sequela.criteria import shelf as shipped_shelf
from sequela.engine.depend import dependencies
from sequela.engine.reference import Evaluator
from sequela.errors import InputError, UnknownName
from sequela.logic.display import joined
from sequela.logic.formulas import Formula
from sequela.logic.scores import Grading, ScoreDefinition, plain
from sequela.logic.shelf import Shelf
from sequela.sources.elements import SIGNS, decimal_number

BEFORE = "baseline-"
"""What stands before a kind to give its value from before the procedure."""
MINUTE = 60
NOW = DAY
"""The instant of the values, a day after the procedure."""
LONG_BEFORE = -30 * DAY
"""The instant of a baseline: older than any look-back of a score, so that it never passes for a value of now."""
DIALYSES = 3
"""The sessions of a patient on dialysis in a week."""
_DIALYSIS = "renal-replacement"
_SCALE = "hypercapnic-respiratory-failure"
_SCALES = {"1": "absent", "2": "present"}
"""The chart's oxygen saturation scales, by the hypercapnic respiratory failure that asks for scale 2."""
_SEXES: dict[str, Literal["female", "male"]] = {
    **dict.fromkeys(("female", "f", "woman"), "female"),
    **dict.fromkeys(("male", "m", "man"), "male"),
}
_SAID = {"present": True, "yes": True, "true": True, "absent": False, "no": False, "false": False}
_PATIENT = ("age", "sex", "dialysis", "procedure", "spo2-scale")
"""What may be given beside kinds, findings and events."""
_OLDEST = 130
_NUMBER = re.compile(r"(<=|>=|<|>|≤|≥)?\s*([+-]?\d{1,15}(?:\.\d{1,15})?)\s*(.*)", re.DOTALL)
_PURE = ("1", "{score}")
"""Units that nobody writes."""


def score(name: str, inputs: Mapping[str, str], shelf: Shelf | None = None) -> ScoreValue:
    """Return a score from values given by hand: `score("NEWS2", {"spo2": "95%", "oxygen": "no", ...})`.

    Each value is a number with its unit (the kind's own unit if none is written), with `<` or `>` before it where the
    laboratory wrote one; an answer of a coded kind (`A`); `present`/`absent` for a finding, `yes`/`no` for an event.
    `baseline-` before a kind gives its value from before the procedure, a day ago. `age` is in years, `sex` is female
    or male, `dialysis` (twice in the week) yes or no, `procedure` is its kind (TAE, MWA ...), and `spo2-scale` is 1 or
    2 as on the NEWS2 chart. Capitals, and what stands between words, do not matter. What was given and is not used is
    told in `unused`.

    Raises
    ------
    UnknownName, InputError
        For a score, kind or value that cannot be read.
    """
    shelf = shelf or shipped_shelf()
    definition = _named(name, shelf)
    given = _given(inputs, f"{definition.key} takes {', '.join(definition.inputs)}")
    course, unused = _course(given), _unused(definition, given)
    value = score_value(definition, Evaluator(course, shelf.parameters, NOW))
    if isinstance(definition, Grading):
        value = replace(value, measured={name: one for name, one in _measurements(course) if name not in unused})
    return replace(value, unused=unused, note=definition.note)


def course_by_hand(inputs: Mapping[str, str]) -> Course:
    """Return the course that values given by hand make up: baselines, a procedure a day ago, and now."""
    return _course(_given(inputs, "See `sequela score`"))


# -- names -----------------------------------------------------------------------------------------------------------


def _named(name: str, shelf: Shelf) -> ScoreDefinition | Grading | Formula:
    """The score that is meant, by its key, its title, or another name people have for it."""
    found = shelf.scores_by_name
    if plain(name) in found:
        return found[plain(name)]
    close = get_close_matches(plain(name), found, n=3, cutoff=0.5)
    nearest = joined(list(dict.fromkeys(found[word].key for word in close)), "or") if close else ""
    raise UnknownName(
        "no such score",
        where=f"score {name}".strip(),
        hint=(f"Did you mean {nearest}? " if nearest else "") + "`sequela score` lists all",
    )


@cache
def _names() -> dict[str, str]:
    """Kinds, findings and events by their keys, else by their titles and how clinicians shorten them."""
    shelves = catalogue()
    entries: list[Kind | FindingEntry | EventEntry] = [
        *shelves.kinds.values(),
        *shelves.findings.values(),
        *shelves.events.values(),
    ]
    names = {plain(key): key for key in (*_PATIENT, *(entry.key for entry in entries))}
    for kind in shelves.kinds.values():
        for word in kind.also:
            names.setdefault(plain(word), kind.key)
    for entry in entries:
        for title in (entry.title, entry.title_es):
            names.setdefault(plain(title), entry.key)
    return names


@dataclass(frozen=True)
class _Given:
    """One value as it was typed, what it stands for, and whether it is from before the procedure."""

    key: str
    text: str
    before: bool = False

    @property
    def name(self) -> str:
        """How a message calls it."""
        return BEFORE + self.key if self.before else self.key


def _given(inputs: Mapping[str, str], otherwise: str) -> tuple[_Given, ...]:
    """The values with their names settled; none may be given twice."""
    given: dict[str, _Given] = {}
    for typed, text in inputs.items():
        one = replace(_meant(typed, otherwise), text=" ".join(text.split()))
        if one.name in given:
            raise InputError("is given twice", where=one.name, hint="Give one value of each")
        given[one.name] = one
    return tuple(given.values())


def _meant(typed: str, otherwise: str) -> _Given:
    """What a typed name stands for."""
    names, spoken, before = _names(), plain(typed), plain(BEFORE)
    if spoken in names:
        return _Given(names[spoken], "")
    of = names.get(spoken.removeprefix(before), "")
    if spoken.startswith(before) and of in catalogue().kinds:
        return _Given(of, "", before=True)
    spelt = {**names, **{before + plain(kind): BEFORE + kind for kind in catalogue().kinds}}
    close = get_close_matches(spoken, spelt, n=1, cutoff=0.7)
    hint = f"Did you mean {spelt[close[0]]}?" if close else otherwise
    raise UnknownName(f"no kind {typed.strip()!r}", hint=hint)


def _unused(definition: ScoreDefinition | Grading | Formula, given: tuple[_Given, ...]) -> tuple[str, ...]:
    """The names of the values that the score does not look at."""
    read = {dependency.key for node in definition.nodes() for dependency in dependencies(node)}
    read |= {"age", "procedure", *(("sex",) if "sex" in definition.inputs else ())}
    stands = {"dialysis": _DIALYSIS, "spo2-scale": _SCALE, "ascites": "ascites-grade"}
    return tuple(one.name for one in given if not {one.key, stands.get(one.key, one.key)} & read)


# -- values ----------------------------------------------------------------------------------------------------------


def _course(given: tuple[_Given, ...]) -> Course:
    said = {one.key: one.text for one in given if not one.before}
    procedure = Procedure(id="by-hand", kind=_procedure(said.get("procedure")), start=0, known_from=0)
    facts = sorted((fact for one in given for fact in _facts(one)), key=lambda fact: fact.at)
    return Course(
        id="by-hand",
        patient="by-hand",
        procedure=procedure,
        facts=tuple(facts),
        birth=_birth(said.get("age")),
        sex=_sex(said.get("sex")),
    )


def _birth(text: str | None) -> int | None:
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,3}(?:\.\d{1,3})?) ?(?:y|years?)?", text.casefold())
    if found is None or Decimal(found[1]) > _OLDEST:
        raise InputError("is not an age", where="age", hint="Write it in years, as age=63")
    return -int(Fraction(found[1]) * Fraction(36525, 100) * DAY) - DAY


def _sex(text: str | None) -> Literal["female", "male"] | None:
    if text is not None and text.casefold() not in _SEXES:
        raise InputError("write female or male", where="sex")
    return None if text is None else _SEXES[text.casefold()]


def _procedure(text: str | None) -> ProcedureKind:
    kinds = {plain(kind): kind for kind in ProcedureKind} | {"sirt": ProcedureKind.TARE}
    if text is not None and plain(text) not in kinds:
        raise InputError("is no kind of procedure", where="procedure", hint=f"Write {', '.join(ProcedureKind)}")
    return ProcedureKind.OTHER if text is None else kinds[plain(text)]


def _facts(one: _Given) -> Iterator[Fact]:
    """One value as a fact; what was not done is none."""
    shelves, key = catalogue(), one.key
    if key in ("age", "sex", "procedure"):
        return
    if key == "spo2-scale":
        if one.text not in _SCALES:
            raise InputError("write 1 or 2", where=key)
        yield from _facts(_Given(_SCALE, _SCALES[one.text]))
    elif key == "dialysis":
        for at in (NOW - n * MINUTE for n in range(DIALYSES if _done(one) else 0)):
            yield Event(fact=f"dialysis/{at}", at=at, known_at=at, event=_DIALYSIS)
    elif key in shelves.events:
        if _done(one):
            yield Event(fact=key, at=NOW, known_at=NOW, event=key)
    elif key in shelves.findings and not one.before and _measured(one) is None:
        if one.text.casefold() not in _SAID:
            raise InputError("write present or absent", where=key)
        presence = Presence.PRESENT if _SAID[one.text.casefold()] else Presence.ABSENT
        yield Finding(fact=key, at=NOW, known_at=NOW, finding=key, presence=presence)
    else:
        at, kind = LONG_BEFORE if one.before else NOW, _measured(one) or shelves.kinds[key]
        low, high, low_open, high_open = _bounds(one, kind)
        yield Observation(
            fact=one.name, at=at, known_at=at, kind=kind.key, low=low, high=high, low_open=low_open, high_open=high_open
        )


def _measured(one: _Given) -> Kind | None:
    """The kind that the name of a finding means where the answer is one of that kind (nausea=4, ascites=mild)."""
    kinds = catalogue().kinds
    graded = kinds.get(f"{one.key}-grade")
    if one.text.casefold() in _SAID:
        return None
    return graded if graded is not None and graded.coded(one.text) is not None else kinds.get(one.key)


def _measurements(course: Course) -> Iterator[tuple[str, Interval]]:
    """What was measured, by the name it was given by, in each kind's own unit."""
    for fact in course.facts:
        if isinstance(fact, Observation):
            yield fact.fact, fact.value(catalogue().kinds[fact.kind].resolution)


def _done(one: _Given) -> bool:
    if one.text.casefold() not in _SAID:
        raise InputError("write yes or no", where=one.name)
    return _SAID[one.text.casefold()]


def _bounds(one: _Given, kind: Kind) -> tuple[int | None, int | None, bool, bool]:
    """A measured value, or a coded answer, on the kind's grid."""
    answer = kind.coded(one.text)
    if answer is not None:
        stored = kind.store(Fraction(answer))
        return stored, stored, False, False
    found = _NUMBER.fullmatch(one.text)
    if found is None or found[3].startswith((",", ".")):
        if kind.values:
            raise _no_answer(one, kind)
        comma = found is not None and found[3].startswith(",")
        hint = (
            "Write decimals after a point, as 1.5"
            if comma
            else "Write key=value or key=valueunit, as temperature=38.2Cel"
        )
        raise InputError("is not a number", where=one.name, hint=hint)
    sign, value, unit = found[1], Decimal(found[2]), found[3].strip() or kind.unit
    bounds = decimal_number(kind, value, unit, SIGNS.get(sign, sign))
    if not isinstance(bounds, str):
        if kind.unit == "{score}" and value % 1:
            raise InputError("is not a whole number", where=one.name)
        return bounds
    if kind.values:
        raise _no_answer(one, kind)
    if bounds == "unknown unit":
        raise InputError(
            "is in a unit that its table does not hold", where=one.name, hint=f"Give it in {joined(_units(kind), 'or')}"
        )
    raise InputError("is not a plausible value", where=one.name, hint=_range(kind, unit))


def _no_answer(one: _Given, kind: Kind) -> InputError:
    return InputError("is not one of its answers", where=one.name, hint=f"Write {joined(list(kind.values), 'or')}")


def _range(kind: Kind, unit: str) -> str:
    """What is plausible, and which units there are besides."""
    bounds = kind.bounds.get(spelling(unit))
    low, high = bounds or (kind.low, kind.high)
    of = "" if kind.unit in _PURE else f" {unit if bounds else kind.unit}"
    units = _units(kind)
    others = f"; give it in {joined(units, 'or')}" if units[1:] else ""
    return f"Expected is {float(low):g} to {float(high):g}{of}{others}"


def _units(kind: Kind) -> list[str]:
    """The units that a kind may come in, one spelling of each, its own first."""
    spelt: dict[Fraction, str] = {kind.convert(1, kind.unit): kind.unit}
    for unit in kind.table.units():
        spelt.setdefault(kind.table.convert(1, unit), unit)
    return list(spelt.values())
