"""Settled frames: exactly what reading row by row gives, whatever the tables hold and however they are cut."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import UTC, timedelta, timezone, tzinfo
from itertools import pairwise
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from pyarrow.parquet import ParquetFile

from sequela.course import clock
from sequela.course.episodes import Course
from sequela.course.facts import Event, Fact, Finding, Observation
from sequela.errors import InputError
from sequela.sources import Receipt, columns, folders, frames, tables
from tests.sources import row_by_row
from tests.sources.odd_tables import BROKEN, WRITTEN, odd_tables, typed

ZONES = (UTC, timezone(timedelta(hours=5, minutes=30)), ZoneInfo("Europe/Madrid"))
Tables = dict[str, pl.DataFrame]


def write(folder: Path, made: Mapping[str, pl.DataFrame], ending: str = ".parquet") -> Path:
    folder.mkdir(exist_ok=True)
    for name, frame in made.items():
        if ending == ".csv":
            frame.write_csv(folder / f"{name}.csv")
        else:
            frame.write_parquet(folder / f"{name}.parquet", row_group_size=64)
    return folder


def take(folder: Path, zone: tzinfo) -> tuple[list[Course], Receipt]:
    receipt = Receipt()
    courses = list(tables.read(folder, receipt, zone))
    receipt.check()
    return courses, receipt


def plain(receipt: Receipt) -> dict[str, object]:
    return {key: value for key, value in receipt.as_json().items() if key != "files"}


def row_of(episode: str, fact: Fact) -> tuple[object, ...]:
    number = (fact.low, fact.high, fact.low_open, fact.high_open) if isinstance(fact, Observation) else (None,) * 4
    presence = fact.presence.value if isinstance(fact, Finding) else None
    site = ";".join(sorted(fact.site)) or None if isinstance(fact, Finding) else None
    detail = fact.detail or None if isinstance(fact, Event) else None
    clocks = (fact.at, fact.known_from, fact.known_until)
    opens = tuple(bool(end) for end in number[2:])
    return (episode, fact.key, *clocks, *number[:2], *opens, presence, site, detail, fact.fact, fact.version)


@pytest.mark.parametrize("seed", range(9))
@pytest.mark.parametrize("form", [dict, typed], ids=["text", "typed"])
def test_courses_equal_those_read_row_by_row(tmp_path: Path, seed: int, form: Callable[[Tables], Tables]) -> None:
    zone = ZONES[seed % len(ZONES)]
    made = form(odd_tables(seed))
    courses, receipt = take(write(tmp_path / "t", made), zone)
    expected, counts = row_by_row.courses(made, zone)
    assert plain(receipt) == plain(counts)
    for course, other in zip(courses, expected, strict=True):
        assert course.facts == other.facts
        assert course == other
    assert sum(len(course.facts) for course in courses) > 100


@pytest.mark.parametrize("seed", range(4))
def test_what_a_number_implies_has_the_versions_of_the_number(seed: int) -> None:
    """Fractions of oxygen in odd versions: corrected across the limit, withdrawn, ties, and other kinds between."""
    made = odd_tables(seed)
    number = pl.int_range(pl.len())
    made["observations"] = made["observations"].with_columns(
        kind=pl.when(number % 7 == 0).then(pl.lit("alt")).otherwise(pl.lit("fio2")),
        unit=pl.when(number % 7 == 0).then(pl.lit("U/L")).otherwise(pl.lit("%")),
        value=(number % 3).replace_strict([0, 1, 2], ["21", "40", "100"]),
    )
    _, facts = frames.settled(made, UTC, receipt := Receipt())
    receipt.check()
    courses, _ = row_by_row.courses(made, UTC)
    assert facts.rows() == [row_of(course.procedure.id, fact) for course in courses for fact in course.facts]
    implied = facts.filter(pl.col("fact").str.ends_with("#oxygen"))
    assert set(implied["low"]) == {0, 1}
    assert implied["known_until"].is_not_null().sum() > 5


@pytest.mark.parametrize("seed", range(3))
def test_the_engines_frames_say_what_the_courses_say(seed: int) -> None:
    made, receipt = odd_tables(seed), Receipt()
    episodes, facts = frames.settled(made, UTC, receipt)
    courses, counts = row_by_row.courses(made, UTC)
    assert plain(receipt) == plain(counts)
    assert facts.rows() == [row_of(course.procedure.id, fact) for course in courses for fact in course.facts]
    for row, course in zip(episodes.iter_rows(named=True), courses, strict=True):
        end = min(
            (e for e in course.endings if e.known_until is None), key=lambda e: (e.at, e.known_from), default=None
        )
        assert row == {
            "episode": course.procedure.id,
            "procedure": course.procedure.kind.value,
            "start": course.start,
            "known_from": course.procedure.known_from,
            "known_until": None,
            "sex": course.sex,
            "birth": course.birth,
            "zone_offset": course.zone_offset,
            "ended_by": None if end is None else end.by,
            "ended_from": None if end is None else end.known_from,
            "patient": course.patient,
        }


@pytest.mark.parametrize("ending", [".parquet", ".csv"])
@pytest.mark.parametrize("order", ["as it comes", "by episode"])
@pytest.mark.parametrize(("most", "held"), [(1, 1), (3, 100), (4, 2_000_000), (1_000, 50)])
def test_the_parts_in_which_a_folder_is_read_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, order: str, most: int, held: int
) -> None:
    made = odd_tables(7)
    whole, counts = frames.settled(made, UTC, receipt := Receipt()), receipt
    if order == "by episode":
        made = {
            name: frame.sort("episode", maintain_order=True) if name != "episodes" else frame
            for name, frame in made.items()
        }
    monkeypatch.setattr(folders, "IN_MEMORY", held)
    receipt = Receipt()
    parts = list(frames.chunks(write(tmp_path / "t", made, ending), UTC, receipt, episodes_per_chunk=most))
    receipt.check()
    assert plain(receipt) == plain(counts)
    assert max(episodes.height for episodes, _ in parts) <= most
    for place, frame in enumerate(whole):
        assert_frame_equal(pl.concat([part[place] for part in parts]), frame)


def test_no_more_rows_are_held_than_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = odd_tables(8, episodes=30)
    folder = write(tmp_path / "t", {**made, "observations": made["observations"].sort("episode")})
    heights: list[int] = []
    collected = folders.Table._collected

    def watched(table: folders.Table, scan: pl.LazyFrame) -> pl.DataFrame:
        frame = collected(table, scan)
        heights.append(frame.height)
        return frame

    monkeypatch.setattr(folders.Table, "_collected", watched)
    monkeypatch.setattr(folders, "IN_MEMORY", 200)
    most = 0
    for _, facts in frames.chunks(folder, UTC, episodes_per_chunk=2):
        most = max(most, facts.height)
    assert made["observations"].height > 600
    assert max(heights) <= 200
    assert 0 < most < 200


def test_parts_have_at_most_so_many_rows_and_hold_every_episode() -> None:
    tables_ = [folders.Table(pl.LazyFrame({"episode": list("aaabbcd")}), "t") for _ in range(2)]
    for table in tables_:
        table.about(["a", "b", "c", "d", "e"])
    assert tables_[0].counts == [3, 2, 1, 1, 0]
    cut = list(folders.parts(tables_, 5, 3, 5))
    assert cut == [(0, 1), (1, 2), (2, 5)]
    assert [end for _, end in cut][:-1] == [first for first, _ in cut][1:]
    assert list(folders.parts([], 3, 2, 5)) == [(0, 2), (2, 3)]
    assert list(folders.parts(tables_, 0, 2, 5)) == []


def test_a_table_damaged_part_way_is_said_and_what_was_before_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = odd_tables(9, episodes=40)
    folder = write(tmp_path / "t", {**made, "observations": made["observations"].sort("episode")})
    file = folder / "observations.parquet"
    groups = ParquetFile(file).metadata
    last = groups.row_group(groups.num_row_groups - 1)
    (value,) = (c for c in map(last.column, range(last.num_columns)) if c.path_in_schema == "value")
    begin = value.dictionary_page_offset or value.data_page_offset
    whole = bytearray(file.read_bytes())
    whole[begin : begin + value.total_compressed_size] = bytes(value.total_compressed_size)
    file.write_bytes(whole)
    monkeypatch.setattr(folders, "IN_MEMORY", 100)
    told = 0
    with pytest.raises(InputError, match=r"t/observations\.parquet: a table that is damaged part way"):
        for _ in frames.chunks(folder, UTC, episodes_per_chunk=1):
            told += 1
    # Only what statistics could not rule out was read: all but the last episodes came whole.
    assert told > 30


def test_a_withdrawal_that_says_neither_what_it_was_about_nor_when_withdraws(tmp_path: Path) -> None:
    made = {
        "episodes": pl.DataFrame(
            {
                "episode": ["e"],
                "patient": ["p"],
                "kind": ["TAE"],
                "start": ["2026-03-01T10:00:00Z"],
                "birth_year": ["1990"],
            }
        ),
        "observations": pl.DataFrame(
            {
                "episode": ["e", "e", "e", "e"],
                "fact": ["a", "a", "b", "b"],
                "version": [1, 2, 1, None],
                "kind": ["alt", None, "ast", "ast"],
                "value": ["40", None, "30", None],
                "unit": ["U/L", None, "U/L", None],
                "at": ["2026-03-02T10:00:00Z", None, "2026-03-02T10:00:00Z", None],
                "known_at": ["2026-03-02T11:00:00Z", "2026-03-03T10:00:00Z", "2026-03-02T11:00:00Z", None],
                "status": ["final", "entered-in-error", "final", "cancelled"],
            }
        ),
    }
    _, facts = frames.settled(made, UTC, receipt := Receipt())
    receipt.check()
    assert facts.select("fact", "known_until").rows() == [("observations/a", clock.parse("2026-03-03T10:00:00Z").at)]
    assert (receipt.dropped, receipt.superseded) == (2, 2)


def test_tables_without_rows_or_with_columns_of_nothing_are_read() -> None:
    made = {name: frame.clear() for name, frame in odd_tables(1).items()}
    episodes, facts = frames.settled(made, UTC, Receipt())
    assert (episodes.columns, facts.columns) == (list(frames.EPISODES), list(frames.FACTS))
    assert (episodes.height, facts.height) == (0, 0)
    one = odd_tables(1)["episodes"].head(1)
    nothing = pl.DataFrame({name: [None] for name in folders.REQUIRED["observations"]}).with_columns(
        episode=one["episode"]
    )
    _, facts = frames.settled({"episodes": one, "observations": nothing}, UTC, receipt := Receipt())
    assert (facts.height, receipt.irrelevant) == (0, 1)


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_columns_of_times_are_read_as_single_times_are(zone: tzinfo) -> None:
    random = Random(11)
    cells: list[str | None] = [*BROKEN]
    for _ in range(3_000):
        shape = random.choice(WRITTEN)
        year = random.choice((1899, 1900, 1987, 2026, 2200, 2201))
        day = f"{year}-{random.randrange(14):02d}-{random.randrange(33):02d}"
        hour = f"{random.randrange(26):02d}:{random.randrange(62):02d}:{random.randrange(62):02d}"
        cell = random.choice(
            (f"{day}T{hour}", f"{day}T{hour}", f"{day} {hour}", f"{day}T{hour[:5]}", day, day[:7], shape)
        )
        cell += random.choice(("Z", "+01:00", "-11:59", "+14:01", "", ".5Z", ".123456789012-02:00", ".5", "z", "+1:00"))
        if random.random() < 0.2:
            at = random.randrange(len(cell))
            cell = cell[:at] + random.choice(" 0T:-+é٣") + cell[at + random.randrange(2) :]
        cells.append(cell)

    def single(cell: str | None) -> tuple[object, ...]:
        if cell is None or not cell.strip():
            return None, None, False, False
        try:
            moment = clock.parse(cell.strip(), zone)
        except InputError:
            return None, None, False, True
        return moment.at, columns.PRECISIONS.index(moment.precision), moment.zoneless, False

    read = columns.moments(pl.DataFrame({"at": cells}), "at", zone).rows()
    assert read == [single(cell) for cell in cells]
    assert sum(row[0] is not None for row in read) > 300


def test_what_python_strips_is_stripped() -> None:
    assert set(columns.BLANKS) == {chr(sign) for sign in range(sys.maxunicode + 1) if chr(sign).isspace()}
    assert all(one != other for one, other in pairwise(columns.BLANKS))
