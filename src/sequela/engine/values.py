"""What the evaluator answers with, and the small exact sums it is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from sequela.course.catalogue import catalogue
from sequela.course.facts import Fact, Observation
from sequela.course.interval import Interval
from sequela.logic import quantities as q
from sequela.logic.nodes import Statement

WASH_OUT_STEPS = 1024
"""Steps in which one half-life is counted: exact integers in any engine, at most 0.07 % from the curve."""
WASH_OUT_SCALE = 40
"""The power of two in which the curve is counted."""
WASH_OUT = [round(2 ** (WASH_OUT_SCALE - step / WASH_OUT_STEPS)) for step in range(WASH_OUT_STEPS)]
"""One half-life of the curve."""


@dataclass(frozen=True, slots=True)
class Value:
    """A quantity's value (None when missing), the facts that carry it, and the kinds that were missing for it."""

    interval: Interval | None
    facts: tuple[Fact, ...] = ()
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ground:
    """One deciding leaf of a verdict: the node, both sides of a comparison, its truth, and the moment asked of."""

    node: Statement
    left: Interval | None = None
    right: Interval | None = None
    truth: bool | None = None
    moment: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """A statement's truth (None is unknown), the facts and leaves that decided it, and what was missing."""

    truth: bool | None
    facts: tuple[Fact, ...] = ()
    grounds: tuple[Ground, ...] = ()
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a series: when, how much, carried by which facts."""

    at: int
    interval: Interval
    facts: tuple[Fact, ...]


def value_of(fact: Observation) -> Interval:
    """The value of an observation in its kind's unit."""
    return _value_of(fact.kind, fact.low, fact.high, fact.low_open, fact.high_open)


@lru_cache(maxsize=65_536)
def _value_of(kind: str, low: int | None, high: int | None, low_open: bool, high_open: bool) -> Interval:
    step = catalogue().kinds[kind].resolution
    if low is not None and low == high:
        return Interval.exactly(low * step)
    return Interval(None if low is None else low * step, None if high is None else high * step, low_open, high_open)


def carried(reading: Reading) -> Value:
    """The value of one reading."""
    return Value(reading.interval, reading.facts)


def facts_of(readings: Iterable[Reading]) -> tuple[Fact, ...]:
    """The facts that carry several readings."""
    return tuple(fact for reading in readings for fact in reading.facts)


def compare(left: Interval | None, comparator: q.Comparator, right: Interval | None) -> bool | None:
    """Whether one value compares so with another; unknown when either is missing or it depends."""
    if left is None or right is None:
        return None
    match comparator:
        case "<":
            return left.below(right)
        case ">":
            return right.below(left)
        case "<=":
            over = right.below(left)
            return None if over is None else not over
        case ">=":
            under = left.below(right)
            return None if under is None else not under
        case _:
            return left.equal(right)


def combine(node: q._Pair, left: Interval, right: Interval) -> Interval | None:
    """What a node of arithmetic makes of two values."""
    match node:
        case q.Sum():
            return left + right
        case q.Difference():
            return left - right
        case q.Higher():
            return left.highest(right)
        case q.Lower():
            return left.lowest(right)
        case q.Ratio():
            return left / right
        case _:
            return left * right


def decayed(peak: Interval | None, steps: int, resolution: Fraction) -> Interval:
    """The peak after so many steps of its half-life, rounded to the kind's resolution."""
    factor = Fraction(WASH_OUT[steps % WASH_OUT_STEPS], 1 << (WASH_OUT_SCALE + steps // WASH_OUT_STEPS))

    def halved(bound: Fraction | None) -> Fraction | None:
        return None if bound is None else round(bound * factor / resolution) * resolution

    assert peak is not None
    return Interval(halved(peak.low), halved(peak.high), peak.low_open, peak.high_open)


def kleene(verdicts: list[Verdict], *, decides: bool) -> Verdict:
    """Or (decides=True) and And (decides=False): one deciding part settles it, else an unknown part leaves it open."""
    deciding = [verdict for verdict in verdicts if verdict.truth is decides]
    if deciding:
        return joined(decides, deciding)
    unknown = [verdict for verdict in verdicts if verdict.truth is None]
    if unknown:
        return joined(None, unknown)
    return joined(not decides, verdicts)


def joined(truth: bool | None, verdicts: list[Verdict]) -> Verdict:
    """One verdict on the facts and leaves of several; what is missing matters only while it is unknown."""
    # By identity: facts and grounds are shared objects, and hashing every field of each would be most of the work.
    facts = {id(fact): fact for verdict in verdicts for fact in verdict.facts}
    grounds = {id(ground): ground for verdict in verdicts for ground in verdict.grounds}
    missing = frozenset().union(*(verdict.missing for verdict in verdicts)) if truth is None else frozenset()
    return Verdict(truth, tuple(facts.values()), tuple(grounds.values()), missing)
