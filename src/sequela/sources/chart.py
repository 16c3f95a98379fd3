"""A patient's chart while it is read: what each version of each resource said, and in the end courses and a reckoning.

Readers put in `Reading`s; `close` orders their versions, decides when each could be known (contract, design section 7),
and says of every candidate fact what became of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sequela.course.episodes import Course, Procedure, ProcedureKind, Record, episodes
from sequela.course.facts import Event, Fact, Finding, Observation, Status, Withdrawal, settle
from sequela.sources.readings import Person, Reading, Row
from sequela.sources.receipt import Receipt

STAMP_WITHIN = 72 * 3600
"""How near to `at` a server's lastUpdated must be to count as the time of knowing (contract, design section 7)."""
CORRECTIONS = (Status.AMENDED, Status.CORRECTED)
ASSUMED = "known_at assumed from the reporting delay"


@dataclass(slots=True)
class Chart:
    """Everything read so far of one patient; `persons` is what each Patient resource says of sex and birth."""

    patient: str
    persons: list[Person] = field(default_factory=list)
    asserted: int | None = None
    readings: dict[str, list[Reading]] = field(default_factory=dict)

    def add(self, reading: Reading) -> None:
        """Keep one version of one resource."""
        same = self.readings.get(reading.base)
        if same is None:
            self.readings[reading.base] = [reading]
        else:
            same.append(reading)

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
    facts: list[Fact] = []
    procedures: list[Procedure] = []
    last: list[Row] = []
    person = chart.person
    indexed = _index_start(chart)
    for group in chart.readings.values():
        if len(group) == 1 and not group[0].gone:
            reading = group[0]
            versions = [reading]
        else:
            versions = _versions(group, receipt)
            reading = versions[-1]
        if reading.gone:
            receipt.settle("dropped", reading.gone)
        for earlier in versions[:-1]:
            if earlier.gone:
                receipt.settle("dropped", earlier.gone)
            receipt.settle("superseded", "an earlier version", _counted(earlier.rows))
        if indexed is None:
            last.extend(reading.rows)
            continue
        if len(versions) == 1 and _undatable(reading, chart):
            receipt.settle("dropped", "a correction that does not say when it was made", _counted(reading.rows))
            continue
        last.extend(reading.rows)
        if len(versions) == 1:
            for row in reading.rows:
                if row.role == "procedure":
                    procedures.append(_procedure(row, _known(reading, row, chart, indexed)[0]))
                else:
                    facts.append(_fact(row, reading, chart, indexed, receipt))
        else:
            _several(versions, chart, indexed, facts, procedures, receipt)
    if indexed is None:
        _reckon(last, chart, receipt, None)
        return []
    if person.birth is not None and any(fact.at < person.birth for fact in facts):
        facts = [fact for fact in facts if fact.at >= person.birth]
    facts.sort(key=lambda fact: (fact.at, fact.known_from, fact.fact, fact.version))
    courses = episodes(
        Record(
            patient=chart.patient,
            procedures=tuple(procedures),
            facts=tuple(facts),
            sex=person.sex,
            birth=person.birth,
            asserted=chart.asserted,
            zone_offset=_offset(chart, indexed),
        )
    )
    covered = {fact.fact for course in courses for fact in course.facts}
    _reckon(last, chart, receipt, covered)
    return courses


def _index_start(chart: Chart) -> int | None:
    """The first index procedure's start, taken back or not, or None where the patient has none."""
    starts = [
        row.at
        for group in chart.readings.values()
        for reading in group
        for row in reading.rows
        if row.role == "procedure" and row.at is not None
    ]
    return min(starts, default=None)


def _offset(chart: Chart, indexed: int) -> int:
    """The seconds east of UTC in which the source writes the first index procedure's time."""
    offsets: Iterator[int] = (
        row.content[3]
        for group in chart.readings.values()
        for reading in group
        for row in reading.rows
        if row.role == "procedure" and row.at == indexed
    )
    return next(offsets)


