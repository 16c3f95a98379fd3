"""Synthetic episodes as a CDM: a Parquet file for each table of OMOP 5.3 or 5.4, a small vocabulary, and the truth.

Only what was last believed of a fact is in it. The clock is UTC. What was known when, a CDM does not say.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from sequela.errors import UnknownName, UserError
from sequela.sources.omop.cdm import model
from sequela.sources.synthetic import omop_persons, omop_tables, omop_vocabulary
from sequela.sources.synthetic.layout import WORDS
from sequela.sources.synthetic.omop_vocabulary import numbers
from sequela.sources.synthetic.traps import TRAPS, spoiled
from sequela.sources.synthetic.writing_tables import ParquetFolder

VERSIONS = ("5.3", "5.4")
SINCE_54: Mapping[str, frozenset[str]] = {
    "procedure_occurrence": frozenset(("procedure_end_date", "procedure_end_datetime")),
    "measurement": frozenset(("unit_source_concept_id", "measurement_event_id", "meas_event_field_concept_id")),
    "observation": frozenset(("value_source_value", "observation_event_id", "obs_event_field_concept_id")),
    "note": frozenset(("note_event_id", "note_event_field_concept_id")),
    "cdm_source": frozenset(("cdm_version_concept_id",)),
}
"""Columns that 5.3 has not (OHDSI/CommonDataModel, DDL of both)."""
KEYS = (
    "observation_period", "visit_detail", "procedure_occurrence", "condition_occurrence", "drug_exposure",
    "measurement", "observation", "note",
)  # fmt: skip
"""Tables whose rows are numbered in the order they are written."""
TYPES: Mapping[str, pl.DataType] = {
    "int64": pl.Int64(), "float64": pl.Float64(), "date": pl.Date(), "timestamp": pl.Datetime("us"),
    "string": pl.String(),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Conversion:
    """How a CDM is made: where its random numbers start, its version, what is wrong with it.

    `repeats` is the share of episodes that are an earlier person's next procedure, `coded` that of the outcomes with a
    diagnosis; None: as `data/omop.toml` has it.
    """

    seed: int = 0
    cdm: str = "5.4"
    repeats: float | None = None
    coded: float | None = None
    traps: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if self.cdm not in VERSIONS:
            raise UserError("no such version of the CDM", where=self.cdm, hint=f"Choose {' or '.join(VERSIONS)}")
        if unknown := sorted(self.traps - TRAPS.keys()):
            raise UnknownName("unknown trap", where=unknown[0], hint="One of " + ", ".join(TRAPS))
        for option, share in (("--repeat-share", self.repeats), ("--coded-share", self.coded)):
            if share is not None and not 0 <= share <= 1:
                raise UserError("a share lies between 0 and 1", where=option, hint="Write 0.2")

    def share(self, name: str) -> float:
        """The share that was asked for, or the usual one: `repeats` or `coded`."""
        asked: float | None = getattr(self, name)
        usual: float = numbers()[name]["share"]["value"]
        return usual if asked is None else asked


class OmopFolder:
    """The CDM's tables as .parquet, with `truth` beside them; persons and rows are numbered from 1."""

    def __init__(self, folder: Path, said: Mapping[str, str], how: Conversion) -> None:
        self.files = ParquetFolder(folder, said)
        self.said = said
        self.how = how
        self.rows: Counter[str] = Counter()
        self.chunks = 0

    def add(self, tables: Mapping[str, pl.DataFrame], truth: pl.DataFrame) -> None:
        """Keep a chunk."""
        rng = np.random.default_rng(np.random.SeedSequence(self.how.seed, spawn_key=(self.chunks, 1)))
        facts = {name: omop_persons.believed(tables[name]) for name in ("observations", "findings", "events")}
        facts |= {name: tables[name] for name in ("episodes", "background")}
        people = omop_persons.persons(facts, rng, self.how.share("repeats"), self.rows["person"] + 1)
        visits = self._numbered(omop_persons.stays(facts["events"], people), "visit_occurrence")
        made = omop_tables.made(facts, people, visits, truth, rng, self.how.share("coded"))
        made |= {table: self._numbered(made[table], table) for table in KEYS}
        self.rows["person"] += made["person"].height
        # The index procedures come first, in the order of the episodes.
        keys = made["procedure_occurrence"]["procedure_occurrence_id"].head(people.height)
        known = people.select("episode", procedure_occurrence_id=keys)
        told = made.pop("truth").join(known, on="episode", maintain_order="left")
        self._keep(made)
        self.files.keep({"truth": told})
        self.chunks += 1

    def close(self) -> None:
        """Write the vocabulary and what the database is, and stream each table into its file."""
        whole = omop_vocabulary.tables() | {"cdm_source": self._source()}
        self._keep(whole)
        self.files.close()

    def _keep(self, tables: Mapping[str, pl.DataFrame]) -> None:
        """Keep tables, with whatever is to be wrong with them."""
        shaped = {table: self._shaped(frame, table) for table, frame in tables.items()}
        self.files.keep(spoiled(shaped, self.how.traps, self.how.seed, self.chunks))

    def _numbered(self, frame: pl.DataFrame, table: str) -> pl.DataFrame:
        """The rows with a key that goes on from the last chunk's."""
        first = self.rows[table] + 1
        self.rows[table] += frame.height
        keys = pl.int_range(first, first + frame.height, dtype=pl.Int64, eager=True).alias(f"{table}_id")
        return frame.with_columns(keys)

    def _shaped(self, frame: pl.DataFrame, table: str) -> pl.DataFrame:
        """A table with the columns of its version, in their order and types; what nobody filled is null."""
        former = model().former if self.how.cdm == "5.3" else {}
        left_out = SINCE_54.get(table, frozenset()) if self.how.cdm == "5.3" else frozenset()
        columns = [name for name in model().columns[table] if name not in left_out]
        return frame.select(
            (pl.col(name) if name in frame.columns else pl.lit(None))
            .cast(TYPES[model().type_of(name)])
            .alias(former.get(name, name))
            for name in columns
        )

    def _source(self) -> pl.DataFrame:
        """What the database says of itself. It carries no day of its making: the same seed gives the same bytes."""
        day = dt.date(2026, 7, 1)
        said = ", ".join(f"{name} {value}" for name, value in self.said.items())
        return pl.DataFrame(
            {
                "cdm_source_name": ["Synthetic patients made by sequela simulate"],
                "cdm_source_abbreviation": ["synthetic"],
                "cdm_holder": ["nobody: no real patient is described here"],
                "source_description": [f"{WORDS}; times by the clock of UTC; {said}"],
                "source_release_date": [day],
                "cdm_release_date": [day],
                "cdm_version": [self.how.cdm],
                "cdm_version_concept_id": [0],
                "vocabulary_version": ["synthetic"],
            }
        )
