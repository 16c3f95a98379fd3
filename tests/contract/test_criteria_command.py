"""`sequela criteria --all` and `--diff`: the manual as pages, and whose state a site's numbers change."""

from __future__ import annotations

from pathlib import Path

import pytest

from sequela.cli import run as command
from tests.contract.bundles import Cli


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("diff") / "ward"
    assert command(["simulate", "--episodes", "20", "--seed", "4", "--out", str(folder)]) == 0
    return folder


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "site.toml"
    path.write_text('name = "St Elsewhere"\n[parameters.fever-late-after]\nvalue = 3\n', encoding="utf-8")
    return path


def test_the_whole_manual_as_pages(cli: Cli, tmp_path: Path) -> None:
    run = cli("criteria", "--all", "--out", str(tmp_path / "manual"))
    assert run.code == 0
    first = (tmp_path / "manual" / "criteria.md").read_text(encoding="utf-8")
    assert first.startswith("# The criteria")
    for link in [part.partition(")")[0] for part in first.split("](")[1:]]:
        path, _, anchor = link.partition("#")
        page = (tmp_path / "manual" / path).read_text(encoding="utf-8")
        assert not anchor or f'<a id="{anchor}"></a>' in page
    again = cli("criteria", "--all", "--out", str(tmp_path / "manual"))
    assert again.code == 2
    assert "the folder exists" in again.err


def test_the_whole_manual_in_one_and_as_json(cli: Cli) -> None:
    assert "## Hepatic necrosis (`hepatic-necrosis`)" in cli("criteria", "--all").out
    assert "hepatic-necrosis" in {entry["name"] for entry in cli("criteria", "--all", "--json").json()}


def test_whose_state_a_site_changes(cli: Cli, ward: Path, site: Path) -> None:
    run = cli("criteria", "--diff", str(site), str(ward))
    assert run.code == 0
    assert "St Elsewhere against the criteria as shipped" in run.out
    assert "fever-late is true instead of false" in run.out
    said = cli("criteria", "--diff", str(site), str(ward), "--json").json()
    assert said["episodes"] == 20
    assert [p["name"] for p in said["parameters"]] == ["fever-late-after"]
    changes = [change for difference in said["differences"] for change in difference["changes"]]
    assert any(change["what"] == "state" and change["because"] for change in changes)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--diff", "{site}"], "--diff needs a cohort"),
        (["--diff", "{site}", "--all", "x"], "exclude each other"),
        (["--out", "x"], "--out goes with --all or --circe"),
        (["one", "two"], "one name at a time"),
        (["--diff", "{site}", "nowhere"], "nowhere"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(cli: Cli, site: Path, arguments: list[str], said: str) -> None:
    run = cli("criteria", *(argument.format(site=site) for argument in arguments))
    assert run.code == 2
    assert said in run.err
    assert "Traceback" not in run.err


def test_a_choice_is_named_as_what_changes_the_syndrome(cli: Cli, ward: Path, tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text('[choose]\npost-embolization-syndrome = "pes-fever-14d"\n', encoding="utf-8")
    told = cli("criteria", "--diff", str(site), str(ward)).out
    assert "another definition chosen for post-embolization-syndrome: " in told
    assert ", because pes-fever-14d defines it now" in told
    assert "to still so" not in told


def test_spans_are_not_written_under_the_name_of_another_format(cli: Cli, ward: Path, tmp_path: Path) -> None:
    run = cli("spans", str(ward), "--out", str(tmp_path / "spans.csv"))
    assert run.code == 2
    assert "spans.csv: spans are written as Parquet only" in run.err
    assert not (tmp_path / "spans.csv").exists()
