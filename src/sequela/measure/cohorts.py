"""Incidence of outcomes in target cohorts, with the meaning of OHDSI's CohortIncidence (4.1).

Time at risk runs between two anchors (the cohort's start or end, plus days), both days included, within the observation
period that holds the cohort's start; overlapping times of one person are one. After an outcome, from the next day until
its end plus the clean window, nobody is at risk, and an outcome that starts then is not counted. The columns `_pe` are
those before this exclusion. Age is the year less the year of birth, where the time at risk begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import polars as pl

from sequela.errors import InputError, UserError
from sequela.measure.proportions import exact
from sequela.measure.rates import DAYS_PER_YEAR, rate

COHORT = ("cohort_definition_id", "subject_id", "cohort_start_date", "cohort_end_date")
PERIOD = ("person_id", "observation_period_start_date", "observation_period_end_date")
PERSON = ("person_id", "gender_concept_id", "year_of_birth")
STRATA = {"age": "age_group_id", "sex": "gender_id", "year": "start_year"}
AGE_BREAKS = (18, 40, 50, 60, 70, 80)
COUNTS = (
    "persons_at_risk_pe",
    "persons_at_risk",
    "person_days_pe",
    "person_days",
    "person_outcomes_pe",
    "person_outcomes",
    "outcomes_pe",
    "outcomes",
)
"""CohortIncidence's own names: persons, their days, persons with an outcome, outcomes; before and after exclusion."""


@dataclass(frozen=True, slots=True)
class TimeAtRisk:
    """From when until when: an anchor (`start` or `end` of the cohort) and days after it, both included."""

    start: tuple[str, int] = ("start", 0)
    end: tuple[str, int] = ("end", 0)

    @staticmethod
    def parse(start: str, end: str) -> TimeAtRisk:
        """The time at risk written as `start:0` and `end:30`."""
        return TimeAtRisk(_anchor(start, "--tar-start"), _anchor(end, "--tar-end"))

    def __str__(self) -> str:
        """As it is written."""
        return " to ".join(f"{anchor}:{days}" for anchor, days in (self.start, self.end))


@dataclass(frozen=True, slots=True)
class Incidence:
    """Rows of results with the identifiers of target, outcome, time at risk and stratum; what became of the input."""

    rows: list[dict[str, Any]]
    receipt: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """The results as `sequela incidence --json` prints them."""
        return {"schema": "1", "results": self.rows, "receipt": self.receipt}

    def write_csv(self, path: Path) -> None:
        """Write the rows as CSV; the limits become two columns each."""
        flat = []
        for row in self.rows:
            limits = {name: row[name] or (None, None) for name in row if name.endswith("_ci")}
            ends = {
                f"{name}_{end}": pair[at] for name, pair in limits.items() for at, end in enumerate(("low", "high"))
            }
            flat.append({name: value for name, value in row.items() if name not in limits} | ends)
        pl.DataFrame(flat, infer_schema_length=None).write_csv(path)


