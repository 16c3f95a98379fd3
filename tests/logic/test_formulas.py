"""Formulas check themselves when built, and the shelf's hash covers how each is put together."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import inf

import pytest

from sequela.criteria import shelf
from sequela.errors import SentenceError
from sequela.logic.formulas import Factor, Formula, Gate, Label, Measured, Scored, Sessions, Term
from sequela.logic.logarithms import LogSum
from sequela.logic.nodes import ONE, Parameter
from sequela.logic.quantities import Baseline, Latest
from sequela.logic.statements import Happened

SHELF = shelf()
FORMULAS = {score.key: score for score in SHELF.scores if isinstance(score, Formula)}
INR = Measured("inr", Latest("inr"), Baseline("inr"))
TIMES = Parameter("times", ONE)


def test_the_formulas_of_the_shelf() -> None:
    assert set(FORMULAS) == {"MELD", "MELD-Na", "MELD 3.0", "ALBI", "mALBI", "R factor"}


def with_score(formula: Formula) -> str:
    scores = tuple(formula if score.key == formula.key else score for score in SHELF.scores)
    return replace(SHELF, scores=scores).hash


@pytest.mark.parametrize("key", sorted(FORMULAS))
def test_the_hash_covers_a_formula_whole(key: str) -> None:
    """The same numbers put together in another way are another shelf."""
    formula = FORMULAS[key]
    first, *others = formula.terms
    changed = [
        replace(formula, terms=(replace(first, minus=not first.minus), *others)),
        replace(formula, terms=(*formula.terms, formula.terms[0])),
        replace(formula, places=formula.places + 1),
        replace(formula, core=("inr",)),
    ]
    if first.factors:
        factor = replace(first.factors[0], transform="ln" if first.factors[0].transform == "plain" else "plain")
        changed.append(replace(formula, terms=(replace(first, factors=(factor, *first.factors[1:])), *others)))
    if formula.labels:
        changed.append(replace(formula, otherwise="another word"))
        changed.append(replace(formula, labels=formula.labels[::-1]))
    if others:
        # Two coefficients change places: every number is still there.
        second = others[0]
        swapped = (replace(first, coefficient=second.coefficient), replace(second, coefficient=first.coefficient))
        changed.append(replace(formula, terms=(*swapped, *others[1:])))
    hashes = {with_score(one) for one in changed}
    assert with_score(formula) == SHELF.hash
    assert SHELF.hash not in hashes
    assert len(hashes) == len(changed)


def test_the_numbers_of_a_formula_are_found() -> None:
    keys = {parameter.key for parameter in FORMULAS["MELD-Na"].parameters()}
    assert {"meld-na-sodium", "meld-na-over", "meld-sodium-least", "meld-most"} <= keys
    assert "meld-bilirubin" not in keys
    inside = {node.key for node in FORMULAS["MELD-Na"].nodes() if isinstance(node, Parameter)}
    assert {"meld-bilirubin", "meld-dialyses"} <= inside


def formula(*terms: Term) -> Formula:
    return Formula(key="F", title="F", terms=terms, cites=())


def number(parameter: Parameter) -> Fraction:
    return {"times": Fraction(2), "reference": Fraction(5), "over": Fraction(1)}[parameter.key]


def test_what_an_unbounded_input_makes() -> None:
    reference = Parameter("reference", ONE)
    plain = Term(TIMES, (Factor(INR),))
    below = Term(TIMES, (Factor(INR, "below", reference),))
    logarithm = Term(TIMES, (Factor(INR, "ln"),))
    assert formula(plain).at({"inr": inf}, number) == inf
    assert formula(below).at({"inr": inf}, number) == -inf
    assert formula(logarithm).at({"inr": inf}, number) == inf
    assert formula(logarithm).at({"inr": Fraction(0)}, number) == -inf
    # What cancels is gone; what pulls both ways is not determined.
    assert formula(plain, replace(plain, minus=True)).at({"inr": inf}, number) == LogSum(Fraction(0))
    assert formula(plain, replace(logarithm, minus=True)).at({"inr": inf}, number) is None
    assert formula(plain).at({"inr": Fraction(3)}, number) == LogSum(Fraction(6))
    assert formula(below).at({"inr": Fraction(3)}, number) == LogSum(Fraction(4))
    whole = formula(plain, Term(TIMES, gate=Gate(Scored(formula(plain)), Parameter("over", ONE))))
    assert whole.at({"inr": Fraction(3), "F": Fraction(1)}, number) == LogSum(Fraction(6))
    assert whole.at({"inr": Fraction(3), "F": Fraction(2)}, number) == LogSum(Fraction(8))


@pytest.mark.parametrize(
    ("build", "complaint"),
    [
        (lambda: formula(), "has no terms"),
        (lambda: Term(None), "made of something"),
        (lambda: Term(TIMES, (Factor(INR, "ln"), Factor(INR, "log10"))), "one logarithm"),
        (lambda: Factor(INR, "below"), "a reference"),
        (lambda: Factor(INR, "plain", TIMES), "a reference"),
        (lambda: Factor(INR, "below", Parameter("reference", "mmol/L")), "the reference of inr is in mmol/L"),
        (lambda: Measured("inr", Latest("inr"), Baseline("sodium")), "another unit before"),
        (lambda: replace(INR, per=Parameter("per", "umol/L")), "the unit of inr is in umol/L"),
        (lambda: replace(INR, least=Parameter("least", "mmol/L")), "a bound of inr is in mmol/L"),
        (lambda: Sessions(Happened("renal-replacement"), TIMES, TIMES), "in a look-back"),
        (lambda: Scored(replace(formula(Term(TIMES)), places=1)), "only a whole number"),
        (lambda: replace(formula(Term(TIMES)), labels=(Label("high", ">=", TIMES),)), "some of its values"),
        (lambda: replace(formula(Term(TIMES)), apart=TIMES), "apart must be"),
        (
            lambda: formula(Term(None, (Factor(INR),)), Term(None, (Factor(replace(INR, least=TIMES)),))),
            "two inputs of F have one label",
        ),
    ],
)
def test_a_formula_that_does_not_hold_together_is_refused(build: object, complaint: str) -> None:
    with pytest.raises(SentenceError, match=complaint):
        build()  # type: ignore[operator]
