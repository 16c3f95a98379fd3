"""The rooms of the house, from their own docstrings."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "sequela"
STAIRCASE = ("cli", "account", "assessing", "engine", "criteria", "sources", "logic", "course", "evidence", "errors")


def pages() -> Iterator[tuple[str, str]]:
    """One page: what each room is for, what it may import, and its door."""
    parts = ["# The rooms", "From the top of the staircase to the ground floor; imports only go down."]
    for room in STAIRCASE:
        path = next((p for p in (SOURCE / room / "__init__.py", SOURCE / f"{room}.py") if p.exists()), None)
        if path is not None:
            docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            parts += [f"## {room}", docstring]
    yield "rooms.md", "\n\n".join(parts)
