"""Worked patients: small courses beside each definition, with what it says of them and why.

`patients.toml` in a topic's folder holds them, in rows that need no language:

    [[patient]]
    name = "ALT 2,001 on day 2 after TACE"
    definition = "transaminase-very-high"          # or condition, score, step, or ladder = "state" or "trend"
    kind = "in"                                    # in, out, near miss, missing data
    facts = ["alt 40 @ -24h", "alt 2001 @ 48h known 49h", "finding rigors absent @ 30h", "event discharge @ 96h"]
    expect = ["48h unknown", "49h true"]           # instant after the start of the procedure, answer then
    why = "One sentence."

`procedure` (TACE), `sex` (female) and `age` (60) may be given; `unknown` leaves sex or age out. A row of facts may hold
several (`temperature 36.6, heart-rate 72 @ -20h`) and several instants (`temperature 38.6 @ 98h 105h`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, cast, get_args

from sequela.course.catalogue import catalogue
from sequela.course.episodes import DAY, Course, Ending, Procedure, ProcedureKind
from sequela.course.facts import Event, Fact, Finding, Observation, Presence, settle
from sequela.criteria.assembly import TOPICS, shelf
from sequela.errors import CriteriaError, UnitError
from sequela.logic.nodes import TIME_UNITS

PatientKind = Literal["in", "out", "near miss", "missing data"]
"""What a worked patient shows of its definition."""
Subject = Literal["definition", "condition", "score", "step", "ladder"]
"""What a worked patient is about; a ladder is the state or the trend."""
START = int(datetime(2026, 3, 1, 10, tzinfo=UTC).timestamp())
"""When the procedure of every worked patient began."""
BACKGROUND_AT = -30 * DAY
"""When background without an instant was written down."""
TRUTHS: Mapping[str, bool | None] = {"true": True, "false": False, "unknown": None}
STATUSES = ("not-suspected", "unknown", "suspected", "confirmed", "excluded", "lapsed")
STEP_STATUSES = ("due", "overdue", "done", "not-needed", "none")
_NEEDED = {"name", "kind", "facts", "expect", "why"}
_OPTIONAL = {"procedure", "sex", "age", *get_args(Subject)}
_PIECE = re.compile(r"(\d+(?:\.\d+)?)(d|h|min|s)")
_BOUND = re.compile(r"(<=|>=|<|>)?(-?\d+(?:\.\d+)?)")


@dataclass(frozen=True)
class Expectation:
    """What is said at one instant: seconds after the start, and the answer in a word."""

    offset: int
    answer: str
    told: str


@dataclass(frozen=True)
class WorkedPatient:
    """A small course, what it is about, and what should be said of it."""

    topic: str
    name: str
    kind: PatientKind
    subject: Subject
    key: str
    course: Course
    rows: tuple[str, ...]
    expect: tuple[Expectation, ...]
    why: str

    @property
    def about(self) -> str:
        """The procedure and the patient in a word or two."""
        who = {"male": "man", "female": "woman"}.get(self.course.sex or "", "adult of unknown sex")
        return f"{self.course.procedure.kind}, {who}"

    def lines(self) -> list[str]:
        """The patient as plain text: name, facts, what is said when, and why."""
        said = "; ".join(f"at {expectation.told} {expectation.answer}" for expectation in self.expect)
        return [
            f"{self.kind}: {self.name} ({self.about})",
            *(f"  {row}" for row in self.rows),
            f"  {said}",
            f"  {self.why}",
        ]


def patients(key: str | None = None) -> tuple[WorkedPatient, ...]:
    """Return the worked patients of the shelf, or those about one definition, condition, score, step or ladder."""
    return _all() if key is None else tuple(patient for patient in _all() if patient.key == key)


@cache
def _all() -> tuple[WorkedPatient, ...]:
    found: list[WorkedPatient] = []
    for topic in TOPICS:
        path = Path(str(files("sequela.criteria").joinpath(topic, "patients.toml")))
        if path.exists():
            found += read_patients(path, topic)
    held = shelf()
    keys: dict[str, set[str]] = {
        "definition": {definition.key for definition in held.definitions},
        "condition": {condition.key for condition in held.conditions},
        "score": {score.key for score in held.scores},
        "step": {step.key for step in held.steps},
        "ladder": {"state", "trend"},
    }
    for patient in found:
        if patient.key not in keys[patient.subject]:
            raise CriteriaError(
                f"no {patient.subject} {patient.key!r} on the shelf", where=f"patients of {patient.topic}"
            )
    return tuple(found)


def read_patients(path: Path, topic: str) -> list[WorkedPatient]:
    """Return the worked patients of one file.

    Raises
    ------
    CriteriaError
        When the file is not TOML, or a patient has a field, fact or expectation that we do not know.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CriteriaError("cannot be read as TOML", where=f"{path.name} of {topic}", hint=str(error)) from None
    if content.keys() - {"patient"}:
        raise CriteriaError("holds only [[patient]]", where=f"{path.name} of {topic}")
    return [patient_of(entry, topic, number) for number, entry in enumerate(content.get("patient", []), 1)]


