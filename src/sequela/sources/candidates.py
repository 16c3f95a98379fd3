"""Rows of a course folder's fact tables into candidates: versions of facts, read but not yet settled.

Imported only where a course folder is read: it brings Polars with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import polars as pl

from sequela.course.facts import Precision, Status
from sequela.sources import cells
from sequela.sources.cells import GONE, STRANGER, Content
from sequela.sources.columns import PRECISIONS, Schema, coded, each, moments, texts, wholes
from sequela.sources.columns import cells as raw
from sequela.sources.elements import Times
from sequela.sources.receipt import Category, Receipt

ORIGINS = ("background", "events", "findings", "observations", "reports")
"""The tables of facts, in the order of their names: a fact is named `table/name`, and sorts by that."""
READ: Mapping[str, tuple[Callable[..., Content], tuple[str, ...]]] = {
    "background": (cells.noted, ("item", "value")),
    "events": (cells.happened, ("event", "detail")),
    "findings": (cells.found, ("finding", "presence", "site")),
    "observations": (cells.measured, ("kind", "value", "unit", "comparator")),
}
"""What reads the content of a table's rows, and from which columns; `wording` reads the texts of reports."""
STATUSES = list(Status)
FINAL, WITHDRAWN = STATUSES.index(Status.FINAL), STATUSES.index(Status.ENTERED_IN_ERROR)
UNVERIFIED = STATUSES.index(Status.UNVERIFIED)
SECOND, MINUTE = PRECISIONS.index(Precision.SECOND), PRECISIONS.index(Precision.MINUTE)
SILENT = len(GONE)
"""Behind the statuses by which a row takes its fact back: a later version of a report that says it no more."""
ALWAYS, LAST = 0, 10**9
"""When a withdrawal that carries no time was so: before any fact it could be about; its version, if it has none."""

CONTENT: Schema = {
    "key": pl.String,
    "low": pl.Int64,
    "high": pl.Int64,
    "low_open": pl.Boolean,
    "high_open": pl.Boolean,
    "presence": pl.String,
    "site": pl.String,
    "detail": pl.String,
    "content": pl.String,
    "delay": pl.Int64,
    "problem": pl.String,
    "doubtful": pl.String,
    "mute": pl.Boolean,
}
ROWS: Schema = {
    "place": pl.UInt32,
    "origin": pl.UInt8,
    "name": pl.String,
    "version": pl.Int64,
    "at": pl.Int64,
    "known_at": pl.Int64,
    "known_from": pl.Int64,
    "status": pl.UInt8,
    "precision": pl.UInt8,
    "assumed": pl.Boolean,
    "gone": pl.UInt8,
    "content": pl.UInt32,
}
PROBLEMS = (
    STRANGER,
    "rejected: a row without a fact",
    "rejected: malformed time",
    "dropped: no time",
    "rejected: a column that is not a whole number",
    "rejected: unknown status",
)
"""What can be wrong with any row, in the order in which it is looked for; then comes what is wrong with its content."""
SAID = ("key", "low", "high", "low_open", "high_open", "presence", "site", "detail")


@dataclass(frozen=True, slots=True)
class Candidates:
    """The versions of a table's facts, and their distinct `contents`, in order.

    `rows` has the columns ROWS: `place` is the episode's, `gone` says by which status the row takes its fact back,
    `content` is a place in `contents`, which has the columns SAID.
    """

    table: str
    rows: pl.DataFrame
    contents: pl.DataFrame


def candidates(table: str, frame: pl.DataFrame, index: pl.DataFrame, times: Times, receipt: Receipt) -> Candidates:
    """The candidates in the rows of a table; their `place` is a row of the index, which has `start` and `birth`.

    Every row is counted as read; what becomes of a candidate is for who settles them to say.
    """
    read, about = READ[table]
    place = frame["place"]
    frame = frame.with_columns(index["start"][place], index["birth"][place])
    codes, answers = coded(pl.DataFrame([raw(frame, name) for name in about]), CONTENT, read)
    # A content's place in the order of contents as texts says the same as the text, and is cheaper to compare.
    answers = answers.with_columns(place=pl.col("content").rank("dense").cast(pl.UInt32) - 1)
    contents = answers.unique("place").sort("place").select(list(SAID))
    told = pl.concat([answers["problem"], answers["doubtful"]]).drop_nulls().unique(maintain_order=True)
    problems = list(dict.fromkeys([*PROBLEMS, *told]))
    places = dict(zip(problems, range(len(problems)), strict=True))
    said = answers.select(
        content="place",
        delay="delay",
        mute="mute",
        said=pl.col("problem").replace_strict(places, default=None, return_dtype=pl.UInt8),
        doubtful=pl.col("doubtful").replace_strict(places, default=None, return_dtype=pl.UInt8),
    )[codes]
    rows = _background(frame, said, contents) if table == "background" else versions(frame, said, times)
    if table == "findings":
        alone = pl.when(pl.col("status") == UNVERIFIED).then("doubtful")
        rows = rows.hstack([said["doubtful"]]).with_columns(problem=pl.coalesce("problem", alone))
    rows = usable(rows, problems, receipt).with_columns(origin=pl.lit(ORIGINS.index(table)))
    return Candidates(table, rows.select(pl.col(name).cast(dtype) for name, dtype in ROWS.items()), contents)


