"""Files into documents: JSON, NDJSON and folders of them, each resource with its place, before any meaning is read."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from sequela.errors import InputError
from sequela.sources import shapes
from sequela.sources.readings import Plainly
from sequela.sources.receipt import Receipt
from sequela.sources.shapes import Json, parse
from sequela.sources.usual import usual

SELF_CONTAINED = frozenset({"collection", "transaction", "batch", "document", "message"})
"""Bundle types that carry all they have to say of a patient; others are pages of something larger."""
LINES = (".ndjson", ".jsonl")
"""Endings of files with one resource a line."""
DEEPEST = 8
"""How many Bundles may lie inside one another."""
BOM = b"\xef\xbb\xbf"
NOT_JSON, NOT_FHIR = "not JSON", "not a FHIR resource"


class Entry(NamedTuple):
    """A resource, where it stands in its file, and the address its Bundle gives it.

    The place is put together only when somebody asks for it, for hardly anybody does. `deleted` is the `Type/id` of an
    entry that tells of a deletion; its `resource` is then the time, if it has one.
    """

    above: str
    number: int | str
    full_url: str | None
    resource: object
    deleted: str | None = None

    @property
    def place(self) -> str:
        """Where it stands: its file, `#` and its index, that of the line or the Bundle around it first."""
        return f"{self.above}{self.number}"


class Document(NamedTuple):
    """A Bundle, or a resource on its own; `bundle` is the Bundle's type, `stamp` its timestamp as written.

    `plain` is what the plain Observations say; `entries` is all the rest, parsed, `others` those of them that are no
    Observations.
    """

    entries: list[Entry]
    others: list[Entry]
    bundle: str | None
    stamp: object
    plain: list[Plainly]

    @classmethod
    def empty(cls, bundle: str | None = None, stamp: object = None) -> Document:
        """A document to be filled."""
        return cls([], [], bundle, stamp, [])

    def clear(self) -> None:
        """Forget what was parsed."""
        self.entries.clear()
        self.others.clear()
        self.plain.clear()

    @property
    def self_contained(self) -> bool:
        """Whether it is a Bundle that holds its own Patient and is not a page of something larger."""
        return self.bundle in SELF_CONTAINED and any(
            type(entry.resource) is dict and entry.resource.get("resourceType") == "Patient" for entry in self.others
        )


def files_in(path: Path) -> list[Path]:
    """The files a path stands for: itself, or every .json and .ndjson below a folder, in order of name."""
    if not path.is_dir():
        return [path]
    endings = {".json", *LINES}
    return sorted(file for file in path.rglob("*") if file.suffix.lower() in endings and file.is_file())


def labels(paths: Sequence[Path]) -> dict[Path, str]:
    """What each file is called in the places of its resources: its name, or its path if another has the same name."""
    names = Counter(path.name for path in paths)
    whole = {path: path.absolute() for path in paths if names[path.name] > 1}
    above = os.path.commonpath([path.parent for path in whole.values()]) if whole else ""
    return {path: whole[path].relative_to(above).as_posix() if path in whole else path.name for path in paths}


def documents(path: Path, receipt: Receipt, label: str | None = None) -> Iterator[Document]:
    """Yield the documents of one file; what is not FHIR is counted in the receipt, the file named if none of it is.

    The label stands before the place of every resource, so that two files never hold the same place.
    """
    name, start = path.name, f"{path.name if label is None else label}#"
    try:
        if path.suffix.lower() in LINES:
            with path.open("rb") as lines:
                yield from _lines(lines, name, start, receipt)
            return
        data = path.read_bytes()
    except FileNotFoundError:
        receipt.reject_file(name, "no such file")
        return
    except OSError:
        receipt.reject_file(name, "cannot be opened")
        return
    data = data.removeprefix(BOM)
    bundle = shapes.bundle_in(data)
    if bundle is not None:
        receipt.files += 1
        yield _shaped(bundle, start, receipt)
        return
    try:
        parsed = parse(data)
    except ValueError:
        if _looks_like_lines(data):
            yield from _lines(data.splitlines(), name, start, receipt)
        else:
            receipt.reject_file(name, NOT_JSON)
        return
    if type(parsed) is not dict or type(parsed.get("resourceType")) is not str:
        receipt.reject_file(name, NOT_FHIR)
        return
    receipt.files += 1
    yield document(parsed, start, receipt)


def texts_in(path: Path) -> Iterator[bytes]:
    """The texts of a file that may each be a document: its lines, or the whole of it; none if it cannot be opened."""
    try:
        if path.suffix.lower() in LINES:
            with path.open("rb") as lines:
                yield from lines
            return
        data = path.read_bytes()
    except OSError:
        return
    if b"\n" in data and _looks_like_lines(data):
        yield from data.splitlines()
    else:
        yield data


def document(resource: Json, place: str, receipt: Receipt) -> Document:
    """A parsed resource as a document: a Bundle's entries, those of Bundles inside it too, or the resource alone."""
    if resource.get("resourceType") != "Bundle":
        alone = Document.empty()
        alone.entries.append(Entry(place, "0" if place.endswith("#") else "", None, resource))
        alone.others.extend(alone.entries)
        return alone
    return _Opening(resource.get("type"), resource.get("timestamp"), receipt).parsed(resource, place)


