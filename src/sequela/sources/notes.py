"""The NOTE table of the OMOP Common Data Model (5.3, 5.4), as .csv or .parquet, in bounded memory.

Door: `is_table`, `rows` of a file, what their texts say (`told`), and for a reader of OMOP courses `facts` of the notes
that stand in an episode. Polars comes with Parquet only. No text is in any message.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from sequela.course.clock import Moment
from sequela.course.facts import Fact, Status
from sequela.errors import InputError
from sequela.sources.chart import fact_of
from sequela.sources.elements import Malformed, Times
from sequela.sources.observations import NOT_LISTED
from sequela.sources.readings import Row
from sequela.sources.receipt import Receipt
from sequela.sources.reports import findings
from sequela.sources.reports.lines import LONGEST, Tally, as_json
from sequela.sources.telling import sort_named, told_rows

Note = Mapping[str, Any]
"""A row of NOTE: its cells by the names of the columns in lower case, as text or typed."""
NEEDED = frozenset({"note_id", "person_id", "note_date", "note_text"})
"""What makes a table a NOTE table; the CDM requires all of them."""
READ = ("note_id", "note_date", "note_datetime", "note_title", "note_text", "note_source_value", "language_concept_id")
LANGUAGES = {"4180186": "en", "4182511": "es"}
"""The concepts of OMOP's Language domain for what we read: English language, Spanish language."""
SEPARATORS = ",;\t|"
HEADER = 10_000
"""Bytes within which the names of the columns stand."""
AT_ONCE = 1_000
"""Notes of a Parquet file that are held at once; the file's own row groups may be longer."""
_WHOLE = re.compile(r"([+-]?[0-9]{1,20})(?:\.0+)?")
_MIDNIGHT = re.compile(r"(.{10})[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?")


def is_table(path: Path) -> bool:
    """Whether a file is a NOTE table, by its name's ending and its columns; False for one that cannot be read."""
    if path.suffix.lower() == ".parquet":
        import polars as pl

        try:
            return {name.lower() for name in pl.read_parquet_schema(path)} >= NEEDED
        except (pl.exceptions.PolarsError, OSError):
            return False
    if path.suffix.lower() != ".csv":
        return False
    try:
        with path.open("rb") as file:
            return _separator(file.readline(HEADER)) is not None
    except OSError:
        return False


def rows(path: Path, advance: Callable[[int], None] = lambda size: None) -> Iterator[Note | None]:
    """Yield the rows of a NOTE table; None for one that is broken. `advance` is told how many bytes are done."""
    return _of_parquet(path, advance) if path.suffix.lower() == ".parquet" else _of_csv(path, advance)


def told(
    notes: Iterable[Note | None], tally: Tally, lang: str | None = None, modality: str | None = None
) -> Iterator[dict[str, Any]]:
    """Yield what each note's text says, as the contract writes it; `lang` is for those that do not say theirs."""
    for note in notes:
        name = None if note is None else _whole(note.get("note_id"))
        text = None if note is None else _text(note)
        if note is None:
            tally.refused["a row that does not fit the table's columns"] += 1
        elif name is None:
            tally.refused["a note without a note_id"] += 1
        elif not text:
            tally.refused["a note without a text"] += 1
        elif len(text) > LONGEST:
            tally.refused["a note too long for one report"] += 1
        else:
            tally.read += 1
            yield as_json(name, findings(text, _language(note) or lang, modality))


def facts(notes: Iterable[Note], times: Times, receipt: Receipt, sort: str | None = None) -> list[Fact]:
    """The facts of the notes of one episode: the examinations that were done, and what the texts say is there.

    A finding is named `note/<note_id>#<finding>`, is verified by nobody, and is known when the note was written:
    at `note_datetime`, else at the end of `note_date`. Midnight stands for a time that is not known.

    Parameters
    ----------
    notes : rows of NOTE, their columns in lower case.
    times : reads times in the zone of the site.
    receipt : learns what became of every candidate; whoever calls settles the facts, and counts them as used.
    sort : imaging or microbiology, where the caller knows it by the note's class; else `note_title` and then
        `note_source_value` say it. Any other note is not read.
    """
    made: list[Fact] = []
    for note in notes:
        name = _whole(note.get("note_id"))
        if name is None:
            receipt.count("rejected", "a note without a note_id")
            continue
        try:
            moment = _moment(note, times)
        except Malformed as broken:
            receipt.count("rejected", broken.reason)
            continue
        own, events = _sort(note)
        if not events:
            receipt.count("irrelevant", NOT_LISTED)
        elif moment is None:
            receipt.count("dropped", "no time")
        base = f"note/{name}"
        said = told_rows(_text(note), _language(note), sort or own, base, moment, (), receipt)
        if moment is not None:
            done = [
                Row(base if not place else f"{base}#{event}", "event", event, ("",), moment.at, moment.precision)
                for place, event in enumerate(events)
            ]
            receipt.candidates(len(done) + len(said))
            made += [fact_of(row, moment.at, moment.at, True, 1, Status.FINAL) for row in (*done, *said)]
    return made


