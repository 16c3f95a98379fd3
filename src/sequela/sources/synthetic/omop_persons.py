"""Whose the episodes of a chunk are in a CDM, when they were in hospital, and for how long they are observed.

The generator makes one procedure of one patient. Here some become the next procedure of a patient like them: of the
same sex, disease and liver, who lived and whose earlier course was over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from sequela.sources.synthetic.omop_vocabulary import numbers

if TYPE_CHECKING:
    import polars as pl

ALIKE = ("sex", "intent", "cirrhosis", "earlier_thrombosis")
WITHDRAWN = ("entered-in-error", "cancelled")
STAYS = ("admission", "discharge", "death")


def instants(name: str) -> tuple[pl.Expr, pl.Expr]:
    """`time` by the clock of UTC, null where only the day is known, and `date`."""
    import polars as pl

    told = pl.col(name)
    time = told.str.to_datetime("%Y-%m-%dT%H:%M:%S%:z", strict=False, time_unit="us").dt.replace_time_zone(None)
    date = pl.coalesce(time.dt.date(), told.str.slice(0, 10).str.to_date("%Y-%m-%d"))
    return time.alias("time"), date.alias("date")


def believed(frame: pl.DataFrame) -> pl.DataFrame:
    """The last version of each fact, those left out that were withdrawn: a CDM remembers no earlier ones."""
    import polars as pl

    last = frame.unique(["episode", "fact", "version"], keep="first", maintain_order=True)
    last = last.filter(pl.col("version") == pl.col("version").max().over("episode", "fact"))
    return last.filter(~pl.col("status").is_in(WITHDRAWN)).with_columns(*instants("at"))


def persons(tables: Mapping[str, pl.DataFrame], rng: np.random.Generator, repeats: float, first: int) -> pl.DataFrame:
    """One row for each episode: `person_id`, the number of its procedure, `start`, first and last believed contact.

    `tables` are `episodes` and `background` of a course folder and the believed facts; `first` the first person's id.
    """
    import polars as pl

    contact = pl.concat([tables[name].select("episode", "date") for name in ("observations", "findings", "events")])
    spans = contact.group_by("episode").agg(earliest=pl.col("date").min(), latest=pl.col("date").max())
    has = tables["background"].filter(pl.col("value") == "yes").select("episode", "item")
    died = tables["events"].filter(pl.col("event") == "death")["episode"].implode()

    def told(item: str) -> pl.Expr:
        return pl.col("episode").is_in(has.filter(pl.col("item") == item)["episode"].implode())

    rows = (
        tables["episodes"]
        .join(spans, on="episode", how="left", maintain_order="left")
        .with_columns(
            start=pl.coalesce(*(part.cast(pl.Datetime("us")) for part in instants("start"))),
            cirrhosis=told("cirrhosis"),
            earlier_thrombosis=told("earlier-portal-vein-thrombosis"),
            died=pl.col("episode").is_in(died),
        )
        .with_columns(draw=pl.Series(rng.random(tables["episodes"].height), dtype=pl.Float64))
    )
    last: dict[tuple[object, ...], list[tuple[int, int, object]]] = {}
    found: dict[str, tuple[int, int]] = {}
    for row in rows.sort("start", "episode").iter_rows(named=True):
        waiting = last.setdefault(tuple(row[name] for name in ALIKE), [])
        place = next((i for i, (_, _, until) in enumerate(waiting) if until < row["earliest"]), None)
        if row["draw"] < repeats and place is not None:
            person, number, _ = waiting.pop(place)
            number += 1
        else:
            person, number, first = first, 1, first + 1
        found[row["episode"]] = (person, number)
        if not row["died"]:
            waiting.append((person, number, row["latest"]))
    names = rows["episode"].to_list()
    return rows.with_columns(
        person_id=pl.Series([found[name][0] for name in names], dtype=pl.Int64),
        number=pl.Series([found[name][1] for name in names], dtype=pl.Int64),
    ).select("episode", "person_id", "number", "start", "kind", "intent", "sex", "birth_year", "earliest", "latest")


def stays(events: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The visits of a chunk: from each admission to the discharge or death that follows, or the last contact."""
    import polars as pl

    moves = events.filter(pl.col("event").is_in(STAYS)).sort("episode", "time", "fact").join(people, on="episode")
    following = pl.col("time").shift(-1).over("episode")
    return (
        moves.with_columns(end=following, ending=pl.col("event").shift(-1).over("episode"))
        .filter(pl.col("event") == "admission")
        .with_columns(end=pl.max_horizontal(pl.col("end").fill_null(pl.col("latest").cast(pl.Datetime("us"))), "time"))
        .select("episode", "person_id", "ending", "end", begin="time")
        .sort("person_id", "begin")
    )


def observed(people: pl.DataFrame, visits: pl.DataFrame, deaths: pl.DataFrame) -> pl.DataFrame:
    """One observation period for each person: from before the first procedure to some time after the last contact."""
    import polars as pl

    days = {key: number["value"] for key, number in numbers()["observed"].items()}
    ends = visits.group_by("person_id").agg(left=pl.col("end").max().dt.date())
    rows = people.group_by("person_id").agg(
        begin=pl.min_horizontal(
            pl.col("start").min().dt.date() - pl.duration(days=days["before"]), pl.col("earliest").min()
        ),
        latest=pl.col("latest").max(),
    )
    rows = rows.join(ends, on="person_id", how="left").join(deaths, on="person_id", how="left").sort("person_id")
    after = pl.max_horizontal("latest", "left") + pl.duration(days=days["after"])
    return rows.select("person_id", "begin", end=pl.coalesce("death_date", after))
