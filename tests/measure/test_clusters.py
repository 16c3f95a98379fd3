"""Proportions of procedures that repeat in a patient, against R's survey::svyciprop 4.1.1."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequela.measure.clusters import clustered_proportion
from sequela.measure.proportions import proportion

# 504 procedures of 220 patients, seven events in six of them: (procedures, events) of a patient, and how many patients
PATIENTS = {(1, 0): 54, (2, 0): 80, (2, 1): 3, (3, 0): 57, (3, 1): 2, (3, 2): 1, (4, 0): 13, (5, 0): 8, (6, 0): 2}


def listed(patients: dict[tuple[int, int], int]) -> tuple[list[int], list[bool]]:
    owners, events = [], []
    sizes = [size for size, count in patients.items() for _ in range(count)]
    for owner, (procedures, happened) in enumerate(sizes):
        owners += [owner] * procedures
        events += [place < happened for place in range(procedures)]
    return owners, events


def test_limits_are_those_of_svyciprop() -> None:
    found = clustered_proportion(*listed(PATIENTS))
    assert (found.events, found.total, found.clusters) == (7, 504, 220)
    assert found.standard_error == pytest.approx(0.005889639695623, abs=1e-12)
    assert found.intervals["korn-graubard"] == pytest.approx((0.004803956429793, 0.03106919502315), abs=1e-11)
    assert found.intervals["logit"] == pytest.approx((0.005998673324723, 0.03182503594678), abs=1e-11)
    naive = proportion(7, 504).intervals["clopper-pearson"]
    assert naive == pytest.approx((0.0056018026902, 0.0284060610651), abs=1e-11)
    assert found.intervals["korn-graubard"][1] > naive[1]


def test_where_nothing_happened_the_exact_limits_stand_and_it_says_so() -> None:
    for events in ([False] * 4, [True] * 4):
        found = clustered_proportion([1, 1, 2, 3], events)
        assert not found.estimable
        assert found.design_effect is None
        assert found.intervals["korn-graubard"] == proportion(sum(events), 4).intervals["clopper-pearson"]
    assert not clustered_proportion([1, 1, 1], [True, False, False]).estimable


def test_patients_of_one_procedure_are_as_good_as_independent() -> None:
    events = [place < 12 for place in range(300)]
    found = clustered_proportion(list(range(300)), events)
    assert found.design_effect == pytest.approx(300 / 299)
    assert found.intervals["korn-graubard"] == pytest.approx(proportion(12, 300).intervals["clopper-pearson"], rel=0.01)


@given(st.lists(st.lists(st.booleans(), min_size=1, max_size=4), min_size=2, max_size=30))
def test_order_and_names_of_patients_change_nothing(patients: list[list[bool]]) -> None:
    rows = [(owner, event) for owner, events in enumerate(patients) for event in events]
    turned = [(1000 - owner, event) for owner, event in reversed(rows)]
    one = clustered_proportion(*map(list, zip(*rows, strict=True)))
    other = clustered_proportion(*map(list, zip(*turned, strict=True)))
    assert one.intervals["korn-graubard"] == pytest.approx(other.intervals["korn-graubard"], rel=1e-9, abs=1e-12)
    low, high = one.intervals["korn-graubard"]
    assert low <= one.events / one.total <= high
