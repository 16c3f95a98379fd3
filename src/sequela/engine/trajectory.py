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
        self._known, self._believed = _Traces(self._ask_as_known), _Traces(self._ask_as_believed)

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
        """The statement's truth from the beginning of the episode to `until`, each instant as it was known then."""
        return self._known.trace(statement)

    def believed(self, statement: Statement) -> Steps:
        """The statement's truth on the facts' own clock from the procedure to `until`, all as believed at `until`."""
        return self._believed.trace(statement)

    def onset(self, statement: Statement) -> int | None:
        """From when, on the facts' own clock and as believed at `until`, the statement has been true, if it is."""
        start, truth = self.believed(statement)[-1]
        return start if truth is True else None

    def ahead(self, horizon: int | None) -> Callable[[Statement], Steps]:
        """What gives a statement's truth from `until` to the horizon if no new fact arrives: the clock alone moves."""

        def ask(statement: Statement) -> Steps:
            points = [point for point in self.expiries(statement) if horizon is None or point < horizon]
            return _distinct((at, self.at(at).truth(statement).truth) for at in (self.until, *sorted(points)))

        return _Traces(ask).trace

    def expiries(self, node: Node) -> set[int]:
        """Every instant after `until` at which the clock alone can change what a node says of the facts known."""
        now = self.at(self.until)
        points: set[int] = set()
        for dependency in dependencies(node):
            offsets = dependency.offsets(self.seconds)
            if dependency.key == PROCEDURE:
                points |= {self.course.start + offset for offset in offsets}
            points |= {fact.at + offset for fact in now.facts(dependency.key, self.until) for offset in offsets}
        return {point for point in points if point > self.until}

    def _ask_as_known(self, statement: Statement) -> Steps:
        return _distinct((at, self.at(at).truth(statement).truth) for at in sorted(self.instants(statement)))

    def _ask_as_believed(self, statement: Statement) -> Steps:
        now, start = self.at(self.until), self.course.start
        moments = {start} | {point for point in now.change_points(statement) if start < point <= self.until}
        return _distinct((moment, now.truth(statement, moment).truth) for moment in sorted(moments))


class _Traces:
    """Histories of statements: connectives point by point, every other statement asked at its own change points."""

    def __init__(self, ask: Callable[[Statement], Steps]) -> None:
        self._ask = ask
        self._traces: dict[Statement, Steps] = {}

    def trace(self, statement: Statement) -> Steps:
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
                return self._ask(statement)

    def _joined(self, parts: tuple[Statement, ...], rule: Rule, *, settled: bool) -> Steps:
        """The parts combined in order; once what came before settles every instant, later parts are not asked."""
        joined = self.trace(parts[0])
        for part in parts[1:]:
            if all(truth is settled for _, truth in joined):
                break
            joined = combine([joined, self.trace(part)], rule)
        return joined


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
