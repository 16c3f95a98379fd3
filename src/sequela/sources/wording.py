"""The `reports` table of a course folder into candidates: a text's findings, as those of a DiagnosticReport.

Imported only where a course folder is read: it brings Polars with it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import polars as pl

from sequela.course.clock import Moment
from sequela.course.facts import Status
from sequela.sources.candidates import (
    CONTENT,
    ORIGINS,
    PROBLEMS,
    ROWS,
    SAID,
    SILENT,
    STATUSES,
    WITHDRAWN,
    Candidates,
    usable,
    versions,
)
from sequela.sources.cells import Content, happened
from sequela.sources.columns import PRECISIONS, texts
from sequela.sources.elements import Times
from sequela.sources.observations import NOT_LISTED
from sequela.sources.receipt import Receipt
from sequela.sources.telling import sort_named, told_rows

EMPTY = "dropped: a report without a text"
CORRECTIONS = (STATUSES.index(Status.AMENDED), STATUSES.index(Status.CORRECTED))
UNVERIFIED = STATUSES.index(Status.UNVERIFIED)
WORDS = ("text", "lang", "modality")
SCHEMA = {name: CONTENT[name] for name in SAID}


class Version(NamedTuple):
    """A row of `reports` that can be used; `gone` says by which status it takes the report back."""

    place: int
    name: str
    version: int
    at: int
    known_at: int
    known_from: int
    status: int
    precision: int
    assumed: bool
    gone: int | None
    text: str | None
    lang: str | None
    modality: str | None


def worded(table: str, frame: pl.DataFrame, index: pl.DataFrame, times: Times, receipt: Receipt) -> Candidates:
    """The candidates in the rows of a table of reports, as `candidates.candidates` has them of any other.

    A row is one candidate, that the examination was done; each finding of its text is another. What a version of a
    report says no more is taken back, as in a DiagnosticReport.
    """
    contents: dict[Content, int] = {}
    rows: list[tuple[Any, ...]] = []
    for report in _reports(frame, index, times, receipt):
        told = [_told(version, receipt) for version in report]
        everything = sorted({suffix for said in told for suffix in said})
        for version, said in zip(report, told, strict=True):
            head = (version.version, version.at, version.known_at, version.known_from)
            tail = (version.precision, version.assumed)
            for suffix in everything:
                status, gone, content = said.get(suffix, (WITHDRAWN, SILENT, None))
                place = None if content is None else contents.setdefault(content, len(contents))
                own = (version.place, ORIGINS.index(table), version.name + suffix)
                rows.append((*own, *head, status, *tail, gone, place))
    order = {content: rank for rank, content in enumerate(sorted(contents, key=lambda content: content.content))}
    ranks = [order[content] for content in contents]
    return Candidates(
        table,
        pl.DataFrame(
            [(*row[:-1], 0 if row[-1] is None else ranks[row[-1]]) for row in rows], schema=dict(ROWS), orient="row"
        ),
        pl.DataFrame([content[: len(SAID)] for content in order], schema=SCHEMA, orient="row"),
    )


def _reports(frame: pl.DataFrame, index: pl.DataFrame, times: Times, receipt: Receipt) -> list[list[Version]]:
    """The distinct versions of each report, in their order; any other row is counted."""
    place = frame["place"]
    frame = frame.with_columns(index["start"][place], index["birth"][place])
    words = pl.DataFrame([texts(frame, name).alias(name) for name in WORDS])
    empty = pl.all_horizontal(pl.col("text", "modality").is_null())
    said = words.select(
        content=pl.lit(0, pl.UInt32),
        delay=pl.lit(0, pl.Int64),
        mute=empty,
        said=pl.when(empty).then(len(PROBLEMS)),
    )
    rows = usable(versions(frame, said, times).hstack(words), [*PROBLEMS, EMPTY], receipt)
    distinct = rows.select(Version._fields).unique()
    receipt.settle("duplicate", "the same version again", rows.height - distinct.height)
    reports: dict[tuple[int, str], list[Version]] = {}
    for version in map(Version._make, distinct.sort(Version._fields).iter_rows()):
        reports.setdefault((version.place, version.name), []).append(version)
    return [report for report in reports.values() if _dated(report, receipt)]


def _dated(report: list[Version], receipt: Receipt) -> bool:
    """Whether a report is no correction that stands alone and does not say when it was made, which is counted."""
    undated = len(report) == 1 and report[0].assumed and report[0].status in CORRECTIONS
    receipt.settle("dropped", "a correction that does not say when it was made", int(undated))
    return not undated


def _told(version: Version, receipt: Receipt) -> dict[str, tuple[int, int | None, Content | None]]:
    """What a version says, by what its name adds to the report's: status, by what it is taken back, and content."""
    if version.gone is not None:
        return {"": (WITHDRAWN, version.gone, None)}
    said: dict[str, tuple[int, int | None, Content | None]] = {}
    # Without a modality any text is taken for a report of either sort; the reader tells a culture by its words.
    sort, events = ("imaging", []) if version.modality is None else sort_named(version.modality)
    for event in events:
        said["" if not said else f"#{event}"] = version.status, None, happened(event, None)
    receipt.candidates(max(len(events) - 1, 0))
    if not events:
        receipt.settle("irrelevant", NOT_LISTED)
    moment = Moment(version.at, PRECISIONS[version.precision], False, 0)
    rows = told_rows(version.text or "", version.lang, sort, "", moment, (), receipt)
    receipt.candidates(len(rows))
    for row in rows:
        presence, where = row.content
        site = ";".join(sorted(where)) or None
        content = f"{row.key}|{presence}|{sorted(where)}"
        said[row.fact] = UNVERIFIED, None, Content(row.key, presence=presence.value, site=site, content=content)
    return said
