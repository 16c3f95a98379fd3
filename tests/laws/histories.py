"""What the laws ask of the engines: the program and the history of one sentence, and when it could change."""

from __future__ import annotations

from hypothesis import reject

from sequela.course.episodes import Course
from sequela.engine.depend import PROCEDURE, dependencies
from sequela.engine.history import History
from sequela.engine.program import Program
from sequela.engine.reference import Evaluator
from sequela.errors import SentenceError
from sequela.logic.nodes import Node
from tests.laws import sentences


def program(node: Node) -> Program:
    """The program of one sentence with the numbers it brings; an example too large for exact integers is no example."""
    try:
        return Program.of([node], sentences.parameters(node))
    except SentenceError:
        reject()


def history(course: Course, node: Node, until: int) -> History:
    """The history of a course, for one sentence."""
    return History(course, program(node), until)


def change_points(course: Course, node: Node, until: int) -> list[int]:
    """Every instant from the beginning to `until` at which a node could change, as its facts arrive, act and expire."""
    begin = max(course.start, course.procedure.known_from)
    now, points = Evaluator(course, sentences.parameters(node), until), {begin}
    for dependency in dependencies(node):
        offsets = dependency.offsets(now.seconds)
        if dependency.key == PROCEDURE:
            points |= {course.start + offset for offset in offsets}
            continue
        for fact in course.about(dependency.key):
            points |= {fact.known_from, *(fact.at + offset for offset in offsets)}
            points |= set() if fact.known_until is None else {fact.known_until}
    return sorted(point for point in points if begin <= point <= until)
