"""What is wrong with a shelf although it holds together: dead numbers, empty words, comparisons that decide nothing.

Static only: it reads sentences and numbers, no course. Ranges come from the catalogue's plausible values, so a limit
that no living patient can reach is found as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from sequela.course.catalogue import catalogue
from sequela.course.interval import Interval
from sequela.evidence import works
from sequela.logic import quantities as q
from sequela.logic import statements as s
from sequela.logic.nodes import TIME_UNITS, Node, Parameter, Quantity, Statement
from sequela.logic.prose import say
from sequela.logic.shelf import Basis, ParameterValue, Shelf

ANY_KIND = ""
"""Stands for a kind of procedure that no parameter singles out."""


@dataclass(frozen=True)
class Problem:
    """One thing that should be mended: where it stands and what is wrong."""

    place: str
    complaint: str

    def __str__(self) -> str:
        return f"{self.place}: {self.complaint}"


def lint(shelf: Shelf) -> list[Problem]:
    """Return everything that is wrong with a shelf, in order of place; an empty list is a clean shelf."""
    found = {
        *_citations(shelf),
        *_parameters(shelf),
        *_titles(shelf),
        *_steps(shelf),
        *_keys(shelf),
        *_sentences(shelf),
    }
    return sorted(found, key=lambda problem: (problem.place, problem.complaint))


# -- words and numbers -----------------------------------------------------------------------------------------------


def _citing(shelf: Shelf) -> Iterator[tuple[str, tuple[str, ...]]]:
    for key, parameter in shelf.parameters.items():
        yield f"parameter {key}", parameter.cites
    for definition in shelf.definitions:
        yield f"definition {definition.key}", definition.cites
    for condition in shelf.conditions:
        yield f"condition {condition.key}", condition.cites
    for score in shelf.scores:
        yield f"score {score.key}", score.cites
    for step in shelf.steps:
        yield f"step {step.key}", step.cites


def _citations(shelf: Shelf) -> Iterator[Problem]:
    known = works().keys()
    for place, cites in _citing(shelf):
        for cite in cites:
            if cite not in known:
                yield Problem(place, f"cites {cite!r}, which the library does not have")
        if not cites and not place.startswith("parameter"):
            yield Problem(place, "cites nothing")


def _parameters(shelf: Shelf) -> Iterator[Problem]:
    used = {node.key for _, sentence in shelf.sentences() for node in _nodes(sentence) if isinstance(node, Parameter)}
    for key, parameter in shelf.parameters.items():
        place = f"parameter {key}"
        if key != parameter.key:
            yield Problem(place, f"stands under another key than its own, {parameter.key!r}")
        if key not in used:
            yield Problem(place, "is used by no sentence")
        if not isinstance(parameter.basis, Basis):
            yield Problem(place, "has no basis")
        if not parameter.cites and parameter.basis is not Basis.SITE:
            yield Problem(place, "cites nothing")
        if (parameter.value is None) is not bool(parameter.bands):
            yield Problem(place, "needs either one value or a table of bands")
        yield from _bands(place, parameter)


def _bands(place: str, parameter: ParameterValue) -> Iterator[Problem]:
    tops = [band.upto for band in parameter.bands]
    inner = [top for top in tops[:-1] if top is not None]
    if len(inner) != len(tops[:-1]) or any(above <= below for below, above in pairwise(inner)):
        yield Problem(place, "has bands that are not in rising order")
    if tops and tops[-1] is not None and inner and tops[-1] <= inner[-1]:
        yield Problem(place, "has bands that are not in rising order")


def _titles(shelf: Shelf) -> Iterator[Problem]:
    for definition in shelf.definitions:
        if not definition.title.strip():
            yield Problem(f"definition {definition.key}", "has no title")
    for condition in shelf.conditions:
        if not condition.title.strip():
            yield Problem(f"condition {condition.key}", "has no title")
    for score in shelf.scores:
        if not score.title.strip():
            yield Problem(f"score {score.key}", "has no title")


def _steps(shelf: Shelf) -> Iterator[Problem]:
    closers = {*catalogue().kinds, *catalogue().events, *catalogue().findings}
    for step in shelf.steps:
        place = f"step {step.key}"
        if not step.text.strip():
            yield Problem(place, "has no text")
        if step.due is None and step.closed_by:
            yield Problem(place, "is a note, without a due time, and yet closed by something")
        if step.due is not None and not (step.closed_by and all(step.closed_by)):
            yield Problem(place, "is closed by nothing")
        for closer in (key for alternatives in step.closed_by for key in alternatives):
            if closer not in closers:
                yield Problem(place, f"is closed by {closer!r}, which the catalogue does not have")


def _keys(shelf: Shelf) -> Iterator[Problem]:
    groups: dict[str, Iterable[str]] = {
        "definition": (definition.key for definition in shelf.definitions),
        "condition": (condition.key for condition in shelf.conditions),
        "score": (score.key for score in shelf.scores),
        "state": (state.key for state in shelf.states),
        "trend": (trend.key for trend in shelf.trends),
        # One action may be due for two reasons, each with its own time; but not twice for the same.
        "step": (f"{step.key} when {say(step.when)}" for step in shelf.steps),
    }
    for group, keys in groups.items():
        for key, count in Counter(keys).items():
            if count > 1:
                yield Problem(f"{group} {key}", f"stands on the shelf {count} times")
    named: dict[str, Statement] = {}
    for place, sentence in shelf.sentences():
        for node in _nodes(sentence):
            if isinstance(node, s.Named) and named.setdefault(node.name, node.of) != node.of:
                yield Problem(place, f"gives the name {node.name!r} to a second sentence")


# -- sentences -------------------------------------------------------------------------------------------------------


def _sentences(shelf: Shelf) -> Iterator[Problem]:
    kinds = {ANY_KIND, *(kind for parameter in shelf.parameters.values() for kind in parameter.by_procedure)}
    ranges = [_Ranges(shelf, kind) for kind in sorted(kinds)]
    complaints: dict[Node, set[str]] = {}
    for place, sentence in shelf.sentences():
        for node in _nodes(sentence):
            if node not in complaints:
                # A sentence may rest for some kinds of procedure; what never moves for any of them is a mistake.
                constant = set.intersection(*({*_constant(node, within)} for within in ranges))
                complaints[node] = constant.union(_shape(node))
            yield from (Problem(place, complaint) for complaint in complaints[node])


def _nodes(sentence: Node) -> Iterable[Node]:
    """Every node of a sentence once: definitions share their parts, and written out they are very long."""
    found: dict[Node, None] = {}
    waiting = [sentence]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found[node] = None
            waiting.extend(node.children())
    return found


def _shape(node: Node) -> Iterator[str]:
    if isinstance(node, s.And | s.Or | s.AtLeast):
        name = {"And": "an and", "Or": "an or", "AtLeast": "an at-least"}[type(node).__name__]
        if len(node.parts) == 1:
            yield f"{name} with one part: {say(node.parts[0])}"
        for part, count in Counter(node.parts).items():
            if count > 1:
                yield f"{name} with the same part {count} times: {say(part)}"
    if isinstance(node, s.Not) and isinstance(node.of, s.Not):
        yield f"a double not: {say(node.of.of)}"


def _constant(node: Node, ranges: _Ranges) -> Iterator[str]:
    match node:
        case s.Compare():
            truth = ranges.settled(node)
            if truth is not None:
                yield f"{'always' if truth else 'never'} holds: {say(node)}"
        case s.And():
            for clash in ranges.clashes(node.parts):
                yield f"never holds, its parts contradict each other: {clash}"
        case s.Or():
            for cover in ranges.clashes(tuple(_opposite(part) for part in node.parts)):
                yield f"always holds, its parts leave nothing out: {cover}"
        case s.AtLeast():
            number = ranges.number(node.number)
            if number is not None and not 0 < number <= len(node.parts):
                yield f"{'always' if number <= 0 else 'never'} holds: {say(node)}"
        case q.Latest() | q.Peak() | q.Lowest():
            within, until = ranges.seconds(node.within), ranges.seconds(node.until)
            if within is not None and until is not None and until >= within:
                yield f"looks back no further than it leaves out: {say(node)}"
        case Parameter() if node.is_duration:
            number = ranges.number(node)
            if number is not None and number < 0:
                yield f"a negative length of time: [{node.key}]"


def _opposite(part: Statement) -> Statement:
    if isinstance(part, s.Compare) and part.comparator != "==":
        opposite: dict[q.Comparator, q.Comparator] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
        return s.Compare(part.left, opposite[part.comparator], part.right)
    return part


class _Ranges:
    """Everything that quantities could be for one kind of procedure."""

    def __init__(self, shelf: Shelf, kind: str) -> None:
        self.shelf, self.kind = shelf, kind

    def number(self, parameter: Parameter | None) -> Fraction | None:
        """A parameter's number, if it has one."""
        held = self.shelf.parameters.get(parameter.key) if parameter is not None else None
        return None if held is None or held.value is None else held.number(self.kind)

    def seconds(self, duration: Parameter | None) -> Fraction | None:
        """A duration's length in seconds, if it has one."""
        number = self.number(duration)
        return None if number is None or duration is None else number * TIME_UNITS[duration.unit]

    def settled(self, node: s.Compare) -> bool | None:
        """What a comparison always is, whatever the course; None when it depends."""
        left, right = self._seconds(node.left), self._seconds(node.right)
        if left is None or right is None:
            return None
        below, above = left.below(right), right.below(left)
        match node.comparator:
            case "<":
                return below
            case ">":
                return above
            case "<=":
                return None if above is None else not above
            case ">=":
                return None if below is None else not below
            case _:
                return left.equal(right) if left.equal(right) is False else None

    def clashes(self, parts: Iterable[Statement]) -> Iterator[str]:
        """Pairs of comparisons of one quantity with numbers that cannot both hold."""
        bounds: dict[Quantity, list[tuple[s.Compare, Interval]]] = {}
        for part in parts:
            if isinstance(part, s.Compare) and isinstance(part.right, Parameter):
                right = self._seconds(part.right)
                if right is not None and right.low is not None:
                    bounds.setdefault(part.left, []).append((part, _allowed(part.comparator, right.low)))
        for held in bounds.values():
            for index, (first, one) in enumerate(held):
                for second, other in held[index + 1 :]:
                    if one.below(other) is True or other.below(one) is True:
                        yield f"{say(first)}; {say(second)}"

    def _seconds(self, node: Quantity) -> Interval | None:
        interval = self.of(node)
        if interval is None or node.unit not in TIME_UNITS:
            return interval
        return interval * Interval.exactly(TIME_UNITS[node.unit])

    def of(self, node: Quantity) -> Interval | None:
        """The least and the most that a quantity could be; None where we cannot tell."""
        match node:
            case Parameter():
                number = self.number(node)
                return None if number is None else Interval.exactly(number)
            case q.Latest() | q.Peak() | q.Lowest() | q.Baseline() | q.Nadir():
                if not isinstance(node.series, str):
                    return self.of(node.series)
                kind = catalogue().kinds[node.series]
                return Interval(kind.low, kind.high)
            case q.Count() | q.DurationAbove() | q.TimeSince() | q.Age():
                return Interval(Fraction(0), None)
            case q.Banded():
                points = [Fraction(band.points) for band in self.shelf.parameters[node.table.key].bands]
                return Interval(min(points), max(points)) if points else None
            case q.Called():
                return self.of(node.of)
            case q.Part():
                return Interval(Fraction(node.least), Fraction(node.most))
            case q.Score():
                return Interval(
                    Fraction(sum(part.least for part in node.parts)), Fraction(sum(part.most for part in node.parts))
                )
            case q.Choice():
                then, otherwise = self.of(node.then), self.of(node.otherwise)
                return None if then is None or otherwise is None else then.hull(otherwise)
            case q.Sum() | q.Difference() | q.Higher() | q.Lower() | q.Product() | q.Ratio():
                return self._pair(node)
            case _:
                return None

    def _pair(self, node: q.Sum | q.Difference | q.Higher | q.Lower | q.Product | q.Ratio) -> Interval | None:
        left, right = self.of(node.left), self.of(node.right)
        if left is None or right is None:
            return None
        match node:
            case q.Sum():
                return left + right
            case q.Difference():
                return left - right
            case q.Higher():
                return left.highest(right)
            case q.Lower():
                return left.lowest(right)
            case _:
                # Products and ratios of what may be negative are not bounded by their ends.
                if any(side.low is None or side.low < 0 for side in (left, right)):
                    return None
                return left * right if isinstance(node, q.Product) else left / right


def _allowed(comparator: q.Comparator, bound: Fraction) -> Interval:
    match comparator:
        case "<":
            return Interval(None, bound, False, True)
        case "<=":
            return Interval(None, bound)
        case ">":
            return Interval(bound, None, True, False)
        case ">=":
            return Interval(bound, None)
        case _:
            return Interval.exactly(bound)
