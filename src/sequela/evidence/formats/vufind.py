"""A record page of a VuFind catalogue, saved as HTML: its staff view, its labelled fields, and what it carries.

Labels are looked up per language (`data/catalogue_labels.toml`), never by their place: catalogues leave fields out and
put them in another order. Of a title line, a summary cut short ("...") is left out.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from sequela.evidence import identifiers, languages
from sequela.evidence.formats import Format, Refused, catalogue, tagged, webpage
from sequela.evidence.formats.catalogue import Field, Record
from sequela.evidence.formats.markup import Element
from sequela.evidence.works import Work

_MARKS = (b"vufind", b'resource="#record"', b"/Record/", b"hiddenId")
_BLOCKS = {"br", "div", "li", "p", "tr"}
_YEARS = re.compile(r",?\s*(?:b\.\s*)?\d{4}\??-(?:\d{4})?\.?$|,\s*\d{4}\.?$")
_ROLE = re.compile(r"\s*\((?:[^()]*)\)\s*$")


@cache
def _labels() -> dict[str, dict[str, dict[str, list[str]]]]:
    text = files("sequela.evidence").joinpath("data", "catalogue_labels.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def recognises(head: bytes) -> bool:
    """Return whether a file begins as a web page of VuFind."""
    return webpage.recognises(head) and any(mark in head or mark in head.lower() for mark in _MARKS)


def read(data: bytes) -> Iterator[Work | Refused]:
    """Return the one work that a record page is of: each field of the staff view, else of the labels, else embedded."""
    tree = webpage.parsed(data)
    if tree is None:
        yield Refused("the page", "it is empty")
        return
    staff = _staff(tree)
    labelled = _labelled(tree)
    found = webpage.merged([one for one in (staff, labelled, *webpage.carried(tree)) if one is not None])
    if found is None or tagged.unknowable(found.title, tagged.Places(found.doi, found.pmid, found.pmcid)):
        yield Refused("the page", "no label of a catalogue's record is known in it, and it carries none")
    else:
        yield found


def _labelled(tree: Element) -> Work | None:
    rows = list(_rows(tree))
    table = _language(tree, [label for label, _ in rows])
    names = {label: field for field, labels in table["labels"].items() for label in labels}
    told: dict[str, Element] = {}
    for label, cell in rows:
        if (field := names.get(label)) is not None:
            told.setdefault(field, cell)
    if not told:
        return None
    people, bodies = tagged.People(), tagged.People()
    for field in ("authors", "other_authors"):
        for name in _names(told.get(field)):
            people.meet([name])
    bodies.bodies += _names(told.get("corporate_authors"))
    place, publisher, issued = _published(told.get("published"))
    journal, parts = _within(told.get("published_in"))
    form = ", ".join(_lines(told.get("format")))
    issn, isbn = tagged.numbers([" ".join(_lines(told.get(name))) for name in ("issn", "isbn")])
    links = [link for name in ("access", "doi") if name in told for link in _hrefs(told[name])]
    found = tagged.places(links, doi=identifiers.doi(" ".join(_lines(told.get("doi")))))
    return Work(
        key="",
        type=_type(form, table["formats"]),
        title=_title(tree),
        issued=issued,
        language=languages.code(next(iter(_lines(told.get("language"))), "")),
        authors=tuple(people.persons),
        authors_incomplete=people.incomplete,
        corporate_authors=tuple(dict.fromkeys([*people.bodies, *bodies.bodies])),
        container_title=journal,
        volume=parts[0],
        issue=parts[1],
        page=parts[2],
        edition=next(iter(_lines(told.get("edition"))), ""),
        publisher=publisher,
        publisher_place=place,
        issn=issn,
        isbn=isbn,
        doi=found.doi,
        pmid=found.pmid,
        pmcid=found.pmcid or _record_id(tree),
        url=found.url,
        access=found.access,
        format=form,
        subjects=tuple(dict.fromkeys(re.sub(r"\s*>\s*", "--", one) for one in _lines(told.get("subjects")))),
        keywords=tuple(dict.fromkeys(_lines(told.get("tags")))) if _tagged(told.get("tags")) else (),
        abstract="\n".join(_lines(told.get("summary"))),
        licence=" ".join(_lines(told.get("licence"))),
    )


def _rows(tree: Element) -> Iterator[tuple[str, Element]]:
    """Labels and what stands beside them: rows of tables, lists of terms, and the rows of newer themes."""
    for row in tree.iter("tr"):
        cells = [one for one in row if one.tag in ("th", "td")]
        if len(cells) == 2:
            yield _label(cells[0]), cells[1]
    for term in tree.iter("dt"):
        if (beside := term.getnext()) is not None and beside.tag == "dd":
            yield _label(term), beside
    for one in tree.xpath("//*[contains(concat(' ', @class, ' '), 'label ') or contains(@class, 'field-label')]"):
        if one.tag in ("div", "span", "strong") and (beside := one.getnext()) is not None:
            yield _label(one), beside


def _label(cell: Element) -> str:
    return tagged.line(cell.text_content()).rstrip(" :.").casefold()


def _language(tree: Element, labels: list[str]) -> dict[str, dict[str, list[str]]]:
    """The table of labels that knows most of a page's; of equals that of the language which the page says it is in."""
    said = (tree.get("lang") or "").lower()[:2]

    def known(language: str) -> tuple[int, bool]:
        names = {label for many in _labels()[language]["labels"].values() for label in many}
        return len(names & set(labels)), language == said

    return _labels()[max(_labels(), key=known)]


