"""Settled frames: exactly what reading row by row gives, whatever the tables hold and however they are cut."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, timedelta, timezone, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from sequela.course.episodes import Course
from sequela.sources import Receipt, tables
from tests.sources import row_by_row
from tests.sources.odd_tables import odd_tables, typed

ZONES = (UTC, timezone(timedelta(hours=5, minutes=30)), ZoneInfo("Europe/Madrid"))


def write(folder: Path, made: Mapping[str, pl.DataFrame], ending: str = ".parquet") -> Path:
    folder.mkdir(exist_ok=True)
    for name, frame in made.items():
        if ending == ".csv":
            frame.write_csv(folder / f"{name}.csv")
        else:
            frame.write_parquet(folder / f"{name}.parquet")
    return folder


def take(folder: Path, zone: tzinfo) -> tuple[list[Course], Receipt]:
    receipt = Receipt()
    courses = list(tables.read(folder, receipt, zone))
    receipt.check()
    return courses, receipt


def plain(receipt: Receipt) -> dict[str, object]:
    return {key: value for key, value in receipt.as_json().items() if key != "files"}


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("form", [dict, typed], ids=["text", "typed"])
def test_courses_equal_those_read_row_by_row(
    tmp_path: Path, seed: int, form: Callable[..., dict[str, pl.DataFrame]]
) -> None:
    zone = ZONES[seed % len(ZONES)]
    made = form(odd_tables(seed))
    courses, receipt = take(write(tmp_path / "t", made), zone)
    expected, counts = row_by_row.courses(made, zone)
    assert plain(receipt) == plain(counts)
    for course, other in zip(courses, expected, strict=True):
        assert course.facts == other.facts
        assert course == other
