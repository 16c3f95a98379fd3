"""West Haven: a charted grade stands; signs leave the bounds that the project reads from the table of EASL/AASLD 2014.

There is no other implementation to agree with: the rows restate the reading, apart from the shelf.
"""

from __future__ import annotations

import pytest

from tests.criteria.scores.rows import LEAST, Table, by_words, table

READING = table(
    "West-Haven",
    "the table of EASL/AASLD 2014 and the project's reading of signs",
    """
    west-haven=0 -> 0
    west-haven=1 -> 1
    west-haven=2 -> 2
    west-haven=3 -> 3
    west-haven=4 -> 4
    west-haven=2 gcs=15 -> 2
    west-haven=0 confusion=present -> 0
    asterixis=present -> 1..2
    confusion=present -> 1..3
    drowsiness=present -> missing
    hepatic-encephalopathy=present -> 1..4
    hepatic-encephalopathy=absent -> 0
    gcs=15 -> 0..1
    gcs=14 -> 0..3
    gcs=13 -> missing
    hepatic-encephalopathy=present gcs=9 -> 1..4
    hepatic-encephalopathy=present gcs=8 -> 3..4
    hepatic-encephalopathy=present gcs=6 -> 3..4
    hepatic-encephalopathy=present gcs=5 -> 4
    hepatic-encephalopathy=present gcs=3 -> 4
    consciousness=A -> 0..2
    consciousness=V -> missing
    hepatic-encephalopathy=present consciousness=U -> 4
    hepatic-encephalopathy=present consciousness=P -> 1..4
    ammonia=120 -> missing
    """,
)
TABLES = (READING,)


@pytest.mark.parametrize("tried", TABLES, ids=lambda tried: tried.source)
def test_west_haven_agrees(tried: Table) -> None:
    assert tried.quarrels() == []


def test_enough_is_tried() -> None:
    assert len(READING.rows) >= LEAST


def test_the_change_from_before_is_told() -> None:
    found = by_words("west-haven=3 baseline-west-haven=1", "West-Haven")
    assert found.label == "grade 3"
    assert found.change is not None
    assert (found.change.low, found.change.high) == (2, 2)
