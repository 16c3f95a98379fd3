"""Many courses at once: the spans of all that files and folders hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, tzinfo
from itertools import islice
from os import PathLike

from sequela import sources
from sequela.criteria import shelf as shipped_shelf
from sequela.engine import spans as engine
from sequela.logic.shelf import Shelf
from sequela.sources.receipt import Receipt

COURSES_AT_ONCE = 250
"""Courses out of FHIR files that are walked together."""


def spans(
    paths: Iterable[str | PathLike[str]],
    shelf: Shelf | None = None,
    *,
    zone: tzinfo = UTC,
    receipt: Receipt | None = None,
    until: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Iterator[engine.Spans]:
    """Yield frames that say of each episode from when to when each definition, condition, state and step was what.

    The facts that carried it are named as in an assessment: `observations/o17`, `Observation/a`.

    Parameters
    ----------
    paths : FHIR files, course folders, or folders that hold either.
    shelf : the definitions and numbers (default: as shipped).
    zone : the zone of times that carry none.
    receipt : filled while the frames are taken.
    until : the last instant asked about, in seconds; default: the last at which anything of the episode was known.
    progress : called with the number of episodes done.

    Raises
    ------
    InputError
        When nothing at all could be read.
    """
    shelf = shelf or shipped_shelf()
    receipt = Receipt() if receipt is None else receipt
    yield from engine.spans(frames(paths, zone, receipt), shelf, until=until, named=True, progress=progress)


def frames(paths: Iterable[str | PathLike[str]], zone: tzinfo, receipt: Receipt) -> Iterator[engine.Frames]:
    """Yield the episodes of files and folders and their settled facts, some hundred episodes at a time."""
    # They bring Polars with them, which nothing else here needs.
    from sequela.engine.columns import framed
    from sequela.sources import frames as tables

    folders, files = sources.apart(paths)
    for folder in folders:
        yield from tables.chunks(folder, zone, receipt)
    if files or not folders:
        courses = sources.read(files, zone, receipt)
        yield from map(framed, iter(lambda: list(islice(courses, COURSES_AT_ONCE)), []))
