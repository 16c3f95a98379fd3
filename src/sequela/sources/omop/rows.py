"""The rows of a CDM that hold the facts of some episodes, as Ibis expressions: what of a database leaves it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sequela.course.episodes import BASELINE_DAYS
from sequela.sources.omop.resolving import Resolution

if TYPE_CHECKING:
    import ibis

    from sequela.sources.omop.cdm import Database

FOLLOWED_DAYS = 180
"""How long after its procedure an episode's facts are taken: no window of the criteria is longer."""


def prefix_of(table: str) -> str:
    """What the columns of a table begin with."""
    return table.removesuffix("_occurrence").removesuffix("_exposure")


def followed(
    rows: ibis.Table,
    chosen: ibis.Table,
    part: tuple[int, int] = (0, 1),
    *,
    ever: bool = False,
    meaning: tuple[Resolution, str, Sequence[str] | None] | None = None,
) -> ibis.Table:
    """Those rows that are of the chosen procedures' persons, within the days of their episodes.

    The persons are counted out in the database: no list of them has to go into it.

    Parameters
    ----------
    part : which of how many parts of the persons.
    ever : whether the earlier rows stay in.
    meaning : which lists a row must mean: the lists at this site, what its columns begin with, and the keys (or all).
    """
    import ibis

    mine, parts = part
    spans = chosen.filter((chosen.person % parts + parts) % parts == mine) if parts > 1 else chosen
    spans = spans.group_by(patient="person").aggregate(first=spans.date.min(), last=spans.date.max())
    spans = spans.select(
        "patient",
        since=spans["first"] - ibis.interval(days=BASELINE_DAYS),
        until=spans["last"] + ibis.interval(days=FOLLOWED_DAYS),
    )
    joined = rows.join(spans, [rows.person == spans.patient])
    within = joined.date <= joined.until
    joined = joined.filter(within if ever else within & (joined.date >= joined.since))
    if meaning is not None:
        resolution, prefix, keys = meaning
        # The second half is never true, and names a column of both sides of the join: so the codes of a hundred million
        # rows are not looked at before it is known whose they are.
        joined = joined.filter(resolution.condition(joined, prefix, keys) | joined.since.isnull())
    return joined.drop("patient", "since", "until")


def measurement_rows(database: Database) -> ibis.Table:
    """The measurements, with what tells number and unit."""
    return database.table("measurement").select(
        "measurement_concept_id", "measurement_source_concept_id", "measurement_source_value", "operator_concept_id",
        "value_as_number", "value_source_value", "unit_concept_id", "unit_source_value",
        record="measurement_id", person="person_id", date="measurement_date", time="measurement_datetime",
    )  # fmt: skip


def coded_rows(database: Database, table: str) -> ibis.Table:
    """The rows of any table of clinical events, with what tells their code."""
    source, prefix = database.table(table), prefix_of(table)
    kind = f"{prefix}_type_concept_id"
    begins = {"drug": "drug_exposure_start", "condition": "condition_start"}.get(prefix, prefix)
    return source.select(
        f"{prefix}_concept_id", f"{prefix}_source_concept_id", f"{prefix}_source_value",
        record=f"{table}_id", person="person_id", date=f"{begins}_date", time=f"{begins}_datetime",
        visit="visit_occurrence_id", written_as=kind,
    )  # fmt: skip


def with_stay(database: Database, rows: ibis.Table) -> ibis.Table:
    """The rows with the beginning and end of the visit that they were recorded in."""
    visit = database.table("visit_occurrence")
    visits = visit.select(
        stay="visit_occurrence_id",
        stay_start=visit.visit_start_datetime.coalesce(visit.visit_start_date.cast("timestamp")),
        stay_end=visit.visit_end_datetime.coalesce(visit.visit_end_date.cast("timestamp")),
    )
    return rows.left_join(visits, rows.visit == visits.stay)


def visit_rows(database: Database, table: str, concepts: tuple[int, ...], *, nights: bool) -> ibis.Table:
    """The visits, or parts of them, of some concepts: when they began and ended.

    `nights`: so are those over a night whatever their concept, for sites call a stay by the door it came in through.
    """
    source = database.table(table)
    prefix = table.removesuffix("_occurrence")
    begin, end = source[f"{prefix}_start_date"], source[f"{prefix}_end_date"]
    chosen = source[f"{prefix}_concept_id"].isin(sorted(concepts))
    if nights:
        chosen |= end > begin
    return source.filter(chosen).select(
        record=f"{table}_id", person="person_id", date=begin,
        time=source[f"{prefix}_start_datetime"].coalesce(begin.cast("timestamp")),
        end=source[f"{prefix}_end_datetime"].coalesce(end.cast("timestamp")),
    )  # fmt: skip


def death_rows(database: Database) -> ibis.Table:
    """The deaths; a person has one at most, and it has no key of its own."""
    table = database.table("death")
    return table.select(record="person_id", person="person_id", date="death_date", time="death_datetime")


def note_rows(database: Database) -> ibis.Table:
    """The texts, with the title by which a report is known."""
    table = database.table("note")
    return table.filter(table.note_text.notnull()).select(
        "note_text", "language_concept_id",
        record="note_id", person="person_id", date="note_date", time="note_datetime",
        title=table.note_title.coalesce(table.note_source_value),
    )  # fmt: skip
