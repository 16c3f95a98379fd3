"""What of an assessment is worth telling, for text and HTML alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sequela.assessing.assessment import Assessment, ConditionStatus

SYNDROME = "post-embolization-syndrome"
GRAVITY = {"confirmed": 0, "suspected": 1, "excluded": 2}
MOST_FACTS = 4
"""Facts of one reason that are told one by one; more are those of a score, and are counted."""


def held(assessment: Assessment) -> list[ConditionStatus]:
    """Return the conditions that are confirmed, suspected or excluded, the gravest first; the syndrome aside."""
    found = [c for c in assessment.conditions.values() if c.status in GRAVITY and c.key != SYNDROME]
    return sorted(found, key=lambda c: (GRAVITY[c.status], c.support != "specific"))


def mentioned(assessment: Assessment) -> list[str]:
    """Return the kinds that the reasons speak of; those of a score, which has many, come last."""
    reasons = [b for c in held(assessment) for b in c.because] + list(assessment.reasons)
    ordered = sorted(reasons, key=lambda b: (len(b.facts) > MOST_FACTS, b.support != "specific"))
    return list(dict.fromkeys(fact.key for because in ordered for fact in because.facts))
