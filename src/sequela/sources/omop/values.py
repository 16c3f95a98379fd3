"""Numbers of a whole database, each in its own unit: counted where they lie, none of them taken out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from functools import reduce
from operator import or_
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

WRITTEN = ("measurement_concept_id", "measurement_source_concept_id", "measurement_source_value")
UNIT = ("unit_concept_id", "unit_source_value")
GROUP = (*WRITTEN, *UNIT)


def by_unit(database: Database, table: ibis.Table, resolution: Resolution) -> pl.DataFrame:
    """How many measurements come under each concept in each unit: `kind`, `unit`, `readable`, `rows`, `valued` (with a
    number), and the columns that tell the groups apart.

    `readable`: our table of the kind's units takes the unit, or none where it has none.
    """
    import polars as pl

    groups = database.to_polars(
        table.group_by(GROUP).aggregate(rows=table.count(), valued=table.value_as_number.count())
    )
    named = resolution.labelled(groups, "measurement", "kind").with_columns(
        unit=unit_of_concept(pl.col("unit_concept_id"), pl.col("unit_source_value"))
    )
    readable = [_readable(kind, unit) for kind, unit in named.select("kind", "unit").iter_rows()]
    return named.with_columns(readable=pl.Series(readable, dtype=pl.Boolean)).sort("kind", *GROUP)


def implausible(database: Database, table: ibis.Table, groups: pl.DataFrame) -> int:
    """How many values of some groups lie outside what a living patient can have, in their unit."""
    value = table.value_as_number
    outside = [
        mine & value.notnull() & ~reduce(or_, (inside for inside, _ in units))
        for mine, units in _plausible(table, groups)
    ]
    return _counted(database, table, outside)[0]


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
    table = source.filter(resolution.matching(source, "measurement"))
    if concepts:
        table = table.filter(table.measurement_concept_id.isin(sorted(concepts)))
    groups = by_unit(database, table, resolution).filter("readable")
    above = [
        mine & inside & (table.value_as_number > float((threshold - offset) / factor))
        for mine, units in _plausible(table, groups)
        for inside, (factor, offset) in units
    ]
    return _counted(database, table, above)


def _plausible(
    table: ibis.Table, groups: pl.DataFrame
) -> list[tuple[Any, list[tuple[Any, tuple[Fraction, Fraction]]]]]:
    """For each group that a row is of it; for each unit that a number is plausible, and what leads to ours."""
    found = []
    for row in groups.iter_rows(named=True):
        kind, value = catalogue().kinds[row["kind"]], table.value_as_number
        told = told_by_value(kind.key) if row["unit"] is None else ()
        limits: list[tuple[str | None, Fraction, Fraction]] = [(one.unit, one.low, one.high) for one in told]
        limits = limits or [_limits(kind, row["unit"])]
        units = [(value.between(float(low), float(high)), line(kind.key, unit)) for unit, low, high in limits]
        found.append((_of_group(table, row), units))
    return found


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
    chosen = table.filter(reduce(or_, conditions))
    row = database.to_polars(chosen.aggregate(rows=chosen.count(), persons=chosen.person_id.nunique())).row(0)
    return int(row[0]), int(row[1])


def _of_group(table: ibis.Table, row: dict[str, Any]) -> Any:
    """That a row is of one group; NULL is a value like any other here."""
    parts = [table[name].isnull() if row[name] is None else table[name] == row[name] for name in GROUP]
    return reduce(lambda one, other: one & other, parts)


def _readable(kind: str, unit: str | None) -> bool:
    """Whether numbers of a kind in a unit are read; bare ones too where they have none, or tell it themselves."""
    if unit is None and told_by_value(kind):
        return True
    try:
        line(kind, unit)
    except UnitError:
        return False
    return True
