"""The published values beside the generated ones, with intervals, and whether they agree."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from sequela.sources.synthetic import chunks
from sequela.sources.synthetic.measures import MEASURES, Cohort, Marginal
from sequela.sources.synthetic.patients import Floats

NORMAL = 1.959963984540054
"""The 97.5th percentile of the normal distribution: half the width of a 95 % interval in standard errors."""
BOOTSTRAP = 400
"""How often a median is drawn again for its interval."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One published value and what was generated: value, 95 % interval, and the lowest and highest of the seeds."""

    marginal: Marginal
    cohort: str
    published: tuple[float, float] | None
    allowed: tuple[float, float]
    n: int
    value: float
    low: float
    high: float
    seeds: tuple[float, float]

    @property
    def agrees(self) -> bool:
        """Whether the generated value is within what is allowed."""
        return self.allowed[0] <= self.value <= self.allowed[1]


@cache
def file() -> dict[str, Any]:
    """What `data/marginals.toml` says."""
    text = resources.files("sequela.sources.synthetic").joinpath("data", "marginals.toml").read_text("utf-8")
    return tomllib.loads(text)


def compared(seeds: Sequence[int] | None = None, episodes: int | None = None) -> list[Compared]:
    """Every marginal, from so many episodes of each seed in each cohort."""
    said = file()
    chosen = tuple(said["seeds"] if seeds is None else seeds)
    count = int(said["episodes"] if episodes is None else episodes)
    cohorts = {name: [_cohort(name, seed, count) for seed in chosen] for name in said["cohorts"]}
    return [_compared(marginal, cohorts[marginal["cohort"]]) for marginal in said["marginal"]]


def _cohort(name: str, seed: int, episodes: int) -> Cohort:
    entry = file()["cohorts"][name]
    people, found = chunks.measured(seed, episodes, entry["scenarios"], entry["procedures"])
    chosen = people.flags[entry["only"]] if "only" in entry else np.ones(len(people), dtype=np.bool_)
    return Cohort(people, found, chosen)


def _compared(marginal: Marginal, cohorts: list[Cohort]) -> Compared:
    measure, kind = MEASURES[marginal["measure"]]
    each = [values[~np.isnan(values)] for values in (measure(cohort, marginal) for cohort in cohorts)]
    values = np.concatenate(each)
    middle = np.median if kind == "median" else np.mean
    by_seed = [float(middle(found)) for found in each]
    low, high = _interval(values, kind)
    printed = _printed(marginal, kind)
    published = float(marginal["published"])
    if "tolerance" in marginal:
        allowed = (published - marginal["tolerance"], published + marginal["tolerance"])
    elif printed is None:
        raise ValueError(f"{marginal['says']}: neither an interval nor a tolerance")
    else:
        allowed = printed
    return Compared(
        marginal=marginal,
        cohort=file()["cohorts"][marginal["cohort"]]["title"],
        published=printed,
        allowed=allowed,
        n=values.size,
        value=float(middle(values)),
        low=low,
        high=high,
        seeds=(min(by_seed), max(by_seed)),
    )


def _printed(marginal: Marginal, kind: str) -> tuple[float, float] | None:
    """The 95 % interval of the published value, where what was printed gives one."""
    if "n" not in marginal:
        return None
    n, value = int(marginal["n"]), float(marginal["published"])
    if kind == "share":
        return wilson(float(marginal.get("count", value * n / 100)), n)
    if kind == "mean" and "sd" in marginal:
        half = NORMAL * float(marginal["sd"]) / math.sqrt(n)
        return value - half, value + half
    return None


def wilson(events: float, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share, in per cent."""
    share, square = events / n, NORMAL**2
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = NORMAL / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n**2))
    return 100 * (middle - half), 100 * (middle + half)


def _interval(values: Floats, kind: str) -> tuple[float, float]:
    if kind == "share":
        return wilson(float(values.sum()) / 100, values.size)
    if kind == "mean":
        half = NORMAL * float(values.std(ddof=1)) / math.sqrt(values.size)
        return float(values.mean()) - half, float(values.mean()) + half
    rng = np.random.default_rng(values.size)
    again = np.median(rng.choice(values, (BOOTSTRAP, values.size)), axis=1)
    low, high = np.percentile(again, [2.5, 97.5])
    return float(low), float(high)
