"""One course's whole history: what each statement was known to be, is believed to have been, and will be if nothing
new arrives.

The kernels leave, for every node, its change points as believed at the last instant; what was known at each instant
before they gave out as they went. So one walk answers for every statement and every moment.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from fractions import Fraction

from sequela.course.episodes import Course
from sequela.course.interval import Interval
from sequela.engine import batch
from sequela.engine.kernels import numbers as n
from sequela.engine.program import Program
from sequela.engine.walking import Walker
from sequela.logic.nodes import Quantity, Statement

Steps = list[tuple[int, bool | None]]
"""A right-continuous step function: (from, truth), in order, no two neighbours alike."""
TRUTHS = (False, True, None)


class History:
    """What statements and quantities of a program were, are and will be in one course.

    Parameters
    ----------
    course : the episode.
    program : the sentences, compiled.
    until : the instant as of which everything is told, in seconds; versions known later do not exist.
    """

    def __init__(self, course: Course, program: Program, until: int) -> None:
        self.course, self.program, self.until = course, program, until
        self.begin = max(course.start, course.procedure.known_from)
        walker = Walker(program)
        given, _ = walker.walk(batch.of_courses(program, [course], [until]), beyond=True)
        self._where, self._truths, self._values = walker.space.where, walker.space.truths, walker.space.values
        self._given: dict[int, Steps] = {}
        for number, instant, truth in given.tolist():
            self._given.setdefault(number, []).append((instant, TRUTHS[truth]))

    def truth(self, statement: Statement, moment: int | None = None) -> bool | None:
        """Whether a statement holds at a moment (default: `until`; later: if nothing new arrives), as believed now."""
        moment = self.until if moment is None else moment
        rows = self._rows(self._truths, self.program.index[statement])
        return TRUTHS[rows[bisect_right(rows[:, 0], moment) - 1, 1]]

    def value(self, quantity: Quantity, moment: int | None = None) -> Interval | None:
        """What a quantity is at a moment, as believed now."""
        moment = self.until if moment is None else moment
        node = self.program.index[quantity]
        rows = self._rows(self._values, node)
        return _interval(rows[bisect_right(rows[:, 0], moment) - 1], self.program.steps[node])

    def trace(self, statement: Statement) -> Steps:
        """The truth from the beginning of the episode to `until`, each instant as it was known then."""
        return self._given[self.program.number(self.program.index[statement])]

    def believed(self, statement: Statement) -> Steps:
        """The truth on the facts' own clock from the procedure to `until`, all as believed at `until`."""
        return self._steps(statement, self.course.start, self.until + 1)

    def ahead(self, statement: Statement, horizon: int | None = None) -> Steps:
        """The truth from `until` to before the horizon if no new fact arrives: the clock alone moves."""
        return self._steps(statement, self.until, horizon)

    def onset(self, statement: Statement) -> int | None:
        """From when, on the facts' own clock and as believed at `until`, the statement has been true, if it is."""
        start, truth = self.believed(statement)[-1]
        return start if truth is True else None

    def next_change(self, quantities: Iterable[Quantity]) -> int | None:
        """The next instant after `until` at which the clock alone changes any of the quantities."""
        points = []
        for quantity in quantities:
            rows = self._rows(self._values, self.program.index[quantity])
            points += rows[bisect_right(rows[:, 0], self.until) :, 0].tolist()[:1]
        return min(points, default=None)

    def _rows(self, pool: n.Array, node: int) -> n.Array:
        offset, length = self._where[node, :2]
        return pool[offset : offset + length]

    def _steps(self, statement: Statement, start: int, end: int | None) -> Steps:
        rows = self._rows(self._truths, self.program.index[statement])
        first = bisect_right(rows[:, 0], start) - 1
        last = len(rows) if end is None else bisect_right(rows[:, 0], end - 1)
        steps = [(moment, TRUTHS[truth]) for moment, truth in rows[first:last].tolist()]
        return [(start, steps[0][1]), *steps[1:]]


def _interval(row: n.Array, step: Fraction) -> Interval | None:
    """The interval of a row of values."""
    _, ln, ld, hn, hd, flags = row.tolist()
    if flags & n.MISSING:
        return None
    return Interval(
        None if flags & n.NO_LEAST else Fraction(ln, ld) * step,
        None if flags & n.NO_GREATEST else Fraction(hn, hd) * step,
        bool(flags & n.LEAST_OPEN),
        bool(flags & n.GREATEST_OPEN),
    )
