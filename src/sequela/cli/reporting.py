"""The command that reads reports in plain text."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from sequela.cli import printing
from sequela.errors import InputError

if TYPE_CHECKING:
    from sequela.sources.reports.lines import Tally

STDIN = Path("-")
TABLES = (".csv", ".parquet")
"""What a NOTE table may be; any other file is a text."""


class Spoken(StrEnum):
    """The languages that reports are read in."""

    EN = "en"
    ES = "es"


def report(
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="A report in plain text (`-`: stdin), or OMOP's NOTE table.")
    ],
    as_jsonl: Annotated[
        bool, typer.Option("--jsonl", help='Lines {"id", "text", "lang", "modality"} in, one JSON object a line out.')
    ] = False,
    lang: Annotated[
        Spoken | None, typer.Option("--lang", help="The language, where the text or the line does not say.")
    ] = None,
    modality: Annotated[
        str | None, typer.Option("--modality", metavar="WHAT", help="CT, MR, US, Doppler, microbiology ...")
    ] = None,
) -> None:
    """Read what a radiology or culture report says, in English or Spanish, and print it as JSON.

    Each finding is present, absent, uncertain, historical or expected, with the segments or the branch that the text
    names for it, and the place of the word that says it. A NOTE table of the OMOP CDM (.csv, .parquet; known by its
    columns) gives one JSON object a line, each with its note_id and read in the language of its concept. Nothing of
    the text is printed or logged. What a report says is not what a patient has: read `docs/explanation/reports.md`.

    \b
    sequela report report.txt
    cat report.txt | sequela report -
    sequela report reports.jsonl --jsonl > findings.jsonl
    sequela report NOTE.csv > findings.jsonl
    """
    from sequela.sources.reports import findings, lines

    spoken = None if lang is None else lang.value
    tally = lines.Tally()
    if as_jsonl:
        with _opened(path) as file, printing.bytes_bar(_size(path)) as advance:
            _print(lines.of_lines(_lines(file), tally, spoken, modality, advance), tally)
        if not tally.read:
            raise InputError(
                "no line holds a report", where=_name(path), hint='Write {"id": "1", "text": "..."} a line'
            )
        return
    if path.suffix.lower() in TABLES:
        from sequela.sources import notes

        if notes.is_table(path):
            with printing.bytes_bar(_size(path)) as advance:
                _print(notes.told(notes.rows(path, advance), tally, spoken, modality), tally)
            if not tally.read:
                raise InputError("no row holds a note", where=_name(path), hint="Fill note_id and note_text")
            return
    with _opened(path) as file:
        text = lines.decoded(file.read(lines.LONGEST + 1), _name(path))
    if not text.strip():
        raise InputError("there is no text", where=_name(path), hint="Give a plain-text report")
    name = None if path == STDIN else path.stem
    printing.out(printing.dumps(lines.as_json(name, findings(text, spoken, modality))))


def _print(told: Iterable[Any], tally: Tally) -> None:
    """Print each report's findings, a line each; then say what was refused, beside the output."""
    for said in told:
        printing.write(printing.dumps(said) + b"\n")
    for reason, count in sorted(tally.refused.items()):
        printing.note(f"refused: {count:,} x {reason}")


def _opened(path: Path) -> BinaryIO:
    if path == STDIN:
        return sys.stdin.buffer
    try:
        return path.open("rb")
    except OSError as error:
        hint = error.strerror or "Check the path"
        raise InputError("the file cannot be read", where=path.name, hint=hint) from None


def _lines(file: BinaryIO) -> Iterator[bytes]:
    yield from file


def _size(path: Path) -> int | None:
    return None if path == STDIN else path.stat().st_size


def _name(path: Path) -> str:
    return "stdin" if path == STDIN else path.name
