"""The flaws of a CDM, counted where the rows lie; `quality` says how bad they are.

Counted for the persons of the episodes; where there are none, for everybody. Measurements, the one large table, are
read twice: for their units, times and extremes, and for what stands twice, outside, or cannot be in its unit.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from sequela.course.episodes import BASELINE_DAYS
from sequela.sources.omop import rows
from sequela.sources.omop.cdm import EXACT
from sequela.sources.omop.facts import Readers, meanings
from sequela.sources.omop.resolving import FATES, CodeFate, Fate
from sequela.sources.omop.values import by_unit, implausible

if TYPE_CHECKING:
    import ibis
    import polars as pl

    from sequela.sources.omop.cdm import Database
    from sequela.sources.omop.index import Index

IMAGING = (
    "contrast-ct", "contrast-mr", "unenhanced-ct", "arterial-ct", "doppler", "ultrasound", "contrast-ultrasound",
)  # fmt: skip
UNRESOLVED = (Fate.UNKNOWN, Fate.BY_VALUE)
EPISODE = ("person_id", "procedure_occurrence_id")
"""What tells an episode from any other: in a ready cohort the second is only a day."""
Counts = tuple[int, int] | str
"""How many of how many; or why it could not be counted."""
Found = Iterable[tuple[str, Counts, str]]


@cache
def texts() -> Mapping[str, Mapping[str, Any]]:
    """What `quality.toml` says of each check, in its order."""
    read = tomllib.loads(resources.files(__package__).joinpath("quality.toml").read_text(encoding="utf-8"))
    return {key: entry for key, entry in read.items() if isinstance(entry, dict)}


@dataclass(frozen=True, slots=True)
class Looked:
    """A database under examination; `people` are the persons of the episodes, in the database."""

    database: Database
    index: Index
    readers: Readers
    people: ibis.Table

    @classmethod
    def at(cls, database: Database, index: Index, readers: Readers) -> Looked:
        """A database with its index procedures: those that are episodes, not those that were left out."""
        chosen, person, spans = index.chosen, database.table("person"), _observed(database)
        holds = [chosen.person == spans.whose, chosen.date >= spans.begun, chosen.date <= spans.over]
        within = chosen.inner_join(spans, holds)
        people = within.filter(within.person.isin(person.person_id)).select("person")
        return cls(database, index, readers, people)

    @property
    def some(self) -> bool:
        """Whether there is any episode."""
        return not self.index.episodes.is_empty()

    def mine(self, table: ibis.Table) -> ibis.Table:
        """The rows of those who are looked at."""
        return table.filter(table.person_id.isin(self.people.person)) if self.some else table

    def one(self, expression: ibis.Table) -> dict[str, int]:
        """The one row of sums or counts; the sum of no rows is 0."""
        row = self.database.to_polars(expression).row(0, named=True)
        return {name: int(number or 0) for name, number in row.items()}


def _observed(database: Database) -> ibis.Table:
    """The observation periods: of whom, from when, until when."""
    period = database.table("observation_period")
    return period.select(whose="person_id", begun="observation_period_start_date", over="observation_period_end_date")


def _episodes(looked: Looked) -> Found:
    """What the index procedures themselves show."""
    import polars as pl

    index = looked.index
    episodes, many = index.episodes, index.episodes.height
    day = pl.col("start").dt.date()
    stays = episodes.filter(pl.col("visit_end").dt.date() > pl.col("visit_start").dt.date())
    yield "index-at-visit-end", (stays.filter(day == pl.col("visit_end").dt.date()).height, stays.height), ""
    yield "index-midnight", (episodes.filter(~pl.col("time_known")).height, many), ""
    yield "index-unsettled", (episodes.filter("unsettled").height, many), ""
    yield "index-left-out", (sum(index.excluded.values()), index.flow[0][1]), ", ".join(sorted(index.excluded))
    early = pl.col("period_start") > day - dt.timedelta(days=_days("look-back-90"))
    yield "look-back-90", (episodes.filter(early).height, many), ""
    if not looked.some:
        return
    died = looked.mine(looked.database.table("death")).select("person_id", "death_date")
    deaths = looked.database.to_polars(died.group_by("person_id").aggregate(died=died.death_date.min()))
    deaths = deaths.with_columns(pl.col("person_id").cast(pl.String))
    followed = episodes.join(deaths, on="person_id", how="left", maintain_order="left")
    again = pl.col("start").shift(-1).over("person_id").dt.date()
    ended = pl.min_horizontal(again, "died") <= pl.col("period_end")
    for key in ("follow-up-30", "follow-up-90"):
        short = pl.col("period_end") < day + dt.timedelta(days=_days(key))
        yield key, (followed.filter(short & ~ended.fill_null(value=False)).height, many), ""
    yield "imaging-within-30-days", *_imaging(looked)
    yield "notes-missing", *_notes(looked)


def _days(key: str) -> int:
    return int(texts()[key]["days"])


def _imaging(looked: Looked) -> tuple[Counts, str]:
    """How many episodes have no examination of the liver within the days."""
    import polars as pl

    events = looked.readers.events
    keys = [key for key in IMAGING if key in events.meanings]
    if not any(m.concepts or m.sources or m.values or m.beginnings for m in (events.meanings[key] for key in keys)):
        return "none of our codes of examinations means anything here", ""
    found = []
    for table in ("procedure_occurrence", "measurement", "observation"):
        coded = rows.coded_rows(looked.database, table)
        meant = rows.followed(coded, looked.index.chosen, meaning=(events, rows.prefix_of(table), keys))
        found.append(looked.database.to_polars(meant.select("person", "date")))
    examined = pl.concat(found)
    unseen = "no examination at all by our codes: it may be that they are coded in another way"
    return _without(looked, examined, 0, _days("imaging-within-30-days")), unseen if examined.is_empty() else ""


def _notes(looked: Looked) -> tuple[Counts, str]:
    """How many episodes have no report text within the days that are read."""
    written = rows.note_rows(looked.database).select("person", "date")
    noted = looked.database.to_polars(rows.followed(written, looked.index.chosen))
    why = "" if looked.database.has("note") else "there is no note table"
    return _without(looked, noted, -BASELINE_DAYS, rows.FOLLOWED_DAYS), why


def _without(looked: Looked, dated: pl.DataFrame, since: int, until: int) -> Counts:
    """The episodes that none of some persons' dates lies in, from a day to a day of theirs."""
    import polars as pl

    episodes = looked.index.episodes.select(*EPISODE, day=pl.col("start").dt.date())
    own = dated.with_columns(pl.col("person").cast(pl.String)).unique()
    placed = episodes.join(own, left_on="person_id", right_on="person")
    passed = (pl.col("date") - pl.col("day")).dt.total_days()
    having = placed.filter(passed.is_between(since, until)).select(EPISODE).unique().height
    return episodes.height - having, episodes.height


