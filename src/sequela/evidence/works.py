"""Published works: one frozen record each, in the words of CSL (Citation Style Language).

A record holds what a catalogue page shows and what a citation needs. One of our shelf has a `source` that says how we
know it, because many were met as abstracts only: an identifier nobody saw is left out. One that was imported says what
its file said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

STATUSES = ("current", "superseded", "corrected", "concern", "retracted")
"""State of a work, the gravest last: `corrected` has a published erratum, `concern` an expression of concern; a
retracted work supports nothing."""

SOURCES = ("read full text at ", "read abstract at ", "read record at ", "secondary: ", "known, unverified")
"""How we know a record of the shelf, best first: every `source` there begins with one of these."""

UNDATED = "undated"
"""What `issued` says when the year was not to be found."""


@dataclass(frozen=True, slots=True)
class Author:
    """One person in the order of the title page."""

    family: str
    given: str = ""
    orcid: str = ""
    suffix: str = ""
    """What follows a name: Jr, III."""

    @property
    def initials(self) -> tuple[str, ...]:
        """The initials of the given names; names that are initials already ("SM") are all of them."""
        parts = filter(None, re.split(r"[\s.-]+", self.given))
        return tuple(letter for one in parts for letter in (one if one.isupper() and len(one) <= 3 else one[0]))

    @property
    def short(self) -> str:
        """The Vancouver form: family name, initials, suffix."""
        return " ".join(part for part in (self.family, "".join(self.initials), self.suffix) if part)

    @property
    def inverted(self) -> str:
        """The form of a catalogue: "Family, Given, Suffix"."""
        return ", ".join(part for part in (self.family, self.given, self.suffix) if part)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something published about a work afterwards: its retraction, an erratum, an update."""

    kind: str
    """retraction, concern, correction, update, comment; or `notice-of-...` when this work is itself the notice."""
    reference: str = ""
    doi: str = ""
    pmid: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """One published work: the fields of a catalogue page and of a citation. What is not known is empty."""

    key: str
    type: str
    """A CSL item type; `document` where a file does not say."""
    title: str
    issued: str = UNDATED
    """Year, year-month or year-month-day."""
    language: str = ""
    """The code of ISO 639-2/B, as libraries write it (eng, spa, ger); a name nobody knows is kept as it came."""
    summary: str = ""
    """What the work says, in our words; only works of the shelf have one."""
    source: str = ""
    translated_title: str = ""
    authors: tuple[Author, ...] = ()
    authors_incomplete: bool = False
    """Whether the record names fewer people than wrote it, perhaps none: the page that was read was cut short."""
    corporate_authors: tuple[str, ...] = ()
    editors: tuple[Author, ...] = ()
    container_title: str = ""
    """The journal or book that holds it."""
    container_title_short: str = ""
    volume: str = ""
    issue: str = ""
    page: str = ""
    """First and last page, "1423-1430"; or an article number."""
    edition: str = ""
    publisher: str = ""
    publisher_place: str = ""
    issn: tuple[str, ...] = ()
    isbn: tuple[str, ...] = ()
    doi: str = ""
    """Lower case, without a resolver's address."""
    pmid: str = ""
    pmcid: str = ""
    url: str = ""
    format: str = ""
    """What a catalogue calls its form: "Journal article, online text"."""
    genres: tuple[str, ...] = ()
    """Its publication types: Case Reports, Review."""
    subjects: tuple[str, ...] = ()
    """Headings of a controlled list, such as MeSH: "Liver Neoplasms/therapy"."""
    keywords: tuple[str, ...] = ()
    abstract: str = ""
    """The publisher's own, paragraphs apart by a line break; a labelled part begins with "LABEL: "."""
    licence: str = ""
    access: tuple[str, ...] = ()
    """Addresses where it can be read, beside those that its identifiers make."""
    status: str = "current"
    notices: tuple[Notice, ...] = ()

    @property
    def year(self) -> str:
        """The year of publication, or "n.d." where it was not to be found."""
        return "n.d." if self.issued == UNDATED else self.issued[:4]

    @property
    def heading(self) -> str:
        """The title, or the first identifier of a work whose record has none: what a list or a page stands under."""
        named = (("doi:", self.doi), ("PMID ", self.pmid), ("", self.pmcid), ("", self.key))
        return self.title.strip() or next(name + value for name, value in named if value)

    @property
    def links(self) -> tuple[str, ...]:
        """Every address at which the work can be read: PubMed Central, PubMed, DOI, then the others."""
        made = (
            f"https://www.ncbi.nlm.nih.gov/pmc/articles/{self.pmcid}/" if self.pmcid else "",
            f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/" if self.pmid else "",
            f"https://doi.org/{self.doi}" if self.doi else "",
            *self.access,
            self.url,
        )
        return tuple(dict.fromkeys(link for link in made if link))

    @property
    def verified(self) -> bool:
        """Whether the record was seen at a primary place: the text, its abstract or its library record."""
        return self.source.startswith(SOURCES[:3])

    @property
    def retracted(self) -> bool:
        """Whether it was withdrawn: it then supports no rule and is pooled nowhere."""
        return self.status == "retracted"


STATES = {"retraction": "retracted", "concern": "concern", "correction": "corrected", "update": "superseded"}
"""What a notice of a kind makes of the work that it is about."""


def state_of(notices: Iterable[Notice], genres: Iterable[str] = ()) -> str:
    """Return the gravest state that notices about a work tell of, or MEDLINE's publication types."""
    typed = ["retracted"] if "retracted publication" in map(str.casefold, genres) else []
    return gravest([*typed, *(STATES[one.kind] for one in notices if one.kind in STATES)])


def gravest(statuses: Iterable[str]) -> str:
    """Return the gravest of some states; `current` of none."""
    return max(statuses, key=STATUSES.index, default="current")


def as_json(work: Work) -> dict[str, Any]:
    """Return a record for a program: the fields that are known, by their names, in the order of `Work`."""
    said: dict[str, Any] = {}
    for field in fields(Work):
        value = getattr(work, field.name)
        if value == field.default or (value == "" and field.name in _NEEDED):
            continue
        said[field.name] = [_plain(one) for one in value] if isinstance(value, tuple) else value
    return said


def from_json(said: Mapping[str, Any]) -> Work:
    """Return the record of which `as_json` made this."""
    values: dict[str, Any] = dict.fromkeys(_NEEDED, "") | {
        name: tuple(_OF[name](**one) if name in _OF else one for one in value) if isinstance(value, list) else value
        for name, value in said.items()
    }
    return Work(**values)


_NEEDED = ("key", "type", "title")
_OF: dict[str, type[Author] | type[Notice]] = {"authors": Author, "editors": Author, "notices": Notice}


def _plain(one: Author | Notice | str) -> dict[str, str] | str:
    if isinstance(one, str):
        return one
    return {field.name: value for field in fields(one) if (value := getattr(one, field.name))}
