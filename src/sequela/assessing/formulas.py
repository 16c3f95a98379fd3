"""The formulas of the shelf, of a course at an instant: exact where the inputs are, else between its corners."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import inf

from sequela.assessing.assessment import ScoreValue
from sequela.course.facts import Event, Fact
from sequela.course.interval import Interval
from sequela.engine.reference import Evaluator
from sequela.engine.values import Value
from sequela.logic.formulas import Female, Formula, Measured, Scored

INPUT_PLACES = 2
"""Decimals in which an input is shown beside the score that took it."""
_SEXES = {"female": Interval.exactly(1), "male": Interval.exactly(0)}


@dataclass(frozen=True)
class _Reading:
    """An input as the formula takes it (None: nothing bounds it), whether it is known, its facts, and what it lacks."""

    interval: Interval | None
    known: bool
    facts: tuple[Fact, ...] = ()
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Outcome:
    """What a formula comes to: as reported, before the bounds of the report, and the word that all corners share."""

    interval: Interval | None
    uncapped: Interval | None = None
    label: str = ""


_NOTHING = _Outcome(None)
_Readings = Mapping[str, _Reading]
"""By the label of the input."""


def formula_value(definition: Formula, evaluator: Evaluator) -> ScoreValue:
    """Return a formula at the evaluator's instant with its inputs, bounds and gaps, and what it was before."""
    readings = _readings(definition, evaluator)
    now = _outcome(definition, evaluator, readings)
    facts = [fact for reading in readings.values() for fact in reading.facts]
    missing = frozenset[str]().union(*(reading.missing for reading in readings.values()))
    cautions = (one.says for one in definition.cautions if evaluator.truth(one.when).truth is True)
    return ScoreValue(
        key=definition.key,
        interval=now.interval,
        at=max((fact.at for fact in facts), default=None),
        complete=not missing and now.interval is not None and now.interval.is_exact,
        missing=tuple(sorted(missing)),
        parts={},
        cites=definition.cites,
        label=now.label,
        before=_outcome(definition, evaluator, _readings(definition, evaluator, before=True)).interval,
        places=definition.places,
        inputs=_inputs(definition, evaluator, readings),
        uncapped=None if now.uncapped == now.interval else now.uncapped,
        caution="" if now.interval is None else "; ".join(cautions),
    )


# -- the inputs ------------------------------------------------------------------------------------------------------


def _readings(definition: Formula, evaluator: Evaluator, *, before: bool = False) -> _Readings:
    """Every measurement and the sex; before the procedure: of the patient's own baselines."""
    moment = evaluator.course.start - 1 if before else evaluator.instant
    values = {one: evaluator.value(one.before if before else one.now) for one in definition.measured()}
    newest = max((fact.at for value in values.values() for fact in value.facts), default=moment)
    after: float = -inf
    if definition.apart is not None and not before:
        after = newest - evaluator.seconds(definition.apart)
    found = {one.label: _reading(one, _since(value, after), evaluator, moment) for one, value in values.items()}
    for one in definition.reads():
        if isinstance(one, Female):
            sex = _SEXES.get(evaluator.course.sex or "")
            found[one.label] = (
                _Reading(sex, known=True)
                if sex is not None
                else _Reading(Interval(Fraction(0), Fraction(1)), known=False, missing=frozenset({one.label}))
            )
    return found


def _since(value: Value, after: float) -> Value:
    """The value, missing if a fact that carries it is too old to be put together with the others."""
    old = frozenset(fact.key for fact in value.facts if fact.at <= after)
    return Value(None, (), value.missing | old) if old else value


