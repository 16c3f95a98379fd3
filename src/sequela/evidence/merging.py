"""One work of several sources: which records are of one work, and what each field of it says.

Records are of one work by DOI, else PMID, else PMCID, else title, year and first author: the first of these that both
have decides. Where they name different things, the better source of that field is believed; none is overwritten, for
the merged work is made anew of all its sources whenever one is added.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from sequela.evidence.works import UNDATED, Author, Work, gravest

SHELF = "shelf"
"""The source of our own records."""

RANKING = (
    SHELF,
    "pubmed",
    "medline",
    "europepmc",
    "jats",
    "marcxml",
    "marc",
    "csl",
    "bibtex",
    "wos",
    "ris",
    "endnotexml",
    "endnote",
    "webpage",
    "vufind",
)
"""Sources of a field, best first: who catalogues and corrects, then who transcribes, then what a page shows, which may
be cut short. A format that is not named comes last."""

RANKINGS = {
    # The publisher's own file states the licence; PubMed has none.
    "licence": ("jats", SHELF),
    # A form as a catalogue names it.
    "format": (SHELF, "vufind", "marcxml", "marc"),
}
"""Fields for which some sources go before the ranking."""

_UNITED = ("corporate_authors", "issn", "isbn", "genres", "subjects", "keywords", "notices")
_IDENTIFIERS = ("doi", "pmid", "pmcid")
_BRACKETED = re.compile(r"\[.*\]")


@dataclass(frozen=True, slots=True)
class Source:
    """A work as one file has it: the format it was read from, and the file's name."""

    work: Work
    format: str
    file: str = ""


def folded(text: str) -> str:
    """Return a text as it is compared: letters and figures only, lower case, without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"\w+", "".join(sign for sign in plain if not unicodedata.combining(sign))))


def identities(work: Work) -> tuple[tuple[str, str], ...]:
    """Return what a work can be known by, (name, value), the strongest first; undated is like undated only."""
    found = [(name, value) for name in _IDENTIFIERS if (value := getattr(work, name))]
    if title := folded(work.title):
        found.append(("title", f"{title}|{work.year}|{_first(work)}"))
    return tuple(found)


def _first(work: Work) -> str:
    """Whom a work is listed under: the first author's family name, else the first body, else the journal."""
    if work.authors:
        return folded(work.authors[0].family)
    return folded((*work.corporate_authors, work.container_title)[0])


def same(one: Work, other: Work) -> bool:
    """Return whether two records are of one work: the strongest thing that both can be known by decides."""
    mine, yours = dict(identities(one)), dict(identities(other))
    for name in (*_IDENTIFIERS, "title"):
        if name in mine and name in yours:
            # A letter and its reply, or the parts of a series, may share title, year and author; not their place.
            return mine[name] == yours[name] and (name != "title" or _places_agree(one, other))
    return False


def _places_agree(one: Work, other: Work) -> bool:
    return all(
        not getattr(one, name) or not getattr(other, name) or folded(getattr(one, name)) == folded(getattr(other, name))
        for name in ("volume", "page")
    )


def merged(sources: Sequence[Source], key: str) -> Work:
    """Return the one work that all these sources tell of, each field from the best source that has it.

    Lists are united, the best source's order first; the gravest state counts; the order of the sources does not.
    """
    ranked = sorted(sources, key=lambda source: (_rank(source.format, ""), _settled(source)))
    best = ranked[0].work
    values: dict[str, object] = {"key": key}
    for field in fields(Work):
        if field.name not in values:
            values[field.name] = _value(field.name, ranked)
    values |= {
        "authors": (people := _people(ranked, "authors")),
        "authors_incomplete": not any(one.work.authors and not one.work.authors_incomplete for one in ranked)
        and any(one.work.authors_incomplete for one in ranked),
        "editors": tuple(one for one in _people(ranked, "editors") if one not in people),
        "issued": _issued(ranked),
        "title": next((one.work.title for one in ranked if not _BRACKETED.fullmatch(one.work.title)), best.title),
        "type": next((one.work.type for one in ranked if one.work.type not in ("", "document")), best.type),
        "status": gravest(one.work.status for one in ranked),
    }
    for name in _UNITED:
        values[name] = _united([getattr(one.work, name) for one in ranked])
    work = Work(**values)  # type: ignore[arg-type]
    # Formats that know one list write headings among the keywords.
    headings = {folded(heading) for heading in work.subjects}
    work = replace(work, keywords=tuple(one for one in work.keywords if folded(one) not in headings))
    addresses = [address for one in ranked for address in (*one.work.access, one.work.url)]
    made = replace(work, access=(), url="").links
    return replace(work, access=tuple(a for a in dict.fromkeys(addresses) if a and a not in (*made, work.url)))


def _rank(source: str, field: str) -> tuple[int, int]:
    first = RANKINGS.get(field, ())
    return (
        first.index(source) if source in first else len(first),
        RANKING.index(source) if source in RANKING else len(RANKING),
    )


def _settled(source: Source) -> str:
    """What orders two sources of one rank, whichever came first."""
    return repr(source.work)


def _value(name: str, ranked: Sequence[Source]) -> object:
    """The best source's value of a field, of those that have one."""
    order = sorted(ranked, key=lambda source: _rank(source.format, name)) if name in RANKINGS else ranked
    return next((value for one in order if (value := getattr(one.work, name))), getattr(ranked[0].work, name))


def _united(lists: Sequence[tuple[object, ...]]) -> tuple[object, ...]:
    """All entries of some lists once, whatever their capitals."""
    found: dict[object, object] = {}
    for one in (one for entries in lists for one in entries):
        found.setdefault(one.casefold() if isinstance(one, str) else one, one)
    return tuple(found.values())


def _people(ranked: Sequence[Source], name: str) -> tuple[Author, ...]:
    """The people of the best source that names all of them; an ORCID comes from whoever has it."""
    named = [one for one in ranked if getattr(one.work, name)]
    whole = [one for one in named if not one.work.authors_incomplete] or named
    if not whole:
        return ()
    people: tuple[Author, ...] = getattr(whole[0].work, name)
    known = {_person(one): one.orcid for source in reversed(named) for one in getattr(source.work, name) if one.orcid}
    return tuple(replace(one, orcid=one.orcid or known.get(_person(one), "")) for one in people)


def _person(author: Author) -> tuple[str, str]:
    return folded(author.family), folded(author.given)[:1]


def _issued(ranked: Sequence[Source]) -> str:
    """The best source's date, or the longest that begins like it: 2020-03-18 says more than 2020."""
    dates = [one.work.issued for one in ranked if one.work.issued != UNDATED]
    if not dates:
        return UNDATED
    return max((date for date in dates if date.startswith(dates[0])), key=len)
