"""A hospital's whole CDM: how long its episodes take to be found, beside the least that reading its tables takes.

    python -m benchmarks.cdm                     a million persons and a hundred million measurements
    python -m benchmarks.cdm --persons 20000     a small one, to try it out
    python -m benchmarks.cdm --database FILE     keep the database there, or use the one that is there
    python -m benchmarks.cdm --work index        what is measured: one of WORK
    python -m benchmarks.cdm --dry               print only, store nothing

The database is made in a temporary folder: a few thousand simulated episodes (`sequela simulate --format omop`) spread
among persons that DuckDB makes up by hashing, whose measurements, diagnoses, procedures and stays are none of ours. A
part of their measurements carries concepts of our lists, as in a hospital most do.

The floor is DuckDB reading the same tables once and counting the rows whose concept is in our lists; a second one reads
the columns of those rows as well, as whoever takes them out must. Floor and work run
in processes of their own, each on a file that is in the system's cache; what is told is the median of some runs.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.__main__ import store, table
from benchmarks.machine import load, machine
from benchmarks.measurement import Measurement
from sequela.sources import synthetic
from sequela.sources.omop.codes import Group, lists
from sequela.sources.omop.connecting import connect
from sequela.sources.omop.index import by_certainty, index_procedures
from sequela.sources.omop.resolving import resolve
from sequela.sources.synthetic import writing
from sequela.sources.synthetic.writing_omop import Conversion

ROOT = Path(__file__).resolve().parents[1]
PERSONS, EPISODES, EACH, SEED, RUNS = 1_000_000, 3_000, 100, 1, 3
"""Persons, episodes among them, background measurements of each person, the seed, and how often each is run."""
SLICE = 50_000
"""Persons made at a time, so that memory does not grow with their number."""
LISTED = 4
"""Of ten background measurements, how many carry a concept of our lists."""
STRANGE = 2_100_000_000
"""From here on concepts that no list of ours knows."""
CODED = ("{0}_concept_id", "{0}_source_concept_id", "{0}_source_value")
TAKEN: Mapping[str, tuple[str, ...]] = {
    "measurement": (
        *(name.format("measurement") for name in CODED), "measurement_id", "person_id", "measurement_date",
        "measurement_datetime", "operator_concept_id", "value_as_number", "value_source_value", "unit_concept_id",
        "unit_source_value",
    ),
    "condition_occurrence": (
        *(name.format("condition") for name in CODED), "condition_occurrence_id", "person_id", "condition_start_date",
        "condition_start_datetime", "condition_type_concept_id", "visit_occurrence_id",
    ),
    "procedure_occurrence": (
        *(name.format("procedure") for name in CODED), "procedure_occurrence_id", "person_id", "procedure_date",
        "procedure_datetime", "visit_occurrence_id",
    ),
}  # fmt: skip
"""What the extraction takes of each table."""
BACKGROUND = {"condition_occurrence": 10, "procedure_occurrence": 5, "visit_occurrence": 3}
"""Rows of each person in the other tables."""
ASKED: Mapping[str, tuple[str, tuple[Group, ...]]] = {
    "measurement": ("measurement", ("measurements",)),
    "condition_occurrence": ("condition", ("outcomes", "tumours", "findings")),
    "procedure_occurrence": ("procedure", ("events",)),
}
"""What the floor reads: each table, what its columns begin with, and the lists that are looked for in it."""


def index(database: Path) -> int:
    """Find the index procedures; return how many episodes there are."""
    return len(index_procedures(connect(database)).episodes)


def floor(database: Path, concepts: Mapping[str, str], *, wide: bool = False) -> int:
    """Read and filter each table once; return how many rows carry the concepts, given as SQL by table.

    `wide`: the columns that the extraction takes are read of those rows as well, not the concept alone.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        found = [
            connection.execute(
                f"SELECT count(*){', max(hash(COLUMNS(*)))' if wide else ''} FROM "
                f"(SELECT {', '.join(TAKEN[name])} FROM {name} WHERE {ASKED[name][0]}_concept_id IN {among})"
            ).fetchone()
            for name, among in concepts.items()
        ]
    return sum(row[0] for row in found if row)


def assessed(database: Path) -> int:
    """The number of episodes that were taken out with their facts and assessed, from when to when each was what."""
    from sequela.criteria import shelf
    from sequela.engine.program import compiled
    from sequela.engine.spans import spans
    from sequela.sources.frames import apart, settled
    from sequela.sources.omop.facts import course_tables
    from sequela.sources.receipt import Receipt

    opened, program, count = connect(database), compiled(shelf(), scores=False), 0
    try:
        found, receipt = index_procedures(opened), Receipt()
        for tables in course_tables(opened, found, receipt):
            frames = settled(tables, receipt=receipt)
            count += frames[0].height
            said = spans(apart(*frames, episodes_at_once=250), program)
            assert sum(frame.height for frame in said) > 0, "nothing was assessed"
        receipt.check()
    finally:
        opened.close()
    return count