def _versions(group: list[Reading], receipt: Receipt) -> list[Reading]:
    """The versions of one resource in their order; one that was said twice counts once."""
    kept: dict[tuple[object, ...], Reading] = {}
    for reading in group:
        before = kept.setdefault(reading.said(), reading)
        if before is not reading:
            receipt.settle("duplicate", "the same version again", 1 if reading.gone else _counted(reading.rows))
            if reading.updated is not None and (before.updated is None or reading.updated < before.updated):
                kept[reading.said()] = reading
    numbered = all(reading.version is not None for reading in kept.values())
    ranks = {status: rank for rank, status in enumerate(Status)}

    def succession(reading: Reading) -> tuple[object, ...]:
        said = reading.known if reading.known is not None else reading.updated
        # A version that says nothing of its time stands where the reporting delay puts it; a withdrawal stands last.
        ends = [row.at + row.delay for row in reading.rows if row.at is not None]
        said = said if said is not None else max(ends, default=None)
        return (
            reading.version if numbered else 0,
            said is None,
            said or 0,
            ranks[reading.status],
            repr(reading.rows),
        )

    return sorted(kept.values(), key=succession)


def _several(
    versions: list[Reading],
    chart: Chart,
    indexed: int,
    facts: list[Fact],
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
                made.append(_make(row, at, known, assumed=assumed, version=place, status=reading.status))
        for fact, (row, since) in standing.items():
            if fact in now:
                continue
            said = _said_later(reading, versions[place - 2])
            said = said if said is not None else chart.asserted
            until = since if said is None else said
            if row.role == "procedure":
                started = since if started is None else started
                procedures.append(_procedure(row, started, until=max(until, started)))
                started = None
            else:
                made.append(Withdrawal(fact=fact, at=_place(row, indexed), known_at=until, version=place))
        standing = now
    facts.extend(settle(made))
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


def _fact(row: Row, reading: Reading, chart: Chart, indexed: int, receipt: Receipt) -> Fact:
    """The fact of a row with one version."""
    known, assumed = _known(reading, row, chart, indexed)
    if assumed:
        receipt.note(ASSUMED)
    return _make(row, _place(row, indexed), known, assumed=assumed, version=reading.version or 1, status=reading.status)


def _make(row: Row, at: int, known: int, *, assumed: bool, version: int, status: Status) -> Fact:
    if row.role == "observation":
        low, high, low_open, high_open = row.content
        return Observation(
            fact=row.fact,
            at=at,
            known_at=known,
            version=version,
            status=status,
            precision=row.precision,
            assumed=assumed,
            kind=row.key,
            low=low,
            high=high,
            low_open=low_open,
            high_open=high_open,
        )
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


def _counted(rows: tuple[Row, ...]) -> int:
    """How many of the rows are candidates; what we derive ourselves is none."""
    return sum(not row.derived for row in rows)


def _reckon(rows: list[Row], chart: Chart, receipt: Receipt, covered: set[str] | None) -> None:
    """Say of each row of a last version what became of it; None covers nobody: there is no index procedure."""
    birth, asserted = chart.person.birth, chart.asserted
    seen: dict[tuple[object, ...], str] = {}
    doubles: set[str] = set()
    for row in rows:
        if not row.derived and row.role != "procedure" and row.at is not None:
            same = (row.role, row.key, row.at, row.content)
            other = seen.setdefault(same, row.fact)
            if other is not row.fact:
                doubles.add(max(other, row.fact))
                seen[same] = min(other, row.fact)
    counts: dict[str, int] = {"used": 0, "duplicate": 0, "born": 0, "outside": 0, "none": 0, "future": 0}
    for row in rows:
        if row.derived:
            continue
        if asserted is not None and row.at is not None and row.at > asserted:
            counts["future"] += 1
        if row.at is not None and birth is not None and row.at < birth:
            counts["born"] += 1
        elif covered is None:
            counts["duplicate" if row.fact in doubles else "none"] += 1
        elif row.role == "procedure":
            counts["used"] += 1
        elif row.fact not in covered:
            counts["outside"] += 1
        else:
            counts["duplicate" if row.fact in doubles else "used"] += 1
    receipt.settle("used", number=counts["used"])
    receipt.settle("duplicate", "the same value at the same time", counts["duplicate"])
    receipt.settle("dropped", "before birth", counts["born"])
    receipt.settle("irrelevant", "outside every episode", counts["outside"])
    receipt.settle("irrelevant", "no index procedure", counts["none"])
    receipt.note("dated after the Bundle's own timestamp", counts["future"])
