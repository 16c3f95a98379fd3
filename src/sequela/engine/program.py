"""A shelf's sentences as a program for the kernels: every distinct node once, after what it is made of.

Names vanish (a named statement is the statement), numbers become integers in a step that the node keeps to, durations
become seconds for each kind of procedure. What cannot be counted exactly in 63 bits is refused here, not rounded there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from math import ceil, gcd, lcm
from typing import Any, Literal

import numpy as np

from sequela.course.anatomy import SEGMENTS, segments_of
from sequela.course.catalogue import Kind, catalogue
from sequela.course.episodes import BASELINE_DAYS, DAY, ProcedureKind
from sequela.course.interval import Interval
from sequela.engine.depend import PROCEDURE, dependencies
from sequela.engine.kernels import machine as m
from sequela.engine.kernels import numbers as n
from sequela.engine.kernels import readings, sums, truths, words
from sequela.engine.kernels.lists import EVER, NEVER
from sequela.engine.values import WASH_OUT, WASH_OUT_SCALE
from sequela.errors import SentenceError
from sequela.logic import quantities as q
from sequela.logic import statements as s
from sequela.logic.nodes import TIME_UNITS, Node, Parameter, Quantity, Statement
from sequela.logic.shelf import ParameterValue, Shelf

PROCEDURES = tuple(ProcedureKind)
"""The kinds of procedure, in the order of the program's numbers."""
SEXES = (None, "male", "female")
ROOM = 1 << 62
"""What a numerator or denominator must stay under."""
COMPARATORS = {"<": n.LESS, "<=": n.AT_MOST, ">": n.MORE, ">=": n.AT_LEAST, "==": n.EQUAL}
Value = tuple[int, int, int, int, int]
Role = Literal["kind", "finding", "event"]
"""What a key names; nausea is a kind (0 to 10) and a finding."""


@dataclass(frozen=True)
class Output:
    """Something a program gives out: what it is, its key, its node, and a word for each number it can say."""

    what: str
    key: str
    node: int
    words: tuple[str, ...]


TRUTHS = ("false", "true", "unknown")
"""The words of a statement's truths, by number."""


@dataclass
class _Made:
    """One node of the program while it is made; `most` are the greatest numerator and denominator it can have."""

    operation: int
    parts: tuple[int, ...] = ()
    steady: tuple[int, ...] = ()
    varying: tuple[tuple[int, ...], ...] = ()
    step: Fraction = Fraction(1)
    most: tuple[int, int] = (1, 1)


@dataclass(frozen=True, eq=False)
class Program:
    """What the kernels need to know of a set of sentences.

    `index` finds the number of every node, `keys` of every kind, finding and event that is read, `details` and `sites`
    of the details of events and the sites of findings that are asked about.
    """

    code: m.Code
    index: Mapping[Node, int]
    keys: Mapping[tuple[Role, str], int]
    details: Mapping[str, int]
    sites: Mapping[frozenset[str], int]
    outputs: tuple[Output, ...]
    steps: tuple[Fraction, ...]
    delays: int
    """How many change points one fact can make in one list, at most."""
    moments: int
    """How many the procedure can make."""
    parameters: Mapping[str, ParameterValue] = field(repr=False)

    @classmethod
    def of(cls, nodes: Iterable[Node], parameters: Mapping[str, ParameterValue]) -> Program:
        """Return the program of any sentences; every statement in them is an output, by its number."""
        builder = _Builder(parameters)
        for node in nodes:
            builder.visit(node)
        return builder.program(()).tracing

    @cached_property
    def tracing(self) -> Program:
        """The same program with every truth in it as an output: what a history of one course needs."""
        nodes = self.code.nodes.copy()
        traced = sorted({number for node, number in self.index.items() if isinstance(node, Statement)})
        _give_out(nodes, traced)
        outputs = tuple(Output("truth", str(node), node, TRUTHS) for node in traced)
        return replace(self, code=self.code._replace(nodes=nodes), outputs=outputs)

    @cached_property
    def inside(self) -> Mapping[Node, frozenset[int]]:
        """The numbers of all nodes inside each node of the grammar, itself included."""
        inside: dict[Node, frozenset[int]] = {}
        for node in self.index:
            inside[node] = frozenset({self.index[node]}).union(
                *(inside[child] for child in node.children() if child in inside)
            )
        return inside

    def is_value(self, node: int) -> bool:
        """Whether a node makes values; the others make truths."""
        return m.READINGS <= int(self.code.nodes[0, node, m.OPERATION]) <= m.LAST_VALUED

    def number(self, node: int) -> int:
        """The number under which a node's truth is given out."""
        return int(self.code.nodes[0, node, m.OUTPUT])


