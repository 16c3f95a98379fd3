"""Walks the change points of a course: when each statement became what it is, and when that can next change.

Connectives are combined point by point; every other statement is asked of the reference at each instant at which one
of its facts arrives, is replaced, is withdrawn, ages or expires. Between those instants nothing can change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sequela.course.episodes import Course
from sequela.engine.depend import PROCEDURE, dependencies
from sequela.engine.reference import Evaluator
from sequela.engine.remembering import Memory, Remembering
from sequela.logic import statements as s
from sequela.logic.nodes import Node, Parameter, Statement
from sequela.logic.shelf import ParameterValue

Steps = list[tuple[int, bool | None]]
"""A right-continuous step function: (from, truth), in order, no two neighbours alike."""
Rule = Callable[[list[bool | None]], bool | None]
"""Makes one truth of several."""


class Tracer:
    """The history of statements over one course, as it was known at each instant up to `until`."""

    def __init__(self, course: Course, parameters: Mapping[str, ParameterValue], until: int) -> None:
        self.course, self.parameters, self.until = course, parameters, until
        self.begin = max(course.start, course.procedure.known_from)
        self._evaluators: dict[int, Evaluator] = {}
        self._memory = Memory()
        self._traces: dict[Statement, Steps] = {}

    def at(self, instant: int) -> Evaluator:
        """The reference evaluator for one instant."""
        evaluator = self._evaluators.get(instant)
        if evaluator is None:
            evaluator = self._evaluators[instant] = Remembering(self.course, self.parameters, instant, self._memory)
        return evaluator

    def seconds(self, parameter: Parameter) -> int:
        """A duration parameter in whole seconds for this course."""
        return self.at(self.begin).seconds(parameter)

    def instants(self, node: Node) -> set[int]:
        """Every instant from the beginning to `until` at which the node could change."""
        points = {self.begin}
        for dependency in dependencies(node):
            offsets = dependency.offsets(self.seconds)
            if dependency.key == PROCEDURE:
                points |= {self.course.start + offset for offset in offsets}
                continue
            for fact in self.course.about(dependency.key):
                points.add(fact.known_from)
                if fact.known_until is not None:
                    points.add(fact.known_until)
                # Before it is known a fact changes nothing, and what it would have done by then it does on arrival.
                points |= {fact.at + offset for offset in offsets if fact.at + offset > fact.known_from}
        return {point for point in points if self.begin <= point <= self.until}

    def trace(self, statement: Statement) -> Steps:
        """The statement's truth from the beginning of the episode to `until`."""
        known = self._traces.get(statement)
        if known is None:
            known = self._traces[statement] = self._trace(statement)
        return known

    def _trace(self, statement: Statement) -> Steps:
        match statement:
            case s.Named():
                return self.trace(statement.of)
            case s.Not():
                return [(start, None if truth is None else not truth) for start, truth in self.trace(statement.of)]
            case s.Known(of=Statement() as of):
                return _distinct((start, truth is not None) for start, truth in self.trace(of))
            case s.And():
                return self._joined(statement.parts, _all, settled=False)
            case s.Or():
                return self._joined(statement.parts, _any, settled=True)
            case _:
                asked = (
                    (instant, self.at(instant).truth(statement).truth) for instant in sorted(self.instants(statement))
                )
                return _distinct(asked)

    def _joined(self, parts: tuple[Statement, ...], rule: Rule, *, settled: bool) -> Steps:
        """The parts combined in order; once what came before settles every instant, later parts are not asked."""
        joined = self.trace(parts[0])
        for part in parts[1:]:
            if all(truth is settled for _, truth in joined):
                break
            joined = combine([joined, self.trace(part)], rule)
        return joined

    def since(self, statement: Statement) -> int | None:
        """From when, on the known clock, the statement has been what it is at `until`."""
        trace = self.trace(statement)
        return trace[-1][0] if trace else None

    def onset(self, statement: Statement) -> int | None:
        """From when, on the clock of the facts themselves and as believed at `until`, the statement has been true."""
        now = self.at(self.until)
        if now.truth(statement).truth is not True:
            return None
        earliest = self.until
        for moment in sorted(now.change_points(statement) | {self.course.start}, reverse=True):
            if self.course.start <= moment <= self.until:
                if now.truth(statement, moment).truth is not True:
                    break
                earliest = moment
        return earliest


def combine(traces: list[Steps], rule: Rule) -> Steps:
    """The step function that a rule makes of several, point by point."""
    instants = sorted({start for trace in traces for start, _ in trace})
    positions = [0] * len(traces)
    combined = []
    for instant in instants:
        truths = []
        for index, trace in enumerate(traces):
            while positions[index] + 1 < len(trace) and trace[positions[index] + 1][0] <= instant:
                positions[index] += 1
            truths.append(trace[positions[index]][1])
        combined.append((instant, rule(truths)))
    return _distinct(combined)


def _all(truths: list[bool | None]) -> bool | None:
    return False if False in truths else None if None in truths else True


def _any(truths: list[bool | None]) -> bool | None:
    return True if True in truths else None if None in truths else False


def _distinct(steps: Iterable[tuple[int, bool | None]]) -> Steps:
    kept: Steps = []
    for instant, truth in steps:
        if not kept or kept[-1][1] is not truth:
            kept.append((instant, truth))
    return kept
