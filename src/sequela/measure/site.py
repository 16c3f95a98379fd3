"""How often each outcome followed at one site, by every way in which it was seen; counts that are too small withheld.

Nothing here knows what the outcomes are. What goes out is what a site may send on: no row is one person's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import polars as pl

from sequela.errors import UserError
from sequela.measure.clusters import clustered_proportion
from sequela.measure.competing import CENSORED, cumulative_incidence, gray_test
from sequela.measure.disclosure import MINIMUM, withheld
from sequela.measure.following import DETERMINED
from sequela.measure.proportions import proportion
from sequela.measure.rates import rate

EVENT, DEATH = 1, 2
"""The causes of the competing risks; anything else that ends an episode censors it."""
FEWEST = 10
"""Percentiles of fewer than this are nearly somebody's own value, and are not told."""
PERCENTILES = (10, 25, 50, 75, 90)
Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """An outcome to count: how many days it is looked for, in which ways it can be seen, what could have shown it.

    `ways` that are told apart; from two on, `any` and `all` of them are counted too. `also` are counted beside them.
    """

    key: str
    window: float
    ways: tuple[str, ...]
    also: tuple[str, ...] = ()
    imaging: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """How it is counted: the level of the limits, the smallest count told, and the columns that divide the episodes."""

    level: float = 0.95
    minimum: int = MINIMUM
    strata: tuple[str, ...] = ()


def estimates(
    episodes: pl.DataFrame,
    events: pl.DataFrame,
    prevalent: pl.DataFrame,
    imaged: pl.DataFrame,
    questions: Iterable[Question],
    choice: Choice,
) -> dict[str, Block]:
    """Return for each question its counts, limits, curves, strata and bounds, as `incidence.json` has them.

    Parameters
    ----------
    episodes : `episode`, `person`, `days` followed, `ended` (`death` competes), and the columns of the strata.
    events : `episode`, `outcome`, `way`, `days`: the first time that it was seen so.
    prevalent : `episode`, `outcome`: who had it already, and is not at risk.
    imaged : `episode`, `examination`, `days`.
    """
    if choice.minimum < 1:
        raise UserError("the smallest count told is at least 1", where="--minimum", hint="Write --minimum 5")
    return {
        question.key: _answer(
            episodes, _of(events, question), _of(prevalent, question)["episode"], imaged, question, choice
        )
        for question in questions
    }


def _of(frame: pl.DataFrame, question: Question) -> pl.DataFrame:
    return frame.filter(pl.col("outcome") == question.key)


def _answer(
    episodes: pl.DataFrame,
    events: pl.DataFrame,
    prevalent: pl.Series,
    imaged: pl.DataFrame,
    question: Question,
    choice: Choice,
) -> Block:
    at_risk = episodes.filter(~pl.col("episode").is_in(prevalent.implode())).join(
        _by_way(events, question), on="episode", how="left", maintain_order="left"
    )
    ways = [*question.ways, *(("any", "all") if len(question.ways) > 1 else ()), *question.also]
    # Seen only while it was followed and looked for.
    at_risk = at_risk.with_columns(
        pl.when((pl.col(way) <= pl.col("days")) & (pl.col(way) <= question.window)).then(way).alias(way) for way in ways
    )
    many = {way: at_risk[way].count() for way in ways}
    answer: Block = {
        "window_days": question.window,
        "ways": list(question.ways),
        "episodes": at_risk.height,
        "persons": at_risk["person"].n_unique(),
        "had_it_before": _told(episodes.height - at_risk.height, choice.minimum),
        "undetermined": _told(_undetermined(at_risk, events, question), choice.minimum, of=at_risk.height),
        "by_way": {},
    }
    for way in ways:
        # Whoever knows two of them can subtract.
        within = "any" in many and way in question.ways
        apart = [many["any"] - many[way]] if within else []
        if way == "all":
            apart = [many[one] - many[way] for one in (*question.ways, "any")]
        hide = any(_small(count, choice.minimum) for count in (many[way], *apart))
        answer["by_way"][way] = _estimate(at_risk, way, question, choice, hide=hide)
    answer["cross"] = _crossed(at_risk, question, choice)
    answer["bounds"] = _bounds(at_risk, imaged, ways, question, choice) if question.imaging else None
    return answer


def _undetermined(at_risk: pl.DataFrame, events: pl.DataFrame, question: Question) -> int:
    """How many were seen in no way, and of whom the course could not tell within the window: they are no negatives."""
    told = events.filter((pl.col("way") == DETERMINED) & (pl.col("days") <= question.window))["episode"]
    seen = pl.any_horizontal(pl.col(way).is_not_null() for way in question.ways)
    return at_risk.filter(~pl.col("episode").is_in(told.implode()) & ~seen).height


