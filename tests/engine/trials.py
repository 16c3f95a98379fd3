"""Trials of the fast engine: random sentences over a random course in which everything goes wrong that can.

The courses and sentences of the laws, and what those leave out: every kind of procedure with numbers of its own,
readings at the very edge of the baseline, words about more of the liver, other zones, several sentences in one program.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

from sequela.course.episodes import BASELINE_DAYS, DAY, Course, ProcedureKind
from sequela.course.facts import Event, Fact, Finding, Observation, Precision
from sequela.engine.depend import PROCEDURE, dependencies
from sequela.engine.program import Program
from sequela.errors import SentenceError
from sequela.logic import quantities as q
from sequela.logic import statements as s
from sequela.logic.nodes import TIME_UNITS, Node, Parameter, Statement
from sequela.logic.shelf import ParameterValue
from tests.laws import sentences
from tests.laws.courses import DETAILS, GRID, SITES, START, STEPS, Raw, instants, raw

END = START + GRID * (STEPS + 30)
"""After everything that happens, and most of what follows from it."""
PAST = (s.WasTrue, s.HoldsFor, s.Became, s.TurnedSince)
MET: Counter[str] = Counter()
"""What the trials of a session have met: printed at its end."""
SITUATIONS = (
    "duplicate",
    "late",
    "corrected",
    "later version known first",
    "withdrawn",
    "tie at one moment",
    "in flight at the instant",
    "expiry exactly hit",
    "a second off an expiry",
    "interval",
    "date only",
    "before the procedure",
    "edge of the baseline",
    "word about a site",
    "procedure known late",
    "no facts at all",
    "sex unknown",
    "birth unknown",
    "another zone",
    "number by procedure",
    "threshold that moves",
    "series of a quantity",
    "nested past",
    "sentences that share a part",
    *(f"procedure {kind}" for kind in ProcedureKind),
)
"""Everything that the trials must have met."""


@dataclass(frozen=True)
class Trial:
    """Some sentences with their shelf, one course, and the instants at which to ask."""

    seed: int
    nodes: tuple[Node, ...]
    shelf: Mapping[str, ParameterValue]
    raw: Raw
    course: Course
    instants: tuple[int, ...]

    @property
    def begin(self) -> int:
        """When the episode is first known."""
        return max(self.course.start, self.course.procedure.known_from)

    @property
    def statements(self) -> list[Statement]:
        """The sentences that are statements."""
        return [node for node in self.nodes if isinstance(node, Statement)]

    def program(self) -> Program:
        """The sentences, compiled."""
        return Program.of(self.nodes, self.shelf)

    def seconds(self, parameter: Parameter) -> int:
        """A duration for this course's procedure."""
        number = self.shelf[parameter.key].number(self.course.procedure.kind)
        return int(number * TIME_UNITS[parameter.unit])

    def expiries(self, node: Node) -> set[int]:
        """Every instant at which the clock alone may change what a node says: of every version, believed or not."""
        points: set[int] = set()
        for dependency in dependencies(node):
            acts = [self.course.start]
            if dependency.key != PROCEDURE:
                acts = [fact.at for fact in self.course.about(dependency.key)]
            points |= {at + offset for offset in dependency.offsets(self.seconds) for at in acts}
        return points

    def changes(self, node: Node) -> set[int]:
        """Every instant from the beginning to END at which anything may change: arrivals, withdrawals and expiries."""
        keys = {dependency.key for dependency in dependencies(node)}
        facts = [fact for fact in self.course.facts if fact.key in keys]
        points = {self.begin} | self.expiries(node) | {fact.known_from for fact in facts}
        points |= {fact.known_until for fact in facts if fact.known_until is not None}
        return {point for point in points if self.begin <= point <= END}


def trial(seed: int, most: int = 14) -> Trial:
    """The trial of that number; sentences whose numbers are too large for the fast engine are left out, and counted."""
    random = Random(f"trial {seed}")
    made = _harsh(random, raw(random, most=most))
    course = replace(made.course(), zone_offset=random.choice((0, 0, 3600, -36_000)))
    while True:
        nodes, shelf = _sentences(random)
        try:
            Program.of(nodes, shelf)
        except SentenceError:
            MET["refused as too large"] += 1
        else:
            break
    asked = Trial(seed, nodes, shelf, made, course, ())
    return replace(asked, instants=tuple(_instants(random, asked)))


