"""Many courses at once: from when to when each definition, condition, state and step was what (Arrow in, Arrow out).

Frames of whole episodes go in, a frame of spans comes out; nothing is kept between two of them, so memory does not grow
with their number, and the same function can run wherever Arrow is spoken.
"""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import TypeAlias

import numpy as np
import polars as pl

from sequela.engine.columns import of_frames
from sequela.engine.kernels.numbers import Array
from sequela.engine.program import Program, compiled
from sequela.engine.walking import Said, Walker
from sequela.logic.shelf import Shelf

MOST_WORDS = 64
"""How many things an output can say, at most."""
Frames = tuple[pl.DataFrame, pl.DataFrame]
"""Episodes, and their settled facts."""
Spans: TypeAlias = pl.DataFrame
"""A frame with the columns SPANS."""
SPANS = {
    "episode": pl.String,
    "what": pl.String,
    "key": pl.String,
    "from": pl.Int64,
    "until": pl.Int64,
    "is": pl.String,
    "facts": pl.List(pl.UInt32),
}
"""A span: of which episode, of what (definition, condition, state, trend, step), from when, until when (null: still so
at the last instant asked about), what it was (true, false or unknown, or a status or state), and the rows (or names) of
the facts that carried it as it began; none for what is false, unknown or not suspected."""


