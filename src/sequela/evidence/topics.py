"""What a work is about, in the words of sequela: its kinds of procedure and its complications; and words that mean the
same in English and Spanish.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from sequela.evidence.folding import folded_words, root
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
        """The wordings as they are compared, each once."""
        return tuple(dict.fromkeys(folded_words(one) for one in self.words))


@cache
def groups() -> tuple[Group, ...]:
    """Return every group of words, in the order of the file."""
    tables = tomllib.loads(files(__package__).joinpath("data", "thesaurus.toml").read_text(encoding="utf-8"))["group"]
    return tuple(Group(**{**table, "words": tuple(table["words"])}) for table in tables)


@cache
def thesaurus() -> Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the roots of each wording with all wordings that mean the same; one of two groups has those of both."""
    found: dict[tuple[str, ...], dict[tuple[str, ...], None]] = {}
    for group in groups():
        for wording in group.folded:
            found.setdefault(roots(wording), {}).update(dict.fromkeys(group.folded))
    return {wording: tuple(others) for wording, others in found.items()}


def roots(folded: tuple[str, ...]) -> tuple[str, ...]:
    """Return folded words by their roots, as the thesaurus knows them."""
    return tuple(root(word) for word in folded)


def procedures(work: Work) -> tuple[str, ...]:
    """Return the kinds of procedure that a work is about, in the order of the thesaurus."""
    return _about(work)[0]


def complications(work: Work) -> tuple[str, ...]:
    """Return the complications that a work is about, in the order of the thesaurus."""
    return _about(work)[1]


def _about(work: Work) -> tuple[tuple[str, ...], tuple[str, ...]]:
    named = [roots(folded_words(text)) for text in (work.title, work.translated_title, *work.subjects, *work.keywords)]
    told = [roots(folded_words(text)) for text in (work.summary, work.abstract)]
    counts: dict[str, int] = {}
    for texts, weight in ((named, MENTIONS), (told, 1)):
        for text in texts:
            for key in _mentions(text):
                counts[key] = counts.get(key, 0) + weight
    about = [key for key, count in counts.items() if count >= MENTIONS]
    return (
        tuple(dict.fromkeys(group.procedure for group in groups() if group.procedure in about)),
        tuple(dict.fromkeys(group.complication for group in groups() if group.complication in about)),
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
    keyed, at = _keyed(), 0
    while at < len(text):
        size = 1
        for wording, key in keyed.get(text[at], ()):
            if text[at : at + len(wording)] == wording:
                yield key
                size = len(wording)
                break
        at += size
