"""The shelf: the works that parameters, rules, steps and code lists cite, read from `shelf/*.toml` and checked."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import fields
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from sequela.errors import SequelaError, UnknownName
from sequela.evidence.identifiers import DOI, ORCID, PMCID
from sequela.evidence.works import SOURCES, STATUSES, UNDATED, Author, Notice, Work

TYPES = frozenset({"article-journal", "report", "book", "chapter", "webpage", "standard", "paper-conference"})
"""The CSL item types that the shelf uses."""

_ISSUED = re.compile(rf"\d{{4}}(-\d{{2}}(-\d{{2}})?)?|{UNDATED}")
_SENTENCE_END = re.compile(r"[.!?](?=\s+[A-Z0-9]|\s*$)")
_SUMMARY_SENTENCES = 4


class ShelfError(SequelaError):
    """A record of our own shelf that does not hold together: our mistake, never the user's."""


# The names of CSL, and of the identifiers as everyone writes them, against our field names.
_FIELD = {"container-title": "container_title", "DOI": "doi", "PMID": "pmid", "PMCID": "pmcid", "URL": "url"}
# The shelf never holds an abstract: those are their publishers'. `summary` is ours.
_KNOWN = {field.name for field in fields(Work)} - {"key", "abstract", *_FIELD.values()} | set(_FIELD)
_LISTS = {"corporate_authors", "subjects", "keywords", "access", "genres", "issn", "isbn"}
_PEOPLE = {"authors", "editors"}


def _author(entry: object, where: str) -> Author:
    if isinstance(entry, str):  # "Family, Given, Suffix" is the short form; a table is needed only for an ORCID.
        family, given, suffix, *_ = [part.strip() for part in (*entry.split(",", 2), "", "")]
        return Author(family, given, suffix=suffix)
    if isinstance(entry, dict) and "family" in entry and not set(entry) - {"family", "given", "orcid", "suffix"}:
        return Author(**{name: str(value) for name, value in entry.items()})
    raise ShelfError(f"{where}: an author is 'Family, Given, Suffix' or a table with family, given, orcid, suffix")


def _notice(entry: object, where: str) -> Notice:
    if isinstance(entry, dict) and "kind" in entry and not set(entry) - {"kind", "reference", "doi", "pmid"}:
        return Notice(**{name: str(value) for name, value in entry.items()})
    raise ShelfError(f"{where}: a notice is a table with kind, reference, doi, pmid")


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
            if name in _PEOPLE:
                values[name] = tuple(_author(entry, place) for entry in value)
            elif name in _LISTS:
                values[name] = tuple(str(entry) for entry in value)
            elif name == "notices":
                values[name] = tuple(_notice(entry, place) for entry in value)
            elif name == "authors_incomplete":
                values[name] = value is True
            elif isinstance(value, str):
                # A DOI is kept in lower case, as in every other record, whatever its publisher prints.
                values[_FIELD.get(str(name), str(name))] = value.lower() if name == "DOI" else value
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
    raise UnknownName(f"no work is called {key!r}", where="evidence", hint=nearest(key, shelf))


def nearest(key: str, keys: Iterable[str]) -> str:
    """Return which keys may have been meant, as a hint; empty where none is near."""
    near = difflib.get_close_matches(key.lower(), keys, n=3, cutoff=0.6)
    return f"Did you mean {' or '.join(near)}?" if near else ""


def _unfit(record: Work) -> Iterator[str]:
    """What a record of the shelf must not lack or be; one that a reader added may."""
    for name in ("issued", "language", "summary", "source"):
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
    if not record.source.startswith(SOURCES):
        yield "does not say how we know it in one of the agreed forms"
    if len(_SENTENCE_END.findall(record.summary)) > _SUMMARY_SENTENCES:
        yield f"has a summary of more than {_SUMMARY_SENTENCES} sentences"
    if record.status == "retracted":
        yield "is retracted: it cannot support a rule"


def _problems(record: Work) -> Iterator[str]:
    """What is wrong with any record."""
    if not record.title.strip():
        yield "has no title: add a record of it that has one, and the two become one"
    if not _ISSUED.fullmatch(record.issued):
        yield "has a date that is not year[-month[-day]]"
    if record.doi and not DOI.fullmatch(record.doi):
        yield "has a DOI that does not look like one"
    if record.pmid and not record.pmid.isdecimal():
        yield "has a PMID that is not a number"
    if record.pmcid and not PMCID.fullmatch(record.pmcid):
        yield "has a PMCID that does not look like one"
    if any(author.orcid and not ORCID.fullmatch(author.orcid) for author in record.authors):
        yield "has an ORCID that does not look like one"
    if record.status not in STATUSES:
        yield "has an unknown status"


def check(shelf: Mapping[str, Work] | None = None, added: Collection[str] = ()) -> list[str]:
    """Return everything wrong with records, one line each; of those `added` by a reader less is asked than of ours."""
    records = works() if shelf is None else shelf
    found = [
        f"{record.key} {problem}"
        for record in records.values()
        for problem in (*_problems(record), *(_unfit(record) if record.key not in added else ()))
    ]
    for name in ("doi", "pmid", "pmcid"):
        seen: dict[str, str] = {}
        for record in records.values():
            value = getattr(record, name).lower()
            if value and value in seen:
                found.append(f"{record.key} has the same {name.upper()} as {seen[value]}")
            elif value:
                seen[value] = record.key
    return found
