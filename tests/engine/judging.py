"""The reference as judge of the fast engine: what each says of a trial, and where they differ."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from random import Random

from sequela.course.episodes import Course
from sequela.engine.history import History, Steps
from sequela.engine.program import Program
from sequela.engine.reference import Evaluator
from sequela.logic.nodes import Node, Statement
from sequela.logic.quantities import TimeSince
from sequela.logic.shelf import ParameterValue
from tests.engine.trials import END, MET, Trial
from tests.laws.courses import START, instants

HORIZON = 10 * 3600
"""How long after the last instant the judge still asks what the clock alone changes."""


def at(steps: Steps, instant: int) -> bool | None:
    """What a step function says at an instant."""
    return steps[bisect_right(steps, instant, key=lambda step: step[0]) - 1][1]


def near(points: Iterable[int], random: Random, most: int) -> list[int]:
    """At most so many of the points, and a second either side of each."""
    chosen = sorted(set(points))
    chosen = sorted(random.sample(chosen, min(most, len(chosen))))
    return sorted({point + by for point in chosen for by in (-1, 0, 1)})


class Judge:
    """The reference over one course, each instant asked with an evaluator of its own."""

    def __init__(self, course: Course, shelf: Mapping[str, ParameterValue]) -> None:
        self.course, self.shelf = course, shelf
        self._evaluators: dict[int, Evaluator] = {}

    def at(self, instant: int) -> Evaluator:
        """The evaluator of an instant."""
        if instant not in self._evaluators:
            self._evaluators[instant] = Evaluator(self.course, self.shelf, instant)
        return self._evaluators[instant]

    def cut(self, until: int) -> Judge:
        """The judge who learns nothing after an instant."""
        return Judge(self.course.as_of(until), self.shelf)

    def says(self, node: Node, moment: int, until: int) -> object:
        """What a node is at a moment, as believed at an instant, or later if nothing new arrives."""
        evaluator = self.at(max(until, moment))
        return (
            evaluator.truth(node, moment).truth
            if isinstance(node, Statement)
            else evaluator.value(node, moment).interval
        )


def said(history: History, node: Node, moment: int) -> object:
    """What the fast engine says of the same."""
    return history.truth(node, moment) if isinstance(node, Statement) else history.value(node, moment)


def quarrels(asked: Trial, random: Random) -> Iterator[str]:
    """Where both differ on what a node is at random instants and moments: the sentences and some of their parts."""
    program = asked.program()
    judge = Judge(asked.course, asked.shelf)
    # A time since grows with every second: it is nothing but a part of its comparison.
    nodes = [node for node in program.index if not isinstance(node, TimeSince)]
    for until in asked.instants:
        history, then = History(asked.course, program, until), judge.cut(until)
        moments = [until, START - 1, *instants(random, 2), *(until - random.randint(0, 20_000) for _ in range(2))]
        moments += near(asked.expiries(random.choice(asked.nodes)), random, 2)
        for moment in moments:
            for node in dict.fromkeys((*asked.nodes, *random.sample(nodes, min(3, len(nodes))))):
                fast, slow = said(history, node, moment), then.says(node, moment, until)
                MET["answers compared"] += 1
                if fast != slow:
                    yield f"{asked.seed}: {fast}, not {slow}, at {moment - START} as of {until - START}: {node}"


def misremembered(asked: Trial, random: Random, most: int) -> Iterator[str]:
    """Where the trace differs from what the reference says at the instant itself: at and around every change."""
    program, judge = asked.program(), Judge(asked.course, asked.shelf)
    history = History(asked.course, program, END)
    for node in asked.statements:
        steps = history.trace(node)
        if steps[0][0] != asked.begin or not _in_order(steps):
            yield f"{asked.seed}: the trace is not a step function from the beginning: {node}"
        points = near(asked.changes(node), random, most) + near([start for start, _ in steps], random, most)
        for instant in {*points, *instants(random, 3)}:
            if asked.begin <= instant <= END:
                MET["instants of traces compared"] += 1
                if at(steps, instant) is not judge.at(instant).truth(node).truth:
                    yield f"{asked.seed}: the trace is wrong at {instant - START}: {node}"


def misjudged(asked: Trial, random: Random, most: int) -> Iterator[str]:
    """Where what is believed of the past, or foreseen if nothing arrives, differs from the reference."""
    program, judge = asked.program(), Judge(asked.course, asked.shelf)
    for until in asked.instants[:2]:
        history, then = History(asked.course, program, until), judge.cut(until)
        for node in asked.nodes:
            told = set(history.expiries(node))
            for moment in near(asked.expiries(node), random, most):
                if moment <= until or moment in told:
                    continue
                MET["moments without an expiry compared"] += 1
                if then.says(node, moment, until) != then.says(node, moment - 1, until):
                    yield f"{asked.seed}: an expiry at {moment - START} as of {until - START} is not told: {node}"
        for node in asked.statements:
            behind = history.believed(node)
            beyond = [step for step in history.ahead(node) if step[0] < until + HORIZON]
            for steps, begin, end in ((behind, asked.course.start, until + 1), (beyond, until, until + HORIZON)):
                if steps[0][0] != begin or steps[-1][0] >= end or not _in_order(steps):
                    yield f"{asked.seed}: not a step function over its time as of {until - START}: {node}"
                points = near(asked.expiries(node), random, most) + near([start for start, _ in steps], random, most)
                for moment in {*points, begin, end - 1}:
                    if begin <= moment < end:
                        MET["moments believed or foreseen compared"] += 1
                        if at(steps, moment) is not then.says(node, moment, until):
                            yield f"{asked.seed}: wrong of {moment - START} as of {until - START}: {node}"


def _in_order(steps: Steps) -> bool:
    return all(one[0] < other[0] and one[1] is not other[1] for one, other in pairwise(steps))


def traces(program: Program, course: Course, until: int) -> dict[Statement, Steps]:
    """The trace of every statement of a program."""
    history = History(course, program, until)
    return {node: history.trace(node) for node in program.index if isinstance(node, Statement)}


def shifted(steps: Steps, by: int) -> Steps:
    """The same step function at another time."""
    return [(start + by, truth) for start, truth in steps]
