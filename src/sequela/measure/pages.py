"""Reports as pages: one HTML file each that fetches nothing and runs nothing, for a screen, a telephone and paper.

A page is a template in `templates/` that extends `base.html`; `macros.html` has the tables and figures. Everything
foreign is escaped; a drawing of `plots` is the only thing that is not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

NOTHING = "–"
"""What stands in a cell for which there is no number."""
NO_BREAK = "\u00a0"
"""A blank at which no line is broken."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a page: rows of cells as they are shown; the first of a row names it, the others stand right.

    `words` are the places of columns that hold words and stand left.
    """

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure of a page: SVG text from `plots`, what is said below it, and what it shows for who cannot see it.

    A `wide` one keeps its width on a narrow screen and is scrolled.
    """

    svg: str
    caption: str
    alternative: str
    wide: bool = False

    @property
    def inline(self) -> str:
        """The drawing as part of a page: without the file's own head, and without names that others on it may have."""
        svg = self.svg[self.svg.index("<svg") :]
        svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
        svg = re.sub(r'<g id="[^"]*"', "<g", svg)
        svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
        head, rest = svg.split(">", 1)
        head = re.sub(r' xmlns(:\w+)?="[^"]*"', "", head)
        return f'{head} role="img" aria-label="{escape(self.alternative)}">{rest}'


def page(template: str, values: Mapping[str, Any]) -> str:
    """Return a template's page with these values in it; one that the template asks for and is not there is a bug."""
    return environment("sequela.measure").get_template(template).render(**values)


def percent(share: float | None) -> str:
    """Return a share as per cent with one decimal, below 0.1 % with two figures; nothing where there is none."""
    return NOTHING if share is None else f"{_hundred(share)}{NO_BREAK}%"


def number(value: float | None) -> str:
    """Return a whole number with its thousands apart, another with three figures; nothing where there is none."""
    if value is None:
        return NOTHING
    return f"{value:,.0f}" if value == round(value) or abs(value) >= 99.95 else f"{value:#.3g}"


def between(limits: Sequence[float] | None, *, share: bool = False) -> str:
    """Return limits as "low to high", of a share in per cent; nothing where there are none."""
    if limits is None:
        return NOTHING
    low, high = limits
    return f"{_hundred(low)} to {percent(high)}" if share else f"{number(low)} to {number(high)}"


def _hundred(share: float) -> str:
    if share in (0, 1):
        return f"{100 * share:.0f}"
    return f"{100 * share:.1f}" if share >= 0.001 else f"{100 * share:.2g}"


@cache
def environment(*packages: str) -> Environment:
    """Return the templates of some packages, each in its folder `templates`, the first that has a name winning."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    made = Environment(
        loader=ChoiceLoader([PackageLoader(package, "templates") for package in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(number=number, percent=percent, between=between)
    # Our own drawing: matplotlib has escaped the texts in it.
    made.filters["inline"] = lambda drawing: Markup(drawing.inline)
    return made
