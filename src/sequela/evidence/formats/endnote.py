"""EndNote's tagged file (.enw): lines that begin with a per cent sign and one sign more.

Where things stand is as in EndNote's manual, "Creating a Tagged EndNote Import File". VuFind writes several %0 lines,
one for each of its formats, and all authors but the first into %E, which is the editor's place elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sequela.evidence import identifiers, languages
from sequela.evidence.formats import Format, Refused, kinds, ris, tagged
from sequela.evidence.works import UNDATED, Work

CARRIES = ris.CARRIES
"""The same as RIS: both are EndNote's own fields under other tags."""

_TAG = re.compile(r"%([0-9A-Z@!#$&?*()+^>~<=\[\]|])(?:[ \t]+|$)(.*)")
_START = re.compile(r"^\s*%0[ \t]+\S", re.M)


def recognises(head: bytes) -> bool:
    """Return whether a file holds a line that says a record's type."""
    return _START.search(tagged.head(head)) is not None


def read(data: bytes) -> Iterator[Work | Refused]:
    """Return the records of a file: an empty line, or a type after other lines, begins the next."""
    for number, record in enumerate(_records(tagged.text(data)), 1):
        yield tagged.taken(work(record), f"record {number}")


def _records(text: str) -> Iterator[tagged.Record]:
    record = tagged.Record()
    empty = False
    last: list[str] | None = None
    for line in text.split("\n"):
        found = _TAG.fullmatch(line.rstrip())
        # A record ends at an empty line, unless text goes on after it: then it was a gap within an abstract.
        if found and record.said and (empty or (found[1] == "0" and set(record.said) != {"0"})):
            yield record
            record = tagged.Record()
        empty = not line.strip()
        if found:
            last = record.said.setdefault(found[1], [])
            last.append(found[2].strip())
        elif last and not empty:
            last[-1] = f"{last[-1]}\n{line.strip()}".strip()
    if record.said:
        yield record


def work(record: tagged.Record) -> Work:
    """Return the work of one record's tags, those of EndNote's own file or of another that has the same fields."""
    first, every = record.first, record.every
    told = every("0")
    kind = next((known for one in told if (known := kinds.csl(one, "endnote", ""))), "document")
    authors, editors = tagged.People(), tagged.People()
    for tag in ("A", *(("E",) if kind in kinds.ARTICLES else ())):
        authors.meet(every(tag), given_first=True)
    for tag in ("?", *(() if kind in kinds.ARTICLES else ("E",))):
        editors.meet(every(tag), given_first=True)
    title = first("T")
    journal = first("J", *(() if kind == "book" else ("B",)))
    found = tagged.places(
        tagged.addresses(every("U")),
        tagged.addresses(every(">")),
        doi=identifiers.doi(first("R")),
        pmid=record.pmid("M", "~", "W"),
        pmcid=identifiers.pmcid(first("2")),
    )
    issn, isbn = tagged.numbers(every("@"))
    year = first("D")
    # %8 often is a day without its year: "Mar 18".
    day = first("8") if re.search(r"\d{4}", first("8")) else f"{year} {first('8')}"
    made = Work(
        key="",
        type=kind,
        title=title,
        issued=tagged.issued(year, day),
        language=languages.code(first("G")),
        translated_title=first("Q"),
        authors=tuple(authors.persons),
        authors_incomplete=authors.incomplete,
        corporate_authors=tuple(authors.bodies),
        editors=tuple(one for one in editors.persons if one not in authors.persons),
        container_title=journal or first("O"),
        container_title_short=first("O") if journal else "",
        volume=first("V"),
        issue=first("N"),
        page=tagged.pages(first("P", "]"), ""),
        # Of an article it is the day of its first appearance online.
        edition=first("7") if kind not in kinds.ARTICLES or tagged.issued(first("7")) == UNDATED else "",
        publisher=first("I"),
        publisher_place=first("C"),
        issn=issn,
        isbn=isbn,
        format=", ".join(told) if len(told) > 1 else "",
        genres=tuple(dict.fromkeys(map(tagged.line, every("9")))),
        keywords=tagged.keywords(every("K")),
        abstract=tagged.paragraphs(next(iter(every("X")), "")),
    )
    return found.of(made)


def written(works: Iterable[Work]) -> str:
    """Return works as EndNote's tagged lines, an empty line after each record."""
    return "".join(map(_record, works))


def _record(work: Work) -> str:
    people = [tagged.inverted(one) for one in work.authors] + [tagged.body(one) for one in work.corporate_authors]
    article = work.type in kinds.ARTICLES
    lines = [
        ("0", kinds.named(work.type, "endnote") or "Generic"),
        *(("A", name) for name in people),
        ("A", f"{tagged.ET_AL}," if work.authors_incomplete else ""),
        # An article has no editor in EndNote, and %E would be read as one more author.
        *(("?" if article else "E", tagged.inverted(one)) for one in work.editors),
        ("T", work.title),
        ("Q", work.translated_title),
        # Of a book %B is the series.
        ("J" if article or work.type == "book" else "B", work.container_title),
        ("O", work.container_title_short),
        ("D", work.issued[:4] if work.issued != UNDATED else ""),
        ("8", work.issued.replace("-", "/") if len(work.issued) > 4 and work.issued != UNDATED else ""),
        ("V", work.volume),
        ("N", work.issue),
        ("P", work.page),
        ("7", work.edition),
        ("I", work.publisher),
        ("C", work.publisher_place),
        *(("@", one) for one in (*work.issn, *work.isbn)),
        ("G", languages.name(work.language)),
        ("R", work.doi),
        ("M", work.pmid),
        ("~", "PubMed" if work.pmid else ""),
        ("2", work.pmcid),
        ("U", work.url),
        *((">", one) for one in work.access),
        *(("9", one) for one in work.genres),
        *(("K", one) for one in (*work.keywords, *work.subjects)),
        ("X", work.abstract),
        ("Z", "" if work.status == "current" else f"Status: {work.status}"),
        ("F", work.key),
    ]
    return "".join(_line(tag, value) for tag, value in lines if value) + "\n"


def _line(tag: str, value: str) -> str:
    return f"%{tag} {tagged.unlike(_TAG, value) if tag == 'X' else tagged.line(value)}\n"


FORMAT = Format(
    "endnote",
    "EndNote",
    ".enw",
    "application/x-endnote-refer",
    recognises,
    read,
    written,
    CARRIES,
)
