"""The laws, held by the fast engine: what may not change an answer changes none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random

import numpy.random  # noqa: F401 - loaded before a test, or its first import would look like a random draw.
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequela.course.catalogue import catalogue
from sequela.course.episodes import Course
from sequela.course.facts import Observation, settle
from sequela.criteria import shelf
from sequela.engine import batch, walking
from sequela.engine.history import History
from sequela.engine.program import Program, compiled
from sequela.engine.walking import Walker
from sequela.errors import SentenceError
from sequela.logic.nodes import TIME_UNITS, Node, Parameter, Statement
from sequela.logic.wire import from_wire, to_wire
from sequela.sources import read, synthetic
from tests.engine.judging import said, shifted, traces
from tests.engine.trials import END, Trial, trial
from tests.engine.ward import ALL, courses, walked
from tests.laws.courses import START, examples

SEEDS = st.integers(0, 2**32 - 1)
FOUR_CENTURIES = 146_097 * 86_400
"""The calendar repeats: whoever is 61 now is 61 then."""


@given(SEEDS)
@examples(200)
def test_what_is_known_later_never_changes_an_earlier_answer(seed: int) -> None:
    asked = trial(seed)
    program = asked.program()
    whole = traces(program, asked.course, END)
    for until in asked.instants[:3]:
        then, uncut = (History(course, program, until) for course in (asked.course.as_of(until), asked.course))
        for node, steps in whole.items():
            assert then.trace(node) == [step for step in steps if step[0] <= until]
            assert uncut.trace(node) == then.trace(node)
            assert uncut.believed(node) == then.believed(node)
            assert uncut.ahead(node) == then.ahead(node)


@given(SEEDS)
@examples(200)
def test_what_is_known_now_is_the_end_of_the_trace(seed: int) -> None:
    """The two ways to the present: as given out on the way, and as believed at the end."""
    asked = trial(seed)
    program = asked.program()
    for until in asked.instants[:3]:
        history = History(asked.course, program, until)
        for node in program.index:
            if isinstance(node, Statement):
                assert history.trace(node)[-1][1] is history.truth(node) is history.believed(node)[-1][1]
                assert history.ahead(node)[0] == (until, history.truth(node))


@given(SEEDS)
@examples(100)
def test_one_history_does_not_disturb_another(seed: int) -> None:
    """Room is shared between walks; what has been told of one course stays."""
    asked = trial(seed)
    program = asked.program()
    history = History(asked.course, program, END)
    before = {node: said(history, node, asked.instants[-1] if asked.instants else END) for node in asked.nodes}
    untouched = History(asked.course, program, END)
    for other in range(3):
        History(trial(seed + other).course, program, END)
    for node in asked.nodes:
        assert said(untouched, node, asked.instants[-1] if asked.instants else END) == before[node]
        if isinstance(node, Statement):
            assert untouched.trace(node) == history.trace(node)
            assert untouched.believed(node) == history.believed(node)
            assert untouched.ahead(node) == history.ahead(node)


@given(SEEDS)
@examples(200)
def test_order_of_arrival_and_repeats_alter_nothing(seed: int) -> None:
    asked, random = trial(seed), Random(seed)
    versions = [*asked.raw.versions, *random.choices(asked.raw.versions or [], k=len(asked.raw.versions) and 3)]
    random.shuffle(versions)
    arrived = replace(asked.course, facts=tuple(settle(replace(version) for version in versions)))
    program = asked.program()
    assert traces(program, arrived, END) == traces(program, asked.course, END)


@given(SEEDS)
@examples(200)
def test_the_order_and_the_company_of_sentences_alter_nothing(seed: int) -> None:
    """Nodes are numbered as they are met and shared between sentences: neither may be felt."""
    asked = trial(seed)
    together = traces(asked.program(), asked.course, END)
    company = trial(seed + 1)
    try:
        program = Program.of((*reversed(asked.nodes), *company.nodes), shelves(asked, company))
    except SentenceError:
        # The numbers of the first's shelf may be too large for the other's sentences.
        return
    others = traces(program, asked.course, END)
    for node, steps in together.items():
        assert others[node] == steps
        assert History(asked.course, Program.of([node], asked.shelf), END).trace(node) == steps


@given(SEEDS, st.sampled_from((FOUR_CENTURIES, -FOUR_CENTURIES, 3 * FOUR_CENTURIES)))
@examples(200)
def test_another_century_alters_nothing(seed: int, by: int) -> None:
    asked = trial(seed)
    program = asked.program()
    there = replace(asked.raw.shifted(by).course(), zone_offset=asked.course.zone_offset)
    moved = traces(program, there, END + by)
    assert moved == {node: shifted(steps, by) for node, steps in traces(program, asked.course, END).items()}


@given(SEEDS, st.integers(-10_000_000, 10_000_000))
@examples(200)
def test_another_second_alters_nothing(seed: int, by: int) -> None:
    asked = trial(seed)
    program = asked.program()
    here = replace(asked.course, birth=None)
    there = replace(asked.raw, birth=None).shifted(by).course()
    moved = traces(program, there, END + by)
    assert moved == {node: shifted(steps, by) for node, steps in traces(program, here, END).items()}


@given(SEEDS, st.sampled_from(("s", "min", "h", "d")))
@examples(200)
def test_the_unit_of_a_duration_alters_nothing(seed: int, unit: str) -> None:
    asked = trial(seed)
    there = [in_unit(node, unit) for node in asked.nodes]
    moved = {}
    for parameter in {inner for node in asked.nodes for inner in node.walk() if isinstance(inner, Parameter)}:
        held = asked.shelf[parameter.key]
        by = Fraction(TIME_UNITS[parameter.unit], TIME_UNITS[unit]) if parameter.is_duration else Fraction(1)
        own = {kind: number * by for kind, number in held.by_procedure.items()}
        value = None if held.value is None else held.value * by
        moved[parameter.key] = replace(
            held, unit=unit if parameter.is_duration else held.unit, value=value, by_procedure=own
        )
    try:
        program = Program.of(there, moved)
    except SentenceError:
        return
    history, other = History(asked.course, asked.program(), END), History(asked.course, program, END)
    for node, same in zip(asked.nodes, there, strict=True):
        if isinstance(node, Statement) and isinstance(same, Statement):
            assert history.trace(node) == other.trace(same)
        for moment in (START, *asked.instants):
            assert said(history, node, moment) == said(other, same, moment)


def in_unit(node: Node, unit: str) -> Node:
    """The sentence with every duration told in one unit."""

    def told(value: object) -> object:
        if isinstance(value, dict) and value.get("node") == "Parameter" and value.get("of_unit") in TIME_UNITS:
            return {**value, "of_unit": unit}
        if isinstance(value, dict):
            return {key: told(inner) for key, inner in value.items()}
        return [told(inner) for inner in value] if isinstance(value, list) else value

    return from_wire(told(to_wire(node)))  # type: ignore[arg-type]


def shelves(*trials: Trial) -> dict[str, object]:
    """The shelves of several trials; where they differ the first's number holds."""
    return {key: value for one in reversed(trials) for key, value in one.shelf.items()}


