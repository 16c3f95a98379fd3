"""Do the intervals hold what they say? A thousand draws of simulated CDMs, each counted, each set beside the truth.

    python -m benchmarks.coverage                a thousand draws of a hundred procedures
    python -m benchmarks.coverage --draws 100    fewer, to try it out
    python -m benchmarks.coverage --dry          print only, store nothing

The truth is the generator's own: how often an outcome was made and coded within its window, over all draws. A draw is
counted the whole way: CDM, index procedures, facts, assessment, follow-up. An exact interval must hold the truth in at
least 95 of 100 draws, less what a thousand draws can miss by chance; one that is not exact must do so as often as the
binomial distribution itself says that it does at this size and truth.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from math import sqrt
from pathlib import Path

import polars as pl
from scipy.stats import binom

from benchmarks.__main__ import store, table
from benchmarks.machine import load, machine
from benchmarks.measurement import Measurement
from sequela.assessing.counting.outcomes import outcomes
from sequela.course.catalogue import catalogue
from sequela.criteria import shelf
from sequela.engine.program import compiled
from sequela.engine.spans import spans
from sequela.measure.competing import cumulative_incidence
from sequela.measure.following import Sought, follow
from sequela.measure.proportions import proportion
from sequela.sources import synthetic
from sequela.sources.frames import settled
from sequela.sources.omop.connecting import connect
from sequela.sources.omop.facts import course_tables
from sequela.sources.omop.index import index_procedures
from sequela.sources.receipt import Receipt
from sequela.sources.synthetic import writing
from sequela.sources.synthetic.writing_omop import Conversion

DRAWS, EACH, AT_ONCE = 1_000, 100, 25
LEVEL = 0.95
EXACT = ("clopper-pearson", "mid-p", "wilson", "jeffreys")
REACHED = "aalen-johansen, exact where it has none"
FLOATS = {"days": pl.Float64, "code": pl.Float64}
CODED = {"hepatic-necrosis": "parenchymal-necrosis", "liver-abscess": "abscess", "sepsis": "sepsis"}
"""The outcomes that are looked at, and what the truth calls each."""


def draws(many: int, each: int) -> Iterator[pl.DataFrame]:
    """Yield for some draws at a time: draw, outcome, the episode's follow-up, and the days of code and truth if any."""
    asked = [outcome for outcome in outcomes(shelf()) if outcome.key in CODED]
    sought = [Sought(one.key, one.condition, one.coded, one.findings, one.imaging) for one in asked]
    windows = {one.key: one.days for one in asked}
    grids = {key: float(kind.resolution) for key, kind in catalogue().kinds.items()}
    program = compiled(shelf(), scores=False)
    for block in range(0, many, AT_ONCE):
        here = min(AT_ONCE, many - block)
        with tempfile.TemporaryDirectory(prefix="sequela-coverage-") as name:
            folder = Path(name) / "cdm"
            # Each draw is a chunk, made from a stream of random numbers of its own.
            made = synthetic.generate(here * each, block, chunk=each)
            writing.write(made, folder, "omop", omop=Conversion(block, repeats=0.0, coded=1.0))
            database = connect(folder)
            index = index_procedures(database)
            (tables,) = course_tables(database, index, Receipt())
            frames = settled(tables)
            (said,) = spans(frames, program)
            seen = follow(*frames, said, tables["diagnoses"], index.episodes, sought, grids)
            truth = pl.read_parquet(folder / "truth.parquet").with_row_index("row")
            database.close()
        keyed = truth.select(
            draw=block + pl.col("row") // each,
            episode=pl.concat_str("person_id", pl.lit("|"), "procedure_occurrence_id"),
            true="coded_outcomes",
        ).join(seen.episodes, on="episode", how="left")
        coded = seen.events.filter(pl.col("way") == "coded")
        for key, word in CODED.items():
            own = coded.filter(pl.col("outcome") == key).select("episode", code="days")
            yield keyed.join(own, on="episode", how="left").select(
                "draw", "days", "ended", "code",
                outcome=pl.lit(key), window=pl.lit(windows[key]), true=pl.col("true").str.contains(word),
            )  # fmt: skip


