"""Measurements as the record has them: units, rounding, comparators, late, corrected, withdrawn, told twice, dated."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from sequela.course.catalogue import catalogue
from sequela.sources.synthetic import text
from sequela.sources.synthetic.curves import said_yes
from sequela.sources.synthetic.kinetics import Book, book
from sequela.sources.synthetic.measuring import Measured
from sequela.sources.synthetic.occasions import BEFORE, OUTPATIENT
from sequela.sources.synthetic.patients import Flags, Floats, Ints, Patients

if TYPE_CHECKING:
    import polars

FINAL, CORRECTED, WITHDRAWN = range(3)
STATUSES = ["final", "corrected", "entered-in-error"]
SYSTEMS = 3
"""The systems of units a record may use: its own, the other, katals."""
OWN, OTHER, KATAL = range(SYSTEMS)
COMPARATORS = ["<", ">"]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table of facts, with what is needed to write their times; `dated` rows say only the day."""

    row: Ints
    fact: Ints
    version: Ints
    at: Ints
    known: Ints
    status: Ints
    dated: Flags
    unsaid: Flags
    columns: dict[str, Ints]

    def __len__(self) -> int:
        return len(self.row)

    def take(self, places: Ints | Flags) -> Rows:
        """Some of the rows, in that order."""
        names = ("row", "fact", "version", "at", "known", "status", "dated", "unsaid")
        parts = {name: getattr(self, name)[places] for name in names}
        return Rows(**parts, columns={key: values[places] for key, values in self.columns.items()})


def observations(rng: np.random.Generator, found: Measured, patients: Patients, upto: int) -> polars.DataFrame:
    """The `observations` table of a chunk, of the first `upto` episodes."""
    import polars as pl

    numbers = book()
    tables = _tables()
    count = len(found)
    coded = tables.coded[found.kind]
    system = _systems(rng, found, patients, numbers)
    error = np.where(said_yes(rng, 0.5, count), -1.0, 1.0)
    dated = said_yes(rng, _dateable(found, numbers), count)
    dated &= ~np.isin(found.kind, tables.vital)
    rows = Rows(
        row=found.row,
        fact=np.zeros(count, dtype=np.int64),
        version=np.ones(count, dtype=np.int64),
        at=found.at,
        known=found.known,
        status=np.zeros(count, dtype=np.int64),
        dated=dated,
        unsaid=said_yes(rng, numbers.rates["known-unsaid"].value, count),
        columns={"kind": found.kind, "system": system},
    )
    order = np.lexsort((found.kind, found.at, found.row))
    rows, value, error, coded = rows.take(order), found.value[order], error[order], coded[order]
    rows = replace(rows, fact=_numbered(rows.row))
    rows, wrong, twice = spoiled(rng, rows, numbers, np.zeros(count, dtype=np.bool_))
    by = tables.mistake[rows.columns["kind"]] * np.select(
        [wrong == CORRECTED, wrong == WITHDRAWN], [1.0, numbers.rates["withdrawn-worse"].value], 0.0
    )
    # The first version of a fact that is mended later holds the mistake; a withdrawn one keeps it.
    mistaken = (rows.version == 1) | (rows.status == WITHDRAWN)
    seen = value[twice] * np.where(mistaken & ~coded[twice], 1 + error[twice] * by, 1.0)
    rows.columns["number"], rows.columns["decimals"], rows.columns["comparator"], rows.columns["word"] = _written(
        rows, seen, tables
    )
    keep = rows.row < upto
    rows = rows.take(np.flatnonzero(keep)) if upto < len(patients) else rows
    kind = rows.columns["kind"]
    frame = framed(rows, patients, "o")
    return frame.select(
        "episode",
        "fact",
        "version",
        text.gathered(list(numbers.panel), kind).alias("kind"),
        text.numbers(rows.columns["number"], rows.columns["decimals"], rows.columns["word"]).alias("value"),
        text.gathered(COMPARATORS, rows.columns["comparator"]).alias("comparator"),
        text.gathered(tables.units, tables.unit[kind, rows.columns["system"]]).alias("unit"),
        "at",
        "known_at",
        pl.col("status"),
    )