WORK: dict[str, Callable[[Path], int]] = {"assessed": assessed, "index": index}
"""What can be measured against the floor: each opens the database, does all of it, and returns how many episodes."""


def build(database: Path, persons: int, episodes: int, each: int) -> None:
    """Make the database: the simulated episodes, then the other persons a slice at a time."""
    with tempfile.TemporaryDirectory(prefix="sequela-bench-", dir=database.parent) as name:
        folder = Path(name) / "cdm"
        writing.write(synthetic.generate(episodes, SEED), folder, "omop", omop=Conversion(SEED))
        with duckdb.connect(str(database)) as connection:
            connection.execute("SET preserve_insertion_order = false")
            for file in sorted(folder.glob("*.parquet")):
                if file.stem != "truth":
                    connection.execute(f"CREATE TABLE {file.stem} AS SELECT * FROM '{file}'")
            simulated = _count(connection, "SELECT max(person_id) FROM person")
            # Spread, so that no database can pass over the rest by the smallest and the largest identifier.
            apart = persons // simulated
            if apart < 2:
                raise SystemExit(f"{persons:,} persons are too few for {episodes:,} episodes")
            for (owner,) in connection.execute(
                "SELECT table_name FROM duckdb_columns() WHERE column_name = 'person_id'"
            ).fetchall():
                connection.execute(f"UPDATE {owner} SET person_id = person_id * {apart}")
            listed = _background_concepts(connection)
            for first in range(1, persons + 1, SLICE):
                _slice(connection, range(first, min(first + SLICE, persons + 1)), each, listed)
            connection.execute("CHECKPOINT")


def _background_concepts(connection: duckdb.DuckDBPyConnection) -> str:
    """The concepts of the simulated measurements, as a list of DuckDB."""
    found = connection.execute("SELECT DISTINCT measurement_concept_id FROM measurement ORDER BY 1").fetchall()
    return f"[{', '.join(str(concept) for (concept,) in found)}]"


