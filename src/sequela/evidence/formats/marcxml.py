"""MARCXML: a record or a collection of them, with or without a namespace prefix, also as OAI-PMH wraps them.

Source: the schema MARC21slim 1.1 of the Library of Congress.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sequela.evidence.formats import Format, Refused, catalogue, cataloguing, markup
from sequela.evidence.formats.catalogue import Field, Record
from sequela.evidence.works import Work

NAMESPACE = "http://www.loc.gov/MARC21/slim"

CARRIES = frozenset(
    {
        *("type", "title", "translated_title", "issued", "language", "abstract", "edition", "licence", "format"),
        *("authors", "authors_incomplete", "corporate_authors", "editors", "publisher", "publisher_place"),
        *("container_title", "container_title_short", "volume", "issue", "page", "issn", "isbn"),
        *("doi", "pmid", "pmcid", "url", "access", "genres", "subjects", "keywords", "status", "notices"),
    }
)


def recognises(head: bytes) -> bool:
    """Return whether a file's outermost element and its names are MARCXML's."""
    root = markup.root_of(head)
    named = NAMESPACE.encode() in head or b"controlfield" in head or b"datafield" in head
    return root in ("collection", "record", "OAI-PMH") and named


def read(data: bytes) -> Iterator[Work | Refused]:
    """Return the works of its records, in order."""
    number = 0
    for found in markup.elements(data, "record"):
        if isinstance(found, Refused):
            yield found
        elif not markup.children(found, "metadata", "header"):  # the envelope of OAI-PMH is a `record` too
            number += 1
            yield from catalogue.read(iter([(f"record {number:,}", _record(found))]))


def _record(found: markup.Element) -> Record:
    # Blanks count here, as they do nowhere else.
    controls = [(one.get("tag", ""), "".join(one.itertext())) for one in markup.children(found, "controlfield")]
    fields = [
        Field(
            one.get("tag", ""),
            one.get("ind1", " ") + one.get("ind2", " "),
            tuple((sub.get("code", ""), "".join(sub.itertext())) for sub in markup.children(one, "subfield")),
        )
        for one in markup.children(found, "datafield")
    ]
    leader = next(("".join(one.itertext()) for one in markup.children(found, "leader")), "")
    return Record(leader, tuple(controls), tuple(fields))


def written(works: Iterable[Work]) -> str:
    """Return works as a collection of records."""
    from lxml import etree

    root = etree.Element(f"{{{NAMESPACE}}}collection", nsmap={None: NAMESPACE})
    for work in works:
        _append(root, cataloguing.record(work))
    etree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{etree.tostring(root, encoding="unicode")}\n'


def _append(root: markup.Element, record: Record) -> None:
    from lxml import etree

    element = etree.SubElement(root, f"{{{NAMESPACE}}}record")
    etree.SubElement(element, f"{{{NAMESPACE}}}leader").text = record.leader
    for tag, value in record.controls:
        etree.SubElement(element, f"{{{NAMESPACE}}}controlfield", tag=tag).text = value
    for field in record.fields:
        indicators = {"ind1": field.indicators[:1], "ind2": field.indicators[1:]}
        many = etree.SubElement(element, f"{{{NAMESPACE}}}datafield", tag=field.tag, **indicators)
        for code, value in field.subfields:
            etree.SubElement(many, f"{{{NAMESPACE}}}subfield", code=code).text = value


FORMAT = Format("marcxml", "MARCXML", ".xml", "application/marcxml+xml", recognises, read, written, CARRIES)
