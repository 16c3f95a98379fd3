"""The laws at the level a reader sees: whole assessments of the synthetic courses, replayed at random instants."""

from __future__ import annotations

import copy
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sequela.assessing import assess_one
from sequela.course.clock import parse
from sequela.course.episodes import Course
from sequela.criteria import shelf
from sequela.sources import read

ROOT = Path(__file__).parents[2]
COURSES = ("index-shaped", "uneventful")
INSTANTS = 4
"""How many instants of each course are tried; each costs about a second."""


@pytest.fixture(scope="module", params=COURSES)
def path(request: pytest.FixtureRequest) -> Path:
    return ROOT / "cases" / "synthetic" / f"{request.param}.json"


@pytest.fixture(scope="module")
def course(path: Path) -> Course:
    return next(iter(read([path])))


def instants(course: Course, seed: int) -> list[int]:
    chance = random.Random(seed)
    return sorted(chance.randrange(course.start, course.last_known) for _ in range(INSTANTS))


def shown(course: Course, instant: int) -> dict[str, Any]:
    """An assessment without the two fields that say when it was made, and how long it holds."""
    episode = assess_one(course, shelf(), instant).as_json()
    return {key: value for key, value in episode.items() if key not in ("as_of", "day", "valid_until")}


def test_an_assessment_is_constant_until_it_says(course: Course) -> None:
    chance = random.Random(1)
    for instant in instants(course, 2):
        known = course.as_of(instant)
        assessment = assess_one(known, shelf(), instant)
        until = assessment.valid_until
        assert until is not None and until > instant
        for later in {chance.randrange(instant, until), until - 1}:
            assert shown(known, later) == shown(known, instant)
        assert shown(known, until) != shown(known, instant), "valid_until came too early: nothing changed"


def test_later_facts_never_change_an_earlier_assessment(course: Course) -> None:
    for instant in instants(course, 3):
        assert shown(course, instant) == shown(course.as_of(instant), instant)


def test_the_trajectory_is_what_each_instant_said_of_itself(course: Course) -> None:
    final = assess_one(course, shelf(), course.last_known)
    for instant in instants(course, 4):
        state = [word for start, word in final.trajectory if start <= instant][-1]
        assert assess_one(course, shelf(), instant).state == state


def test_order_of_arrival_and_repeats_alter_nothing(path: Path, tmp_path: Path) -> None:
    bundle = json.loads(path.read_text())
    shuffled = copy.deepcopy(bundle)
    chance = random.Random(5)
    shuffled["entry"] += chance.sample(bundle["entry"], 40)
    chance.shuffle(shuffled["entry"])
    other = tmp_path / path.name
    other.write_text(json.dumps(shuffled))
    [before], [after] = list(read([path])), list(read([other]))
    for instant in instants(before, 6)[:2]:
        assert shown(after, instant) == shown(before, instant)


def test_moving_every_time_moves_only_the_times(course: Course) -> None:
    shift = 1_000 * 86_400 + 12_345
    moved = replace(
        course,
        procedure=replace(course.procedure, start=course.start + shift, known_from=course.procedure.known_from + shift),
        facts=tuple(
            replace(
                fact,
                at=fact.at + shift,
                known_at=fact.known_at + shift,
                known_until=None if fact.known_until is None else fact.known_until + shift,
            )
            for fact in course.facts
        ),
        # The birthday moves with the rest, or the age would change.
        birth=None if course.birth is None else course.birth + shift,
    )
    for instant in instants(course, 7)[:2]:
        before, after = shown(course, instant), shown(moved, instant + shift)
        assert _unmoved(after, shift) == _unmoved(before, 0)


def _unmoved(value: Any, shift: int) -> Any:
    """The same with every time written as seconds, less the shift."""
    if isinstance(value, dict):
        return {key: _unmoved(item, shift) for key, item in value.items()}
    if isinstance(value, list):
        return [_unmoved(item, shift) for item in value]
    if isinstance(value, str) and len(value) == 25 and value[4] == "-" and value[10] == "T":
        return parse(value).at - shift
    return value
