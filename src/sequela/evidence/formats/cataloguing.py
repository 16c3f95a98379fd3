"""A work as a MARC 21 record, as a library would file it.

Purpose: what `catalogue` reads, made of a `Work`. ISBD punctuation is left out and the leader says so (leader/18 "c"),
so that what comes back is what was given.
Source: Library of Congress, "MARC 21 Format for Bibliographic Data"; relators and sources from its code lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sequela.evidence.formats import tagged
from sequela.evidence.formats.catalogue import LOCAL, RELATIONS, STATUS, Field, Record, parts
from sequela.evidence.works import UNDATED, Author, Work, state_of

# Type of record and bibliographic level (leader/06-07); what is not here is filed as a book is.
_LEADERS = {
    "article-journal": "ab",
    "article-magazine": "ab",
    "article-newspaper": "ab",
    "chapter": "aa",
    "paper-conference": "aa",
    "entry-dictionary": "aa",
    "entry-encyclopedia": "aa",
    "periodical": "as",
    "webpage": "ai",
    "post-weblog": "ai",
    "manuscript": "tm",
    "map": "em",
    "motion_picture": "gm",
    "graphic": "km",
    "figure": "km",
    "musical_score": "cm",
    "dataset": "mm",
    "software": "mm",
    "song": "jm",
}
# What the leader and the fixed field tell alone, so that no field for it is needed.
_PLAIN = frozenset(
    {
        *("article-journal", "chapter", "periodical", "webpage", "book", "report"),
        *("manuscript", "map", "motion_picture", "graphic", "musical_score", "dataset"),
    }
)
# Articles that filing skips (245, second indicator); an apostrophe belongs to its article.
_ARTICLES = {
    "eng": r"(?:the|an?)\s",
    "spa": r"(?:el|la|los|las|una?|unos|unas|lo)\s",
    "fre": r"(?:les?|la|une?|des)\s|l['\u2019]",
    "ger": r"(?:der|die|das|eine?)\s",
    "ita": r"(?:il|lo|la|gli|i|le|una?|uno)\s|l['\u2019]|un['\u2019]",
    "por": r"(?:os?|as?|uma?|uns|umas)\s",
    "dut": r"(?:de|het|een)\s",
    "cat": r"(?:el|la|els|les|una?|uns|unes)\s|l['\u2019]",
}


_ENTERED = "000101"
"""008/00-05, the day of entry, which may not be filled up: one that stands for none, for no clock is read."""


def record(work: Work) -> Record:
    """Return a work's record: no 005 and no day of entry, so that the same work is the same record."""
    kind = _LEADERS.get(work.type, "am")
    # Of a record in XML the lengths (00-04, 12-16) are not used.
    leader = f"00000n{kind} a2200000 c 4500"
    controls = (("001", work.key),) if work.key else ()
    # A field without anything but its source says nothing.
    fields = [one for one in _fields(work) if any(code != "2" for code, _ in one.subfields)]
    return Record(leader, (*controls, ("008", _fixed(work, kind))), tuple(sorted(fields, key=lambda one: one.tag)))


def _field(tag: str, indicators: str, *subfields: tuple[str, str]) -> Field:
    return Field(tag, indicators, tuple((code, value) for code, value in subfields if value))


def _fixed(work: Work, kind: str) -> str:
    """008 of forty signs: date, no place, the form (online where it has an address), the language."""
    said = "" if work.issued == UNDATED else work.issued
    year, month, day = [*said.split("-"), "", ""][:3]
    dates = f"e{year}{month}{day:2}" if month else f"s{year}    " if year else "nuuuuuuuu"
    form = "o" if work.links else "|"
    contents = "t" if work.type == "report" else "|"
    # Material in 18-34: what is not told is filled up ("no attempt to code").
    material = list("|" * 17)
    if kind[0] in "at" and kind[1] not in "bsi":
        material[5], material[6] = form, contents
    elif kind[1] in "bsi":
        material[5] = form
    language = work.language if re.fullmatch("[a-z]{3}", work.language) else "|||"
    return f"{_ENTERED}{dates}xx {''.join(material)}{language} |"


