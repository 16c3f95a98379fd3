"""Intensive care as episodes: the mapping on a source made by hand and on the real one, and the stored counts."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest

import sequela
from benchmarks import icu, mimic
from sequela.course.catalogue import catalogue
from sequela.errors import InputError, UnitError
from sequela.sources.frames import settled
from sequela.sources.receipt import Receipt

MIDDLE = {
    "temperature": (36, 38), "heart-rate": (60, 110), "respiratory-rate": (12, 25), "systolic-pressure": (90, 140),
    "mean-pressure": (60, 95), "spo2": (92, 100), "oxygen": (1, 1), "fio2": (30, 60), "pao2": (60, 150),
    "paco2": (30, 50), "gcs": (13, 15), "alt": (10, 80), "ast": (10, 100), "alp": (50, 200),
    "ldh": (150, 600), "lipase": (10, 100), "bilirubin": (4, 40), "albumin": (20, 45), "inr": (0.9, 2),
    "creatinine": (50, 180), "sodium": (132, 148), "potassium": (3.4, 5.2), "phosphate": (0.7, 1.8),
    "calcium": (1.9, 2.6), "magnesium": (0.6, 1.2), "urate": (120, 600), "lactate": (0.8, 4), "ammonia": (10, 100),
    "platelets": (80, 350), "wbc": (4, 16), "neutrophils": (2, 14), "neutrophil-share": (0.5, 0.95),
    "bands": (0, 0.2), "haemoglobin": (75, 140), "crp": (1, 200), "glucose": (4, 11),
}  # fmt: skip
"""Where the middle value of each kind must lie, in its unit, for patients of intensive care: a wrong unit misses it."""
PERSON, OTHER = 11, 12
ADMITTED = "2150-03-10 10:00:00"


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A source of two patients: one with two stays, the first of two units, the second after a night on a ward."""
    folder = tmp_path / mimic.FOLDER
    folder.mkdir(parents=True)
    unit, ward = mimic.UNITS[0], 8717
    rows = {
        "visit_detail": {
            "person_id": [PERSON, PERSON, PERSON, PERSON, OTHER],
            "visit_detail_concept_id": [unit, mimic.UNITS[1], ward, unit, ward],
            "visit_detail_start_datetime": [ADMITTED, "2150-03-11 10:05:00", "2150-03-12 10:00:00",
                                            "2150-03-13 10:00:00", ADMITTED],
            "visit_detail_end_datetime": ["2150-03-11 10:00:00", "2150-03-12 10:00:00", "2150-03-13 10:00:00",
                                          "2150-03-14 10:00:00", "2150-03-11 10:00:00"],
        },
        "person": {"person_id": [PERSON, OTHER], "gender_concept_id": [8532, 8507], "year_of_birth": [2100, 2090]},
        "drug_exposure": {
            "person_id": [PERSON] * 5,
            "drug_exposure_start_datetime": ["2150-03-10 12:00:00"] * 5,
            "drug_source_value": ["Vancomycin Bag", "00409653301", "00409653399", "Heparin Flush", "Vancomycin Bag"],
            "drug_concept_id": [1, 1, 2, 3, 1],
            "route_source_value": ["IV", "IV", "IV", "IV", "BOTH EYES"],
        },
        "procedure_occurrence": {
            "person_id": [PERSON, PERSON],
            "procedure_source_concept_id": [2_000_000_001, 2_000_000_002],
            "procedure_source_value": ["225792", "225441"],
            "procedure_datetime": ["2150-03-10 12:00:00"] * 2,
        },
        "2b_concept": {
            "concept_id": [2_000_000_001, 2_000_000_002],
            "concept_name": ["Invasive Ventilation", "another thing under the number of haemodialysis"],
        },
        "death": {"person_id": [PERSON, OTHER], "death_datetime": ["2150-03-14 00:00:00", ADMITTED]},
        "condition_occurrence": {
            "person_id": [PERSON, PERSON, PERSON],
            "condition_source_value": ["K7460", "N189", "5715"],
            "condition_start_datetime": ["2149-01-01 08:00:00", "2150-03-10 08:00:00", "2149-01-01 08:00:00"],
            "condition_end_datetime": ["2149-01-09 08:00:00", "2150-03-14 10:00:00", "2149-01-09 08:00:00"],
        },
    }  # fmt: skip
    for name, columns in rows.items():
        pl.DataFrame(columns).write_csv(folder / f"{name}.csv")
    measured(folder)
    return folder


