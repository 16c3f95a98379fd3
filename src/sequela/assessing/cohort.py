"""Many courses at once: the spans of all that files and folders hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, tzinfo
from itertools import chain, islice
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
    # They bring Polars with them, which nothing else here needs.
    from sequela.engine.columns import framed
    from sequela.sources import frames

    shelf = shelf or shipped_shelf()
    receipt = Receipt() if receipt is None else receipt
    folders, files = sources.apart(paths)
    tables = chain.from_iterable(frames.chunks(folder, zone, receipt) for folder in folders)
    yield from engine.spans(tables, shelf, until=until, named=True, progress=progress)
    if files or not folders:
        courses = sources.read(files, zone, receipt)
        some = iter(lambda: list(islice(courses, COURSES_AT_ONCE)), [])
        yield from engine.spans(map(framed, some), shelf, until=until, named=True, progress=progress)
