"""The one place where engine, shelf and courses meet: a course and an instant in, an assessment out.

May import: engine, criteria, sources and everything below them.
Door: `assess`, `assess_one`, `score`, `true_of_nothing`.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from fractions import Fraction

from sequela.assessment import Assessment, Because, ConditionStatus, Missing, ScoreValue, StepStatus
from sequela.course.catalogue import catalogue
from sequela.course.episodes import DAY, Course, Procedure, ProcedureKind
from sequela.course.facts import Fact, Finding, Observation, Presence
from sequela.criteria import shelf as shipped_shelf
from sequela.engine.depend import PROCEDURE, dependencies
from sequela.engine.reference import Evaluator, Verdict
from sequela.engine.trajectory import Tracer
from sequela.errors import InputError, UnknownName
from sequela.evidence import base_rates
from sequela.logic import prose
from sequela.logic.nodes import Node, Parameter, Quantity
from sequela.logic.shelf import Condition, Definition, ScoreDefinition, Shelf, Step
from sequela.logic.statements import Statement


def assess(courses: Iterable[Course], shelf: Shelf | None = None, as_of: int | None = None) -> Iterator[Assessment]:
    """Yield one assessment for each course whose procedure is known at the instant.

    Parameters
    ----------
    courses : episodes, as `sources.read` yields them.
    shelf : the definitions and numbers (default: as shipped).
    as_of : seconds; facts with a later `known_from` do not exist. Default: the source's own instant
        (Bundle.timestamp), else the last instant at which anything of the patient became known.
    """
    shelf = shelf or shipped_shelf()
    for course in courses:
        instant = as_of
        if instant is None:
            instant = course.asserted if course.asserted is not None else course.last_known
        if course.procedure.visible(instant):
            yield assess_one(course, shelf, instant)


def assess_one(course: Course, shelf: Shelf, as_of: int) -> Assessment:
    """Return the assessment of one course at one instant."""
    with _no_collection():
        return _Assessor(course.as_of(as_of), shelf, as_of).assessment()


@contextmanager
def _no_collection() -> Iterator[None]:
    """Python's cycle collector paused: an assessment makes many small values and no cycles, and it would look at them all."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Assessor:
    """The pieces of one assessment. The course is already cut to what is known."""

    def __init__(self, course: Course, shelf: Shelf, as_of: int) -> None:
        self.course, self.shelf, self.as_of = course, shelf, as_of
        self.ending = course.ending(as_of)
        self.by_procedure = self.ending is not None and self.ending.by != "death"
        # An episode ended by the next procedure is frozen as it was; after a death later findings still arrive.
        instant = as_of
        if self.by_procedure and self.ending is not None:
            instant = max(course.start, course.procedure.known_from, self.ending.known_from - 1)
        self.instant = instant
        self.tracer = Tracer(course, shelf.parameters, instant)
        self.now = self.tracer.at(instant)

    def assessment(self) -> Assessment:
        trajectory = self._trajectory()
        state = trajectory[-1][1]
        reasons = [self._because(d, self.instant) for d in self._true(("deteriorating", "prolonged"))]
        return Assessment(
            course=self.course,
            shelf=self.shelf,
            as_of=self.as_of,
            valid_until=self._valid_until(),
            ended_by=None if self.ending is None else self.ending.by,
            state=state,
            trend=self._first(self.shelf.trends, "unknown"),
            since=trajectory[-1][0],
            onset=self._onset(state),
            reasons=tuple(reasons),
            conditions={condition.key: self._condition(condition) for condition in self.shelf.conditions},
            scores={score.key: score_value(score, self.now) for score in self.shelf.scores},
            steps=self._steps(),
            missing=self._missing(),
            trajectory=tuple(trajectory),
            rechecks=tuple(self._because(d, self.instant) for d in self._true(("recheck",))),
            met_definitions=tuple(
                d.key for d in self.shelf.in_role("pes-definition") if True in _truths(self.tracer.trace(d.sentence))
            ),
            carried=tuple(p.id for p in self.course.earlier if self.as_of - p.start < 90 * DAY),
        )

    # -- state -----------------------------------------------------------------------------------------------------

    def _trajectory(self) -> list[tuple[int, str]]:
        """Every change of the state from the beginning, each as it was known then."""
        traces = {state.key: self.tracer.trace(state.when) for state in self.shelf.states}
        instants = sorted({start for trace in traces.values() for start, _ in trace})
        changes: list[tuple[int, str]] = []
        for instant in instants:
            state = next((key for key, trace in traces.items() if _truth_at(trace, instant)), "expected")
            if not changes or changes[-1][1] != state:
                changes.append((instant, state))
        if self.ending is not None:
            end = max(self.ending.known_from, changes[0][0])
            changes = [change for change in changes if change[0] < end] + [(end, "ended")]
        return changes

    def _first(self, ladder: Iterable[object], otherwise: str) -> str:
        for rung in ladder:
            if self.now.truth(rung.when).truth is True:  # type: ignore[attr-defined]
                return str(rung.key)  # type: ignore[attr-defined]
        return otherwise

    def _onset(self, state: str) -> int | None:
        """From when, on the facts' own clock and as believed now, the state has held."""
        if state == "ended":
            return self.ending.at if self.ending is not None else None
        points = {self.course.start}
        for rung in self.shelf.states:
            points |= self.now.change_points(rung.when)
        earliest = self.instant
        for moment in sorted((p for p in points if self.course.start <= p <= self.instant), reverse=True):
            held = next((r.key for r in self.shelf.states if self.now.truth(r.when, moment).truth is True), "expected")
            if held != state:
                break
            earliest = moment
        return earliest

    # -- conditions ------------------------------------------------------------------------------------------------

    def _condition(self, condition: Condition) -> ConditionStatus:
        deciding: tuple[tuple[str, Statement | None], ...] = (
            ("confirmed", condition.confirmed),
            ("excluded", condition.excluded),
            ("suspected", condition.suspected),
        )
        traces = [(status, self.tracer.trace(s), s) for status, s in deciding if s is not None]
        assessable = self.tracer.trace(condition.assessable)
        instants = sorted({start for _, trace, _ in traces for start, _ in trace} | {start for start, _ in assessable})

        def status_at(instant: int) -> str:
            for status, trace, _ in traces:
                if _truth_at(trace, instant):
                    return status
            return "not-suspected" if _truth_at(assessable, instant) else "unknown"

        history = [(instant, status_at(instant)) for instant in instants]
        status = history[-1][1]
        since = next(
            start for (start, _), before in zip(reversed(history), [*reversed(history[:-1]), (0, "")], strict=True)
            if before[1] != status
        )
        holding = next((s for name, _, s in traces if name == status), None)
        because = self._condition_because(condition, status, holding)
        supports = {reason.support for reason in because}
        lapsed = (
            condition.lapsed is not None
            and status in ("not-suspected", "unknown")
            and self.now.truth(condition.lapsed).truth is True
        )
        return ConditionStatus(
            key=condition.key,
            title=condition.title,
            status=status,
            support=("specific" if "specific" in supports else "non-specific") if status == "suspected" else None,
            since=since,
            onset=self.tracer.onset(holding) if holding is not None else None,
            because=because,
            base_rates=base_rates(condition.complication, str(self.course.procedure.kind)),
            note="lapsed, unimaged" if lapsed else "",
            definition=self.shelf.choices.get(condition.key, ""),
            caution=condition.caution,
        )

    def _condition_because(
        self, condition: Condition, status: str, holding: Statement | None
    ) -> tuple[Because, ...]:
        """What makes the status so: the reasons true now, else those last true while the status persists."""
        if holding is None:
            return ()
        if status != "suspected":
            verdict = self.now.truth(holding)
            return (self._reason(f"{condition.key}-{status}", condition.title, condition.cites, verdict, self.now, ""),)
        last: dict[str, int] = {}
        for definition in condition.reasons:
            trace = self.tracer.trace(definition.sentence)
            for index, (_, truth) in enumerate(trace):
                if truth is True:
                    last[definition.key] = trace[index + 1][0] - 1 if index + 1 < len(trace) else self.instant
        if not last:
            return ()
        latest = max(last.values())
        return tuple(
            self._because(definition, latest) for definition in condition.reasons if last.get(definition.key) == latest
        )

    def _true(self, roles: tuple[str, ...]) -> list[Definition]:
        return [d for d in self.shelf.definitions if d.role in roles and self.now.truth(d.sentence).truth is True]

    def _because(self, definition: Definition, instant: int) -> Because:
        evaluator = self.tracer.at(instant)
        verdict = evaluator.truth(definition.sentence)
        return self._reason(
            definition.key, definition.title, definition.cites, verdict, evaluator, definition.support, definition.sentence
        )

    def _reason(
        self,
        key: str,
        title: str,
        cites: tuple[str, ...],
        verdict: Verdict,
        evaluator: Evaluator,
        support: str,
        sentence: Statement | None = None,
    ) -> Because:
        kind = str(self.course.procedure.kind)
        told, changes = [], []
        for ground in verdict.grounds:
            values = evaluator.inside(ground.node, ground.moment)
            arguments = (ground.node, ground.left, ground.right, self.shelf.parameters, kind)
            told.append(prose.ground(*arguments, truth=ground.truth, values=values))
            changes.append(prose.would_change(*arguments, truth=ground.truth, values=values))
        parameters = [n.key for n in sentence.walk() if isinstance(n, Parameter)] if sentence is not None else []
        return Because(
            statement=key,
            text=f"{title}: {'; '.join(dict.fromkeys(filter(None, told)))}",
            cites=cites,
            parameters=tuple(dict.fromkeys(parameters)),
            facts=verdict.facts,
            support=support,
            would_change=" or ".join(dict.fromkeys(filter(None, changes))),
            at=evaluator.instant,
        )

    # -- steps and gaps --------------------------------------------------------------------------------------------

    def _steps(self) -> tuple[StepStatus, ...]:
        found: dict[str, StepStatus] = {}
        for step in self.shelf.steps:
            status = self._step(step)
            # Two triggers may ask for one action with different haste: the one that holds now speaks.
            if status is not None and (step.key not in found or found[step.key].status == "not-needed"):
                found[step.key] = status
        order = {"overdue": 0, "due": 1, "done": 2, "not-needed": 3}
        return tuple(sorted(found.values(), key=lambda s: (order[s.status], s.due or 0, s.id)))

    def _step(self, step: Step) -> StepStatus | None:
        trace = self.tracer.trace(step.when)
        runs = [index for index, (_, truth) in enumerate(trace) if truth is True]
        if not runs:
            return None
        active = trace[-1][1] is True and not self.by_procedure and self.ending is None
        since = trace[runs[-1]][0]
        onset = self.tracer.onset(step.when) if trace[-1][1] is True else since
        closed = [
            min((f.known_from for key in group for f in self.now.facts(key, self.instant) if f.at >= min(since, onset or since)), default=None)
            for group in step.closed_by
        ]
        due = since + self.tracer.seconds(step.due)
        done = None if None in closed else max(moment for moment in closed if moment is not None)
        status = "done" if done is not None else "not-needed" if not active else "overdue" if self.as_of >= due else "due"
        return StepStatus(
            id=step.key,
            text=step.text,
            text_es=step.text_es,
            status=status,
            since=since,
            due=due,
            because=step.because,
            cites=step.cites,
            urgency=step.urgency,
            done=done,
        )

    def _missing(self) -> tuple[Missing, ...]:
        """What is not there: for the state itself first, then for each statement it leaves unknown."""
        needed: dict[tuple[str, bool], list[str]] = {}
        essential: set[str] = set()
        for definition in self.shelf.in_role("minimum"):
            if self.now.truth(definition.sentence).truth is not True:
                for node in definition.sentence.walk():
                    series = getattr(node, "series", None)
                    if isinstance(series, str):
                        essential.add(series)
                        needed.setdefault((series, False), []).append("state")
        for definition in self.shelf.definitions:
            if definition.role in ("minimum", "recheck"):
                continue
            verdict = self.now.truth(definition.sentence)
            for name in verdict.missing if verdict.truth is None else ():
                what, _, kind = name.rpartition(" ")
                if kind in catalogue().kinds and what in ("", "baseline"):
                    needed.setdefault((kind, what == "baseline"), []).append(definition.key)
        gaps = [
            Missing(kind, tuple(dict.fromkeys(users)), kind in essential and not baseline, baseline)
            for (kind, baseline), users in needed.items()
        ]
        return tuple(sorted(gaps, key=lambda gap: (not gap.essential, gap.baseline, gap.kind)))

    # -- how long it stays so --------------------------------------------------------------------------------------

    def _valid_until(self) -> int | None:
        """The next instant at which anything changes although no new fact arrives; None when nothing ever will."""
        if self.by_procedure:
            return None
        soonest = min((s.due for s in self._steps() if s.status == "due" and s.due is not None), default=None)
        for node in dict.fromkeys(self._shown()):
            present = _shape(self.now, node)
            for instant in sorted(point for point in self._points(node) if point > self.instant):
                if soonest is not None and instant >= soonest:
                    break
                if _shape(self.tracer.at(instant), node) != present:
                    soonest = instant
        return soonest

    def _shown(self) -> Iterator[Statement | Quantity]:
        """Every sentence whose answer an assessment shows, cheap ones first."""
        yield from (score.score for score in self.shelf.scores)
        yield from (definition.sentence for definition in self.shelf.definitions)
        for condition in self.shelf.conditions:
            optional = (condition.confirmed, condition.excluded, condition.lapsed)
            yield from (condition.suspected, condition.assessable, *(s for s in optional if s is not None))
        yield from (rung.when for rung in (*self.shelf.states, *self.shelf.trends))
        yield from (step.when for step in self.shelf.steps)

    def _points(self, node: Node) -> set[int]:
        """Every instant at which the clock alone can change what a node says of the facts already known."""
        points: set[int] = set()
        for dependency in dependencies(node):
            offsets = dependency.offsets(self.tracer.seconds)
            if dependency.key == PROCEDURE:
                points |= {self.course.start + offset for offset in offsets}
            points |= {f.at + offset for f in self.now.facts(dependency.key, self.instant) for offset in offsets}
        return points


