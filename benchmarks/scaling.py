"""What the engine manages: at several sizes, beside the floor and the reference, and on one course."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measurement import Measurement

ROOT = Path(__file__).resolve().parents[1]
SIZES, LARGE = (1_000, 10_000), 50_000
"""Dense episodes; the large number takes some ten minutes and is measured on demand."""
RATE, AIM, MEMORY, GROWTH, ONE, ASSESSMENT = 500_000, 1_000_000, 4.0, 0.8, 0.020, 0.040
"""The limits: rows a second on two cores with the whole shelf (and what is aimed at), GiB at any size, rate at the
largest of that at the smallest, seconds of one course and of its assessment."""


def engine_rates(*, large: bool = False) -> Iterator[Measurement]:
    """Yield rates, memory, growth, comparison and single course; each is measured in a process of its own."""
    reached: dict[int, float] = {}
    for episodes in (*SIZES, *([LARGE] if large else [])):
        with tempfile.TemporaryDirectory(prefix="sequela-bench-") as name:
            folder = Path(name) / "ward"
            made = _child("write", folder, "--episodes", str(episodes))
            rates, streamed = _child("rates", folder), _child("stream", folder)
            reached[episodes] = rates["rows"] / rates["engine"]
            yield from of_size(made, rates, streamed)
            if episodes == SIZES[0]:
                rest = [of_reference(_child("alike", folder)), *of_one(_child("one", folder))]
    first, last = min(reached), max(reached)
    note = f"rate at {last:,} episodes of the rate at {first:,}; 1 is linear"
    yield Measurement("engine, growth", reached[last] / reached[first], "times", note=note, least=GROWTH)
    yield from rest


def of_size(made: dict[str, Any], rates: dict[str, Any], streamed: dict[str, Any]) -> Iterator[Measurement]:
    """The measurements of one size."""
    rows, name = rates["rows"], f"engine, {rates['episodes']:,} dense episodes"
    spread = rates["spans_of_first_batch"] / rates["rows_of_first_batch"]
    note = (
        f"aim {AIM:,}; {rows:,} settled facts in, {rates['outputs']} outputs, {spread:.2f} spans a fact; best of three "
        f"({rows / rates['engine_median']:,.0f}/s in the middle one); {rates['engine'] / rates['floor']:.1f} times the "
        f"floor (Polars sorts the same rows by episode and time: {rows / rates['floor']:,.0f}/s); not in it: "
        f"generating and writing {made['seconds']:.1f} s, reading {rates['reading']:.1f} s"
    )
    yield Measurement(name, rows / rates["engine"], "observations/s", note=note, least=RATE)
    note = f"{streamed['seconds']:.1f} s, from course folder ({made['megabytes']:.0f} MB of Parquet) to spans, once"
    yield Measurement(f"{name}, end to end", rows / streamed["seconds"], "observations/s", note=note)
    note = "the most the streaming process held, libraries and kernels included"
    yield Measurement(f"{name}, memory", streamed["gibibytes"], "GiB", MEMORY, note)


def of_reference(found: dict[str, Any]) -> Measurement:
    """The reference beside the engine on the same courses."""
    engine, reference = found["rows"] / found["engine"], found["rows"] / found["reference"]
    note = (
        f"{found['instant']:.2g} s for {found['sentences']} sentences at one instant (mean of {found['asked']}, "
        f"{found['courses']} courses of {found['rows'] / found['courses']:.0f} facts); to be asked at each of the "
        f"{found['instants']:,} arrivals and withdrawals alone it would take {found['reference']:,.0f} s; the engine "
        f"on the same courses, one thread: {engine:,.0f}/s, {engine / reference:,.0f} times as many"
    )
    return Measurement("reference, dense courses", reference, "observations/s", note=note)


def of_one(found: dict[str, Any]) -> Iterator[Measurement]:
    """One course, warm."""
    note = (
        f"every node of the shelf at every instant; median of {found['history_runs']}, slowest "
        f"{found['history_slowest'] * 1000:.1f} ms"
    )
    yield Measurement(f"engine, one course of {found['facts']} facts", found["history"], "s", ONE, note)
    note = f"`assess_one` with reasons, steps and gaps; median of {found['assessment_runs']}"
    yield Measurement(f"one assessment of {found['facts']} facts", found["assessment"], "s", ASSESSMENT, note)


def _child(what: str, folder: Path, *more: str) -> dict[str, Any]:
    """Measure in a fresh process, so that nothing warm and no memory of another measurement is in it."""
    print(f"... {folder.name}: {what} {' '.join(more)}".rstrip(), file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "benchmarks.engine", what, str(folder), *more]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found
