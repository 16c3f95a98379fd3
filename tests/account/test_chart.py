"""Charts: which curves, which axes, in characters and in SVG."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

import sequela
from sequela.account import html
from sequela.account.chart import chart, day_ticks, nice_ticks
from sequela.account.panels import panels
from sequela.assessing.assessment import Assessment
from sequela.course.episodes import DAY
from tests.account.conftest import course

SVG = "{http://www.w3.org/2000/svg}"


def titles(assessment: Assessment, *mentioned: str) -> list[str]:
    return [panel.title for panel in panels(assessment.course, assessment.as_of, mentioned)]


def test_temperature_and_transaminases_are_drawn_unless_the_reasons_speak_of_others(turned: Assessment) -> None:
    assert titles(turned) == ["Temperature", "ALT and AST"]
    assert titles(turned, "crp") == ["Temperature", "CRP"]
    assert titles(turned, "bilirubin", "crp") == ["CRP", "Bilirubin"]


def test_what_is_not_yet_known_is_not_drawn(turned: Assessment) -> None:
    early = turned.course.start + 2 * DAY
    drawn = [day for panel in panels(turned.course, early) for curve in panel.curves for day, _ in curve.points]
    assert max(drawn) <= 2


def test_a_single_reading_is_no_curve(turned: Assessment) -> None:
    assert panels(turned.course, turned.course.start) == []


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks"),
    [(36.6, 39.3, 4, [36, 38, 40]), (34, 3000, 4, [0, 1000, 2000, 3000]), (0.9, 2.3, 5, [0.5, 1, 1.5, 2, 2.5]),
     (5, 5, 4, [4, 5, 6])],
)  # fmt: skip
def test_levels_are_round_and_hold_every_value(low: float, high: float, most: int, ticks: list[float]) -> None:
    found = nice_ticks(low, high, most)
    assert found == pytest.approx(ticks)
    assert found[0] <= low
    assert found[-1] >= high


def test_days_are_whole_and_few() -> None:
    assert day_ticks(-0.4, 6.3, 9) == [0, 1, 2, 3, 4, 5, 6]
    assert day_ticks(-1, 30, 9) == [0, 5, 10, 15, 20, 25, 30]
    assert day_ticks(0, 120, 6) == [0, 28, 56, 84, 112]


@pytest.mark.parametrize("width", [48, 58, 69, 89])
def test_the_terminal_chart_keeps_its_width(turned: Assessment, width: int) -> None:
    lines = chart(turned.course, panels(turned.course, turned.as_of), width=width)
    assert max(map(len, lines)) <= width
    assert len(lines) == (10 if width >= 66 else 20)
    assert "\x1b" not in "".join(lines)


def test_the_terminal_chart_can_do_with_ascii(turned: Assessment) -> None:
    lines = "\n".join(chart(turned.course, panels(turned.course, turned.as_of), width=69, ascii_only=True))
    assert "*" in lines
    assert "●" not in lines


# -- notebooks -------------------------------------------------------------------------------------------------------


def svgs(page: str) -> list[ElementTree.Element]:
    return [ElementTree.fromstring(found) for found in re.findall(r"<svg.*?</svg>", page)]


def test_a_course_and_an_assessment_show_themselves(turned: Assessment) -> None:
    shown = course("index-shaped")
    assert "<table" in shown._repr_html_()  # type: ignore[attr-defined]
    assert "DETERIORATING" in turned._repr_html_()  # type: ignore[attr-defined]
    assert svgs(shown._repr_html_())  # type: ignore[attr-defined]


def test_every_drawing_can_be_read_aloud_and_takes_the_colours_around_it(turned: Assessment) -> None:
    for page in (html.course(turned.course), html.assessment(turned)):
        # The liver map has paper and colours of its own, in light and dark.
        drawn = [svg for svg in svgs(page) if not (svg.get("id") or "").startswith("liver-")]
        page = re.sub(r"<svg[^>]* id=\"liver-.*?</svg>", "", page, flags=re.DOTALL)
        assert drawn
        for svg in drawn:
            assert svg.get("role") == "img"
            assert svg.findtext(f"{SVG}title")
            assert "readings, lowest" in (svg.findtext(f"{SVG}desc") or "")
        assert not re.search(r"#[0-9a-f]{3,6}\b|rgb\(|(?:stroke|fill|color)[=:]\"?(?:black|white|red)", page)


def test_two_curves_of_a_panel_differ_in_dash_and_shape(turned: Assessment) -> None:
    enzymes = next(svg for svg in svgs(html.course(turned.course)) if svg.findtext(f"{SVG}title", "").startswith("ALT"))
    dashes = {path.get("stroke-dasharray") for path in enzymes.iter(f"{SVG}path") if path.get("stroke-width")}
    assert len(dashes) == 2
    assert list(enzymes.iter(f"{SVG}circle"))
    assert list(enzymes.iter(f"{SVG}rect"))


def test_a_course_is_a_table_by_day(turned: Assessment) -> None:
    page = html.course(turned.course)
    table = ElementTree.fromstring(re.findall(r"<table.*?</table>", page)[0])
    days = [cell.text for cell in table.findall("./thead/tr/th")][1:]
    assert days[:2] == ["-1", "0"]
    rows = {row.findtext("th"): [cell.text for cell in row.findall("td")] for row in table.findall("./tbody/tr")}
    assert "Temperature, °C" in rows
    assert all(len(cells) == len(days) for cells in rows.values())
    names = [row.findtext("th") for row in table.findall("./tbody/tr")]
    assert len(names) == len(set(names))
    assert names.index("ALT, U/L") < names.index("Nausea") < names.index("Antibiotic")


def test_everything_foreign_is_escaped(turned: Assessment) -> None:
    bad = "<script>alert(1)</script>"
    procedure = replace(turned.course.procedure, territory=(bad,), intent=(bad,))
    foreign = replace(turned.course, patient=bad, procedure=procedure)
    assert "<script" not in html.course(foreign)
    assert "<script" not in html.assessment(replace(turned, course=foreign))


def test_importing_sequela_names_everything_it_exports() -> None:
    assert set(dir(sequela)) == set(sequela.__all__)
    for name in sequela.__all__:
        assert getattr(sequela, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        sequela.nothing  # noqa: B018
