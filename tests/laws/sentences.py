"""Random sentences of every node, built backwards from the type that is wanted.

A number's key is its value and unit, so that any sentence brings its own shelf.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from random import Random

from sequela.course.catalogue import catalogue
from sequela.logic import quantities as q
from sequela.logic import statements as s
from sequela.logic.nodes import Node, Parameter, Quantity, Statement
from sequela.logic.shelf import Band, Basis, ParameterValue
from tests.laws.courses import DETAILS, EVENTS, FINDINGS, KINDS, SITES, VALUES

NODES: Counter[str] = Counter()
"""How often each node was part of a sentence: printed at the end of a session."""
UNITS = {key: catalogue().kinds[key].unit for key in VALUES}
NUMBERS = {
    "1": ("0", "1", "2", "1.5", "0.3"),
    "U/L": ("0", "40", "80", "160"),
    "/min": ("80", "110"),
    "{score}": ("0", "1", "2", "4"),
    "U/L/d": ("0", "240", "-960"),
    "U/L/h": ("0", "10", "40"),
    "a": ("16", "61"),
}
DURATIONS = ("10 min", "20 min", "30 min", "1 h", "2 h", "4 h", "0.5 h")
TABLES = {"U/L": "40 1, 80 2, above 3", "1": "1 0, 1.2 1, above 2", "/min": "40 3, 90 0, 110 1, above 2"}
SERIES_UNITS = ("U/L", "1", "/min", "{score}")


def parameters(node: Node) -> Mapping[str, ParameterValue]:
    """The shelf that a sentence brings."""
    tables = {inner.table.key for inner in node.walk() if isinstance(inner, q.Banded)}
    shelf = {}
    for inner in node.walk():
        if isinstance(inner, Parameter):
            value, bands = None, ()
            if inner.key in tables:
                rows = [row.split() for row in inner.key.split(",")]
                bands = tuple(Band(None if top == "above" else Fraction(top), int(points)) for top, points in rows)
            else:
                value = Fraction(inner.key.split()[0])
            shelf[inner.key] = ParameterValue(
                inner.key, inner.unit, date(2026, 1, 1), Basis.EXPERT_JUDGEMENT, (), value, bands
            )
    return shelf


def statement(random: Random, depth: int = 3) -> Statement:
    """A random statement."""
    made = _statement(random, depth)
    NODES.update(type(node).__name__ for node in made.walk())
    return made


def quantity(random: Random, depth: int = 3) -> Quantity:
    """A random quantity of any unit."""
    made = _quantity(random, random.choice((*SERIES_UNITS, "h", "U/L/d", "a")), depth)
    NODES.update(type(node).__name__ for node in made.walk())
    return made


def past(random: Random, depth: int = 2) -> Statement:
    """A random statement about the past, perhaps about statements about the past."""
    of = past(random, depth - 1) if depth > 1 and random.random() < 0.4 else _statement(random, 1)
    made = random.choice(_PAST)(random, of)
    NODES.update(type(node).__name__ for node in made.walk())
    return made


def _number(random: Random, unit: str) -> Parameter:
    return Parameter(f"{random.choice(NUMBERS[unit])} {unit}", unit)


def _duration(random: Random) -> Parameter:
    chosen = random.choice(DURATIONS)
    return Parameter(chosen, chosen.split()[1])


def _maybe(random: Random) -> Parameter | None:
    return _duration(random) if random.random() < 0.6 else None


def _series(random: Random, unit: str, depth: int) -> q.Series:
    kinds = [key for key, its in UNITS.items() if its == unit]
    if kinds and (depth < 2 or random.random() < 0.75):
        return random.choice((kinds[0], *kinds))
    return _quantity(random, unit, depth - 1)


# -- quantities, by the unit that is wanted ----------------------------------------------------------------------------


def _quantity(random: Random, unit: str, depth: int) -> Quantity:
    if unit == "h":
        inner = random.choice(SERIES_UNITS)
        return q.DurationAbove(_series(random, inner, depth), _comparator(random), _threshold(random, inner, depth))
    if unit == "a":
        return q.Age()
    if unit.startswith("U/L/"):
        return q.Rate(_series(random, "U/L", depth), _duration(random), "d" if unit.endswith("d") else "h")
    return random.choice(_makers(unit, depth))(random, unit, depth)


_Maker = Callable[[Random, str, int], Quantity]


def _makers(unit: str, depth: int) -> list[_Maker]:
    flat: list[_Maker] = [_latest, _latest, _parameter, _extreme] if unit != "{score}" else [_banded, _banded]
    if depth <= 0:
        return flat
    deep: list[_Maker] = [*flat, _latest, _extreme, _baseline, _nadir, _pair, _pair, _product, _choice, _called]
    if unit == "1":
        deep += [_count, _ratio, _ratio]
    if unit == "U/L":
        deep += [_wash_out, _limit]
    if unit == "{score}":
        deep += [_score, _score, _part]
    return deep


def _parameter(random: Random, unit: str, depth: int) -> Quantity:
    return _number(random, unit)


def _latest(random: Random, unit: str, depth: int) -> Quantity:
    until = _duration(random) if random.random() < 0.2 else None
    return q.Latest(_series(random, unit, depth), _maybe(random), until)


def _extreme(random: Random, unit: str, depth: int) -> Quantity:
    return random.choice((q.Peak, q.Lowest))(_series(random, unit, depth), _maybe(random))


def _baseline(random: Random, unit: str, depth: int) -> Quantity:
    return q.Baseline(_series(random, unit, depth))


def _nadir(random: Random, unit: str, depth: int) -> Quantity:
    return q.Nadir(_series(random, unit, depth), Parameter("0.3 1", "1"))


def _pair(random: Random, unit: str, depth: int) -> Quantity:
    node = random.choice((q.Sum, q.Difference, q.Higher, q.Lower))
    return node(_quantity(random, unit, depth - 1), _quantity(random, unit, depth - 1))


def _product(random: Random, unit: str, depth: int) -> Quantity:
    return q.Product(_quantity(random, "1", depth - 1), _quantity(random, unit, depth - 1))


def _choice(random: Random, unit: str, depth: int) -> Quantity:
    when = _statement(random, depth - 1)
    return q.Choice(when, _quantity(random, unit, depth - 1), _quantity(random, unit, depth - 1))


def _called(random: Random, unit: str, depth: int) -> Quantity:
    return q.Called("something", _quantity(random, unit, depth - 1))


def _count(random: Random, unit: str, depth: int) -> Quantity:
    inner = random.choice(SERIES_UNITS)
    threshold = _threshold(random, inner, depth)
    return q.Count(_series(random, inner, depth), _comparator(random), threshold, _maybe(random), _maybe(random))


def _ratio(random: Random, unit: str, depth: int) -> Quantity:
    inner = random.choice(SERIES_UNITS)
    return q.Ratio(_quantity(random, inner, depth - 1), _quantity(random, inner, depth - 1))


def _wash_out(random: Random, unit: str, depth: int) -> Quantity:
    return q.WashOut(random.choice(("alt", "ast")), _duration(random), _quantity(random, "U/L", depth - 1))


def _limit(random: Random, unit: str, depth: int) -> Quantity:
    return q.UpperLimit(random.choice(("alt", "ast")))


def _banded(random: Random, unit: str, depth: int) -> Quantity:
    inner = random.choice(tuple(TABLES))
    return q.Banded(_quantity(random, inner, depth - 1), Parameter(TABLES[inner], inner))


def _part(random: Random, unit: str, depth: int) -> Quantity:
    return q.Part("part", _quantity(random, "{score}", depth - 1), 0, 3)


def _score(random: Random, unit: str, depth: int) -> Quantity:
    labels = ("one", "two", "three")[: random.randint(1, 3)]
    return q.Score("sum", tuple(q.Part(label, _quantity(random, "{score}", depth - 1), 0, 3) for label in labels))


def _threshold(random: Random, unit: str, depth: int) -> Quantity:
    return _number(random, unit) if depth < 2 or random.random() < 0.7 else _quantity(random, unit, depth - 1)


def _comparator(random: Random) -> q.Comparator:
    return random.choice(q.COMPARATORS)


# -- statements ------------------------------------------------------------------------------------------------------


def _statement(random: Random, depth: int) -> Statement:
    flat = (_compare, _compare, _compare, _time_since, _found, _happened, _followed, _procedure)
    if depth <= 0:
        return random.choice(flat)(random, depth)
    return random.choice((*flat, _connected, _connected, _at_least, _known, _known, _about_past, _about_past))(
        random, depth
    )


def _compare(random: Random, depth: int) -> Statement:
    unit = random.choice((*SERIES_UNITS, "U/L", "U/L", "U/L", "1", "1", "h", "U/L/d", "U/L/h", "a"))
    left = _quantity(random, unit, random.randint(0, max(depth, 0)))
    if unit == "h":
        return s.Compare(left, _comparator(random), _duration(random))
    right = _number(random, unit) if random.random() < 0.7 else _quantity(random, unit, depth)
    return s.Compare(left, _comparator(random), right)


def _since(random: Random) -> q.TimeSince:
    what = random.choice(("procedure", "event", "finding", "peak", "reading"))
    keys = {"procedure": ("",), "event": EVENTS, "finding": FINDINGS, "peak": tuple(VALUES), "reading": tuple(VALUES)}
    return q.TimeSince(what, random.choice(keys[what]))


def _time_since(random: Random, depth: int) -> Statement:
    return s.Compare(_since(random), random.choice(("<", ">=")), _duration(random))


def _found(random: Random, depth: int) -> Statement:
    node = random.choice((s.Seen, s.Absent))
    site = tuple(random.sample(SITES, random.choice((0, 0, 1, 2))))
    return node(random.choice(FINDINGS), site, _maybe(random), _duration(random) if random.random() < 0.2 else None)


def _happened(random: Random, depth: int) -> Statement:
    after = _duration(random) if random.random() < 0.2 else None
    return s.Happened(random.choice(EVENTS), _maybe(random), random.choice(DETAILS), after)


def _followed(random: Random, depth: int) -> Statement:
    return s.Followed(*random.sample(EVENTS, 2))


def _procedure(random: Random, depth: int) -> Statement:
    return s.ProcedureIs((random.choice(KINDS),))


def _connected(random: Random, depth: int) -> Statement:
    chosen = random.choice(("and", "or", "not", "named"))
    if chosen in ("not", "named"):
        of = _statement(random, depth - 1)
        return s.Not(of) if chosen == "not" else s.Named("named", of)
    parts = tuple(_statement(random, depth - 1) for _ in range(random.randint(1, 3)))
    return s.And(parts) if chosen == "and" else s.Or(parts)


def _at_least(random: Random, depth: int) -> Statement:
    parts = tuple(_statement(random, depth - 1) for _ in range(3))
    return s.AtLeast(Parameter("2 1", "1"), parts)


def _known(random: Random, depth: int) -> Statement:
    chosen = random.random()
    if chosen < 0.2:
        return s.Known(_since(random))
    if chosen < 0.6:
        return s.Known(_quantity(random, random.choice(SERIES_UNITS), depth - 1))
    return s.Known(_statement(random, depth - 1))


def _about_past(random: Random, depth: int) -> Statement:
    return random.choice(_PAST)(random, _statement(random, depth - 1))


_PAST: tuple[Callable[[Random, Statement], Statement], ...] = (
    lambda random, of: s.WasTrue(of, _maybe(random)),
    lambda random, of: s.HoldsFor(of, _duration(random)),
    lambda random, of: s.Became(of, _duration(random)),
    lambda random, of: s.TurnedSince(of, tuple(random.sample(EVENTS, 2))),
)
