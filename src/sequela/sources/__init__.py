"""Foreign records in, courses and a receipt out.

Purpose: read FHIR R4 (Bundles, single resources, NDJSON, folders of them) and course folders (.parquet or .csv).
May import: `sequela.course`, `sequela.errors`; orjson, and polars only where course folders are read or written.
Door: `read(paths, zone=..., receipt=...)`, `frames.chunks` for the engine, `apart`, and `Receipt`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, tzinfo
from os import PathLike
from pathlib import Path

from sequela.course.episodes import Course
from sequela.sources.receipt import Receipt

__all__ = ["Receipt", "apart", "read"]


def read(paths: Iterable[str | PathLike[str]], zone: tzinfo = UTC, receipt: Receipt | None = None) -> Iterator[Course]:
    """Yield one course for each index procedure in the files and folders, in an order that does not depend on theirs.

    Parameters
    ----------
    paths
        FHIR files, course folders, or folders that hold either.
    zone
        The time zone of times that carry none.
    receipt
        Filled while the courses are taken; complete once they are exhausted.

    Raises
    ------
    InputError
        When nothing at all could be read, after the last course (there is none).
    """
    from sequela.sources import documents, fhir, tables

    receipt = Receipt() if receipt is None else receipt
    given = [Path(path) for path in paths]
    course_folders, files = apart(given)
    for folder in course_folders:
        yield from tables.read(folder, receipt, zone)
    yield from fhir.uncollected(fhir.read(files, receipt, zone))
    if not receipt.files:
        raise documents.unreadable(receipt, sorted({path.name for path in given}))
    receipt.check()


def apart(paths: Iterable[str | PathLike[str]]) -> tuple[list[Path], list[Path]]:
    """Return the course folders at or below the paths, and the FHIR files that are in none of them; both in order."""
    from sequela.sources import documents, folders

    given = {Path(path) for path in paths}
    course_folders = {folder for path in given if path.is_dir() for folder in folders.folders_in(path)}
    files = {file for path in given for file in documents.files_in(path)}
    return sorted(course_folders), sorted(file for file in files if not course_folders.intersection(file.parents))
