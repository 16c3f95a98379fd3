"""Europe PMC's answers, as its web service gives and its page saves them: XML and JSON, lite and core.

Source: "Europe PMC RESTful Web Service Reference Guide".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sequela.evidence import identifiers, languages
from sequela.evidence.formats import Format, Refused, tagged
from sequela.evidence.formats.markup import Element, elements, name, root_of, text
from sequela.evidence.formats.pubmed import NOTICES, pages, sentence, titles
from sequela.evidence.works import UNDATED, Author, Notice, Work, state_of

Record = Mapping[str, Any]
"""One result: values by name; of XML, too, in which a list is one of one where there is one."""

_KINDS = {kind.casefold(): told for kind, told in NOTICES.items()}
_JSON = re.compile(r'\s*\{.*"(?:resultList|hitCount)"', re.DOTALL)


def _recognises(head: bytes) -> bool:
    if root_of(head) == "responseWrapper":
        return True
    said = tagged.head(head)
    return _JSON.match(said) is not None


def _read(data: bytes) -> Iterator[Work | Refused]:
    for number, record in enumerate(_json(data) if data.lstrip()[:1] in (b"{", b"\xef") else _xml(data), 1):
        if isinstance(record, Refused):
            yield record
        else:
            work = _work(record)
            yield work if work.title else Refused(f"result {number:,}", "no title")


def _xml(data: bytes) -> Iterator[Record | Refused]:
    for found in elements(data, "result"):
        yield found if isinstance(found, Refused) else _values(found)


def _values(element: Element) -> dict[str, Any]:
    """An element as JSON would have it: values by name, a list of those that have one name."""
    said: dict[str, Any] = {}
    for child in element:
        if not isinstance(child.tag, str):
            continue
        held = child.get("type")
        inner: Any = _values(child) if len(child) and name(child) != "abstractText" else text(child)
        if held and isinstance(inner, str):
            inner = {"type": held, "value": inner}
        if name(child) in said:
            before = said[name(child)]
            said[name(child)] = [*(before if isinstance(before, list) else [before]), inner]
        else:
            said[name(child)] = inner
    return said


def _json(data: bytes) -> Iterator[Record | Refused]:
    said = tagged.of_json(tagged.text(data))
    if said is None:
        yield Refused("file", "is not well-formed JSON")
        return
    listed = said.get("resultList") if isinstance(said, dict) else None
    results = _list(listed.get("result")) if isinstance(listed, dict) else []
    for number, record in enumerate(results, 1):
        yield record if isinstance(record, dict) else Refused(f"result {number:,}", "is no record")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value in (None, "") else [value]


def _down(record: Any, *path: str) -> Any:
    for step in path:
        record = record.get(step) if isinstance(record, dict) else None
    return record


def _said(record: Any, *path: str) -> str:
    """The text down a path, on one line, without the page's markup."""
    value = _down(record, *path)
    return _plain(str(value)) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def _plain(said: str) -> str:
    """A text without HTML: headings become labels, breaks and paragraphs blanks."""
    import html

    said = re.sub(r"<h4>\s*(.*?)[\s.:]*</h4>", r"\n\1: ", said, flags=re.I)
    return tagged.line(
        html.unescape(re.sub(r"</?[A-Za-z][^<>]*>", "", said.replace("\n", "\x00"))).replace("\x00", " ")
    )