# -- batches -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> list[Course]:
    return courses(tmp_path_factory.mktemp("ward") / "made", 10, 5, dense=False, scenarios=ALL)


def one_by_one(program: Program, among: Sequence[Course], until: int | None = None) -> list[object]:
    """What is given out of each course when each is walked by a walker of its own."""
    return [whole(program, [course], Walker(program), until)[0] for course in among]


def whole(program: Program, among: Sequence[Course], walker: Walker, until: int | None = None) -> list[object]:
    """What is given out of each course, in the order in which it is, and the facts that carry it."""
    made = batch.of_courses(program, among, [course.last_known if until is None else until for course in among])
    given, ends, carried = walker.walk(made, carried=True)
    facts = [fact for course in among for fact in course.facts]
    rows, first = [], 0
    for output, instant, number, last in given.tolist():
        rows.append((output, instant, number, [id(facts[place]) for place in made.rows[carried[first:last]].tolist()]))
        first = last
    return [rows[ends[n] : ends[n + 1]] for n in range(len(among))]


def cramped(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Make every room tiny at first; the list fills with the sizes that are asked for."""
    sizes: list[int] = []
    empty = walking.empty

    def little(rows: int, columns: int) -> object:
        sizes.append(rows)
        # What is given out has four columns; it begins with three rows here, and what it grows by is left alone.
        return empty(3 if columns == 4 and rows >= 1024 else rows, columns)

    monkeypatch.setattr(walking, "POINTS_EACH", 1)
    monkeypatch.setattr(walking, "empty", little)
    return sizes


@pytest.mark.parametrize("seed", range(12))
def test_a_batch_of_trials_is_its_courses_one_by_one(seed: int) -> None:
    """Whatever the order, however large the courses that were walked before, and with one walker for all."""
    asked, random = trial(seed), Random(seed)
    program = asked.program()
    among = [trial(7_000 + 100 * seed + n, most=random.choice((0, 6, 60))).course for n in range(12)]
    alone = one_by_one(program, among, END)
    walker = Walker(program)
    for _ in range(3):
        order = random.sample(range(len(among)), random.randint(1, len(among)))
        assert whole(program, [among[n] for n in order], walker, END) == [alone[n] for n in order]


@pytest.mark.parametrize("seed", range(12))
def test_want_of_room_alters_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = trial(seed)
    program = asked.program()
    among = [trial(9_000 + 100 * seed + n, most=n * n).course for n in range(12)]
    alone = one_by_one(program, among, END)
    sizes = cramped(monkeypatch)
    assert whole(program, among, Walker(program), END) == alone
    assert len(sizes) > 6, "the room sufficed: nothing was tried"
    assert whole(program, among[::-1], Walker(program), END) == alone[::-1]


def test_a_ward_is_its_courses_one_by_one(ward: list[Course]) -> None:
    program = compiled(shelf())
    ends = [course.last_known for course in ward]
    alone = [walked(program, [course], [end])[0] for course, end in zip(ward, ends, strict=True)]
    assert walked(program, ward, ends) == alone
    assert walked(program, ward[:4], ends[:4]) + walked(program, ward[4:], ends[4:]) == alone
    assert walked(program, ward[::-1], ends[::-1]) == alone[::-1]


def test_a_ward_that_wants_room_is_its_courses_one_by_one(ward: list[Course], monkeypatch: pytest.MonkeyPatch) -> None:
    program = compiled(shelf())
    alone = one_by_one(program, ward)
    cramped(monkeypatch)
    assert whole(program, ward[::-1], Walker(program)) == alone[::-1]
    assert whole(program, ward, Walker(program)) == alone


def test_room_does_not_grow_with_every_batch(ward: list[Course], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was too small once is large enough the next time, and nothing else grows with it."""
    cramped(monkeypatch)
    walker = Walker(compiled(shelf()))
    whole(walker.program, ward[:4], walker)
    before = len(walker.space.values), len(walker.space.truths)
    whole(walker.program, ward[:4], walker)
    assert (len(walker.space.values), len(walker.space.truths)) == before


def test_a_walk_leaves_nothing_behind_for_the_next(ward: list[Course]) -> None:
    """Room is used again: what an episode left in it, or a walk on beyond its end, is not seen."""
    program = compiled(shelf())
    alone = one_by_one(program, ward)
    walker = Walker(program)
    walker.walk(batch.of_courses(program, ward[:3], [course.last_known for course in ward[:3]]), beyond=True)
    assert whole(program, ward, walker) == alone
    ends = [course.start + 86_400 for course in ward]
    early = walker.walk(batch.of_courses(program, ward, ends), beyond=True).given.tolist()
    assert early == walker.walk(batch.of_courses(program, ward, ends)).given.tolist()


# -- units of results --------------------------------------------------------------------------------------------------


def test_the_unit_of_a_result_alters_nothing(tmp_path: Path) -> None:
    """The same episodes charted in other units: the same courses, and the same said of them."""
    [chunk] = synthetic.generate(6, 11, scenarios=ALL)
    names = ("episodes", "observations", "findings", "events", "background")
    tables = {name: getattr(chunk, name) for name in names}
    random, changed = Random(4), 0
    rows = []
    for row in tables["observations"].iter_rows(named=True):
        other = in_another_unit(row, random)
        changed += other != row
        rows.append(other)
    assert changed > len(rows) // 10
    folders = []
    for name, observations in (("one", tables["observations"]), ("other", None)):
        folder = tmp_path / name
        folder.mkdir()
        if observations is None:
            observations = pl.DataFrame(rows, schema=tables["observations"].schema)
        for table in names:
            (observations if table == "observations" else tables[table]).write_parquet(folder / f"{table}.parquet")
        folders.append(list(read([folder])))
    one, other = folders
    program = compiled(shelf())
    assert [numbers(course) for course in one] == [numbers(course) for course in other]
    ends = [course.last_known for course in one]
    assert walked(program, one, ends) == walked(program, other, ends)


def numbers(course: Course) -> list[tuple[object, ...]]:
    return [(f.fact, f.kind, f.low, f.high, f.known_until) for f in course.facts if isinstance(f, Observation)]


def in_another_unit(row: dict[str, object], random: Random) -> dict[str, object]:
    """A row of observations charted in another unit of its kind, with digits enough that it is the same number."""
    kind = catalogue().kinds.get(str(row["kind"]))
    if kind is None or kind.values or row["value"] is None:
        return row
    try:
        canonical = kind.store(kind.convert(Fraction(str(row["value"])), row["unit"])) * kind.resolution  # type: ignore[arg-type]
    except (ValueError, SentenceError):
        return row
    unit = random.choice(kind.table.units())
    offset = kind.convert(Fraction(0), unit)
    written = (canonical - offset) / (kind.convert(Fraction(1), unit) - offset)
    if not kind.plausible_in(kind.convert(written, unit), written, unit) or not kind.plausible(canonical):
        return row
    return {**row, "value": f"{float(written):.14g}", "unit": unit}
