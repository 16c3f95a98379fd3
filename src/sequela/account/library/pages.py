"""The pages of the library, each from its template: a record, a list of works, the values of a facet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sequela.account.citing import who
from sequela.account.library.facets import MOST_SHOWN, Value
from sequela.account.library.fields import fields, published_in
from sequela.account.library.places import Places, export_path, facet_path, numbered, record_path, slug
from sequela.account.library.taken import taken
from sequela.account.library.wording import LANGUAGES, Wording, tag, wording
from sequela.evidence.citing import STYLES
from sequela.evidence.embedding import coins, highwire, json_ld
from sequela.evidence.formats import Format, formats
from sequela.evidence.rates import BaseRate
from sequela.evidence.works import Work

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from sequela.account.uses import Use


MOST_OPEN = 6
"""Uses of one kind that stand open on a page; more are folded."""
MOST_NAMED = 6
"""Authors that stand below a title."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A work in a list."""

    key: str
    title: str
    language: str
    who: str
    where: str
    where_language: str
    year: str
    mark: str
    """What became of the work, where something did: "Retracted"."""


@dataclass(frozen=True, slots=True)
class Group:
    """Works under one heading of a list: a letter, a year."""

    heading: str
    entries: tuple[Entry, ...]


def record_page(
    work: Work,
    language: str,
    *,
    uses: Sequence[Use] = (),
    counts: Sequence[BaseRate] = (),
    similar: Sequence[Work] = (),
    places: Places | None = None,
    address: str = "",
) -> str:
    """Return a work's record page.

    Parameters
    ----------
    work : the record.
    language : of the page, `en` or `es`.
    uses : what in our rules cites it.
    counts : what was counted in it.
    similar : works like it, the nearest first.
    places : where other pages stand; without it, as in a site's folder.
    address : the site's address on the web, without which the page names no canonical one.

    Raises
    ------
    UserError
        When there is no page in this language.
    """
    say = wording(language)
    grouped: dict[str, list[Use]] = {}
    for use in uses:
        grouped.setdefault(use.kind, []).append(use)
    values = {
        "work": work,
        "title_language": tag(work.title, work.language),
        "by": _by(work),
        "short": f"{who(work)}, {say.year(work)}",
        "type": say.named("type", work.type),
        "fields": fields(work, say),
        "abstract": [(part, tag(part, work.language)) for part in work.abstract.split("\n") if part.strip()],
        "uses": [(say.named("use", kind), group) for kind, group in grouped.items()],
        "taken": taken(work.key, say),
        "highwire": highwire(work),
        "json_ld": _in_script(json_ld(work, _canonical(address, say.language, record_path(work.key)))),
        "coins": coins(work),
        "most_open": MOST_OPEN,
        "counts": counts,
        "similar": [entry(one, say) for one in similar],
        "references": references(work),
        "exports": [(one, export_path(work.key, one.key, one.suffix)) for one in exporting()],
    }
    return _page("record.html", record_path(work.key), say, places, address, work.heading, values)


def list_pages(
    pieces: Sequence[Sequence[Group]],
    say: Wording,
    path: str,
    *,
    title: str,
    total: int,
    orders: Sequence[tuple[str, str]] = (),
    order: str = "",
    trail: Sequence[tuple[str, str]] = (),
    facets: Iterable[tuple[str, Sequence[Value]]] = (),
    title_language: str = "",
    address: str = "",
) -> Iterator[tuple[str, str]]:
    """Yield the path and text of each page of a list of works, a piece on each.

    `orders` are the ways in which the whole library is sorted.
    """
    values = {
        "total": total,
        "pages": len(pieces),
        "first": path,
        "orders": orders,
        "order": order,
        "trail": trail,
        "facets": [(name, values[:MOST_SHOWN], len(values)) for name, values in facets],
        "title_language": title_language,
    }
    for page, groups in enumerate(pieces, 1):
        place = numbered(path, page)
        yield place, _page("list.html", place, say, None, address, title, {**values, "groups": groups, "page": page})


def facet_page(facet: str, values: Sequence[Value], say: Wording, address: str = "") -> str:
    """Return the page with every value of a facet: years from the newest, the others by their name."""
    title = say(f"facet.{facet}")
    if facet != "year":
        values = sorted(values, key=lambda value: (value.label(say).casefold(), slug(value.text)))
    return _page("facet.html", facet_path(facet), say, None, address, title, {"facet": facet, "values": values})


def choice_page(total: int) -> str:
    """Return the page before all others, on which a language is chosen."""
    said = [wording(language) for language in LANGUAGES]
    template = environment().get_template("choice.html")
    return template.render(said=said, say=said[0], total=total, places=Places(), language=LANGUAGES[0])


def style() -> str:
    """Return the look of every page."""
    return environment().get_template("library.css").render()


def entry(work: Work, say: Wording) -> Entry:
    """Return a work as it stands in a list."""
    where = published_in(work, say)
    return Entry(
        work.key,
        work.heading,
        tag(work.title, work.language),
        who(work) if work.authors or work.corporate_authors else "",
        where.text or work.publisher,
        where.language,
        say.year(work),
        say(f"mark.{work.status}") if work.status != "current" else "",
    )


def _by(work: Work) -> str:
    """The authors below a title, as many as Vancouver names before it says "et al"."""
    names = [author.short for author in work.authors] + list(work.corporate_authors)
    more = len(names) > MOST_NAMED or (names and work.authors_incomplete)
    return ", ".join(names[:MOST_NAMED]) + (" et al" if more else "")


STYLE_NAMES = {"vancouver": "Vancouver", "apa": "APA"}


def references(work: Work) -> tuple[tuple[str, str], ...]:
    """Return how to cite a work: the name of a style, and the reference in it."""
    return tuple((STYLE_NAMES.get(key, key), write(work)) for key, write in STYLES.items())


def _canonical(address: str, language: str, path: str) -> str:
    return Places(f"{address.rstrip('/')}/").page(language, path) if address else ""


def _in_script(said: dict[str, Any]) -> Markup:
    """Return what a script element holds as data: no "<" in it can end the element."""
    from markupsafe import Markup

    return Markup(json.dumps(said, ensure_ascii=False).replace("<", "\\u003c"))


@cache
def exporting() -> tuple[Format, ...]:
    """Return the formats in which a record is given away."""
    return tuple(one for one in formats() if one.write is not None)


def _page(
    template: str,
    path: str,
    say: Wording,
    places: Places | None,
    address: str,
    title: str,
    values: dict[str, Any],
) -> str:
    """Return a page whose place below the folder of its language is `path`."""
    if places is None:
        places = Places("../" * (path.count("/") + 1))
    shared = {
        "say": say,
        "language": say.language,
        "others": [wording(language) for language in LANGUAGES if language != say.language],
        "languages": LANGUAGES,
        "places": places,
        "path": path,
        "title": title,
        "canonical": _canonical(address, say.language, path),
        "address": address.rstrip("/"),
    }
    return environment().get_template(template).render(**shared, **values)


@cache
def environment() -> Environment:
    """Return the templates: ours, and the page of `measure` that they extend."""
    from sequela.measure.pages import environment as made

    templates = made("sequela.account.library", "sequela.measure")
    templates.globals["numbered"] = numbered
    return templates
