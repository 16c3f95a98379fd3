"""The command that reads reports in plain text."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from sequela.cli import printing
from sequela.errors import InputError

STDIN = Path("-")


class Spoken(StrEnum):
    """The languages that reports are read in."""

    EN = "en"
    ES = "es"


def report(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="One report in plain text; `-` reads it from stdin.")],
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
    names for it, and the place of the word that says it. Nothing of the text is printed or logged. What a report says
    is not what a patient has: read `docs/explanation/reports.md`.

    \b
    sequela report report.txt
    cat report.txt | sequela report -
    sequela report reports.jsonl --jsonl > findings.jsonl
    """  # noqa: D301 - the backspace tells Typer to leave the lines as they are.
    from sequela.sources.reports import findings, lines

    spoken = None if lang is None else lang.value
    if not as_jsonl:
        with _opened(path) as file:
            text = lines.decoded(file.read(lines.LONGEST + 1), _name(path))
        if not text.strip():
            raise InputError("there is no text", where=_name(path), hint="Give a plain-text report")
        name = None if path == STDIN else path.stem
        printing.out(printing.dumps(lines.as_json(name, findings(text, spoken, modality))))
        return
    tally = lines.Tally()
    with _opened(path) as file, printing.bytes_bar(_size(path)) as advance:
        for said in lines.of_lines(_lines(file), tally, spoken, modality, advance):
            printing.write(printing.dumps(said) + b"\n")
    for reason, count in sorted(tally.refused.items()):
        printing.note(f"refused: {count:,} x {reason}")
    if not tally.read:
        raise InputError("no line holds a report", where=_name(path), hint='Write {"id": "1", "text": "..."} a line')


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
