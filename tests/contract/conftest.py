"""The command line in this process, small bundles to feed it, and the schema to hold its JSON to."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import rich.console  # noqa: F401 - its first import draws from the global random state, which no test may do.

from sequela.cli import run
from tests.contract.bundles import Cli, Said, Write, bundle, observation

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def no_library(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No command of a test may read or change the library of whoever runs the tests."""
    folder = tmp_path_factory.mktemp("library")
    monkeypatch.setenv("SEQUELA_LIBRARY", str(folder / "library.db"))
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str]) -> Cli:
    """Run one command."""

    def runner(*arguments: object) -> Said:
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        said = capfd.readouterr()
        return Said(code, said.out, said.err)

    return runner


@pytest.fixture(scope="session")
def schema() -> dict[str, Any]:
    text = (ROOT / "src" / "sequela" / "data" / "assessment.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@pytest.fixture(scope="session")
def problems(schema: dict[str, Any]) -> Callable[[object], list[str]]:
    """Everything in which a value differs from the schema."""
    validator = jsonschema.Draft202012Validator(schema)
    return lambda value: [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(value)]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a bundle (or any text) to a file."""

    def writer(content: object, name: str = "bundle.json") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return writer


@pytest.fixture
def feverish(write: Write) -> Path:
    """A small course: an ordinary first day, then a temperature of 39.6 on day 5."""
    return write(
        bundle(
            observation("t1", "2026-03-01T18:00:00+01:00", "temperature", 37.6, "Cel"),
            observation("t2", "2026-03-02T18:00:00+01:00", "temperature", 38.4, "Cel"),
            observation("a1", "2026-03-02T06:00:00+01:00", "alt", 210, "U/L"),
            observation("a2", "2026-03-03T06:00:00+01:00", "alt", 180, "U/L"),
            observation("t3", "2026-03-06T18:00:00+01:00", "temperature", 39.6, "Cel"),
        )
    )