def _lines(cell: Element | None) -> list[str]:
    """The lines of a cell as a reader sees them; what only scripts use is left out."""
    if cell is None:
        return []
    joined = "".join(_pieces(cell))
    return [plain for one in joined.split("\n") if (plain := tagged.line(one))]


def _pieces(cell: Element) -> Iterator[str]:
    yield re.sub(r"\s+", " ", cell.text or "")
    for inner in cell:
        block = inner.tag in _BLOCKS
        if inner.tag not in ("script", "style", "button") and isinstance(inner.tag, str):
            yield "\n" if block else ""
            yield from _pieces(inner)
            yield "\n" if block else ""
        yield re.sub(r"\s+", " ", inner.tail or "")


def _names(cell: Element | None) -> list[str]:
    """The names in a cell, each a link, or else one a line or apart by semicolons; years of life and roles go."""
    if cell is None:
        return []
    linked = [tagged.line(one.text_content()) for one in cell.iter("a")]
    said = linked or [part.strip() for line in _lines(cell) for part in line.split(";")]
    return [plain for one in said if (plain := _YEARS.sub("", _ROLE.sub("", one)).strip(" ,"))]


def _hrefs(cell: Element) -> list[str]:
    return [href for one in cell.iter("a") if re.match(r"https?://", href := (one.get("href") or "").strip())]


def _published(cell: Element | None) -> tuple[str, str, str]:
    """Place, publisher and date of the first line: "Place : Publisher, 2020" or "Publisher 2020"."""
    line = next(iter(_lines(cell)), "")
    dated = re.search(r"[\[(©c]*(?<!\d)\d{4}\b(?:[-/]\d{1,2}){0,2}[\])?.]*\s*$", line)
    rest = line[: dated.start()] if dated else line
    place, colon, publisher = rest.rstrip(" ,;:[(").rpartition(" : ")
    return place.strip(" []") if colon else "", publisher.strip(" ,[]"), tagged.issued(line)


def _within(cell: Element | None) -> tuple[str, tuple[str, str, str]]:
    """The journal or book that holds it, a link; and its parts, which follow."""
    if cell is None:
        return "", ("", "", "")
    text = " ".join(_lines(cell))
    linked = next((tagged.line(one.text_content()) for one in cell.iter("a")), "")
    name = linked or re.split(r"\bVol\.", text, maxsplit=1)[0]
    said = text[text.find(name) + len(name) :]
    return name.strip(" .,"), catalogue.parts(Field("773", "0 ", (("g", said.strip(" .,;")),)))


def _title(tree: Element) -> str:
    found = tree.xpath("//*[self::h1 or self::h2 or self::h3][@property='name']") or list(tree.iter("h1"))
    found = found or list(tree.iter("h3"))
    return re.sub(r"\s*[/:]$", "", tagged.line(found[0].text_content())) if found else ""


def _type(form: str, formats: dict[str, list[str]]) -> str:
    said = form.casefold()
    longest = sorted(((word, kind) for kind, words in formats.items() for word in words), key=lambda one: -len(one[0]))
    return next((kind for word, kind in longest if re.search(rf"\b{re.escape(word)}\b", said)), "document")


def _tagged(cell: Element | None) -> bool:
    """Whether readers have put tags: without any the cell says so in a sentence, which is none."""
    return cell is not None and any("/Tag" in (one.get("href") or "") for one in cell.iter("a"))


def _record_id(tree: Element) -> str:
    """The PMCID in a record id of harvested articles, "pubmed-7213831": its number is that of PubMed Central."""
    said = [one.get("value") or "" for one in tree.iter("input") if one.get("class") == "hiddenId"]
    said += [one.get("href") or "" for one in tree.iter("link") if one.get("rel") == "canonical"]
    said += [one.get("content") or "" for one in tree.iter("meta") if one.get("property") == "og:url"]
    found = next((found for one in said if (found := re.search(r"(?:^|/Record/)pubmed-(\d+)(?![\d-])", one))), None)
    return f"PMC{found[1]}" if found else ""


def _staff(tree: Element) -> Work | None:
    """The work of the MARC table that the staff view shows; nothing where there is none."""
    leader, controls, fields = "", [], []
    for row in tree.iter("tr"):
        cells = [one for one in row if one.tag in ("th", "td")]
        tag = tagged.line(cells[0].text_content()) if cells else ""
        if tag == "LEADER" and len(cells) > 1:
            leader = cells[1].text_content().strip("\r\n")
        elif re.fullmatch(r"00\d", tag) and len(cells) > 1:
            controls.append((tag, cells[1].text_content().strip("\r\n")))
        elif re.fullmatch(r"\d{3}", tag) and len(cells) == 4:
            indicators = "".join(tagged.line(one.text_content())[:1] or " " for one in cells[1:3])
            fields.append(Field(tag, indicators, tuple(_subfields(cells[3]))))
    told = catalogue.work(Record(leader, tuple(controls), tuple(fields))) if leader and fields else ""
    return told if isinstance(told, Work) else None


def _subfields(cell: Element) -> Iterator[tuple[str, str]]:
    coded = [one for one in cell.iter("strong") if re.fullmatch(r"[|$‡]\w", tagged.line(one.text_content()))]
    if coded:
        yield from ((tagged.line(one.text_content())[1], tagged.line(one.tail or "")) for one in coded)
        return
    parts = re.split(r"[|$‡](\w)\s", cell.text_content())
    yield from ((code, tagged.line(value)) for code, value in zip(parts[1::2], parts[2::2], strict=True))


FORMAT = Format("vufind", "VuFind record page", ".html", "text/html", recognises, read)
