"""Where two shelves say different things of the same episodes: two frames of spans, one frame of differences."""

from __future__ import annotations

from typing import TypeAlias

import polars as pl

OUTPUT = ("episode", "what", "key")
"""What a span is a span of."""
DIFFERENCES = (*OUTPUT, "from", "until", "was", "becomes")
"""The columns of differences."""
OVER = ""
"""What is said after the end."""
Differences: TypeAlias = pl.DataFrame
"""A frame with the columns DIFFERENCES."""


def differences(one: pl.DataFrame, other: pl.DataFrame) -> Differences:
    """Return each time during which the two said different things, `until` null while they still do.

    Both are spans of the same episodes, in the same order.
    """
    both = _steps(one, "was").join(
        _steps(other, "becomes"), on=[*OUTPUT, "from"], how="full", coalesce=True, maintain_order="left_right"
    )
    place = {episode: number for number, episode in enumerate(one["episode"].unique(maintain_order=True))}
    both = both.with_columns(place=pl.col("episode").replace_strict(place, return_dtype=pl.Int64))
    both = both.sort("place", "what", "key", "from", maintain_order=True).with_columns(
        pl.col("was", "becomes").forward_fill().over(OUTPUT)
    )
    # Nothing was said yet by one of the two: a procedure is known to both at once, so this is only what neither names.
    both = both.with_columns(pl.col("was", "becomes").fill_null(OVER))
    changed = pl.any_horizontal(pl.col(name) != pl.col(name).shift(1).over(OUTPUT) for name in ("was", "becomes"))
    both = both.filter(changed.fill_null(value=True)).with_columns(until=pl.col("from").shift(-1).over(OUTPUT))
    return both.filter(pl.col("was") != pl.col("becomes")).select(DIFFERENCES)


def _steps(spans: pl.DataFrame, name: str) -> pl.DataFrame:
    """What was said from when on, and from when nothing was said any more."""
    said = spans.select(*OUTPUT, "from", pl.col("is").alias(name))
    ends = spans.filter(pl.col("until").is_not_null()).select(
        *OUTPUT, pl.col("until").alias("from"), pl.lit(OVER).alias(name)
    )
    return pl.concat([said, ends]).unique([*OUTPUT, "from"], keep="first", maintain_order=True)