def _reading(one: Measured, value: Value, evaluator: Evaluator, moment: int) -> _Reading:
    """A measurement in the formula's unit and between its bounds, or what replaces it."""
    taken = _bounded(one, value.interval, evaluator)
    known, missing = value.interval is not None, value.missing
    if one.replaced is not None:
        within = one.replaced.of.within
        assert within is not None
        since = moment - evaluator.seconds(within)
        facts = evaluator.facts(one.replaced.of.event, moment)
        sessions = tuple(fact for fact in facts if isinstance(fact, Event) and fact.at > since)
        instead = Interval.exactly(evaluator.number(one.replaced.value))
        if len(sessions) >= evaluator.number(one.replaced.number):
            return _Reading(instead, known=True, facts=sessions)
        if sessions:
            # One session on record may have been a continuous one: both are possible.
            taken = instead if taken is None else taken.hull(instead)
            missing |= {one.replaced.of.event}
    return _Reading(taken, known, value.facts if known else (), missing)


def _bounded(one: Measured, interval: Interval | None, evaluator: Evaluator) -> Interval | None:
    least = None if one.least is None else evaluator.number(one.least)
    most = None if one.most is None else evaluator.number(one.most)
    if interval is None:
        return None if least is None else Interval(least, most)
    if one.per is not None:
        interval = interval / Interval.exactly(evaluator.number(one.per))
        assert interval is not None
    low, high = interval.low or Fraction(0), interval.high
    if least is not None:
        low, high = max(low, least), None if high is None else max(high, least)
    if most is not None:
        low, high = min(low, most), most if high is None else min(high, most)
    return Interval(low, high)


def _inputs(definition: Formula, evaluator: Evaluator, readings: _Readings) -> dict[str, Interval | None]:
    """The inputs as the formula takes them, rounded for reading."""
    taken: dict[str, Interval | None] = {}
    for one in definition.reads():
        if isinstance(one, Scored):
            taken[one.label] = _outcome(one.of, evaluator, readings).interval
        elif isinstance(one, Measured):
            known = readings[one.label].interval if readings[one.label].known else None
            taken[one.label] = None if known is None else Interval(_short(known.low), _short(known.high))
    return taken


def _short(bound: Fraction | None) -> Fraction | None:
    return None if bound is None else round(bound, INPUT_PLACES)


# -- the corners -----------------------------------------------------------------------------------------------------


def _outcome(definition: Formula, evaluator: Evaluator, readings: _Readings) -> _Outcome:
    """The least and the most over every corner of the inputs."""
    if definition.core and not any(readings[label].known for label in definition.core):
        return _NOTHING
    choices: dict[str, list[Fraction | float]] = {}
    for one in definition.reads():
        inner = _outcome(one.of, evaluator, readings) if isinstance(one, Scored) else None
        interval = readings[one.label].interval if inner is None else inner.interval
        if interval is None or interval.low is None:
            return _NOTHING
        if inner is not None and interval.high is not None:
            # It is whole, and a gate may open anywhere between its ends.
            choices[one.label] = [Fraction(whole) for whole in range(int(interval.low), int(interval.high) + 1)]
        else:
            high = inf if interval.high is None else interval.high
            choices[one.label] = [interval.low] if high == interval.low else [interval.low, high]
    ends: list[Fraction | float] = []
    labels: set[str] = set()
    for corner in product(*choices.values()):
        value = definition.at(dict(zip(choices, corner, strict=True)), evaluator.number)
        for end in (-inf, inf) if value is None else (value,):
            ends.append(end if isinstance(end, float) else end.rounded(definition.places))
            labels.add(definition.label(end, evaluator.number))
    reported = _interval(_capped(min(ends), definition, evaluator), _capped(max(ends), definition, evaluator))
    open_ended = reported.low is None or reported.high is None
    if open_ended and not all(reading.known for reading in readings.values()):
        return _NOTHING
    return _Outcome(reported, _interval(min(ends), max(ends)), labels.pop() if len(labels) == 1 else "")


def _capped(value: Fraction | float, definition: Formula, evaluator: Evaluator) -> Fraction | float:
    return value if definition.most is None else min(value, evaluator.number(definition.most))


def _interval(low: Fraction | float, high: Fraction | float) -> Interval:
    return Interval(None if isinstance(low, float) else low, None if isinstance(high, float) else high)
