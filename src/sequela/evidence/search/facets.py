"""What parts a library: the values that a work has of each facet."""

from __future__ import annotations

import hashlib

from sequela.evidence.topics import about
from sequela.evidence.works import UNDATED, Work

FACETS = ("procedure", "complication", "format", "language", "year", "subject", "status")
"""The facets in the order in which a catalogue shows them."""


def facets_of(work: Work) -> tuple[tuple[str, str], ...]:
    """Return a work's values, (facet, value); what is not known of it has none."""
    procedures, complications = about(work)
    found = [("procedure", one) for one in procedures]
    found += [("complication", one) for one in complications]
    found += [("format", work.type), ("language", work.language), ("status", work.status)]
    found += [("year", work.year)] if work.issued != UNDATED else []
    # A heading, not its qualifiers: "Liver Neoplasms/therapy" stands with "Liver Neoplasms".
    found += [("subject", heading.partition("/")[0]) for heading in (*work.subjects, *work.keywords)]
    return tuple(dict.fromkeys((facet, value) for facet, value in found if value))


def mark(facet: str, value: str) -> str:
    """Return a value as one word of the index: figures only, which no stemmer changes."""
    return str(int.from_bytes(hashlib.sha256(f"{facet}={value}".encode()).digest()[:7], "big"))


def within(facet: str, value: str, chosen: str) -> bool:
    """Return whether a value is the chosen one, whatever its capitals; of years, whether it is in the range."""
    if facet == "year":
        first, _, last = chosen.partition("-")
        return first.isdecimal() and last.isdecimal() and value.isdecimal() and int(first) <= int(value) <= int(last)
    return value.casefold() == chosen.casefold()
