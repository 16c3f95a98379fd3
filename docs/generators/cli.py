"""The command line, as its own help tells it, and the keys of its JSON, as the schema that is shipped tells them."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from typer.models import CommandInfo

SCHEMA = Path(__file__).resolve().parents[2] / "src" / "sequela" / "data" / "assessment.schema.json"
WIDTH = "100"
INTRODUCTION = """\
Exit codes: 0 done, 1 a bug of ours, 2 something you can mend. An error is one line on stderr that says what is wrong,
where, and what to try; it never repeats a patient's data. No index procedure is no error: there is nothing to assess,
and the account and the receipt say so.

Without a terminal there is no colour and no escape code; with one, `NO_COLOR` switches both off. `--install-completion`
teaches your shell the commands."""
JSON_INTRODUCTION = """\
What `sequela assess --json` prints, key by key, from the JSON Schema that `sequela schema` prints. Keys may be added;
none is taken away or changes its meaning without a new `schema`. With `--jsonl` each line is one episode, with
`schema`, `sequela` and `criteria` before its own keys. The same input, instant and criteria give the same bytes."""


def pages() -> Iterator[tuple[str, str]]:
    """Two pages: the commands, and the JSON."""
    parts = ["# The command line", INTRODUCTION, f"```\n{said('--help')}\n```"]
    for command in commands():
        parts += [f"## sequela {command}", f"```\n{said(*command.split(), '--help')}\n```"]
    yield "cli.md", "\n\n".join(parts)
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    parts = ["# The JSON of an assessment", JSON_INTRODUCTION, *_object("The object", schema)]
    for name, definition in schema["$defs"].items():
        if definition.get("type") == "object":
            parts += _object(name, definition)
    yield "json.md", "\n\n".join(parts)


def commands() -> list[str]:
    """The commands as they are typed, in their order; a group's own stand behind it."""
    from sequela.cli.commands import app

    found = _names(app.registered_commands)
    for group in app.registered_groups:
        if group.typer_instance is not None:
            name = str(group.typer_instance.info.name)
            found += [name, *(f"{name} {inner}" for inner in _names(group.typer_instance.registered_commands))]
    return found


def _names(registered: list[CommandInfo]) -> list[str]:
    named = ((command.name, command.callback) for command in registered)
    return [str(name or callback.__name__) for name, callback in named if callback is not None]


def said(*arguments: str) -> str:
    """What the program prints, as wide as a page is."""
    from sequela.cli import run

    out = io.StringIO()
    with mock.patch.dict(os.environ, {"COLUMNS": WIDTH, "LINES": "40"}), contextlib.redirect_stdout(out):
        code = run(list(arguments))
    if code != 0:
        raise RuntimeError(f"sequela {' '.join(arguments)} ended with {code}")
    return "\n".join(line.rstrip() for line in out.getvalue().strip().splitlines())


def _object(name: str, schema: dict[str, Any]) -> list[str]:
    parts = [f"## {name}"]
    if name != "The object" and "description" in schema:
        parts.append(schema["description"])
    required = set(schema.get("required", ()))
    rows = [
        f"| `{key}` | {_kind(value)} | {'' if key in required else 'not always there. '}{_description(value)} |"
        for key, value in schema["properties"].items()
    ]
    return [*parts, "\n".join(["| key | value | |", "|---|---|---|", *rows])]


def _kind(value: dict[str, Any]) -> str:
    """What a value may be, in words."""
    if "const" in value:
        return f"`{json.dumps(value['const'])}`"
    if "enum" in value:
        return ", ".join("null" if item is None else f"`{item}`" for item in value["enum"])
    if "$ref" in value:
        return f"{value['$ref'].rpartition('/')[2]}"
    if "anyOf" in value:
        return " or ".join(_kind(option) for option in value["anyOf"])
    told = value.get("type", "anything")
    if told == "array":
        return f"list of {_kind(value.get('items', {}))}"
    if told == "object" and "properties" in value:
        inner = "; ".join(f"`{key}`: {_kind(inside)}" for key, inside in value["properties"].items())
        return f"object ({inner})"
    if told == "object":
        return f"object of {_kind(value.get('additionalProperties', {}))}, by key"
    return " or ".join(told) if isinstance(told, list) else str(told)


def _description(value: dict[str, Any]) -> str:
    return str(value.get("description", "")).replace("|", "\\|")
