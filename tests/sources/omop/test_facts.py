"""The facts of a CDM's episodes: which rows belong to which episode, and what each trap of real data becomes."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import polars as pl
import pytest

from sequela.sources.frames import settled
from sequela.sources.omop.connecting import connect
from sequela.sources.omop.facts import OUTCOME, Tables, course_tables
from sequela.sources.omop.index import index_procedures
from sequela.sources.receipt import Receipt
from tests.sources.omop import site

FIRST, SECOND = "1|100", "1|102"
"""Person 1 of the site: procedures on 2 March 2020 at 09:30, and on 23 March without a time of day."""
MEASUREMENT = f"""
measurement_id,person_id,measurement_concept_id,measurement_date,measurement_datetime,operator_concept_id,value_as_number,unit_concept_id,unit_source_value,value_source_value
1,1,3006923,2020-03-03,2020-03-03 06:00:00,,40.5,8923,IU/L,40.5
2,1,3006923,2020-03-04,2020-03-04 00:00:00,4171756,5,8645,U/L,<5
3,1,3006923,2020-03-05,,,,8645,U/L,< 7.5
4,1,3006923,2020-03-06,2020-03-06 06:00:00,,41,0,U/l,41
5,1,3006923,2020-03-07,2020-03-07 06:00:00,,42,,,42
6,1,3006923,2020-03-08,2020-03-08 06:00:00,,43,9999,,43
7,1,3022217,2020-03-09,2020-03-09 06:00:00,,1.6,,,1.6
8,1,3020891,2020-03-10,2020-03-10 06:00:00,,101.3,9289,F,101.3
9,1,3020891,2020-03-11,2020-03-11 06:00:00,,99,586323,C,99
10,1,3006923,2019-12-04,2019-12-04 06:00:00,,20,8645,,20
11,1,3006923,2019-12-02,2019-12-02 06:00:00,,21,8645,,21
12,1,3006923,2020-03-24,2020-03-24 06:00:00,,300,8645,,300
13,1,3006923,2020-12-01,2020-12-01 06:00:00,,22,8645,,22
14,1,3006923,2020-03-12,2020-03-12 06:00:00,,50,8645,,50
15,1,3006923,2020-03-12,2020-03-12 06:00:00,,50,8645,,50
16,2,3006923,2020-07-15,2020-07-15 06:00:00,,60,8645,,60
17,{site.LARGE},3006923,2020-05-06,2020-05-06 06:00:00,,70,8645,,70
18,1,12345,2020-03-03,2020-03-03 06:00:00,,1,8645,,1
19,1,3006923,2020-03-13,2020-03-13 06:00:00,,not a number,8645,,hello
"""
CONDITION = """
condition_occurrence_id,person_id,condition_concept_id,condition_start_date,condition_start_datetime,visit_occurrence_id,condition_source_value,condition_source_concept_id
1,1,437663,2020-03-01,2020-03-01 00:00:00,10,R50.9,0
2,1,437663,2020-03-05,2020-03-05 10:00:00,,R50.9,0
3,1,201965,2020-03-06,,,shock,0
4,1,4337543,2020-03-06,,,necrosis,0
5,1,201826,2010-01-01,,,diabetes,0
6,1,201826,2020-03-04,,10,diabetes,0
7,1,201826,2020-03-30,,,diabetes,0
"""
MORE = {
    "measurement": MEASUREMENT,
    "condition_occurrence": CONDITION,
    "death": """
person_id,death_date,death_datetime
2,2020-07-20,2020-07-20 00:00:00
""",
    "note": """
note_id,person_id,note_date,note_datetime,note_title,note_text,language_concept_id
1,1,2020-03-05,2020-03-05 12:00:00,CT abdomen with contrast,Liver abscess in segment VII.,4180186
""",
    "visit_detail": """
