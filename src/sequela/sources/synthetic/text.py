"""Numbers and times as text, many at a time: gathered from tables made once, which is faster than writing each."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import polars

LARGEST = 65_535
"""The largest number, in units of its last decimal, that has a place in the table."""
DECIMALS = 3
"""How many columns the table has: no decimal, one, two."""
DAY = 86_400
FIRST_DAY, LAST_DAY = 18_262, 22_645
"""The days since 1970-01-01 that have a place: 2020-01-01 to 2031-12-31."""

Ints = NDArray[np.int64]


def numbers(scaled: Ints, decimals: Ints, words: Ints | None = None) -> polars.Series:
    """Whole numbers of units of their last decimal as text; where `words` is not negative, that word instead."""
    index = np.clip(scaled, 0, LARGEST) + decimals * (LARGEST + 1)
    if words is not None:
        index = np.where(words >= 0, DECIMALS * (LARGEST + 1) + words, index)
    return _numbers().gather(_series(index))


@cache
def word(text: str) -> int:
    """The place of a word in the table."""
    return _words().index(text)


def times(utc: Ints, offset: Ints) -> polars.Series:
    """Instants as ISO 8601 with their offset east of UTC, to the second."""
    import polars as pl

    local = utc + offset
    day, second = np.divmod(local, DAY)
    parts = pl.DataFrame(
        {
            "day": _days().gather(_series(day - FIRST_DAY)),
            "time": _times().gather(_series(second)),
            "zone": _zones().gather(_series(offset // 3600)),
        }
    )
    return parts.select(pl.concat_str("day", "time", "zone")).to_series()


def dates(utc: Ints, offset: Ints) -> polars.Series:
    """Local dates of instants, as text."""
    return _days().gather(_series((utc + offset) // DAY - FIRST_DAY))


def numbered(prefix: str, index: Ints) -> polars.Series:
    """Texts such as `o17`, from the number in each row."""
    import polars as pl

    return (
        pl.DataFrame({"n": _series(index)})
        .select(pl.concat_str(pl.lit(prefix), pl.col("n").cast(pl.String)))
        .to_series()
    )


def gathered(table: list[str] | list[str | None], index: Ints) -> polars.Series:
    """Texts of a table by their places; a place below 0 is empty."""
    import polars as pl

    places = pl.Series("", index.astype(np.int64)) if index.size else pl.Series("", [], dtype=pl.Int64)
    values = pl.Series("", [*table, None], dtype=pl.String)
    return values.gather(
        places.to_frame().select(pl.when(pl.col("") < 0).then(len(table)).otherwise(pl.col(""))).to_series()
    )


def _series(index: Ints) -> Any:
    import polars as pl

    return pl.Series("", index.astype(np.uint32), dtype=pl.UInt32)


def _words() -> list[str]:
    from sequela.sources.synthetic.kinetics import book

    return [w for writing in book().writing.values() for w in writing.words]


@cache
def _numbers() -> polars.Series:
    import polars as pl

    table = [str(n) for n in range(LARGEST + 1)]
    table += [f"{n // 10}.{n % 10}" for n in range(LARGEST + 1)]
    table += [f"{n // 100}.{n % 100:02d}" for n in range(LARGEST + 1)]
    return pl.Series("", table + _words())


@cache
def _days() -> polars.Series:
    import polars as pl

    days = np.arange(FIRST_DAY, LAST_DAY + 1).astype("datetime64[D]")
    return pl.Series("", [str(day) for day in days])


@cache
def _times() -> polars.Series:
    import polars as pl

    return pl.Series("", [f"T{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(DAY)])


@cache
def _zones() -> polars.Series:
    import polars as pl

    return pl.Series("", [f"+{hours:02d}:00" for hours in range(15)])
