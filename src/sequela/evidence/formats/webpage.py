"""A saved web page that carries a record: Highwire meta tags, schema.org as JSON-LD, COinS.

Purpose: publishers' pages, repositories and our own record pages. Of the three each field is taken from the first that
tells it: JSON-LD, then the tags, then COinS. Nothing is fetched and no script is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any
from urllib.parse import parse_qsl

from sequela.evidence import embedding, identifiers, languages
from sequela.evidence.formats import Format, Refused, catalogue, tagged
from sequela.evidence.works import UNDATED, Author, Work

Page = Any
"""A page as lxml reads it."""

_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype\s+html|<html[\s>])", re.I | re.DOTALL
)
_TYPES = {name: kind for kind, name in reversed(embedding.TYPES.items())} | {
    "MedicalScholarlyArticle": "article-journal",
    "Article": "article-journal",
    "Periodical": "periodical",
    "CreativeWork": "document",
}
_STATES = {said.casefold(): status for status, said in embedding.STATES.items()}
# The tags and COinS do not tell a body from a person, JSON-LD does.
_MAKERS = ("authors", "corporate_authors")
# Pages say of themselves that they are pages; what they are about is told before that.
_PAGES = ("WebPage", "ItemPage", "BlogPosting")


def recognises(head: bytes) -> bool:
    """Return whether a file begins as a web page."""
    return _PAGE.match(head) is not None


def read(data: bytes) -> Iterator[Work | Refused]:
    """Return the one work that a page is of."""
    tree = parsed(data)
    found = None if tree is None else merged(carried(tree))
    if found is None or tagged.unknowable(found.title, tagged.Places(found.doi, found.pmid, found.pmcid)):
        yield Refused("the page", "it carries no record: no citation tags, no schema.org, no COinS")
    else:
        yield found


def parsed(data: bytes) -> Page | None:
    """Return a page as a tree; nothing of a file that holds none."""
    from lxml import etree, html

    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        return html.document_fromstring(tagged.text(data).replace("\x00", "").encode(), parser=parser)
    except etree.ParserError:
        return None


def carried(tree: Page) -> list[Work]:
    """Return what the page carries of its work, in each of the three forms that it has, the fullest first."""
    told, tags, coins = _of_json(tree), _of_tags(tree), _of_coins(tree)
    if told is not None and tags is not None:
        # The tags have no name for subjects, so that these stand there as keywords.
        tags = replace(tags, keywords=tuple(word for word in tags.keywords if word not in told.subjects))
    return [one for one in (told, tags, coins) if one is not None]


def merged(works: list[Work]) -> Work | None:
    """Return one work of several that are the same: each field from the first that tells it, its makers too."""
    if not works:
        return None
    told = works[0]
    for other in works[1:]:
        missing = [
            field.name
            for field in fields(Work)
            if getattr(told, field.name) in ("", (), UNDATED, "document", "current", False)
            and not (field.name in _MAKERS and (told.authors or told.corporate_authors))
        ]
        told = replace(told, **{name: getattr(other, name) for name in missing})
    found = tagged.places([told.url], told.access, doi=told.doi, pmid=told.pmid, pmcid=told.pmcid)
    return found.of(told)


def _of_tags(tree: Page) -> Work | None:
    said: dict[str, list[str]] = {}
    people: list[Author] = []
    bodies: list[str] = []
    editors: list[Author] = []
    for one in tree.iter("meta"):
        name = (one.get("name") or one.get("property") or "").lower()
        value = tagged.line(one.get("content") or "")
        if not name.startswith("citation_") or not value:
            continue
        said.setdefault(name, []).append(value)
        if name in ("citation_author", "citation_authors", "citation_editor"):
            for each in value.split(";"):
                person = tagged.person(tagged.line(each), given_first=True)
                if person is None:
                    bodies.append(tagged.line(each))
                else:
                    (editors if name == "citation_editor" else people).append(person)
        elif name == "citation_author_orcid" and people:
            people[-1] = replace(people[-1], orcid=identifiers.orcid(value))

    def first(*names: str) -> str:
        return next((said[f"citation_{name}"][0] for name in names if f"citation_{name}" in said), "")

    if not said:
        return None
    issn, _ = tagged.numbers([*said.get("citation_issn", []), *said.get("citation_eissn", [])])
    _, isbn = tagged.numbers(said.get("citation_isbn", []))
    kinds = {
        "inbook_title": "chapter",
        "book_title": "chapter",
        "conference_title": "paper-conference",
        "dissertation_institution": "thesis",
    }
    kinds |= {"technical_report_institution": "report", "journal_title": "article-journal", "isbn": "book"}
    dates = ("publication_date", "date", "cover_date", "online_date", "year")
    return Work(
        key="",
        type=next((kind for name, kind in kinds.items() if first(name)), "document"),
        title=first("title"),
        issued=tagged.issued(*(first(name) for name in dates)),
        language=languages.code(first("language")),
        authors=tuple(people),
        corporate_authors=tuple(dict.fromkeys(bodies)),
        editors=tuple(editors),
        container_title=first("journal_title", "inbook_title", "book_title", "conference_title", "conference"),
        container_title_short=first("journal_abbrev"),
        volume=first("volume"),
        issue=first("issue"),
        page=tagged.pages(first("firstpage"), first("lastpage")),
        publisher=first("publisher", "dissertation_institution", "technical_report_institution"),
        issn=issn,
        isbn=isbn,
        doi=identifiers.doi(first("doi")),
        pmid=identifiers.pmid(first("pmid")),
        pmcid=identifiers.pmcid(first("pmcid")),
        keywords=tagged.keywords(said.get("citation_keywords", [])),
        abstract=first("abstract"),
    )


def _of_json(tree: Page) -> Work | None:
    nodes: list[Mapping[str, Any]] = []
    for one in tree.iter("script"):
        if (one.get("type") or "").strip().lower() != "application/ld+json":
            continue
        # Scripts of a page are often broken; its other forms still tell.
        nodes += _nodes(tagged.of_json(one.text_content()))
    known = [node for node in nodes if _kind(node) in _TYPES]
    best = next((node for node in known if _kind(node) not in _PAGES), next(iter(known), None))
    if best is not None and _kind(best) in _PAGES and "author" not in best and "identifier" not in best:
        return None
    return None if best is None else _schema(best)


def _nodes(held: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(held, list):
        for one in held:
            yield from _nodes(one)
    elif isinstance(held, dict):
        yield held
        yield from _nodes(held.get("@graph"))
        yield from _nodes(held.get("mainEntity"))


def _kind(node: Mapping[str, Any]) -> str:
    kinds = [str(one).rpartition("/")[2] for one in _many(node.get("@type"))]
    return next((one for one in kinds if one in _TYPES), next(iter(kinds), ""))


def _many(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: object) -> str:
    """The text of a value: itself, a number, the name of a thing, the first of a list."""
    for one in _many(value):
        if isinstance(one, dict):
            one = one.get("name") or one.get("@value") or one.get("url") or one.get("@id")
        if isinstance(one, str | int | float) and not isinstance(one, bool) and tagged.line(str(one)):
            return tagged.line(str(one))
    return ""


def _texts(value: object) -> list[str]:
    return [text for one in _many(value) if (text := _text(one))]


def _schema(node: Mapping[str, Any]) -> Work:
    within: dict[str, Mapping[str, Any]] = {}
    held = next((one for one in _many(node.get("isPartOf")) if isinstance(one, dict)), None)
    while isinstance(held, dict) and len(within) < 4:
        kind = _kind(held)
        within.setdefault(kind if kind.startswith("Publication") else "held", held)
        held = next((one for one in _many(held.get("isPartOf")) if isinstance(one, dict)), None)
    host = within.get("held", {})
    named = {
        _text(one.get("propertyID")).upper().rpartition("/")[2]: _text(one.get("value"))
        for one in _many(node.get("identifier"))
        if isinstance(one, dict)
    }
    loose = [one for one in _many(node.get("identifier")) if isinstance(one, str)]
    issn, _ = tagged.numbers([*_texts(host.get("issn")), *_texts(node.get("issn"))])
    _, isbn = tagged.numbers([*_texts(node.get("isbn")), *_texts(host.get("isbn"))])
    people, bodies = _people(node.get("author") or node.get("creator"))
    editors, _ = _people(node.get("editor"))
    publisher = next((one for one in _many(node.get("publisher")) if isinstance(one, dict)), {})
    abstract = node.get("abstract") or node.get("description")
    keywords = [part for one in _texts(node.get("keywords")) for part in re.split(r";\s", one)]
    page = _text(node.get("pagination"))
    kind = _TYPES[_kind(node)]
    return Work(
        key="",
        type="paper-conference" if kind == "article-journal" and _kind(host) == "Book" else kind,
        title=_text(node.get("name")) or _text(node.get("headline")),
        translated_title=_text(node.get("alternateName")),
        issued=tagged.issued(_text(node.get("datePublished"))),
        language=languages.code(_text(node.get("inLanguage"))),
        authors=people,
        corporate_authors=bodies,
        editors=editors,
        container_title=_text(host.get("name")),
        container_title_short=_text(host.get("alternateName")),
        volume=_text(within.get("PublicationVolume", host).get("volumeNumber")) or _text(node.get("volumeNumber")),
        issue=_text(within.get("PublicationIssue", host).get("issueNumber")) or _text(node.get("issueNumber")),
        page=tagged.pages(_text(node.get("pageStart")), _text(node.get("pageEnd"))) or tagged.pages(page, ""),
        edition=_text(node.get("bookEdition")) or _text(node.get("version")),
        publisher=_text(publisher.get("name")) if publisher else _text(node.get("publisher")),
        publisher_place=_text(publisher.get("location")),
        issn=issn,
        isbn=isbn,
        doi=identifiers.doi(named.get("DOI", "") or " ".join([*loose, _text(node.get("@id"))])),
        pmid=identifiers.pmid(named.get("PMID", "")),
        pmcid=identifiers.pmcid(named.get("PMCID", "")),
        url=_text(node.get("url")),
        access=tuple(_texts(node.get("sameAs"))),
        genres=tuple(_texts(node.get("genre"))),
        subjects=tuple(_texts(node.get("about"))),
        keywords=tuple(dict.fromkeys(keywords)),
        abstract=tagged.paragraphs(abstract) if isinstance(abstract, str) else "",
        licence=_text(node.get("license")),
        status=_STATES.get(_text(node.get("creativeWorkStatus")).casefold(), "current"),
    )


def _people(value: object) -> tuple[tuple[Author, ...], tuple[str, ...]]:
    people: list[Author] = []
    bodies: list[str] = []
    for one in _many(value):
        held = one if isinstance(one, dict) else {"name": one}
        name = _text(held.get("name"))
        orcid = next(filter(None, (identifiers.orcid(link) for link in _links(held) if "orcid" in link)), "")
        if _kind(held) == "Organization":
            bodies += [name] if name else []
        elif held.get("familyName") or held.get("givenName"):
            family, given, suffix = (_text(held.get(part)) for part in ("familyName", "givenName", "honorificSuffix"))
            people.append(Author(family, given, orcid, suffix))
        elif (person := tagged.person(name, given_first=True)) is not None and name:
            people.append(replace(person, orcid=orcid))
        elif name:
            bodies.append(name)
    return tuple(people), tuple(dict.fromkeys(bodies))


def _links(held: Mapping[str, Any]) -> list[str]:
    return [str(link) for name in ("@id", "sameAs", "identifier", "url") for link in _many(held.get(name))]


def _of_coins(tree: Page) -> Work | None:
    spans = [one.get("title") or "" for one in tree.iter("span") if "Z3988" in (one.get("class") or "").split()]
    # Several are a list of results or of references: none is known to be the page's own.
    if len(spans) != 1:
        return None
    said: dict[str, list[str]] = {}
    for name, value in parse_qsl(spans[0]):
        said.setdefault(name.removeprefix("rft."), []).append(tagged.line(value))

    def first(*names: str) -> str:
        return next((said[name][0] for name in names if said.get(name)), "")

    people = tagged.People()
    people.meet(said.get("au", []), given_first=True)
    people.meet(said.get("aucorp", []))
    genre = {"article": "article-journal", "book": "book", "bookitem": "chapter", "proceeding": "paper-conference"}
    issn, isbn = tagged.numbers([*said.get("issn", []), *said.get("eissn", []), *said.get("isbn", [])])
    ids = said.get("rft_id", [])
    host = catalogue.parts(catalogue.Field("773", "0 ", (("g", first("part")),)))
    return Work(
        key="",
        type=genre.get(first("genre"), "document"),
        title=first("atitle", "btitle", "title"),
        issued=tagged.issued(first("date")),
        language=languages.code(first("language")),
        authors=tuple(people.persons),
        corporate_authors=tuple(people.bodies),
        container_title=first("jtitle") or (first("btitle", "title") if first("atitle") else ""),
        container_title_short=first("stitle"),
        volume=first("volume") or host[0],
        issue=first("issue") or host[1],
        page=first("pages") or tagged.pages(first("spage"), first("epage")),
        publisher=first("pub"),
        publisher_place=first("place"),
        edition=first("edition"),
        issn=issn,
        isbn=isbn,
        doi=next((identifiers.doi(one) for one in ids if one.startswith("info:doi/")), ""),
        pmid=next((identifiers.pmid(one.removeprefix("info:pmid/")) for one in ids if "pmid" in one), ""),
    )


FORMAT = Format("webpage", "a web page with citation tags", ".html", "text/html", recognises, read)
