"""Numbers counted where they lie, each in its own unit."""

from __future__ import annotations

from pathlib import Path

import pytest

from sequela.course.catalogue import catalogue
from sequela.sources.omop.cdm import Database
from sequela.sources.omop.codes import lists
from sequela.sources.omop.connecting import connect
from sequela.sources.omop.resolving import resolve
from sequela.sources.omop.units import told_by_value, units
from sequela.sources.omop.values import by_unit, exceeding, implausible
from tests.sources.omop import site

ROWS = """
measurement_id,person_id,measurement_concept_id,measurement_date,value_as_number,unit_concept_id,unit_source_value
1,1,3006923,2020-03-03,41,8923,IU/L
2,1,3006923,2020-03-03,41,8645,
3,2,3006923,2020-03-03,1,32995,ukat/L
4,2,3006923,2020-03-03,41,,
5,2,3006923,2020-03-03,41,0,U/l
6,2,3006923,2020-03-03,41,8840,mg/dL
7,2,3006923,2020-03-03,40,8645,
8,1,3020891,2020-03-03,101,9289,F
9,1,3020891,2020-03-03,101,,
10,2,3020891,2020-03-03,38.5,,
11,2,3020891,2020-03-03,99,586323,C
12,2,3020891,2020-03-03,60,,
13,2,3022217,2020-03-03,1.6,,
"""


def database(folder: Path) -> Database:
    site.write(folder)
    (folder / "measurement.csv").write_text(ROWS.lstrip(), encoding="utf-8")
    return connect(folder)


def test_a_limit_is_compared_in_each_rows_own_unit(tmp_path: Path) -> None:
    cdm = database(tmp_path)
    # 1 ukat/L is 60 U/L. Without a unit ALT is not read; in mg/dL it is no ALT.
    assert exceeding(cdm, "alt", 40) == (4, 2)
    assert exceeding(cdm, "alt", "0.7", "ukat/L") == exceeding(cdm, "alt", 42)
    assert exceeding(cdm, "inr", 1.5) == (1, 1)


def test_a_bare_temperature_says_itself_which_it_is(tmp_path: Path) -> None:
    # 8 and 9 in Fahrenheit, 10 in Celsius; 99 degrees Celsius is nobody's, and 60 is no temperature in either.
    assert exceeding(database(tmp_path), "temperature", 38) == (3, 2)


def test_what_no_living_patient_has_is_counted(tmp_path: Path) -> None:
    cdm = database(tmp_path)
    resolution = resolve(cdm, [lists("measurements")["temperature"]])
    source = cdm.table("measurement")
    table = resolution.matched(source, "measurement")
    groups = by_unit(cdm, table, resolution)
    assert groups.filter("readable")["rows"].sum() == 5
    assert cdm.to_polars(table.filter(implausible(table, groups)))["measurement_id"].sort().to_list() == [11, 12]


def test_every_unit_belongs_to_some_kind_and_bare_numbers_are_told_only_where_ranges_part() -> None:
    tables = [kind.table for kind in catalogue().kinds.values()]
    for unit in units().values():
        assert any(unit in table.units() or _read(table, unit) for table in tables), unit
    assert [one.unit for one in told_by_value("temperature")] == ["Cel", "[degF]"]
    assert told_by_value("alt") == ()


def _read(table: object, unit: str) -> bool:
    from sequela.errors import UnitError

    try:
        table.convert(1, unit)  # type: ignore[attr-defined]
    except UnitError:
        return False
    return True


@pytest.mark.parametrize(
    ("kind", "limit", "rows", "persons"), [("alt", 40, 388, 40), ("inr", 1.5, 388, 46), ("temperature", 38, 322, 34)]
)
def test_mimics_numbers(shared: Path, kind: str, limit: float, rows: int, persons: int) -> None:
    # shared knowledge/omop.md, sections 3.5 and 5.3; without units, 388, 0 and 3,448 rows.
    assert exceeding(connect(shared / "data" / "mimic-iv-demo-omop"), kind, limit) == (rows, persons)


def test_mimics_fever_by_the_one_concept(shared: Path) -> None:
    # The six more of the test above are of a catheter in the pulmonary artery (concept 21490586).
    cdm = connect(shared / "data" / "mimic-iv-demo-omop")
    assert exceeding(cdm, "temperature", 38, concepts={3020891}) == (316, 33)
