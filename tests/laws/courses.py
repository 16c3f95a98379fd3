"""Small random courses with everything that goes wrong with facts, made from a seed or by Hypothesis.

Times lie on a grid of ten minutes, but for facts that only name their day. Few values and few moments, so that ties and
exact limits are common.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

from hypothesis import settings

from sequela.course.catalogue import catalogue
from sequela.course.episodes import Course, Procedure, ProcedureKind
from sequela.course.facts import Event, Fact, Finding, Observation, Precision, Presence, Status, Withdrawal, settle

GRID = 600
"""Seconds between two moments of the grid."""
START = 1_772_359_200
"""When every procedure began: on the grid."""
STEPS = 48
"""Grid moments from the start to the end of what happens."""
VALUES = {
    "alt": ("0", "20", "40", "80", "160", "320"),
    "ast": ("20", "40", "80", "160"),
    "inr": ("1", "1.2", "1.5", "1.8"),
    "heart-rate": ("40", "80", "110", "140"),
}
"""The kinds that courses measure, and the values they take."""
FINDINGS = ("fever", "cirrhosis", "portal-vein-thrombosis")
EVENTS = ("contrast-ct", "discharge", "admission")
SITES = ("VII", "VIII", "portal-right")
DETAILS = ("", "arterial")
KINDS = (ProcedureKind.TAE, ProcedureKind.TARE)
SITUATIONS: Counter[str] = Counter()
"""What has been met in a session: printed at its end."""


@dataclass(frozen=True)
class Raw:
    """A course before its versions are settled."""

    versions: tuple[Fact, ...]
    procedure: Procedure
    sex: str | None
    birth: int | None

    def course(self) -> Course:
        """The course."""
        return Course(
            id="c",
            patient="p",
            procedure=self.procedure,
            facts=tuple(settle(self.versions)),
            sex=self.sex,
            birth=self.birth,
        )

    def shifted(self, by: int) -> Raw:
        """The same course at another time."""
        procedure = replace(self.procedure, start=self.procedure.start + by, known_from=self.procedure.known_from + by)
        versions = tuple(replace(v, at=v.at + by, known_at=v.known_at + by) for v in self.versions)
        return Raw(versions, procedure, self.sex, None if self.birth is None else self.birth + by)


def raw(random: Random, *, on_grid: bool = False, most: int = 14) -> Raw:
    """A random course; `on_grid` keeps every time on the grid. Half of them speak of a few things often."""
    versions: list[Fact] = []
    keys = (*VALUES, *VALUES, *FINDINGS, *EVENTS)
    if random.random() < 0.5:
        keys = ("alt", "inr", "fever", "contrast-ct")
    for number in range(random.randint(random.choice((0, most // 2, most)), most)):
        versions += _versions(random, f"f{number}", random.choice(keys), on_grid=on_grid)
    for version in random.sample(versions, k=min(len(versions), random.randint(0, 2))):
        versions.append(version)
        SITUATIONS["duplicate"] += 1
    known = START + GRID * random.choice((0, 0, 0, 3))
    procedure = Procedure(id="p", kind=random.choice(KINDS), start=START, known_from=known)
    birth = random.choice((None, START - 61 * 31_557_600))
    return Raw(tuple(versions), procedure, random.choice((None, "male", "female")), birth)


def _versions(random: Random, fact: str, key: str, *, on_grid: bool) -> list[Fact]:
    """One fact: its versions and perhaps its withdrawal."""
    at = START + GRID * random.randint(-6, STEPS)
    precision = Precision.SECOND
    if not on_grid and random.random() < 0.15:
        at += GRID - 1
        precision = Precision.DAY
        SITUATIONS["date only"] += 1
    delay = GRID * random.choice((0, 0, 0, 1, 5, 20))
    SITUATIONS["late"] += delay > 0
    made = [_version(random, key, fact=fact, at=at, known_at=at + delay, version=1, precision=precision)]
    while random.random() < 0.25 and len(made) < 3:
        last = made[-1]
        moved = GRID * random.choice((0, 0, 1)) if random.random() < 0.3 else 0
        # Sometimes the later version is known first, and the earlier one must never be believed.
        known = last.known_at + GRID * random.choice((-2, 0, 1, 6))
        made.append(
            _version(random, key, fact=fact, at=at + moved, known_at=known, version=len(made) + 1, precision=precision)
        )
        SITUATIONS["corrected"] += 1
    if random.random() < 0.1:
        last = made[-1]
        gone = last.known_from + GRID * random.choice((0, 2, 9))
        made.append(Withdrawal(fact=fact, at=last.at, known_at=gone, version=last.version + 1))
        SITUATIONS["withdrawn"] += 1
    return made


def _version(
    random: Random, key: str, *, fact: str, at: int, known_at: int, version: int, precision: Precision
) -> Fact:
    status = Status.FINAL if version == 1 else Status.CORRECTED
    if key in FINDINGS:
        SITUATIONS["finding"] += 1
        return Finding(
            fact=fact,
            at=at,
            known_at=known_at,
            version=version,
            status=status,
            precision=precision,
            finding=key,
            presence=random.choice(tuple(Presence)),
            site=frozenset(random.sample(SITES, random.choice((0, 0, 1, 2)))),
        )
    if key in EVENTS:
        SITUATIONS["event"] += 1
        return Event(
            fact=fact,
            at=at,
            known_at=known_at,
            version=version,
            status=status,
            precision=precision,
            event=key,
            detail=random.choice(DETAILS),
        )
    value = catalogue().kinds[key].store(Fraction(random.choice(VALUES[key])))
    low: int | None = value
    high: int | None = value
    comparator = random.choice(("", "", "", "", "", "<", ">"))
    if comparator:
        SITUATIONS["interval"] += 1
        low, high = (0, value) if comparator == "<" and value else (value, None)
    return Observation(
        fact=fact,
        at=at,
        known_at=known_at,
        version=version,
        status=status,
        precision=precision,
        kind=key,
        low=low,
        high=high,
        low_open=comparator == ">" or (bool(comparator) and not value),
        high_open=comparator == "<" and bool(value),
    )


def examples(many: int) -> settings:
    """So many examples; ten times as many where the profile looks for new ones."""
    return settings(max_examples=many * settings().max_examples // 100)


def instants(random: Random, count: int, *, on_grid: bool = False) -> list[int]:
    """Random instants of a course, in order, some of them a second off the grid."""
    found = []
    for _ in range(count):
        off = 0 if on_grid else random.choice((-1, 0, 0, 1, 299))
        found.append(START + GRID * random.randint(0, STEPS + 30) + off)
    return sorted(max(START, instant) for instant in found)
