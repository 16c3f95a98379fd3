"""Incidence in cohorts: the cases of OHDSI's CohortIncidence, and a slow reference that counts day by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sequela.errors import UserError
from sequela.measure.cohorts import AGE_BREAKS, COHORT, COUNTS, PERIOD, PERSON, TimeAtRisk, incidence

Rows = Sequence[tuple[Any, ...]]
YEAR_2000 = [(1, "2000-01-01", "2001-01-01")]


def found(
    targets: Rows, outcomes: Rows, periods: Rows, persons: Rows | None = None, **settings: Any
) -> list[dict[str, Any]]:
    """The rows for cohorts written as (person, start, end)."""
    result = incidence(
        pl.DataFrame([(100, *row) for row in targets], schema=list(COHORT), orient="row"),
        pl.DataFrame([(200, *row) for row in outcomes], schema=list(COHORT), orient="row"),
        pl.DataFrame(periods, schema=list(PERIOD), orient="row"),
        None if persons is None else pl.DataFrame(persons, schema=list(PERSON), orient="row"),
        **settings,
    )
    return result.rows


def told(row: dict[str, Any]) -> tuple[Any, ...]:
    rate = row["incidence_rate_p100py"]
    return (
        *(row[name] for name in COUNTS),
        row["incidence_proportion_p100p"],
        None if rate is None else round(rate, 4),
    )


def days(start: int, end: int, *, after_end: bool = False) -> TimeAtRisk:
    return TimeAtRisk(("start", start), ("end" if after_end else "start", end))


# The cases are those of OHDSI/CohortIncidence, src/test/resources/cohortincidence/timeAtRisk (Apache-2.0): counts
# before and after exclusion of persons, days, persons with an outcome, outcomes; proportion; rate.
@pytest.mark.parametrize(
    ("clean_window", "expected"),
    [
        (10, (1, 1, 31, 21, 1, 1, 1, 1, 100, 1739.2857)),
        (30, (1, 1, 31, 10, 1, 1, 1, 1, 100, 3652.5)),
        (9999, (1, 1, 31, 10, 1, 1, 1, 1, 100, 3652.5)),
    ],
)
def test_clean_window(clean_window: int, expected: tuple[float, ...]) -> None:
    [row] = found(
        [(1, "2000-07-01", "2000-07-01")],
        [(1, "2000-07-10", "2000-07-10")],
        YEAR_2000,
        times_at_risk=[days(0, 30)],
        clean_window=clean_window,
    )
    assert told(row) == expected


def test_who_has_no_valid_time_at_risk_is_not_counted() -> None:
    [row] = found(
        [(1, "2000-03-01", "2000-03-31"), (2, "2001-01-01", "2001-01-01")],
        [],
        [*YEAR_2000, (2, "2000-01-01", "2001-01-01")],
        times_at_risk=[days(1, 0, after_end=True)],
        clean_window=30,
    )
    assert told(row) == (1, 1, 30, 30, 0, 0, 0, 0, 0, 0)


def test_without_exclusion_every_outcome_counts_even_twice_on_a_day() -> None:
    dates = ["2000-03-10", "2000-03-10", "2000-03-11", "2000-03-12", "2000-03-13"]
    [row] = found(
        [(1, "2000-03-01", "2000-03-01")],
        [(1, day, day) for day in dates],
        YEAR_2000,
        times_at_risk=[days(0, 30)],
    )
    assert told(row) == (1, 1, 31, 31, 1, 1, 5, 5, 100, 5891.129)


def test_a_first_outcome_takes_the_person_out_for_good() -> None:
    [row] = found(
        [(1, "2005-01-01", "2005-01-31"), (1, "2005-10-01", "2005-10-31")],
        [(1, "2005-06-01", "2010-06-01")],
        [(1, "2000-01-01", "2010-01-01")],
        clean_window=9999,
    )
    assert told(row) == (1, 1, 62, 31, 0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (days(0, 60), (1, 1, 61, 32, 1, 1, 1, 1, 100, 1141.4062)),
        (days(0, 0, after_end=True), (1, 1, 1, 1, 0, 0, 0, 0, 0, 0)),
        (days(0, 999, after_end=True), (1, 1, 307, 277, 1, 1, 1, 1, 100, 131.8592)),
    ],
)
def test_one_outcome(window: TimeAtRisk, expected: tuple[float, ...]) -> None:
    [row] = found(
        [(1, "2000-03-01", "2000-03-01")],
        [(1, "2000-04-01", "2000-04-01")],
        YEAR_2000,
        times_at_risk=[window],
        clean_window=30,
    )
    assert told(row) == expected


def test_times_at_risk_and_one_that_nobody_has() -> None:
    rows = found(
        [(1, "2000-03-01", "2000-03-01")],
        [],
        YEAR_2000,
        times_at_risk=[days(0, 60), days(0, 0, after_end=True), days(0, 9999, after_end=True), days(9999, 0)],
        clean_window=30,
    )
    assert [told(row) for row in rows] == [
        (1, 1, 61, 61, 0, 0, 0, 0, 0, 0),
        (1, 1, 1, 1, 0, 0, 0, 0, 0, 0),
        (1, 1, 307, 307, 0, 0, 0, 0, 0, 0),
        (0, 0, 0, 0, 0, 0, 0, 0, None, None),
    ]


TWO = {
    "targets": [
        (1, "2002-12-25", "2002-12-25"),
        (1, "2007-03-01", "2007-03-01"),
        (2, "2003-03-01", "2003-03-01"),
        (2, "2005-03-01", "2005-03-01"),
    ],
    "outcomes": [
        (1, "2002-12-15", "2002-12-15"),
        (1, "2003-02-15", "2003-02-15"),
        (1, "2007-04-01", "2007-04-01"),
        (1, "2007-04-05", "2007-04-05"),
        (2, "2003-02-01", "2003-02-01"),
        (2, "2003-05-01", "2003-05-01"),
    ],
    "periods": [(1, "2000-01-01", "2010-01-01"), (2, "2000-01-01", "2010-01-01")],
    "persons": [(1, 8507, 1970), (2, 8532, 1968)],
}
YEAR_2002 = (1, 1, 91, 40, 1, 1, 1, 1, 100, 913.125)
YEAR_2003 = (1, 1, 91, 59, 1, 1, 1, 1, 100, 619.0678)
YEAR_2005 = (1, 1, 91, 91, 0, 0, 0, 0, 0, 0)
YEAR_2007 = (1, 1, 91, 57, 1, 1, 2, 1, 100, 640.7895)
WOMAN = (1, 1, 182, 150, 1, 1, 1, 1, 100, 243.5)
# age group, sex, year
STRATA = {
    (2, "8507", 2002): YEAR_2002,
    (2, "8507", None): YEAR_2002,
    (2, None, 2002): YEAR_2002,
    (2, None, None): YEAR_2002,
    (3, "8507", 2007): YEAR_2007,
    (3, "8507", None): YEAR_2007,
    (3, "8532", 2003): YEAR_2003,
    (3, "8532", 2005): YEAR_2005,
    (3, "8532", None): WOMAN,
    (3, None, 2003): YEAR_2003,
    (3, None, 2005): YEAR_2005,
    (3, None, 2007): YEAR_2007,
    (3, None, None): (2, 2, 273, 207, 2, 2, 3, 2, 100, 352.8986),
    (None, "8507", 2002): YEAR_2002,
    (None, "8507", 2007): YEAR_2007,
    (None, "8507", None): (1, 1, 182, 97, 1, 1, 3, 2, 100, 753.0928),
    (None, "8532", 2003): YEAR_2003,
    (None, "8532", 2005): YEAR_2005,
    (None, "8532", None): WOMAN,
    (None, None, 2002): YEAR_2002,
    (None, None, 2003): YEAR_2003,
    (None, None, 2005): YEAR_2005,
    (None, None, 2007): YEAR_2007,
    (None, None, None): (2, 2, 364, 247, 2, 2, 4, 3, 100, 443.6235),
}


def test_strata_and_all_their_combinations() -> None:
    rows = found(
        **TWO, times_at_risk=[days(0, 90)], clean_window=30, strata=["age", "sex", "year"], age_breaks=[17, 35, 65]
    )
    assert {(row["age_group_id"], row["gender_id"], row["start_year"]): told(row) for row in rows} == STRATA
    assert {(row["age_group_id"], row["age_group"]) for row in rows} == {(None, None), (2, "17-34"), (3, "35-64")}


def test_strata_by_age_alone() -> None:
    rows = found(**TWO, times_at_risk=[days(0, 90)], clean_window=30, strata=["age"], age_breaks=[17, 35, 65])
    assert {row["age_group_id"]: told(row) for row in rows} == {
        group: STRATA[group, None, None] for group in (None, 2, 3)
    }


def test_the_example_of_its_documentation() -> None:
    """Three persons of 365, 0 and 120 days, one case: half of those at risk, 75.3 per 100 person-years."""
    [row] = found(
        [(1, "2000-01-01", "2000-12-30"), (2, "2000-01-01", "2000-01-01"), (3, "2000-01-01", "2000-04-29")],
        [(2, "1999-12-01", "2000-01-31"), (3, "2000-04-29", "2000-04-29")],
        [(person, "1999-01-01", "2001-01-01") for person in (1, 2, 3)],
    )
    assert (row["persons_at_risk_pe"], row["persons_at_risk"], row["person_days"]) == (3, 2, 485)
    assert row["incidence_proportion_p100p"] == 50
    assert row["incidence_rate_p100py"] == pytest.approx(75.3, abs=0.05)


def test_identifiers_are_text_and_may_be_large_and_negative() -> None:
    person = "-6225647829918357531"
    [row] = found([(person, "2000-03-01", "2000-03-31")], [], [(person, "2000-01-01", "2001-01-01")])
    assert row["persons_at_risk"] == 1
    assert (row["target_cohort_definition_id"], row["incidence_proportion_p100p"]) == ("100", 0)


def test_what_cannot_be_used_is_counted() -> None:
    result = incidence(
        pl.DataFrame(
            [
                ("1", "a", "2000-02-01", "2000-02-03"),
                ("1", "a", "not a date", "2000-02-03"),
                ("1", "a", "2000-02-04", "2000-02-03"),
                ("1", "a", "1990-02-04", "1990-02-05"),
                ("1", None, "2000-02-04", "2000-02-05"),
            ],
            schema=list(COHORT),
            orient="row",
        ),
        pl.DataFrame([("2", "a", "1990-01-01", "1990-01-01")], schema=list(COHORT), orient="row"),
        pl.DataFrame([("a", "2000-01-01", "2000-12-31")], schema=list(PERIOD), orient="row"),
    )
    counts = {name: count for name, count in result.receipt.items() if count}
    assert counts == {
        "targets_read": 5,
        "targets_unreadable": 2,
        "targets_ending_before_their_start": 1,
        "targets_outside_observation": 1,
        "outcomes_read": 1,
        "outcomes_outside_observation": 1,
        "observation_periods_read": 1,
    }
    assert result.rows[0]["person_days"] == 3


@pytest.mark.parametrize(
    "settings",
    [{"strata": ["colour"]}, {"strata": ["age"]}, {"clean_window": -1}],
)
def test_what_was_asked_wrongly_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(UserError):
        found([(1, "2000-03-01", "2000-03-31")], [], YEAR_2000, **settings)


def test_missing_columns_are_named() -> None:
    with pytest.raises(UserError, match="cohort_end_date"):
        incidence(pl.DataFrame({name: ["1"] for name in COHORT[:3]}), pl.DataFrame(), pl.DataFrame())


ORIGIN = date(2000, 1, 1)
Span = tuple[int, int, int]
spans = st.tuples(st.integers(1, 3), st.integers(0, 60), st.integers(0, 12)).map(lambda s: (s[0], s[1], s[1] + s[2]))


def written(rows: Sequence[Span]) -> Rows:
    return [(person, *((ORIGIN + timedelta(day)).isoformat() for day in span)) for person, *span in rows]


def by_days(
    targets: Sequence[Span], outcomes: Sequence[Span], periods: Sequence[Span], window: TimeAtRisk, clean: int
) -> tuple[int, ...]:
    """Days at risk as sets of days; nothing is shared with the code under test."""
    totals = [0] * 8
    for person in {person for person, _, _ in targets}:
        at_risk: set[int] = set()
        for owner, start, end in targets:
            for watched, since, until in periods:
                if owner == watched == person and since <= start <= until:
                    anchors = {"start": start, "end": end}
                    first, last = (anchors[anchor] + shift for anchor, shift in (window.start, window.end))
                    at_risk |= set(range(first, min(last, until) + 1))
        mine = [(start, end) for owner, start, end in outcomes if owner == person]
        closed = {day for start, end in mine for day in range(start + 1, end + clean + 1)}
        before = [start for start, _ in mine if start in at_risk]
        after = [start for start in before if start not in closed]
        for place, value in enumerate(
            (bool(at_risk), bool(at_risk - closed), len(at_risk), len(at_risk - closed), bool(before), bool(after),
             len(before), len(after))
        ):  # fmt: skip
            totals[place] += value
    return tuple(totals)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(spans, min_size=1, max_size=6),
    st.lists(spans, max_size=6),
    st.sampled_from([(0, 0), (0, 30), (1, 10), (-5, 5)]),
    st.booleans(),
    st.sampled_from([0, 3, 30, 9999]),
)
def test_sets_and_days_agree(
    targets: list[Span], outcomes: list[Span], shift: tuple[int, int], after_end: bool, clean: int
) -> None:
    periods = [(person, 2, 55) for person in (1, 2, 3)]
    window = days(*shift, after_end=after_end)
    [row] = found(written(targets), written(outcomes), written(periods), times_at_risk=[window], clean_window=clean)
    assert tuple(row[name] for name in COUNTS) == by_days(targets, outcomes, periods, window, clean)


def test_the_usual_age_breaks_are_ascending() -> None:
    assert list(AGE_BREAKS) == sorted(set(AGE_BREAKS))
