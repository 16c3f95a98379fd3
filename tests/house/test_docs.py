"""Docs that cannot drift: rooms say what they are, generated pages match, and every command named exists."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

COMMAND = re.compile(r"\bmake ([a-z][a-z-]+)")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


def pages(root: Path) -> list[Path]:
    return sorted([*root.glob("*.md"), *(root / "docs").rglob("*.md")])


def generate(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", root / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rooms(root: Path) -> list[Path]:
    return sorted(path.parent for path in (root / "src" / "sequela").glob("*/__init__.py"))


def test_readme_shows_what_is_printed(root: Path) -> None:
    """Each line of README's two samples stands in the real output, in its order; `…` is what was left out."""
    shown = (root / "README.md").read_text(encoding="utf-8").split("<!-- demo:")[1].split("<!-- /demo -->")[0]
    days, account = re.findall(r"```\n(.*?)```", shown, re.DOTALL)
    turned = root / "cases" / "synthetic" / "index-shaped.json"
    sequela = [Path(sys.executable).parent / "sequela", "assess", turned, "--as-of", "2026-02-08T19:00:00+01:00"]
    for sample, command in ((days, [sys.executable, root / "demo" / "demo.py"]), (account, sequela)):
        printed = subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()
        at = -1
        for line in sample.splitlines():
            if line.strip(" …"):
                assert line in printed[at + 1 :], line
                at = printed.index(line, at + 1)


def test_every_room_says_its_purpose_what_it_may_import_and_its_door(root: Path) -> None:
    silent = {}
    for room in rooms(root):
        said = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8"))) or ""
        silent[room.name] = [word for word in ("Purpose:", "May import:", "Door:") if word not in said]
    assert silent
    assert {name: words for name, words in silent.items() if words} == {}


def test_every_folder_of_code_is_a_room(root: Path) -> None:
    house = root / "src" / "sequela"
    homeless = {path.parent for path in house.rglob("*.py") if not (path.parent / "__init__.py").exists()}
    assert homeless == set()


def test_generated_pages_are_what_the_code_says(root: Path) -> None:
    assert generate(root).drift() == [], "run `make docs` and commit docs/reference"


def test_a_changed_a_missing_and_a_left_over_page_are_each_named(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = generate(root)
    monkeypatch.setattr(module, "REFERENCE", tmp_path)
    module.write()
    assert module.drift() == []
    (tmp_path / "README.md").write_text("changed", encoding="utf-8")
    (tmp_path / "rooms.md").unlink()
    (tmp_path / "left-over.md").write_text("# Left over\n", encoding="utf-8")
    assert module.drift() == ["README.md", "left-over.md", "rooms.md"]


def test_every_make_command_in_the_prose_is_a_target(root: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        command
        for page in pages(root)
        for code in CODE.findall(page.read_text(encoding="utf-8"))
        for command in COMMAND.findall(code)
    }
    assert {"demo", "test"} <= named
    assert named - targets == set()


def test_every_link_between_pages_leads_somewhere(root: Path) -> None:
    broken = [
        f"{page.relative_to(root)}: {target}"
        for page in pages(root)
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_the_readme_says_what_it_is_not(root: Path) -> None:
    readme = " ".join((root / "README.md").read_text(encoding="utf-8").split())
    assert readme.count("not a medical device") == 1
