"""What a node looks at, and for how long each fact acts on it: the change points of the grammar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from sequela.logic import quantities as q
from sequela.logic import statements as s
from sequela.logic.nodes import Node, Parameter

PROCEDURE = "procedure"
"""The key under which the procedure's start stands among the things a node reads."""
Seconds = Callable[[Parameter], int]
"""Resolves a duration parameter for one course."""


@dataclass(frozen=True)
class Dependency:
    """A kind, finding or event that a node reads, and the delays after `at` at which such a fact changes what it does.

    Each delay is a sum of one parameter out of each inner tuple: a fact enters at once, leaves after `within`, and each
    node around (was true within, holds for) adds its own length.
    """

    key: str
    delays: frozenset[tuple[Parameter, ...]] = field(default=frozenset({()}))

    def offsets(self, seconds: Seconds) -> set[int]:
        """The delays in seconds, for one course's parameters."""
        return {sum(seconds(parameter) for parameter in delay) for delay in self.delays}


@lru_cache(maxsize=4096)
def dependencies(node: Node) -> tuple[Dependency, ...]:
    """Return what a node reads, one entry for each key, in order of key."""
    gathered: dict[str, set[tuple[Parameter, ...]]] = {}
    for key, delay in reads(node):
        gathered.setdefault(key, set()).add(delay)
    return tuple(Dependency(key, frozenset(gathered[key])) for key in sorted(gathered))


@lru_cache(maxsize=65_536)
def reads(node: Node) -> set[tuple[str, tuple[Parameter, ...]]]:
    """What a node reads, a pair for each key and delay; not to be changed."""
    series = node.series if isinstance(node, q._OfSeries) else None
    inner = {read for child in node.children() if child is not series for read in reads(child)}
    match node:
        case s.Compare(left=q.TimeSince(key=key), right=Parameter() as duration):
            return {(key or PROCEDURE, ()), (key or PROCEDURE, (duration,))}
        case q.TimeSince(key=key):
            return {(key or PROCEDURE, ())}
        case q._OfSeries():
            return _series_reads(node, inner)
        case s.Seen() | s.Absent():
            return _lasting(node.finding, node.within)
        case s.Happened():
            return _lasting(node.event, node.within)
        case s.Followed():
            return {(node.event, ()), (node.by, ())}
        case s.TurnedSince():
            return inner | {(event, ()) for event in node.events}
        case s.Became() | s.WasTrue() if node.within is not None:
            return inner | _later(inner, node.within)
        case s.HoldsFor():
            return inner | _later(inner, node.duration)
        case _:
            return inner


def _later(inner: set[tuple[str, tuple[Parameter, ...]]], length: Parameter) -> set[tuple[str, tuple[Parameter, ...]]]:
    """The same changes, felt once more when they leave a look-back over the past; so does the procedure's start."""
    return {(key, (*delay, length)) for key, delay in inner} | {(PROCEDURE, (length,))}


def _series_reads(
    node: q._OfSeries, inner: set[tuple[str, tuple[Parameter, ...]]]
) -> set[tuple[str, tuple[Parameter, ...]]]:
    """A series' readings come at its facts' times only, and leave after the node's own look-back."""
    keys = {node.series} if isinstance(node.series, str) else {key for key, _ in reads(node.series)}
    felt: set[tuple[str, tuple[Parameter, ...]]] = set(inner)
    for name in ("within", "until"):
        parameter = getattr(node, name, None)
        if isinstance(parameter, Parameter):
            felt |= {(key, (parameter,)) for key in keys}
    return felt | {(key, ()) for key in keys}


def _lasting(key: str, within: Parameter | None) -> set[tuple[str, tuple[Parameter, ...]]]:
    return {(key, ())} if within is None else {(key, ()), (key, (within,))}
