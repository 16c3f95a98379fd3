"""The parts that tagged files share: their text, names of people and of bodies, dates, numbers, addresses.

May import: `identifiers`, `works`. Used by every format whose fields are lines of text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sequela.evidence.formats import Refused
from sequela.evidence.identifiers import from_addresses, pmid
from sequela.evidence.works import UNDATED, Author, Work

ET_AL = "et al."
"""The name that stands for the authors who were not listed: EndNote's own convention, and PubMed's."""

# "al, et" is what programs make of it that invert every name.
_OTHERS = re.compile(r"(et al|al\.?, et|and others|others|y otros|y cols)[.,]*", re.I)
# A name without a comma is a body's when it holds one of these: a list of names alone cannot tell.
_BODY = re.compile(
    r"\b(academy|administration|agency|association|board|bureau|centers?|centres?|college|collaboration|collaborators|"
    r"commission|committee|consortium|council|department|federation|foundation|group|hospital|initiative|institutes?|"
    r"investigators|laboratory|league|ministry|national|network|office|organi[sz]ation|panel|programme|program|registry|"
    r"school|service|services|societ(?:y|ies)|task force|team|trialists|union|university|"
    r"academia|agencia|asociación|centro|colegio|comisión|comité|consorcio|federación|fundación|grupo|instituto|"
    r"ministerio|organización|sociedad|universidad)\b",
    re.I,
)
_INITIALS = re.compile(r"(?:[A-ZÀ-Þ]\.?[- ]?){1,4}")
_MONTHS = {
    name: number
    for names in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "ene feb mar abr may jun jul ago sep oct nov dic",
    )
    for number, name in enumerate(names.split(), 1)
}
_MEDLINE = re.compile(r"pubmed|medline|\bnlm\b", re.I)
_ISSN = re.compile(r"(?<![\dX-])\d{4}-?\d{3}[\dX](?![\dX-])")
_ISBN = re.compile(r"(?<![\dX-])(?:97[89][- ]?)?\d(?:[- ]?\d){8}[- ]?[\dX](?![\dX-])")


def text(data: bytes) -> str:
    """Return a file's text: UTF-8, UTF-16 by its mark, else Windows' Latin letters; lines end with a line feed."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        said = data.decode("utf-16", errors="replace")
    else:
        try:
            said = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            said = data.decode("cp1252", errors="replace")
    return said.replace("\r\n", "\n").replace("\r", "\n")


def head(data: bytes) -> str:
    """Return the text of a file's beginning, which may end within a letter."""
    return text(data) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else data.decode("utf-8-sig", errors="replace")


def of_json(said: str) -> Any:
    """Return what JSON says; nothing where it is broken, too deep, or has a number of thousands of figures.

    Line breaks within texts are let pass: files made by hand hold them.
    """
    try:
        return json.loads(said, strict=False)
    except (ValueError, RecursionError):
        return None


def line(said: str) -> str:
    """Return a text on one line."""
    return " ".join(said.split())


@dataclass(slots=True)
class People:
    """Those who made a work, as they are met one name at a time."""

    persons: list[Author] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    incomplete: bool = False

    def meet(self, names: Iterable[str], *, given_first: bool = False) -> None:
        """Add whom the names of one tag name: persons, bodies, or those who were not listed.

        Two of one name in one tag are two people; in a second tag the same name is the same person again.
        """
        persons, bodies = tuple(self.persons), tuple(self.bodies)
        for name in filter(None, map(line, names)):
            found = person(name, given_first=given_first)
            if _OTHERS.fullmatch(name):
                self.incomplete = True
            elif found is not None:
                self.persons += [found] if found not in persons else []
            elif (body_name := _unbodied(name)) not in bodies:
                self.bodies.append(body_name)


