"""A simulated CDM: valid by the published DDL, the same every time, and its index procedures are those of the truth."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from sequela.errors import UnknownName
from sequela.sources import Receipt, synthetic
from sequela.sources.omop.connecting import connect
from sequela.sources.omop.facts import course_tables
from sequela.sources.omop.index import index_procedures
from sequela.sources.omop.quality import assess_quality
from sequela.sources.synthetic import writing
from sequela.sources.synthetic.omop_persons import believed
from sequela.sources.synthetic.traps import CODED, TRAPS, negative, spoiled
from sequela.sources.synthetic.writing_omop import Conversion

EPISODES = 60
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


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_the_shares_are_as_asked(share: float, tmp_path: Path) -> None:
    truth = table(written(tmp_path / "cdm", Conversion(seed=5, repeats=share, coded=share)), "truth")
    assert truth.filter(pl.col("outcomes") != "").height > 0
    assert (truth["coded_outcomes"] == (truth["outcomes"] if share else "")).all()
    assert (truth["number"].max() == 1) is (share == 0)


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


def test_what_is_read_back_is_what_was_charted(plain: Path) -> None:
    [chunk] = synthetic.generate(EPISODES, 5, chunk=EPISODES)
    truth = table(plain, "truth").select("episode", "person_id", "number", "procedure_occurrence_id")
    last = truth.filter(pl.col("number") == pl.col("number").max().over("person_id"))
    database = connect(str(plain))
    tables = list(course_tables(database, index_procedures(database), Receipt()))
    # A repeat's baseline holds what was measured after the procedure before it, so only what is of one is compared.
    once = last.filter(pl.col("number") == 1).with_columns(
        read=pl.concat_str(pl.col("person_id"), pl.lit("|"), pl.col("procedure_occurrence_id"))
    )
    found = pl.concat([part["observations"] for part in tables]).join(once, left_on="episode", right_on="read")
    charted = believed(chunk.observations).join(once, on="episode")
    number = pl.col("value").cast(pl.Float64, strict=False)
    seen = found.select("person_id", "kind", value=number, sign="comparator").sort(pl.all())
    # Nausea on a scale has no published code.
    wanted = (
        charted.filter(pl.col("kind") != "nausea")
        .select("person_id", "kind", value=number, sign="comparator")
        .sort(pl.all())
    )
    assert seen.height > 5_000
    assert seen.equals(wanted)


NOTICED = {
    "procedure-at-discharge": "index-at-visit-end",
    "unit-null": "units-missing",
    "unit-zero": "units-unmapped",
    "duplicates": "measurements-duplicate",
    "midnight-times": "measurements-midnight",
    "outside-observation": "measurements-outside",
    "two-standards": "two-standards",
    "several-concepts": "several-concepts",
    "implausible-values": "values-implausible",
    "negative-ids": "identifiers",
    "no-ancestors": "no-ancestors",
}
"""The check of the quality page that each of these traps must move at any size of a database."""


def test_the_quality_page_notices_the_traps(plain: Path, tmp_path: Path) -> None:
    flawed = written(tmp_path / "cdm", Conversion(seed=5, repeats=0.5, traps=frozenset(NOTICED)))
    before, after = (
        {check.key: check.count or 0 for check in assess_quality(opened, index_procedures(opened)).checks}
        for opened in (connect(str(plain)), connect(str(flawed)))
    )
    assert [name for name, key in NOTICED.items() if after[key] <= before[key]] == []


def test_the_same_seed_gives_the_same_bytes(plain: Path, tmp_path: Path) -> None:
    again = written(tmp_path / "again", Conversion(seed=5, repeats=0.5))
    names = sorted(path.name for path in plain.iterdir())
    assert names == sorted(path.name for path in again.iterdir())
    assert [name for name in names if (plain / name).read_bytes() != (again / name).read_bytes()] == []


M = "measurement"
TIMES = {
    "visit_occurrence": {"visit_start_datetime", "visit_end_datetime"},
    "visit_detail": {"visit_detail_start_datetime", "visit_detail_end_datetime"},
    "procedure_occurrence": {"procedure_datetime"},
    "condition_occurrence": {"condition_start_datetime"},
    "drug_exposure": {"drug_exposure_start_datetime", "drug_exposure_end_datetime"},
    M: {"measurement_datetime"},
    "observation": {"observation_datetime"},
    "death": {"death_datetime"},
    "note": {"note_datetime"},
}
CHANGES: dict[str, dict[str, set[str]]] = {
    "procedure-at-discharge": {"procedure_occurrence": {"procedure_date", "procedure_datetime"}},
    "diagnosis-at-admission": {"condition_occurrence": {"condition_start_date", "condition_start_datetime"}},
    "unit-null": {M: {"unit_concept_id", "unit_source_value"}},
    "unit-zero": {M: {"unit_concept_id"}},
    "iu-per-litre": {M: {"unit_concept_id", "unit_source_value"}},
    "fahrenheit": {M: {"unit_concept_id", "unit_source_value", "value_as_number", "value_source_value"}},
    "unitless-inr": {M: {"unit_concept_id", "unit_source_value"}},
    "operators": {M: {"operator_concept_id"}},
    "midnight-times": TIMES,
    "outside-observation": {"observation_period": {"observation_period_end_date"}},
    "several-concepts": {
        M: {"measurement_concept_id", "measurement_source_concept_id", "measurement_source_value"},
    },
    "implausible-values": {M: {"value_as_number", "value_source_value"}},
    "unmapped-codes": {
        table: {f"{prefix}_concept_id", f"{prefix}_source_concept_id"} for table, prefix in CODED.items()
    },
}
"""The columns that a trap changes, row for row; whatever is not here it leaves as it was."""


def folder_as_tables(folder: Path) -> dict[str, pl.DataFrame]:
    return {path.stem: pl.read_parquet(path) for path in folder.glob("*.parquet") if path.stem != "truth"}


def set_on(folder: Path, name: str) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    before = folder_as_tables(folder)
    return before, spoiled(dict(before), [name], 5, 0)


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_a_trap_changes_what_it_says_and_nothing_else(name: str, plain: Path) -> None:
    before, after = set_on(plain, name)
    assert before.keys() == after.keys()
    changed: dict[str, set[str]] = {}
    for key, frame in before.items():
        assert after[key].schema == frame.schema, key
        assert after[key].height == frame.height, key
        if columns := {column for column in frame.columns if not frame[column].equals(after[key][column])}:
            changed[key] = columns
    # A table in which nobody had such a row may be as it was; most are not.
    assert all(columns <= CHANGES[name][key] for key, columns in changed.items())
    assert set().union(*changed.values()) >= set().union(*(CHANGES[name][key] for key in changed))
    assert changed


def test_traps_that_add_or_take_rows_leave_the_others(plain: Path) -> None:
    for name, key in (("duplicates", M), ("two-standards", "condition_occurrence")):
        before, after = set_on(plain, name)
        rows = before[key].height
        assert after[key].head(rows).equals(before[key])
        more = after[key].slice(rows)
        assert more.height > 0
        same = more.drop(f"{key}_id", "condition_concept_id", strict=False)
        assert same.join(before[key].drop(f"{key}_id"), on=same.columns, how="anti", nulls_equal=True).is_empty()
        assert (more[f"{key}_id"] < 0).all()
        assert {t for t in before if not after[t].equals(before[t])} <= {key, "concept_relationship"}
    before, after = set_on(plain, "two-standards")
    assert set(after["condition_occurrence"].filter(pl.col("condition_occurrence_id") < 0)["condition_concept_id"]) == {
        377604
    }
    deaths = pl.DataFrame({"person_id": range(400)})
    left = spoiled({"death": deaths}, ["missing-death"], 5, 0)["death"]
    assert 0.4 < left.height / deaths.height < 0.6
    assert left["person_id"].is_in(deaths["person_id"].implode()).all()


def test_a_vocabulary_may_be_missing_or_have_no_tree(plain: Path) -> None:
    before, after = set_on(plain, "no-vocabulary")
    assert before.keys() - after.keys() == {"concept", "vocabulary", "concept_relationship", "concept_ancestor"}
    assert all(after[key].equals(before[key]) for key in after)
    before, after = set_on(plain, "no-ancestors")
    assert [key for key in before if not after[key].equals(before[key])] == ["concept_ancestor"]
    assert after["concept_ancestor"].is_empty()


def test_what_is_spoilt_is_spoilt_as_told(plain: Path) -> None:
    _, after = set_on(plain, "procedure-at-discharge")
    stays = after["procedure_occurrence"].join(after["visit_occurrence"], on="visit_occurrence_id")
    assert (stays["procedure_datetime"] == stays["visit_end_datetime"]).mean() > 0.9  # type: ignore[operator]
    before, after = set_on(plain, "fahrenheit")
    warm = before[M]["unit_concept_id"] == 586323
    cold = after[M].filter(warm & (after[M]["unit_concept_id"] == 9289))
    assert cold["value_as_number"].min() > 90  # type: ignore[operator]
    _, after = set_on(plain, "unmapped-codes")
    assert (after[M]["measurement_concept_id"] == 0).any()
    _, after = set_on(plain, "implausible-values")
    assert after[M].filter(pl.col("measurement_concept_id") == 3027598)["value_as_number"].max() > 400  # type: ignore[operator]


def test_identifiers_may_be_negative_and_long(tmp_path: Path) -> None:
    how = Conversion(seed=5, repeats=0.5, traps=frozenset(("negative-ids",)))
    folder = written(tmp_path / "cdm", how)
    person = table(folder, "person")["person_id"]
    assert person.dtype == pl.Int64
    assert person.max() < -(2**62)  # type: ignore[operator]
    keys = [negative(pl.col(name)).cast(pl.String) for name in ("person_id", "procedure_occurrence_id")]
    expected = table(folder, "truth").select(*keys, "start").sort("person_id", "start")
    found = index_procedures(connect(str(folder))).episodes.sort("person_id", "start")
    assert found.select(expected.columns).equals(expected)


def test_with_every_trap_set_the_truth_is_as_it_was(plain: Path, tmp_path: Path) -> None:
    folder = written(tmp_path / "cdm", Conversion(seed=5, repeats=0.5, traps=frozenset(TRAPS)))
    assert table(folder, "truth").equals(table(plain, "truth"))
    assert not (folder / "concept.parquet").exists()


def test_a_trap_that_is_none_is_refused() -> None:
    with pytest.raises(UnknownName, match="unknown trap"):
        Conversion(traps=frozenset(("unit-nul",)))
    assert set(TRAPS) >= set(CHANGES)
