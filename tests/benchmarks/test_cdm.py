"""The benchmark on a whole CDM: a small one is what it says, and floor and work count what is there."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from benchmarks.cdm import _listed, build, floor, index

PERSONS, EPISODES, EACH = 400, 40, 7


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cdm") / "cdm.duckdb"
    build(path, PERSONS, EPISODES, EACH)
    return path


def test_the_episodes_are_spread_among_others_and_all_are_found(database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        told = connection.execute(
            "SELECT count(*), count(DISTINCT person_id), min(person_id), max(person_id) FROM person"
        ).fetchone()
        simulated = connection.execute(
            "SELECT count(*), max(person_id) FROM person WHERE person_source_value LIKE 'SYN-%'"
        ).fetchone()
        rows = connection.execute(
            "SELECT count(*) FROM measurement WHERE measurement_source_value LIKE 'B%'"
        ).fetchone()
    assert told == (PERSONS, PERSONS, 1, PERSONS)
    assert simulated is not None
    assert simulated[0] <= EPISODES < PERSONS / 2 < simulated[1]
    assert rows == ((PERSONS - simulated[0]) * EACH,)
    assert index(database) == EPISODES


def test_the_floor_counts_the_rows_of_our_lists(database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            "SELECT count(*) FROM measurement WHERE measurement_concept_id < 2100000000"
        ).fetchone()
        every = connection.execute("SELECT count(*) FROM measurement").fetchone()
    assert rows is not None
    assert every is not None
    counted = floor(database, _listed(database))
    # Beside measurements the floor counts diagnoses and procedures; what no published code says is of no list.
    assert 0.9 * rows[0] < counted < every[0]
