"""Labelled sentences as these tests write them: `PVT+[right] ABS? || text`.

A finding's letters, its status (+ present, - absent, ? uncertain, h historical, e expected), in brackets the segments
and branches, in braces the organism. `-` alone: nothing is said. `\\n` is a new line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from sequela.sources.reports import Found

HERE = Path(__file__).parent
FINDINGS = {
    "PN": "parenchymal-necrosis", "TN": "tumour-necrosis", "NE": "non-enhancement", "GAS": "gas", "ABS": "abscess",
    "BIL": "biloma", "PVT": "portal-vein-thrombosis", "PVP": "portal-vein-patent", "SH": "arterioportal-shunt",
    "BD": "bile-duct-dilatation", "GB": "gallbladder-wall-thickening", "FF": "free-fluid", "AB": "active-bleeding",
    "HA": "hepatic-artery-occlusion", "CG": "culture-growth", "CN": "culture-no-growth",
}  # fmt: skip
STATUSES = {"+": "present", "-": "absent", "?": "uncertain", "h": "historical", "e": "expected"}
_LABEL = re.compile(r"([A-Z]+)([-+?he])(?:\[([^\]]*)\])?(?:\{([^}]*)\})?")


class Said(NamedTuple):
    """One thing that a text says: what, its status, one place (or none), the organism."""

    finding: str
    status: str
    place: str
    organism: str | None


class Labelled(NamedTuple):
    """A text and all that it says."""

    lang: str
    text: str
    said: frozenset[Said]


def read(name: str, lang: str | None = None) -> list[Labelled]:
    """The labelled texts of a file; where no language is given, each line names its own."""
    found = []
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if " || " not in line:
            continue
        if lang is None:
            labels, own, text = line.split(" || ", 2)
        else:
            (labels, text), own = line.split(" || ", 1), lang
        found.append(Labelled(own, text.replace("\\n", "\n"), frozenset(_said(labels))))
    return found


def of(found: Iterable[Found]) -> frozenset[Said]:
    """What the reader says, in the same form."""
    return frozenset(
        Said(one.finding, one.status, place, one.organism)
        for one in found
        for place in (*one.segments, *([one.branch] if one.branch else [])) or ("",)
    )


def _said(labels: str) -> Iterator[Said]:
    for finding, status, places, organism in _LABEL.findall(labels):
        for place in [place for place in places.split(",") if place] or [""]:
            yield Said(FINDINGS[finding], STATUSES[status], place, organism or None)
