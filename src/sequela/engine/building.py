"""The making of a program: each node once, in integers, with what every node needs to know beside it.

A rule for each class of node of the grammar is in `translating`. Steps, scales and bounds are worked out here in
fractions, so that the kernels need integers only; what could leave 63 bits is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from math import gcd, lcm
from typing import Any, Literal, TypeAlias

import numpy as np

from sequela.course.anatomy import SEGMENTS, segments_of
from sequela.course.catalogue import catalogue
from sequela.course.episodes import ProcedureKind
from sequela.course.interval import Interval
from sequela.engine.depend import PROCEDURE, dependencies, reads
from sequela.engine.kernels import layout as m
from sequela.engine.kernels import numbers as n
from sequela.engine.kernels import truths
from sequela.engine.kernels.lists import lined_up
from sequela.engine.values import WASH_OUT, WASH_OUT_SCALE
from sequela.errors import SentenceError
from sequela.logic import quantities as q
from sequela.logic import statements as s
from sequela.logic.nodes import TIME_UNITS, Node, Parameter, Statement
from sequela.logic.shelf import ParameterValue

PROCEDURES = tuple(ProcedureKind)
"""The kinds of procedure, in the order of the program's numbers."""
SEXES = (None, "male", "female")
ROOM = 1 << 62
"""What a numerator or denominator must stay under."""
TOO_LARGE = "the numbers of a sentence grow too large to be counted exactly"
COMPARATORS = {"<": n.LESS, "<=": n.AT_MOST, ">": n.MORE, ">=": n.AT_LEAST, "==": n.EQUAL}
Value = tuple[int, int, int, int, int]
Rules: TypeAlias = "Mapping[type[Node], Callable[[Builder, Any], int]]"
"""How each class of node is made."""
Role = Literal["kind", "finding", "event"]
"""What a key names; nausea is a kind (0 to 10) and a finding."""


@dataclass
class _Made:
    """One node of the program while it is made; `most` are the greatest numerator and denominator it can have."""

    operation: int
    parts: tuple[int, ...] = ()
    steady: tuple[int, ...] = ()
    varying: tuple[tuple[int, ...], ...] = ()
    step: Fraction = Fraction(1)
    most: tuple[int, int] = (1, 1)


