"""What a record page carries for reference managers: Highwire meta tags, schema.org as JSON-LD, and COinS.

Purpose: pure functions of a `Work`; the pages put what they return into the right places, escaped.
Source: Google Scholar's inclusion guidelines and the names that Zotero reads for the tags; schema.org for JSON-LD;
ANSI/NISO Z39.88 (OpenURL) for COinS, with the journal, book and dissertation keys of its registry.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from sequela.evidence import languages
from sequela.evidence.formats import tagged
from sequela.evidence.works import UNDATED, Author, Work

PERIODICAL = ("article-journal", "article-magazine", "article-newspaper")
"""Types whose container is a periodical."""
PART = ("chapter", "entry-dictionary", "entry-encyclopedia")
"""Types whose container is a book."""

TYPES = {
    "article-journal": "ScholarlyArticle",
    "article-magazine": "Article",
    "article-newspaper": "NewsArticle",
    "article": "ScholarlyArticle",
    "paper-conference": "ScholarlyArticle",
    "book": "Book",
    "chapter": "Chapter",
    "report": "Report",
    "standard": "Report",
    "thesis": "Thesis",
    "dataset": "Dataset",
    "software": "SoftwareSourceCode",
    "webpage": "WebPage",
    "post-weblog": "BlogPosting",
    "legislation": "Legislation",
    "periodical": "Periodical",
    "map": "Map",
    "motion_picture": "Movie",
    "entry-encyclopedia": "Article",
}
"""What schema.org calls the types of CSL; any other is a CreativeWork."""

STATES = {"retracted": "Retracted", "concern": "Expression of concern", "corrected": "Corrected"} | {
    "superseded": "Superseded"
}
"""How `creativeWorkStatus` tells the state of a work."""

_PROPERTIES = {"doi": "DOI", "pmid": "PMID", "pmcid": "PMCID"}


def highwire(work: Work) -> list[tuple[str, str]]:
    """Return the names and contents of a page's meta tags, in order; each author's ORCID follows the author."""
    first, last = tagged.page_ends(work.page)
    tags = [("citation_title", work.title)]
    for author in work.authors:
        tags += [("citation_author", author.inverted), ("citation_author_orcid", _orcid(author))]
    tags += [("citation_author", body) for body in work.corporate_authors]
    tags += [("citation_editor", one.inverted) for one in work.editors]
    tags += [
        ("citation_publication_date", "" if work.issued == UNDATED else work.issued.replace("-", "/")),
        *((name, work.container_title) for name in _container(work)),
        ("citation_journal_abbrev", work.container_title_short if work.type in PERIODICAL else ""),
        ("citation_volume", work.volume),
        ("citation_issue", work.issue),
        ("citation_firstpage", first),
        ("citation_lastpage", last),
        ("citation_doi", work.doi),
        ("citation_pmid", work.pmid),
        ("citation_language", languages.tag(work.language) or work.language),
        *(("citation_issn", one) for one in work.issn),
        *(("citation_isbn", one) for one in work.isbn),
        (_publisher(work), work.publisher),
        *(("citation_keywords", one) for one in (*work.keywords, *work.subjects)),
    ]
    return [(name, content) for name, content in tags if content]


def _orcid(author: Author) -> str:
    return f"https://orcid.org/{author.orcid}" if author.orcid else ""


def _container(work: Work) -> tuple[str, ...]:
    """The tags of what holds the work, by which Zotero tells an article from a chapter (its own name) or a paper."""
    if work.type in PART:
        return "citation_inbook_title", "citation_book_title"
    return ("citation_conference_title",) if work.type == "paper-conference" else ("citation_journal_title",)


def _publisher(work: Work) -> str:
    named = {"thesis": "citation_dissertation_institution", "report": "citation_technical_report_institution"}
    return named.get(work.type, "citation_publisher")


def json_ld(work: Work, address: str = "") -> dict[str, Any]:
    """Return a work in the words of schema.org; `address` is that of its page, if it has one.

    A page that writes it into a script element escapes each "<".
    """
    people = [_person(one) for one in work.authors]
    people += [{"@type": "Organization", "name": body} for body in work.corporate_authors]
    first, last = tagged.page_ends(work.page)
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": TYPES.get(work.type, "CreativeWork"),
        "@id": address or next(iter(work.links), ""),
        "mainEntityOfPage": address,
        "name": work.title,
        "headline": work.title if "Article" in TYPES.get(work.type, "") else "",
        "alternateName": work.translated_title,
        "author": people,
        "editor": [_person(one) for one in work.editors],
        "datePublished": "" if work.issued == UNDATED else work.issued,
        "inLanguage": languages.tag(work.language) or work.language,
        "isPartOf": _within(work),
        "pageStart": first,
        "pageEnd": last,
        "bookEdition": work.edition if work.type == "book" else "",
        "version": work.edition if work.type != "book" else "",
        "isbn": list(work.isbn) if work.type not in PART else [],
        "publisher": _organization(work),
        "abstract": work.abstract,
        "genre": list(work.genres),
        "about": [{"@type": "DefinedTerm", "name": one} for one in work.subjects],
        "keywords": list(work.keywords),
        "identifier": [
            {"@type": "PropertyValue", "propertyID": name, "value": value}
            for field, name in _PROPERTIES.items()
            if (value := getattr(work, field))
        ],
        "url": work.url,
        "sameAs": [one for one in work.links if one != work.url],
        "license": work.licence,
        "creativeWorkStatus": STATES.get(work.status, ""),
    }
    return {name: value for name, value in said.items() if value}


def _person(author: Author) -> dict[str, str]:
    said = {
        "@type": "Person",
        "@id": _orcid(author),
        "name": " ".join(filter(None, (author.given, author.family, author.suffix))),
        "familyName": author.family,
        "givenName": author.given,
        "honorificSuffix": author.suffix,
    }
    return {name: value for name, value in said.items() if value}


def _organization(work: Work) -> dict[str, str]:
    place = {"location": work.publisher_place} if work.publisher_place else {}
    return {"@type": "Organization", "name": work.publisher} | place if work.publisher or place else {}


def _within(work: Work) -> dict[str, Any]:
    """The issue of the volume of the periodical, each where it is known; or the book."""
    if not work.container_title and not work.volume and not work.issue:
        return {"@type": "Periodical", "issn": list(work.issn)} if work.issn else {}
    book = work.type in (*PART, "paper-conference")
    held: dict[str, Any] = {
        "@type": "Book" if book else "Periodical",
        "name": work.container_title,
        "alternateName": work.container_title_short,
        "issn": list(work.issn),
        "isbn": list(work.isbn) if work.type in PART else [],
    }
    held = {name: value for name, value in held.items() if value}
    if work.volume:
        held = {"@type": "PublicationVolume", "volumeNumber": work.volume, "isPartOf": held}
    if work.issue:
        held = {"@type": "PublicationIssue", "issueNumber": work.issue, "isPartOf": held}
    return held


def coins(work: Work) -> str:
    """Return a work as the title of a `<span class="Z3988">`: an OpenURL context object."""
    first, last = tagged.page_ends(work.page)
    book = work.type in ("book", "report", "thesis", "standard", *PART, "paper-conference")
    keys = [("ctx_ver", "Z39.88-2004"), ("rfr_id", "info:sid/sequela")]
    if book:
        genre = {"book": "book", "report": "report", "standard": "document", "thesis": "unknown"}.get(
            work.type, "proceeding" if work.type == "paper-conference" else "bookitem"
        )
        within = bool(work.container_title) and work.type in (*PART, "paper-conference")
        keys += [("rft_val_fmt", "info:ofi/fmt:kev:mtx:book"), ("rft.genre", genre)]
        keys += [("rft.atitle", work.title), ("rft.btitle", work.container_title)] if within else []
        keys += [] if within else [("rft.btitle", work.title)]
        keys += [("rft.pub", work.publisher), ("rft.place", work.publisher_place), ("rft.edition", work.edition)]
    else:
        genre = "article" if work.type in (*PERIODICAL, "article") else "unknown"
        keys += [("rft_val_fmt", "info:ofi/fmt:kev:mtx:journal"), ("rft.genre", genre), ("rft.atitle", work.title)]
        keys += [("rft.jtitle", work.container_title), ("rft.stitle", work.container_title_short)]
        keys += [("rft.volume", work.volume), ("rft.issue", work.issue)]
    keys += [("rft.date", "" if work.issued == UNDATED else work.issued)]
    keys += [("rft.spage", first), ("rft.epage", last), ("rft.pages", work.page)]
    keys += [("rft.issn", one) for one in work.issn[:1]]
    keys += [("rft.isbn", one) for one in work.isbn[:1]]
    if work.authors:
        keys += [("rft.aulast", work.authors[0].family), ("rft.aufirst", work.authors[0].given)]
    keys += [("rft.au", one.inverted) for one in work.authors]
    keys += [("rft.aucorp", one) for one in work.corporate_authors[:1]]
    keys += [("rft_id", f"info:doi/{work.doi}" if work.doi else "")]
    keys += [("rft_id", f"info:pmid/{work.pmid}" if work.pmid else "")]
    keys += [("rft.language", languages.tag(work.language) or work.language)]
    return urlencode([(name, value) for name, value in keys if value])
