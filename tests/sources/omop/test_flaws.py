"""Each flaw in a small CDM made for it: rows in, counts out; and what of them may leave a hospital."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from sequela.course.episodes import ProcedureKind
from sequela.sources.omop.connecting import connect
from sequela.sources.omop.index import ReadyCohort, index_procedures
from sequela.sources.omop.quality import Check, Quality, assess_quality
from tests.sources.omop.site import LARGE

SENTINEL = "Zwingli"
"""Stands wherever a site writes free text; none of it may come out."""
TABLES = {
    "person": f"""
person_id,gender_concept_id,year_of_birth,person_source_value
1,8507,1950,{SENTINEL}
2,8532,1960,{SENTINEL}
3,8507,1970,{SENTINEL}
4,8532,1980,{SENTINEL}
{LARGE},8507,1970,{SENTINEL}
6,8507,1970,{SENTINEL}
7,8507,1970,{SENTINEL}
""",
    # Of person 4 the periods overlap; of person 6 there is none.
    "observation_period": f"""
observation_period_id,person_id,observation_period_start_date,observation_period_end_date
1,1,2019-01-01,2020-04-01
2,2,2020-02-20,2020-03-10
3,3,2019-01-01,2020-03-20
4,4,2019-01-01,2021-12-31
5,4,2020-01-01,2020-12-31
6,{LARGE},2019-01-01,2021-12-31
7,7,2019-01-01,2021-12-31
""",
    "procedure_occurrence": f"""
procedure_occurrence_id,person_id,procedure_concept_id,procedure_date,procedure_datetime,visit_occurrence_id,procedure_source_value
1,1,901,2020-03-02,2020-03-02 09:00:00,10,47383
2,2,901,2020-03-02,2020-03-02 09:00:00,,47383
3,3,901,2020-03-02,2020-03-02 09:00:00,30,47383
4,4,901,2020-03-02,2020-03-02 09:00:00,,47383
5,{LARGE},901,2020-03-02,2020-03-02 09:00:00,,47383
6,6,901,2020-03-02,2020-03-02 09:00:00,,47383
11,1,905,2020-04-01,,,{SENTINEL}
14,4,905,2020-04-02,,,{SENTINEL}
15,{LARGE},905,2020-03-01,,,{SENTINEL}
17,7,905,2020-04-01,,,{SENTINEL}
""",
    # 4216643: patient died; 434489: dead.
    "visit_occurrence": """
visit_occurrence_id,person_id,visit_concept_id,visit_start_date,visit_end_date,discharged_to_concept_id
10,1,9201,2020-03-01,2020-03-05,4216643
30,3,9201,2020-03-01,2020-03-15,434489
70,7,9201,2020-03-01,2020-03-15,434489
""",
    "death": """
person_id,death_date
3,2020-03-15
4,2022-02-01
7,2020-01-01
1,
""",
    # What is billed (32821) is dated at admission, what is charted (32817) on its day.
    "condition_occurrence": f"""
condition_occurrence_id,person_id,condition_concept_id,condition_start_date,visit_occurrence_id,condition_source_value,condition_type_concept_id
1,1,4245975,2020-03-01,10,K72.01 {SENTINEL},32821
2,1,377604,2020-03-01,10,K72.01 {SENTINEL},32821
3,1,4337543,2020-03-01,10,K76.3,32821
4,1,437663,2020-03-01,10,fever,32817
5,1,437663,2020-03-02,10,fever,32817
6,1,437663,2020-03-03,10,fever,32817
7,1,437663,2020-03-04,10,fever,32817
8,1,437663,2020-03-05,10,fever,32817
9,3,437663,2020-03-18,,fever,32817
10,4,437663,2022-01-01,,fever,32817
11,4,437663,2020-05-01,,fever,32817
12,7,437663,2020-05-01,,fever,32817
""",
    # 1 and 2 are told twice; 3 and 4 are two tests that nobody mapped; 5 and 6 two results in words.
    "measurement": f"""
measurement_id,person_id,measurement_concept_id,measurement_date,measurement_datetime,value_as_number,unit_concept_id,unit_source_value,measurement_source_value,value_source_value
1,1,3006923,2020-03-03,2020-03-03 06:00:00,40,8645,,{SENTINEL} a,40
2,1,3006923,2020-03-03,2020-03-03 06:00:00,40,8645,,{SENTINEL} b,40
3,1,0,2020-03-03,2020-03-03 06:00:00,41,8645,,1742-6,41
4,1,0,2020-03-03,2020-03-03 06:00:00,41,8645,,1920-8,41
5,1,3006923,2020-03-03,2020-03-03 07:00:00,,8645,,{SENTINEL},<5
6,1,3006923,2020-03-03,2020-03-03 07:00:00,,8645,,{SENTINEL},<7
7,4,3006923,2020-03-03,2020-03-03 00:00:00,42,0,{SENTINEL},{SENTINEL},42
8,4,3006923,2018-03-03,,43,,,{SENTINEL},43
9,7,3006923,2018-03-03,,43,,,{SENTINEL},43
""",
    "note": f"""
note_id,person_id,note_date,note_title,note_text
1,1,2020-03-05,CT {SENTINEL},{SENTINEL}
2,2,2019-11-01,CT,{SENTINEL}
3,3,2020-01-01,CT,{SENTINEL}
""",
    "concept": """
concept_id,concept_name,domain_id,vocabulary_id,concept_class_id,standard_concept,concept_code,invalid_reason
901,cryoablation,Procedure,CPT4,CPT4,S,47383,
905,sonography,Procedure,SNOMED,Procedure,S,45036003,
""",
    "cohort": """
