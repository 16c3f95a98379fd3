"""From episodes' tables to what can be counted: how long each was followed, what was seen, and after how many days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING

from sequela.assessing.counting.outcomes import Outcome
from sequela.course.episodes import DAY
from sequela.course.facts import Presence

if TYPE_CHECKING:
    import polars as pl

    from sequela.engine.program import Program
    from sequela.sources.omop.facts import Tables
    from sequela.sources.receipt import Receipt

WASHOUT_DAYS = 90
"""An outcome coded so shortly before is no new one: the look-back of every baseline (contract, design section 7)."""
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


def follow(
    tables: Tables, index: pl.DataFrame, outcomes: Sequence[Outcome], program: Program, zone: tzinfo, receipt: Receipt
) -> Followed:
    """What was seen of the episodes in the tables of a CDM.

    Parameters
    ----------
    tables : as `sources.omop.facts.course_tables` yields them.
    index : the rows of the index that these episodes come from, and maybe others.
    outcomes : what to look for.
    program : the shelf, compiled.
    zone : of the site's times.
    receipt : learns what became of every fact.
    """
    import polars as pl

    from sequela.engine.spans import spans
    from sequela.sources.frames import settled

    episodes, facts = settled(tables, zone, receipt)
    starts = episodes.select("episode", "start")
    timed = facts.join(starts, on="episode").with_columns(days=(pl.col("at") - pl.col("start")) / DAY)
    ends = _ends(tables["episodes"], index, starts, timed)
    conditions = pl.concat(
        [
            frame.filter((pl.col("what") == "condition") & pl.col("is").is_in(["suspected", "confirmed"])).select(
                "episode", "key", "from", "is"
            )
            for frame in spans((episodes, facts), program, workers=2)
        ]
        or [pl.DataFrame(schema={"episode": pl.String, "key": pl.String, "from": pl.Int64, "is": pl.String})]
    )
    found, before = _coded(tables["diagnoses"], outcomes)
    events = [found, *_assessed(conditions, starts, outcomes), *_reported(timed, outcomes)]
    return Followed(ends, pl.concat(events), before, _imaged(timed, outcomes), _readings(timed))


def together(parts: Iterable[Followed]) -> Followed:
    """All parts as one."""
    import polars as pl

    every = list(parts)
    names = ("episodes", "events", "prevalent", "imaged", "readings")
    return Followed(*(pl.concat([getattr(part, name) for part in every]) for name in names))


def _ends(told: pl.DataFrame, index: pl.DataFrame, starts: pl.DataFrame, timed: pl.DataFrame) -> pl.DataFrame:
    """How long each episode was followed, and what ended it."""
    import polars as pl

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
        told.select("episode")
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


def _coded(diagnoses: pl.DataFrame, outcomes: Sequence[Outcome]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The outcomes as they are coded, and who had them already.

    A stay's diagnoses carry the day of admission at many sites: one of the procedure's own stay counts as new unless an
    earlier record has it, at the latest on the day of discharge.
    """
    import polars as pl

    lists = {outcome.coded: outcome.key for outcome in outcomes if outcome.coded}
    named = diagnoses.with_columns(
        outcome=pl.col("outcome").replace_strict(lists, default=None, return_dtype=pl.String)
    ).filter(pl.col("outcome").is_not_null())
    own = (pl.col("days") < 0) & pl.col("same_stay")
    before = named.filter((pl.col("days") < 0) & ~own & (pl.col("days") >= -WASHOUT_DAYS))
    prevalent = before.select("episode", "outcome").unique().sort("episode", "outcome")
    new = named.filter((pl.col("days") >= 0) | own).with_columns(
        days=pl.when(own).then(pl.max_horizontal("stay_days", 0.0)).otherwise(pl.col("days").cast(pl.Float64))
    )
    return _first(new, "coded"), prevalent


def _assessed(conditions: pl.DataFrame, starts: pl.DataFrame, outcomes: Sequence[Outcome]) -> list[pl.DataFrame]:
    """When each condition was first confirmed, and first suspected or confirmed, as it was known then."""
    import polars as pl

    keys = {outcome.condition: outcome.key for outcome in outcomes}
    named = (
        conditions.with_columns(outcome=pl.col("key").replace_strict(keys, default=None, return_dtype=pl.String))
        .filter(pl.col("outcome").is_not_null())
        .join(starts, on="episode")
        .with_columns(days=pl.max_horizontal((pl.col("from") - pl.col("start")) / DAY, 0.0))
    )
    return [_first(named.filter(pl.col("is") == "confirmed"), "assessed"), _first(named, "suspected")]


def _reported(timed: pl.DataFrame, outcomes: Sequence[Outcome]) -> list[pl.DataFrame]:
    """What the texts of reports say was there, after the procedure."""
    import polars as pl

    said = timed.filter(
        pl.col("fact").str.starts_with(REPORTS) & (pl.col("presence") == Presence.PRESENT.value) & (pl.col("days") >= 0)
    )
    return [
        _first(said.filter(pl.col("key").is_in(outcome.findings)).with_columns(outcome=pl.lit(outcome.key)), "reported")
        for outcome in outcomes
        if outcome.findings
    ]


def _first(rows: pl.DataFrame, way: str) -> pl.DataFrame:
    """The first of each episode and outcome."""
    import polars as pl

    first = rows.group_by("episode", "outcome").agg(days=pl.min("days").cast(pl.Float64))
    return first.select("episode", "outcome", way=pl.lit(way), days="days").sort("episode", "outcome")


def _imaged(timed: pl.DataFrame, outcomes: Sequence[Outcome]) -> pl.DataFrame:
    """The examinations that could have shown an outcome, with their days."""
    import polars as pl

    kinds = sorted({event for outcome in outcomes for event in outcome.imaging})
    shown = timed.filter(pl.col("key").is_in(kinds) & (pl.col("days") >= 0))
    return shown.select("episode", examination="key", days="days").unique().sort("episode", "examination", "days")


def _readings(timed: pl.DataFrame) -> pl.DataFrame:
    """The highest value of each kind on each day, in the kind's unit; only those told as one number."""
    import polars as pl

    from sequela.course.catalogue import catalogue

    kinds = catalogue().kinds
    grids = {key: float(kind.resolution) for key, kind in kinds.items()}
    single = timed.filter(pl.col("key").is_in(list(kinds)) & (pl.col("low") == pl.col("high")))
    return (
        single.select(
            "episode",
            kind="key",
            day=pl.col("days").floor().cast(pl.Int64),
            value=pl.col("low") * pl.col("key").replace_strict(grids, return_dtype=pl.Float64),
        )
        .group_by("episode", "kind", "day")
        .agg(pl.max("value"))
        .sort("episode", "kind", "day")
    )
