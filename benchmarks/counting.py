"""From spans to counts: what was said of each episode, and how often in a group of them.

An *alert* is each moment at which the state becomes *deteriorating* or *prolonged*; to go from one to the other is an
alert as well. An episode is *flagged* if it has an alert. *Patient-days* run from the procedure to the last moment at
which anything became known, or to the end of the episode; those of the first stay, to the discharge.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable

import polars as pl

ALARMING = ("deteriorating", "prolonged")
"""The states that call somebody; the roles of the statements that make them have the same names."""
SUSPECTED, CONFIRMED = "suspected", "confirmed"
DAY, HOUR = 86_400, 3_600
WRITTEN = "%Y-%m-%dT%H:%M:%S%z"
"""How the truth writes its times."""


def by_episode(
    spans: pl.DataFrame, episodes: pl.DataFrame, facts: pl.DataFrame, truth: pl.DataFrame, statements: Iterable[str]
) -> pl.DataFrame:
    """Return a row for each episode: what was said of it, for how long it was watched, and with what lead.

    Parameters
    ----------
    spans : what the engine said.
    episodes, facts : the settled frames that it was given.
    truth : what each course was made to be.
    statements : the keys of the definitions to count.
    """
    known = facts.group_by("episode").agg(
        last=pl.max_horizontal(pl.col("known_from").max(), pl.col("known_until").max())
    )
    begin = pl.max_horizontal("start", "known_from")
    times = [_second(name) for name in ("began", "recognised", "discharged")]
    rows = (
        episodes.select("episode", "ended_from", begin=begin)
        .join(known, on="episode", how="left", maintain_order="left")
        .join(truth.select("episode", "scenario", "procedure", *times), on="episode", how="left", maintain_order="left")
        .with_columns(end=pl.max_horizontal("begin", pl.min_horizontal("last", "ended_from")))
        .with_columns(home=pl.max_horizontal("begin", pl.min_horizontal("end", "discharged")))
    )
    state = (pl.col("what") == "state") & pl.col("is").is_in(ALARMING)
    alarms = spans.filter(state).join(rows.select("episode", "began", "home"), on="episode")
    after, over = pl.col("from") >= pl.col("began"), pl.col("until") <= pl.col("began")
    alerts = alarms.group_by("episode").agg(
        alerts=pl.len().cast(pl.Int64),
        stay_alerts=(pl.col("from") < pl.col("home")).sum().cast(pl.Int64),
        first=pl.col("from").filter(after).min(),
        standing=(~after & ~over.fill_null(value=False)).any(),
    )
    caught = pl.col("first") < pl.col("recognised")
    catching = (
        spans.filter(
            (pl.col("what") == "definition") & (pl.col("is") == "true") & pl.col("key").is_in(list(statements))
        )
        .join(rows.select("episode", "began", "recognised"), on="episode")
        .filter(pl.col("from").is_between("began", "recognised", closed="left"))
        .group_by("episode")
        .agg(pl.col("key").unique().sort().alias("catching"))
    )
    return (
        rows.join(alerts, on="episode", how="left", maintain_order="left")
        .join(_said(spans, "definition", ["true"], "statements", statements), on="episode", how="left")
        .join(catching, on="episode", how="left")
        .join(_said(spans, "condition", [SUSPECTED], SUSPECTED), on="episode", how="left")
        .join(_said(spans, "condition", [CONFIRMED], CONFIRMED), on="episode", how="left")
        .select(
            "episode",
            "scenario",
            "procedure",
            pl.col("alerts", "stay_alerts").fill_null(0),
            pl.col("statements", "catching", SUSPECTED, CONFIRMED).fill_null([]),
            days=(pl.col("end") - pl.col("begin")) / DAY,
            stay_days=(pl.col("home") - pl.col("begin")) / DAY,
            complicated=pl.col("began").is_not_null(),
            standing=pl.col("standing").fill_null(value=False) & pl.col("began").is_not_null(),
            lead=pl.when(caught).then(pl.col("recognised") - pl.col("first")).otherwise(0) / HOUR,
        )
        .sort("episode")
    )


def tally(rows: pl.DataFrame) -> dict[str, object]:
    """Return the counts of a group of episodes; numbers are rounded as they are stored."""
    found: dict[str, object] = {
        "episodes": rows.height,
        "flagged": int((rows["alerts"] > 0).sum()),
        "alerts": int(rows["alerts"].sum()),
        "days": round(float(rows["days"].sum()), 1),
        "stay_alerts": int(rows["stay_alerts"].sum()),
        "stay_days": round(float(rows["stay_days"].sum()), 1),
    }
    for name in ("statements", SUSPECTED, CONFIRMED):
        found[name] = dict(sorted(Counter(key for keys in rows[name].to_list() for key in keys).items()))
    found["alone"] = _alone(rows["statements"])
    ill = rows.filter("complicated")
    if not ill.is_empty():
        lead = ill["lead"].to_list()
        found["complicated"] = {
            "episodes": ill.height,
            "caught": sum(hours > 0 for hours in lead),
            "standing": int(ill["standing"].sum()),
            "lead": [round(hours, 2) for hours in quartiles(lead)],
            "caught_by": dict(sorted(Counter(key for keys in ill["catching"].to_list() for key in keys).items())),
            "caught_alone": _alone(ill["catching"]),
        }
    return found


def _alone(lists: pl.Series) -> dict[str, int]:
    """How often each key was the only one: what would be lost without it."""
    return dict(sorted(Counter(keys[0] for keys in lists.to_list() if len(keys) == 1).items()))


def quartiles(values: list[float]) -> list[float]:
    """Return lower quartile, median and upper quartile."""
    return statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3


def _said(
    spans: pl.DataFrame, what: str, words: list[str], name: str, keys: Iterable[str] | None = None
) -> pl.DataFrame:
    """The keys of what was ever said so of each episode."""
    found = spans.filter((pl.col("what") == what) & pl.col("is").is_in(words))
    if keys is not None:
        found = found.filter(pl.col("key").is_in(list(keys)))
    return found.group_by("episode").agg(pl.col("key").unique().sort().alias(name))


def _second(name: str) -> pl.Expr:
    """A time of the truth in seconds."""
    return pl.col(name).str.to_datetime(WRITTEN, time_zone="UTC").dt.epoch("s")