def person(name: str, *, given_first: bool = False) -> Author | None:
    """Return the person of "Family, Given, Suffix", or none where it is a body's.

    A body ends with a comma, or has its first comma doubled, as EndNote writes it. A name without a comma is a body's
    when a word says so, is split when initials or `given_first` tell how, and else is all family name.
    """
    if ",," in name:
        return None
    if "," in name:
        family, given, *rest = [part.strip() for part in name.split(",", 2)]
        return Author(family, given, suffix=rest[0] if rest else "") if given or rest else None
    if _BODY.search(name):
        return None
    words = name.split()
    if len(words) > 1 and _INITIALS.fullmatch(words[-1]) and not _INITIALS.fullmatch(words[0]):
        return Author(" ".join(words[:-1]), words[-1])
    if len(words) > 1 and (given_first or any(re.fullmatch(r"[A-Z]\.", word) for word in words[:-1])):
        return Author(words[-1], " ".join(words[:-1]))
    return Author(name)


def _unbodied(name: str) -> str:
    return name.replace(",,", ",", 1) if ",," in name else name.rstrip(", ")


def inverted(author: Author) -> str:
    """Return "Family, Given, Suffix" so that `person` reads the same of it."""
    parts = [author.family, author.given, author.suffix]
    while parts and not parts[-1]:
        parts.pop()
    name = ", ".join(parts)
    # Else a lone family name would be read as a body, or be split.
    return name if author.given or author.suffix or person(name) == author else f"{name}, ,"


def body(name: str) -> str:
    """Return a body's name as EndNote marks one: a comma after it, or its first comma doubled."""
    return name.replace(",", ",,", 1) if "," in name else f"{name},"


def issued(*said: str) -> str:
    """Return the first date among texts, or the longest that begins like it: 2020-03-18 says more than 2020."""
    dates = [found for one in said if (found := _date(one)) != UNDATED]
    return max((one for one in dates if one.startswith(dates[0])), key=len) if dates else UNDATED


def _date(said: str) -> str:
    found = re.search(r"(?<!\d)(\d{4})(?!\d)", said)
    if not found:
        return UNDATED
    year = found[1]
    numbers = re.match(r"[/-](\d{1,2})(?:[/-](\d{1,2}))?(?!\d)", said[found.end() :])
    if numbers:
        month, day = int(numbers[1]), int(numbers[2] or 0)
    else:
        rest = said[: found.start()] + " " + said[found.end() :]
        names = [n for word in re.findall(r"[^\W\d_]+", rest.lower()) if (n := _MONTHS.get(word[:3])) is not None]
        month = names[0] if names else 0
        days = re.findall(r"(?<!\d)\d{1,2}(?!\d)", rest)
        day = int(days[0]) if month and len(names) == 1 and len(days) == 1 else 0
    if not 1 <= month <= 12:
        return year
    try:
        return date(int(year), month, day).isoformat()
    except ValueError:
        return f"{year}-{month:02}"


