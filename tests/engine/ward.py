"""Synthetic episodes as courses, and what every output of the shelf's program says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from sequela.course.episodes import Course
from sequela.engine import batch
from sequela.engine.program import TRUTHS, Output, Program
from sequela.engine.walking import Walker
from sequela.logic.nodes import Statement
from sequela.logic.shelf import Shelf
from sequela.logic.statements import Or
from sequela.sources import read, synthetic
from sequela.sources.synthetic.writing import write

Words = list[tuple[int, str]]
"""What an output says: (from, word), in order, no two neighbours alike."""
ILL = {"necrosis": 2.0, "necrosis-portal-thrombosis": 1.0, "prolonged-pes": 1.0, "abscess-febrile": 1.0, "sepsis": 1.0}
"""Scenarios in which much happens."""
ALL = {"uneventful": 2.0, "pes": 2.0, **ILL}
"""And those in which little does."""


def courses(folder: Path, episodes: int, seed: int, *, dense: bool, scenarios: Mapping[str, float]) -> list[Course]:
    """Episodes as a reader of course folders gets them."""
    write(synthetic.generate(episodes, seed, scenarios=scenarios, dense=dense), folder, "tables")
    return list(read([folder]))


def walked(
    program: Program, among: Sequence[Course], until: Sequence[int], walker: Walker | None = None
) -> list[dict[Output, Words]]:
    """What every output said of each course, as it was known at each instant."""
    walker = walker or Walker(program)
    given, ends, _ = walker.walk(batch.of_courses(program, among, until))
    found = []
    for place in range(len(among)):
        by_number: dict[int, list[tuple[int, int]]] = {}
        for number, instant, said, _ in given[ends[place] : ends[place + 1]].tolist():
            by_number.setdefault(number, []).append((instant, said))
        numbers = {output: program.number(output.node) for output in program.outputs}
        found.append(
            {output: [(i, output.words[said]) for i, said in by_number[number]] for output, number in numbers.items()}
        )
    return found


def rungs(shelf: Shelf) -> dict[tuple[str, str], Statement | dict[str, Statement]]:
    """What each output is made of: one statement, or a statement for each word of which the first true one holds."""
    made: dict[tuple[str, str], Statement | dict[str, Statement]] = {}
    for definition in shelf.definitions:
        made["definition", definition.key] = definition.sentence
    for condition in shelf.conditions:
        ladder = {
            "confirmed": condition.confirmed,
            "excluded": condition.excluded,
            "suspected": condition.suspected,
            "not-suspected": condition.assessable,
        }
        made["condition", condition.key] = {word: rung for word, rung in ladder.items() if rung is not None}
    made["state", "state"] = {state.key: state.when for state in shelf.states}
    made["trend", "trend"] = {trend.key: trend.when for trend in shelf.trends}
    for key in {step.key for step in shelf.steps}:
        made["step", key] = Or(tuple(step.when for step in shelf.steps if step.key == key))
    return made


def word(truth: bool | None) -> str:
    """A truth as an output says it."""
    return TRUTHS[2 if truth is None else int(truth)]