def _sentences(random: Random) -> tuple[tuple[Node, ...], Mapping[str, ParameterValue]]:
    """One to five sentences and their shelf."""
    makers = (sentences.statement, sentences.quantity, sentences.past, _rare)
    nodes: tuple[Node, ...] = tuple(random.choice(makers)(random) for _ in range(random.choice((1, 1, 2, 3))))
    if isinstance(nodes[0], Statement) and random.random() < 0.2:
        # A part in two sentences is one node of the program.
        nodes = (*nodes, s.Or((nodes[0], s.Not(nodes[0]))), s.WasTrue(nodes[0], Parameter("1 h", "h")))
    return nodes, _by_procedure(random, {k: v for node in nodes for k, v in sentences.parameters(node).items()})


def _rare(random: Random) -> Statement:
    """A comparison of what the laws' sentences seldom speak of."""
    inner = random.choice(sentences.SERIES_UNITS)
    unit = random.choice(("1", "1", "U/L", inner))
    made = {
        "1": random.choice(
            (_count(random, inner), q.Ratio(*(sentences._quantity(random, inner, 1) for _ in range(2))))
        ),
        "U/L": q.WashOut(
            random.choice(("alt", "ast")), sentences._duration(random), sentences._quantity(random, "U/L", 1)
        ),
    }
    left = made.get(unit) or random.choice((q.Higher, q.Lower, q.Sum, q.Difference))(
        sentences._quantity(random, unit, 2), sentences._quantity(random, unit, 1)
    )
    return s.Compare(left, random.choice(q.COMPARATORS), sentences._quantity(random, unit, random.randint(0, 1)))


def _count(random: Random, unit: str) -> q.Count:
    """A count of readings, of which the threshold may move as well."""
    threshold = sentences._number(random, unit) if random.random() < 0.4 else sentences._quantity(random, unit, 2)
    series = sentences._series(random, unit, 2)
    windows = (sentences._maybe(random), sentences._maybe(random))
    return q.Count(series, random.choice(q.COMPARATORS), threshold, *windows)


def _harsh(random: Random, made: Raw) -> Raw:
    """The same with what the laws' courses leave out."""
    moved: dict[str, int] = {}
    for fact in {version.fact for version in made.versions}:
        if random.random() < 0.08:
            moved[fact] = START - BASELINE_DAYS * DAY + random.choice((-1, 0, 1))
    versions = [_moved(version, moved.get(version.fact)) for version in made.versions]
    versions = [] if random.random() < 0.03 else versions
    known = START + GRID * random.choice((0, 0, 3, 20))
    procedure = replace(made.procedure, kind=random.choice(tuple(ProcedureKind)), known_from=known)
    birth = random.choice((None, made.birth, START - 61 * 31_557_600 + random.choice((-DAY, 0, DAY))))
    return Raw(tuple(_worded(random, version) for version in versions), procedure, made.sex, birth)


def _moved(version: Fact, to: int | None) -> Fact:
    """A version moved to a moment, with its delay."""
    if to is None:
        return version
    return replace(version, at=to, known_at=to + max(0, version.known_at - version.at))


def _worded(random: Random, version: Fact) -> Fact:
    """Findings about more of the liver, events with a detail that nobody asks about."""
    if isinstance(version, Finding) and random.random() < 0.3:
        return replace(version, site=frozenset(random.sample((*SITES, "II", "V", "right-lobe"), random.randint(1, 3))))
    if isinstance(version, Event) and random.random() < 0.2:
        return replace(version, detail=random.choice((*DETAILS, "portal-venous")))
    return version


