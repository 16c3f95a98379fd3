"""The manual of the grammar, printed from the specs that test it."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
INTRODUCTION = """\
Everything that the criteria say of a patient is said in the sentences below: quantities (numbers) and statements
(true, false or unknown) that are defined at every instant of a course. Each entry is a small course in a table, one
sentence, and what it is at some instants; the same entries run as tests.

Times count from the start of the procedure. A fact is known at once unless a column `known` says when. A statement
never changes between its change points: `day 4 - 1 s` is the second before day 4."""


def pages() -> Iterator[tuple[str, str]]:
    """One page: every chapter of the manual, and where each node is shown."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    chapters = importlib.import_module("tests.spec.manual").CHAPTERS
    parts = ["# The grammar", INTRODUCTION]
    for chapter in chapters:
        parts += [f"## {chapter.title}", chapter.text]
        for spec in chapter.specs:
            parts += _entry(spec)
    yield "grammar.md", "\n\n".join([*parts, *_index(chapters)])


def _entry(spec: Any) -> Iterator[str]:
    """One spec: title, text, facts, sentence, answers."""
    prose = importlib.import_module("sequela.logic.prose")
    numbers = importlib.import_module("tests.spec.spec").parameters(spec.sentence)
    yield f"### {spec.title}"
    if spec.text:
        yield spec.text
    yield f"> {prose.say(spec.sentence, numbers)}"
    about = [f"procedure {spec.kind}"] if spec.kind != "TAE" else []
    about += [f"born {spec.born}"] if spec.born else []
    about += ["sex unknown"] if spec.sex is None else ["male"] if spec.sex == "male" else []
    if about:
        yield f"The patient: {', '.join(about)}."
    yield f"```\n{spec.table.strip()}\n```"
    rows = "\n".join(f"| {moment} | {answer} |" for moment, answer in spec.expected.items())
    yield f"| at | it is |\n|---|---|\n{rows}"


def _index(chapters: Any) -> Iterator[str]:
    """Every node: what it is, its fields, and the entries that show it."""
    registry = importlib.import_module("sequela.logic.nodes").REGISTRY
    yield "## Every node"
    yield "The closed set, in order of name, as the JSON form names them."
    for name in sorted(registry):
        cls = registry[name]
        names = [field.name for field in dataclasses.fields(cls)]
        of = f" of {', '.join(f'`{field}`' for field in names)}" if names else ""
        shown = [
            f"[{spec.title}](#{_anchor(spec.title)})"
            for chapter in chapters
            for spec in chapter.specs
            if name in spec.nodes
        ]
        kind = "A quantity" if any(base.__name__ == "Quantity" for base in cls.__mro__) else "A statement"
        yield f"### `{name}`\n\n{inspect.cleandoc(cls.__doc__ or '')}"
        yield f"{kind}{of}. Shown in: {', '.join(shown[:4])}."


def _anchor(title: str) -> str:
    """The anchor that Markdown renderers make of a heading."""
    kept = "".join(letter for letter in title.lower() if letter.isalnum() or letter in " -")
    return kept.replace(" ", "-")
