"""Versions: what succeeds what, whatever order it came in, and what a withdrawal takes away."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequela.course.facts import Event, Fact, Finding, Observation, Precision, Presence, Status, Withdrawal, settle

HOUR = 3600


def alt(
    value: int, *, at: int = 0, known: int, version: int = 1, fact: str = "Observation/a", status: Status = Status.FINAL
) -> Observation:
    """An ALT of so many U/L."""
    return Observation(
        fact=fact, at=at, known_at=known, version=version, status=status, kind="alt", low=value, high=value
    )


def withdrawn(*, known: int, version: int = 9, fact: str = "Observation/a") -> Withdrawal:
    """The source taking a fact back."""
    return Withdrawal(fact=fact, at=0, known_at=known, version=version)


def believed(facts: list[Fact], instant: int) -> list[int | None]:
    """The ALT values believed at an instant."""
    return [fact.low for fact in facts if isinstance(fact, Observation) and fact.visible(instant)]


def test_correction_supersedes_from_when_it_is_known() -> None:
    settled = settle([alt(40, known=1 * HOUR), alt(400, known=5 * HOUR, version=2, status=Status.CORRECTED)])
    assert believed(settled, 0) == []
    assert believed(settled, 1 * HOUR) == [40]
    assert believed(settled, 5 * HOUR - 1) == [40]
    assert believed(settled, 5 * HOUR) == [400]


def test_nothing_counts_before_it_was_so() -> None:
    settled = settle([alt(40, at=3 * HOUR, known=HOUR)])
    assert believed(settled, 2 * HOUR) == []
    assert believed(settled, 3 * HOUR) == [40]


def test_withdrawal_takes_the_whole_fact_and_reveals_no_earlier_version() -> None:
    settled = settle(
        [alt(40, known=1 * HOUR), alt(400, known=2 * HOUR, version=2), withdrawn(known=3 * HOUR, version=3)]
    )
    assert believed(settled, 2 * HOUR) == [400]
    assert believed(settled, 3 * HOUR) == []
    assert believed(settled, 1000 * HOUR) == []


def test_withdrawal_of_one_fact_leaves_its_neighbour() -> None:
    settled = settle([alt(40, known=HOUR), alt(50, known=HOUR, fact="Observation/b"), withdrawn(known=2 * HOUR)])
    assert believed(settled, 3 * HOUR) == [50]


def test_version_that_arrives_after_its_successor_was_never_believed() -> None:
    settled = settle([alt(400, known=2 * HOUR, version=2), alt(40, known=5 * HOUR, version=1)])
    assert believed(settled, 2 * HOUR) == [400]
    assert believed(settled, 6 * HOUR) == [400]
    assert len(settled) == 1


def test_final_succeeds_preliminary_of_the_same_moment() -> None:
    settled = settle([alt(41, known=HOUR, status=Status.FINAL), alt(40, known=HOUR, status=Status.PRELIMINARY)])
    assert believed(settled, HOUR) == [41]


@pytest.mark.parametrize("name", [f"Observation/{name}" for name in "abcdefghijkl"])
def test_versions_that_differ_in_one_clock_or_in_precision_alone_have_a_fixed_order(name: str) -> None:
    """The later word and the coarser time stand last; a set's order, which is another in each run, decides nothing."""
    early = alt(40, at=2 * HOUR, known=HOUR, fact=name)
    late = replace(early, known_at=early.at)
    dated = replace(early, precision=Precision.DAY)
    for order in permutations([early, late, dated]):
        assert settle(order) == [late]
    for order in permutations([early, dated]):
        assert settle(order) == [dated]


def test_repeats_count_once() -> None:
    settled = settle([alt(40, known=HOUR)] * 3)
    assert settled == [alt(40, known=HOUR)]


def test_two_facts_of_one_moment_stay_two() -> None:
    settled = settle([alt(40, known=HOUR), alt(40, known=HOUR, fact="Observation/b")])
    assert believed(settled, HOUR) == [40, 40]


def test_a_masked_fact_shows_nothing_of_the_patient() -> None:
    finding = Finding(fact="Quill", at=1, known_at=1, finding="fever", presence=Presence.PRESENT)
    assert repr(finding) == "<Finding version 1>"
    assert "Quill" not in repr([finding, alt(7, known=1, fact="Quill"), withdrawn(known=1, fact="Quill")])


VERSIONS = st.one_of(
    st.builds(
        alt,
        st.integers(1, 5),
        at=st.integers(0, 4),
        known=st.integers(0, 6),
        version=st.integers(1, 3),
        fact=st.sampled_from(["Observation/a", "Observation/b"]),
        status=st.sampled_from([Status.PRELIMINARY, Status.FINAL, Status.CORRECTED]),
    ),
    st.builds(
        withdrawn, known=st.integers(0, 6), version=st.integers(1, 3), fact=st.sampled_from(["Observation/a", "x"])
    ),
    st.builds(
        Event,
        fact=st.sampled_from(["Encounter/c", "Encounter/d"]),
        at=st.integers(0, 4),
        known_at=st.integers(0, 6),
        event=st.sampled_from(["icu", "discharge"]),
    ),
)


@given(versions=st.lists(VERSIONS, max_size=9), data=st.data())
def test_order_of_arrival_and_repeats_change_nothing(versions: list[Fact], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(versions))
    repeats = data.draw(st.lists(st.sampled_from(versions), max_size=3)) if versions else []
    assert settle([*shuffled, *repeats]) == settle(versions)


@given(versions=st.lists(VERSIONS, max_size=9))
def test_one_version_of_a_fact_at_most_is_believed_at_a_time(versions: list[Fact]) -> None:
    settled = settle(versions)
    for instant in range(8):
        seen = [fact.fact for fact in settled if fact.visible(instant)]
        assert len(seen) == len(set(seen))


@given(versions=st.lists(VERSIONS, max_size=9))
def test_settling_twice_changes_nothing(versions: list[Fact]) -> None:
    once = settle(versions)
    kept = settle([replace(fact, known_until=None) for fact in once])
    assert [(fact.fact, fact.version, fact.known_from) for fact in kept] == [
        (fact.fact, fact.version, fact.known_from) for fact in once
    ]


@given(versions=st.lists(VERSIONS, max_size=8), later=VERSIONS, instant=st.integers(0, 6))
def test_later_versions_do_not_change_what_was_believed(versions: list[Fact], later: Fact, instant: int) -> None:
    if later.known_from <= instant:
        return
    before = [replace(fact, known_until=None) for fact in settle(versions) if fact.visible(instant)]
    after = [replace(fact, known_until=None) for fact in settle([*versions, later]) if fact.visible(instant)]
    assert before == after
