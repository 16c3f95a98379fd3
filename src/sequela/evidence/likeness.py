"""How near a record is to each rule, by their words: as near as to the rule's own text and to the works it cites.

Words weigh by how few works have them (BM25), so that what every work about embolization says tells nothing. A score
is the share of the record's own weight that is found again, whatever its length, and a little more where the record
names a procedure on the liver: abstracts are long, and most of what they say stands nowhere else.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sequela.evidence import folding, topics
from sequela.evidence.merging import folded
from sequela.evidence.works import Work

ENOUGH = 0.17
"""The score from which a record is relevant to a rule, chosen by measurement: of the shelf's cited works, each taken as
new, 99 in 100 reach it; of 3,900 records about general medicine, aircraft and radio none does."""
LEAST_WORDS = 4
"""How many words a record must share with a rule, unless it names both a complication and a procedure: two records of
three words are soon alike."""
ON_LIVER = 0.07
"""What a score gains where the record names an embolization or ablation, and the liver."""
ONE_TOPIC = 0.05
"""What it gains where both are about one complication."""
NEAREST = 2
"""How many of the works that a rule cites a record is compared with: the nearest."""
FIRST_SHARE = 0.6
"""What the nearest of them counts; the mean of both counts the rest."""
TITLE_TIMES = 2
"""How often a word of a title, or a keyword, counts."""
NAMED = "="
"""What begins a stem that stands for a group of the thesaurus, not for a word."""
_K1, _B, _MOST_TIMES = 1.2, 0.75, 3

_LIVER = re.compile(r"liver|hepat|higado|\bbil(e|iar|oma)|carcinoid|neuroendocrin")


@dataclass(frozen=True, slots=True)
class Rule:
    """What rests on works, and with what a new record is compared."""

    key: str
    kind: str
    title: str
    """What it is about; a record that shares no word with it is not about it."""
    text: str
    cites: tuple[str, ...]
    complications: tuple[str, ...] = ()
    """Those that it looks for, by their keys."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near a record is to one rule: the score, the words that made it, and the cited work that is nearest."""

    rule: str
    score: float
    words: tuple[str, ...]
    """In the record's own spelling: those of the rule's title, then those that tell most."""
    work: str


class Profiles:
    """What each rule says, and what the works say that it cites: that with which records are compared."""

    def __init__(self, rules: Iterable[Rule], works: Iterable[Work]) -> None:
        """Take the words of the rules, and of those works that one of them cites."""
        self._rules = {rule.key: rule for rule in rules}
        wanted = {key for rule in self._rules.values() for key in rule.cites}
        cited = {work.key: _weighed(_stems(_text(work)), work) for work in works if work.key in wanted}
        self._cites = {key: [work for work in rule.cites if work in cited] for key, rule in self._rules.items()}
        self._titles = {key: {stem for _, stem in _stems(rule.title)} for key, rule in self._rules.items()}
        self._works, self._seen = len(cited), Counter(word for words in cited.values() for word in words)
        mean = sum(sum(words.values()) for words in cited.values()) / max(self._works, 1)
        self._postings: dict[str, list[tuple[str, str, float]]] = defaultdict(list)
        texts = {
            key: Counter(stem for _, stem in _stems(f"{rule.title} {rule.title} {rule.text}"))
            for key, rule in self._rules.items()
        }
        for kind, those in (("work", cited), ("rule", texts)):
            for key, words in those.items():
                long = _K1 * (1 - _B + _B * sum(words.values()) / max(mean, 1))
                for word, times in words.items():
                    self._postings[word].append((kind, key, self._weight(word) * times / (times + long)))

    def nearest(self, record: Work, without: str = "") -> list[Likeness]:
        """Return the rules to which a record may be relevant, the nearest first; the work `without` is left out."""
        text = _text(record)
        stems = _stems(text)
        asked = _weighed(stems, record)
        whole = sum(self._weight(word) * _damped(times) for word, times in asked.items())
        parts: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
        for word, times in asked.items():
            for kind, key, weight in self._postings.get(word, ()):
                parts[kind, key][word] = weight * _damped(times) / whole
        sums = {place: sum(those.values()) for place, those in parts.items()}
        shown = {stem: word for word, stem in reversed(stems)}
        on_liver = bool(topics.procedures(record) and _LIVER.search(folded(text)))
        complications = set(topics.complications(record))
        found = []
        for key, rule in self._rules.items():
            one_topic = not complications.isdisjoint(rule.complications)
            alike = sorted((-sums.get(("work", work), 0.0), work) for work in self._cites[key] if work != without)
            near = [(-part, work) for part, work in alike[:NEAREST]]
            best, work = near[0] if near else (0.0, "")
            shared = Counter(parts.get(("rule", key), {}))
            shared.update(parts.get(("work", work), {}))
            few = sum(not word.startswith(NAMED) for word in shared) < LEAST_WORDS and not (one_topic and on_liver)
            if few or not (one_topic or self._titles[key] & asked.keys()):
                continue
            score = sums.get(("rule", key), 0.0) + FIRST_SHARE * best
            score += (1 - FIRST_SHARE) * sum(part for part, _ in near) / NEAREST
            score += ON_LIVER * on_liver + ONE_TOPIC * one_topic
            # The words of the rule's title first, then those that tell most.
            order = sorted((word not in self._titles[key], -part, word) for word, part in shared.items())
            found.append(Likeness(key, score, tuple(dict.fromkeys(shown[word] for *_, word in order)), work))
        return sorted(found, key=lambda one: -one.score)

    def _weight(self, word: str) -> float:
        """How much a word tells: the more, the fewer works have it."""
        return math.log(1 + (self._works - self._seen[word] + 0.5) / (self._seen[word] + 0.5))