def measured(folder: Path) -> None:
    """Write measurements of each trap, all but one an hour after the first admission."""
    rows: list[tuple[str, int, float | None, str | None, str]] = [
        ("223761", 3020891, 98.6, "°F", "2150-03-10 11:00:00"),
        ("223762", 3020891, 99.0, "°C", "2150-03-10 11:01:00"),
        ("220052", 3027598, 801.0, "mmHg", "2150-03-10 11:00:00"),
        ("50885", 3024128, 0.5, "mg/dL", "2150-03-10 11:00:00"),
        ("50885", 1, 0.7, "mg/dL", "2150-03-10 11:00:00"),
        ("50861", 3006923, 28.0, None, "2150-03-10 11:00:00"),
        ("50912", 3016723, None, "mg/dL", "2150-03-10 11:00:00"),
        ("51265", 3024929, 190.0, "K/uL", "2150-03-11 00:00:00"),
        ("220045", 3027018, 90.0, "bpm", "2150-03-11 00:00:00"),
        ("223835", 3020716, 40.0, None, "2150-03-10 11:00:00"),
        ("50813", 3047181, 1.8, "mmol/L", "2149-11-10 11:00:00"),
        *((item, 0, mark, None, "2150-03-10 11:00:00") for item, mark in (("220739", 3), ("223900", 4), ("223901", 6))),
        *((item, 0, mark, None, "2150-03-10 12:00:00") for item, mark in (("220739", 3), ("223900", 1), ("223901", 6))),
    ]
    names = ("measurement_source_value", "measurement_concept_id", "value_as_number", "unit_source_value")
    schema = dict(zip(names, (pl.String, pl.Int32, pl.Float64, pl.String), strict=True))
    pl.DataFrame(rows, schema={**schema, "measurement_datetime": pl.String}, orient="row").with_columns(
        pl.col("measurement_datetime").str.to_datetime(), person_id=pl.lit(PERSON, pl.Int64)
    ).write_parquet(folder / "measurement_rebuilt.parquet")


def values(facts: pl.DataFrame, episode: str) -> dict[str, list[float]]:
    """The numbers of an episode in each kind's unit."""
    kinds = catalogue().kinds
    found: dict[str, list[float]] = {}
    for key, low in facts.filter(episode=episode).drop_nulls("low").select("key", "low").iter_rows():
        found.setdefault(key, []).append(float(low * kinds[key].resolution))
    return found


def test_a_move_between_units_is_one_stay_and_a_night_on_a_ward_makes_two(made: Path) -> None:
    stays = mimic.stays(made)
    assert stays["episode"].to_list() == ["stay-001", "stay-002"]
    assert stays["patient"].unique().to_list() == ["patient-001"]
    assert ((stays["end"] - stays["start"]).dt.total_hours()).to_list() == [48, 24]


def test_values_are_converted_and_what_is_unsure_is_refused_and_counted(made: Path) -> None:
    source = mimic.tables(made, "TACE")
    receipt = Receipt()
    facts = settled(source.tables, receipt=receipt)[1]
    found = values(facts, "stay-001")
    assert found == {
        "temperature": [pytest.approx(37)], "bilirubin": [pytest.approx(0.5 * 17.104)], "platelets": [190],
        "heart-rate": [90], "fio2": [40], "oxygen": [1], "gcs": [13],
    }  # fmt: skip
    reasons = {reason["reason"]: reason["count"] for reason in receipt.as_json()["reasons"]}
    # Both stays ask for the values of the days before them: the second has those of the first once more. Two orders
    # of the antibiotic stand at one time.
    assert reasons == {"implausible value": 4, "no unit": 2, "no value": 2, "the same value at the same time": 2}
    became = icu.measured(source.tables["observations"])
    assert became["mean-pressure"] == {"stays": 0, "used": 0, "implausible value": 2}
    assert became["alt"] == {"stays": 0, "used": 0, "no unit": 2}


def test_a_laboratory_time_of_midnight_is_a_date_and_a_charted_one_is_an_hour(made: Path) -> None:
    facts = settled(mimic.tables(made, "TACE").tables)[1].filter(episode="stay-001")
    platelets, rate = (facts.filter(key=key)["known_from"].item() for key in ("platelets", "heart-rate"))
    assert 86_000 < platelets - rate <= 86_400 + catalogue().kinds["platelets"].delay


def test_events_are_those_whose_name_is_certain(made: Path) -> None:
    source = mimic.tables(made, "TACE")
    events = source.tables["events"].filter(episode="stay-001")["event"].to_list()
    # Two orders of one product; the flush, the drop for the eye and the unknown code are none, nor is the strange item.
    assert sorted(events) == ["antibiotic", "antibiotic", "ventilation"]
    assert source.tables["events"].filter(event="death")["episode"].to_list() == ["stay-002"]


