"""Episodes: one for each index procedure, merged within a day, ended by the next, as far as that is known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sequela.course.episodes import BASELINE_DAYS, DAY, Course, Procedure, ProcedureKind, Record, episodes
from sequela.course.facts import Event, Fact, Finding, Observation, Presence

START = 1_000 * DAY


def procedure(
    key: str,
    day: float,
    *,
    known: float | None = None,
    until: float | None = None,
    territory: tuple[str, ...] = (),
    intent: tuple[str, ...] = (),
    kind: ProcedureKind = ProcedureKind.TAE,
) -> Procedure:
    """An index procedure on a day, known the same moment unless said otherwise."""
    start = START + int(day * DAY)
    return Procedure(
        id=key,
        kind=kind,
        start=start,
        known_from=start if known is None else START + int(known * DAY),
        known_until=None if until is None else START + int(until * DAY),
        territory=territory,
        intent=intent,
    )


def alt(key: str, day: float, *, known: float | None = None) -> Observation:
    """An ALT on a day."""
    at = START + int(day * DAY)
    return Observation(
        fact=key, at=at, known_at=at if known is None else START + int(known * DAY), kind="alt", low=1, high=1
    )


def cirrhosis(day: float) -> Finding:
    """A background finding on a day."""
    at = START + int(day * DAY)
    return Finding(fact="Condition/c", at=at, known_at=at, finding="cirrhosis", presence=Presence.PRESENT)


def courses(procedures: list[Procedure], facts: list[Fact] | None = None) -> list[Course]:
    """The courses of one patient."""
    return episodes(Record(patient="p", procedures=tuple(procedures), facts=tuple(facts or ())))


def keys(course: Course) -> list[str]:
    """The facts of a course."""
    return [fact.fact for fact in course.facts]


def test_no_procedure_makes_no_episode() -> None:
    assert courses([], [alt("a", 0)]) == []


def test_a_procedure_makes_an_episode_with_a_name() -> None:
    (course,) = courses([procedure("Procedure/x", 0)])
    assert (course.id, course.patient, course.start) == ("p|Procedure/x", "p", START)


def test_starts_within_a_day_merge_into_the_first() -> None:
    first = procedure("x", 0, territory=("VII",), intent=("tumour",))
    second = procedure("y", 1, territory=("VII", "VIII"), intent=("portal branch",))
    (course,) = courses([second, first])
    assert course.id == "p|x"
    assert course.procedure.territory == ("VII", "VIII")
    assert course.procedure.intent == ("tumour", "portal branch")
    assert course.endings == ()


def test_a_start_after_more_than_a_day_is_another_episode() -> None:
    first, second = courses([procedure("x", 0), procedure("y", 1.001)])
    assert (first.id, second.id) == ("p|x", "p|y")
    assert second.earlier == (first.procedure,)


def test_merging_counts_from_the_first_start_not_from_the_last() -> None:
    assert [course.id for course in courses([procedure(k, d) for k, d in (("x", 0), ("y", 0.9), ("z", 1.8))])] == [
        "p|x",
        "p|z",
    ]


def test_the_next_procedure_ends_an_episode_when_it_is_known() -> None:
    first, _ = courses([procedure("x", 0), procedure("y", 30, known=32)])
    assert first.ending(START + 31 * DAY) is None
    ending = first.ending(START + 32 * DAY)
    assert ending is not None
    assert (ending.by, ending.at) == ("y", START + 30 * DAY)


def test_a_withdrawn_next_procedure_ends_nothing_any_more() -> None:
    first, _ = courses([procedure("x", 0), procedure("y", 30, until=35)], [alt("late", 40)])
    assert first.ending(START + 31 * DAY) is not None
    assert first.ending(START + 35 * DAY) is None
    assert keys(first) == ["late"]


def test_facts_after_the_next_procedure_belong_to_it() -> None:
    first, second = courses([procedure("x", 0), procedure("y", 30)], [alt("a", 2), alt("b", 31)])
    assert keys(first) == ["a"]
    assert keys(second) == ["a", "b"]


def test_baseline_reaches_ninety_days_back_and_background_for_ever() -> None:
    facts = [alt("old", -BASELINE_DAYS - 0.01), alt("edge", -BASELINE_DAYS), cirrhosis(-3650)]
    (course,) = courses([procedure("x", 0)], facts)
    assert keys(course) == ["edge", "Condition/c"]


def test_death_ends_an_episode_when_it_is_known() -> None:
    at = START + 9 * DAY
    death = Event(fact="Patient/p#deceased", at=at, known_at=at + 3600, event="death")
    (course,) = courses([procedure("x", 0)], [death])
    assert course.ending(at) is None
    ending = course.ending(at + 3600)
    assert ending is not None
    assert ending.by == "death"


def test_a_procedure_learnt_of_late_begins_its_episode_late() -> None:
    (course,) = courses([procedure("x", 0, known=4)], [alt("a", 1)])
    assert not course.procedure.visible(START + 3 * DAY)
    assert course.procedure.visible(START + 4 * DAY)
    assert course.last_known == START + 4 * DAY


def test_default_as_of_is_the_last_that_was_known() -> None:
    first, second = courses([procedure("x", 0), procedure("y", 30)], [alt("a", 2), alt("b", 31, known=33)])
    assert first.last_known == second.last_known == START + 33 * DAY


def test_a_masked_course_shows_nothing_of_the_patient() -> None:
    record = Record(patient="Quill", procedures=(procedure("Quill/1", 0),), facts=(alt("Quill/2", 1),))
    (course,) = episodes(record)
    assert "Quill" not in repr([record, course, course.procedure])


@given(days=st.lists(st.integers(0, 400), max_size=6), order=st.randoms(use_true_random=False))
def test_order_of_procedures_changes_nothing(days: list[int], order: object) -> None:
    made = [procedure(f"p{index}", day / 4) for index, day in enumerate(days)]
    shuffled = list(made)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert courses(shuffled) == courses(made)


@given(days=st.lists(st.integers(0, 60), min_size=1, max_size=6), fact_day=st.integers(0, 80))
def test_a_fact_is_in_the_course_of_the_latest_start_before_it(days: list[int], fact_day: int) -> None:
    made = courses([procedure(f"p{index}", day) for index, day in enumerate(days)], [alt("a", fact_day)])
    begun = [course for course in made if course.start <= START + fact_day * DAY]
    if begun:
        assert "a" in keys(begun[-1])
        assert all("a" not in keys(course) for course in begun[:-1])
