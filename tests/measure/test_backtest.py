"""Alerts replayed: the example that can be counted by hand, and laws that hold for every stream."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sequela.errors import UserError
from sequela.measure.backtest import RATIOS, Episode, Settings, backtest, everybody, nobody

# Six patients, follow-up 14 days; an alert helps from 1 day before the event, and is true within 7 days.
HAND = [
    Episode("A", "A", 14, event=5, alerts=(2, 4)),
    Episode("B", "B", 14, event=3, alerts=(3,)),
    Episode("C", "C", 14, event=7),
    Episode("D", "D", 14, alerts=(1, 6, 10)),
    Episode("E", "E", 14),
    Episode("F", "F", 14, died=4, alerts=(2,)),
]
ASKED = Settings(lead_min=1, window=7, horizon=14, resamples=200)


def test_the_example_by_hand() -> None:
    found = backtest(HAND, ASKED)
    assert found.patient_days == 5 + 3 + 7 + 14 + 14 + 4 == 47
    counts = {name: (ratio.count, ratio.of) for name, ratio in found.ratios.items()}
    assert counts == {
        "timely_sensitivity": (1, 3),
        "sensitivity_with_late": (2, 3),
        "alert_ppv": (2, 7),
        "episode_ppv_timely": (1, 4),
        "episode_ppv_any": (2, 4),
        "specificity": (1, 3),
        "silent_share": (2, 6),
        "alerted_before_death": (1, 1),
    }
    assert found.ratios["timely_sensitivity"].limits == pytest.approx((0.0084, 0.9057), abs=5e-5)
    assert found.needed_to_evaluate == 3.5
    assert found.burden == pytest.approx(14.8936, abs=5e-5)
    assert found.leads == (3,)
    assert found.leads_with_misses == (3, 0, 0)
    told = found.as_json()
    assert (told["lead"]["median"], told["lead_with_misses"]["median"]) == (3, 0)
    assert told["alert_ppv"]["value"] == pytest.approx(0.285714, abs=5e-7)


def test_landmarks_by_hand() -> None:
    told = {one["day"]: one for one in backtest(HAND, ASKED).as_json()["landmarks"]}
    # Day 2: all six are there; A, D and F have been alerted; A, B and C have the event within seven days.
    assert (told[2]["at_risk"], told[2]["flagged"], told[2]["events_within_window"]) == (6, 3, 3)
    assert (told[2]["sensitivity"]["count"], told[2]["ppv"]["count"]) == (1, 1)
    # Day 5: A has had the event, B too, F is dead.
    assert (told[5]["at_risk"], told[5]["events_within_window"], told[5]["flagged"]) == (3, 1, 1)
    assert told[5]["sensitivity"]["count"] == 0


def test_alerting_nobody_costs_nothing_and_finds_nothing() -> None:
    found = backtest(nobody(HAND), ASKED)
    assert (found.alerts, found.burden, found.net_benefit) == (0, 0, 0)
    assert found.ratios["timely_sensitivity"].value == 0
    assert found.ratios["alert_ppv"].value is None
    assert found.needed_to_evaluate is None
    assert found.ratios["silent_share"].value == 1


def test_alerting_everybody_at_a_day_finds_whoever_has_the_event_soon_after() -> None:
    found = backtest(everybody(HAND, 1), ASKED)
    assert found.ratios["timely_sensitivity"].value == 1
    assert found.alerts == 6
    assert found.ratios["episode_ppv_timely"].value == 3 / 6


def test_without_events_only_burden_and_silence_are_told() -> None:
    found = backtest([replace(one, event=None) for one in HAND], ASKED)
    assert found.events == 0
    assert found.ratios["timely_sensitivity"].value is None
    assert found.ratios["alert_ppv"].value is None
    assert found.net_benefit is None
    assert found.ratios["silent_share"].value == 2 / 6
    assert found.burden is not None


def test_within_the_refractory_time_no_second_alert_is_raised() -> None:
    found = backtest(HAND, replace(ASKED, refractory=4))
    assert found.alerts == 1 + 1 + 3 - 0 + 1
    assert backtest(HAND, replace(ASKED, refractory=5)).alerts == 1 + 1 + 2 + 1


def test_an_alert_longer_before_than_the_window_is_not_timely() -> None:
    early = [Episode("A", "A", 30, event=20, alerts=(2,))]
    found = backtest(early, replace(ASKED, horizon=30))
    assert found.ratios["timely_sensitivity"].count == 0
    assert found.ratios["sensitivity_with_late"].count == 0
    assert found.ratios["alert_ppv"].count == 0


def test_many_episodes_of_a_patient_are_resampled_together() -> None:
    many = [
        Episode(f"{at}-{session}", str(at), 14, event=6.0 if at % 3 == 0 else None, alerts=(2.0,) * (at % 2))
        for at in range(60)
        for session in range(2)
    ]
    found = backtest(many, ASKED)
    ratio = found.ratios["timely_sensitivity"]
    assert ratio.method == "bootstrap over patients"
    assert ratio.limits is not None and ratio.limits[0] < 0.5 < ratio.limits[1]
    assert backtest(many, ASKED).as_json() == found.as_json(), "the same seed gives the same limits"
    # Twice the same of each patient tells no more than once: the limits are as wide as those of one session each.
    once = backtest([one for one in many if one.id.endswith("-0")], ASKED).ratios["timely_sensitivity"]
    assert once.method == "clopper-pearson" and once.limits is not None
    assert ratio.limits[1] - ratio.limits[0] > 0.7 * (once.limits[1] - once.limits[0])


days = st.integers(0, 40).map(float)
episodes = st.lists(
    st.builds(
        Episode,
        id=st.just(""),
        patient=st.sampled_from("pqrstu"),
        followed=days,
        event=st.none() | days,
        died=st.none() | days,
        alerts=st.lists(days, max_size=5).map(tuple),
    ),
    min_size=1,
    max_size=12,
).map(lambda made: [replace(one, id=str(at)) for at, one in enumerate(made)])
QUICK = replace(ASKED, resamples=20)


@settings(deadline=None)
@given(episodes)
def test_every_count_stays_within_its_whole(made: list[Episode]) -> None:
    found = backtest(made, QUICK)
    for name in RATIOS:
        ratio = found.ratios[name]
        assert 0 <= ratio.count <= max(ratio.of, ratio.count if not found.events else 0)
        if ratio.limits is not None:
            assert 0 <= ratio.limits[0] <= ratio.limits[1] <= 1
    sensitivity = found.ratios["timely_sensitivity"]
    assert len(found.leads) == sensitivity.count
    assert len(found.leads_with_misses) == found.events
    assert all(QUICK.lead_min <= lead <= QUICK.window for lead in found.leads)


@settings(deadline=None)
@given(episodes, st.floats(0, 40))
def test_what_comes_after_the_end_changes_nothing(made: list[Episode], later: float) -> None:
    def ended(one: Episode) -> float:
        return min(one.followed, *(time for time in (one.event, one.died, QUICK.horizon) if time is not None))

    more = [replace(one, alerts=(*one.alerts, ended(one) + 0.5 + later)) for one in made]
    assert backtest(more, QUICK).as_json() == backtest(made, QUICK).as_json()


@settings(deadline=None)
@given(episodes)
def test_order_changes_nothing(made: list[Episode]) -> None:
    assert backtest(list(reversed(made)), QUICK).as_json() == backtest(made, QUICK).as_json()


@settings(deadline=None)
@given(episodes)
def test_one_more_alert_never_loses_an_event(made: list[Episode]) -> None:
    more = [replace(one, alerts=(*one.alerts, 1.0)) for one in made]
    before, after = (backtest(some, QUICK).ratios["timely_sensitivity"].count for some in (made, more))
    assert after >= before


@pytest.mark.parametrize(
    "wrong",
    [
        {"lead_min": -1},
        {"lead_min": 8, "window": 7},
        {"refractory": -1},
        {"horizon": 0},
        {"horizon": float("inf")},
        {"window": float("nan")},
        {"landmarks": (0, -1)},
        {"level": 1},
        {"threshold": 0},
        {"resamples": 0},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(UserError):
        replace(ASKED, **wrong)  # type: ignore[arg-type]


def test_episodes_that_cannot_be_are_refused() -> None:
    with pytest.raises(UserError):
        backtest([], ASKED)
    with pytest.raises(UserError):
        backtest([HAND[0], HAND[0]], ASKED)
    with pytest.raises(UserError):
        Episode("A", "A", -1)
