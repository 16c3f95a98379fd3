"""The files of published numbers beside the works: every entry is checked as it is read."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from importlib.resources import files
from typing import Any, TypeVar

from sequela.evidence.shelving import ShelfError

Entry = TypeVar("Entry")


def entries(
    file: str, of: Callable[..., Entry], told: Callable[[Entry], str], problem: Callable[[Entry], str]
) -> tuple[Entry, ...]:
    """Return the entries of a file, in its order; `told` names one, `problem` says what is wrong with it or nothing."""
    tables: list[dict[str, Any]] = tomllib.loads(files(__package__).joinpath(file).read_text(encoding="utf-8"))["entry"]
    found = []
    for table in tables:
        values = {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}
        try:
            entry = of(**values)
        except TypeError as error:
            raise ShelfError(f"{file}: {error}") from None
        if wrong := problem(entry):
            raise ShelfError(f"{file}, {told(entry)}: {wrong}")
        found.append(entry)
    return tuple(found)
