"""Scores: of a course at an instant, and from values given by hand."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from fractions import Fraction

from sequela.assessing.assessment import ScoreValue
from sequela.course.catalogue import catalogue
from sequela.course.episodes import DAY, Course, Procedure, ProcedureKind
from sequela.course.facts import Fact, Finding, Observation, Presence
from sequela.criteria import shelf as shipped_shelf
from sequela.engine.reference import Evaluator
from sequela.errors import InputError, UnknownName
from sequela.logic.shelf import ScoreDefinition, Shelf

_SCALES = {"1": "absent", "2": "present"}
"""The chart's oxygen saturation scales, by the hypercapnic respiratory failure that asks for scale 2."""


def score_value(definition: ScoreDefinition, evaluator: Evaluator) -> ScoreValue:
    """Return a score at the evaluator's instant with its parts, bounds and gaps."""
    applies = definition.applies is None or evaluator.truth(definition.applies).truth is not False
    value = evaluator.value(definition.score)
    parts = {part.label: evaluator.value(part).interval for part in definition.score.parts}
    missing = sorted({label for label, interval in parts.items() if interval is None})
    return ScoreValue(
        key=definition.key,
        interval=value.interval if applies else None,
        at=max((fact.at for fact in value.facts), default=None),
        complete=applies and not missing and value.interval is not None and value.interval.is_exact,
        missing=tuple(missing),
        parts=parts,
        cites=definition.cites,
        not_applicable="" if applies else definition.excludes,
    )


def score(name: str, inputs: Mapping[str, str], shelf: Shelf | None = None) -> ScoreValue:
    """Return a score from values given by hand: `score("NEWS2", {"spo2": "95%", "oxygen": "no", ...})`.

    Each value is a number with its unit (the kind's own unit if none is written), an answer of a coded kind (`A`), or
    `present`/`absent` for a finding; `age` is in years, and `spo2-scale` is 1 or 2 as on the NEWS2 chart.

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
    start, facts, birth = 0, [], None
    for key, text in inputs.items():
        if key == "age":
            birth = -int(_decimal(key, text) * Fraction(36525, 100) * DAY) - DAY
        elif key == "spo2-scale":
            if text.strip() not in _SCALES:
                raise InputError("write 1 or 2", where=key)
            facts.append(_by_hand("hypercapnic-respiratory-failure", _SCALES[text.strip()], start))
        else:
            facts.append(_by_hand(key, text.strip(), start))
    procedure = Procedure(id="by-hand", kind=ProcedureKind.OTHER, start=start, known_from=start)
    course = Course(id="by-hand", patient="by-hand", procedure=procedure, facts=tuple(facts), birth=birth)
    return score_value(found[name.lower()], Evaluator(course, shelf.parameters, start))


def _by_hand(key: str, text: str, at: int) -> Fact:
    shelves = catalogue()
    if key in shelves.findings:
        words = {"present": Presence.PRESENT, "yes": Presence.PRESENT, "absent": Presence.ABSENT, "no": Presence.ABSENT}
        if text.lower() not in words:
            raise InputError("write present or absent", where=key)
        return Finding(fact=key, at=at, known_at=at, finding=key, presence=words[text.lower()])
    if key not in shelves.kinds:
        near = get_close_matches(key, [*shelves.kinds, *shelves.findings], n=1)
        raise UnknownName(f"no kind {key!r}", hint=f"Did you mean {near[0]}?" if near else "See `sequela criteria`")
    kind = shelves.kinds[key]
    answer = kind.coded(text)
    if answer is not None:
        stored = kind.store(Fraction(answer))
    else:
        digits = len(text) - len(text.lstrip("+-.0123456789"))
        value, unit = _decimal(key, text[:digits]), text[digits:].strip()
        converted = kind.convert(value, unit or kind.unit)
        if not kind.plausible_in(converted, value, unit or kind.unit):
            raise InputError("is not a plausible value", where=key, hint=f"The unit is {kind.unit}")
        stored = kind.store(converted)
    return Observation(fact=key, at=at, known_at=at, kind=key, low=stored, high=stored)


def _decimal(key: str, text: str) -> Fraction:
    try:
        return Fraction(Decimal(text))
    except (InvalidOperation, ValueError):
        hint = "Write key=value or key=valueunit, as temperature=38.2Cel"
        raise InputError("is not a number", where=key, hint=hint) from None