cohort_definition_id,subject_id,cohort_start_date,cohort_end_date
7,1,2020-03-02,2020-03-02
7,2,2020-03-02,2020-03-02
7,4,2020-03-02,2020-03-02
""",
}  # fmt: skip
EXPECTED = {
    "index-left-out": (1, 6),
    "diagnoses-at-admission": (3, 3),
    "diagnoses-outside": (1, 11),
    "two-standards": (1, 10),
    "units-missing": (1, 8),
    "units-unmapped": (1, 8),
    "units-unknown": (1, 8),
    "values-missing": (2, 8),
    "values-implausible": (0, 4),
    "measurements-midnight": (2, 8),
    "measurements-duplicate": (1, 8),
    "measurements-outside": (1, 8),
    "several-concepts": (0, 1),
    # Person 1 on day 30; person 4 on day 31, the long one the day before.
    "imaging-within-30-days": (4, 5),
    # Person 2's is too old, person 3's is a baseline.
    "notes-missing": (3, 5),
    "identifiers": (1, 5),
    # Person 1 died on a day that nobody told.
    "deaths": (2, 5),
    "no-deaths": (0, 1),
    "deaths-after-period": (1, 2),
    "records-after-death": (1, 2),
    "deaths-untold": (1, 2),
    # Person 3 died; person 1 is observed up to day 30.
    "follow-up-30": (1, 5),
    "follow-up-90": (2, 5),
    "look-back-90": (1, 5),
    "no-vocabulary": (0, 1),
    "no-ancestors": (1, 1),
    "known-at": (1, 1),
}


def looked_at(folder: Path, without: tuple[str, ...] = (), cohort: ReadyCohort | None = None, **other: str) -> Quality:
    folder.mkdir()
    for name, text in {**TABLES, **other}.items():
        if name not in without:
            (folder / f"{name}.csv").write_text(text.lstrip(), encoding="utf-8")
    database = connect(folder)
    return assess_quality(database, index_procedures(database, cohort))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Quality:
    return looked_at(tmp_path_factory.mktemp("flaws") / "site")


def checks(page: Quality) -> dict[str, Check]:
    return {check.key: check for check in page.checks}


@pytest.mark.parametrize("key", EXPECTED)
def test_a_flaw_is_counted(page: Quality, key: str) -> None:
    check = checks(page)[key]
    assert (check.count, check.total) == EXPECTED[key]


def test_of_two_kinds_of_record_the_one_does_not_hide_the_other(page: Quality) -> None:
    check = checks(page)["diagnoses-at-admission"]
    assert (check.level, check.detail) == ("warning", "of the records of type 32821")


def test_nothing_that_a_site_wrote_comes_out(page: Quality) -> None:
    shown = repr(page) + repr(page.as_json())
    assert SENTINEL not in shown
    assert str(abs(LARGE)) not in shown


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    tables = ("death", "note", "concept", "visit_occurrence")
    found = checks(looked_at(tmp_path / "site", tables))
    assert (found["no-deaths"].level, found["no-deaths"].detail) == ("warning", "there is no death table")
    assert (found["notes-missing"].level, found["notes-missing"].detail) == ("warning", "there is no note table")
    assert found["no-vocabulary"].level == "warning"
    for key in ("deaths-untold", "deaths-after-period", "records-after-death", "index-at-visit-end"):
        assert found[key].level == "not measured"
        assert found[key].share is None


def test_a_ready_cohorts_episodes_of_one_day_are_not_one(tmp_path: Path) -> None:
    found = checks(looked_at(tmp_path / "site", cohort=ReadyCohort(7, ProcedureKind.TACE)))
    # Three persons on the same day, of whom 1 was imaged, 1 has a note, and 2 is lost early.
    assert (found["imaging-within-30-days"].count, found["imaging-within-30-days"].total) == (2, 3)
    assert (found["notes-missing"].count, found["follow-up-30"].count) == (2, 1)


def test_a_thousand_spellings_of_a_test_are_one_condition(tmp_path: Path) -> None:
    head = TABLES["measurement"].strip().splitlines()[0]
    spelt = [f"{i},1,3006923,2020-03-03,2020-03-03 06:00:00,{-i},8645,,name {i}," for i in range(1, 1501)]
    units = [f"{2000 + i},1,3006923,2020-03-03,,{-i},8645,unit {i},," for i in range(1, 151)]
    found = checks(looked_at(tmp_path / "site", measurement="\n".join([head, *spelt, *units])))
    assert (found["values-implausible"].count, found["values-implausible"].total) == (1650, 1650)


@pytest.mark.parametrize(
    ("count", "total", "told"),
    [
        (0, 50, (0, 50)), (5, 50, (5, 50)), (50, 50, (50, 50)), (4, 50, (None, 50)), (46, 50, (None, 50)),
        (0, 4, (None, None)), (0, 0, (0, 0)),
    ],
)  # fmt: skip
def test_few_people_are_withheld_with_what_would_give_them_away(
    page: Quality, count: int, total: int, told: tuple[int | None, int | None]
) -> None:
    people = dataclasses.replace(checks(page)["follow-up-30"], count=count, total=total)
    out = people.as_json(minimum=5)
    assert (out["count"], out["total"]) == told
    assert out["withheld"] is (told[0] is None)
    assert out["share"] == (None if told[0] is None or not total else count / total)
    assert people.as_json()["count"] == count
    records = dataclasses.replace(checks(page)["units-missing"], count=count, total=total)
    assert (records.as_json(minimum=5)["count"], records.as_json(minimum=5)["total"]) == (count, total)
