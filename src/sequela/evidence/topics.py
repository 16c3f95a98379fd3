"""What a work is about, in the words of sequela: its kinds of procedure and its complications; and words that mean the
same in English and Spanish.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from sequela.evidence.folding import apart, folded_words, root
from sequela.evidence.works import Work

MENTIONS = 2
"""How often a running text must speak of something to be about it: an abstract names much in passing."""


@dataclass(frozen=True, slots=True)
class Group:
    """Wordings that mean the same, the key of sequela that they name, and where they stand."""

    words: tuple[str, ...]
    source: str
    procedure: str = ""
    complication: str = ""

    @property
    def folded(self) -> tuple[tuple[str, ...], ...]:
        """The wordings as they are compared, each once; a compound also apart, as "trans-arterial" is written."""
        told = [folded_words(one) for one in self.words]
        return tuple(dict.fromkeys(one for wording in told for one in (wording, _parted(wording))))


def _parted(wording: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part for word in wording for part in apart(word))


@cache
def groups() -> tuple[Group, ...]:
    """Return every group of words, in the order of the file."""
    tables = tomllib.loads(files(__package__).joinpath("data", "thesaurus.toml").read_text(encoding="utf-8"))["group"]
    return tuple(Group(**{**table, "words": tuple(table["words"])}) for table in tables)


@cache
def thesaurus() -> Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the roots of each wording with the least wordings that mean the same; one of two groups has both's."""
    found: dict[tuple[str, ...], dict[tuple[str, ...], None]] = {}
    for group in groups():
        for wording in group.folded:
            found.setdefault(roots(wording), {}).update(dict.fromkeys(_least(group.folded)))
    return {wording: tuple(others) for wording, others in found.items()}


def _least(wordings: tuple[tuple[str, ...], ...]) -> Iterator[tuple[str, ...]]:
    """The wordings that hold no other: whoever finds "chemoembolization" finds "transarterial chemoembolization"."""
    for one in wordings:
        parts = {one[at : at + size] for size in range(1, len(one)) for at in range(len(one) - size + 1)}
        if parts.isdisjoint(wordings):
            yield one


def roots(folded: tuple[str, ...]) -> tuple[str, ...]:
    """Return folded words by their roots, as the thesaurus knows them."""
    return tuple(map(root, folded))


def procedures(work: Work) -> tuple[str, ...]:
    """Return the kinds of procedure that a work is about, in the order of the thesaurus."""
    return about(work)[0]


def complications(work: Work) -> tuple[str, ...]:
    """Return the complications that a work is about, in the order of the thesaurus."""
    return about(work)[1]


def about(work: Work) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return both: the kinds of procedure and the complications that a work is about."""
    named = [roots(folded_words(text)) for text in (work.title, work.translated_title, *work.subjects, *work.keywords)]
    told = [roots(folded_words(text)) for text in (work.summary, work.abstract)]
    counts: dict[str, int] = {}
    for texts, weight in ((named, MENTIONS), (told, 1)):
        for text in texts:
            for key in _mentions(text):
                counts[key] = counts.get(key, 0) + weight
    found = {key for key, count in counts.items() if count >= MENTIONS}
    if not found:
        return (), ()
    return (
        tuple(dict.fromkeys(group.procedure for group in groups() if group.procedure in found)),
        tuple(dict.fromkeys(group.complication for group in groups() if group.complication in found)),
    )


@cache
def _keyed() -> Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """The roots of wordings that name a key, by their first, the longest first."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for group in groups():
        if key := group.procedure or group.complication:
            for wording in dict.fromkeys(map(roots, group.folded)):
                found.setdefault(wording[0], []).append((wording, key))
    return {word: tuple(sorted(many, key=lambda one: -len(one[0]))) for word, many in found.items()}


def _mentions(text: tuple[str, ...]) -> Iterator[str]:
    """The key of each wording in a text; of "transarterial chemoembolization" only the longer wording counts."""
    keyed, past = _keyed(), 0
    for at, word in enumerate(text):
        if word in keyed and at >= past:
            for wording, key in keyed[word]:
                if text[at : at + len(wording)] == wording:
                    yield key
                    past = at + len(wording)
                    break
