"""Laws of time: what is known later, and what lies between two change points, changes nothing."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from sequela.course.episodes import Course
from sequela.engine.explaining import explain
from sequela.engine.reference import Evaluator
from sequela.engine.values import Verdict
from sequela.logic.nodes import Node, Statement
from tests.laws import sentences
from tests.laws.courses import GRID, SITUATIONS, START, STEPS, examples, instants, raw
from tests.laws.histories import change_points, history, program

END = START + GRID * (STEPS + 30)
SEEDS = st.integers(0, 2**32 - 1)
"""A seed makes the whole example, so that a failing one is named by one number."""


def answer(verdict: Verdict) -> tuple[object, ...]:
    """What a verdict says, with the facts named, not held: an earlier copy of a fact does not know its end."""
    facts = tuple((fact.fact, fact.version) for fact in verdict.facts)
    grounds = tuple((g.node, g.left, g.right, g.truth) for g in verdict.grounds)
    return verdict.truth, facts, verdict.missing, grounds


def a_statement(random: Random) -> Statement:
    return sentences.past(random) if random.random() < 0.4 else sentences.statement(random)


def around(course: Course, node: Node, random: Random) -> list[int]:
    """Every candidate for a change, a second either side of it, and some instants in between."""
    points = change_points(course, node, END)
    near = {point + by for point in points for by in (-1, 0, 1)}
    return sorted(instant for instant in near.union(instants(random, 8)) if points[0] <= instant <= END)


@given(SEEDS)
@examples(800)
def test_what_is_known_later_never_changes_an_earlier_answer(seed: int) -> None:
    random = Random(seed)
    course, statement, number = raw(random).course(), a_statement(random), sentences.quantity(random)
    shelf = {**sentences.parameters(statement), **sentences.parameters(number)}
    for instant in instants(random, 4):
        now, then = Evaluator(course, shelf, instant), Evaluator(course.as_of(instant), shelf, instant)
        assert answer(now.truth(statement)) == answer(then.truth(statement))
        assert now.value(number).interval == then.value(number).interval
        SITUATIONS[f"{now.truth(statement).truth}"] += 1


@given(SEEDS)
@examples(300)
def test_the_history_up_to_an_instant_is_what_it_was_then(seed: int) -> None:
    random = Random(seed)
    course, statement = raw(random).course(), a_statement(random)
    instant = max(START, course.procedure.known_from, *instants(random, 1))
    whole = history(course, statement, END).trace(statement)
    then = history(course.as_of(instant), statement, instant).trace(statement)
    assert [step for step in whole if step[0] <= instant] == then


@given(SEEDS)
def test_a_course_as_of_an_instant_holds_nothing_known_later(seed: int) -> None:
    random = Random(seed)
    course = raw(random).course()
    for instant in instants(random, 4):
        then = course.as_of(instant)
        assert all(fact.known_from <= instant for fact in then.facts)
        assert all(fact.known_until is None or fact.known_until <= instant for fact in then.facts)
        assert [f.fact for f in then.facts if f.visible(instant)] == [
            f.fact for f in course.facts if f.visible(instant)
        ]


@given(SEEDS)
@examples(1000)
def test_nothing_changes_between_two_neighbouring_change_points(seed: int) -> None:
    random = Random(seed)
    course, statement = raw(random).course(), a_statement(random)
    shelf, points = sentences.parameters(statement), change_points(course, statement, END)
    truths: dict[int, bool | None] = {}
    for instant in around(course, statement, random):
        begun = points[bisect_right(points, instant) - 1]
        for asked in (instant, begun):
            truths.setdefault(asked, Evaluator(course, shelf, asked).truth(statement).truth)
        assert truths[instant] is truths[begun]


@given(SEEDS)
@examples(400)
def test_no_number_changes_between_two_neighbouring_change_points(seed: int) -> None:
    random = Random(seed)
    course, number = raw(random).course(), sentences.quantity(random)
    shelf, points = sentences.parameters(number), change_points(course, number, END)
    for instant in instants(random, 12):
        if instant >= points[0]:
            begun = points[bisect_right(points, instant) - 1]
            now, then = Evaluator(course, shelf, instant), Evaluator(course, shelf, begun)
            assert now.value(number).interval == then.value(number).interval


@given(SEEDS)
@examples(800)
def test_the_trace_is_what_the_reference_says_at_every_instant(seed: int) -> None:
    random = Random(seed)
    course, statement = raw(random).course(), a_statement(random)
    shelf, trace = sentences.parameters(statement), history(course, statement, END).trace(statement)
    begins = [begin for begin, _ in trace]
    for instant in around(course, statement, random):
        traced = trace[bisect_right(begins, instant) - 1][1]
        assert traced is Evaluator(course, shelf, instant).truth(statement).truth
    assert all(before[1] is not after[1] for before, after in pairwise(trace))
    SITUATIONS["changes"] += len(trace) - 1


@given(SEEDS)
@examples(800)
def test_an_explanation_is_the_answer_and_the_reason_of_the_reference(seed: int) -> None:
    random = Random(seed)
    course, statement = raw(random).course(), a_statement(random)
    shelf, compiled = sentences.parameters(statement), program(statement)
    for instant in random.sample(moments := around(course, statement, random), min(12, len(moments))):
        told = explain(course, compiled, instant).truth(statement)
        assert answer(told) == answer(Evaluator(course, shelf, instant).truth(statement))


@given(SEEDS)
@examples(400)
def test_onset_is_the_first_moment_of_the_present_run(seed: int) -> None:
    random = Random(seed)
    course, statement = raw(random, on_grid=True).course(), a_statement(random)
    until = START + GRID * STEPS
    onset = history(course, statement, until).onset(statement)
    evaluator = Evaluator(course, sentences.parameters(statement), until)
    expected = None
    for moment in range(until, START - 1, -GRID):
        if evaluator.truth(statement, moment).truth is not True:
            break
        expected = moment
    assert onset == expected
