"""Index procedures of a CDM: which count, how they merge, what belongs to them, and the flow that adds up."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from sequela.course.episodes import ProcedureKind
from sequela.errors import InputError
from sequela.sources.omop.cdm import Database
from sequela.sources.omop.connecting import connect
from sequela.sources.omop.index import COLUMNS, Index, ReadyCohort, index_procedures
from tests.sources.omop import site


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return connect(site.write(tmp_path_factory.mktemp("omop") / "site"))


@pytest.fixture(scope="module")
def index(database: Database) -> Index:
    return index_procedures(database)


def test_procedures_within_a_day_are_one_and_the_settled_kind_names_it(index: Index) -> None:
    assert tuple(index.episodes.columns) == COLUMNS
    rows = index.episodes.select("person_id", "procedure_occurrence_id", "kind", "unsettled", "records").rows()
    assert rows == [
        (str(site.LARGE), "300", "other", True, 1),
        ("1", "100", "cryoablation", False, 2),
        ("1", "102", "cryoablation", False, 1),
        ("2", "200", "TARE", False, 1),
    ]


def test_what_belongs_to_a_procedure_comes_with_it(index: Index) -> None:
    first, again, radio = index.episodes.rows(named=True)[1:]
    assert (first["start"], first["time_known"]) == (dt.datetime(2020, 3, 2, 9, 30), True)  # noqa: DTZ001
    assert (again["time_known"], radio["time_known"]) == (False, False)
    assert (first["visit_occurrence_id"], again["visit_occurrence_id"]) == ("10", None)
    assert first["visit_end"] == dt.datetime(2020, 3, 4, 12)  # noqa: DTZ001
    assert (radio["period_start"], radio["period_end"]) == (dt.date(2019, 1, 1), dt.date(2020, 6, 30))
    # A birthday in June that has not come yet in March; a year of birth alone; told later, but in the same stay.
    assert (first["age"], first["sex"], first["tumour"]) == (69, "male", "hepatocellular")
    assert (radio["age"], radio["sex"], radio["tumour"]) == (60, "female", "secondary")
    assert index.episodes["tumour"][0] == "unknown"


def test_the_flow_adds_up_and_says_why_records_are_left_out(index: Index) -> None:
    assert [count for _, count in index.flow] == [9, 5, 4, 3]
    assert index.excluded == {
        "no date": 1,
        "person not in the person table": 1,
        "outside every observation period": 2,
    }
    assert index.flow[0][1] - sum(index.excluded.values()) == index.flow[1][1] == index.episodes["records"].sum()


def test_a_ready_cohort_serves_as_index(database: Database) -> None:
    index = index_procedures(database, ReadyCohort(7, ProcedureKind.TACE))
    assert index.episodes.select("person_id", "procedure_occurrence_id", "kind", "tumour").rows() == [
        ("1", "cohort-20200302", "TACE", "hepatocellular")
    ]
    assert index.excluded == {"outside every observation period": 1}
    with pytest.raises(InputError, match="no rows of definition 99"):
        index_procedures(database, ReadyCohort(99, ProcedureKind.TAE))


def test_without_a_cohort_table_it_is_said(tmp_path: Path) -> None:
    database = connect(site.write(tmp_path / "bare", without=("cohort",)))
    with pytest.raises(InputError, match="no cohort table"):
        index_procedures(database, ReadyCohort(7, ProcedureKind.TACE))


def test_overlapping_observation_periods_do_not_double_a_procedure(tmp_path: Path) -> None:
    at = site.write(tmp_path / "overlap")
    with (at / "observation_period.csv").open("a", encoding="utf-8") as file:
        file.write("6,1,2018-01-01,2020-12-31\n")
    index = index_procedures(connect(at))
    assert [count for _, count in index.flow] == [9, 5, 4, 3]
    assert index.episodes.filter(person_id="1")["period_start"].to_list() == [dt.date(2018, 1, 1)] * 2


def test_mimic_has_one_embolization_and_it_is_dated_at_discharge(shared: Path) -> None:
    index = index_procedures(connect(shared / "data" / "mimic-iv-demo-omop"))
    (row,) = index.episodes.rows(named=True)
    assert (row["person_id"], row["kind"], row["unsettled"]) == ("-6225647829918357531", "other", True)
    assert row["start"] == row["visit_end"] == dt.datetime(2153, 4, 20, 17, 9)  # noqa: DTZ001
    assert [count for _, count in index.flow] == [1, 1, 1, 1]


@pytest.mark.parametrize("name", ["gibleed-omop", "synthea27nj-omop"])
def test_sets_without_embolization_answer_cleanly_with_none(shared: Path, name: str) -> None:
    index = index_procedures(connect(shared / "data" / name))
    assert index.episodes.is_empty()
    assert tuple(index.episodes.columns) == COLUMNS
    assert [count for _, count in index.flow] == [0, 0, 0, 0]
    assert index.excluded == {}
