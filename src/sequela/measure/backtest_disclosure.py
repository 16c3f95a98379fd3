"""A backtest that may leave a hospital: no count in it so small that it points at a person.

Counts of one stream of alerts hang together (who is silent, who was missed, who was alerted in vain), so what is
withheld is withheld together with whatever it could be subtracted from. Two streams are not compared: whoever holds
both tables may still learn that some few episodes alert by one and not by the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from sequela.errors import UserError
from sequela.measure.disclosure import withheld

NOTHING = {"count": None, "of": None, "value": None, "ci": None, "method": "withheld", "undefined_resamples": 0}
LEADS = {"count": None, "median": None, "quartiles": None}


def guarded(told: Mapping[str, Any], minimum: int) -> dict[str, Any]:
    """Return a result without the counts below the minimum, and without those that would tell them.

    Raises
    ------
    UserError
        When the minimum is below 1, or there are fewer patients than that.
    """
    if told["patients"] < minimum:
        raise UserError("fewer patients than may be told of", where=f"--minimum {minimum}", hint="Add courses")
    made = dict(told) | {"settings": {**told["settings"], "minimum": minimum}}
    for group in ("definitions", "comparators", "statements"):
        made[group] = [_stream(one, minimum) for one in told[group]]
    at_days = [one["alerts"] for one in told["comparators"] if "alerts_at_day" in one]
    if _small_steps(at_days, minimum):
        made["comparators"] = [one for one in made["comparators"] if "alerts_at_day" not in one]
    if made["with_earliest_onset"] is not None:
        made["with_earliest_onset"] = _stream(made["with_earliest_onset"], minimum)
    made["excluded"] = {why: count if count >= minimum else None for why, count in told["excluded"].items()}
    return made


def _stream(one: Mapping[str, Any], minimum: int) -> dict[str, Any]:
    events, timely, found = one["events"], one["timely_sensitivity"]["count"], one["sensitivity_with_late"]["count"]
    silent, quiet = one["silent_share"], one["specificity"]
    alerted = silent["of"] - silent["count"]
    made = dict(one)
    outcomes = {"timely": timely, "late": found - timely, "missed": events - found} if events else {}
    hide_events = bool(withheld(outcomes, minimum))
    episodes = outcomes | {"silent": silent["count"] - (events - found), "alerted in vain": alerted - found}
    hide_episodes = hide_events or bool(withheld(episodes, minimum)) or _splits(quiet, minimum)
    if hide_events:
        hidden = ["timely_sensitivity", "sensitivity_with_late"]
        made |= dict.fromkeys(hidden, NOTHING) | {"lead": LEADS, "lead_with_misses": LEADS, "lead_histogram": None}
        if 0 < events < minimum:
            made["events"] = None
    elif one["lead_histogram"] and _small_bars(one["lead_histogram"], minimum):
        made["lead_histogram"] = None
    if hide_episodes:
        names = ("episode_ppv_timely", "episode_ppv_any", "silent_share", "specificity")
        made |= dict.fromkeys(names, NOTHING) | {"net_benefit": None}
    if _splits(one["alert_ppv"], minimum) or hide_events:
        made |= {"alert_ppv": NOTHING, "number_needed_to_evaluate": None}
    if 0 < one["alerts"] < minimum or 0 < alerted < minimum:
        names = ("alerts", "alerts_per_episode", "alerts_per_100_patient_days", "alerts_per_100_patient_days_ci")
        made |= dict.fromkeys(names) | {"alert_ppv": NOTHING, "number_needed_to_evaluate": None}
    if _splits(one["alerted_before_death"], minimum):
        made["alerted_before_death"] = NOTHING
    if (
        hide_events
        or any(_small_day(day, minimum) for day in one["landmarks"])
        or _small_steps([day["at_risk"] for day in one["landmarks"]], minimum)
    ):
        made["landmarks"] = []
    return made


def _splits(ratio: Mapping[str, Any], minimum: int) -> bool:
    """Whether a part of what a ratio divides is too small."""
    return (
        bool(withheld({"in": ratio["count"], "out": ratio["of"] - ratio["count"]}, minimum)) if ratio["of"] else False
    )


def _small_day(day: Mapping[str, Any], minimum: int) -> bool:
    return any(_splits(day[name], minimum) for name in ("sensitivity", "ppv"))


def _small_steps(counts: Sequence[int], minimum: int) -> bool:
    """Whether so few left from one count to the next that the difference points at them."""
    return any(0 < before - after < minimum for before, after in pairwise(counts))


def _small_bars(shown: Mapping[str, Any], minimum: int) -> bool:
    return any(0 < count < minimum for count in (shown["missed"], shown["late"], *shown["counts"]))
