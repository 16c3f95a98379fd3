"""PostgreSQL for real: the same CDM there and in DuckDB gives the same answers, and nothing can be written to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from sequela.assessing.counting.site import count
from sequela.course.episodes import ProcedureKind
from sequela.errors import InputError
from sequela.sources.omop.cdm import Database, model
from sequela.sources.omop.codes import Group, lists
from sequela.sources.omop.connecting import connect
from sequela.sources.omop.facts import course_tables
from sequela.sources.omop.index import ReadyCohort, index_procedures
from sequela.sources.omop.quality import assess_quality
from sequela.sources.omop.resolving import resolve
from sequela.sources.omop.values import exceeding
from sequela.sources.receipt import Receipt
from tests.sources.omop.test_facts import written
from tests.sources.omop.test_flaws import TABLES as FLAWED

GROUPS: tuple[Group, ...] = ("procedures", "outcomes", "tumours", "measurements", "findings", "events")
TYPES = {"int64": "bigint", "float64": "numeric", "date": "date", "timestamp": "timestamp", "string": "text"}


def load(url: str, database: Database) -> None:
    """The tables of a CDM into PostgreSQL, in schema `cdm`, those of the vocabulary in `words`; numbers as decimals."""
    with psycopg.connect(url, autocommit=True) as connection:
        for schema in ("cdm", "words"):
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        for name in database.places:
            rows = database.to_polars(database.table(name))
            schema = "words" if name in model().vocabulary else "cdm"
            columns = [sql.SQL("{} " + TYPES[model().type_of(c)]).format(sql.Identifier(c)) for c in rows.columns]
            into = sql.Identifier(schema, name)
            connection.execute(sql.SQL("CREATE TABLE {} ({})").format(into, sql.SQL(", ").join(columns)))
            holes = sql.SQL(", ").join(sql.Placeholder() * len(columns))
            with connection.cursor() as cursor:
                cursor.executemany(sql.SQL("INSERT INTO {} VALUES ({})").format(into, holes), rows.rows())


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return connect(written(tmp_path_factory.mktemp("omop") / "site"))


@pytest.fixture(scope="module")
def there(postgres: str, here: Database) -> Iterator[Database]:
    load(postgres, here)
    database = connect(postgres, schema="cdm", vocabulary="words")
    yield database
    database.close()


def test_every_table_comes_out_the_same(here: Database, there: Database) -> None:
    assert set(here.places) == set(there.places)
    assert here.version == there.version
    for name in model().columns:
        ours, theirs = (d.to_polars(d.table(name)) for d in (here, there))
        assert ours.schema == theirs.schema, name
        assert sorted(map(repr, ours.rows())) == sorted(map(repr, theirs.rows())), name
        assert here.rows(name) == there.rows(name)


def test_codes_and_index_procedures_are_the_same(here: Database, there: Database) -> None:
    for group in GROUPS:
        assert resolve(here, lists(group).values()) == resolve(there, lists(group).values())
    for cohort in (None, ReadyCohort(7, ProcedureKind.TACE)):
        ours, theirs = (index_procedures(database, cohort) for database in (here, there))
        assert ours.episodes.equals(theirs.episodes)
        assert (ours.flow, ours.excluded) == (theirs.flow, theirs.excluded)
        assert len(ours.episodes) > 0


def test_the_facts_of_episodes_are_the_same(here: Database, there: Database) -> None:
    def taken(database: Database) -> tuple[list[dict[str, Any]], Receipt]:
        receipt = Receipt()
        index = index_procedures(database)
        return [
            {name: table.rows() for name, table in part.items()}
            for part in course_tables(database, index, receipt, at_once=3)
        ], receipt

    ours, theirs = taken(here), taken(there)
    assert ours == theirs
    assert len(ours[0]) == 2


def test_the_quality_and_the_values_are_the_same(here: Database, there: Database) -> None:
    ours, theirs = (assess_quality(database, index_procedures(database)) for database in (here, there))
    # Only files have cells that cannot be read.
    of_files = "cells-unreadable"
    assert [c for c in ours.checks if c.key != of_files] == [c for c in theirs.checks if c.key != of_files]
    for kind, limit in (("alt", 40), ("temperature", 38)):
        assert exceeding(here, kind, limit) == exceeding(there, kind, limit) != (0, 0)


def test_every_flaw_is_the_same_there(postgres: str, tmp_path: Path) -> None:
    for name, text in FLAWED.items():
        (tmp_path / f"{name}.csv").write_text(text.lstrip(), encoding="utf-8")
    ours = connect(tmp_path)
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE flaws")
    url = postgres.removesuffix("postgres") + "flaws"
    load(url, ours)
    theirs = connect(url, schema="cdm", vocabulary="words")
    pages = [assess_quality(each, index_procedures(each)).as_json()["checks"] for each in (ours, theirs)]
    counted = [[check for check in page if check["check"] != "cells-unreadable"] for page in pages]
    assert counted[0] == counted[1]
    assert {check["check"]: check["count"] for check in counted[1]}["deaths-untold"] == 1
    theirs.close()


def test_the_whole_answer_is_the_same(here: Database, there: Database) -> None:
    ours, theirs = (count(database, minimum=1).as_json() for database in (here, there))
    for answer in (ours, theirs):
        # Only files have cells that cannot be read.
        answer["quality"]["checks"] = [c for c in answer["quality"]["checks"] if c["check"] != "cells-unreadable"]
    assert ours == theirs
    assert ours["population"]["episodes"] == 4


def test_nothing_can_be_written(there: Database) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        there.backend.raw_sql("CREATE TABLE cdm.mine (a integer)")  # type: ignore[attr-defined]


def test_a_schema_that_is_not_there_and_one_without_a_cdm(postgres: str, there: Database) -> None:
    with pytest.raises(InputError, match="no schema 'mart'"):
        connect(postgres, schema="mart")
    with pytest.raises(InputError, match="person, observation_period, procedure_occurrence are missing"):
        connect(postgres, schema="words")
    assert there.address.endswith("/postgres")


def test_the_mimic_demo_gives_the_same_there(postgres: str, shared: Path, tmp_path: Path) -> None:
    whole = connect(shared / "data" / "mimic-iv-demo-omop")
    names = ("person", "observation_period", "visit_occurrence", "procedure_occurrence", "condition_occurrence")
    part = Database(whole.backend, whole.address, {n: whole.places[n] for n in names}, prepare=whole.prepare)
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE mimic")
    url = postgres.removesuffix("postgres") + "mimic"
    load(url, part)
    database = connect(url, schema="cdm")
    ours, theirs = index_procedures(part), index_procedures(database)
    assert ours.episodes.equals(theirs.episodes)
    assert len(theirs.episodes) == 1
    database.close()
