"""The index procedures of a CDM: who had one, when, of what kind, for what; and the count from records to episodes.

Out of the database come only the rows that resolve to an index procedure, or a ready cohort's, with what belongs to
them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sequela.course.episodes import Procedure, ProcedureKind, merged
from sequela.errors import InputError
from sequela.sources.omop.codes import CodeList, lists
from sequela.sources.omop.resolving import Resolution, resolve

if TYPE_CHECKING:
    import ibis
    import polars as pl

    from sequela.sources.omop.cdm import Database

SEXES: Mapping[int, str] = {8507: "male", 8532: "female"}
"""Concepts of gender that are a sex here; any other is unknown (OMOP vocabulary Gender)."""
UNSETTLED = " (kind not settled)"
"""Behind a kind: its codes that do not say which kind it was, and may be for a bleeding (37243, 04L33DZ)."""
GENERIC = frozenset(("primary", "secondary"))
"""The tumour groups that a more precise one beside them makes superfluous."""
COLUMNS = (
    "person_id", "procedure_occurrence_id", "kind", "kinds", "unsettled", "records", "start", "time_known",
    "visit_occurrence_id", "visit_start", "visit_end", "period_start", "period_end", "tumour", "age", "sex", "year",
)  # fmt: skip
"""The columns of `Index.episodes`."""


@dataclass(frozen=True, slots=True)
class ReadyCohort:
    """A cohort that the site has made: its cohort_definition_id, and the kind of procedure that starts it."""

    definition: int
    kind: ProcedureKind


@dataclass(frozen=True, slots=True)
class Index:
    """The episodes' starts, one row each in order of person and start, and how many records came to that.

    `episodes` has COLUMNS: identifiers as text; `start`, visit and period by the site's clock, `time_known` False at
    midnight; `kind` as the catalogue has it, or the first settled one of the session, `unsettled` where no code of the
    session says which it was; `kinds` all of the session; `records` how many were merged; `tumour` a group of
    `codes/tumours.toml`, `several` or `unknown`; `age` in whole years, to the day where the birthday is known.
    `flow` are (label, count) from records to episodes, `excluded` what was left out by reason. `chosen` are the
    records in the database, with `person` and `date`. `resolution` is None for a ready cohort.
    """

    episodes: pl.DataFrame = field(repr=False)
    flow: tuple[tuple[str, int], ...]
    excluded: Mapping[str, int]
    chosen: ibis.Table = field(repr=False)
    resolution: Resolution | None = None


def index_procedures(database: Database, cohort: ReadyCohort | None = None) -> Index:
    """The index procedures of a CDM, by the codes of its procedures or from a ready cohort.

    Raises
    ------
    InputError
        When the cohort table, or the definition in it, is not there.
    """
    import polars as pl

    resolution = None if cohort is not None else resolve(database, by_certainty())
    if cohort is not None:
        chosen = cohort_rows(database, cohort)
        rows = database.to_polars(with_person(database, chosen)).with_columns(list=pl.lit(str(cohort.kind)))
        if rows.is_empty():
            raise InputError(f"the cohort table has no rows of definition {cohort.definition}", where=database.address)
    else:
        assert resolution is not None
        chosen = procedure_rows(database, resolution)
        rows = resolution.labelled(database.to_polars(with_person(database, chosen)), "procedure")
    flow = [("records of the cohort" if cohort else "records of index procedures", _records(rows))]
    excluded: dict[str, int] = {}
    for reason, kept in (
        ("no date", pl.col("date").is_not_null()),
        ("person not in the person table", pl.col("known").is_not_null()),
        ("outside every observation period", pl.col("period_start").is_not_null()),
    ):
        if gone := _records(rows.filter(~kept)):
            excluded[reason] = gone
        rows = rows.filter(kept)
    flow.append(("records within an observation period", _records(rows)))
    found = _sessions(rows, _tumours(database, chosen))
    flow += [("procedures, those within 24 h merged", len(found)), ("persons", found["person_id"].n_unique())]
    return Index(found, tuple(flow), excluded, chosen, resolution)


def by_certainty() -> list[CodeList]:
    """The code lists of the index procedures, those codes apart that do not say which kind it was."""
    apart = []
    for each in lists("procedures").values():
        for unsettled, ending in ((False, ""), (True, UNSETTLED)):
            codes = tuple(code for code in each.codes if code.unsettled is unsettled)
            if codes:
                apart.append(replace(each, key=each.key + ending, codes=codes))
    return apart


def procedure_rows(database: Database, resolution: Resolution) -> ibis.Table:
    """The rows of procedure_occurrence that resolve to an index procedure."""
    table = database.table("procedure_occurrence")
    return resolution.matched(table, "procedure").select(
        "procedure_concept_id", "procedure_source_concept_id", "procedure_source_value",
        record="procedure_occurrence_id", person="person_id", visit="visit_occurrence_id",
        date="procedure_date", time="procedure_datetime",
    )  # fmt: skip


def cohort_rows(database: Database, cohort: ReadyCohort) -> ibis.Table:
    """The rows of a ready cohort, in the same columns; they have neither a record of their own nor a visit."""
    import ibis

    if not database.has("cohort"):
        raise InputError("there is no cohort table", where=database.address)
    table = database.table("cohort")
    return table.filter(table.cohort_definition_id == cohort.definition).select(
        record=ibis.null("int64"), person="subject_id", visit=ibis.null("int64"),
        date="cohort_start_date", time=ibis.null("timestamp"),
    )  # fmt: skip


def with_person(database: Database, chosen: ibis.Table) -> ibis.Table:
    """The rows with person, visit, and every observation period that holds the date; NULL where there is none."""
    person, visit, period = (database.table(name) for name in ("person", "visit_occurrence", "observation_period"))
    persons = person.select("gender_concept_id", "year_of_birth", "month_of_birth", "day_of_birth", known="person_id")
    visits = visit.select(
        visit_key="visit_occurrence_id",
        visit_start=visit.visit_start_datetime.coalesce(visit.visit_start_date.cast("timestamp")),
        visit_end=visit.visit_end_datetime.coalesce(visit.visit_end_date.cast("timestamp")),
    )
    periods = period.select(
        observed="person_id",
        period_start="observation_period_start_date",
        period_end="observation_period_end_date",
    )
    return (
        chosen.left_join(persons, chosen.person == persons.known)
        .left_join(visits, chosen.visit == visits.visit_key)
        .left_join(
            periods,
            [chosen.person == periods.observed, chosen.date >= periods.period_start, chosen.date <= periods.period_end],
        )
        .drop("visit_key", "observed")
    )


def tumour_rows(database: Database, chosen: ibis.Table, resolution: Resolution, table: str) -> ibis.Table:
    """The conditions, or observations, of the chosen persons that name what was treated."""
    source = database.table(table)
    prefix = table.removesuffix("_occurrence")
    dated = "condition_start_date" if prefix == "condition" else "observation_date"
    whose = chosen.select(patient="person").distinct()
    joined = source.join(whose, [source.person_id == whose.patient])
    # Whose rows they are is asked first: see `rows.followed`.
    meant = joined.filter(resolution.condition(joined, prefix) | joined.patient.isnull())
    return meant.select(
        f"{prefix}_concept_id", f"{prefix}_source_concept_id", f"{prefix}_source_value",
        patient="patient", told=dated, stay="visit_occurrence_id",
    )  # fmt: skip


def _records(rows: pl.DataFrame) -> int:
    """How many records the rows come from: a record has a row for every kind and every overlapping period."""
    return rows.select("person", "record", "date").n_unique() if len(rows) else 0


def _tumours(database: Database, chosen: ibis.Table) -> dict[int, list[tuple[str, dt.date | None, int | None]]]:
    """What is written of tumours, by person: group, date and visit."""
    resolution = resolve(database, lists("tumours").values())
    told: dict[int, list[tuple[str, dt.date | None, int | None]]] = {}
    for table in ("condition_occurrence", "observation"):
        rows = database.to_polars(tumour_rows(database, chosen, resolution, table))
        labelled = resolution.labelled(rows, table.removesuffix("_occurrence"))
        for person, group, date, visit in labelled.select("patient", "list", "told", "stay").iter_rows():
            told.setdefault(person, []).append((group, date, visit))
    return told


def _sessions(rows: pl.DataFrame, tumours: Mapping[int, list[tuple[str, dt.date | None, int | None]]]) -> pl.DataFrame:
    """One row for each session: records of a person merged as `course.episodes` merges them."""
    import polars as pl

    midnight = pl.col("date").cast(pl.Datetime("us"))
    rows = rows.with_columns(
        start=pl.coalesce(pl.col("time"), midnight),
        record=pl.col("record").cast(pl.String).fill_null("cohort-" + pl.col("date").dt.strftime("%Y%m%d")),
    ).sort("person", "start", "record", "period_start", "list")
    rows = rows.with_columns(second=pl.col("start").dt.epoch("s"))
    found: list[dict[str, Any]] = []
    # Row by row: a grouping by person costs a millisecond a person in Polars.
    for person, part in groupby(rows.iter_rows(named=True), key=itemgetter("person")):
        rows_of: dict[str, Mapping[str, Any]] = {}
        kinds: dict[str, list[str]] = {}
        for row in part:
            rows_of.setdefault(row["record"], row)
            kinds.setdefault(row["record"], []).append(row["list"])
        given = [
            Procedure(
                id=record,
                kind=ProcedureKind(kinds[record][0].removesuffix(UNSETTLED)),
                start=row["second"],
                known_from=row["second"],
            )
            for record, row in rows_of.items()
        ]
        sessions = merged(given)
        for number, first in enumerate(sessions):
            later = sessions[number + 1].start if number + 1 < len(sessions) else None
            within = [p for p in given if first.start <= p.start and (later is None or p.start < later)]
            named = list(dict.fromkeys(kind for p in within for kind in kinds[p.id]))
            found.append(_session(person, rows_of[first.id], named, len(within), tumours.get(person, [])))
    schema = {
        name: pl.Datetime("us") if name in ("start", "visit_start", "visit_end")
        else pl.Date if name.startswith("period")
        else pl.Int64 if name in ("records", "age", "year")
        else pl.Boolean if name in ("unsettled", "time_known")
        else pl.String
        for name in COLUMNS
    }  # fmt: skip
    return pl.DataFrame(found, schema=schema, orient="row")


def _session(
    person: int,
    row: Mapping[str, Any],
    named: Iterable[str],
    records: int,
    tumours: Iterable[tuple[str, dt.date | None, int | None]],
) -> dict[str, Any]:
    """The row of one session: its first record, and the kinds of all."""
    settled = [kind for kind in named if not kind.endswith(UNSETTLED)]
    kinds = settled or [kind.removesuffix(UNSETTLED) for kind in named]
    day, visit = row["start"].date(), row["visit"]
    groups = {group for group, date, stay in tumours if (date and date <= day) or (stay is not None and stay == visit)}
    groups = groups - GENERIC or groups
    return {
        "person_id": str(person),
        "procedure_occurrence_id": row["record"],
        "kind": kinds[0],
        "kinds": "+".join(kinds),
        "unsettled": not settled,
        "records": records,
        "start": row["start"],
        "time_known": row["start"].time() != dt.time(),
        "visit_occurrence_id": None if visit is None else str(visit),
        "visit_start": row["visit_start"],
        "visit_end": row["visit_end"],
        "period_start": row["period_start"],
        "period_end": row["period_end"],
        "tumour": "several" if len(groups) > 1 else min(groups, default="unknown"),
        "age": _age(day, row["year_of_birth"], row["month_of_birth"], row["day_of_birth"]),
        "sex": SEXES.get(row["gender_concept_id"], "unknown"),
        "year": day.year,
    }


def _age(day: dt.date, year: int | None, month: int | None, birthday: int | None) -> int | None:
    """Whole years: to the day where the birthday is known, otherwise the difference of the years."""
    if year is None:
        return None
    before = month is not None and (day.month, day.day) < (month, birthday or 1)
    return day.year - year - before
