"""What is left of the supply: which segments have lost something, what was counted of such, and what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from sequela.account.citing import Sources
from sequela.criteria.supply import Flow, SegmentSupply
from sequela.criteria.supply.values import Said
from sequela.logic.display import joined

if TYPE_CHECKING:
    from sequela.assessing.assessment import Assessment

NO_EXCLUSION = Said("No grade excludes necrosis: an artery or an outflow alone has caused it.", ("smith-1998",))
CALM = ("expected", "recovered")
PORTAL = {Flow.KEPT: "seen patent", Flow.UNKNOWN: "not reported"}


def supply(assessment: Assessment, sources: Sources) -> list[RenderableType]:
    """Return the segments in which something is known to be lost, the gravest first; nothing where none has."""
    said = sentences(assessment)
    parts: list[RenderableType] = [Text(sentence.text + sources.marks(sentence.cites)) for sentence in said]
    if NO_EXCLUSION in said and isinstance(parts[-1], Text):
        parts[-1].stylize("dim")
    return parts


def sentences(assessment: Assessment) -> tuple[Said, ...]:
    """Return what is to be read of the supply.

    While the course is as expected and no portal branch is known to be lost, a closed artery is what the procedure was
    for: one line then, without the counts.
    """
    found = assessment.supply
    if not found.says:
        return ()
    told = any(group[0].portal is Flow.LOST or "outflow" in group[0].notes for group in found.groups)
    if told or found.patterns or assessment.state not in CALM:
        return (*found.says, NO_EXCLUSION)
    return tuple(_brief(group) for group in found.groups)


def _brief(group: tuple[SegmentSupply, ...]) -> Said:
    names = joined([found.segment for found in group], "and")
    return Said(f"{names}: artery closed; portal branch {PORTAL[group[0].portal]}.")
