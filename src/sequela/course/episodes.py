"""Records and courses: from everything known of a patient to one course for each index procedure.

Each completed index procedure makes an episode; starts within 24 h merge into the first. A course holds the facts
from 90 days before its start (the baseline) until the next procedure is known. Procedures have two clocks as well:
what is not yet known at an instant neither starts nor ends an episode then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from operator import attrgetter
from typing import TypeVar

from sequela.course.facts import Event, Fact, Precision

DAY = 86_400
"""Seconds in the elapsed day that `day` counts."""
BASELINE_DAYS = 90
"""How far back of the start a value may serve as baseline (contract, design section 7)."""
MERGE_SECONDS = DAY
"""Index procedures that start within this of an episode's start belong to it (contract, design section 7)."""


class ProcedureKind(StrEnum):
    """The index procedures (contract, design section 7)."""

    TAE = "TAE"
    TACE = "TACE"
    DEB_TACE = "DEB-TACE"
    TARE = "TARE"
    RFA = "RFA"
    MWA = "MWA"
    CRYOABLATION = "cryoablation"
    PVE = "PVE"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Procedure:
    """One index procedure: what was done, where, meaning to destroy or close what, and when it was known."""

    id: str
    kind: ProcedureKind
    start: int
    known_from: int
    known_until: int | None = None
    territory: tuple[str, ...] = ()
    intent: tuple[str, ...] = ()
    precision: Precision = Precision.SECOND

    def visible(self, instant: int) -> bool:
        """Whether the procedure is known, and not withdrawn, at the instant."""
        return self.known_from <= instant and (self.known_until is None or instant < self.known_until)

    def __repr__(self) -> str:
        """A masked form."""
        return f"<Procedure {self.kind}>"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Ending:
    """What ends an episode, from when that is known: `by` is the next procedure's id, `death`, or a folder's reason."""

    by: str
    at: int
    known_from: int
    known_until: int | None = None

    def visible(self, instant: int) -> bool:
        """Whether the ending is known at the instant."""
        return self.known_from <= instant and (self.known_until is None or instant < self.known_until)

    def __repr__(self) -> str:
        """A masked form."""
        return "<Ending>"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Record:
    """Everything one source said of one patient: settled facts and index procedures.

    `birth` is the earliest second of the birth date; `asserted` the source's own instant (Bundle.timestamp), if any;
    `zone_offset` the seconds east of UTC in which the source writes its times.
    """

    patient: str
    procedures: tuple[Procedure, ...]
    facts: tuple[Fact, ...]
    sex: str | None = None
    birth: int | None = None
    asserted: int | None = None
    zone_offset: int = 0

    def __repr__(self) -> str:
        """A masked form."""
        return f"<Record of {len(self.facts)} facts, {len(self.procedures)} procedures>"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Course:
    """Everything known about one episode; the only thing an engine looks at.

    `facts` are settled and sorted; `earlier` are the index procedures before this one, whose late windows may still be
    open; `endings` may be several (a later procedure can itself be withdrawn).
    """

    id: str
    patient: str
    procedure: Procedure
    facts: tuple[Fact, ...] = ()
    sex: str | None = None
    birth: int | None = None
    earlier: tuple[Procedure, ...] = ()
    endings: tuple[Ending, ...] = ()
    asserted: int | None = None
    zone_offset: int = 0
    _last: int | None = field(default=None, compare=False)
    _by_key: dict[str, tuple[Fact, ...]] | None = field(default=None, init=False, compare=False)

    def about(self, key: str) -> tuple[Fact, ...]:
        """Every version of every fact about a kind, finding or event, in order of (at, known_from, fact)."""
        if self._by_key is None:
            # Sorted out when first asked: who only passes courses on need not pay for it.
            by_key: dict[str, list[Fact]] = {}
            for fact in self.facts:
                by_key.setdefault(fact.key, []).append(fact)
            object.__setattr__(self, "_by_key", {key: tuple(facts) for key, facts in by_key.items()})
        return (self._by_key or {}).get(key, ())

    def as_of(self, instant: int) -> Course:
        """The course as it was known at the instant: later versions, withdrawals and endings do not exist."""
        return replace(
            self,
            procedure=_as_of(self.procedure, instant),
            facts=tuple(_as_of(fact, instant) for fact in self.facts if fact.known_from <= instant),
            earlier=tuple(_as_of(p, instant) for p in self.earlier if p.visible(instant)),
            endings=tuple(_as_of(e, instant) for e in self.endings if e.known_from <= instant),
            _last=None if self._last is None else min(self._last, instant),
        )

    @property
    def start(self) -> int:
        """When the procedure started, in seconds."""
        return self.procedure.start

    @property
    def last_known(self) -> int:
        """The last instant at which anything of this patient became known or was withdrawn: the default `as_of`."""
        return max(_last_word(self.facts, (self.procedure,)), self._last if self._last is not None else self.start)

    def ending(self, instant: int) -> Ending | None:
        """What has ended the episode, as known at the instant."""
        return min((e for e in self.endings if e.visible(instant)), key=lambda e: (e.at, e.known_from), default=None)

    def __repr__(self) -> str:
        """A masked form."""
        return f"<Course after {self.procedure.kind}, {len(self.facts)} facts>"


