"""The shelf as shipped, on synthetic courses: the fast engine against the reference, and both ways of walking."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy.random  # noqa: F401 - loaded before a test, or its first import would look like a random draw.
import pytest

from sequela.course.episodes import DAY, Course
from sequela.criteria import shelf
from sequela.criteria.patients import START, patients
from sequela.engine.history import History
from sequela.engine.program import Output, Program, compiled
from sequela.logic.nodes import Node, Statement
from tests.engine.judging import Judge, at, said
from tests.engine.trials import MET, Trial
from tests.engine.ward import ALL, ILL, Words, courses, rungs, walked, word
from tests.laws.courses import Raw

SHELF = shelf()
RUNGS = rungs(SHELF)
EXPIRIES = 3
"""Expiries of each course around which the judge asks."""


def numbered(count: int, first_slow: int) -> list[object]:
    return [pytest.param(n, marks=pytest.mark.slow if n >= first_slow else ()) for n in range(count)]


@pytest.fixture(scope="module")
def dense(tmp_path_factory: pytest.TempPathFactory) -> list[Course]:
    """Courses of some hundred facts each, all of patients who become ill."""
    return courses(tmp_path_factory.mktemp("dense") / "made", 12, 20261122, dense=True, scenarios=ILL)


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> list[Course]:
    """Courses as an ordinary ward charts them."""
    return courses(tmp_path_factory.mktemp("ward") / "made", 24, 3, dense=False, scenarios=ALL)


def as_trial(course: Course, *nodes: Node) -> Trial:
    return Trial(0, nodes, SHELF.parameters, Raw((), course.procedure, course.sex, course.birth), course, ())


def expiries(course: Course, node: Node, random: Random, count: int) -> list[int]:
    """Some instants at which the clock alone may change a sentence, and a second either side of each."""
    begin = max(course.start, course.procedure.known_from)
    points = sorted(p for p in as_trial(course, node).expiries(node) if begin < p < course.last_known)
    return [point + by for point in random.sample(points, min(count, len(points))) for by in (-1, 0, 1)]


def expected(judge: Judge, output: Output, instant: int) -> str:
    """What the reference makes of an output."""
    made = RUNGS[output.what, output.key]
    if isinstance(made, Statement):
        return word(judge.at(instant).truth(made).truth)
    holds = (key for key, rung in made.items() if judge.at(instant).truth(rung).truth is True)
    return next(holds, output.words[-1])


def quarrels(course: Course, random: Random, outputs: int) -> list[str]:
    """Where the outputs differ from the reference: at random instants and around expiries."""
    program, judge = compiled(SHELF), Judge(course, SHELF.parameters)
    [found] = walked(program, [course], [course.last_known])
    begin = max(course.start, course.procedure.known_from)
    assert all(steps[0][0] == begin and in_order(steps) for steps in found.values())
    told = []
    sentences = [d.sentence for d in SHELF.definitions]
    instants = [random.randint(begin, course.last_known) for _ in range(2)]
    for _ in range(EXPIRIES):
        instants += expiries(course, random.choice(sentences), random, 1)
    # What changes just then is asked of as well as what does not.
    for instant in sorted(instants):
        changing = [o for o, steps in found.items() if any(abs(start - instant) <= 1 for start, _ in steps[1:])]
        asked = random.sample(changing, min(outputs, len(changing))) + random.sample(program.outputs, outputs)
        for output in dict.fromkeys(asked):
            MET["outputs of the shelf compared"] += 1
            fast, slow = at(found[output], instant), expected(judge, output, instant)  # type: ignore[arg-type]
            if fast != slow:
                told.append(
                    f"{output.what} {output.key}: {fast}, not {slow}, {instant - course.start} s into {course.id}"
                )
    return told


def in_order(steps: Words) -> bool:
    return all(one[0] < other[0] and one[1] != other[1] for one, other in pairwise(steps))


@pytest.mark.parametrize("number", numbered(12, 2))
def test_every_output_is_what_the_reference_says_in_a_dense_course(dense: list[Course], number: int) -> None:
    assert quarrels(dense[number], Random(number), 3) == []


@pytest.mark.parametrize("number", numbered(24, 3))
def test_every_output_is_what_the_reference_says_on_a_ward(ward: list[Course], number: int) -> None:
    assert quarrels(ward[number], Random(number), 4) == []


@pytest.mark.parametrize("number", numbered(12, 2))
def test_every_part_of_the_shelf_is_what_the_reference_says(ward: list[Course], number: int) -> None:
    """Statements and quantities, at moments before and after the instant as of which they are believed."""
    course, random = ward[number], Random(number)
    program = Program.of([sentence for _, sentence in SHELF.sentences()], SHELF.parameters)
    nodes = [node for node in program.index if type(node).__name__ != "TimeSince"]
    for until in (random.randint(course.start, course.last_known), course.last_known):
        until = max(until, course.procedure.known_from)
        history, then = History(course, program, until), Judge(course, SHELF.parameters).cut(until)
        for moment in (until, random.randint(course.start, until), until + random.randint(1, 400_000)):
            for node in random.sample(nodes, 40):
                MET["parts of the shelf compared"] += 1
                assert said(history, node, moment) == then.says(node, moment, until), node
        for node in random.sample([node for node in nodes if isinstance(node, Statement)], 4):
            steps = history.believed(node)
            for start, truth in random.sample(steps, min(3, len(steps))):
                assert then.says(node, start, until) is truth
                assert start == course.start or then.says(node, start - 1, until) is not truth


def test_the_traces_of_outputs_are_those_of_a_history(ward: list[Course]) -> None:
    """The shelf's own program and a program of its sentences share no numbering, and must say the same."""
    program = Program.of([definition.sentence for definition in SHELF.definitions], SHELF.parameters)
    for course in ward[:8]:
        [found] = walked(compiled(SHELF), [course], [course.last_known])
        history = History(course, program, course.last_known)
        for output in compiled(SHELF).outputs:
            sentence = RUNGS[output.what, output.key]
            if output.what == "definition" and isinstance(sentence, Statement):
                assert found[output] == [(start, word(truth)) for start, truth in history.trace(sentence)]


def test_the_courses_exercise_the_shelf(dense: list[Course], ward: list[Course]) -> None:
    """Every output changes on some course or worked patient, or the comparison would prove little.

    The worked patients are held to the reference one by one, with tests/criteria.
    """
    program = compiled(SHELF)
    seen: dict[Output, set[str]] = {output: set() for output in program.outputs}
    worked = [patient.course for patient in patients()]
    among = [*dense, *ward, *worked]
    until = [course.last_known for course in (*dense, *ward)] + [START + 120 * DAY] * len(worked)
    for found in walked(program, among, until):
        for output, steps in found.items():
            seen[output] |= {said for _, said in steps}
    steady = [f"{output.what} {output.key}" for output, words in seen.items() if len(words) == 1]
    assert steady == []
