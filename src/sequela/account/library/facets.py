"""By what the works of a library can be narrowed: year, language, format, subject, procedure, complication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sequela.account.library.places import slug
from sequela.account.library.wording import Wording, tag
from sequela.evidence import languages
from sequela.evidence.rates import BaseRate
from sequela.evidence.topics import about
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
        match self.facet:
            case "language":
                return languages.name(self.text, say.language)
            case "format":
                return say.named("type", self.text)
            case "procedure" | "complication":
                return say.named(self.facet, self.text)
            case _:
                return self.text


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
    if work.year.isdecimal():
        yield "year", work.year, ""
    if work.language:
        yield "language", work.language, ""
    yield "format", work.type, ""
    for subject in (*work.subjects, *work.keywords):
        yield "subject", subject, tag(subject, work.language)
    procedures, complications = about(work)
    for kind in sorted({*procedures, *(kind for one in counts for kind in one.procedures)} - {"any"}):
        yield "procedure", kind, ""
    for complication in sorted({*complications, *(one.complication for one in counts)}):
        yield "complication", complication, ""


def _newest(value: Value) -> int:
    return -int(value.text)


def _frequent(value: Value) -> tuple[int, str]:
    return -len(value.works), slug(value.text)
