"""A comparison told with its values: what it came to, and what reading would turn it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from sequela.course.catalogue import catalogue
from sequela.course.interval import Interval
from sequela.logic import display
from sequela.logic import quantities as q
from sequela.logic import statements as s
from sequela.logic.nodes import TIME_UNITS, Parameter, Quantity, series_unit
from sequela.logic.phrases import (
    Words,
    counted_over,
    counted_reading,
    elapsed,
    kind_of,
    look_back,
    phrase,
    series_name,
    since,
)

OPPOSITE: Mapping[q.Comparator, q.Comparator] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
RATIO_PLACES = 1
"""Decimals of a multiple: ALT 3.1 times baseline."""


class Turning(NamedTuple):
    """What would turn a deciding leaf: the words, empty where nothing new could.

    Where it is one reading: of what, and to which side; `reach` grows with how many readings would do, so that of two
    alike the further includes the nearer (who needs a CRP under 78 or under 102 needs one under 102).
    """

    text: str
    alike: tuple[q.Series, bool] | None = None
    reach: Fraction = Fraction(0)


NOTHING = Turning("")


class Compared:
    """One comparison with the values it was decided on."""

    def __init__(
        self,
        node: s.Compare,
        left: Interval | None,
        right: Interval | None,
        words: Words,
        values: dict[Quantity, Interval | None],
    ) -> None:
        self.node, self.left, self.right, self.words, self.values = node, left, right, words, values

    # -- as it is ----------------------------------------------------------------------------------------------------

    def told(self, truth: bool | None) -> str:
        """The comparison with its values: `ALT 2,340 U/L (limit 2,000 U/L)`."""
        left, right = self.node.left, self.node.right
        if isinstance(left, q.TimeSince) and isinstance(right, Parameter):
            return self._elapsed(left, right, truth)
        if isinstance(left, q.Count):
            return self._count(left) if truth else f"{self._count(left)} ({self._limit()})"
        if right.unit in TIME_UNITS and isinstance(right, Parameter):
            hours = self._in(self.left, right.unit)
            return f"{self._subject(left)}: {self._span(hours, right.unit)} ({self._limit()})"
        if truth and isinstance(right, q.Peak):
            return f"{self._against(left, self.left)}, the highest{look_back(right.within, self.words)}"
        slope = _slope(left)
        if truth and slope is not None and self.left is not None and self.right is not None and self.right.low == 0:
            per = "day" if slope.per == "d" else "hour"
            by = self._span(_short(self.left, q.Latest(slope.series), Fraction(0)), series_unit(slope.series))
            return f"{series_name(slope.series)} rising by {by} a {per}"
        told = self._against(left, self.left)
        against = self._multiple(left, right)
        return told + (against or f" ({self._limit()})")

    def _elapsed(self, left: q.TimeSince, right: Parameter, truth: bool | None) -> str:
        if truth is None:
            return f"time since {since(left).removesuffix(' was last present')}: not known"
        inside = (self.node.comparator == "<") is truth
        duration = self._span(self._in(self.right, right.unit), right.unit)
        return elapsed(left, duration, right.unit, inside=inside).removeprefix("it is ")

    def _count(self, left: q.Count) -> str:
        reading, when = counted_reading(left, self.words), counted_over(left, self.words)
        if self.left is None:
            return f"{reading}{when}: not known"
        one = self.left.is_exact and self.left.low == 1
        return f"{reading} on {display.span(self.left, left.unit)} {'reading' if one else 'readings'}{when}"

    def _against(self, left: Quantity, value: Interval | None) -> str:
        """The left side with its value; a change or multiple with what it is taken from as well."""
        match left:
            case q.Called(of=q.Difference() | q.Ratio() | q.Higher() | q.Lower() as of):
                return self._against(of, value)
            case q.Higher() | q.Lower():
                for side in (left.left, left.right):
                    if value is not None and self.values.get(side) == value:
                        return self._against(side, value)
            case q.Difference() | q.Ratio():
                own, other = self.values.get(left.left), self.values.get(left.right)
                if own is not None and other is not None and value is not None:
                    return self._related(left, own, other, value)
                if own is not None and other is None and left.right in self.values:
                    needed = phrase(left.right, self.words).removeprefix("the ")
                    return f"{self._subject(left.left)} {self._valued(own, left.left)}, {needed} not known"
        if value is None:
            return f"{self._subject(left)}: not known"
        return f"{self._subject(left)} {self._valued(value, left)}"

    def _related(self, left: q.Difference | q.Ratio, own: Interval, other: Interval, value: Interval) -> str:
        subject, base = self._subject(left.left), self._other(left.right)
        if isinstance(left, q.Ratio):
            shown = base if isinstance(left.right, q.WashOut) else f"{base} {self._valued(other, left.right)}"
            return f"{subject} {self._valued(own, left.left)}, {self._times(value)} times {shown}"
        limit = self.right.low if self.right is not None else None
        own, other, value = _short(own, left.left), _short(other, left.right), _short(value, left, limit)
        bounds = (bound for interval in (own, other, value) for bound in (interval.low, interval.high))
        count = max((display.places(bound) for bound in bounds if bound is not None), default=0)
        down = value.high is not None and value.high < 0
        by = display.span(-value if down else value, "1", count)
        how = "below" if down else "above"
        return f"{subject} {display.span(own, left.unit, count)}, {by} {how} {base} {display.span(other, '1', count)}"

    def _multiple(self, left: Quantity, right: Quantity) -> str:
        """The left side as a multiple of what stands behind the right side's factor, where both are known."""
        if isinstance(right, q.WashOut) and self.right is not None and self.left is not None:
            return f", {self._times(self.left / self.right)} times {self._other(right)}"
        if isinstance(right, q.Product) and isinstance(right.left, Parameter) and self.left is not None:
            base = self.values.get(right.right)
            if base is not None:
                shown = self._other(right.right)
                unit = "" if isinstance(right.right, q.WashOut) else f" {self._valued(base, right.right)}"
                factor = self.words.of(right.left)
                return f", {self._times(self.left / base)} times {shown}{unit} (limit {factor})"
        return ""

    def _times(self, ratio: Interval | None) -> str:
        if ratio is None:
            return "many"
        limit = self.right.low if self.right is not None and self.node.left.unit == "1" else None

        def short(bound: Fraction | None) -> Fraction | None:
            return None if bound is None else display.rounded(bound, RATIO_PLACES, limit)

        return display.span(Interval(short(ratio.low), short(ratio.high), ratio.low_open, ratio.high_open), "1")

    def _other(self, node: Quantity) -> str:
        """What a value is held against."""
        match node:
            case q.Baseline():
                return "the patient's own"
            case q.WashOut(series=series):
                peak = self.values.get(q.Peak(series))
                of = "" if peak is None else f" of {self._valued(peak, node)}"
                return f"what wash-out from the peak{of} predicts"
            case q.UpperLimit():
                return "the upper reference limit of"
            case q.Nadir():
                return "its lowest since the fall,"
            case _:
                return phrase(node, self.words)

    def _subject(self, node: Quantity) -> str:
        if isinstance(node, q.Latest):
            return series_name(node.series)
        if isinstance(node, q.Part):
            return node.label
        if isinstance(node, q.Banded):
            return f"points for {self._subject(node.of)}"
        return phrase(node, self.words).removeprefix("the ")

    def _limit(self) -> str:
        node = self.node
        unit = node.right.unit
        name = "limit" if isinstance(node.right, Parameter) else self._subject(node.right)
        if self.right is None:
            return f"{name} not known"
        if not isinstance(node.right, Parameter):
            colon = ":" if isinstance(node.right, q._Pair) else ""
            return f"{name}{colon} {self._valued(self.right, node.right)}"
        kind = kind_of(node.left)
        answer = display.coded(kind, self.right.low) if kind and self.right.low is not None else None
        return f"limit {answer or self._span(self._in(self.right, unit), unit)}"

    # -- as it could become ------------------------------------------------------------------------------------------

    def turned(self, truth: bool | None) -> Turning:
        """The readings that would turn it: `an ALT of 2,000 U/L or less`."""
        node = self.node
        if isinstance(node.left, q.TimeSince):
            return Turning(self._turned_by_time(node.left, truth))
        if truth is None or self.right is None:
            missing = self._needed(node.left) + (self._needed(node.right) if self.right is None else [])
            return Turning(display.joined(list(dict.fromkeys(missing)), "and")) if missing else NOTHING
        if node.comparator == "==":
            return NOTHING
        slope = _slope(node.left)
        if truth and slope is not None:
            return Turning(f"{display.with_article(series_name(slope.series))} that no longer rises")
        comparator = OPPOSITE[node.comparator] if truth else node.comparator
        bound = self.right.low if comparator in ("<", "<=") else self.right.high
        if bound is None:
            return NOTHING
        levers = list(dict.fromkeys(self._levers(node.left, bound, comparator)))
        if len(levers) == 1:
            return levers[0]
        return Turning(display.joined([lever.text for lever in levers], "and")) if levers else NOTHING

    def _turned_by_time(self, left: q.TimeSince, truth: bool | None) -> str:
        if left.what == "procedure" or (self.node.comparator == "<") is (truth is True):
            return ""
        match left.what:
            case "event":
                return display.with_article(f"new {display.event_name(left.key)}")
            case "finding":
                return f"{display.finding_name(left.key)} found"
            case "reading":
                return display.with_article(f"new {display.kind_name(left.key)}")
            case _:
                return ""

    def _needed(self, node: Quantity) -> list[str]:
        if isinstance(node, q.Latest | q.Peak | q.Lowest):
            return [display.with_article(series_name(node.series))] if self.values.get(node) is None else []
        return [need for child in node.children() if isinstance(child, Quantity) for need in self._needed(child)]

    def _levers(self, node: Quantity, bound: Fraction, comparator: q.Comparator) -> list[Turning]:
        """The next readings that would bring a quantity to the other side of a bound."""
        match node:
            case q.Latest(series=series):
                reading = self._reading(series, node.unit, bound, comparator)
                falls = comparator in ("<", "<=")
                return [Turning(reading, (series, falls), bound if falls else -bound)] if reading else []
            case q.Called(of=of):
                return self._levers(of, bound, comparator)
            case q.Difference(left=left, right=right):
                other = self._exactly(right)
                return [] if other is None else self._levers(left, bound + other, comparator)
            case q.Ratio(left=left, right=right):
                other = self._exactly(right)
                return [] if other is None or other <= 0 else self._levers(left, bound * other, comparator)
            case q.Sum(left=left, right=right):
                other = self._exactly(right)
                return [] if other is None else self._levers(left, bound - other, comparator)
            case q.Product(left=left, right=right):
                other = self._exactly(left)
                return [] if other is None or other <= 0 else self._levers(right, bound / other, comparator)
            case q.Higher(left=left, right=right) | q.Lower(left=left, right=right):
                return self._sides(node, (left, right), bound, comparator)
            case _:
                return []

    def _sides(
        self, node: Quantity, sides: tuple[Quantity, Quantity], bound: Fraction, comparator: q.Comparator
    ) -> list[Turning]:
        """The highest falls only with every side that is too high; one rising side is enough to raise it."""
        every = comparator in ("<", "<=") if isinstance(node, q.Higher) else comparator in (">", ">=")
        found: list[Turning] = []
        for side in sides:
            value = self._exactly(side)
            if every and value is not None and _holds(value, comparator, bound):
                continue
            found += self._levers(side, bound, comparator)
            if not every:
                break
        return found

    def _exactly(self, node: Quantity) -> Fraction | None:
        if isinstance(node, Parameter):
            held = (self.words.parameters or {}).get(node.key)
            return None if held is None or held.bands else held.number(self.words.procedure_kind)
        interval = self.values.get(node)
        return interval.low if interval is not None and interval.is_exact else None

    def _reading(self, series: q.Series, unit: str, bound: Fraction, comparator: q.Comparator) -> str:
        noun = display.with_article(series_name(series))
        if isinstance(series, str) and display.coded(series, bound):
            up, down = comparator in (">", ">="), comparator in ("<", "<=")
            slack = Fraction(1, 2) if comparator in ("<=", ">=") else Fraction(0)
            answers = display.answers(series, bound - slack if up else None, bound + slack if down else None)
            return f"{series_name(series)} {answers}" if answers else ""
        count = catalogue().kinds[series].decimals if isinstance(series, str) else 2
        # Rounded away from the old side, so that the reading named is enough.
        scaled = bound * 10**count
        whole = floor(scaled) if comparator in ("<", "<=") else ceil(scaled)
        amount = display.amount(bound if display.places(bound) <= count else Fraction(whole, 10**count), unit)
        match comparator:
            case "<":
                return f"{noun} under {amount}"
            case "<=":
                return f"{noun} of {amount} or less"
            case ">":
                return f"{noun} over {amount}"
            case _:
                return f"{noun} of {amount} or more"

    # -- numbers -----------------------------------------------------------------------------------------------------

    def _valued(self, value: Interval, node: Quantity) -> str:
        """A quantity's value, rounded as its kind is read, but never across the limit it was compared with."""
        kind = kind_of(node)
        answer = display.coded(kind, value.low) if kind and value.is_exact and value.low is not None else None
        limit = self.right.low if self.right is not None and node.unit == self.node.right.unit else None
        return answer or display.span(_short(value, node, limit), node.unit)

    def _span(self, value: Interval | None, unit: str) -> str:
        return "not known" if value is None else display.span(value, unit)

    def _in(self, value: Interval | None, unit: str) -> Interval | None:
        """A duration, which comparisons hold in seconds, in its own unit."""
        if value is None or unit not in TIME_UNITS:
            return value
        scale = TIME_UNITS[unit]
        low = None if value.low is None else value.low / scale
        high = None if value.high is None else value.high / scale
        return Interval(low, high, value.low_open, value.high_open)


def _slope(node: Quantity) -> q.Rate | None:
    """The slope that a quantity is, under a name and where a condition holds too."""
    match node:
        case q.Rate():
            return node
        case q.Latest(series=q.Called(of=q.Choice(then=q.Rate() as slope))):
            return slope
        case _:
            return None


def _short(value: Interval, node: Quantity, limit: Fraction | None = None) -> Interval:
    """An interval rounded to the decimals in which its kind is read."""
    kind = kind_of(node)
    if kind is None:
        return value
    count = catalogue().kinds[kind].decimals

    def short(bound: Fraction | None) -> Fraction | None:
        return None if bound is None else display.rounded(bound, count, limit)

    return Interval(short(value.low), short(value.high), value.low_open, value.high_open)


def _holds(value: Fraction, comparator: q.Comparator, bound: Fraction) -> bool:
    match comparator:
        case "<":
            return value < bound
        case "<=":
            return value <= bound
        case ">":
            return value > bound
        case _:
            return value >= bound
