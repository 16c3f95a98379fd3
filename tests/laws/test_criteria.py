"""What the laws ask of the shelf as shipped."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sequela.course.episodes import DAY, Course, Procedure, ProcedureKind
from sequela.criteria import shelf
from sequela.engine.reference import Evaluator
from sequela.logic.lint import lint
from sequela.logic.nodes import Statement
from sequela.logic.prose import say
from sequela.logic.wire import from_wire, to_wire

SHELF = shelf()
SENTENCES = [pytest.param(sentence, id=f"{place} {n}") for n, (place, sentence) in enumerate(SHELF.sentences())]


def clinical() -> Iterator[tuple[str, Statement]]:
    """Everything on the shelf that says something of the patient, not of what is current or when to look."""
    for definition in SHELF.definitions:
        if definition.role != "minimum":
            yield f"definition {definition.key}", definition.sentence
    for condition in SHELF.conditions:
        for name in ("suspected", "confirmed", "excluded", "lapsed"):
            sentence = getattr(condition, name)
            if sentence is not None:
                yield f"{condition.key} {name}", sentence


def empty(kind: ProcedureKind, sex: str | None) -> Course:
    return Course(
        id="c",
        patient="p",
        procedure=Procedure(id="p", kind=kind, start=0, known_from=0),
        sex=sex,
        birth=-70 * 365 * DAY,
    )


@pytest.mark.parametrize("kind", ProcedureKind)
@pytest.mark.parametrize(("place", "sentence"), [pytest.param(*pair, id=pair[0]) for pair in clinical()])
def test_nothing_is_true_of_an_empty_course(place: str, sentence: Statement, kind: ProcedureKind) -> None:
    for day in (0, 0.25, 1, 2, 3, 5, 8, 15, 40, 200):
        evaluator = Evaluator(empty(kind, "female"), SHELF.parameters, int(day * DAY))
        assert evaluator.truth(sentence).truth is not True, f"{place} on day {day}"


def test_the_shelf_is_clean() -> None:
    assert [str(problem) for problem in lint(SHELF)] == []


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_sentence_of_the_shelf_can_be_said_and_sent(sentence: Statement) -> None:
    told = say(sentence, SHELF.parameters)
    assert told
    assert "[" not in told
    assert from_wire(to_wire(sentence)) == sentence
