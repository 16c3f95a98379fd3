"""What our rules take from a work, claim by claim: where it stands there, how it was made, how sure it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sequela.account.library.wording import Wording
from sequela.evidence.claims import Claim, claims_of


@dataclass(frozen=True, slots=True)
class Taken:
    """A claim as it is shown: in our words, and then label by label."""

    text: str
    about: tuple[tuple[str, str, str], ...]
    """Label, value, and the tag of the value's language where it is not the page's."""


def taken(key: str, say: Wording) -> tuple[Taken, ...]:
    """Return what our rules take from the work of this key; nothing of one that no rule cites."""
    return tuple(Taken(claim.text, tuple(_about(claim, say))) for claim in claims_of(key))


def _about(claim: Claim, say: Wording) -> Iterator[tuple[str, str, str]]:
    yield say("claim.nature"), say.named("nature", claim.nature), ""
    yield say("claim.design"), say.named("design", claim.design), ""
    if claim.locator:
        yield say("claim.locator"), claim.locator, "en"
    yield say("claim.basis"), say.named("basis", claim.basis), ""
    yield say("claim.status"), say.named("verified", claim.status), ""
    if claim.certainty:
        sure = f"{say.named('certainty', claim.certainty)} ({say.named('question', claim.question)})"
        yield say("claim.certainty"), sure, ""
    if claim.lowered_for:
        yield say("claim.lowered"), ", ".join(say.named("domain", name) for name in claim.lowered_for), ""
    yield say("claim.supports"), ", ".join(claim.supports), "en"
    for note in (claim.grade_note, claim.note):
        if note:
            yield "", note, "en"
