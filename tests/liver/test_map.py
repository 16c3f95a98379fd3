"""The liver map: well-formed, the same bytes each time, readable without colour, in light and dark, by a screen reader.

No browser takes part: contrasts are computed from the colours, and the rest is read from the XML.
"""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest

from sequela.course.anatomy import SEGMENTS
from sequela.criteria.supply import Grade, Supply, grades
from sequela.criteria.supply.patterns import portal_vessels
from sequela.liver import Area, in_words, liver_map
from sequela.liver.map import WORDS
from sequela.liver.palette import HATCHES, THEMES, Theme
from sequela.liver.shapes import BORDERS, CORNERS, HEIGHT, LABELS, OVAL, ROUND, VESSELS, WIDTH, outline

SVG = "{http://www.w3.org/2000/svg}"
HATCHED = dict(zip(SEGMENTS, HATCHES, strict=True))
"""Each of the eight segments with another of the eight hatches."""


def areas(treated: tuple[str, ...] = ("VII", "VIII")) -> dict[str, Area]:
    return {
        segment: Area(
            f"grade-{segment}", f"In full <{segment}> & more", (f"short {segment}", "two"), hatch, segment in treated
        )
        for segment, hatch in HATCHED.items()
    }


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_reckoned_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_text_and_shapes_stand_out(theme: Theme) -> None:
    assert contrast(theme.ink, theme.paper) >= 4.5
    for fill, lines in theme.tints.values():
        assert contrast(lines, fill) >= 3
        assert contrast(theme.ink, fill) >= 3
        assert contrast(theme.treated, fill) >= 3
    # Vessels and crosses lie on a casing of paper.
    for line in (theme.vessel, theme.closed, theme.treated):
        assert contrast(line, theme.paper) >= 3
    assert theme.casing == theme.paper


def test_every_grade_has_a_hatch_of_its_own_and_no_two_draw_the_same_lines() -> None:
    from sequela.account.mapping import HATCHES as OF_GRADES

    assert set(OF_GRADES) == set(Grade)
    assert len(set(OF_GRADES.values())) == len(Grade)
    assert len({(side, lines) for _, side, lines in HATCHES.values()}) == len(HATCHES)


@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_map_is_well_formed_named_and_described(lang: str, theme: str) -> None:
    root = parsed(liver_map(areas(), vessels={"portal-VII": "lost"}, lang=lang, theme=theme))  # type: ignore[arg-type]
    assert root.get("role") == "img"
    assert root.get("lang") == lang
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    by_id = {element.get("id"): element for element in root.iter()}
    title, described = (by_id[name] for name in (root.get("aria-labelledby") or "").split())
    assert (title.tag, described.tag) == (f"{SVG}title", f"{SVG}desc")
    assert title.text == WORDS[lang]["title"]
    for segment in SEGMENTS:
        assert f"{WORDS[lang]['segment']} {segment}: In full <{segment}> & more" in (described.text or "")


def test_each_segment_is_drawn_and_labelled_with_its_grade() -> None:
    root = parsed(liver_map(areas()))
    said = [element.text for element in root.iter(f"{SVG}text") if element.get("class") == "ink"]
    paths = [element.get("d") for element in root.iter(f"{SVG}path") if element.get("class") == "edge"]
    for segment in SEGMENTS:
        assert segment in said and f"short {segment}" in said
        assert f"In full <{segment}> & more" in said  # in the legend
        assert outline(segment) in paths


def test_every_name_that_is_used_is_defined() -> None:
    svg = liver_map(areas())
    ids = set(re.findall(r' id="([^"]+)"', svg))
    assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= ids
    classes = {name for text in re.findall(r' class="([^"]+)"', svg) for name in text.split()}
    assert all(f".{name}{{" in svg for name in classes)


def test_a_closed_vessel_is_crossed_and_what_hangs_on_it_is_drawn_closed() -> None:
    root = parsed(liver_map(areas(), vessels={"portal-right-posterior": "lost", "portal-main": "kept"}))
    drawn = {e.get("d"): e.get("class") for e in root.iter(f"{SVG}path") if e.get("class") != "casing"}
    closed = {v for v, course in VESSELS.items() if drawn[course.path] == "closed"}
    assert closed == {"portal-right-posterior", "portal-VI", "portal-VII"}
    assert drawn[VESSELS["portal-main"].path] == "open"
    assert drawn[VESSELS["portal-left"].path] == "unreported"
    marks = [e for e in root.iter(f"{SVG}circle") if e.get("cx") == f"{VESSELS['portal-right-posterior'].mark[0]:g}"]
    assert len(marks) == 1
    assert len(list(root.iter(f"{SVG}circle"))) == 2  # that one, and the legend's


