"""A chunk of synthetic episodes, from the seed to the frames of the contract."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sequela.errors import InputError, UnknownName
from sequela.sources.synthetic import charting, measuring, occasions, patients, saying, text
from sequela.sources.synthetic.curves import Curves
from sequela.sources.synthetic.kinetics import book
from sequela.sources.synthetic.measuring import Measured
from sequela.sources.synthetic.patients import EXPECTED, Floats, Patients

if TYPE_CHECKING:
    import polars


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some episodes: the five tables of a course folder, and the truth about them, which no reader may see."""

    episodes: polars.DataFrame
    observations: polars.DataFrame
    findings: polars.DataFrame
    events: polars.DataFrame
    background: polars.DataFrame
    truth: polars.DataFrame


def generate(
    episodes: int,
    seed: int,
    scenarios: Mapping[str, float] | None,
    procedures: Mapping[str, float] | None,
    dense: bool,
    chunk: int,
) -> Iterator[Chunk]:
    """Yield the chunks; arguments are checked before the first."""
    if episodes < 0 or chunk < 1 or seed < 0:
        raise InputError("no such number of episodes", where="generate", hint="episodes and seed from 0, chunk from 1")
    return _chunks(
        episodes,
        seed,
        weights(scenarios, book().scenario_weights, "scenario"),
        weights(procedures, book().procedure_weights, "procedure"),
        dense,
        chunk,
    )


def weights(given: Mapping[str, float] | None, known: Mapping[str, float], what: str) -> Mapping[str, float]:
    """The weights in the order of the book, so that the caller's order says nothing."""
    if given is None:
        return known
    for key in given:
        if key not in known:
            raise UnknownName(f"unknown {what}", where=key, hint="One of " + ", ".join(known))
    found = {key: float(given[key]) for key in known if given.get(key)}
    if not found or any(not math.isfinite(weight) or weight < 0 for weight in found.values()):
        raise InputError(f"weights of {what}s that choose nothing", where="generate", hint="Give positive numbers")
    return found


def _chunks(
    episodes: int, seed: int, scenarios: Mapping[str, float], procedures: Mapping[str, float], dense: bool, chunk: int
) -> Iterator[Chunk]:
    for index, first in enumerate(range(0, episodes, chunk)):
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(index,)))
        # Whole chunks are drawn and then cut, so that fewer episodes are a prefix of more.
        yield _chunk(rng, first, chunk, min(chunk, episodes - first), scenarios, procedures, dense)


def measured(
    seed: int, episodes: int, scenarios: Mapping[str, float], procedures: Mapping[str, float]
) -> tuple[Patients, Measured]:
    """The patients of one chunk and their true values, before anyone writes them down."""
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(0,)))
    chosen = weights(scenarios, book().scenario_weights, "scenario")
    return _measured(rng, 0, episodes, chosen, weights(procedures, book().procedure_weights, "procedure"), dense=False)


def _measured(
    rng: np.random.Generator,
    first: int,
    count: int,
    scenarios: Mapping[str, float],
    procedures: Mapping[str, float],
    dense: bool,
) -> tuple[Patients, Measured]:
    numbers = book()
    people = patients.draw(rng, count, first, numbers, scenarios, procedures, dense)
    curves = Curves(rng, people, numbers)
    sets = occasions.vitals(rng, people, numbers, dense)
    draws = occasions.draws(rng, people, numbers, dense)
    return people, measuring.measured(rng, people, curves, sets, draws, numbers)


def _chunk(
    rng: np.random.Generator,
    first: int,
    count: int,
    upto: int,
    scenarios: Mapping[str, float],
    procedures: Mapping[str, float],
    dense: bool,
) -> Chunk:
    people, found = _measured(rng, first, count, scenarios, procedures, dense)
    findings, events = saying.tables(rng, people, found, upto)
    return Chunk(
        episodes=_episodes(people).head(upto),
        observations=charting.observations(rng, found, people, upto),
        findings=findings,
        events=events,
        background=saying.background(rng, people, upto),
        truth=_truth(people, found).head(upto),
    )


def _episodes(people: Patients) -> polars.DataFrame:
    import polars as pl

    numbers = book()
    names = charting.episode_names(people)
    kinds = [numbers.procedures[key].kind for key in people.procedures]
    intents = [numbers.procedures[key].intent for key in people.procedures]
    empty = pl.Series("", [None] * len(people), dtype=pl.String)
    return pl.DataFrame(
        {
            "episode": names,
            "patient": [f"SYN-{name[1:]}" for name in names],
            "kind": text.gathered([*kinds], people.procedure),
            "start": text.times(people.start, people.offset),
            "territory": [";".join(segments) for segments in saying.territories(people)],
            "intent": _intents(people, intents),
            "sex": text.gathered(["male", "female"], people.sex),
            "birth_year": pl.Series("", [year if year > 0 else None for year in people.birth.tolist()], dtype=pl.Int32),
            "ended": empty,
            "end_reason": empty,
        }
    )


def _intents(people: Patients, intents: list[str]) -> list[str]:
    """What was treated: neuroendocrine metastases where there are any."""
    neuroendocrine = book().procedures["TAE"].intent
    return [
        neuroendocrine if net else intents[kind]
        for net, kind in zip(people.flags["net"].tolist(), people.procedure.tolist(), strict=True)
    ]


def _truth(people: Patients, found: Measured) -> polars.DataFrame:
    """What really happened: for tests and benchmarks alone."""
    import polars as pl

    temperature = (found.kind == list(book().panel).index("temperature")) & (found.at > people.start[found.row])
    febrile = np.zeros(len(people), dtype=np.bool_)
    febrile[found.row[temperature & (found.value >= book().fever.value)]] = True
    scenario = [people.scenarios[i] for i in people.scenario.tolist()]

    def instant(key: str) -> polars.Series:
        return _instants(people, people.times[key])

    return pl.DataFrame(
        {
            "episode": charting.episode_names(people),
            "scenario": scenario,
            "procedure": [people.procedures[i] for i in people.procedure.tolist()],
            "complication": pl.Series("", [None if key in EXPECTED else key for key in scenario], dtype=pl.String),
            "began": instant("began"),
            "suspected": instant("suspected"),
            "recognised": instant("recognised"),
            "treated": instant("treated"),
            "discharged": instant("discharge"),
            "readmitted": instant("readmission"),
            "died": instant("death"),
            "portal_thrombosis": [key == "necrosis-portal-thrombosis" for key in scenario],
            "febrile": febrile,
            "cirrhosis": people.flags["cirrhosis"],
            "neuroendocrine": people.flags["net"],
        }
    )


def _instants(people: Patients, hour: Floats) -> polars.Series:
    import polars as pl

    there = ~np.isnan(hour)
    second = people.start + np.rint(np.nan_to_num(hour) * 3600).astype(np.int64)
    written = text.times(second, people.offset)
    return pl.DataFrame({"there": there, "written": written}).select(pl.when("there").then("written")).to_series()
