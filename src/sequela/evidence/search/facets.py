"""What parts a library: the values that a work has of each facet."""

from __future__ import annotations

from sequela.evidence.topics import complications, procedures
from sequela.evidence.works import UNDATED, Work

FACETS = ("procedure", "complication", "format", "language", "year", "subject", "status")
"""The facets in the order in which a catalogue shows them."""


def facets_of(work: Work) -> tuple[tuple[str, str], ...]:
    """Return a work's values, (facet, value); what is not known of it has none."""
    found = [("procedure", one) for one in procedures(work)]
    found += [("complication", one) for one in complications(work)]
    found += [("format", work.type), ("language", work.language), ("status", work.status)]
    found += [("year", work.year)] if work.issued != UNDATED else []
    # A heading, not its qualifiers: "Liver Neoplasms/therapy" stands with "Liver Neoplasms".
    found += [("subject", heading.partition("/")[0]) for heading in work.subjects]
    return tuple(dict.fromkeys((facet, value) for facet, value in found if value))


def within(facet: str, value: str, chosen: str) -> bool:
    """Return whether a value is the chosen one, whatever its capitals; of years, whether it is in the range."""
    if facet == "year":
        first, _, last = chosen.partition("-")
        return first.isdecimal() and last.isdecimal() and value.isdecimal() and int(first) <= int(value) <= int(last)
    return value.casefold() == chosen.casefold()
