"""Whole columns of a table, read exactly as their cells would be: each distinct cell once, then joined back.

Imported only where a course folder is read: it brings Polars with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timezone, tzinfo
from typing import Any

import polars as pl
from polars.datatypes import DataType, DataTypeClass

from sequela.course import clock
from sequela.course.facts import Precision
from sequela.errors import InputError
from sequela.sources.cells import as_written, text, whole
from sequela.sources.elements import Malformed

BLANKS = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
"""What Python strips from a text; Polars would leave some of it."""
PRECISIONS = list(Precision)
"""A precision is its place in this list."""
WELL_FORMED = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9]"
"""The beginning of a time that Polars reads as we mean it; anything else goes the long way."""
WALL_CLOCK = len("2026-03-01T10:00:00")
ANY_DAY = "2026-03-01T10:00:00"

Schema = Mapping[str, DataType | DataTypeClass]
MOMENT: Schema = {"at": pl.Int64, "precision": pl.UInt8, "zoneless": pl.Boolean, "malformed": pl.Boolean}


def coded(frame: pl.DataFrame, schema: Schema, read: Callable[..., Sequence[Any]]) -> tuple[pl.Series, pl.DataFrame]:
    """For every row the place of its answer, and the answers of a function that is asked once for each distinct row."""
    names = [f"cell {index}" for index in range(frame.width)]
    cells = frame.select(pl.nth(index).alias(name) for index, name in enumerate(names))
    if any(dtype.is_nested() for dtype in frame.dtypes):
        distinct, codes = cells, pl.Series(range(cells.height), dtype=pl.UInt32)
    else:
        groups = cells.with_row_index("row").group_by(names).agg("row")
        distinct, places = groups.select(names), groups.select(pl.int_range(pl.len(), dtype=pl.UInt32), "row")
        flat = places.explode("row")
        codes = pl.zeros(frame.height, pl.UInt32, eager=True).scatter(flat.to_series(1), flat.to_series(0))
    return codes, pl.DataFrame([read(*row) for row in distinct.iter_rows()], schema=dict(schema), orient="row")


def each(frame: pl.DataFrame, schema: Schema, read: Callable[..., Sequence[Any]]) -> pl.DataFrame:
    """The answers of a function for every row, asked once for each distinct one."""
    codes, answers = coded(frame, schema, read)
    return answers[codes]


def texts(frame: pl.DataFrame, name: str) -> pl.Series:
    """A column as text without blanks around it; null where it is empty or missing."""
    column = _column(frame, name)
    if column.dtype in (pl.Categorical, pl.Enum) or column.dtype.is_integer():
        column = column.cast(pl.String)
    if column.dtype != pl.String:
        return each(column.to_frame(), {name: pl.String}, lambda cell: (text(cell),))[name]
    return column.to_frame().select(_stripped(name))[name]


def cells(frame: pl.DataFrame, name: str) -> pl.Series:
    """A column as the table has it; nulls where it is missing."""
    column = _column(frame, name)
    return column.cast(pl.String) if column.dtype in (pl.Categorical, pl.Enum) else column


def wholes(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """The whole numbers of a column, and whether a cell is none: columns `number` and `malformed`."""

    def read(cell: object) -> tuple[int | None, bool]:
        try:
            return whole(cell), False
        except Malformed:
            return None, True

    return each(cells(frame, name).to_frame(), {"number": pl.Int64, "malformed": pl.Boolean}, read)


def moments(frame: pl.DataFrame, name: str, zone: tzinfo) -> pl.DataFrame:
    """The times of a column as `course.clock` reads them; `at` is null where a cell is empty or malformed."""
    written = _written(cells(frame, name))
    if written.dtype != pl.String:
        # A number, a truth, a time of day: nothing that names an instant.
        bad = written.is_not_null().alias("malformed").to_frame()
        nothing = (pl.lit(None, dtype).alias(key) for key, dtype in MOMENT.items() if key in ("at", "precision"))
        return bad.select(*nothing, pl.lit(False).alias("zoneless"), "malformed")
    text = pl.col("text")
    split = written.to_frame("text").select(
        "text",
        tail=text.str.slice(WALL_CLOCK),
        wall=pl.when(text.str.contains(WELL_FORMED)).then(
            text.str.head(WALL_CLOCK).str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="ms")
        ),
    )
    tails = each(split.select("tail"), {"offset": pl.Int64, "zoneless": pl.Boolean}, lambda tail: _tail(tail, zone))
    year = pl.col("wall").dt.year().is_between(clock.FIRST_YEAR, clock.LAST_YEAR)
    at = pl.when(year).then(pl.col("wall").dt.epoch("s") - pl.col("offset"))
    read = split.hstack(tails).select(
        "text",
        at=at,
        precision=pl.when(text.is_not_null()).then(pl.lit(PRECISIONS.index(Precision.SECOND), pl.UInt8)),
        zoneless=pl.col("zoneless").fill_null(False),
        malformed=pl.lit(False),
    )
    rest = read.select(pl.arg_where(pl.col("at").is_null() & text.is_not_null())).to_series()
    if len(rest):
        slow = each(read["text"][rest].to_frame(), MOMENT, lambda cell: _moment(cell.strip(), zone))
        read = read.with_columns(read[key].scatter(rest, slow[key]) for key in MOMENT)
    return read.select(list(MOMENT))


def _column(frame: pl.DataFrame, name: str) -> pl.Series:
    return frame[name] if name in frame.columns else pl.Series(name, [None], pl.String).new_from_index(0, frame.height)


def _stripped(name: str) -> pl.Expr:
    stripped = pl.col(name).str.strip_chars(BLANKS)
    return pl.when(stripped != "").then(stripped).alias(name)


def _written(column: pl.Series) -> pl.Series:
    """Typed times as text; a cell of any other type that is no text stays as it is."""
    dtype = column.dtype
    if dtype == pl.Null:
        return column.cast(pl.String)
    if dtype == pl.Date:
        return column.dt.strftime("%Y-%m-%d")
    if not isinstance(dtype, pl.Datetime):
        return column
    if dtype.time_zone in (None, "UTC"):
        return column.dt.strftime("%Y-%m-%dT%H:%M:%S" + ("Z" if dtype.time_zone else ""))
    # Only Python writes the offsets of every zone and century as our reader of single times sees them.
    return pl.Series(column.name, [as_written(cell) for cell in column], pl.String)


def _tail(tail: str | None, zone: tzinfo) -> tuple[int | None, bool]:
    """The offset that stands behind a wall clock, and whether it is missing; none where the day decides it."""
    if tail is None or (not isinstance(zone, timezone) and "Z" not in tail and "+" not in tail and "-" not in tail):
        return None, False
    try:
        moment = clock.parse(ANY_DAY + tail, zone)
    except InputError:
        return None, False
    return moment.offset, moment.zoneless


def _moment(written: str, zone: tzinfo) -> tuple[int | None, int | None, bool, bool]:
    if not written:
        return None, None, False, False
    try:
        moment = clock.parse(written, zone)
    except InputError:
        return None, None, False, True
    return moment.at, PRECISIONS.index(moment.precision), moment.zoneless, False
