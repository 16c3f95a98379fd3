"""The quality page: every flaw of a small CDM counted, real databases' known ones, and the same from PostgreSQL."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from sequela.sources.omop.connecting import connect
from sequela.sources.omop.index import index_procedures
from sequela.sources.omop.quality import Quality, assess_quality
from tests.sources.omop.test_facts import written


def looked_at(folder: Path) -> Quality:
    database = connect(folder)
    return assess_quality(database, index_procedures(database))


def counts(quality: Quality) -> dict[str, tuple[int | None, int | None]]:
    return {check.key: (check.count, check.total) for check in quality.checks}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Quality:
    folder = written(tmp_path_factory.mktemp("quality") / "site")
    return looked_at(folder)


def test_each_flaw_is_counted(page: Quality) -> None:
    found = counts(page)
    # Persons 1, 2 and the one with the long identifier; rows of person 4 belong to nobody who is looked at.
    assert found["index-at-visit-end"] == (1, 2)
    assert found["index-midnight"] == (3, 4)
    assert found["index-unsettled"] == (1, 4)
    assert found["diagnoses-at-admission"] == (1, 2)
    assert found["diagnoses-outside"] == (1, 7)
    assert found["units-missing"] == (1, 18)
    assert found["units-unmapped"] == (1, 18)
    assert found["units-unknown"] == (1, 18)
    assert found["values-missing"] == (2, 18)
    assert found["values-implausible"] == (1, 14)
    assert found["measurements-midnight"] == (2, 18)
    assert found["measurements-duplicate"] == (1, 18)
    assert found["measurements-outside"] == (1, 18)
    assert found["deaths"] == (1, 3)
    assert found["no-deaths"] == (0, 1)
    assert found["records-after-death"] == (1, 1)
    assert found["imaging-within-30-days"] == (4, 4)
    assert found["notes-missing"] == (2, 4)
    assert found["follow-up-30"] == (1, 4)
    assert found["index-left-out"] == (4, 9)
    assert found["look-back-90"] == (0, 4)
    assert found["no-ancestors"] == (0, 1)


def test_every_check_says_what_it_does_and_the_worst_come_first(page: Quality) -> None:
    order = ["warning", "note", "fine", "not measured"]
    levels = [order.index(check.level) for check in page.checks]
    assert levels == sorted(levels)
    assert all(check.effect and check.advice and check.title for check in page.checks)
    assert {"check", "share", "level", "effect"} <= page.as_json()["checks"][0].keys()


def test_no_identifier_stands_on_it(page: Quality) -> None:
    assert "6225647829918357531" not in repr(page.as_json())


def test_mimics_one_procedure_is_dated_at_discharge(shared: Path) -> None:
    page = looked_at(shared / "data" / "mimic-iv-demo-omop")
    found = counts(page)
    assert found["index-at-visit-end"] == (1, 1)
    assert next(check for check in page.checks if check.key == "index-at-visit-end").level == "warning"
    assert found["units-missing"] == (0, 3984)
    assert found["measurements-midnight"] == (58, 3984)
    # Among 410 diagnoses of her stays those that were billed; what was charted has its own day.
    assert found["diagnoses-at-admission"] == (148, 148)
    assert found["deaths"] == (0, 1)
    assert found["imaging-within-30-days"] == found["notes-missing"] == (1, 1)


def test_mimics_hundred_persons(shared: Path) -> None:
    database = connect(shared / "data" / "mimic-iv-demo-omop")
    index = index_procedures(database)
    nobody = dataclasses.replace(index, episodes=index.episodes.clear())
    found = counts(assess_quality(database, nobody))
    # shared knowledge/omop.md, section 5.2: of 3,833 billed diagnoses 99.3 % on the day of admission; fifteen deaths.
    assert found["diagnoses-at-admission"] == (3794, 3794)
    assert found["deaths"] == (15, 100)
    assert found["deaths-untold"] == (0, 15)


@pytest.mark.parametrize("name", ["gibleed-omop", "synthea27nj-omop"])
def test_sets_without_procedures_have_a_page_all_the_same(shared: Path, name: str) -> None:
    page = looked_at(shared / "data" / name)
    assert page.about.startswith("all persons")
    found = counts(page)
    assert found["index-at-visit-end"] == (0, 0)
    total = found["measurements-midnight"][1]
    assert found["measurements-midnight"] == (total, total) != (0, 0)
    assert found["values-missing"] == ((total, total) if name.startswith("gi") else (0, total))
