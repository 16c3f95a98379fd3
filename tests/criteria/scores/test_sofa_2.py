"""SOFA-2 against the test vectors of EASYICU's clinical specs; further edges restate the table of clifpy's notes.

Organs are tried one by one: with the others ordinary, the points of the organ are the score.
"""

from __future__ import annotations

import pytest

from tests.criteria.scores.rows import LEAST, Table, table

WELL = "pao2=450 fio2=100 platelets=250 bilirubin=0.5mg/dL mean-pressure=80 gcs=15 creatinine=0.8mg/dL"
EASYICU = table(
    "SOFA-2",
    "EASYICU tests/clinical_specs/sofa2_*_2025",
    """
    pao2=350 -> 0
    pao2=250 -> 1
    pao2=200 -> 2
    pao2=140 ventilation=yes -> 3
    platelets=151 -> 0
    platelets=150 -> 1
    platelets=100 -> 2
    platelets=80 -> 3
    platelets=50 -> 4
    bilirubin=1.2mg/dL -> 0
    bilirubin=1.21mg/dL -> 1
    bilirubin=3.01mg/dL -> 2
    bilirubin=6.01mg/dL -> 3
    bilirubin=12.01mg/dL -> 4
    mean-pressure=75 -> 0
    mean-pressure=65 -> 1
    mean-pressure=75 noradrenaline=0.1 dopamine=5 -> 3
    mean-pressure=75 noradrenaline=0.3 dobutamine=1 -> 4
    mean-pressure=75 dopamine=50 dobutamine=1 -> 2
    creatinine=1.0mg/dL -> 0
    creatinine=1.3mg/dL -> 1
    creatinine=2.1mg/dL -> 2
    creatinine=3.6mg/dL -> 3
    renal-replacement=yes creatinine=1.0mg/dL -> 4
    gcs=15 -> 0
    gcs=14 -> 1
    """,
    WELL,
)
EDGES = table(
    "SOFA-2",
    "the table as clifpy's dev/docs/sofa2.md transcribes it",
    """
    pao2=300.01 -> 0
    pao2=300 -> 1
    pao2=225.01 -> 1
    pao2=225 -> 2
    pao2=150 -> 2
    pao2=75 -> 2
    pao2=150.01 ventilation=yes -> 2
    pao2=150 ventilation=yes -> 3
    pao2=150 high-flow-oxygen=yes -> 3
    pao2=75.01 ventilation=yes -> 3
    pao2=75 ventilation=yes -> 4
    mean-pressure=70 -> 0
    mean-pressure=69 -> 1
    mean-pressure=69.99 -> 1
    noradrenaline=0.01 -> 2
    noradrenaline=0.2 -> 2
    noradrenaline=0.21 -> 3
    adrenaline=0.2 -> 2
    adrenaline=0.21 -> 3
    noradrenaline=0.2 adrenaline=0.2 -> 3
    noradrenaline=0.4 -> 3
    noradrenaline=0.41 -> 4
    noradrenaline=0.3 adrenaline=0.11 -> 4
    noradrenaline=0.1 dobutamine=2 -> 3
    noradrenaline=0.2 dobutamine=2 -> 3
    noradrenaline=0.21 dobutamine=2 -> 4
    noradrenaline=0.3 dopamine=2 -> 4
    noradrenaline=0 mean-pressure=65 -> 1
    dobutamine=2 -> 2
    dopamine=20 -> 2
    dopamine=21 -> 3
    dopamine=20.01 -> 3
    dopamine=40 -> 3
    dopamine=40.01 -> 4
    dopamine=41 -> 4
    dopamine=0.01 dobutamine=0 -> 2
    vasopressor=yes -> 2..4
    vasopressor=yes mean-pressure=60 noradrenaline=0.1 -> 2
    bilirubin=3.0mg/dL -> 1
    bilirubin=6.0mg/dL -> 2
    bilirubin=12.0mg/dL -> 3
    creatinine=1.2mg/dL -> 0
    creatinine=2.0mg/dL -> 1
    creatinine=2.01mg/dL -> 2
    creatinine=3.5mg/dL -> 2
    creatinine=3.51mg/dL -> 3
    creatinine=1.2mg/dL potassium=6.5 -> 0
    creatinine=1.21mg/dL potassium=6.0 -> 4
    creatinine=1.21mg/dL potassium=5.9 -> 1
    creatinine=1.21mg/dL potassium=6.1 -> 4
    gcs=13 -> 1
    gcs=12 -> 2
    gcs=9 -> 2
    gcs=8 -> 3
    gcs=6 -> 3
    gcs=5 -> 4
    gcs=3 -> 4
    platelets=50.01 -> 3
    platelets=80.01 -> 2
    platelets=100.01 -> 1
    platelets=150.01 -> 0
    """,
    WELL,
)
SATURATION = table(
    "SOFA-2",
    "the row for saturation, where there is no blood gas and the saturation is under 98 %",
    """
    spo2=90 fio2=29.9 -> 0
    spo2=90 fio2=30 -> 1
    spo2=90.2 fio2=30 -> 0
    spo2=75 fio2=29.9 -> 1
    spo2=75 fio2=30 -> 2
    spo2=80 fio2=40 ventilation=yes -> 3
    spo2=80 fio2=39.9 ventilation=yes -> 2
    spo2=60 fio2=50 ventilation=yes -> 4
    spo2=60 fio2=49.9 ventilation=yes -> 3
    spo2=60 fio2=50 -> 2
    spo2=97 fio2=50 -> 2
    spo2=97.9 fio2=60 -> 2
    spo2=98 fio2=60 -> 0..4
    spo2=63 oxygen=no -> 1
    spo2=64 oxygen=no -> 0
    spo2=97 -> 0..4
    spo2=99 pao2=220 fio2=100 -> 2
    """,
    "platelets=250 bilirubin=0.5mg/dL mean-pressure=80 gcs=15 creatinine=0.8mg/dL",
)
WHOLE = table(
    "SOFA-2",
    "the total of EASYICU's organ vectors, and the same table of the patient's own baselines",
    """
    gcs=14 pao2=250 noradrenaline=0.5 bilirubin=6.01mg/dL creatinine=2.1mg/dL platelets=100 -> 13
    baseline-platelets=90 -> 0 was 2..22
    baseline-bilirubin=3.1mg/dL -> 0 was 2..22
    baseline-creatinine=4mg/dL -> 0 was 3..23
    baseline-mean-pressure=60 -> 0 was 1..21
    baseline-gcs=8 -> 0 was 3..23
    baseline-pao2=60 baseline-fio2=100 -> 0 was 2..22
    """,
    WELL,
)
TABLES = (EASYICU, EDGES, SATURATION, WHOLE)


@pytest.mark.parametrize("tried", TABLES, ids=lambda tried: tried.source)
def test_sofa_2_agrees(tried: Table) -> None:
    assert tried.quarrels() == []


def test_enough_is_tried() -> None:
    assert len(EASYICU.rows) >= LEAST