visit_detail_id,person_id,visit_detail_concept_id,visit_detail_start_date,visit_detail_start_datetime,visit_detail_end_date,visit_detail_end_datetime,visit_occurrence_id
1,1,581379,2020-03-03,2020-03-03 08:00:00,2020-03-04,2020-03-04 08:00:00,10
""",
}


def written(folder: Path) -> Path:
    """The small CDM with facts of every sort."""
    site.write(folder)
    for name, text in MORE.items():
        (folder / f"{name}.csv").write_text(text.lstrip(), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tables, Receipt]:
    database = connect(written(tmp_path_factory.mktemp("facts") / "site"))
    receipt = Receipt()
    (tables,) = course_tables(database, index_procedures(database), receipt)
    return tables, receipt


def of(table: pl.DataFrame, episode: str, *columns: str) -> list[tuple[object, ...]]:
    return table.filter(episode=episode).select(columns).rows()


def test_a_row_belongs_to_the_last_procedure_before_it_and_to_the_next_ones_baseline(
    taken: tuple[Tables, Receipt],
) -> None:
    observations = taken[0]["observations"]
    first = {fact for (fact,) in of(observations, FIRST, "fact")}
    second = {fact for (fact,) in of(observations, SECOND, "fact")}
    # 10: the 89th day before; 11: the 91st. 12: after the second procedure. 13: beyond what is followed.
    assert {"measurement/10", "measurement/1"} <= first
    assert not {"measurement/11", "measurement/12", "measurement/13", "measurement/18"} & first
    assert {"measurement/12", "measurement/1"} <= second
    # The 90th day before 23 March is 24 December.
    assert not {"measurement/10", "measurement/13"} & second


def test_units_and_signs_are_read_as_the_site_wrote_them(taken: tuple[Tables, Receipt]) -> None:
    rows = {
        fact: rest for fact, *rest in of(taken[0]["observations"], FIRST, "fact", "value", "comparator", "unit", "at")
    }
    assert rows["measurement/1"] == ["40.5", None, "IU/L", "2020-03-03T06:00:00"]
    assert rows["measurement/2"] == ["5.0", "<", "U/L", "2020-03-04"]
    assert rows["measurement/3"] == ["7.5", "<", "U/L", "2020-03-05"]
    assert rows["measurement/4"][2] == "U/l"
    assert rows["measurement/5"][2] is None
    assert rows["measurement/6"][2] is None
    assert rows["measurement/8"][2] == "[degF]"


def test_what_the_engine_gets_is_in_our_units_and_the_receipt_names_what_it_does_not(
    taken: tuple[Tables, Receipt],
) -> None:
    tables, _ = taken
    receipt = Receipt()
    _, facts = settled(tables, UTC, receipt)
    receipt.check()
    own = {fact: low for episode, fact, low in facts.select("episode", "fact", "low").rows() if episode == FIRST}
    assert (own["observations/measurement/1"], own["observations/measurement/4"]) == (4050, 4100)
    assert own["observations/measurement/8"] == 3850
    assert own["observations/measurement/7"] == 160
    gone = {"measurement/5", "measurement/6", "measurement/9", "measurement/19"}
    assert not {f"observations/{fact}" for fact in gone} & own.keys()
    reasons = {reason: count for (_, reason), count in receipt.reasons.items()}
    # Rows 5 and 6 without a unit that is known, in both episodes (the second's baseline holds them too).
    assert reasons["no unit"] == 4
    assert reasons["the same value at the same time"] == 2


def test_findings_background_and_outcomes_are_kept_apart(taken: tuple[Tables, Receipt]) -> None:
    tables, receipt = taken
    assert of(tables["findings"], FIRST, "fact", "finding", "at", "known_at") == [
        ("condition_occurrence/1", "fever", "2020-03-01", "2020-03-04T12:00:00"),
        ("condition_occurrence/2", "fever", "2020-03-05T10:00:00", None),
        ("condition_occurrence/3", "shock", "2020-03-06", None),
    ]
    assert of(tables["background"], FIRST, "item") == [("diabetes",)]
    assert receipt.reasons["irrelevant", OUTCOME] == 2
    assert receipt.notes["diagnoses dated at admission, taken as known at discharge"] == 2


def test_stays_death_and_reports_come_with_their_times(taken: tuple[Tables, Receipt]) -> None:
    tables, _ = taken
    assert of(tables["events"], FIRST, "event", "at") == [
        ("icu", "2020-03-03T08:00:00"),
        ("admission", "2020-03-01T08:00:00"),
        ("discharge", "2020-03-04T12:00:00"),
    ]
    # Dead after the period's end, and no less dead.
    assert ("death", "2020-07-20") in of(tables["events"], "2|200", "event", "at")
    assert of(tables["reports"], FIRST, "fact", "lang", "modality", "at") == [
        ("note/1", "en", "CT abdomen with contrast", "2020-03-05T12:00:00")
    ]


def test_rows_outside_the_observation_period_are_counted_not_read(taken: tuple[Tables, Receipt]) -> None:
    tables, receipt = taken
    assert "measurement/16" not in tables["observations"]["fact"].to_list()
    assert receipt.reasons["dropped", "outside the observation period"] == 1


def test_parts_hold_the_same_as_the_whole(taken: tuple[Tables, Receipt], tmp_path: Path) -> None:
    database = connect(written(tmp_path / "again"))
    parts = list(course_tables(database, index_procedures(database), Receipt(), at_once=1))
    assert len(parts) > 1
    for name, table in taken[0].items():
        together = pl.concat([part[name] for part in parts]).sort(pl.all())
        assert together.equals(table.sort(pl.all())), name


def test_none_without_episodes(shared: Path) -> None:
    database = connect(shared / "data" / "synthea27nj-omop")
    assert list(course_tables(database, index_procedures(database), Receipt())) == []


def test_mimics_one_episode_has_its_facts(shared: Path) -> None:
    database = connect(shared / "data" / "mimic-iv-demo-omop")
    receipt = Receipt()
    (tables,) = course_tables(database, index_procedures(database), receipt)
    enzymes = tables["observations"].filter(kind="alt")["value"].cast(pl.Float64)
    # An embolization for a bleeding ulcer, and no harm to the liver.
    assert (enzymes.min(), enzymes.max()) == (13.0, 40.0)
    assert tables["events"]["event"].to_list().count("discharge") == 2
    _, facts = settled(tables, UTC, receipt)
    receipt.check()
    assert facts.height > 1400
