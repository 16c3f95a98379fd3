"""A course folder's tables read the slow, obvious way, one row after the other: what the frames must equal.

Nothing of `columns`, `candidates` or `frames` is used here; single cells are read by the same functions, which have
tests of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any

import polars as pl

from sequela.course.episodes import Course, Ending
from sequela.course.facts import Event, Fact, Finding, Observation, Precision, Presence, Status, Withdrawal, settle
from sequela.sources import Receipt, cells
from sequela.sources.cells import Content, Episode, Unusable, text, whole
from sequela.sources.elements import Malformed, Times

ABOUT = {"observations": "kind", "findings": "finding", "events": "event"}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Candidate:
    fact: Fact
    content: str
    gone: str = ""


class Unfit(Exception):
    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.category, _, self.reason = problem.partition(": ")


def courses(tables: Mapping[str, pl.DataFrame], zone: tzinfo) -> tuple[list[Course], Receipt]:
    """The courses and the receipt of contract tables."""
    receipt, times = Receipt(), Times(zone)
    told: dict[str, Episode] = {}
    for row in tables["episodes"].iter_rows(named=True):
        try:
            key, episode = cells.episode(row, times)
        except Malformed as broken:
            receipt.count("rejected", broken.reason)
        except Unusable as problem:
            receipt.count("dropped", problem.reason)
        else:
            if key in told:
                receipt.count("rejected", "an episode told twice")
            else:
                told[key] = episode
                receipt.count("used")
    candidates: dict[str, list[Candidate]] = defaultdict(list)
    for table in ("observations", "findings", "events", "background"):
        for row in tables[table].iter_rows(named=True) if table in tables else ():
            key = None if row["episode"] is None else str(row["episode"])
            if key not in told:
                receipt.count("dropped", "of an episode that is not in the folder")
                continue
            try:
                candidate = candidate_of(table, row, told[key], times)
            except Unfit as unfit:
                receipt.count(unfit.category, unfit.reason)
            except Malformed as broken:
                receipt.count("rejected", broken.reason)
            else:
                receipt.candidates()
                born = told[key].birth
                if born is not None and candidate.fact.at < born and not candidate.gone:
                    receipt.settle("dropped", "before birth")
                else:
                    candidates[key].append(candidate)
    made = [course(key, told, settled(candidates[key], receipt)) for key in sorted(told)]
    receipt.note("times without a zone", times.zoneless)
    return made, receipt


def candidate_of(table: str, row: Row, episode: Episode, times: Times) -> Candidate:
    if table == "background":
        content = fit(cells.noted(row["item"], row["value"]))
        before = episode.procedure.start - 1
        return Candidate(
            fact_of(content, {"fact": f"background/{content.key}", "at": before, "known_at": before}), content.content
        )
    about = text(row.get(ABOUT[table]))
    standing = cells.standing(row.get("status"))
    gone = "" if standing.gone is None else cells.GONE[standing.gone]
    if table == "observations":
        content = cells.measured(about, row.get("value"), row.get("unit"), row.get("comparator"))
    elif table == "findings":
        content = cells.found(about, row.get("presence"), row.get("site"))
    else:
        content = cells.happened(about, row.get("detail"))
    if content.problem == cells.STRANGER and not (gone and about is None):
        fit(content)
    name = text(row.get("fact"))
    if name is None:
        raise Malformed("a row without a fact")
    clocks = [moment(row.get(column), times) for column in ("at", "known_at")]
    at, known = clocks
    if at is None and not gone:
        raise Unfit("dropped: no time")
    at = at or known or times.read("1970-01-01T00:00:00Z")
    dated = at.precision not in (Precision.SECOND, Precision.MINUTE)
    delay = 0 if dated else content.delay
    head: dict[str, Any] = {
        "fact": f"{table}/{name}",
        "version": whole(row.get("version")) or (10**9 if gone and clocks == [None, None] else 1),
        "at": at.at,
        "known_at": at.at + delay if known is None else known.at,
        "precision": at.precision,
        "assumed": known is None,
    }
    if gone:
        return Candidate(Withdrawal(**head), "", gone)
    if standing.status is None:
        raise Malformed("unknown status")
    if content.doubtful is not None and list(Status)[standing.status] is Status.UNVERIFIED:
        raise Unfit(content.doubtful)
    return Candidate(fact_of(fit(content), {**head, "status": list(Status)[standing.status]}), content.content)


def moment(value: object, times: Times) -> Any:
    written = cells.as_written(value)
    return None if written is None or written == "" else times.read(written)


def fit(content: Content) -> Content:
    if content.problem is not None:
        raise Unfit(content.problem)
    return content


def fact_of(content: Content, head: dict[str, Any]) -> Fact:
    if content.presence is not None:
        site = frozenset((content.site or "").split(";")) - {""}
        return Finding(**head, finding=content.key, presence=Presence(content.presence), site=site)
    if content.low is None and content.high is None:
        return Event(**head, event=content.key, detail=content.detail or "")
    bounds = dict(zip(("low", "high", "low_open", "high_open"), content[1:5], strict=True))
    return Observation(**head, kind=content.key, **bounds)


def settled(candidates: list[Candidate], receipt: Receipt) -> list[Fact]:
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        groups[candidate.fact.fact].append(candidate)
    versions: list[Fact] = []
    said: list[Fact] = []
    seen: set[tuple[object, ...]] = set()
    for name in sorted(groups):
        distinct = sorted(set(groups[name]), key=succession)
        receipt.settle("duplicate", "the same version again", len(groups[name]) - len(distinct))
        first = distinct[0].fact
        if len(distinct) == 1 and first.status in (Status.AMENDED, Status.CORRECTED) and first.assumed:
            receipt.settle("dropped", "a correction that does not say when it was made")
            continue
        versions += [candidate.fact for candidate in distinct]
        said += implied_by(distinct)
        receipt.note("known_at assumed from the reporting delay", sum(c.fact.assumed for c in distinct))
        for candidate in distinct[:-1]:
            if candidate.gone:
                receipt.settle("dropped", candidate.gone)
            else:
                receipt.settle("superseded", "an earlier version")
        last = distinct[-1]
        mark = (name.split("/")[0], last.fact.key, last.fact.at, last.content)
        if last.gone:
            receipt.settle("dropped", last.gone)
        elif mark in seen:
            receipt.settle("duplicate", "the same value at the same time")
        else:
            seen.add(mark)
            receipt.settle("used")
    return sorted([*settle(versions), *said], key=lambda f: (f.at, f.known_from, f.fact))


def implied_by(versions: list[Candidate]) -> list[Fact]:
    """What the versions of one fact, in order, say of oxygen: given, or not, or nothing any more."""
    made: list[Fact] = []
    for place, fact in enumerate(candidate.fact for candidate in versions):
        head = {"fact": f"{fact.fact}#oxygen", "at": fact.at, "known_at": fact.known_at, "version": place}
        exact = isinstance(fact, Observation) and fact.kind == "fio2" and fact.low is not None and fact.high is not None
        if isinstance(fact, Observation) and exact:
            # In tenths of a percent; air has 21 %.
            given = {"low": int((fact.low or 0) > 210), "high": int((fact.high or 0) > 210)}
            head |= {"status": fact.status, "precision": fact.precision, "assumed": fact.assumed}
            made.append(Observation(**head, kind="oxygen", **given))
        else:
            made.append(Withdrawal(**head))
    return [replace(fact, version=versions[fact.version].fact.version) for fact in settle(made)]


def succession(candidate: Candidate) -> tuple[object, ...]:
    fact = candidate.fact
    clocks = (fact.version, fact.known_from, list(Status).index(fact.status), fact.at)
    return (
        *clocks,
        candidate.content,
        fact.assumed,
        fact.known_at,
        list(Precision).index(fact.precision),
        candidate.gone,
    )


def course(key: str, told: Mapping[str, Episode], facts: list[Fact]) -> Course:
    episode = told[key]
    own = (episode.procedure.start, key)
    others = sorted((e.procedure for e in told.values() if e.patient == episode.patient), key=lambda p: (p.start, p.id))
    endings = [] if episode.ending is None else [episode.ending]
    endings += [Ending(by=p.id, at=p.start, known_from=p.known_from) for p in others if (p.start, p.id) > own]
    endings += [
        Ending(by="death", at=f.at, known_from=f.known_from, known_until=f.known_until)
        for f in facts
        if isinstance(f, Event) and f.event == "death" and f.at >= own[0]
    ]
    return Course(
        id=f"{episode.patient}|{key}",
        patient=episode.patient,
        procedure=episode.procedure,
        facts=tuple(facts),
        sex=episode.sex,
        birth=episode.birth,
        earlier=tuple(p for p in others if (p.start, p.id) < own),
        endings=tuple(endings),
        zone_offset=episode.offset,
    )
