"""Compiles the kernels, once for a machine, so that nobody waits for it later: `python -m sequela.engine.warming`.

What is older than its sources was thrown away when the kernels were imported.
"""

from __future__ import annotations

from pathlib import Path

from sequela.course.episodes import Course, Procedure, ProcedureKind
from sequela.engine import batch, kernels
from sequela.engine.program import Program
from sequela.engine.walking import Walker
from sequela.logic.statements import Happened


def is_warm() -> bool:
    """Whether the kernels are compiled, as far as can be seen without loading them."""
    return any((Path(kernels.__file__).parent / "__pycache__").glob("machine.walk-*.nbi"))


def warm() -> None:
    """Compile the kernels unless they are compiled."""
    procedure = Procedure(id="p", kind=ProcedureKind.OTHER, start=0, known_from=0)
    course = Course(id="p|p", patient="p", procedure=procedure)
    program = Program.of([Happened("discharge")], {})
    Walker(program).walk(batch.of_courses(program, [course], [0]))


if __name__ == "__main__":
    warm()
