"""The reference evaluator: one course, one instant, slow and obvious. It defines what every node means.

It filters what is believed at the instant (`known_from` <= instant < `known_until`), then looks. Nodes that speak of
the past ("was true within", "holds for", a score's earlier readings) are evaluated at earlier moments of what is
believed *now*: a moment then sees the believed facts with `at` <= moment. Nothing is cached between instants.
Over 400 lines because the meaning of the grammar is one piece: every node has its rule here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, TypeVar

from sequela.course.anatomy import SEGMENTS, covers, overlap
from sequela.course.catalogue import catalogue
from sequela.course.episodes import BASELINE_DAYS, DAY, Course
from sequela.course.facts import Event, Fact, Finding, Observation, Presence
from sequela.course.interval import Interval
from sequela.engine.depend import PROCEDURE, dependencies
from sequela.engine.values import (
    WASH_OUT_STEPS,
    Ground,
    Reading,
    Value,
    Verdict,
    carried,
    combine,
    compare,
    decayed,
    facts_of,
    joined,
    kleene,
    value_of,
)
from sequela.errors import SentenceError
from sequela.logic import quantities as q
from sequela.logic import statements as s
from sequela.logic.nodes import TIME_UNITS, Node, Parameter, Quantity, Statement
from sequela.logic.shelf import ParameterValue

EXACT_ZERO = Interval.exactly(0)
Rule = TypeVar("Rule", bound=Callable[..., Any])
MEANING: dict[type[Node], Callable[..., Any]] = {}
"""The rule of each node of the grammar: how an evaluator finds its value or truth at a moment."""


def means(*nodes: type[Node]) -> Callable[[Rule], Rule]:
    """Return a decorator that files a rule under the nodes whose meaning it is."""

    def file(rule: Rule) -> Rule:
        MEANING.update(dict.fromkeys(nodes, rule))
        return rule

    return file


class Evaluator:
    """Everything a course lets one say at one instant.

    Parameters
    ----------
    course : the episode.
    parameters : the shelf's numbers by key.
    instant : seconds; only versions known then are seen.
    """

    def __init__(self, course: Course, parameters: Mapping[str, ParameterValue], instant: int) -> None:
        self.course, self.parameters, self.instant = course, parameters, instant
        self._believed: dict[str, list[Fact]] = {}
        self._readings: dict[str, tuple[list[int], list[Observation], list[Reading | None]]] = {}
        self._values: dict[tuple[Quantity, int], Value] = {}
        self._verdicts: dict[tuple[Statement, int], Verdict] = {}

    # -- what is believed ------------------------------------------------------------------------------------------

    def facts(self, key: str, moment: int) -> list[Fact]:
        """The believed facts about a kind, finding or event with `at` <= moment, in order of (at, known_from, fact)."""
        believed = self._believed.get(key)
        if believed is None:
            believed = [fact for fact in self.course.about(key) if fact.visible(self.instant)]
            self._believed[key] = believed
        if moment >= self.instant:
            return believed
        return believed[: bisect_right(believed, moment, key=lambda fact: fact.at)]

    def number(self, parameter: Parameter) -> Fraction:
        """The shelf's number for this course's procedure, in the parameter's unit."""
        return self.parameters[parameter.key].number(self.course.procedure.kind)

    def seconds(self, parameter: Parameter) -> int:
        """A duration parameter in whole seconds."""
        return int(self.number(parameter) * TIME_UNITS[parameter.unit])

    def readings(self, series: q.Series, moment: int, after: int | None = None) -> list[Reading]:
        """The readings of a series with after < at <= moment; of those at one time only the last known."""
        if isinstance(series, str):
            times, facts, made = self._measured(series)
            first, last = 0 if after is None else bisect_right(times, after), bisect_right(times, moment)
            for place in range(first, last):
                made[place] = made[place] or Reading(times[place], value_of(facts[place]), (facts[place],))
            return [reading for reading in made[first:last] if reading is not None]
        moments = {
            fact.at
            for dependency in dependencies(series)
            for fact in self.facts(dependency.key, moment)
            if after is None or fact.at > after
        }
        readings = []
        for at in sorted(moments):
            value = self.value(series, at)
            if value.interval is not None:
                readings.append(Reading(at, value.interval, value.facts))
        return readings

    def _measured(self, kind: str) -> tuple[list[int], list[Observation], list[Reading | None]]:
        """The believed facts of a kind of the catalogue with their times, and the readings made of them so far."""
        if kind not in self._readings:
            by_at = {fact.at: fact for fact in self.facts(kind, self.instant) if isinstance(fact, Observation)}
            self._readings[kind] = list(by_at), list(by_at.values()), [None] * len(by_at)
        return self._readings[kind]

    # -- quantities ------------------------------------------------------------------------------------------------

    def value(self, node: Quantity, moment: int | None = None) -> Value:
        """What a quantity is at the moment (default: the instant), as believed at the instant."""
        moment = self.instant if moment is None else moment
        key = (node, moment)
        if key not in self._values:
            self._values[key] = self._value(node, moment)
        return self._values[key]

    def _value(self, node: Quantity, moment: int) -> Value:
        if type(node) not in MEANING:
            raise SentenceError(f"the reference does not know the quantity {type(node).__name__}")
        value: Value = MEANING[type(node)](self, node, moment)
        return value

    @means(Parameter)
    def _parameter(self, node: Parameter, moment: int) -> Value:
        return Value(Interval.exactly(self.number(node)))

    @means(q.Latest)
    def _latest(self, node: q.Latest, moment: int) -> Value:
        readings = self._window(node, moment, since_procedure=False)
        return carried(readings[-1]) if readings else self._lacking(node.series)

    @means(q.Peak)
    def _peak(self, node: q.Peak, moment: int) -> Value:
        return self._extreme(node.series, self._window(node, moment, since_procedure=True), highest=True)

    @means(q.Lowest)
    def _lowest(self, node: q.Lowest, moment: int) -> Value:
        return self._extreme(node.series, self._window(node, moment, since_procedure=True), highest=False)

    @means(q.Baseline)
    def _baseline(self, node: q.Baseline, moment: int) -> Value:
        start = self.course.start
        readings = self.readings(node.series, min(moment, start - 1), start - BASELINE_DAYS * DAY - 1)
        return carried(readings[-1]) if readings else self._lacking(node.series, "baseline ")

    @means(q.Nadir)
    def _nadir(self, node: q.Nadir, moment: int) -> Value:
        readings = self.readings(node.series, moment, self.course.start - 1)
        if not readings:
            return self._lacking(node.series)
        left = Interval.exactly(1 - self.number(node.fall))
        fallen: list[Reading] = []
        peak: Reading | None = None
        for reading in readings:
            if peak is not None and (left * peak.interval).below(reading.interval) is False:
                fallen.append(reading)
            if peak is None or peak.interval.below(reading.interval):
                peak = reading
        return self._extreme(node.series, fallen, highest=False) if fallen else Value(None)

    @means(q.Rate)
    def _rate(self, node: q.Rate, moment: int) -> Value:
        readings = self.readings(node.series, moment, moment - self.seconds(node.within))
        if len(readings) < 2:
            return self._lacking(node.series, "second ")
        first, last = readings[0], readings[-1]
        elapsed = Interval.exactly(Fraction(last.at - first.at, TIME_UNITS[node.per]))
        difference = last.interval - first.interval
        scale = Interval.exactly(1 / Fraction(elapsed.low or 1))
        rate = Interval(
            None if difference.low is None else difference.low * (scale.low or 1),
            None if difference.high is None else difference.high * (scale.low or 1),
            difference.low_open,
            difference.high_open,
        )
        return Value(rate, first.facts + last.facts)

    @means(q.Count)
    def _count(self, node: q.Count, moment: int) -> Value:
        after = self.course.start - 1
        if node.within is not None:
            after = max(after, moment - self.seconds(node.within))
        readings = self.readings(node.series, moment, after)
        if not readings:
            return self._lacking(node.series)
        apart = self.seconds(node.apart) if node.apart is not None else 0
        certain: list[Reading] = []
        possible: list[Reading] = []
        for reading in readings:
            truth = compare(reading.interval, node.comparator, self.value(node.threshold, moment).interval)
            if truth is True and (not certain or reading.at - certain[-1].at >= apart):
                certain.append(reading)
            if truth is not False and (not possible or reading.at - possible[-1].at >= apart):
                possible.append(reading)
        count = Interval(Fraction(len(certain)), Fraction(max(len(certain), len(possible))))
        return Value(count, facts_of(certain or readings[-1:]))

    @means(q.DurationAbove)
    def _durationabove(self, node: q.DurationAbove, moment: int) -> Value:
        readings = self.readings(node.series, moment, self.course.start - 1)
        if not readings:
            return self._lacking(node.series)
        threshold = self.value(node.threshold, moment).interval
        run: list[Reading] = []
        for reading in reversed(readings):
            truth = compare(reading.interval, node.comparator, threshold)
            if truth is None:
                return Value(None, reading.facts)
            if not truth:
                break
            run.append(reading)
        hours = Fraction(run[0].at - run[-1].at, TIME_UNITS["h"]) if run else Fraction(0)
        return Value(Interval.exactly(hours), facts_of(run or readings[-1:]))

    @means(q.TimeSince)
    def _timesince(self, node: q.TimeSince, moment: int) -> Value:
        if node.what == "procedure":
            return Value(Interval.exactly(moment - self.course.start))
        fact = self.since(node, moment)
        if fact is None:
            return Value(None, (), frozenset({node.key}))
        return Value(Interval.exactly(moment - fact.at), (fact,))

    def since(self, node: q.TimeSince, moment: int) -> Fact | None:
        """The fact from which a time since counts."""
        start = self.course.start
        # A key may name a kind and a finding (nausea): only facts of the sort asked for count.
        sort = {"event": Event, "finding": Finding}.get(node.what, Observation)
        facts = [fact for fact in self.facts(node.key, moment) if fact.at >= start and isinstance(fact, sort)]
        if node.what == "finding":
            facts = [fact for fact in facts if isinstance(fact, Finding) and fact.presence is Presence.PRESENT]
        elif node.what == "peak":
            facts = list(self._extreme(node.key, self.readings(node.key, moment, start - 1), highest=True).facts)
        return facts[-1] if facts else None

    @means(q.WashOut)
    def _washout(self, node: q.WashOut, moment: int) -> Value:
        readings = self.readings(node.series, moment, self.course.start - 1)
        if not readings:
            return self._lacking(node.series)
        peak = self._extreme(node.series, readings, highest=True)
        floor = self.value(node.floor, moment)
        if floor.interval is None:
            return Value(None, peak.facts, floor.missing)
        last = readings[-1]
        steps = (last.at - peak.facts[0].at) * WASH_OUT_STEPS // self.seconds(node.half_life)
        resolution = catalogue().kinds[str(node.series)].resolution
        predicted = decayed(peak.interval, steps, resolution)
        return Value(predicted.highest(floor.interval), peak.facts + floor.facts)

    @means(q.UpperLimit)
    def _upperlimit(self, node: q.UpperLimit, moment: int) -> Value:
        return Value(catalogue().kinds[str(node.series)].limit(self.course.sex))

    @means(q.Age)
    def _age(self, node: q.Age, moment: int) -> Value:
        if self.course.birth is None:
            return Value(None, (), frozenset({"age"}))
        born = datetime.fromtimestamp(self.course.birth + self.course.zone_offset, UTC)
        then = datetime.fromtimestamp(self.course.start + self.course.zone_offset, UTC)
        return Value(Interval.exactly(then.year - born.year - ((then.month, then.day) < (born.month, born.day))))

    @means(q.Sum, q.Difference, q.Higher, q.Lower, q.Ratio, q.Product)
    def _sum_difference(self, node: q._Pair, moment: int) -> Value:
        left, right = self.value(node.left, moment), self.value(node.right, moment)
        facts = left.facts + right.facts
        if left.interval is None or right.interval is None:
            return Value(None, facts, left.missing | right.missing)
        return Value(combine(node, left.interval, right.interval), facts)

    @means(q.Banded)
    def _banded(self, node: q.Banded, moment: int) -> Value:
        of = self.value(node.of, moment)
        if of.interval is None:
            return of
        bands = self.parameters[node.table.key].bands
        points: list[int] = []
        below = None
        for band in bands:
            inside = band.upto is None or Interval.exactly(band.upto).below(of.interval) is not True
            past = below is not None and of.interval.high is not None and of.interval.high <= below
            if inside and not past:
                points.append(band.points)
            below = band.upto
        if not points:
            return Value(None, of.facts, of.missing)
        return Value(Interval(Fraction(min(points)), Fraction(max(points))), of.facts)

    @means(q.Choice)
    def _choice(self, node: q.Choice, moment: int) -> Value:
        verdict = self.truth(node.when, moment)
        if verdict.truth is not None:
            chosen = self.value(node.then if verdict.truth else node.otherwise, moment)
            return Value(chosen.interval, verdict.facts + chosen.facts, chosen.missing)
        either, other = self.value(node.then, moment), self.value(node.otherwise, moment)
        if either.interval is None or other.interval is None:
            return Value(None, either.facts + other.facts, verdict.missing | either.missing | other.missing)
        return Value(either.interval.hull(other.interval), either.facts + other.facts, verdict.missing)

    @means(q.Part, q.Called)
    def _part(self, node: q.Part | q.Called, moment: int) -> Value:
        return self.value(node.of, moment)

    @means(q.Score)
    def _score(self, node: q.Score, moment: int) -> Value:
        values = [self.value(part, moment) for part in node.parts]
        missing = frozenset().union(*(value.missing for value in values))
        if all(value.interval is None for value in values):
            return Value(None, (), missing)
        total = EXACT_ZERO
        for part, value in zip(node.parts, values, strict=True):
            total += value.interval or Interval(Fraction(part.least), Fraction(part.most))
        return Value(total, tuple(fact for value in values for fact in value.facts), missing)

    # -- statements ------------------------------------------------------------------------------------------------

    def truth(self, node: Statement, moment: int | None = None) -> Verdict:
        """Whether a statement holds at the moment (default: the instant), as believed at the instant."""
        moment = self.instant if moment is None else moment
        key = (node, moment)
        if key not in self._verdicts:
            self._verdicts[key] = self._truth(node, moment)
        return self._verdicts[key]

    def _truth(self, node: Statement, moment: int) -> Verdict:
        if type(node) not in MEANING:
            raise SentenceError(f"the reference does not know the statement {type(node).__name__}")
        verdict: Verdict = MEANING[type(node)](self, node, moment)
        return verdict

    @means(s.Compare)
    def _compare(self, node: s.Compare, moment: int) -> Verdict:
        left, right = self.value(node.left, moment), self.value(node.right, moment)
        if isinstance(node.right, Parameter) and node.right.is_duration:
            right = Value(Interval.exactly(self.seconds(node.right)))
            if left.interval is not None and node.left.unit != "s":
                left = Value(left.interval * Interval.exactly(TIME_UNITS[node.left.unit]), left.facts, left.missing)
        truth = compare(left.interval, node.comparator, right.interval)
        # A reason stands as long as its verdict, so it cannot hold what grows with the clock.
        shown = None if isinstance(node.left, q.TimeSince) else left.interval
        return Verdict(
            truth,
            left.facts + right.facts,
            (Ground(node, shown, right.interval, truth, moment),),
            left.missing | right.missing if truth is None else frozenset(),
        )

    @means(s.And)
    def _and(self, node: s.And, moment: int) -> Verdict:
        return kleene([self.truth(part, moment) for part in node.parts], decides=False)

    @means(s.Or)
    def _or(self, node: s.Or, moment: int) -> Verdict:
        return kleene([self.truth(part, moment) for part in node.parts], decides=True)

    @means(s.Not)
    def _not(self, node: s.Not, moment: int) -> Verdict:
        of = self.truth(node.of, moment)
        return Verdict(None if of.truth is None else not of.truth, of.facts, of.grounds, of.missing)

    @means(s.AtLeast)
    def _atleast(self, node: s.AtLeast, moment: int) -> Verdict:
        verdicts = [self.truth(part, moment) for part in node.parts]
        number = self.number(node.number)
        true = [v for v in verdicts if v.truth]
        possible = [v for v in verdicts if v.truth is not False]
        if len(true) >= number:
            return joined(True, true)
        if len(possible) < number:
            return joined(False, [v for v in verdicts if v.truth is False])
        return joined(None, [v for v in verdicts if v.truth is None])

    @means(s.Seen, s.Absent)
    def _seen_absent(self, node: s.Seen | s.Absent, moment: int) -> Verdict:
        fact = self.finding(node, moment)
        if fact is None:
            return Verdict(None, (), (Ground(node),), frozenset({node.finding}))
        if fact.presence is Presence.UNCERTAIN:
            return Verdict(None, (fact,), (Ground(node),), frozenset({node.finding}))
        present = fact.presence is Presence.PRESENT
        if not present and fact.site and not covers(fact.site, node.site or SEGMENTS):
            # "None in II" says nothing of the rest: an absence answers only for where it was looked for.
            return Verdict(None, (fact,), (Ground(node),), frozenset({node.finding}))
        truth = present if isinstance(node, s.Seen) else not present
        return Verdict(truth, (fact,), (Ground(node, truth=truth),))

    def finding(self, node: s.Seen | s.Absent, moment: int) -> Finding | None:
        """The last word on a finding; a finding that is present somewhere stands until it is said absent there.

        "Abscess in VII" is not answered by "no abscess in II", but by "no abscess" or "no abscess in VII and VIII".
        """
        starts = [] if catalogue().findings[node.finding].background else [self.course.start - 1]
        if node.within is not None:
            starts.append(moment - self.seconds(node.within))
        if node.after is not None:
            starts.append(self.course.start + self.seconds(node.after) - 1)
        after = max(starts, default=None)
        rank = (Presence.ABSENT, Presence.UNCERTAIN, Presence.PRESENT)
        words = sorted(
            (
                fact
                for fact in self.facts(node.finding, moment)
                if isinstance(fact, Finding)
                and (after is None or fact.at > after)
                and (not node.site or not fact.site or overlap(fact.site, node.site))
            ),
            key=lambda fact: (fact.at, rank.index(fact.presence)),
        )
        standing: list[Finding] = []
        for word in words:
            standing = [] if not word.site else [fact for fact in standing if not covers(word.site, fact.site)]
            if word.presence is Presence.PRESENT:
                standing.append(word)
        return (standing or words)[-1] if words else None

    @means(s.Happened)
    def _happened(self, node: s.Happened, moment: int) -> Verdict:
        after = self.course.start - 1
        if node.within is not None:
            after = max(after, moment - self.seconds(node.within))
        if node.after is not None:
            after = max(after, self.course.start + self.seconds(node.after) - 1)
        done = [
            fact
            for fact in self.facts(node.event, moment)
            if isinstance(fact, Event) and fact.at > after and node.detail in ("", fact.detail)
        ]
        return Verdict(bool(done), tuple(done[-1:]), (Ground(node, truth=bool(done)),))

    @means(s.Followed)
    def _followed(self, node: s.Followed, moment: int) -> Verdict:
        start = self.course.start
        last = [fact for fact in self.facts(node.event, moment) if fact.at >= start]
        after = [fact for fact in self.facts(node.by, moment) if last and fact.at > last[-1].at]
        return Verdict(bool(after), tuple(last[-1:] + after[-1:]), (Ground(node, truth=bool(after)),))

    @means(s.TurnedSince)
    def _turnedsince(self, node: s.TurnedSince, moment: int) -> Verdict:
        start = self.course.start
        last = max((f.at for event in node.events for f in self.facts(event, moment) if f.at >= start), default=None)
        if last is None:
            return Verdict(False, (), (Ground(node, truth=False),))
        turned = self.turned(node.of, last, moment)
        return turned if turned is not None else Verdict(False, (), (Ground(node),))

    def turned(self, node: Statement, after: int, until: int) -> Verdict | None:
        """The verdict of the last moment in (after, until] at which a statement turned true, if it did."""
        found, before = None, self.truth(node, after).truth
        for moment in self._moments(node, after, until):
            verdict = self.truth(node, moment)
            if verdict.truth is True and before is not True:
                found = verdict
            before = verdict.truth
        return found

    @means(s.Known)
    def _known(self, node: s.Known, moment: int) -> Verdict:
        if isinstance(node.of, Quantity):
            value = self.value(node.of, moment)
            known = value.interval is not None
            return Verdict(known, value.facts, (Ground(node, truth=known),), value.missing)
        verdict = self.truth(node.of, moment)
        known = verdict.truth is not None
        return Verdict(known, verdict.facts, (Ground(node, truth=known),), verdict.missing)

    @means(s.WasTrue)
    def _wastrue(self, node: s.WasTrue, moment: int) -> Verdict:
        start = self.course.start
        after = start if node.within is None else max(start, moment - self.seconds(node.within))
        return self.last(node.of, after, moment, (True, None, False))

    @means(s.HoldsFor)
    def _holdsfor(self, node: s.HoldsFor, moment: int) -> Verdict:
        now = self.truth(node.of, moment)
        after = moment - self.seconds(node.duration)
        if after < self.course.start:
            return Verdict(False, now.facts, now.grounds) if now.truth is not None else now
        return self.last(node.of, after, moment, (False, None, True))

    def last(self, node: Statement, after: int, until: int, order: tuple[bool | None, ...]) -> Verdict:
        """The verdict of the last moment in [after, until] with the first of these truths that it had at all."""
        verdicts = [self.truth(node, moment) for moment in self._moments(node, after, until)]
        for truth in order:
            for verdict in reversed(verdicts):
                if verdict.truth is truth:
                    return verdict
        raise SentenceError("a statement was neither true, false nor unknown")

    @means(s.Became)
    def _became(self, node: s.Became, moment: int) -> Verdict:
        now = self.truth(node.of, moment)
        after = moment - self.seconds(node.within)
        if now.truth is not True or after < self.course.start:
            return now
        return Verdict(self.turned(node.of, after, moment) is not None, now.facts, now.grounds)

    @means(s.ProcedureIs)
    def _procedureis(self, node: s.ProcedureIs, moment: int) -> Verdict:
        among = self.course.procedure.kind in node.kinds
        return Verdict(among, (), (Ground(node, truth=among),))

    @means(s.Named)
    def _named(self, node: s.Named, moment: int) -> Verdict:
        return self.truth(node.of, moment)

    # -- helpers ---------------------------------------------------------------------------------------------------

    def inside(self, node: Statement, moment: int) -> tuple[tuple[Quantity, Interval | None], ...]:
        """What the quantities inside a comparison were: what its reason is told with. Never a time since."""
        if not isinstance(node, s.Compare):
            return ()
        inside: dict[Quantity, Interval | None] = {}

        def look(quantity: Quantity) -> None:
            if isinstance(quantity, Parameter | q.TimeSince | q.Score) or quantity in inside:
                return
            inside[quantity] = self.value(quantity, moment).interval
            if isinstance(quantity, q.WashOut):
                look(q.Peak(quantity.series))
            if isinstance(quantity, q._Pair):
                look(quantity.left)
                look(quantity.right)
            if isinstance(quantity, q.Called):
                look(quantity.of)

        look(node.left)
        look(node.right)
        return tuple(inside.items())

    def _moments(self, node: Statement, after: int, until: int) -> list[int]:
        """The moments in [after, until] between which a statement cannot change: both ends and its change points."""
        inside = {m for m in self.change_points(node) if after < m < until}
        return sorted(inside | {min(after, until), until})

    def change_points(self, node: Node) -> set[int]:
        """Every moment at which a node could change as its believed facts act, age and expire."""
        points: set[int] = set()
        for dependency in dependencies(node):
            acts = (
                [self.course.start]
                if dependency.key == PROCEDURE
                else [fact.at for fact in self.facts(dependency.key, self.instant)]
            )
            points |= {at + offset for offset in dependency.offsets(self.seconds) for at in acts}
        return points

    def _window(self, node: q._Windowed, moment: int, *, since_procedure: bool) -> list[Reading]:
        after = self.course.start - 1 if since_procedure else None
        if node.within is not None:
            back = moment - self.seconds(node.within)
            after = back if after is None else max(after, back)
        until = moment - self.seconds(node.until) if node.until is not None else moment
        return self.readings(node.series, until, after)

    def _extreme(self, series: q.Series, readings: list[Reading], *, highest: bool) -> Value:
        if not readings:
            return self._lacking(series)
        best = readings[0]
        for reading in readings[1:]:
            further = best.interval.below(reading.interval) if highest else reading.interval.below(best.interval)
            best = reading if further else best
        extreme = best.interval
        if not all(reading.interval.is_exact for reading in readings):
            # An uncertain reading may reach further than the best one, and a certain one narrows what it can be.
            for reading in readings:
                extreme = extreme.highest(reading.interval) if highest else extreme.lowest(reading.interval)
        return Value(extreme, best.facts)

    def _lacking(self, series: q.Series, what: str = "") -> Value:
        if isinstance(series, str):
            return Value(None, (), frozenset({what + series}))
        return Value(None, (), self.value(series).missing)
