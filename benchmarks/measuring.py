"""The measurements themselves."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = Path(sys.executable).parent / "sequela"
CASES = ROOT / "cases"
RUNS = 5
HELP_LIMIT, ASSESS_LIMIT = 0.5, 1.5
"""Seconds that a cold start may take."""
INSTANTS = 40


@dataclass(frozen=True)
class Measurement:
    """One number: what, how much, of what; the limit it must stay under, if there is one, and what stands beside it."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    note: str = ""

    @property
    def kept(self) -> bool | None:
        """Whether the limit is kept; None where there is none."""
        return None if self.limit is None else self.value < self.limit

    def as_json(self) -> dict[str, object]:
        """The measurement as it is stored."""
        return {**asdict(self), "value": float(f"{self.value:.4g}"), "kept": self.kept}


def processes() -> Iterator[Measurement]:
    """Whole processes, from the start to the exit: the median of a few runs."""
    python = _process([sys.executable, "-c", "pass"])
    yield Measurement("an empty Python process", python, "s", note="the floor of those below")
    yield Measurement("sequela --help", _process([SCRIPT, "--help"]), "s", HELP_LIMIT)
    bundles = {
        "a published case": CASES / "published" / "rfa_pvt_orlacchio2010.json",
        "an uneventful stay": CASES / "synthetic" / "uneventful.json",
        "the index-shaped stay": CASES / "synthetic" / "index-shaped.json",
    }
    for name, path in bundles.items():
        facts = _facts([path])
        note = f"{facts:,} candidate facts"
        yield Measurement(f"sequela assess, {name}", _process([SCRIPT, "assess", path]), "s", ASSESS_LIMIT, note)


def reading_rate() -> Iterator[Measurement]:
    """Candidate facts of FHIR that are read a second, beside what parsing the same bytes takes."""
    import orjson

    from sequela.sources import Receipt, read

    shared = Path(os.environ.get("SEQUELA_SHARED") or ROOT.parent / "shared") / "data" / "fhir" / "synthea-r4"
    name, folder = ("Synthea R4", shared) if shared.is_dir() else ("our own cases", CASES)
    paths = sorted(path for path in folder.rglob("*.json"))
    contents = [path.read_bytes() for path in paths]

    def read_all() -> int:
        receipt = Receipt()
        for _ in read(paths, receipt=receipt):
            pass
        return receipt.read

    facts = read_all()
    seconds = _median(read_all)
    floor = _median(lambda: [orjson.loads(content) for content in contents])
    size = sum(map(len, contents)) / 1e6
    note = f"{facts:,} facts, {size:.1f} MB; {seconds / floor:.1f} times orjson.loads of the same bytes ({floor:.2g} s)"
    yield Measurement(f"FHIR read ({name})", facts / seconds, "candidate facts/s", note=note)


def assessing_rate() -> Iterator[Measurement]:
    """Instants of one course that the reference assesses a second: the state, its reasons, all of it."""
    import sequela
    from sequela.assessing import assess

    shelf = sequela.shelf()
    for name in ("uneventful", "index-shaped"):
        courses, _ = sequela.read(CASES / "synthetic" / f"{name}.json")
        (course,) = courses
        step = (course.last_known - course.start) // INSTANTS

        def every_instant() -> None:
            for number in range(INSTANTS):
                list(assess([course], shelf, course.start + number * step))  # noqa: B023 - called within the loop

        seconds = _median(every_instant, runs=1)
        note = f"{len(course.facts)} facts, {INSTANTS} instants from the procedure to the last fact"
        yield Measurement(f"reference, {name}", INSTANTS / seconds, "instants/s", note=note)


def _process(command: list[str | Path]) -> float:
    return _median(lambda: subprocess.run(command, capture_output=True, check=True))


def _median(what: Callable[[], object], runs: int = RUNS) -> float:
    taken = []
    for _ in range(runs):
        begun = time.perf_counter()
        what()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def _facts(paths: list[Path]) -> int:
    from sequela.sources import Receipt, read

    receipt = Receipt()
    for _ in read(paths, receipt=receipt):
        pass
    return receipt.read
