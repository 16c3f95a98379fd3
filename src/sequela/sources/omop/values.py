"""Numbers of a whole database, each in its own unit: counted where they lie, none of them taken out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

from sequela.course.catalogue import Kind, catalogue
from sequela.course.units import spelling
from sequela.errors import UnitError
from sequela.sources.omop.codes import lists
from sequela.sources.omop.resolving import Resolution, resolve
from sequela.sources.omop.units import line, told_by_value, unit_of_concept

if TYPE_CHECKING:
    import ibis
    import polars as pl

    from sequela.sources.omop.cdm import Database

VALUE = "measurement_source_value"
OTHERS = ("measurement_concept_id", "measurement_source_concept_id", "unit_concept_id", "unit_source_value")
GROUP = (VALUE, *OTHERS)
"""What a measurement's kind and unit are told by."""


def by_unit(database: Database, table: ibis.Table, resolution: Resolution) -> pl.DataFrame:
    """How many measurements come under each concept in each unit: `kind`, `unit`, `readable`, `rows`, `valued` (with a
    number), `timeless` (without a time of day), `least` and `greatest`, and the columns that tell the groups apart.

    `readable`: our table of the kind's units takes the unit, or none where it has none.
    """
    import polars as pl

    value, time = table.value_as_number, table.measurement_datetime
    timeless = time.isnull() | (time == time.truncate("D"))
    groups = database.to_polars(
        table.group_by(GROUP).aggregate(
            rows=table.count(),
            valued=value.count(),
            timeless=timeless.ifelse(1, 0).sum(),
            least=value.min(),
            greatest=value.max(),
        )
    )
    named = resolution.labelled(groups, "measurement", "kind").with_columns(
        unit=unit_of_concept(pl.col("unit_concept_id"), pl.col("unit_source_value"))
    )
    readable = [_readable(kind, unit) for kind, unit in named.select("kind", "unit").iter_rows()]
    return named.with_columns(readable=pl.Series(readable, dtype=pl.Boolean)).sort("kind", *GROUP)


def implausible(table: ibis.Table, groups: pl.DataFrame) -> Any:
    """That a value of some groups lies outside what a living patient can have, in its unit."""
    value = table.value_as_number
    outside = [
        _of_group(table, row) & value.notnull() & ~_any_of([value.between(one.low, one.high) for one in ranges])
        for row, ranges in _ranges(groups)
        # Only what the extremes of a group show to be there is looked for.
        if not any(one.low <= row["least"] and row["greatest"] <= one.high for one in ranges)
    ]
    # Of none of them, as a column that can be summed all the same.
    return _any_of(outside) if outside else value.isnull() & value.notnull()


def exceeding(
    database: Database,
    kind: str,
    limit: float | str | Fraction,
    unit: str | None = None,
    concepts: Collection[int] = (),
) -> tuple[int, int]:
    """Return how many plausible values of a whole database are more than a limit, and of how many persons.

    Parameters
    ----------
    kind : of the catalogue.
    limit, unit : the limit and its unit (default: the kind's own).
    concepts : only these of the kind's standard concepts.
    """
    entry = catalogue().kinds[kind]
    threshold = entry.convert(Fraction(str(limit)), unit or entry.unit)
    resolution = resolve(database, [lists("measurements")[kind]])
    source = database.table("measurement")
    table = resolution.matched(source, "measurement")
    if concepts:
        table = table.filter(table.measurement_concept_id.isin(sorted(concepts)))
    groups = by_unit(database, table, resolution).filter("readable")
    above = [
        _of_group(table, row)
        & table.value_as_number.between(one.low, one.high)
        & (table.value_as_number > float((threshold - one.offset) / one.factor))
        for row, ranges in _ranges(groups)
        for one in ranges
    ]
    return _counted(database, table, above)


@dataclass(frozen=True, slots=True)
class Range:
    """What is plausible of a kind in one unit, as that unit has it, and what leads from there to the kind's own."""

    low: float
    high: float
    factor: Fraction
    offset: Fraction


def _ranges(groups: pl.DataFrame) -> Iterator[tuple[dict[str, Any], list[Range]]]:
    """What has numbers, with the plausible range of each unit that they may be in.

    Groups that only their source values tell apart come together, with a list of these: a site may have thousands.
    """
    import polars as pl

    valued = groups.filter(pl.col("valued") > 0)
    together = valued.group_by("kind", "unit", *OTHERS, maintain_order=True).agg(
        VALUE, pl.col("least").min(), pl.col("greatest").max()
    )
    for row in together.iter_rows(named=True):
        kind = catalogue().kinds[row["kind"]]
        told = told_by_value(kind.key) if row["unit"] is None else ()
        limits: list[tuple[str | None, Fraction, Fraction]] = [(one.unit, one.low, one.high) for one in told]
        limits = limits or [_limits(kind, row["unit"])]
        yield row, [Range(float(low), float(high), *line(kind.key, unit)) for unit, low, high in limits]


def _limits(kind: Kind, unit: str | None) -> tuple[str | None, Fraction, Fraction]:
    """What is plausible of a kind in a unit, as the unit has it."""
    factor, offset = line(kind.key, unit)
    low, high = (kind.low - offset) / factor, (kind.high - offset) / factor
    own = kind.bounds.get(spelling(unit)) if unit else None
    return (unit, low, high) if own is None else (unit, max(low, own[0]), min(high, own[1]))


def _counted(database: Database, table: ibis.Table, conditions: Sequence[Any]) -> tuple[int, int]:
    """The rows, and their persons, that meet any of the conditions."""
    if not conditions:
        return 0, 0
    chosen = table.filter(_any_of(conditions))
    row = database.to_polars(chosen.aggregate(rows=chosen.count(), persons=chosen.person_id.nunique())).row(0)
    return int(row[0]), int(row[1])


def _any_of(conditions: Sequence[Any]) -> Any:
    """That any of the conditions holds, halved again and again: databases refuse thousands of them in a row."""
    middle = len(conditions) // 2
    return _any_of(conditions[:middle]) | _any_of(conditions[middle:]) if middle else conditions[0]


def _of_group(table: ibis.Table, row: dict[str, Any]) -> Any:
    """That a row is of one group; NULL is a value like any other here."""
    values = [value for value in row[VALUE] if value is not None]
    source = table[VALUE].isin(values)
    parts = [source | table[VALUE].isnull() if None in row[VALUE] else source]
    parts += [table[name].isnull() if row[name] is None else table[name] == row[name] for name in OTHERS]
    return reduce(and_, parts)


def _readable(kind: str, unit: str | None) -> bool:
    """Whether numbers of a kind in a unit are read; bare ones too where they have none, or tell it themselves."""
    if unit is None and told_by_value(kind):
        return True
    try:
        line(kind, unit)
    except UnitError:
        return False
    return True
