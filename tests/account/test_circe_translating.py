"""Sentences as Circe criteria, node by node: what is said, what is lost with which effect, and what falls with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from sequela.account.circe import shapes
from sequela.account.circe.concepts import Concept, Vocabulary
from sequela.account.circe.leaves import Context, Said, Span
from sequela.account.circe.translating import Translator, holds_of_nothing
from sequela.course.episodes import ProcedureKind
from sequela.criteria import shelf
from sequela.logic.language import all_of, any_of, at_least, definitely, inside, never, over, past, times, under
from sequela.logic.nodes import ONE, Parameter, Quantity, Statement
from sequela.logic.quantities import Age, Baseline, Latest, Lowest, Peak, Product, Ratio, UpperLimit
from sequela.logic.shelf import Basis, ParameterValue
from sequela.logic.statements import Absent, AtLeast, Compare, Happened, Known, Named, Not, ProcedureIs, Seen, WasTrue

HIGH = Parameter("high", "U/L")
TWICE = Parameter("twice", ONE)
DAY_3, DAY_9, SIX_HOURS, TWO_DAYS = (
    Parameter(key, unit) for key, unit in zip("abcd", ("d", "d", "h", "h"), strict=True)
)
NUMBERS: Mapping[str, tuple[Fraction, str]] = {
    "high": (Fraction(100), "U/L"),
    "twice": (Fraction(2), ONE),
    "a": (Fraction(3), "d"),
    "b": (Fraction(9), "d"),
    "c": (Fraction(6), "h"),
    "d": (Fraction(48), "h"),
    "years": (Fraction(16), "a"),
}
ALT_HIGH = over(Latest("alt"), HIGH)
AST_HIGH = over(Latest("ast"), HIGH)
OWN = over(Ratio(Latest("alt"), Baseline("alt")), TWICE)
ANTICOAGULANT = Happened("anticoagulant")
FEVER = Seen("fever")


def said(sentence: Statement, concepts: tuple[Concept, ...] = (), **own: Fraction) -> Said:
    """A sentence on days 0 to 30."""
    parameters = {
        key: ParameterValue(key, unit, date(2026, 1, 1), Basis.EXPERT_JUDGEMENT, (), value, by_procedure=own)
        for key, (value, unit) in NUMBERS.items()
    }
    found: dict[tuple[str, str], tuple[Concept, ...]] = {(each.vocabulary, each.code): (each,) for each in concepts}
    context = Context(replace(shelf(), parameters=parameters), Vocabulary(found, {}, given=bool(concepts)))
    return Translator(context).translate(sentence, Span(0, 30))


def days(made: Said) -> set[tuple[int | None, int | None]]:
    """The windows of everything asked."""
    assert made.item is not None
    leaves = [made.item] if "Criteria" in made.item else shapes.members(made.item)
    windows = [leaf["StartWindow"] for leaf in leaves if "Criteria" in leaf]
    return {(window["Start"]["Days"], window["End"]["Days"]) for window in windows}


def test_a_value_is_any_row_over_it() -> None:
    made = said(ALT_HIGH)
    assert (made.lost, days(made)) == ((), {(0, 30)})
    assert made.item is not None
    assert made.item["Type"] == "ANY"
    first = made.item["CriteriaList"][0]["Criteria"]["Measurement"]
    assert first["ValueAsNumber"] == {"Value": 100, "Op": "gt"}


@pytest.mark.parametrize(
    ("sentence", "window"),
    [
        (all_of(past(DAY_3), ALT_HIGH), (3, 30)),
        (all_of(inside(DAY_9), ALT_HIGH), (0, 9)),
        (all_of(past(TWO_DAYS), all_of(inside(DAY_9), ALT_HIGH)), (2, 9)),
        (all_of(Not(inside(DAY_3)), ALT_HIGH), (3, 30)),
        (all_of(past(DAY_3), WasTrue(ALT_HIGH, TWO_DAYS)), (3, 30)),
    ],
)
def test_times_beside_others_set_their_days(sentence: Statement, window: tuple[int, int]) -> None:
    made = said(sentence)
    assert (days(made), made.lost) == ({window}, ())


def test_hours_widen_from_and_forbid_until() -> None:
    made = said(all_of(past(SIX_HOURS), ALT_HIGH))
    assert (days(made), [lost.effect for lost in made.lost]) == ({(0, 30)}, ["wider"])
    assert said(all_of(inside(SIX_HOURS), ALT_HIGH)).item is None
    assert said(past(DAY_3)).item is None


def test_an_or_keeps_what_can_be_said() -> None:
    made = said(any_of(ALT_HIGH, OWN))
    assert made.item == said(ALT_HIGH).item
    assert [(lost.reason, lost.effect) for lost in made.lost] == [
        ("a comparison with the patient's own value before the procedure", "narrower")
    ]


def test_an_and_falls_with_a_part_that_people_need() -> None:
    made = said(all_of(ALT_HIGH, OWN))
    assert made.item is None
    assert made.lost[0].reason.startswith("all of it is needed")
    assert "own value before the procedure" in made.lost[0].reason


def test_an_and_goes_without_a_part_that_holds_of_nothing() -> None:
    made = said(all_of(ALT_HIGH, Not(ANTICOAGULANT)))
    assert made.item == said(ALT_HIGH).item
    assert [lost.effect for lost in made.lost] == ["wider"]
    # Where the codes are known the denial is said: none on any of the days.
    known = tuple(Concept(n, "ATC", c, c, "Drug", "C") for n, c in enumerate(("B01AA", "B01AE", "B01AF"), 1))
    made = said(all_of(ALT_HIGH, Not(ANTICOAGULANT)), known)
    assert made.lost == ()
    assert made.item is not None
    (none,) = [each for each in shapes.members(made.item) if "DrugExposure" in str(each.get("Criteria"))]
    assert none["Occurrence"] == {"Type": 0, "Count": 0, "IsDistinct": False}


def test_nothing_but_denials_is_no_cohort() -> None:
    assert said(all_of(never(FEVER), past(DAY_3))).item is None


def test_a_denial_is_said_whole_or_not_at_all() -> None:
    made = said(all_of(FEVER, Not(any_of(ALT_HIGH, AST_HIGH))))
    assert made.item is not None and made.lost == ()
    (group,) = made.item["Groups"]
    assert (group["Type"], group["Count"]) == ("AT_MOST", 0)
    assert said(Not(any_of(ALT_HIGH, OWN))).item is None


def test_or_whose_usual_case_is_lost_is_lost() -> None:
    """Without the codes of anticoagulants, "none of them, or ALT high" must not become "ALT high"."""
    guard = any_of(Not(ANTICOAGULANT), ALT_HIGH)
    assert said(guard).item is None
    made = said(all_of(FEVER, guard))
    assert made.item == said(FEVER).item
    assert {lost.effect for lost in made.lost} == {"wider"}


def test_at_least_so_many() -> None:
    made = said(AtLeast(TWICE, (ALT_HIGH, AST_HIGH, FEVER, OWN)))
    assert made.item is not None
    assert (made.item["Type"], made.item["Count"], len(shapes.members(made.item))) == ("AT_LEAST", 2, 3)
    assert said(AtLeast(TWICE, (ALT_HIGH, OWN))).item is None


def test_several_readings_near_one_another() -> None:
    made = said(times("alt", ">", HIGH, at_least_times=TWICE, within=TWO_DAYS))
    assert made.item is not None
    first: dict[str, Any] = made.item["CriteriaList"][0]
    assert first["Occurrence"]["Count"] == 1
    (near,) = first["Criteria"]["Measurement"]["CorrelatedCriteria"]["CriteriaList"]
    assert near["Occurrence"] == {"Type": 2, "Count": 2, "IsDistinct": False}
    assert near["StartWindow"]["Start"] == {"Days": 2, "Coeff": -1}
    whole = said(times("alt", ">", HIGH, at_least_times=TWICE, apart=SIX_HOURS))
    assert whole.item is not None
    assert {each["Occurrence"]["Count"] for each in whole.item["CriteriaList"]} == {2}
    assert {lost.effect for lost in whole.lost} == {"wider", "narrower"}


@pytest.mark.parametrize(("limit", "value"), [(UpperLimit("alt"), 1), (Product(TWICE, UpperLimit("alt")), 2)])
def test_multiples_of_the_limit_of_the_row(limit: Quantity, value: int) -> None:
    made = said(at_least(Latest("alt"), limit))
    assert made.item is not None
    assert made.item["Criteria"]["Measurement"]["RangeHighRatio"] == {"Value": value, "Op": "gte"}
    assert "range_high" in made.lost[0].reason


def test_the_limit_of_another_kind_is_not_that_of_the_row() -> None:
    assert said(at_least(Latest("alt"), Product(TWICE, UpperLimit("ast")))).item is None


def test_age_is_asked_of_the_person() -> None:
    made = said(all_of(FEVER, under(Age(), Parameter("years", "a"))))
    assert made.item is not None
    assert made.item["DemographicCriteriaList"] == [{"Age": {"Value": 16, "Op": "lt"}}]


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        (Absent("fever"), "an absence"),
        (Seen("portal-vein-thrombosis", site=("I",)), "a place in the liver"),
        (Seen("biloma"), "it has no code"),
        (under(Peak("alt"), HIGH), "the highest of several readings"),
        (over(Lowest("alt"), HIGH), "the lowest of several readings"),
        (over(Latest("alt", until=TWO_DAYS), HIGH), "readings of a certain age"),
        (ProcedureIs((ProcedureKind.TACE,)), "no code tells that kind"),
        (ProcedureIs((ProcedureKind.RFA,)), "no concept of its codes is known"),
        (Known(FEVER), "whether something is known"),
        (Compare(Latest("consciousness"), ">=", TWICE), "a coded answer"),
    ],
)
def test_why_a_part_is_not_said(sentence: Statement, reason: str) -> None:
    made = said(sentence)
    assert made.item is None
    assert made.lost[0].reason.startswith(reason)


def test_the_highest_over_a_number_is_any_row_over_it() -> None:
    assert said(over(Peak("alt"), HIGH)).item == said(ALT_HIGH).item
    assert said(definitely(ALT_HIGH)) == said(ALT_HIGH)
    assert said(all_of(Known(Latest("alt")), ALT_HIGH)).item == said(ALT_HIGH).item
    assert said(Known(Latest("alt"))).told == ("ALT any value, days 0 to 30",)


def test_what_patients_simply_have_is_looked_for_before_as_well() -> None:
    cirrhosis = (Concept(1, "SNOMED", "19943007", "Cirrhosis of liver", "Condition", "S"),)
    assert days(said(Seen("cirrhosis"), cirrhosis)) == {(None, 30)}


def test_a_number_of_its_own_after_some_procedures_is_said() -> None:
    made = said(ALT_HIGH, MWA=Fraction(300))
    assert made.item == said(ALT_HIGH).item
    assert [(lost.effect, "300 U/L after MWA" in lost.reason) for lost in made.lost] == [("other", True)]


def test_a_definition_inside_another_is_referred_to() -> None:
    inner = Named("fever-late", any_of(FEVER, OWN))
    made = said(any_of(ALT_HIGH, inner))
    assert [lost.reason for lost in made.lost] == ["said in part only: see definition fever-late"]
    assert [lost.reason for lost in said(inner).lost] == [
        "a comparison with the patient's own value before the procedure"
    ]


@pytest.mark.parametrize(
    ("sentence", "holds"),
    [
        (FEVER, False),
        (Not(FEVER), True),
        (never(FEVER), True),
        (all_of(Not(FEVER), ALT_HIGH), False),
        (any_of(Not(FEVER), ALT_HIGH), True),
        (Not(Not(FEVER)), False),
        (WasTrue(Not(FEVER)), True),
        (AtLeast(TWICE, (Not(FEVER), Not(ALT_HIGH))), False),
    ],
)
def test_what_holds_of_somebody_of_whom_nothing_is_recorded(sentence: Statement, holds: bool) -> None:
    assert holds_of_nothing(sentence) is holds
