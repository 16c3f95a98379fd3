"""What comes out: JSON as it is found, lines, or accounts to read; and what is said beside it on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from sequela.errors import UserError

if TYPE_CHECKING:
    from sequela.assessing.assessment import Assessment
    from sequela.logic.shelf import Shelf
    from sequela.sources.receipt import Receipt

NARROWEST, WIDEST, USUAL = 50, 100, 80
MANY = 5
"""Files from which a progress bar is worth its line."""
LONG = 1_000_000
"""Bytes of a file from which it is."""
NONE_FOUND = "no index procedure"
NONE_YET = "procedures not yet known as of the instant"


class ReaderLeft(Exception):
    """The reader of our output has had enough (`| head`). Not an OSError: Typer gives those an exit code of its own."""


def warn_of_compiling() -> None:
    """Say why the first use on a machine takes so long, to whom waits at a terminal."""
    from sequela.engine.warming import is_warm

    if sys.stderr.isatty() and not is_warm():
        note("Compiling the engine for this machine, once: about half a minute.")


def print_json(assessments: Iterator[Assessment], shelf: Shelf, counts: Receipt) -> None:
    """Print one object, each episode as soon as it is assessed, the receipt last."""
    begin = dumps(_head(shelf)).removesuffix(b"}") + b',"episodes":['
    for assessment in assessments:
        write(begin + b"\n" + dumps(assessment.as_json()))
        begin = b","
    write((b"" if begin == b"," else begin) + b'\n],"receipt":' + dumps(counts.as_json()) + b"}\n")


def print_lines(assessments: Iterator[Assessment], shelf: Shelf) -> None:
    """Print one object a line for each episode: the episode, with schema and criteria before it."""
    head = _head(shelf)
    for assessment in assessments:
        write(dumps({**head, **assessment.as_json()}) + b"\n")


def print_accounts(assessments: Iterator[Assessment], counts: Receipt, lang: str, *, chart: bool) -> None:
    """Print an account of each episode, and what became of the facts."""
    from sequela.account import render, render_receipt

    columns, coloured = width(), colour()
    plain = not (sys.stdout.encoding or "").lower().startswith("utf")
    told = 0
    for assessment in assessments:
        if told:
            out("=" * columns + "\n")
        told += 1
        out(render(assessment, width=columns, colour=coloured, lang=lang, chart=chart, ascii_only=plain) + "\n")
    if not told:
        why = "No index procedure was known yet at that time" if NONE_YET in counts.notes else NONE_FOUND.capitalize()
        out(f"{why}: there is no course to assess.")
    out(render_receipt(counts.as_json(), width=columns))


def _head(shelf: Shelf) -> dict[str, Any]:
    from sequela import __version__
    from sequela.assessing.assessment import SCHEMA

    return {"schema": SCHEMA, "sequela": __version__, "criteria": {"version": shelf.version, "hash": shelf.hash}}


def dumps(value: object) -> bytes:
    """Return a value as JSON, its keys in the order in which they were set."""
    import orjson

    return orjson.dumps(value)


def write(data: bytes) -> None:
    """Write bytes to stdout, at once: an episode is out before the next is read."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise ReaderLeft from None


def out(text: str | bytes) -> None:
    """Write text to stdout, whatever signs its encoding has, with a line's end."""
    data = text if isinstance(text, bytes) else text.encode(sys.stdout.encoding or "utf-8", "replace")
    write(data if data.endswith(b"\n") else data + b"\n")


def note(text: str) -> None:
    """Say something beside the output, on stderr."""
    encoding = sys.stderr.encoding or "utf-8"
    sys.stderr.write(text.encode(encoding, "replace").decode(encoding) + "\n")


@contextmanager
def opened(receipt: Path | None) -> Iterator[BinaryIO | None]:
    """Give the file that the receipt will be written to, opened before the work begins; None where none is wanted."""
    if receipt is None:
        yield None
        return
    try:
        file = receipt.open("wb")
    except OSError as error:
        hint = error.strerror or "Check the path"
        raise UserError("the receipt cannot be written there", where=receipt.name, hint=hint) from None
    with file:
        yield file


@contextmanager
def progress(paths: list[Path], counts: Receipt) -> Iterator[Callable[[], None]]:
    """Show a bar on stderr while many files or episodes are read, if somebody looks there and not at the output itself.

    What it gives is called after each assessment. Course folders say how many episodes they hold; of FHIR files only
    their number is known.
    """
    from sequela.sources.documents import files_in
    from sequela.sources.folders import folders_in

    watched = sys.stderr.isatty() and not sys.stdout.isatty()
    files = sum(len(files_in(path)) for path in paths) if watched else 0
    if not watched or (files < MANY and not any(folders_in(path) for path in paths)):
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)
        told = 0

        def advance() -> None:
            nonlocal told
            told += 1
            if told <= counts.expected:
                bar.update(task, description="episodes", total=counts.expected, completed=told)
            else:
                read = counts.files + len(counts.rejected_files)
                bar.update(task, description="files", total=max(files, read), completed=read)

        yield advance


@contextmanager
def episodes_bar(total: Callable[[], int]) -> Iterator[Callable[[int], None]]:
    """Show on stderr how many episodes are done, if somebody looks at it; `total` may still be 0, for not known yet."""
    if not sys.stderr.isatty():
        yield lambda episodes: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("episodes", total=total() or None)
        yield lambda episodes: bar.update(task, advance=episodes, total=total() or None)


@contextmanager
def works_bar() -> Iterator[Callable[[int, int], None]]:
    """Show on stderr how many works are done, and of how many, if somebody looks at it."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("works", total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


@contextmanager
def doing() -> Iterator[Callable[[str], None]]:
    """Show on stderr what is done and for how long, if somebody looks at it; nobody knows how long a database takes."""
    if not sys.stderr.isatty():
        yield lambda what: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("opening", total=None)
        yield lambda what: bar.update(task, description=what.replace("_", " "))


@contextmanager
def bytes_bar(total: int | None) -> Iterator[Callable[[int], None]]:
    """Show on stderr how much of a long file is read, if somebody looks there and not at the output itself."""
    if not sys.stderr.isatty() or sys.stdout.isatty() or (total is not None and total < LONG):
        yield lambda size: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reports", total=total)
        yield lambda size: bar.update(task, advance=size)


def width() -> int:
    """Return the columns to write in: the terminal's, within reason; the usual ones where there is no terminal."""
    import shutil

    if not sys.stdout.isatty():
        return USUAL
    return min(max(shutil.get_terminal_size((USUAL, 24)).columns, NARROWEST), WIDEST)


def colour() -> bool:
    """Return whether somebody looks at a terminal that shows colours, and wants them."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
