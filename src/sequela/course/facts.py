"""Facts: what was observed, found or done, each with its versions and its two clocks.

`at` is when it was so; `known_at` when it could have been known. A version counts from
`known_from` = max(known_at, at) until the next version or a withdrawal is known.
All times are integer seconds since 1970-01-01T00:00:00Z.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from operator import attrgetter
from typing import Any

from sequela.course.interval import Interval


class Status(StrEnum):
    """How far the source stands by a version; the order is the order in which versions of one moment succeed.

    `unverified`: read from the words of a report by rules; no person has confirmed that it says so.
    """

    UNVERIFIED = "unverified"
    PRELIMINARY = "preliminary"
    FINAL = "final"
    AMENDED = "amended"
    CORRECTED = "corrected"
    ENTERED_IN_ERROR = "entered-in-error"


class Precision(StrEnum):
    """How exactly the source dated a fact; anything coarser than a second is known at its end."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Presence(StrEnum):
    """What a finding says of itself."""

    PRESENT = "present"
    ABSENT = "absent"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One version of one fact.

    `fact` is the source's identifier (`Observation/a`, `Observation/b#component1`, `observations/17`);
    `version` orders the versions of one fact; `assumed` says that `known_at` is the kind's reporting delay,
    not the source's word; `known_until` is set by `settle`.
    """

    fact: str
    at: int
    known_at: int
    version: int = 1
    status: Status = Status.FINAL
    precision: Precision = Precision.SECOND
    assumed: bool = False
    known_until: int | None = None

    @property
    def known_from(self) -> int:
        """When this version begins to count, in seconds."""
        return self.known_at if self.known_at > self.at else self.at

    @property
    def key(self) -> str:
        """The kind, finding or event that this fact is about."""
        raise NotImplementedError

    def visible(self, instant: int) -> bool:
        """Whether this version is believed at the instant."""
        return self.known_from <= instant and (self.known_until is None or instant < self.known_until)

    def __repr__(self) -> str:
        """A masked form: what sort of fact, never whose or how much."""
        return f"<{type(self).__name__} version {self.version}>"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Observation(Fact):
    """A timed number: `low` and `high` in units of the kind's resolution (equal unless the source gave a comparator).

    None is unbounded; an open end is excluded (`<5` is low 0, high 5 open).
    """

    kind: str
    low: int | None
    high: int | None
    low_open: bool = False
    high_open: bool = False

    @property
    def key(self) -> str:
        """The kind that was measured."""
        return self.kind

    def value(self, resolution: Fraction) -> Interval:
        """The value in the kind's canonical unit."""
        return Interval(
            None if self.low is None else self.low * resolution,
            None if self.high is None else self.high * resolution,
            self.low_open,
            self.high_open,
        )


class _Draft(Fact):
    """An Observation still open for writing: it has the same slots, and becomes one by changing its class.

    Readers make millions. The constructor of a frozen dataclass sets each field through a call, which takes six times
    as long as plain assignment.
    """

    __slots__ = ("high", "high_open", "kind", "low", "low_open")
    __setattr__ = object.__setattr__
    __delattr__ = object.__delattr__
    kind: str
    low: int | None
    high: int | None
    low_open: bool
    high_open: bool


_new = object.__new__


def observed(
    fact: str,
    kind: str,
    bounds: tuple[int | None, int | None, bool, bool],
    at: int,
    known_at: int,
    assumed: bool,
    version: int,
    status: Status,
    precision: Precision,
) -> Observation:
    """The same as `Observation(...)`, for those who make millions; `bounds` are low, high and whether each is open."""
    draft: Any = _new(_Draft)
    draft.fact = fact
    draft.at = at
    draft.known_at = known_at
    draft.version = version
    draft.status = status
    draft.precision = precision
    draft.assumed = assumed
    draft.known_until = None
    draft.kind = kind
    draft.low, draft.high, draft.low_open, draft.high_open = bounds
    draft.__class__ = Observation
    made: Observation = draft
    return made


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Finding(Fact):
    """A timed qualitative fact, present, absent or uncertain; perhaps at a site (`VII`, `portal-right`)."""

    finding: str
    presence: Presence
    site: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """What was looked for."""
        return self.finding


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Event(Fact):
    """Something done or happened: a scan, a culture, a drug, a drain, discharge, death. `detail` qualifies it."""

    event: str
    detail: str = ""

    @property
    def key(self) -> str:
        """What happened."""
        return self.event


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Withdrawal(Fact):
    """The source takes the whole fact back (entered-in-error, cancelled, deleted) from `known_from` on."""

    status: Status = Status.ENTERED_IN_ERROR

    @property
    def key(self) -> str:
        """Nothing: a withdrawal is about a fact, not a kind."""
        return ""


_VERSION = attrgetter("version")
_SUCCESSION = {status: rank for rank, status in enumerate(Status)}
_COARSENESS = {precision: rank for rank, precision in enumerate(Precision)}


def settle(versions: Iterable[Fact]) -> list[Fact]:
    """Return every version with its `known_until` set, withdrawals gone, in an order that does not depend on arrival.

    A version ends when any later version of the same fact, or its withdrawal, becomes known.
    Repeats of one version (same fact, version, status and clocks) count once.
    """
    by_fact: dict[str, list[Fact]] = defaultdict(list)
    for version in versions:
        by_fact[version.fact].append(version)
    settled: list[Fact] = []
    for group in by_fact.values():
        if len(group) == 1 and group[0].known_until is None:
            # Most facts are said once, and stand as they are.
            settled.extend(fact for fact in group if not isinstance(fact, Withdrawal))
            continue
        ends: int | None = None
        if len({version.version for version in group}) == len(group):
            ordered = sorted(group, key=_VERSION, reverse=True)
        else:
            ordered = sorted(set(group), key=_succession, reverse=True)
        for version in ordered:
            if not isinstance(version, Withdrawal) and (ends is None or version.known_from < ends):
                settled.append(version if version.known_until == ends else replace(version, known_until=ends))
            ends = version.known_from if ends is None else min(ends, version.known_from)
    return sorted(settled, key=_chronology)


def _succession(version: Fact) -> tuple[object, ...]:
    """What versions of one fact are ordered by: all that they can differ in, so that no two of them ever tie."""
    clocks = (version.version, version.known_from, _SUCCESSION[version.status], version.at)
    said = (_content(version), version.assumed, version.known_at, _COARSENESS[version.precision])
    return (*clocks, *said, type(version).__name__)


def _chronology(version: Fact) -> tuple[object, ...]:
    return (version.at, version.known_from, version.fact, version.version, _content(version))


def _content(version: Fact) -> str:
    """A tie-breaker for versions that claim the same number and time: any order will do, but it must be fixed."""
    match version:
        case Observation():
            return f"{version.kind}|{version.low}|{version.high}|{version.low_open}|{version.high_open}"
        case Finding():
            return f"{version.finding}|{version.presence}|{sorted(version.site)}"
        case Event():
            return f"{version.event}|{version.detail}"
        case _:
            return "~"