def _fields(work: Work) -> Iterator[Field]:
    yield from _identifiers(work)
    yield from _titles(work)
    yield from _people(work)
    yield _field("250", "  ", ("a", work.edition))
    yield _imprint(work)
    yield _field("380", "  ", ("a", "" if work.type in _PLAIN else work.type), ("2", LOCAL))
    if work.status != state_of(work.notices, work.genres):
        yield _field("500", "  ", ("a", f"{STATUS}{work.status}"))
    # One paragraph each: a subfield has no line breaks.
    yield from (_field("520", "3 ", ("a", one)) for one in work.abstract.split("\n"))
    is_address = re.match(r"https?://", work.licence) is not None
    yield _field("540", "  ", ("u" if is_address else "a", work.licence))
    # MeSH is NLM's: of a work that PubMed does not know, the list of its headings is not told (4).
    indexed = bool(work.pmid or work.pmcid)
    yield from (_heading(one) if indexed else _field("650", " 4", ("a", one)) for one in work.subjects)
    yield from (_field("653", "  ", ("a", one)) for one in work.keywords)
    yield _field("653", " 6", ("a", work.format))
    yield from (_field("655", " 2" if indexed else " 4", ("a", one)) for one in work.genres)
    yield _host(work)
    for notice in work.notices:
        yield _field(
            "787",
            "08",
            ("i", RELATIONS.get(notice.kind, "")),
            ("t", notice.reference),
            ("o", f"doi:{notice.doi}" if notice.doi else ""),
            ("o", f"pmid:{notice.pmid}" if notice.pmid else ""),
        )
    yield from (_field("856", "41" if one in work.access else "40", ("u", one)) for one in work.links)


def _identifiers(work: Work) -> Iterator[Field]:
    yield from (_field("020", "  ", ("a", one)) for one in work.isbn)
    # The first ISSN goes with the journal of an article (773 $x), which has room for one.
    yield from (_field("022", "  ", ("a", one)) for one in (work.issn[1:] if work.container_title else work.issn))
    for source, value in (("doi", work.doi), ("pmid", work.pmid), ("pmcid", work.pmcid)):
        if value:
            yield _field("024", "7 ", ("a", value), ("2", source))
    if re.fullmatch("[a-z]{3}", work.language):
        yield _field("041", "0 ", ("a", work.language))
    elif work.language:
        yield _field("546", "  ", ("a", work.language))


def _titles(work: Work) -> Iterator[Field]:
    title, _, remainder = work.title.partition(": ")
    article = re.match(_ARTICLES.get(work.language, "(?!)"), work.title, re.I)
    skipped = len(article[0]) if article and len(article[0]) < len(work.title) else 0
    named = [f"{one.given} {one.family}".strip() for one in work.authors]
    said = ", ".join([*named, *work.corporate_authors]) + (" [et al.]" if work.authors_incomplete else "")
    added = "1" if work.authors or work.corporate_authors else "0"
    yield _field("245", f"{added}{skipped}", ("a", title), ("b", remainder), ("c", said.strip()))
    if work.translated_title:
        yield _field("242", "10", ("a", work.translated_title))


def _people(work: Work) -> Iterator[Field]:
    """The first author is the main entry; all the others, and bodies and editors, are added entries."""
    for number, person in enumerate(work.authors):
        yield _person("100" if number == 0 else "700", person, "aut")
    for number, body in enumerate(work.corporate_authors):
        yield _field("110" if number == 0 and not work.authors else "710", "2 ", ("a", body), ("4", "aut"))
    yield from (_person("700", one, "edt") for one in work.editors)


def _person(tag: str, person: Author, role: str) -> Field:
    name = f"{person.family}, {person.given}" if person.given else person.family
    orcid = f"https://orcid.org/{person.orcid}" if person.orcid else ""
    return _field(tag, "1 ", ("a", name), ("c", person.suffix), ("4", role), ("1", orcid))


def _imprint(work: Work) -> Field:
    date = "" if work.issued == UNDATED else work.issued
    return _field("264", " 1", ("a", work.publisher_place), ("b", work.publisher), ("c", date))


def _heading(subject: str) -> Field:
    """A MeSH heading with its qualifier as NLM files it."""
    heading, _, qualifier = subject.partition("/")
    if not (heading and qualifier) or subject != "/".join(map(tagged.line, (heading, qualifier))):
        return _field("650", " 2", ("a", subject))
    return _field("650", " 2", ("a", heading), ("x", qualifier))


def _host(work: Work) -> Field:
    """The journal or book that holds it, with volume, issue and page as a reader writes them; where that would be
    read otherwise, each with its name.
    """
    year = "" if work.issued == UNDATED else f"({work.year})"
    numbered = ", ".join(f"{word} {value}" for word, value in (("Vol.", work.volume), ("no.", work.issue)) if value)
    paged = f"p. {work.page}" if work.page else ""
    said = ", ".join(filter(None, (f"{numbered} {year}".strip() if numbered else "", paged)))
    ends = (
        ("t", work.container_title),
        ("p", work.container_title_short),
        ("x", work.issn[0] if work.issn and work.container_title else ""),
    )
    plain = _field("773", "0 ", *ends[:2], ("g", said), ends[2])
    if parts(plain) == (work.volume, work.issue, work.page):
        return plain
    keyed = [
        ("g", f"{name}:{value}")
        for name, value in (("volume", work.volume), ("number", work.issue), ("pages", work.page))
        if value
    ]
    return _field("773", "0 ", *ends[:2], *keyed, ends[2])