def _diagnoses(looked: Looked) -> Found:
    """What the diagnoses show: dated at admission, outside observation, told twice over."""
    table = looked.mine(looked.database.table("condition_occurrence"))
    visit = looked.database.table("visit_occurrence")
    stays = visit.filter(visit.visit_end_date > visit.visit_start_date).select(
        stay="visit_occurrence_id", begun="visit_start_date"
    )
    inside = table.inner_join(stays, table.visit_occurrence_id == stays.stay)
    first = (inside.condition_start_date == inside.begun).ifelse(1, 0).sum()
    types = looked.database.to_polars(
        inside.group_by(type="condition_type_concept_id").aggregate(n=inside.count(), first=first)
    )
    # Bills carry the day of admission, what is charted its own: together the one would hide the other.
    told = [(int(row["first"] or 0), int(row["n"]), row["type"]) for row in types.iter_rows(named=True)]
    # A few records of a rare type are no practice of the house.
    common = [row for row in told if 20 * row[1] >= sum(n for _, n, _ in told)]
    count, total, kind = max(common, key=lambda row: (row[0] / row[1], row[1], row[2] or 0), default=(0, 0, None))
    yield "diagnoses-at-admission", (count, total), f"of the records of type {kind}" if len(told) > 1 else ""
    days = table.group_by(person="person_id", day="condition_start_date").aggregate(n=table.count())
    found = looked.one(_placed(looked, days, "n"))
    yield "diagnoses-outside", (found["outside"], found["n"]), ""
    written = table.filter(table.condition_source_value.notnull())
    groups = written.group_by(
        "person_id", "visit_occurrence_id", "condition_source_value", "condition_start_date"
    ).aggregate(concepts=written.condition_concept_id.nunique())
    found = looked.one(groups.aggregate(n=groups.count(), several=(groups.concepts > 1).ifelse(1, 0).sum()))
    yield "two-standards", (found["several"], found["n"]), ""