def _damped(times: int) -> float:
    return math.sqrt(min(times, _MOST_TIMES))


def _text(work: Work) -> str:
    return " ".join((work.title, work.translated_title, *work.keywords, *work.subjects, work.summary, work.abstract))


def _weighed(stems: Iterable[tuple[str, str]], work: Work) -> Counter[str]:
    """The stems of a record, those of its title and keywords counted more than once."""
    words = Counter(stem for _, stem in stems)
    for _, stem in _stems(" ".join((work.title, work.translated_title, *work.keywords))):
        words[stem] += TITLE_TIMES - 1
    return words


def _stems(text: str) -> list[tuple[str, str]]:
    """The words of a text that tell something, each with its stem; and what words of the thesaurus name, as one more.

    So what is in the thesaurus counts more than other words, whatever its wording and its language.
    """
    told = [found[0].lower() for found in folding.words(text)]
    plain = [folding.folded_word(word) for word in told]
    pairs, at = [], 0
    while at < len(plain):  # "chemo-embolization" is one word
        one = folding.compounds((plain[at], plain[at + 1])) if at + 1 < len(plain) else ""
        pairs.append((one or told[at], one or plain[at]))
        at += 2 if one else 1
    stems = [(shown, _stem(word)) for shown, word in pairs if _tells(word)]
    roots = tuple(folding.root(word) for _, word in pairs)
    return stems + [(" ".join(shown for shown, _ in pairs[a:b]), f"{NAMED}{name}") for a, b, name in _named(roots)]


def _tells(word: str) -> bool:
    return len(word) > 1 and not word.isdecimal() and not folding.is_stop(word)


def _named(roots: tuple[str, ...]) -> Iterator[tuple[int, int, int]]:
    """Where wordings of the thesaurus stand, and the number of their group; the longest at each place."""
    wordings, at = _wordings(), 0
    while at < len(roots):
        for wording, group in wordings.get(roots[at], ()):
            if roots[at : at + len(wording)] == wording:
                yield at, at + len(wording), group
                at += len(wording)
                break
        else:
            at += 1


@lru_cache(maxsize=1)
def _wordings() -> dict[str, list[tuple[tuple[str, ...], int]]]:
    """The roots of each wording with the number of its group, by their first, the longest first."""
    found: dict[str, list[tuple[tuple[str, ...], int]]] = defaultdict(list)
    for number, group in enumerate(topics.groups()):
        for wording in dict.fromkeys(map(topics.roots, group.folded)):
            found[wording[0]].append((wording, number))
    return {first: sorted(those, key=lambda one: -len(one[0])) for first, those in found.items()}


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")
