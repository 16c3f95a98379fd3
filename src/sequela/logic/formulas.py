"""Formulas: scores that are sums of products of measurements and their logarithms, as MELD and ALBI are.

A formula is no node of the grammar: no trigger may rest on it, and it is worked out at one instant. What it reads are
quantities of the grammar, and every number in it is a parameter. Each input is an interval; a formula is monotone in
each input taken alone, so its least and its most lie at corners, of which every one is tried.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from typing import Any, Literal

from sequela.logic.logarithms import Base, LogSum
from sequela.logic.nodes import ONE, Node, Parameter, Quantity, Statement, require, require_duration, require_unit
from sequela.logic.statements import Happened
from sequela.logic.wire import digest

Numbers = Callable[[Parameter], Fraction]
"""Resolves a parameter for one course."""
Transform = Literal["plain", "below", "ln", "log10"]
"""What a factor makes of an input: itself, how far it lies below a reference, or its logarithm."""


@dataclass(frozen=True)
class Sessions:
    """Treatments that replace a measurement by a fixed value: so many in the look-back (dialysis and creatinine)."""

    of: Happened
    number: Parameter
    value: Parameter

    def __post_init__(self) -> None:
        require(self.of.within is not None, "sessions are counted in a look-back")
        require_unit(self.number, ONE, "the number of sessions")


@dataclass(frozen=True)
class Measured:
    """A measurement as a formula takes it: in the formula's own unit, and never beyond its bounds.

    `per` is what one of the formula's units is in the quantity's (17.104 umol/L to one mg/dL of bilirubin), `unit` the
    formula's unit for readers, `before` the patient's own baseline of the same.
    """

    label: str
    now: Quantity
    before: Quantity
    per: Parameter | None = None
    unit: str = ""
    least: Parameter | None = None
    most: Parameter | None = None
    replaced: Sessions | None = None

    def __post_init__(self) -> None:
        require(self.now.unit == self.before.unit, f"{self.label} has another unit before the procedure")
        if self.per is not None:
            require_unit(self.per, self.now.unit, f"the unit of {self.label}")
        for bound in (self.least, self.most):
            if bound is not None:
                require_unit(bound, self.of_unit, f"a bound of {self.label}")

    @property
    def of_unit(self) -> str:
        """The unit of its bounds and of a reference: a pure number once a unit is taken out."""
        return self.now.unit if self.per is None else ONE


@dataclass(frozen=True)
class Female:
    """One for a woman, nought for a man, either while the sex is not known."""

    label: str = "sex"


@dataclass(frozen=True)
class Scored:
    """What another formula reports, a whole number."""

    of: Formula

    def __post_init__(self) -> None:
        require(self.of.places == 0, "only a whole number is taken into another formula")

    @property
    def label(self) -> str:
        """The other formula's name."""
        return self.of.key


Input = Measured | Female | Scored
"""What a formula is worked out from."""
Corner = Mapping[str, Fraction | float]
"""One value for each input, by its label; only infinity is a float."""


@dataclass(frozen=True)
class Factor:
    """One factor of a term: an input, and what is made of it."""

    of: Input
    transform: Transform = "plain"
    reference: Parameter | None = None

    def __post_init__(self) -> None:
        require((self.transform == "below") is (self.reference is not None), "a reference is what a factor lies below")
        if self.reference is not None and isinstance(self.of, Measured):
            require_unit(self.reference, self.of.of_unit, f"the reference of {self.of.label}")


@dataclass(frozen=True)
class Gate:
    """A term counts only where another formula reports more than a number."""

    of: Scored
    over: Parameter


@dataclass(frozen=True)
class Term:
    """A coefficient (none is one) times its factors, added or, with `minus`, taken away."""

    coefficient: Parameter | None
    factors: tuple[Factor, ...] = ()
    minus: bool = False
    gate: Gate | None = None

    def __post_init__(self) -> None:
        logarithms = [factor for factor in self.factors if factor.transform in ("ln", "log10")]
        require(len(logarithms) <= 1, "a term has one logarithm at most")
        require(self.coefficient is not None or bool(self.factors), "a term is made of something")


@dataclass(frozen=True)
class Label:
    """A word for the values on one side of an edge, the edge included."""

    word: str
    comparator: Literal["<=", ">="]
    edge: Parameter


@dataclass(frozen=True)
class Caution:
    """What to say beside the value while a statement is true."""

    when: Statement
    says: str


