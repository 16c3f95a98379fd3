"""Published risk factors: by how much what was so before the procedure raised the odds of a complication.

An interval stands only where the paper prints one that fits its own ratio and p value; none is worked out here. Ratios
are kept as they were printed. With few events a large ratio tells its order of magnitude and no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache

from sequela.evidence.entries import entries
from sequela.evidence.shelving import works

MEASURES = frozenset({"odds ratio", "hazard ratio"})
"""What a ratio may be."""
_NO_INTERVAL = {
    "full text": "no interval printed",
    "abstract": "no interval in the abstract",
    "secondary": "interval not seen",
    "derived": "interval not seen",
}
_OFF_CENTRE = Decimal("1.1")
"""How far a ratio may lie from the middle of its interval, in logarithms: rounding moves it by less."""


@dataclass(frozen=True, slots=True)
class Odds:
    """One published number on one risk factor: a ratio, or counts with and without the factor, or its share of events.

    `factors` are keys of findings or kinds of procedure; any of them is the factor. `of_events` says in how many of so
    many complications it was there; `known` how the number is
    known: `derived` counts were worked out from a percentage that the paper prints; `unfit` that its own interval does
    not fit it, and is not given.
    """

    factors: tuple[str, ...]
    complications: tuple[str, ...]
    population: str
    procedures: tuple[str, ...]
    cites: tuple[str, ...]
    known: str
    measure: str = "odds ratio"
    ratio: str = ""
    interval: tuple[str, ...] = ()
    unfit: bool = False
    p: str = ""
    against: str = ""
    outcome: str = ""
    events: int = 0
    total: int = 0
    unit: str = ""
    with_factor: tuple[int, ...] = ()
    without: tuple[int, ...] = ()
    of_events: tuple[int, ...] = ()
    note: str = ""

    @property
    def text(self) -> str:
        """The number as one clause: how much, with its interval or that none was printed, of what, and where."""
        said = [_ratio(self)] if self.ratio else []
        if self.with_factor:
            said.append(f"{_of(self.with_factor)} with it" + (f", {_of(self.without)} without" if self.without else ""))
        if self.of_events:
            said.append(f"there in {_of(self.of_events)} {self.outcome or 'of those affected'}")
        what = f" for {self.outcome}" if self.outcome and not self.of_events else ""
        size = f" ({self.events:,} events in {self.total:,} {self.unit})" if self.total else ""
        return f"{'; '.join(said)}{what}, in {self.population}{size}"


def _ratio(odds: Odds) -> str:
    missing = "the interval printed does not fit it" if odds.unfit else _NO_INTERVAL[odds.known]
    spread = f"95 % interval {odds.interval[0]} to {odds.interval[1]}" if odds.interval else missing
    if odds.p:
        spread += f", p {odds.p}" if odds.p.startswith("<") else f", p = {odds.p}"
    against = f" against {odds.against}" if odds.against else ""
    return f"{odds.measure} {odds.ratio}{against} ({spread})"


def _of(counts: tuple[int, ...]) -> str:
    return f"{counts[0]:,} of {counts[1]:,}"


def _problem(odds: Odds) -> str:
    if not (odds.ratio or odds.with_factor or odds.of_events):
        return "it has no number"
    if not (odds.factors and odds.complications and odds.cites):
        return "it lacks a factor, a complication or a citation"
    if dangling := set(odds.cites) - set(works()):
        return f"it cites {', '.join(sorted(dangling))}, not on the shelf"
    if odds.measure not in MEASURES or odds.known not in _NO_INTERVAL:
        return "its measure or how it is known is none that we use"
    counts = (odds.with_factor, odds.without, odds.of_events, (odds.events, odds.total))
    if {len(pair) for pair in counts} - {0, 2} or any(pair and not 0 <= pair[0] <= pair[1] for pair in counts):
        return "its events do not fit its total"
    return _unfit(odds) if odds.interval else ""


def _unfit(odds: Odds) -> str:
    """What is wrong with an interval: it must hold its ratio in the middle of it, and 1 only where p allows."""
    low, high = (Decimal(bound) for bound in odds.interval)
    ratio = Decimal(odds.ratio)
    if not low < ratio < high or not 1 / _OFF_CENTRE < ratio * ratio / (low * high) < _OFF_CENTRE:
        return "its interval does not fit its ratio"
    significant = bool(odds.p) and Fraction(odds.p.strip("<= ")) <= Fraction(5, 100)
    return "its interval does not fit its p value" if significant and low < 1 < high else ""


@cache
def all_odds() -> tuple[Odds, ...]:
    """Every published number on a risk factor, in file order, each checked when read."""
    return entries("odds.toml", Odds, _told, _problem)


def _told(odds: Odds) -> str:
    return f"{', '.join(odds.factors)} for {', '.join(odds.complications)}"


def risk_factors(complication: str) -> tuple[Odds, ...]:
    """Return what was published on the risk factors of a complication, in the order of the file."""
    return tuple(odds for odds in all_odds() if complication in odds.complications)
