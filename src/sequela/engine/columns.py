"""Frames of episodes and of settled facts (Arrow in) as the arrays that the kernels walk."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from sequela.course.episodes import Course
from sequela.course.facts import Event, Fact, Finding, Observation
from sequela.engine.batch import Batch
from sequela.engine.building import PROCEDURES, Role, greatest, segment_bits
from sequela.engine.kernels import layout as m
from sequela.engine.kernels import numbers as n
from sequela.engine.kernels import words
from sequela.engine.kernels.lists import NEVER
from sequela.engine.kernels.sorting import arrange, beyond
from sequela.engine.program import Program
from sequela.errors import SentenceError

PRESENCES = {"absent": words.ABSENT, "uncertain": words.UNCERTAIN, "present": words.PRESENT}
SITES_APART = ";"
"""Between the sites of a finding in its column."""


FACTS = {
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
}
"""What is taken of a version of a fact: a presence makes it a finding, a bound a number, neither an event."""
TAKEN = tuple(name for name in FACTS if name not in ("episode", "fact"))
"""What the kernels need of it; the rest is not carried along."""
EPISODES = {
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
"""What is taken of an episode: when its procedure was known and, if ever, taken back; `ended_from` is when its earliest
ending that was never taken back was known."""


def framed(courses: Iterable[Course]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return courses as frames of episodes and of settled facts."""
    episodes: list[tuple[object, ...]] = []
    facts: list[tuple[object, ...]] = []
    for course in courses:
        procedure = course.procedure
        lasting = (ending for ending in course.endings if ending.known_until is None)
        end = min(lasting, key=lambda ending: (ending.at, ending.known_from), default=None)
        ended = (None, None) if end is None else (end.by, end.known_from)
        who = (course.sex, course.birth, course.zone_offset)
        clocks = (procedure.start, procedure.known_from, procedure.known_until)
        episodes.append((course.id, str(procedure.kind), *clocks, *who, *ended, course.patient))
        facts += [(course.id, *_clocks(fact), *_content(fact), fact.fact) for fact in course.facts]
    return (
        pl.DataFrame(episodes, schema=EPISODES, orient="row"),
        pl.DataFrame(facts, schema=FACTS, orient="row"),
    )


def _clocks(fact: Fact) -> tuple[object, ...]:
    return fact.key, fact.at, fact.known_from, fact.known_until


def _content(fact: Fact) -> tuple[object, ...]:
    match fact:
        case Observation():
            return fact.low, fact.high, fact.low_open, fact.high_open, None, None, None
        case Finding():
            return None, None, None, None, str(fact.presence), SITES_APART.join(sorted(fact.site)), None
        case Event():
            return None, None, None, None, None, None, fact.detail
        case _:
            raise SentenceError("a withdrawal among settled facts")


def of_frames(program: Program, episodes: pl.DataFrame, facts: pl.DataFrame, until: int | None = None) -> Batch:
    """Return frames of episodes and of settled facts as a batch; `rows` are the facts' places in their frame.

    The facts of an episode stand together, in the order of the episodes; those of one key, `at` and `known_from` in the
    order in which they count. What no sentence reads is left out. An episode is walked up to `until`, else to the last
    instant at which anything of it became known; not beyond the end that another procedure put to it.
    """
    facts = facts.select(TAKEN).with_row_index("row").with_columns(_places(episodes, facts))
    keys = max(1, len(program.keys))
    told = pl.concat([_told(program, facts, role) for role in ("kind", "finding", "event")], rechunk=True)
    drawers = told.select(pl.col("place") * keys + pl.col("number"))
    # Within an episode and a key the facts are in order already.
    order, begins = np.empty(told.height, np.int64), np.zeros(episodes.height * keys + 1, np.int64)
    arrange(_array(drawers["place"]), begins, order)
    columns = {name: told[name].to_numpy()[order] for name in told.columns}
    value = np.column_stack([columns["low"], columns["high"], columns["flags"]])
    _check(program, columns["number"], value)
    start, known = episodes["start"], episodes["known_from"]
    return Batch(
        m.Episodes(
            start=_array(start),
            begin=np.maximum(_array(start), _array(known)),
            until=_last_instants(episodes, facts, until),
            procedure=_array(
                episodes["procedure"].replace_strict(
                    {str(kind): place for place, kind in enumerate(PROCEDURES)}, return_dtype=pl.Int64
                )
            ),
            sex=_array(episodes["sex"].replace_strict({"male": 1, "female": 2}, default=0, return_dtype=pl.Int64)),
            age=_array(episodes.select(_years())["age"]),
        ),
        m.Facts(
            first=begins[::keys].copy(),
            key=columns["number"],
            at=columns["at"],
            known_from=columns["known_from"],
            known_until=columns["known_until"],
            value=value,
            told=np.column_stack([columns["told"], columns["site"], columns["segments"]]),
        ),
        columns["row"],
    )


def _places(episodes: pl.DataFrame, facts: pl.DataFrame) -> pl.Series:
    """The place of each fact's episode among the episodes."""
    runs = facts["episode"].rle_id()
    named = facts["episode"].gather(runs.search_sorted(runs.unique(maintain_order=True)))
    where = episodes.select("episode").with_row_index("place")
    found = named.to_frame().join(where, on="episode", how="left", maintain_order="left")["place"]
    if found.null_count() or not found.is_sorted() or found.n_unique() != len(found):
        raise SentenceError("the facts of an episode do not stand together, in the order of the episodes")
    return found.gather(runs).cast(pl.Int64).alias("place")


