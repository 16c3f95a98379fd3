"""How often which alarm is given on synthetic courses: `make regression`. Renews benchmarks/results/regression.json.

    python -m benchmarks.regression          10,000 courses without a complication, 1,000 of each other scenario
    python -m benchmarks.regression --dry    print the flagged shares only, store nothing

These are regression tables: what the shipped shelf says of courses whose kinetics are mostly judgement. They show that
a change changed something, and are no clinical evidence; no threshold is set by them. The page in docs/reference is
written from the stored counts, and a slow test counts the smaller sample anew.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from benchmarks.counting import ALARMING, by_episode, tally

if TYPE_CHECKING:
    from sequela.logic.shelf import Shelf
    from sequela.sources.synthetic.chunks import Chunk

RECORD = Path(__file__).resolve().parent / "results" / "regression.json"
SEED = 2_032
BENIGN = ("uneventful", "pes")
FULL, SAMPLE = (10_000, 1_000), (500, 50)
"""Episodes of the benign scenarios together, and of each other one."""
AT_ONCE = 4
"""Chunks that are worked on together."""
CONCORDANT: Mapping[str, tuple[str, ...]] = {
    "pes": ("post-embolization-syndrome",),
    "prolonged-pes": ("post-embolization-syndrome",),
    "necrosis": ("hepatic-necrosis",),
    "necrosis-portal-thrombosis": ("hepatic-necrosis", "portal-vein-thrombosis"),
    "abscess-febrile": ("liver-abscess",),
    "abscess-afebrile": ("liver-abscess",),
    "sepsis": ("sepsis",),
    "liver-failure": ("acute-liver-failure",),
    "decompensation": ("hepatic-decompensation",),
    "cholecystitis": ("cholecystitis",),
    "bleeding": ("bleeding",),
    "pancreatitis": ("pancreatitis",),
    "carcinoid-crisis": ("carcinoid-crisis",),
}
"""The conditions that fit a scenario; the shelf need not have them yet."""
TABLES = ("episodes", "observations", "findings", "events", "background")


def record(full: tuple[int, int] = FULL, sample: tuple[int, int] = SAMPLE) -> dict[str, object]:
    """Return everything that is stored: of which shelf and courses, and the counts of both sizes."""
    import sequela

    shelf = sequela.shelf()
    return {
        "sequela": sequela.__version__,
        "criteria": {"version": shelf.version, "hash": shelf.hash},
        "seed": SEED,
        "conditions": {condition.key: condition.title for condition in shelf.conditions},
        "concordant": {scenario: list(keys) for scenario, keys in CONCORDANT.items()},
        "statements": {d.key: {"title": d.title, "role": d.role} for d in counted(shelf)},
        "full": {"sizes": list(full), **counts(shelf, *full)},
        "sample": {"sizes": list(sample), **counts(shelf, *sample)},
    }


def counted(shelf: Shelf) -> list:
    """The definitions that make a state alarming."""
    return [definition for role in ALARMING for definition in shelf.in_role(role)]


def counts(shelf: Shelf, benign: int, each: int) -> dict[str, object]:
    """Return the tallies: of the benign courses together and by procedure, and of each scenario."""
    rows = episodes(shelf, benign, each)
    without = rows.filter(pl.col("scenario").is_in(BENIGN))
    return {
        "benign": tally(without),
        "procedures": {key: tally(without.filter(procedure=key)) for key in _present(without, "procedure")},
        "scenarios": {key: tally(rows.filter(scenario=key)) for key in _present(rows, "scenario")},
    }


def episodes(shelf: Shelf, benign: int, each: int) -> pl.DataFrame:
    """Return a row for each episode of all scenarios; each scenario has a seed of its own."""
    from sequela.sources.synthetic import generate
    from sequela.sources.synthetic.kinetics import book

    weights = book().scenario_weights
    runs = [(benign, {key: weights[key] for key in BENIGN})]
    runs += [(each, {key: 1.0}) for key in weights if key not in BENIGN]
    found = []
    for number, (size, scenarios) in enumerate(runs):
        print(f"... {size:,} of {', '.join(scenarios)}", file=sys.stderr, flush=True)
        found += judged(shelf, generate(size, SEED + number, scenarios=scenarios))
    return pl.concat(found)


def judged(shelf: Shelf, chunks: Iterator[Chunk]) -> Iterator[pl.DataFrame]:
    """Yield the rows of each chunk: read, settled and run through the engine."""
    from sequela.engine.spans import spans
    from sequela.sources.frames import settled

    statements = [definition.key for definition in counted(shelf)]
    while group := list(islice(chunks, AT_ONCE)):
        frames = [settled({name: getattr(chunk, name) for name in TABLES}) for chunk in group]
        for chunk, (about, facts), said in zip(group, frames, spans(frames, shelf), strict=True):
            yield by_episode(said, about, facts, chunk.truth, statements)


def _present(rows: pl.DataFrame, column: str) -> list[str]:
    """The scenarios or procedures that occur, in the order of the book."""
    from sequela.sources.synthetic.kinetics import book

    order = book().scenario_weights if column == "scenario" else book().procedure_weights
    return [key for key in order if key in set(rows[column])]


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description="Count alarms on synthetic courses.")
    parser.add_argument("--dry", action="store_true", help="the small sample only; store nothing")
    if parser.parse_args(arguments).dry:
        import sequela

        found = counts(sequela.shelf(), *SAMPLE)
        print(json.dumps(found, indent=1))
        return
    RECORD.write_text(json.dumps(record(), indent=1) + "\n", encoding="utf-8")
    print(f"stored in benchmarks/results/{RECORD.name}; `make docs` writes the page")


if __name__ == "__main__":
    main(sys.argv[1:])
