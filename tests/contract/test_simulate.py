"""`sequela simulate`: the folder it writes, what it says, what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy.random  # noqa: F401 - loaded before a test, or its first import would look like a random draw.
import pytest

from sequela.sources import synthetic
from tests.contract.bundles import Cli
from tests.synthetic.by_hand import Made, taken


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the generator is asked for; it gives two episodes made by hand."""
    calls: list[tuple[Any, ...]] = []

    def generate(episodes: int, seed: int, *, scenarios: Any = None, dense: bool = False) -> Iterator[Made]:
        calls.append((episodes, seed, scenarios, dense))
        yield Made()

    monkeypatch.setattr(synthetic, "generate", generate)
    return calls


def test_the_options_reach_the_generator(cli: Cli, tmp_path: Path, asked: list[tuple[Any, ...]]) -> None:
    said = cli("simulate", "--episodes", 2, "--out", tmp_path / "a")
    assert (said.code, said.err) == (0, "")
    options = ["--seed", 7, "--dense", "--scenario", "necrosis=0.25", "--scenario", "uneventful"]
    assert cli("simulate", "--episodes", 2, "--out", tmp_path / "b", *options).code == 0
    assert asked == [(2, 1, None, False), (2, 7, {"necrosis": 0.25, "uneventful": 1.0}, True)]
    notice = (tmp_path / "b" / "SYNTHETIC.md").read_text(encoding="utf-8")
    assert "* scenarios: necrosis 0.25; uneventful 1\n" in notice
    assert "* dense: yes\n" in notice


def test_it_says_what_it_wrote_and_what_comes_next(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: list[tuple[Any, ...]]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli("simulate", "--episodes", 2, "--out", "ward").out == (
        "2 synthetic episodes in ward: 21 observations, 7 findings, 13 events.\nNext: sequela assess ward\n"
    )
    assert cli("assess", "ward", "--jsonl").out.count('"patient":"SYN-') == 2


@pytest.mark.parametrize(
    ("options", "files"),
    [
        ([], {"episodes.parquet", "truth.parquet"}),
        (["--csv"], {"episodes.csv", "truth.csv"}),
        (["--format", "fhir"], {"patients/0000/SYN-0000001.json", "truth.parquet"}),
    ],
)
def test_each_form_is_written_and_read(
    cli: Cli, tmp_path: Path, asked: list[tuple[Any, ...]], options: list[str], files: set[str]
) -> None:
    out = tmp_path / "out"
    assert cli("simulate", "--episodes", 2, "--out", out, *options).code == 0
    written = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert files | {"SYNTHETIC.md"} <= written
    assert [course.id for course in taken(out)[0]] == ["SYN-0000001|S0000001", "SYN-0000002|S0000002"]


def test_a_cdm_is_written_with_its_traps_and_its_truth(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "cdm"
    options = ["--format", "omop", "--cdm", "5.3", "--trap", "unit-null", "--trap", "no-vocabulary"]
    said = cli("simulate", "--episodes", 3, "--out", out, *options)
    assert (said.code, said.err) == (0, "")
    assert said.out.endswith(f"Next: sequela measure {out} --out answer\n")
    written = {path.name for path in out.iterdir()}
    assert {"person.parquet", "measurement.parquet", "cdm_source.parquet", "truth.parquet", "SYNTHETIC.md"} <= written
    assert "concept.parquet" not in written
    notice = (out / "SYNTHETIC.md").read_text(encoding="utf-8")
    assert "* cdm: 5.3\n* traps: no-vocabulary, unit-null\n* repeat share: 0.15\n* coded share: 0.7\n" in notice


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--out", "full"], "sequela: full: the folder is not empty. Delete it or name another; nothing was written"),
        (["--out", "file"], "sequela: file: a file of that name is in the way. Name a folder"),
        (["--out", "out", "--format", "hl7"], "sequela: Invalid value for '--format': "),
        (["--out", "out", "--format", "fhir", "--csv"], "sequela: simulate: --csv is for tables only."),
        (["--out", "out", "--trap", "all"], "sequela: simulate: --cdm, --trap and the shares are for OMOP."),
        (
            ["--out", "out", "--format", "omop", "--trap", "all", "--trap", "unit"],
            "sequela: unit: unknown trap. One of procedure-at-",
        ),
        (["--out", "out", "--format", "omop", "--repeat-share", "2"], "sequela: --repeat-share: a share lies between"),
        (["--out", "out", "--format", "omop", "--coded-share", "nan"], "sequela: --coded-share: a share lies between"),
        (["--out", "out", "--format", "omop", "--cdm", "6.0"], "sequela: Invalid value for '--cdm': "),
        (["--out", "out", "--scenario", "necrosis=much"], "sequela: --scenario: a scenario is written NAME or NAME="),
        (["--out", "out", "--scenario", "necrosis=-1"], "sequela: --scenario: a scenario is written NAME or NAME="),
        (["--out", "out", "--scenario", "a", "--scenario", "a"], "sequela: --scenario a: a scenario named twice."),
        (["--out", "out", "--episodes", "0"], "sequela: Invalid value for '--episodes': "),
        (["--out", "out", "--seed", "-1"], "sequela: Invalid value for '--seed': "),
        ([], "sequela: Missing option '--out'"),
    ],
)
def test_what_it_refuses_is_one_line_and_nothing_is_written(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: list[Any], options: list[str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    said = cli("simulate", "--episodes", "2", *options)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert said.err.startswith(told)
    assert asked == []
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "full", "mine.txt"]


def test_the_help_teaches(cli: Cli) -> None:
    said = " ".join(cli("simulate", "--help").out.split())
    for sentence in (
        "No real patient is in them, and every file says so.",
        "are no clinical evidence",
        "that nothing reads",
        "The same seed and options give the same bytes.",
        "sequela simulate --episodes 20 --seed 7 --format fhir --out bundles",
    ):
        assert sentence in said


def test_a_scenario_that_there_is_not_is_told_with_those_there_are(cli: Cli, tmp_path: Path) -> None:
    said = cli("simulate", "--episodes", 2, "--out", tmp_path / "out", "--scenario", "necroses")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("sequela: necroses: unknown scenario. One of uneventful, pes, prolonged-pes, necrosis, ")
    assert list(tmp_path.iterdir()) == []


def test_the_real_generator_writes_episodes_that_are_assessed(cli: Cli, tmp_path: Path) -> None:
    options = ["--episodes", 2, "--seed", 3, "--scenario", "uneventful"]
    assert cli("simulate", "--out", tmp_path / "ward", *options).out.startswith("2 synthetic episodes in ")
    assert cli("assess", tmp_path / "ward", "--jsonl").out.count('"patient":"SYN-') == 2


def test_the_help_and_the_how_to_name_every_scenario(cli: Cli, root: Path) -> None:
    from sequela.sources.synthetic.kinetics import book

    names = list(book().scenario_weights)
    assert f"in their usual mix: {', '.join(names)}." in " ".join(cli("simulate", "--help").out.split())
    page = (root / "docs" / "how-to" / "simulate-patients.md").read_text(encoding="utf-8")
    assert [name for name in names if f"`{name}`" not in page] == []