@dataclass(frozen=True)
class Formula:
    """A published formula: its terms, how it is reported, when it applies, and the works it rests on.

    `places` are the decimals reported, half up; nothing over `most` is reported; `labels` name the value (the first
    that holds, else `otherwise`). Of the inputs in `core` at least one must be known. Measurements `apart` or more
    older than the newest are not put together with it.
    """

    key: str
    title: str
    terms: tuple[Term, ...]
    cites: tuple[str, ...]
    places: int = 0
    most: Parameter | None = None
    labels: tuple[Label, ...] = ()
    otherwise: str = ""
    core: tuple[str, ...] = ()
    apart: Parameter | None = None
    applies: Statement | None = None
    excludes: str = ""
    cautions: tuple[Caution, ...] = ()
    inputs: tuple[str, ...] = ()
    note: str = ""
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require(bool(self.terms), f"{self.key} has no terms")
        require_duration(self.apart, "apart")
        require(bool(self.labels) is bool(self.otherwise), f"{self.key} names some of its values only")
        labels = [one.label for one in self.reads()]
        require(len(set(labels)) == len(labels), f"two inputs of {self.key} have one label")

    # -- what it is made of ------------------------------------------------------------------------------------------

    def reads(self) -> tuple[Input, ...]:
        """The inputs in the order of the terms, each once."""
        gated = (term.gate.of for term in self.terms if term.gate is not None)
        return tuple(dict.fromkeys([*(factor.of for term in self.terms for factor in term.factors), *gated]))

    def measured(self) -> tuple[Measured, ...]:
        """The measurements, those of a formula inside it included."""
        found: list[Measured] = []
        for one in self.reads():
            found += one.of.measured() if isinstance(one, Scored) else [one] if isinstance(one, Measured) else []
        return tuple(dict.fromkeys(found))

    def parameters(self) -> tuple[Parameter, ...]:
        """Every number that it names itself, not those of a formula inside it."""
        found: list[Parameter | None] = []
        for term in self.terms:
            found += [term.coefficient, *(factor.reference for factor in term.factors)]
            found += [term.gate.over] if term.gate is not None else []
        for one in self.reads():
            if isinstance(one, Measured):
                found += [one.per, one.least, one.most]
                if one.replaced is not None:
                    found += [one.replaced.number, one.replaced.of.within, one.replaced.value]
        found += [self.most, self.apart, *(label.edge for label in self.labels)]
        return tuple(dict.fromkeys(parameter for parameter in found if parameter is not None))

    def nodes(self) -> Iterator[Node]:
        """The sentences and numbers it is made of."""
        for one in self.reads():
            if isinstance(one, Scored):
                yield from one.of.nodes()
            elif isinstance(one, Measured):
                yield from (one.now, one.before)
                if one.replaced is not None:
                    yield one.replaced.of
        yield from self.parameters()
        if self.applies is not None:
            yield self.applies
        yield from (caution.when for caution in self.cautions)

    def structure(self) -> list[Any]:
        """How it is put together, JSON-ready: what a hash of the shelf covers beside its sentences."""
        reported = (self.places, self.most, self.labels, self.otherwise, self.core, self.apart)
        return [self.key, _plain(self.terms), *(_plain(part) for part in reported)]

    # -- what it comes to --------------------------------------------------------------------------------------------

    def at(self, corner: Corner, number: Numbers) -> LogSum | float | None:
        """Return the value at one corner; infinity where an unbounded input carries it there, None if undetermined."""
        constant, logs = Fraction(0), list[tuple[Fraction, Base, Fraction]]()
        unbounded: dict[tuple[str, Transform], Fraction] = {}
        for term in self.terms:
            if term.gate is not None and corner[term.gate.of.label] <= number(term.gate.over):
                continue
            times = Fraction(1) if term.coefficient is None else number(term.coefficient)
            logarithm: tuple[Base, Fraction] | None = None
            endless: tuple[str, Transform] | None = None
            for factor in term.factors:
                value = corner[factor.of.label]
                if isinstance(value, float) or (value == 0 and factor.transform in ("ln", "log10")):
                    if endless is not None:
                        return None
                    # Below a reference and down a logarithm the way is to minus infinity.
                    times *= -1 if factor.transform == "below" or value == 0 else 1
                    endless = (factor.of.label, factor.transform)
                elif factor.transform == "ln" or factor.transform == "log10":
                    logarithm = (factor.transform, value)
                else:
                    times *= value if factor.reference is None else number(factor.reference) - value
            times *= -1 if term.minus else 1
            if endless is not None:
                if logarithm is not None:
                    return None
                unbounded[endless] = unbounded.get(endless, Fraction(0)) + times
            elif logarithm is not None:
                logs.append((times, *logarithm))
            else:
                constant += times
        ways = {times > 0 for times in unbounded.values() if times}
        if len(ways) == 2:
            return None
        return math.copysign(math.inf, 1 if ways.pop() else -1) if ways else LogSum.of(constant, logs)

    def label(self, value: LogSum | float, number: Numbers) -> str:
        """The word for a value, taken unrounded; only infinity is a float."""
        for label in self.labels:
            edge = number(label.edge)
            side = (value > edge) - (value < edge) if isinstance(value, float) else value.compare(edge)
            if side <= 0 if label.comparator == "<=" else side >= 0:
                return label.word
        return self.otherwise


def _plain(value: object) -> Any:
    if isinstance(value, Node):
        return digest(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return [type(value).__name__, *(_plain(getattr(value, field.name)) for field in fields(value))]
    return str(value)
