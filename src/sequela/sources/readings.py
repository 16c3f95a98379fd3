"""What a reader makes of one resource: rows, each a candidate fact, and the version that says them."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from sequela.course.catalogue import catalogue
from sequela.course.facts import Fact, Observation, Precision, Status
from sequela.sources.shapes import Stamp

Role = Literal["observation", "finding", "event", "procedure"]


class Row(NamedTuple):
    """One candidate fact of a resource: `content` is what its role needs; no `at` means undated background.

    `status` is the row's own where it is not the resource's: what only the words of a report say is unverified.
    """

    fact: str
    role: Role
    key: str
    content: tuple[Any, ...]
    at: int | None
    precision: Precision = Precision.SECOND
    delay: int = 0
    derived: bool = False
    status: Status | None = None


class Reading(NamedTuple):
    """One version of one resource: its rows, or why it takes itself back (`gone`).

    `known` is the source's own word (issued, recordedDate), `updated` the server's lastUpdated.
    """

    base: str
    rows: tuple[Row, ...]
    status: Status = Status.FINAL
    known: int | None = None
    updated: int | None = None
    version: int | None = None
    gone: str = ""

    def said(self) -> tuple[object, ...]:
        """What makes two readings the same version said twice."""
        return (self.version, self.status, self.known, self.rows, self.gone)


Timed = tuple[int, int, str, int, int, Fact]
"""A fact behind what facts are ordered by: at, known_from, fact, version, and its place among those that tie."""
Said = Timed | list[Timed | None]
"""What a plain Observation says: its fact, or those of its components, None for one that is not about us."""

Plainly = tuple[str, str, Said, Stamp | None]
"""A plain Observation: the address of its patient, its own name, what it says, and the server's note on it."""


def row_of(fact: Fact) -> Row:
    """The row that a plain Observation's fact comes from."""
    assert isinstance(fact, Observation)
    bounds = fact.low, fact.high, fact.low_open, fact.high_open
    return Row(fact.fact, "observation", fact.kind, bounds, fact.at, delay=catalogue().kinds[fact.kind].delay)


def read_plainly(base: str, said: Said, version: int | None, updated: int | None = None) -> Reading:
    """The reading of a plain Observation."""
    facts = [one[5] for one in (said if isinstance(said, list) else [said]) if one is not None]
    rows = tuple(map(row_of, facts))
    return Reading(base, rows, facts[0].status, facts[0].known_at, updated, version)


class Person(NamedTuple):
    """What one version of a Patient resource says; the highest version counts, whatever the order of arrival."""

    version: int
    updated: int
    birth: int | None
    sex: str | None
