"""Published works: one frozen record each, read from `shelf/*.toml`.

A record holds what a catalogue page shows and what a citation needs, in the words of CSL (Citation Style Language).
`source` says how we know it, because many records were met as abstracts only: an identifier nobody saw is left out.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from sequela.errors import SequelaError, UnknownName

TYPES = frozenset({"article-journal", "report", "book", "chapter", "webpage", "standard", "paper-conference"})
"""The CSL item types that the shelf uses."""

STATUSES = frozenset({"current", "corrected", "superseded", "retracted"})
"""State of a work: `corrected` has a published erratum; a retracted work supports nothing."""

SOURCES = ("read full text at ", "read abstract at ", "read record at ", "secondary: ", "known, unverified")
"""How we know a record, best first: every `source` begins with one of these."""

UNDATED = "undated"
"""What `issued` says when the year was not to be found."""

_ISSUED = re.compile(rf"\d{{4}}(-\d{{2}}(-\d{{2}})?)?|{UNDATED}")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
_SENTENCE_END = re.compile(r"[.!?](?=\s+[A-Z0-9]|\s*$)")
_SUMMARY_SENTENCES = 4


class ShelfError(SequelaError):
    """A record of our own shelf that does not hold together: our mistake, never the user's."""


@dataclass(frozen=True, slots=True)
class Author:
    """One person in the order of the title page."""

    family: str
    given: str = ""
    orcid: str = ""

    @property
    def short(self) -> str:
        """The Vancouver form: family name and initials."""
        initials = "".join(part[0] for part in re.split(r"[\s.-]+", self.given) if part)
        return f"{self.family} {initials}".rstrip()


@dataclass(frozen=True, slots=True)
class Work:
    """One published work: the fields of a catalogue page and of a citation."""

    key: str
    type: str
    title: str
    issued: str
    language: str
    summary: str
    source: str
    translated_title: str = ""
    authors: tuple[Author, ...] = ()
    authors_incomplete: bool = False
    """Whether the record names fewer people than wrote it, perhaps none: the page that was read was cut short."""
    corporate_authors: tuple[str, ...] = ()
    container_title: str = ""
    volume: str = ""
    issue: str = ""
    page: str = ""
    publisher: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    url: str = ""
    format: str = ""
    subjects: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    licence: str = ""
    access: tuple[str, ...] = ()
    status: str = "current"

    @property
    def year(self) -> str:
        """The year of publication, or "n.d." where it was not to be found."""
        return "n.d." if self.issued == UNDATED else self.issued[:4]

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

    def csl(self) -> dict[str, object]:
        """The record as one CSL-JSON item."""
        names: list[dict[str, str]] = [{"family": a.family, "given": a.given} for a in self.authors]
        names += [{"literal": name} for name in self.corporate_authors]
        item: dict[str, object] = {
            "id": self.key,
            "type": self.type,
            "title": self.title,
            "author": names,
            "container-title": self.container_title,
            "volume": self.volume,
            "issue": self.issue,
            "page": self.page,
            "publisher": self.publisher,
            "issued": (
                {} if self.issued == UNDATED else {"date-parts": [[int(part) for part in self.issued.split("-")]]}
            ),
            "language": self.language,
            "DOI": self.doi,
            "PMID": self.pmid,
            "PMCID": self.pmcid,
            "URL": self.url or (self.links[0] if self.links else ""),
            "keyword": ", ".join(self.keywords),
        }
        return {name: value for name, value in item.items() if value}


# The names of CSL, and of the identifiers as everyone writes them, against our field names.
_FIELD = {"container-title": "container_title", "DOI": "doi", "PMID": "pmid", "PMCID": "pmcid", "URL": "url"}
_KNOWN = {field.name for field in fields(Work)} - {"key", *_FIELD.values()} | set(_FIELD)
_LISTS = {"corporate_authors", "subjects", "keywords", "access"}


def _author(entry: object, where: str) -> Author:
    if isinstance(entry, str):  # "Family, Given" is the short form; a table is needed only for an ORCID.
        family, _, given = entry.partition(",")
        return Author(family.strip(), given.strip())
    if isinstance(entry, dict) and "family" in entry and not set(entry) - {"family", "given", "orcid"}:
        return Author(**{name: str(value) for name, value in entry.items()})
    raise ShelfError(f"{where}: an author is 'Family, Given' or a table with family, given, orcid")


