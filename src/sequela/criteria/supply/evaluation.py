"""Grades each segment's supply at an instant, from what is known then."""

from __future__ import annotations

from sequela.course.anatomy import SEGMENTS, segments_of
from sequela.course.episodes import Course
from sequela.course.facts import Fact, Presence
from sequela.criteria.supply.flows import arteries, collaterals, findings, outflow, portals, vessels
from sequela.criteria.supply.patterns import Pattern, pattern
from sequela.criteria.supply.values import Collaterals, Flow, Grade, SegmentSupply, Supply


def supply(course: Course, instant: int) -> Supply:
    """Return the supply of each segment as it was known at the instant: facts known later do not exist.

    Parameters
    ----------
    course : an episode; its procedure's territory says which arteries were closed.
    instant : seconds; the answer changes only when something becomes known, never with the clock alone.
    """
    artery, portal = arteries(course, instant), portals(course, instant)
    around, drained = collaterals(course, instant), outflow(course, instant)
    found = []
    for segment in SEGMENTS:
        known, facts, notes = around[segment]
        grade = graded(artery[segment].flow, portal[segment].flow, known)
        told = [*artery[segment].facts, *portal[segment].facts, *facts]
        said = [*artery[segment].notes, *portal[segment].notes, *notes]
        if segment in drained:
            told.append(drained[segment])
            said.append("outflow")
        found.append(
            SegmentSupply(
                segment=segment,
                grade=grade,
                artery=artery[segment].flow,
                portal=portal[segment].flow,
                collaterals=known,
                because=tuple(dict.fromkeys(told)),
                missing=_missing(course, grade, artery[segment].flow, portal[segment].flow, known),
                notes=tuple(said),
            )
        )
    reported = vessels(course, instant)
    return Supply(tuple(found), _patterns(course, instant, found, reported), reported)


def graded(artery: Flow, portal: Flow, around: Collaterals) -> Grade:
    """Return the grade of what is known of artery, portal branch and collaterals."""
    if artery is Flow.LOST:
        if portal is Flow.LOST:
            good = around is Collaterals.GOOD
            return Grade.BOTH_LOST_GOOD_COLLATERALS if good else Grade.BOTH_LOST
        return Grade.ARTERY_ONLY if portal is Flow.KEPT else Grade.ARTERY_ONLY_PORTAL_UNKNOWN
    if portal is Flow.LOST:
        if around is Collaterals.POOR:
            return Grade.PORTAL_LOST_POOR_COLLATERALS
        return Grade.PORTAL_LOST_ONLY if artery is Flow.KEPT else Grade.UNKNOWN
    return Grade.INTACT if artery is portal is Flow.KEPT else Grade.UNKNOWN


def _missing(course: Course, grade: Grade, artery: Flow, portal: Flow, around: Collaterals) -> tuple[str, ...]:
    """What would tell more of the segment."""
    missing = []
    if artery in (Flow.UNKNOWN, Flow.REDUCED):
        missing.append("artery" if segments_of(course.procedure.territory) else "territory")
    if portal is Flow.UNKNOWN:
        missing.append("portal-branch")
    if around is Collaterals.UNKNOWN and Flow.LOST in (artery, portal):
        missing.append("collaterals")
    return tuple(missing)


def _patterns(
    course: Course, instant: int, found: list[SegmentSupply], reported: tuple[tuple[str, Flow], ...]
) -> tuple[Pattern, ...]:
    """The patterns worth a sentence: of dead segments, and of closed branches where it takes more than one."""
    dead = _dead(course, instant)
    shut = [vessel for vessel, flow in reported if flow is Flow.LOST]
    patterns = [pattern(dead, closed=shut)] if dead else []
    closed = [told.segment for told in found if told.portal is Flow.LOST]
    if closed and set(closed) != set(dead):
        made = pattern(closed, of="Portal loss", closed=shut)
        patterns += [made] if len(made.causes) > 1 else []
    return tuple(patterns)


def _dead(course: Course, instant: int) -> frozenset[str]:
    """The segments in which necrosis of parenchyma was last said to be present."""
    said: dict[str, Fact] = {}
    for fact in findings(course, instant, "parenchymal-necrosis"):
        for segment in segments_of(fact.site):
            if fact.presence is Presence.PRESENT:
                said[segment] = fact
            elif fact.presence is Presence.ABSENT:
                said.pop(segment, None)
    return frozenset(said)