def usable(rows: pl.DataFrame, problems: Sequence[str], receipt: Receipt) -> pl.DataFrame:
    """The rows that nothing is wrong with; every row is counted as read, the others with what is wrong with them."""
    for problem, number in rows.drop_nulls("problem").group_by("problem").len().iter_rows():
        category, _, reason = problems[problem].partition(": ")
        receipt.count(cast(Category, category), reason, number)
    good = pl.col("problem").is_null()
    # A withdrawal without a time of its own stands before every birth, and is meant none the less.
    unborn = (pl.col("at") < pl.col("birth")).fill_null(False) & pl.col("gone").is_null()
    candidates, too_early = rows.select(good.sum(), early=(good & unborn).sum()).row(0)
    receipt.candidates(candidates)
    receipt.settle("dropped", "before birth", too_early)
    return rows.filter(good & ~unborn)


def _background(frame: pl.DataFrame, said: pl.DataFrame, contents: pl.DataFrame) -> pl.DataFrame:
    """Rows of `background`: it was so, and known, the second before the procedure began."""
    before = pl.col("start") - 1
    return (
        frame.select("place", "start", "birth")
        .hstack(said)
        .with_columns(
            name=contents["key"][said["content"]],
            version=1,
            at=before,
            known_at=before,
            known_from=before,
            status=FINAL,
            precision=SECOND,
            assumed=False,
            gone=None,
            problem="said",
        )
    )


def versions(frame: pl.DataFrame, said: pl.DataFrame, times: Times) -> pl.DataFrame:
    """Rows of a table whose facts have versions; `problem` is the first thing that is wrong with a row."""
    parts = [
        frame.select("place", "birth"),
        said,
        each(raw(frame, "status").to_frame(), {"status": pl.UInt8, "gone": pl.UInt8}, cells.standing),
        wholes(frame, "version").select(number=pl.col("number"), unnumbered=pl.col("malformed")),
        moments(frame, "at", times.zone),
        moments(frame, "known_at", times.zone).select(pl.all().name.prefix("known ")),
        texts(frame, "fact").alias("name").to_frame(),
    ]
    row = pl.concat(parts, how="horizontal")
    stranger, nameless, broken, timeless, unnumbered, unknown = range(len(PROBLEMS))
    gone, known = pl.col("gone").is_not_null(), pl.col("known at")
    # A withdrawal need not say again what its fact was about, and needs no time of its own.
    strange = pl.col("said").eq_missing(stranger) & ~(gone & pl.col("mute"))
    reached = ~(strange | pl.col("name").is_null())
    zoneless = pl.col("zoneless").cast(pl.Int64) + (pl.col("known zoneless") & ~pl.col("malformed"))
    times.zoneless += int(row.select(zoneless.filter(reached).sum()).item())
    at = pl.when(gone).then(pl.coalesce("at", known, pl.lit(ALWAYS))).otherwise(pl.col("at"))
    precision = pl.coalesce("precision", "known precision", pl.lit(SECOND))
    # A date is known at its end.
    delay = pl.when(precision.is_in([SECOND, MINUTE])).then(pl.col("delay")).otherwise(0)
    known_at = pl.coalesce(known, at + delay)
    problem = (
        pl.when(strange)
        .then(stranger)
        .when(pl.col("name").is_null())
        .then(nameless)
        .when(pl.col("malformed") | pl.col("known malformed"))
        .then(broken)
        .when(pl.col("at").is_null() & ~gone)
        .then(timeless)
        .when(pl.col("unnumbered"))
        .then(unnumbered)
        .when(gone)
        .then(None)
        .when(pl.col("status").is_null())
        .then(unknown)
        .otherwise("said")
    )
    return row.select(
        "place",
        "birth",
        "name",
        "gone",
        at=at,
        known_at=known_at,
        known_from=pl.max_horizontal(at, known_at),
        precision=precision,
        assumed=known.is_null(),
        version=pl.when(pl.col("number").fill_null(0) != 0)
        .then("number")
        .when(gone & pl.col("at").is_null() & known.is_null())
        .then(LAST)
        .otherwise(1),
        status=pl.when(gone).then(WITHDRAWN).otherwise("status"),
        content=pl.when(gone).then(0).otherwise("content"),
        problem=problem,
    )
