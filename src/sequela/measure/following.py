"""From episodes' frames to what can be counted: how long each was followed, what was seen, and after how many days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from sequela.course.episodes import BASELINE_DAYS, DAY

AGES = (50, 60, 70, 80)
"""The first years of the age groups after the first; a custom, not a finding."""
DETERMINED = "determined"
"""The way of those of whom the course could tell anything at all; whoever is not among them is no negative."""
REPORTS = "reports/"
"""How the name of a fact begins that only a report's text says."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What was seen of some episodes.

    `episodes` has a row each: `episode`, `days` (until the observation period, the next procedure or a death ended it)
    and `ended` by which of them. `events` has a row for each outcome and way in which it was seen: `episode`,
    `outcome`, `way`, `days`. `prevalent` are the pairs of episode and outcome that were so before. `imaged` has the
    days of each examination. `readings` has `episode`, `kind`, `day` and `value` in the kind's unit.
    """

    episodes: pl.DataFrame
    events: pl.DataFrame
    prevalent: pl.DataFrame
    imaged: pl.DataFrame
    readings: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Sought:
    """What stands for an outcome: a condition of the spans, a list of codes, findings of reports, what shows it."""

    key: str
    condition: str
    coded: str = ""
    findings: tuple[str, ...] = ()
    imaging: tuple[str, ...] = ()


def follow(
    episodes: pl.DataFrame,
    facts: pl.DataFrame,
    spans: pl.DataFrame,
    diagnoses: pl.DataFrame,
    index: pl.DataFrame,
    sought: Sequence[Sought],
    resolutions: Mapping[str, float],
) -> Followed:
    """Return what was seen of some episodes.

    Parameters
    ----------
    episodes, facts : settled, as the engine takes them.
    spans : what was so from when to when, as it was known.
    diagnoses : `episode`, `outcome` (the list of codes), `days`, `same_stay`, `stay_days`.
    index : the rows of the index procedures that these episodes come from, and maybe others, in order of start.
    sought : what to look for.
    resolutions : the grid of each kind, to which its values are whole numbers.
    """
    starts = episodes.select("episode", "start")
    timed = facts.join(starts, on="episode").with_columns(days=(pl.col("at") - pl.col("start")) / DAY)
    found, before = _coded(diagnoses, sought)
    conditions = spans.filter((pl.col("what") == "condition") & (pl.col("is") != "unknown"))
    events = [found, *_assessed(conditions, starts, sought), *_reported(timed, sought)]
    return Followed(
        _ends(index, starts, timed), pl.concat(events), before, _imaged(timed, sought), _readings(timed, resolutions)
    )


def concatenated(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return frames of the same columns as one."""
    return pl.concat(list(frames))


def together(parts: Iterable[Followed]) -> Followed:
    """All parts as one."""
    every = list(parts)
    names = ("episodes", "events", "prevalent", "imaged", "readings")
    return Followed(*(pl.concat([getattr(part, name) for part in every]) for name in names))


def _ends(index: pl.DataFrame, starts: pl.DataFrame, timed: pl.DataFrame) -> pl.DataFrame:
    """How long each episode was followed, and what ended it."""
    keyed = index.with_columns(
        episode=pl.concat_str("person_id", pl.lit("|"), "procedure_occurrence_id"),
        next=pl.col("start").shift(-1).over("person_id"),
    )
    # To the end of the last day that is observed; the site's clock for all three, so that its zone does not matter.
    period = (pl.col("period_end").cast(pl.Datetime("us")) + pl.duration(days=1) - pl.col("start")).dt.total_seconds()
    following = (pl.col("next") - pl.col("start")).dt.total_seconds()
    deaths = (
        timed.filter((pl.col("key") == "death") & (pl.col("days") >= 0)).group_by("episode").agg(died=pl.min("days"))
    )
    rows = (
        starts.select("episode")
        .join(keyed.select("episode", period=period / DAY, following=following / DAY), on="episode")
        .join(deaths, on="episode", how="left")
        .with_columns(observed=pl.min_horizontal("period", "following"))
    )
    dead = (pl.col("died") <= pl.col("observed")).fill_null(value=False)
    return rows.select(
        "episode",
        days=pl.when(dead).then("died").otherwise("observed"),
        ended=pl.when(dead)
        .then(pl.lit("death"))
        .when(pl.col("following") <= pl.col("period"))
        .then(pl.lit("next procedure"))
        .otherwise(pl.lit("end of observation")),
    ).sort("episode")


