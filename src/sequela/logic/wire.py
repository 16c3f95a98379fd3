"""Sentences as versioned JSON and back: `{"node": "Latest", "series": "alt", "within": {...}}`."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from functools import lru_cache
from typing import Any

from sequela.course.episodes import ProcedureKind
from sequela.errors import SentenceError
from sequela.logic.nodes import REGISTRY, Node

VERSION = 1
"""The version of the JSON form; it changes only when a node's meaning or fields do."""


def to_wire(node: Node) -> dict[str, Any]:
    """Return a JSON-ready dictionary for a sentence; fields that are None or empty are left out."""
    wire: dict[str, Any] = {"node": type(node).__name__}
    for field in fields(node):
        value = _out(getattr(node, field.name))
        if value not in (None, "", []):
            wire[field.name] = value
    return wire


@lru_cache(maxsize=65_536)
def digest(node: Node) -> str:
    """Return a SHA-256 of a sentence, the same in every process; sentences shared by many are digested once."""
    parts: list[Any] = [type(node).__name__]
    for field in fields(node):
        value = getattr(node, field.name)
        items = value if isinstance(value, tuple) else (value,)
        parts.append([field.name, [digest(item) if isinstance(item, Node) else str(item) for item in items]])
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def from_wire(wire: dict[str, Any]) -> Node:
    """Return the sentence that `to_wire` wrote; refuse what the grammar does not have."""
    name = wire.get("node")
    cls = REGISTRY.get(name) if isinstance(name, str) else None
    if cls is None:
        raise SentenceError("the JSON names a node that the grammar does not have")
    known = {field.name for field in fields(cls)}
    given = {key: _in(value) for key, value in wire.items() if key != "node"}
    if not given.keys() <= known:
        raise SentenceError(f"node {name} has no such field")
    if cls.__name__ == "ProcedureIs":
        given["kinds"] = tuple(ProcedureKind(kind) for kind in given["kinds"])
    try:
        return cls(**given)
    except TypeError:
        raise SentenceError(f"node {name} lacks a field") from None


def _out(value: object) -> Any:
    if isinstance(value, Node):
        return to_wire(value)
    if isinstance(value, tuple):
        return [_out(item) for item in value]
    return str(value) if isinstance(value, ProcedureKind) else value


def _in(value: Any) -> Any:
    if isinstance(value, dict):
        return from_wire(value)
    if isinstance(value, list):
        return tuple(_in(item) for item in value)
    return value
