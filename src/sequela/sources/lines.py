"""NDJSON of many patients in bounded memory: whose each line is is noted, then they are read patient by patient.

What is kept of a line is where it stands; of lines of one patient that follow one another, where the first begins and
the last ends. Only who is introduced elsewhere, or speaks of several, is kept as it was read.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from sequela.errors import InputError
from sequela.sources.documents import BOM, LINES, Document, line_document, none_is_good
from sequela.sources.receipt import Receipt
from sequela.sources.speaking import sole_subject

Whose = tuple[str, str]
"""How a line says whose it is: ("reference", address), ("identifier", system|value), or ("key", of the chart)."""
Span = tuple[int, int, int, int]
"""Lines that follow one another: the place of their file, where they begin and end, and the number of the first."""
WIDTH = 3


def seekable(path: Path) -> bool:
    """Whether a file is one resource a line, and may be read in any order."""
    return path.suffix.lower() in LINES and path.is_file()


class Lines:
    """Where the lines stand that speak of one patient alone."""

    def __init__(self, receipt: Receipt) -> None:
        self._receipt = receipt
        self._files: list[tuple[Path, str]] = []
        # Begin, end and number of each span; a span below nothing says in which file the next ones are.
        self._spans: dict[Whose, array[int]] = {}
        self._last: dict[Whose, int] = {}
        self._here = (0, 0, 0)

    def __iter__(self) -> Iterator[Whose]:
        """Whoever has lines, as the lines say it."""
        return iter(self._spans)

    def rest(self, path: Path, label: str) -> Iterator[Document]:
        """Yield the documents of a file whose patient takes more than a glance; the other lines are noted.

        Until the next is asked for, `note` notes the one that was yielded.
        """
        self._files.append((path, label))
        good = bad = 0
        end = 0
        try:
            with path.open("rb") as file:
                for number, line in enumerate(file):
                    begin, end = end, end + len(line)
                    if line.isspace() or (not number and not line.removeprefix(BOM).strip()):
                        continue
                    self._here = (begin, end, number)
                    address = sole_subject(line) if good else None
                    if address is not None:
                        self.note(("reference", address))
                        continue
                    document = _document(line, number, label, self._receipt)
                    good, bad = good + (document is not None), bad + (document is None)
                    if document is not None:
                        yield document
        except OSError:
            self._receipt.reject_file(path.name, "cannot be opened")
            return
        if good:
            self._receipt.files += 1
        else:
            none_is_good(path.name, bad, self._receipt)

    def note(self, whose: Whose) -> None:
        """Note whose the line is that is being looked at."""
        begin, end, number = self._here
        file = -len(self._files)
        spans = self._spans.setdefault(whose, array("q"))
        if self._last.get(whose) != file:
            self._last[whose] = file
            spans.extend((file, 0, 0))
        if spans[-2] == begin and spans[-WIDTH] >= 0:
            spans[-2] = end
        else:
            spans.extend((begin, end, number))

    def of(self, whose: Iterable[Whose]) -> Iterator[Document]:
        """Yield somebody's lines in the order of files and lines, those of one file as one document; forget them."""
        spans = sorted(span for one in whose for span in self._taken(one))
        for place, here in groupby(spans, key=lambda span: span[0]):
            path, label = self._files[place]
            told = Document.empty()
            try:
                with path.open("rb", buffering=0) as file:
                    for _, begin, end, first in here:
                        file.seek(begin)
                        for number, line in enumerate(file.read(end - begin).removesuffix(b"\n").split(b"\n"), first):
                            document = _document(line, number, label, self._receipt)
                            if document is not None:
                                told.entries.extend(document.entries)
                                told.plain.extend(document.plain)
            except OSError:
                raise InputError(
                    "a file that went away while it was read",
                    where=path.name,
                    hint="Read it again; what was printed is not all",
                ) from None
            told.others.extend(entry for entry in told.entries if not _is_observation(entry.resource))
            yield told

    def _taken(self, whose: Whose) -> Iterator[Span]:
        spans = self._spans.pop(whose)
        place = 0
        for at in range(0, len(spans), WIDTH):
            begin, end, number = spans[at : at + WIDTH]
            if begin < 0:
                place = -begin - 1
            else:
                yield place, begin, end, number


def _is_observation(resource: object) -> bool:
    return type(resource) is dict and resource.get("resourceType") == "Observation"


def _document(line: bytes, number: int, label: str, receipt: Receipt) -> Document | None:
    """The document of a line, None where it is none, which is counted."""
    return line_document((line if number else line.removeprefix(BOM)).strip(), f"{label}#{number}", receipt)
