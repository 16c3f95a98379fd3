"""JATS and its forerunners: the article as its publisher tags it, as PubMed Central and most journals give it.

Source: NISO Z39.96, Journal Article Tag Suite; the recommendations of JATS4R on licences, dates and ORCIDs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sequela.evidence import identifiers, languages
from sequela.evidence.formats import Format, Refused
from sequela.evidence.formats.markup import Element, address, child, children, elements, name, root_of, said, text
from sequela.evidence.formats.tagged import issued, pages
from sequela.evidence.works import UNDATED, Author, Notice, Work, state_of

_ROOTS = {"article", "articles", "pmc-articleset"}
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_DATES = ("collection", "ppub", "print", "pub", "epub", "electronic", "epub-ppub", "epreprint", "preprint")
"""Kinds of publication dates, the one that a citation gives first."""

KINDS = {
    "retraction": "notice-of-retraction",
    "correction": "notice-of-correction",
    "expression-of-concern": "notice-of-concern",
}
"""Articles that are themselves a notice on another, by their article-type."""
RELATED = {
    "retracted-article": "notice-of-retraction",
    "corrected-article": "notice-of-correction",
    "object-of-concern": "notice-of-concern",
    "retraction-forward": "retraction",
    "correction-forward": "correction",
    "concern-forward": "concern",
    "commentary": "comment",
    "updated-article": "notice-of-update",
}
"""What a related-article says, in our words."""
_BOOKS = {"book-review", "product-review"}


def _recognises(head: bytes) -> bool:
    # Highwire's and others' pages have articles of HTML; only that of JATS has a front.
    return root_of(head) in _ROOTS and b"<front" in head


def _read(data: bytes) -> Iterator[Work | Refused]:
    number = 0
    for found in elements(data, "front"):
        if isinstance(found, Refused):
            yield found
            continue
        number += 1
        work = _article(found)
        yield work if work.title else Refused(f"article {number:,}", "no title")


def _article(front: Element) -> Work:
    article = front.getparent()
    journal, meta = child(front, "journal-meta"), child(front, "article-meta")
    group = child(meta, "title-group")
    kind = article.get("article-type", "") if article is not None else ""
    ids = _identifiers(meta)
    notices = tuple(_notices(meta, kind))
    people = _People(meta)
    links = [address(one) for one in children(meta, "self-uri")]
    # "en" is what the DTD gives an article that does not say.
    language = article.get(_LANGUAGE, "en") if article is not None else ""
    return Work(
        key="",
        type=_type(kind),
        title=_title(group),
        translated_title=_title(child(group, "trans-title-group"), "trans-title", "trans-subtitle")
        or said(group, "trans-title"),
        issued=_issued(meta),
        language=languages.code(language) if language else "",
        authors=tuple(people.authors),
        authors_incomplete=people.incomplete,
        corporate_authors=tuple(people.bodies),
        editors=tuple(people.editors),
        container_title=said(journal, "journal-title-group", "journal-title") or said(journal, "journal-title"),
        container_title_short=_short(journal),
        issn=_once([text(one) for one in children(journal, "issn")]),
        volume=said(meta, "volume"),
        issue=said(meta, "issue"),
        page=pages(said(meta, "fpage"), said(meta, "lpage")) or said(meta, "elocation-id"),
        publisher=said(journal, "publisher", "publisher-name"),
        publisher_place=said(journal, "publisher", "publisher-loc"),
        subjects=_once(_subjects(meta)),
        keywords=_once(_keywords(meta)),
        abstract=_abstract(meta),
        licence=_licence(meta),
        access=tuple(dict.fromkeys(link for link in links if link.startswith(("http://", "https://")))),
        status=state_of(notices),
        notices=notices,
        doi=identifiers.doi(ids.get("doi", "")),
        pmid=identifiers.pmid(ids.get("pmid", "")),
        pmcid=_pmcid(ids),
    )


def _type(kind: str) -> str:
    if kind == "preprint":
        return "article"
    if kind in _BOOKS:
        return "review-book"
    return "article-journal"


def _title(group: Element | None, main: str = "article-title", more: str = "subtitle") -> str:
    """A title with its subtitle; footnotes to it are none of it."""
    parts = [_without(one, "xref", "fn") for one in children(group, main, more)]
    told = [part for part in parts if part]
    return ": ".join(part.removesuffix(":").rstrip() if at < len(told) - 1 else part for at, part in enumerate(told))


def _without(element: Element, *names: str) -> str:
    """An element's text without that of some elements in it."""
    from copy import deepcopy

    bare = deepcopy(element)
    bare.tail = None
    for one in [inner for inner in bare.iter() if name(inner) in names]:
        parent, before = one.getparent(), one.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + (one.tail or "")
        elif parent is not None:
            parent.text = (parent.text or "") + (one.tail or "")
        if parent is not None:
            parent.remove(one)
    return text(bare)


