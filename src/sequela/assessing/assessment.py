"""What an assessment holds, and its JSON: the frozen values that `assessing` fills and every reader shows.

May import: `criteria`, `logic`, `course`, `evidence`, `errors`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import Any

from sequela.assessing.supplying import rate_json, supply_json
from sequela.course.catalogue import catalogue
from sequela.course.clock import show
from sequela.course.episodes import Course
from sequela.course.facts import Event, Fact, Finding, Observation, Precision
from sequela.course.interval import Interval
from sequela.criteria.supply import Supply
from sequela.evidence import BaseRate, Odds
from sequela.logic.shelf import Shelf

SCHEMA = "1"
"""Version of the JSON contract."""
STATES = ("ended", "necrosis-confirmed", "deteriorating", "prolonged", "unknown", "recovered", "expected")
"""The words of the board, in the order in which the first that holds is taken."""


@dataclass(frozen=True)
class Because:
    """One reason: a statement that is true, in words, with the facts that make it so and what would change it.

    `judged` are those of its parameters that rest on expert judgement: what it cites does not set them.
    """

    statement: str
    text: str
    cites: tuple[str, ...]
    parameters: tuple[str, ...]
    facts: tuple[Fact, ...]
    support: str = ""
    would_change: str = ""
    judged: tuple[str, ...] = ()
    at: int | None = None

    def as_json(self, offset: int) -> dict[str, Any]:
        """The reason as the contract writes it."""
        return {
            "statement": self.statement,
            "text": self.text,
            "cites": list(self.cites),
            "parameters": list(self.parameters),
            "values": [fact_json(fact, offset) for fact in self.facts],
            "would_change": self.would_change,
            "expert_judgement": list(self.judged),
        }


@dataclass(frozen=True)
class RiskFactor:
    """One risk factor of a complication that this patient has: its titles, the published number, the facts."""

    titles: tuple[str, ...]
    factors: tuple[str, ...]
    odds: Odds
    facts: tuple[Fact, ...]

    def as_json(self, offset: int) -> dict[str, Any]:
        """The risk factor as the contract writes it."""
        odds = self.odds
        return {
            "factors": list(self.factors),
            "text": odds.text,
            "measure": odds.measure if odds.ratio else None,
            "ratio": float(odds.ratio) if odds.ratio else None,
            "interval": [float(bound) for bound in odds.interval] or None,
            "population": odds.population,
            "note": odds.note or None,
            "cites": list(odds.cites),
            "known": odds.known,
            "values": [fact_json(fact, offset) for fact in self.facts],
        }


@dataclass(frozen=True)
class ConditionStatus:
    """Where one condition stands: status, support, from when, why, how often it is so, what raises it, and a note."""

    key: str
    title: str
    status: str
    support: str | None
    since: int | None
    onset: int | None
    because: tuple[Because, ...]
    base_rates: tuple[BaseRate, ...]
    note: str = ""
    definition: str = ""
    caution: str = ""
    risk_factors: tuple[RiskFactor, ...] = ()

    def as_json(self, offset: int) -> dict[str, Any]:
        """The condition as the contract writes it."""
        return {
            "status": self.status,
            "support": self.support,
            "since": _time(self.since, offset),
            "onset": _time(self.onset, offset),
            "because": [reason.as_json(offset) for reason in self.because],
            "base_rates": [rate_json(rate) for rate in self.base_rates],
            "risk_factors": [risk.as_json(offset) for risk in self.risk_factors],
            "definition": self.definition or None,
            "note": self.note or None,
            "caution": self.caution or None,
        }


@dataclass(frozen=True)
class ScoreValue:
    """A score: its value when decided, else the bounds that the missing parts leave, and when its newest input was.

    A formula has no parts that add up, but `inputs` as it takes them; `places` are the decimals it is printed with, and
    `uncapped` is what it comes to where its report is bounded. By hand, `measured` is what a grading looks
    at, which has no parts either, `unused` what a score does not look at, and `note` what its reader must know.
    """

    key: str
    interval: Interval | None
    at: int | None
    complete: bool
    missing: tuple[str, ...]
    parts: dict[str, Interval | None]
    cites: tuple[str, ...]
    not_applicable: str = ""
    label: str = ""
    before: Interval | None = None
    caution: str = ""
    places: int = 0
    uncapped: Interval | None = None
    inputs: dict[str, Interval | None] = field(default_factory=dict)
    measured: dict[str, Interval] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    note: str = ""

    @property
    def value(self) -> int | float | None:
        """The score, or None while parts that matter are missing; whole unless the score is printed with decimals."""
        return plain(self.interval.low) if self.interval is not None and self.interval.is_exact else None

    @property
    def low(self) -> int | float | None:
        """The least it can be."""
        return None if self.interval is None else plain(self.interval.low)

    @property
    def high(self) -> int | float | None:
        """The most it can be."""
        return None if self.interval is None else plain(self.interval.high)

    @property
    def change(self) -> Interval | None:
        """How far it is from what it was before the procedure, where both are known."""
        return None if self.interval is None or self.before is None else self.interval - self.before

    def as_json(self, offset: int) -> dict[str, Any]:
        """The score as the contract writes it, with its parts and bounds."""
        return {
            "value": self.value,
            "label": self.label or None,
            "low": self.low,
            "high": self.high,
            "uncapped": _points(self.uncapped),
            "before": _points(self.before),
            "change": _points(self.change),
            "at": _time(self.at, offset),
            "complete": self.complete,
            "missing": list(self.missing),
            "parts": {label: _points(part) for label, part in (self.parts | self.inputs | self.measured).items()},
            "cites": list(self.cites),
            "not_applicable": self.not_applicable or None,
            "caution": self.caution or None,
        }


@dataclass(frozen=True)
class StepStatus:
    """One next action: what, why, when due, how it stands, and when it was done."""

    id: str
    text: str
    text_es: str
    status: str
    since: int | None
    due: int | None
    because: str
    cites: tuple[str, ...]
    urgency: str
    done: int | None = None
    because_es: str = ""
    closed_by: tuple[tuple[str, ...], ...] = ()

    def as_json(self, offset: int) -> dict[str, Any]:
        """The step as the contract writes it."""
        return {
            "id": self.id,
            "text": self.text,
            "text_es": self.text_es,
            "status": self.status,
            "due": _time(self.due, offset),
            "done": _time(self.done, offset),
            "urgency": self.urgency,
            "because": self.because,
            "because_es": self.because_es or None,
            "closed_by": [list(alternatives) for alternatives in self.closed_by],
            "cites": list(self.cites),
        }


@dataclass(frozen=True)
class Missing:
    """A kind that was not there when it was needed, for which statements, and whether the state itself waits for it."""

    kind: str
    needed_for: tuple[str, ...]
    essential: bool = False
    baseline: bool = False

    def as_json(self) -> dict[str, Any]:
        """The gap as the contract writes it."""
        return {
            "kind": self.kind,
            "needed_for": list(self.needed_for),
            "essential": self.essential,
            "baseline": self.baseline,
        }


@dataclass(frozen=True, repr=False)
class Assessment:
    """Everything that can be said of one episode at one instant; constant until `valid_until` if nothing arrives."""

    course: Course
    shelf: Shelf
    as_of: int
    valid_until: int | None
    ended_by: str | None
    state: str
    trend: str
    since: int
    onset: int | None
    reasons: tuple[Because, ...]
    conditions: dict[str, ConditionStatus]
    scores: dict[str, ScoreValue]
    steps: tuple[StepStatus, ...]
    missing: tuple[Missing, ...]
    trajectory: tuple[tuple[int, str], ...]
    rechecks: tuple[Because, ...] = ()
    masking: tuple[Because, ...] = ()
    met_definitions: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    supply: Supply = field(default_factory=lambda: Supply(()))

    @property
    def id(self) -> str:
        """`patient|procedure`."""
        return self.course.id

    @property
    def patient(self) -> str:
        """The patient's identifier in the source."""
        return self.course.patient

    @property
    def day(self) -> float:
        """Elapsed days since the procedure started, of 86,400 s."""
        return round((self.as_of - self.course.start) / 86_400, 2)

    def __repr__(self) -> str:
        """A masked form: the state, never the patient."""
        return f"<Assessment {self.state}, day {self.day}>"

    def as_json(self) -> dict[str, Any]:
        """The episode object of the contract (design section 7), JSON-ready."""
        offset = self.course.zone_offset
        procedure = self.course.procedure
        return {
            "id": self.id,
            "patient": self.patient,
            "procedure": {
                "kind": str(procedure.kind),
                "started": show(procedure.start, offset),
                "precision": str(procedure.precision),
                "territory": list(procedure.territory),
                "intent": list(procedure.intent),
            },
            "as_of": show(self.as_of, offset),
            "day": self.day,
            "valid_until": _time(self.valid_until, offset),
            "ended_by": self.ended_by,
            "state": self.state,
            "trend": self.trend,
            "since": show(self.since, offset),
            "onset": _time(self.onset, offset),
            "because": [reason.as_json(offset) for reason in self.reasons],
            "conditions": {key: status.as_json(offset) for key, status in self.conditions.items()},
            "met_definitions": list(self.met_definitions),
            "rechecks": [reason.as_json(offset) for reason in self.rechecks],
            "masking": [reason.as_json(offset) for reason in self.masking],
            "scores": {key: score.as_json(offset) for key, score in self.scores.items()},
            "steps": [step.as_json(offset) for step in self.steps],
            "missing": [missing.as_json() for missing in self.missing],
            "supply": supply_json(self.supply, partial(fact_json, offset=offset)),
            "carried_over": list(self.carried),
            "trajectory": [{"from": show(start, offset), "state": state} for start, state in self.trajectory],
        }


