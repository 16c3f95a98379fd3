"""One assessment: the state, its reasons, the conditions, steps and gaps of a course at an instant."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from sequela.assessing.assessment import Assessment, Because, ConditionStatus, Missing, StepStatus
from sequela.assessing.reasons import because, told
from sequela.assessing.risks import risks
from sequela.assessing.scoring import score_value
from sequela.assessing.validity import first, first_of, truth_at, valid_until
from sequela.course.catalogue import catalogue
from sequela.course.episodes import BASELINE_DAYS, DAY, Course
from sequela.course.facts import Finding, Presence, Status
from sequela.criteria import shelf as shipped_shelf
from sequela.criteria.supply import supply
from sequela.engine.explaining import Explainer, explain
from sequela.engine.history import History, Steps
from sequela.engine.program import compiled
from sequela.evidence import base_rates
from sequela.logic.nodes import Statement
from sequela.logic.shelf import Condition, Definition, Shelf, Step

UNVERIFIED = "unverified"
"""The note of a condition that only the words of reports confirm: a clinician has still to say so."""
LATE_WINDOW = BASELINE_DAYS * DAY
"""How long the late windows of an earlier procedure (abscess, bile duct) stay open: as long as a baseline counts."""


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
    """Python's cycle collector paused: an assessment makes many small values and no cycles."""
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
        self.history = History(course, compiled(shelf), instant)
        self.now = Explainer(self.history)

    def assessment(self) -> Assessment:
        trajectory, over = self._trajectory(), self.ending is not None
        state = trajectory[-1][1]
        reasons = [because(d, self.now) for d in self._true(("deteriorating", "prolonged"))]
        return Assessment(
            course=self.course,
            shelf=self.shelf,
            as_of=self.as_of,
            valid_until=None if self.by_procedure else valid_until(self.shelf, self.now, self._dues()),
            ended_by=None if self.ending is None else self.ending.by,
            state=state,
            trend="unknown" if over else first(self.shelf.trends, "unknown", self.history),
            since=trajectory[-1][0],
            onset=self._onset(state),
            reasons=tuple(reasons),
            conditions={condition.key: self._condition(condition) for condition in self.shelf.conditions},
            scores={score.key: score_value(score, self.now) for score in self.shelf.scores},
            steps=self._steps(),
            # Of who has died, or has had the next procedure, nothing more is asked here.
            missing=() if over else self._missing(),
            trajectory=tuple(trajectory),
            rechecks=() if over else tuple(because(d, self.now) for d in self._true(("recheck",))),
            masking=() if over else tuple(because(d, self.now) for d in self._true(("masking",))),
            met_definitions=tuple(
                d.key for d in self.shelf.in_role("pes-definition") if True in _truths(self.history.trace(d.sentence))
            ),
            supply=supply(self.course, self.instant),
            carried=tuple(p.id for p in self.course.earlier if self.as_of - p.start < LATE_WINDOW),
        )

    # -- state -----------------------------------------------------------------------------------------------------

    def _trajectory(self) -> list[tuple[int, str]]:
        """Every change of the state from the beginning, each as it was known then."""
        changes = self._states(self.history.trace)
        if self.ending is not None:
            end = max(self.ending.known_from, changes[0][0])
            changes = [change for change in changes if change[0] < end] + [(end, "ended")]
        return changes

    def _states(self, trace: Callable[[Statement], Steps]) -> list[tuple[int, str]]:
        """Every change of the state by one of the history's clocks: the first rung that holds, else expected."""
        traces = {state.key: trace(state.when) for state in self.shelf.states}
        changes: list[tuple[int, str]] = []
        for instant in sorted({start for steps in traces.values() for start, _ in steps}):
            state = first_of(traces, instant, "expected")
            if not changes or changes[-1][1] != state:
                changes.append((instant, state))
        return changes

    def _onset(self, state: str) -> int | None:
        """From when, on the facts' own clock and as believed now, the state has held."""
        if state == "ended":
            return self.ending.at if self.ending is not None else None
        return self._states(self.history.believed)[-1][0]

    # -- conditions ------------------------------------------------------------------------------------------------

    def _condition(self, condition: Condition) -> ConditionStatus:
        deciding: tuple[tuple[str, Statement | None], ...] = (
            ("confirmed", condition.confirmed),
            ("excluded", condition.excluded),
            ("suspected", condition.suspected),
        )
        traces = [(status, self.history.trace(s), s) for status, s in deciding if s is not None]
        assessable = self.history.trace(condition.assessable)
        instants = sorted({start for _, trace, _ in traces for start, _ in trace} | {start for start, _ in assessable})

        def status_at(instant: int) -> str:
            for status, trace, _ in traces:
                if truth_at(trace, instant):
                    return status
            return "not-suspected" if truth_at(assessable, instant) else "unknown"

        history = [(instant, status_at(instant)) for instant in instants]
        status = history[-1][1]
        since = next(
            start
            for (start, _), before in zip(reversed(history), [*reversed(history[:-1]), (0, "")], strict=True)
            if before[1] != status
        )
        holding = next((s for name, _, s in traces if name == status), None)
        because = self._condition_because(condition, status, holding)
        supports = {reason.support for reason in because}
        lapsed = (
            condition.lapsed is not None
            and status in ("not-suspected", "unknown")
            and self.history.truth(condition.lapsed) is True
        )
        return ConditionStatus(
            key=condition.key,
            title=condition.title,
            status=status,
            support=("specific" if "specific" in supports else "non-specific") if status == "suspected" else None,
            since=since,
            onset=self.history.onset(holding) if holding is not None else None,
            because=because,
            base_rates=base_rates(condition.complication, str(self.course.procedure.kind)),
            risk_factors=risks(condition.complication, self.now),
            note="lapsed, unimaged"
            if lapsed
            else UNVERIFIED
            if status == "confirmed" and self._by_text(because)
            else "",
            definition=self.shelf.choices.get(condition.key, ""),
            caution=condition.caution,
        )

    def _by_text(self, because: tuple[Because, ...]) -> bool:
        """Whether findings that carry a confirmation stand only in the words of reports."""
        carrying = {fact for reason in because for fact in reason.facts if isinstance(fact, Finding)}
        keys = {fact.finding for fact in carrying if fact.status is Status.UNVERIFIED}
        return bool(keys) and not any(
            isinstance(fact, Finding) and fact.presence is Presence.PRESENT and fact.status is not Status.UNVERIFIED
            for fact in (*carrying, *(fact for key in sorted(keys) for fact in self.now.facts(key, self.instant)))
        )

    def _condition_because(self, condition: Condition, status: str, holding: Statement | None) -> tuple[Because, ...]:
        """What makes the status so: the reasons true now, else those last true while the status persists."""
        if holding is None:
            return ()
        if status != "suspected":
            verdict = self.now.truth(holding)
            return (told(f"{condition.key}-{status}", condition.title, condition.cites, verdict, self.now, holding),)
        last: dict[str, int] = {}
        for definition in condition.reasons:
            trace = self.history.trace(definition.sentence)
            for index, (_, truth) in enumerate(trace):
                if truth is True:
                    last[definition.key] = trace[index + 1][0] - 1 if index + 1 < len(trace) else self.instant
        if not last:
            # What is written down ("acute liver failure") may suspect a condition without any of its reasons.
            return (
                told(
                    f"{condition.key}-suspected",
                    condition.title,
                    condition.cites,
                    self.now.truth(holding),
                    self.now,
                    holding,
                ),
            )
        latest = max(last.values())
        holding_then = [reason for reason in condition.reasons if last.get(reason.key) == latest]
        # What points at the liver itself is told first.
        holding_then.sort(key=lambda reason: reason.support != "specific")
        then = self.now if latest == self.instant else explain(self.course, self.history.program, latest)
        return tuple(because(reason, then) for reason in holding_then)

    def _true(self, roles: tuple[str, ...]) -> list[Definition]:
        return [d for d in self.shelf.definitions if d.role in roles and self.history.truth(d.sentence) is True]

    # -- steps and gaps --------------------------------------------------------------------------------------------

    def _steps(self) -> tuple[StepStatus, ...]:
        # Several triggers may ask for one action with different haste: the one that holds now speaks, the soonest due.
        open_first = {"overdue": 0, "due": 0, "done": 1, "not-needed": 2}
        found: dict[str, StepStatus] = {}
        for status in (self._step(step) for step in self.shelf.steps):
            before = None if status is None else found.get(status.id, status)
            if status is not None and before is not None:
                found[status.id] = min(before, status, key=lambda s: (open_first[s.status], s.due or 0))
        order = {"overdue": 0, "due": 1, "done": 2, "not-needed": 3}
        # What has no hour (a note) comes after what is due.
        return tuple(sorted(found.values(), key=lambda s: (order[s.status], s.due is None, s.due or 0, s.id)))

    def _dues(self) -> list[int]:
        """When each step that is due becomes overdue."""
        return [step.due for step in self._steps() if step.status == "due" and step.due is not None]

    def _step(self, step: Step) -> StepStatus | None:
        trace = self.history.trace(step.when)
        runs = [index for index, (_, truth) in enumerate(trace) if truth is True]
        if not runs:
            return None
        active = trace[-1][1] is True and not self.by_procedure and self.ending is None
        since = trace[runs[-1]][0]
        if step.due is None:
            return _status(step, "due", since) if active else None
        onset = self.history.onset(step.when) if trace[-1][1] is True else since
        # A repeat must be later than what asked for it: the sample that raised it does not close it.
        after = min(since, onset or since) + (1 if step.again else 0)
        closed = [self._arrival(group, after) for group in step.closed_by]
        due = since + self.now.seconds(step.due)
        done = None if None in closed else max(moment for moment in closed if moment is not None)
        if done is not None:
            status = "done"
        elif not active:
            status = "not-needed"
        else:
            status = "overdue" if self.as_of >= due else "due"
        return _status(step, status, since, due, done)

    def _arrival(self, keys: tuple[str, ...], after: int) -> int | None:
        """When the first fact about any of the keys, of that time or later, became known; of a key given twice two."""
        reached = []
        for key in dict.fromkeys(keys):
            known = sorted(fact.known_from for fact in self.now.facts(key, self.instant) if fact.at >= after)
            reached += known[keys.count(key) - 1 :][:1]
        return min(reached, default=None)

    def _missing(self) -> tuple[Missing, ...]:
        """What is not there: for the state itself first, then for each statement it leaves unknown."""
        needed: dict[tuple[str, bool], list[str]] = {}
        essential: set[str] = set()
        for definition in self.shelf.in_role("minimum"):
            if self.history.truth(definition.sentence) is not True:
                for node in definition.sentence.walk():
                    series = getattr(node, "series", None)
                    if isinstance(series, str):
                        essential.add(series)
                        needed.setdefault((series, False), []).append("state")
        for definition in self.shelf.definitions:
            if definition.role in ("minimum", "recheck"):
                continue
            if self.history.truth(definition.sentence) is not None:
                continue
            for name in self.now.truth(definition.sentence).missing:
                what, _, kind = name.rpartition(" ")
                if kind in catalogue().kinds and catalogue().kinds[kind].asked and what in ("", "baseline"):
                    needed.setdefault((kind, what == "baseline"), []).append(definition.key)
        gaps = [
            Missing(kind, tuple(dict.fromkeys(users)), kind in essential and not baseline, baseline)
            for (kind, baseline), users in needed.items()
        ]
        return tuple(sorted(gaps, key=lambda gap: (not gap.essential, gap.baseline, gap.kind)))


def _status(step: Step, status: str, since: int, due: int | None = None, done: int | None = None) -> StepStatus:
    return StepStatus(
        id=step.key,
        text=step.text,
        text_es=step.text_es,
        status=status,
        since=since,
        due=due,
        because=step.because,
        because_es=step.because_es,
        cites=step.cites,
        urgency=step.urgency,
        done=done,
        closed_by=step.closed_by,
    )


def _truths(trace: Steps) -> list[bool | None]:
    return [truth for _, truth in trace]
