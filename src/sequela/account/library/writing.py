"""A whole library written as a folder of pages, which any web server or a browser alone can show."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from sequela.account.library.facets import FACETS, Value, values
from sequela.account.library.pages import (
    Group,
    choice_page,
    entry,
    exporting,
    facet_page,
    list_pages,
    record_page,
    style,
)
from sequela.account.library.places import export_path, facet_path, fit, record_path
from sequela.account.library.wording import LANGUAGES, Wording, wording
from sequela.errors import UserError
from sequela.evidence.formats import written
from sequela.evidence.rates import BaseRate
from sequela.evidence.works import Work

if TYPE_CHECKING:
    from sequela.account.uses import Use

A_PAGE = 250
"""Works on one page of a list."""
ORDERS = ("author", "title", "year")
"""How the list of all works is sorted; the first is the index."""
_ARTICLES = ("a ", "an ", "the ", "el ", "la ", "los ", "las ", "un ", "una ")


def site(
    works: Sequence[Work],
    out: Path,
    *,
    cited_by: Mapping[str, Sequence[Use]],
    similar: Mapping[str, Sequence[str]],
    series: Mapping[str, Sequence[BaseRate]],
    address: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write the whole library as pages: the same works give the same bytes.

    Parameters
    ----------
    works : the records, in any order.
    out : a folder that is new or empty.
    cited_by : by key of a work, what in our rules cites it.
    similar : by key, the keys of works like it, the nearest first; one that is not among `works` is left out.
    series : by key, what was counted in it.
    address : where the site will stand on the web ("https://example.org/evidence"); empty for a folder to look into.
    progress : told how many works have their pages, and how many there are.

    Raises
    ------
    UserError
        When the folder is not empty or cannot be written, or a key cannot be the name of a file.
    """
    by_key = {work.key: work for work in works}
    _refuse(out, works)
    ordered = sorted(by_key.values(), key=lambda work: work.key)
    narrowed = values(ordered, series)
    try:
        _write(out / "index.html", choice_page(len(ordered)))
        _write(out / "library.css", style())
        for language in LANGUAGES:
            say = wording(language)
            for path, text in _lists(ordered, narrowed, say, address):
                _write(out / language / path, text)
        for done, work in enumerate(ordered, 1):
            alike = [by_key[key] for key in similar.get(work.key, ()) if key in by_key and key != work.key]
            for language in LANGUAGES:
                page = record_page(
                    work,
                    language,
                    uses=cited_by.get(work.key, ()),
                    counts=series.get(work.key, ()),
                    similar=alike,
                    address=address,
                )
                _write(out / language / record_path(work.key), page)
            for form in exporting():
                _write(out / export_path(work.key, form.key, form.suffix), written([work], form.key))
            if progress is not None:
                progress(done, len(ordered))
    except OSError as error:
        hint = error.strerror or "Name another folder"
        raise UserError("cannot be written", where=out.name or str(out), hint=hint) from None


def _refuse(out: Path, works: Sequence[Work]) -> None:
    where = out.name or str(out)
    if out.exists() and (not out.is_dir() or next(out.iterdir(), None) is not None):
        raise UserError("the folder is not empty", where=where, hint="Delete it or name another; nothing was written")
    unfit = sum(not fit(work.key) for work in works)
    if unfit:
        what = f"{unfit} of {len(works)} works have a key that cannot be the name of a file"
        raise UserError(what, where="library", hint="A key is made of letters without accents, figures and -._")
    names = {work.key.casefold() for work in works}
    if len(names) < len(works):  # many file systems tell no small letter from a capital
        raise UserError(f"{len(works) - len(names)} keys stand there twice", where="library")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")


def _lists(
    works: Sequence[Work], narrowed: dict[str, list[Value]], say: Wording, address: str
) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of every list: all works in each order, and the works of each value of a facet."""
    paths = {order: "index.html" if order == ORDERS[0] else f"by-{order}.html" for order in ORDERS}
    orders = [(say(f"list.by_{order}"), path) for order, path in paths.items()]
    facets = [(name, narrowed[name]) for name in FACETS if narrowed[name]]
    for order, path in paths.items():
        pieces, title = _pieces(works, order, say), say("site.title")
        yield from list_pages(
            pieces, say, path, title=title, total=len(works), orders=orders, order=path, facets=facets, address=address
        )
    for name, found in facets:
        yield facet_path(name), facet_page(name, found, say, address)
        for value in found:
            yield from list_pages(
                _pieces(value.works, "year", say),
                say,
                facet_path(name, value.text),
                title=value.label(say),
                total=len(value.works),
                trail=((say(f"facet.{name}"), facet_path(name)),),
                title_language=value.language,
                address=address,
            )


def _pieces(works: Sequence[Work], order: str, say: Wording) -> list[list[Group]]:
    """Return the pages of a list, each with its headings; an empty list has one page."""
    found = sorted(works, key=lambda work: _place(work, order))
    pages = []
    for start in range(0, max(len(found), 1), A_PAGE):
        page = groupby(found[start : start + A_PAGE], key=lambda work: _heading(work, order, say))
        pages.append([Group(heading, tuple(entry(work, say) for work in group)) for heading, group in page])
    return pages


def _place(work: Work, order: str) -> tuple[bool, int, str, str, str]:
    if order == "year":
        dated = work.year.isdecimal()
        return not dated, -int(work.year) if dated else 0, _plain(_author(work)), work.issued, work.key
    text = _plain(_author(work) if order == "author" else _title(work))
    return _letter(text) == _OTHER, 0, text, work.issued, work.key


_OTHER = "#"
"""The heading of what begins with no letter of ours."""


def _heading(work: Work, order: str, say: Wording) -> str:
    if order == "year":
        return say.year(work)
    return _letter(_plain(_author(work) if order == "author" else _title(work)))


def _letter(text: str) -> str:
    first = text[:1].upper()
    return first if first.isascii() and first.isalpha() else _OTHER


def _author(work: Work) -> str:
    """What a work stands under, as catalogues have it: its first author, the body that wrote it, or else its title."""
    names = [author.inverted for author in work.authors[:1]] + list(work.corporate_authors[:1])
    return names[0] if names else _title(work)


def _title(work: Work) -> str:
    """The title as it is sorted: without an article before it, or signs."""
    text = work.heading.lstrip("[(¿¡\"'«“ ")
    article = next((one for one in _ARTICLES if text.casefold().startswith(one)), "")
    return text[len(article) :]


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
