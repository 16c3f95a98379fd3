"""RIS, the tagged lines that every reference manager reads and writes.

The lines are read here and not by rispy, which (0.10) loses what files hold: a record whose ER is missing runs into
the next one or is left out, a second SN or DO is dropped, an address is cut at each semicolon (DOIs of old papers have
them), and the paragraphs of an abstract become one. The tests keep it as a second reader of what is
written here.

Where things stand is as Zotero and EndNote have it: C2 is the PMCID, AN with DB "PubMed" the PMID, C7 an article
number, "Name," a body, "et al.," the authors who were not listed. VuFind writes all authors but the first into A2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sequela.evidence import identifiers, languages
from sequela.evidence.formats import Format, Refused, kinds, tagged
from sequela.evidence.works import UNDATED, Work

CARRIES = frozenset(
    {
        *("type", "title", "translated_title", "issued", "language", "abstract", "keywords", "genres"),
        *("authors", "authors_incomplete", "corporate_authors", "editors"),
        *("container_title", "container_title_short", "volume", "issue", "page"),
        *("edition", "publisher", "publisher_place", "issn", "isbn"),
        *("doi", "pmid", "pmcid", "url", "access"),
    }
)

_TAG = re.compile(r"([A-Z][A-Z0-9])  ?-(?: |$)(.*)")
_START = re.compile(r"^\s*TY  ?- ?\S", re.M)


def recognises(head: bytes) -> bool:
    """Return whether a file holds a line that begins a RIS record, perhaps after a database's own header."""
    return _START.search(tagged.head(head)) is not None


def read(data: bytes) -> Iterator[Work | Refused]:
    """Return the records of a file; one without an end is ended by the next."""
    for number, record in enumerate(_records(tagged.text(data)), 1):
        yield tagged.taken(_work(record), f"record {number}")


def _records(text: str) -> Iterator[tagged.Record]:
    record: tagged.Record | None = None
    last: list[str] | None = None
    for line in text.split("\n"):
        found = _TAG.fullmatch(line.strip(" \t\ufeff") if line.lstrip().startswith(("TY", "ER")) else line.rstrip())
        tag = found[1] if found else ""
        if found and tag == "TY":
            if record is not None:
                yield record
            record, last = tagged.Record({"TY": [found[2].strip()]}), None
        elif record is None:
            continue  # what stands outside of records is a database's own header
        elif tag == "ER":
            yield record
            record, last = None, None
        elif found:
            last = record.said.setdefault(tag, [])
            last.append(found[2].strip())
        elif last and line.strip():
            # An indented line goes on with its paragraph; one at the margin begins another.
            paragraphs = not line.startswith((" ", "\t"))
            last[-1] = f"{last[-1]}{chr(10) if paragraphs and last[-1] else ' '}{line.strip()}".strip()
    if record is not None:
        yield record


def _work(record: tagged.Record) -> Work:
    first, every = record.first, record.every
    kind = kinds.csl(first("TY"), "ris")
    authors, editors = tagged.People(), tagged.People()
    second = kind in kinds.ARTICLES
    for tag in ("AU", "A1", *(("A2",) if second else ())):
        authors.meet(every(tag))
    for tag in ("ED", "A3", *(() if second else ("A2",))):
        editors.meet(every(tag))
    title = first("TI", "T1", "CT", *(("BT",) if kind == "book" else ()), "ST")
    journal = first("JF", *(() if kind == "book" else ("T2", "BT")))
    abbreviated = first("JA", "J2", "J1")
    journal, abbreviated = journal or first("JO") or abbreviated, abbreviated or (first("JO") if journal else "")
    found = tagged.places(
        tagged.addresses(every("UR")),
        tagged.addresses(every("L1", "L2")),
        doi=identifiers.doi(first("DO", "DI") or first("M3")),
        pmid=record.pmid("AN", "DB", "DP"),
        pmcid=identifiers.pmcid(first("C2")),
    )
    issn, isbn = tagged.numbers(every("SN"))
    genres = [one for one in every("M3") if not identifiers.doi(one)]
    made = Work(
        key="",
        type=kind,
        title=title,
        issued=tagged.issued(first("PY"), first("DA"), first("Y1"), first("DP")),
        language=languages.code(first("LA")),
        translated_title=first("TT"),
        authors=tuple(authors.persons),
        authors_incomplete=authors.incomplete,
        corporate_authors=tuple(authors.bodies),
        editors=tuple(one for one in editors.persons if one not in authors.persons),
        container_title=journal,
        container_title_short=abbreviated if abbreviated != journal else "",
        volume=first("VL", "VO"),
        issue=first("IS", "CP"),
        page=tagged.pages(first("SP", "C7"), first("EP") if first("SP") else ""),
        edition=first("ET"),
        publisher=first("PB"),
        publisher_place=first("CY", "PP"),
        issn=issn,
        isbn=isbn,
        genres=tuple(dict.fromkeys(tagged.line(one) for one in genres)),
        keywords=tagged.keywords(every("KW")),
        abstract=tagged.paragraphs(next(iter(every("AB", "N2")), "")),
    )
    return found.of(made)


def written(works: Iterable[Work]) -> str:
    """Return works as RIS, in the order of the specification: TY first, ER last."""
    return "".join(_record(work) for work in works)


def _record(work: Work) -> str:
    start, end = tagged.page_ends(work.page)
    people = [tagged.inverted(one) for one in work.authors] + [tagged.body(one) for one in work.corporate_authors]
    lines = [
        ("TY", kinds.named(work.type, "ris") or "GEN"),
        ("ID", work.key),
        *(("AU", name) for name in people),
        ("AU", tagged.ET_AL + "," if work.authors_incomplete else ""),
        # A2 of an article would be read as one more author, here and wherever VuFind's files are known.
        *(("ED" if work.type in (*kinds.ARTICLES, "book") else "A2", tagged.inverted(one)) for one in work.editors),
        ("TI", work.title),
        ("TT", work.translated_title),
        # Of a book T2 is the series.
        ("JF" if work.type in (*kinds.ARTICLES, "book") else "T2", work.container_title),
        ("JA", work.container_title_short),
        ("PY", work.issued[:4] if work.issued != UNDATED else ""),
        ("DA", work.issued.replace("-", "/") if len(work.issued) > 4 and work.issued != UNDATED else ""),
        ("VL", work.volume),
        ("IS", work.issue),
        ("SP", start),
        ("EP", end),
        ("ET", work.edition),
        ("PB", work.publisher),
        ("CY", work.publisher_place),
        *(("SN", one) for one in (*work.issn, *work.isbn)),
        ("LA", languages.name(work.language)),
        ("DO", work.doi),
        ("AN", work.pmid),
        ("DB", "PubMed" if work.pmid else ""),
        ("C2", work.pmcid),
        ("UR", work.url),
        *(("L2", one) for one in work.access),
        *(("M3", one) for one in work.genres),
        *(("KW", one) for one in (*work.keywords, *work.subjects)),
        ("AB", work.abstract),
        ("N1", "" if work.status == "current" else f"Status: {work.status}"),
        ("ER", ""),
    ]
    said = "".join(_line(tag, value) for tag, value in lines if value or tag == "ER")
    return said + "\r\n"


def _line(tag: str, value: str) -> str:
    said = tagged.unlike(_TAG, value).replace("\n", "\r\n") if tag == "AB" else tagged.line(value)
    return f"{tag}  - {said}\r\n"


FORMAT = Format("ris", "RIS", ".ris", "application/x-research-info-systems", recognises, read, written, CARRIES)
