"""Scores: of a course at an instant, and from values given by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from fractions import Fraction
from typing import Literal

from sequela.assessing.assessment import ScoreValue
from sequela.assessing.formulas import formula_value
from sequela.course.catalogue import catalogue
from sequela.course.episodes import DAY, Course, Procedure, ProcedureKind
from sequela.course.facts import Event, Fact, Finding, Observation, Presence
from sequela.course.interval import Interval
from sequela.criteria import shelf as shipped_shelf
from sequela.engine.reference import Evaluator
from sequela.engine.values import Verdict
from sequela.errors import InputError, UnknownName
from sequela.logic.display import joined
from sequela.logic.formulas import Formula
from sequela.logic.scores import Grade, Grading, ScoreDefinition
from sequela.logic.shelf import Shelf

_SCALES = {"1": "absent", "2": "present"}
"""The chart's oxygen saturation scales, by the hypercapnic respiratory failure that asks for scale 2."""
_SEXES: dict[str, Literal["female", "male"]] = {"female": "female", "male": "male"}
_OTHERS = ("age", "sex", "dialysis", "procedure", "spo2-scale")
BEFORE = "baseline-"
"""What stands before a kind to give its value from before the procedure."""
MINUTE = 60
NOW = DAY
"""By hand: the instant of the values, a day after the procedure and so after the baseline."""
DIALYSES = 3
"""By hand: the sessions of a patient on dialysis in a week."""


def score_value(definition: ScoreDefinition | Grading | Formula, evaluator: Evaluator) -> ScoreValue:
    """Return a score at the evaluator's instant with its parts, bounds and gaps."""
    applies = True if definition.applies is None else evaluator.truth(definition.applies).truth
    if applies is False:
        return ScoreValue(
            definition.key, None, None, False, (), {}, definition.cites, not_applicable=definition.excludes
        )
    if isinstance(definition, Formula):
        value = formula_value(definition, evaluator)
    elif isinstance(definition, Grading):
        value = _graded(definition, evaluator)
    else:
        value = _summed(definition, evaluator)
    # What bars it was neither recorded nor ruled out.
    return value if applies is True else replace(value, caution=f"may not apply: {definition.excludes}")


def _summed(definition: ScoreDefinition, evaluator: Evaluator) -> ScoreValue:
    """A sum of points."""
    value = evaluator.value(definition.score)
    parts = {part.label: evaluator.value(part).interval for part in definition.score.parts}
    missing = sorted({label for label, interval in parts.items() if interval is None})
    classed = None if definition.classed is None else evaluator.value(definition.classed).interval
    return ScoreValue(
        key=definition.key,
        interval=value.interval,
        at=max((fact.at for fact in value.facts), default=None),
        complete=not missing and value.interval is not None and value.interval.is_exact,
        missing=tuple(missing),
        parts=parts,
        cites=definition.cites,
        label="" if classed is None else _class(definition.labels, classed),
        before=None if definition.before is None else evaluator.value(definition.before).interval,
    )


def _class(labels: tuple[str, ...], classed: Interval) -> str:
    """The word for a class, or those between which it is open; none while it may be any."""
    possible = labels[int(classed.low or 1) - 1 : int(classed.high or len(labels))]
    return " or ".join(possible) if len(possible) < len(labels) else ""


def _graded(definition: Grading, evaluator: Evaluator) -> ScoreValue:
    """The highest grade that holds; what is unknown above it leaves it open."""
    looked = definition.looked is not None and evaluator.truth(definition.looked).truth is True
    interval, verdicts = _highest(definition, definition.grades, evaluator, looked=looked)
    open_grades = [verdict for verdict in verdicts if verdict.truth is None]
    facts = [fact for verdict in verdicts for fact in verdict.facts]
    value = interval.low if interval is not None and interval.is_exact else None
    return ScoreValue(
        key=definition.key,
        interval=interval,
        at=max((fact.at for fact in facts), default=None),
        complete=value is not None,
        missing=tuple(sorted({name for verdict in open_grades for name in verdict.missing})),
        parts={},
        cites=definition.cites,
        label=_grade(definition, interval),
        before=_highest(definition, definition.before, evaluator)[0],
    )


def _grade(definition: Grading, interval: Interval | None) -> str:
    """The word for a grade; of an open grading both ends, where they are no numbers themselves (A to E)."""
    if interval is None or interval.low is None or interval.high is None:
        return ""
    low, high = (definition.label(int(end)) for end in (interval.low, interval.high))
    if interval.is_exact:
        return low
    return "" if any(sign.isdigit() for sign in low + high) else f"{low} to {high}"


def _highest(
    definition: Grading, grades: tuple[Grade, ...], evaluator: Evaluator, *, looked: bool = False
) -> tuple[Interval | None, list[Verdict]]:
    """The bounds of a grading, and what was asked to tell them; no bounds where nothing at all is known."""
    verdicts: list[Verdict] = []
    high: int | None = None
    for grade in grades:
        verdict = evaluator.truth(grade.when)
        verdicts.append(verdict)
        if verdict.truth is not False and high is None:
            high = grade.value
        if verdict.truth is True:
            return Interval(Fraction(grade.value), Fraction(high or grade.value)), verdicts
    if not looked and all(verdict.truth is None for verdict in verdicts):
        return None, verdicts
    least = definition.least
    return Interval(Fraction(least), Fraction(least if high is None else high)), verdicts


