"""Published base rates: how often a complication was counted, so that "suspected" is never read as "likely".

Only counts are stored; every percentage is computed from them. `printed` keeps the percentage of the paper itself,
as a check on our counts, and is never shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from sequela.evidence.entries import entries
from sequela.evidence.shelving import works

UNITS = frozenset({"patients", "procedures", "sessions", "episodes"})
"""What was counted: people, procedures, or something within them such as episodes of fever. Never mixed."""


@dataclass(frozen=True, slots=True)
class BaseRate:
    """One published count of a complication among patients or sessions."""

    complication: str
    events: int
    total: int
    unit: str
    population: str
    procedures: tuple[str, ...]
    cites: tuple[str, ...]
    definition: str = ""
    printed: str = ""
    note: str = ""
    stratum: str = ""
    """The key of a part of the population, where a page chooses among the parts of one series."""
    group: str = ""
    """The population that is pooled together; where there is none, the count is not pooled."""
    overlaps: str = ""
    """The key of another work that counts some of the same people."""
    derived: bool = False
    """Whether the counts were worked out from a percentage."""
    secondary: bool = False
    """Whether another paper's table was read, not the paper or its abstract."""
    none_stated: bool = False
    """Whether a paper without events says that there were none: silence is not zero."""
    centre: str = ""
    """The hospital that counted."""
    accrual: str = ""
    """The years in which its people were treated: "1990-1992", or one year."""
    parts: tuple[int, ...] = ()
    """The numbers of which the paper says that they make up the events."""
    apart: tuple[str, ...] = ()
    """The keys of works that look as if they counted the same people, and do not."""

    @property
    def share(self) -> Fraction:
        """The exact proportion."""
        return Fraction(self.events, self.total)

    @property
    def percent(self) -> str:
        """The proportion in per cent, to one decimal (two below one per cent)."""
        if self.events in (0, self.total):
            return "0" if self.events == 0 else "100"
        hundredfold = Decimal(self.events) * 100 / Decimal(self.total)
        step = Decimal("0.01") if hundredfold < 1 else Decimal("0.1")
        return str(hundredfold.quantize(step, rounding=ROUND_HALF_EVEN))

    @property
    def text(self) -> str:
        """The rate as one clause: counts, percentage, unit and population."""
        return f"{self.events:,}/{self.total:,} {self.unit} ({self.percent} %) of {self.population}"

    def agrees_with_print(self) -> bool:
        """Whether the paper's own percentage is what its counts give, to the decimals it printed."""
        if not self.printed:
            return True
        printed = Decimal(self.printed)
        unit_in_last_place = Decimal(1).scaleb(int(printed.as_tuple().exponent))
        return abs(printed - Decimal(self.events) * 100 / Decimal(self.total)) <= unit_in_last_place / 2


def as_json(rate: BaseRate) -> dict[str, Any]:
    """Return a count for a program: the fields that say something."""
    return {field.name: value for field in fields(rate) if (value := getattr(rate, field.name)) != field.default}


def from_json(said: Mapping[str, Any]) -> BaseRate:
    """Return the count of which `as_json` made this."""
    values: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in said.items()}
    return BaseRate(**values)


def _problem(rate: BaseRate) -> str:
    if rate.unit not in UNITS:
        return "its unit is none of " + ", ".join(sorted(UNITS))
    if not 0 <= rate.events <= rate.total or rate.total == 0:
        return "its events do not fit its total"
    if (rate.events == 0) != rate.none_stated:
        return "it has no events and does not say that none were stated, or the other way round"
    if not rate.cites:
        return "it cites nothing"
    if dangling := set(rate.cites) - set(works()):
        return f"it cites {', '.join(sorted(dangling))}, not on the shelf"
    if rate.overlaps and rate.overlaps not in works():
        return "it overlaps with a work that is not on the shelf"
    return "" if rate.agrees_with_print() else "its counts do not give the percentage that the paper prints"


@cache
def all_base_rates() -> tuple[BaseRate, ...]:
    """Every base rate, in file order, each checked when read."""
    return entries("base_rates.toml", BaseRate, _told, _problem)


@cache
def all_counts() -> tuple[BaseRate, ...]:
    """Every published count of the shelf: the base rates, and those kept for pooling only."""
    return (*all_base_rates(), *entries("series.toml", BaseRate, _told, _problem))


def published_series() -> tuple[BaseRate, ...]:
    """Every published count of the shelf that may be pooled: those that name a group."""
    return tuple(rate for rate in all_counts() if rate.group)


def _told(rate: BaseRate) -> str:
    return f"{rate.complication} {rate.events}/{rate.total}"


def base_rates(complication: str, procedure_kind: str | None = None) -> tuple[BaseRate, ...]:
    """The rates published for a complication: those counted after this kind of procedure first.

    The others follow in the order of the file, which puts first what tells most: no rate at all would read as "rare".
    """
    mine = [rate for rate in all_base_rates() if rate.complication == complication]
    if procedure_kind is None:
        return tuple(mine)
    return tuple(sorted(mine, key=lambda rate: procedure_kind not in rate.procedures))
