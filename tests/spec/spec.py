"""A spec: a small course in a table, one sentence, and what it is at some instants. The manual is printed from them.

A number in a sentence is written as a reader would, `given("48 h")`: its key is its value, so a spec needs no shelf.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fractions import Fraction

from sequela.course.catalogue import catalogue
from sequela.course.episodes import DAY, Course, Procedure, ProcedureKind
from sequela.course.facts import Event, Fact, Finding, Observation, Presence, Status, Withdrawal, settle
from sequela.engine.reference import Evaluator
from sequela.logic import display
from sequela.logic.nodes import Node, Parameter, Quantity, Statement
from sequela.logic.quantities import Banded
from sequela.logic.shelf import Band, Basis, ParameterValue

START = int(datetime(2026, 3, 1, 10, tzinfo=UTC).timestamp())
"""When the procedure of every spec began."""
UNITS = {"": "1", "days": "d", "day": "d", "°C": "Cel", "mmHg": "mm[Hg]", "points": "{score}", "µmol/L": "umol/L"}
"""Units as the specs write them, where UCUM writes another."""
TRUTHS = {True: "true", False: "false", None: "unknown"}
_MOMENT = re.compile(r"(day|hour) (-?[\d.]+)(?: ([+-]) 1 s)?")


@dataclass(frozen=True, kw_only=True)
class Spec:
    """One page of the manual: facts in, answers out. Times count from the start of the procedure."""

    title: str
    text: str = ""
    table: str
    sentence: Node
    expected: Mapping[str, str]
    kind: ProcedureKind = ProcedureKind.TAE
    sex: str | None = "female"
    born: str | None = None
    nodes: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", frozenset(type(node).__name__ for node in self.sentence.walk()))


@dataclass(frozen=True)
class Chapter:
    """Specs that belong together, and what they have in common."""

    title: str
    text: str
    specs: tuple[Spec, ...]


def given(value: str) -> Parameter:
    """A number with its unit, as a parameter whose key says what it is."""
    number, _, unit = value.partition(" ")
    Fraction(number.replace(",", ""))
    return Parameter(value, UNITS.get(unit, unit))


def bands(table: str, unit: str) -> Parameter:
    """A table of points, as a parameter: `40 3, 50 1, above 0`."""
    return Parameter(table, UNITS.get(unit, unit))


def parameters(sentence: Node) -> dict[str, ParameterValue]:
    """The shelf that a sentence's own keys spell out."""
    tables = {node.table.key for node in sentence.walk() if isinstance(node, Banded)}
    shelf = {}
    for node in sentence.walk():
        if isinstance(node, Parameter):
            held = ParameterValue(node.key, node.unit, date(2026, 1, 1), Basis.EXPERT_JUDGEMENT, ())
            if node.key in tables:
                pairs = [band.split() for band in node.key.split(",")]
                rows = tuple(Band(None if top == "above" else Fraction(top), int(points)) for top, points in pairs)
                shelf[node.key] = ParameterValue(**{**held.__dict__, "bands": rows})
            else:
                value = Fraction(node.key.split()[0].replace(",", ""))
                shelf[node.key] = ParameterValue(**{**held.__dict__, "value": value})
    return shelf


def course(spec: Spec) -> Course:
    """The course that a spec's table writes down."""
    born = None if spec.born is None else int(datetime.fromisoformat(spec.born).replace(tzinfo=UTC).timestamp())
    return Course(
        id="spec",
        patient="spec",
        procedure=Procedure(id="spec", kind=spec.kind, start=START, known_from=START),
        facts=tuple(settle(facts(spec.table))),
        sex=spec.sex,
        birth=born,
    )


def facts(table: str) -> Iterable[Fact]:
    """The versions that a table lists, one a line below its heading."""
    heading, *lines = [line for line in table.strip().splitlines() if line.strip()]
    columns = [column.strip() for column in heading.split("|")]
    for number, line in enumerate(lines):
        cells = dict(zip(columns, (cell.strip() for cell in line.split("|")), strict=False))
        yield _fact({key: cell for key, cell in cells.items() if cell}, number)


def _fact(cells: Mapping[str, str], number: int) -> Fact:
    at = START + int(Fraction(cells.get("day") or 0) * DAY + Fraction(cells.get("hour") or 0) * 3600)
    known = at
    if "known" in cells:
        known = START + int(Fraction(cells["known"]) * (DAY if "day" in cells else 3600))
    shared = {
        "fact": cells.get("fact", f"row {number}"),
        "at": at,
        "known_at": known,
        "version": int(cells.get("version", "1")),
        "status": Status(cells.get("status", "final")),
    }
    what, value = cells.get("what", ""), cells.get("value", "")
    if shared["status"] is Status.ENTERED_IN_ERROR:
        return Withdrawal(**shared)  # type: ignore[arg-type]
    if what in catalogue().findings:
        presence, *site = value.split()
        return Finding(**shared, finding=what, presence=Presence(presence), site=frozenset(site))  # type: ignore[arg-type]
    if what in catalogue().events:
        return Event(**shared, event=what, detail=value)  # type: ignore[arg-type]
    kind = catalogue().kinds[what]
    bare = value.lstrip("<>")
    bound = kind.store(Fraction(kind.values.get(bare, bare)))
    low = 0 if value.startswith("<") else bound
    high = None if value.startswith(">") else bound
    opens = {"low_open": value.startswith(">"), "high_open": value.startswith("<")}
    return Observation(**shared, kind=what, low=low, high=high, **opens)  # type: ignore[arg-type]


def instant(moment: str) -> int:
    """The second that `day 2`, `hour 30` or `day 2 - 1 s` names."""
    match = _MOMENT.fullmatch(moment)
    assert match is not None, f"{moment!r} is not a moment"
    unit, number, sign = match.groups()
    shift = {"+": 1, "-": -1, None: 0}[sign]
    return START + int(Fraction(number) * (DAY if unit == "day" else 3600)) + shift


def answer(spec: Spec, moment: str) -> str:
    """What the sentence of a spec is at a moment, as the manual prints it."""
    evaluator = Evaluator(course(spec), parameters(spec.sentence), instant(moment))
    if isinstance(spec.sentence, Statement):
        return TRUTHS[evaluator.truth(spec.sentence).truth]
    assert isinstance(spec.sentence, Quantity)
    interval = evaluator.value(spec.sentence).interval
    return "missing" if interval is None else display.span(interval, spec.sentence.unit)