def incidence(
    targets: pl.DataFrame,
    outcomes: pl.DataFrame,
    observation_periods: pl.DataFrame,
    persons: pl.DataFrame | None = None,
    *,
    times_at_risk: Sequence[TimeAtRisk] = (TimeAtRisk(),),
    clean_window: int = 0,
    strata: Iterable[str] = (),
    age_breaks: Sequence[int] = AGE_BREAKS,
    level: float = 0.95,
) -> Incidence:
    """Return incidence proportions and rates of each outcome in each target, overall and in each stratum.

    Parameters
    ----------
    targets, outcomes : cohorts, with the columns COHORT.
    observation_periods : with the columns PERIOD.
    persons : with the columns PERSON; needed for strata by age or sex.
    times_at_risk : one or more.
    clean_window : days after an outcome's end in which no other can begin; 9999 counts first outcomes only.
    strata : of `age`, `sex`, `year`; every combination of them is told.
    age_breaks : the first years of age of the second group, the third, and so on.
    level : of the exact limits beside proportion and rate.

    Raises
    ------
    UserError
        When columns are missing, a stratum is unknown or has no persons to come from, or the window is negative.
    """
    chosen = tuple(dict.fromkeys(strata))
    if unknown := set(chosen) - set(STRATA):
        raise UserError(f"no stratum {', '.join(sorted(unknown))}", where="--strata", hint="Choose of age, sex, year")
    if {"age", "sex"} & set(chosen) and persons is None:
        raise UserError("strata by age or sex need persons", where="--strata", hint="Give --persons PERSON.csv")
    if clean_window < 0:
        raise UserError("a clean window cannot be negative", where="--clean-window", hint="0 excludes nothing")
    receipt: dict[str, int] = {}
    who = _cohort(targets, "targets", receipt)
    what = _cohort(outcomes, "outcomes", receipt)
    periods = _dated(observation_periods, PERIOD, "observation_periods", receipt).rename(
        dict(zip(PERIOD, ("person", "observed_from", "observed_until"), strict=True))
    )
    receipt["targets_outside_observation"] = _outside(who, periods)
    receipt["outcomes_outside_observation"] = _outside(what, periods)
    rows = []
    for number, window in enumerate(times_at_risk, 1):
        at_risk = _at_risk(who, periods, window)
        if persons is not None:
            at_risk = at_risk.join(_described(persons), on="person", how="left")
        at_risk = _grouped(at_risk, chosen, age_breaks)
        for target in sorted(set(who["cohort"])):
            for outcome in sorted(set(what["cohort"])) or [""]:
                counted = _counted(
                    at_risk.filter(pl.col("cohort") == target), what.filter(pl.col("cohort") == outcome), clean_window
                )
                head = {
                    "target_cohort_definition_id": target,
                    "tar_id": number,
                    "tar": str(window),
                    "outcome_cohort_definition_id": outcome,
                    "clean_window": clean_window,
                }
                rows += [{**head, **_named(row, age_breaks)} for row in _summed(counted, chosen, level)]
    return Incidence(rows, receipt)


def read(path: Path) -> pl.DataFrame:
    """Return a table of a CSV or Parquet file; every cell of a CSV file as text, so that no identifier is a float.

    Raises
    ------
    InputError
        When it cannot be read.
    """
    try:
        return pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError("the table cannot be read", where=path.name, hint="Give CSV or Parquet") from error


def _anchor(text: str, option: str) -> tuple[str, int]:
    anchor, _, days = text.partition(":")
    if anchor not in {"start", "end"} or not days.lstrip("+-").isdecimal():
        raise UserError(
            "a time at risk is written start:DAYS or end:DAYS", where=option, hint="Write start:0 or end:30"
        )
    return anchor, int(days)


def _dated(frame: pl.DataFrame, columns: Sequence[str], name: str, receipt: dict[str, int]) -> pl.DataFrame:
    """The columns with ids as text and dates as days.

    Rows without a readable id or date, or that end before they start, are counted and left out.
    """
    frame = frame.rename({column: column.lower() for column in frame.columns})
    if missing := [column for column in columns if column not in frame.columns]:
        raise UserError(f"no column {', '.join(missing)}", where=name, hint="Name the columns as OMOP does")
    dates = [column for column in columns if column.endswith("_date")]
    frame = frame.select(
        *(_text(column) for column in columns if column not in dates),
        *(pl.col(date).cast(pl.Date) if frame.schema[date].is_temporal() else _day(date) for date in dates),
    )
    readable = frame.drop_nulls()
    readable = readable.with_columns(pl.col(dates).dt.epoch("d").cast(pl.Int64))
    ordered = readable.filter(pl.col(dates[0]) <= pl.col(dates[1]))
    receipt[f"{name}_read"] = frame.height
    receipt[f"{name}_unreadable"] = frame.height - readable.height
    receipt[f"{name}_ending_before_their_start"] = readable.height - ordered.height
    return ordered


def _text(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).str.strip_chars()


def _day(column: str) -> pl.Expr:
    return _text(column).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)


