"""Courses made of a few measurements, exact or somewhere between two values, with no reader's idea of the plausible."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sequela.assessing.assessment import ScoreValue
from sequela.assessing.scoring import score_value
from sequela.course.catalogue import catalogue
from sequela.course.episodes import Course, Procedure, ProcedureKind
from sequela.course.facts import Fact, Observation
from sequela.criteria import shelf
from sequela.engine.reference import Evaluator

SHELF = shelf()
SCORES = {score.key: score for score in SHELF.scores}
HOUR = 3_600
NOW = 30 * HOUR
LABS = ("bilirubin", "inr", "creatinine")
"""What every MELD is made of."""
FACTORS = {"bilirubin": Fraction("17.104"), "creatinine": Fraction("88.402"), "albumin": Fraction(10)}
"""One unit of the formulas in that of the catalogue, typed a second time."""


def measured(kind: str, low: Fraction | None, high: Fraction | None, at: int = NOW, **more: Any) -> Observation:
    stored = [None if bound is None else catalogue().kinds[kind].store(bound) for bound in (low, high)]
    return Observation(fact=f"{kind}@{at}", at=at, known_at=at, kind=kind, low=stored[0], high=stored[1], **more)


def course(*facts: Fact, sex: Any = None, birth: int | None = None) -> Course:
    procedure = Procedure(id="p", kind=ProcedureKind.TACE, start=0, known_from=0)
    settled = tuple(sorted(facts, key=lambda fact: fact.at))
    return Course(id="p|p", patient="p", procedure=procedure, facts=settled, sex=sex, birth=birth)


def of(key: str, *facts: Fact, sex: Any = None, now: int = NOW) -> ScoreValue:
    return score_value(SCORES[key], Evaluator(course(*facts, sex=sex), SHELF.parameters, now))


def given_us(**values: float | str) -> list[Fact]:
    """Values in the units of the formulas (mg/dL, g/dL)."""
    exact = {kind: Fraction(str(value)) * FACTORS.get(kind, 1) for kind, value in values.items()}
    return [measured(kind, value, value) for kind, value in exact.items()]