class Builder:
    """Makes each node once; a rule for each class of node."""

    def __init__(self, parameters: Mapping[str, ParameterValue], rules: Rules) -> None:
        self.parameters, self._rules = parameters, rules
        self.made: list[_Made] = []
        self.index: dict[Node, int] = {}
        self.keys: dict[tuple[Role, str], int] = {}
        self.key_nodes: list[int] = []
        self.details: dict[str, int] = {"": 0}
        self.sites: dict[frozenset[str], int] = {frozenset(): 0}
        self.constants: list[list[Value]] = []
        self.limits: list[list[Value]] = []
        self.bands: list[tuple[int, int, int, int]] = []
        self.ranges: list[tuple[int, int, int]] = []
        self._shared: dict[tuple[Any, ...], int] = {}
        self._ladders: list[Node] = []

    # -- the numbers of the shelf ------------------------------------------------------------------------------------

    def numbers(self, parameter: Parameter) -> list[Fraction]:
        """A parameter for each kind of procedure."""
        return [self.parameters[parameter.key].number(kind) for kind in PROCEDURES]

    def seconds(self, parameter: Parameter | None, without: int) -> list[int]:
        """A duration in whole seconds for each kind of procedure."""
        if parameter is None:
            return [without] * len(PROCEDURES)
        return [int(number * TIME_UNITS[parameter.unit]) for number in self.numbers(parameter)]

    # -- nodes -------------------------------------------------------------------------------------------------------

    def visit(self, node: Node) -> int:
        """The number of a node, made if it is new."""
        number = self.index.get(node)
        if number is None:
            rule = self._rules.get(type(node))
            if rule is None:
                raise SentenceError(f"the fast engine does not know the node {type(node).__name__}")
            number = self.index[node] = rule(self, node)
        return number

    def add(
        self,
        operation: int,
        parts: Iterable[int] = (),
        steady: Iterable[int] = (),
        *varying: list[int],
        step: Fraction = Fraction(1),
        most: tuple[int, int] = (1, 1),
    ) -> int:
        """The number of a node of the program; two that are alike in everything are one."""
        refuse_too_large(*most)
        made = _Made(operation, tuple(parts), tuple(steady), tuple(zip(*varying, strict=True)), step, most)
        key = (operation, made.parts, made.steady, made.varying, step)
        if key not in self._shared:
            self._shared[key] = len(self.made)
            self.made.append(made)
        return self._shared[key]

    def facts(self, role: Role, key: str) -> int:
        """The node of the believed facts of a kind (its readings), finding or event."""
        if (role, key) not in self.keys:
            number = self.keys[role, key] = len(self.key_nodes)
            if role == "kind":
                kind = catalogue().kinds[key]
                bounds = (greatest(key) + 1, 1)
                self.key_nodes.append(self.add(m.READINGS, (), (number,), step=kind.resolution, most=bounds))
            else:
                self.key_nodes.append(self.add(m.FACTS, (), (number,)))
        return self.key_nodes[self.keys[role, key]]

    def series(self, series: q.Series) -> int:
        """The node of a series' readings."""
        if isinstance(series, str):
            return self.facts("kind", series)
        of = self.visit(series)
        read = [dependency.key for dependency in dependencies(series)]
        measured = [self.facts("kind", key) for key in read if key in catalogue().kinds]
        told = [self.facts("finding", key) for key in read if key in catalogue().findings]
        told += [self.facts("event", key) for key in read if key in catalogue().events]
        made = self.made[of]
        return self.add(m.SAMPLED, (of, *told, *measured), (len(told),), step=made.step, most=made.most)

    def common(self, *parts: int, also: Fraction | None = None) -> tuple[Fraction, list[int]]:
        """The step that all of the parts can be counted in, and how many of it each part's own step is."""
        steps = [self.made[part].step for part in parts]
        together = steps if also is None else [*steps, also]
        below = lcm(*(step.denominator for step in together))
        step = Fraction(gcd(*(int(one * below) for one in together)), below)
        return step, [int(one / step) for one in steps]

    def constant(self, values: list[Fraction]) -> int:
        """The node of a number that may differ from one kind of procedure to another."""
        step = Fraction(1, lcm(*(value.denominator for value in values)))
        counts = [int(value / step) for value in values]
        row: list[Value] = [(count, 1, count, 1, 0) for count in counts]
        return self._tabled(m.CONSTANT, self.constants, row, step, max(1, *(abs(count) for count in counts)))

    def counts(self, number: int) -> list[int] | None:
        """The number that a constant's node is for each kind of procedure, in its step; None of another node."""
        made = self.made[number]
        return [count for count, *_ in self.constants[made.steady[0]]] if made.operation == m.CONSTANT else None

    def limit(self, limits: list[Interval]) -> int:
        """The node of an upper reference limit for each sex."""
        ends = [end for limit in limits for end in (limit.low, limit.high) if end is not None]
        step = Fraction(1, lcm(*(end.denominator for end in ends)))
        rows = [_bounds(limit, step) for limit in limits]
        return self._tabled(m.UPPER_LIMIT, self.limits, rows, step, max(1, *(abs(int(end / step)) for end in ends)))

    def _tabled(self, operation: int, table: list[list[Value]], row: list[Value], step: Fraction, most: int) -> int:
        if row not in table:
            table.append(row)
        return self.add(operation, (), (table.index(row),), step=step, most=(most, 1))

    def site(self, site: Iterable[str]) -> tuple[int, int]:
        """The number of a site and its segments."""
        named = frozenset(site)
        return self.sites.setdefault(named, len(self.sites)), segment_bits(named)

    def ladder(self, rungs: tuple[Statement, ...]) -> int:
        """The node that says which of several statements is the first that is true."""
        self._ladders.append(s.And(rungs))
        parts = [self.visit(rung) for rung in rungs]
        return self.add(m.JOINED, parts, (truths.LADDER,), [0] * len(PROCEDURES))

    # -- the whole ---------------------------------------------------------------------------------------------------

    def code(self) -> m.Code:
        """The arrays of all that was visited; nothing is given out yet."""
        try:
            return self._code()
        except OverflowError:
            raise SentenceError(TOO_LARGE) from None

    def _code(self) -> m.Code:
        many = len(self.made)
        users: list[list[int]] = [[] for _ in range(many)]
        for number, made in enumerate(self.made):
            for part in dict.fromkeys(made.parts):
                users[part].append(number)
        nodes = np.zeros((len(PROCEDURES), many, m.NODE_COLUMNS), np.int64)
        parts_at, users_at = _starts([len(made.parts) for made in self.made]), _starts([len(one) for one in users])
        nodes[:, :, m.OPERATION] = [made.operation for made in self.made]
        nodes[:, :, m.PARTS], nodes[:, :, m.PARTS_END] = parts_at[:-1], parts_at[1:]
        nodes[:, :, m.USERS], nodes[:, :, m.USERS_END] = users_at[:-1], users_at[1:]
        clocked = [number for number, made in enumerate(self.made) if made.operation in m.CLOCKED]
        nodes[:, :, m.CLOCK] = -1
        nodes[:, clocked, m.CLOCK] = range(len(clocked))
        for number, made in enumerate(self.made):
            nodes[:, number, m.STEADY : m.STEADY + len(made.steady)] = made.steady
            for kind, numbers in enumerate(made.varying):
                nodes[kind, number, m.VARYING : m.VARYING + len(numbers)] = numbers
        nodes[:, :, m.OUTPUT] = -1
        return m.Code(
            nodes=lined_up(nodes),
            # A node without parts is asked for its first all the same.
            parts=_array([part for made in self.made for part in made.parts] + [0] * 4),
            users=_array([user for one in users for user in one] + [0]),
            constants=_pages(self.constants, len(PROCEDURES)),
            limits=_pages(self.limits, len(SEXES)),
            bands=_array(self.bands or [(0, 1, 0, 0)]),
            ranges=_array(self.ranges or [(1, 0, 0)]),
            curve=_array(WASH_OUT),
            scale=WASH_OUT_SCALE,
            key_node=_array(self.key_nodes or [0]),
            clocked=_array(clocked or [0]),
        )

    def change_points(self) -> tuple[int, int]:
        """How many change points one fact, and the procedure, can make in the longest of the lists."""
        delays = moments = 1
        for node in (*self.index, *self._ladders):
            for key, many in Counter(key for key, _ in reads(node)).items():
                if key == PROCEDURE:
                    moments = max(moments, many)
                else:
                    delays = max(delays, many)
        return delays, moments


