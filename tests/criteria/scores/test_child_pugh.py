"""Child-Pugh against clincalc 0.4.0 (PyPI), given mg/dL and g/dL; two rows also stand in tests of clincalc and medx."""

from __future__ import annotations

import pytest

from tests.criteria.scores.rows import LEAST, Table, by_words, compact, table

_ASCITES = {"0": "none", "1": "slight", "2": "severe"}
_WEST_HAVEN = {"0": "0", "1": "2", "2": "3"}
_ROWS = """
1.0,4.0,1.0,0,0->5A · 1.9,3.6,1.6,0,0->5A · 2.0,3.6,1.6,0,0->6A · 1.9,3.5,1.6,0,0->6A · 1.9,3.6,1.7,0,0->6A
1.9,3.6,1.6,1,0->6A · 1.9,3.6,1.6,0,1->6A · 3.0,2.8,2.3,1,1->10C · 3.1,2.8,2.3,1,1->11C · 3.0,2.7,2.3,1,1->11C
3.0,2.8,2.4,1,1->11C · 3.0,2.8,2.3,2,1->11C · 3.0,2.8,2.3,1,2->11C · 5.0,2.0,3.0,2,2->15C · 2.5,3.0,1.8,1,0->9B
3.2,2.6,2.0,1,1->12C · 2.8,2.1,1.5,0,1->9B · 2.5,4.0,1.0,0,0->6A · 1.29,4.25,1.1,0,0->5A · 2.0,3.46,1.2,0,0->7B
6.0,3.6,1.2,0,0->7B · 1.0,2.7,1.1,2,0->9B
"""


def clincalc() -> str:
    """The rows with ascites and encephalopathy as we name them: 1 is West Haven 2, 2 is 3."""
    lines = []
    for row in _ROWS.replace("·", "\n").strip().splitlines():
        values, _, expected = row.strip().partition("->")
        bilirubin, albumin, inr, ascites, mind = values.split(",")
        named = f"{bilirubin},{albumin},{inr},{_ASCITES[ascites]},{_WEST_HAVEN[mind]}"
        lines.append(f"{named}->{expected[:-1]} ({expected[-1]})")
    return "\n".join(lines)


CLINCALC = compact(
    "Child-Pugh",
    "clincalc 0.4.0",
    "bilirubin:mg/dL albumin:g/dL inr ascites-grade west-haven",
    clincalc(),
    "cirrhosis=present",
)
WELL = "cirrhosis=present bilirubin=17 albumin=40 inr=1.0 ascites-grade=none west-haven=0"
OWN = table(
    "Child-Pugh",
    "the printed SI column, and the West Haven maps of the 2014 guideline's table",
    """
    bilirubin=33 -> 5 (A)
    bilirubin=34 -> 6 (A)
    bilirubin=51 -> 6 (A)
    bilirubin=52 -> 7 (B)
    inr=1.69 -> 5 (A)
    inr=1.70 -> 6 (A)
    inr=2.30 -> 6 (A)
    inr=2.31 -> 7 (B)
    west-haven=1 -> 6 (A)
    west-haven=2 -> 6 (A)
    west-haven=3 -> 7 (B)
    west-haven=4 -> 7 (B)
    cirrhosis=absent child-pugh-a=absent child-pugh-b=absent child-pugh-c=absent -> not applicable
    cirrhosis=absent child-pugh-a=present -> 5 (A)
    """,
    WELL,
)
MISSING = table(
    "Child-Pugh",
    "what is missing may add up to two points",
    """
    cirrhosis=present bilirubin=17 albumin=40 inr=1.0 -> 5..9 (A or B)
    cirrhosis=present bilirubin=17 albumin=40 inr=1.0 ascites=present west-haven=0 -> 6..7 (A or B)
    cirrhosis=present bilirubin=60 albumin=25 -> 9..15 (B or C)
    cirrhosis=present bilirubin=60 albumin=25 inr=2.5 -> 11..15 (C)
    cirrhosis=present bilirubin=17 albumin=40 inr=1.0 ascites=absent gcs=15 -> 5..6 (A)
    cirrhosis=present alt=40 -> missing
    """,
)
CHANGED = table(
    "Child-Pugh",
    "the same table, of the patient's own baselines",
    """
    baseline-bilirubin=17 baseline-albumin=40 baseline-inr=1.0 -> 5 (A) was 5..9
    baseline-west-haven=0 -> 5 (A) was 5..13
    baseline-west-haven=1 -> 5 (A) was 6..14
    baseline-west-haven=2 -> 5 (A) was 6..14
    baseline-west-haven=3 -> 5 (A) was 7..15
    baseline-ascites-grade=slight -> 5 (A) was 6..14
    """,
    WELL,
)
TABLES = (CLINCALC, OWN, MISSING, CHANGED)


@pytest.mark.parametrize("tried", TABLES, ids=lambda tried: tried.source)
def test_child_pugh_agrees(tried: Table) -> None:
    assert tried.quarrels() == []


def test_enough_is_tried() -> None:
    assert len(CLINCALC.rows) >= LEAST


def test_without_a_word_on_cirrhosis_it_is_told_with_a_caution() -> None:
    found = by_words(WELL.replace("cirrhosis=present ", ""), "Child-Pugh")
    assert (found.value, found.label) == (5, "A")
    assert found.caution == "may not apply: only in chronic liver disease"
    assert by_words(WELL, "Child-Pugh").caution == ""


def test_the_change_from_before_is_told() -> None:
    old = (
        "baseline-bilirubin=34.2 baseline-albumin=36 baseline-inr=1.0 baseline-ascites-grade=none baseline-west-haven=0"
    )
    found = by_words(f"{WELL} {old} bilirubin=60 albumin=27", "Child-Pugh")
    assert found.change is not None
    assert (found.value, found.change.low, found.change.high) == (9, 3, 3)
