"""What a saved search brings: what became of the works that rules rest on, what is new and to which rule, and the rest.

Nothing is changed by looking: a reader adds what is worth it. First stands what may topple a rule, a work of ours that
was withdrawn or doubted; it is known by its identifiers, whether the work's own record says so or the notice does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from sequela.evidence import identifiers
from sequela.evidence.likeness import ENOUGH, Likeness, Profiles, Rule
from sequela.evidence.mentions import Mention, mentions
from sequela.evidence.merging import folded, identities, same
from sequela.evidence.works import STATES, STATUSES, Notice, Work

MOST_RULES = 5
"""How many rules are named for one record."""
NOTICE = "notice-of-"
_LEAST_TITLE = 4
"""Words that a title must have to be known by alone, in the title of a notice."""
_ABOUT = (
    (re.compile(r"^\W*(retracted|withdrawn)( article)?\b\W*", re.I), "retraction", True),
    (
        re.compile(r"^\W*(notice of )?(retraction|withdrawal)( notice| note)?\b( of| to| for)?\W*", re.I),
        "retraction",
        False,
    ),
    (re.compile(r"^\W*expression of concern\b( regarding| about| for| to| on)?\W*", re.I), "concern", False),
    (
        re.compile(r"^\W*((author|publisher) )?(erratum|corrigendum|correction)\b( to| for| in)?\W*", re.I),
        "correction",
        False,
    ),
)
"""Titles that say what a record is: whether it is itself the work, and not a notice about it, stands last."""
_OURS = frozenset({"key", "summary", "source", "status", "notices"})


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a work that is there: its new state, and what rests on it."""

    key: str
    kind: str
    """retraction, concern, correction or update."""
    by: str
    """Who says so: "its own record", "a notice", or "a notice that names only its title"."""
    reference: str
    """The notice: its DOI, PMID or title."""
    rests: tuple[str, ...]
    """What cites the work."""

    @property
    def status(self) -> str:
        """The state of the work from now on."""
        return STATES[self.kind]


@dataclass(frozen=True, slots=True)
class New:
    """A record of a work that is not there: the rules it is relevant to, nearest first, and what looks like counts."""

    work: Work
    rules: tuple[Likeness, ...] = ()
    counts: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class There:
    """A record of a work that is there: the fields it would fill, and those in which it says something else."""

    key: str
    fills: tuple[str, ...]
    differs: tuple[str, ...]


@dataclass
class Watch:
    """What became of every record: read = notices + relevant + others + there + repeated, beside the refused."""

    changes: list[Change] = field(default_factory=list)
    """The gravest first."""
    notices: int = 0
    """Records that are notices about works that are there: what they say stands in `changes`."""
    relevant: list[New] = field(default_factory=list)
    """The most relevant first."""
    others: list[New] = field(default_factory=list)
    there: list[There] = field(default_factory=list)
    repeated: int = 0
    """Records of a work that came before in the same files."""

    @property
    def read(self) -> int:
        """How many records were read."""
        return self.notices + len(self.relevant) + len(self.others) + len(self.there) + self.repeated

    def as_json(self) -> dict[str, Any]:
        """Return the watch for a program."""
        return {
            "read": self.read,
            "changes": [
                {
                    "key": one.key,
                    "kind": one.kind,
                    "status": one.status,
                    "by": one.by,
                    "reference": one.reference,
                    "rests": list(one.rests),
                }
                for one in self.changes
            ],
            "notices": self.notices,
            "relevant": [_new_json(one) for one in self.relevant],
            "others": [_new_json(one) for one in self.others],
            "there": [
                {"key": one.key, "fills": list(one.fills), "differs": list(one.differs)} for one in self.there
            ],
            "repeated": self.repeated,
        }  # fmt: skip


def watch(
    new: Iterable[Work], known: Iterable[Work], rules: Sequence[Rule], rests: Mapping[str, Sequence[str]]
) -> Watch:
    """Return what a saved search brings; the same records in another order bring the same.

    Parameters
    ----------
    new : the records of the search.
    known : the works of the library.
    rules : to what a new record may be relevant.
    rests : what cites each known work, by its key, in words.
    """
    library = _Index(known)
    profiles = Profiles(rules, library.works.values())
    found, before = Watch(), _Index(())
    changes: dict[tuple[str, str], Change] = {}
    for record in sorted(new, key=_settled):
        if before.find(record) is not None:
            found.repeated += 1
            continue
        before.add(record)
        work = library.find(record)
        said = list(_said(record, work, library))
        for key, kind, by, reference in said:
            if STATUSES.index(STATES[kind]) > STATUSES.index(library.works[key].status):
                changes.setdefault((key, kind), Change(key, kind, by, reference, tuple(rests.get(key, ()))))
        if work is not None:
            found.there.append(There(work.key, *_compared(work, record)))
        elif said:
            found.notices += 1
        else:
            near = tuple(one for one in profiles.nearest(record) if one.score >= ENOUGH)[:MOST_RULES]
            counts = mentions(f"{record.title}. {record.abstract}") if near else ()
            (found.relevant if near else found.others).append(New(record, near, counts))
    found.changes = sorted(changes.values(), key=lambda one: (-STATUSES.index(one.status), not one.rests, one.key))
    found.relevant.sort(key=lambda one: -one.rules[0].score)
    found.there.sort(key=lambda one: one.key)
    return found


