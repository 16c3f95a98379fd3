"""qSOFA against two other implementations that agree on every row: clincalc 0.4.0 and vitalscore 0.1.1."""

from __future__ import annotations

import pytest

from tests.criteria.scores.rows import LEAST, Table, by_words, compact, table

CLINCALC = compact(
    "qSOFA",
    "clincalc 0.4.0 and vitalscore 0.1.1",
    "respiratory-rate systolic-pressure gcs",
    """
    16,120,15->0 · 21,120,15->0 · 22,120,15->1 · 23,120,15->1 · 16,101,15->0 · 16,100,15->1 · 16,99,15->1
    16,120,14->1 · 16,120,13->1 · 16,120,3->1 · 22,100,15->2 · 22,101,14->2 · 21,100,14->2 · 22,100,14->3
    30,80,3->3 · 24,90,15->2 · 26,95,15->2 · 24,96,14->3 · 8,120,15->0 · 24,95,13->3 · 21,101,15->0 · 40,130,15->1
    """,
)
OWN = table(
    "qSOFA",
    "the published rule: altered mentation however it is told; a missing part leaves 0 or 1",
    """
    respiratory-rate=21.5 systolic-pressure=120 gcs=15 -> 0
    respiratory-rate=16 systolic-pressure=120 consciousness=A -> 0
    respiratory-rate=16 systolic-pressure=120 consciousness=C -> 1
    respiratory-rate=16 systolic-pressure=120 consciousness=V -> 1
    respiratory-rate=16 systolic-pressure=120 consciousness=A confusion=present -> 1
    respiratory-rate=16 systolic-pressure=120 confusion=absent -> 0..1
    respiratory-rate=30 systolic-pressure=80 -> 2..3
    respiratory-rate=16 -> 0..2
    alt=40 -> missing
    """,
)
TABLES = (CLINCALC, OWN)


@pytest.mark.parametrize("tried", TABLES, ids=lambda tried: tried.source)
def test_qsofa_agrees(tried: Table) -> None:
    assert tried.quarrels() == []


def test_enough_is_tried() -> None:
    assert len(CLINCALC.rows) >= LEAST


def test_the_change_from_before_is_told() -> None:
    now = "respiratory-rate=24 systolic-pressure=96 gcs=14"
    old = "baseline-respiratory-rate=18 baseline-systolic-pressure=120 baseline-gcs=14"
    found = by_words(f"{now} {old}", "qSOFA")
    assert found.before is not None
    assert found.change is not None
    assert (found.value, found.before.low, found.change.low) == (3, 1, 2)


def test_a_baseline_that_lacks_a_part_leaves_the_change_open() -> None:
    found = by_words("respiratory-rate=24 systolic-pressure=96 gcs=14 baseline-systolic-pressure=120", "qSOFA")
    assert found.change is not None
    assert (found.change.low, found.change.high) == (1, 3)
    assert by_words("respiratory-rate=24 systolic-pressure=96 gcs=14", "qSOFA").change is None
