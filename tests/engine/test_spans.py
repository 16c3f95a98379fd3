"""Spans of frames: the same as histories of courses, with the facts that the reference names."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from random import Random

import polars as pl
import pyarrow as pa
import pytest

import sequela
from sequela.account import render_receipt
from sequela.assessing import assess
from sequela.assessing.cohort import spans as of_cohort
from sequela.course.episodes import Course
from sequela.criteria import shelf
from sequela.engine import batch, spans
from sequela.engine.columns import EPISODES, FACTS, framed
from sequela.engine.explaining import explain
from sequela.engine.kernels.machine import walk
from sequela.engine.program import Program, compiled
from sequela.engine.reference import Evaluator
from sequela.engine.walking import Walker
from sequela.errors import SentenceError
from sequela.logic.nodes import Statement
from sequela.sources import Receipt, frames
from tests.engine.trials import END, MET
from tests.engine.ward import ALL, ILL, courses, walked
from tests.laws import sentences
from tests.laws.courses import raw

SHELF = shelf()
TRIALS, EACH = 12, 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course folder of a ward."""
    return tmp_path_factory.mktemp("ward") / "folder"


@pytest.fixture(scope="module")
def ward(folder: Path) -> list[Course]:
    """Its courses."""
    return courses(folder, 24, 5, dense=False, scenarios={**ALL, "bleeding": 1.0})


@pytest.mark.parametrize("block", range(TRIALS))
def test_the_facts_that_carry_a_truth_are_those_that_the_reference_names(block: int) -> None:
    for seed in range(block * EACH, (block + 1) * EACH):
        random = Random(seed)
        sentence = sentences.past(random) if random.random() < 0.5 else sentences.statement(random)
        try:
            program = Program.of([sentence], sentences.parameters(sentence))
        except SentenceError:
            continue
        course = raw(random).course()
        made = batch.of_courses(program, [course], [END])
        said = Walker(program).walk(made, carried=True)
        statements = {program.number(n): node for node, n in program.index.items() if isinstance(node, Statement)}
        begin = 0
        for number, instant, truth, end in said.given.tolist():
            rows, begin = set(made.rows[said.carried[begin:end]].tolist()), end
            if truth == 1:
                verdict = Evaluator(course, program.parameters, instant).truth(statements[number])
                named = {place for place, fact in enumerate(course.facts) if any(fact is f for f in verdict.facts)}
                assert rows == named, (seed, statements[number], instant)
                MET["truths whose facts were compared"] += 1


def test_frames_say_what_their_courses_say(ward: list[Course]) -> None:
    program = compiled(SHELF)
    told = pl.concat(spans.spans(framed(ward), program))
    for course, outputs in zip(ward, walked(program, ward, [c.last_known for c in ward]), strict=True):
        mine = told.filter(pl.col("episode") == course.id)
        for output, words in outputs.items():
            of_output = mine.filter((pl.col("what") == output.what) & (pl.col("key") == output.key))
            found = list(of_output.select("from", "is").iter_rows())
            if output.what == "state":
                found = [span for span in found if span[1] != "ended"]
                words = words[: len(found)]
            assert found == words, (output.key, course.id)
            assert of_output["until"].to_list()[:-1] == of_output["from"].to_list()[1:]


def test_a_folder_says_what_its_courses_say(folder: Path, ward: list[Course]) -> None:
    of_folder = pl.concat(of_cohort([folder], SHELF))
    of_courses = pl.concat(spans.spans(framed(ward), SHELF)).with_columns(pl.col("episode").str.split("|").list.last())
    columns = ["episode", "what", "key", "from", "until", "is"]
    assert of_folder.select(columns).equals(of_courses.select(columns))
    names = framed(ward)[1]["fact"]
    assert of_folder["facts"].to_list() == [[names[row] for row in rows] for rows in of_courses["facts"]]


def test_the_rows_of_a_span_are_the_facts_of_the_reason(ward: list[Course]) -> None:
    among = [course for course in ward if len(course.facts) < 600][:6]
    facts = framed(among)[1]["fact"]
    told = pl.concat(spans.spans(framed(among), SHELF)).filter(
        (pl.col("what") == "definition") & (pl.col("is") == "true")
    )
    by_id = {course.id: course for course in among}
    for episode, key, begin, rows in told.sample(60, seed=1).select("episode", "key", "from", "facts").iter_rows():
        verdict = explain(by_id[episode], compiled(SHELF), begin).truth(SHELF.definition(key).sentence)
        assert {facts[row] for row in rows} == {fact.fact for fact in verdict.facts}


def test_parts_threads_and_arrow_alter_nothing(ward: list[Course]) -> None:
    whole = pl.concat(spans.spans(framed(ward), SHELF, workers=1)).drop("facts")
    done: list[int] = []
    apart = spans.spans((framed([c]) for c in ward), SHELF, workers=2, progress=done.append)
    assert pl.concat(apart).drop("facts").equals(whole)
    assert sum(done) == len(ward)
    arrow = tuple(pa.table(frame) for frame in framed(ward))
    of_arrow = pl.concat(spans.spans(arrow, SHELF))  # type: ignore[arg-type]
    assert of_arrow.drop("facts").equals(whole)
    assert pa.table(of_arrow).num_rows == whole.height


def test_facts_that_do_not_stand_together_are_refused(ward: list[Course]) -> None:
    episodes, facts = framed(ward[:3])
    with pytest.raises(SentenceError, match="stand together"):
        list(spans.spans((episodes, facts.sort("at")), SHELF))
    with pytest.raises(SentenceError, match="stand together"):
        list(spans.spans((episodes.head(2), facts), SHELF))