def refuse_too_large(*numbers: int) -> None:
    """Raise unless every number can be counted in the kernels' integers."""
    if max(numbers) >= ROOM:
        raise SentenceError(TOO_LARGE)


@cache
def greatest(kind: str) -> int:
    """The greatest number, in steps of its resolution, that a plausible value of a kind has."""
    entry = catalogue().kinds[kind]
    return int(max(abs(entry.low), abs(entry.high)) / entry.resolution)


@lru_cache(maxsize=1024)
def segment_bits(site: frozenset[str]) -> int:
    """The segments that a site stands for, a bit each."""
    segments = segments_of(site)
    return sum(1 << place for place, segment in enumerate(SEGMENTS) if segment in segments)


def _bounds(interval: Interval, step: Fraction) -> Value:
    flags = n.NO_LEAST * (interval.low is None) | n.NO_GREATEST * (interval.high is None)
    flags |= n.LEAST_OPEN * interval.low_open | n.GREATEST_OPEN * interval.high_open
    return int((interval.low or 0) / step), 1, int((interval.high or 0) / step), 1, flags


def _array(numbers: Any) -> n.Array:
    return np.ascontiguousarray(np.array(numbers, np.int64))


def _starts(lengths: list[int]) -> n.Array:
    return np.concatenate(([0], np.cumsum(_array(lengths)))).astype(np.int64)


def _pages(rows: list[list[Value]], pages: int) -> n.Array:
    """Rows told by page into pages of rows."""
    if not rows:
        return np.zeros((pages, 1, 5), np.int64)
    return np.ascontiguousarray(_array(rows).transpose(1, 0, 2))
