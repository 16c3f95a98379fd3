"""What `connect` opens, what it refuses, and the one shape in which every CDM comes out."""

from __future__ import annotations

import datetime as dt
import gzip
import re
import sys
from pathlib import Path

import duckdb
import pytest

from sequela.errors import InputError, UnknownName, UserError
from sequela.sources.omop.cdm import model
from sequela.sources.omop.connecting import connect

LARGE = -6225647829918357531


def folder(at: Path, **files: str) -> Path:
    """A folder of CSV files with the tables that no CDM may lack."""
    tables = {
        "person": "person_id,gender_concept_id,year_of_birth\n1,8507,1950\n",
        "observation_period": "observation_period_id,person_id,observation_period_start_date\n",
        "procedure_occurrence": "procedure_occurrence_id,person_id,procedure_concept_id,procedure_date\n",
    } | files
    at.mkdir(exist_ok=True)
    for name, text in tables.items():
        (at / f"{name}.csv").write_text(text, encoding="utf-8")
    return at


def test_a_folder_gives_typed_columns_and_null_where_the_file_has_none(tmp_path: Path) -> None:
    at = folder(
        tmp_path / "cdm",
        MEASUREMENT=(
            "MEASUREMENT_ID,PERSON_ID,measurement_date,measurement_datetime,value_as_number,our_own\n"
            f"{LARGE},1.0,2020-01-02 00:00:00,2020-01-02T03:04:05Z,1.5,x\n"
            f"{LARGE + 1},1,20200102,,,\n"
        ),
    )
    database = connect(at)
    table = database.table("measurement")
    assert tuple(table.columns) == model().columns["measurement"]
    rows = database.to_polars(table.order_by("measurement_id")).to_dicts()
    assert [row["measurement_id"] for row in rows] == [LARGE, LARGE + 1]
    assert rows[0]["person_id"] == 1
    assert rows[0]["measurement_date"] == rows[1]["measurement_date"] == dt.date(2020, 1, 2)
    assert rows[0]["measurement_datetime"] == dt.datetime(2020, 1, 2, 3, 4, 5)  # noqa: DTZ001 - a CDM has no zones
    assert (rows[0]["value_as_number"], rows[1]["value_as_number"]) == (1.5, None)
    assert rows[0]["unit_concept_id"] is None
    assert database.bad_cells == {}


def test_cells_that_do_not_fit_are_null_and_counted(tmp_path: Path) -> None:
    at = folder(
        tmp_path / "cdm",
        measurement=(
            "measurement_id,person_id,measurement_date,value_as_number\n"
            "1,1,2020-02-30,4\n2,1,2020-02-03,four\n1e18,1,2020-02-03,1\n3.5,1,2020-02-03,1\n4,1,2020-02-03,1,5,6\n"
        ),
    )
    database = connect(at)
    assert database.rows("measurement") == 4
    assert database.bad_cells == {
        ("measurement", "*"): 1,
        ("measurement", "measurement_date"): 1,
        ("measurement", "value_as_number"): 1,
        ("measurement", "measurement_id"): 2,
    }


def test_the_names_of_5_3_become_those_of_5_4_and_the_version_is_told(tmp_path: Path) -> None:
    visits = "visit_occurrence_id,person_id,admitting_source_concept_id,discharge_to_source_value\n7,1,8844,HOME\n"
    database = connect(folder(tmp_path / "old", visit_occurrence=visits))
    row = database.to_polars(database.table("visit_occurrence")).to_dicts()[0]
    assert (row["admitted_from_concept_id"], row["discharged_to_source_value"]) == (8844, "HOME")
    assert database.version == "5.3"
    newer = visits.replace("admitting_source", "admitted_from")
    assert connect(folder(tmp_path / "new", visit_occurrence=newer)).version == "5.4"
    said = "cdm_source_name,cdm_version\nours,v5.3.1\n"
    assert connect(folder(tmp_path / "said", visit_occurrence=newer, cdm_source=said)).version == "5.3"


def test_a_vocabulary_with_tabs_and_lone_quotes_is_read_whole(tmp_path: Path) -> None:
    concept = (
        "concept_id\tconcept_name\tvocabulary_id\tconcept_code\tvalid_start_date\n"
        '1\tcatheter 2" long\tSNOMED\t9\t19700101\n2\tb\tSNOMED\t8\t19700101\n'
    )
    database = connect(folder(tmp_path / "cdm", concept=concept))
    rows = database.to_polars(database.table("concept").order_by("concept_id")).to_dicts()
    assert [row["concept_code"] for row in rows] == ["9", "8"]
    assert rows[0]["valid_start_date"] == dt.date(1970, 1, 1)


def test_parquet_gzip_and_longer_names(tmp_path: Path) -> None:
    at = folder(tmp_path / "cdm")
    duckdb.sql("SELECT 1::BIGINT AS measurement_id, 1 AS person_id").write_parquet(
        str(at / "measurement_rebuilt.parquet")
    )
    with gzip.open(at / "DEATH.csv.gz", "wt", encoding="utf-8") as file:
        file.write("person_id,death_date\n1,2020-01-01\n")
    database = connect(at)
    assert database.places["measurement"].file == "measurement_rebuilt.parquet"
    assert (database.rows("measurement"), database.rows("death")) == (1, 1)
    (at / "measurement.csv").write_text("measurement_id\n", encoding="utf-8")
    assert connect(at).places["measurement"].file == "measurement.csv"
    (at / "measurement.csv.gz").write_bytes(b"")
    with pytest.raises(InputError, match="several files for the table measurement"):
        connect(at)


