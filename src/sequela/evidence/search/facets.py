"""What parts a library: the values that a work has of each facet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache

from sequela.evidence.rates import BaseRate, all_counts
from sequela.evidence.topics import about
from sequela.evidence.works import UNDATED, Work

FACETS = ("procedure", "complication", "format", "language", "year", "subject", "status")
"""The facets in the order in which a catalogue shows them."""


def facets_of(work: Work) -> tuple[tuple[str, str], ...]:
    """Return a work's values, (facet, value); what is not known of it has none. What we counted in it is its topic."""
    procedures, complications = about(work)
    found = [("procedure", one) for one in procedures]
    found += [("complication", one) for one in complications]
    found += topics_of(_counts().get(work.key, ()))
    found += [("format", work.type), ("language", work.language), ("status", work.status)]
    found += [("year", work.year)] if work.issued != UNDATED else []
    found += [("subject", heading_of(one)) for one in (*work.subjects, *work.keywords)]
    return tuple(dict.fromkeys((facet, value) for facet, value in found if value))


def heading_of(subject: str) -> str:
    """Return a heading without its qualifier: "Liver Neoplasms/therapy" stands with "Liver Neoplasms"."""
    return subject.partition("/")[0]


def topics_of(counts: Iterable[BaseRate]) -> list[tuple[str, str]]:
    """Return the procedures and complications of counts, as values of facets."""
    return [
        topic
        for one in counts
        for topic in (
            *(("procedure", kind) for kind in one.procedures if kind != "any"),
            ("complication", one.complication),
        )
    ]


@cache
def _counts() -> Mapping[str, list[BaseRate]]:
    found: dict[str, list[BaseRate]] = {}
    for rate in all_counts():
        for key in rate.cites:
            found.setdefault(key, []).append(rate)
    return found


def mark(facet: str, value: str) -> str:
    """Return a value as one word of the index: figures only, which no stemmer changes."""
    return str(int.from_bytes(hashlib.sha256(f"{facet}={value}".encode()).digest()[:7], "big"))


def within(facet: str, value: str, chosen: str) -> bool:
    """Return whether a value is the chosen one, whatever its capitals; of years, whether it is in the range."""
    if facet == "year":
        first, _, last = chosen.partition("-")
        return first.isdecimal() and last.isdecimal() and value.isdecimal() and int(first) <= int(value) <= int(last)
    return value.casefold() == chosen.casefold()