def _placed(looked: Looked, days: ibis.Table, *counted: str) -> ibis.Table:
    """The sums of what is counted by person and day, and `outside`: those of `n` in no observation period."""
    spans = _observed(looked.database)
    joined = days.left_join(spans, [days.person == spans.whose, days.day >= spans.begun, days.day <= spans.over])
    # Periods may overlap: a day within two of them is one day.
    each = joined.group_by("person", "day").aggregate(
        periods=joined.whose.count(), **{name: joined[name].max() for name in counted}
    )
    outside = (each.periods == 0).ifelse(each.n, 0).sum()
    return each.aggregate(outside=outside, **{name: each[name].sum() for name in counted})


def _measurements(looked: Looked) -> Found:
    """What the measurements of our kinds show: units, times, repeats, values."""
    import ibis
    import polars as pl

    # The persons first: there are fewer of them, and codes take longer to compare.
    source = looked.mine(looked.database.table("measurement"))
    table = looked.readers.measurements.matched(source, "measurement")
    groups = by_unit(looked.database, table, looked.readers.measurements)
    total = int(groups["rows"].sum())
    bare = pl.col("unit_concept_id").is_null() & pl.col("unit_source_value").is_null()
    unitless = groups.filter(bare & ~pl.col("readable"))
    kinds = ", ".join(sorted(set(unitless["kind"])))
    yield "units-missing", (int(unitless["rows"].sum()), total), f"of {kinds}" if kinds else ""
    yield "units-unmapped", (int(groups.filter(pl.col("unit_concept_id") == 0)["rows"].sum()), total), ""
    strange = groups.filter(~bare & ~pl.col("readable"))
    kinds = ", ".join(sorted(set(strange["kind"])))
    yield "units-unknown", (int(strange["rows"].sum()), total), f"of {kinds}" if kinds else ""
    readable = groups.filter("readable")
    used = groups.filter(pl.col("measurement_concept_id") != 0).group_by("kind").agg(
        pl.col("measurement_concept_id").n_unique().alias("concepts")
    )  # fmt: skip
    several = used.filter(pl.col("concepts") > 1)
    yield "several-concepts", (several.height, used.height), ", ".join(sorted(several["kind"]))
    yield "values-missing", (total - int(groups["valued"].sum()), total), ""
    yield "measurements-midnight", (int(groups["timeless"].sum()), total), ""
    nothing = ibis.null("string")
    told = table.group_by(
        "measurement_concept_id", "measurement_datetime", "value_as_number",
        person="person_id", day="measurement_date",
        # Concept 0 is every test that nobody mapped, and no number every result in words.
        test=(table.measurement_concept_id.fill_null(0) == 0).ifelse(table.measurement_source_value, nothing),
        words=table.value_as_number.isnull().ifelse(table.value_source_value, nothing),
    ).aggregate(n=table.count(), strange=implausible(table, readable).ifelse(1, 0).sum())  # fmt: skip
    days = told.group_by("person", "day").aggregate(
        n=told.n.sum(), again=(told.n - 1).sum(), strange=told.strange.sum()
    )
    found = looked.one(_placed(looked, days, "n", "again", "strange"))
    yield "values-implausible", (found["strange"], int(readable["valued"].sum())), ""
    yield "measurements-duplicate", (found["again"], found["n"]), ""
    yield "measurements-outside", (found["outside"], found["n"]), ""


