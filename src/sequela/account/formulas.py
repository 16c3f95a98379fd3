"""A formula to read: its terms with their numbers, what each input is, and how the value is reported."""

from __future__ import annotations

from collections.abc import Mapping

from sequela.course.catalogue import catalogue
from sequela.logic import display
from sequela.logic.formulas import Factor, Formula, Input, Measured, Scored, Term
from sequela.logic.nodes import Parameter
from sequela.logic.phrases import Words, phrase
from sequela.logic.prose import say
from sequela.logic.shelf import ParameterValue

Numbers = Mapping[str, ParameterValue]
"""The shelf's numbers by key."""
_PLACES = ("a whole number", "one decimal", "two decimals")


def lines(formula: Formula, numbers: Numbers) -> list[tuple[int, str]]:
    """Return a formula as an outline: each line with its depth."""
    words = Words(numbers)
    said = [(0, f"{formula.key} is the sum of:")]
    said += [(1, _term(term, words)) for term in formula.terms]
    said.append((0, "where:"))
    said += [(1, _input(one, words)) for one in formula.reads()]
    said.append((0, _reported(formula, words)))
    if formula.labels:
        named = [f"{label.word} {_side(label.comparator)} {words.of(label.edge)}" for label in formula.labels]
        said.append((0, f"Named by the value before rounding: {', else '.join(named)}, else {formula.otherwise}."))
    if formula.apart is not None:
        said.append((0, f"What is {words.of(formula.apart)} or more older than the newest input counts as missing."))
    if formula.core:
        said.append(
            (0, f"Not told while {display.joined([_name(key) for key in formula.core], 'and')} are all missing.")
        )
    said += [
        (0, f"“{caution.says}” is said with it while {say(caution.when, numbers)}.") for caution in formula.cautions
    ]
    return said


def _term(term: Term, words: Words) -> str:
    factors = [words.of(term.coefficient)] if term.coefficient is not None else []
    factors += [_factor(factor, words) for factor in term.factors]
    sign = "- " if term.minus else "+ "
    gate = f", if {term.gate.of.label} is over {words.of(term.gate.over)}" if term.gate is not None else ""
    return sign + " × ".join(factors) + gate


def _factor(factor: Factor, words: Words) -> str:
    name = _name(factor.of.label)
    if factor.reference is not None:
        return f"({_bare(factor.reference, words)} - {name})"
    return name if factor.transform == "plain" else f"{factor.transform}({name})"


def _input(one: Input, words: Words) -> str:
    name = _name(one.label)
    if isinstance(one, Scored):
        return f"{name}: as reported, a whole number"
    if not isinstance(one, Measured):
        return f"{name}: 1 for a woman, 0 for a man"
    said = f"{name}: {phrase(one.now, words)}"
    if one.unit:
        said += f", in {one.unit}"
    if one.per is not None:
        said += f" (of {words.of(one.per)})"
    if one.least is not None:
        said += f", at least {_bare(one.least, words)}"
    if one.most is not None:
        said += f", at most {_bare(one.most, words)}"
    if one.replaced is not None:
        sessions = one.replaced
        said += (
            f"; {_bare(sessions.value, words)} instead after {_bare(sessions.number, words)} or more sessions: "
            f"{phrase(sessions.of, words)}"
        )
    return said


def _reported(formula: Formula, words: Words) -> str:
    said = f"Reported to {_PLACES[formula.places]}, half up"
    return f"{said}, at most {words.of(formula.most)}." if formula.most is not None else f"{said}."


def _side(comparator: str) -> str:
    return "up to" if comparator == "<=" else "from"


def _bare(parameter: Parameter, words: Words) -> str:
    """A number without its unit."""
    return words.of(parameter).split(" ", 1)[0]


def _name(label: str) -> str:
    return display.kind_name(label) if label in catalogue().kinds else label
