"""What of an assessment is worth telling, for text and HTML alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sequela.logic.nodes import Node
from sequela.logic.statements import And, Named, ProcedureIs

if TYPE_CHECKING:
    from sequela.assessing.assessment import Assessment, ConditionStatus, StepStatus

NECROSIS = "hepatic-necrosis"
SYNDROME = "post-embolization-syndrome"
GRAVITY = {"confirmed": 0, "suspected": 1, "excluded": 2}
OPEN = ("overdue", "due")
URGENCY = ("now", "urgent", "soon", "routine")
MOST_FACTS = 4
"""Facts of one reason that are told one by one; more are those of a score, and are counted."""


def held(assessment: Assessment) -> list[ConditionStatus]:
    """Return the conditions that are confirmed, suspected or excluded: gravest first, necrosis before its equals."""
    found = [c for c in assessment.conditions.values() if c.status in GRAVITY and c.key != SYNDROME]
    return sorted(found, key=lambda c: (GRAVITY[c.status], c.support != "specific", c.key != NECROSIS))


def asked(condition: ConditionStatus, assessment: Assessment) -> bool:
    """Return whether a condition can follow this kind of procedure at all: that it is absent is no news otherwise."""
    held = next(c for c in assessment.shelf.conditions if c.key == condition.key)
    kind = assessment.course.procedure.kind
    return all(kind in only.kinds for reason in held.reasons for only in _procedures(reason.sentence))


def _procedures(node: Node) -> Iterator[ProcedureIs]:
    """The kinds of procedure to which a sentence is bound: those that stand beside all else that it asks for."""
    match node:
        case ProcedureIs():
            yield node
        case Named(of=of):
            yield from _procedures(of)
        case And(parts=parts):
            for part in parts:
                yield from _procedures(part)


def open_steps(assessment: Assessment) -> list[StepStatus]:
    """Return what is to be done: the most urgent first, the overdue before the others of its urgency, notes last.

    An anticoagulation that was to be decided on a week ago does not stand before the call that is due now.
    """
    steps = [step for step in assessment.steps if step.status in OPEN]
    return sorted(steps, key=lambda s: (s.due is None, URGENCY.index(s.urgency), OPEN.index(s.status), s.due or 0))


def mentioned(assessment: Assessment) -> list[str]:
    """Return the kinds that the reasons speak of; those of a score, which has many, come last."""
    reasons = [b for c in held(assessment) for b in c.because] + list(assessment.reasons)
    ordered = sorted(reasons, key=lambda b: (len(b.facts) > MOST_FACTS, b.support != "specific"))
    return list(dict.fromkeys(fact.key for because in ordered for fact in because.facts))