def _persons(looked: Looked) -> Found:
    """Who is looked at, and how deaths are told: without them the competing risk is not seen."""
    database = looked.database
    person = looked.mine(database.table("person"))
    key = person.person_id
    found = looked.one(
        person.aggregate(n=key.nunique(), odd=((key < 0) | (key > EXACT)).ifelse(1, 0).sum())
    )  # fmt: skip
    persons = found["n"]
    yield "identifiers", (found["odd"], persons), ""
    death = looked.mine(database.table("death").filter(lambda row: row.death_date.notnull()))
    died = death.group_by(dead="person_id").aggregate(died=death.death_date.min())
    period = database.table("observation_period")
    last = period.group_by(person="person_id").aggregate(last=period.observation_period_end_date.max())
    ends = died.left_join(last, died.dead == last.person)
    found = looked.one(ends.aggregate(n=ends.count(), late=(ends.died > ends["last"]).ifelse(1, 0).sum()))
    deaths = found["n"]
    yield "deaths", (deaths, persons), ""
    yield "no-deaths", (int(not deaths), 1), "" if database.has("death") else "there is no death table"
    yield "deaths-after-period", (found["late"], deaths), ""
    yield "records-after-death", (looked.one(_after(looked, died))["n"], deaths), ""
    visit = looked.mine(database.table("visit_occurrence"))
    left = visit.filter(visit.discharged_to_concept_id.isin(sorted(meanings().dead))).select("person_id").distinct()
    known = left.left_join(died, left.person_id == died.dead)
    found = looked.one(known.aggregate(n=known.count(), untold=known.dead.isnull().ifelse(1, 0).sum()))
    yield "deaths-untold", (found["untold"], found["n"]), ""


def _after(looked: Looked, died: ibis.Table) -> ibis.Table:
    """How many persons have a visit, a diagnosis or a procedure that begins after the day of their death."""
    import ibis

    dated = [
        table.select(person="person_id", day=column)
        for table, column in (
            (looked.database.table("visit_occurrence"), "visit_start_date"),
            (looked.database.table("condition_occurrence"), "condition_start_date"),
            (looked.database.table("procedure_occurrence"), "procedure_date"),
        )
    ]
    records = ibis.union(*dated)
    late = died.inner_join(records, [died.dead == records.person, records.day > died.died])
    return late.aggregate(n=late.dead.nunique())


def _codes(looked: Looked) -> Found:
    """What became of our codes at this site."""
    readers = looked.readers
    fates: list[CodeFate] = list(looked.index.resolution.fates) if looked.index.resolution else []
    fates += [*readers.outcomes.fates, *readers.measurements.fates, *readers.findings.fates, *readers.events.fates]
    lost = [fate for fate in fates if fate.fate in UNRESOLVED]
    words = sorted({fate.vocabulary for fate in lost if fate.vocabulary})
    detail = f"{', '.join(words)}; " if words else ""
    tally = "; ".join(
        f"{sum(one.fate is fate for one in fates)} {meaning}" for fate, meaning in FATES.items()
        if any(one.fate is fate for one in fates)
    )  # fmt: skip
    yield "codes-unresolved", (len(lost), len(fates)), detail + tally
    yield "no-vocabulary", (int(not readers.outcomes.vocabulary), 1), ""
    yield "no-ancestors", (int(not readers.outcomes.ancestors), 1), ""
    yield "known-at", (1, 1), ""


def _unmapped(looked: Looked) -> Found:
    """Rows without a standard concept, of everybody: whose procedure was not mapped is not among those looked at."""
    for key, table, prefix in (
        ("procedures-unmapped", "procedure_occurrence", "procedure"),
        ("diagnoses-unmapped", "condition_occurrence", "condition"),
    ):
        whole = looked.database.table(table)
        bare = (whole[f"{prefix}_concept_id"].fill_null(0) == 0).ifelse(1, 0).sum()
        row = looked.one(whole.aggregate(n=whole.count(), bare=bare))
        yield key, (int(row["bare"] or 0), row["n"]), ""


def _files(looked: Looked) -> Found:
    """What of CSV files could not be read."""
    bad = looked.database.bad_cells
    total = sum(looked.database.rows(name) for name in sorted({name for name, _ in bad}))
    detail = ", ".join(f"{table}.{column}" for table, column in sorted(bad))
    yield "cells-unreadable", (sum(bad.values()), max(total, 1)), detail


LOOKS: Mapping[str, Callable[[Looked], Found]] = {
    "index procedures": _episodes,
    "diagnoses": _diagnoses,
    "measurements": _measurements,
    "persons and deaths": _persons,
    "codes": _codes,
    "codes without a concept": _unmapped,
    "files": _files,
}
"""Each thing to look at, in a word."""
