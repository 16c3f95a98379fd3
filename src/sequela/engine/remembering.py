"""The reference with a memory: the same rules, asked of thousands of instants of one course.

What a sentence says of a moment depends only on the believed facts up to that moment. Two instants that believe the
same of them share the answer; so what is worth keeping (named statements, scores, the history of a statement) is kept
under the facts it came from. A late or corrected fact has another print and is worked out anew.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sequela.course.episodes import Course
from sequela.course.facts import Fact
from sequela.engine.depend import PROCEDURE, dependencies
from sequela.engine.reference import Evaluator
from sequela.engine.values import Reading, Value, Verdict
from sequela.logic import quantities as q
from sequela.logic.nodes import Node, Parameter, Quantity, Statement
from sequela.logic.shelf import ParameterValue
from sequela.logic.statements import Named

_Print = tuple[int, ...]


class History(NamedTuple):
    """Up to a moment: the last moment with each truth and the end of its run, and when the statement last turned true.

    `moments` and `ends` are indexed by the order of `TRUTHS`; a run that still goes on ends at None.
    """

    moments: tuple[int | None, int | None, int | None]
    ends: tuple[int | None, int | None, int | None]
    turned: int | None
    truth: bool | None


TRUTHS: tuple[bool | None, ...] = (True, None, False)


@dataclass
class Believed:
    """What is believed of one kind, finding or event from one arrival or withdrawal to the next."""

    facts: list[Fact]
    times: list[int]
    names: list[int]
    readings: tuple[list[int], list[Reading]] | None = None


@dataclass
class Memory:
    """What the evaluators of one course share."""

    changes: dict[str, list[int]] = field(default_factory=dict)
    believed: dict[tuple[str, int], Believed] = field(default_factory=dict)
    prints: dict[tuple[int, int], int] = field(default_factory=dict)
    values: dict[tuple[Quantity, int, _Print], Value] = field(default_factory=dict)
    verdicts: dict[tuple[Statement, int, _Print], Verdict] = field(default_factory=dict)
    histories: dict[tuple[Statement, int, _Print], History] = field(default_factory=dict)
    offsets: dict[Statement, list[tuple[str, list[int]]]] = field(default_factory=dict)
    seconds: dict[Parameter, int] = field(default_factory=dict)


class Remembering(Evaluator):
    """The reference evaluator of one instant that remembers, in a shared `Memory`, what others worked out."""

    def __init__(self, course: Course, parameters: Mapping[str, ParameterValue], instant: int, memory: Memory) -> None:
        super().__init__(course, parameters, instant)
        self._memory = memory
        self._now: dict[str, Believed] = {}
        self._read: dict[Node, list[Believed]] = {}

    def facts(self, key: str, moment: int) -> list[Fact]:
        """The believed facts about a kind, finding or event with `at` <= moment."""
        believed = self._believe(key)
        if moment >= self.instant:
            return believed.facts
        return believed.facts[: bisect_right(believed.times, moment)]

    def _measured(self, kind: str) -> tuple[list[int], list[Reading]]:
        believed = self._believe(kind)
        if believed.readings is None:
            believed.readings = super()._measured(kind)
        return believed.readings

    def _believe(self, key: str) -> Believed:
        """What is believed at the instant, shared with every instant between the same two arrivals or withdrawals."""
        believed = self._now.get(key)
        if believed is None:
            memory, about = self._memory, self.course.about(key)
            if key not in memory.changes:
                ends = {fact.known_until for fact in about if fact.known_until is not None}
                memory.changes[key] = sorted({fact.known_from for fact in about} | ends)
            epoch = (key, bisect_right(memory.changes[key], self.instant))
            if epoch not in memory.believed:
                memory.believed[epoch] = self._printed([fact for fact in about if fact.visible(self.instant)])
            believed = self._now[key] = memory.believed[epoch]
        return believed

    def _printed(self, facts: list[Fact]) -> Believed:
        """Facts with their times, and a name for each beginning of the list."""
        names, prints = [0], self._memory.prints
        for fact in facts:
            # Facts live as long as the course, so their identity names them.
            names.append(prints.setdefault((names[-1], id(fact)), len(prints) + 1))
        return Believed(facts, [fact.at for fact in facts], names)

    def seconds(self, parameter: Parameter) -> int:
        """A duration parameter in whole seconds."""
        seconds = self._memory.seconds.get(parameter)
        if seconds is None:
            seconds = self._memory.seconds[parameter] = super().seconds(parameter)
        return seconds

    def value(self, node: Quantity, moment: int | None = None) -> Value:
        """What a quantity is at the moment; a score is remembered."""
        moment = self.instant if moment is None else moment
        if isinstance(node, q.Score):
            key = (node, moment, self._print(node, moment))
            if key not in self._memory.values:
                self._memory.values[key] = super().value(node, moment)
            return self._memory.values[key]
        return super().value(node, moment)

    def truth(self, node: Statement, moment: int | None = None) -> Verdict:
        """Whether a statement holds at the moment; a named one is remembered."""
        moment = self.instant if moment is None else moment
        if isinstance(node, Named):
            key = (node, moment, self._print(node, moment))
            if key not in self._memory.verdicts:
                self._memory.verdicts[key] = super().truth(node, moment)
            return self._memory.verdicts[key]
        return super().truth(node, moment)

    def last(self, node: Statement, after: int, until: int, order: tuple[bool | None, ...]) -> Verdict:
        """As the reference: the last moment in [after, until] with the first of these truths that it ever had."""
        history = self._history(node, until)
        for truth in order:
            index = TRUTHS.index(truth)
            moment, end = history.moments[index], history.ends[index]
            if moment is not None and (end is None or end > after):
                return self.truth(node, max(moment, after))
        return super().last(node, after, until, order)

    def turned(self, node: Statement, after: int, until: int) -> Verdict | None:
        """As the reference: the last moment in (after, until] at which a statement turned true."""
        turned = self._history(node, until).turned
        return self.truth(node, turned) if turned is not None and turned > after else None

    def _history(self, node: Statement, until: int) -> History:
        """The history up to the last change point not after `until`: from the nearest one that is remembered."""
        histories, start = self._memory.histories, self.course.start
        moment = self._previous(node, until)
        ahead: list[tuple[int, tuple[Statement, int, _Print]]] = []
        while True:
            key = (node, moment, self._print(node, moment))
            known = histories.get(key)
            if known is not None:
                break
            ahead.append((moment, key))
            if moment == start:
                break
            moment = self._previous(node, moment - 1)
        for moment, key in reversed(ahead):
            known = histories[key] = _extended(known, moment, self.truth(node, moment).truth)
        assert known is not None
        return known

    def _previous(self, node: Statement, moment: int) -> int:
        """The last change point of a statement at or before the moment, the procedure's start at the earliest."""
        offsets = self._memory.offsets.get(node)
        if offsets is None:
            offsets = [(d.key, sorted(d.offsets(self.seconds))) for d in dependencies(node)]
            self._memory.offsets[node] = offsets
        latest = start = self.course.start
        for key, delays in offsets:
            times = [start] if key == PROCEDURE else self._believe(key).times
            for delay in delays:
                index = bisect_right(times, moment - delay)
                if index and times[index - 1] + delay > latest:
                    latest = times[index - 1] + delay
        return latest

    def _print(self, node: Node, moment: int) -> _Print:
        """A name for the believed facts up to the moment among those that the node reads."""
        read = self._read.get(node)
        if read is None:
            keys = [dependency.key for dependency in dependencies(node) if dependency.key != PROCEDURE]
            read = self._read[node] = [self._believe(key) for key in keys]
        if moment >= self.instant:
            return tuple([believed.names[-1] for believed in read])
        return tuple([believed.names[bisect_right(believed.times, moment)] for believed in read])


def _extended(history: History | None, moment: int, truth: bool | None) -> History:
    """The history one change point further."""
    index = TRUTHS.index(truth)
    if history is None:
        moments: list[int | None] = [None, None, None]
        moments[index] = moment
        return History((moments[0], moments[1], moments[2]), (None, None, None), None, truth)
    moments, ends = list(history.moments), list(history.ends)
    moments[index] = moment
    if truth is not history.truth:
        ends[TRUTHS.index(history.truth)] = moment
        ends[index] = None
    turned = moment if truth is True and history.truth is not True else history.turned
    return History((moments[0], moments[1], moments[2]), (ends[0], ends[1], ends[2]), turned, truth)