def read(text: str, where: str) -> list[Work]:
    """The records of one shelf file, in file order, each field checked for its name and type."""
    found = []
    records: dict[str, object] = tomllib.loads(text)
    for key, table in records.items():
        place = f"{where}, [{key}]"
        if not isinstance(table, dict):
            raise ShelfError(f"{place}: a record is a table")
        if unknown := set(table) - _KNOWN:
            raise ShelfError(f"{place}: unknown field {', '.join(sorted(unknown))}")
        values: dict[str, object] = {"key": key}
        for name, value in table.items():
            if name == "authors":
                values[name] = tuple(_author(entry, place) for entry in value)
            elif name in _LISTS:
                values[name] = tuple(str(entry) for entry in value)
            elif name == "authors_incomplete":
                values[name] = value is True
            elif isinstance(value, str):
                values[_FIELD.get(str(name), str(name))] = value
            else:  # an unquoted 2020-03-18 or 7 would lose how it was printed
                raise ShelfError(f"{place}: {name} must be a quoted string")
        try:
            found.append(Work(**values))  # type: ignore[arg-type]
        except TypeError as error:
            raise ShelfError(f"{place}: {error}") from None
    return found


def _records() -> Iterator[Work]:
    shelf = files(__package__).joinpath("shelf")
    for entry in sorted(shelf.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            yield from read(entry.read_text(encoding="utf-8"), f"shelf/{entry.name}")


@cache
def works() -> Mapping[str, Work]:
    """Every work on the shelf, by key; read from disk once."""
    shelf: dict[str, Work] = {}
    for record in _records():
        if record.key in shelf:
            raise ShelfError(f"shelf: two records are called {record.key}")
        shelf[record.key] = record
    return MappingProxyType(shelf)


def work(key: str) -> Work:
    """The work of this key; an unknown key is answered with the nearest ones."""
    shelf = works()
    if key in shelf:
        return shelf[key]
    near = difflib.get_close_matches(key.lower(), shelf, n=3, cutoff=0.6)
    hint = f"Did you mean {' or '.join(near)}?" if near else ""
    raise UnknownName(f"no work is called {key!r}", where="evidence", hint=hint)


def citation(work: Work) -> str:
    """A short Vancouver-like reference on one line."""
    names = [author.short for author in work.authors]
    if names and (len(names) > 6 or work.authors_incomplete):
        names = [*names[:3], "et al"]
    who = ", ".join([*names, *work.corporate_authors])
    place = " ".join(part for part in (work.container_title or work.publisher, work.year) if part)
    if work.volume:
        place += f";{work.volume}"
        if work.issue:
            place += f"({work.issue})"
    if work.page:
        place += f":{work.page}"
    title = work.title if work.title.endswith(("?", "!")) else f"{work.title}."
    known = (f"doi:{work.doi}" if work.doi else "", f"PMID {work.pmid}" if work.pmid else "", work.pmcid, work.url)
    identifier = next((f" {name}" for name in known if name), "")
    retracted = " RETRACTED." if work.status == "retracted" else ""
    return f"{who + '. ' if who else ''}{title} {place.removesuffix('.')}.{identifier}{retracted}"


def _problems(record: Work) -> Iterator[str]:
    for name in ("title", "issued", "language", "summary", "source"):
        if not getattr(record, name).strip():
            yield f"has no {name}"
    if not (record.authors or record.corporate_authors or record.authors_incomplete):
        yield "has no author"
    if not record.links:
        yield "has no identifier and no address"
    if record.type == "article-journal" and not record.container_title:
        yield "has no journal"
    if record.type not in TYPES:
        yield "has a type that CSL, or this shelf, does not know"
    if not _ISSUED.fullmatch(record.issued):
        yield "has a date that is not year[-month[-day]]"
    if record.doi and not _DOI.fullmatch(record.doi):
        yield "has a DOI that does not look like one"
    if record.pmid and not record.pmid.isdecimal():
        yield "has a PMID that is not a number"
    if record.pmcid and not re.fullmatch(r"PMC\d+", record.pmcid):
        yield "has a PMCID that does not look like one"
    if any(author.orcid and not _ORCID.fullmatch(author.orcid) for author in record.authors):
        yield "has an ORCID that does not look like one"
    if not record.source.startswith(SOURCES):
        yield "does not say how we know it in one of the agreed forms"
    if len(_SENTENCE_END.findall(record.summary)) > _SUMMARY_SENTENCES:
        yield f"has a summary of more than {_SUMMARY_SENTENCES} sentences"
    if record.status not in STATUSES:
        yield "has an unknown status"
    if record.status == "retracted":
        yield "is retracted: it cannot support a rule"


def check(shelf: Mapping[str, Work] | None = None) -> list[str]:
    """Everything wrong with the shelf, one line each; empty when it is sound."""
    records = works() if shelf is None else shelf
    found = [f"{record.key} {problem}" for record in records.values() for problem in _problems(record)]
    for name in ("doi", "pmid", "pmcid"):
        seen: dict[str, str] = {}
        for record in records.values():
            value = getattr(record, name).lower()
            if value and value in seen:
                found.append(f"{record.key} has the same {name.upper()} as {seen[value]}")
            elif value:
                seen[value] = record.key
    return found