def test_identifiers_that_a_floating_column_blurred_are_refused(tmp_path: Path) -> None:
    at = folder(tmp_path / "cdm")
    (at / "person.csv").unlink()
    duckdb.sql(f"SELECT {LARGE}::DOUBLE AS person_id").write_parquet(str(at / "person.parquet"))
    database = connect(at)
    with pytest.raises(InputError, match="floating-point"):
        database.table("person")


def test_a_table_that_is_not_there_is_empty_and_one_of_no_cdm_is_refused(tmp_path: Path) -> None:
    database = connect(folder(tmp_path / "cdm"))
    assert not database.has("note")
    assert database.rows("note") == 0
    assert database.to_polars(database.table("note")).columns == list(model().columns["note"])
    with pytest.raises(UnknownName):
        database.table("patients")


def test_a_duckdb_file_is_opened_read_only_whatever_its_schema_and_case(tmp_path: Path) -> None:
    path = tmp_path / "site.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE SCHEMA cdm; CREATE SCHEMA words")
        connection.execute(f"CREATE TABLE cdm.PERSON AS SELECT {LARGE} AS PERSON_ID, 1.5::DECIMAL(9, 2) AS location_id")
        for table in ("observation_period", "procedure_occurrence", "concept"):
            connection.execute(f"CREATE TABLE cdm.{table} (person_id INTEGER)")
        connection.execute("CREATE TABLE words.concept (concept_id INTEGER); INSERT INTO words.concept VALUES (5)")
    database = connect(path)
    assert database.to_polars(database.table("person"))["person_id"].to_list() == [LARGE]
    assert database.rows("concept") == 0
    with pytest.raises(duckdb.Error, match="read-only"):
        database.backend.raw_sql("CREATE TABLE cdm.x (a INTEGER)")  # type: ignore[attr-defined]
    database.close()
    assert connect(path, schema="cdm", vocabulary="words").rows("concept") == 1
    with pytest.raises(InputError, match="no schema 'mart'"):
        connect(path, schema="mart")


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("nowhere.duckdb", "no such file"),
        ("postgres://someone:secret@127.0.0.1:1/site", "no connection"),
        ("fish://host/site", "cannot be read as an address"),
    ],
)
def test_what_cannot_be_opened_is_said_without_the_password(address: str, says: str) -> None:
    with pytest.raises(UserError, match=says) as caught:
        connect(address)
    assert "secret" not in str(caught.value)


def test_a_folder_or_file_that_is_no_cdm_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "person.csv").write_text("person_id\n1\n", encoding="utf-8")
    with pytest.raises(InputError, match=re.escape("tables observation_period, procedure_occurrence are missing")):
        connect(tmp_path)
    with pytest.raises(InputError, match="not a DuckDB file"):
        connect(tmp_path / "person.csv")


def test_a_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UserError, match=re.escape("pip install 'sequela[postgres]'")):
        connect("postgres://localhost/site")


def test_the_columns_are_those_of_the_ddl_of_both_versions(shared: Path) -> None:
    """Against OHDSI's DDL, but for widths and for `quantity`, which is whole for devices and a number for drugs."""
    kinds = {"integer": "int64", "bigint": "int64", "numeric": "float64", "date": "date", "timestamp": "timestamp"}
    for version in ("5.3", "5.4"):
        text = (shared / "data" / "omop-ddl" / version / "duckdb.sql").read_text(encoding="utf-8").lower()
        tables = re.findall(r"create table @cdmdatabaseschema\.(\w+)\s*\((.*?)\);", text, re.DOTALL)
        seen = set()
        for table, body in tables:
            if table not in model().columns or table == "cohort":
                continue
            seen.add(table)
            for line in body.split(",\n"):
                column, kind = line.split()[:2]
                column = column.strip('"')
                now = next((new for new, old in model().former.items() if old == column), column)
                assert now in model().columns[table], (version, table, column)
                if column != "quantity":
                    assert model().type_of(column) == kinds.get(kind.split("(")[0], "string"), (table, column)
        assert seen == set(model().columns) - {"cohort"}


def test_semicolons_separate_too_and_a_file_that_is_no_text_shows_nothing_of_itself(tmp_path: Path) -> None:
    at = folder(tmp_path / "cdm", death="person_id;death_date\n1;2020-01-01\n")
    assert connect(at).rows("death") == 1
    (at / "note.csv").write_bytes(b"note_id,person_id,note_text\n1,1,Se\xf1or Secret\n")
    with pytest.raises(InputError, match=r"note\.csv: cannot be read as a table") as caught:
        connect(at).table("note")
    assert "Secret" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_query_that_fails_is_told_without_the_cell_that_failed_it(tmp_path: Path) -> None:
    path = tmp_path / "site.duckdb"
    with duckdb.connect(str(path)) as connection:
        for table in model().required:
            connection.execute(f"CREATE TABLE {table} AS SELECT 1 AS person_id, 'Secret' AS year_of_birth")
    database = connect(path)
    with pytest.raises(InputError, match="a query failed") as caught:
        database.to_polars(database.table("person"))
    assert "Secret" not in str(caught.value)
    assert caught.value.__suppress_context__
