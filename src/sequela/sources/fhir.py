"""FHIR R4 into courses: resources gathered by patient, then closed into one course for each index procedure.

A Bundle that holds its own patient is yielded as soon as it is read, so that a folder of a million patients needs the
memory of one; unless that patient appears in another document of the same call, for then both belong to one chart.
Of NDJSON it is noted where each patient's lines stand, and they are read again when it is that patient's turn. Loose
files and search pages are gathered to the end.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, tzinfo
from pathlib import Path

from sequela.course.episodes import Course
from sequela.sources.documents import Document, documents, labels, texts_in
from sequela.sources.elements import Malformed, Times
from sequela.sources.gathering import Gathering
from sequela.sources.lines import Lines, seekable
from sequela.sources.receipt import Receipt
from sequela.sources.shapes import Json
from sequela.sources.speaking import spoken_of


def read(files: Iterable[Path], receipt: Receipt, zone: tzinfo = UTC) -> Iterator[Course]:
    """Yield the courses of FHIR files; the receipt learns what became of everything in them."""
    times = Times(zone)
    paths = list(files)
    called = labels(paths)
    shared, mixed = _shared(paths, called)
    pool, lines = Gathering(times, receipt), Lines(receipt)
    for path in paths:
        here = shared if path in mixed else frozenset()
        known = lines.rest(path, called[path]) if seekable(path) else None
        for document in known or documents(path, receipt, called[path]):
            alone = document.self_contained and not (here and patients_of(document) & here)
            whose = pool.whose(document) if known is not None else None
            if whose is not None:
                lines.note(whose)
                continue
            gathering = Gathering(times, receipt) if alone else pool
            gathering.take(document)
            # What was parsed has become readings: whoever works on the courses need not carry it along.
            document.clear()
            if alone:
                yield from gathering.courses()
    yield from pool.courses(lines)
    receipt.note("times without a zone", times.zoneless)


def uncollected(courses: Iterator[Course]) -> Iterator[Course]:
    """The same courses, read with the cycle collector off: parsed JSON has no cycles, yet it would walk it all again.

    Measured on bundles of 300 Observations, the collector took nearly half of the time. It is back on
    whenever the caller runs.
    """
    on = gc.isenabled()
    while True:
        gc.disable()
        try:
            course = next(courses, None)
        finally:
            if on:
                gc.enable()
        if course is None:
            return
        yield course


def _shared(paths: list[Path], called: Mapping[Path, str]) -> tuple[frozenset[str], frozenset[Path]]:
    """The patients that more than one document speaks of, and the files where that may be so.

    To know it all files must be seen before the first is read. Most tell it by a glance at their bytes; only those in
    which a patient seems to come again are parsed twice.
    """
    if len(paths) < 2:
        return frozenset(), frozenset(paths)
    glimpsed: Counter[str] = Counter()
    names: dict[Path, frozenset[str]] = {}
    for path in paths:
        here = _counted(path, called[path])
        glimpsed.update(here)
        names[path] = frozenset(here)
    doubtful = {name for name, count in glimpsed.items() if count > 1}
    mixed = frozenset(path for path in paths if not names[path].isdisjoint(doubtful))
    counts: Counter[str] = Counter()
    for path in mixed:
        counts.update(_counted_surely(path, called[path]))
    return frozenset(key for key, count in counts.items() if count > 1), mixed


def _counted(path: Path, label: str) -> Counter[str]:
    """How many documents of a file speak of each patient; perhaps of names, too, that are none."""
    counts: Counter[str] = Counter()
    for text in texts_in(path):
        spoken = spoken_of(text)
        if spoken is None:
            return _counted_surely(path, label)
        counts.update(spoken)
    return counts


def _counted_surely(path: Path, label: str) -> Counter[str]:
    """How many documents of a file speak of each patient. What is unreadable is counted in the reading proper."""
    counts: Counter[str] = Counter()
    for document in documents(path, Receipt(), label):
        counts.update(patients_of(document))
    return counts


def patients_of(document: Document) -> frozenset[str]:
    """The patients that a document holds or speaks of."""
    gathering = Gathering(Times(), Receipt())
    gathering.introduce(document)
    # One resource speaks for all that name their patient in the same words.
    subjects: dict[str, Json] = {said[0]: {"subject": {"reference": said[0]}} for said in document.plain}
    for entry in document.entries:
        if entry.deleted is None and type(entry.resource) is dict:
            said = entry.resource.get("subject") or entry.resource.get("patient")
            address = said.get("reference") if type(said) is dict else None
            subjects[address if type(address) is str else entry.place] = entry.resource
    found = set(gathering.known.values())
    for resource in subjects.values():
        try:
            found.add(gathering.subject(resource) or "")
        except Malformed:
            # The reading proper will reject it; it names no patient.
            continue
    return frozenset(found - {""})