def patient_of(entry: Mapping[str, Any], topic: str, number: int) -> WorkedPatient:
    """Return one worked patient from its table; a field that we do not know is a CriteriaError."""
    where = f"worked patient {number} of {topic}"
    unknown = entry.keys() - _NEEDED - _OPTIONAL
    if unknown:
        raise CriteriaError(f"unknown field {sorted(unknown)[0]!r}", where=where)
    lacking = _NEEDED - entry.keys()
    if lacking:
        raise CriteriaError(f"no {sorted(lacking)[0]}", where=where)
    subjects = [subject for subject in get_args(Subject) if subject in entry]
    if len(subjects) != 1:
        raise CriteriaError(f"is about one of {', '.join(get_args(Subject))}", where=where)
    if entry["kind"] not in get_args(PatientKind):
        raise CriteriaError(f"kind is one of {', '.join(get_args(PatientKind))}", where=where)
    if not entry["expect"]:
        raise CriteriaError("expects nothing", where=where)
    subject = cast(Subject, subjects[0])
    return WorkedPatient(
        topic=topic,
        name=entry["name"],
        kind=entry["kind"],
        subject=subject,
        key=entry[subject],
        course=_course(entry, where),
        rows=tuple(entry["facts"]),
        expect=tuple(_expectation(row, subject, where) for row in entry["expect"]),
        why=entry["why"],
    )


def _course(entry: Mapping[str, Any], where: str) -> Course:
    procedure = entry.get("procedure", "TACE")
    if procedure not in set(ProcedureKind):
        raise CriteriaError(f"no procedure kind {procedure!r}", where=where)
    sex, age = entry.get("sex", "female"), entry.get("age", 60)
    if sex not in ("female", "male", "unknown"):
        raise CriteriaError("sex is female, male or unknown", where=where)
    if age != "unknown" and not isinstance(age, int):
        raise CriteriaError("age is a whole number of years, or unknown", where=where)
    begun = datetime.fromtimestamp(START, UTC)
    facts = [fact for number, row in enumerate(entry["facts"]) for fact in _facts(row, number, where)]
    return Course(
        id="worked|procedure",
        patient="worked",
        procedure=Procedure(id="procedure", kind=ProcedureKind(procedure), start=START, known_from=START),
        facts=tuple(settle(facts)),
        endings=tuple(
            Ending(by="death", at=fact.at, known_from=fact.known_from, known_until=fact.known_until)
            for fact in facts
            if isinstance(fact, Event) and fact.event == "death"
        ),
        sex=None if sex == "unknown" else sex,
        birth=None if age == "unknown" else int(begun.replace(year=begun.year - age).timestamp()),
    )


