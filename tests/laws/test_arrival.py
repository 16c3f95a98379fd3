"""Laws of arrival: order, repeats, the calendar and the unit of a result change nothing."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequela.course.catalogue import catalogue
from sequela.course.facts import settle
from sequela.engine.reference import Evaluator
from tests.laws import sentences
from tests.laws.courses import GRID, START, STEPS, examples, instants, raw
from tests.laws.histories import history

SEEDS = st.integers(0, 2**32 - 1)
END = START + GRID * (STEPS + 30)
FOUR_CENTURIES = 146_097 * 86_400
"""The calendar repeats: whoever is 61 now is 61 then."""
UNITS = [
    (key, unit) for key, kind in sorted(catalogue().kinds.items()) if not kind.values for unit in kind.table.units()
]


@given(SEEDS)
@examples(600)
def test_order_of_arrival_and_repeats_alter_nothing(seed: int) -> None:
    random = Random(seed)
    made = raw(random)
    arrived = [*made.versions, *random.choices(made.versions or [], k=len(made.versions) and 3)]
    random.shuffle(arrived)
    assert settle(arrived) == settle(made.versions)
    # One fact's versions may also come as copies, not as the same object.
    assert settle(replace(version) for version in arrived) == settle(made.versions)


@given(SEEDS)
@examples(600)
def test_what_is_settled_stays_so(seed: int) -> None:
    settled = settle(raw(Random(seed)).versions)
    for first in settled:
        rivals = [other for other in settled if other.fact == first.fact and other is not first]
        for instant in (first.known_from, first.at, (first.known_until or first.known_from + GRID) - 1):
            assert not (first.visible(instant) and any(rival.visible(instant) for rival in rivals))


@given(SEEDS, st.sampled_from((FOUR_CENTURIES, -FOUR_CENTURIES, 2 * FOUR_CENTURIES)))
@examples(400)
def test_another_century_alters_nothing(seed: int, by: int) -> None:
    random = Random(seed)
    made, statement, number = raw(random), sentences.statement(random), sentences.quantity(random)
    shelf = {**sentences.parameters(statement), **sentences.parameters(number)}
    for instant in instants(random, 3):
        here = Evaluator(made.course(), shelf, instant)
        there = Evaluator(made.shifted(by).course(), shelf, instant + by)
        assert here.truth(statement).truth is there.truth(statement).truth
        assert here.value(number).interval == there.value(number).interval


@given(SEEDS, st.integers(-10_000_000, 10_000_000))
@examples(400)
def test_another_hour_alters_no_history(seed: int, by: int) -> None:
    random = Random(seed)
    made, statement = replace(raw(random), birth=None), sentences.statement(random)
    here = history(made.course(), statement, END).trace(statement)
    there = history(made.shifted(by).course(), statement, END + by).trace(statement)
    assert [(begin + by, truth) for begin, truth in here] == there


@pytest.mark.parametrize(("key", "unit"), UNITS)
def test_the_unit_of_a_result_alters_nothing(key: str, unit: str) -> None:
    kind = catalogue().kinds[key]
    offset = kind.convert(Fraction(0), unit)
    factor = kind.convert(Fraction(1), unit) - offset
    assert factor > 0
    random = Random(f"{key} {unit}")
    low, high = kind.store(kind.low), kind.store(kind.high)
    for stored in (low, high, *(random.randint(low, high) for _ in range(40))):
        written = (stored * kind.resolution - offset) / factor
        assert kind.store(kind.convert(written, unit)) == stored


@given(SEEDS)
def test_a_repeat_in_another_unit_is_the_same_reading(seed: int) -> None:
    random = Random(seed)
    kind = catalogue().kinds["bilirubin"]
    hundredths = random.randint(1, 4000)
    in_mg = kind.store(kind.convert(Fraction(hundredths, 100), "mg/dL"))
    in_umol = kind.store(kind.convert(Fraction(hundredths, 100) * Fraction("17.104"), "umol/L"))
    assert in_mg == in_umol
    assert in_mg * kind.resolution == Fraction(hundredths, 100) * Fraction("17.104")
