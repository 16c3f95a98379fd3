"""`sequela measure` as it is called: its files, what it prints, its errors; and the files of sites pooled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.contract.bundles import Cli
from tests.sources.omop.test_facts import written


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return written(tmp_path / "site")


def sent(folder: Path, name: str, events: int, total: int, criteria: str = "abc", *, withheld: bool = False) -> Path:
    """A site's file with one outcome in it."""
    counts = {"events": events, "total": total, "proportion": events / total}
    block = {"withheld": True} if withheld else {"withheld": False, "proportion": counts, "patients": counts}
    content = {
        "schema": "1", "kind": "sequela site incidence", "site": name, "criteria": {"hash": criteria},
        "outcomes": {"hepatic-necrosis": {"window_days": 30, "by_way": {"any": block}}},
    }  # fmt: skip
    (folder / name).mkdir()
    path = folder / name / "incidence.json"
    path.write_text(json.dumps(content))
    return path


def test_it_writes_three_files_and_prints_a_table(cli: Cli, site: Path, tmp_path: Path) -> None:
    said = cli("measure", site, "--out", tmp_path / "answer", "--name", "Here", "--minimum", "1")
    assert said.code == 0
    assert "4 procedures in 3 persons" in said.out
    assert "Index procedures dated on the last day" in said.out
    assert {file.name for file in (tmp_path / "answer").iterdir()} == {"incidence.json", "incidence.csv", "report.html"}
    again = cli("measure", site, "--out", tmp_path / "answer")
    assert again.code == 2
    assert "incidence.json exists" in again.err


def test_the_same_database_gives_the_same_bytes(cli: Cli, site: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert cli("measure", site, "--out", tmp_path / name).code == 0
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


def test_every_key_of_its_json_is_documented(cli: Cli, site: Path, tmp_path: Path, root: Path) -> None:
    content = json.loads(cli("measure", site, "--out", tmp_path / "answer", "--minimum", "1", "--json").out)
    page = (root / "docs" / "how-to" / "measure-a-database.md").read_text(encoding="utf-8")
    answer: dict[str, Any] = content["outcomes"]["hepatic-necrosis"]
    keys = {*content, *answer, *answer["by_way"]["any"], *answer["bounds"], *content["population"]} - {"by_way"}
    assert not [key for key in sorted(keys) if f"`{key}`" not in page]


def test_a_cohort_a_window_and_what_is_wrong_with_them(cli: Cli, site: Path, tmp_path: Path) -> None:
    said = cli("measure", site, "--out", tmp_path / "a", "--cohort", "7:TACE", "--window", "biloma=60", "--json")
    content = json.loads(said.out)
    assert content["population"]["episodes"] == 1
    assert content["outcomes"]["biloma"]["window_days"] == 60
    for wrong, message in (
        (("--cohort", "7:FIRE"), "a cohort is its number and a kind of procedure"),
        (("--window", "biloma"), "a window is an outcome and days"),
        (("--window", "fire=3"), "no outcome 'fire'"),
        (("--minimum", "0"), "the smallest count told is at least 1"),
    ):
        refused = cli("measure", site, "--out", tmp_path / "b", *wrong)
        assert (refused.code, message in refused.err) == (2, True), refused.err
        assert len(refused.err.strip().splitlines()) == 1


def test_what_is_no_database_is_said(cli: Cli, tmp_path: Path) -> None:
    said = cli("measure", tmp_path / "nowhere", "--out", tmp_path / "answer")
    assert said.code == 2
    assert "no such file or folder" in said.err


def test_sites_are_pooled_from_what_they_sent(cli: Cli, tmp_path: Path) -> None:
    files = [sent(tmp_path, "rome", 5, 200), sent(tmp_path, "lima", 9, 150), sent(tmp_path, "oslo", 0, 0 + 80)]
    said = json.loads(cli("pool", *files, "--unit", "procedures", "--json").out)
    assert (said["k"], said["events"], said["total"]) == (3, 14, 430)
    assert said["complication"] == "hepatic-necrosis (any, 30 days)"


def test_what_a_site_withheld_is_left_out_and_other_criteria_are_said(cli: Cli, tmp_path: Path) -> None:
    files = [
        sent(tmp_path, "rome", 5, 200),
        sent(tmp_path, "lima", 9, 150, criteria="def"),
        sent(tmp_path, "oslo", 1, 80, withheld=True),
    ]
    said = json.loads(cli("pool", *files, "--unit", "procedures", "--json").out)
    assert said["total"] == 350
    assert [one["study"] for one in said["left_out"]] == ["oslo"]
    assert "2 versions of the criteria" in said["warnings"][0]


def test_one_site_twice_and_what_is_no_site_are_refused(cli: Cli, tmp_path: Path) -> None:
    path = sent(tmp_path, "rome", 5, 200)
    twice = cli("pool", path, path, "--unit", "procedures")
    assert (twice.code, "two files of one site" in twice.err) == (2, True)
    (tmp_path / "other.json").write_text("{}")
    other = cli("pool", tmp_path / "other.json")
    assert (other.code, "no site's incidence" in other.err) == (2, True)
