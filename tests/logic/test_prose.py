"""Sentences, reasons and what would change them, in English."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from sequela.course.catalogue import catalogue
from sequela.course.episodes import Course, Procedure, ProcedureKind
from sequela.course.facts import Finding, Observation, Presence, settle
from sequela.course.interval import Interval
from sequela.engine.reference import Evaluator
from sequela.logic import display
from sequela.logic import language as say_it
from sequela.logic import quantities as q
from sequela.logic import statements as s
from sequela.logic.nodes import REGISTRY, Parameter
from sequela.logic.phrases import phrase
from sequela.logic.prose import ground, say, would_change
from sequela.logic.shelf import Basis, ParameterValue


def parameter(key: str, value: str, unit: str) -> ParameterValue:
    return ParameterValue(key, unit, date(2026, 1, 1), Basis.EXPERT_JUDGEMENT, ("micallef-2020",), Fraction(value))


def numbers(**given: tuple[str, str]) -> dict[str, ParameterValue]:
    return {key.replace("_", "-"): parameter(key.replace("_", "-"), *value) for key, value in given.items()}


SHELF = numbers(
    none=("0", "U/L/d"),
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
A, B = s.Named("inr-risen", s.Seen("fever")), s.Named("red-flag", s.Seen("rigors"))
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
        (say_it.never(s.Seen("pregnancy")), "pregnancy is not known to be present"),
        (
            s.Or((s.WasTrue(A, p("week")), s.WasTrue(B, p("week")), s.Or((s.Seen("fever"), s.Seen("rigors"))))),
            "any of “INR risen” and “red flag” held at some time in the last 7 days, fever is present"
            " or rigors is present",
        ),
        (
            s.And((say_it.never(s.WasTrue(A, p("week"))), say_it.never(s.WasTrue(B, p("week"))))),
            "it is not established that any of “INR risen” and “red flag” held at some time in the last 7 days",
        ),
        (
            s.Or((say_it.never(A), say_it.never(B))),
            "“INR risen” is not established or “red flag” is not established",
        ),
        (s.And((A, B)), "each of “INR risen” and “red flag” holds"),
        (
            s.Seen("fever", after=p("two-days")),
            "fever is present (from 48 h after the procedure on)",
        ),
    ],
)
def test_a_sentence_reads_as_a_doctor_would_say_it(node: s.Statement, expected: str) -> None:
    assert say(node, SHELF) == expected


# -- reasons, as the evaluator hands them over -----------------------------------------------------------------------

DAY = 86_400


def reading(kind: str, day: int, value: str) -> Observation:
    stored = catalogue().kinds[kind].store(Fraction(value))
    at = day * DAY
    return Observation(fact=f"{kind}/{day}", at=at, known_at=at, kind=kind, low=stored, high=stored)


FACTS = (
    reading("alt", -1, "30"),
    reading("alt", 2, "3107"),
    reading("alt", 6, "2340"),
    reading("inr", -1, "1"),
    reading("inr", 6, "1.7"),
    reading("bilirubin", 6, "42.3456"),
    reading("creatinine", 6, "100.0001"),
    reading("consciousness", 6, "2"),
    reading("platelets", 1, "67"),
    reading("ast", 1, "246"),
    reading("ast", 6, "2000"),
    Finding(fact="f", at=6 * DAY, known_at=6 * DAY, finding="fever", presence=Presence.PRESENT),
)
COURSE = Course(
    id="course",
    patient="patient",
    procedure=Procedure(id="procedure", kind=TAE, start=0, known_from=0),
    facts=tuple(settle(FACTS)),
    sex="male",
)


def reason(node: s.Statement, instant: int = 7 * DAY) -> tuple[str, str]:
    """The one leaf of a verdict, told, and what would change it."""
    evaluator = Evaluator(COURSE, SHELF, instant)
    (leaf,) = evaluator.truth(node).grounds
    values = evaluator.inside(leaf.node, leaf.moment)
    args = (leaf.node, leaf.left, leaf.right, SHELF, TAE)
    return (
        ground(*args, truth=leaf.truth, values=values),
        would_change(*args, truth=leaf.truth, values=values).text,
    )


@pytest.mark.parametrize(
    ("node", "told", "changed"),
    [
        (say_it.over(ALT, p("alt-limit")), "ALT 2,340 U/L (limit 2,000 U/L)", "an ALT of 2,000 U/L or less"),
        (
            say_it.at_least(say_it.change("inr"), p("inr-rise")),
            "INR 1.7, 0.7 above the patient's own 1.0 (limit 0.5)",
            "an INR under 1.5",
        ),
        (
            say_it.over(ALT, q.Product(p("factor"), WASHED)),
            "ALT 2,340 U/L, 3.1 times what wash-out from the peak of 3,107 U/L predicts (limit 2)",
            "an ALT of 1,508 U/L or less",
        ),
        (
            say_it.over(q.Ratio(ALT, WASHED), p("factor")),
            "ALT 2,340 U/L, 3.1 times what wash-out from the peak of 3,107 U/L predicts (limit 2)",
            "an ALT of 1,508 U/L or less",
        ),
        (
            say_it.over(q.Ratio(ALT, q.UpperLimit("alt")), p("factor")),
            "ALT 2,340 U/L, 39.7 times the upper reference limit of 59 U/L (limit 2)",
            "an ALT of 118 U/L or less",
        ),
        (
            say_it.over(q.Higher(q.Latest("ast"), ALT), p("alt-limit")),
            "ALT 2,340 U/L (limit 2,000 U/L)",
            "an ALT of 2,000 U/L or less",
        ),
        (
            say_it.over(q.Latest("bilirubin"), p("jaundice")),
            "bilirubin 42 µmol/L (limit 35 µmol/L)",
            "a bilirubin of 35 µmol/L or less",
        ),
        (
            say_it.under(q.Latest("platelets"), p("platelets")),
            "platelet count 67 ×10⁹/L (limit 100 ×10⁹/L)",
            "a platelet count of 100 ×10⁹/L or more",
        ),
        (say_it.at_least(q.Latest("consciousness"), p("voice")), "consciousness V (limit V)", "consciousness A or C"),
        (say_it.past(p("week")), "day 7 or later", ""),
        (say_it.inside(p("two-days")), "48 h or more after the procedure", ""),
        (s.Seen("fever"), "fever: present", "fever looked for and not found"),
        (s.Not(s.Seen("fever")), "fever: present", "fever looked for and not found"),
        (s.Seen("jaundice"), "jaundice: not known", "jaundice found"),
        (s.Happened("contrast-ct"), "contrast CT: not recorded", ""),
        (s.Known(q.Latest("lactate")), "last lactate: not known", "a lactate"),
        (
            say_it.over(say_it.fold("ast"), p("factor")),
            "AST 2,000 U/L, patient's own baseline AST not known (limit 2)",
            "",
        ),
        (
            say_it.times("alt", ">", p("alt-limit"), at_least_times=p("two")),
            "ALT over 2,000 U/L on 2 readings since the procedure",
            "",
        ),
        (s.ProcedureIs((TAE,)), "procedure: TAE", ""),
        (
            say_it.over(q.Rate("ast", p("week")), p("none")),
            "AST rising by 351 U/L a day",
            "an AST that no longer rises",
        ),
        (
            say_it.still_rising(
                "ast", "AST rise", after=p("two-days"), within=p("week"), nothing=p("none"), current=p("week")
            ).parts[1],
            "AST rising by 351 U/L a day",
            "an AST that no longer rises",
        ),
    ],
)
def test_a_reason_is_told_with_its_values(node: s.Statement, told: str, changed: str) -> None:
    assert reason(node) == (told, changed)


def test_a_reason_does_not_vary_with_the_clock() -> None:
    sentence = s.Or((say_it.past(p("week")), say_it.over(ALT, q.Product(p("factor"), WASHED))))
    for leaf in (sentence.parts[0], sentence.parts[1]):
        assert len({reason(leaf, instant) for instant in range(7 * DAY, 9 * DAY, 20_000)}) == 1


def test_rounding_never_carries_a_value_across_its_limit() -> None:
    limit = {"creatinine": parameter("creatinine", "100", "umol/L")}
    node = say_it.over(q.Latest("creatinine"), Parameter("creatinine", "umol/L"))
    (leaf,) = Evaluator(COURSE, limit, 7 * DAY).truth(node).grounds
    assert leaf.truth
    assert ground(leaf.node, leaf.left, leaf.right, limit) == "creatinine 100.0001 µmol/L (limit 100 µmol/L)"


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        ("2000", "U/L", "2,000 U/L"),
        ("17.5", "umol/L", "17.5 µmol/L"),
        ("1/3", "1", "0.33"),
        ("38.50", "Cel", "38.5 °C"),
        ("92", "%", "92%"),
        ("7", "d", "7 days"),
        ("1", "d", "1 day"),
        ("20", "/min", "20/min"),
        ("0.1", "1/d", "0.1/day"),
        ("30", "U/L/d", "30 U/L/day"),
        ("90", "mm[Hg]", "90 mmHg"),
        ("5", "{score}", "5"),
    ],
)
def test_numbers_and_units_are_written_for_people(value: str, unit: str, shown: str) -> None:
    assert display.amount(Fraction(value), unit) == shown


@pytest.mark.parametrize(
    ("noun", "expected"),
    [
        ("ALT", "an ALT"), ("INR", "an INR"), ("CRP", "a CRP"), ("NEWS2", "a NEWS2"),
        ("urine output", "a urine output"), ("albumin", "an albumin"), ("lactate", "a lactate"),
        ("oxygen saturation", "an oxygen saturation"),
    ],
)  # fmt: skip
def test_the_article_follows_the_ear(noun: str, expected: str) -> None:
    assert display.with_article(noun) == expected
