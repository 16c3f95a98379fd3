"""KDIGO stages against mimic-code, clinPK, EASYICU, epocakir and pyAKI, whose tests and rules made these rows.

Creatinine is in mg/dL as they give it, on day 8 so that a baseline of our own does not speak; urine is charted and
enough unless a row is about it. Where mimic-code's shortcut for stage 3 fails (4.5 after 4.0), EASYICU is followed.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from sequela.criteria import shelf
from sequela.criteria.patients import WorkedPatient, patient_of
from tests.criteria.running import answer
from tests.criteria.scores.rows import LEAST, by_words

SHELF = shelf()
UMOL_PER_MG = Fraction("88.402")
ENOUGH = "urine-output-by-weight 1.0"
SERIES = {
    "mimic-code kdigo_stages.sql": """
        1.0,1.0,1.0->0 · 1.29,1.0,1.0->0 · 1.3,1.0,1.0->1 · 1.31,1.0,1.0->1 · 1.49,1.3,1.0->0 · 1.5,1.3,1.0->1
        1.99,1.9,1.0->1 · 2.0,1.9,1.0->2 · 2.99,2.8,1.0->2 · 3.0,2.8,1.0->3 · 4.2,3.95,2.7->3 · 4.1,4.0,3.9->0
        3.9,3.6,3.5->1 · 2.5,2.0,1.8->1
    """,
    "clinPK tests": "0.45,0.4,0.3->1 · 1.9,1.7,0.9->2 · 6,5.8,2->3",
    "EASYICU kdigo_aki_2012": "4.0,3.7,3.0->3 · 4.0,3.71,3.0->0 · 4.5,4.0,4.0->3",
    "pyAKI test_creatinine_probes": "1.3,1.0,1.0->1 · 6,1.0,1.0->3 · 1.5,1.0,1.0->1 · 2.0,1.0,1.0->2 · 3.0,1.0,1.0->3",
}
"""Now, the lowest of the 48 hours before, the lowest of the 7 days before; and the stage."""
RATIOS = "2.0->0 · 2.5->1 · 3.0->2 · 3.5->2 · 4.0->3 · 4.5->3"
"""Over a baseline of 1.5, the rise being older than 48 hours (epocakir tests/testthat/test-aki.R)."""
RISES = (
    ((0, "2.0"), (24, "2.5"), (48, "3.0"), "1"),
    ((0, "3.4"), (30, "3.65"), (60, "3.9"), "0"),
    ((0, "3.3"), (12, "3.4"), (24, "3.5"), "0"),
)
"""Hours and values, and the stage at the last (epocakir, the 48-hour rule)."""


def umol(value: str) -> str:
    """A creatinine of mg/dL in our unit."""
    return f"{float(Fraction(value) * UMOL_PER_MG):.5f}"


def staged(name: str, facts: list[str], when: str, stage: str) -> WorkedPatient:
    """A course whose stage is asked at one instant."""
    entry = {"name": name, "score": "KDIGO", "kind": "near miss", "facts": facts, "expect": [f"{when} {stage}"]}
    return patient_of({**entry, "why": name}, "kidney", 0)


def series(source: str) -> list[WorkedPatient]:
    found = []
    for row in SERIES[source].replace("·", "\n").strip().splitlines():
        values, _, stage = row.strip().partition("->")
        now, two_days, week = values.split(",")
        facts = [
            f"creatinine {umol(week)} @ 92h",
            f"creatinine {umol(two_days)} @ 162h",
            f"creatinine {umol(now)}, {ENOUGH} @ 192h",
        ]
        found.append(staged(f"{source}: {values}", facts, "192h", stage))
    return found


def ratios() -> list[WorkedPatient]:
    found = []
    for row in RATIOS.split("·"):
        now, _, stage = row.strip().partition("->")
        facts = [f"creatinine {umol('1.5')} @ -1h", f"creatinine {umol(now)}, {ENOUGH} @ 72h"]
        found.append(staged(f"epocakir: {now} over 1.5", facts, "72h", stage))
    return found


def rises() -> list[WorkedPatient]:
    found = []
    for *values, stage in RISES:
        facts = [f"creatinine {umol(value)}, {ENOUGH} @ {200 + hours}h" for hours, value in values]  # type: ignore[misc]
        found.append(staged(f"epocakir: {values}", facts, f"{200 + values[-1][0]}h", stage))  # type: ignore[operator]
    return found


def urine(rate: str, hours: int, stage: str) -> WorkedPatient:
    """So much urine in mL/kg/h for so many whole hours (pyAKI tests/probes/test_urineoutput_probes.py)."""
    charted = " ".join(f"{200 + hour}h" for hour in range(hours + 1))
    facts = ["creatinine 70 @ 150h", f"urine-output-by-weight {rate} @ {charted}", f"creatinine 70 @ {200 + hours}h"]
    return staged(f"pyAKI: {rate} mL/kg/h for {hours} h", facts, f"{200 + hours}h", stage)


URINE = (
    *(urine("0", hours, stage) for hours, stage in ((1, "0"), (5, "0"), (6, "1"), (11, "1"), (12, "3"))),
    *(urine("0.25", hours, stage) for hours, stage in ((5, "0"), (6, "1"), (11, "1"), (12, "2"), (23, "2"), (24, "3"))),
    *(urine("0.4", hours, stage) for hours, stage in ((12, "2"), (24, "2"))),
    urine("0.5", 24, "0"),
)
EVERY = (*(patient for source in SERIES for patient in series(source)), *ratios(), *rises(), *URINE)


@pytest.mark.parametrize("patient", EVERY, ids=lambda patient: patient.name)
def test_kdigo_agrees(patient: WorkedPatient) -> None:
    (expected,) = patient.expect
    assert answer(patient, SHELF, expected.offset) == expected.answer


def test_enough_is_tried() -> None:
    assert len(EVERY) >= LEAST


def test_by_hand_with_a_baseline_of_a_day_before() -> None:
    found = by_words("creatinine=2.0mg/dL baseline-creatinine=1.0mg/dL urine-output-by-weight=1", "KDIGO")
    assert (found.value, found.label) == (2, "stage 2")
    assert by_words("creatinine=2.0mg/dL baseline-creatinine=1.0mg/dL", "KDIGO").low == 2
    assert by_words("creatinine=1.3mg/dL", "KDIGO").value is None


def test_renal_replacement_is_stage_3() -> None:
    words = "creatinine=1.1mg/dL baseline-creatinine=1.0mg/dL urine-output-by-weight=1"
    assert by_words(f"{words} renal-replacement=yes", "KDIGO").value == 3
