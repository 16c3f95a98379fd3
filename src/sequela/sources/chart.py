"""A patient's chart while it is read: what each version of each resource said, and in the end courses and a reckoning.

Readers put in `Reading`s; `close` orders their versions, decides when each could be known (contract, design section 7),
and says of every candidate fact what became of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sequela.course.episodes import Course, Procedure, ProcedureKind, Record, episodes
from sequela.course.facts import Event, Fact, Finding, Status, Withdrawal, observed, settle
from sequela.sources.readings import Person, Reading, Row, Said, Timed, read_plainly, row_of
from sequela.sources.receipt import Receipt
from sequela.sources.reckoning import alike, counted, reckon

STAMP_WITHIN = 72 * 3600
"""How near to `at` a server's lastUpdated must be to count as the time of knowing (contract, design section 7)."""
CORRECTIONS = (Status.AMENDED, Status.CORRECTED)
ASSUMED = "known_at assumed from the reporting delay"


@dataclass(slots=True)
class Chart:
    """Everything read so far of one patient; `persons` is what each Patient resource says of sex and birth.

    `plain` holds plain Observations said once, `unnumbered` those of them whose version has no number, `readings` what
    was said first of each other resource, `again` everything said of those of which more was said, `indexing` which of
    them are index procedures.
    """

    patient: str
    persons: list[Person] = field(default_factory=list)
    asserted: int | None = None
    plain: dict[str, Said] = field(default_factory=dict)
    unnumbered: set[str] = field(default_factory=set)
    readings: dict[str, Reading] = field(default_factory=dict)
    again: dict[str, list[Reading]] = field(default_factory=dict)
    indexing: set[str] = field(default_factory=set)

    def add(self, reading: Reading) -> None:
        """Keep one version of one resource."""
        if reading.rows and reading.rows[0].role == "procedure":
            # No other row stands beside it.
            self.indexing.add(reading.base)
        self._keep(reading)

    def say(self, base: str, said: Said, version: int | None) -> None:
        """Keep what a plain Observation says in its first version; as any other reading if more is said of it."""
        if base in self.readings or self.plain.setdefault(base, said) is not said:
            self._keep(read_plainly(base, said, version))
        elif version is None:
            self.unnumbered.add(base)

    def speaks_of(self, base: str) -> bool:
        """Whether anything was said of a resource."""
        return base in self.readings or base in self.plain

    def plainly(self) -> list[Timed]:
        """The facts of all plain Observations, in their order."""
        facts: list[Timed] = []
        for said in self.plain.values():
            if isinstance(said, list):
                facts.extend([one for one in said if one is not None])
            else:
                facts.append(said)
        facts.sort()
        return facts

    def _keep(self, reading: Reading) -> None:
        base = reading.base
        if base in self.plain:
            self._unfold(base)
        first = self.readings.setdefault(base, reading)
        if first is not reading:
            self.again.setdefault(base, [first]).append(reading)

    def _unfold(self, base: str) -> None:
        """Take a plain Observation for a reading as any other."""
        said = self.plain.pop(base)
        self.readings[base] = read_plainly(base, said, None if base in self.unnumbered else 1)

    def said_of(self, base: str) -> list[Reading]:
        """Everything that was said of a resource."""
        return self.again.get(base) or [self.readings[base]]

    def index_rows(self) -> list[Row]:
        """Every version of every index procedure, in order of the first mention of each."""
        bases = self.indexing if len(self.indexing) < 2 else [base for base in self.readings if base in self.indexing]
        return [row for base in bases for reading in self.said_of(base) for row in reading.rows]

    @property
    def person(self) -> Person:
        """The last word on sex and birth."""
        none = Person(0, 0, None, None)
        return max(self.persons, key=lambda p: (p.version, p.updated, p.birth or 0, p.sex or ""), default=none)

    def assert_at(self, instant: int | None) -> None:
        """Take note of a Bundle's own instant; the latest counts."""
        if instant is not None and (self.asserted is None or instant > self.asserted):
            self.asserted = instant


