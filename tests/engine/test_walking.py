"""An episode begins with what the nodes say where nothing is known; that changes nothing but the time it takes."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from sequela.course.episodes import Course, ProcedureKind
from sequela.criteria import shelf
from sequela.engine.batch import nothing_known, of_courses
from sequela.engine.building import PROCEDURES
from sequela.engine.program import compiled
from sequela.engine.walking import Walker
from tests.laws.courses import raw

KINDS = list(ProcedureKind)


def course(seed: int) -> Course:
    """A generated course; the kinds of procedure, ages and sexes take turns, some procedures are known late."""
    made = raw(Random(seed), most=60).course()
    kind = KINDS[seed % len(KINDS)]
    late = made.procedure.start + 3600 * (seed % 4)
    about = replace(made.procedure, kind=kind, known_from=late)
    return replace(made, procedure=about, sex=(None, "male", "female")[seed % 3])


def said(walker: Walker, courses: list[Course]) -> tuple[list[int], list[list[int]]]:
    """How much was given out of each course, and what: output, instant and truth, in order."""
    batch = of_courses(walker.program, courses, [course.last_known for course in courses])
    made = walker.walk(batch, beyond=True, carried=True)
    return np.diff(made.ends).tolist(), sorted(made.given[:, :3].tolist())


@pytest.mark.parametrize("seed", range(0, 60, 20))
def test_what_was_said_does_not_depend_on_who_was_walked_before(seed: int) -> None:
    program, many = compiled(shelf()), [course(seed + number) for number in range(20)]
    alone = [said(Walker(program), [one]) for one in many]
    # A new walker for each: its nodes are all worked out, for its lists have no room yet.
    counts, given = said(Walker(program), many)
    assert counts == [count for one, _ in alone for count in one]
    assert given == sorted(row for _, rows in alone for row in rows)


def test_most_nodes_are_still_where_nothing_is_known_and_none_that_is_personal() -> None:
    program = compiled(shelf())
    walker = Walker(program)
    for page in range(len(PROCEDURES)):
        walker.walk(nothing_known(page))
        still = np.flatnonzero(walker.space.still[page, :, 0])
        assert len(still) > len(program.code.nodes[0]) / 2
        assert program.personal.isdisjoint(still.tolist())
        assert all(program.number(node) < 0 for node in still.tolist())
    assert program.personal
