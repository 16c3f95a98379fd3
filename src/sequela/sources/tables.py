"""Course folders into courses: the settled frames of `frames`, one course for each episode."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sequela.course.episodes import Course, Ending
from sequela.course.facts import Event, Fact, Finding, Observation, Precision, Presence, Status, observed
from sequela.sources.cells import Episode
from sequela.sources.folders import opened
from sequela.sources.receipt import Receipt

if TYPE_CHECKING:
    from sequela.sources.frames import Part

HEAD = ("fact", "at", "known_at", "version", "known_until", "status", "precision", "assumed")
TAIL = ("key", "low", "high", "low_open", "high_open", "presence", "site", "detail")
STATUSES, PRECISIONS = list(Status), list(Precision)


def read(folder: Path, receipt: Receipt, zone: tzinfo = UTC) -> Iterator[Course]:
    """Yield the courses of a folder in order of episode; a folder with a broken table is rejected whole, and named.

    Memory is bounded whatever the number of episodes: their facts are read some thousand episodes at a time.
    """
    tables = opened(folder, receipt)
    if tables is None:
        return
    # Brings Polars with it, which who reads FHIR need not load.
    from sequela.sources.frames import walk

    for part in walk(tables, receipt, zone):
        yield from _courses(part)


def _courses(part: Part) -> Iterator[Course]:
    """The courses of some episodes."""
    from sequela.sources.frames import endings

    rows = part.facts.select(*HEAD, *TAIL)
    counts = dict(part.facts.group_by("place").len().iter_rows())
    first = 0
    for place, episode in enumerate(part.episodes):
        count = counts.get(place, 0)
        facts = [_fact(row) for row in rows.slice(first, count).iter_rows()]
        first += count
        deaths = [
            Ending(by="death", at=fact.at, known_from=fact.known_from, known_until=fact.known_until)
            for fact in facts
            if isinstance(fact, Event) and fact.event == "death"
        ]
        siblings = part.siblings[episode.patient]
        yield _course(episode, siblings, facts, endings(episode, siblings, deaths))


def _fact(row: tuple[Any, ...]) -> Fact:
    """The fact in a row with the columns HEAD and TAIL."""
    fact, at, known_at, version, known_until, status, precision, assumed, key, low, high, *rest = row
    low_open, high_open, presence, site, detail = rest
    if known_until is None and (low is not None or high is not None):
        bounds = (low, high, low_open, high_open)
        return observed(fact, key, bounds, at, known_at, assumed, version, STATUSES[status], PRECISIONS[precision])
    head: dict[str, Any] = {
        "fact": fact,
        "at": at,
        "known_at": known_at,
        "version": version,
        "known_until": known_until,
        "status": STATUSES[status],
        "precision": PRECISIONS[precision],
        "assumed": assumed,
    }
    if presence is not None:
        places = frozenset(site.split(";")) if site else frozenset()
        return Finding(**head, finding=key, presence=Presence(presence), site=places)
    if low is not None or high is not None:
        return Observation(**head, kind=key, low=low, high=high, low_open=low_open, high_open=high_open)
    return Event(**head, event=key, detail=detail or "")


def _course(episode: Episode, siblings: Sequence[Episode], facts: list[Fact], ends: list[Ending]) -> Course:
    """The course of one episode: the patient's other episodes end it or stand before it."""
    own = (episode.procedure.start, episode.procedure.id)
    return Course(
        id=f"{episode.patient}|{episode.procedure.id}",
        patient=episode.patient,
        procedure=episode.procedure,
        facts=tuple(facts),
        sex=episode.sex,
        birth=episode.birth,
        earlier=tuple(other.procedure for other in siblings if (other.procedure.start, other.procedure.id) < own),
        endings=tuple(ends),
        zone_offset=episode.offset,
    )
