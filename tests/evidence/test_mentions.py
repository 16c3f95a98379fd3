"""Counts in running text are pointed at: which forms are seen, and which numbers are none."""

from __future__ import annotations

import pytest

from sequela.evidence.mentions import Mention, mentions


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("An abscess formed in 12 of 345 patients (3.5%).", (Mention(12, 345, "patients", "3.5"),)),
        ("Necrosis followed 23 of 374 (6.1 %) procedures.", (Mention(23, 374, "", "6.1"),)),
        ("Bilomas: 5/52 patients [9.6%].", (Mention(5, 52, "patients", "9.6"),)),
        ("Abscess occurred after 21 of 11,054 sessions", (Mention(21, 11054, "procedures", ""),)),
        ("abscesos en 3 de 1 204 procedimientos (0,25 %)", (Mention(3, 1204, "procedures", "0.25"),)),
        ("rupture (4/313, 1.3%)", (Mention(4, 313, "", "1.3"),)),
        ("In 7 patients of the 98 patients treated", (Mention(7, 98, "patients", ""),)),
        ("2 of 40 patients and again 2 of 40 patients", (Mention(2, 40, "patients", ""),)),
        ("5/43 (11.6%) and 9 of 43 patients", (Mention(5, 43, "", "11.6"), Mention(9, 43, "patients", ""))),
        ("The incidence of abscess was 0.58% per patient.", (Mention(percent="0.58"),)),
        ("Blood pressure was 80/120 in 3/2019, ratio 1/49.", ()),
        ("Two of three patients, 2 of 3 lesions, 400 of 300 patients", ()),
        ("Survival was 86.7% and 50.9%.", ()),
        ("", ()),
    ],
)
def test_what_looks_like_a_count(text: str, found: tuple[Mention, ...]) -> None:
    assert mentions(text) == found


def test_it_is_told_with_its_unit_and_percentage() -> None:
    assert Mention(21, 11054, "procedures", "0.19").text == "21 of 11,054 procedures (0.19 %)"
    assert Mention(5, 43).text == "5 of 43"
    assert Mention(percent="0.58").text == "a rate of 0.58 %, without its counts"
