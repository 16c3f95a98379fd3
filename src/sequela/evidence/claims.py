"""What our rules take from the works they cite: one claim each, with where it stands in the paper and how sure it is.

A citation alone says that two things have to do with each other. A claim says what was taken, in our own words, and
for which rules. Claims are data (`claims/*.toml`), read once, when first asked for; what is wrong with one is an error
of ours and stops the reading.

Certainty is that of GRADE and belongs to a body of evidence on one question, not to a paper. A question of prognosis
(how often, how long) starts observational studies at high, one of an effect starts them at low. A case report may
justify that something is watched, never a rate or a threshold: it supports no number.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from sequela.evidence.shelving import ShelfError, works
from sequela.evidence.works import SOURCES, Work

NATURES = frozenset(
    {"mechanism", "incidence", "risk", "threshold", "course", "definition", "action", "accuracy", "appearance"}
)
"""What sort of thing is taken. `course` is what happens when; `appearance` what an image shows."""
DESIGNS = frozenset(
    {
        "case report",
        "case series",
        "cohort",
        "case-control study",
        "trial",
        "diagnostic study",
        "prognostic model",
        "reference study",
        "experiment",
        "guideline",
        "consensus",
        "standard",
        "review",
        "systematic review",
    }
)
"""How the work was made."""
BASES = frozenset({"guideline", "study", "expert judgement"})
"""What a claim rests on, in the words of parameters."""
SUPPORTED = frozenset(
    {
        "condition",
        "definition",
        "score",
        "step",
        "parameter",
        "limit",
        "anatomy",
        "supply",
        "base-rate",
        "series",
        "risk-factor",
        "outcome",
    }
)
"""What sorts of thing a claim may support."""
NUMBERS = frozenset({"parameter", "limit", "base-rate", "series", "risk-factor", "outcome"})
"""Those of them that are numbers: no case report supports one."""
_NOT_OF_ONE_CASE = frozenset({"incidence", "threshold", "accuracy", "risk"})

CERTAINTIES = ("high", "moderate", "low", "very low")
"""The levels of GRADE, best first."""
QUESTIONS = frozenset({"prognosis", "effect", "accuracy"})
"""What a certainty answers."""
DOMAINS = frozenset({"risk of bias", "inconsistency", "imprecision", "indirectness", "publication bias"})
"""Why a certainty was lowered."""
_START_LOW = frozenset({"cohort", "case series", "case-control study"})

STATUSES = dict(zip(SOURCES, ("full text", "abstract only", "record only", "secondary", "not verified"), strict=True))
"""How far a claim is verified, by how we know its work."""
_MOST_SENTENCES = 2
_MOST_SIGNS = 420
_SENTENCE_END = re.compile(r"[.!?](?=\s+[A-Z0-9]|\s*$)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One thing that our rules take from one work."""

    work: str
    supports: tuple[str, ...]
    """The names of what it supports: "parameter:inr-raised", "step:contrast-ct"; "parameter:news2-*" is every one whose
    name begins so."""
    nature: str
    design: str
    basis: str
    text: str
    """What is taken, in our own words."""
    checked: str
    """The day on which the claim was compared with what we could read of the work."""
    locator: str = ""
    """Where in the work: "abstract", "table 2", "recommendation 12"; empty where we do not know."""
    certainty: str = ""
    question: str = ""
    """The question that the certainty answers."""
    lowered_for: tuple[str, ...] = ()
    grade_note: str = ""
    """Which body of evidence is graded, and what else a reader of the grade must know."""
    note: str = ""
    """Why a superseded work is still used, or what else stands against the claim."""

    @property
    def status(self) -> str:
        """How far it is verified: full text, abstract only, record only, secondary or not verified."""
        source = works()[self.work].source
        return next(told for start, told in STATUSES.items() if source.startswith(start))

    def covers(self, name: str) -> bool:
        """Whether it supports the thing of this name."""
        return any(
            name.startswith(supported[:-1]) if supported.endswith("*") else name == supported
            for supported in self.supports
        )

    @property
    def told(self) -> str:
        """The claim in one line: what is taken, and in brackets where from, how far verified, how certain."""
        # "Abstract; abstract only" would say the same twice.
        status = "" if self.locator.startswith("abstract") and self.status == "abstract only" else self.status
        sure = f"{self.certainty} certainty ({self.question})" if self.certainty else ""
        return f"{self.text} ({'; '.join(part for part in (self.locator, status, sure) if part)})"


@cache
def claims() -> tuple[Claim, ...]:
    """Return every claim, file by file, each checked when read.

    Raises
    ------
    ShelfError
        When a claim is not sound; it names the first fault.
    """
    found: list[Claim] = []
    for entry in sorted(files(__package__).joinpath("claims").iterdir(), key=lambda file: file.name):
        if entry.name.endswith(".toml"):
            found += read(entry.read_text(encoding="utf-8"), f"claims/{entry.name}")
    for problem in problems(found, works()):
        raise ShelfError(f"claims: {problem}")
    return tuple(found)


def claims_of(work: str) -> tuple[Claim, ...]:
    """Return what our rules take from a work, by its key; nothing where nobody wrote it down."""
    return tuple(claim for claim in claims() if claim.work == work)


