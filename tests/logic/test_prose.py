"""Sentences, reasons and what would change them, in English."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from sequela.course.episodes import ProcedureKind
from sequela.course.interval import Interval
from sequela.logic import language as say_it
from sequela.logic import quantities as q
from sequela.logic import statements as s
from sequela.logic.nodes import REGISTRY, Parameter, Quantity
from sequela.logic.phrases import phrase
from sequela.logic.prose import ground, say, would_change
from sequela.logic.shelf import Basis, ParameterValue


def parameter(key: str, value: str, unit: str) -> ParameterValue:
    return ParameterValue(key, unit, date(2026, 1, 1), Basis.EXPERT_JUDGEMENT, ("micallef-2020",), Fraction(value))


def numbers(**given: tuple[str, str]) -> dict[str, ParameterValue]:
    return {key.replace("_", "-"): parameter(key.replace("_", "-"), *value) for key, value in given.items()}


SHELF = numbers(
    alt_limit=("2000", "U/L"), two_days=("48", "h"), week=("7", "d"), inr_rise=("0.5", "1"), factor=("2", "1"),
    half_life=("47", "h"), floor=("80", "U/L"), two=("2", "1"), hypotension=("90", "mm[Hg]"), voice=("2", "1"),
    jaundice=("35", "umol/L"), platelets=("100", "10*9/L"),
)  # fmt: skip


def p(key: str) -> Parameter:
    return Parameter(key, SHELF[key].unit)


def exactly(value: str) -> Interval:
    return Interval.exactly(Fraction(value))


TAE = ProcedureKind.TAE
ALT, INR = q.Latest("alt"), q.Latest("inr")
WASHED = q.WashOut("alt", p("half-life"), p("floor"))


def test_every_node_has_prose() -> None:
    assert {name for name, cls in REGISTRY.items() if phrase.dispatch(cls) is phrase.dispatch(object)} == set()


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (say_it.over(ALT, p("alt-limit")), "the last ALT is over 2,000 U/L"),
        (say_it.past(p("week")), "it is day 7 or later"),
        (say_it.inside(p("two-days")), "it is less than 48 h after the procedure"),
        (s.Not(say_it.over(ALT, p("alt-limit"))), "the last ALT is not over 2,000 U/L"),
        (
            say_it.at_least(say_it.change("inr"), p("inr-rise")),
            "the rise of INR above the patient's own baseline is at least 0.5",
        ),
        (say_it.at_least(q.Latest("consciousness"), p("voice")), "the last consciousness is at least V"),
        (
            s.And((say_it.over(ALT, p("alt-limit")), s.Or((say_it.past(p("week")), s.ProcedureIs((TAE,)))))),
            "the last ALT is over 2,000 U/L and (it is day 7 or later or the procedure was TAE)",
        ),
        (
            s.Not(say_it.definitely(say_it.over(ALT, p("alt-limit")))),
            "it is not established that the last ALT is over 2,000 U/L",
        ),
    ],
)
def test_a_sentence_reads_as_a_doctor_would_say_it(node: s.Statement, expected: str) -> None:
    assert say(node, SHELF) == expected
