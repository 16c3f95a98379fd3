"""Every lint finds what it is for, and says nothing of a clean shelf."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from sequela.evidence import works
from sequela.logic import language as say_it
from sequela.logic import quantities as q
from sequela.logic import statements as s
from sequela.logic.lint import lint
from sequela.logic.nodes import Parameter, Statement
from sequela.logic.shelf import Band, Basis, Definition, ParameterValue, Shelf, State, Step

CITE = min(works())


def value(key: str, unit: str, number: str, **more: object) -> ParameterValue:
    held = ParameterValue(key, unit, date(2026, 1, 1), Basis.STUDY, (CITE,), Fraction(number))
    return replace(held, **more)  # type: ignore[arg-type]


ALT_LIMIT, ALT_FLOOR = Parameter("alt-limit", "U/L"), Parameter("alt-floor", "U/L")
EARLY, LATE = Parameter("early", "h"), Parameter("late", "d")
NUMBER, TABLE = Parameter("number", "1"), Parameter("table", "/min")
ALT = q.Latest("alt")
VALUES = {
    "alt-limit": value("alt-limit", "U/L", "2000"),
    "alt-floor": value("alt-floor", "U/L", "100"),
    "early": value("early", "h", "24"),
    "late": value("late", "d", "3"),
    "number": value("number", "1", "2"),
}
HIGH = say_it.over(ALT, ALT_LIMIT)
NOT_LOW = say_it.over(ALT, ALT_FLOOR)


def shelf(sentence: Statement, *, used: bool = True, **values: ParameterValue) -> Shelf:
    """A clean shelf but for the sentence."""
    parameters = {**VALUES, **{key.replace("_", "-"): held for key, held in values.items()}}
    everything = s.AtLeast(NUMBER, (HIGH, NOT_LOW, say_it.past(EARLY), say_it.past(LATE)))
    definitions = [Definition("tried", "Tried", sentence, (CITE,))]
    if used:
        definitions.append(Definition("rest", "Rest", everything, (CITE,)))
    step = Step("panel", "Liver panel", "Perfil hepático", HIGH, EARLY, (("alt", "ast"),), "", (CITE,))
    return Shelf("1", parameters, tuple(definitions), (), (), (State("expected", HIGH),), (), (step,))


def told(tried: Shelf) -> str:
    return "\n".join(str(problem) for problem in lint(tried))


def test_a_clean_shelf_has_no_problem() -> None:
    assert told(shelf(s.And((HIGH, say_it.past(EARLY), say_it.inside(LATE))))) == ""


@pytest.mark.parametrize(
    ("sentence", "complaint"),
    [
        (s.And((HIGH,)), "an and with one part: the last ALT is over [alt-limit]"),
        (s.Or((HIGH,)), "an or with one part"),
        (s.Or((HIGH, HIGH)), "an or with the same part 2 times"),
        (s.Not(s.Not(HIGH)), "a double not"),
        (s.And((say_it.inside(EARLY), say_it.past(LATE))), "never holds, its parts contradict each other"),
        (s.Or((say_it.inside(LATE), say_it.past(EARLY))), "always holds, its parts leave nothing out"),
        (s.And((say_it.under(ALT, ALT_FLOOR), HIGH)), "never holds, its parts contradict each other"),
        (s.And((say_it.at_most(ALT, ALT_FLOOR), say_it.over(ALT, ALT_FLOOR))), "contradict"),
        (s.AtLeast(NUMBER, (HIGH,)), "never holds: at least [number]"),
        (say_it.over(ALT_LIMIT, ALT_FLOOR), "always holds: [alt-limit] is over [alt-floor]"),
        (say_it.over(q.Latest("alt", EARLY, LATE), ALT_LIMIT), "looks back no further than it leaves out"),
    ],
)
def test_a_sentence_that_decides_nothing_is_found(sentence: Statement, complaint: str) -> None:
    assert complaint in told(shelf(sentence))


def test_a_limit_that_no_patient_reaches_is_found() -> None:
    assert "never holds: the last ALT" in told(shelf(HIGH, alt_limit=value("alt-limit", "U/L", "10000000")))


def test_windows_that_meet_without_overlap_contradict() -> None:
    tried = s.And((say_it.inside(EARLY), say_it.past(LATE)))
    assert "contradict" in told(shelf(tried, late=value("late", "d", "1")))
    assert "contradict" not in told(shelf(tried, late=value("late", "d", "23/24")))


def test_what_moves_for_one_kind_of_procedure_is_no_mistake() -> None:
    late = value("late", "d", "3", by_procedure={"TARE": Fraction(1, 2)})
    assert told(shelf(s.And((say_it.inside(EARLY), say_it.past(LATE))), late=late)) == ""


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"cites": ("nobody-1900",)}, "parameter late: cites 'nobody-1900', which the library does not have"),
        ({"cites": ()}, "parameter late: cites nothing"),
        ({"basis": ""}, "parameter late: has no basis"),
        ({"bands": (Band(None, 1),)}, "parameter late: needs either one value or a table of bands"),
        ({"value": Fraction(-1)}, "a negative length of time: [late]"),
        ({"key": "later"}, "parameter late: stands under another key"),
    ],
)
def test_a_number_without_its_papers_is_found(changed: dict[str, object], complaint: str) -> None:
    assert complaint in told(shelf(HIGH, late=replace(VALUES["late"], **changed)))  # type: ignore[arg-type]


def test_a_site_may_set_a_number_without_citing() -> None:
    assert told(shelf(HIGH, late=replace(VALUES["late"], cites=(), basis=Basis.SITE))) == ""


def test_an_unused_number_is_found() -> None:
    assert "parameter late: is used by no sentence" in told(shelf(HIGH, used=False))


def test_a_table_out_of_order_is_found() -> None:
    banded = s.Known(q.Banded(q.Latest("heart-rate"), TABLE))
    rising = (Band(Fraction(40), 3), Band(Fraction(50), 1), Band(None, 0))
    assert told(shelf(banded, table=value("table", "/min", "0", value=None, bands=rising))) == ""
    assert "rising order" in told(
        shelf(banded, table=value("table", "/min", "0", value=None, bands=(rising[1], rising[0], rising[2])))
    )


def test_definitions_and_steps_are_complete() -> None:
    clean = shelf(HIGH)
    assert "definition tried: has no title" in told(
        replace(clean, definitions=(replace(clean.definitions[0], title=" "), clean.definitions[1]))
    )
    assert "definition tried: cites nothing" in told(
        replace(clean, definitions=(replace(clean.definitions[0], cites=()), clean.definitions[1]))
    )
    assert "definition rest: stands on the shelf 2 times" in told(
        replace(clean, definitions=(*clean.definitions, clean.definitions[1]))
    )
    step = clean.steps[0]
    assert "step panel: is closed by nothing" in told(replace(clean, steps=(replace(step, closed_by=()),)))
    assert "step panel: is closed by nothing" in told(replace(clean, steps=(replace(step, closed_by=(("alt",), ())),)))
    assert "is closed by 'magic'" in told(replace(clean, steps=(replace(step, closed_by=(("magic",),)),)))


def test_one_name_for_two_sentences_is_found() -> None:
    two = s.Or((s.Named("high", HIGH), s.Named("high", NOT_LOW)))
    assert "gives the name 'high' to a second sentence" in told(shelf(two))
