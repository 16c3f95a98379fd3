"""The values that supply is told in: flow, collaterals, grade, one segment, the whole liver."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from sequela.course.facts import Fact
from sequela.criteria.supply.patterns import Pattern
from sequela.criteria.supply.wording import missing_words, table
from sequela.evidence import BaseRate, base_rates
from sequela.logic.display import joined


class Flow(StrEnum):
    """What is known of a vessel's flow. Missing is never kept."""

    KEPT = "kept"
    UNKNOWN = "unknown"
    REDUCED = "reduced"
    LOST = "lost"


class Collaterals(StrEnum):
    """What is known of the arterial collaterals."""

    GOOD = "good"
    UNKNOWN = "unknown"
    POOR = "poor"


class Grade(StrEnum):
    """How much supply a segment has left, the gravest first."""

    BOTH_LOST = "both-lost"
    BOTH_LOST_GOOD_COLLATERALS = "both-lost-good-collaterals"
    PORTAL_LOST_POOR_COLLATERALS = "portal-lost-poor-collaterals"
    ARTERY_ONLY_PORTAL_UNKNOWN = "artery-only-portal-unknown"
    ARTERY_ONLY = "artery-only"
    PORTAL_LOST_ONLY = "portal-lost-only"
    UNKNOWN = "unknown"
    INTACT = "intact"


@dataclass(frozen=True, slots=True)
class GradeWords:
    """A grade in words, and the published strata that may stand beside it for each state of the collaterals."""

    title: str
    title_es: str
    short: list[str]
    short_es: list[str]
    means: str
    strata: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class SegmentSupply:
    """The supply of one segment: grade, what it rests on, what was counted beside it, and what is missing."""

    segment: str
    grade: Grade
    artery: Flow
    portal: Flow
    collaterals: Collaterals
    because: tuple[Fact, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> tuple[BaseRate, ...]:
        """The published counts that may stand beside the grade; none where the series holds nothing like it."""
        return tuple(rates()[name] for name in grades()[self.grade].strata.get(self.collaterals, ()))

    @property
    def cites(self) -> tuple[str, ...]:
        """The works behind the counts."""
        return tuple(dict.fromkeys(key for rate in self.counts for key in rate.cites))

    @property
    def speaks(self) -> bool:
        """Whether something is lost, so that the segment is worth a line."""
        return Flow.LOST in (self.artery, self.portal) or "outflow" in self.notes


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence for a reader, with the works behind it."""

    text: str
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Supply:
    """The supply of all segments at an instant, and the patterns that closed branches or dead segments make."""

    segments: tuple[SegmentSupply, ...]
    patterns: tuple[Pattern, ...] = ()
    vessels: tuple[tuple[str, Flow], ...] = ()
    """What was last said of each portal vessel itself; one that is not here was not reported."""

    def __getitem__(self, segment: str) -> SegmentSupply:
        return next(found for found in self.segments if found.segment == segment)

    def __repr__(self) -> str:
        """A masked form."""
        return f"<Supply of {len(self.segments)} segments>"

    @property
    def groups(self) -> tuple[tuple[SegmentSupply, ...], ...]:
        """The segments in which something is lost, those alike together, the gravest first."""
        alike: dict[tuple[object, ...], list[SegmentSupply]] = {}
        for found in self.segments:
            if found.speaks:
                key = (found.grade, found.artery, found.portal, found.collaterals, found.missing, found.notes)
                alike.setdefault(key, []).append(found)
        order = list(Grade)
        return tuple(tuple(group) for group in sorted(alike.values(), key=lambda group: order.index(group[0].grade)))

    @property
    def says(self) -> tuple[Said, ...]:
        """What a clinician should read: a few sentences for each group, then the patterns; empty if nothing is lost."""
        told = [_said(group) for group in self.groups]
        return (*told, *(Said(found.text, found.cites) for found in self.patterns))


@cache
def grades() -> dict[Grade, GradeWords]:
    """Return every grade in words, the gravest first."""
    return {Grade(key): GradeWords(**entry) for key, entry in table()["grades"].items()}


@cache
def rates() -> dict[str, BaseRate]:
    """Return the published counts by stratum."""
    return {rate.stratum: rate for rate in base_rates("ischaemic-complication") if rate.stratum}


def _said(group: tuple[SegmentSupply, ...]) -> Said:
    first = group[0]
    words = grades()[first.grade]
    names = joined([found.segment for found in group], "and")
    if first.grade is Grade.UNKNOWN:
        lost = [name for name, flow in (("artery", first.artery), ("portal branch", first.portal)) if flow is Flow.LOST]
        text = f"{names}: {' and '.join(lost)} lost, the rest not known" if lost else f"{names}: {words.title.lower()}"
    else:
        text = f"{names}: {words.title[0].lower()}{words.title[1:]}; {words.means}"
    parts = [f"{text}."]
    if first.counts:
        counted = [f"{rate.events}/{rate.total} {table()['strata'][rate.stratum]}" for rate in first.counts]
        parts.append(
            f"Counted after arterial embolization for bleeding: {joined(counted, 'and')} had an ischaemic complication"
            " (portal flow of the whole liver; for a segment that is expert judgement)."
        )
    if first.notes:
        parts.append(f"Note: {'; '.join(table()['notes'][note] for note in first.notes)}.")
    if first.missing:
        parts.append(f"Not known: {missing_words(first.missing)}.")
    return Said(" ".join(parts), first.cites)
