"""Why a statement is what it is: the reference's own rules, told by a history where to look.

The reference asks every part and every moment; a history knows which parts decide and when a statement last was or
turned so, and only those are asked. What is answered, its facts and its reasons are the reference's.
"""

from __future__ import annotations

from bisect import bisect_right

from sequela.course.episodes import Course
from sequela.engine.depend import PROCEDURE, dependencies
from sequela.engine.history import History
from sequela.engine.program import Program
from sequela.engine.reference import Evaluator
from sequela.engine.values import Verdict, joined
from sequela.logic.nodes import Node, Statement
from sequela.logic.statements import And, AtLeast, Or


class Explainer(Evaluator):
    """The reference evaluator of a course at one instant, with its history.

    Parameters
    ----------
    history : of the course up to the instant, or to an earlier one after which nothing new arrived.
    instant : default: the history's last.
    """

    def __init__(self, history: History, instant: int | None = None) -> None:
        self.history = history
        instant = history.until if instant is None else instant
        super().__init__(history.course, history.program.parameters, instant)

    def truth(self, node: Statement, moment: int | None = None) -> Verdict:
        """Whether a statement holds at the moment; of a connective only the parts that decide are asked."""
        moment = self.instant if moment is None else moment
        if not isinstance(node, And | Or | AtLeast) or node not in self.history.program.index:
            return super().truth(node, moment)
        key = (node, moment)
        if key not in self._verdicts:
            # The parts that decide are those that are what the whole is.
            truth = self.history.truth(node, moment)
            parts = [part for part in node.parts if self.history.truth(part, moment) is truth]
            self._verdicts[key] = joined(truth, [self.truth(part, moment) for part in parts])
        return self._verdicts[key]

    def last(self, node: Statement, after: int, until: int, order: tuple[bool | None, ...]) -> Verdict:
        """As the reference: the last moment in [after, until] with the first of these truths that it ever had."""
        points = self.history.points(node)
        first = bisect_right(points, min(after, until), key=lambda point: point[0]) - 1
        last = bisect_right(points, until, key=lambda point: point[0])
        for truth in order:
            for place in range(last - 1, first - 1, -1):
                if points[place][1] is truth:
                    end = points[place + 1][0] - 1 if place + 1 < last else until
                    return self.truth(node, end)
        return super().last(node, after, until, order)

    def turned(self, node: Statement, after: int, until: int) -> Verdict | None:
        """As the reference: the last moment in (after, until] at which a statement turned true."""
        points = self.history.points(node)
        for place in range(bisect_right(points, until, key=lambda point: point[0]) - 1, 0, -1):
            if points[place][0] <= after:
                return None
            if points[place][1] is True and points[place - 1][1] is not True:
                return self.truth(node, points[place][0])
        return None

    def expiries(self, node: Node) -> list[int]:
        """The instants after this one at which the facts that tell of a node may be others, though it says the same."""
        points: set[int] = set()
        for dependency in dependencies(node):
            offsets = dependency.offsets(self.seconds)
            acts = [self.course.start]
            if dependency.key != PROCEDURE:
                acts = [fact.at for fact in self.facts(dependency.key, self.instant)]
            points |= {at + offset for offset in offsets for at in acts}
        return sorted(point for point in points if point > self.instant)


def explain(course: Course, program: Program, instant: int) -> Explainer:
    """Return what tells, of a course as it was known at an instant, which sentences hold and why."""
    return Explainer(History(course.as_of(instant), program, instant))