def numbers(said: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ISSNs (1234-567X) and ISBNs (figures only) in texts; anything else there is neither."""
    issn: list[str] = []
    isbn: list[str] = []
    for one in said:
        rest = one.upper()
        isbn += [re.sub(r"[- ]", "", found[0]) for found in _ISBN.finditer(rest)]
        rest = _ISBN.sub(" ", rest)
        issn += [f"{(plain := found[0].replace('-', ''))[:4]}-{plain[4:]}" for found in _ISSN.finditer(rest)]
    return tuple(dict.fromkeys(issn)), tuple(dict.fromkeys(isbn))


def pages(first: str, last: str) -> str:
    """Return "379-423" of a first and a last page; a last page alone says nothing."""
    first, last = (re.sub(r"\s*[-\u2010-\u2015]+\s*", "-", line(one)) for one in (first, last))
    return f"{first}-{last}" if first and last and last not in first.split("-") else first


def page_ends(page: str) -> tuple[str, str]:
    """Return the first and last page of "379-423"; what is no such range is all first page."""
    found = re.fullmatch(r"([^-]+)-([^-]+)", page)
    return (found[1], found[2]) if found and found[1] != found[2] else (page, "")


def keywords(said: Iterable[str]) -> tuple[str, ...]:
    """Return keywords, one a line or apart by semicolons, without the star of a main topic."""
    parts = (part.strip().removeprefix("*") for one in said for part in re.split(r"\n|;\s", one + "\n"))
    return tuple(dict.fromkeys(plain for part in parts if (plain := line(part.rstrip(";")))))


def paragraphs(said: str) -> str:
    """Return a text with one space between words and one line break between paragraphs."""
    return "\n".join(plain for one in said.split("\n") if (plain := line(one)))


def unlike(tag: re.Pattern[str], said: str) -> str:
    """Return a text's paragraphs, one a line; one that looks like a tag's line goes on in the line before it."""
    written = ""
    for paragraph in paragraphs(said).split("\n"):
        written += f"{' ' if tag.fullmatch(paragraph) else chr(10)}{paragraph}" if written else paragraph
    return written


def addresses(said: Iterable[str]) -> list[str]:
    """Return addresses; a semicolon parts them only where another begins, for old DOIs have semicolons."""
    return [part for one in said for part in re.split(r"[;\s]+(?=(?:https?|ftp)://)", one.strip()) if part]


@dataclass(frozen=True, slots=True)
class Places:
    """What tells where a work is: its identifiers and addresses."""

    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    url: str = ""
    access: tuple[str, ...] = ()

    def of(self, work: Work) -> Work:
        """Return a work with these as its own."""
        return replace(work, doi=self.doi, pmid=self.pmid, pmcid=self.pmcid, url=self.url, access=self.access)


def places(
    addresses: Sequence[str], more: Sequence[str] = (), *, doi: str = "", pmid: str = "", pmcid: str = ""
) -> Places:
    """Return a record's identifiers and addresses, those that its addresses are made of among them.

    The first address that is nothing else is its `url`; the others, and all of `more`, are `access`.
    """
    known = (
        f"https://doi.org/{doi}" if doi else "",
        f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid else "",
        f"https://www.ncbi.nlm.nih.gov/pmc/articles/{pmcid}/" if pmcid else "",
    )
    found, others = from_addresses([*known, *addresses, *more])
    web = [one for one in others if re.match(r"(?:https?|ftp)://", one, re.I)]
    url = next((one for one in web if one in {address.strip() for address in addresses}), "")
    return Places(
        doi=found.get("doi", ""),
        pmid=found.get("pmid", ""),
        pmcid=found.get("pmcid", ""),
        url=url,
        access=tuple(one for one in web if one != url),
    )


def unknowable(title: str, found: Places | Work) -> str:
    """Return why a record cannot be taken: it has nothing to know it by; empty where it can."""
    return "" if title or found.doi or found.pmid or found.pmcid else "it has neither a title nor an identifier"


def taken(work: Work, where: str) -> Work | Refused:
    """Return a work, or that it is refused because there is nothing to know it by."""
    why = unknowable(work.title, work)
    return Refused(where, why) if why else work


@dataclass(slots=True)
class Record:
    """What each tag of one record said, in file order; the lines of one value apart by a line feed."""

    said: dict[str, list[str]] = field(default_factory=dict)

    def first(self, *tags: str) -> str:
        """Return the first value of some tags that says anything, on one line."""
        return next((plain for one in self.every(*tags) if (plain := line(one))), "")

    def every(self, *tags: str) -> list[str]:
        """Return all values of some tags, with their lines."""
        return [plain for tag in tags for one in self.said.get(tag, ()) if (plain := one.strip())]

    def pmid(self, number: str, *databases: str) -> str:
        """Return the PMID of an accession number: it is one only in a database that numbers so."""
        found = self.first(number)
        database = " ".join(self.every(*databases))
        return pmid(found) if _MEDLINE.search(database) or found.upper().startswith("PMID") else ""