def _coded(diagnoses: pl.DataFrame, sought: Sequence[Sought]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The outcomes as they are coded, and who had them already: coded within a baseline's look-back.

    A stay's diagnoses carry the day of admission at many sites: one of the procedure's own stay counts as new unless an
    earlier record has it, at the latest on the day of discharge.
    """
    lists = {outcome.coded: outcome.key for outcome in sought if outcome.coded}
    named = diagnoses.with_columns(
        outcome=pl.col("outcome").replace_strict(lists, default=None, return_dtype=pl.String)
    ).filter(pl.col("outcome").is_not_null())
    own = (pl.col("days") < 0) & pl.col("same_stay")
    before = named.filter((pl.col("days") < 0) & ~own & (pl.col("days") >= -BASELINE_DAYS))
    prevalent = before.select("episode", "outcome").unique().sort("episode", "outcome")
    new = named.filter((pl.col("days") >= 0) | own).with_columns(
        days=pl.when(own).then(pl.max_horizontal("stay_days", 0.0)).otherwise(pl.col("days").cast(pl.Float64))
    )
    return _first(new, "coded"), prevalent


def _assessed(conditions: pl.DataFrame, starts: pl.DataFrame, sought: Sequence[Sought]) -> list[pl.DataFrame]:
    """When each condition was first confirmed, first suspected or confirmed, and first anything but unknown."""
    keys = {outcome.condition: outcome.key for outcome in sought}
    named = (
        conditions.with_columns(outcome=pl.col("key").replace_strict(keys, default=None, return_dtype=pl.String))
        .filter(pl.col("outcome").is_not_null())
        .join(starts, on="episode")
        .with_columns(days=pl.max_horizontal((pl.col("from") - pl.col("start")) / DAY, 0.0))
    )
    raised = named.filter(pl.col("is").is_in(["suspected", "confirmed"]))
    confirmed = named.filter(pl.col("is") == "confirmed")
    return [_first(confirmed, "assessed"), _first(raised, "suspected"), _first(named, DETERMINED)]


def _reported(timed: pl.DataFrame, sought: Sequence[Sought]) -> list[pl.DataFrame]:
    """What the texts of reports say was there, after the procedure."""
    said = timed.filter(
        pl.col("fact").str.starts_with(REPORTS) & (pl.col("presence") == "present") & (pl.col("days") >= 0)
    )
    return [
        _first(said.filter(pl.col("key").is_in(outcome.findings)).with_columns(outcome=pl.lit(outcome.key)), "reported")
        for outcome in sought
        if outcome.findings
    ]


def _first(rows: pl.DataFrame, way: str) -> pl.DataFrame:
    """The first of each episode and outcome."""
    first = rows.group_by("episode", "outcome").agg(days=pl.min("days").cast(pl.Float64))
    return first.select("episode", "outcome", way=pl.lit(way), days="days").sort("episode", "outcome")


def _imaged(timed: pl.DataFrame, sought: Sequence[Sought]) -> pl.DataFrame:
    """The examinations that could have shown an outcome, with their days."""
    kinds = sorted({event for outcome in sought for event in outcome.imaging})
    shown = timed.filter(pl.col("key").is_in(kinds) & (pl.col("days") >= 0))
    return shown.select("episode", examination="key", days="days").unique().sort("episode", "examination", "days")


def _readings(timed: pl.DataFrame, resolutions: Mapping[str, float]) -> pl.DataFrame:
    """The highest value of each kind on each day, in the kind's unit; only those told as one number."""
    single = timed.filter(pl.col("key").is_in(list(resolutions)) & (pl.col("low") == pl.col("high")))
    grid = pl.col("key").replace_strict(dict(resolutions), return_dtype=pl.Float64)
    days = single.select("episode", kind="key", day=pl.col("days").floor().cast(pl.Int64), value=pl.col("low") * grid)
    return days.group_by("episode", "kind", "day").agg(pl.max("value")).sort("episode", "kind", "day")


def strata(index: pl.DataFrame) -> pl.DataFrame:
    """Return what divides the episodes, by their key: procedure, session, tumour, age group, sex and year."""
    age, grouped = pl.col("age"), pl.lit("unknown")
    for first, after in zip((0, *AGES), (*AGES, None), strict=True):
        label = f"under {after}" if not first else f"{first}-{after - 1}" if after else f"{first} and over"
        grouped = pl.when(age >= first).then(pl.lit(label)).otherwise(grouped)
    unsettled = pl.when("unsettled").then(pl.lit(", kind not settled")).otherwise(pl.lit(""))
    first_of_all = pl.col("start") == pl.col("start").min().over("person_id")
    return index.select(
        episode=pl.concat_str("person_id", pl.lit("|"), "procedure_occurrence_id"),
        person="person_id",
        procedure=pl.concat_str("kind", unsettled),
        session=pl.when(first_of_all).then(pl.lit("first")).otherwise(pl.lit("repeat")),
        tumour="tumour",
        age_group=grouped,
        sex="sex",
        year=pl.col("year").cast(pl.String),
    )