def score(name: str, inputs: Mapping[str, str], shelf: Shelf | None = None) -> ScoreValue:
    """Return a score from values given by hand: `score("NEWS2", {"spo2": "95%", "oxygen": "no", ...})`.

    Each value is a number with its unit (the kind's own unit if none is written), an answer of a coded kind (`A`),
    `present`/`absent` for a finding, or `yes`/`no` for an event. `baseline-` before a kind gives its value from before
    the procedure, a day ago. `age` is in years, `sex` is female or male, `dialysis` (twice in the week) yes or no,
    `procedure` is its kind (TAE, MWA ...), and `spo2-scale` is 1 or 2 as on the NEWS2 chart.

    Raises
    ------
    UnknownName, InputError
        For a score, kind or value that cannot be read.
    """
    shelf = shelf or shipped_shelf()
    found = {definition.key.lower(): definition for definition in shelf.scores}
    if name.lower() not in found:
        near = get_close_matches(name.lower(), found, n=1, cutoff=0.4)
        hint = f"Did you mean {found[near[0]].key}?" if near else f"Scores: {', '.join(d.key for d in shelf.scores)}"
        raise UnknownName(f"no score {name!r}", hint=hint)
    course = course_by_hand(inputs)
    return score_value(found[name.lower()], Evaluator(course, shelf.parameters, NOW))


def course_by_hand(inputs: Mapping[str, str]) -> Course:
    """Return the course that values given by hand make up: a baseline just before a procedure a day ago, and now."""
    facts: list[Fact | None] = []
    birth, kind = None, ProcedureKind.OTHER
    sex: Literal["female", "male"] | None = None
    for key, text in inputs.items():
        said = text.strip()
        match key:
            case "age":
                birth = -int(_decimal(key, said) * Fraction(36525, 100) * DAY) - DAY
            case "sex":
                if said not in _SEXES:
                    raise InputError("write female or male", where=key)
                sex = _SEXES[said]
            case "procedure":
                if said not in set(ProcedureKind):
                    raise InputError("is no kind of procedure", where=key, hint=f"Write {', '.join(ProcedureKind)}")
                kind = ProcedureKind(said)
            case "spo2-scale":
                if said not in _SCALES:
                    raise InputError("write 1 or 2", where=key)
                facts.append(_by_hand("hypercapnic-respiratory-failure", _SCALES[said], NOW))
            case "dialysis":
                facts += _dialysis(said)
            case _ if key.startswith(BEFORE) and key.removeprefix(BEFORE) in catalogue().kinds:
                facts.append(_observed(key, key.removeprefix(BEFORE), said, -MINUTE))
            case _:
                facts.append(_by_hand(key, said, NOW))
    procedure = Procedure(id="by-hand", kind=kind, start=0, known_from=0)
    given = tuple(sorted((fact for fact in facts if fact is not None), key=lambda fact: fact.at))
    return Course(id="by-hand", patient="by-hand", procedure=procedure, facts=given, birth=birth, sex=sex)


def _dialysis(text: str) -> list[Event]:
    """The sessions of a week of dialysis, or none."""
    if text not in ("yes", "no"):
        raise InputError("write yes or no", where="dialysis")
    moments = [NOW - n * MINUTE for n in range(DIALYSES if text == "yes" else 0)]
    return [Event(fact=f"dialysis/{at}", at=at, known_at=at, event="renal-replacement") for at in moments]


def _by_hand(key: str, text: str, at: int) -> Fact | None:
    """One value as a fact; what was not done is none."""
    shelves = catalogue()
    if key in shelves.findings:
        words = {"present": Presence.PRESENT, "yes": Presence.PRESENT, "absent": Presence.ABSENT, "no": Presence.ABSENT}
        if text.lower() not in words:
            raise InputError("write present or absent", where=key)
        return Finding(fact=key, at=at, known_at=at, finding=key, presence=words[text.lower()])
    if key in shelves.events:
        if text.lower() not in ("yes", "no"):
            raise InputError("write yes or no", where=key)
        return Event(fact=key, at=at, known_at=at, event=key) if text.lower() == "yes" else None
    if key not in shelves.kinds:
        names = [
            *shelves.kinds,
            *shelves.findings,
            *shelves.events,
            *_OTHERS,
            *(BEFORE + kind for kind in shelves.kinds),
        ]
        near = get_close_matches(key, names, n=1)
        raise UnknownName(f"no kind {key!r}", hint=f"Did you mean {near[0]}?" if near else "See `sequela score`")
    return _observed(key, key, text, at)


def _observed(key: str, kind_key: str, text: str, at: int) -> Observation:
    """A measured value as a fact."""
    kind = catalogue().kinds[kind_key]
    answer = kind.coded(text)
    if answer is not None:
        stored = kind.store(Fraction(answer))
    else:
        if kind.values and not text[:1].isdigit():
            hint = f"Write {joined(list(kind.values), 'or')}"
            raise InputError("is not one of its answers", where=key, hint=hint)
        digits = len(text) - len(text.lstrip("+-.0123456789"))
        value, unit = _decimal(key, text[:digits]), text[digits:].strip()
        converted = kind.convert(value, unit or kind.unit)
        if not kind.plausible_in(converted, value, unit or kind.unit):
            raise InputError("is not a plausible value", where=key, hint=f"The unit is {kind.unit}")
        stored = kind.store(converted)
    return Observation(fact=key, at=at, known_at=at, kind=kind_key, low=stored, high=stored)


def _decimal(key: str, text: str) -> Fraction:
    try:
        return Fraction(Decimal(text))
    except (InvalidOperation, ValueError):
        hint = "Write key=value or key=valueunit, as temperature=38.2Cel"
        raise InputError("is not a number", where=key, hint=hint) from None