def _shape(evaluator: Evaluator, node: Statement | Quantity) -> tuple[object, ...]:
    """What an assessment would show of a node: its truth or value, and the facts or gaps behind it."""
    if isinstance(node, Quantity):
        value = evaluator.value(node)
        return (value.interval, value.facts, value.missing)
    verdict = evaluator.truth(node)
    return (verdict.truth, verdict.facts if verdict.truth else verdict.missing)


def score_value(definition: ScoreDefinition, evaluator: Evaluator) -> ScoreValue:
    """Return a score at the evaluator's instant with its parts, bounds and gaps."""
    applies = definition.applies is None or evaluator.truth(definition.applies).truth is not False
    value = evaluator.value(definition.score)
    parts = {part.label: evaluator.value(part).interval for part in definition.score.parts}
    missing = sorted({label for label, interval in parts.items() if interval is None})
    return ScoreValue(
        key=definition.key,
        interval=value.interval if applies else None,
        at=max((fact.at for fact in value.facts), default=None),
        complete=applies and not missing and value.interval is not None and value.interval.is_exact,
        missing=tuple(missing),
        parts=parts,
        cites=definition.cites,
        not_applicable="" if applies else definition.excludes,
    )


def score(name: str, inputs: Mapping[str, str], shelf: Shelf | None = None) -> ScoreValue:
    """Return a score from values given by hand: `score("NEWS2", {"spo2": "95%", "oxygen": "no", ...})`.

    Each value is a number with its unit (the kind's own unit if none is written), an answer of a coded kind (`A`), or
    `present`/`absent` for a finding; `age` is in years.

    Raises
    ------
    UnknownName, InputError
        For a score, kind or value that cannot be read.
    """
    shelf = shelf or shipped_shelf()
    found = {definition.key.lower(): definition for definition in shelf.scores}
    if name.lower() not in found:
        near = get_close_matches(name.lower(), found, n=1, cutoff=0.4)
        hint = f"Did you mean {found[near[0]].key}?" if near else f"Scores: {', '.join(d.key for d in shelf.scores)}"
        raise UnknownName(f"no score {name!r}", hint=hint)
    start, facts, birth = 0, [], None
    for key, text in inputs.items():
        if key == "age":
            birth = -int(_decimal(key, text) * Fraction(36525, 100) * DAY) - DAY
        else:
            facts.append(_by_hand(key, text.strip(), start))
    procedure = Procedure(id="by-hand", kind=ProcedureKind.OTHER, start=start, known_from=start)
    course = Course(id="by-hand", patient="by-hand", procedure=procedure, facts=tuple(facts), birth=birth)
    return score_value(found[name.lower()], Evaluator(course, shelf.parameters, start))


