"""Every number on the shelf matters: changed by one step, up or down, at least one worked patient says something else.

A step is the smallest that a clinician would tell apart: a tenth of a degree, one unit of an enzyme, an hour. Tables
are moved at every line and in the points of every band; a number of its own for one procedure is moved by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import pytest

from sequela.criteria import shelf
from sequela.criteria.patients import WorkedPatient, patients
from sequela.logic.nodes import Parameter
from sequela.logic.quantities import Count
from sequela.logic.shelf import ParameterValue, Shelf
from sequela.logic.statements import AtLeast, Compare
from tests.criteria.chart import charted
from tests.criteria.running import flips, sentences
from tests.criteria.scores.rows import tables

SHELF = shelf()
PATIENTS = (*patients(), *charted(), *(patient for table in tables() for patient in table.worked()))
STEPS = {
    "Cel": Fraction(1, 10),
    "mmol/L": Fraction(1, 10),
    "ng/mL": Fraction(1, 10),
    "d": Fraction(1, 24),
    "h": Fraction(1),
    "min": Fraction(1),
    "a": Fraction(1),
    "U/L": Fraction(1),
    "U/L/d": Fraction(1),
    "umol/L": Fraction(1),
    "umol/L/d": Fraction(1),
    "mg/L": Fraction(1),
    "g/L": Fraction(1),
    "10*9/L": Fraction(1),
    "mL/kg/h": Fraction(1, 10),
    "mL/h": Fraction(1, 24),
    "ug/kg/min": Fraction(1, 100),
    "mg/d": Fraction(1),
    "mm": Fraction(1),
    "mm[Hg]": Fraction(1),
    "/min": Fraction(1),
    "%": Fraction(1),
    "{score}": Fraction(1),
}
"""By unit; a pure number moves by a tenth, by a hundredth under one, and a count or a coded answer by one."""


@dataclass(frozen=True)
class Nudge:
    """One number moved by one step."""

    key: str
    told: str
    shelf: Shelf

    def __str__(self) -> str:
        return f"{self.key}, {self.told}"


def nudges(parameter: ParameterValue) -> Iterator[Nudge]:
    """Every way to move one parameter."""
    step = _step(parameter)
    for sign in (1, -1):
        way = "up" if sign > 0 else "down"
        if parameter.value is not None:
            yield Nudge(parameter.key, way, SHELF.nudged(parameter.key, parameter.value + sign * step))
        for kind, value in parameter.by_procedure.items():
            moved = SHELF.nudged(parameter.key, value + sign * step, procedure_kind=kind)
            yield Nudge(parameter.key, f"{kind} {way}", moved)
        for index, band in enumerate(parameter.bands):
            moves = [("points", replace(band, points=band.points + sign))]
            if band.upto is not None:
                moves.append(("line", replace(band, upto=band.upto + sign * step)))
            for what, new in moves:
                bands = (*parameter.bands[:index], new, *parameter.bands[index + 1 :])
                yield Nudge(
                    parameter.key, f"{what} of band {index + 1} {way}", SHELF.nudged(parameter.key, bands=bands)
                )


def _step(parameter: ParameterValue) -> Fraction:
    if parameter.unit in STEPS:
        return STEPS[parameter.unit]
    assert parameter.unit == "1"
    if parameter.key in _WHOLE:
        return Fraction(1)
    if parameter.bands:
        whole = all(band.upto is None or band.upto.denominator == 1 for band in parameter.bands)
        return Fraction(1) if whole else Fraction(1, 100)
    return Fraction(1, 10) if parameter.value is not None and parameter.value >= 1 else Fraction(1, 100)


def _whole() -> set[str]:
    """The pure numbers that count something, or name an answer of a coded kind."""
    found: set[str] = {
        "oxygen-given",
        "not-alert",
        "west-haven-unresponsive",
        "sequelae-mild",
        "sequelae-severe",
        "sequelae-death",
        "meld-dialyses",
    }
    for _, sentence in SHELF.sentences():
        for node in sentence.walk():
            if isinstance(node, Compare) and isinstance(node.left, Count) and isinstance(node.right, Parameter):
                found.add(node.right.key)
            if isinstance(node, AtLeast):
                found.add(node.number.key)
    return found


def _readers() -> dict[str, list[WorkedPatient]]:
    """The worked patients whose answer is made with a parameter, those of the fewest sentences first."""
    used: dict[tuple[str, str], set[str]] = {}
    readers: dict[str, list[WorkedPatient]] = {}
    order = ("definition", "score", "condition", "ladder", "step")
    for patient in sorted(PATIENTS, key=lambda p: order.index(p.subject)):
        about = (patient.subject, patient.key)
        if about not in used:
            walked = (node for sentence in sentences(patient, SHELF) for node in sentence.walk())
            used[about] = {node.key for node in walked if isinstance(node, Parameter)}
        for key in used[about]:
            readers.setdefault(key, []).append(patient)
    return readers


_WHOLE = _whole()
_READERS = _readers()


@pytest.mark.parametrize("key", sorted(SHELF.parameters))
def test_a_number_moved_by_one_step_changes_what_is_said_of_a_worked_patient(key: str) -> None:
    idle = [
        str(nudge)
        for nudge in nudges(SHELF.parameters[key])
        if not any(flips(patient, nudge.shelf) for patient in _READERS.get(key, ()))
    ]
    assert idle == [], "no worked patient notices"


def test_the_steps_are_smaller_than_the_numbers() -> None:
    for parameter in SHELF.parameters.values():
        if parameter.value:
            assert _step(parameter) <= abs(parameter.value), parameter.key
