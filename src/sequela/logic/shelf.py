"""The shelf: definitions, conditions, scores, states, steps and their parameters, as one named and hashed value.

A definition only assigns: parameters in, sentence out. The shelf binds the sentences to the numbers, and a site's
overlay may change the numbers (and choose among published definitions) but never the sentences.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Literal

from sequela.errors import CriteriaError
from sequela.logic.formulas import Formula
from sequela.logic.nodes import Node, Parameter, Statement
from sequela.logic.quantities import Banded
from sequela.logic.scores import Grading, ScoreDefinition, plain
from sequela.logic.wire import digest


class Basis(StrEnum):
    """What a clinical number rests on."""

    GUIDELINE = "guideline"
    STUDY = "study"
    EXPERT_JUDGEMENT = "expert judgement"
    SITE = "site policy"


@dataclass(frozen=True)
class Band:
    """One band of a table: up to and including `upto` (None: everything above) these points."""

    upto: Fraction | None
    points: int


@dataclass(frozen=True)
class ParameterValue:
    """A clinical number as the shelf holds it: one value (or a table of bands), unit, valid-from, basis, citations.

    `by_procedure` replaces the value for some kinds of procedure.
    """

    key: str
    unit: str
    valid_from: date
    basis: Basis
    cites: tuple[str, ...]
    value: Fraction | None = None
    bands: tuple[Band, ...] = ()
    by_procedure: Mapping[str, Fraction] = field(default_factory=dict)
    note: str = ""
    topic: str = ""

    def number(self, procedure_kind: str) -> Fraction:
        """The value for a kind of procedure."""
        if self.value is None:
            raise CriteriaError(f"parameter {self.key} is a table, not a number")
        return self.by_procedure.get(procedure_kind, self.value)


Role = Literal["deteriorating", "prolonged", "recheck", "minimum", "pes-definition", "masking", "condition", "support"]
"""What a definition is for. The first two are triggers; a recheck asks for another look; masking says that the absence
of a sign proves nothing just now; condition is a reason of a condition that is no trigger."""


@dataclass(frozen=True)
class Definition:
    """One named clinical statement: its sentence, what it supports, and the works it rests on.

    `support` says whether it points at liver tissue (specific) or to anything that makes a patient worse
    (non-specific: competing causes first).
    """

    key: str
    title: str
    sentence: Statement
    cites: tuple[str, ...]
    support: Literal["specific", "non-specific", ""] = ""
    role: Role = "support"
    because: str = ""


@dataclass(frozen=True)
class Condition:
    """A clinical condition: what makes it suspected, confirmed or excluded, and when it can be judged at all.

    Some are never suspected, only found: a Doppler that nobody did is no suspicion of a thrombus.
    """

    key: str
    title: str
    suspected: Statement | None
    confirmed: Statement | None
    excluded: Statement | None
    assessable: Statement
    reasons: tuple[Definition, ...]
    cites: tuple[str, ...]
    lapsed: Statement | None = None
    complication: str = ""
    caution: str = ""
    title_es: str = ""


@dataclass(frozen=True)
class State:
    """One word of the board, and when it holds; the first that holds is the state."""

    key: str
    when: Statement


@dataclass(frozen=True)
class Step:
    """A recommended next action: what, why, due how long after its trigger, closed by what.

    `closed_by` is a tuple of alternatives for each thing that must arrive: all of (any of kinds or events); of a key
    that stands twice among alternatives two are needed. A step without a due time is a note: it stands while its
    trigger holds, and nothing closes it. What asks for a repeat (`again`) is closed only by what is later than the
    trigger: not by the sample that raised it.
    """

    key: str
    text: str
    text_es: str
    when: Statement
    due: Parameter | None
    closed_by: tuple[tuple[str, ...], ...]
    because: str
    cites: tuple[str, ...]
    urgency: Literal["now", "urgent", "soon", "routine"] = "soon"
    because_es: str = ""
    again: bool = False


@dataclass(frozen=True)
class Shelf:
    """Definitions and parameters, with a site's overlay applied: one value, named and hashed."""

    version: str
    parameters: Mapping[str, ParameterValue]
    definitions: tuple[Definition, ...]
    conditions: tuple[Condition, ...]
    scores: tuple[ScoreDefinition | Grading | Formula, ...]
    states: tuple[State, ...]
    trends: tuple[State, ...]
    steps: tuple[Step, ...]
    overlay: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)

    def definition(self, key: str) -> Definition:
        """The definition of that name."""
        for definition in self.definitions:
            if definition.key == key:
                return definition
        raise CriteriaError(f"no definition {key!r} on the shelf")

    @cached_property
    def scores_by_name(self) -> Mapping[str, ScoreDefinition | Grading | Formula]:
        """The scores by their keys, titles and other names, all of them plain."""
        found = {plain(word): score for score in self.scores for word in (*score.also, score.title)}
        return found | {plain(score.key): score for score in self.scores}

    def in_role(self, role: str) -> tuple[Definition, ...]:
        """The definitions that play one role."""
        return tuple(definition for definition in self.definitions if definition.role == role)

    def sentences(self, *, formulas: bool = True) -> Iterator[tuple[str, Node]]:
        """Every sentence on the shelf under a name for messages; without those of formulas, what a cohort asks."""
        for definition in self.definitions:
            yield f"definition {definition.key}", definition.sentence
        for condition in self.conditions:
            for sentence in (
                condition.suspected,
                condition.assessable,
                condition.confirmed,
                condition.excluded,
                condition.lapsed,
            ):
                if sentence is not None:
                    yield f"condition {condition.key}", sentence
        for score in self.scores:
            if isinstance(score, Formula) and not formulas:
                continue
            yield from ((f"score {score.key}", node) for node in score.nodes())
        for state in self.states:
            yield f"state {state.key}", state.when
        for trend in self.trends:
            yield f"trend {trend.key}", trend.when
        for step in self.steps:
            yield f"step {step.key}", step.when
            if step.due is not None:
                yield f"step {step.key}", step.due

    def check(self) -> Shelf:
        """Return the shelf itself once every sentence finds its parameters, in the unit it expects."""
        checked: set[Node] = set()
        for place, sentence in self.sentences():
            self._check(place, sentence, checked)
        return self

    def _check(self, place: str, node: Node, checked: set[Node]) -> None:
        """Check a node and what is inside it, each once however many sentences share it."""
        if node in checked:
            return
        checked.add(node)
        if isinstance(node, Parameter):
            self._check_parameter(place, node)
        for child in node.children():
            self._check(place, child, checked)
        if isinstance(node, Banded) and not self.parameters[node.table.key].bands:
            raise CriteriaError(f"parameter {node.table.key} is not a table", where=place)

    def _check_parameter(self, place: str, node: Parameter) -> None:
        value = self.parameters.get(node.key)
        if value is None:
            raise CriteriaError(f"no parameter {node.key!r}", where=place)
        if value.unit != node.unit:
            raise CriteriaError(
                f"parameter {node.key!r} is in {value.unit}, the sentence expects {node.unit}", where=place
            )

    @cached_property
    def hash(self) -> str:
        """A SHA-256 of everything that decides an answer: sentences, numbers, choices."""
        content = {
            "version": self.version,
            "choices": dict(sorted(self.choices.items())),
            "parameters": [_plain(self.parameters[key]) for key in sorted(self.parameters)],
            "sentences": [[place, digest(sentence)] for place, sentence in self.sentences()],
            "steps": [[s.key, s.text, s.text_es, s.closed_by, s.urgency, s.because_es, s.again] for s in self.steps],
            "support": [[d.key, d.support, d.role] for d in self.definitions],
            "grades": [[s.key, [g.value for g in s.grades]] for s in self.scores if isinstance(s, Grading)],
            "classes": [[s.key, s.labels] for s in self.scores if isinstance(s, ScoreDefinition)],
            "formulas": [s.structure() for s in self.scores if isinstance(s, Formula)],
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=True).encode()).hexdigest()

    def nudged(
        self, key: str, value: Fraction | None = None, bands: tuple[Band, ...] = (), procedure_kind: str = ""
    ) -> Shelf:
        """The same shelf with one number changed: what the worked patients are tried against.

        With a kind of procedure only that procedure's own number changes; without one they all stay.
        """
        old = self.parameters[key]
        if procedure_kind:
            if value is None or procedure_kind not in old.by_procedure:
                raise CriteriaError(f"parameter {key} has no number of its own for {procedure_kind}")
            new = replace(old, by_procedure={**old.by_procedure, procedure_kind: value})
        else:
            new = replace(old, value=value if value is not None else old.value, bands=bands or old.bands)
        return replace(self, parameters={**self.parameters, key: new})


def _plain(parameter: ParameterValue) -> list[object]:
    return [
        parameter.key,
        parameter.unit,
        str(parameter.value),
        [[str(band.upto), band.points] for band in parameter.bands],
        sorted((kind, str(value)) for kind, value in parameter.by_procedure.items()),
    ]
