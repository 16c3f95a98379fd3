"""A shelf's sentences as a program for the kernels: every distinct node once, after what it is made of.

Names vanish (a named statement is the statement), numbers become integers in a step that the node keeps to, durations
become seconds for each kind of procedure. What cannot be counted exactly in 63 bits is refused here, not rounded there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from sequela.engine.building import Builder, Role
from sequela.engine.kernels import layout as m
from sequela.engine.kernels import numbers as n
from sequela.engine.kernels.lists import lined_up
from sequela.engine.translating import RULES
from sequela.logic.nodes import Node, Statement
from sequela.logic.shelf import ParameterValue, Shelf
from sequela.logic.statements import Or


@dataclass(frozen=True)
class Output:
    """Something a program gives out: what it is, its key, its node, and a word for each number it can say."""

    what: str
    key: str
    node: int
    words: tuple[str, ...]

    @property
    def quiet(self) -> int:
        """A bit for each number of which nobody asks what facts carry it: nothing is so, or nothing is known."""
        return sum(
            1 << number for number, word in enumerate(self.words) if word in QUIET or number == len(self.words) - 1
        )


TRUTHS = ("false", "true", "unknown")
"""The words of a statement's truths, by number."""
TRACED = "truth"
"""What the outputs of a program are that gives out every truth in it."""
QUIET = ("false", "not-suspected")


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
        builder = Builder(parameters, RULES)
        for node in nodes:
            builder.visit(node)
        return cls._made(builder, ()).tracing

    @classmethod
    def _made(cls, builder: Builder, outputs: tuple[Output, ...]) -> Program:
        """What a builder has made, with its outputs numbered."""
        code = builder.code()
        _give_out(code.nodes, [one.node for one in outputs])
        delays, moments = builder.change_points()
        return cls(
            code=code,
            index=builder.index,
            keys=builder.keys,
            details=builder.details,
            sites=builder.sites,
            outputs=outputs,
            steps=tuple(made.step for made in builder.made),
            delays=delays,
            moments=moments,
            parameters=builder.parameters,
        )

    @cached_property
    def tracing(self) -> Program:
        """The same program with every truth in it as an output: what a history of one course needs."""
        if self.outputs and self.outputs[0].what == TRACED:
            return self
        nodes = lined_up(self.code.nodes)
        traced = sorted({number for node, number in self.index.items() if isinstance(node, Statement)})
        _give_out(nodes, traced)
        outputs = tuple(Output(TRACED, str(node), node, TRUTHS) for node in traced)
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

    @cached_property
    def quiet(self) -> tuple[int, ...]:
        """Of each number under which a truth is given out, what nobody asks facts for."""
        bits: dict[int, int] = {}
        for one in self.outputs:
            number = self.number(one.node)
            bits[number] = bits.get(number, -1) & one.quiet
        return tuple(bits[number] for number in sorted(bits))

    @cached_property
    def personal(self) -> frozenset[int]:
        """The nodes whose answer depends on the person's age or sex, or on when the procedure was."""
        nodes, found = self.code.nodes[0], set[int]()
        for node in range(len(nodes)):
            parts = self.code.parts[nodes[node, m.PARTS] : nodes[node, m.PARTS_END]]
            if int(nodes[node, m.OPERATION]) in m.PERSONAL or not found.isdisjoint(parts.tolist()):
                found.add(node)
        return frozenset(found)

    def is_value(self, node: int) -> bool:
        """Whether a node makes values; the others make truths."""
        return m.READINGS <= int(self.code.nodes[0, node, m.OPERATION]) <= m.LAST_VALUED

    def number(self, node: int) -> int:
        """The number under which a node's truth is given out."""
        return int(self.code.nodes[0, node, m.OUTPUT])


_COMPILED: dict[tuple[str, bool], Program] = {}
"""Programs by the hash of their shelf, the last few: a process meets few shelves, a test of overlays a thousand."""
_KEPT = 8


def compiled(shelf: Shelf, *, scores: bool = True) -> Program:
    """Return the program of a shelf: its definitions, conditions, states, trends and steps are the outputs.

    Without `scores`, those that no output is made of are left out: a cohort's spans tell none, and each would be
    walked on every fact.
    """
    key = shelf.hash, scores
    if key not in _COMPILED:
        if len(_COMPILED) == _KEPT:
            del _COMPILED[next(iter(_COMPILED))]
        _COMPILED[key] = _compile(shelf, scores=scores)
    return _COMPILED[key]


def _compile(shelf: Shelf, *, scores: bool) -> Program:
    builder = Builder(shelf.parameters, RULES)
    if scores:
        # Formulas are worked out by the reference alone: nothing follows from them.
        for _, sentence in shelf.sentences(formulas=False):
            builder.visit(sentence)
    return Program._made(builder, tuple(_outputs(shelf, builder)))


def _outputs(shelf: Shelf, builder: Builder) -> Iterator[Output]:
    for definition in shelf.definitions:
        yield Output("definition", definition.key, builder.visit(definition.sentence), TRUTHS)
    for condition in shelf.conditions:
        rungs = {
            "confirmed": condition.confirmed,
            "excluded": condition.excluded,
            "suspected": condition.suspected,
            "not-suspected": condition.assessable,
        }
        yield _ladder(builder, "condition", condition.key, rungs, "unknown")
    yield _ladder(builder, "state", "state", {state.key: state.when for state in shelf.states}, "expected")
    yield _ladder(builder, "trend", "trend", {trend.key: trend.when for trend in shelf.trends}, "unknown")
    # One step may have several triggers, each with its own haste.
    for key in dict.fromkeys(step.key for step in shelf.steps):
        triggers = tuple(step.when for step in shelf.steps if step.key == key)
        for trigger in triggers:
            builder.visit(trigger)
        yield Output("step", key, builder.visit(Or(triggers)), TRUTHS)


def _ladder(builder: Builder, what: str, key: str, rungs: Mapping[str, Statement | None], otherwise: str) -> Output:
    """An output that says the first rung that is true."""
    standing = {word: statement for word, statement in rungs.items() if statement is not None}
    return Output(what, key, builder.ladder(tuple(standing.values())), (*standing, otherwise))


def _give_out(nodes: n.Array, outputs: list[int]) -> None:
    """Number the nodes whose truth is given out; the others have -1."""
    nodes[:, :, m.OUTPUT] = -1
    for number, node in enumerate(dict.fromkeys(outputs)):
        nodes[:, node, m.OUTPUT] = number
