"""The forest plot: text stays text, and the same rows give the same bytes."""

from __future__ import annotations

from sequela.measure.plots import ForestRow, forest

ROWS = [
    ForestRow("Joskin <2015>", "23/374", 0.0615, 0.0394, 0.0908),
    ForestRow("pooled", "23/401", 0.0574, 0.0367, 0.0848, True),
]


def test_same_rows_give_same_bytes() -> None:
    assert forest(ROWS, "A title") == forest(ROWS, "A title")


def test_text_is_text_in_the_colour_of_the_page() -> None:
    drawn = forest(ROWS)
    assert "Joskin &lt;2015&gt;" in drawn
    assert "6.15 (3.94 to 9.08)" in drawn
    assert "currentColor" in drawn
    assert "#123456" not in drawn
    assert "dc:date" not in drawn