def _by_way(events: pl.DataFrame, question: Question) -> pl.DataFrame:
    """A column of days for each way, with `any` and `all` of those that are told apart."""
    ways = [*question.ways, *question.also]
    wide = events.select("episode").unique(maintain_order=True)
    for way in ways:
        seen = events.filter(pl.col("way") == way).select("episode", pl.col("days").alias(way))
        wide = wide.join(seen, on="episode", how="left", maintain_order="left")
    if len(question.ways) < 2:
        return wide
    every = pl.all_horizontal(pl.col(way).is_not_null() for way in question.ways)
    return wide.with_columns(
        pl.min_horizontal(question.ways).alias("any"),
        pl.when(every).then(pl.max_horizontal(question.ways)).alias("all"),
    )


def _estimate(at_risk: pl.DataFrame, way: str, question: Question, choice: Choice, *, hide: bool) -> Block:
    """One way's numbers: over procedures, persons, time, competing risks, and in strata."""
    block = _counted(at_risk, way, question, choice, hide=hide)
    strata: dict[str, Any] = {}
    for name in choice.strata:
        groups = {str(value): part for (value,), part in at_risk.sort(name).group_by(name, maintain_order=True)}
        events = {value: part[way].count() for value, part in groups.items()}
        gone = _hidden({value: part.height for value, part in groups.items()}, choice)
        gone |= frozenset(groups) if hide else _hidden(events, choice)
        strata[name] = {
            "groups": {
                value: {"episodes": None, "withheld": True}
                if _small(part.height, choice.minimum) or (value in gone and not _told_size(groups, value, choice))
                else _counted(part, way, question, choice, hide=value in gone, curve=False)
                for value, part in groups.items()
            },
            "gray": None if hide else _gray(at_risk, way, name, question),
        }
    return block | {"strata": strata}


def _told_size(groups: Mapping[str, pl.DataFrame], value: str, choice: Choice) -> bool:
    """Whether a group's size may be told though its events may not."""
    return value not in _hidden({name: part.height for name, part in groups.items()}, choice)


def _counted(
    at_risk: pl.DataFrame, way: str, question: Question, choice: Choice, *, hide: bool, curve: bool = True
) -> Block:
    """Counts of procedures and persons with limits, the rate, and the cumulative incidence at the window's end."""
    total, persons = at_risk.height, at_risk["person"].n_unique()
    followed = _timed(at_risk, way, question)
    complete = followed.filter((pl.col("cause") != CENSORED) | (pl.col("days") >= question.window)).height
    head: Block = {"episodes": total, "persons": persons, "complete": _told(complete, choice.minimum, of=total)}
    if hide:
        return head | {"withheld": True}
    if not total:
        return head | {"events": 0, "proportion": None, "withheld": False}
    events = followed[way].count()
    people = followed.filter(pl.col(way).is_not_null())["person"].n_unique()
    times, causes = followed["time"].to_numpy(), followed["cause"].to_numpy()
    incidence = cumulative_incidence(times, causes, EVENT)
    found: Block = {
        "events": events,
        "withheld": False,
        # Only where nobody was lost does the plain proportion answer the question.
        "primary": "proportion" if complete == total else "cumulative_incidence",
        "proportion": proportion(events, total, choice.level).as_json(),
        "clustered": clustered_proportion(
            followed["person"].to_list(), followed[way].is_not_null().to_list(), choice.level
        ).as_json(),
        "patients": proportion(people, persons, choice.level).as_json(),
        "rate": rate(events, float(times.sum()), level=choice.level).as_json() if times.sum() > 0 else None,
        "cumulative_incidence": {
            variance: incidence.at(question.window, choice.level, variance) for variance in ("delta", "aalen")
        },
    }
    if curve:
        days = range(ceil(question.window) + 1)
        points = [incidence.at(float(day), choice.level) for day in days]
        found["curve"] = [[day, point["incidence"], *(point["limits"]["log-log"] or (None, None))]
                          for day, point in zip(days, points, strict=True)]  # fmt: skip
    return head | found


def _timed(at_risk: pl.DataFrame, way: str, question: Question) -> pl.DataFrame:
    """The episodes with the `time` at which something ended them within the window, and its `cause`."""
    return at_risk.with_columns(
        time=pl.min_horizontal("days", pl.coalesce(way, "days"), pl.lit(question.window)),
        cause=pl.when(pl.col(way).is_not_null())
        .then(EVENT)
        .when((pl.col("ended") == "death") & (pl.col("days") <= question.window))
        .then(DEATH)
        .otherwise(CENSORED),
    )