def _cohort(frame: pl.DataFrame, name: str, receipt: dict[str, int]) -> pl.DataFrame:
    return _dated(frame, COHORT, name, receipt).rename(
        dict(zip(COHORT, ("cohort", "person", "start", "end"), strict=True))
    )


def _described(persons: pl.DataFrame) -> pl.DataFrame:
    persons = persons.rename({column: column.lower() for column in persons.columns})
    if missing := [column for column in PERSON if column not in persons.columns]:
        raise UserError(f"no column {', '.join(missing)}", where="persons", hint="Name the columns as OMOP does")
    return persons.select(
        _text("person_id").alias("person"),
        pl.col("gender_concept_id").cast(pl.String).alias("gender_id"),
        pl.col("year_of_birth").cast(pl.Int64, strict=False),
    ).unique("person", keep="first", maintain_order=True)


def _outside(rows: pl.DataFrame, periods: pl.DataFrame) -> int:
    """How many rows start outside every observation period of their person."""
    numbered = rows.with_row_index("row")
    held = numbered.join(periods, on="person").filter(
        pl.col("start").is_between(pl.col("observed_from"), pl.col("observed_until"))
    )
    return rows.height - held["row"].n_unique()


def _at_risk(targets: pl.DataFrame, periods: pl.DataFrame, window: TimeAtRisk) -> pl.DataFrame:
    """The times at risk of each person in each target, overlapping ones merged."""
    begin, finish = (pl.col(anchor) + days for anchor, days in (window.start, window.end))
    times = (
        targets.join(periods, on="person")
        .filter(pl.col("start").is_between(pl.col("observed_from"), pl.col("observed_until")))
        .select("cohort", "person", begin.alias("from"), pl.min_horizontal(finish, "observed_until").alias("until"))
        .filter(pl.col("from") <= pl.col("until"))
    )
    return _merged(times, ["cohort", "person"])


