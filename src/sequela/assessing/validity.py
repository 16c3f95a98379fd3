"""Until when an assessment holds: the next instant at which the clock alone changes anything that it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from sequela.assessing.scoring import score_value
from sequela.course.catalogue import catalogue
from sequela.engine.reference import Evaluator
from sequela.engine.trajectory import Steps, Tracer
from sequela.logic.nodes import Node, Statement
from sequela.logic.shelf import Shelf, State

View = tuple[Node, Callable[[Evaluator], object]]
"""A sentence, and what an assessment shows of it at an instant."""


def valid_until(shelf: Shelf, tracer: Tracer, dues: Iterable[int]) -> int | None:
    """Return the next instant after the tracer's at which something shown changes without a new fact, if any does.

    `dues` are the instants at which a step becomes overdue.
    """
    soonest = min(dues, default=None)
    now = tracer.at(tracer.until)
    for node, view in _views(shelf, now):
        present = view(now)
        for point in sorted(tracer.expiries(node)):
            if soonest is not None and point >= soonest:
                break
            if view(tracer.at(point)) != present:
                soonest = point
    trace = tracer.ahead(soonest)
    changes = [_turn(trace(statement)) for statement in _statements(shelf)]
    changes += [_step_up({rung.key: trace(rung.when) for rung in ladder}) for ladder in (shelf.states, shelf.trends)]
    return min((change for change in (soonest, *changes) if change is not None), default=None)


def first(ladder: Iterable[State], otherwise: str, evaluator: Evaluator) -> str:
    """Return the first rung of a ladder that holds."""
    return next((rung.key for rung in ladder if evaluator.truth(rung.when).truth is True), otherwise)


def first_of(traces: dict[str, Steps], instant: int, otherwise: str) -> str:
    """Return the first rung of a ladder whose history is true at the instant."""
    return next((key for key, steps in traces.items() if truth_at(steps, instant)), otherwise)


def truth_at(steps: Steps, instant: int) -> bool:
    """Return whether a history is true at the instant."""
    truth: bool | None = None
    for start, value in steps:
        if start > instant:
            break
        truth = value
    return truth is True


def _views(shelf: Shelf, now: Evaluator) -> Iterator[View]:
    """What is shown with its facts or gaps, not only by its truth."""
    for score in shelf.scores:
        yield score.score, partial(score_value, score)
    chosen = {reason.key for condition in shelf.conditions for reason in condition.reasons}
    for definition in shelf.definitions:
        told = definition.role == "recheck" or definition.key in chosen
        yield definition.sentence, partial(_seen, definition.sentence, told=told)
    for condition in shelf.conditions:
        for sentence in (condition.confirmed, condition.excluded):
            if sentence is not None and now.truth(sentence).truth is True:
                yield sentence, partial(_seen, sentence, told=True)


def _statements(shelf: Shelf) -> Iterator[Statement]:
    """What is shown by its truth alone."""
    for condition in shelf.conditions:
        optional = (condition.confirmed, condition.excluded, condition.lapsed)
        yield from (condition.suspected, condition.assessable, *(s for s in optional if s is not None))
    yield from (step.when for step in shelf.steps)


def _turn(steps: Steps) -> int | None:
    """The first instant of a history at which it begins or ceases to be true."""
    present = steps[0][1] is True
    return next((start for start, truth in steps if (truth is True) is not present), None)


def _step_up(traces: dict[str, Steps]) -> int | None:
    """The first instant at which another rung of a ladder is the first that holds."""
    instants = sorted({start for steps in traces.values() for start, _ in steps})
    present = first_of(traces, instants[0], "")
    return next((instant for instant in instants if first_of(traces, instant, "") != present), None)


def _seen(sentence: Statement, evaluator: Evaluator, *, told: bool) -> tuple[object, ...]:
    """What is shown of a statement: whether it is true, the facts if it is told as a reason, its gaps if it is open."""
    verdict = evaluator.truth(sentence)
    missing = verdict.missing if verdict.truth is None else ()
    kinds = {name for name in missing if name.rpartition(" ")[2] in catalogue().kinds}
    return (verdict.truth is True, kinds, verdict.facts if verdict.truth and told else ())
