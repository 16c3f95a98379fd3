"""What is withheld, and an attacker who knows the rule and subtracts."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequela.errors import UserError
from sequela.measure.disclosure import withheld


def test_one_small_part_takes_another_with_it() -> None:
    assert withheld({"women": 3, "men": 40}) == {"women", "men"}
    assert withheld({"a": 3, "b": 12, "c": 90}) == {"a", "b"}


def test_two_small_parts_that_could_be_worked_out_take_a_third() -> None:
    # Two parts that sum to 2 are 1 and 1 for whoever subtracts.
    assert withheld({"a": 1, "b": 1, "c": 30, "d": 60}) == {"a", "b", "c"}
    assert withheld({"a": 3, "b": 4, "c": 30}) == {"a", "b"}


def test_nothing_small_and_nothing_at_all_is_told() -> None:
    assert withheld({"a": 5, "b": 90}) == frozenset()
    assert withheld({"a": 0, "b": 90}) == frozenset()
    assert withheld({"a": 0, "b": 90}, zeros=True) == {"a", "b"}
    assert withheld({"a": 0, "b": 0}) == frozenset()
    assert withheld({}) == frozenset()


def test_a_total_below_the_minimum_withholds_all() -> None:
    assert withheld({"a": 1, "b": 3, "c": 0}) == {"a", "b", "c"}


@pytest.mark.parametrize(("parts", "minimum"), [({"a": -1}, 5), ({"a": 1}, 0)])
def test_counts_that_cannot_be_are_refused(parts: dict[str, int], minimum: int) -> None:
    with pytest.raises(UserError):
        withheld(parts, minimum)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=5), st.integers(2, 6), st.booleans())
def test_who_subtracts_learns_no_more_than_that_it_is_small(counts: list[int], minimum: int, zeros: bool) -> None:
    """The attacker tries every table with the told parts and total that could have been withheld in this way."""
    parts = {str(place): count for place, count in enumerate(counts)}
    hidden = sorted(withheld(parts, minimum, zeros=zeros))
    small = [name for name in parts if 0 < parts[name] < minimum]
    assert set(small) <= set(hidden)
    total = sum(counts)
    if not hidden or total < minimum:
        return
    rest = total - sum(count for name, count in parts.items() if name not in hidden)
    least = 0 if zeros or any(parts[name] == 0 for name in hidden) else 1
    tables = [values for values in product(range(least, rest + 1), repeat=len(hidden)) if sum(values) == rest]
    for place, name in enumerate(hidden):
        possible = {values[place] for values in tables}
        assert parts[name] in possible
        # Every value that "fewer than the minimum" allows is still possible, as far as the total reaches.
        everything = len(hidden) == len(parts)
        assert everything or set(range(max(least, 1), minimum)) <= possible


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 50), max_size=6))
def test_the_order_of_the_parts_changes_nothing(parts: dict[str, int]) -> None:
    assert withheld(parts) == withheld(dict(reversed(parts.items())))
