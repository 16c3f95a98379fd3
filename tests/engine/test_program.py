"""What a program refuses because it could not count it exactly; what it takes it counts exactly, to the last step."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import reduce
from random import Random

import pytest

from sequela.course.catalogue import catalogue
from sequela.course.episodes import Course, Procedure, ProcedureKind
from sequela.course.facts import Event, Fact, Finding, Observation, Presence, settle
from sequela.criteria import shelf
from sequela.engine.building import greatest
from sequela.engine.history import History
from sequela.engine.program import Program, compiled
from sequela.engine.reference import Evaluator
from sequela.engine.translating import RULES
from sequela.errors import SentenceError
from sequela.logic import quantities as q
from sequela.logic import statements as s
from sequela.logic.nodes import REGISTRY, Node, Parameter, Quantity, Statement
from sequela.logic.shelf import Basis, ParameterValue
from tests.engine.judging import Judge, said, traces
from tests.engine.trials import END, MET, trial
from tests.laws.courses import GRID, START

INR, ALT = q.Latest("inr"), q.Latest("alt")


def number(value: str, unit: str = "1") -> Parameter:
    """A number whose key says what it is."""
    return Parameter(f"{value} {unit}", unit)


def shelf_of(node: Node) -> dict[str, ParameterValue]:
    parameters = (inner for inner in node.walk() if isinstance(inner, Parameter))
    return {
        p.key: ParameterValue(p.key, p.unit, date(2026, 1, 1), Basis.EXPERT_JUDGEMENT, (), Fraction(p.key.split()[0]))
        for p in parameters
    }


def power(of: Quantity, times: int) -> Quantity:
    """A quantity multiplied by the INR so many times."""
    return reduce(lambda inner, _: q.Product(INR, inner), range(times), of)


def extreme_course(random: Random) -> Course:
    """Readings as high, and as low, as the catalogue holds plausible."""
    facts: list[Fact] = []
    for key in ("alt", "ast", "inr"):
        kind = catalogue().kinds[key]
        most, least = greatest(kind.key), int(kind.low / kind.resolution)
        for place in range(4):
            value = random.choice((most, most - 1, least, least + 1, random.randint(least, most)))
            at = START + GRID * place
            facts.append(Observation(fact=f"{key} {place}", at=at, known_at=at, kind=key, low=value, high=value))
    return course(facts)


def course(facts: list[Fact]) -> Course:
    procedure = Procedure(id="p", kind=ProcedureKind.TAE, start=START, known_from=START)
    return Course(id="c", patient="p", procedure=procedure, facts=tuple(settle(facts)), sex="male")


def disagreements(node: Node, among: Course) -> list[str]:
    """The parts of a sentence of which both do not say the same; SentenceError if it is refused."""
    program = Program.of([node], shelf_of(node))
    history, judge = History(among, program, START + 10 * GRID), Judge(among, shelf_of(node))
    parts = [part for part in program.index if not isinstance(part, q.TimeSince)]
    return [
        type(part).__name__
        for part in parts
        for moment in (START, START + 2 * GRID, START + 10 * GRID)
        if said(history, part, moment) != judge.says(part, moment, START + 10 * GRID)
    ]


def huge(random: Random) -> Node:
    """A sentence whose numbers are large, perhaps too large."""
    inner = power(random.choice((ALT, INR)), random.randint(0, 5))
    fine = number(f"1/{random.choice((1, 7, 97, 99_991, 10**9 + 7))}", inner.unit)
    one, other = random.choice(((inner, fine), (inner, inner), (fine, inner)))
    makers = (q.Sum, q.Difference, q.Higher, q.Lower, q.Ratio)
    made: Quantity = random.choice(makers)(one, other)
    if random.random() < 0.5:
        made = (
            random.choice((q.Sum, q.Difference, q.Ratio))(made, made if random.random() < 0.5 else q.Ratio(made, made))
            if made.unit == "1"
            else made
        )
    asked: tuple[Node, ...] = (
        made,
        s.Compare(made, random.choice(q.COMPARATORS), number("1/3", made.unit)),
        q.Nadir(made, number("0.3")),
        q.Rate(made, number("2", "h"), "h"),
        q.Peak(made, number("1", "h")),
        q.Choice(s.Compare(INR, ">", number("1")), made, number("1/7", made.unit)),
    )
    return random.choice(asked)


def test_what_is_not_refused_is_counted_exactly() -> None:
    """Up to the very edge of the room: numbers as large as readings and sentences make them."""
    refused = taken = 0
    for seed in range(400):
        random = Random(seed)
        node, among = huge(random), extreme_course(random)
        try:
            found = disagreements(node, among)
        except SentenceError:
            refused += 1
            continue
        taken += 1
        assert found == [], (seed, node)
    assert min(refused, taken) > 60
    MET["huge numbers compared"] += taken
    MET["huge numbers refused"] += refused


FINE = number(f"1/{10**9 + 7}")


@pytest.mark.parametrize(
    "node",
    [
        power(ALT, 12),
        s.Compare(power(INR, 3), ">=", FINE),
        q.Sum(power(INR, 4), FINE),
        q.Nadir(power(INR, 4), FINE),
        q.Choice(s.Compare(INR, ">", number("1")), power(INR, 4), FINE),
        q.Count(power(INR, 3), ">=", FINE),
        q.DurationAbove(power(INR, 3), ">=", FINE),
    ],
    ids=lambda node: type(node).__name__,
)
def test_a_sentence_whose_numbers_could_overflow_is_refused(node: Node) -> None:
    with pytest.raises(SentenceError, match="too large"):
        Program.of([node], shelf_of(node))


def test_a_reading_beyond_what_is_plausible_is_refused() -> None:
    """Sources drop it; the program has no room set aside for it."""
    most = greatest("alt")
    program = Program.of([ALT], {})
    for value in (most, most + 1):
        fact = Observation(fact="f", at=START, known_at=START, kind="alt", low=value, high=value)
        if value == most:
            assert (
                History(course([fact]), program, END).value(ALT)
                == Evaluator(course([fact]), {}, END).value(ALT).interval
            )
        else:
            with pytest.raises(SentenceError):
                History(course([fact]), program, END)


def test_the_trials_are_hardly_ever_refused() -> None:
    before, many = MET["refused as too large"], 600
    for seed in range(many):
        trial(seed)
    assert MET["refused as too large"] - before <= many // 50
    MET["refused as too large"] = before


def test_every_node_of_the_grammar_has_a_rule() -> None:
    assert set(REGISTRY.values()) == set(RULES)


def test_a_shelf_is_compiled_once() -> None:
    assert compiled(shelf()) is compiled(shelf())
    assert compiled(shelf()).parameters == shelf().parameters


def test_alike_sentences_are_one_node() -> None:
    """Names vanish, and what is written twice is worked out once."""
    plain = s.Compare(ALT, ">", number("40", "U/L"))
    named = s.Named("high", s.Compare(q.Called("the last ALT", q.Latest("alt")), ">", number("40", "U/L")))
    program = Program.of([plain, named, s.Not(plain)], shelf_of(plain))
    assert program.index[plain] == program.index[named]
    assert len(program.steps) == 5


@pytest.mark.parametrize("seed", range(30))
def test_counts_keep_the_time_between_readings(seed: int) -> None:
    """Many readings, some of them uncertain, exactly as far apart as a sentence asks, or a second less."""
    random = Random(seed)
    facts: list[Fact] = []
    for place in range(24):
        at = START + GRID * random.randint(-2, 16) - random.choice((0, 0, 0, 1))
        value, high = random.choice(((4000, 4000), (8000, 8000), (0, 9000), (9000, None)))
        shared = {"fact": f"f{place}", "at": at, "known_at": at + GRID * random.choice((0, 0, 3))}
        facts.append(Observation(**shared, kind="alt", low=value, high=high, low_open=high is None))
    among, limit = course(facts), number("80", "U/L")
    for apart in ("10 min", "20 min", "1 h"):
        for within in (None, "40 min", "2 h"):
            windows = [None if key is None else Parameter(key, key.split()[1]) for key in (within, apart)]
            count = q.Count("alt", random.choice((">=", "<")), limit, *windows)
            program, judge = Program.of([count], shelf_of(count)), Judge(among, shelf_of(count))
            history = History(among, program, END)
            for moment in range(START, START + 24 * GRID, GRID // 2):
                assert said(history, count, moment) == judge.says(count, moment, END), (count, moment - START)


@pytest.mark.parametrize("seed", range(20))
def test_one_key_may_name_a_kind_and_a_finding(seed: int) -> None:
    """Nausea is a score from 0 to 10 and a finding: each sentence reads its own, a series wakes with both."""
    random = Random(seed)
    facts: list[Fact] = []
    for place in range(8):
        at, late = START + GRID * random.randint(-2, 12), GRID * random.choice((0, 0, 3))
        shared = {"fact": f"f{place}", "at": at, "known_at": at + late}
        if random.random() < 0.5:
            value = random.randint(0, 10)
            facts.append(Observation(**shared, kind="nausea", low=value, high=value))
        elif random.random() < 0.8:
            facts.append(Finding(**shared, finding="nausea", presence=random.choice(tuple(Presence))))
        else:
            facts.append(Event(**shared, event="antiemetic"))
    score, hour = q.Latest("nausea"), number("1", "h")
    sentences: list[Statement] = [
        s.Compare(score, ">=", number("4", "{score}")),
        s.Seen("nausea", (), hour),
        s.Compare(q.TimeSince("finding", "nausea"), "<", hour),
        s.Compare(q.TimeSince("reading", "nausea"), "<", hour),
        s.Compare(q.TimeSince("peak", "nausea"), ">=", hour),
        s.Compare(q.Count(q.Sum(score, score), ">=", number("4", "{score}"), hour), ">=", number("2")),
        s.Compare(q.Latest(q.Choice(s.Seen("nausea"), score, q.Peak("nausea")), hour), ">", number("3", "{score}")),
        s.TurnedSince(s.Seen("nausea"), ("antiemetic",)),
    ]
    node = s.And(tuple(sentences))
    among = course(facts)
    judge = Judge(among, shelf_of(node))
    for sentence, steps in traces(Program.of([node], shelf_of(node)), among, END).items():
        for start, truth in steps:
            assert judge.at(start).truth(sentence).truth is truth
        for instant in range(START, START + 30 * GRID, GRID // 2):
            said_then = [truth for start, truth in steps if start <= instant][-1]
            assert judge.at(instant).truth(sentence).truth is said_then, sentence


def test_an_end_that_is_not_there_is_not_open() -> None:
    """INR "<1.5" times ALT ">40" has no greatest value; whether that end is open must not decide a ratio."""
    facts: list[Fact] = [
        Observation(fact="inr", at=START, known_at=START, kind="inr", low=0, high=150, high_open=True),
        Observation(fact="alt", at=START, known_at=START, kind="alt", low=4000, high=None, low_open=True),
        Observation(fact="ast", at=START, known_at=START, kind="ast", low=5000, high=5000),
    ]
    ratio = q.Ratio(q.Latest("ast"), q.Lowest(q.Product(INR, ALT)))
    assert disagreements(s.Compare(ratio, ">", number("0")), course(facts)) == []
