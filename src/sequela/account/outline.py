"""A sentence as an outline: all of, any of, at least so many of, with one line for each part that says something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from sequela.logic import display
from sequela.logic import statements as s
from sequela.logic.nodes import Node, Parameter
from sequela.logic.prose import say
from sequela.logic.quantities import Called, Score
from sequela.logic.shelf import ParameterValue

SHORT = 76
"""Signs up to which a sentence stays on one line, whatever it is made of."""
SAME = 3
"""Neighbours that say the same of different definitions, from which one line names them all."""
BLANK = "…"

Lines = list[tuple[int, str]]
"""Each line with its depth."""


Groups = Mapping[frozenset[str], str]
"""What to call a whole set of definitions, so that their names need not be listed again."""


@dataclass(frozen=True)
class Outliner:
    """Writes sentences with a shelf's numbers."""

    parameters: Mapping[str, ParameterValue]
    groups: Groups = field(default_factory=dict)

    def lines(self, node: Node, depth: int = 0) -> Lines:
        """Return a sentence as lines."""
        node = _plain(node)
        text = node.name if isinstance(node, s.Named) else say(node, self.parameters)
        if isinstance(node, Score):
            head: str | None = f"the sum of {len(node.parts)} parts:"
        else:
            head = None if len(text) <= SHORT else self._head(node)
        if head is None:
            return [(depth, text)]
        inside = self._children(node, depth + 1)
        if len(inside) == 1 and isinstance(node, s.And | s.Or):
            return [(depth, inside[0][1])]
        return [(depth, head), *inside]

    def whole(self, node: Node) -> Lines:
        """Return a sentence as lines, and after them what the quantities that it calls by a name are made of."""
        terms = dict.fromkeys(_called(node))
        return [
            *self.lines(node),
            *((0, f"where, at each reading, {term.name} is {say(term.of, self.parameters)}") for term in terms),
        ]

    def _head(self, node: Node) -> str | None:
        """The line above the parts of a connective, or of a statement about a connective; None for a leaf."""
        match node:
            case s.And():
                return "all of:"
            case s.Or():
                return "any of:"
            case s.AtLeast():
                return f"at least {say(node.number, self.parameters)} of:"
            case s.Not() if self._head(_plain(node.of)) is not None:
                return "not established:" if _definite(node.of) is not None else "not:"
            case s.WasTrue() if self._head(_plain(node.of)) is not None:
                if node.within is None:
                    return "at some time since the procedure:"
                return f"at some time in the last {say(node.within, self.parameters)}:"
            case _:
                return None

    def _children(self, node: Node, depth: int) -> Lines:
        lines: Lines = []
        for pattern, group in groupby(_parts(node), key=self._pattern):
            alike = list(group)
            names = [name for part in alike if (name := _only_name(part))]
            if pattern and len(names) == len(alike) >= SAME:
                which = "any of" if isinstance(node, s.Or) else "each of"
                what = self.groups.get(frozenset(names)) or ", ".join(names)
                lines.append((depth, f"{' '.join(pattern.replace(BLANK, '').split())}, for {which}: {what}"))
            else:
                for part in alike:
                    lines += self.lines(part, depth)
        return lines

    def _pattern(self, part: Node) -> str:
        """What is said of the one definition that a part speaks of, its name left blank; empty where there is none."""
        name = _only_name(part)
        if not name:
            return ""
        if isinstance(part, s.Named):
            return "it holds"
        return say(part, self.parameters).replace(f"“{display.definition_name(name)}”", BLANK)


def own_parameters(node: Node) -> Iterator[str]:
    """Yield the parameters of a sentence; those of a named definition inside it belong to that definition."""
    if isinstance(node, Parameter):
        yield node.key
    for child in node.children():
        if not isinstance(child, s.Named):
            yield from own_parameters(child)


def _called(node: Node) -> Iterator[Called]:
    """The quantities under a name of their own; those of a named definition inside it belong to that definition."""
    if isinstance(node, Called):
        yield node
    for child in node.children():
        if not isinstance(child, s.Named):
            yield from _called(child)


def _parts(node: Node) -> list[Node]:
    """What a connective joins; a part that joins in the same way is taken apart as well."""
    if not isinstance(node, s.And | s.Or):
        return [_plain(child) for child in node.children() if not isinstance(child, Parameter)]
    found: list[Node] = []
    for part in (_plain(part) for part in node.parts):
        found += _parts(part) if type(part) is type(node) else [part]
    return found


def _only_name(node: Node) -> str:
    names = {inner.name for inner in _outermost(node)}
    return names.pop() if len(names) == 1 else ""


def _outermost(node: Node) -> Iterator[s.Named]:
    if isinstance(node, s.Named):
        yield node
    else:
        for child in node.children():
            yield from _outermost(child)


def _plain(node: Node) -> Node:
    return _definite(node) or node


def _definite(node: Node) -> Node | None:
    """The statement inside "known, and so": in prose that is what being true means anyway."""
    if isinstance(node, s.And) and len(node.parts) == 2:
        first, second = node.parts
        if isinstance(first, s.Known) and first.of == second:
            return second
    return None
