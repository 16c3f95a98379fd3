"""Until when an assessment holds: the next instant at which the clock alone changes anything that it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from sequela.assessing.scoring import score_value
from sequela.course.catalogue import catalogue
from sequela.engine.explaining import Explainer
from sequela.engine.history import History, Steps
from sequela.logic.formulas import Formula
from sequela.logic.nodes import Statement
from sequela.logic.shelf import Shelf, State

View = tuple[list[int], Callable[[Explainer], object]]
"""The instants at which what an assessment shows of a sentence may change, and what it shows at one."""


def valid_until(shelf: Shelf, now: Explainer, dues: Iterable[int]) -> int | None:
    """Return the next instant after this one at which something shown changes without a new fact, if any does.

    `dues` are the instants at which a step becomes overdue.
    """
    history = now.history
    changes = [_turn(history.ahead(statement)) for statement in _statements(shelf)]
    changes += [
        _step_up({rung.key: history.ahead(rung.when) for rung in ladder}) for ladder in (shelf.states, shelf.trends)
    ]
    soonest = min((change for change in (*dues, *changes) if change is not None), default=None)
    for points, view in _views(shelf, now):
        present = None
        for point in points:
            if soonest is not None and point >= soonest:
                break
            present = view(now) if present is None else present
            if view(Explainer(history, point)) != present:
                soonest = point
    return soonest


def first(ladder: Iterable[State], otherwise: str, history: History) -> str:
    """Return the first rung of a ladder that holds."""
    return next((rung.key for rung in ladder if history.truth(rung.when) is True), otherwise)


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


def _views(shelf: Shelf, now: Explainer) -> Iterator[View]:
    """What is shown with its facts or gaps, not only by its truth, and when that may change."""
    history = now.history
    for score in shelf.scores:
        # The history does not follow what only formulas read.
        teller = now if isinstance(score, Formula) else history
        moments = {moment for node in score.nodes() for moment in teller.expiries(node)}
        yield sorted(moments), partial(score_value, score)
    chosen = {reason.key for condition in shelf.conditions for reason in condition.reasons}
    for definition in shelf.definitions:
        sentence = definition.sentence
        told = history.truth(sentence) is True and (
            definition.role in ("recheck", "masking") or definition.key in chosen
        )
        points = now.expiries(sentence) if told else history.expiries(sentence)
        yield points, partial(_seen, sentence, told=told)
    for condition in shelf.conditions:
        for decided in (condition.confirmed, condition.excluded):
            if decided is not None and history.truth(decided) is True:
                yield now.expiries(decided), partial(_seen, decided, told=True)


def _statements(shelf: Shelf) -> Iterator[Statement]:
    """What is shown by its truth alone."""
    for condition in shelf.conditions:
        optional = (condition.suspected, condition.confirmed, condition.excluded, condition.lapsed)
        yield from (condition.assessable, *(s for s in optional if s is not None))
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


def _seen(sentence: Statement, evaluator: Explainer, *, told: bool) -> tuple[object, ...]:
    """What is shown of a statement: whether it is true, the facts if it is told as a reason, its gaps if it is open."""
    verdict = evaluator.truth(sentence)
    missing = verdict.missing if verdict.truth is None else ()
    kinds = {name for name in missing if name.rpartition(" ")[2] in catalogue().kinds}
    return (verdict.truth is True, kinds, verdict.facts if verdict.truth and told else ())
