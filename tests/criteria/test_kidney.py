"""KDIGO stages against value sets of other programs: mimic-code, clinPK, EASYICU, epocakir and pyAKI.

Creatinine in mg/dL as they print it. Where one of them departs from the guideline's text its row is left out.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from sequela.criteria import shelf
from sequela.criteria.kidney.definition import STAGE_1, STAGE_2, STAGE_3
from sequela.criteria.patients import START, patient_of, seconds
from sequela.engine.reference import Evaluator

MG_DL = Decimal("88.402")
STAGES = ((3, STAGE_3), (2, STAGE_2), (1, STAGE_1))


def stage(facts: list[str], instant: str) -> int:
    """The highest stage that holds, whatever stays open above it."""
    entry = {"name": "-", "definition": "kidney-worse", "kind": "in", "facts": facts, "expect": ["0h true"], "why": "-"}
    now = Evaluator(patient_of(entry, "kidney", 0).course, shelf().parameters, START + seconds(instant))
    return next((number for number, sentence in STAGES if now.truth(sentence).truth is True), 0)


def creatinine(value: str, instant: str) -> str:
    return f"creatinine {Decimal(value) * MG_DL} @ {instant}"


@pytest.mark.parametrize(
    ("now", "lowest_48_h", "lowest_7_d", "expected"),
    [
        # mimic-code, kdigo_stages.sql
        ("1.0", "1.0", "1.0", 0), ("1.29", "1.0", "1.0", 0), ("1.3", "1.0", "1.0", 1), ("1.31", "1.0", "1.0", 1),
        ("1.49", "1.3", "1.0", 0), ("1.5", "1.3", "1.0", 1), ("1.99", "1.9", "1.0", 1), ("2.0", "1.9", "1.0", 2),
        ("2.99", "2.8", "1.0", 2), ("3.0", "2.8", "1.0", 3), ("4.2", "3.95", "2.7", 3), ("4.1", "4.0", "3.9", 0),
        ("3.9", "3.6", "3.5", 1), ("2.5", "2.0", "1.8", 1),
        # clinPK
        ("0.45", "0.4", "0.3", 1), ("1.9", "1.7", "0.9", 2), ("6", "5.8", "2", 3),
        # EASYICU, kdigo_aki_2012.json
        ("4.0", "3.7", "3.0", 3), ("4.0", "3.71", "3.0", 0), ("4.5", "4.0", "4.0", 3),
    ],
)  # fmt: skip
def test_a_creatinine_against_the_lowest_of_two_days_and_of_seven(
    now: str, lowest_48_h: str, lowest_7_d: str, expected: int
) -> None:
    facts = [creatinine(lowest_7_d, "9d"), creatinine(lowest_48_h, "13d"), creatinine(now, "14d")]
    assert stage(facts, "14d") == expected


@pytest.mark.parametrize(("now", "expected"), [("2.0", 0), ("2.5", 1), ("3.0", 2), ("3.5", 2), ("4.0", 3), ("4.5", 3)])
def test_a_creatinine_against_the_patients_own(now: str, expected: int) -> None:
    # epocakir, test-aki.R, baseline 1.5
    assert stage([creatinine("1.5", "-24h"), creatinine(now, "100h")], "100h") == expected


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        ((("2.0", 0), ("2.5", 24), ("3.0", 48)), (0, 1, 1)),
        ((("3.4", 0), ("3.65", 30), ("3.9", 60)), (0, 0, 0)),
        ((("3.3", 0), ("3.4", 12), ("3.5", 24)), (0, 0, 0)),
    ],
)
def test_a_rise_within_two_days(series: tuple[tuple[str, int], ...], expected: tuple[int, ...]) -> None:
    # epocakir, test-aki.R, the 48-hour rule
    facts = [creatinine(value, f"{240 + hour}h") for value, hour in series]
    assert tuple(stage(facts, f"{240 + hour}h") for _, hour in series) == expected


@pytest.mark.parametrize(
    ("rate", "hours", "expected"),
    [
        ("0", 12, {1: 0, 5: 0, 6: 1, 11: 1, 12: 3}),
        ("0.25", 24, {1: 0, 5: 0, 6: 1, 11: 1, 12: 2, 23: 2, 24: 3}),
    ],
)
def test_urine_by_weight(rate: str, hours: int, expected: dict[int, int]) -> None:
    # pyAKI, test_urineoutput_probes.py (100 kg, hourly); here the hour in which it began has an entry of its own.
    facts = [f"urine-output-by-weight {rate} @ {100 + hour}h" for hour in range(hours + 1)]
    assert {hour: stage(facts, f"{100 + hour}h") for hour in expected} == expected
