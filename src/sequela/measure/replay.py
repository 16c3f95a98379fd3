"""Spans turned into alerts: when each episode began to be what somebody is called for, on the clock of what was known.

Alerts are the rising edges of spans. Spans are by the time at which things were known, so nothing of the future leaks
into them. The outcome is another matter: it is what is believed in the end, and it stands where it was so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path

import polars as pl

from sequela.course.clock import parse
from sequela.errors import InputError, UserError
from sequela.measure.backtest import Episode

DAY = 86_400
DEATH = "death"
"""The event that competes with every outcome."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """What raises an alert: `what` and `of` name the spans, `words` are what they must begin to say.

    `what` is condition, state or definition, and `of` its key.
    """

    key: str
    title: str
    what: str
    of: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Clock:
    """The times of one episode in seconds: its start, when follow-up and record ended, when the patient died."""

    patient: str
    start: int
    ended: int | None
    last: int
    died: int | None


@dataclass(frozen=True, slots=True)
class Onset:
    """When an outcome could first be documented, and from when on it may have been there."""

    at: int
    earliest: int | None = None


@dataclass(slots=True)
class Replay:
    """What has been gathered of all episodes: their clocks, when each alarm rose, and the onsets of the outcome.

    `outcome` is the alarm whose words say that the outcome is there; `started` from when on and before when episodes
    are taken; `excluded` counts those that are not.
    """

    alarms: Sequence[Alarm]
    outcome: Alarm
    started: tuple[int | None, int | None] = (None, None)
    clocks: dict[str, Clock] = field(default_factory=dict)
    rises: dict[str, dict[str, tuple[int, ...]]] = field(default_factory=dict)
    onsets: dict[str, Onset] = field(default_factory=dict)
    excluded: Counter[str] = field(default_factory=Counter)

    def add(self, episodes: pl.DataFrame, facts: pl.DataFrame, spans: pl.DataFrame) -> None:
        """Gather some whole episodes: their frame, their settled facts, and their spans with facts by name."""
        first, before = self.started
        for why, wanted in (
            ("procedure taken back", pl.col("known_until").is_null()),
            ("started before the time asked about", pl.lit(first is None) | (pl.col("start") >= (first or 0))),
            ("started after the time asked about", pl.lit(before is None) | (pl.col("start") < (before or 0))),
        ):
            kept = episodes.filter(wanted)
            self.excluded[why] += episodes.height - kept.height
            episodes = kept
        clocks = _clocks(episodes, facts)
        if len(clocks) < episodes.height or not self.clocks.keys().isdisjoint(clocks):
            raise UserError("two episodes have one name", where="backtest", hint="Give each folder once")
        self.clocks |= clocks
        spans = spans.filter(pl.col("episode").is_in(episodes["episode"].implode()))
        # Taken apart once, because each alarm looks at one part only.
        parts = spans.partition_by("what", "key", as_dict=True)
        nothing = spans.clear()
        for alarm in self.alarms:
            self.rises.setdefault(alarm.key, {}).update(rises(parts.get((alarm.what, alarm.of), nothing), alarm))
        self.onsets |= onsets(parts.get((self.outcome.what, self.outcome.of), nothing), facts, self.outcome)

    def take(self, told: Mapping[str, Onset]) -> None:
        """Put onsets known from elsewhere in the place of those that the courses tell."""
        self.onsets = {episode: onset for episode, onset in told.items() if episode in self.clocks}
        self.excluded["outcome of an episode that is not here"] += len(told) - len(self.onsets)

    def exclude_earlier(self) -> None:
        """Leave out the episodes whose outcome was there before they began: nobody can be warned of it."""
        before = [episode for episode, onset in self.onsets.items() if onset.at < self.clocks[episode].start]
        for episode in before:
            del self.clocks[episode], self.onsets[episode]
        self.excluded["outcome before the start"] += len(before)

    def stream(self, alarm: Alarm | None, *, to_record: bool = False, earliest: bool = False) -> list[Episode]:
        """Return the episodes in days with the alerts of an alarm (none without one).

        With `to_record` an episode is followed no longer than its record goes; with `earliest` the outcome is put where
        it may have been at the earliest.
        """
        raised = {} if alarm is None else self.rises.get(alarm.key, {})
        made = []
        for episode, clock in self.clocks.items():
            onset = self.onsets.get(episode)
            moment = None if onset is None else onset.earliest if earliest and onset.earliest is not None else onset.at
            # An outcome told from elsewhere may lie after the last fact: it is part of the record.
            recorded = clock.last if onset is None else max(clock.last, onset.at)
            ends = [clock.ended, recorded if to_record else None]
            # What is followed for ever is cut at the horizon.
            followed = min((_days(end, clock.start) for end in ends if end is not None), default=float(10**6))
            event = None if moment is None else _days(moment, clock.start)
            made.append(
                Episode(
                    episode,
                    clock.patient,
                    followed,
                    event,
                    None if clock.died is None else _days(clock.died, clock.start),
                    tuple(_days(instant, clock.start) for instant in raised.get(episode, ())),
                )
            )
        return made


def rises(spans: pl.DataFrame, alarm: Alarm) -> dict[str, tuple[int, ...]]:
    """Return the instants at which an alarm began to hold, by episode; the spans of an episode in order of time."""
    mine = spans.filter((pl.col("what") == alarm.what) & (pl.col("key") == alarm.of))
    on = pl.col("is").is_in(list(alarm.words))
    risen = mine.filter(on & ~on.shift(1).over("episode").fill_null(value=False))
    return {
        episode: tuple(instants)
        for episode, instants in risen.group_by("episode", maintain_order=True).agg("from").iter_rows()
    }


def onsets(spans: pl.DataFrame, facts: pl.DataFrame, outcome: Alarm) -> dict[str, Onset]:
    """Return when the outcome could first be documented, by episode: when the last of the facts that show it was so.

    Only facts that still stand count: an outcome that was taken back is none.
    """
    shown = spans.filter(
        (pl.col("what") == outcome.what) & (pl.col("key") == outcome.of) & pl.col("is").is_in(list(outcome.words))
    ).with_row_index("place")
    carriers = shown.select("place", "episode", fact="facts").explode("fact").drop_nulls("fact")
    standing = facts.filter(pl.col("known_until").is_null()).select("episode", "fact", "at").unique()
    found = (
        carriers.join(standing, on=["episode", "fact"], how="left")
        .group_by("place", "episode")
        .agg(at=pl.col("at").max(), whole=pl.col("at").is_not_null().all())
        .filter("whole")
        .group_by("episode")
        .agg(pl.col("at").min())
    )
    return {episode: Onset(at) for episode, at in sorted(found.iter_rows())}


def read_onsets(path: Path, zone: tzinfo = UTC) -> dict[str, Onset]:
    """Return the onsets of a CSV file with columns episode, onset and perhaps earliest; an empty onset is no outcome.

    Raises
    ------
    InputError
        When the file cannot be read, lacks columns, or has a cell that is no time.
    """
    try:
        table = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError("the outcomes cannot be read", where=path.name, hint="Give CSV in UTF-8") from error
    if missing := {"episode", "onset"} - set(table.columns):
        raise InputError(
            f"no column {' and '.join(sorted(missing))}", where=path.name, hint="Name them episode, onset, earliest"
        )
    told: dict[str, Onset] = {}
    for line, row in enumerate(table.iter_rows(named=True), 2):
        episode, onset, earliest = ((row.get(name) or "").strip() for name in ("episode", "onset", "earliest"))
        if not onset:
            continue
        where = f"{path.name}, line {line}"
        if not episode or episode in told:
            raise InputError("an episode that is missing or named twice", where=where, hint="One line for each episode")
        try:
            made = Onset(parse(onset, zone).at, parse(earliest, zone).at if earliest else None)
        except InputError as error:
            raise InputError("not a time", where=where, hint=error.hint) from None
        if made.earliest is not None and made.earliest > made.at:
            raise InputError("earliest is after the onset", where=where, hint="Write it before, or leave it out")
        told[episode] = made
    return told


def _clocks(episodes: pl.DataFrame, facts: pl.DataFrame) -> dict[str, Clock]:
    known = facts.group_by("episode").agg(
        last=pl.max_horizontal(pl.col("known_from").max(), pl.col("known_until").max())
    )
    event = pl.col("presence").is_null() & pl.col("low").is_null() & pl.col("high").is_null()
    dead = (
        facts.filter((pl.col("key") == DEATH) & event & pl.col("known_until").is_null())
        .group_by("episode")
        .agg(died=pl.col("at").min())
    )
    whole = episodes.join(known, on="episode", how="left", maintain_order="left").join(
        dead, on="episode", how="left", maintain_order="left"
    )
    by_death = pl.col("ended_by") == DEATH
    rows = whole.select(
        "episode",
        "patient",
        "start",
        ended=pl.when(by_death.fill_null(value=False).not_()).then("ended_from"),
        last=pl.max_horizontal("start", "last"),
        died=pl.coalesce("died", pl.when(by_death).then("ended_from")),
    )
    return {episode: Clock(*row) for episode, *row in rows.iter_rows()}


def _days(instant: int, start: int) -> float:
    return max(0, instant - start) / DAY