def unreadable(receipt: Receipt, names: Iterable[str]) -> InputError:
    """The complaint when no file at all could be read: in one line, the first reason, and what to try."""
    hint = "Give a FHIR R4 Bundle or resource (.json), an .ndjson file, a folder of them, or a course folder"
    if len(receipt.rejected_files) == 1:
        name, reason = receipt.rejected_files[0]
        return InputError(reason, where=name, hint=hint)
    if receipt.rejected_files:
        name, reason = receipt.rejected_files[0]
        return InputError(
            f"none of the {len(receipt.rejected_files)} files could be read; the first: {reason}", where=name, hint=hint
        )
    return InputError("nothing to read here", where=", ".join(names), hint=hint)


def _shaped(bundle: shapes.Bundle, place: str, receipt: Receipt) -> Document:
    return _Opening(bundle.type, bundle.timestamp, receipt).shaped(bundle, place)


class _Opening:
    """A Bundle that is being opened into a document, with all those inside it."""

    def __init__(self, kind: object, stamp: object, receipt: Receipt) -> None:
        self.document = Document.empty(kind if type(kind) is str else "", stamp)
        self._receipt = receipt

    def shaped(self, bundle: shapes.Bundle, place: str) -> Document:
        """The document of a Bundle that was read by type: only what is no plain Observation is parsed."""
        for index, said in enumerate(usual(bundle.entry, shapes.entered_in)):
            if said is not None:
                self.document.plain.append(said)
            else:
                self._add(parse(bytes(bundle.entry[index])), place, index, bundle.timestamp, 1)
        return self.document

    def parsed(self, bundle: Json, place: str) -> Document:
        """The document of a Bundle that was parsed."""
        self._open(bundle, place, 1)
        return self.document

    def _open(self, bundle: Json, place: str, depth: int) -> None:
        """Add a Bundle's entries; what is none is counted."""
        listed = bundle.pop("entry", None)
        if listed is None:
            return
        if type(listed) is not list:
            self._receipt.count("rejected", "malformed Bundle.entry")
            return
        for index, entry in enumerate(listed):
            self._add(entry, place, index, bundle.get("timestamp"), depth)

    def _add(self, entry: object, place: str, index: int, stamp: object, depth: int) -> None:
        """Add what one entry holds: a resource, a Bundle of them, or a deletion, which is kept as such."""
        if type(entry) is not dict:
            self._receipt.count("rejected", "malformed Bundle.entry")
            return
        resource = entry.get("resource")
        if resource is None:
            gone = _deleted(entry)
            if gone is not None:
                response = entry.get("response")
                when = response.get("lastModified") if type(response) is dict else None
                self.document.entries.append(Entry(place, index, None, when or stamp, gone))
            return
        kind = resource.get("resourceType") if type(resource) is dict else None
        if type(resource) is dict and kind == "Bundle":
            if depth < DEEPEST:
                self._open(resource, f"{place}{index}.", depth + 1)
            else:
                self._receipt.count("rejected", "Bundles nested too deeply")
            return
        url = entry.get("fullUrl")
        made = Entry(place, index, url if type(url) is str else None, resource)
        self.document.entries.append(made)
        if kind != "Observation":
            self.document.others.append(made)


def _deleted(entry: Json) -> str | None:
    """The `Type/id` that a history or transaction entry deletes, if it deletes one."""
    request = entry.get("request")
    if type(request) is not dict or request.get("method") != "DELETE" or type(request.get("url")) is not str:
        return None
    parts: list[str] = request["url"].split("?")[0].rstrip("/").split("/")
    return "/".join(parts[-2:]) if len(parts) >= 2 else None


def _lines(lines: Iterable[bytes], name: str, start: str, receipt: Receipt) -> Iterator[Document]:
    """The documents of an NDJSON file, one a line; a line that is none is counted and the rest still read."""
    good = bad = 0
    for index, line in enumerate(lines):
        line = line.removeprefix(BOM).strip() if index == 0 else line.strip()
        if not line:
            continue
        made = line_document(line, f"{start}{index}", receipt)
        if made is None:
            bad += 1
        else:
            good += 1
            yield made
    if good:
        receipt.files += 1
    else:
        none_is_good(name, bad, receipt)


def line_document(line: bytes, place: str, receipt: Receipt) -> Document | None:
    """The document of a line of NDJSON; None where it is none, which is counted."""
    said = next(usual((line,), shapes.plain_in)) if shapes.is_utf8(line) else None
    if said is not None:
        return Document([], [], None, None, [said])
    bundle = shapes.bundle_in(line)
    if bundle is not None:
        return _shaped(bundle, f"{place}.", receipt)
    try:
        parsed = parse(line)
    except ValueError:
        receipt.count("rejected", "a line that is not JSON")
        return None
    if type(parsed) is dict and type(parsed.get("resourceType")) is str:
        return document(parsed, f"{place}." if parsed["resourceType"] == "Bundle" else place, receipt)
    receipt.count("rejected", "a line that is not a FHIR resource")
    return None


def none_is_good(name: str, bad: int, receipt: Receipt) -> None:
    """Name a file of lines of which none is a resource; the lines are counted already."""
    receipt.rejected_files.append((name, "no line is a FHIR resource" if bad else "an empty file"))


def _looks_like_lines(data: bytes) -> bool:
    """Whether a text that is no single JSON value may be NDJSON under another name: its first line is one."""
    first, newline, rest = data.lstrip().partition(b"\n")
    if not newline or not rest.strip():
        return False
    try:
        return type(parse(first)) is dict
    except ValueError:
        return False
