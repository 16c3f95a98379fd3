"""The lint that needs an engine: nothing may be true of an empty course."""

from __future__ import annotations

from collections.abc import Iterator

from sequela.course.episodes import DAY, Course, Procedure, ProcedureKind
from sequela.engine.history import History
from sequela.engine.program import compiled
from sequela.logic.nodes import Statement
from sequela.logic.shelf import Shelf

DAYS = 400
"""For how long the empty course is watched."""


def true_of_nothing(shelf: Shelf) -> list[str]:
    """Return the claims that would hold of a course nobody recorded anything of: none may.

    The minimum set and the state `unknown` are left out: that something is missing is true of an empty course.
    """
    problems = []
    for kind in ProcedureKind:
        procedure = Procedure(id="p", kind=kind, start=0, known_from=0)
        course = Course(id="p|p", patient="p", procedure=procedure)
        history = History(course, compiled(shelf), DAYS * DAY)
        for key, claim in _claims(shelf):
            begins = [start for start, truth in history.trace(claim) if truth is True]
            problems += [f"{key} ({kind}, day {start / DAY:g})" for start in begins]
    return problems


def _claims(shelf: Shelf) -> Iterator[tuple[str, Statement]]:
    yield from ((d.key, d.sentence) for d in shelf.definitions if d.role != "minimum")
    for condition in shelf.conditions:
        statuses = {
            "suspected": condition.suspected,
            "confirmed": condition.confirmed,
            "excluded": condition.excluded,
        }
        yield from ((f"{condition.key} {name}", s) for name, s in statuses.items() if s is not None)
    yield from ((f"state {state.key}", state.when) for state in shelf.states if state.key != "unknown")
