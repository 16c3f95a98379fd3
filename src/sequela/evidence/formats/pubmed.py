"""PubMed's XML: PubmedArticleSet as its E-utilities and its yearly files give it, and the book articles among it.

Source: NLM, "MEDLINE PubMed XML Element Descriptions", and the DTD pubmed_190101.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sequela.evidence import identifiers, languages
from sequela.evidence.formats import HEAD, Format, Refused
from sequela.evidence.formats.markup import Element, child, children, elements, name, root_of, said, text
from sequela.evidence.formats.tagged import issued
from sequela.evidence.works import UNDATED, Author, Notice, Work, state_of

_ROOTS = {"PubmedArticleSet", "PubmedArticle", "PubmedBookArticleSet", "PubmedBookArticle", "MedlineCitationSet"}
_MONTHS = {"winter": "01", "spring": "04", "summer": "07", "autumn": "10", "fall": "10"}
"""The month in which a season's issue is filed."""

NOTICES = {
    "RetractionIn": "retraction",
    "RetractionOf": "notice-of-retraction",
    "PartialRetractionIn": "correction",
    "PartialRetractionOf": "notice-of-correction",
    "ExpressionOfConcernIn": "concern",
    "ExpressionOfConcernFor": "notice-of-concern",
    "ErratumIn": "correction",
    "ErratumFor": "notice-of-correction",
    "CorrectedandRepublishedIn": "correction",
    "UpdateIn": "update",
    "UpdateOf": "notice-of-update",
    "CommentIn": "comment",
    "CommentOn": "notice-of-comment",
}
"""What PubMed's CommentsCorrections say, in our words; the other kinds (Cites, ReprintOf ...) tell no state."""


def pages(said: str) -> str:
    """Return "1423-1430" for PubMed's "1423-30"; anything else, such as "e123" or "1-4, 9", as it is."""
    found = re.fullmatch(r"([A-Za-z]*)(\d+)-([A-Za-z]*)(\d+)", said.replace("–", "-").replace(" ", ""))
    if not found or found[3] not in ("", found[1]):
        return said
    first, last = found[2], found[4]
    if len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    if (len(last), last) < (len(first), first):
        return said
    return f"{found[1]}{first}-{found[3] or found[1]}{last}" if last != first else f"{found[1]}{first}"


def sentence(title: str) -> str:
    """Return a title without PubMed's full stop, which is none of the title's own."""
    return title[:-1] if title.endswith(".") and not title.endswith("..") else title


def titles(title: str, vernacular: str) -> tuple[str, str]:
    """Return the title and its translation: PubMed puts a translated title in brackets."""
    bare = sentence(title)
    found = re.fullmatch(r"\[(.*?)\.?\]", bare, re.DOTALL)
    if found:
        return (sentence(vernacular), found[1]) if vernacular else (found[1], "")
    return bare, ""


def _recognises(head: bytes) -> bool:
    return root_of(head) in _ROOTS


def _read(data: bytes) -> Iterator[Work | Refused]:
    # Only one of two nested elements may be asked for: an element is forgotten once it has been read.
    records = (
        ("MedlineCitation",) if root_of(data[:HEAD]) == "MedlineCitationSet" else ("PubmedArticle", "PubmedBookArticle")
    )
    number = 0
    for found in elements(data, *records, "DeleteCitation", "DeleteDocument"):
        if isinstance(found, Refused):
            yield found
            continue
        if name(found).startswith("Delete"):
            gone = [one for one in found if name(one) == "PMID"]
            yield from (Refused(f"deleted record {at:,}", "PubMed has deleted it") for at, _ in enumerate(gone, 1))
            continue
        number += 1
        work = _book(found) if name(found) == "PubmedBookArticle" else _article(found)
        yield work if work.title else Refused(f"record {number:,}", "no title")


def _article(found: Element) -> Work:
    citation = found if name(found) == "MedlineCitation" else child(found, "MedlineCitation")
    article = child(citation, "Article")
    journal = child(article, "Journal")
    number = child(journal, "JournalIssue")
    title, translated = titles(said(article, "ArticleTitle"), said(article, "VernacularTitle"))
    people, bodies, incomplete = _people(child(article, "AuthorList"))
    named = _identifiers(found, citation, article)
    notices = tuple(_notices(citation))
    genres = [text(one) for one in children(child(article, "PublicationTypeList"), "PublicationType")]
    return Work(
        key="",
        type="article" if "Preprint" in genres else "article-journal",
        title=title,
        translated_title=translated,
        issued=_issued(child(number, "PubDate"), child(article, "ArticleDate")),
        language=next((languages.code(text(one)) for one in children(article, "Language")), ""),
        authors=people,
        authors_incomplete=incomplete,
        corporate_authors=bodies,
        container_title=said(journal, "Title") or said(citation, "MedlineJournalInfo", "MedlineTA"),
        container_title_short=said(journal, "ISOAbbreviation") or said(citation, "MedlineJournalInfo", "MedlineTA"),
        issn=_once([text(one) for one in children(journal, "ISSN")]),
        volume=said(number, "Volume"),
        issue=said(number, "Issue"),
        page=pages(said(article, "Pagination", "MedlinePgn")) or _locator(article),
        genres=_once(genres),
        subjects=_once(_subjects(child(citation, "MeshHeadingList"))),
        keywords=_once([text(one) for many in children(citation, "KeywordList") for one in children(many, "Keyword")]),
        abstract=_abstract(article, citation),
        status=state_of(notices, genres),
        notices=notices,
        doi=named.get("doi", ""),
        pmid=named.get("pmid", ""),
        pmcid=named.get("pmcid", ""),
    )