def framed(rows: Rows, patients: Patients, prefix: str) -> polars.DataFrame:
    """The columns that every table of facts has."""
    import polars as pl

    offset = patients.offset[rows.row]
    at, known = text.times(rows.at, offset), text.times(rows.known, offset)
    day = text.dates(rows.at, offset)
    return pl.DataFrame(
        {
            "episode": text.gathered(episode_names(patients), rows.row),
            "fact": text.numbered(prefix, rows.fact),
            "version": rows.version.astype(np.int32),
            "status": text.gathered(STATUSES, rows.status),
            "exact": at,
            "day": day,
            "known": known,
            "dated": rows.dated,
            "unsaid": rows.unsaid,
        }
    ).select(
        "episode",
        "fact",
        "version",
        pl.when("dated").then("day").otherwise("exact").alias("at"),
        pl.when("unsaid").then(None).otherwise("known").alias("known_at"),
        "status",
    )


def spoiled(rng: np.random.Generator, rows: Rows, numbers: Book, steady: Flags) -> tuple[Rows, Ints, Ints]:
    """The rows with what goes wrong on a ward; for each what became of its fact, and which row it was.

    `steady` facts (an admission, a death) are never late nor mended.
    """
    count = len(rows)
    rates = numbers.rates
    late = said_yes(rng, rates["late"].value, count) & ~steady
    by = np.maximum(
        rates["late-by"].value * np.exp(rates["late-by"].spread * rng.standard_normal(count)), rates["late-least"].value
    )
    known = rows.known + np.where(late, np.rint(by * 3600), 0).astype(np.int64)
    # A day is known at its end; what it says comes out the day after.
    known = np.where(rows.dated, np.maximum(known, (rows.at // 86_400 + 1) * 86_400 + known % 43_200), known)
    draw = rng.random(count)
    corrected, withdrawn = rates["corrected"].value, rates["withdrawn"].value
    wrong = np.where(draw < corrected, CORRECTED, np.where(draw < corrected + withdrawn, WITHDRAWN, FINAL))
    wrong[steady] = FINAL
    names = ("corrected-after", "withdrawn-after")
    hours = np.where(wrong == CORRECTED, *(rates[name].value for name in names))
    sd = np.where(wrong == CORRECTED, *(rates[name].spread for name in names))
    after = np.rint(hours * 3600 * np.exp(sd * rng.standard_normal(count))).astype(np.int64) + 60
    again = np.flatnonzero(wrong != FINAL)
    copied = np.flatnonzero(said_yes(rng, rates["duplicated"].value, count) & ~steady)
    first = replace(rows, known=known, unsaid=rows.unsaid & (wrong == FINAL) & ~late)
    second = first.take(again)
    second = replace(
        second,
        version=np.full(again.size, 2, dtype=np.int64),
        known=known[again] + after[again],
        status=wrong[again],
    )
    copies = first.take(copied)
    places = np.concatenate([np.arange(count), again, copied])
    joined = _concatenated([first, second, copies])
    order = np.lexsort((joined.version, joined.fact, joined.row))
    return joined.take(order), wrong[places][order], places[order]


def episode_names(patients: Patients) -> list[str]:
    """What the episodes of a chunk are called."""
    return [f"S{patients.first + i:07d}" for i in range(len(patients))]


def _concatenated(parts: list[Rows]) -> Rows:
    names = ("row", "fact", "version", "at", "known", "status", "dated", "unsaid")
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    keys = parts[0].columns
    return Rows(**joined, columns={key: np.concatenate([part.columns[key] for part in parts]) for key in keys})


def _numbered(row: Ints) -> Ints:
    """The place of each row within its episode; rows come episode by episode."""
    if not row.size:
        return row
    starts = np.flatnonzero(np.diff(row, prepend=-1))
    lengths = np.diff(np.append(starts, row.size))
    return np.arange(row.size) - np.repeat(starts, lengths) + 1


def _dateable(found: Measured, numbers: Book) -> Floats:
    """How often only the day is known: of blood drawn elsewhere more often than in hospital."""
    elsewhere = (found.context == OUTPATIENT) | (found.context == BEFORE)
    return np.where(elsewhere, *(numbers.rates[name].value for name in ("date-only-elsewhere", "date-only")))


def _systems(rng: np.random.Generator, found: Measured, patients: Patients, numbers: Book) -> Ints:
    """The system of units of each observation: the record's, but now and then the other."""
    rates = numbers.rates
    other = said_yes(rng, rates["other-units"].value, len(patients))
    katal = said_yes(rng, rates["katals"].value, len(patients)) & ~other
    system = np.where(other, OTHER, np.where(katal, KATAL, OWN))[found.row]
    flipped = said_yes(rng, rates["other-units-elsewhere"].value, len(found))
    return np.where(flipped, np.where(system == OTHER, OWN, OTHER), system)


@dataclass(frozen=True, slots=True)
class _Tables:
    """What is known of every kind and system of units, in arrays."""

    coded: Flags
    vital: Ints
    units: list[str | None]
    unit: Ints
    factor: Floats
    offset: Floats
    decimals: Ints
    below: Floats
    above: Floats
    first_word: Ints
    mistake: Floats


@cache
def _tables() -> _Tables:
    numbers = book()
    kinds = list(numbers.panel)
    writing = [numbers.writing[kind] for kind in kinds]
    units: list[str | None] = [*sorted({unit for entry in writing for unit in entry.units})]
    shape = (len(kinds), SYSTEMS)
    factor, offset = np.ones(shape), np.zeros(shape)
    for i, kind in enumerate(kinds):
        entry = catalogue().kinds[kind]
        for j, unit in enumerate(writing[i].units):
            if not writing[i].words:
                zero, one = (entry.convert(Decimal(n), unit) for n in (0, 1))
                factor[i, j], offset[i, j] = float(one - zero), float(zero)
    place = {unit: -1 if unit == "" else index for index, unit in enumerate(units)}
    return _Tables(
        coded=np.array([bool(entry.words) for entry in writing]),
        vital=np.array([i for i, kind in enumerate(kinds) if numbers.panel[kind]["group"] == "vitals"]),
        units=units,
        unit=np.array([[place[unit] for unit in entry.units] for entry in writing]),
        factor=factor,
        offset=offset,
        decimals=np.array([entry.decimals for entry in writing]),
        below=np.array([-np.inf if entry.below is None else entry.below for entry in writing]),
        above=np.array([np.inf if entry.above is None else entry.above for entry in writing]),
        mistake=np.array(
            [numbers.rates["corrected-by"].value if entry.mistake is None else entry.mistake for entry in writing]
        ),
        first_word=np.array([text.word(entry.words[0]) if entry.words else -1 for entry in writing]),
    )


def _written(rows: Rows, value: Floats, tables: _Tables) -> tuple[Ints, Ints, Ints, Ints]:
    """Each value in units of its last decimal, its decimals, its comparator and its word, -1 where there is none."""
    kind, system = rows.columns["kind"], rows.columns["system"]
    below, above = tables.below[kind], tables.above[kind]
    comparator = np.where(value < below, 0, np.where(value > above, 1, -1))
    shown = np.clip(value, below, above)
    decimals = tables.decimals[kind, system]
    number = np.rint((shown - tables.offset[kind, system]) / tables.factor[kind, system] * 10.0**decimals)
    first = tables.first_word[kind]
    word = np.where(first >= 0, first + np.rint(value).astype(np.int64), -1)
    return np.maximum(number, 0).astype(np.int64), decimals, comparator, word
