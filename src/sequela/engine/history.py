"""One course's whole history: what each statement was known to be, is believed to have been, and will be if nothing
new arrives.

The kernels leave, for every node, its change points as believed at the last instant; what was known at each instant
before, they gave out as they went. So one walk answers for every statement and every moment.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from fractions import Fraction
from functools import cached_property

import numpy as np

from sequela.course.episodes import Course
from sequela.course.interval import Interval
from sequela.engine import batch
from sequela.engine.kernels import numbers as n
from sequela.engine.kernels.lists import LAST
from sequela.engine.program import Program
from sequela.engine.walking import walker_of
from sequela.logic.nodes import Node, Quantity, Statement
from sequela.logic.statements import Known

Steps = list[tuple[int, bool | None]]
"""A right-continuous step function: (from, truth), in order, no two neighbours alike."""
_TRUTHS = (False, True, None)


class History:
    """What the statements and quantities of a program were, are and will be in one course.

    Parameters
    ----------
    course : the episode.
    program : the sentences, compiled.
    until : the instant as of which everything is told, in seconds; versions known later do not exist.
    """

    def __init__(self, course: Course, program: Program, until: int) -> None:
        self.course, self.program, self.until = course, program.tracing, until
        self.begin = max(course.start, course.procedure.known_from)
        walker = walker_of(self.program)
        said = walker.walk(batch.of_courses(self.program, [course], [until]), beyond=True)
        self._where, self._truths, self._values = walker.lists()
        self._points: dict[int, Steps] = {}
        self._known: dict[Statement, Steps] = {}
        self._given: dict[int, Steps] = defaultdict(list)
        for number, instant, truth, _ in said.given.tolist():
            self._given[number].append((instant, _TRUTHS[truth]))

    def truth(self, statement: Statement, moment: int | None = None) -> bool | None:
        """Whether a statement holds at a moment (default: `until`; later: if nothing new arrives), as believed now."""
        points = self.points(statement)
        return points[bisect_right(points, self.until if moment is None else moment, key=_moment) - 1][1]

    def value(self, quantity: Quantity, moment: int | None = None) -> Interval | None:
        """What a quantity is at a moment, as believed now."""
        node = self.program.index[quantity]
        rows = self._rows(self._values, node)
        row = rows[bisect_right(rows[:, 0], self.until if moment is None else moment) - 1]
        return _interval(row, self.program.steps[node])

    def trace(self, statement: Statement) -> Steps:
        """The truth from the beginning of the episode to `until`, each instant as it was known then."""
        return self._given[self.program.number(self.program.index[statement])]

    def points(self, statement: Statement) -> Steps:
        """The truth on the facts' own clock, from before the first fact on, as believed at `until`; then if nothing new
        arrives.
        """
        node = self.program.index.get(statement)
        if node is None and isinstance(statement, Known) and isinstance(statement.of, Statement):
            # The first half of "definitely" is no node of its own.
            if statement not in self._known:
                told: Steps = [(moment, truth is not None) for moment, truth in self.points(statement.of)]
                self._known[statement] = _changes(told)
            return self._known[statement]
        if node is None:
            raise KeyError(statement)
        if node not in self._points:
            self._points[node] = [(moment, _TRUTHS[truth]) for moment, truth in self._rows(self._truths, node).tolist()]
        return self._points[node]

    def believed(self, statement: Statement) -> Steps:
        """The truth on the facts' own clock from the procedure to `until`, all as believed at `until`."""
        return _cut(self.points(statement), self.course.start, self.until + 1)

    def ahead(self, statement: Statement) -> Steps:
        """The truth from `until` on if no new fact arrives: the clock alone moves."""
        return _cut(self.points(statement), self.until, None)

    def onset(self, statement: Statement) -> int | None:
        """From when, on the facts' own clock and as believed at `until`, the statement has been true, if it is."""
        start, truth = self.believed(statement)[-1]
        return start if truth is True else None

    def expiries(self, node: Node) -> list[int]:
        """The instants after `until` at which the clock alone changes the node or anything it is made of."""
        later = self._later
        return sorted({moment for inner in self.program.inside[node] & later.keys() for moment in later[inner]})

    @cached_property
    def _later(self) -> dict[int, list[int]]:
        """The nodes that change after `until`, and when."""
        found: dict[int, list[int]] = {}
        for node in np.flatnonzero(self._where[:, LAST] > self.until).tolist():
            moments = self._rows(self._values if self.program.is_value(node) else self._truths, node)[:, 0]
            found[node] = moments[moments > self.until].tolist()
        return found

    def _rows(self, pool: n.Array, node: int) -> n.Array:
        offset, length = self._where[node, :2]
        return pool[offset : offset + length]


def _changes(points: Steps) -> Steps:
    """The points at which another truth begins."""
    return [point for place, point in enumerate(points) if place == 0 or points[place - 1][1] is not point[1]]


def _moment(step: tuple[int, bool | None]) -> int:
    return step[0]


def _cut(points: Steps, start: int, end: int | None) -> Steps:
    """The steps from one moment to before another."""
    first = bisect_right(points, start, key=_moment) - 1
    last = len(points) if end is None else bisect_right(points, end - 1, key=_moment)
    return [(start, points[first][1]), *points[first + 1 : last]]


def _interval(row: n.Array, step: Fraction) -> Interval | None:
    """The interval of a row of values."""
    _, ln, ld, hn, hd, flags = row.tolist()
    if flags & n.MISSING:
        return None
    low = None if flags & n.NO_LEAST else Fraction(ln, ld) * step
    high = None if flags & n.NO_GREATEST else Fraction(hn, hd) * step
    return Interval(low, low if low == high else high, bool(flags & n.LEAST_OPEN), bool(flags & n.GREATEST_OPEN))
