"""Courses, or frames of settled facts, as the arrays that the kernels walk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from sequela.course.episodes import Course
from sequela.course.facts import Event, Fact, Finding, Observation, Presence
from sequela.engine.building import PROCEDURES, SEXES, Role, greatest, segment_bits
from sequela.engine.kernels import layout as m
from sequela.engine.kernels import numbers as n
from sequela.engine.kernels import words
from sequela.engine.kernels.lists import NEVER
from sequela.engine.program import Program
from sequela.errors import SentenceError

PRESENCES = {Presence.ABSENT: words.ABSENT, Presence.UNCERTAIN: words.UNCERTAIN, Presence.PRESENT: words.PRESENT}

ROLES: dict[Role, type[Fact]] = {"kind": Observation, "finding": Finding, "event": Event}


class Batch(NamedTuple):
    """Episodes and their facts as arrays, and which of the given facts each row is."""

    episodes: m.Episodes
    facts: m.Facts
    rows: n.Array
    """(facts): the place of each fact among those that were given."""


def nothing_known(procedure: int) -> Batch:
    """Return a batch of one episode after that kind of procedure of which no fact is known."""
    zero, none = np.zeros(1, np.int64), np.zeros(0, np.int64)
    table = np.zeros((0, 3), np.int64)
    about = m.Episodes(zero, zero, zero, zero + procedure, zero, zero - 1)
    return Batch(about, m.Facts(np.zeros(2, np.int64), none, none, none, none, table, table), none)


def of_courses(program: Program, courses: Sequence[Course], until: Sequence[int]) -> Batch:
    """Return courses as a batch; `rows` are places in the courses' facts, one course after the other."""
    sites = dict(program.sites)
    first, told = [0], 0
    columns: list[tuple[int, ...]] = []
    for course in courses:
        rows = []
        for (role, key), number in program.keys.items():
            facts = [fact for fact in course.about(key) if isinstance(fact, ROLES[role])]
            if role == "finding":
                # Of the words of one moment the one for a finding counts most.
                facts.sort(key=_by_word)
            rows += [_row(number, fact, program, sites) for fact in facts]
        places = {id(fact): told + place for place, fact in enumerate(course.facts)}
        columns += [(*row[:-1], places[row[-1]]) for row in rows]
        told += len(course.facts)
        first.append(len(columns))
    table = np.array(columns, np.int64).reshape(len(columns), 11)
    table_of = m.Facts(
        first=np.array(first, np.int64),
        key=np.ascontiguousarray(table[:, 0]),
        at=np.ascontiguousarray(table[:, 1]),
        known_from=np.ascontiguousarray(table[:, 2]),
        known_until=np.ascontiguousarray(table[:, 3]),
        value=np.ascontiguousarray(table[:, 4:7]),
        told=np.ascontiguousarray(table[:, 7:10]),
    )
    episodes = m.Episodes(
        start=np.array([course.start for course in courses], np.int64),
        begin=np.array([max(course.start, course.procedure.known_from) for course in courses], np.int64),
        until=np.array(until, np.int64),
        procedure=np.array([PROCEDURES.index(course.procedure.kind) for course in courses], np.int64),
        sex=np.array([SEXES.index(course.sex) for course in courses], np.int64),
        age=np.array([_age(course) for course in courses], np.int64),
    )
    return Batch(episodes, table_of, np.ascontiguousarray(table[:, 10]))


def _by_word(fact: Fact) -> tuple[int, int]:
    return fact.at, PRESENCES[fact.presence] if isinstance(fact, Finding) else 0


def _row(key: int, fact: Fact, program: Program, sites: dict[frozenset[str], int]) -> tuple[int, ...]:
    """One fact: key, clocks, value, what is told, and its identity."""
    until = NEVER if fact.known_until is None else fact.known_until
    clocks = (key, fact.at, fact.known_from, until)
    match fact:
        case Observation():
            flags = n.NO_LEAST * (fact.low is None) | n.NO_GREATEST * (fact.high is None)
            flags |= n.LEAST_OPEN * (fact.low_open and fact.low is not None)
            flags |= n.GREATEST_OPEN * (fact.high_open and fact.high is not None)
            low, high = fact.low or 0, fact.high or 0
            if max(abs(low), abs(high)) > greatest(fact.kind):
                raise SentenceError(f"a value of {fact.kind} is beyond what the catalogue holds plausible")
            return (*clocks, low, high, flags, 0, 0, 0, id(fact))
        case Finding():
            site = sites.setdefault(fact.site, len(sites))
            return (*clocks, 0, 0, 0, PRESENCES[fact.presence], site, segment_bits(fact.site), id(fact))
        case Event():
            return (*clocks, 0, 0, 0, program.details.get(fact.detail, -1), 0, 0, id(fact))
        case _:
            raise SentenceError("a withdrawal among settled facts")


def _age(course: Course) -> int:
    """Completed years at the procedure, -1 if the birth is not known."""
    if course.birth is None:
        return -1
    born = datetime.fromtimestamp(course.birth + course.zone_offset, UTC)
    then = datetime.fromtimestamp(course.start + course.zone_offset, UTC)
    return then.year - born.year - ((then.month, then.day) < (born.month, born.day))
