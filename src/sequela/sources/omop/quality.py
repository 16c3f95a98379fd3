"""What a registry lead must know of a database before any number out of it: each flaw with its share and its effect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sequela.sources.omop.facts import Readers
from sequela.sources.omop.flaws import LOOKS, Counts, Looked, texts

if TYPE_CHECKING:
    from sequela.sources.omop.cdm import Database
    from sequela.sources.omop.index import Index

Level = Literal["fine", "note", "warning", "not measured"]
WORST_FIRST: Mapping[Level, int] = {"warning": 0, "note": 1, "fine": 2, "not measured": 3}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: how many of how many, how bad that is, what it does to the answer, what to do about it.

    `count` and `total` are None where it could not be counted, and `detail` says why; elsewhere it says more.
    `people`: what is counted are persons, or episodes, so that a small count may point at somebody.
    """

    key: str
    title: str
    of: str
    count: int | None
    total: int | None
    level: Level
    effect: str
    advice: str
    detail: str = ""
    people: bool = False

    @property
    def share(self) -> float | None:
        """The share, or nothing where there is nothing to have a share of."""
        return self.count / self.total if self.total and self.count is not None else None

    def small(self, minimum: int) -> bool:
        """Whether so few people are counted, or left when they are taken away, that it may not be told."""
        if not self.people or self.count is None or self.total is None:
            return False
        return any(0 < number < minimum for number in (self.count, self.total - self.count, self.total))

    def as_json(self, minimum: int = 1) -> dict[str, Any]:
        """The check as JSON; a count of people below the minimum is withheld, and with it what would give it away."""
        withheld = self.small(minimum)
        few = withheld and self.total is not None and self.total < minimum
        return {
            "check": self.key,
            "title": self.title,
            "count": None if withheld else self.count,
            "total": None if few else self.total,
            "of": self.of,
            "share": None if withheld else self.share,
            "withheld": withheld,
            "level": self.level,
            "effect": self.effect,
            "advice": self.advice,
            "detail": self.detail,
        }


@dataclass(frozen=True, slots=True)
class Quality:
    """The checks, the worst first; `about` says whose records were counted."""

    about: str
    checks: tuple[Check, ...]

    def as_json(self, minimum: int = 1) -> dict[str, Any]:
        """The page as JSON; `minimum` is the smallest count of people that is told."""
        return {
            "about": self.about,
            "basis": "expert judgement",
            "checks": [check.as_json(minimum) for check in self.checks],
        }


def assess_quality(
    database: Database, index: Index, readers: Readers | None = None, progress: Callable[[str], None] | None = None
) -> Quality:
    """Return what was found when a database was looked at: the persons of the episodes, or all where there are none.

    Parameters
    ----------
    index : the index procedures; where it has none, the whole database is looked at.
    readers : the lists at this site (default: resolved anew).
    progress : called with a word for what is looked at next.
    """
    looked = Looked.at(database, index, readers or Readers.at(database))
    counted: dict[str, tuple[Counts, str]] = {}
    for what, look in LOOKS.items():
        if progress is not None:
            progress(f"data quality: {what}")
        counted.update({key: (counts, detail) for key, counts, detail in look(looked)})
    checks = [_check(key, *counted[key]) for key in texts() if key in counted]
    about = "persons with an index procedure" if looked.some else "all persons: there is no index procedure"
    return Quality(about, tuple(sorted(checks, key=lambda check: WORST_FIRST[check.level])))


def _check(key: str, counts: Counts, detail: str) -> Check:
    text = texts()[key]
    words = {name: text[name] for name in ("title", "of", "effect", "advice")}
    people = text.get("people", False)
    if isinstance(counts, str):
        return Check(key, count=None, total=None, level="not measured", detail=counts, people=people, **words)
    count, total = counts
    share = count / total if total else 0.0
    level: Level = "warning" if share > text["warning"] else "note" if share > text["note"] else "fine"
    if not total:
        level, detail = "not measured", detail or f"there are no {text['of']}"
    return Check(key, count=count, total=total, level=level, detail=detail, people=people, **words)