def _gray(at_risk: pl.DataFrame, way: str, name: str, question: Question) -> Block | None:
    """Gray's test between the groups, where two have somebody at risk and somebody an event."""
    ended = _timed(at_risk, way, question)
    if ended[name].n_unique() < 2 or not at_risk[way].count():
        return None
    groups = ended[name].cast(pl.String).fill_null("unknown")
    return gray_test(ended["time"].to_list(), ended["cause"].to_list(), groups.to_list(), EVENT).as_json()


def _crossed(at_risk: pl.DataFrame, question: Question, choice: Choice) -> list[Block]:
    """How many episodes were seen in which ways together."""
    if len(question.ways) < 2:
        return []
    seen = at_risk.select(pl.col(way).is_not_null() for way in question.ways)
    counts = [(row[:-1], row[-1]) for row in seen.group_by(question.ways).len().sort(question.ways).iter_rows()]
    gone = _hidden({repr(pattern): count for pattern, count in counts}, choice)
    return [
        dict(zip(question.ways, pattern, strict=True))
        | {"episodes": None if repr(pattern) in gone else count, "withheld": repr(pattern) in gone}
        for pattern, count in counts
    ]


def _bounds(
    at_risk: pl.DataFrame, imaged: pl.DataFrame, ways: Sequence[str], question: Question, choice: Choice
) -> Block:
    """What the proportion would be if whoever was not imaged had nothing, and if they are left out."""
    looked = imaged.filter(pl.col("examination").is_in(question.imaging) & (pl.col("days") <= question.window))
    shown = at_risk.with_columns(looked=pl.col("episode").is_in(looked["episode"].implode()))
    many = int(shown["looked"].sum())
    gone = _hidden({"imaged": many, "not imaged": shown.height - many}, choice)
    bounds: Block = {"imaged": None if gone else many, "withheld": bool(gone), "by_way": {}}
    for way in ways:
        events = shown[way].count()
        looked_at = shown.filter(pl.col("looked") | pl.col(way).is_not_null()).height
        # Who was seen without an image could be worked out of the two totals.
        unimaged = looked_at - many
        hide = bool(gone) or _small(events, choice.minimum) or _small(unimaged, choice.minimum)
        bounds["by_way"][way] = None if hide else {
            name: proportion(events, total, choice.level).as_json() if total else None
            for name, total in (("unimaged_none", shown.height), ("unimaged_excluded", looked_at))
        }  # fmt: skip
    return bounds


def percentiles(readings: pl.DataFrame, kinds: Sequence[str], days: tuple[int, int], minimum: int) -> dict[str, Any]:
    """Return the percentiles of each kind's readings by day since the procedure, those of too few left out.

    `readings` has `episode`, `kind`, `day`, `value`: one value of an episode and day.
    """
    chosen = readings.filter(pl.col("kind").is_in(kinds) & pl.col("day").is_between(*days))
    found = (
        chosen.group_by("kind", "day")
        .agg(
            pl.len().alias("episodes"),
            *(pl.col("value").quantile(p / 100, "linear").alias(f"p{p}") for p in PERCENTILES),
        )
        .filter(pl.col("episodes") >= max(minimum, FEWEST))
        .sort("kind", "day")
    )
    return {kind: found.filter(kind=kind).drop("kind").to_dicts() for kind in kinds if (found["kind"] == kind).any()}


def deaths(episodes: pl.DataFrame, choice: Choice, days: float = 30) -> Block:
    """Return how many died within some days while they were followed: the competing risk."""
    died = episodes.filter((pl.col("ended") == "death") & (pl.col("days") <= days)).height
    small = _small(died, choice.minimum)
    return {"days": days, "withheld": small} | (
        {} if small else proportion(died, episodes.height, choice.level).as_json()
    )


def _small(count: int, minimum: int) -> bool:
    return 0 < count < minimum


def _told(count: int, minimum: int, of: int | None = None) -> int | None:
    """A count, or none where it, or what is left of the whole, is too small to be told."""
    small = _small(count, minimum) or (of is not None and _small(of - count, minimum))
    return None if small else count


def _hidden(parts: Mapping[str, int], choice: Choice) -> frozenset[str]:
    return withheld(parts, choice.minimum) if parts and choice.minimum > 1 else frozenset()
