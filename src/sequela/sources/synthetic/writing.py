"""Synthetic episodes onto the disk: a folder that is complete or not there, and that says what it is.

Everything is written into a hidden folder inside the one that was named and moved out of it at the end, so that a
killed run leaves no folder that a reader would take for a whole one.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sequela.errors import UserError
from sequela.sources.synthetic.layout import COLUMNS, WHOLE_NUMBERS

if TYPE_CHECKING:
    import polars

    from sequela.sources.synthetic.chunks import Chunk
    from sequela.sources.synthetic.writing_omop import Conversion

UNFINISHED = ".unfinished"
"""The folder inside the one named in which everything stands until it is whole."""
NOTICE = "SYNTHETIC.md"
FORMATS = ("tables", "fhir", "omop")


class Writer(Protocol):
    """Writes chunks into a folder, one after the other."""

    def add(self, tables: Mapping[str, polars.DataFrame], truth: polars.DataFrame) -> None:
        """Write the next chunk."""

    def close(self) -> None:
        """Finish the files; nothing can be added afterwards."""


def write(
    chunks: Iterable[Chunk],
    folder: Path,
    form: str = "tables",
    *,
    csv: bool = False,
    made_by: Mapping[str, str] | None = None,
    omop: Conversion | None = None,
    advance: Callable[[int], None] = lambda episodes: None,
) -> Counter[str]:
    """Write chunks as a course folder, as FHIR or as a CDM; return how many rows each table had.

    Parameters
    ----------
    folder
        Must be empty or not exist yet.
    form
        `tables` (with `csv`: as text), `fhir` or `omop`.
    made_by
        What made the episodes (seed, number, version ...), said in the folder and in each Parquet file.
    omop
        How a CDM is made.
    advance
        Told the number of episodes after each chunk.

    Raises
    ------
    UserError
        Where the folder is not empty, or cannot be written.
    """
    said = dict(made_by or {})
    counts: Counter[str] = Counter(dict.fromkeys(COLUMNS, 0))
    scenarios: Counter[str] = Counter()
    with _whole(folder) as unfinished:
        writer = _writer(unfinished, form, csv=csv, said=said, omop=omop)
        for chunk in chunks:
            tables = {table: _shaped(getattr(chunk, table), table) for table in COLUMNS}
            counts.update({table: frame.height for table, frame in tables.items()})
            scenarios.update(chunk.truth["scenario"].to_list())
            writer.add(tables, _by_episode(chunk.truth))
            advance(tables["episodes"].height)
        writer.close()
        (unfinished / NOTICE).write_text(_notice(form, said, counts, scenarios), encoding="utf-8")
    return counts


def refuse(folder: Path) -> None:
    """Raise a UserError unless the folder is empty, or not there and can be made."""
    where = folder.name or str(folder)
    if folder.is_dir():
        try:
            if next(folder.iterdir(), None) is None:
                return
        except OSError as error:
            raise UserError("cannot be looked into", where=where, hint=error.strerror or "Name another") from None
        left = (folder / UNFINISHED).exists()
        what = "the folder holds an unfinished simulation" if left else "the folder is not empty"
        raise UserError(what, where=where, hint="Delete it or name another; nothing was written")
    if folder.exists():
        raise UserError("a file of that name is in the way", where=where, hint="Name a folder")


@contextmanager
def _whole(folder: Path) -> Iterator[Path]:
    """Give a folder to write in, whose content is moved to where it belongs when all went well, else removed."""
    refuse(folder)
    made = not folder.exists()
    unfinished = folder / UNFINISHED
    try:
        try:
            unfinished.mkdir(parents=True)
            yield unfinished
            # The episodes go last: it is they that make a course folder of a folder.
            for path in sorted(unfinished.iterdir(), key=lambda path: (path.stem == "episodes", path.name)):
                path.rename(folder / path.name)
            unfinished.rmdir()
        except OSError as error:
            hint = error.strerror or "Check the path and the space left"
            raise UserError("cannot be written", where=folder.name or str(folder), hint=hint) from None
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        if made and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
        raise


def _writer(folder: Path, form: str, *, csv: bool, said: Mapping[str, str], omop: Conversion | None) -> Writer:
    from sequela.sources.synthetic import writing_fhir, writing_omop, writing_tables

    if form == "fhir":
        return writing_fhir.FhirFolder(folder, said)
    if form == "omop":
        return writing_omop.OmopFolder(folder, said, omop or writing_omop.Conversion())
    if form != "tables":
        raise UserError("no such format", where=form, hint=f"Choose {' or '.join(FORMATS)}")
    return writing_tables.CsvFolder(folder) if csv else writing_tables.ParquetFolder(folder, said)


def _shaped(frame: polars.DataFrame, table: str) -> polars.DataFrame:
    """A table with the columns of the contract in their order and types, in order of episode."""
    import polars as pl

    types = {name: pl.Int32 if name in WHOLE_NUMBERS else pl.String for name in COLUMNS[table]}
    return _by_episode(frame.select(pl.col(name).cast(kind) for name, kind in types.items()))


def _by_episode(frame: polars.DataFrame) -> polars.DataFrame:
    """The rows in order of episode, otherwise as they came: so the statistics of a part of a file find an episode."""
    return frame if frame["episode"].is_sorted() else frame.sort("episode", maintain_order=True)


def _notice(form: str, said: Mapping[str, str], counts: Counter[str], scenarios: Counter[str]) -> str:
    """The page that lies in the folder."""
    lines = ["# Synthetic patients", "", "No person is described here: every course was made by a program.", ""]
    lines += [f"* {name}: {value}" for name, value in said.items()]
    if form == "fhir":
        lines += [
            "",
            "`patients/` holds one FHIR R4 Bundle (collection) for each patient, every resource tagged HTEST. A fact",
            "that was corrected or withdrawn stands there in each of its versions, by `meta.versionId`.",
        ]
    if form == "omop":
        lines += [
            "",
            "Each file is a table of the OMOP common data model. The clock is UTC. Only what was last believed of a",
            "fact is in it, and a withdrawn one is not. Persons, rows, and concepts from 2,000,000,000 on are of this",
            "database alone. Below stands what the episodes have as a course folder.",
        ]
    lines += ["", "| table | rows |", "|---|---|"]
    lines += [f"| {table} | {number:,} |" for table, number in counts.items()]
    if scenarios:
        lines += ["", "| scenario | episodes |", "|---|---|"]
        lines += [f"| {name} | {number:,} |" for name, number in sorted(scenarios.items())]
    lines += [
        "",
        "The file `truth` says what each course was made to be. It is there to be compared with; nothing reads it.",
        "",
        f"`sequela {'measure' if form == 'omop' else 'assess'}` reads this folder.",
    ]
    return "\n".join(lines) + "\n"