def seconds(text: str, where: str = "") -> int:
    """Return a length of time in seconds: `48h`, `-1d`, `3d23h59min59s`."""
    digits = text.removeprefix("-")
    if not digits or _PIECE.sub("", digits):
        raise CriteriaError(f"{text!r} is no length of time", where=where, hint="Write 48h, 3d or 3d23h59min59s")
    length = sum((Fraction(amount) * TIME_UNITS[unit] for amount, unit in _PIECE.findall(digits)), Fraction(0))
    if length.denominator != 1:
        raise CriteriaError(f"{text!r} is not in whole seconds", where=where)
    return -int(length) if text.startswith("-") else int(length)


def _facts(row: str, number: int, where: str) -> Iterator[Fact]:
    """The facts of one row: what, `@` when (once or more), perhaps `known` when."""
    what, at, when = row.partition("@")
    when, known, known_at = when.partition("known")
    background = what.startswith("background ")
    if background is bool(at) and not background:
        raise CriteriaError(f"{row!r} has no instant", where=where, hint="Write what @ when")
    instants = [seconds(text, where) for text in when.split()] or ([BACKGROUND_AT] if background else [])
    if not instants or (known and len(instants) > 1):
        raise CriteriaError(f"{row!r} needs an instant, and one only with `known`", where=where)
    for offset in instants:
        for part, item in enumerate(what.split(",")):
            clocks = {
                "fact": f"facts/{number}.{part}@{offset}",
                "at": START + offset,
                "known_at": START + (seconds(known_at.strip(), where) if known else offset),
            }
            yield _fact(item.split(), clocks, where)


def _fact(words: list[str], clocks: dict[str, Any], where: str) -> Fact:
    match words:
        case ["finding" | "background", name, *rest] if name in catalogue().findings:
            presence, sites = rest[0] if rest else "present", rest[1:]
            if presence not in set(Presence) or (sites and (sites[0] != "at" or len(sites) == 1)):
                raise CriteriaError(
                    f"{' '.join(words)!r}: write present, absent or uncertain, then `at` sites", where=where
                )
            return Finding(finding=name, presence=Presence(presence), site=frozenset(sites[1:]), **clocks)
        case ["event", name, *rest] if name in catalogue().events:
            return Event(event=name, detail=" ".join(rest), **clocks)
        case [name, text] if name in catalogue().kinds:
            return _observation(name, text, clocks, where)
    raise CriteriaError(f"{' '.join(words)!r} is no fact of the catalogue", where=where)


def _observation(name: str, text: str, clocks: dict[str, Any], where: str) -> Observation:
    kind = catalogue().kinds[name]
    bound = _BOUND.fullmatch(text)
    answer = kind.coded(text) if bound is None else None
    if bound is None and answer is None:
        raise CriteriaError(f"{text!r} is no value of {name}", where=where)
    comparator = bound[1] if bound else None
    try:
        value = Fraction(answer) if answer is not None else kind.convert(Decimal(bound[2] if bound else ""), kind.unit)
    except (InvalidOperation, UnitError):
        raise CriteriaError(f"{text!r} is no value of {name}", where=where) from None
    if not kind.plausible(value):
        raise CriteriaError(f"{name} {text} is not plausible", where=where, hint=f"The unit is {kind.unit}")
    stored = kind.store(value)
    return Observation(
        kind=name,
        low=None if comparator in ("<", "<=") else stored,
        high=None if comparator in (">", ">=") else stored,
        low_open=comparator == ">",
        high_open=comparator == "<",
        **clocks,
    )


def _expectation(row: str, subject: Subject, where: str) -> Expectation:
    told, _, answer = row.partition(" ")
    answers: Iterable[str] = {
        "definition": TRUTHS,
        "condition": STATUSES,
        "step": STEP_STATUSES,
        "ladder": (*(state.key for state in shelf().states), *(trend.key for trend in shelf().trends), "expected"),
        "score": (answer,),
    }[subject]
    if answer not in (*answers, "unknown"):
        raise CriteriaError(f"{answer!r} is no answer about a {subject}", where=where)
    return Expectation(seconds(told, where), answer, told)
