"""Foreign bibliographic records in, works and refusals out; and works out again.

Purpose: each module here knows one format and assigns FORMAT; a file is recognised by what it holds, not by its name.
May import: `evidence` values, lxml, pymarc, rispy, bibtexparser. Nothing is fetched, no entity is expanded.
Door: `read(data)`, `written(works, key)`, `formats()`, `Format`, `Reading`, `Refused`.
"""

from __future__ import annotations

import gzip
import importlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO

from sequela.errors import UserError
from sequela.evidence.formats.settling import settled
from sequela.evidence.works import Work

NAMES: tuple[str, ...] = (
    "pubmed",
    "europepmc",
    "jats",
    "marcxml",
    "endnotexml",
    "vufind",
    "webpage",
    "csl",
    "marc",
    "medline",
    "ris",
    "wos",
    "endnote",
    "bibtex",
)
"""The modules of this folder, in the order in which they are asked whether a file is theirs."""


HEAD = 1 << 16
"""Bytes of a file's beginning by which its format is told."""
MOST = 1 << 30
"""Bytes that a packed file may hold; a longer one is no list of records."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that was not taken: where it stands in its file, and why. Never the record's own text."""

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Format:
    """One format: how it is recognised, read, and, where others read it, written."""

    key: str
    name: str
    suffix: str
    media_type: str
    recognises: Callable[[bytes], bool]
    """Whether a file that begins so (64 KiB at most) is of this format."""
    read: Callable[[bytes], Iterator[Work | Refused]]
    """Its records in file order, `key` and `source` empty; one that cannot be read is refused, and the rest go on."""
    write: Callable[[Iterable[Work]], str] | None = None
    carries: frozenset[str] = frozenset()
    """The fields of `Work` that come back as they were when what `write` made is read."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file held: its format, the works, and what was refused, each in file order."""

    format: str
    works: tuple[Work, ...]
    refused: tuple[Refused, ...]


@cache
def formats() -> tuple[Format, ...]:
    """Return every format, in the order in which they are asked."""
    return tuple(importlib.import_module(f"{__name__}.{name}").FORMAT for name in NAMES)


def read(data: bytes, where: str) -> Reading:
    """Return what a file holds; `where` names it in errors.

    Raises
    ------
    UserError
        When no format knows the file.
    """
    data = _unpacked(data, where)
    head = data[:HEAD]
    found = next((one for one in formats() if one.recognises(head)), None)
    if found is None:
        known = ", ".join(one.name for one in formats())
        raise UserError("no bibliographic format that is known", where=where, hint=f"Known are {known}")
    read = tuple(found.read(data))
    return Reading(
        found.key,
        tuple(settled(one) for one in read if isinstance(one, Work)),
        tuple(one for one in read if isinstance(one, Refused)),
    )


def _unpacked(data: bytes, where: str) -> bytes:
    """What a file packed by gzip holds, as PubMed's yearly files are; another file as it is."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        with gzip.GzipFile(fileobj=BytesIO(data)) as packed:
            held = packed.read(MOST + 1)
    except (OSError, EOFError, zlib.error):
        raise UserError("the packed file is broken", where=where, hint="Fetch it again") from None
    if len(held) > MOST:
        raise UserError("the packed file holds more than 1 GiB", where=where, hint="Unpack and split it")
    return held


def written(works: Iterable[Work], key: str) -> str:
    """Return works as a file of one format.

    Raises
    ------
    UserError
        When there is no such format, or it is only read.
    """
    writers = {one.key: one.write for one in formats() if one.write is not None}
    if key not in writers:
        raise UserError(f"nothing is written as {key!r}", where="format", hint=f"Choose {', '.join(writers)}")
    return writers[key](works)