def _work(record: Record) -> Work:
    issue, journal = _down(record, "journalInfo"), _down(record, "journalInfo", "journal")
    genres = tuple(dict.fromkeys(_texts(record, "pubTypeList", "pubType") or _list(record.get("pubType"))))
    title, translated = titles(_said(record, "title"), "")
    notices = tuple(_notices(record))
    people, bodies = _people(record)
    lowered = {str(one).casefold() for one in genres}
    preprint = record.get("source") == "PPR" or "preprint" in lowered
    details = record.get("bookOrReportDetails")
    issn, _ = tagged.numbers(
        [_said(journal, "issn"), _said(journal, "ISSN"), _said(journal, "essn"), _said(journal, "ESSN")]
    )
    addresses = [_said(one, "url") for one in _list(_down(record, "fullTextUrlList", "fullTextUrl"))]
    others = identifiers.from_addresses([one for one in addresses if one])[1]
    return Work(
        key="",
        type="article" if preprint else "book" if details else "article-journal",
        title=sentence(title),
        translated_title=translated,
        issued=_issued(record),
        language=languages.code(_said(record, "language")) if record.get("language") else "",
        authors=people,
        corporate_authors=bodies,
        container_title=_said(journal, "title") or _said(record, "journalTitle"),
        container_title_short=_said(journal, "isoabbreviation") or _said(journal, "ISOAbbreviation"),
        volume=_said(issue, "volume") or _said(record, "journalVolume"),
        issue=_said(issue, "issue") or _said(record, "issue"),
        page=pages(_said(record, "pageInfo")),
        publisher=_said(details, "publisher"),
        issn=issn or tagged.numbers([_said(record, "journalIssn")])[0],
        doi=identifiers.doi(_said(record, "doi")),
        pmid=identifiers.pmid(_said(record, "pmid")),
        pmcid=identifiers.pmcid(_said(record, "pmcid")),
        genres=tuple(map(str, genres)),
        subjects=tuple(dict.fromkeys(_subjects(record))),
        keywords=tuple(dict.fromkeys(_texts(record, "keywordList", "keyword"))),
        abstract=_abstract(record.get("abstractText")),
        licence=_said(record, "license"),
        access=tuple(dict.fromkeys(others)),
        status=state_of(notices, map(str, genres)),
        notices=notices,
    )


def _texts(record: Record, *path: str) -> list[str]:
    return [told for one in _list(_down(record, *path)) if isinstance(one, str) and (told := _plain(one))]


def _abstract(said: Any) -> str:
    if not isinstance(said, str):
        return ""
    parts = re.split(r"(?=<h4>)", said)
    return "\n".join(told for part in parts if (told := _plain(part)))


def _people(record: Record) -> tuple[tuple[Author, ...], tuple[str, ...]]:
    """The people and bodies of a core record; of a lite one, those of the author line."""
    people = tagged.People()
    listed = [one for one in _list(_down(record, "authorList", "author")) if isinstance(one, dict)]
    for one in listed:
        if body := _said(one, "collectiveName"):
            people.bodies.append(body)
        elif family := _said(one, "lastName") or _said(one, "fullName"):
            given = (_said(one, "firstName") or _said(one, "initials")) if one.get("lastName") else ""
            people.persons.append(Author(family, given, identifiers.orcid(_orcid(one.get("authorId")))))
    if not listed:
        people.meet(_said(record, "authorString").rstrip(".").split(", "))
    return tuple(people.persons), tuple(dict.fromkeys(people.bodies))


def _orcid(said: Any) -> str:
    return str(said.get("value", "")) if isinstance(said, dict) and said.get("type") == "ORCID" else ""


def _subjects(record: Record) -> Iterator[str]:
    for heading in _list(_down(record, "meshHeadingList", "meshHeading")):
        descriptor = _said(heading, "descriptorName")
        qualifiers = [
            _said(one, "qualifierName") for one in _list(_down(heading, "meshQualifierList", "meshQualifier"))
        ]
        if descriptor:
            yield from [f"{descriptor}/{one}" for one in qualifiers if one] or [descriptor]


def _notices(record: Record) -> Iterator[Notice]:
    for one in _list(_down(record, "commentCorrectionList", "commentCorrection")):
        kind = _KINDS.get(_said(one, "type").replace(" ", "").casefold())
        if kind is not None:
            pmid = identifiers.pmid(_said(one, "id")) if _said(one, "source") == "MED" else ""
            yield Notice(kind, _said(one, "reference"), pmid=pmid)


def _issued(record: Record) -> str:
    """The date that the issue bears, else its year and month, else the first appearance in that year.

    Its "printPublicationDate" is not believed: it has the first of a month, or of January, where no day is known.
    """
    year = _said(record, "pubYear")
    borne = tagged.issued(_said(record, "journalInfo", "dateOfPublication"))
    if borne != UNDATED:
        return borne
    month, first = _said(record, "journalInfo", "monthOfPublication"), _said(record, "firstPublicationDate")
    if month.isdecimal() and year:
        return tagged.issued(f"{year}-{month}")
    return tagged.issued(year or first, first)


FORMAT = Format("europepmc", "Europe PMC", ".xml", "application/xml", _recognises, _read)
