"""ALBI and mALBI against the published formula in 60 digits and the grades that independent tests assert."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequela.assessing import score
from tests.criteria.scores.rows import LEAST, Table, by_words, compact

RADULATOR = compact(
    "ALBI",
    "grades as in momomojo/Radulator albi-score.spec.js; values by the published formula",
    "bilirubin albumin",
    """
    10,40 -> -2.74 (grade 1)
    17,35 -> -2.16 (grade 2)
    50,25 -> -1.00 (grade 3)
    8.552,40 -> -2.78 (grade 1)
    17.104,35 -> -2.16 (grade 2)
    51.312,25 -> -1.00 (grade 3)
    500,30 -> -0.77 (grade 3)
    50,15 -> -0.15 (grade 3)
    """,
)
MODIFIED = compact(
    "mALBI",
    "the published formula, checked in 60 digits; Li 2012's means among them",
    "bilirubin albumin",
    """
    10,40 -> -2.74 (grade 1)
    17,35 -> -2.16 (grade 2b)
    11,38.7 -> -2.60 (grade 1)
    28,27 -> -1.34 (grade 3)
    20,40 -> -2.54 (grade 2a)
    60,28 -> -1.21 (grade 3)
    10,45 -> -3.16 (grade 1)
    17.104,40 -> -2.59 (grade 2a)
    10,38.35 -> -2.60 (grade 2a)
    10,38.36 -> -2.60 (grade 1)
    10,34.47 -> -2.27 (grade 2b)
    10,34.48 -> -2.27 (grade 2a)
    10,24.11 -> -1.39 (grade 3)
    10,24.12 -> -1.39 (grade 2b)
    100,31.88 -> -1.39 (grade 3)
    100,31.89 -> -1.39 (grade 2b)
    22.1,42.5 -> -2.73 (grade 1)
    34.1,34.6 -> -1.93 (grade 2b)
    3,50 -> -3.94 (grade 1)
    20,38 -> -2.37 (grade 2a)
    15,36 -> -2.28 (grade 2a)
    """,
)
SAME = compact(
    "ALBI",
    "the rows of mALBI with the grades of Johnson 2015",
    "bilirubin albumin",
    "\n".join(
        f"{row.inputs['bilirubin']},{row.inputs['albumin']} -> {row.expected.replace('2a', '2').replace('2b', '2')}"
        for row in MODIFIED.rows
    ),
)
OTHER_UNITS = compact(
    "ALBI",
    "mg/dL and g/dL by our unit factors",
    "bilirubin:mg/dL albumin:g/dL",
    """
    1.0,3.5 -> -2.16 (grade 2)
    0.5,4.0 -> -2.78 (grade 1)
    3.0,2.5 -> -1.00 (grade 3)
    """,
)
TABLES = (RADULATOR, MODIFIED, SAME, OTHER_UNITS)


@pytest.mark.parametrize("tried", TABLES, ids=lambda tried: f"{tried.score}: {tried.source}")
def test_albi_agrees(tried: Table) -> None:
    assert tried.quarrels() == []


def test_enough_is_tried() -> None:
    for key in ("ALBI", "mALBI"):
        assert sum(len(tried.rows) for tried in TABLES if tried.score == key) >= LEAST


@pytest.mark.parametrize("albumin", ["38.35", "34.47", "24.11"])
def test_the_coefficient_that_circulates_would_turn_the_grade(albumin: str) -> None:
    """-0.0852 in place of -0.085: the rows beside the edges tell them apart."""
    ours = Decimal("0.66") - Decimal("0.085") * Decimal(albumin)
    theirs = Decimal("0.66") - Decimal("0.0852") * Decimal(albumin)
    edge = min((Decimal("-2.60"), Decimal("-2.270"), Decimal("-1.39")), key=lambda edge: abs(edge - ours))
    assert theirs <= edge < ours


def grade(value: Decimal) -> str:
    edges = (("-2.60", "1"), ("-2.270", "2a"), ("-1.39", "2b"))
    return next((f"grade {name}" for edge, name in edges if value <= Decimal(edge)), "grade 3")


@given(st.integers(100, 80_000), st.integers(800, 7_000))
def test_any_value_is_as_60_digits_say(bilirubin: int, albumin: int) -> None:
    values = {"bilirubin": f"{bilirubin / 100:.2f}", "albumin": f"{albumin / 100:.2f}"}
    with localcontext() as context:
        context.prec = 60
        exact = Decimal("0.66") * (Decimal(bilirubin) / 100).log10() - Decimal("0.085") * Decimal(albumin) / 100
    said = score("mALBI", values)
    assert said.label == grade(exact)
    assert said.interval is not None
    assert said.interval.low is not None
    assert abs(said.interval.low - Fraction(exact)) <= Fraction(1, 200)
    assert score("ALBI", values).value == said.value


@pytest.mark.parametrize("key", ["ALBI", "mALBI"])
@pytest.mark.parametrize(("words", "missing"), [("bilirubin=20", "albumin"), ("albumin=40", "bilirubin")])
def test_without_either_part_nothing_is_told(key: str, words: str, missing: str) -> None:
    value = by_words(words, key)
    assert value.interval is None
    assert value.label == ""
    assert value.missing == (missing,)


def test_embolization_moves_the_grade_and_the_change_is_told() -> None:
    """The means of Li 2012 before and on day 3."""
    value = by_words("bilirubin=34.1 albumin=34.6 baseline-bilirubin=22.1 baseline-albumin=42.5", "mALBI")
    told = value.as_json(0)
    assert (told["value"], told["label"], told["before"], told["change"]) == (-1.93, "grade 2b", -2.73, 0.8)
