"""Every expression that reading a CDM builds, without a database: what a test compiles for the dialects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import ibis
import polars as pl
import sqlglot
from ibis.config import Config

from sequela.sources.omop.cdm import Database, Place, model

DIALECTS = {
    "duckdb": "duckdb", "postgres": "postgres", "pyspark": "spark", "snowflake": "snowflake", "bigquery": "bigquery",
    "mssql": "tsql",
}  # fmt: skip
"""Ibis's dialects, with SQLGlot's names for them."""


class SparkOptions(Config):
    """What Ibis asks of Spark's driver while it compiles, with the driver's default: the driver need not be there."""

    treat_nan_as_null: bool = False


if ibis.options.pyspark is None:
    ibis.options.pyspark = SparkOptions()

RAW = {
    "int64": "int32", "float64": "decimal(18, 4)", "date": "timestamp", "timestamp": "timestamp('UTC')",
    "string": "string",
}  # fmt: skip
"""The types of a site whose columns all need a cast, but for identifiers; names are 5.3's in capitals."""


@dataclass(slots=True, repr=False)
class Recorder(Database):
    """A CDM without rows of its own: it notes each expression and answers with a made-up one. No observations."""

    asked: dict[Any, ibis.Table] = field(default_factory=dict)

    def _raw(self, name: str) -> ibis.Table:
        former = model().former
        return ibis.table({former.get(c, c).upper(): RAW[model().type_of(c)] for c in model().columns[name]}, name=name)

    def to_polars(self, expression: ibis.Table) -> pl.DataFrame:
        # The same question asked again compiles as before.
        self.asked.setdefault(expression.op(), expression)
        made: dict[str, Any] = {name: _made(name, kind) for name, kind in expression.schema().items()}
        return pl.DataFrame({name: [value] for name, value in made.items()})


def _made(name: str, kind: Any) -> object:
    if kind.is_integer():
        return 1
    if kind.is_floating():
        return 1.0
    if kind.is_date():
        return dt.date(2020, 1, 1)
    if kind.is_timestamp():
        return dt.datetime(2020, 1, 1)  # noqa: DTZ001
    # What a look-up of codes answers must be a code that was asked for, or the next query is never built.
    return {"vocabulary_id": "ICD10PCS", "concept_code": "04L33DZ"}.get(name, "made up")


def recorded(*reading: Callable[[Database], object]) -> list[ibis.Table]:
    """Every expression that the readings build."""
    recorder = Recorder(None, "nowhere", {name: Place(name) for name in model().columns if name != "observation"})
    for read in reading:
        read(recorder)
    return list(recorder.asked.values())


def compiled(expression: ibis.Table, dialect: str) -> str:
    """The expression as SQL of a dialect, which SQLGlot can read back."""
    sql = str(ibis.to_sql(expression, dialect=dialect))
    # SQLGlot reads it in any dialect; of ours only these have it.
    assert "SEMI JOIN" not in sql or dialect in ("duckdb", "pyspark"), sql
    assert sqlglot.parse_one(sql, dialect=DIALECTS[dialect]).sql()
    return sql
