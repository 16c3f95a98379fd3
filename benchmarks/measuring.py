"""The measurements themselves."""

from __future__ import annotations

import csv
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import wards
from benchmarks.measurement import Measurement

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = Path(sys.executable).parent / "sequela"
CASES = ROOT / "cases"
RUNS = 5
HELP_LIMIT, ASSESS_LIMIT = 0.5, 1.5
"""Seconds that a cold start may take."""
INSTANTS = 40
REPORT_ROUNDS, REPORT_AIM = 20, 20_000
"""How often the sentences are read, and how many of them a second a core should manage."""
WARDS, WARD_ROUNDS, WARD_AIM = 20, 20, 150_000
"""Bundles to read, how often, and how many of their Observations a second a core should manage."""


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


def report_rate() -> Iterator[Measurement]:
    """Sentences of reports that are read a second on one core: the tests' development sentences, both languages."""
    from sequela.sources.reports import findings

    texts: list[tuple[str, str]] = []
    for language in ("en", "es"):
        path = ROOT / "tests" / "sources" / "reports" / f"development-{language}.tsv"
        with path.open(encoding="utf-8", newline="") as file:
            texts += [(row["sentence"], language) for row in csv.DictReader(file, delimiter="\t")]

    def read_all() -> None:
        for text, language in texts:
            findings(text, language)

    read_all()
    seconds = min(_taken(read_all) for _ in range(REPORT_ROUNDS))
    words = sum(len(text.split()) for text, _ in texts)
    note = f"aim {REPORT_AIM:,}; {len(texts)} sentences of {words / len(texts):.0f} words; each names a finding"
    yield Measurement("report sentences read", len(texts) / seconds, "sentences/s per core", note=note)


def ward_rate() -> Iterator[Measurement]:
    """Observations of dense ward Bundles that are read into courses a second, on one core.

    Beside it the least that any reader needs: parsing the same bytes, and a bare walk that looks at every value and
    makes a tuple of it. They take turns, and each Bundle's best time counts: the machine may have other work. What was
    met is remembered, so patients whose every number is new, after as many others, are read once and told apart.
    """
    import orjson

    from sequela.sources import Receipt, read

    with tempfile.TemporaryDirectory() as name:
        paths = [Path(name) / f"{number:03}.json" for number in range(WARDS)]
        for path, content in zip(paths, wards.bundles(WARDS), strict=True):
            path.write_bytes(content)

        def courses(files: list[Path], receipt: Receipt | None = None) -> int:
            return sum(1 for _ in read(files, receipt=receipt))

        receipt = Receipt()
        courses(paths, receipt)
        strangers = [Path(name) / f"stranger-{number:03}.json" for number in range(WARDS)]
        for path, content in zip(strangers, wards.bundles(WARDS, wards.SEED + 1), strict=True):
            path.write_bytes(content)
        unmet = sum(_taken(lambda: courses([path])) for path in strangers)  # noqa: B023 - called at once
        unmet /= sum(wards.observations_in(path.read_bytes()) for path in strangers)
        ways: dict[str, Callable[[Path], object]] = {
            "parse": lambda path: orjson.loads(path.read_bytes()),
            "walk": lambda path: wards.walk(path.read_bytes()),
            "read": lambda path: courses([path]),
        }
        best = {way: dict.fromkeys(paths, float("inf")) for way in ways}
        together = float("inf")
        for _ in range(WARD_ROUNDS):
            for path in paths:
                for way, what in ways.items():
                    best[way][path] = min(best[way][path], _taken(lambda: what(path)))  # noqa: B023 - called at once
            together = min(together, _taken(lambda: courses(paths)))
        observations = sum(wards.observations_in(path.read_bytes()) for path in paths)
        size = sum(path.stat().st_size for path in paths) / observations
    parsing, walking, reading = (sum(best[way].values()) for way in ways)
    note = (
        f"aim {WARD_AIM:,}; {observations:,} Observations of {size:.0f} bytes, {receipt.read:,} facts; "
        f"{reading / parsing:.2f} times orjson.loads ({observations / parsing:,.0f}/s), {reading / walking:.2f} times "
        f"a bare walk ({observations / walking:,.0f}/s)"
    )
    yield Measurement("FHIR read (ward Bundles)", observations / reading, "Observations/s per core", note=note)
    note = f"{WARDS} patients read once, after {WARDS} others"
    yield Measurement("FHIR read (patients never met)", 1 / unmet, "Observations/s per core", note=note)
    note = f"{WARDS} files in one call, each looked through first for patients who have several"
    yield Measurement("FHIR read (a folder of them)", observations / together, "Observations/s per core", note=note)


def assessing_rate() -> Iterator[Measurement]:
    """Instants of one course that are assessed a second: the state, its reasons, all of it."""
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
        yield Measurement(f"assessments, {name}", INSTANTS / seconds, "instants/s", note=note)


def _process(command: list[str | Path]) -> float:
    return _median(lambda: subprocess.run(command, capture_output=True, check=True))


def _median(what: Callable[[], object], runs: int = RUNS) -> float:
    taken = []
    for _ in range(runs):
        begun = time.perf_counter()
        what()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def _taken(what: Callable[[], object]) -> float:
    """The seconds that something takes while the cycle collector is off, as it is while `read` works."""
    on = gc.isenabled()
    gc.disable()
    try:
        begun = time.perf_counter()
        what()
        return time.perf_counter() - begun
    finally:
        if on:
            gc.enable()


def _facts(paths: list[Path]) -> int:
    from sequela.sources import Receipt, read

    receipt = Receipt()
    for _ in read(paths, receipt=receipt):
        pass
    return receipt.read
