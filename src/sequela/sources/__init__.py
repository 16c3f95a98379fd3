"""Foreign records in, courses and a receipt out.

Purpose: read FHIR R4 (Bundles, single resources, NDJSON, folders of them) and course folders (.parquet or .csv).
May import: `sequela.course`, `sequela.errors`; orjson, and polars only where course folders are read or written.
Door: `read(paths, zone=..., receipt=...)`, and `Receipt`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, tzinfo
from os import PathLike
from pathlib import Path

from sequela.course.episodes import Course
from sequela.sources.receipt import Receipt

__all__ = ["Receipt", "read"]


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
    from sequela.sources import documents, fhir, folders, tables

    receipt = Receipt() if receipt is None else receipt
    given = sorted({Path(path) for path in paths})
    course_folders = sorted({folder for path in given if path.is_dir() for folder in folders.folders_in(path)})
    files = sorted(
        {
            file
            for path in given
            for file in documents.files_in(path)
            if not any(folder in file.parents for folder in course_folders)
        }
    )
    for folder in course_folders:
        yield from tables.read(folder, receipt, zone)
    yield from fhir.uncollected(fhir.read(files, receipt, zone))
    if not receipt.files:
        raise documents.unreadable(receipt, [path.name for path in given])
    receipt.check()