def test_a_billing_code_is_background_of_later_stays_only(made: Path) -> None:
    findings = mimic.tables(made, "TACE").tables["findings"]
    assert findings.select("episode", "finding").rows() == [("stay-001", "cirrhosis"), ("stay-002", "cirrhosis")]
    starts = dict(mimic.stays(made).select("episode", pl.col("start").dt.to_string("iso:strict")).iter_rows())
    assert all(known < starts[episode] for episode, known in findings.select("episode", "known_at").iter_rows())


def test_data_that_are_not_there_are_named_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEQUELA_SHARED", str(tmp_path))
    with pytest.raises(InputError, match="not on this machine"):
        mimic.folder()
    assert icu.main(["--dry"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert "SEQUELA_SHARED" in told.err


@pytest.fixture(scope="module")
def real(shared: Path) -> Path:
    folder = shared / mimic.FOLDER
    if not (folder / "measurement_rebuilt.parquet").exists():
        pytest.skip("the MIMIC-IV demonstration data are not in the shared folder")
    return folder


@pytest.fixture(scope="module")
def source(real: Path) -> mimic.Source:
    return mimic.tables(real, icu.MAIN)


@pytest.fixture(scope="module")
def frames(source: mimic.Source) -> icu.Frames:
    return settled(source.tables)


def test_every_kind_is_measured_in_a_unit_of_its_own_or_refused(source: mimic.Source) -> None:
    kinds = catalogue().kinds
    # The four values of GGT belong to no stay.
    assert {*mimic.ITEMS, "gcs"} - {"ggt"} == set(source.tables["observations"]["kind"]) == set(MIDDLE)
    refused = set()
    for kind, unit in source.tables["observations"].select("kind", "unit").unique().iter_rows():
        try:
            kinds[kind].convert(1, unit)
        except UnitError:
            refused.add((kind, unit))
    assert refused == {("glucose", None)}


def test_the_middle_of_every_kind_is_where_patients_are(frames: icu.Frames) -> None:
    kinds = catalogue().kinds
    middle = dict(frames[1].drop_nulls("low").group_by("key").agg(pl.col("low").median()).iter_rows())
    found = {key: float(low) * float(kinds[key].resolution) for key, low in middle.items()}
    assert set(found) == set(MIDDLE)
    wrong = {key: value for key, value in found.items() if not MIDDLE[key][0] <= value <= MIDDLE[key][1]}
    assert wrong == {}


def test_the_unit_that_is_assumed_is_the_only_one_the_values_allow(real: Path) -> None:
    read = pl.read_parquet(real / "measurement_rebuilt.parquet").filter(
        pl.col("measurement_source_value").is_in(list(mimic.ASSUMED))
    )
    assert read["unit_source_value"].null_count() == read.height > 1_000
    # A fraction would lie at or below 1.
    assert read["value_as_number"].is_between(21, 100).mean() > 0.99


def test_no_fact_lies_after_its_stay_and_none_long_before(frames: icu.Frames) -> None:
    stays, facts = frames
    placed = facts.join(stays.select("episode", "start", "ended_from"), on="episode").filter(
        pl.col("presence").is_null()
    )
    # A date without an hour lies at its end.
    assert placed.filter(pl.col("at") > pl.col("ended_from") + 86_400).is_empty()
    assert placed.filter(pl.col("at") < pl.col("start") - 90 * 86_400).is_empty()


def test_the_same_counts_come_again(source: mimic.Source, frames: icu.Frames) -> None:
    record = json.loads(icu.RECORD.read_text(encoding="utf-8"))
    assert record["source"] == source.counts
    assert record["kinds"] == icu.measured(source.tables["observations"])
    shelf = sequela.shelf()
    if record["criteria"]["hash"] != shelf.hash:
        pytest.skip("the criteria have changed since the counts were stored; `make icu` renews them")
    counted = icu.counts(shelf, frames, {*icu.occurring(source)})
    assert {key: record[key] for key in counted} == counted


def test_the_record_and_its_page_hold_counts_and_no_patient(root: Path) -> None:
    text = icu.RECORD.read_text(encoding="utf-8")
    record: dict[str, Any] = json.loads(text)
    # Neither our numbers of stays and patients, nor the source's identifiers (nine digits and more) or its dates.
    plain = re.sub(r'"(hash|cpu)": "[^"]*"', "", text)
    assert re.findall(r"stay-\d|patient-\d|\d{8,}|\b2[01]\d\d-\d\d-\d\d\b", plain) == [record["machine"]["date"]]
    page = dict(_page(root).pages())["icu-firing-rates.md"]
    assert "An upper bound" in page
    assert "Open Database Licence" in page
    assert "10.13026/p1f5-7x35" in page
    assert all(f"(`{key}`)" in page for key in record["definitions"])
    assert record["criteria"]["hash"][:16] in page


def _page(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("icu_page", root / "docs" / "generators" / "icu.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
