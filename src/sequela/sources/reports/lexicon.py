"""The words of one language, from its TOML file, as a tree that is walked once along a sentence."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from sequela.sources.reports.words import plain, words_of

LANGUAGES = ("en", "es")
FORWARD = frozenset(
    {
        "request", "doubt", "historical", "historical-near", "expected", "absent", "absent-new", "absent-itself",
        "uncertain", "present",
    }
)  # fmt: skip
"""Cues that say something of what follows; those that end in `-after`, of what went before."""
_SPOKEN_OF = frozenset({"portal", "artery", "vessel", "bile", "gallbladder"})
STOP = "$"
"""What a phrase says for the end of its sentence."""
END = ""
"""The key under which a node of the tree says what ends there; no word is empty."""


class Roles(dict[str, str]):
    """What a phrase can be: cue, head or place, and which finding or organism it stands for.

    Beside the names it holds what is asked of every mark: whether it is a head, of which sort, and its places.
    """

    __slots__ = ("after", "cultural", "forward", "head", "is_head", "places", "vascular")

    def __init__(self, roles: Mapping[str, str]) -> None:
        super().__init__(roles)
        self.head = next((role[5:] for role in roles if role.startswith("head:")), "")
        self.is_head = bool(self.head) or "term" in roles
        self.places = frozenset(role[6:] for role in roles if role.startswith("place:"))
        self.after = any(role.endswith("-after") for role in roles)
        self.forward = not FORWARD.isdisjoint(roles)
        self.cultural = "organism" in roles or any(role.startswith("culture:") for role in roles)
        self.vascular = not _SPOKEN_OF.isdisjoint(self.places)


NO_ROLES = Roles({})


class Mark(NamedTuple):
    """A phrase that was met: the words it covers, and its roles."""

    start: int
    end: int
    roles: Roles


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What one language's file says; `tree` holds every phrase, `groups` its plain sets of words."""

    tree: dict[str, Any]
    groups: dict[str, frozenset[str]]
    headings: dict[tuple[str, ...], str]
    sides: dict[str, str]
    sectors: dict[str, str]
    telling: frozenset[str]

    def scan(self, words: Sequence[str]) -> list[Mark]:
        """The phrases in a sentence, from left to right, the longest at each place; none overlaps another."""
        tree, found, at, size = self.tree, [], 0, len(words)
        words = [*words, STOP]
        while at < size:
            node = tree.get(words[at])
            if node is None:
                at += 1
                continue
            # The longest phrase from here, as far as the tree leads.
            reach, roles, place = at + 1, node.get(END), at + 1
            while place <= size:
                node = node.get(words[place])
                if node is None:
                    break
                place += 1
                ended = node.get(END)
                if ended is not None:
                    reach, roles = place, ended
            if roles is not None:
                found.append(Mark(at, min(reach, size), roles))
                at = reach
            else:
                at += 1
        return found


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language."""
    folder = resources.files("sequela.sources.reports") / "data"
    said = tomllib.loads(folder.joinpath(f"{language}.toml").read_text("utf-8"))
    organisms = tomllib.loads(folder.joinpath("organisms.toml").read_text("utf-8"))["organisms"]
    sets = {name: words.split("/") for name, words in said["sets"].items()}
    tree: dict[str, Any] = {}

    def put(role: str, phrases: Iterable[str], value: str = "") -> None:
        for phrase in phrases:
            for words in _spelt(phrase, sets):
                node = tree
                for word in words:
                    node = node.setdefault(word, {})
                node.setdefault(END, {})[role] = value

    for finding, phrases in said["terms"].items():
        put("term", phrases, finding)
    for group in ("heads", "places", "cues"):
        for name, phrases in said[group].items():
            put(name if group == "cues" else f"{group[:-1]}:{name}", phrases, name)
    put("none", said["none"]["phrases"])
    for name in ("short",):
        for branch, phrases in said["sites"][name].items():
            put("branch", phrases, branch)
    for level, phrases in said["sites"]["levels"].items():
        put("level", phrases, level)
        put("place:bile", phrases, "bile")
    for name, phrases in said["cultures"].items():
        put(f"culture:{name}", phrases, name)
    for organism, entry in organisms.items():
        put("organism", entry["words"], "|".join([organism, *(k for k in ("skin", "yeast", "group") if entry.get(k))]))
    _settle(tree, {})
    sites = said["sites"]
    flat = {**said["grammar"], **{f"site:{k}": v for k, v in sites.items() if isinstance(v, list)}, **said["clinic"]}
    groups = {
        name: frozenset(" ".join(words) for text in v for words in _spelt(text, sets)) for name, v in flat.items()
    }
    groups["links"] = groups["site:links"] | groups["site:nouns"] | sites["sides"].keys() | sites["sectors"].keys()
    groups["links"] |= {word for words in (*sites["sides"].values(), *sites["sectors"].values()) for word in words}
    groups["abbreviations"] = frozenset(said["lines"]["abbreviations"])
    return Lexicon(
        tree=tree,
        groups=groups,
        headings={words_of(text): role for role, texts in said["headings"].items() for text in texts},
        sides={word: side for side, words in sites["sides"].items() for word in words},
        sectors={word: sector for sector, words in sites["sectors"].items() for word in words},
        telling=frozenset(said["language"]["words"]),
    )


def _settle(node: dict[str, Any], known: dict[frozenset[tuple[str, str]], Roles]) -> None:
    """Make the roles of every phrase in a tree what marks will carry; wordings of the same roles share them."""
    for word, below in node.items():
        if word == END:
            said = frozenset(below.items())
            if said not in known:
                known[said] = Roles(below)
            node[END] = known[said]
        else:
            _settle(below, known)


@cache
def organisms() -> dict[str, frozenset[str]]:
    """What is said of each organism: skin, yeast, group."""
    folder = resources.files("sequela.sources.reports") / "data"
    said = tomllib.loads(folder.joinpath("organisms.toml").read_text("utf-8"))["organisms"]
    return {name: frozenset(k for k in ("skin", "yeast", "group") if entry.get(k)) for name, entry in said.items()}


def language_of(words: Sequence[str]) -> str:
    """The language of a text, by the words that only one of them has; English where it does not show."""
    votes = {name: sum(word in lexicon(name).telling for word in words) for name in LANGUAGES}
    if len(set(votes.values())) == 1:
        votes = {name: sum(word in lexicon(name).tree for word in words) for name in LANGUAGES}
    return max(LANGUAGES, key=lambda name: votes[name])


def _spelt(phrase: str, sets: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Every wording of a phrase: `a/b` either, `a?` or none, `@name` any of a set."""
    choices: list[list[tuple[str, ...]]] = []
    for piece in phrase.split():
        optional = len(piece) > 1 and piece.endswith("?")
        bare = piece[:-1] if optional else piece
        options = sets[bare[1:]] if bare.startswith("@") else bare.split("/") if len(bare) > 1 else [bare]
        choices.append([*(words_of(plain(text)) for text in options), *([()] if optional else [])])
    for chosen in itertools.product(*choices):
        words = tuple(itertools.chain.from_iterable(chosen))
        if words:
            yield words