def _settled(record: Work) -> str:
    """What orders records, whichever came first; the longest record of a work before its shorter ones."""
    length = sum(len(str(getattr(record, one.name))) for one in fields(Work))
    return f"{10**9 - length}{record!r}"


class _Index:
    """Works by what they can be known by."""

    def __init__(self, works: Iterable[Work]) -> None:
        self.works: dict[str, Work] = {}
        self._by: dict[tuple[str, str], list[Work]] = {}
        self._titles: dict[str, list[Work]] = {}
        for work in works:
            self.works[work.key] = work
            self.add(work)

    def add(self, work: Work) -> None:
        for identity in identities(work):
            self._by.setdefault(identity, []).append(work)
        self._titles.setdefault(folded(work.title), []).append(work)

    def find(self, record: Work) -> Work | None:
        """The work that a record is of."""
        return next(
            (work for identity in identities(record) for work in self._by.get(identity, ()) if same(work, record)), None
        )

    def named(self, notice: Notice) -> Work | None:
        """The work that a notice names, by an identifier."""
        named = {
            "doi": notice.doi or identifiers.doi(notice.reference),
            "pmid": notice.pmid,
            "pmcid": identifiers.pmcid(notice.reference),
        }
        return next((work for one in named.items() if one[1] for work in self._by.get(one, ())), None)

    def titled(self, title: str) -> Work | None:
        """The one work of this title; nothing where it is short, or two have it."""
        words = folded(title)
        found = self._titles.get(words, [])
        return found[0] if len(found) == 1 and len(words.split()) >= _LEAST_TITLE else None


def _said(record: Work, work: Work | None, library: _Index) -> Iterator[tuple[str, str, str, str]]:
    """What a record says became of works that are there: (key, kind, who says so, reference)."""
    if work is not None:
        kinds = {status: kind for kind, status in STATES.items()}
        if record.status in kinds:
            yield work.key, kinds[record.status], "its own record", _reference(record, kinds[record.status])
        for notice in record.notices:
            if notice.kind in STATES:
                yield work.key, notice.kind, "its own record", notice.doi or notice.pmid or notice.reference
    for notice in record.notices:
        kind = notice.kind.removeprefix(NOTICE)
        about = library.named(notice) if notice.kind.startswith(NOTICE) and kind in STATES else None
        if about is not None:
            yield about.key, kind, "a notice", record.doi or record.pmid or record.title
    for pattern, kind, itself in _ABOUT:
        if begin := pattern.match(record.title):
            if itself and work is not None:
                yield work.key, kind, "its own record", record.doi or record.pmid or record.title
            elif work is None and (about := library.titled(record.title[begin.end() :])):
                by = "a notice that names only its title"
                yield about.key, kind, by, record.doi or record.pmid or record.title
            return


def _reference(record: Work, kind: str) -> str:
    """The notice in a record that says so itself; the record's own identifier where it names none."""
    named = (one.doi or one.pmid or one.reference for one in record.notices if one.kind == kind)
    return next((one for one in named if one), record.doi or record.pmid)


def _compared(work: Work, record: Work) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields that a record would fill, and those in which it says something else."""
    fills, differs = [], []
    for one in fields(Work):
        ours, theirs = getattr(work, one.name), getattr(record, one.name)
        if one.name in _OURS or not theirs or theirs == one.default:
            continue
        if not ours or ours == one.default:
            fills.append(one.name)
        elif isinstance(ours, str) and folded(ours) != folded(theirs) and not theirs.startswith(ours):
            differs.append(one.name)
    return tuple(fills), tuple(differs)


def _new_json(one: New) -> dict[str, Any]:
    work = one.work
    named = {name: getattr(work, name) for name in ("doi", "pmid", "pmcid") if getattr(work, name)}
    return {
        "title": work.title,
        "year": work.year,
        **named,
        **({"status": work.status} if work.status != "current" else {}),
        "rules": [
            {
                "rule": near.rule,
                "score": round(near.score, 3),
                "words": list(near.words),
                **({"like": near.work} if near.work else {}),
            }
            for near in one.rules
        ],
        "counts": [mention.text for mention in one.counts],
    }
