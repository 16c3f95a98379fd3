"""Quantities: numbers that a sentence may speak of.

A *series* is a kind of the catalogue or any quantity followed over time (a score, a ratio): its readings are the
values at each moment that one of its facts speaks of. `within` looks back from now: a reading at `at` counts on
[at, at + within). `until` leaves out what is younger: it counts from at + until.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sequela.course.catalogue import catalogue
from sequela.logic.nodes import (
    ONE,
    SCORE_UNIT,
    Parameter,
    Quantity,
    Statement,
    require,
    require_duration,
    require_unit,
    series_unit,
)

Comparator = Literal["<", "<=", ">", ">=", "=="]
"""The comparisons of the grammar."""
COMPARATORS: tuple[Comparator, ...] = ("<", "<=", ">", ">=", "==")
Series = str | Quantity
"""A kind's key, or a quantity followed over time."""


@dataclass(frozen=True)
class _OfSeries(Quantity, abstract=True):
    """A quantity taken from the readings of one series."""

    series: Series

    def __post_init__(self) -> None:
        _steady(self.series)
        series_unit(self.series)

    @property
    def unit(self) -> str:
        """The unit of the series."""
        return series_unit(self.series)


@dataclass(frozen=True)
class _Windowed(_OfSeries, abstract=True):
    """A quantity taken from the readings of one series in a look-back."""

    within: Parameter | None = None
    until: Parameter | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        require_duration(self.within, "within")
        require_duration(self.until, "until")


@dataclass(frozen=True)
class Latest(_Windowed):
    """The last reading, if it is in the look-back (the whole course and its baseline without one)."""


@dataclass(frozen=True)
class Peak(_Windowed):
    """The highest reading since the procedure, or in the look-back if that is shorter."""


@dataclass(frozen=True)
class Lowest(_Windowed):
    """The lowest reading since the procedure, or in the look-back if that is shorter."""


@dataclass(frozen=True)
class Baseline(_OfSeries):
    """The last reading before the procedure (at most 90 days before); missing stays missing."""


@dataclass(frozen=True)
class Nadir(_OfSeries):
    """The lowest reading since the procedure to which the series fell by at least `fall` (a share) from an earlier one.

    Before such a fall there is no nadir, so the first rise after the procedure is never a rebound.
    """

    fall: Parameter

    def __post_init__(self) -> None:
        super().__post_init__()
        require_unit(self.fall, ONE, "fall")


@dataclass(frozen=True)
class Rate(_OfSeries):
    """The slope from the first to the last reading in the look-back, per hour or per day; two readings are needed."""

    within: Parameter
    per: Literal["h", "d"] = "d"

    def __post_init__(self) -> None:
        super().__post_init__()
        require_duration(self.within, "within")
        require(self.per in ("h", "d"), "a rate is per h or per d")

    @property
    def unit(self) -> str:
        """The series' unit per hour or day."""
        return f"{series_unit(self.series)}/{self.per}"


@dataclass(frozen=True)
class Count(_OfSeries):
    """How many readings in the look-back compare so with the threshold, each at least `apart` after the one before."""

    comparator: Comparator
    threshold: Quantity
    within: Parameter | None = None
    apart: Parameter | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self.comparator in COMPARATORS, f"no comparator {self.comparator!r}")
        require(self.threshold.unit == series_unit(self.series), "the threshold and the series differ in unit")
        require_duration(self.within, "within")
        require_duration(self.apart, "apart")

    @property
    def unit(self) -> str:
        """A count."""
        return ONE


@dataclass(frozen=True)
class DurationAbove(_OfSeries):
    """How long the readings have all compared so with the threshold: from the first to the last of the present run."""

    comparator: Comparator
    threshold: Quantity

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self.comparator in COMPARATORS, f"no comparator {self.comparator!r}")
        require(self.threshold.unit == series_unit(self.series), "the threshold and the series differ in unit")

    @property
    def unit(self) -> str:
        """Hours."""
        return "h"


@dataclass(frozen=True)
class TimeSince(Quantity):
    """How long ago the procedure began, an event happened, a finding was present, a series peaked or was last read.

    It grows with the clock, so it may only be compared with a duration parameter (`Compare` checks): its change
    points are then known.
    """

    what: Literal["procedure", "event", "finding", "peak", "reading"]
    key: str = ""

    def __post_init__(self) -> None:
        known = {
            "procedure": {""},
            "event": set(catalogue().events),
            "finding": set(catalogue().findings),
            "peak": set(catalogue().kinds),
            "reading": set(catalogue().kinds),
        }
        require(self.what in known, f"no time since {self.what!r}")
        require(self.key in known[self.what], f"no {self.what} {self.key!r} in the catalogue")

    @property
    def unit(self) -> str:
        """Seconds; compared with any duration."""
        return "s"


