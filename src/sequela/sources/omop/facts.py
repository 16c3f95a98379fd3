"""The facts of a CDM's episodes, as the tables of a course folder: what engine and measure take from any source.

A fact belongs to the last procedure that began before it, and to the next one's baseline. Only rows of the episodes'
persons, of our code lists and within an episode's days leave the database.

What a CDM does not say is not made up: there is no time of knowing, so the reporting delay of each kind stands in for
it; midnight means that the time of day is not known; a diagnosis dated at admission was written at discharge.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, TypeAlias

from sequela.course.catalogue import catalogue
from sequela.course.episodes import BASELINE_DAYS, DAY
from sequela.sources.omop import rows
from sequela.sources.omop.codes import Group, lists, outcome_findings
from sequela.sources.omop.resolving import Resolution, resolve
from sequela.sources.omop.rows import FOLLOWED_DAYS, prefix_of
from sequela.sources.omop.units import unit_of_concept, unit_told
from sequela.sources.receipt import Receipt

if TYPE_CHECKING:
    import ibis
    import polars as pl

    from sequela.sources.omop.cdm import Database
    from sequela.sources.omop.index import Index

EPISODES_AT_ONCE = 20_000
"""How many episodes leave the database together: each table is read once for so many."""
Tables: TypeAlias = "dict[str, pl.DataFrame]"
"""The tables of a course folder by name."""
EVENT_TABLES = ("procedure_occurrence", "drug_exposure", "observation")
"""Where something done may stand beside the measurements: a blood culture is a procedure at some sites."""
EVENT = "event "
"""How the key of an event begins among those of measurements."""
OUTCOME = "the diagnosis of an outcome, counted apart"
FINDING_TABLES = ("condition_occurrence", "observation")
SECOND = "%Y-%m-%dT%H:%M:%S"


@dataclass(frozen=True, slots=True)
class Readers:
    """What the lists that facts are read by mean at one site."""

    measurements: Resolution
    findings: Resolution
    events: Resolution
    outcomes: Resolution

    @property
    def sampled(self) -> Resolution:
        """The lists of measurements, and under EVENT those of events, as one."""
        events = {EVENT + key: meaning for key, meaning in self.events.meanings.items()}
        return replace(self.measurements, meanings={**self.measurements.meanings, **events})

    @classmethod
    def at(cls, database: Database) -> Readers:
        """The lists resolved at a site."""

        def group(name: Group) -> Resolution:
            return resolve(database, lists(name).values())

        return cls(group("measurements"), group("findings"), group("events"), group("outcomes"))


@dataclass(frozen=True, slots=True)
class Meanings:
    """The concepts of `facts.toml`."""

    operators: Mapping[int, str]
    inpatient: tuple[int, ...]
    intensive: tuple[int, ...]
    dead: tuple[int, ...]
    charted: tuple[int, ...]
    languages: Mapping[int, str]


@cache
def meanings() -> Meanings:
    """What visits, comparisons and languages are, read once from `facts.toml`."""
    read = tomllib.loads(resources.files(__package__).joinpath("facts.toml").read_text(encoding="utf-8"))
    return Meanings(
        operators={int(concept): sign for concept, sign in read["operators"].items()},
        inpatient=tuple(read["visits"]["inpatient"]),
        intensive=tuple(read["visits"]["intensive"]),
        dead=tuple(read["visits"]["dead"]),
        charted=tuple(read["types"]["charted"]),
        languages={int(concept): code for concept, code in read["languages"].items()},
    )


def course_tables(
    database: Database,
    index: Index,
    receipt: Receipt,
    *,
    readers: Readers | None = None,
    at_once: int = EPISODES_AT_ONCE,
    progress: Callable[[str], None] | None = None,
) -> Iterator[Tables]:
    """Yield the tables of a course folder for some of the episodes after the other, whole persons together.

    Beside them stands `diagnoses`: the outcomes as they are coded, of which the course knows nothing.
    Times are the site's own, without a zone; those at midnight are dates. Facts are named `measurement/17`.

    Parameters
    ----------
    receipt : learns of what stays behind: rows outside the observation period, between two episodes' days.
    readers : the lists at this site (default: resolved anew).
    at_once : about how many episodes to take together.
    progress : called with the name of each table before it is read.
    """
    import polars as pl

    if index.episodes.is_empty():
        return
    readers = readers or Readers.at(database)
    keys = index.episodes.with_columns(
        person=pl.col("person_id").cast(pl.Int64),
        episode=pl.concat_str("person_id", pl.lit("|"), "procedure_occurrence_id"),
        next=pl.col("start").shift(-1).over("person_id"),
    )
    parts = -(-keys.height // at_once)
    for part in range(parts):
        # As the database counts: the remainder of a negative identifier made positive.
        own = keys.filter(((pl.col("person") % parts) + parts) % parts == part)
        if own.height:
            say = progress or (lambda _: None)
            yield _Taking(database, index.chosen, own, readers, receipt, (part, parts), say).tables()


@dataclass(slots=True)
class _Taking:
    """One part of the episodes on its way out of the database; `keys` are they, with what a row is placed by."""

    database: Database
    chosen: ibis.Table
    keys: pl.DataFrame
    readers: Readers
    receipt: Receipt
    part: tuple[int, int]
    progress: Callable[[str], None]

    def tables(self) -> Tables:
        """The tables of these episodes."""
        import polars as pl

        observations, sampled = self._measurements()
        events = [sampled, *(self._events(table) for table in EVENT_TABLES), *self._visits(), self._deaths()]
        findings, background = self._findings()
        return {
            "episodes": self._episodes(),
            "observations": observations,
            "findings": findings,
            "events": pl.concat(events).sort("episode", "fact", "event"),
            "background": background,
            "reports": self._notes(),
            "diagnoses": self._diagnoses(),
        }

    def _episodes(self) -> pl.DataFrame:
        import polars as pl

        day = pl.col("start").dt.strftime("%Y-%m-%d")
        return self.keys.select(
            "episode",
            patient="person_id",
            kind="kind",
            start=pl.when("time_known").then(pl.col("start").dt.strftime(SECOND)).otherwise(day),
            sex=pl.when(pl.col("sex") != "unknown").then("sex"),
            birth_year=pl.col("year") - pl.col("age"),
        )

    def _measurements(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """What was measured, and what was done that stands among it: the longest table is read once for both."""
        import polars as pl

        placed = self._placed("measurement", rows.measurement_rows(self.database), self.readers.sampled)
        done = pl.col("list").str.starts_with(EVENT)
        events = _events_of(placed.filter(done), pl.col("list").str.strip_prefix(EVENT))
        found = placed.filter(~done)
        number, written = pl.col("value_as_number"), pl.col("value_source_value").str.strip_chars()
        sign = pl.col("operator_concept_id").replace_strict(
            dict(meanings().operators), default=None, return_dtype=pl.String
        )
        # A number that the conversion could not keep, because it stood behind a sign: "<5".
        behind = written.str.extract_groups(r"^(?<sign><=|>=|<|>)\s*(?<number>[0-9]+(?:\.[0-9]+)?)$")
        kept = number.is_not_null()
        observations = found.select(
            "episode",
            "fact",
            kind="list",
            # The shortest text that means the number, as the cells of a course folder are read.
            value=pl.when(kept)
            .then(number.cast(pl.String))
            .otherwise(pl.coalesce(behind.struct.field("number"), written)),
            comparator=pl.when(sign != "=").then(sign).when(~kept).then(behind.struct.field("sign")),
            unit=pl.coalesce(
                unit_of_concept(pl.col("unit_concept_id"), pl.col("unit_source_value")),
                unit_told(pl.col("list"), number),
            ),
            at="at",
        )
        return observations.sort("episode", "fact", "kind"), events

    def _findings(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Symptoms and signs as findings, what was so before as background; the outcomes' diagnoses are left apart."""
        import polars as pl

        apart = outcome_findings()
        lasting = [key for key, entry in catalogue().findings.items() if entry.background]
        found, before = [], []
        for table in FINDING_TABLES:
            coded = rows.coded_rows(self.database, table)
            placed = self._placed(table, coded, self.readers.findings, ever=True, stay=True)
            outcome = pl.col("list").is_in(apart)
            self.receipt.count("irrelevant", OUTCOME, placed.filter(outcome).height)
            placed, old = placed.filter(~outcome), pl.col("list").is_in(lasting)
            # A stay's diagnoses are written at its end, whatever day they carry: what lasts was so as it began.
            same = _same_stay()
            before.append(placed.filter(old & ((pl.col("days") <= 0) | same)).select("episode", item="list"))
            signs = placed.filter(~old & (pl.col("days") >= -BASELINE_DAYS))
            found.append(signs.select("episode", "fact", "list", "at", "date", "stay_start", "stay_end", "written_as"))
        admitted = (pl.col("date") == pl.col("stay_start").dt.date()) & (pl.col("date") < pl.col("stay_end").dt.date())
        # What was charted was known as it was written; a bill is written at the end.
        billed = ~pl.col("written_as").is_in(meanings().charted).fill_null(value=False)
        findings = pl.concat(found).with_columns(late=admitted.fill_null(value=False) & billed)
        self.receipt.note("diagnoses dated at admission, taken as known at discharge", int(findings["late"].sum()))
        told = findings.select(
            "episode",
            "fact",
            finding="list",
            presence=pl.lit("present"),
            at="at",
            known_at=pl.when("late").then(pl.col("stay_end").dt.strftime(SECOND)),
        )
        background = pl.concat(before).unique().sort("episode", "item").with_columns(value=pl.lit("yes"))
        return told.sort("episode", "fact", "finding"), background

    def _diagnoses(self) -> pl.DataFrame:
        """The diagnoses that are outcomes, as they are coded: `days` from the procedure's, below 0 before it.

        `same_stay`: recorded in the stay of the procedure, which ended `stay_days` after it began.
        """
        import polars as pl

        found = []
        for table in FINDING_TABLES:
            coded = rows.coded_rows(self.database, table)
            placed = self._placed(table, coded, self.readers.outcomes, ever=True, stay=True)
            spent = (pl.col("stay_end") - pl.col("start")).dt.total_seconds() / DAY
            chosen = placed.select("episode", "fact", "days", outcome="list", same_stay=_same_stay(), stay_days=spent)
            found.append(chosen)
        return pl.concat(found).sort("episode", "outcome", "days", "fact")

    def _events(self, table: str) -> pl.DataFrame:
        import polars as pl

        coded = rows.coded_rows(self.database, table)
        return _events_of(self._placed(table, coded, self.readers.events), pl.col("list"))

    def _visits(self) -> list[pl.DataFrame]:
        """Admission and discharge of stays in hospital, and the beginning of those in intensive care."""
        import polars as pl

        found = []
        for table, concepts, nights, times in (
            ("visit_occurrence", meanings().inpatient, True, {"admission": "time", "discharge": "end"}),
            ("visit_detail", meanings().intensive, False, {"icu": "time"}),
        ):
            visits = rows.visit_rows(self.database, table, self._below(concepts), nights=nights)
            for event, time in times.items():
                dated = visits.mutate(time=visits[time], date=visits[time].cast("date")).drop("end")
                found.append(_events_of(self._placed(table, dated), pl.lit(event), f"#{event}"))
        return found

    def _deaths(self) -> pl.DataFrame:
        import polars as pl

        # A period ends with the last contact, and death may come later.
        return _events_of(self._placed("death", rows.death_rows(self.database), outside=True), pl.lit("death"))

    def _notes(self) -> pl.DataFrame:
        import polars as pl

        spoken = pl.col("language_concept_id").replace_strict(
            dict(meanings().languages), default=None, return_dtype=pl.String
        )
        placed = self._placed("note", rows.note_rows(self.database))
        return placed.select("episode", "fact", text="note_text", lang=spoken, modality="title", at="at").sort(
            "episode", "fact"
        )

    def _below(self, concepts: tuple[int, ...]) -> tuple[int, ...]:
        """Concepts of visits and all below them, where the site has an ancestor table."""
        tree = self.database.table("concept_ancestor")
        below = tree.filter(tree.ancestor_concept_id.isin(sorted(concepts))).select("descendant_concept_id")
        return tuple(sorted({*concepts, *self.database.to_polars(below).to_series().to_list()}))

    def _placed(
        self,
        table: str,
        expression: ibis.Table,
        resolution: Resolution | None = None,
        *,
        ever: bool = False,
        outside: bool = False,
        stay: bool = False,
    ) -> pl.DataFrame:
        """The rows of a table in the episodes that they belong to: a row once for each, with `at`, `days` and `fact`.

        `ever` keeps rows older than a baseline, `outside` those after the observation period; `stay` adds the visit.
        """
        import polars as pl

        self.progress(table)
        meaning = None if resolution is None else (resolution, prefix_of(table), None)
        wanted = rows.followed(expression, self.chosen, self.part, ever=ever, meaning=meaning)
        read = self.database.to_polars(rows.with_stay(self.database, wanted) if stay else wanted)
        if resolution is not None:
            read = resolution.labelled(read, prefix_of(table))
        midnight = pl.col("date").cast(pl.Datetime("us"))
        timed = pl.col("time").is_not_null() & (pl.col("time").dt.truncate("1d") != pl.col("time"))
        placed = read.join(
            self.keys.select("person", "episode", "start", "next", "visit_occurrence_id", "period_start", "period_end"),
            on="person",
        ).with_columns(
            at=pl.when(timed)
            .then(pl.col("time").dt.strftime(SECOND))
            .otherwise(pl.col("date").dt.strftime("%Y-%m-%d")),
            days=(pl.col("date") - pl.col("start").dt.date()).dt.total_days(),
            fact=pl.concat_str(pl.lit(f"{table}/"), pl.col("record").cast(pl.String)),
        )
        later = (pl.coalesce("time", midnight) >= pl.col("next")).fill_null(False)
        early = pl.lit(value=False) if ever else pl.col("days") < -BASELINE_DAYS
        placed = placed.filter(~later & ~early & (pl.col("days") <= FOLLOWED_DAYS))
        if outside:
            return placed
        # What was so before may be told of a time when nobody looked: it is still told.
        since = pl.lit(value=True) if ever else pl.col("date") >= pl.col("period_start")
        within = since & (pl.col("date") <= pl.col("period_end"))
        self.receipt.count("dropped", "outside the observation period", placed.filter(~within).height)
        return placed.filter(within)


def _same_stay() -> pl.Expr:
    """Whether a row was recorded in the stay of the procedure."""
    import polars as pl

    return (pl.col("visit").cast(pl.String) == pl.col("visit_occurrence_id")).fill_null(value=False)


def _events_of(placed: pl.DataFrame, event: pl.Expr, ending: str = "") -> pl.DataFrame:
    """Placed rows as those of the table of events."""
    import polars as pl

    return placed.select("episode", fact=pl.concat_str("fact", pl.lit(ending)), event=event, at="at")
