"""FHIR R4 into courses: resources gathered by patient, then closed into one course for each index procedure.

A Bundle that holds its own patient is yielded as soon as it is read, so that a folder of a million patients needs the
memory of one; unless that patient appears in another document of the same call, for then both belong to one chart.
Loose resources, NDJSON and search pages are gathered to the end.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, tzinfo
from pathlib import Path

from sequela.course.episodes import Course
from sequela.course.facts import Status
from sequela.sources import encounters, observations, resources
from sequela.sources.chart import Chart, close
from sequela.sources.documents import Document, Entry, Json, documents
from sequela.sources.elements import Malformed, Times, local, objects, reference, string
from sequela.sources.naming import resource_types
from sequela.sources.readings import Reading
from sequela.sources.receipt import Receipt

LONGEST_ID = 128
"""FHIR allows 64 characters; beyond this an identifier is damage."""

Reader = Callable[[Json, str, Times, Receipt], Reading | None]
READERS: dict[str, Reader] = {
    "Observation": observations.observation,
    "Procedure": resources.procedure,
    "Condition": resources.condition,
    "DiagnosticReport": resources.report,
    "Encounter": encounters.encounter,
}
"""How each type of resource becomes a reading; Patient and the medications need more and are read by hand."""
TIMES = ("effectiveDateTime", "effectivePeriod", "effectiveInstant", "issued")
"""Where an Observation or a DiagnosticReport says when."""
MEDICATIONS = ("MedicationAdministration", "MedicationRequest")


def read(files: Iterable[Path], receipt: Receipt, zone: tzinfo = UTC) -> Iterator[Course]:
    """Yield the courses of FHIR files; the receipt learns what became of everything in them."""
    times = Times(zone)
    pool = Gathering(times, receipt)
    for document, alone in _documents(list(files), receipt):
        gathering = Gathering(times, receipt) if alone else pool
        gathering.take(document)
        if alone:
            yield from gathering.courses()
    yield from pool.courses()
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


def _documents(paths: list[Path], receipt: Receipt) -> Iterator[tuple[Document, bool]]:
    """Each document, and whether it alone speaks of its patients.

    To know that of several files all must be seen before the first is read: they are parsed twice, for to keep them
    would cost more time and all the memory.
    """
    counts: Counter[str] = Counter()
    if len(paths) > 1:
        for path in paths:
            # What is unreadable is counted in the second reading.
            for document in documents(path, Receipt()):
                counts.update(patients_of(document))
    shared = frozenset(key for key, count in counts.items() if count > 1)
    for path in paths:
        for document in documents(path, receipt):
            yield document, document.self_contained and not (shared and patients_of(document) & shared)


def patients_of(document: Document) -> frozenset[str]:
    """The patients that a document holds or speaks of."""
    gathering = Gathering(Times(), Receipt())
    gathering.introduce(document)
    subjects = {}
    for entry in document.entries:
        if type(entry.resource) is dict:
            said = entry.resource.get("subject") or entry.resource.get("patient")
            address = said.get("reference") if type(said) is dict else None
            # One resource speaks for all that name their patient in the same words.
            subjects[address if type(address) is str else entry.place] = entry.resource
    found = set(gathering.known.values())
    for resource in subjects.values():
        try:
            found.add(gathering.subject(resource) or "")
        except Malformed:
            # The reading proper will reject it; it names no patient.
            continue
    return frozenset(found - {""})


class Gathering:
    """Charts in the making: whose each resource is, and what it says.

    `known` leads from every address of a patient (fullUrl, `Patient/id`, identifier) to the key of the chart;
    `reported` from an Observation to the times of the DiagnosticReport that lists it.
    """

    def __init__(self, times: Times, receipt: Receipt) -> None:
        self.times, self.receipt = times, receipt
        self.charts: dict[str, Chart] = {}
        self.known: dict[str, str] = {}
        self.medications: dict[str, object] = {}
        self.reported: dict[str, Json] = {}
        self.deleted: dict[str, int | None] = {}
        self.waiting: list[tuple[Entry, int | None]] = []
        self.sole: str | None = None

    def introduce(self, document: Document) -> None:
        """Learn the patients and medications of a document, so that its other resources can refer to them."""
        patients: set[str] = set()
        for entry in document.entries:
            resource = entry.resource
            if type(resource) is not dict:
                continue
            kind = resource.get("resourceType")
            if kind == "Patient":
                key = _patient_key(entry, resource)
                patients.add(key)
                for address in _addresses(entry, resource):
                    self.known[address] = key
            elif kind == "Medication":
                for other in (entry.full_url, f"Medication/{resource.get('id')}"):
                    if other:
                        self.medications[local(other)] = resource.get("code")
            elif kind == "DiagnosticReport":
                self._report(resource)
        self.sole = next(iter(patients)) if document.bundle is not None and len(patients) == 1 else None

    def take(self, document: Document) -> None:
        """Read every resource of a document into its patient's chart."""
        self.introduce(document)
        asserted: int | None = None
        if document.stamp is not None:
            try:
                asserted = self.times.read(document.stamp).at
            except Malformed:
                self.receipt.note("malformed Bundle.timestamp ignored")
        for entry in document.entries:
            if entry.deleted is not None:
                self._delete(entry)
            elif type(entry.resource) is not dict:
                self.receipt.count("rejected", "a resource that is not an object")
            elif self._must_wait(entry.resource):
                self.waiting.append((entry, asserted))
            else:
                self._read(entry, entry.resource, asserted)
        self.sole = None

    def courses(self) -> Iterator[Course]:
        """Yield the courses of every chart, in order of patient; nothing can be added afterwards."""
        for entry, asserted in self.waiting:
            if type(entry.resource) is dict:
                self._read(entry, entry.resource, asserted)
        applied: set[str] = set()
        for key in sorted(self.charts):
            chart = self.charts[key]
            for gone in sorted(self.deleted.keys() & chart.readings.keys()):
                applied.add(gone)
                self.receipt.candidates()
                chart.add(Reading(gone, (), Status.ENTERED_IN_ERROR, self.deleted[gone], gone="deleted"))
            courses = close(chart, self.receipt)
            if not courses:
                self.receipt.note("patients without an index procedure")
            yield from courses
        self.receipt.note("deletions of what was not in the input", len(self.deleted.keys() - applied))
        self.charts.clear()

    def subject(self, resource: Json) -> str | None:
        """The key of the patient a resource is about; None where it does not say, empty where it is no patient."""
        said = resource.get("subject")
        if type(said) is dict:
            # Nearly every resource names its patient as one before it did.
            address = said.get("reference")
            known = self.known.get(address) if type(address) is str else None
            if known is not None:
                return known
        target = reference(resource, "subject")
        if target is None:
            target = reference(resource, "patient")
        if target is None:
            return self.sole
        way, address = target
        if way == "identifier":
            return self.known.get(f"identifier {address}")
        if address in self.known:
            return self.known[address]
        here = local(address)
        if here in self.known:
            return self.known[here]
        if here.startswith("Patient/"):
            return _checked(here.removeprefix("Patient/"))
        if here.startswith("urn:uuid:"):
            return _checked(here.removeprefix("urn:uuid:"))
        return ""

    def _report(self, resource: Json) -> None:
        """Remember a report's times for the Observations it lists; of two reports, the one whose times sort first."""
        times = {name: resource[name] for name in TIMES if name in resource}
        listed = resource.get("result")
        if not times or type(listed) is not list:
            return
        for held in listed:
            target = held.get("reference") if type(held) is dict else None
            if type(target) is str:
                here = local(target)
                self.reported[here] = min(times, self.reported.get(here, times), key=repr)

    def _must_wait(self, resource: Json) -> bool:
        """Whether what a resource refers to may still come in another document."""
        if resource.get("resourceType") == "Observation" and not _timed(resource):
            return True
        said = resource.get("subject")
        try:
            if type(said) is dict and "identifier" in said and self.subject(resource) is None:
                return True
            if "medicationReference" not in resource:
                return False
            medication = reference(resource, "medicationReference")
        except Malformed:
            return False
        return (
            medication is not None
            and medication[0] == "reference"
            and not medication[1].startswith("#")
            and local(medication[1]) not in self.medications
        )

    def _read(self, entry: Entry, resource: Json, asserted: int | None) -> None:
        """Read one resource; a broken one is counted and sinks nothing else."""
        kind = resource.get("resourceType")
        try:
            if type(kind) is not str:
                raise Malformed("unknown type of resource")
            if kind in READERS or kind in MEDICATIONS:
                self._candidate(entry, resource, kind, asserted)
            elif kind == "Patient":
                self._patient(entry, resource, asserted)
            elif kind in resource_types():
                self.receipt.note(f"other resources: {kind}")
            else:
                raise Malformed("unknown type of resource")
        except Malformed as broken:
            self.receipt.count("rejected", broken.reason)

    def _candidate(self, entry: Entry, resource: Json, kind: str, asserted: int | None) -> None:
        """Read a resource that may hold facts, and the Observations contained in it."""
        base = _base(entry, resource, kind)
        if kind == "Observation" and self.reported and not _timed(resource):
            times = self.reported.get(base) or self.reported.get(entry.full_url or base)
            if times is not None:
                resource = {**resource, **times}
                self.receipt.note("no time of its own: taken from the report that lists it")
        key = self.subject(resource)
        self._keep(self._reading(resource, base, kind), key, asserted)
        if "contained" not in resource:
            return
        for place, held in enumerate(objects(resource, "contained"), start=1):
            if held.get("resourceType") == "Observation":
                own = self.subject(held) if "subject" in held else key
                inside = f"{base}#{_checked(string(held, 'id')) or place}"
                try:
                    self._keep(self._reading(held, inside, "Observation"), own, asserted)
                except Malformed as broken:
                    self.receipt.count("rejected", broken.reason)

    def _reading(self, resource: Json, base: str, kind: str) -> Reading | None:
        if kind == "MedicationRequest":
            resources.request(resource, self.receipt, self.medications.get)
            return None
        if kind == "MedicationAdministration":
            return resources.administration(resource, base, self.times, self.receipt, self.medications.get)
        return READERS[kind](resource, base, self.times, self.receipt)

    def _keep(self, reading: Reading | None, key: str | None, asserted: int | None) -> None:
        """Put a reading into its patient's chart, its rows counted as read."""
        if reading is None:
            return
        number = 1 if reading.gone or len(reading.rows) == 1 else sum(not row.derived for row in reading.rows)
        if not key:
            self.receipt.count("dropped", "no subject" if key is None else "the subject is no patient", number)
            return
        self.receipt.candidates(number)
        chart = self._chart(key)
        chart.assert_at(asserted)
        chart.add(reading)

    def _patient(self, entry: Entry, resource: Json, asserted: int | None) -> None:
        """Read what a Patient resource says of the person, and whether they have died."""
        key = _patient_key(entry, resource)
        chart = self._chart(key)
        chart.assert_at(asserted)
        chart.persons.append(resources.person(resource, self.times, self.receipt))
        self._keep(resources.death(resource, f"Patient/{key}", self.times, self.receipt), key, asserted)

    def _chart(self, key: str) -> Chart:
        chart = self.charts.get(key)
        if chart is None:
            chart = self.charts[key] = Chart(key)
        return chart

    def _delete(self, entry: Entry) -> None:
        """Take note that the source deleted a resource, and when if it says so."""
        if entry.deleted is None:
            return
        try:
            when = self.times.optional(entry.resource)
        except Malformed:
            when = None
        self.deleted[entry.deleted] = when.at if when else None


