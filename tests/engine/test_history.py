"""The fast engine is judged by the reference, on random sentences over random courses."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from sequela.logic.nodes import REGISTRY
from tests.engine.judging import misjudged, misremembered, quarrels
from tests.engine.trials import MET, SITUATIONS, met, trial

EACH = 150
"""Trials in a block."""
BLOCKS = [*range(6), *(pytest.param(block, marks=pytest.mark.slow) for block in range(6, 60))]
AROUND = 12
"""Change points of a sentence around which the judge asks."""


@pytest.mark.parametrize("block", BLOCKS)
def test_the_fast_engine_says_what_the_reference_says(block: int) -> None:
    found = []
    for seed in range(block * EACH, (block + 1) * EACH):
        asked, random = trial(seed), Random(seed)
        MET.update(met(asked))
        found += list(quarrels(asked, random))
        found += list(misremembered(asked, random, AROUND))
        found += list(misjudged(asked, random, AROUND))
    assert found[:3] == []


def test_every_node_and_every_situation_is_tried() -> None:
    found: Counter[str] = Counter()
    for seed in range(6 * EACH):
        found.update(met(trial(seed)))
    assert {name: found[name] for name in (*REGISTRY, *SITUATIONS) if found[name] < 20} == {}