_COMPILED: dict[str, Program] = {}
"""Programs by the hash of their shelf; a process meets few."""


def compiled(shelf: Shelf) -> Program:
    """Return the program of a shelf: its definitions, conditions, states, trends and steps are the outputs."""
    if shelf.hash not in _COMPILED:
        _COMPILED[shelf.hash] = _compile(shelf)
    return _COMPILED[shelf.hash]


def _compile(shelf: Shelf) -> Program:
    builder = _Builder(shelf.parameters)
    for _, sentence in shelf.sentences():
        builder.visit(sentence)
    return builder.program(tuple(_outputs(shelf, builder)))


def _outputs(shelf: Shelf, builder: _Builder) -> Iterator[Output]:
    for definition in shelf.definitions:
        yield Output("definition", definition.key, builder.visit(definition.sentence), TRUTHS)
    for condition in shelf.conditions:
        rungs = {
            "confirmed": condition.confirmed,
            "excluded": condition.excluded,
            "suspected": condition.suspected,
            "not-suspected": condition.assessable,
        }
        yield builder.ladder("condition", condition.key, rungs, "unknown")
    yield builder.ladder("state", "state", {state.key: state.when for state in shelf.states}, "expected")
    yield builder.ladder("trend", "trend", {trend.key: trend.when for trend in shelf.trends}, "unknown")
    for number, step in enumerate(shelf.steps):
        yield Output("step", f"{step.key}#{number}", builder.visit(step.when), TRUTHS)


