"""SOFA against clincalc 0.4.0 (PyPI), and doses and urine against the rules of ricu and mimic-code's sofa.sql.

The ratio is given as a PaO2 on pure oxygen. Circulation is told by a drug and dose that make the points of the source.
"""

from __future__ import annotations

import pytest

from tests.criteria.scores.rows import LEAST, Table, by_words, table

_CIRCULATION = {
    "0": "mean-pressure=70",
    "1": "mean-pressure=69",
    "2": "mean-pressure=80 dobutamine=1",
    "3": "mean-pressure=80 noradrenaline=0.1",
    "4": "mean-pressure=80 noradrenaline=0.11",
}
_CLINCALC = """
450,n,250,0.5,0,15,0.8->0 · 400,n,150,1.1,0,15,1.1->0 · 399,n,149,1.2,1,14,1.2->6 · 300,n,100,1.9,1,13,1.9->6
299,n,99,2.0,2,12,2.0->12 · 200,n,50,5.9,2,10,3.4->12 · 199,n,49,6.0,3,9,3.5->17 · 199,y,20,11.9,3,6,4.9->18
100,y,19,12.0,4,5,5.0->23 · 99,y,10,15,4,3,6->24 · 99,n,10,15,4,3,6->22 · 150,y,80,7.0,3,11,4.0->16
180,n,80,3.0,1,13,2.5->10 · 250,y,180,0.8,0,15,0.9->2 · 350,n,120,2.4,0,15,1.0->4 · 420,n,210,3.4,0,15,1.0->2
320,n,90,1.3,1,14,1.5->7 · 90,y,60,2.2,4,8,2.9->17 · 500,n,300,12.5,0,15,1.0->4 · 280,n,140,4.1,0,14,1.3->7
60,n,250,0.5,0,15,0.8->2 · 260,y,45,0.6,2,15,5.2->11
"""


def clincalc() -> str:
    """The rows as values by hand."""
    lines = []
    for row in _CLINCALC.replace("·", "\n").strip().splitlines():
        values, _, expected = row.strip().partition("->")
        ratio, support, platelets, bilirubin, circulation, gcs, creatinine = values.split(",")
        lines.append(
            f"pao2={ratio} fio2=100 ventilation={'yes' if support == 'y' else 'no'} platelets={platelets} "
            f"bilirubin={bilirubin}mg/dL {_CIRCULATION[circulation]} gcs={gcs} creatinine={creatinine}mg/dL "
            f"-> {expected}"
        )
    return "\n".join(lines)


WELL = "pao2=450 fio2=100 platelets=250 bilirubin=0.5mg/dL mean-pressure=80 gcs=15 creatinine=0.8mg/dL"
CLINCALC = table("SOFA", "clincalc 0.4.0", clincalc())
DOSES = table(
    "SOFA",
    "the doses of ricu's sofa_cardio and mimic-code's sofa.sql",
    """
    mean-pressure=70 -> 0
    mean-pressure=69 -> 1
    mean-pressure=69.99 -> 1
    dopamine=0 -> 0
    dopamine=5 -> 2
    dopamine=5.01 -> 3
    dopamine=5.1 -> 3
    dopamine=15 -> 3
    dopamine=15.01 -> 4
    dopamine=15.1 -> 4
    dobutamine=0 -> 0
    dobutamine=1 -> 2
    adrenaline=0 -> 0
    adrenaline=0.01 -> 3
    adrenaline=0.1 -> 3
    adrenaline=0.11 -> 4
    noradrenaline=0 -> 0
    noradrenaline=0.01 -> 3
    noradrenaline=0.1 -> 3
    noradrenaline=0.11 -> 4
    mean-pressure=60 noradrenaline=0.05 -> 3
    mean-pressure=60 noradrenaline=0 -> 1
    noradrenaline=0.05 dopamine=16 -> 4
    vasopressor=yes -> 2..4
    vasopressor=yes noradrenaline=0.05 -> 3
    """,
    WELL,
)
OTHERS = table(
    "SOFA",
    "mimic-code's urine limits, the printed edges in umol/L, and what air and missing parts leave",
    """
    urine-output=500mL/24.h -> 0
    urine-output=499mL/24.h -> 3
    urine-output=200mL/24.h -> 3
    urine-output=199mL/24.h -> 4
    urine-output=600mL/24.h creatinine=3.5mg/dL -> 3
    bilirubin=20.52 -> 0
    bilirubin=20.53 -> 1
    bilirubin=34.20 -> 1
    bilirubin=34.21 -> 2
    bilirubin=102.62 -> 2
    bilirubin=102.63 -> 3
    bilirubin=205.24 -> 3
    bilirubin=205.25 -> 4
    creatinine=106 -> 0
    creatinine=107 -> 1
    creatinine=176.8 -> 1
    creatinine=176.81 -> 2
    creatinine=309.40 -> 2
    creatinine=309.41 -> 3
    creatinine=442 -> 3
    creatinine=442.01 -> 4
    pao2=399.99 -> 1
    pao2=200 ventilation=yes -> 2
    pao2=199.99 ventilation=yes -> 3
    pao2=100 ventilation=yes -> 3
    pao2=99.99 ventilation=yes -> 4
    pao2=84 fio2=21 -> 0
    pao2=83.99 fio2=21 -> 1
    """,
    WELL,
)
PARTIAL = table(
    "SOFA",
    "a known-answer test of a public calculator for platelets alone; air; every missing organ 0 to 4",
    """
    platelets=40 -> 3..23
    pao2=84 oxygen=no -> 0..20
    pao2=83.99 oxygen=no -> 1..21
    pao2=84 oxygen=yes -> missing
    pao2=60 -> missing
    temperature=38 -> missing
    platelets=150 bilirubin=1.1mg/dL creatinine=1.1mg/dL -> 0..12
    """,
)
BEFORE = table(
    "SOFA",
    "the same table, of the patient's own baselines",
    """
    baseline-platelets=90 -> 0 was 2..22
    baseline-bilirubin=2.0mg/dL -> 0 was 2..22
    baseline-creatinine=5.0mg/dL -> 0 was 4..24
    baseline-mean-pressure=60 -> 0 was 1..21
    baseline-gcs=13 -> 0 was 1..21
    baseline-pao2=150 baseline-fio2=100 -> 0 was 2..22
    """,
    WELL,
)
TABLES = (CLINCALC, DOSES, OTHERS, PARTIAL, BEFORE)


@pytest.mark.parametrize("tried", TABLES, ids=lambda tried: tried.source)
def test_sofa_agrees(tried: Table) -> None:
    assert tried.quarrels() == []


def test_enough_is_tried() -> None:
    assert len(CLINCALC.rows) >= LEAST


def test_the_rise_over_a_whole_baseline_is_exact() -> None:
    old = (
        "baseline-pao2=450 baseline-fio2=100 baseline-platelets=120 baseline-bilirubin=1.3mg/dL "
        "baseline-mean-pressure=80 baseline-gcs=15 baseline-creatinine=0.8mg/dL"
    )
    found = by_words(f"{WELL} {old} bilirubin=6mg/dL platelets=60", "SOFA")
    assert found.change is not None
    assert (found.value, found.change.low, found.change.high) == (5, 3, 3)


def test_the_parts_and_what_is_missing_are_named() -> None:
    found = by_words("platelets=40 bilirubin=2.5mg/dL", "SOFA")
    assert found.missing == ("brain", "circulation", "kidney", "lungs")
    assert found.parts["platelets"] is not None
    assert found.parts["platelets"].low == 3
    assert not found.complete
