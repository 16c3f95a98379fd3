"""A small house: 400 lines a file, 600 with a reason at the top; a test counts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

LIMIT = 400
LIMIT_WITH_REASON = 600
REASON = re.compile(r"over 400 lines because \w+", re.IGNORECASE)
FOLDERS = ("src", "tests", "docs", "cases", "demo", "benchmarks")
DULL_NAMES = {"utils", "util", "common", "helpers", "misc"}


def python_files(root: Path) -> list[Path]:
    return sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.py"))


def too_long(text: str) -> bool:
    lines = text.splitlines()
    reasoned = any(REASON.search(line) for line in lines[:20])
    return len(lines) > (LIMIT_WITH_REASON if reasoned else LIMIT)


def test_no_file_is_longer_than_it_may_be(root: Path) -> None:
    long = [str(path.relative_to(root)) for path in python_files(root) if too_long(path.read_text(encoding="utf-8"))]
    assert long == []


def test_no_module_is_named_after_nothing(root: Path) -> None:
    dull = [str(path.relative_to(root)) for path in python_files(root) if path.stem in DULL_NAMES]
    assert dull == []


@pytest.mark.parametrize(
    ("lines", "first", "expected"),
    [
        (400, "x = 1", False),
        (401, "x = 1", True),
        (401, "# Over 400 lines because the table is one piece.", False),
        (600, "# Over 400 lines because the table is one piece.", False),
        (601, "# Over 400 lines because the table is one piece.", True),
    ],
)
def test_the_limit_is_kept_to_the_line(lines: int, first: str, expected: bool) -> None:
    assert too_long("\n".join([first] + ["x = 1"] * (lines - 1))) is expected
