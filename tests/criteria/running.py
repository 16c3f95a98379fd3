"""Runs a worked patient: what the shelf says of its course at an instant, in one word."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from sequela.assessing import assess_one
from sequela.assessing.assessment import ScoreValue
from sequela.assessing.scoring import score_value
from sequela.course.interval import Interval
from sequela.criteria.patients import START, WorkedPatient
from sequela.engine.explaining import explain
from sequela.engine.program import compiled
from sequela.engine.reference import Evaluator
from sequela.logic import display
from sequela.logic.nodes import Node
from sequela.logic.shelf import Shelf

WORDS = {True: "true", False: "false", None: "unknown"}
Engine = Callable[[WorkedPatient, Shelf, int], Evaluator]


def by_reference(patient: WorkedPatient, shelf: Shelf, instant: int) -> Evaluator:
    """The reference evaluator at one instant."""
    return Evaluator(patient.course, shelf.parameters, instant)


def by_history(patient: WorkedPatient, shelf: Shelf, instant: int) -> Evaluator:
    """The fast engine, which tells the reference where to look."""
    return explain(patient.course, compiled(shelf), instant)


def answer(patient: WorkedPatient, shelf: Shelf, offset: int, engine: Engine = by_reference) -> str:
    """What is said of the patient's subject so long after the procedure."""
    instant = START + offset
    now = engine(patient, shelf, instant)
    match patient.subject:
        case "definition":
            return WORDS[now.truth(shelf.definition(patient.key).sentence).truth]
        case "condition":
            return _status(patient, shelf, now)
        case "score":
            return _score(patient, shelf, now)
        case "ladder":
            rungs, otherwise = (shelf.states, "expected") if patient.key == "state" else (shelf.trends, "unknown")
            return next((rung.key for rung in rungs if now.truth(rung.when).truth is True), otherwise)
        case "step":
            steps = {step.id: step.status for step in assess_one(patient.course, shelf, instant).steps}
            return steps.get(patient.key, "none")


def failures(patient: WorkedPatient, shelf: Shelf, engine: Engine = by_reference) -> list[str]:
    """The instants at which something else is said than expected."""
    told = ((expected, answer(patient, shelf, expected.offset, engine)) for expected in patient.expect)
    return [f"at {expected.told} {got}, not {expected.answer}" for expected, got in told if got != expected.answer]


def flips(patient: WorkedPatient, shelf: Shelf) -> bool:
    """Whether at least one expectation no longer holds.

    A score is worked out by the reference, at one instant: a program of each nudged shelf would be made for nothing.
    """
    engine = by_reference if patient.subject == "score" else by_history
    return any(answer(patient, shelf, expected.offset, engine) != expected.answer for expected in patient.expect)


def sentences(patient: WorkedPatient, shelf: Shelf) -> list[Node]:
    """Everything of the shelf that the patient's answer is made of."""
    name = patient.key if patient.subject != "ladder" else ""
    found = [sentence for place, sentence in shelf.sentences() if name and place == f"{patient.subject} {name}"]
    if patient.subject == "ladder":
        found = [rung.when for rung in (shelf.states if patient.key == "state" else shelf.trends)]
    return found


def _status(patient: WorkedPatient, shelf: Shelf, now: Evaluator) -> str:
    condition = next(condition for condition in shelf.conditions if condition.key == patient.key)
    ladder = (("confirmed", condition.confirmed), ("excluded", condition.excluded), ("suspected", condition.suspected))
    for status, sentence in ladder:
        if sentence is not None and now.truth(sentence).truth is True:
            return status
    if condition.lapsed is not None and now.truth(condition.lapsed).truth is True:
        return "lapsed"
    return "not-suspected" if now.truth(condition.assessable).truth is True else "unknown"


def _score(patient: WorkedPatient, shelf: Shelf, now: Evaluator) -> str:
    return told(score_value(next(score for score in shelf.scores if score.key == patient.key), now))


def told(value: ScoreValue) -> str:
    """A score in a word or two: value or bounds, the class where the sum has one, and what it was before if known."""
    if value.not_applicable:
        return "not applicable"
    if value.interval is None:
        return "missing"
    label = f" ({value.label})" if value.label and (value.parts or value.inputs) else ""
    was = "" if value.before is None else f" was {_bounds(value.before, value.places)}"
    return _bounds(value.interval, value.places) + label + was


def _bounds(interval: Interval, places: int) -> str:
    low, high = (display.number(bound or Fraction(0), places) for bound in (interval.low, interval.high))
    return low if interval.is_exact else f"{low}..{high}"
