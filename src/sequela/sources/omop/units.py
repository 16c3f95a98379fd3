"""The unit of a row of a CDM: by its concept, else as the source wrote it; no unit at all stays none.

A unit_concept_id of NULL means that the source gave no unit, 0 that it gave one which nobody mapped. Either way a unit
written in unit_source_value is read: each kind's own table decides what it takes, and a kind that has units takes no
number without one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


@cache
def units() -> Mapping[int, str]:
    """The units of `units.toml` by concept."""
    read = tomllib.loads(resources.files(__package__).joinpath("units.toml").read_text(encoding="utf-8"))
    return {int(concept): unit for concept, unit in read["units"].items()}


def unit_of_concept(concept: pl.Expr, written: pl.Expr) -> pl.Expr:
    """The unit as text: of the concept, or the source's own word where no known concept stands; null for none."""
    import polars as pl

    return pl.coalesce(concept.replace_strict(dict(units()), default=None, return_dtype=pl.String), written)