def fact_json(fact: Fact, offset: int) -> dict[str, Any]:
    """Return one fact as a reason's value: kind, value, unit, both clocks, id."""
    value: Any
    unit: str | None = None
    extra: dict[str, Any] = {}
    match fact:
        case Observation():
            kind = catalogue().kinds[fact.kind]
            interval = fact.value(kind.resolution)
            bound = interval.high if interval.high is not None else interval.low
            value, unit = plain(bound), kind.unit
            if not interval.is_exact:
                upper = interval.high is not None
                open_end = interval.high_open if upper else interval.low_open
                extra["comparator"] = ("<" if upper else ">") + ("" if open_end else "=")
            answer = next((label for label, code in kind.values.items() if code == interval.low), None)
            if answer is not None:
                extra["answer"] = answer
        case Finding():
            value = str(fact.presence)
            if fact.site:
                extra["site"] = sorted(fact.site)
        case Event():
            value = fact.detail or "recorded"
        case _:
            value = None
    if fact.precision is not Precision.SECOND:
        extra["precision"] = str(fact.precision)
    return {
        "kind": fact.key,
        "value": value,
        "unit": unit,
        "at": show(fact.at, offset),
        "known_at": show(fact.known_from, offset),
        "fact": fact.fact,
        "status": str(fact.status),
        **extra,
    }


def plain(value: Fraction | None) -> int | float | None:
    """Return an exact number as JSON writes it: an integer where it is one."""
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)


def _points(part: Interval | None) -> int | float | list[int | float | None] | None:
    if part is None:
        return None
    if part.is_exact:
        return plain(part.low)
    return [plain(part.low), plain(part.high)]


def _time(seconds: int | None, offset: int) -> str | None:
    return None if seconds is None else show(seconds, offset)