def _timed(resource: Json) -> bool:
    """Whether an Observation says when."""
    return "effectiveDateTime" in resource or any(name in resource for name in TIMES)


def _base(entry: Entry, resource: Json, kind: str) -> str:
    """A resource's fact id: `Type/id`, else its fullUrl, else its place in the file."""
    identity = _checked(string(resource, "id"))
    if identity:
        return f"{kind}/{identity}"
    return _checked(entry.full_url) or f"{kind}/{entry.place}"


def _patient_key(entry: Entry, resource: Json) -> str:
    """The key of a Patient's chart: its id, else its fullUrl, else its place in the file."""
    written = resource.get("id")
    identity = written if type(written) is str and 0 < len(written) <= LONGEST_ID else None
    address = entry.full_url if entry.full_url and len(entry.full_url) <= LONGEST_ID else None
    return identity or (address or entry.place).removeprefix("urn:uuid:")


def _addresses(entry: Entry, resource: Json) -> Iterator[str]:
    """Every way in which other resources may refer to a Patient."""
    if entry.full_url:
        yield entry.full_url
        if not entry.full_url.startswith("urn:"):
            yield local(entry.full_url)
    if type(resource.get("id")) is str:
        yield f"Patient/{resource['id']}"
    try:
        for identifier in objects(resource, "identifier"):
            number = string(identifier, "value")
            if number:
                yield f"identifier {string(identifier, 'system') or ''}|{number}"
    except Malformed:
        # Identifiers are only one more way to refer; without them the others still serve.
        return


def _checked(identity: str | None) -> str | None:
    """An identifier of a length that one can be."""
    if identity is not None and len(identity) > LONGEST_ID:
        raise Malformed("malformed identifier")
    return identity
