"""Resources gathered by patient: whose each one is, and what it says, until charts are closed into courses."""

from __future__ import annotations

from collections import ChainMap, defaultdict
from collections.abc import Callable, Iterator, MutableMapping

from sequela.course.episodes import Course
from sequela.course.facts import Status
from sequela.sources import encounters, observations, resources
from sequela.sources.addresses import addresses, base_of, checked, patient_key
from sequela.sources.chart import Chart, close
from sequela.sources.documents import Document, Entry
from sequela.sources.elements import Malformed, Times, local, objects, reference, string
from sequela.sources.lines import Lines, Whose
from sequela.sources.naming import resource_types
from sequela.sources.readings import Reading, Said, read_plainly
from sequela.sources.receipt import Receipt
from sequela.sources.shapes import Json, Stamp

Reader = Callable[[Json, str, Times, Receipt], Reading | None]
READERS: dict[str, Reader] = {
    "Observation": observations.observation,
    "Procedure": resources.procedure,
    "Condition": resources.condition,
    "DiagnosticReport": resources.report,
    "Encounter": encounters.encounter,
}
"""How each type of resource becomes a reading; Patient and the medications need more and are read by hand."""
Waiting = tuple[Entry, int | None, str | None]
"""An entry that waits for what it refers to, its Bundle's own instant, and the only patient of that Bundle."""
TIMES = ("effectiveDateTime", "effectivePeriod", "effectiveInstant", "issued")
"""Where an Observation or a DiagnosticReport says when."""
MEDICATIONS = ("MedicationAdministration", "MedicationRequest")


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
        self.reported: MutableMapping[str, Json] = {}
        self.deleted: dict[str, int | None] = {}
        self.waiting: list[Waiting] = []
        self.sole: str | None = None

    def introduce(self, document: Document) -> None:
        """Learn the patients and medications of a document, so that its other resources can refer to them."""
        patients: set[str] = set()
        for entry in document.others:
            resource = entry.resource
            if type(resource) is not dict:
                continue
            kind = resource.get("resourceType")
            if kind == "Patient":
                key = patient_key(entry, resource)
                patients.add(key)
                for address in addresses(entry, resource):
                    self.known[address] = key
            elif kind == "Medication":
                for other in (entry.full_url, f"Medication/{resource.get('id')}"):
                    if other:
                        self.medications[local(other)] = resource.get("code")
            elif kind == "DiagnosticReport":
                self._report(resource)
        self.sole = next(iter(patients)) if document.bundle is not None and len(patients) == 1 else None

    def whose(self, document: Document) -> Whose | None:
        """Whose alone a loose resource is, which may be taken later; None where it must be taken when it comes.

        A Patient is introduced at once.
        """
        if document.bundle is not None:
            return None
        if document.plain:
            return "reference", document.plain[0][0]
        entry, resource = document.entries[0], document.entries[0].resource
        if type(resource) is not dict:
            return None
        kind = resource.get("resourceType")
        if kind == "Patient":
            self.introduce(document)
            return "key", patient_key(entry, resource)
        try:
            inside = objects(resource, "contained")
            if kind == "Medication" or any("subject" in held or "patient" in held for held in inside):
                return None
            return reference(resource, "subject") or reference(resource, "patient")
        except Malformed:
            return None

    def take(self, document: Document, *, late: bool = False) -> None:
        """Read every resource of a document into its patient's chart; of a late one, whose patient is introduced."""
        if not late:
            self.introduce(document)
        else:
            for entry in document.others:
                if type(entry.resource) is dict and entry.resource.get("resourceType") == "DiagnosticReport":
                    self._report(entry.resource)
        asserted: int | None = None
        if document.stamp is not None:
            try:
                asserted = self.times.read(document.stamp).at
            except Malformed:
                self.receipt.note("malformed Bundle.timestamp ignored")
        for entry in document.entries:
            self._take(entry, asserted)
        self._take_plain(document, asserted)
        self.sole = None

    def _take_plain(self, document: Document, asserted: int | None) -> None:
        """Put what a document's plain Observations say into their patients' charts."""
        known, plainly, foreign = self.known, 0, 0
        at, chart = "", None
        for address, base, said, meta in document.plain:
            key = known.get(address)
            if key is None:
                key = self._whoever(address, said)
                if key is None:
                    continue
            if isinstance(said, list):
                foreign += said.count(None)
                if not any(said):
                    continue
                plainly += len(said) - said.count(None)
            else:
                plainly += 1
            if chart is None or key is not at:
                at, chart = key, self._chart(key)
                chart.assert_at(asserted)
            version = None if meta is None else meta.version_id
            if meta is None or version is None:
                chart.say(base, said, None)
            elif version == "1":
                chart.say(base, said, 1)
            else:
                chart.add(read_plainly(base, said, *self._stamped(meta)))
        if foreign:
            self.receipt.count("irrelevant", observations.NOT_LISTED, foreign)
        self.receipt.candidates(plainly)

    def _take(self, entry: Entry, asserted: int | None) -> None:
        """Read one entry, or lay it aside until all documents are known."""
        if entry.deleted is not None:
            self._delete(entry)
        elif type(entry.resource) is not dict:
            self.receipt.count("rejected", "a resource that is not an object")
        elif self._must_wait(entry.resource):
            self.waiting.append((entry, asserted, self.sole))
        else:
            self._read(entry, entry.resource, asserted)

    def courses(self, lines: Lines | None = None) -> Iterator[Course]:
        """Yield the courses of every chart, in order of patient; nothing can be added afterwards.

        The noted lines of each patient are read when it is their turn. A report among them lends its times to that
        patient's Observations only.
        """
        noted = self._noted(lines)
        common, known_reports = self._sorted_out(), self.reported
        applied: set[str] = set()
        for key in sorted(self.charts.keys() | noted.keys() | common.keys()):
            self.reported = ChainMap({}, known_reports) if key in noted else known_reports
            if lines is not None and key in noted:
                for document in lines.of(noted[key]):
                    self.take(document, late=True)
            self.waiting = [*common.pop(key, ()), *self.waiting]
            self._wait_no_longer()
            chart = self.charts.pop(key, None)
            if chart is None:
                continue
            for gone in sorted(filter(chart.speaks_of, self.deleted)):
                applied.add(gone)
                self.receipt.candidates()
                chart.add(Reading(gone, (), Status.ENTERED_IN_ERROR, self.deleted[gone], gone="deleted"))
            courses = close(chart, self.receipt)
            if not courses:
                self.receipt.note("patients without an index procedure")
            yield from courses
        self.receipt.note("deletions of what was not in the input", len(self.deleted.keys() - applied))

    def _noted(self, lines: Lines | None) -> dict[str, list[Whose]]:
        """How the noted lines speak of each patient; those of nobody are read at once, and counted as such."""
        noted: dict[str, list[Whose]] = defaultdict(list)
        for whose in list(lines or ()):
            try:
                key = whose[1] if whose[0] == "key" else self._led_to(*whose)
            except Malformed:
                key = None
            noted[key or ""].append(whose)
        for whose in noted.pop("", ()):
            for document in lines.of([whose]) if lines is not None else ():
                self.take(document, late=True)
        return noted

    def _sorted_out(self) -> dict[str, list[Waiting]]:
        """What waits, by patient; what may be several patients' is read at once."""
        waiting, self.waiting = self.waiting, []
        by_key: dict[str, list[Waiting]] = defaultdict(list)
        for one in waiting:
            resource, self.sole = one[0].resource, one[2]
            try:
                alone = type(resource) is dict and "contained" not in resource
                key = self.subject(resource) if alone and type(resource) is dict else None
            except Malformed:
                key = None
            if key:
                by_key[key].append(one)
            else:
                self.waiting.append(one)
        self._wait_no_longer()
        return by_key

    def _wait_no_longer(self) -> None:
        """Read what waits: everything it could have waited for is known."""
        for entry, asserted, sole in self.waiting:
            self.sole = sole
            if type(entry.resource) is dict:
                self._read(entry, entry.resource, asserted)
        self.waiting, self.sole = [], None

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
        return self._led_to(*target)

    def _led_to(self, way: str, address: str) -> str | None:
        """The key of the patient that a reference or an identifier leads to; empty where it is no patient."""
        if way == "identifier":
            return self.known.get(f"identifier {address}")
        if address in self.known:
            return self.known[address]
        here = local(address)
        if here in self.known:
            return self.known[here]
        if here.startswith("Patient/"):
            return checked(here.removeprefix("Patient/"))
        if here.startswith("urn:uuid:"):
            return checked(here.removeprefix("urn:uuid:"))
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
        base = base_of(entry, resource, kind)
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
                inside = f"{base}#{checked(string(held, 'id')) or place}"
                try:
                    self._keep(self._reading(held, inside, "Observation"), own, asserted)
                except Malformed as broken:
                    self.receipt.count("rejected", broken.reason)

    def _whoever(self, address: str, said: Said) -> str | None:
        """The key of a patient who was not introduced; None where there is none, and the facts are counted."""
        try:
            key = self._led_to("reference", address)
        except Malformed as broken:
            self.receipt.count("rejected", broken.reason)
            return None
        if not key:
            foreign = said.count(None) if isinstance(said, list) else 0
            about_us = len(said) - foreign if isinstance(said, list) else 1
            self.receipt.count("irrelevant", observations.NOT_LISTED, foreign)
            self.receipt.count("dropped", "the subject is no patient", about_us)
        return key or None

    def _stamped(self, meta: Stamp) -> tuple[int | None, int | None]:
        return observations.stamped(meta.version_id, meta.last_updated, self.times, self.receipt, wanted=False)

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
        key = patient_key(entry, resource)
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