def _by_hand(key: str, text: str, at: int) -> Fact:
    shelves = catalogue()
    if key in shelves.findings:
        words = {"present": Presence.PRESENT, "yes": Presence.PRESENT, "absent": Presence.ABSENT, "no": Presence.ABSENT}
        if text.lower() not in words:
            raise InputError("write present or absent", where=key)
        return Finding(fact=key, at=at, known_at=at, finding=key, presence=words[text.lower()])
    if key not in shelves.kinds:
        near = get_close_matches(key, [*shelves.kinds, *shelves.findings], n=1)
        raise UnknownName(f"no kind {key!r}", hint=f"Did you mean {near[0]}?" if near else "See `sequela criteria`")
    kind = shelves.kinds[key]
    answer = kind.coded(text)
    if answer is not None:
        stored = kind.store(Fraction(answer))
    else:
        digits = len(text) - len(text.lstrip("+-.0123456789"))
        value, unit = _decimal(key, text[:digits]), text[digits:].strip()
        if not kind.plausible_in(value, unit or kind.unit):
            raise InputError("is not a plausible value", where=key, hint=f"The unit is {kind.unit}")
        stored = kind.store(kind.convert(value, unit or kind.unit))
    return Observation(fact=key, at=at, known_at=at, kind=key, low=stored, high=stored)