def test_the_legend_explains_what_is_drawn_and_nothing_else() -> None:
    words = WORDS["en"]
    bare = liver_map(areas(treated=()))
    assert words["treated"] not in bare and f">{words['lost']}<" not in bare and f">{words['unknown']}<" in bare
    marked = liver_map(areas(), vessels=dict.fromkeys(VESSELS, "lost"))
    assert (
        f">{words['treated']}<" in marked and f">{words['lost']}<" in marked and f">{words['unknown']}<" not in marked
    )


def test_the_treated_territory_is_outlined() -> None:
    root = parsed(liver_map(areas(treated=("II", "I"))))
    outlined = {e.get("d") for e in root.iter(f"{SVG}path") if e.get("class") == "territory"}
    assert outlined == {outline("I"), outline("II")}


def test_the_same_values_give_the_same_bytes_and_others_other_names() -> None:
    first, again, other = liver_map(areas()), liver_map(dict(reversed(areas().items()))), liver_map(areas(treated=()))
    assert first == again
    names = [set(re.findall(r' id="([^"]+)"', svg)) for svg in (first, other, liver_map(areas(), ident="mine"))]
    assert all(not one & two for one, two in combinations(names, 2))
    assert "mine-t" in names[2]


def test_the_device_decides_unless_a_theme_is_named() -> None:
    auto, light, dark = (liver_map(areas(), theme=theme) for theme in ("auto", "light", "dark"))  # type: ignore[arg-type]
    assert "prefers-color-scheme:dark" in auto
    assert THEMES["light"].ink in auto and THEMES["dark"].ink in auto
    assert THEMES["dark"].ink not in light and THEMES["light"].ink not in dark and "@media" not in light + dark


def test_rules_hold_for_one_map_only() -> None:
    svg = liver_map(areas(), ident="mine")
    style = re.sub(r"@media[^{]*{", "", re.search("<style>(.*)</style>", svg)[1])  # type: ignore[index]
    assert all(rule.startswith("#mine ") for rule in re.findall(r"[^{}]+(?={)", style))


def test_a_map_needs_all_eight_segments() -> None:
    with pytest.raises(ValueError, match="segment IV"):
        liver_map({segment: area for segment, area in areas().items() if segment != "IV"})


def test_the_words_tell_what_the_picture_does() -> None:
    told = in_words(areas(), vessels={"portal-left": "lost"}, names={"portal-left": "the left portal vein"})
    assert len(told) == 9
    assert told[6] == "Segment VII: In full <VII> & more, treated territory."
    assert told[-1] == "Closed in the portal vein: the left portal vein."
    assert in_words(areas(), lang="es")[-1] == WORDS["es"]["none"]


def test_the_drawing_knows_the_vessels_and_segments_of_the_anatomy() -> None:
    assert set(VESSELS) == set(portal_vessels())
    assert set(LABELS) == set(SEGMENTS)
    assert set(WORDS["en"]) == set(WORDS["es"])


def test_everything_stays_within_the_drawing() -> None:
    corners = [*CORNERS.values(), *LABELS.values(), *(point for handles in BORDERS.values() for point in handles)]
    corners += [(OVAL[0] - OVAL[2], OVAL[1] - OVAL[3]), (OVAL[0] + OVAL[2], OVAL[1] + OVAL[3])]
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in corners)


def test_each_border_is_named_by_two_corners_and_used() -> None:
    used = {frozenset(pair) for corners in ROUND.values() for pair in pairwise(corners)}
    assert used == {frozenset(name) for name in BORDERS}


def test_every_grade_fits_its_segment_in_both_languages() -> None:
    # The narrowest segments are some 80 units wide; a letter of 14.5 takes about 7.5.
    for words in grades().values():
        for short in (words.short, words.short_es):
            assert 1 <= len(short) <= 2 and max(map(len, short)) <= 13


def test_a_supply_of_unknowns_draws_too() -> None:
    from sequela.account.mapping import areas as shown
    from tests.criteria.supply.making import course, seen

    found: Supply = seen(course("RFA"))
    root = parsed(liver_map(shown(found, course("RFA").procedure, "es"), lang="es"))
    assert sum(e.text == "sin datos" for e in root.iter(f"{SVG}text") if e.get("class") == "ink") == 8