def _told(program: Program, facts: pl.DataFrame, role: Role) -> pl.DataFrame:
    """The facts of one role that the program reads, in the columns of a batch."""
    numbers = {key: number for (of, key), number in program.keys.items() if of == role} or {"": -1}
    found, measured = pl.col("presence").is_not_null(), pl.col("low").is_not_null() | pl.col("high").is_not_null()
    of_role = {"kind": measured, "finding": found, "event": ~found & ~measured}[role]
    number = pl.col("key").replace_strict(numbers, default=-1, return_dtype=pl.Int64)
    mine = facts.filter(of_role).with_columns(number=number).filter(pl.col("number") >= 0)
    nothing = pl.lit(0, pl.Int64)
    if role == "kind":
        columns = {"told": nothing, "site": nothing, "segments": nothing}
    elif role == "event":
        detail = pl.col("detail").fill_null("").replace_strict(program.details, default=-1, return_dtype=pl.Int64)
        columns = {"told": detail, "site": nothing, "segments": nothing}
    else:
        # A replacement of nothing by nothing would keep its text.
        texts = {"", *mine["site"].fill_null("").unique()}
        written = {text: frozenset(filter(None, text.split(SITES_APART))) for text in texts}
        sites = dict(program.sites)
        for text in sorted(written):
            sites.setdefault(written[text], len(sites))
        site = pl.col("site").fill_null("")
        columns = {
            "told": pl.col("presence").replace_strict(PRESENCES, return_dtype=pl.Int64),
            "site": site.replace_strict({text: sites[of] for text, of in written.items()}, return_dtype=pl.Int64),
            "segments": site.replace_strict(
                {text: segment_bits(of) for text, of in written.items()}, return_dtype=pl.Int64
            ),
        }
    flags = (
        pl.col("low").is_null().cast(pl.Int64) * n.NO_LEAST
        + pl.col("high").is_null().cast(pl.Int64) * n.NO_GREATEST
        + (pl.col("low_open") & pl.col("low").is_not_null()).fill_null(value=False).cast(pl.Int64) * n.LEAST_OPEN
        + (pl.col("high_open") & pl.col("high").is_not_null()).fill_null(value=False).cast(pl.Int64) * n.GREATEST_OPEN
    )
    shaped = mine.select(
        "place",
        "number",
        "at",
        "known_from",
        pl.col("known_until").fill_null(NEVER),
        pl.col("row").cast(pl.Int64),
        pl.col("low").fill_null(0),
        pl.col("high").fill_null(0),
        flags=flags,
        **columns,
    )
    # Of the words of one moment the one for a finding counts most.
    return shaped.sort("place", "number", "at", "told", maintain_order=True) if role == "finding" else shaped


def _last_instants(episodes: pl.DataFrame, facts: pl.DataFrame, until: int | None) -> n.Array:
    """The last instant that is asked of each episode."""
    known = facts.group_by("place").agg(last=pl.max_horizontal(pl.col("known_from").max(), pl.col("known_until").max()))
    last = (
        episodes.with_row_index("place")
        .with_columns(pl.col("place").cast(pl.Int64))
        .join(known, on="place", how="left", maintain_order="left")
    )
    begin = pl.max_horizontal("start", "known_from")
    asked = pl.max_horizontal(begin, pl.col("last").fill_null(0)) if until is None else pl.lit(until, pl.Int64)
    # Death ends an episode too, but later findings still arrive.
    by_procedure = pl.col("ended_by").is_not_null() & (pl.col("ended_by") != "death")
    end = pl.when(by_procedure).then(pl.max_horizontal(begin, pl.col("ended_from") - 1))
    # A procedure that was taken back is no longer asked about.
    return _array(last.select(until=pl.min_horizontal(asked, end, pl.col("known_until") - 1))["until"])


def _years() -> pl.Expr:
    """Completed years at the procedure, -1 where the birth is not known."""
    born = pl.from_epoch(pl.col("birth") + pl.col("zone_offset"), time_unit="s").dt
    then = pl.from_epoch(pl.col("start") + pl.col("zone_offset"), time_unit="s").dt
    before = (then.month() < born.month()) | ((then.month() == born.month()) & (then.day() < born.day()))
    years = then.year().cast(pl.Int64) - born.year().cast(pl.Int64) - before.cast(pl.Int64)
    return years.fill_null(-1).alias("age")


def _check(program: Program, keys: n.Array, value: n.Array) -> None:
    """Refuse values that could make the kernels' numbers too large; no source lets them through."""
    kinds = {number: key for (role, key), number in program.keys.items() if role == "kind"}
    most = np.zeros(len(program.keys) + 1, np.int64)
    for number, kind in kinds.items():
        most[number] = greatest(kind)
    row = beyond(keys, value, most)
    if row >= 0:
        raise SentenceError(f"a value of {kinds[int(keys[row])]} is beyond what the catalogue holds plausible")


def _array(series: pl.Series) -> n.Array:
    # Numba compiles anew for an array that may not be written.
    return np.ascontiguousarray(series.cast(pl.Int64).to_numpy(writable=True))
