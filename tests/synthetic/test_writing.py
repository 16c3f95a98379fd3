"""Synthetic episodes on the disk: what is written as tables and as FHIR is one and the same course when it is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sequela.errors import UserError
from sequela.sources.synthetic.layout import COLUMNS
from sequela.sources.synthetic.writing import UNFINISHED, write
from tests.synthetic.by_hand import E1, Made, hashes, taken, told

FORMS = [("tables", False), ("tables", True), ("fhir", False)]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "tables"
    write([Made()], folder)
    return folder


def test_every_row_is_in_its_table(tables: Path) -> None:
    made = Made()
    for table, columns in COLUMNS.items():
        frame = pl.read_parquet(tables / f"{table}.parquet")
        assert tuple(frame.columns) == columns
        assert frame.equals(getattr(made, table))


@pytest.mark.parametrize(("form", "csv"), FORMS[1:])
def test_every_form_is_read_as_the_same_courses(tmp_path: Path, tables: Path, form: str, csv: bool) -> None:
    write([Made()], tmp_path / "out", form, csv=csv)
    expected, found = taken(tables)[0], taken(tmp_path / "out")[0]
    assert [course.id for course in found] == [course.id for course in expected]
    for one, other in zip(found, expected, strict=True):
        assert told(one) == told(other)
        assert one.procedure == other.procedure
        assert (one.patient, one.sex, one.birth, one.zone_offset) == (
            other.patient, other.sex, other.birth, other.zone_offset,
        )  # fmt: skip
        assert [(e.by, e.at, e.known_from) for e in one.endings] == [(e.by, e.at, e.known_from) for e in other.endings]


def test_the_course_is_not_an_empty_one(tables: Path) -> None:
    first = taken(tables)[0][0]
    assert first.id == f"SYN-0000001|{E1}"
    counts = Counter(fact.key for fact in first.facts)
    # o16 and o17 have no value; a correction is two versions; a withdrawn INR was believed for two hours.
    assert (counts["alt"], counts["inr"], counts["abscess"], counts["death"]) == (3, 1, 2, 1)


@pytest.mark.parametrize(("form", "csv"), FORMS)
def test_the_same_episodes_are_the_same_bytes(tmp_path: Path, form: str, csv: bool) -> None:
    for name in ("one", "two"):
        write([Made()], tmp_path / name, form, csv=csv, made_by={"seed": "7"})
    assert hashes(tmp_path / "one") == hashes(tmp_path / "two")


@pytest.mark.parametrize(("form", "csv"), FORMS)
def test_nothing_that_is_read_depends_on_the_truth(tmp_path: Path, form: str, csv: bool) -> None:
    folder = tmp_path / "out"
    write([Made()], folder, form, csv=csv)
    courses, receipt = taken(folder)
    (truth,) = folder.glob("truth.*")
    truth.unlink()
    without, other = taken(folder)
    assert (without, other.as_json()) == (courses, receipt.as_json())


def test_chunks_follow_one_another_in_one_file_for_each_table(tmp_path: Path) -> None:
    def chunks() -> Iterator[Made]:
        for place in range(3):
            names = {"S0000001": f"S{place}1", "S0000002": f"S{place}0"}
            renamed = {
                table: getattr(Made(), table).with_columns(pl.col("episode").replace(names))
                for table in (*COLUMNS, "truth")
            }
            yield Made(**renamed)

    counts = write(chunks(), tmp_path / "out")
    for table, number in counts.items():
        episodes = pl.read_parquet(tmp_path / "out" / f"{table}.parquet")["episode"]
        assert (len(episodes), episodes.is_sorted()) == (number, True)
    assert counts["episodes"] == 6


def test_every_parquet_file_says_that_it_is_synthetic_and_what_made_it(tmp_path: Path) -> None:
    for form in ("tables", "fhir"):
        write([Made()], tmp_path / form, form, made_by={"seed": "7"})
    files = [*(tmp_path / "tables").glob("*.parquet"), tmp_path / "fhir" / "truth.parquet"]
    assert len(files) == len(COLUMNS) + 2
    for file in files:
        metadata = pl.read_parquet_metadata(file)
        assert metadata["sequela.synthetic"].startswith("synthetic data")
        assert metadata["sequela.seed"] == "7"


def test_every_csv_row_and_every_folder_say_that_they_are_synthetic(tmp_path: Path) -> None:
    write([Made()], tmp_path / "out", csv=True, made_by={"seed": "7"})
    for file in (tmp_path / "out").glob("*.csv"):
        assert pl.read_csv(file)["synthetic"].unique().to_list() == ["yes"]
    notice = (tmp_path / "out" / "SYNTHETIC.md").read_text(encoding="utf-8")
    assert "No person is described here" in notice
    assert "* seed: 7" in notice
    assert "| necrosis | 1 |" in notice
    assert "| observations | 21 |" in notice


def test_a_folder_that_holds_anything_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match=r"the folder is not empty\. Delete it or name another; nothing was written"):
        write([Made()], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(UserError, match="a file of that name is in the way"):
        write([Made()], tmp_path / "mine.txt")


def test_what_was_left_unfinished_is_called_so(tmp_path: Path) -> None:
    (tmp_path / UNFINISHED).mkdir()
    with pytest.raises(UserError, match="holds an unfinished simulation"):
        write([Made()], tmp_path)


@pytest.mark.parametrize("form", ["tables", "fhir"])
@pytest.mark.parametrize("there", [False, True])
def test_a_run_that_fails_leaves_nothing(tmp_path: Path, form: str, there: bool) -> None:
    folder = tmp_path / "a" / "out"
    if there:
        folder.mkdir(parents=True)

    def broken() -> Iterator[Made]:
        yield Made()
        raise LookupError

    with pytest.raises(LookupError):
        write(broken(), folder, form)
    assert list(tmp_path.rglob("*")) == ([tmp_path / "a", folder] if there else [tmp_path / "a"])


def test_an_empty_folder_that_is_there_is_used(tmp_path: Path) -> None:
    write([Made()], tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "SYNTHETIC.md", "background.parquet", "episodes.parquet", "events.parquet", "findings.parquet",
        "observations.parquet", "truth.parquet",
    ]  # fmt: skip


def test_a_full_disk_is_a_line_for_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
    with pytest.raises(UserError, match=r"out: cannot be written\. No space left on device"):
        write([Made()], tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_progress_is_told_after_each_chunk(tmp_path: Path) -> None:
    told_of: list[int] = []
    write([Made()], tmp_path / "out", advance=told_of.append)
    assert told_of == [2]
