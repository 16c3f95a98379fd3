"""The bar on stderr: only where somebody looks, and with what is known of how much there is."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from sequela.cli import printing
from sequela.sources import Receipt


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(paths: list[Path], counts: Receipt, times: int, monkeypatch: pytest.MonkeyPatch) -> str:
    screen = Screen()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", screen)
    with printing.progress(paths, counts) as advance:
        for _ in range(times):
            advance()
    return screen.getvalue()


def test_a_course_folder_shows_its_episodes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "episodes.csv").write_text("episode\n", encoding="utf-8")
    said = shown([tmp_path], Receipt(files=5, expected=40), 30, monkeypatch)
    assert "episodes" in said
    assert "30/40" in said


def test_many_files_show_how_many_were_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in range(printing.MANY):
        (tmp_path / f"{name}.json").write_text("{}", encoding="utf-8")
    said = shown([tmp_path], Receipt(files=3, rejected_files=[("0.json", "not FHIR")]), 7, monkeypatch)
    assert f"4/{printing.MANY}" in said


def test_few_files_and_nobody_looking_show_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one.json").write_text("{}", encoding="utf-8")
    assert shown([tmp_path], Receipt(files=1), 1, monkeypatch) == ""
    (tmp_path / "episodes.csv").write_text("episode\n", encoding="utf-8")
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with printing.progress([tmp_path], Receipt(expected=9)) as advance:
        advance()
    assert sys.stderr.getvalue() == ""
