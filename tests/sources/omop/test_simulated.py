"""A simulated CDM: valid by the published DDL, the same every time, and its index procedures are those of the truth."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from sequela.sources import synthetic
from sequela.sources.omop.connecting import connect
from sequela.sources.omop.index import index_procedures
from sequela.sources.synthetic import writing
from sequela.sources.synthetic.writing_omop import Conversion

EPISODES = 60
Write = Callable[[Conversion], Path]
OBLIGED = re.compile(r"(\w+)\s+varchar\((\d+)\)", re.IGNORECASE)


def written(folder: Path, how: Conversion) -> Path:
    chunks = synthetic.generate(EPISODES, how.seed, chunk=EPISODES)
    writing.write(chunks, folder, "omop", made_by={"seed": str(how.seed)}, omop=how)
    return folder


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("cdm") / "plain", Conversion(seed=5, repeats=0.5))


def table(folder: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(folder / f"{name}.parquet")


@pytest.mark.parametrize("version", ["5.3", "5.4"])
def test_the_tables_fit_the_published_ddl(version: str, shared: Path, tmp_path: Path) -> None:
    import duckdb

    ddl = (
        (shared / "data" / "omop-ddl" / version / "duckdb.sql")
        .read_text(encoding="utf-8")
        .replace("@cdmDatabaseSchema.", "")
    )
    folder = written(tmp_path / "cdm", Conversion(seed=5, cdm=version))
    connection = duckdb.connect()
    connection.execute(ddl)
    tables = [path for path in sorted(folder.glob("*.parquet")) if path.stem != "truth"]
    assert len(tables) == 16
    for path in tables:
        named = [row[0] for row in connection.sql(f"DESCRIBE {path.stem}").fetchall()]
        assert set(table(folder, path.stem).columns) == set(named), path.stem
        connection.execute(f"INSERT INTO {path.stem} BY NAME SELECT * FROM '{path}'")
        # DuckDB does not mind how long a text is; other databases do.
        [created] = re.findall(rf"CREATE TABLE {path.stem} \((.*?)\);", ddl, re.DOTALL)
        for column, most in OBLIGED.findall(created):
            longest = table(folder, path.stem)[column].str.len_chars().max()
            assert longest is None or longest <= int(most), (path.stem, column)
    loaded = connection.sql("SELECT count(*) FROM measurement").fetchone()
    assert loaded == (table(folder, "measurement").height,)
    assert loaded > (10_000,)


def test_the_index_procedures_are_those_of_the_truth(plain: Path) -> None:
    truth = table(plain, "truth")
    found = index_procedures(connect(str(plain)))
    asked = ["person_id", "procedure_occurrence_id", "start"]
    expected = truth.select(pl.col("person_id", "procedure_occurrence_id").cast(pl.String), "start").sort(asked)
    assert found.episodes.select(asked).sort(asked).equals(expected)
    assert found.episodes.height == EPISODES
    assert found.excluded == {}
    # First and repeat procedures are there, and the repeats later than what came before them.
    repeats = truth.filter(pl.col("number") == 2)
    assert 0 < repeats.height < EPISODES / 2
    assert (
        truth.sort("person_id", "number").select(pl.col("start").diff().over("person_id").min()).item()
        > pl.Series([0]).cast(pl.Duration("us")).item()
    )
    assert found.episodes["age"].null_count() == 0
    assert set(found.episodes["tumour"]) >= {"hepatocellular", "neuroendocrine"}


def test_every_concept_of_a_row_is_in_the_vocabulary(plain: Path) -> None:
    concepts = set(table(plain, "concept")["concept_id"])
    for name, column in (
        ("procedure_occurrence", "procedure"),
        ("condition_occurrence", "condition"),
        ("drug_exposure", "drug"),
        ("measurement", "measurement"),
        ("observation", "observation"),
    ):
        rows = table(plain, name)
        assert set(rows[f"{column}_concept_id"]) <= concepts, name
        assert set(rows[f"{column}_source_concept_id"]) <= concepts, name
    assert set(table(plain, "measurement")["unit_concept_id"].drop_nulls()) - {0} <= concepts
    links = table(plain, "concept_relationship")
    assert set(links["concept_id_1"]) | set(links["concept_id_2"]) <= concepts
    own = [concept for concept in concepts if concept >= 2_000_000_000]
    assert max(own) < 2**31


def test_an_outcome_that_is_coded_is_a_diagnosis_and_the_others_are_not(plain: Path) -> None:
    truth = table(plain, "truth")
    coded = truth.filter(pl.col("coded_outcomes").str.contains("abscess"))["person_id"]
    conditions = table(plain, "condition_occurrence")
    assert set(conditions.filter(pl.col("condition_source_value") == "K75.0")["person_id"]) == set(coded)
    assert coded.len() > 0
    assert truth.filter(pl.col("coded_outcomes") != pl.col("outcomes")).height > 0


def test_stays_hold_what_was_recorded_in_them(plain: Path) -> None:
    visits = table(plain, "visit_occurrence")
    assert (visits["visit_end_datetime"] >= visits["visit_start_datetime"]).all()
    inside = table(plain, "measurement").join(visits, on="visit_occurrence_id")
    timed = inside.filter(pl.col("measurement_datetime").is_not_null())
    assert timed.height > 0
    assert timed.select(
        pl.col("measurement_datetime").is_between("visit_start_datetime", "visit_end_datetime").all()
    ).item()
    assert inside["person_id"].equals(inside["person_id_right"])
    index = table(plain, "procedure_occurrence").head(EPISODES)
    assert index["visit_occurrence_id"].null_count() == 0


def test_the_same_seed_gives_the_same_bytes(plain: Path, tmp_path: Path) -> None:
    again = written(tmp_path / "again", Conversion(seed=5, repeats=0.5))
    names = sorted(path.name for path in plain.iterdir())
    assert names == sorted(path.name for path in again.iterdir())
    assert [name for name in names if (plain / name).read_bytes() != (again / name).read_bytes()] == []
