"""Laws of sentences: they travel, they can be said, and every node of the grammar is among those tried."""

from __future__ import annotations

import json
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequela.engine.reference import MEANING, Evaluator
from sequela.logic.nodes import REGISTRY, Node
from sequela.logic.prose import ground, say, would_change
from sequela.logic.wire import from_wire, to_wire
from tests.laws import sentences
from tests.laws.courses import examples, instants, raw

SEEDS = st.integers(0, 2**32 - 1)


def a_sentence(random: Random) -> Node:
    return random.choice((sentences.statement, sentences.quantity, sentences.past))(random)


@given(SEEDS)
@examples(600)
def test_a_sentence_survives_the_wire(seed: int) -> None:
    sentence = a_sentence(Random(seed))
    sent = json.loads(json.dumps(to_wire(sentence)))
    arrived = from_wire(sent)
    assert arrived == sentence
    assert hash(arrived) == hash(sentence)
    assert to_wire(arrived) == sent


@given(SEEDS)
@examples(600)
def test_every_sentence_can_be_said(seed: int) -> None:
    sentence = a_sentence(Random(seed))
    shelf = sentences.parameters(sentence)
    for told in (say(sentence), say(sentence, shelf), say(sentence, shelf, "TARE")):
        assert told == told.strip()
        assert told
        assert "None" not in told
        assert "Fraction" not in told
        assert "  " not in told


@given(SEEDS)
@examples(600)
def test_every_reason_can_be_told(seed: int) -> None:
    random = Random(seed)
    course, statement = raw(random).course(), sentences.statement(random)
    shelf = sentences.parameters(statement)
    for instant in instants(random, 3):
        evaluator = Evaluator(course, shelf, instant)
        for leaf in evaluator.truth(statement).grounds:
            values = evaluator.inside(leaf.node, leaf.moment)
            for parameters in (None, shelf):
                arguments = (leaf.node, leaf.left, leaf.right, parameters, "TAE")
                told = ground(*arguments, truth=leaf.truth, values=values)
                assert told
                assert "None" not in told + would_change(*arguments, truth=leaf.truth, values=values).text


def test_every_node_is_generated_and_has_a_meaning() -> None:
    met: Counter[str] = Counter()
    for seed in range(1500):
        met.update(type(node).__name__ for node in a_sentence(Random(seed)).walk())
    assert {name for name in REGISTRY if met[name] < 20} == set()
    assert set(REGISTRY.values()) == set(MEANING)


@pytest.mark.parametrize("wire", [{}, {"node": "Nothing"}, {"node": "Latest", "series": "alt", "what": 1}, {"node": 3}])
def test_what_the_grammar_does_not_have_is_refused(wire: dict[str, object]) -> None:
    from sequela.errors import SentenceError

    with pytest.raises(SentenceError):
        from_wire(wire)