def close(chart: Chart, receipt: Receipt) -> list[Course]:
    """Return the chart's courses in order of start; the receipt learns what became of every row."""
    plain = chart.plainly()
    timed = list(plain)
    procedures: list[Procedure] = []
    last: list[Row] = []
    person, again = chart.person, chart.again
    indexed = min((row.at for row in chart.index_rows() if row.at is not None), default=None)
    assumed = 0
    for base, first in chart.readings.items():
        reading, versions = first, 1
        if first.gone or base in again:
            group = _versions(chart.said_of(base), receipt)
            reading, versions = group[-1], len(group)
            _set_aside(group, receipt)
        rows = reading.rows
        if indexed is None:
            last += rows
        elif versions > 1:
            last += rows
            _several(group, chart, indexed, timed, procedures, receipt)
        elif _undatable(reading, chart):
            receipt.settle("dropped", "a correction that does not say when it was made", counted(rows))
        else:
            last += rows
            for row in rows:
                if row.role == "procedure":
                    procedures.append(_procedure(row, _known(reading, row, chart, indexed)[0]))
                else:
                    since, guessed = _known(reading, row, chart, indexed)
                    assumed += guessed
                    made = fact_of(row, _place(row, indexed), since, guessed, reading.version or 1, reading.status)
                    _add(timed, made)
    receipt.note(ASSUMED, assumed)
    if indexed is None:
        reckon(last + _rows(plain), person.birth, chart.asserted, receipt, None)
        return []
    timed.sort()
    if person.birth is not None and timed and timed[0][0] < person.birth:
        timed = [fact for fact in timed if fact[0] >= person.birth]
    courses = episodes(
        Record(
            patient=chart.patient,
            procedures=tuple(procedures),
            facts=tuple([fact[5] for fact in timed]),
            sex=person.sex,
            birth=person.birth,
            asserted=chart.asserted,
            zone_offset=next(row.content[3] for row in chart.index_rows() if row.at == indexed),
        )
    )
    if any(len(course.facts) == len(timed) for course in courses) and alike(last, plain, person.birth, chart.asserted):
        receipt.settle("used", number=counted(last) + len(plain))
    else:
        covered = {fact.fact for course in courses for fact in course.facts}
        reckon(last + _rows(plain), person.birth, chart.asserted, receipt, covered)
    return courses


def _rows(plain: Iterable[Timed]) -> list[Row]:
    return [row_of(one[5]) for one in plain]


def _set_aside(versions: list[Reading], receipt: Receipt) -> None:
    """Count what does not stand of a resource's versions: withdrawals, and all but the last."""
    if versions[-1].gone:
        receipt.settle("dropped", versions[-1].gone)
    for earlier in versions[:-1]:
        if earlier.gone:
            receipt.settle("dropped", earlier.gone)
        receipt.settle("superseded", "an earlier version", counted(earlier.rows))


def _add(timed: list[Timed], fact: Fact) -> None:
    timed.append((fact.at, fact.known_from, fact.fact, fact.version, len(timed), fact))


def _versions(group: list[Reading], receipt: Receipt) -> list[Reading]:
    """The versions of one resource in their order; one that was said twice counts once."""
    kept: dict[tuple[object, ...], Reading] = {}
    for reading in group:
        before = kept.setdefault(reading.said(), reading)
        if before is not reading:
            receipt.settle("duplicate", "the same version again", 1 if reading.gone else counted(reading.rows))
            if reading.updated is not None and (before.updated is None or reading.updated < before.updated):
                kept[reading.said()] = reading
    numbered = all(reading.version is not None for reading in kept.values())
    by_clock = {_clock(reading, numbered=numbered): reading for reading in kept.values()}
    if len(by_clock) == len(kept):
        return [by_clock[clock] for clock in sorted(by_clock)]

    def succession(reading: Reading) -> tuple[object, ...]:
        return (
            *_clock(reading, numbered=numbered),
            [_fixed(row) for row in reading.rows],
            # What is left that two versions can differ in, so that no two of them tie.
            reading.known is not None,
            reading.updated or 0,
            reading.version or 0,
            reading.gone,
        )

    return sorted(kept.values(), key=succession)


def _clock(reading: Reading, *, numbered: bool) -> tuple[int, bool, int, int]:
    """What versions are ordered by before all else: number, time and status."""
    said = reading.known if reading.known is not None else reading.updated
    if said is None:
        # A version that says nothing of its time stands where the reporting delay puts it; a withdrawal stands last.
        said = max((row.at + row.delay for row in reading.rows if row.at is not None), default=None)
    return (reading.version or 0) if numbered else 0, said is None, said or 0, _RANKS[reading.status]


_RANKS = {status: rank for rank, status in enumerate(Status)}


def _fixed(row: Row) -> str:
    """A row as text that is the same in every run: a set's own order is not."""
    return repr(row._replace(content=tuple(sorted(c) if isinstance(c, frozenset) else c for c in row.content)))


