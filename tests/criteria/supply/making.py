"""Courses to grade: a procedure with a territory, and findings written in one line."""

from __future__ import annotations

from collections.abc import Iterable

from sequela.course.episodes import Course, Procedure, ProcedureKind
from sequela.course.facts import Fact, Finding, Presence, settle
from sequela.criteria.supply import Supply, supply

START = 1_772_359_200
HOUR = 3600


def finding(line: str, number: int = 0) -> Finding:
    """`portal-vein-thrombosis present at portal-left portal-VII @ 60 known 70`: hours after the start."""
    what, _, when = line.partition("@")
    key, presence, *site = what.split()
    at, _, known = when.partition("known")
    return Finding(
        fact=f"f{number}-{line}",
        finding=key,
        presence=Presence(presence),
        site=frozenset(site[1:]),
        at=START + int(at) * HOUR,
        known_at=START + int(known or at) * HOUR,
    )


def course(
    kind: str = "TAE",
    territory: Iterable[str] = (),
    facts: Iterable[str | Fact] = (),
    intent: Iterable[str] = (),
    earlier: tuple[Procedure, ...] = (),
) -> Course:
    made = [finding(fact, number) if isinstance(fact, str) else fact for number, fact in enumerate(facts)]
    return Course(
        id="p|c",
        patient="p",
        procedure=done(kind, territory, intent),
        facts=tuple(settle(made)),
        earlier=earlier,
    )


def done(kind: str, territory: Iterable[str] = (), intent: Iterable[str] = (), hours: int = 0) -> Procedure:
    at = START + hours * HOUR
    return Procedure(
        id=f"{kind}{hours}",
        kind=ProcedureKind(kind),
        start=at,
        known_from=at,
        territory=tuple(territory),
        intent=tuple(intent),
    )


def seen(found: Course, hours: int = 100) -> Supply:
    return supply(found, START + hours * HOUR)


def told(found: Supply) -> dict[str, str]:
    return {segment.segment: str(segment.grade) for segment in found.segments}
