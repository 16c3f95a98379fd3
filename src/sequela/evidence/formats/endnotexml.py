"""EndNote's XML export; only read. Its elements are the fields of EndNote's tagged file, and are read as those."""

from __future__ import annotations

from collections.abc import Iterator

from sequela.evidence.formats import Format, Refused, endnote, markup, tagged
from sequela.evidence.works import Work

# The tag of each element, by the path to it in a record.
_TAGS = {
    "contributors/authors/author": "A",
    "contributors/secondary-authors/author": "E",
    "titles/title": "T",
    "titles/translated-title": "Q",
    "periodical/full-title": "J",
    "titles/secondary-title": "B",
    "titles/alt-title": "O",
    "periodical/abbr-1": "O",
    "alt-periodical/full-title": "O",
    "dates/year": "D",
    "dates/pub-dates/date": "8",
    "volume": "V",
    "number": "N",
    "pages": "P",
    "edition": "7",
    "publisher": "I",
    "pub-location": "C",
    "isbn": "@",
    "language": "G",
    "electronic-resource-num": "R",
    "accession-num": "M",
    "remote-database-name": "~",
    "remote-database-provider": "W",
    "custom2": "2",
    "custom7": "]",
    "urls/related-urls/url": "U",
    "urls/web-urls/url": "U",
    "urls/pdf-urls/url": ">",
    "urls/text-urls/url": ">",
    "work-type": "9",
    "keywords/keyword": "K",
    "abstract": "X",
}


def recognises(head: bytes) -> bool:
    """Return whether a file is XML whose records say their type as EndNote does."""
    return markup.root_of(head) in ("xml", "records", "record") and "<ref-type" in tagged.head(head)


def read(data: bytes) -> Iterator[Work | Refused]:
    """Return the records of a file."""
    for number, element in enumerate(markup.elements(data, "record"), 1):
        if isinstance(element, Refused):
            yield element
        else:
            yield tagged.taken(endnote.work(_record(element)), f"record {number}")


def _record(element: markup.Element) -> tagged.Record:
    kind = markup.child(element, "ref-type")
    record = tagged.Record({"0": [str(kind.get("name", "")) if kind is not None else ""]})
    for path, tag in _TAGS.items():
        found = [element]
        for step in path.split("/"):
            found = [child for one in found for child in markup.children(one, step)]
        # Line breaks part the paragraphs of an abstract and the keywords of one element.
        said = ["\n".join(filter(None, map(tagged.line, "".join(one.itertext()).splitlines()))) for one in found]
        record.said.setdefault(tag, []).extend(filter(None, said))
    return record


FORMAT = Format("endnotexml", "EndNote XML", ".xml", "application/xml", recognises, read)