def _several(
    versions: list[Reading],
    chart: Chart,
    indexed: int,
    timed: list[Timed],
    procedures: list[Procedure],
    receipt: Receipt,
) -> None:
    """Add the facts of a resource with several versions; what a later version no longer says is taken back."""
    made: list[Fact] = []
    standing: dict[str, tuple[Row, int]] = {}
    started: int | None = None
    for place, reading in enumerate(versions, start=1):
        now: dict[str, tuple[Row, int]] = {}
        for row in reading.rows:
            at = _place(row, indexed)
            if place == 1:
                known, assumed = _known(reading, row, chart, indexed)
            else:
                known, assumed = _known_later(reading, versions[place - 2], row, chart, standing, indexed)
            now[row.fact] = (row, max(known, at))
            if row.role == "procedure":
                started = max(known, at) if started is None else started
            else:
                receipt.note(ASSUMED, int(assumed))
                made.append(fact_of(row, at, known, assumed, place, reading.status))
        for name, (row, since) in standing.items():
            if name in now:
                continue
            said = _said_later(reading, versions[place - 2])
            said = said if said is not None else chart.asserted
            until = since if said is None else said
            if row.role == "procedure":
                started = since if started is None else started
                procedures.append(_procedure(row, started, until=max(until, started)))
                started = None
            else:
                made.append(Withdrawal(fact=name, at=_place(row, indexed), known_at=until, version=place))
        standing = now
    for fact in settle(made):
        _add(timed, fact)
    for row, since in standing.values():
        if row.role == "procedure":
            procedures.append(_procedure(row, since if started is None else started))


def _undatable(reading: Reading, chart: Chart) -> bool:
    """Whether a correction without its predecessor does not say when it was made: it must not be known too early."""
    return (
        reading.status in CORRECTIONS and reading.known is None and reading.updated is None and chart.asserted is None
    )


def _known(reading: Reading, row: Row, chart: Chart, indexed: int) -> tuple[int, bool]:
    """When a fact's first version could be known, and whether that is only assumed (contract, design section 7)."""
    at = _place(row, indexed)
    if reading.known is not None:
        return reading.known, False
    if reading.updated is not None and (
        (reading.version == 1 and abs(reading.updated - at) <= STAMP_WITHIN) or reading.status in CORRECTIONS
    ):
        # A correction was made no later than the server wrote it; the reporting delay would date it before its error.
        return reading.updated, False
    if reading.status in CORRECTIONS and chart.asserted is not None:
        return chart.asserted, True
    return at + row.delay, True


def _said_later(reading: Reading, before: Reading) -> int | None:
    """When a later version says it was made; one that kept its predecessor's `issued` says it by the server's stamp."""
    if reading.known is None:
        return reading.updated
    if before.known == reading.known and reading.updated is not None:
        return max(reading.known, reading.updated)
    return reading.known


def _known_later(
    reading: Reading, before: Reading, row: Row, chart: Chart, standing: dict[str, tuple[Row, int]], indexed: int
) -> tuple[int, bool]:
    """When a later version could be known: by its own word, the server's, the Bundle's, else as the one before it."""
    said = _said_later(reading, before)
    if said is not None:
        return said, False
    if chart.asserted is not None:
        return chart.asserted, True
    if row.fact in standing:
        return standing[row.fact][1], True
    return _known(reading, row, chart, indexed)


def _place(row: Row, indexed: int) -> int:
    """A row's `at`; background without a date was so before the procedure, the last moment that is sure."""
    return indexed - 1 if row.at is None else row.at


def fact_of(row: Row, at: int, known: int, assumed: bool, version: int, status: Status) -> Fact:
    """The fact of a row."""
    status = row.status or status
    if row.role == "observation":
        return observed(row.fact, row.key, row.content, at, known, assumed, version, status, row.precision)
    if row.role == "finding":
        presence, site = row.content
        return Finding(
            fact=row.fact,
            at=at,
            known_at=known,
            version=version,
            status=status,
            precision=row.precision,
            assumed=assumed,
            finding=row.key,
            presence=presence,
            site=site,
        )
    return Event(
        fact=row.fact,
        at=at,
        known_at=known,
        version=version,
        status=status,
        precision=row.precision,
        assumed=assumed,
        event=row.key,
        detail=row.content[0],
    )


def _procedure(row: Row, known: int, until: int | None = None) -> Procedure:
    """The index procedure of a row; it is completed, and so known, no earlier than its end."""
    territory, intent, end, _ = row.content
    assert row.at is not None
    return Procedure(
        id=row.fact.removeprefix("Procedure/"),
        kind=ProcedureKind(row.key),
        start=row.at,
        known_from=max(known, row.at, end),
        known_until=until,
        territory=territory,
        intent=intent,
        precision=row.precision,
    )
