"""SIRS against the cases of mimic-code (mimic-iv/concepts/score/sirs.sql), worked out row by row."""

from __future__ import annotations

import pytest

from tests.criteria.scores.rows import LEAST, Table, by_words, compact, table

MIMIC = compact(
    "SIRS",
    "the CASE rules of mimic-code sirs.sql",
    "temperature heart-rate respiratory-rate paco2 wbc bands:%",
    """
    37.0,80,16,-,8.0,-->0
    38.0,90,20,32,12.0,10->0
    38.1,90,20,32,12.0,10->1
    38.0,91,20,32,12.0,10->1
    38.0,90,21,32,12.0,10->1
    38.0,90,20,31.9,12.0,10->1
    38.0,90,20,32,12.1,10->1
    38.0,90,20,32,12.0,11->1
    36.0,90,20,32,4.0,10->0
    35.9,90,20,32,4.0,10->1
    36.0,90,20,32,3.9,10->1
    38.5,95,22,-,14,-->4
    38.0,74,50,-,15.76,-->2
    38.9,98,17,-,10.5,-->2
    38.8,112,26,-,15.4,-->4
    35.0,60,30,28,2.0,0->3
    39.0,91,12,-,11.9,12->3
    38.4,92,18,-,12.6,-->3
    37.5,88,18,31,9.0,-->1
    -,95,22,-,13,-->3..4
    37,80,-,30,8,-->1
    -,-,-,-,-,-->missing
    """.replace("-->", "- ->"),
)
ALONE = table(
    "SIRS",
    "the published rule, one way of meeting a criterion measured alone",
    """
    paco2=31.99 wbc=8 -> 1
    paco2=32 wbc=8 -> 0
    respiratory-rate=16 bands=10% -> 0
    respiratory-rate=16 bands=10.1% -> 1
    """,
    "temperature=37 heart-rate=80",
)
TABLES = (MIMIC, ALONE)


@pytest.mark.parametrize("tried", TABLES, ids=lambda tried: tried.source)
def test_sirs_agrees(tried: Table) -> None:
    assert tried.quarrels() == []


def test_enough_is_tried() -> None:
    assert len(MIMIC.rows) >= LEAST


def test_paco2_in_kilopascal() -> None:
    assert by_words("temperature=37 heart-rate=80 paco2=4.2kPa wbc=8", "SIRS").value == 1
    assert by_words("temperature=37 heart-rate=80 paco2=4.3kPa wbc=8", "SIRS").value == 0


def test_the_syndrome_alone_is_told_as_a_change() -> None:
    now = "temperature=38.4 heart-rate=92 respiratory-rate=18 wbc=12.6"
    old = "baseline-temperature=36.6 baseline-heart-rate=95 baseline-respiratory-rate=16 baseline-wbc=7"
    found = by_words(f"{now} {old}", "SIRS")
    assert found.change is not None
    assert (found.value, found.change.low, found.change.high) == (3, 2, 2)
