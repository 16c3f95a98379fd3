"""PubMed's own text, as its page saves it ("PubMed" format, .nbib): MEDLINE's tags, one field after the other.

Source: NLM, "MEDLINE/PubMed Data Element (Field) Descriptions".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sequela.evidence import identifiers, languages
from sequela.evidence.formats import Format, Refused, tagged
from sequela.evidence.formats.pubmed import pages, sentence, titles
from sequela.evidence.works import UNDATED, Author, Notice, Work, state_of

_FIRST = re.compile(r"\s*PMID- ?\d+")
_FIELD = re.compile(r"(?P<tag>[A-Z]{2,4}) *- ?(?P<value>.*)")

_NOTICES = {
    "RIN": "retraction",
    "ROF": "notice-of-retraction",
    "EIN": "correction",
    "EFR": "notice-of-correction",
    "CRI": "correction",
    "CRF": "notice-of-correction",
    "ECI": "concern",
    "ECF": "notice-of-concern",
    "UIN": "update",
    "UOF": "notice-of-update",
    "CIN": "comment",
    "CON": "notice-of-comment",
}
"""Tags that name another record, in our words."""

Fields = list[tuple[str, str]]


def _recognises(head: bytes) -> bool:
    return _FIRST.match(tagged.head(head).lstrip("\ufeff")) is not None


def _read(data: bytes) -> Iterator[Work | Refused]:
    for number, fields in enumerate(_records(tagged.text(data)), 1):
        work = _work(fields)
        yield work if work.title else Refused(f"record {number:,}", "no title")


def _records(text: str) -> Iterator[Fields]:
    """The fields of each record; a line that begins with blanks goes on in the one before."""
    fields: Fields = []
    for line in text.split("\n"):
        found = _FIELD.fullmatch(line)
        if found and found["tag"] == "PMID" and fields:
            yield fields
            fields = []
        if found:
            fields.append((found["tag"], found["value"].strip()))
        elif line.startswith(" ") and fields and line.strip():
            tag, value = fields[-1]
            fields[-1] = (tag, f"{value} {line.strip()}")
    if fields:
        yield fields


def _work(fields: Fields) -> Work:
    def every(*tags: str) -> list[str]:
        return [value for tag, value in fields if tag in tags and value]

    def first(*tags: str) -> str:
        return next((value for tag in tags for value in every(tag)), "")

    title, translated = titles(first("TI"), first("TT"))
    book = sentence(first("BTI"))
    genres = tuple(dict.fromkeys(every("PT")))
    notices = tuple(
        Notice(_NOTICES[tag], re.sub(r"\s*PMID: ?\d+.*", "", value).strip(), identifiers.doi(value), _pmid(value))
        for tag, value in fields
        if tag in _NOTICES
    )
    issn, isbn = tagged.numbers(every("IS", "ISBN"))
    return Work(
        key="",
        type="article" if "Preprint" in genres else ("chapter" if title else "book") if book else "article-journal",
        title=title or book,
        translated_title=translated,
        issued=next((told for one in every("DP", "DEP") if (told := _issued(one)) != UNDATED), UNDATED),
        language=languages.code(first("LA")) if first("LA") else "",
        authors=_people(fields, "FAU", "AU"),
        corporate_authors=tuple(dict.fromkeys(every("CN"))),
        editors=_people(fields, "FED", "ED"),
        container_title=book if book and title else first("JT", "TA"),
        container_title_short="" if book else first("TA"),
        volume=first("VI"),
        issue=first("IP"),
        page=pages(first("PG")),
        edition=first("EN"),
        publisher=first("PB"),
        issn=issn,
        isbn=isbn,
        doi=next((identifiers.doi(one) for one in every("LID", "AID") if one.endswith("[doi]")), ""),
        pmid=identifiers.pmid(first("PMID")),
        pmcid=identifiers.pmcid(first("PMC")),
        genres=genres,
        subjects=tuple(dict.fromkeys(one for heading in every("MH") for one in _headings(heading))),
        keywords=tuple(dict.fromkeys(one.removeprefix("*") for one in every("OT"))),
        abstract=_abstract(first("AB", "OAB")),
        status=state_of(notices, genres),
        notices=notices,
    )


def _pmid(value: str) -> str:
    found = re.search(r"PMID: ?(\d+)", value)
    return identifiers.pmid(found[1]) if found else ""


def _issued(said: str) -> str:
    """A date as "2020 Mar 18", "2000 Nov-Dec" or "20200318"."""
    if found := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", said):
        return tagged.issued("-".join(found.groups()))
    return tagged.issued(said)


def _people(fields: Fields, full: str, short: str) -> tuple[Author, ...]:
    """People in order: the full name where there is one, and the ORCID that follows it."""
    people: list[Author] = []
    has_full = any(tag == full for tag, _ in fields)
    last = ""
    for tag, value in fields:
        if tag == (full if has_full else short):
            found = tagged.person(value)
            people.append(found or Author(value))
            last = tag
        elif tag == "AUID" and last and (orcid := identifiers.orcid(value)):
            person = people[-1]
            people[-1] = Author(person.family, person.given, person.orcid or orcid, person.suffix)
        elif tag in ("CN", "FED", "ED", "FAU"):
            last = ""
    return tuple(people)


def _headings(said: str) -> list[str]:
    """A heading for each qualifier of "*Liver Neoplasms/therapy/*blood supply", without the stars of major topics."""
    heading, *qualifiers = (part.strip().removeprefix("*") for part in said.split("/"))
    return [f"{heading}/{one}" for one in qualifiers] or [heading]


def _abstract(said: str) -> str:
    """An abstract with each labelled part on its own line: "BACKGROUND: ... METHODS: ..."."""
    return re.sub(r"(?<=[.!?)]) +(?=[A-Z][A-Z ,/&-]{3,40}: )", "\n", said)


FORMAT = Format("medline", "PubMed text", ".nbib", "application/nbib", _recognises, _read)
