"""The counts of the regression tables, on a handful of spans made by hand."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from benchmarks.counting import DAY, HOUR, by_episode, quartiles, tally

STATEMENTS = ("news2-risen", "fever-late")
START = 1_700_000_000
"""2023-11-14T22:13:20Z."""

Span = tuple[str, str, str, float, float | None, str]
"""Episode, what, key, from and until in hours from the start, what it was."""
STATE = ("state", "state")


def written(hours: float | None) -> str | None:
    if hours is None:
        return None
    at = pl.Series([START + int(hours * HOUR) + HOUR]).cast(pl.Int64)
    # As charted one hour east of UTC.
    return str(pl.from_epoch(at, time_unit="s").dt.strftime("%Y-%m-%dT%H:%M:%S+01:00")[0])


def counted(
    spans: list[Span],
    *,
    began: float | None = None,
    recognised: float | None = None,
    discharged: float | None = None,
    known: float | None = 240,
    ended: float | None = None,
) -> dict[str, Any]:
    """The row of one episode whose facts were known up to an hour."""

    def second(hours: float | None) -> int | None:
        return None if hours is None else START + int(hours * HOUR)

    said = pl.DataFrame(
        [(e, what, key, second(begin), second(until), word) for e, what, key, begin, until, word in spans],
        schema={
            "episode": pl.String,
            "what": pl.String,
            "key": pl.String,
            "from": pl.Int64,
            "until": pl.Int64,
            "is": pl.String,
        },
        orient="row",
    )
    episodes = pl.DataFrame(
        {"episode": ["a"], "start": [START], "known_from": [START], "ended_from": [second(ended)]},
        schema_overrides={"ended_from": pl.Int64},
    )
    facts = pl.DataFrame(
        {"episode": ["a", "a"], "known_from": [START, second(known)], "known_until": [None, None]},
        schema_overrides={"known_until": pl.Int64},
    ).head(0 if known is None else 2)
    truth = pl.DataFrame(
        {
            "episode": ["a"],
            "scenario": ["necrosis"],
            "procedure": ["TAE"],
            "began": [written(began)],
            "recognised": [written(recognised)],
            "discharged": [written(discharged)],
        },
        schema_overrides=dict.fromkeys(("began", "recognised", "discharged"), pl.String),
    )
    (row,) = by_episode(said, episodes, facts, truth, STATEMENTS).to_dicts()
    return row


def state(begin: float, until: float | None, word: str) -> Span:
    return ("a", *STATE, begin, until, word)


def test_each_start_of_an_alarming_state_is_an_alert() -> None:
    spans = [
        state(0, 30, "expected"),
        state(30, 40, "prolonged"),
        state(40, 50, "deteriorating"),
        state(50, 60, "unknown"),
        state(60, 70, "deteriorating"),
        state(70, None, "necrosis-confirmed"),
    ]
    assert counted(spans)["alerts"] == 3


def test_only_the_state_alerts() -> None:
    trend: Span = ("a", "trend", "trend", 0, None, "deteriorating")
    row = counted([state(0, None, "expected"), trend])
    assert (row["alerts"], row["stay_alerts"], row["standing"]) == (0, 0, False)


def test_days_end_with_the_last_that_was_known_or_with_death() -> None:
    assert counted([], known=240)["days"] == 10
    assert counted([], known=240, ended=120)["days"] == 5
    assert counted([], known=None)["days"] == 0


def test_the_first_stay_ends_with_the_discharge() -> None:
    spans = [state(24, 30, "prolonged"), state(72, 90, "prolonged")]
    row = counted(spans, discharged=72)
    assert (row["alerts"], row["stay_alerts"], row["stay_days"]) == (2, 1, 3)
    row = counted(spans)
    assert (row["stay_alerts"], row["stay_days"]) == (2, 10)


@pytest.mark.parametrize(
    ("begin", "lead"),
    [(9, 0), (10, 20), (29, 1), (30, 0), (50, 0)],
    ids=["before it began", "as it began", "an hour before", "as it was recognised", "after"],
)
def test_the_lead_counts_from_the_first_alert_after_the_beginning(begin: float, lead: float) -> None:
    row = counted([state(begin, begin + 0.5, "deteriorating")], began=10, recognised=30)
    assert row["lead"] == lead
    assert row["alerts"] == 1


def test_an_alarm_that_stood_before_is_no_catch_and_is_told_apart() -> None:
    stood = [state(5, 15, "deteriorating"), state(15, None, "expected")]
    row = counted(stood, began=10, recognised=30)
    assert (row["standing"], row["lead"]) == (True, 0)
    row = counted([*stood, state(25, None, "prolonged")], began=10, recognised=30)
    assert (row["standing"], row["lead"]) == (True, 5)
    row = counted([state(5, 10, "deteriorating")], began=10, recognised=30)
    assert not row["standing"], "it was over when the complication began"
    row = counted([state(5, None, "deteriorating")], began=10, recognised=30)
    assert row["standing"], "it never ended"


def test_without_a_complication_there_is_neither_lead_nor_standing() -> None:
    row = counted([state(5, None, "deteriorating")])
    assert (row["complicated"], row["standing"], row["lead"]) == (False, False, 0)


def test_statements_and_conditions_are_counted_once_and_only_when_so() -> None:
    spans: list[Span] = [
        ("a", "definition", "news2-risen", 0, 5, "true"),
        ("a", "definition", "news2-risen", 9, 10, "true"),
        ("a", "definition", "fever-late", 0, 5, "unknown"),
        ("a", "definition", "temperature-current", 0, None, "true"),
        ("a", "condition", "hepatic-necrosis", 0, 5, "suspected"),
        ("a", "condition", "hepatic-necrosis", 5, None, "confirmed"),
        ("a", "condition", "post-embolization-syndrome", 0, None, "excluded"),
    ]
    row = counted(spans)
    assert row["statements"] == ["news2-risen"]
    assert (row["suspected"], row["confirmed"]) == (["hepatic-necrosis"], ["hepatic-necrosis"])


def test_a_group_is_the_sum_of_its_episodes() -> None:
    caught = counted(
        [state(20, 40, "deteriorating"), state(40, 50, "prolonged")], began=10, recognised=30, discharged=48
    )
    missed = counted([("a", "definition", "fever-late", 0, 5, "true")], began=10, recognised=30, known=120)
    benign = counted([state(0, None, "prolonged")])
    found = tally(pl.DataFrame([caught, missed, benign]))
    assert found == {
        "episodes": 3,
        "flagged": 2,
        "alerts": 3,
        "days": 25.0,
        "stay_alerts": 3,
        "stay_days": 17.0,
        "statements": {"fever-late": 1},
        "alone": {"fever-late": 1},
        "suspected": {},
        "confirmed": {},
        "complicated": {
            "episodes": 2,
            "caught": 1,
            "standing": 0,
            "lead": [2.5, 5.0, 7.5],
            "caught_by": {},
            "caught_alone": {},
        },
    }


def test_quartiles_stand_even_for_one() -> None:
    assert quartiles([3.0]) == [3.0, 3.0, 3.0]
    assert quartiles([0.0, 10.0, 20.0]) == [5.0, 10.0, 15.0]
    assert DAY == 24 * HOUR


def definition(key: str, begin: float, until: float | None) -> Span:
    return ("a", "definition", key, begin, until, "true")


def test_what_became_true_between_beginning_and_recognition_is_a_catch() -> None:
    early, late = definition("news2-risen", 9, None), definition("news2-risen", 30, None)
    assert counted([early, late], began=10, recognised=30)["catching"] == []
    caught = definition("news2-risen", 10, 11)
    assert counted([early, caught, definition("fever-late", 29, 31)], began=10, recognised=30)["catching"] == [
        "fever-late",
        "news2-risen",
    ]
    assert counted([definition("another", 20, 21)], began=10, recognised=30)["catching"] == []
    assert counted([caught])["catching"] == []


def test_what_is_alone_is_counted_once_for_each_episode() -> None:
    caught = definition("news2-risen", 12, 13)
    both = [caught, definition("fever-late", 12, 13)]
    rows = pl.DataFrame([counted(said, began=10, recognised=30) for said in ([caught], both)])
    found = tally(rows)
    assert found["alone"] == {"news2-risen": 1}
    complicated: Any = found["complicated"]
    assert complicated["caught_by"] == {"fever-late": 1, "news2-risen": 2}
    assert complicated["caught_alone"] == {"news2-risen": 1}