def _merged(times: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Spans that share a day, of the same owner, as one."""
    # Most have one span only: sorting those would be most of the work.
    repeated = pl.len().over(by) > 1
    several = times.filter(repeated)
    if several.is_empty():
        return times
    furthest = pl.col("until").cum_max().shift(1).over(by)
    merged = (
        several.sort([*by, "from", "until"])
        .with_columns(new=(furthest.is_null() | (pl.col("from") > furthest)).cast(pl.Int64))
        .with_columns(era=pl.col("new").cum_sum())
        .group_by([*by, "era"], maintain_order=True)
        .agg(pl.col("from").min(), pl.col("until").max())
        .drop("era")
    )
    return pl.concat([times.filter(~repeated), merged.select(times.columns)])


def _grouped(times: pl.DataFrame, strata: Sequence[str], age_breaks: Sequence[int]) -> pl.DataFrame:
    """The times with the group of each stratum; who has no known birth year or sex counts only where none is asked."""
    year = pl.from_epoch("from", "d").dt.year()
    made = {}
    if "year" in strata:
        made["start_year"] = year.cast(pl.Int64)
    if "age" in strata:
        age = year - pl.col("year_of_birth")
        made["age_group_id"] = 1 + pl.sum_horizontal([(age >= limit).cast(pl.Int64) for limit in sorted(age_breaks)])
        made["age_group_id"] = pl.when(age.is_not_null()).then(made["age_group_id"])
    return times.with_columns(**made).with_row_index("time")


def _counted(times: pl.DataFrame, outcomes: pl.DataFrame, clean_window: int) -> pl.DataFrame:
    """The times with their days and outcomes, before and after exclusion."""
    closed = _merged(
        outcomes.select(
            "person", (pl.col("start") + 1).alias("from"), (pl.col("end") + clean_window).alias("until")
        ).filter(pl.col("from") <= pl.col("until")),
        ["person"],
    )
    lost = (
        times.select("time", "person", "from", "until")
        .join(closed, on="person", suffix="_closed")
        .select(
            "time",
            lost=pl.min_horizontal("until", "until_closed") - pl.max_horizontal("from", "from_closed") + 1,
        )
        .filter(pl.col("lost") > 0)
        .group_by("time")
        .agg(pl.col("lost").sum())
    )
    numbered = outcomes.with_row_index("outcome")
    barred = (
        numbered.join(closed, on="person")
        .filter(pl.col("start").is_between(pl.col("from"), pl.col("until")))
        .select("outcome", barred=pl.lit(value=True))
        .unique("outcome")
    )
    within = (
        times.select("time", "person", "from", "until")
        .join(numbered, on="person")
        .filter(pl.col("start").is_between(pl.col("from"), pl.col("until")))
        .join(barred, on="outcome", how="left")
        .group_by("time")
        .agg(outcomes_pe=pl.len().cast(pl.Int64), outcomes=pl.col("barred").is_null().sum().cast(pl.Int64))
    )
    return (
        times.join(lost, on="time", how="left")
        .join(within, on="time", how="left")
        .with_columns(
            days_pe=pl.col("until") - pl.col("from") + 1,
            outcomes_pe=pl.col("outcomes_pe").fill_null(0),
            outcomes=pl.col("outcomes").fill_null(0),
        )
        .with_columns(days=pl.col("days_pe") - pl.col("lost").fill_null(0))
    )


def _summed(times: pl.DataFrame, strata: Sequence[str], level: float) -> list[dict[str, Any]]:
    """A row for each combination of strata, the overall one first; it is told even where nobody is at risk."""
    every = [STRATA[name] for name in STRATA if name in strata]
    repeated = times["person"].n_unique() < times.height
    rows = []
    for many in range(len(every) + 1):
        for columns in combinations(every, many):
            known = times.drop_nulls(list(columns))
            persons = known
            if repeated:
                counts = pl.col("days_pe", "days", "outcomes_pe", "outcomes")
                persons = known.group_by([*columns, "person"]).agg(counts.sum())
            sums = [
                pl.len().alias("persons_at_risk_pe"),
                (pl.col("days") > 0).sum().alias("persons_at_risk"),
                pl.col("days_pe").sum().alias("person_days_pe"),
                pl.col("days").sum().alias("person_days"),
                (pl.col("outcomes_pe") > 0).sum().alias("person_outcomes_pe"),
                (pl.col("outcomes") > 0).sum().alias("person_outcomes"),
                pl.col("outcomes_pe").sum(),
                pl.col("outcomes").sum(),
            ]
            summed = persons.group_by(columns).agg(sums).sort(columns) if columns else persons.select(sums)
            empty = dict.fromkeys(every)
            rows += [{**empty, **row, **_told(row, level)} for row in summed.iter_rows(named=True)]
    return rows


def _named(row: dict[str, Any], age_breaks: Sequence[int]) -> dict[str, Any]:
    """The row with its group of age in words, where there is one to tell."""
    if "age_group_id" not in row:
        return row
    group, limits = row["age_group_id"], sorted(age_breaks)
    words = None
    if group is not None:
        first = str(limits[group - 2]) if group > 1 else ""
        words = f"{first}+" if group > len(limits) else f"{first or 0}-{limits[group - 1] - 1}"
    return {"age_group": words, **row}


def _told(row: Mapping[str, Any], level: float) -> dict[str, Any]:
    """Proportion per 100 persons, rate per 100 person-years, with exact limits; null where nobody is at risk."""
    told = rate(row["outcomes"], row["person_days"], 100 * DAYS_PER_YEAR, level)
    some = row["persons_at_risk"] > 0
    limits = exact(row["person_outcomes"], row["persons_at_risk"], level) if some else None
    return {
        "incidence_proportion_p100p": 100 * row["person_outcomes"] / row["persons_at_risk"] if some else None,
        "incidence_proportion_ci": limits and [100 * limit for limit in limits],
        "incidence_rate_p100py": told.value,
        "incidence_rate_ci": told.intervals["exact"] and list(told.intervals["exact"]),
    }
