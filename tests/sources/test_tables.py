"""Course folders: five tables into courses, every row accounted for."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from sequela.course.catalogue import catalogue
from sequela.course.episodes import Course, ProcedureKind
from sequela.course.facts import Event, Finding, Observation, Presence
from sequela.course.interval import Interval
from sequela.errors import InputError
from sequela.sources import Receipt, read
from sequela.sources.claims import ABSENCE, DOUBT, NOWHERE, REASSURANCE
from tests.sources.making import at, only, reasons

START, LATER = "2026-03-01T10:00:00+01:00", "2026-03-02T08:00:00+01:00"
KNOWN = "2026-03-02T10:00:00+01:00"
EPISODES = ["episode,patient,kind,start,territory,intent,sex,birth_year,ended,end_reason"]
ONE = [*EPISODES, f"e1,p1,TACE,{START},VII;VIII,tumour,F,1965,,"]
OBSERVATIONS = "episode,fact,version,kind,value,comparator,unit,at,known_at,status"


def write(folder: Path, **tables: Sequence[str]) -> None:
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def take(folder: Path) -> tuple[list[Course], Receipt]:
    receipt = Receipt()
    courses = list(read([folder], receipt=receipt))
    receipt.check()
    return courses, receipt


def observations(folder: Path, *rows: str) -> tuple[Course, Receipt]:
    write(folder, episodes=ONE, observations=[OBSERVATIONS, *rows])
    courses, receipt = take(folder)
    return only(courses), receipt


def test_an_episode_is_a_course(tmp_path: Path) -> None:
    write(tmp_path, episodes=[*EPISODES, f"e1,p1,TACE,{START},VII;VIII,tumour;portal branch,F,1965,{LATER},moved"])
    courses, receipt = take(tmp_path)
    course = only(courses)
    assert (course.id, course.patient, course.sex, course.birth) == (
        "p1|e1",
        "p1",
        "female",
        at("1965-01-01T00:00:00Z"),
    )
    assert (course.procedure.kind, course.start, course.zone_offset) == (ProcedureKind.TACE, at(START), 3600)
    assert (course.procedure.territory, course.procedure.intent) == (("VII", "VIII"), ("tumour", "portal branch"))
    assert [(ending.by, ending.at) for ending in course.endings] == [("moved", at(LATER))]
    assert (receipt.read, receipt.used, receipt.files) == (1, 1, 1)


def test_all_five_tables_make_facts_with_both_clocks(tmp_path: Path) -> None:
    head = "episode,fact,version,{},at,known_at,status"
    write(
        tmp_path,
        episodes=ONE,
        observations=[OBSERVATIONS, f"e1,o,1,alt,40,,U/L,{LATER},{KNOWN},final"],
        findings=[head.format("finding,presence,site"), f"e1,f,1,ascites,absent,,{LATER},,"],
        events=[head.format("event,detail"), f"e1,v,1,antibiotic,oral,{LATER},{KNOWN},final"],
        background=["episode,item,value", "e1,cirrhosis,yes", "e1,child-pugh,B", "e1,tumour-size,45"],
    )
    courses, receipt = take(tmp_path)
    course = only(courses)
    facts = {fact.fact: fact for fact in course.facts}
    assert set(facts) == {
        "observations/o",
        "findings/f",
        "events/v",
        "background/cirrhosis",
        "background/child-pugh-b",
        "background/tumour-size",
    }
    ascites, antibiotic = facts["findings/f"], facts["events/v"]
    assert isinstance(ascites, Finding)
    assert (ascites.presence, ascites.assumed) == (Presence.ABSENT, True)
    assert isinstance(antibiotic, Event)
    assert (antibiotic.detail, antibiotic.known_at, antibiotic.assumed) == ("oral", at(KNOWN), False)
    assert facts["background/cirrhosis"].at < course.start
    size = facts["background/tumour-size"]
    assert isinstance(size, Observation)
    assert size.value(catalogue().kinds["tumour-size"].resolution) == Interval.exactly(45)
    assert (receipt.read, receipt.used) == (7, 7)


def test_what_nobody_has_verified_takes_nothing_back(tmp_path: Path) -> None:
    row = "e1,{},1,{},{},,{},,unverified"
    write(
        tmp_path,
        episodes=ONE,
        findings=[
            "episode,fact,version,finding,presence,site,at,known_at,status",
            row.format("f", "parenchymal-necrosis", "absent", LATER),
            row.format("g", "portal-vein-patent", "present", LATER),
            row.format("h", "abscess", "uncertain", LATER),
            row.format("i", "parenchymal-necrosis", "present", LATER),
        ],
    )
    courses, receipt = take(tmp_path)
    assert [fact.fact for fact in only(courses).facts] == ["findings/i"]
    assert reasons(receipt) == {f"dropped: {reason}": 1 for reason in (ABSENCE, REASSURANCE, DOUBT)}


def test_what_is_well_at_a_place_that_is_not_understood_is_not_well_everywhere(tmp_path: Path) -> None:
    row = "e1,{},1,{},{},{},{},,final"
    write(
        tmp_path,
        episodes=ONE,
        findings=[
            "episode,fact,version,finding,presence,site,at,known_at,status",
            row.format("f", "parenchymal-necrosis", "absent", "the part seen", LATER),
            row.format("g", "portal-vein-patent", "present", "VII|VIII", LATER),
            row.format("h", "portal-vein-thrombosis", "absent", "VII;VIII", LATER),
            row.format("i", "parenchymal-necrosis", "absent", "", LATER),
            row.format("j", "free-fluid", "absent", "pelvis", LATER),
        ],
    )
    courses, receipt = take(tmp_path)
    assert [fact.fact for fact in only(courses).facts] == ["findings/h", "findings/i", "findings/j"]
    assert reasons(receipt) == {f"dropped: {NOWHERE}": 2}


def test_units_and_comparators_are_the_catalogues(tmp_path: Path) -> None:
    course, _ = observations(tmp_path, f"e1,o,1,bilirubin,<1,,mg/dL,{LATER},,", f"e1,p,1,crp,5,<,mg/L,{LATER},,")
    (crp,) = (fact for fact in course.facts if isinstance(fact, Observation))
    assert crp.value(catalogue().kinds["crp"].resolution) == Interval(Fraction(0), Fraction(5), False, True)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"e1,o,1,alt,40,,,{LATER},,", "dropped: no unit"),
        (f"e1,o,1,alt,40,,K/uL,{LATER},,", "dropped: unknown unit"),
        (f"e1,o,1,alt,,,U/L,{LATER},,", "dropped: no value"),
        (f"e1,o,1,alt,1e12,,U/L,{LATER},,", "dropped: implausible value"),
        (f"e1,o,1,alt,NaN,,U/L,{LATER},,", "rejected: a value that is not a number"),
        (f"e1,o,1,alt,many,,U/L,{LATER},,", "rejected: a value that is not a number"),
        ("e1,o,1,alt,40,,U/L,,,", "dropped: no time"),
        ("e1,o,1,alt,40,,U/L,yesterday,,", "rejected: malformed time"),
        (f"e1,o,x,alt,40,,U/L,{LATER},,", "rejected: a column that is not a whole number"),
        (f"e1,,1,alt,40,,U/L,{LATER},,", "rejected: a row without a fact"),
        (f"e1,o,1,alt,40,,U/L,{LATER},,odd", "rejected: unknown status"),
        (f"e1,o,1,zorblax,40,,U/L,{LATER},,", "irrelevant: not in the catalogue"),
        ("e1,o,1,alt,40,,U/L,1950-01-01,,", "dropped: before birth"),
        (f"e9,o,1,alt,40,,U/L,{LATER},,", "dropped: of an episode that is not in the folder"),
        (f"e1,o,1,alt,40,,U/L,{LATER},,corrected", "dropped: a correction that does not say when it was made"),
        (f"e1,o,1,alt,40,,U/L,{LATER},,cancelled", "dropped: cancelled"),
    ],
)
def test_a_row_that_cannot_be_used_is_counted_with_its_reason(tmp_path: Path, row: str, reason: str) -> None:
    course, receipt = observations(tmp_path, row)
    assert course.facts == ()
    assert reasons(receipt) == {reason: 1}
    assert receipt.read == 2


def test_versions_withdrawals_and_repeats_settle(tmp_path: Path) -> None:
    later = "2026-03-03T10:00:00+01:00"
    course, receipt = observations(
        tmp_path,
        f"e1,a,2,alt,90,,U/L,{LATER},{later},corrected",
        f"e1,a,1,alt,40,,U/L,{LATER},{KNOWN},final",
        f"e1,a,1,alt,40,,U/L,{LATER},{KNOWN},final",
        f"e1,b,1,ast,40,,U/L,{LATER},{KNOWN},final",
        f"e1,b,2,ast,,,,{LATER},{later},entered-in-error",
        f"e1,c,1,alt,90,,U/L,{LATER},{later},final",
    )
    spans = {(fact.fact, fact.version): (fact.known_from, fact.known_until) for fact in course.facts}
    assert spans == {
        ("observations/a", 1): (at(KNOWN), at(later)),
        ("observations/a", 2): (at(later), None),
        ("observations/b", 1): (at(KNOWN), at(later)),
        ("observations/c", 1): (at(later), None),
    }
    assert reasons(receipt) == {
        "dropped: entered-in-error": 1,
        "duplicate: the same value at the same time": 1,
        "duplicate: the same version again": 1,
        "superseded: an earlier version": 2,
    }


def test_a_patients_next_episode_ends_the_one_before(tmp_path: Path) -> None:
    write(
        tmp_path,
        episodes=[*EPISODES, "e2,p1,TAE,2026-04-01T10:00:00Z,,,,,,", "e1,p1,TAE,2026-03-01,,,,,,", "e3,p2,RFA,,,,,,,"],
    )
    courses, receipt = take(tmp_path)
    first, second = courses
    assert [ending.by for ending in first.endings] == ["e2"]
    assert [procedure.id for procedure in second.earlier] == ["e1"]
    assert (first.start, first.procedure.known_from) == (at("2026-03-01T00:00:00Z"), at("2026-03-01T23:59:59Z"))
    assert reasons(receipt) == {"dropped: no time": 1}


def test_typed_parquet_reads_like_text(tmp_path: Path) -> None:
    texts, typed = tmp_path / "texts", tmp_path / "typed"
    texts.mkdir()
    typed.mkdir()
    write(texts, episodes=ONE, observations=[OBSERVATIONS, f"e1,o,1,alt,40.5,,U/L,{LATER},{KNOWN},final"])
    moments = [datetime.fromtimestamp(at(text), UTC) for text in (START, LATER, KNOWN)]
    pl.DataFrame(
        {
            "episode": ["e1"],
            "patient": ["p1"],
            "kind": ["TACE"],
            "start": [moments[0]],
            "territory": [["VII", "VIII"]],
            "intent": ["tumour"],
            "sex": ["female"],
            "birth_year": [1965],
        }
    ).write_parquet(typed / "episodes.parquet")
    pl.DataFrame(
        {
            "episode": ["e1"],
            "fact": ["o"],
            "version": [1],
            "kind": ["alt"],
            "value": [40.5],
            "unit": ["U/L"],
            "at": [moments[1]],
            "known_at": [moments[2]],
        }
    ).write_parquet(typed / "observations.parquet")
    (one,), (other,) = take(texts)[0], take(typed)[0]
    assert one.facts == other.facts
    assert (one.procedure, one.sex, one.birth) == (other.procedure, other.sex, other.birth)


@pytest.mark.parametrize(
    ("table", "lines", "said"),
    [
        ("episodes", ["episode,patient,kind", "e1,p1,TAE"], "no column start in the episodes table"),
        ("observations", ["episode,fact,kind,at"], "no column value, unit in the observations table"),
        ("background", [""], "no column episode, item, value in the background table"),
    ],
)
def test_a_missing_column_names_the_file_and_the_column(
    tmp_path: Path, table: str, lines: list[str], said: str
) -> None:
    write(tmp_path, **{"episodes": ONE, table: lines})
    with pytest.raises(InputError) as caught:
        take(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path.name}/{table}.csv: {said}. ")


def test_a_file_that_is_no_table_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "episodes.parquet").write_bytes(b"not parquet")
    with pytest.raises(InputError, match="not a readable table"):
        take(tmp_path)


def test_a_folder_of_course_folders_reads_each_and_leaves_other_files_of_theirs_alone(tmp_path: Path) -> None:
    for name in "ab":
        folder = tmp_path / name
        folder.mkdir()
        write(folder, episodes=[*EPISODES, f"{name},p,TAE,{START},,,,,,"])
        (folder / "truth.json").write_text("{}", encoding="utf-8")
    courses, receipt = take(tmp_path)
    assert [course.id for course in courses] == ["p|a", "p|b"]
    assert receipt.rejected == 0


def test_quoted_commas_and_unknown_columns_do_no_harm(tmp_path: Path) -> None:
    with (tmp_path / "episodes.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["note", "episode", "patient", "kind", "start", "territory"])
        table.writerow(["a, b", "e1", "p1", "TAE", START, "V, VI"])
    courses, _ = take(tmp_path)
    assert only(courses).procedure.territory == ("V", "VI")
