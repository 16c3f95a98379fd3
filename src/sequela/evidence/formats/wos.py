"""The tagged export of Web of Science (PT, AU, ... ER), which many call RIS for its file's ending; only read.

rispy's parser for it does well once each record has its end: one without is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sequela.evidence import identifiers, languages
from sequela.evidence.formats import Format, Refused, tagged
from sequela.evidence.works import Author, Work

_START = re.compile(r"^PT [A-Z][ \t]*\r?$", re.M)
_OWN = re.compile(r"^(?:AU|TI|SO|UT) \S", re.M)
_TYPES = {"J": "article-journal", "B": "book", "S": "chapter", "P": "patent"}


def recognises(head: bytes) -> bool:
    """Return whether a file holds a record's type and one of the tags that follow it."""
    text = tagged.head(head)
    return _START.search(text) is not None and _OWN.search(text) is not None


def read(data: bytes) -> Iterator[Work | Refused]:
    """Return the records of a file."""
    from rispy import WokParser

    # An end where there is one already is passed over.
    ended = re.sub(r"^(?=PT [A-Z][ \t]*$)", "ER\n", tagged.text(data), flags=re.M) + "\nER\n"
    for number, said in enumerate(WokParser(skip_unknown_tags=True).parse(ended), 1):
        yield tagged.taken(_work(said), f"record {number}")


def _work(said: dict[str, Any]) -> Work:
    def text(*names: str) -> str:
        return next((line for name in names if (line := tagged.line(str(said.get(name, ""))))), "")

    short, full = (said.get(name, []) for name in ("authors", "author_full_name"))
    people = tagged.People()
    people.meet(full if len(full) >= len(short) else short)
    editors = tagged.People()
    editors.meet(re.split(r";", text("editors")))
    title = text("document_title")
    issn, isbn = tagged.numbers([text("issn"), text("eissn"), text("isbn")])
    found = tagged.places([], doi=identifiers.doi(text("doi", "book_doi")), pmid=identifiers.pmid(text("pubmed_id")))
    kind = _TYPES.get(text("publication_type"), "document")
    short_title = text("iso_source_abbreviation", "source_abbreviation_29c")
    made = Work(
        key="",
        type="chapter" if kind == "book" and "chapter" in text("document_type").lower() else kind,
        title=title,
        issued=tagged.issued(f"{text('publication_date')} {text('publication_year')}"),
        language=languages.code(text("language")),
        authors=tuple(_with_orcid(people.persons, text("orcid_id"))),
        corporate_authors=(*people.bodies, *map(tagged.line, said.get("group_authors", []))),
        editors=tuple(editors.persons),
        container_title=text("publication_name"),
        container_title_short=short_title,
        volume=text("volume"),
        issue=text("issue"),
        page=tagged.pages(text("beginning_page", "article_number"), text("ending_page")),
        publisher=text("publisher"),
        publisher_place=text("publisher_city"),
        issn=issn,
        isbn=isbn,
        genres=tuple(filter(None, map(tagged.line, text("document_type").split(";")))),
        # The database's own "Keywords Plus" are words of the cited titles, not of this work.
        keywords=tagged.keywords([text("author_keywords")]),
        abstract=text("abstract"),
    )
    return found.of(made)


def _with_orcid(people: list[Author], said: str) -> Iterator[Author]:
    """The people with the ORCIDs of a list of "Family, Given/0000-..." that names them."""
    known = {}
    for one in said.split(";"):
        name, _, number = one.rpartition("/")
        if (author := tagged.person(tagged.line(name))) is not None:
            known[author.family.casefold(), author.given[:1].casefold()] = identifiers.orcid(number)
    for person in people:
        yield replace(person, orcid=known.get((person.family.casefold(), person.given[:1].casefold()), ""))


FORMAT = Format("wos", "Web of Science", ".txt", "text/plain", recognises, read)
