"""The fast engine, measured: each measurement in a fresh process, on a course folder written beforehand.

    python -m benchmarks.engine write FOLDER --episodes N    dense synthetic episodes, as `sequela simulate` writes them
    python -m benchmarks.engine rates FOLDER                 reading, engine and floor, each timed apart
    python -m benchmarks.engine stream FOLDER                the folder to spans in one stream: wall time, peak memory
    python -m benchmarks.engine alike FOLDER                 the reference on a few courses, and the engine on the same
    python -m benchmarks.engine one FOLDER                   one usual course of some four hundred facts, warm

Each prints one line of JSON; `benchmarks.scaling` starts them. Rows are settled facts, as the engine is given them:
numbers, findings and events, every version that was ever believed, whether or not a criterion reads it.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars

    from sequela.engine.program import Program
    from sequela.engine.reference import Evaluator
    from sequela.logic.nodes import Statement
    from sequela.logic.shelf import Shelf

    Frames = tuple[polars.DataFrame, polars.DataFrame]

SEED = 20261122
EPISODES_AT_ONCE, AT_ONCE = 250, 8
"""Episodes of one batch, and batches that are read before they are timed together."""
RUNS, WORKERS = 3, 2
"""How often each is timed (the best counts: the machine may have other work), and on how many threads."""
COURSES, INSTANTS = 3, 4
"""Courses that the reference is asked about, and at how many instants each."""
FACTS, AMONG = 400, 150
"""The size of the one course, and among how many the nearest is looked for."""
WARM_RUNS = 50


def write(folder: Path, episodes: int, *, dense: bool = True) -> dict[str, float]:
    """Write the folder; return what it holds and how long that took."""
    from sequela.sources.synthetic import generate, writing

    begun = time.perf_counter()
    counts = writing.write(generate(episodes, SEED, dense=dense), folder)
    taken = time.perf_counter() - begun
    size = sum(path.stat().st_size for path in folder.iterdir())
    return {"seconds": taken, "charted": counts["observations"], "megabytes": size / 1e6}


def rates(folder: Path) -> dict[str, object]:
    """Time reading, engine and floor on the same rows, some batches at a time."""
    from sequela.engine.spans import spans

    program = _program()
    batches = _read(folder)
    begun = time.perf_counter()
    first = next(batches)
    reading = time.perf_counter() - begun
    ready = _taken(lambda: _consumed(spans(_few(first, 2), program, workers=WORKERS)))
    rows = given = episodes = 0
    engine, floor = [0.0] * RUNS, [0.0] * RUNS
    group = [first]
    while True:
        begun = time.perf_counter()
        group += islice(batches, AT_ONCE - len(group))
        reading += time.perf_counter() - begun
        if not group:
            break
        rows += sum(facts.height for _, facts in group)
        episodes += sum(about.height for about, _ in group)
        shuffled = [facts.sample(fraction=1, shuffle=True, seed=SEED) for _, facts in group]
        # Best and median of a group, summed over the groups: load that comes and goes spoils one run, not all.
        taken = sorted(_taken(lambda: _consumed(spans(group, program, workers=WORKERS))) for _ in range(RUNS))  # noqa: B023
        least = sorted(_taken(lambda: [_sorted(facts) for facts in shuffled]) for _ in range(RUNS))  # noqa: B023
        engine = [one + more for one, more in zip(engine, taken, strict=True)]
        floor = [one + more for one, more in zip(floor, least, strict=True)]
        given += sum(frame.height for frame in spans(group[:1], program, workers=1)) if not given else 0
        group = []
    return {
        "episodes": episodes,
        "rows": rows,
        "reading": reading,
        "ready": ready,
        "engine": engine[0],
        "engine_median": statistics.median(engine),
        "floor": floor[0],
        "spans_of_first_batch": given,
        "rows_of_first_batch": first[1].height,
        "outputs": len(program.outputs),
    }


def stream(folder: Path) -> dict[str, float]:
    """Take the folder to spans as one stream; return the wall time, from the first byte read, and the peak memory."""
    from sequela.engine.spans import spans

    program = _program()
    # The kernels are compiled once for each version of the program, not for each run.
    _consumed(spans(_few(next(_read(folder)), 2), program, workers=WORKERS))
    seen = {"rows": 0, "episodes": 0}

    def counted() -> Iterator[Frames]:
        for about, facts in _read(folder):
            seen["rows"] += facts.height
            seen["episodes"] += about.height
            yield about, facts

    begun = time.perf_counter()
    given = _consumed(spans(counted(), program, workers=WORKERS))
    taken = time.perf_counter() - begun
    return {**seen, "spans": given, "seconds": taken, "gibibytes": peak()}


def alike(folder: Path) -> dict[str, float]:
    """Ask the reference about a few courses at a few instants, and the engine about the same courses, on one thread.

    The reference answers one instant. To tell a history it must be asked at least whenever something becomes known or
    ceases to be believed (what ages or expires between comes on top and is not charged): that many times the mean time
    of an instant is what the whole course would take it.
    """
    from sequela.criteria import shelf
    from sequela.engine.reference import Evaluator
    from sequela.engine.spans import spans
    from sequela.sources import read

    shipped, program = shelf(), _program()
    sentences = asked(shipped)
    courses = list(islice(read([folder]), COURSES))
    rows = instants = 0
    seconds = mean = 0.0
    for course in courses:
        begin = max(course.start, course.procedure.known_from)
        step = (course.last_known - begin) // INSTANTS
        moments = [begin + number * step for number in range(1, INSTANTS + 1)]
        evaluators = [Evaluator(course, shipped.parameters, moment) for moment in moments]
        taken = [_taken(lambda: _asked(evaluator, sentences)) for evaluator in evaluators]  # noqa: B023 - called at once
        known = {fact.known_from for fact in course.facts} | {fact.known_until for fact in course.facts}
        arrivals = sum(1 for instant in known if instant is not None and begin <= instant <= course.last_known)
        rows += len(course.facts)
        instants += arrivals
        mean += statistics.mean(taken) / len(courses)
        seconds += arrivals * statistics.mean(taken)
    same = _few(next(_read(folder)), COURSES)
    if same[1].height != rows:
        raise ValueError("the frames are not those of the courses")
    _consumed(spans(same, program, workers=1))
    engine = min(_taken(lambda: _consumed(spans(same, program, workers=1))) for _ in range(RUNS * RUNS))
    return {
        "courses": len(courses),
        "rows": rows,
        "instants": instants,
        "asked": INSTANTS * len(courses),
        "sentences": len(sentences),
        "instant": mean,
        "reference": seconds,
        "engine": engine,
    }


def one(folder: Path) -> dict[str, float]:
    """Time one course, warm: its whole history by the engine, and one full assessment with its reasons.

    It is measured as wards usually do; the folder is written below the given one.
    """
    from sequela.assessing import assess_one
    from sequela.criteria import shelf
    from sequela.engine.history import History
    from sequela.sources import read

    shipped, program = shelf(), _program()
    write(folder / "usual", AMONG, dense=False)
    course = min(read([folder / "usual"]), key=lambda course: abs(len(course.facts) - FACTS))
    as_of = course.last_known

    def history() -> object:
        return History(course, program, as_of)

    def assessment() -> object:
        return assess_one(course, shipped, as_of)

    history()
    assessment()
    walked = [_taken(history) for _ in range(WARM_RUNS)]
    assessed = [_taken(assessment) for _ in range(RUNS)]
    return {
        "facts": len(course.facts),
        "history": statistics.median(walked),
        "history_slowest": max(walked),
        "history_runs": len(walked),
        "assessment": statistics.median(assessed),
        "assessment_runs": len(assessed),
    }


def asked(shelf: Shelf) -> list[Statement]:
    """Every sentence behind an output of the engine: definitions, conditions, states, trends, steps."""
    found = [definition.sentence for definition in shelf.definitions]
    for condition in shelf.conditions:
        rungs = (condition.confirmed, condition.excluded, condition.suspected, condition.assessable)
        found += [rung for rung in rungs if rung is not None]
    found += [state.when for state in (*shelf.states, *shelf.trends)]
    return list(dict.fromkeys([*found, *(step.when for step in shelf.steps)]))


def peak() -> float:
    """The most memory that this process ever held, in GiB.

    From the system's own account where it keeps one: what `getrusage` tells can be that of the process that started us.
    """
    told = Path("/proc/self/status")
    if told.exists():
        for line in told.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 2**20
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**30 if sys.platform == "darwin" else most / 2**20


def _program() -> Program:
    from sequela.criteria import shelf
    from sequela.engine.program import compiled

    return compiled(shelf())


def _read(folder: Path) -> Iterator[Frames]:
    from sequela.sources import frames

    return frames.chunks(folder, episodes_per_chunk=EPISODES_AT_ONCE)


def _few(frames: Frames, number: int) -> Frames:
    """The first episodes of a pair of frames."""
    about, facts = frames
    about = about.head(number)
    return about, facts.filter(facts["episode"].is_in(about["episode"].implode()))


def _sorted(facts: polars.DataFrame) -> polars.DataFrame:
    """The floor: the same rows, whole, by episode and time."""
    return facts.sort("episode", "at")


def _asked(evaluator: Evaluator, sentences: Iterable[Statement]) -> None:
    for sentence in sentences:
        evaluator.truth(sentence)


def _consumed(frames: Iterable[polars.DataFrame]) -> int:
    return sum(frame.height for frame in frames)


def _taken(what: Callable[[], object]) -> float:
    gc.collect()
    begun = time.perf_counter()
    what()
    return time.perf_counter() - begun


MEASURES: dict[str, Callable[[Path], object]] = {"rates": rates, "stream": stream, "alike": alike, "one": one}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description="Measure the engine on a course folder.")
    parser.add_argument("what", choices=["write", *MEASURES])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--episodes", type=int, default=1_000)
    given = parser.parse_args(arguments)
    found = write(given.folder, given.episodes) if given.what == "write" else MEASURES[given.what](given.folder)
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