def _slice(connection: duckdb.DuckDBPyConnection, persons: range, each: int, listed: str) -> None:
    """Insert the background of some persons; those whose identifiers the simulated ones have are left out."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE other AS SELECT range AS person_id, (hash(range) >> 1)::BIGINT AS draw "
        f"FROM range({persons.start}, {persons.stop}) WHERE range NOT IN (SELECT person_id FROM person)"
    )
    connection.execute(
        """INSERT INTO person BY NAME
        SELECT person_id, CASE WHEN draw % 2 = 0 THEN 8507 ELSE 8532 END AS gender_concept_id,
        1930 + (draw >> 8) % 75 AS year_of_birth, 0 AS race_concept_id, 0 AS ethnicity_concept_id FROM other"""
    )
    connection.execute(
        """INSERT INTO observation_period BY NAME SELECT 1000000000 + person_id AS observation_period_id, person_id,
        DATE '2021-01-01' AS observation_period_start_date, DATE '2026-06-30' AS observation_period_end_date,
        32817 AS period_type_concept_id FROM other"""
    )
    _rows(connection, "measurement", each, f"""
        CASE WHEN draw % 10 < {LISTED} THEN {listed}[1 + (draw >> 4) % len({listed})]
             ELSE {STRANGE} + (draw >> 4) % 5000 END AS measurement_concept_id,
        day AS measurement_date, moment AS measurement_datetime, 32817 AS measurement_type_concept_id,
        ((draw >> 30) % 10000) / 100 AS value_as_number, 8645 AS unit_concept_id, 'U/L' AS unit_source_value,
        'B' || (draw >> 4) % 5000 AS measurement_source_value""")  # fmt: skip
    for name, prefix, begins in (
        ("condition_occurrence", "condition", "condition_start"),
        ("procedure_occurrence", "procedure", "procedure"),
    ):
        _rows(connection, name, BACKGROUND[name], f"""
            {STRANGE} + (draw >> 4) % 20000 AS {prefix}_concept_id, day AS {begins}_date, moment AS {begins}_datetime,
            32817 AS {prefix}_type_concept_id, 'B' || (draw >> 4) % 20000 AS {prefix}_source_value""")  # fmt: skip
    _rows(connection, "visit_occurrence", BACKGROUND["visit_occurrence"], """
        9201 AS visit_concept_id, day AS visit_start_date, moment AS visit_start_datetime, day + 3 AS visit_end_date,
        moment + INTERVAL 3 DAY AS visit_end_datetime, 32817 AS visit_type_concept_id""")  # fmt: skip


def _rows(connection: duckdb.DuckDBPyConnection, name: str, each: int, columns: str) -> None:
    """Insert so many rows of each of the persons of a slice; `draw`, `day` and `moment` are there to make them of."""
    connection.execute(
        f"""INSERT INTO {name} BY NAME
        WITH drawn AS (SELECT person_id, row, (hash(person_id * 1000 + row, '{name}') >> 1)::BIGINT AS draw
                       FROM other, range({each}) AS counted(row)),
             dated AS (SELECT *, TIMESTAMP '2021-02-01' + to_seconds(((draw >> 16) % 160000000)::BIGINT) AS moment
                       FROM drawn)
        SELECT 1000000000 + person_id * {each} + row AS {name}_id, person_id, {columns}
        FROM (SELECT *, moment::DATE AS day FROM dated)"""
    )


def _listed(database: Path) -> dict[str, str]:
    """The concepts of our lists at this site by table, as SQL writes them."""
    opened, found = connect(database), {}
    for name, (_, groups) in ASKED.items():
        chosen = [each for group in groups for each in lists(group).values()]
        chosen += by_certainty() if name == "procedure_occurrence" else []
        meanings = resolve(opened, chosen).meanings.values()
        found[name] = str(tuple(sorted({concept for meaning in meanings for concept in meaning.concepts})))
    opened.close()
    return found


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def measured(step: str, database: Path) -> dict[str, Any]:
    """Seconds, peak memory and the count of one step, in a process of its own, after a run that fills the cache."""
    child = [sys.executable, "-m", "benchmarks.cdm", "--step", step, "--database", str(database)]
    done = subprocess.run(child, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _step(step: str, database: Path) -> dict[str, Any]:
    """One step, run here: an unmeasured run, then the median of some."""
    run = WORK[step] if step in WORK else partial(floor, concepts=_listed(database), wide=step == "wide")
    seconds, count = [], run(database)
    for _ in range(RUNS):
        began = time.perf_counter()
        assert run(database) == count, "another count of the same database"
        seconds.append(time.perf_counter() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"seconds": statistics.median(seconds), "gibibytes": peak, "count": count}


def measurements(database: Path, work: str) -> Iterator[Measurement]:
    """Yield the size of the database, the floor, and the work beside it."""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = {name: _count(connection, f"SELECT count(*) FROM {name}") for name in ("person", *ASKED)}
    least, wide, done = measured("floor", database), measured("wide", database), measured(work, database)
    said = ", ".join(f"{number:,} of {name}" for name, number in rows.items())
    size = database.stat().st_size / 2**30
    yield Measurement(
        "CDM, floor", least["seconds"], "s", note=f"{least['count']:,} listed rows of {said}; {size:.1f} GiB"
    )
    note = f"the same rows with the columns that are taken; {wide['seconds'] / least['seconds']:.1f} times the floor"
    yield Measurement("CDM, floor with columns", wide["seconds"], "s", note=note)
    times = " and ".join(f"{done['seconds'] / one['seconds']:.1f}" for one in (least, wide))
    note = f"{done['count']:,} episodes; {times} times the floors; median of {RUNS}"
    yield Measurement(f"CDM, {work}", done["seconds"], "s", note=note)
    yield Measurement(f"CDM, {work}, memory", done["gibibytes"], "GiB", note="the most the process held")


def main(arguments: list[str]) -> int:
    """Build if need be, measure, print, store."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cdm", description="Measure on a whole CDM.")
    parser.add_argument("--persons", type=int, default=PERSONS)
    parser.add_argument("--episodes", type=int, default=EPISODES)
    parser.add_argument("--each", type=int, default=EACH, help="background measurements of each person")
    parser.add_argument("--work", choices=WORK, default="assessed")
    parser.add_argument("--database", type=Path, help="a DuckDB file to keep, or to use again")
    parser.add_argument("--dry", action="store_true", help="print only, store nothing")
    parser.add_argument("--step", choices=("floor", "wide", *WORK), help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.step:
        print(json.dumps(_step(given.step, given.database)))
        return 0
    with tempfile.TemporaryDirectory(prefix="sequela-bench-") as name:
        database = given.database or Path(name) / "cdm.duckdb"
        if not database.exists():
            began = time.perf_counter()
            build(database, given.persons, given.episodes, given.each)
            print(f"built in {time.perf_counter() - began:.0f} s")
        here, before = machine(), load()
        found = list(measurements(database, given.work))
        here |= {"load_before": before, "load_after": load()}
    table(found, here)
    if not given.dry:
        print(f"stored in benchmarks/results/{store(found, here, ['cdm', given.work]).name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
