"""What is said of the past, against a walk over every moment of the grid that knows nothing of change points."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from sequela.course.facts import Event
from sequela.engine.reference import Evaluator
from sequela.logic import statements as s
from sequela.logic.nodes import Parameter, Statement
from tests.laws import sentences
from tests.laws.courses import GRID, SITUATIONS, START, STEPS, examples, instants, raw

SEEDS = st.integers(0, 2**32 - 1)
SECONDS = {"min": 60, "h": 3600}
PAST = (s.WasTrue, s.HoldsFor, s.Became, s.TurnedSince)


class Walk:
    """Asks of every grid moment what the reference says of it, and draws its own conclusions."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.known: dict[tuple[Statement, int], bool | None] = {}

    def truth(self, node: Statement, moment: int) -> bool | None:
        key = (node, moment)
        if key not in self.known:
            self.known[key] = self._truth(node, moment)
        return self.known[key]

    def _truth(self, node: Statement, moment: int) -> bool | None:
        match node:
            case s.WasTrue():
                begin = START if node.within is None else max(START, moment - length(node.within))
                seen = self.over(node.of, begin, moment)
                return True if True in seen else None if None in seen else False
            case s.HoldsFor():
                begin = moment - length(node.duration)
                if begin < START:
                    return None if self.truth(node.of, moment) is None else False
                seen = self.over(node.of, begin, moment)
                return False if False in seen else None if None in seen else True
            case s.Became():
                now = self.truth(node.of, moment)
                if now is not True:
                    return now
                return any(self.turned(node.of, START, m) for m in grid(moment - length(node.within) + GRID, moment))
            case s.TurnedSince():
                times = [f.at for f in self.events(node.events) if START <= f.at <= moment]
                if not times:
                    return False
                return any(self.turned(node.of, max(times), m) for m in grid(max(times) + GRID, moment))
            case _:
                return self.evaluator.truth(node, moment).truth

    def over(self, node: Statement, begin: int, end: int) -> list[bool | None]:
        return [self.truth(node, moment) for moment in grid(begin, end)]

    def turned(self, node: Statement, begin: int, moment: int) -> bool:
        """Whether a statement is true at a moment and was not a grid step before; before the course nothing was."""
        return self.truth(node, moment) is True and (moment == START or self.truth(node, moment - GRID) is not True)

    def events(self, keys: tuple[str, ...]) -> list[Event]:
        instant = self.evaluator.instant
        return [
            fact
            for fact in self.evaluator.course.facts
            if isinstance(fact, Event)
            and fact.event in keys
            and fact.known_from <= instant
            and (fact.known_until is None or instant < fact.known_until)
        ]


def grid(begin: int, end: int) -> range:
    return range(max(begin, START), end + 1, GRID)


def length(duration: Parameter) -> int:
    number, unit = duration.key.split()
    return int(float(number) * SECONDS[unit])


@given(SEEDS)
@examples(1200)
def test_the_past_is_what_a_walk_over_every_moment_finds(seed: int) -> None:
    random = Random(seed)
    course, statement = raw(random, on_grid=True).course(), sentences.past(random)
    shelf = sentences.parameters(statement)
    for instant in instants(random, 5, on_grid=True):
        evaluator = Evaluator(course, shelf, instant)
        expected = Walk(evaluator).truth(statement, instant)
        assert evaluator.truth(statement).truth is expected
        SITUATIONS[f"past {expected}"] += 1


def test_the_walk_covers_every_node_that_speaks_of_the_past() -> None:
    found = {type(sentences.past(Random(seed))) for seed in range(200)}
    assert found == set(PAST)
    assert START % GRID == 0
    assert max(length(Parameter(d, d.split()[1])) for d in sentences.DURATIONS) < STEPS * GRID
