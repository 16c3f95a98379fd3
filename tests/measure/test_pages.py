"""Pages: foreign text is escaped, nothing is fetched, and the parts that share a page do not share names."""

from __future__ import annotations

import re

import pytest
from jinja2 import DictLoader, UndefinedError

from sequela.measure import pages
from sequela.measure.plots import ForestRow, forest, sheet

SHOWN = """{% extends "base.html" %}{% from "macros.html" import figure, list, pairs, table %}
{% block main %}{{ table(one) }}{{ figure(drawing) }}{{ pairs(told) }}{{ list(lines) }}{% endblock %}"""
EVIL = "<script>alert('x')</script>"


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> str:
    """A page with one of everything, with foreign text everywhere."""
    environment = pages.environment("sequela.measure")
    monkeypatch.setattr(environment, "loader", DictLoader({"shown.html": SHOWN, **_templates()}))
    drawing = pages.Drawing(forest([ForestRow(EVIL, EVIL, 0.5, 0.1, 0.9)], EVIL), EVIL, EVIL)
    return pages.page(
        "shown.html",
        {
            "title": EVIL,
            "lead": EVIL,
            "made_by": EVIL,
            "one": pages.Table(EVIL, (EVIL, EVIL), [(EVIL, EVIL)]),
            "drawing": drawing,
            "told": [(EVIL, EVIL)],
            "lines": [EVIL],
        },
    )


def _templates() -> dict[str, str]:
    environment = pages.environment("sequela.measure")
    assert environment.loader is not None
    names = ("base.html", "look.css", "macros.html")
    return {name: environment.loader.get_source(environment, name)[0] for name in names}


def test_everything_foreign_is_escaped(shown: str) -> None:
    assert "<script" not in shown
    assert shown.count("&lt;script&gt;") >= 13


def test_a_page_fetches_nothing(shown: str) -> None:
    assert "http" not in shown
    assert not re.search(r"\b(src|@import|link)\b[= ]", shown)
    assert not re.search(r"url\((?!#)", shown)


def test_a_drawing_in_a_page_has_no_names_of_groups_and_says_what_it_shows() -> None:
    with sheet(4, 2) as made:
        made.axes(grid="y").plot([1, 2], [3, 4])
        svg = made.svg()
    inline = pages.Drawing(svg, "caption", "a line that rises").inline
    assert inline.startswith("<svg")
    assert 'aria-label="a line that rises"' in inline
    assert "<g id=" not in inline and "<metadata>" not in inline


def test_a_value_that_a_template_asks_for_must_be_there() -> None:
    with pytest.raises(UndefinedError):
        pages.page("base.html", {"title": "t"})


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "–"),
        (0, "0 %"),
        (1 / 3, "33.3 %"),
        (0.0123, "1.2 %"),
        (0.000123, "0.012 %"),
        (0.9999, "100.0 %"),
        (1, "100 %"),
    ],
)
def test_shares(value: float | None, told: str) -> None:
    assert pages.percent(value).replace(pages.NO_BREAK, " ") == told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "–"),
        (0, "0"),
        (12345, "12,345"),
        (1234.5, "1,234"),
        (0.12345, "0.123"),
        (47.25, "47.2"),
        (1.1, "1.10"),
        (99.97, "100"),
    ],
)
def test_numbers(value: float | None, told: str) -> None:
    assert pages.number(value) == told


def test_limits() -> None:
    assert pages.between((0.0084, 0.9057), share=True).replace(pages.NO_BREAK, " ") == "0.8 to 90.6 %"
    assert pages.between((1.5, 20000)) == "1.50 to 20,000"
    assert pages.between(None) == "–"