def _of_csv(path: Path, advance: Callable[[int], None]) -> Iterator[Note | None]:
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST))
    with path.open("rb") as file:
        separator = _separator(file.readline(HEADER)) or ","
        file.seek(0)
        lines = csv.reader(TextIOWrapper(file, "utf-8-sig", "surrogateescape", newline=""), delimiter=separator)
        names = [name.strip().lower() for name in next(lines, [])]
        done = 0
        while True:
            try:
                cells = next(lines, None)
            except csv.Error:
                # A quotation that is never closed: the reader goes on behind what it has read of it.
                cells = [""]
            if cells is None:
                return
            if cells:
                yield dict(zip(names, cells, strict=True)) if len(cells) == len(names) else None
            here = file.tell()
            advance(here - done)
            done = here


def _of_parquet(path: Path, advance: Callable[[int], None]) -> Iterator[Note | None]:
    import polars as pl

    size, done, number = path.stat().st_size, 0, 0
    try:
        scan = pl.scan_parquet(path)
        names = {name: name.lower() for name in scan.collect_schema().names() if name.lower() in READ}
        total = scan.select(pl.len()).collect().item()
        for batch in scan.select(pl.col(name).alias(low) for name, low in names.items()).collect_batches(
            chunk_size=AT_ONCE
        ):
            yield from batch.iter_rows(named=True)
            number += batch.height
            here = size * number // total
            advance(here - done)
            done = here
    except (pl.exceptions.PolarsError, OSError):
        hint = "Export it again; what was printed is not all"
        raise InputError("a table that is damaged part way", where=path.name, hint=hint) from None


def _separator(line: bytes) -> str | None:
    """What separates the columns of a NOTE table, by its first line; None where it is the first line of none."""
    header = line.decode("utf-8-sig", "replace").lower()
    for separator in SEPARATORS:
        if {name.strip() for name in next(csv.reader([header], delimiter=separator), [])} >= NEEDED:
            return separator
    return None


def _whole(cell: object) -> str | None:
    """A whole number as text, whatever type the table gave it; None where it is none."""
    found = None if cell is None else _WHOLE.fullmatch(str(cell).strip())
    return None if found is None else str(int(found[1]))


def _text(note: Note) -> str:
    """The text of a note; bytes that are no UTF-8 are what older systems write."""
    cell = note.get("note_text")
    if not isinstance(cell, str) or not cell.strip():
        return ""
    if cell.isascii() or not any("\udc80" <= letter <= "\udcff" for letter in cell):
        return cell
    return cell.encode("utf-8", "surrogateescape").decode("cp1252", "replace")


def _language(note: Note) -> str | None:
    """The language that a note is said to be in; None where it is not said, or is none that we read."""
    return LANGUAGES.get(_whole(note.get("language_concept_id")) or "")


def _sort(note: Note) -> tuple[str | None, Sequence[str]]:
    """What sort of report a note is, by its title or else the source's name for it, and which examinations it tells."""
    for name in ("note_title", "note_source_value"):
        cell = note.get(name)
        sort, events = sort_named(cell) if isinstance(cell, str) else (None, [])
        if sort is not None:
            return sort, events
    return None, []


def _moment(note: Note, times: Times) -> Moment | None:
    """When a note was written: its time, else its day, which is over at its end."""
    for name in ("note_datetime", "note_date"):
        cell = note.get(name)
        written = cell.isoformat() if isinstance(cell, date | datetime) else str(cell or "").strip()
        if written:
            midnight = _MIDNIGHT.fullmatch(written)
            return times.read(midnight[1] if midnight else written.replace(" ", "T", 1))
    return None
