"""Scores worked out by hand, as text and for a program: value, parts, what is missing, what was not used, source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sequela.account import words
from sequela.account.manual import WIDTH, hanging
from sequela.course.catalogue import catalogue
from sequela.course.interval import Interval
from sequela.evidence import citation, works
from sequela.logic import display
from sequela.logic.formulas import Formula, Measured
from sequela.logic.nodes import SCORE_UNIT
from sequela.logic.scores import Grading, ScoreDefinition, plain
from sequela.logic.shelf import Shelf

if TYPE_CHECKING:
    from sequela.assessing.assessment import ScoreValue


def scores(shelf: Shelf) -> str:
    """Return the scores that can be worked out by hand, each with what it needs."""
    lines = []
    for score in shelf.scores:
        lines += [f"{score.key}  {score.title}"]
        lines += hanging("    ", " ".join(score.inputs), WIDTH)
    return "\n".join(lines)


def scores_json(shelf: Shelf) -> list[dict[str, Any]]:
    """Return the same for a program."""
    return [
        {"name": s.key, "title": s.title, "also": list(s.also), "inputs": list(s.inputs), "cites": list(s.cites)}
        for s in shelf.scores
    ]


def score(result: ScoreValue, shelf: Shelf) -> str:
    """Return a score worked out by hand: value, parts, what is missing, and the work it comes from."""
    definition = shelf.scores_by_name[plain(result.key)]
    value = "cannot be worked out" if result.interval is None else words.score_value(result)
    if result.not_applicable:
        value = f"not applicable: {result.not_applicable}"
    lines = [f"{result.key}  {value}"]
    if result.before is not None:
        before, change = (
            "" if moved is None else display.span(moved, SCORE_UNIT, result.places)
            for moved in (result.before, result.change)
        )
        lines.append(f"  before: {before}" + (f", change {change}" if change else ""))
    for label, part in (result.parts | result.inputs | result.measured).items():
        lines.append(f"  {label:<24} {'-' if part is None else _part(definition, label, part)}")
    if result.missing:
        lines += hanging("missing: ", ", ".join(result.missing), WIDTH)
        lines += hanging("takes: ", ", ".join(definition.inputs), WIDTH)
    if result.unused:
        lines += hanging("not used: ", ", ".join(result.unused), WIDTH)
    for said in (result.caution, result.note):
        if said:
            lines += hanging("", said, WIDTH)
    for key in result.cites:
        lines += hanging("source: ", citation(works()[key]) if key in works() else key, WIDTH)
    return "\n".join(lines)


def _part(definition: ScoreDefinition | Grading | Formula, label: str, part: Interval) -> str:
    """Points, or a measurement with the unit in which the score takes it."""
    if isinstance(definition, Formula):
        units = {one.label: one.unit or one.now.unit for one in definition.reads() if isinstance(one, Measured)}
        return display.span(part, units.get(label, SCORE_UNIT))
    if isinstance(definition, Grading):
        kind = catalogue().kinds[label.removeprefix("baseline-")]
        answer = display.coded(kind.key, part.low) if part.low is not None else None
        return answer or display.span(part, kind.unit)
    return display.span(part, SCORE_UNIT)


def score_json(result: ScoreValue) -> dict[str, Any]:
    """Return the same for a program."""
    said = result.as_json(0)
    del said["at"]  # Values given by hand have no time.
    more = {"unused": list(result.unused), "note": result.note or None}
    return {"name": result.key, **said, **more, "source": [citation(works()[key]) for key in result.cites]}
