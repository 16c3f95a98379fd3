"""Course folders as settled frames: every version of every fact with the span in which it is believed.

One meaning: `tables` makes its courses of these frames, the engine takes them as they are. Cells are read once for each
distinct one (`columns`), versions are settled for all facts together, as `course.facts.settle` does for one record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path

import polars as pl

from sequela.course.catalogue import catalogue
from sequela.course.episodes import Ending
from sequela.course.facts import Status
from sequela.sources import cells, folders
from sequela.sources.candidates import CONTENT, ORIGINS, ROWS, SAID, SILENT, STATUSES, Candidates, candidates
from sequela.sources.cells import GONE, Episode, Unusable
from sequela.sources.columns import Schema
from sequela.sources.elements import Bounds, Malformed, Times, implied
from sequela.sources.folders import Table
from sequela.sources.receipt import Receipt
from sequela.sources.wording import worded

EPISODES_AT_ONCE = 1_000
ROWS_AT_ONCE = 250_000
"""How much is settled together: at most so many episodes, and at most so many rows of theirs."""
AMENDED, CORRECTED = STATUSES.index(Status.AMENDED), STATUSES.index(Status.CORRECTED)

EPISODES: Schema = {
    "episode": pl.String,
    "procedure": pl.String,
    "start": pl.Int64,
    "known_from": pl.Int64,
    "known_until": pl.Int64,
    "sex": pl.String,
    "birth": pl.Int64,
    "zone_offset": pl.Int64,
    "ended_by": pl.String,
    "ended_from": pl.Int64,
    "patient": pl.String,
}
"""What the engine gets of an episode; `ended_from` is when its earliest ending was known."""
FACTS: Schema = {
    "episode": pl.String,
    "key": pl.String,
    "at": pl.Int64,
    "known_from": pl.Int64,
    "known_until": pl.Int64,
    "low": pl.Int64,
    "high": pl.Int64,
    "low_open": pl.Boolean,
    "high_open": pl.Boolean,
    "presence": pl.String,
    "site": pl.String,
    "detail": pl.String,
    "fact": pl.String,
    "version": pl.Int32,
}
"""What the engine gets of a version of a fact: a presence makes it a finding, a bound a number, neither an event."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some episodes of a folder in order, and their settled facts in order of episode, then as a course has them.

    `facts` has the columns of FACTS and, for who makes courses of them, `place` (in `episodes`), `origin`, `known_at`,
    `status`, `precision`, `assumed`. `siblings` are all episodes of each patient, in order of start.
    """

    episodes: Sequence[Episode]
    siblings: Mapping[str, Sequence[Episode]]
    facts: pl.DataFrame

    def frames(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The episodes and the facts, as the engine takes them."""
        deaths: dict[int, list[Ending]] = defaultdict(list)
        dead = self.facts.filter((pl.col("key") == "death") & (pl.col("origin") == ORIGINS.index("events")))
        for place, at, known_from, known_until in dead.select("place", "at", "known_from", "known_until").iter_rows():
            deaths[place].append(Ending(by="death", at=at, known_from=known_from, known_until=known_until))
        rows = []
        for place, episode in enumerate(self.episodes):
            procedure = episode.procedure
            ends = endings(episode, self.siblings[episode.patient], deaths[place])
            lasting = (end for end in ends if end.known_until is None)
            end = min(lasting, key=lambda e: (e.at, e.known_from), default=None)
            rows.append(
                (
                    *(procedure.id, procedure.kind.value, procedure.start, procedure.known_from, procedure.known_until),
                    *(episode.sex, episode.birth, episode.offset),
                    *((None, None) if end is None else (end.by, end.known_from)),
                    episode.patient,
                )
            )
        return pl.DataFrame(rows, schema=dict(EPISODES), orient="row"), self.facts.select(list(FACTS))


