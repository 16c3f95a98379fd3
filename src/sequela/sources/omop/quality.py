"""What a registry lead must know of a database before any number out of it: each flaw with its share and its effect.

Counted for the persons of the episodes; where there are none, for everybody. Each table is read a few times, whole.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

from sequela.sources.omop import rows
from sequela.sources.omop.facts import Readers
from sequela.sources.omop.resolving import FATES, CodeFate, Fate
from sequela.sources.omop.values import by_unit, implausible

if TYPE_CHECKING:
    import ibis

    from sequela.sources.omop.cdm import Database
    from sequela.sources.omop.index import Index

Level = Literal["fine", "note", "warning", "not measured"]
IMAGED_DAYS, FOLLOWED_DAYS, LOOK_BACK_DAYS = 30, 30, 90
"""Days within which imaging, follow-up and the past are looked for (expert judgement, as all of `quality.toml`)."""
IMAGING = (
    "contrast-ct", "contrast-mr", "unenhanced-ct", "arterial-ct", "doppler", "ultrasound", "contrast-ultrasound",
)  # fmt: skip
UNRESOLVED = (Fate.UNKNOWN, Fate.BY_VALUE)
Counts = tuple[int, int] | str
"""How many of how many; or why it could not be counted."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: how many of how many, how bad that is, what it does to the answer, what to do about it.

    `count` and `total` are None where it could not be counted, and `detail` says why; elsewhere it says more.
    """

    key: str
    title: str
    of: str
    count: int | None
    total: int | None
    level: Level
    effect: str
    advice: str
    detail: str = ""

    @property
    def share(self) -> float | None:
        """The share, or nothing where there is nothing to have a share of."""
        return self.count / self.total if self.total and self.count is not None else None

    def as_json(self) -> dict[str, Any]:
        """The check as JSON."""
        return {
            "check": self.key,
            "title": self.title,
            "count": self.count,
            "total": self.total,
            "of": self.of,
            "share": self.share,
            "level": self.level,
            "effect": self.effect,
            "advice": self.advice,
            "detail": self.detail,
        }


@dataclass(frozen=True, slots=True)
class Quality:
    """The checks, the worst first; `about` says whose records were counted."""

    about: str
    checks: tuple[Check, ...]

    def as_json(self) -> dict[str, Any]:
        """The page as JSON."""
        return {"about": self.about, "basis": "expert judgement", "checks": [check.as_json() for check in self.checks]}


def assess_quality(database: Database, index: Index, readers: Readers | None = None) -> Quality:
    """Return what was found when a database was looked at.

    Parameters
    ----------
    index : the index procedures; where it has none, the whole database is looked at.
    readers : the lists at this site (default: resolved anew).
    """
    readers = readers or Readers.at(database)
    looked = _Looked(database, index, readers)
    counted: dict[str, tuple[Counts, str]] = {}
    for look in LOOKS:
        counted.update({key: (counts, detail) for key, counts, detail in look(looked)})
    checks = [_check(key, *counted[key]) for key in _texts() if key in counted]
    order = {"warning": 0, "note": 1, "fine": 2, "not measured": 3}
    about = "persons with an index procedure" if looked.some else "all persons: there is no index procedure"
    return Quality(about, tuple(sorted(checks, key=lambda check: order[check.level])))


@dataclass(slots=True)
class _Looked:
    """A database under examination."""

    database: Database
    index: Index
    readers: Readers

    @property
    def some(self) -> bool:
        return not self.index.episodes.is_empty()

    def mine(self, table: ibis.Table) -> ibis.Table:
        """The rows of those who are looked at."""
        return table.filter(table.person_id.isin(self.index.chosen.person)) if self.some else table

    def one(self, expression: ibis.Table) -> dict[str, Any]:
        """The one row of an expression."""
        return self.database.to_polars(expression).row(0, named=True)


Found = Iterable[tuple[str, Counts, str]]


def _check(key: str, counts: Counts, detail: str) -> Check:
    text = _texts()[key]
    words = {name: text[name] for name in ("title", "of", "effect", "advice")}
    if isinstance(counts, str):
        return Check(key, count=None, total=None, level="not measured", detail=counts, **words)
    count, total = counts
    share = count / total if total else 0.0
    level: Level = "warning" if share > text["warning"] else "note" if share > text["note"] else "fine"
    if not total:
        return Check(
            key, count=0, total=0, level="not measured", detail=detail or f"there are no {text['of']}", **words
        )
    return Check(key, count=count, total=total, level=level, detail=detail, **words)


@cache
def _texts() -> Mapping[str, Mapping[str, Any]]:
    read = tomllib.loads(resources.files(__package__).joinpath("quality.toml").read_text(encoding="utf-8"))
    return {key: entry for key, entry in read.items() if isinstance(entry, dict)}


def _episodes(looked: _Looked) -> Found:
    """What the index procedures themselves show."""
    import polars as pl

    episodes, many = looked.index.episodes, looked.index.episodes.height
    day = pl.col("start").dt.date()
    stays = episodes.filter(pl.col("visit_end").dt.date() > pl.col("visit_start").dt.date())
    yield "index-at-visit-end", (stays.filter(day == pl.col("visit_end").dt.date()).height, stays.height), ""
    yield "index-midnight", (episodes.filter(~pl.col("time_known")).height, many), ""
    yield "index-unsettled", (episodes.filter("unsettled").height, many), ""
    early = pl.col("period_start") > day - dt.timedelta(days=LOOK_BACK_DAYS)
    yield "look-back-90", (episodes.filter(early).height, many), ""
    again = pl.col("start").shift(-1).over("person_id").dt.date()
    until = day + dt.timedelta(days=FOLLOWED_DAYS)
    lost = episodes.filter((pl.col("period_end") < until) & ~(again <= pl.col("period_end")).fill_null(value=False))
    if looked.some:
        deaths = looked.database.to_polars(
            looked.mine(looked.database.table("death")).select("person_id", "death_date")
        )
        dead = lost.join(deaths.with_columns(pl.col("person_id").cast(pl.String)), on="person_id", how="left")
        alive = dead.filter(~(pl.col("death_date") <= pl.col("period_end")).fill_null(value=False))
        yield "follow-up-30", (alive["procedure_occurrence_id"].n_unique(), many), ""
        yield "imaging-within-30-days", *_imaging(looked)
        yield "notes-missing", *_notes(looked)


def _imaging(looked: _Looked) -> tuple[Counts, str]:
    """How many episodes have no examination of the liver within the days."""
    import polars as pl

    keys = [key for key in IMAGING if key in looked.readers.events.meanings]
    found = []
    for table in ("procedure_occurrence", "measurement", "observation"):
        source, prefix = looked.database.table(table), rows.prefix_of(table)
        chosen = source.filter(looked.readers.events.matching(source, prefix, keys))
        coded = chosen.select(person="person_id", date=f"{prefix}_date")
        found.append(looked.database.to_polars(rows.followed(coded, looked.index.chosen)))
    examined = pl.concat(found).with_columns(pl.col("person").cast(pl.String))
    episodes = looked.index.episodes.select("person_id", "procedure_occurrence_id", day=pl.col("start").dt.date())
    seen = examined.join(episodes, left_on="person", right_on="person_id").filter(
        pl.col("date").is_between(pl.col("day"), pl.col("day") + dt.timedelta(days=IMAGED_DAYS))
    )
    without = episodes.height - seen["procedure_occurrence_id"].n_unique()
    return (without, episodes.height), "no examination at all by our codes" if examined.is_empty() else ""


def _notes(looked: _Looked) -> tuple[Counts, str]:
    """How many episodes have no report text within the days that are followed."""
    import polars as pl

    if not looked.database.has("note"):
        return (looked.index.episodes.height, looked.index.episodes.height), "there is no note table"
    texts = rows.note_rows(looked.database).select("person", "date")
    noted = looked.database.to_polars(rows.followed(texts, looked.index.chosen))
    persons = noted["person"].cast(pl.String).unique()
    without = looked.index.episodes.filter(~pl.col("person_id").is_in(persons.implode())).height
    return (without, looked.index.episodes.height), ""


def _diagnoses(looked: _Looked) -> Found:
    """What the diagnoses show: dated at admission, outside observation, told twice over."""
    table = looked.mine(looked.database.table("condition_occurrence"))
    visit = looked.database.table("visit_occurrence")
    stays = visit.filter(visit.visit_end_date > visit.visit_start_date).select(
        stay="visit_occurrence_id", begun="visit_start_date"
    )
    inside = table.inner_join(stays, table.visit_occurrence_id == stays.stay)
    dated = looked.one(
        inside.aggregate(n=inside.count(), first=(inside.condition_start_date == inside.begun).ifelse(1, 0).sum())
    )
    yield "diagnoses-at-admission", (int(dated["first"] or 0), dated["n"]), ""
    yield "diagnoses-outside", _outside(looked, table, "condition_occurrence_id", "condition_start_date"), ""
    written = table.filter(table.condition_source_value.notnull())
    groups = written.group_by(
        "person_id", "visit_occurrence_id", "condition_source_value", "condition_start_date"
    ).aggregate(concepts=written.condition_concept_id.nunique())
    told = looked.one(groups.aggregate(n=groups.count(), several=(groups.concepts > 1).ifelse(1, 0).sum()))
    yield "two-standards", (int(told["several"] or 0), told["n"]), ""


def _outside(looked: _Looked, table: ibis.Table, key: str, date: str) -> Counts:
    """The rows that lie in no observation period of their person."""
    period = looked.database.table("observation_period")
    spans = period.select(whose="person_id", begun="observation_period_start_date", over="observation_period_end_date")
    holds = [table.person_id == spans.whose, table[date] >= spans.begun, table[date] <= spans.over]
    within = table.inner_join(spans, holds)
    whole = looked.one(table.aggregate(n=table.count()))["n"]
    # Periods may overlap: a row within two of them is one row.
    return whole - looked.one(within.aggregate(n=within[key].nunique()))["n"], whole


def _measurements(looked: _Looked) -> Found:
    """What the measurements of our kinds show: units, times, repeats, values."""
    import polars as pl

    source = looked.database.table("measurement")
    table = looked.mine(source.filter(looked.readers.measurements.matching(source, "measurement")))
    groups = by_unit(looked.database, table, looked.readers.measurements)
    total = int(groups["rows"].sum())
    bare = pl.col("unit_concept_id").is_null() & pl.col("unit_source_value").is_null()
    unitless = groups.filter(bare & ~pl.col("readable"))
    yield "units-missing", (int(unitless["rows"].sum()), total), ""
    yield "units-unmapped", (int(groups.filter(pl.col("unit_concept_id") == 0)["rows"].sum()), total), ""
    strange = groups.filter(~bare & ~pl.col("readable"))
    kinds = ", ".join(sorted(set(strange["kind"])))
    yield "units-unknown", (int(strange["rows"].sum()), total), f"of {kinds}" if kinds else ""
    readable = groups.filter("readable")
    yield "values-implausible", (implausible(looked.database, table, readable), int(readable["rows"].sum())), ""
    used = groups.filter(pl.col("measurement_concept_id") != 0).group_by("kind").agg(
        pl.col("measurement_concept_id").n_unique().alias("concepts")
    )  # fmt: skip
    several = used.filter(pl.col("concepts") > 1)
    yield "several-concepts", (several.height, used.height), ", ".join(sorted(several["kind"]))
    yield "values-missing", (total - int(groups["valued"].sum()), total), ""
    time = table.measurement_datetime
    midnight = looked.one(
        table.aggregate(n=(time.isnull() | (time == time.truncate("D"))).ifelse(1, 0).sum())
    )["n"]  # fmt: skip
    yield "measurements-midnight", (int(midnight or 0), total), ""
    same = table.group_by(
        "person_id", "measurement_concept_id", "measurement_date", "measurement_datetime", "value_as_number"
    ).aggregate(n=table.count())
    twice = looked.one(same.aggregate(n=(same.n - 1).sum()))["n"]
    yield "measurements-duplicate", (int(twice or 0), total), ""
    yield "measurements-outside", _outside(looked, table, "measurement_id", "measurement_date"), ""


def _deaths(looked: _Looked) -> Found:
    """How deaths are told: without them the competing risk is not seen."""
    database = looked.database
    person = looked.mine(database.table("person"))
    persons = looked.one(person.aggregate(n=person.person_id.nunique()))["n"]
    death = looked.mine(database.table("death"))
    period = database.table("observation_period")
    last = period.group_by("person_id").aggregate(last=period.observation_period_end_date.max())
    late = death.inner_join(last, "person_id")
    visit = database.table("visit_occurrence")
    found = looked.one(death.aggregate(n=death.person_id.nunique()))["n"]
    yield "deaths", (found, persons), ""
    yield "no-deaths", (int(not found), 1), ""
    after = looked.one(late.aggregate(n=(late.death_date > late["last"]).ifelse(1, 0).sum()))["n"]
    yield "deaths-after-period", (int(after or 0), found), ""
    visits = visit.select(visitor="person_id", begun="visit_start_date")
    living = death.inner_join(visits, [death.person_id == visits.visitor, visits.begun > death.death_date])
    yield "visits-after-death", (looked.one(living.aggregate(n=living.person_id.nunique()))["n"], found), ""


def _codes(looked: _Looked) -> Found:
    """What became of our codes at this site."""
    fates: list[CodeFate] = list(looked.index.resolution.fates) if looked.index.resolution else []
    fates += [*looked.readers.outcomes.fates, *looked.readers.measurements.fates, *looked.readers.events.fates]
    lost = [fate for fate in fates if fate.fate in UNRESOLVED]
    words = sorted({fate.vocabulary for fate in lost if fate.vocabulary})
    detail = f"{', '.join(words)}; " if words else ""
    tally = "; ".join(
        f"{sum(one.fate is fate for one in fates)} {meaning}" for fate, meaning in FATES.items()
        if any(one.fate is fate for one in fates)
    )  # fmt: skip
    yield "codes-unresolved", (len(lost), len(fates)), detail + tally
    yield "no-ancestors", (int(not looked.readers.outcomes.ancestors), 1), ""
    yield "known-at", (1, 1), ""


def _files(looked: _Looked) -> Found:
    """What of CSV files could not be read."""
    bad = looked.database.bad_cells
    total = sum(looked.database.rows(name) for name in sorted({name for name, _ in bad}))
    detail = ", ".join(f"{table}.{column}" for table, column in sorted(bad))
    yield "cells-unreadable", (sum(bad.values()), max(total, 1)), detail


LOOKS: tuple[Callable[[_Looked], Found], ...] = (_episodes, _diagnoses, _measurements, _deaths, _codes, _files)