def _book(found: Element) -> Work:
    document = child(found, "BookDocument")
    book = child(document, "Book")
    people: tuple[Author, ...] = ()
    editors: tuple[Author, ...] = ()
    bodies: tuple[str, ...] = ()
    incomplete = False
    for many in (*children(document, "AuthorList"), *children(book, "AuthorList")):
        persons, groups, cut = _people(many)
        if many.get("Type") == "editors":
            editors = persons
        elif not people:
            people, bodies, incomplete = persons, groups, cut
    title = sentence(said(document, "ArticleTitle"))
    return Work(
        key="",
        type="chapter" if title else "book",
        title=title or sentence(said(book, "BookTitle")),
        container_title=said(book, "BookTitle") if title else "",
        issued=_issued(child(book, "PubDate"), child(document, "ContributionDate")),
        language=next((languages.code(text(one)) for one in children(document, "Language")), ""),
        authors=people,
        authors_incomplete=incomplete,
        corporate_authors=bodies,
        editors=editors,
        publisher=said(book, "Publisher", "PublisherName"),
        publisher_place=said(book, "Publisher", "PublisherLocation"),
        edition=said(book, "Edition"),
        isbn=_once([text(one) for one in children(book, "Isbn")]),
        page=pages(said(document, "Pagination", "MedlinePgn")),
        genres=_once([text(one) for one in children(document, "PublicationType")]),
        keywords=_once([text(one) for many in children(document, "KeywordList") for one in children(many, "Keyword")]),
        abstract=_paragraphs(child(document, "Abstract")),
        pmid=identifiers.pmid(said(document, "PMID")),
        doi=next((identifiers.doi(text(one)) for one in _listed(document) if one.get("IdType") == "doi"), ""),
    )


def _people(found: Element | None) -> tuple[tuple[Author, ...], tuple[str, ...], bool]:
    """The people and bodies of an author list, in order, each once though it has many affiliations."""
    people: list[Author] = []
    bodies: list[str] = []
    for one in children(found, "Author"):
        if body := said(one, "CollectiveName"):
            bodies.append(body)
            continue
        family, given = said(one, "LastName"), said(one, "ForeName") or said(one, "Initials")
        known = [text(many) for many in children(one, "Identifier") if many.get("Source", "").upper() == "ORCID"]
        orcid = next((told for many in known if (told := identifiers.orcid(many))), "")
        if family or given:
            people.append(Author(family, given, orcid, said(one, "Suffix")))
    return tuple(people), tuple(bodies), found is not None and found.get("CompleteYN") == "N"


def _identifiers(found: Element, citation: Element | None, article: Element | None) -> dict[str, str]:
    """The article's own identifiers; those of its references stand elsewhere."""
    told = {"pmid": identifiers.pmid(said(citation, "PMID"))}
    for one in children(article, "ELocationID"):
        if one.get("EIdType") == "doi" and one.get("ValidYN", "Y") == "Y":
            told.setdefault("doi", identifiers.doi(text(one)))
    for one in _listed(child(found, "PubmedData")):
        kind, value = one.get("IdType"), text(one)
        if kind == "doi":
            told["doi"] = told.get("doi") or identifiers.doi(value)
        elif kind == "pmc":
            told["pmcid"] = identifiers.pmcid(value)
    return told


def _listed(found: Element | None) -> list[Element]:
    return children(child(found, "ArticleIdList"), "ArticleId")


def _locator(article: Element | None) -> str:
    """The article number of one without pages; PubMed gives it as an electronic location."""
    return next((text(one) for one in children(article, "ELocationID") if one.get("EIdType") == "pii"), "")


def _subjects(found: Element | None) -> Iterator[str]:
    """MeSH headings, "Descriptor" or "Descriptor/qualifier" for each qualifier; the star of a major topic is left out:
    it says how the article was indexed, and catalogues merge headings without it.
    """
    for heading in children(found, "MeshHeading"):
        descriptor = said(heading, "DescriptorName")
        qualifiers = children(heading, "QualifierName")
        yield from (f"{descriptor}/{text(one)}" for one in qualifiers)
        if not qualifiers:
            yield descriptor


def _abstract(article: Element | None, citation: Element | None) -> str:
    """The abstract; one in another language, or of another body, only where there is no other."""
    first = _paragraphs(child(article, "Abstract"))
    return first or next((told for one in children(citation, "OtherAbstract") if (told := _paragraphs(one))), "")


def _paragraphs(found: Element | None) -> str:
    lines = []
    for one in children(found, "AbstractText"):
        label = (one.get("Label") or "").strip()
        told = text(one)
        if told:
            lines.append(f"{label}: {told}" if label and label.upper() != "UNLABELLED" else told)
    return "\n".join(lines)


def _notices(citation: Element | None) -> Iterator[Notice]:
    for one in children(child(citation, "CommentsCorrectionsList"), "CommentsCorrections"):
        kind = NOTICES.get(one.get("RefType", ""))
        if kind is not None:
            source = said(one, "RefSource")
            yield Notice(kind, source, identifiers.doi(source), identifiers.pmid(said(one, "PMID")))


def _issued(printed: Element | None, electronic: Element | None) -> str:
    """The date of the issue; where it has none, that of the electronic edition."""
    for one in (printed, electronic):
        if one is None:
            continue
        year, month, day = (said(one, part) for part in ("Year", "Month", "Day"))
        if not month and (season := said(one, "Season").casefold()):
            month = _MONTHS.get(season.partition("-")[0], "")
        told = issued("-".join(part for part in (year, month, day) if part)) if month.isdecimal() else ""
        told = told or issued(f"{year} {month} {day}".strip() or said(one, "MedlineDate"))
        if told != UNDATED:
            return told
    return UNDATED


def _once(values: Iterator[str] | list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


FORMAT = Format("pubmed", "PubMed XML", ".xml", "application/xml", _recognises, _read)