def settled(
    tables: Mapping[str, pl.DataFrame], zone: tzinfo = UTC, receipt: Receipt | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the episodes and the settled facts of contract tables, as frames with the columns EPISODES and FACTS.

    Parameters
    ----------
    tables : frames by name (`episodes`, `observations`, `findings`, `events`, `background`, `reports`); only
        `episodes` must be there.
    zone : the zone of times that carry none.
    receipt : learns what became of every row.
    """
    opened = {name: Table(tables[name].lazy(), name) for name in folders.REQUIRED if name in tables}
    whole = tables["episodes"].height + 1
    rows = sum(tables[name].height * table.weight for name, table in opened.items())
    parts = walk(opened, Receipt() if receipt is None else receipt, zone, whole, rows)
    frames = [part.frames() for part in parts]
    return frames[0] if frames else (pl.DataFrame(schema=dict(EPISODES)), pl.DataFrame(schema=dict(FACTS)))


def apart(
    episodes: pl.DataFrame, facts: pl.DataFrame, episodes_at_once: int = EPISODES_AT_ONCE
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Yield settled frames in parts of some episodes each, which can be walked beside each other."""
    counts = dict(facts.group_by("episode").len().iter_rows())
    first = 0
    for start in range(0, episodes.height, episodes_at_once):
        part = episodes.slice(start, episodes_at_once)
        many = sum(counts.get(episode, 0) for episode in part["episode"])
        yield part, facts.slice(first, many)
        first += many


def chunks(
    folder: Path, zone: tzinfo = UTC, receipt: Receipt | None = None, *, episodes_per_chunk: int = EPISODES_AT_ONCE
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Yield the frames of `settled` for some episodes of a course folder after the other, in order of episode.

    Memory is bounded whatever the folder's size; Parquet sorted by episode is read once, anything else a few times.
    A folder with a broken table yields nothing, and the receipt names the file.
    """
    receipt = Receipt() if receipt is None else receipt
    tables = folders.opened(folder, receipt)
    if tables is not None:
        for part in walk(tables, receipt, zone, episodes_per_chunk):
            yield part.frames()


def walk(
    tables: Mapping[str, Table],
    receipt: Receipt,
    zone: tzinfo,
    most_episodes: int = EPISODES_AT_ONCE,
    most_rows: int = ROWS_AT_ONCE,
) -> Iterator[Part]:
    """Yield the parts of a folder in order of episode; the receipt is complete once they are exhausted."""
    times = Times(zone)
    told = _episodes(tables["episodes"].whole(), times, receipt)
    siblings: dict[str, list[Episode]] = defaultdict(list)
    for episode in sorted(told.values(), key=lambda e: (e.procedure.start, e.procedure.id)):
        siblings[episode.patient].append(episode)
    keys = sorted(told)
    receipt.expected += len(keys)
    facts = {name: tables[name] for name in ORIGINS if name in tables}
    for table in facts.values():
        table.about(keys)
        receipt.count("dropped", "of an episode that is not in the folder", table.strangers)
    for first, end in folders.parts(list(facts.values()), len(keys), most_episodes, most_rows):
        episodes = [told[key] for key in keys[first:end]]
        index = pl.DataFrame(
            {
                "episode": keys[first:end],
                "place": range(end - first),
                "start": [episode.procedure.start for episode in episodes],
                "birth": [episode.birth for episode in episodes],
            },
            schema_overrides={"place": pl.UInt32, "start": pl.Int64, "birth": pl.Int64},
        )
        rows = [
            (worded if name == "reports" else candidates)(name, table.take(first, end), index, times, receipt)
            for name, table in facts.items()
        ]
        yield Part(episodes, siblings, _settled(rows, index, receipt))
    receipt.note("times without a zone", times.zoneless)


def endings(episode: Episode, siblings: Sequence[Episode], deaths: Sequence[Ending]) -> list[Ending]:
    """What ends an episode: what its row says, the patient's later procedures, the patient's death after its start."""
    start = episode.procedure.start
    ends = [] if episode.ending is None else [episode.ending]
    ends += [
        Ending(by=other.procedure.id, at=other.procedure.start, known_from=other.procedure.known_from)
        for other in siblings
        if (other.procedure.start, other.procedure.id) > (start, episode.procedure.id)
    ]
    return ends + [death for death in deaths if death.at >= start]


def _episodes(frame: pl.DataFrame, times: Times, receipt: Receipt) -> dict[str, Episode]:
    """The episodes by their key; a row that is none is counted."""
    told: dict[str, Episode] = {}
    for row in frame.iter_rows(named=True):
        try:
            key, episode = cells.episode(row, times)
        except Malformed as broken:
            receipt.count("rejected", broken.reason)
        except Unusable as problem:
            receipt.count("dropped", problem.reason)
        else:
            if key in told:
                receipt.count("rejected", "an episode told twice")
            else:
                told[key] = episode
                receipt.count("used")
    return told


def _settled(read: Sequence[Candidates], index: pl.DataFrame, receipt: Receipt) -> pl.DataFrame:
    """The versions that are ever believed, each with its end, and what became of every candidate.

    `group` numbers the facts in order of episode and name; within one, rows stand in the order of succession.
    """
    fact = ("place", "origin", "name")
    succession = ("version", "known_from", "status", "at", "content", "assumed", "known_at", "precision", "gone")
    known = pl.concat([pl.DataFrame(schema=dict(ROWS)), *(some.rows for some in read)]).sort(*fact, *succession)
    first, other = (
        pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in of) for of in (fact, succession)
    )
    known = known.with_columns(group=first.cum_sum(), repeat=~(first | other))
    spoken = pl.col("gone").ne_missing(SILENT)
    receipt.settle("duplicate", "the same version again", known.filter("repeat", spoken).height)
    known = known.filter(~pl.col("repeat"))
    changes, ends = (pl.col("group").ne_missing(pl.col("group").shift(by)) for by in (1, -1))
    known = known.with_columns(alone=changes & ends, last=ends)
    undated = pl.col("alone") & pl.col("status").is_in([AMENDED, CORRECTED]) & pl.col("assumed")
    dated = known.filter(~undated)
    receipt.settle("dropped", "a correction that does not say when it was made", known.height - dated.height)
    _count(dated, receipt)
    contents = dict.fromkeys(ORIGINS, pl.DataFrame(schema={name: CONTENT[name] for name in SAID}))
    contents.update((some.table, some.contents) for some in read)
    heights = pl.Series([0, *(frame.height for frame in contents.values())], dtype=pl.UInt32).cum_sum()
    said = pl.concat(contents.values())
    dated = dated.with_columns(content=heights[dated["origin"]] + dated["content"])
    believed = _believed(dated)
    # Facts stand in order of name already, and no two versions of one begin to count together.
    order: tuple[str, ...] = ("place", "at", "known_from")
    for rows, saying in _implied(dated, said):
        believed, said = pl.concat([believed, _believed(rows)]), pl.concat([said, saying])
        order = ("place", "at", "known_from", "origin", "name")
    believed = believed.sort(*order, maintain_order=True)
    return believed.hstack(said[believed["content"]]).with_columns(
        episode=index["episode"][believed["place"]],
        fact=pl.concat_str(pl.Series(ORIGINS)[believed["origin"]], pl.lit("/"), "name"),
        version=pl.col("version").cast(pl.Int32),
    )


def _believed(rows: pl.DataFrame) -> pl.DataFrame:
    """The versions that are ever believed, each with its end; `group` and order as in `_settled`."""
    # Most facts have one version, which nothing ends.
    several = rows.select(pl.arg_where(~pl.col("alone"))).to_series()
    until = rows[several].select(pl.col("known_from").cum_min(reverse=True).shift(-1).over("group")).to_series()
    ended = pl.Series("known_until", [None], pl.Int64).new_from_index(0, rows.height).scatter(several, until)
    lasting = pl.col("known_until").is_null() | (pl.col("known_from") < pl.col("known_until"))
    return rows.with_columns(ended).filter(pl.col("gone").is_null() & lasting)


def _implied(dated: pl.DataFrame, said: pl.DataFrame) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """What numbers say of another kind, as facts of their own, and what these say: contents that follow upon `said`.

    Each has the versions of the fact that implies it; a version that implies nothing takes it back.
    """
    numbers = said.select("key", "low", "high", "low_open", "high_open").with_row_index("content")
    answers: dict[str, dict[int, Bounds]] = defaultdict(dict)
    for content, key, *bounds in numbers.filter(pl.col("key").is_in(list(catalogue().implied))).iter_rows():
        answer = implied(key, (bounds[0], bounds[1], bounds[2], bounds[3]))
        if answer is not None:
            answers[answer[0]][content] = answer[1]
    after = said.height
    for kind, own in sorted(answers.items()):
        told = [{"key": kind, **dict(zip(SAID[1:5], bounds, strict=True))} for bounds in own.values()]
        places = range(after, after + len(own))
        after += len(own)
        content = pl.col("content").replace_strict(list(own), places, default=None, return_dtype=pl.UInt32)
        says = content.is_not_null() & pl.col("gone").is_null()
        rows = dated.filter(says.any().over("group")).with_columns(
            name=pl.concat_str("name", pl.lit(f"#{kind}")),
            gone=pl.when(~says).then(0).cast(pl.UInt8),
            content=pl.coalesce(content, 0).cast(pl.UInt32),
        )
        yield rows, pl.DataFrame(told, schema=said.schema)


def _count(known: pl.DataFrame, receipt: Receipt) -> None:
    """Say what became of the distinct versions: the last of a fact is used, those before it are superseded."""
    known = known.filter(pl.col("gone").ne_missing(SILENT))
    receipt.note("known_at assumed from the reporting delay", int(known["assumed"].sum()))
    for gone, number in known.drop_nulls("gone").group_by("gone").len().iter_rows():
        receipt.settle("dropped", GONE[gone], number)
    there = known.filter(pl.col("gone").is_null())
    last = there.filter("last")
    receipt.settle("superseded", "an earlier version", there.height - last.height)
    used = last.select("place", "origin", "at", "content").unique().height
    receipt.settle("used", number=used)
    receipt.settle("duplicate", "the same value at the same time", last.height - used)