def read(text: str, where: str) -> list[Claim]:
    """Return the claims of one file, in its order, their fields checked for name and type only."""
    file: dict[str, Any] = tomllib.loads(text)
    if unknown := set(file) - {"checked", "claim"}:
        raise ShelfError(f"{where}: unknown field {', '.join(sorted(unknown))}")
    known = {field.name for field in fields(Claim)}
    found = []
    for number, table in enumerate(file["claim"], 1):
        place = f"{where}, claim {number}"
        if unknown := set(table) - known:
            raise ShelfError(f"{place}: unknown field {', '.join(sorted(unknown))}")
        values = {"checked": file.get("checked", "")}
        for name, value in table.items():
            wanted = list if name in ("supports", "lowered_for") else str
            if not isinstance(value, wanted):
                raise ShelfError(f"{place}: {name} must be a {'list' if wanted is list else 'quoted string'}")
            values[name] = tuple(value) if wanted is list else value
        try:
            found.append(Claim(**values))
        except TypeError as error:
            raise ShelfError(f"{place}: {error}") from None
    return found


def problems(found: Iterable[Claim], shelf: Mapping[str, Work]) -> Iterator[str]:
    """Yield a line for everything that is wrong with some claims, given the works they may cite."""
    seen: set[tuple[str, str, str]] = set()
    texts: set[str] = set()
    designs: dict[str, str] = {}
    for claim in found:
        where = f"{claim.work}, {claim.nature} for {', '.join(claim.supports) or 'nothing'}"
        if claim.work not in shelf:
            yield f"{where}: the work is not on the shelf"
            continue
        for wrong in (*_words(claim), *_about(claim, shelf[claim.work]), *_grade(claim)):
            yield f"{where}: {wrong}"
        if designs.setdefault(claim.work, claim.design) != claim.design:
            yield f"{where}: another claim says that the work is a {designs[claim.work]}"
        if claim.text in texts:
            yield f"{where}: another claim has the same words"
        texts.add(claim.text)
        for name in claim.supports:
            if (claim.work, claim.nature, name) in seen:
                yield f"{where}: it says the same of {name} twice"
            seen.add((claim.work, claim.nature, name))


def _words(claim: Claim) -> Iterator[str]:
    """What is wrong with a claim by itself."""
    for told, value, allowed in (
        ("nature", claim.nature, NATURES),
        ("design", claim.design, DESIGNS),
        ("basis", claim.basis, BASES),
    ):
        if value not in allowed:
            yield f"its {told} is none that we use"
    if not claim.supports:
        yield "it supports nothing"
    for name in claim.supports:
        kind, _, key = name.partition(":")
        if kind not in SUPPORTED or not key:
            yield f"{name!r} is not the name of anything that can be supported"
    if len(_SENTENCE_END.findall(claim.text)) not in range(1, _MOST_SENTENCES + 1) or len(claim.text) > _MOST_SIGNS:
        yield f"its text is not one or {_MOST_SENTENCES} sentences of at most {_MOST_SIGNS} signs"
    if not _DATE.fullmatch(claim.checked):
        yield "it does not say on which day it was checked"


def _about(claim: Claim, work: Work) -> Iterator[str]:
    """What is wrong with a claim on such a work."""
    if claim.design == "case report":
        if claim.nature in _NOT_OF_ONE_CASE:
            yield f"a case report supports no {claim.nature}"
        if numbers := [name for name in claim.supports if name.partition(":")[0] in NUMBERS]:
            yield f"a case report supports no number, and {', '.join(numbers)} is one"
    if work.retracted:
        yield "the work is retracted: it supports nothing"
    elif work.status in ("superseded", "concern") and not claim.note:
        yield f"the work is {work.status}, and no note says why it is used"
    if work.source.startswith(SOURCES[1]) and not claim.locator.startswith(("abstract", "title")) and claim.locator:
        yield "it points past the abstract, but only the abstract was read"
    if work.source.startswith(SOURCES[-1]) and claim.locator:
        yield "it points into a work that nobody has read"


def _grade(claim: Claim) -> Iterator[str]:
    """What is wrong with a claim's certainty."""
    if not claim.certainty:
        if claim.question or claim.lowered_for or claim.grade_note:
            yield "it explains a certainty that it does not have"
        return
    if claim.certainty not in CERTAINTIES or claim.question not in QUESTIONS or set(claim.lowered_for) - DOMAINS:
        yield "its certainty, its question or what it was lowered for is none of GRADE"
        return
    if claim.design == "case report":
        yield "one case is no body of evidence to be graded"
    if not claim.grade_note:
        yield "it does not say which body of evidence is graded"
    if claim.design == "guideline":  # its authors' grade: what they lowered it for stands in the guideline
        return
    start = "low" if claim.question == "effect" and claim.design in _START_LOW else "high"
    if CERTAINTIES.index(claim.certainty) < CERTAINTIES.index(start):
        yield f"its certainty is above that at which such evidence starts ({start})"
    elif (claim.certainty == start) is bool(claim.lowered_for):
        yield "its certainty and what it was lowered for do not fit"
