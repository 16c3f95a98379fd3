"""What the generator makes, written as tables and as FHIR: the same courses, valid, and the same bytes again."""

from __future__ import annotations

from pathlib import Path

import numpy.random  # noqa: F401 - loaded before a test, or its first import would look like a random draw.
import polars as pl
import pytest

from sequela.course.catalogue import catalogue
from sequela.sources import synthetic
from sequela.sources.chart import STAMP_WITHIN
from sequela.sources.synthetic.fhir_codes import UCUM_CODES
from sequela.sources.synthetic.fhir_events import EXAMINATIONS
from sequela.sources.synthetic.writing import write
from tests.synthetic.by_hand import hashes, taken, told

EPISODES, SEED = 40, 20261122


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folders = {form: tmp_path_factory.mktemp("made") / form for form in ("tables", "fhir")}
    for form, folder in folders.items():
        write(synthetic.generate(EPISODES, SEED), folder, form)
    return folders


def as_fhir_can(said: tuple[object, ...]) -> tuple[object, ...]:
    """The same, but an event without a report that was known days late counts from when it was (`fhir_events`)."""
    key, at, known = said[:3]
    stamped = key in catalogue().events and key not in EXAMINATIONS
    if stamped and isinstance(at, int) and isinstance(known, int) and known - at > STAMP_WITHIN:
        return (key, at, at, *said[3:])
    return said


def test_tables_and_fhir_are_read_as_the_same_courses(made: dict[str, Path]) -> None:
    expected, found = (taken(made[form])[0] for form in ("tables", "fhir"))
    assert [course.id for course in found] == [course.id for course in expected]
    for one, other in zip(found, expected, strict=True):
        assert told(one) == sorted(map(as_fhir_can, told(other)), key=repr)
        assert one.procedure == other.procedure
        assert (one.sex, one.birth, one.zone_offset) == (other.sex, other.birth, other.zone_offset)
    assert sum(len(course.facts) for course in found) > 100 * EPISODES


def test_tables_and_fhir_come_to_the_same_reckoning(made: dict[str, Path]) -> None:
    tables, fhir = (taken(made[form])[1].as_json() for form in ("tables", "fhir"))
    for category in ("read", "used", "duplicate", "superseded", "irrelevant", "dropped", "rejected", "reasons"):
        assert tables[category] == fhir[category]  # type: ignore[literal-required]
    assert tables["rejected"] == 0
    assert tables["used"] > 100 * EPISODES


def test_what_is_generated_is_valid_fhir(made: dict[str, Path]) -> None:
    from fhir.resources.R4B.bundle import Bundle

    for file in sorted(made["fhir"].rglob("*.json"))[:4]:
        assert Bundle.model_validate_json(file.read_bytes()).entry


def test_every_unit_that_is_charted_has_a_ucum_code(made: dict[str, Path]) -> None:
    units = pl.read_parquet(made["tables"] / "observations.parquet")["unit"].drop_nulls().unique()
    assert set(units) - set(UCUM_CODES) == set()
    assert len(units) > 10


@pytest.mark.parametrize("form", ["tables", "fhir"])
def test_the_same_seed_is_the_same_bytes_and_another_is_not(tmp_path: Path, made: dict[str, Path], form: str) -> None:
    write(synthetic.generate(EPISODES, SEED), tmp_path / "again", form)
    assert hashes(tmp_path / "again") == hashes(made[form])
    write(synthetic.generate(EPISODES, SEED + 1), tmp_path / "other", form)
    assert hashes(tmp_path / "other") != hashes(made[form])