def spans(
    frames: Frames | Iterable[Frames],
    sentences: Shelf | Program,
    *,
    until: int | None = None,
    named: bool = False,
    workers: int = 2,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Spans]:
    """Yield the spans of each pair of frames, in their order, as it was known at each instant.

    Parameters
    ----------
    frames : episodes and settled facts, whole episodes in each pair; anything that gives Arrow will do.
    sentences : a shelf, or a program made of one.
    until : the last instant asked about, in seconds; default: the last at which anything of the episode was known.
    named : whether facts are told by their names in the column `fact`, not by their rows.
    workers : threads; the kernels run beside each other.
    progress : called with the number of episodes done.
    """
    program = compiled(sentences, scores=False) if isinstance(sentences, Shelf) else sentences
    pairs = [frames] if isinstance(frames, tuple) else frames
    walkers: SimpleQueue[Walker] = SimpleQueue()
    for _ in range(workers):
        walkers.put(Walker(program))

    def work(episodes: pl.DataFrame, facts: pl.DataFrame) -> tuple[int, pl.DataFrame]:
        walker = walkers.get()
        try:
            return episodes.height, _spans(walker, episodes, facts, until, named=named)
        finally:
            walkers.put(walker)

    def done(future: Future[tuple[int, pl.DataFrame]]) -> pl.DataFrame:
        episodes, made = future.result()
        if progress is not None:
            progress(episodes)
        return made

    waiting: deque[Future[tuple[int, pl.DataFrame]]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for episodes, facts in pairs:
            waiting.append(pool.submit(work, pl.DataFrame(episodes), pl.DataFrame(facts)))
            # One more than can be worked on, so that reading goes on meanwhile and memory stays bounded.
            if len(waiting) > workers:
                yield done(waiting.popleft())
        while waiting:
            yield done(waiting.popleft())


def written(frames: Iterable[Spans], out: Path) -> int:
    """Return how many spans were written to a Parquet file: each frame as it comes, the file whole or not at all."""
    parts = out.with_name(f".{out.name}.unfinished")
    parts.mkdir(parents=True)
    try:
        many = 0
        for number, frame in enumerate(frames):
            frame.write_parquet(parts / f"{number:08d}.parquet", compression="lz4", statistics=False)
            many += frame.height
        whole = parts / out.name
        pl.scan_parquet(sorted(parts.glob("*.parquet")), glob=False).sink_parquet(whole)
        whole.replace(out)
        return many
    finally:
        shutil.rmtree(parts)


def _spans(
    walker: Walker, episodes: pl.DataFrame, facts: pl.DataFrame, until: int | None, *, named: bool
) -> pl.DataFrame:
    batch = of_frames(walker.program, episodes, facts, until)
    said = walker.walk(batch, carried=True)
    rows = pl.Series(batch.rows[said.carried].astype(np.uint32))
    return _framed(walker.program, episodes, said, facts["fact"].gather(rows) if named else rows, until)


def _framed(
    program: Program, episodes: pl.DataFrame, said: Said, carried: pl.Series, until: int | None
) -> pl.DataFrame:
    """What the outputs said as spans, in order of episode, output and instant."""
    given = said.given
    place = np.repeat(np.arange(episodes.height), np.diff(said.ends))
    changes = pl.DataFrame(
        {
            "place": place,
            "order": place * len(program.outputs) + given[:, 0],
            "said": given[:, 0] * MOST_WORDS + given[:, 2],
            "from": given[:, 1],
            "facts": _lists(np.diff(given[:, 3], prepend=0), carried),
        }
    )
    same = pl.col("order") == pl.col("order").shift(-1)
    changes = changes.sort("order", maintain_order=True).with_columns(
        until=pl.when(same).then(pl.col("from").shift(-1)),
    )
    changes = changes.join(_words(program), on="said", how="left", maintain_order="left_right")
    named = changes.select(
        "place", episodes["episode"].gather(changes["place"]), "what", "key", "from", "until", "is", "facts"
    )
    return _ended(named, episodes, until).select(list(SPANS))


def _lists(lengths: Array, items: pl.Series) -> pl.Series:
    """The items, so many to each list."""
    owners = pl.DataFrame({"owner": np.repeat(np.arange(len(lengths)), lengths), "item": items})
    filled = owners.group_by("owner", maintain_order=True).agg("item")
    every = pl.DataFrame({"owner": np.arange(len(lengths))})
    lists = every.join(filled, on="owner", how="left", maintain_order="left")["item"]
    return lists.fill_null(pl.Series([[]], dtype=pl.List(items.dtype)))


def _words(program: Program) -> pl.DataFrame:
    """What each number means that an output can say."""
    rows = [
        (program.number(one.node) * MOST_WORDS + number, one.what, one.key, word)
        for one in program.outputs
        for number, word in enumerate(one.words)
    ]
    return pl.DataFrame(
        rows, schema={"said": pl.Int64, "what": pl.String, "key": pl.String, "is": pl.String}, orient="row"
    )


def _ended(spans: pl.DataFrame, episodes: pl.DataFrame, until: int | None) -> pl.DataFrame:
    """The spans with the state `ended` from when an end was known."""
    known = pl.col("ended_from").is_not_null() & (
        pl.lit(value=True) if until is None else pl.col("ended_from") <= until
    )
    begin = pl.max_horizontal("start", "known_from")
    ends = (
        episodes.with_row_index("place")
        .filter(known)
        .select(pl.col("place").cast(pl.Int64), "episode", end=pl.max_horizontal("ended_from", begin))
    )
    if ends.is_empty():
        return spans
    # A state, a trend and a step are of who is still followed; a condition may yet be confirmed.
    followed = pl.col("what").is_in(["state", "trend", "step"])
    spans = spans.join(ends.select("place", "end"), on="place", how="left", maintain_order="left")
    spans = spans.filter(~(followed & (pl.col("from") >= pl.col("end"))).fill_null(value=False))
    open_until = pl.min_horizontal("until", "end")
    spans = spans.with_columns(until=pl.when(followed).then(open_until).otherwise("until")).drop("end")
    last = ends.select(
        "place",
        "episode",
        pl.lit("state").alias("what"),
        pl.lit("state").alias("key"),
        pl.col("end").alias("from"),
        pl.lit(None, pl.Int64).alias("until"),
        pl.lit("ended").alias("is"),
        pl.lit([], spans.schema["facts"]).alias("facts"),
    )
    return pl.concat([spans, last]).sort("place", maintain_order=True)