def _decimal(key: str, text: str) -> Fraction:
    try:
        return Fraction(Decimal(text))
    except (InvalidOperation, ValueError):
        raise InputError("is not a number", where=key, hint="Write key=value or key=valueunit, as temperature=38.2Cel") from None


def true_of_nothing(shelf: Shelf) -> list[str]:
    """Return the definitions and conditions that would hold of a course nobody recorded anything of (none may)."""
    problems = []
    for kind in ProcedureKind:
        procedure = Procedure(id="p", kind=kind, start=0, known_from=0)
        course = Course(id="p|p", patient="p", procedure=procedure)
        for day in (0, 1, 5, 20, 100):
            evaluator = Evaluator(course, shelf.parameters, day * DAY)
            claims = [(d.key, d.sentence) for d in shelf.definitions if d.role != "minimum"]
            for condition in shelf.conditions:
                claims += [
                    (f"{condition.key} {name}", s)
                    for name, s in (("suspected", condition.suspected), ("confirmed", condition.confirmed), ("excluded", condition.excluded))
                    if s is not None
                ]
            claims += [(f"state {s.key}", s.when) for s in shelf.states if s.key != "unknown"]
            problems += [f"{key} ({kind}, day {day})" for key, s in claims if evaluator.truth(s).truth is True]
    return problems


def _truths(trace: list[tuple[int, bool | None]]) -> list[bool | None]:
    return [truth for _, truth in trace]


def _truth_at(trace: list[tuple[int, bool | None]], instant: int) -> bool:
    truth: bool | None = None
    for start, value in trace:
        if start > instant:
            break
        truth = value
    return truth is True