def measurements(many: int, each: int) -> Iterator[Measurement]:
    """Yield the coverage of each interval of each outcome, and how many codes the counting missed or made up."""
    rows = pl.concat(list(draws(many, each))).with_columns(seen=pl.col("code") <= pl.col("window"))
    for (outcome,), own in rows.sort("outcome", "draw").group_by("outcome", maintain_order=True):
        seen = own["seen"].fill_null(value=False)
        # Coded too late for the window is no event, in truth as in the count.
        late = own.filter(pl.col("true") & (pl.col("code") > pl.col("window"))).height
        missed = own.filter(pl.col("true") & pl.col("code").is_null()).height
        invented = own.filter(~pl.col("true") & pl.col("code").is_not_null()).height
        told = f"of {own.height:,}; {late} more coded after the window"
        yield Measurement(f"{outcome}: codes missed or made up", missed + invented, "episodes", note=told)
        rate = int(seen.sum()) / own.height
        held: dict[str, int] = defaultdict(int)
        for _, draw in own.group_by("draw"):
            events = int(draw["seen"].sum())
            found = proportion(events, draw.height, LEVEL)
            for method in EXACT:
                held[method] += found.intervals[method][0] <= rate <= found.intervals[method][1]
            held["one-sided upper"] += rate <= found.upper
            reached = _reached(draw)
            held[REACHED] += reached[0] <= rate <= reached[1]
        chance = 3 * sqrt(LEVEL * (1 - LEVEL) / many)
        for method, times in held.items():
            said = _said(method, rate, each)
            least = (LEVEL if method in ("clopper-pearson", "one-sided upper") else said) - chance
            note = f"truth {100 * rate:.2f} %; by enumeration {said:.3f}"
            yield Measurement(f"{outcome}: {method}", times / many, "of draws", least=least, note=note)


def _reached(draw: pl.DataFrame) -> tuple[float, float]:
    """The log-log limits of the cumulative incidence at the window's end; the exact ones where nothing happened."""
    window = float(draw["window"][0])
    ended = draw.select(
        time=pl.min_horizontal("days", pl.coalesce("code", "days"), "window"),
        cause=pl.when("seen")
        .then(1)
        .when((pl.col("ended") == "death") & (pl.col("days") <= window))
        .then(2)
        .otherwise(0),
    )
    found = cumulative_incidence(ended["time"].to_numpy(), ended["cause"].to_numpy(), 1).at(window, LEVEL)
    if found["limits"]["log-log"] is None:
        return proportion(int(draw["seen"].sum()), draw.height, LEVEL).intervals["clopper-pearson"]
    low, high = found["limits"]["log-log"]
    return low, high


def _said(method: str, rate: float, each: int) -> float:
    """How often the interval holds the truth by the binomial distribution itself."""
    total = 0.0
    for events in range(each + 1):
        found = proportion(events, each, LEVEL)
        if method == "one-sided upper":
            low, high = 0.0, found.upper
        elif method == REACHED:
            # As if nobody was lost or died: few are, within the window.
            whole = pl.DataFrame(
                {"days": [2.0] * each, "code": [1.0] * events + [None] * (each - events)}, schema_overrides=FLOATS
            ).with_columns(window=pl.lit(1.0), ended=pl.lit(""), seen=pl.col("code").is_not_null())
            low, high = _reached(whole)
        else:
            low, high = found.intervals[method]
        total += float(binom.pmf(events, each, rate)) * (low <= rate <= high)
    return total


def main(arguments: list[str]) -> int:
    """Draw, count, print, store; 1 where an interval does not hold what it says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage", description="Coverage of the intervals.")
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--each", type=int, default=EACH, help="procedures in a draw")
    parser.add_argument("--dry", action="store_true", help="print only, store nothing")
    given = parser.parse_args(arguments)
    began, here, before = time.perf_counter(), machine(), load()
    found = list(measurements(given.draws, given.each))
    here |= {"load_before": before, "load_after": load(), "seconds": round(time.perf_counter() - began)}
    table(found, here)
    if not given.dry:
        print(store(found, here, ["coverage"]))
    return int(any(one.kept is False for one in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
