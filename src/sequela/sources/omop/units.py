"""The unit of a row of a CDM: by its concept, else as the source wrote it; no unit at all stays none.

A unit_concept_id of NULL means that the source gave no unit, 0 that it gave one which nobody mapped. Either way a unit
written in unit_source_value is read: each kind's own table decides what it takes, and a kind that has units takes no
number without one, unless the number itself can only be in one of them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib import resources
from itertools import combinations
from typing import TYPE_CHECKING, Any

from sequela.course.catalogue import catalogue

if TYPE_CHECKING:
    import polars as pl


@cache
def units() -> Mapping[int, str]:
    """The units of `units.toml` by concept."""
    return {int(concept): unit for concept, unit in _read()["units"].items()}


@dataclass(frozen=True, slots=True)
class Told:
    """A unit that a bare number is in if it lies between two others, which no other unit's plausible values reach."""

    unit: str
    low: Fraction
    high: Fraction


@cache
def told_by_value(kind: str) -> tuple[Told, ...]:
    """The units that a number of a kind tells by its size; none where their plausible values would overlap."""
    entry = catalogue().kinds[kind]
    found = []
    for unit in _read()["told_by_value"].get(kind, ()):
        factor, offset = line(kind, unit)
        found.append(Told(unit, (entry.low - offset) / factor, (entry.high - offset) / factor))
    if any(one.low <= other.high and other.low <= one.high for one, other in combinations(found, 2)):
        raise ValueError(f"{kind}: plausible values in two units overlap")
    return tuple(found)


def line(kind: str, unit: str | None) -> tuple[Fraction, Fraction]:
    """Factor and offset from a unit to the kind's own.

    Raises
    ------
    UnitError
        When it does not belong to the kind.
    """
    table = catalogue().kinds[kind].table
    offset = table.convert(0, unit)
    return table.convert(1, unit) - offset, offset


def unit_told(kind: pl.Expr, number: pl.Expr) -> pl.Expr:
    """The unit of bare numbers that can be in one only; null for any other."""
    import polars as pl

    told = pl.lit(None, pl.String)
    for key in _read()["told_by_value"]:
        for one in told_by_value(key):
            inside = (kind == key) & number.is_between(float(one.low), float(one.high))
            told = pl.when(inside).then(pl.lit(one.unit)).otherwise(told)
    return told


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("units.toml").read_text(encoding="utf-8"))


def unit_of_concept(concept: pl.Expr, written: pl.Expr) -> pl.Expr:
    """The unit as text: of the concept, or the source's own word where no known concept stands; null for none."""
    import polars as pl

    return pl.coalesce(concept.replace_strict(dict(units()), default=None, return_dtype=pl.String), written)
