"""A formula can be read: its terms with their numbers, what each input is, and where the numbers come from."""

from __future__ import annotations

from fractions import Fraction

import pytest

from sequela.account import by_hand, manual
from sequela.account.formulas import lines
from sequela.assessing import score
from sequela.criteria import shelf
from sequela.logic import display
from sequela.logic.formulas import Formula

SHELF = shelf()
FORMULAS = {one.key: one for one in SHELF.scores if isinstance(one, Formula)}


def entry(key: str) -> str:
    found = manual.find(SHELF, key)
    assert found is not None
    return manual.entry(SHELF, found, width=400)


@pytest.mark.parametrize("key", sorted(FORMULAS))
def test_every_number_of_a_formula_stands_in_its_sentences_and_in_its_table(key: str) -> None:
    said = "\n".join(text for _, text in lines(FORMULAS[key], SHELF.parameters))
    page = entry(key)
    for parameter in FORMULAS[key].parameters():
        held = SHELF.parameters[parameter.key]
        assert held.value is not None
        assert display.number(held.value) in said, parameter.key
        assert f"\n  {parameter.key}: " in page, parameter.key
    assert all(f"[{number}] " in page for number in range(1, len(FORMULAS[key].cites) + 1))


def test_the_terms_read_as_published() -> None:
    page = entry("MELD 3.0")
    for term in (
        "+ 4.56 × ln(bilirubin)",
        "- 0.24 × (137 - sodium) × ln(bilirubin)",
        "- 1.83 × (3.5 - albumin) × ln(creatinine)",
        "creatinine: the last creatinine in the last 7 days, in mg/dL (of 88.402 µmol/L), at least 1, at most 3; ",
        "at most 3; 3 instead after 2 or more sessions",
    ):
        assert term in page
    assert "- 0.033 × (137 - sodium) × MELD, if MELD is over 11" in entry("MELD-Na")
    assert "grade 1 up to -2.6, else grade 2a up to -2.27, else grade 2b up to -1.39, else grade 3" in entry("mALBI")


def test_a_sites_number_is_the_one_that_is_read() -> None:
    own = SHELF.nudged("meld-na-over", Fraction(15))
    assert any("if MELD is over 15" in text for _, text in lines(FORMULAS["MELD-Na"], own.parameters))


def test_the_same_for_a_program() -> None:
    found = manual.find(SHELF, "meld")
    assert found is not None
    assert "+ 11.2 × ln(INR)" in manual.entry_json(SHELF, found)["formula"]
    other = manual.find(SHELF, "NEWS2")
    assert other is not None
    assert manual.entry_json(SHELF, other)["formula"] == []


def test_a_score_by_hand_is_told_with_its_decimals_inputs_and_caution() -> None:
    albi = by_hand.score(score("ALBI", {"bilirubin": "10", "albumin": "38.36"}), SHELF)
    assert albi.startswith("ALBI  -2.60 (grade 1)")
    inputs = {
        "bilirubin": "20mg/dL",
        "inr": "15",
        "creatinine": "9mg/dL",
        "sodium": "120",
        "albumin": "25",
        "sex": "female",
    }
    told = by_hand.score(score("MELD 3.0", inputs), SHELF)
    assert told.startswith("MELD 3.0  40 (uncapped 59)")
    assert "  creatinine               3 mg/dL\n" in told
    assert "descriptive only: no cirrhosis is recorded" in told


def test_a_grading_by_hand_is_told_with_what_was_measured_for_it() -> None:
    given = {"creatinine": "2mg/dL", "baseline-creatinine": "80", "alt": "50"}
    told = by_hand.score(score("KDIGO", given), SHELF)
    assert "  creatinine               176.804 µmol/L\n" in told
    assert "  baseline-creatinine      80 µmol/L\n" in told
    assert "takes: creatinine, baseline-creatinine" in told
    assert "not used: alt\n" in told
    assert "  sequelae                 mild\n" in by_hand.score(score("SIR", {"sequelae": "mild"}), SHELF)
    assert by_hand.score_json(score("SOFA-2", given))["note"]