def test_an_episode_without_facts_has_its_spans(ward: list[Course]) -> None:
    episodes, facts = framed(ward[:3])
    without = facts.filter(pl.col("episode") != ward[1].id)
    told = pl.concat(spans.spans((episodes, without), SHELF))
    assert told.filter((pl.col("episode") == ward[1].id) & (pl.col("what") == "state"))["is"].to_list() == ["unknown"]


def test_two_steps_of_one_trigger_are_both_told(ward: list[Course]) -> None:
    step = SHELF.steps[0]
    both = replace(SHELF, steps=(step, replace(step, key="another-of-the-same")))
    told = pl.concat(spans.spans(framed(ward[:6]), both)).filter(pl.col("what") == "step")
    one, other = (told.filter(pl.col("key") == key).drop("key") for key in (step.key, "another-of-the-same"))
    assert one.height and one.equals(other)


def test_the_state_ends_where_the_episode_ends(tmp_path: Path) -> None:
    ill = courses(tmp_path / "ill", 40, 3, dense=False, scenarios={"sepsis": 1.0, "liver-failure": 1.0})
    dead = [course for course in ill if course.endings]
    assert dead
    every = pl.concat(spans.spans(framed(dead), SHELF))
    told = every.filter(pl.col("what") == "state")
    for course in dead:
        [assessment] = assess([course], SHELF)
        assert (assessment.state, assessment.trend) == ("ended", "unknown")
        assert not assessment.missing and not assessment.rechecks
        end = min(ending.known_from for ending in course.endings)
        *before, last = told.filter(pl.col("episode") == course.id).select("from", "until", "is").iter_rows()
        assert last == (end, None, "ended")
        assert all(begin < end and until is not None and until <= end for begin, until, _ in before)
        others = every.filter((pl.col("episode") == course.id) & pl.col("what").is_in(["trend", "step"]))
        assert others.filter((pl.col("from") >= end) | pl.col("until").is_null()).is_empty()


def test_a_procedure_that_was_taken_back_is_not_asked_about_after(ward: list[Course]) -> None:
    course = ward[0]
    gone = course.start + 2 * 86_400
    withdrawn = replace(course, procedure=replace(course.procedure, known_until=gone))
    before = [frame.filter(pl.col("from") < gone) for frame in spans.spans(framed([course]), SHELF)]
    after = pl.concat(spans.spans(framed([withdrawn]), SHELF))
    assert after["from"].max() < gone  # type: ignore[operator]
    assert after.select("key", "from", "is").equals(pl.concat(before).select("key", "from", "is"))


def test_spans_are_written_whole_or_not_at_all(tmp_path: Path, ward: list[Course]) -> None:
    out = tmp_path / "spans.parquet"
    one_by_one = [framed([course]) for course in ward[:5]]
    many = spans.written(spans.spans(one_by_one, SHELF), out)
    assert pl.read_parquet(out).height == many
    broken = (frame if number < 3 else 1 / 0 for number, frame in enumerate(spans.spans(one_by_one, SHELF)))
    with pytest.raises(ZeroDivisionError):
        spans.written(broken, tmp_path / "broken.parquet")  # type: ignore[arg-type]
    assert [file.name for file in tmp_path.iterdir()] == ["spans.parquet"]


def test_the_receipt_of_a_cohort_is_that_of_its_reading(folder: Path, ward: list[Course]) -> None:
    assert ward
    of_spans, of_reading = Receipt(), Receipt()
    assert sum(frame.height for frame in of_cohort([folder], SHELF, receipt=of_spans))
    assert sum(episodes.height for episodes, _ in frames.chunks(folder, receipt=of_reading)) == len(ward)
    assert render_receipt(of_spans.as_json()) == render_receipt(of_reading.as_json())


def test_ill_courses_are_flagged(tmp_path: Path) -> None:
    """A ward in which nothing is ever flagged would make all of the above prove little."""
    ill = courses(tmp_path / "ill", 20, 2, dense=True, scenarios=ILL)
    told = pl.concat(spans.spans(framed(ill), SHELF))
    assert {"deteriorating", "prolonged", "expected"} <= set(told.filter(pl.col("what") == "state")["is"])


def test_engine_and_sources_mean_the_same_columns() -> None:
    """Two rooms that do not know each other name them."""
    assert {name: frames.FACTS[name] for name in FACTS} == FACTS
    assert {name: frames.EPISODES[name] for name in EPISODES} == EPISODES


def test_stale_kernels_are_thrown_away(tmp_path: Path) -> None:
    """Numba does not see that a kernel which another one calls has changed, and would go on answering as before."""
    copy = tmp_path / "sequela"
    shutil.copytree(Path(sequela.__file__).parent, copy)
    kept = copy / "engine" / "kernels" / "__pycache__"
    assert any(kept.glob("machine.walk-*.nbi"))
    later = time.time() + 10
    os.utime(copy / "engine" / "kernels" / "words.py", (later, later))
    script = "import sequela, sequela.engine.kernels.numbers; print(sequela.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, check=True
    )
    assert str(copy) in done.stdout.decode()
    assert not list(kept.glob("*.nb[ci]"))


def test_the_kernels_are_compiled_once(ward: list[Course]) -> None:
    """An array of another sort would be compiled for again, for half a minute, in front of who waits."""
    assert list(spans.spans(framed(ward[:2]), SHELF))
    explain(ward[0], compiled(SHELF), ward[0].last_known)
    assert len(walk.signatures) == 1  # type: ignore[attr-defined]