class _People:
    """Authors, bodies and editors of an article, in order, each once."""

    def __init__(self, meta: Element | None) -> None:
        self.authors: list[Author] = []
        self.editors: list[Author] = []
        self.bodies: list[str] = []
        self.incomplete = False
        for group in children(meta, "contrib-group"):
            for one in children(group, "contrib"):
                self._meet(one, one.get("contrib-type") or "author")
            self.incomplete = self.incomplete or bool(children(group, "etal"))

    def _meet(self, found: Element, role: str) -> None:
        if role not in ("author", "editor", "collab", "group"):
            return
        names = children(found, "name") + [
            one for many in children(found, "name-alternatives") for one in children(many, "name")
        ]
        body = child(found, "collab")
        if names:
            orcid = next((told for one in _orcids(found) if (told := identifiers.orcid(one))), "")
            family, given, suffix = (said(names[0], part) for part in ("surname", "given-names", "suffix"))
            person = Author(family, given, orcid, suffix)
            (self.editors if role == "editor" else self.authors).append(person)
        elif body is not None:
            # Members of a group stand within it, and are not its authors one by one.
            self.bodies.append(_without(body, "contrib-group", "xref", "fn") or text(body))
        elif told := said(found, "string-name"):
            self.authors.append(Author(told))


def _orcids(found: Element) -> Iterator[str]:
    yield from (text(one) for one in children(found, "contrib-id") if one.get("contrib-id-type") == "orcid")
    yield from (text(one) for one in children(found, "uri", "ext-link") if "orcid.org" in text(one))


def _identifiers(meta: Element | None) -> dict[str, str]:
    told: dict[str, str] = {}
    for one in children(meta, "article-id"):
        told.setdefault(one.get("pub-id-type", ""), text(one))
    return told


def _pmcid(ids: dict[str, str]) -> str:
    """PubMed Central's number, which older files give without its letters."""
    said = ids.get("pmc") or ids.get("pmcid") or ""
    return identifiers.pmcid(said if said.upper().startswith("PMC") or not said.isdecimal() else f"PMC{said}")


def _short(journal: Element | None) -> str:
    """The journal's abbreviation as the National Library writes it, else its own."""
    told = {one.get("journal-id-type"): text(one) for one in children(journal, "journal-id")}
    own = said(journal, "journal-title-group", "abbrev-journal-title") or said(journal, "abbrev-journal-title")
    return told.get("iso-abbrev") or told.get("nlm-ta") or own


def _issued(meta: Element | None) -> str:
    """The date of the issue that it is filed in, else that of its first appearance; the fullest of one year."""
    dates: dict[str, str] = {}
    for one in children(meta, "pub-date"):
        kind = one.get("pub-type") or one.get("date-type") or "pub"
        parts = [said(one, part) for part in ("year", "month", "day")]
        told = issued("-".join(parts[: 3 if all(parts) else 2 if all(parts[:2]) else 1]))
        if told == UNDATED:
            told = issued(" ".join(parts))
        dates.setdefault(kind, told)
    return issued(*(dates[kind] for kind in (*_DATES, *dates) if kind in dates))


def _subjects(meta: Element | None) -> Iterator[str]:
    for group in children(child(meta, "article-categories"), "subj-group"):
        if group.get("subj-group-type") != "heading":
            yield from (text(one) for one in children(group, "subject"))


def _keywords(meta: Element | None) -> Iterator[str]:
    for group in children(meta, "kwd-group"):
        # Abbreviations are glossary, not what it is about.
        if group.get("kwd-group-type") not in ("abbreviations", "abbr"):
            yield from (text(one) for one in children(group, "kwd"))


def _abstract(meta: Element | None) -> str:
    """The abstract's paragraphs, each part under its heading; a graphical or teaser one where there is no other."""
    found = children(meta, "abstract")
    plain = [one for one in found if not one.get("abstract-type")] or found[:1] or children(meta, "trans-abstract")[:1]
    return "\n".join(line for one in plain[:1] for line in _paragraphs(one))


def _paragraphs(found: Element, heading: str = "") -> Iterator[str]:
    for one in found:
        if name(one) == "sec":
            yield from _paragraphs(one, said(one, "title").rstrip(":. "))
        elif name(one) == "p" and (told := text(one)):
            yield f"{heading}: {told}" if heading else told
            heading = ""
        elif name(one) in ("list", "disp-quote") and (told := text(one)):
            yield told


def _licence(meta: Element | None) -> str:
    """The licence's address, else its words in brief; JATS has both in several places."""
    for permissions in (child(meta, "permissions"), meta):
        for licence in children(permissions, "license"):
            references = [one for one in licence.iter() if name(one) == "license_ref"]
            linked = [address(one) for one in licence.iter() if isinstance(one.tag, str)]
            addresses = [text(one) for one in references] + linked
            found = next((one for one in addresses if re.search(r"creativecommons|licen[cs]e", one)), "")
            if found:
                return found
            if told := text(licence):
                return told
    return ""


def _notices(meta: Element | None, kind: str) -> Iterator[Notice]:
    for one in children(meta, "related-article"):
        told = RELATED.get(one.get("related-article-type", "")) or ""
        if told in ("", "comment") and kind in KINDS:
            told = KINDS[kind]
        if told:
            link = address(one) or text(one)
            pmid = identifiers.pmid(link) if one.get("ext-link-type") in ("pubmed", "pmid") else ""
            yield Notice(told, text(one), identifiers.doi(link), pmid)


def _once(values: Iterator[str] | list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


FORMAT = Format("jats", "JATS", ".xml", "application/xml", _recognises, _read)
