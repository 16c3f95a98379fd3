"""Tells a verdict as a reason: in words, with the facts that decided it and what would change it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from sequela.assessing.assessment import Because
from sequela.engine.reference import Evaluator
from sequela.engine.values import Ground, Verdict
from sequela.logic import prose
from sequela.logic.compared import Turning
from sequela.logic.display import joined
from sequela.logic.nodes import Node, Parameter, Quantity, Statement
from sequela.logic.quantities import Age, Called, Count, TimeSince
from sequela.logic.shelf import Basis, Definition
from sequela.logic.statements import Absent, Compare, Followed, Happened, Known, ProcedureIs, Seen


def because(definition: Definition, evaluator: Evaluator) -> Because:
    """Return why a definition holds at the evaluator's instant."""
    verdict = evaluator.truth(definition.sentence)
    return told(
        definition.key, definition.title, definition.cites, verdict, evaluator, definition.sentence, definition.support
    )


def told(
    key: str,
    title: str,
    cites: tuple[str, ...],
    verdict: Verdict,
    evaluator: Evaluator,
    sentence: Statement,
    support: str = "",
) -> Because:
    """Return a verdict on a sentence as a reason under a name and title."""
    kind = str(evaluator.course.procedure.kind)
    words, turnings = [], []
    for ground in _worth_telling(verdict):
        values = evaluator.inside(ground.node, ground.moment)
        arguments = (ground.node, ground.left, ground.right, evaluator.parameters, kind)
        words.append(prose.ground(*arguments, truth=ground.truth, values=values))
        turnings.append(prose.would_change(*arguments, truth=ground.truth, values=values))
    return Because(
        statement=key,
        text=": ".join(filter(None, (title, "; ".join(dict.fromkeys(filter(None, words)))))),
        cites=cites,
        parameters=_parameters(sentence),
        facts=verdict.facts,
        support=support,
        judged=tuple(key for key in _parameters(sentence) if evaluator.parameters[key].basis is Basis.EXPERT_JUDGEMENT),
        would_change=_either(_furthest(turnings)),
        at=evaluator.instant,
    )


def _either(changes: list[str]) -> str:
    """What would turn a verdict, each on its own; what has only not to be found is told in one breath."""
    unfound = [change.removesuffix(f" {prose.NOT_FOUND}") for change in changes if change.endswith(prose.NOT_FOUND)]
    others = [change for change in changes if not change.endswith(prose.NOT_FOUND)]
    told = [f"{joined(unfound, 'or')} {prose.NOT_FOUND}"] if unfound else []
    return " or ".join(told + others)


def _furthest(turnings: Iterable[Turning]) -> list[str]:
    """What would turn a verdict, in words, without the readings that another of the same sort includes."""
    best: dict[object, Turning] = {}
    for turning in turnings:
        key = turning.alike or turning.text
        if turning.text and (key not in best or best[key].reach < turning.reach):
            best[key] = turning
    return [turning.text for turning in best.values()]


@lru_cache(maxsize=1024)
def _parameters(node: Node) -> tuple[str, ...]:
    """The keys of the parameters in a sentence, each once; sentences share parts, and each part is looked at once."""
    if isinstance(node, Parameter):
        return (node.key,)
    return tuple(dict.fromkeys(key for child in node.children() for key in _parameters(child)))


def _worth_telling(verdict: Verdict) -> list[Ground]:
    """The leaves that tell of the course; a count of readings of what is itself told is left to the title."""
    grounds = [ground for ground in verdict.grounds if _telling(ground)]
    told = {ground.node.left for ground in grounds if isinstance(ground.node, Compare)}
    return [ground for ground in grounds if _counted(ground.node) not in told]


def _counted(node: Statement) -> Quantity | None:
    """The quantity whose readings a comparison counts, if it does."""
    match node:
        case Compare(left=Count(series=Called(of=counted))):
            return counted
        case _:
            return None


def _telling(ground: Ground) -> bool:
    """Whether a deciding leaf tells of the course: not who the patient is, which day it is, what nobody did."""
    match ground.node:
        case Compare(left=TimeSince(what="procedure") | Age()) | ProcedureIs() | Known():
            return False
        case Happened() | Followed() | Seen() | Absent():
            return ground.truth is not None and (ground.truth or isinstance(ground.node, Seen | Absent))
        case _:
            return True
