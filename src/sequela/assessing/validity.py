"""Until when an assessment holds: the next instant at which the clock alone changes anything that it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from sequela.assessing.scoring import score_value
from sequela.course.catalogue import catalogue
from sequela.engine.depend import PROCEDURE, dependencies
from sequela.engine.reference import Evaluator
from sequela.engine.trajectory import Tracer
from sequela.logic.nodes import Node, Statement
from sequela.logic.shelf import Shelf, State

View = tuple[Sequence[Node], Callable[[Evaluator], object]]
"""Sentences, and what an assessment shows of them at an instant."""


def valid_until(shelf: Shelf, tracer: Tracer, instant: int, dues: Iterable[int]) -> int | None:
    """Return the next instant after this one at which something shown changes without a new fact; None if nothing does.

    `dues` are the instants at which a step becomes overdue.
    """
    soonest = min(dues, default=None)
    now = tracer.at(instant)
    for nodes, view in _views(shelf):
        present = view(now)
        points = {point for node in nodes for point in _points(node, tracer, now) if point > instant}
        for point in sorted(points):
            if soonest is not None and point >= soonest:
                break
            if view(tracer.at(point)) != present:
                soonest = point
    return soonest


def first(ladder: Iterable[State], otherwise: str, evaluator: Evaluator, moment: int | None = None) -> str:
    """Return the first rung of a ladder that holds."""
    return next((rung.key for rung in ladder if evaluator.truth(rung.when, moment).truth is True), otherwise)


def _views(shelf: Shelf) -> Iterator[View]:
    """Each thing that an assessment shows and the clock alone can change: the sentences behind it, how it looks."""
    for score in shelf.scores:
        yield [score.score], partial(score_value, score)
    chosen = {reason.key for condition in shelf.conditions for reason in condition.reasons}
    for definition in shelf.definitions:
        told = definition.role == "recheck" or definition.key in chosen
        yield [definition.sentence], partial(_seen, definition.sentence, told=told)
    for condition in shelf.conditions:
        for sentence in (condition.confirmed, condition.excluded):
            if sentence is not None:
                yield [sentence], partial(_seen, sentence, told=True, gaps=False)
        for sentence in (condition.suspected, condition.assessable, condition.lapsed):
            if sentence is not None:
                yield [sentence], partial(_seen, sentence, told=False, gaps=False)
    for ladder in (shelf.states, shelf.trends):
        yield [rung.when for rung in ladder], partial(first, ladder, "")
    for step in shelf.steps:
        yield [step.when], partial(_seen, step.when, told=False, gaps=False)


def _points(node: Node, tracer: Tracer, now: Evaluator) -> set[int]:
    """Every instant at which the clock alone can change what a node says of the facts already known."""
    points: set[int] = set()
    for dependency in dependencies(node):
        offsets = dependency.offsets(tracer.seconds)
        if dependency.key == PROCEDURE:
            points |= {tracer.course.start + offset for offset in offsets}
        points |= {fact.at + offset for fact in now.facts(dependency.key, now.instant) for offset in offsets}
    return points


def _seen(sentence: Statement, evaluator: Evaluator, *, told: bool, gaps: bool = True) -> tuple[object, ...]:
    """What is shown of a statement: whether it is true, the facts if it is told as a reason, its gaps if it is open."""
    verdict = evaluator.truth(sentence)
    missing = verdict.missing if gaps and verdict.truth is None else ()
    kinds = {name for name in missing if name.rpartition(" ")[2] in catalogue().kinds}
    return (verdict.truth is True, kinds, verdict.facts if verdict.truth and told else ())
