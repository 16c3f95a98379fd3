"""How a command ends: the one place where an error becomes a line and an exit code."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

from typer.exceptions import Abort, TyperException

from sequela.cli.commands import app
from sequela.cli.printing import ReaderLeft, note
from sequela.errors import UserError

DONE, BUG, MENDABLE, INTERRUPTED = 0, 1, 2, 130
DEBUG = "--debug"
COLLECT_AFTER = 100_000
"""New objects before Python looks for cycles; its own default is 700."""


def main() -> None:
    """Run the command line and leave with its exit code."""
    # A short run of many small values: looking for cycles as often as by default takes a tenth of it.
    gc.set_threshold(COLLECT_AFTER, 20, 20)
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Return the exit code of one command; every error has become one line on stderr."""
    told = [argument for argument in arguments if argument != DEBUG] or ["--help"]
    try:
        code = app(told, prog_name="sequela", standalone_mode=False)
        return code if isinstance(code, int) else DONE
    except UserError as error:
        return _fail(f"sequela: {error}", MENDABLE)
    except TyperException as error:
        return _fail(f"sequela: {error.format_message()} See `sequela --help`", MENDABLE)
    except (KeyboardInterrupt, Abort):
        return INTERRUPTED
    except ReaderLeft:
        # Nothing may be written at the interpreter's end either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        if DEBUG in arguments:
            raise
        where = _place(error)
        return _fail(f"sequela has a bug: {type(error).__name__} at {where}. {DEBUG} shows the traceback", BUG)


def _place(error: Exception) -> str:
    """The innermost line of ours that the error went through; its text could hold patient data and is not told."""
    place, trace = "?", error.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if "sequela" in path.parts:
            place = f"{'/'.join(path.parts[-2:])}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _fail(text: str, code: int) -> int:
    note(" ".join(text.split()))
    return code
