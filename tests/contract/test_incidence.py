"""`sequela incidence`: tables in, CohortIncidence's columns out, and what was not usable."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from sequela.measure.cohorts import COUNTS
from tests.contract.bundles import Cli

TABLES = {
    "T.csv": "cohort_definition_id,subject_id,cohort_start_date,cohort_end_date\n"
    "100,-6225647829918357531,2002-12-25,2002-12-25\n100,2,2003-03-01,2003-03-01\n",
    "O.csv": "COHORT_DEFINITION_ID,SUBJECT_ID,COHORT_START_DATE,COHORT_END_DATE\n"
    "200,-6225647829918357531,2003-02-15,2003-02-15\n200,2,nonsense,2003-05-01\n",
    "P.csv": "person_id,observation_period_start_date,observation_period_end_date\n"
    "-6225647829918357531,2000-01-01,2010-01-01\n2,2000-01-01,2010-01-01\n",
    "PERSON.csv": "person_id,gender_concept_id,year_of_birth\n-6225647829918357531,8507,1970\n2,8532,\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def given(folder: Path) -> tuple[object, ...]:
    return (
        "incidence",
        *("--targets", folder / "T.csv", "--outcomes", folder / "O.csv"),
        *("--observation-periods", folder / "P.csv", "--tar-end", "start:90"),
    )


def test_json_holds_the_columns_and_the_receipt(cli: Cli, folder: Path) -> None:
    said = json.loads(cli(*given(folder), "--clean-window", 30, "--json").out)
    [row] = said["results"]
    assert set(COUNTS) <= set(row)
    assert (row["persons_at_risk"], row["outcomes"], row["incidence_proportion_p100p"]) == (2, 1, 50)
    assert row["incidence_rate_p100py"] == pytest.approx(100 * 365.25 / row["person_days"])
    assert said["receipt"]["outcomes_unreadable"] == 1


def test_strata_and_a_csv_beside(cli: Cli, folder: Path) -> None:
    out = folder / "rows.csv"
    said = cli(*given(folder), "--persons", folder / "PERSON.csv", "--strata", "age,sex", "--out", out)
    assert "8507" in said.out and "30-39" not in said.out and "18-39" in said.out
    rows = pl.read_csv(out)
    assert {"incidence_rate_ci_low", "incidence_rate_ci_high", *COUNTS} <= set(rows.columns)
    assert cli(*given(folder), "--out", out).code == 2, "a file is never overwritten"


def test_two_times_at_risk(cli: Cli, folder: Path) -> None:
    said = json.loads(cli(*given(folder), "--tar-start", "start:0", "--json").out)
    assert len(said["results"]) == 1
    both = cli(*given(folder), "--tar-end", "end:0", "--tar-start", "start:0", "--tar-start", "start:1", "--json")
    assert [row["tar"] for row in json.loads(both.out)["results"]] == ["start:0 to start:90", "start:1 to end:0"]


@pytest.mark.parametrize(
    "wrong",
    [
        ("--tar-start", "middle:3"),
        ("--tar-end", "start:x", "--tar-start", "start:0", "--tar-start", "start:0"),
        ("--tar-start", "start:0", "--tar-start", "start:0"),
        ("--strata", "age"),
        ("--strata", "colour"),
        ("--clean-window", -1),
        ("--age-breaks", "18,x"),
        ("--targets", "missing.csv"),
    ],
)
def test_what_was_asked_wrongly_is_one_line(cli: Cli, folder: Path, wrong: tuple[object, ...]) -> None:
    said = cli(*given(folder), *wrong)
    assert said.code == 2
    assert len(said.err.strip().splitlines()) == 1
    assert "6225647829918357531" not in said.err
