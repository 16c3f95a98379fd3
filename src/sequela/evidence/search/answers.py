"""What a search answers: works with their words in place, and how many there are of each value of a facet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sequela.evidence.folding import words

OPEN, CLOSE = "\ue000", "\ue001"
"""Signs around a found word; no text has them, so they can be replaced by whatever shows it."""
WINDOW = 30
"""Words of an excerpt."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One work that was found."""

    key: str
    score: float
    title: str
    snippet: str
    """A piece of its text as it is written, found words between OPEN and CLOSE; empty where it has none."""

    def marked(self, before: str, after: str) -> str:
        """Return the snippet with something else around the found words."""
        return self.snippet.replace(OPEN, before).replace(CLOSE, after)


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many works of an answer have a value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of what was found: how many in all, those asked for, and facets of all."""

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    suggestion: str = ""
    """The question in another spelling, where this one finds next to nothing."""


def excerpt(title: str, body: str, in_title: Sequence[int], in_body: Sequence[int]) -> str:
    """Return a piece of the text around the found words, or of the title where only it has them; marked, never cut in a
    word.
    """
    text, places = (body, in_body) if in_body or not in_title else (title, in_title)
    found = list(words(text))
    if not found:
        return ""
    # The window that begins at a found word and holds most of them; a little before it is shown, too.
    best = max(places, key=lambda at: (sum(at <= one < at + WINDOW for one in places), -at), default=0)
    first = max(0, min(best - 4, len(found) - WINDOW))
    last = min(len(found), first + WINDOW) - 1
    marked = set(places)
    begin = 0 if first == 0 else found[first].start()
    end = len(text) if last == len(found) - 1 else found[last].end()
    said, at = [], begin
    for number in range(first, last + 1):
        if number in marked:
            word = found[number]
            said += [text[at : word.start()], OPEN, word[0], CLOSE]
            at = word.end()
    said.append(text[at:end])
    return f"{'… ' if begin else ''}{''.join(said).strip()}{' …' if end < len(text) else ''}"