class _Builder:
    """Makes each node once; a rule for each class of node."""

    def __init__(self, parameters: Mapping[str, ParameterValue]) -> None:
        self.parameters = parameters
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
            rule = RULES.get(type(node))
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
        if max(most) >= ROOM:
            raise SentenceError("the numbers of a sentence grow too large to be counted exactly")
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
                bounds = (greatest(kind) + 1, 1)
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

    def ladder(self, what: str, key: str, rungs: Mapping[str, Statement | None], otherwise: str) -> Output:
        """An output that says the first rung that is true."""
        standing = {word: statement for word, statement in rungs.items() if statement is not None}
        parts = [self.visit(statement) for statement in standing.values()]
        self._ladders.append(s.And(tuple(standing.values())))
        node = self.add(m.JOINED, parts, (truths.LADDER,), [0] * len(PROCEDURES))
        return Output(what, key, node, (*standing, otherwise))

    # -- the whole ---------------------------------------------------------------------------------------------------

    def program(self, outputs: tuple[Output, ...]) -> Program:
        """The program of all that was visited."""
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
        _give_out(nodes, [one.node for one in outputs])
        delays, moments = self._change_points()
        code = m.Code(
            nodes=nodes,
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
        steps = tuple(made.step for made in self.made)
        return Program(
            code,
            dict(self.index),
            dict(self.keys),
            dict(self.details),
            dict(self.sites),
            outputs,
            steps,
            delays,
            moments,
            self.parameters,
        )

    def _change_points(self) -> tuple[int, int]:
        """How many change points one fact, and the procedure, can make in the longest of the lists."""
        delays = moments = 1
        for node in (*self.index, *self._ladders):
            for dependency in dependencies(node):
                if dependency.key == PROCEDURE:
                    moments = max(moments, len(dependency.delays))
                else:
                    delays = max(delays, len(dependency.delays))
        return delays, moments


RULES: dict[type[Node], Callable[[_Builder, Any], int]] = {}


def _rule(*nodes: type[Node]) -> Callable[[Callable[[_Builder, Any], int]], Callable[[_Builder, Any], int]]:
    def file(rule: Callable[[_Builder, Any], int]) -> Callable[[_Builder, Any], int]:
        RULES.update(dict.fromkeys(nodes, rule))
        return rule

    return file


def greatest(kind: Kind) -> int:
    """The greatest number, in steps of its resolution, that a plausible value of a kind has."""
    return int(max(abs(kind.low), abs(kind.high)) / kind.resolution)


def _give_out(nodes: n.Array, outputs: list[int]) -> None:
    """Number the nodes whose truth is given out; the others have -1."""
    nodes[:, :, m.OUTPUT] = -1
    for number, node in enumerate(dict.fromkeys(outputs)):
        nodes[:, node, m.OUTPUT] = number


def segment_bits(site: Iterable[str]) -> int:
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


# -- what each node becomes --------------------------------------------------------------------------------------------


@_rule(Parameter)
def _parameter(b: _Builder, node: Parameter) -> int:
    return b.constant(b.numbers(node))


@_rule(q.Called, q.Part, s.Named)
def _same(b: _Builder, node: q.Called | q.Part | s.Named) -> int:
    return b.visit(node.of)


def _window(
    b: _Builder,
    what: int,
    node: Any,
    since: int,
    numbers: tuple[int, ...] = (),
    apart: Parameter | None = None,
    **kw: Any,
) -> int:
    series = b.series(node.series)
    within = b.seconds(node.within, NEVER)
    until = b.seconds(getattr(node, "until", None), 0)
    made = b.made[series]
    parts = kw.pop("parts", ())
    kw = {"step": made.step, "most": made.most, **kw}
    return b.add(m.WINDOW, (series, *parts), (what, since, *numbers), within, until, b.seconds(apart, 0), **kw)


@_rule(q.Latest)
def _latest(b: _Builder, node: q.Latest) -> int:
    return _window(b, readings.LATEST, node, EVER)


@_rule(q.Peak, q.Lowest)
def _extreme(b: _Builder, node: q.Peak | q.Lowest) -> int:
    return _window(b, readings.PEAK if isinstance(node, q.Peak) else readings.LOWEST, node, 0)


@_rule(q.Rate)
def _rate(b: _Builder, node: q.Rate) -> int:
    numerator, denominator = b.made[b.series(node.series)].most
    longest, per = max(b.seconds(node.within, 0)), TIME_UNITS[node.per]
    most = (2 * numerator * denominator * per, denominator * denominator * max(longest, 1))
    return _window(b, readings.RATE, node, EVER, (per,), most=most)


@_rule(q.Count)
def _count(b: _Builder, node: q.Count) -> int:
    series, threshold = b.series(node.series), b.visit(node.threshold)
    _, scales = b.common(series, threshold)
    numbers = (COMPARATORS[node.comparator], *scales)
    return _window(
        b, readings.COUNT, node, 0, numbers, node.apart, parts=(threshold,), step=Fraction(1), most=(ROOM >> 20, 1)
    )


@_rule(q.Baseline)
def _baseline(b: _Builder, node: q.Baseline) -> int:
    series = b.series(node.series)
    made = b.made[series]
    return b.add(m.BASELINE, (series,), (BASELINE_DAYS * DAY,), step=made.step, most=made.most)


@_rule(q.Nadir)
def _nadir(b: _Builder, node: q.Nadir) -> int:
    series = b.series(node.series)
    made = b.made[series]
    left = [1 - number for number in b.numbers(node.fall)]
    above, below = [share.numerator for share in left], [share.denominator for share in left]
    if max(max(above) * made.most[0], max(below) * made.most[1]) >= ROOM:
        raise SentenceError("the numbers of a sentence grow too large to be counted exactly")
    return b.add(m.NADIR, (series,), (), above, below, step=made.step, most=made.most)


@_rule(q.DurationAbove)
def _duration_above(b: _Builder, node: q.DurationAbove) -> int:
    series, threshold = b.series(node.series), b.visit(node.threshold)
    _, scales = b.common(series, threshold)
    step = Fraction(1, TIME_UNITS["h"])
    return b.add(
        m.DURATION_ABOVE, (series, threshold), (COMPARATORS[node.comparator], *scales), step=step, most=(ROOM >> 20, 1)
    )


@_rule(q.WashOut)
def _wash_out(b: _Builder, node: q.WashOut) -> int:
    series, floor = b.series(node.series), b.visit(node.floor)
    step, scales = b.common(series, floor)
    most = max(b.made[part].most[0] * scale for part, scale in zip((series, floor), scales, strict=True))
    return b.add(
        m.WASH_OUT, (series, floor), scales, b.seconds(node.half_life, 1), step=step, most=(most, b.made[floor].most[1])
    )


@_rule(q.UpperLimit)
def _upper_limit(b: _Builder, node: q.UpperLimit) -> int:
    kind = catalogue().kinds[str(node.series)]
    return b.limit([limit for sex in SEXES if (limit := kind.limit(sex)) is not None])


@_rule(q.Age)
def _age(b: _Builder, node: q.Age) -> int:
    return b.add(m.AGE, most=(1_000, 1))


_PAIRS = {
    q.Sum: sums.SUM,
    q.Difference: sums.DIFFERENCE,
    q.Higher: sums.HIGHER,
    q.Lower: sums.LOWER,
    q.Product: sums.PRODUCT,
    q.Ratio: sums.RATIO,
}


@_rule(*_PAIRS)
def _pair(b: _Builder, node: q._Pair) -> int:
    left, right = b.visit(node.left), b.visit(node.right)
    one, other = b.made[left], b.made[right]
    (a, c), (d, e) = one.most, other.most
    scales = [1, 1]
    if isinstance(node, q.Product):
        step, most = one.step * other.step, (a * d, c * e)
    elif isinstance(node, q.Ratio):
        step, most = one.step / other.step, (a * e, c * d)
    else:
        step, scales = b.common(left, right)
        a, d = a * scales[0], d * scales[1]
        joining = isinstance(node, q.Sum | q.Difference)
        most = (max(a, d), max(c, e))
        if joining:
            most = (a + d, 1) if c == e == 1 else (a * e + d * c, c * e)
    return b.add(m.PAIR, (left, right), (_PAIRS[type(node)], *scales), step=step, most=most)


@_rule(q.Banded)
def _banded(b: _Builder, node: q.Banded) -> int:
    of = b.visit(node.of)
    step = b.made[of].step
    rows = []
    for band in b.parameters[node.table.key].bands:
        limit = Fraction(0) if band.upto is None else band.upto / step
        rows.append((limit.numerator, limit.denominator, int(band.upto is not None), band.points))
    first = len(b.bands)
    b.bands += rows
    return b.add(m.BANDED, (of,), (first, len(b.bands)), most=(max(1, *(abs(row[3]) for row in rows)), 1))


@_rule(q.Choice)
def _choice(b: _Builder, node: q.Choice) -> int:
    when, then, otherwise = b.visit(node.when), b.visit(node.then), b.visit(node.otherwise)
    step, scales = b.common(then, otherwise)
    pairs = list(zip((then, otherwise), scales, strict=True))
    most = (max(b.made[p].most[0] * scale for p, scale in pairs), max(b.made[p].most[1] for p, _ in pairs))
    return b.add(m.CHOICE, (when, then, otherwise), scales, step=step, most=most)


@_rule(q.Score)
def _score(b: _Builder, node: q.Score) -> int:
    parts = [b.visit(part) for part in node.parts]
    step, scales = b.common(*parts, also=Fraction(1))
    one = int(1 / step)
    first = len(b.ranges)
    b.ranges += [(scale, part.least * one, part.most * one) for part, scale in zip(node.parts, scales, strict=True)]
    above, below = 0, 1
    for place, (part, scale) in enumerate(zip(parts, scales, strict=True), first):
        numerator, denominator = b.made[part].most
        numerator = max(numerator * scale, *(abs(limit) * denominator for limit in b.ranges[place][1:]))
        above, below = above * denominator + numerator * below, below * denominator
    return b.add(m.SCORE, parts, (first,), step=step, most=(max(above, 1), below))


@_rule(s.Compare)
def _compare(b: _Builder, node: s.Compare) -> int:
    comparator = COMPARATORS[node.comparator]
    if isinstance(node.left, q.TimeSince) and isinstance(node.right, Parameter):
        return b.add(m.TIMED, (_since(b, node.left),), (comparator,), b.seconds(node.right, 0))
    left = b.visit(node.left)
    step = b.made[left].step
    if isinstance(node.right, Parameter) and node.right.is_duration:
        step *= TIME_UNITS[node.left.unit]
        right = b.constant([Fraction(seconds) for seconds in b.seconds(node.right, 0)])
    else:
        right = b.visit(node.right)
    by = step / b.made[right].step
    if max(b.made[left].most[0] * by.numerator, b.made[right].most[0] * by.denominator) >= ROOM:
        raise SentenceError("the numbers of a sentence grow too large to be counted exactly")
    return b.add(m.COMPARE, (left, right), (comparator, by.numerator, by.denominator))


@_rule(q.TimeSince)
def _since(b: _Builder, node: q.TimeSince) -> int:
    match node.what:
        case "procedure":
            return b.add(m.SINCE_PROCEDURE)
        case "peak":
            return b.add(m.SINCE_PEAK, (b.facts("kind", node.key),))
        case "reading":
            return b.add(m.SINCE_READING, (b.facts("kind", node.key),))
        case "finding" | "event" as role:
            return b.add(m.SINCE_FACT, (b.facts(role, node.key),), (int(role == "finding"),))


@_rule(s.And, s.Or)
def _joined(b: _Builder, node: s.And | s.Or) -> int:
    how = truths.ALL if isinstance(node, s.And) else truths.ANY
    parts = [b.visit(part) for part in node.parts]
    return b.add(m.JOINED, parts, (how,), [0] * len(PROCEDURES))


@_rule(s.AtLeast)
def _at_least(b: _Builder, node: s.AtLeast) -> int:
    parts = [b.visit(part) for part in node.parts]
    return b.add(m.JOINED, parts, (truths.SOME,), [ceil(number) for number in b.numbers(node.number)])


@_rule(s.Not)
def _not(b: _Builder, node: s.Not) -> int:
    return b.add(m.NOT, (b.visit(node.of),))


@_rule(s.Known)
def _known(b: _Builder, node: s.Known) -> int:
    of = b.visit(node.of)
    if isinstance(node.of, Quantity) and not isinstance(node.of, q.TimeSince):
        return b.add(m.KNOWN_VALUE, (of,))
    return b.add(m.KNOWN_TRUTH, (of,), (NEVER if isinstance(node.of, q.TimeSince) else n.UNKNOWN,))


@_rule(s.Seen, s.Absent)
def _seen(b: _Builder, node: s.Seen | s.Absent) -> int:
    wanted = words.PRESENT if isinstance(node, s.Seen) else words.ABSENT
    background = catalogue().findings[node.finding].background
    after = b.seconds(node.after, EVER if background else 0)
    if not background:
        after = [max(0, seconds) for seconds in after]
    sites = (*b.site(node.site), *b.site(node.site or SEGMENTS))
    return b.add(m.SEEN, (b.facts("finding", node.finding),), (wanted, *sites), b.seconds(node.within, NEVER), after)


@_rule(s.Happened)
def _happened(b: _Builder, node: s.Happened) -> int:
    detail = b.details.setdefault(node.detail, len(b.details))
    after = [max(0, seconds) for seconds in b.seconds(node.after, 0)]
    return b.add(m.HAPPENED, (b.facts("event", node.event),), (detail,), b.seconds(node.within, NEVER), after)


@_rule(s.Followed)
def _followed(b: _Builder, node: s.Followed) -> int:
    return b.add(m.FOLLOWED, (b.facts("event", node.event), b.facts("event", node.by)))


@_rule(s.TurnedSince)
def _turned_since(b: _Builder, node: s.TurnedSince) -> int:
    return b.add(m.TURNED_SINCE, (b.visit(node.of), *(b.facts("event", event) for event in node.events)))


@_rule(s.WasTrue)
def _was_true(b: _Builder, node: s.WasTrue) -> int:
    return b.add(m.WAS_TRUE, (b.visit(node.of),), (), b.seconds(node.within, NEVER))


@_rule(s.HoldsFor)
def _holds_for(b: _Builder, node: s.HoldsFor) -> int:
    return b.add(m.HOLDS_FOR, (b.visit(node.of),), (), b.seconds(node.duration, 0))


@_rule(s.Became)
def _became(b: _Builder, node: s.Became) -> int:
    return b.add(m.BECAME, (b.visit(node.of),), (), b.seconds(node.within, 0))


@_rule(s.ProcedureIs)
def _procedure_is(b: _Builder, node: s.ProcedureIs) -> int:
    return b.add(m.PROCEDURE_IS, (), (), [int(kind in node.kinds) for kind in PROCEDURES])
