"""By what the works of a library can be narrowed: year, language, format, subject, procedure, complication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sequela.account.library.places import slug
from sequela.account.library.wording import Wording, tag
from sequela.evidence import languages
from sequela.evidence.rates import BaseRate
from sequela.evidence.search.facets import facets_of, topics_of
from sequela.evidence.works import Work

FACETS = ("year", "language", "format", "subject", "procedure", "complication")
MOST_SHOWN = 8
"""Values of a facet beside the list of all works; its own page has them all."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet and the works that have it."""

    facet: str
    text: str
    language: str
    """The tag of the language that the text is in, for a subject; empty for what the pages have words for."""
    works: tuple[Work, ...]

    def label(self, say: Wording) -> str:
        """Return what it is called on a page."""
        return label(self.facet, self.text, say)


def label(facet: str, value: str, say: Wording) -> str:
    """Return what a value of a facet is called in the reader's language; a subject is called what it is."""
    match facet:
        case "language":
            return languages.name(value, say.language)
        case "format":
            return say.named("type", value)
        case "procedure" | "complication" | "status":
            return say.named(facet, value)
        case _:
            return value


def values(works: Sequence[Work], series: Mapping[str, Sequence[BaseRate]]) -> dict[str, list[Value]]:
    """Return the values of each facet: years from the newest, the others from the most frequent.

    Values that would have one address are one: "Tumours" and "tumours".
    """
    found: dict[str, dict[str, tuple[str, str, dict[str, Work]]]] = {facet: {} for facet in FACETS}
    for work in works:
        for facet, text, language in told(work, series.get(work.key, ())):
            _, _, having = found[facet].setdefault(slug(text), (text, language, {}))
            having[work.key] = work
    return {
        facet: sorted(
            (Value(facet, text, language, tuple(having.values())) for text, language, having in entries.values()),
            key=_newest if facet == "year" else _frequent,
        )
        for facet, entries in found.items()
    }


def told(work: Work, counts: Sequence[BaseRate]) -> Iterator[tuple[str, str, str]]:
    """Yield what a work says for each facet: its name, the value, and the language of a value that is a text."""
    for facet, value in dict.fromkeys((*facets_of(work), *topics_of(counts))):
        if facet in FACETS:
            yield facet, value, tag(value, work.language) if facet == "subject" else ""


def _newest(value: Value) -> int:
    return -int(value.text)


def _frequent(value: Value) -> tuple[int, str]:
    return -len(value.works), slug(value.text)
