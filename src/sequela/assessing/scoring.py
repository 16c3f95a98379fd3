"""Scores of a course at an instant: sums of points, gradings, and formulas."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from sequela.assessing.assessment import ScoreValue
from sequela.assessing.formulas import formula_value
from sequela.course.interval import Interval
from sequela.engine.reference import Evaluator
from sequela.engine.values import Verdict
from sequela.logic.formulas import Formula
from sequela.logic.scores import Grade, Grading, ScoreDefinition


def score_value(definition: ScoreDefinition | Grading | Formula, evaluator: Evaluator) -> ScoreValue:
    """Return a score at the evaluator's instant with its parts, bounds and gaps."""
    applies = True if definition.applies is None else evaluator.truth(definition.applies).truth
    if applies is False:
        return ScoreValue(
            definition.key, None, None, False, (), {}, definition.cites, not_applicable=definition.excludes
        )
    value = _worked_out(definition, evaluator)
    if _turns_on_sex(definition, evaluator, value):
        value = replace(value, missing=tuple(sorted({*value.missing, "sex"})))
    # What bars it was neither recorded nor ruled out.
    return value if applies is True else replace(value, caution=f"may not apply: {definition.excludes}")


def _worked_out(definition: ScoreDefinition | Grading | Formula, evaluator: Evaluator) -> ScoreValue:
    if isinstance(definition, Formula):
        return formula_value(definition, evaluator)
    return _graded(definition, evaluator) if isinstance(definition, Grading) else _summed(definition, evaluator)


def _turns_on_sex(definition: ScoreDefinition | Grading | Formula, evaluator: Evaluator, value: ScoreValue) -> bool:
    """Whether a score stays open, or more open, because nobody recorded the sex that its limits turn on."""
    course = evaluator.course
    if course.sex is not None or "sex" not in definition.inputs or value.interval is None or value.interval.is_exact:
        return False
    known = (replace(course, sex="female"), replace(course, sex="male"))
    others = (Evaluator(of, evaluator.parameters, evaluator.instant) for of in known)
    return any(_worked_out(definition, other).interval != value.interval for other in others)


def _summed(definition: ScoreDefinition, evaluator: Evaluator) -> ScoreValue:
    """A sum of points."""
    value = evaluator.value(definition.score)
    found = {part.label: evaluator.value(part) for part in definition.score.parts}
    parts = {label: one.interval for label, one in found.items()}
    # Of a part that is known but open, what would settle it.
    missing = {
        name for one in found.values() if one.interval is not None and not one.interval.is_exact for name in one.missing
    }
    missing |= {label for label, interval in parts.items() if interval is None}
    classed = None if definition.classed is None else evaluator.value(definition.classed).interval
    return ScoreValue(
        key=definition.key,
        interval=value.interval,
        at=max((fact.at for fact in value.facts), default=None),
        complete=not missing and value.interval is not None and value.interval.is_exact,
        missing=tuple(sorted(missing)),
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
