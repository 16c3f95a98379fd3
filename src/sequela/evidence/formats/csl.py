"""CSL-JSON, the input of citation processors, and what Zotero, Mendeley and Crossref give.

What CSL has no variable for stands in `custom`, which its schema (1.0.2) keeps for that, under our own field names: a
name may hold nothing but its parts there, so that ORCIDs stand in `custom` too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from sequela.evidence import identifiers, languages
from sequela.evidence.formats import Format, Refused, kinds, tagged
from sequela.evidence.works import STATUSES, UNDATED, Author, Notice, Work, as_json

_CUSTOM_TEXT = ("translated_title", "format", "licence")
_CUSTOM_LISTS = ("subjects", "keywords", "genres", "access", "issn", "isbn")

# Our fields whose value is one text of CSL.
_TEXT = {
    "title": "title",
    "container_title": "container-title",
    "container_title_short": "container-title-short",
    "volume": "volume",
    "issue": "issue",
    "page": "page",
    "edition": "edition",
    "publisher": "publisher",
    "publisher_place": "publisher-place",
    "doi": "DOI",
    "pmid": "PMID",
    "pmcid": "PMCID",
    "url": "URL",
    "abstract": "abstract",
}

CARRIES = frozenset(
    {
        *_TEXT,
        *_CUSTOM_TEXT,
        *_CUSTOM_LISTS,
        *("type", "issued", "language", "status", "notices"),
        *("authors", "authors_incomplete", "corporate_authors", "editors"),
    }
)

# The rich text of CSL, and what Crossref leaves of JATS. Anything else in angle brackets may be "<5 and >2".
_MARKUP = re.compile(r"</?(?:jats:[a-z-]+|i|b|p|em|strong|sub|sup|sc|span)(?:\s[^<>]*)?/?>")


def recognises(head: bytes) -> bool:
    """Return whether a file is JSON that says the type of an item as CSL does."""
    text = tagged.head(head).lstrip()
    return (
        text.startswith(("[", "{"))
        and re.search(r'"type"\s*:\s*"[a-z_-]+"', text) is not None
        and re.search(r'"(?:title|DOI|PMID|PMCID)"\s*:', text) is not None
        and '"resourceType"' not in text  # FHIR has types and titles too
    )


def read(data: bytes) -> Iterator[Work | Refused]:
    """Return the items of a list, of an `items` member, or the one item."""
    held = tagged.of_json(tagged.text(data))
    if held is None:
        yield Refused("the file", "it is not whole JSON")
        return
    if isinstance(held, dict):
        # Crossref wraps the item, and lists, in a `message`.
        held = held.get("message", held)
        held = held.get("items", [held]) if isinstance(held, dict) else []
    for number, item in enumerate(held if isinstance(held, list) else [], 1):
        if not isinstance(item, dict):
            yield Refused(f"item {number}", "it is not an object")
            continue
        yield tagged.taken(_work(item), f"item {number}")


def _work(item: dict[str, Any]) -> Work:
    custom = item["custom"] if isinstance(item.get("custom"), dict) else {}
    said = {name: _text(item.get(variable)) for name, variable in _TEXT.items()}
    authors, bodies, incomplete = _people(item, custom, "author")
    editors, _, _ = _people(item, custom, "editor")
    found = tagged.places(
        [said["url"]],
        _texts(custom.get("access")),
        doi=identifiers.doi(said["doi"]),
        pmid=identifiers.pmid(said["pmid"]),
        pmcid=identifiers.pmcid(said["pmcid"]),
    )
    issn, isbn = tagged.numbers([_text(item.get("ISSN"), " "), _text(item.get("ISBN"), " ")])
    genres = _texts(custom.get("genres")) or ((genre,) if (genre := _text(item.get("genre"))) else ())
    keywords = _texts(custom.get("keywords"))
    subjects = _texts(custom.get("subjects"))
    if not (keywords or subjects):
        keywords = tuple(dict.fromkeys(re.findall(r"[^;,]*[^;,\s]", _text(item.get("keyword"), "; "))))
    status, notices = _status(item, custom)
    return Work(
        key="",
        type=kind if (kind := _text(item.get("type"))) in kinds.CSL else _CROSSREF.get(kind, "document"),
        **said
        | {
            "container_title_short": said["container_title_short"] or _text(item.get("journalAbbreviation")),
            "page": tagged.pages(said["page"], ""),
            "title": tagged.line(_plain(said["title"])),
            "abstract": tagged.paragraphs(_plain(_raw(item.get("abstract")))),
            "doi": found.doi,
            "pmid": found.pmid,
            "pmcid": found.pmcid,
            "url": found.url,
        },
        issued=_issued(item.get("issued")),
        language=languages.code(_text(item.get("language"))),
        translated_title=_text(custom.get("translated_title")) or _text(item.get("translated-title")),
        authors=authors,
        authors_incomplete=incomplete,
        corporate_authors=bodies,
        editors=editors,
        issn=issn or _texts(custom.get("issn")),
        isbn=isbn or _texts(custom.get("isbn")),
        access=found.access,
        format=_text(custom.get("format")),
        licence=_text(custom.get("licence")),
        genres=genres,
        subjects=subjects,
        keywords=tuple(map(tagged.line, keywords)),
        status=status,
        notices=notices,
    )


# Crossref's own names of types, where CSL's differ.
_CROSSREF = {
    "journal-article": "article-journal",
    "proceedings-article": "paper-conference",
    "book-chapter": "chapter",
    "posted-content": "article",
    "monograph": "book",
    "edited-book": "book",
    "reference-book": "book",
    "dissertation": "thesis",
}


def _plain(rich: str) -> str:
    """Rich text without its markup; what is written as a character of its own is one."""
    bare = _MARKUP.sub("", rich)
    return re.sub("&(lt|gt|amp);", lambda found: {"lt": "<", "gt": ">", "amp": "&"}[found[1]], bare)


def _rich(plain: str) -> str:
    """A text of which `_plain` makes the same again: what looks like markup in it is none."""
    said = re.sub("&(?=(?:lt|gt|amp);)", "&amp;", plain)
    return _MARKUP.sub(lambda found: found[0].replace("<", "&lt;"), said)


def _raw(value: object) -> str:
    return value if isinstance(value, str) else ""


def _text(value: object, between: str = "") -> str:
    """A variable's text, on one line; a number as it is written, and of a list (Crossref) the first, or all joined."""
    if isinstance(value, list):
        parts = [_text(one) for one in value]
        return between.join(parts) if between else next(iter(parts), "")
    return tagged.line(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(text for one in value if (text := _text(one))) if isinstance(value, list) else ()


def _people(
    item: dict[str, Any], custom: dict[str, Any], role: str
) -> tuple[tuple[Author, ...], tuple[str, ...], bool]:
    people = tagged.People()
    orcids = custom.get("orcids") if isinstance(custom.get("orcids"), dict) else {}
    known = orcids.get(role) if isinstance(orcids, dict) else None
    names = item.get(role)
    for number, name in enumerate(names if isinstance(names, list) else []):
        if not isinstance(name, dict):
            continue
        family, given = _text(name.get("family")), _text(name.get("given"))
        if family or given:
            particle = " ".join(
                filter(None, (_text(name.get("dropping-particle")), _text(name.get("non-dropping-particle"))))
            )
            orcid = _text(name.get("ORCID")) or (
                _text(known[number]) if isinstance(known, list) and number < len(known) else ""
            )
            author = Author(
                f"{particle} {family}".strip(),
                given,
                identifiers.orcid(orcid),
                _text(name.get("suffix")),
            )
            people.persons.append(author)
        elif body := _text(name.get("literal")) or _text(name.get("name")):
            # A literal is a body's name, or says that there were others.
            people.meet([body if body.strip(".,").lower() in ("et al", "others") else tagged.body(body)])
    return tuple(people.persons), tuple(people.bodies), people.incomplete


def _issued(value: object) -> str:
    if isinstance(value, str):
        return tagged.issued(value)
    if not isinstance(value, dict):
        return UNDATED
    parts = value.get("date-parts")
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    said = [str(one) for one in first if str(one).isdecimal()]
    if not said:
        return tagged.issued(_text(value.get("raw")), _text(value.get("literal")), _text(value.get("edtf")))
    return tagged.issued("/".join([said[0].zfill(4), *said[1:]]))


def _status(item: dict[str, Any], custom: dict[str, Any]) -> tuple[str, tuple[Notice, ...]]:
    """The state of a work. CSL 1.0.2 has a variable for it, one of whose values is "retracted"; a note is no source."""
    said = _text(item.get("status")).lower()
    held = custom.get("notices")
    told = tuple(
        Notice(**{name: _text(one.get(name)) for name in ("kind", "reference", "doi", "pmid")})
        for one in (held if isinstance(held, list) else ())
        if isinstance(one, dict) and _text(one.get("kind"))
    )
    return (said if said in STATUSES else "current"), told


def written(works: Iterable[Work]) -> str:
    """Return works as a list of CSL items, their variables in one order."""
    return json.dumps([_item(work) for work in works], ensure_ascii=False, indent=2) + "\n"


def _item(work: Work) -> dict[str, Any]:
    item: dict[str, Any] = {"id": work.key, "type": work.type if work.type in kinds.CSL else "document"}
    item |= {variable: value for name, variable in _TEXT.items() if (value := getattr(work, name))}
    item |= {variable: _rich(item[variable]) for variable in ("title", "abstract") if variable in item}
    names = [_name(one) for one in work.authors] + [{"literal": body} for body in work.corporate_authors]
    if work.authors_incomplete:
        names.append({"literal": tagged.ET_AL})
    known = as_json(work)
    custom = {name: known[name] for name in (*_CUSTOM_TEXT, "access", "notices") if name in known}
    # The list keeps what one text with semicolons would run together.
    if work.keywords or work.subjects:
        item["keyword"] = "; ".join((*work.keywords, *work.subjects))
        custom |= {name: known[name] for name in ("keywords", "subjects") if name in known}
    if work.genres:
        item["genre"] = "; ".join(work.genres)
        custom["genres"] = known["genres"]
    orcids = {
        role: [one.orcid for one in people]
        for role, people in (("author", work.authors), ("editor", work.editors))
        if any(one.orcid for one in people)
    }
    more = {
        "author": names,
        "editor": [_name(one) for one in work.editors],
        "issued": {"date-parts": [[int(part) for part in work.issued.split("-")]]} if work.issued != UNDATED else None,
        "language": languages.tag(work.language) or work.language,
        "ISSN": ", ".join(work.issn),
        "ISBN": ", ".join(work.isbn),
        "status": "" if work.status == "current" else work.status,
        "custom": custom | ({"orcids": orcids} if orcids else {}),
    }
    return item | {name: value for name, value in more.items() if value}


def _name(author: Author) -> dict[str, str]:
    parts = {"family": author.family, "given": author.given, "suffix": author.suffix}
    return {name: value for name, value in parts.items() if value}


FORMAT = Format(
    "csl",
    "CSL-JSON",
    ".json",
    "application/vnd.citationstyles.csl+json",
    recognises,
    read,
    written,
    CARRIES,
)
