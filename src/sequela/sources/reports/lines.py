"""Reports in a file: one as plain text, or one a line as JSON; what is no report is counted, and never repeated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from sequela.errors import InputError
from sequela.sources.reports import Found, findings

LONGEST = 2_000_000
"""Bytes of the longest report; a longer one is something else."""


@dataclass(slots=True)
class Tally:
    """How many lines were read, and why others were not."""

    read: int = 0
    refused: Counter[str] = field(default_factory=Counter)


def decoded(content: bytes, where: str) -> str:
    """The text of a file; UTF-8, or what older systems write."""
    if len(content) > LONGEST:
        raise InputError("too long for one report", where=where, hint="Give many reports as lines, with --jsonl")
    if b"\x00" in content:
        raise InputError("not a text", where=where, hint="Give a plain-text report")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def of_lines(
    lines: Iterable[bytes],
    tally: Tally,
    lang: str | None = None,
    modality: str | None = None,
    advance: Callable[[int], None] = lambda size: None,
) -> Iterator[dict[str, Any]]:
    """Yield what each line's report says, as the contract writes it; `advance` is told how many bytes are done."""
    for line in lines:
        if line.strip():
            said = _of_line(line, tally, lang, modality)
            if said is not None:
                yield said
        advance(len(line))


def as_json(name: str | None, found: Iterable[Found]) -> dict[str, Any]:
    """The findings of one report as the contract writes them."""
    return {"id": name, "findings": [one.as_json() for one in found]}


def _of_line(line: bytes, tally: Tally, lang: str | None, modality: str | None) -> dict[str, Any] | None:
    if len(line) > LONGEST:
        tally.refused["a line too long for one report"] += 1
        return None
    try:
        said = orjson.loads(line)
    except orjson.JSONDecodeError:
        tally.refused["a line that is not JSON"] += 1
        return None
    if type(said) is not dict or type(said.get("text")) is not str:
        tally.refused["a line without a text"] += 1
        return None
    name = said.get("id")
    if type(name) is int:
        name = str(name)
    if type(name) is not str:
        tally.refused["a line without an id"] += 1
        return None
    given = [said.get(key) for key in ("lang", "modality")]
    if any(value is not None and type(value) is not str for value in given):
        tally.refused["a language or modality that is not a word"] += 1
        return None
    tally.read += 1
    return as_json(name, findings(said["text"], given[0] or lang, given[1] or modality))
