"""The supply of the liver as the contract writes it.

May import: `criteria`, `course`, `errors`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sequela.course.facts import Fact
from sequela.criteria.supply import SegmentSupply, Supply, grades
from sequela.evidence import BaseRate


def supply_json(supply: Supply, tell: Callable[[Fact], dict[str, Any]]) -> dict[str, Any]:
    """Return the supply of every segment, the patterns, and the sentences to read; `tell` writes a fact."""
    return {
        "segments": [_segment(found, tell) for found in supply.segments],
        "vessels": {vessel: str(flow) for vessel, flow in supply.vessels},
        "patterns": [
            {
                "of": found.of,
                "segments": list(found.segments),
                "causes": list(found.causes),
                "common": found.above,
                "spared": list(found.spared),
                "text": found.text,
                "cites": list(found.cites),
            }
            for found in supply.patterns
        ],
        "text": [{"text": said.text, "cites": list(said.cites)} for said in supply.says],
    }


def rate_json(rate: BaseRate) -> dict[str, Any]:
    """Return a published count."""
    return {
        "events": rate.events,
        "total": rate.total,
        "unit": rate.unit,
        "population": rate.population,
        "percent": float(rate.percent),
        "cites": list(rate.cites),
    }


def _segment(found: SegmentSupply, tell: Callable[[Fact], dict[str, Any]]) -> dict[str, Any]:
    words = grades()[found.grade]
    return {
        "segment": found.segment,
        "grade": str(found.grade),
        "title": words.title,
        "title_es": words.title_es,
        "artery": str(found.artery),
        "portal": str(found.portal),
        "collaterals": str(found.collaterals),
        "counts": [rate_json(rate) for rate in found.counts],
        "missing": list(found.missing),
        "notes": list(found.notes),
        "values": [tell(fact) for fact in found.because],
    }