def _by_procedure(random: Random, shelf: dict[str, ParameterValue]) -> dict[str, ParameterValue]:
    """The same shelf with numbers of their own for some kinds of procedure."""
    varied = {}
    for key, value in sorted(shelf.items()):
        varied[key] = value
        if value.value is not None and random.random() < 0.3:
            kinds = random.sample(tuple(ProcedureKind), random.randint(1, 6))
            own = {str(kind): value.value * Fraction(random.choice(("1/2", "3/4", "2", "3"))) for kind in kinds}
            varied[key] = replace(value, by_procedure=own)
    return varied


def _instants(random: Random, asked: Trial) -> Iterator[int]:
    """Some instants at random, and some at the changes of a sentence or a second off."""
    found = instants(random, 3)
    points = sorted(asked.changes(random.choice(asked.nodes)))
    found += [point + random.choice((-1, 0, 0, 1)) for point in random.sample(points, min(3, len(points)))]
    return (instant for instant in sorted(found) if instant >= asked.begin)


def met(asked: Trial) -> Counter[str]:
    """The nodes and the situations of a trial."""
    found: Counter[str] = Counter(type(inner).__name__ for node in asked.nodes for inner in node.walk())
    found.update(set(_of_the_course(asked)))
    found.update(set(_of_the_sentences(asked)))
    return found


def _of_the_course(asked: Trial) -> Iterator[str]:
    course, versions = asked.course, asked.raw.versions
    yield f"procedure {course.procedure.kind}"
    yield from ["duplicate"] * (len(set(versions)) < len(versions))
    yield from ["procedure known late"] * (course.procedure.known_from > course.start)
    yield from ["no facts at all"] * (not course.facts)
    yield from ["sex unknown"] * (course.sex is None)
    yield from ["birth unknown"] * (course.birth is None)
    yield from ["another zone"] * (course.zone_offset != 0)
    yield from ["withdrawn"] * (
        len({v.fact for v in versions}) > len({f.fact for f in course.facts if not f.known_until})
    )
    for key in {fact.key for fact in course.facts}:
        times = Counter(fact.at for fact in course.about(key))
        yield from ["tie at one moment"] * (max(times.values()) > 1)
    first = {version.fact: version for version in versions if version.version == 1}
    for version in versions:
        if version.version > 1 and isinstance(version, Observation | Finding | Event):
            yield "corrected"
            yield from ["later version known first"] * (version.known_from < first[version.fact].known_from)
    for fact in course.facts:
        yield from ["late"] * (fact.known_from > fact.at)
        yield from ["date only"] * (fact.precision is Precision.DAY)
        yield from ["before the procedure"] * (fact.at < course.start)
        yield from ["edge of the baseline"] * (abs(fact.at - course.start + BASELINE_DAYS * DAY) <= 1)
        yield from ["interval"] * (isinstance(fact, Observation) and fact.low != fact.high)
        yield from ["word about a site"] * (isinstance(fact, Finding) and bool(fact.site))
        yield from ["in flight at the instant"] * any(fact.at <= i < fact.known_from for i in asked.instants)


def _of_the_sentences(asked: Trial) -> Iterator[str]:
    course, kind = asked.course, str(asked.course.procedure.kind)
    yield from ["number by procedure"] * any(kind in value.by_procedure for value in asked.shelf.values())
    inside = Counter(inner for node in asked.nodes for inner in set(node.walk()) if not isinstance(inner, Parameter))
    yield from ["sentences that share a part"] * (max(inside.values(), default=0) > 1)
    for node in asked.nodes:
        expire = asked.expiries(node) - {fact.at for fact in course.facts}
        yield from ["expiry exactly hit"] * any(i in expire for i in asked.instants)
        yield from ["a second off an expiry"] * any({i - 1, i + 1} & expire for i in asked.instants)
        for inner in node.walk():
            if isinstance(inner, q._OfSeries):
                yield from ["series of a quantity"] * isinstance(inner.series, q.Quantity)
                moving = getattr(inner, "threshold", None)
                yield from ["threshold that moves"] * (moving is not None and not isinstance(moving, Parameter))
            if isinstance(inner, PAST):
                yield from ["nested past"] * any(isinstance(part, PAST) for part in inner.of.walk())
