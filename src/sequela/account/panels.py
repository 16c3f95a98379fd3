"""What to draw of a course: the two or three curves that tell most, as points on the day axis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sequela.course.catalogue import catalogue
from sequela.course.episodes import DAY, Course
from sequela.course.facts import Observation
from sequela.logic import display

TOGETHER: tuple[tuple[str, ...], ...] = (
    ("temperature",),
    ("alt", "ast"),
    ("crp",),
    ("bilirubin",),
    ("inr",),
    ("lactate",),
    ("heart-rate",),
    ("systolic-pressure", "mean-pressure"),
    ("creatinine",),
    ("haemoglobin",),
    ("platelets",),
    ("wbc", "neutrophils"),
    ("ldh",),
    ("pain",),
)
"""Kinds that share one panel, in the order in which they are worth drawing when nothing else decides."""
BEFORE = 3
"""Days before the procedure that are drawn; an older baseline would squeeze the days that matter."""


@dataclass(frozen=True)
class Curve:
    """The believed readings of one kind: (days since the procedure, value), in order of time."""

    kind: str
    title: str
    points: tuple[tuple[float, float], ...]
    limit: float | None


@dataclass(frozen=True)
class Panel:
    """Curves that share one unit and one pair of axes."""

    title: str
    unit: str
    curves: tuple[Curve, ...]


def panels(course: Course, as_of: int, mentioned: Iterable[str] = (), most: int = 2) -> list[Panel]:
    """Return the panels worth drawing: those that the reasons speak of first, then in the usual order."""
    named = list(mentioned)
    drawable = [panel for kinds in TOGETHER if (panel := _panel(course, as_of, kinds)) is not None]

    def rank(panel: Panel) -> int:
        spoken = [named.index(curve.kind) for curve in panel.curves if curve.kind in named]
        return min(spoken, default=len(named))

    chosen = sorted(drawable, key=rank)[:most]
    return [panel for panel in drawable if panel in chosen]


def extent(course: Course, chosen: Iterable[Panel]) -> tuple[float, float]:
    """Return the first and last day of the common axis: from the procedure at the latest, one day wide at the least."""
    days = [day for panel in chosen for curve in panel.curves for day, _ in curve.points]
    return min(0.0, *days), max(1.0, *days)


def _panel(course: Course, as_of: int, kinds: tuple[str, ...]) -> Panel | None:
    curves = [curve for kind in kinds if (curve := _curve(course, as_of, kind)) is not None]
    if not any(sum(1 for day, _ in curve.points if day >= 0) >= 2 for curve in curves):
        return None
    entries = [catalogue().kinds[curve.kind] for curve in curves]
    return Panel(" and ".join(curve.title for curve in curves), display.unit(entries[0].unit), tuple(curves))


def _curve(course: Course, as_of: int, kind: str) -> Curve | None:
    entry = catalogue().kinds[kind]
    points: dict[float, float] = {}
    for fact in course.about(kind):
        if isinstance(fact, Observation) and fact.visible(as_of) and fact.at <= as_of:
            bound = fact.low if fact.low is not None else fact.high
            day = (fact.at - course.start) / DAY
            if bound is not None and day >= -BEFORE:
                points[day] = float(bound * entry.resolution)
    limit = entry.limit(course.sex)
    upper = float(limit.high) if limit is not None and limit.is_exact and limit.high is not None else None
    return Curve(kind, entry.title, tuple(sorted(points.items())), upper) if points else None
