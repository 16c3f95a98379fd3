"""XML as files bring it, read without a network, without entities of its own, and never deeper or longer than libxml2
allows by default; and the text of an element as one line.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from sequela.evidence.formats import Refused

Element = Any
"""An element of lxml."""

_DECLARED = re.compile(rb"<!ENTITY", re.I)
_PROLOGUE = 1 << 16
"""Bytes in which a document's own entities are looked for: a prologue that is longer is none of a record's."""
_TAG = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)[\s/>]")
# Within a word these carry no space of their own, however the file is indented.
_INLINE = {"sub", "sup"}
_BLOCKS = {"p", "sec", "title", "list-item", "break", "br", "div", "label", "li", "td", "tr", "h1", "h2", "h3"}


def root_of(head: bytes) -> str:
    """Return the name of a document's outermost element, from its beginning; empty where it is no XML."""
    text = _plain(head)
    text = re.sub(r"<\?.*?\?>|<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"<!DOCTYPE[^\[>]*(\[.*?\]\s*)?>", "", text, flags=re.DOTALL | re.I)
    found = _TAG.match(text.lstrip("\ufeff \t\r\n"))
    return found[1] if found else ""


def _plain(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="replace")
    return head.decode("utf-8", errors="replace")


def elements(data: bytes, *tags: str) -> Iterator[Element | Refused]:
    """Yield the elements of these names in file order, wherever they stand; each is forgotten when the next is asked.

    What cannot be read ends it with a refusal that names the line: what came before stands. Names are told without
    their namespace.
    """
    from lxml import etree

    if _DECLARED.search(data[:_PROLOGUE].replace(b"\x00", b"")):
        yield Refused("prologue", "declares entities of its own, which are not read")
        return
    options = {"resolve_entities": False, "no_network": True, "huge_tree": False, "load_dtd": False}
    names = [f"{{*}}{tag}" for tag in tags]
    # It recovers only to tell what is broken: a prefix that the file's own DTD would have declared is no break.
    walk = etree.iterparse(
        BytesIO(data), events=("end",), tag=names, remove_comments=True, remove_pis=True, recover=True, **options
    )
    try:
        for _, element in walk:
            if _broken(walk.error_log):
                break
            yield element
            element.clear(keep_tail=True)
            # What has been read stays in its parent as an empty shell; of a long file that is much.
            while element.getprevious() is not None and element.getparent() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        yield Refused(f"line {error.lineno or 1:,}", "is not well-formed XML from here on")
        return
    if (line := _broken(walk.error_log)) is not None:
        yield Refused(f"line {line:,}", "is not well-formed XML from here on")


def _broken(log: Any) -> int | None:
    """The line of the first real break; none where only prefixes are undeclared or entities unknown."""
    for entry in log:
        if entry.domain_name != "NAMESPACE" and entry.level_name != "WARNING":
            return int(entry.line)
    return None


def address(element: Element) -> str:
    """Return what an element links to (xlink:href, whether or not its prefix was declared); empty where nothing."""
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2].endswith("href")), "")


def name(element: Element) -> str:
    """Return an element's name without its namespace; empty of a comment or the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element | None, *names: str) -> list[Element]:
    """Return an element's children of these names, in their order."""
    return [] if element is None else [child for child in element if name(child) in names]


def child(element: Element | None, *path: str) -> Element | None:
    """Return the first element down a path of names; nothing where there is none."""
    for step in path:
        element = next(iter(children(element, step)), None)
    return element


def said(element: Element | None, *path: str) -> str:
    """Return the text of the first element down a path, on one line; empty where there is none."""
    found = child(element, *path)
    return "" if found is None else text(found)


def text(element: Element) -> str:
    """Return all text of an element on one line; blocks stand apart, a subscript with its word."""
    joined = re.sub(r"\s*\n\s*\x00", "", "".join(_pieces(element))).replace("\x00", "")
    return " ".join(unicodedata.normalize("NFC", joined).split())


def _pieces(element: Element) -> Iterator[str]:
    yield element.text or ""
    for inner in element:
        if not isinstance(inner.tag, str):  # an entity of HTML that the file's own DTD would have named
            yield html.unescape(getattr(inner, "text", "") or "") if type(inner).__name__ == "_Entity" else ""
        elif name(inner) in _INLINE:
            yield "\x00"
            yield text(inner)
        else:
            yield " " if name(inner) in _BLOCKS else ""
            yield from _pieces(inner)
            yield " " if name(inner) in _BLOCKS else ""
        yield inner.tail or ""