@dataclass(frozen=True)
class WashOut(_OfSeries):
    """What the patient's own peak since the procedure should have fallen to by the last reading, but not below `floor`.

    The peak halves each `half_life`, in steps of 1/1024 of one, rounded to the kind's resolution: exact in any engine.
    """

    half_life: Parameter
    floor: Quantity

    def __post_init__(self) -> None:
        super().__post_init__()
        require(isinstance(self.series, str), "wash-out follows a kind of the catalogue")
        require_duration(self.half_life, "half_life")
        require(self.floor.unit == series_unit(self.series), "the floor and the series differ in unit")


@dataclass(frozen=True)
class UpperLimit(_OfSeries):
    """The upper reference limit of the kind for the patient's sex; both limits' interval while the sex is unknown."""

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            isinstance(self.series, str) and catalogue().kinds[self.series].limit(None) is not None,
            "the kind has no upper reference limit",
        )


@dataclass(frozen=True)
class Age(Quantity):
    """The patient's age at the procedure, in completed years."""

    @property
    def unit(self) -> str:
        """Years (UCUM `a`)."""
        return "a"


@dataclass(frozen=True)
class _Pair(Quantity, abstract=True):
    """Arithmetic on two quantities; missing if either is."""

    left: Quantity
    right: Quantity

    def __post_init__(self) -> None:
        for side in (self.left, self.right):
            require(isinstance(side, Quantity), "arithmetic needs quantities")
            _steady(side)
        require(self.left.unit == self.right.unit, f"{self.left.unit} and {self.right.unit} do not combine")

    @property
    def unit(self) -> str:
        """The unit of both."""
        return self.left.unit


@dataclass(frozen=True)
class Sum(_Pair):
    """One plus the other, in the same unit."""


@dataclass(frozen=True)
class Difference(_Pair):
    """One minus the other, in the same unit."""


@dataclass(frozen=True)
class Higher(_Pair):
    """The greater of the two."""


@dataclass(frozen=True)
class Lower(_Pair):
    """The lesser of the two."""


@dataclass(frozen=True)
class Ratio(_Pair):
    """One over the other, in the same unit; missing where the divisor is zero."""

    @property
    def unit(self) -> str:
        """A pure number."""
        return ONE


@dataclass(frozen=True)
class Product(_Pair):
    """A pure number times a quantity."""

    def __post_init__(self) -> None:
        require(self.left.unit == ONE, "the first factor must be a pure number")
        _steady(self.right)

    @property
    def unit(self) -> str:
        """The unit of the second factor."""
        return self.right.unit


@dataclass(frozen=True)
class Banded(Quantity):
    """The points that a table on the shelf gives to a quantity: of the first band whose `upto` is not exceeded."""

    of: Quantity
    table: Parameter

    def __post_init__(self) -> None:
        _steady(self.of)
        require_unit(self.table, self.of.unit, "table")

    @property
    def unit(self) -> str:
        """Points."""
        return SCORE_UNIT


@dataclass(frozen=True)
class Choice(Quantity):
    """One quantity while a statement is true, another while it is false; while unknown, anything either could be."""

    when: Statement
    then: Quantity
    otherwise: Quantity

    def __post_init__(self) -> None:
        require(isinstance(self.when, Statement), "a choice needs a statement")
        _steady(self.then)
        _steady(self.otherwise)
        require(self.then.unit == self.otherwise.unit, "both sides of a choice need one unit")

    @property
    def unit(self) -> str:
        """The unit of both sides."""
        return self.then.unit


@dataclass(frozen=True)
class Called(Quantity):
    """A quantity under the name by which people speak of it ("ALT as a multiple of wash-out")."""

    name: str
    of: Quantity

    def __post_init__(self) -> None:
        require(bool(self.name), "a called quantity needs a name")
        require(not isinstance(self.of, TimeSince), "time since may only be compared with a duration")

    @property
    def unit(self) -> str:
        """The unit of the quantity."""
        return self.of.unit


@dataclass(frozen=True)
class Part(Quantity):
    """One named part of a score, and the most and least it can contribute while it is missing."""

    label: str
    of: Quantity
    least: int
    most: int

    def __post_init__(self) -> None:
        require(self.of.unit == SCORE_UNIT, f"part {self.label} is not in points")
        require(self.least <= self.most, f"part {self.label} has its bounds the wrong way round")

    @property
    def unit(self) -> str:
        """Points."""
        return SCORE_UNIT


@dataclass(frozen=True)
class Score(Quantity):
    """The sum of named parts. A missing part leaves its bounds open, so a score may be decided before it is complete;
    with every part missing there is no score.
    """

    name: str
    parts: tuple[Part, ...]

    def __post_init__(self) -> None:
        require(bool(self.parts), "a score needs parts")
        labels = [part.label for part in self.parts]
        require(len(set(labels)) == len(labels), "two parts of a score have one label")

    @property
    def unit(self) -> str:
        """Points."""
        return SCORE_UNIT


def _steady(part: object) -> None:
    """Refuse a time since inside another quantity: it grows with the clock, and nothing would mark its changes."""
    require(not isinstance(part, TimeSince), "time since may only be compared with a duration")
