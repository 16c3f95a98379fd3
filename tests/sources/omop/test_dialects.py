"""Every expression compiles for every database that we say can be read."""

from __future__ import annotations

import pytest

from sequela.course.episodes import ProcedureKind
from sequela.sources.omop.cdm import Database
from sequela.sources.omop.codes import Group, lists
from sequela.sources.omop.facts import course_tables
from sequela.sources.omop.index import ReadyCohort, index_procedures
from sequela.sources.omop.quality import assess_quality
from sequela.sources.omop.resolving import resolve
from sequela.sources.omop.values import exceeding
from sequela.sources.receipt import Receipt
from tests.sources.omop.dialects import DIALECTS, compiled, recorded

GROUPS: tuple[Group, ...] = ("outcomes", "measurements", "findings", "events")


def everything(database: Database) -> None:
    """Reading, in every way that builds an expression of its own."""
    index_procedures(database)
    index_procedures(database, ReadyCohort(7, ProcedureKind.TACE))
    for at_once in (20_000, 1):
        for _ in course_tables(database, index_procedures(database), Receipt(), at_once=at_once):
            pass
    assess_quality(database, index_procedures(database))
    exceeding(database, "temperature", 38)
    for group in GROUPS:
        resolve(database, lists(group).values())
    outcomes = resolve(database, lists("outcomes").values())
    rows = database.table("condition_occurrence")
    database.to_polars(outcomes.matched(rows, "condition"))
    _ = database.version
    database.rows("measurement")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_expression_compiles_and_parses(dialect: str) -> None:
    expressions = recorded(everything)
    assert len(expressions) > 20
    written = [compiled(expression, dialect) for expression in expressions]
    tables = ("procedure_occurrence", "observation_period", "concept_ancestor", "concept_relationship", "cohort")
    assert all(any(table in sql for sql in written) for table in tables)
