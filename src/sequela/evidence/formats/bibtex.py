"""BibTeX, and the fields of biblatex that Zotero and JabRef write.

bibtexparser 2 finds the entries; what it leaves to its middleware is done here, because a field that is given twice
(the links of VuFind) must stay two, and a bare per cent sign must not be taken for a comment (`latex`). VuFind forgets
the commas between its links: they are put in before anything is parsed.

ORCIDs stand where biblatex keeps what belongs to one name, the annotation `author+an:orcid`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from sequela.evidence import identifiers, languages
from sequela.evidence.formats import Format, Refused, kinds, latex, tagged
from sequela.evidence.works import STATUSES, UNDATED, Author, Work

CARRIES = frozenset(
    {
        *("type", "title", "translated_title", "issued", "language", "abstract", "keywords", "subjects", "genres"),
        *("authors", "authors_incomplete", "corporate_authors", "editors"),
        *("container_title", "container_title_short", "volume", "issue", "page"),
        *("edition", "publisher", "publisher_place", "issn", "isbn"),
        *("doi", "pmid", "pmcid", "url", "access", "licence", "status"),
    }
)

_ENTRY = re.compile(r"^\s*@\s*[A-Za-z]+\s*[{(]", re.M)
_FIELD = re.compile(r"\s*[A-Za-z][\w:+.-]*\s*=\s*[{\"\w]")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# What a publisher is called in the entries of some types.
_PUBLISHERS = {"report": "institution", "thesis": "school"}

Values: TypeAlias = dict[str, list[str]]
"""What each field of an entry holds, in file order, with its macros put in and its braces left."""


def recognises(head: bytes) -> bool:
    """Return whether a line of a file begins an entry."""
    text = tagged.head(head)
    # A page has lines that begin like an entry too: the @media of its style.
    return not text.lstrip().startswith("<") and _ENTRY.search(text) is not None


def read(data: bytes) -> Iterator[Work | Refused]:
    """Return the entries of a file; one whose fields cannot be told apart is refused, and the rest go on."""
    from bibtexparser import model
    from bibtexparser.splitter import Splitter

    # It logs what it could not parse, with the text of the entry.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    macros: dict[str, str] = {}
    for block in Splitter(repaired(tagged.text(data))).split().blocks:
        place = f"line {(block.start_line or 0) + 1}"
        # Two entries of one key, and an entry with one field twice, are wrapped: both are read as they are.
        held = block.ignore_error_block if isinstance(block, model.ParsingFailedBlock) else block
        if isinstance(held, model.String):
            macros[held.key.strip().lower()] = _value(str(held.value), macros)
        elif isinstance(held, model.Entry):
            values: Values = {}
            for field in held.fields:
                values.setdefault(field.key.strip().lower(), []).append(_value(str(field.value), macros))
            yield tagged.taken(_work(held.entry_type, values), place)
        elif isinstance(block, model.ParsingFailedBlock):
            yield Refused(place, "its fields cannot be told apart: a brace, a quote or a comma is missing")


def repaired(text: str) -> str:
    """Return a file with a comma after each field that lacks it, where the next line begins another."""
    lines: list[str] = []
    depth, quoted = 0, False
    open_end = -1  # the last line that ended between two fields without a comma
    for line in text.split("\n"):
        if open_end >= 0 and _FIELD.match(line):
            lines[open_end] = lines[open_end].rstrip() + ","
        if _ENTRY.match(line):
            depth, quoted = 0, False
        for sign in re.findall(r"\\.|[^\\]", line):
            depth += {"{": 1, "}": -1}.get(sign, 0)
            quoted ^= sign == '"' and depth == 1
        lines.append(line)
        if ended := line.rstrip():
            open_end = len(lines) - 1 if depth == 1 and not quoted and not ended.endswith((",", "=", "#")) else -1
    return "\n".join(lines)


def _value(raw: str, macros: dict[str, str]) -> str:
    """A value without its own braces or quotes; one of several parts ("10~" # jan) is joined."""
    parts, depth, quoted = [""], 0, False
    for sign in re.findall(r"(?s:\\.|[^\\]|\\$)", raw):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        quoted ^= sign == '"' and depth == 0
        if sign == "#" and depth == 0 and not quoted:
            parts.append("")
        else:
            parts[-1] += sign
    said = []
    for part in map(str.strip, parts):
        braced = len(part) > 1 and part[0] + part[-1] in ("{}", '""')
        said.append(part[1:-1] if braced else macros.get(part.lower(), part))
    return "".join(said)


def _work(entry_type: str, values: Values) -> Work:
    def raw(*names: str) -> str:
        return next((one for name in names for one in values.get(name, ()) if one.strip()), "")

    def first(*names: str) -> str:
        return latex.decoded(raw(*names))

    def listed(name: str) -> tuple[str, ...]:
        parts = [one for value in values.get(name, ()) for one in re.split(";" if ";" in value else ",", value)]
        return tuple(filter(None, map(latex.decoded, parts)))

    kind = kinds.csl(entry_type, "bibtex")
    if (told := first("entrysubtype", "type").lower()) in kinds.CSL:
        kind = told
    elif entry_type.lower() == "misc" and _verbatim(raw("url", "howpublished")).startswith("http"):
        kind = "webpage"
    authors, bodies, incomplete = _people(raw("author"))
    editors, editing, _ = _people(raw("editor"))
    if kind in kinds.ARTICLES and len(authors) < 2:  # VuFind's other authors
        authors, editors = (*authors, *(one for one in editors if one not in authors)), ()
        bodies += editing
    editors += _people(raw("editora"))[0]
    authors = tuple(_with_orcid(authors, raw("author+an:orcid")))
    title = first("title")
    told_status = first("pubstate").lower()
    subjects = listed("subjects")
    keywords = listed("keywords") or listed("keyword")
    # The subjects are written once more after the keywords, the only ones that other programs show.
    if subjects and keywords[-len(subjects) :] == subjects:
        keywords = keywords[: -len(subjects)]
    found = _places(values, raw)
    issn, isbn = tagged.numbers([first("issn"), first("isbn")])
    made = Work(
        key="",
        type=kind,
        title=title,
        issued=tagged.issued(first("date"), _date(*map(first, ("year", "month", "day")))),
        language=languages.code(first("language", "langid")),
        translated_title=first("titletranslation"),
        authors=authors,
        authors_incomplete=incomplete,
        corporate_authors=bodies,
        editors=tuple(_with_orcid(editors, raw("editor+an:orcid"))),
        container_title=first("journal", "journaltitle", "booktitle"),
        container_title_short=first("shortjournal"),
        volume=first("volume"),
        issue=first("number", "issue"),
        page=tagged.pages(first("pages", "eid", "article-number"), ""),
        edition=first("edition"),
        publisher=first("publisher", "institution", "school", "organization"),
        publisher_place=first("address", "location"),
        issn=issn,
        isbn=isbn,
        genres=listed("genre"),
        subjects=subjects,
        keywords=tuple(dict.fromkeys(keywords)),
        abstract=tagged.paragraphs("\n".join(map(latex.decoded, re.split(r"\n[ \t]*\n", raw("abstract"))))),
        licence=first("copyright", "rights", "license"),
        status=told_status if told_status in STATUSES else "current",
    )
    return found.of(made)


def _date(year: str, month: str, day: str) -> str:
    return "/".join(filter(None, (year, month, day))) if month.isdecimal() else f"{day} {month} {year}"


def _verbatim(value: str) -> str:
    """An address as it stands: without the command around it, its escaped signs bare."""
    found = re.search(r"\\url\s*\{(.*)\}", value)
    return re.sub(r"\\([_%&#$~{}])", r"\1", found[1] if found else value).strip()


def _places(values: Values, raw: Callable[..., str]) -> tagged.Places:
    links = tagged.addresses(map(_verbatim, values.get("links", ())))
    held = [_verbatim(one) for name in ("url", "howpublished", "link", "ee") for one in values.get(name, ())]
    eprint = raw("eprint") if "pubmed" in raw("eprinttype", "archiveprefix").lower() else ""
    return tagged.places(
        [one for one in tagged.addresses(one for one in held if "://" in one) if one not in links],
        links,
        doi=identifiers.doi(_verbatim(raw("doi"))),
        pmid=identifiers.pmid(raw("pmid") or eprint),
        pmcid=identifiers.pmcid(raw("pmcid", "pmc")),
    )


def _people(value: str) -> tuple[tuple[Author, ...], tuple[str, ...], bool]:
    """Persons, bodies (a name wholly in braces, or one that only a body has), and whether there were others."""
    from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names

    persons, bodies, incomplete = [], [], False
    for name in split_multiple_persons_names(re.sub(r"\s+and\s*$", "", value)):
        plain = latex.decoded(name)
        if plain.lower().rstrip(".") in ("others", "et al"):
            incomplete = True
        elif _wholly_braced(name) or ("," not in name and tagged.person(plain) is None):
            bodies.append(plain)
        else:
            parts = parse_single_name_into_parts(name, strict=False)
            family, given, suffix = (
                latex.decoded(" ".join(said)) for said in ([*parts.von, *parts.last], parts.first, parts.jr)
            )
            if family or given:
                persons.append(Author(family or given, given if family else "", suffix=suffix))
    return tuple(persons), tuple(bodies), incomplete


def _wholly_braced(name: str) -> bool:
    depth = 0
    for number, sign in enumerate(re.findall(r"\\.|[^\\]", name.strip())):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth == 0:
            return number > 0 and number == len(re.findall(r"\\.|[^\\]", name.strip())) - 1
    return False


def _with_orcid(people: Iterable[Author], annotation: str) -> Iterator[Author]:
    known = dict(re.findall(r"(\d+)=\"([^\"]*)\"", annotation))
    for number, one in enumerate(people, 1):
        yield Author(one.family, one.given, identifiers.orcid(known.get(str(number), "")), one.suffix)


def written(works: Iterable[Work]) -> str:
    """Return works as BibTeX entries, each key once."""
    met: dict[str, int] = {}
    entries = []
    for work in works:
        key = re.sub(r"[^A-Za-z0-9:._-]", "", work.key) or "work"
        met[key] = met.get(key, 0) + 1
        entries.append(_entry(work, key if met[key] == 1 else f"{key}.{met[key]}"))
    return "\n".join(entries)


def _entry(work: Work, key: str) -> str:
    name = kinds.named(work.type, "bibtex") or ("article" if work.type in kinds.ARTICLES else "misc")
    year, month, day = ([*work.issued.split("-"), "", ""] if work.issued != UNDATED else ["", "", ""])[:3]
    people = [_name(one) for one in work.authors] + [f"{{{latex.encoded(one)}}}" for one in work.corporate_authors]
    # A `misc` with an address is read as a web page, for that is what most of them are.
    plain = kinds.csl(name, "bibtex") == work.type and not (name == "misc" and (work.url or work.access))
    fields = {
        "author": " and ".join([*people, *(["others"] if work.authors_incomplete else [])]),
        "author+an:orcid": _annotation(work.authors),
        "title": latex.protected(tagged.line(work.title)),
        "titletranslation": latex.protected(tagged.line(work.translated_title)),
        "journal" if work.type in kinds.ARTICLES else "booktitle": _encoded(work.container_title),
        "shortjournal": _encoded(work.container_title_short),
        # For VuFind's sake an article of one author has no `editor`: biblatex has other places for one.
        "editora" if work.type in kinds.ARTICLES and len(work.authors) < 2 else "editor": " and ".join(
            map(_name, work.editors)
        ),
        "editor+an:orcid": _annotation(work.editors),
        "edition": _encoded(work.edition),
        _PUBLISHERS.get(work.type, "publisher"): _encoded(work.publisher),
        "address": _encoded(work.publisher_place),
        "year": year,
        "month": _MONTHS[int(month) - 1] if month else "",
        "day": day.lstrip("0"),
        "volume": _encoded(work.volume),
        "number": _encoded(work.issue),
        "pages": _encoded(work.page).replace("-", "--", 1) if "-" in work.page else _encoded(work.page),
        "issn": ", ".join(work.issn),
        "isbn": ", ".join(work.isbn),
        "language": _encoded(languages.name(work.language)),
        "doi": _bare(work.doi),
        "pmid": work.pmid,
        "pmcid": work.pmcid,
        # One address is all that other programs show; where it is one of `links` it is nothing of its own.
        "url": _bare(next(iter((*filter(None, [work.url]), *work.access)), "")),
        "links": " ".join(map(_bare, work.access)),
        "keywords": _list((*work.keywords, *work.subjects)),
        "subjects": _list(work.subjects),
        "genre": _list(work.genres),
        "abstract": "\n\n".join(map(latex.encoded, tagged.paragraphs(work.abstract).split("\n"))),
        "copyright": _encoded(work.licence),
        "pubstate": "" if work.status == "current" else work.status,
        "entrysubtype": "" if plain else work.type,
    }
    said = [f"  {field} = {{{value}}}" for field, value in fields.items() if value and field != "month"]
    if month:  # the styles' own macro, so that they can write it in their language
        said.insert(
            next(i for i, one in enumerate(said) if one.startswith("  year")) + 1, f"  month = {fields['month']}"
        )
    return "@" + name + "{" + ",\n".join([key, *said]) + "\n}\n"


def _encoded(text: str) -> str:
    return latex.encoded(tagged.line(text))


def _list(said: tuple[str, ...]) -> str:
    """A list with commas between; with semicolons where a heading has a comma itself ("Carcinoma, Hepatocellular")."""
    commas = any("," in one for one in said)
    return _encoded("; ".join((*said, ""))) if commas else _encoded(", ".join(said))


def _bare(address: str) -> str:
    """A verbatim field with nothing that would end it: braces as their numbers."""
    return address.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")


def _name(author: Author) -> str:
    family, given, suffix = (
        f"{{{said}}}" if "," in said or re.search(r"\band\b", said, re.I) else said
        for said in map(_encoded, (author.family, author.given, author.suffix))
    )
    if suffix:
        return f"{family}, {suffix}, {given or '{}'}"
    # A family name of several words alone would be read as given and family name, and one in braces as a body.
    alone = re.fullmatch(r"[^\s{}\\]+", family) and family.lower() != "others"
    return family if alone and not given else f"{family}, {given or '{}'}"


def _annotation(people: Iterable[Author]) -> str:
    return ";".join(f'{number}="{one.orcid}"' for number, one in enumerate(people, 1) if one.orcid)


FORMAT = Format("bibtex", "BibTeX", ".bib", "application/x-bibtex", recognises, read, written, CARRIES)