Versioned = TypeVar("Versioned", Fact, Procedure, Ending)


def _as_of(versioned: Versioned, instant: int) -> Versioned:
    """The same with an end that is not yet known taken away."""
    if versioned.known_until is not None and versioned.known_until > instant:
        return replace(versioned, known_until=None)
    return versioned


def episodes(record: Record) -> list[Course]:
    """Return one course for each index procedure of a record, in order of start."""
    starts = merged(record.procedures)
    last = _last_word(record.facts, record.procedures)
    deaths = [
        Ending(by="death", at=fact.at, known_from=fact.known_from, known_until=fact.known_until)
        for fact in record.facts
        if isinstance(fact, Event) and fact.event == "death"
    ]
    first = min(map(_AT, record.facts), default=0)
    courses = []
    for index, procedure in enumerate(starts):
        later = starts[index + 1 :]
        nexts = [Ending(by=p.id, at=p.start, known_from=p.known_from, known_until=p.known_until) for p in later]
        closed = min((e.known_from for e in nexts if e.known_until is None), default=None)
        since = procedure.start - BASELINE_DAYS * DAY
        courses.append(
            Course(
                id=f"{record.patient}|{procedure.id}",
                patient=record.patient,
                procedure=procedure,
                facts=record.facts
                if first >= since and closed is None
                else tuple(
                    fact
                    for fact in record.facts
                    if (fact.at >= since or _lasting(fact)) and (closed is None or fact.known_from < closed)
                ),
                sex=record.sex,
                birth=record.birth,
                earlier=tuple(starts[:index]),
                endings=tuple(nexts + [d for d in deaths if d.at >= procedure.start]),
                asserted=record.asserted,
                zone_offset=record.zone_offset,
                _last=last,
            )
        )
    return courses


_AT, _KNOWN_AT, _UNTIL = attrgetter("at"), attrgetter("known_at"), attrgetter("known_until")


def _last_word(facts: Sequence[Fact], procedures: Iterable[Procedure]) -> int:
    """The last instant at which any of the versions became known, or ceased to be believed."""
    # A fact's known_from is the later of its two clocks.
    words = [max(max(map(_AT, facts)), max(map(_KNOWN_AT, facts)))] if facts else []
    words += [until for until in map(_UNTIL, facts) if until is not None]
    for procedure in procedures:
        words.append(procedure.known_from)
        if procedure.known_until is not None:
            words.append(procedure.known_until)
    return max(words, default=0)


def merged(procedures: Iterable[Procedure]) -> list[Procedure]:
    """Index procedures in order of start, those within 24 h of an episode's start merged into it."""
    kept: list[Procedure] = []
    for procedure in sorted(procedures, key=lambda p: (p.start, p.known_from, p.id)):
        if kept and procedure.start - kept[-1].start <= MERGE_SECONDS and kept[-1].known_until is None:
            first, withdrawn = kept[-1], procedure.known_until is not None
            kept[-1] = Procedure(
                id=first.id,
                kind=first.kind,
                start=first.start,
                known_from=first.known_from,
                known_until=first.known_until,
                territory=first.territory if withdrawn else _union(first.territory, procedure.territory),
                intent=first.intent if withdrawn else _union(first.intent, procedure.intent),
                precision=first.precision,
            )
        else:
            kept.append(procedure)
    return kept


def _union(first: Sequence[str], second: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _lasting(fact: Fact) -> bool:
    """Whether a fact older than the baseline window still tells the background (cirrhosis of ten years)."""
    from sequela.course.catalogue import catalogue

    entry = catalogue().findings.get(fact.key)
    return entry is not None and entry.background
