"""What a finding may not take back, whoever tells of it: a law of every reader.

Report text alone never excludes a condition, and a word about a place that nobody understands is none about the whole
liver, though a word without a place is one.
"""

from __future__ import annotations

from collections.abc import Collection

from sequela.course.facts import Presence

REASSURING = frozenset({"portal-vein-patent", "culture-no-growth"})
"""Findings whose presence is good news: from a text alone they are worth as little as an absence."""
ABSENCE = "an absence that only a text gives: it excludes nothing"
REASSURANCE = "a reassurance that only a text gives: it excludes nothing"
DOUBT = "a doubt that only a text gives: it takes nothing back"
NOWHERE = "a place that is not understood, of something said to be well: it does not stand for the whole liver"
_ABSENT = frozenset({"parenchymal-necrosis", "portal-vein-thrombosis", "abscess", "biloma", "non-enhancement"})
"""Findings whose absence without a place clears the whole liver."""
_PRESENT = frozenset({"portal-vein-patent"})


def unplaced(finding: str, presence: Presence, written: object, places: Collection[str]) -> bool:
    """Whether something is said to be well at a place that is written, but not understood."""
    clears = finding in _ABSENT if presence is Presence.ABSENT else presence is Presence.PRESENT and finding in _PRESENT
    return clears and bool(written) and not places


def unverified(finding: str, presence: Presence) -> str | None:
    """Why a finding that nobody has verified is not taken; None where it is."""
    if presence is Presence.ABSENT:
        return ABSENCE
    if presence is Presence.UNCERTAIN:
        return DOUBT
    return REASSURANCE if finding in REASSURING else None
