"""Compiles the kernels, once for a machine, so that nobody waits for it later: `python -m sequela.engine.warming`.

Numba keeps what it compiled beside the sources, and does not see when a kernel that another one calls was changed; so
what is older than any of the sources is thrown away first.
"""

from __future__ import annotations

from pathlib import Path

from sequela.course.episodes import Course, Procedure, ProcedureKind
from sequela.engine import batch, kernels
from sequela.engine.program import Program
from sequela.engine.walking import Walker
from sequela.logic.statements import Happened

COMPILED = "*.nb[ci]"


def is_warm() -> bool:
    """Whether the kernels are compiled, as far as can be seen without loading them."""
    return any(_folder().glob("machine.walk-*.nbi"))


def warm() -> None:
    """Compile the kernels unless they are compiled and fresh."""
    compiled = list(_folder().glob(COMPILED))
    changed = max(source.stat().st_mtime for source in _folder().parent.glob("*.py"))
    if any(kept.stat().st_mtime < changed for kept in compiled):
        for kept in compiled:
            kept.unlink(missing_ok=True)
    procedure = Procedure(id="p", kind=ProcedureKind.OTHER, start=0, known_from=0)
    course = Course(id="p|p", patient="p", procedure=procedure)
    program = Program.of([Happened("discharge")], {})
    Walker(program).walk(batch.of_courses(program, [course], [0]))


def _folder() -> Path:
    return Path(kernels.__file__).parent / "__pycache__"


if __name__ == "__main__":
    warm()
