"""Labels into what they name: findings present or absent, events, and index procedures of the liver.

For the short texts of records (a Condition's name, a Procedure's title), not for reports; English and Spanish. Words
are compared without case, accents, hyphens and a plural s; the longest phrase wins, and a phrase may be there only to
say that a look-alike means something else ("hay fever").
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from sequela.course.catalogue import Catalogue, EventEntry, FindingEntry, catalogue
from sequela.course.episodes import ProcedureKind
from sequela.course.facts import Presence

LONGEST = 400
"""Characters of a label; a longer text is a report, which this does not read."""

_WORD = re.compile(r"[0-9a-z]+|[.;:,()?]")
_SPELT_OUT = {"w/o": " without ", "h/o": " history of ", "r/o": " rule out ", "s/p": " status post ", "c/o": " "}
_BREAKS = frozenset(".;:()")
_TURNS = ("but", "however", "although", "pero", "aunque", "with", "con")
_JOINS = frozenset(("or", "nor", "and", "o", "u", "ni", "y", "e"))
_DENIALS = (
    "no", "without", "denies", "denied", "negative for", "absence of", "free of", "no evidence of", "no sign of",
    "no signs of", "not associated with", "never", "sin", "niega", "ausencia de", "negativo para", "sin evidencia de",
    "sin signos de", "no presenta", "no refiere", "descarta", "se descarta", "does not have", "no history of",
)  # fmt: skip
_NEXT_DENIALS = frozenset(("not", "non"))
_DOUBTS = (
    "possible", "probable", "suspected", "suspicion of", "query", "rule out", "likely", "cannot exclude", "to exclude",
    "posible", "probable", "sospecha de", "a descartar", "descartar", "dudosa", "dudoso", "?",
)  # fmt: skip
_OTHER_TIMES = (
    "history of", "previous", "prior", "past", "earlier", "status post", "antecedente de", "antecedentes de", "previo",
    "previa",
)  # fmt: skip
_NOT_OF_NOW = (
    "family history of", "risk of", "at risk for", "prevention of", "prophylaxis of", "screening for", "fear of",
    "antecedentes familiares de", "riesgo de", "profilaxis de", "profilaxis para", "cribado de", "vaccination against",
)  # fmt: skip
_AFTER_DENIED = (
    "absent", "ruled out", "excluded", "not present", "negative", "denied", "resolved", "not seen", "not detected",
    "ausente", "descartado", "descartada", "negativo", "negativa", "resuelto", "resuelta",
)  # fmt: skip
_AFTER_DOUBTED = ("suspected", "possible", "likely", "probable", "cannot be excluded", "?", "sospechado", "dudoso")
_AFTER_NOT_OF_NOW = ("prophylaxis", "prevention", "screening", "risk", "education", "profilaxis", "vaccination")


def plain(text: str) -> str:
    """Return the words of a text: lower case, no accents, no punctuation but what ends a clause, single spaces."""
    lowered = text.casefold()
    for short, long in _SPELT_OUT.items():
        lowered = lowered.replace(short, long)
    letters = unicodedata.normalize("NFKD", lowered)
    return " ".join(_WORD.findall("".join(c for c in letters if not unicodedata.combining(c))))


def name_in(text: str, entries: Mapping[str, FindingEntry] | Mapping[str, EventEntry]) -> dict[str, Presence]:
    """Return what a label names of the catalogue's findings or events, and whether it says present or absent."""
    known = catalogue()
    if entries is known.findings:
        return dict(_findings_in(text))
    if entries is known.events:
        return {key: presence for key, presence in _events_in(text) if presence is not Presence.ABSENT}
    return _Phrases(entries.values()).read(text)


def procedure_kind(codings: Iterable[tuple[str, str]], texts: Iterable[str] = ()) -> ProcedureKind | None:
    """Return the index procedure that a Procedure's codes and texts (titles, body sites, notes) name, or None.

    A code of ours decides; where it leaves the kind open, the texts do. Texts alone must name a procedure on the liver.
    """
    words = [plain(text) for text in texts if len(text) <= LONGEST]
    told = _kind_told(words)
    known = catalogue()
    for system, code in codings:
        found = known.find(system, code)
        if found is None or found[0] != "procedure":
            continue
        kind = ProcedureKind(found[1])
        if not _unsettled(known, system, code):
            return kind
        if told is not None and told is not ProcedureKind.OTHER:
            return told
        if _elsewhere(words):
            continue
        return kind
    return told


def _unsettled(known: Catalogue, system: str, code: str) -> bool:
    system = known.aliases.get(system, system)
    return any(
        entry.unsettled and entry.system == system and entry.code == code
        for procedure in known.procedures
        for entry in procedure.codes
    )


def _kind_told(texts: Sequence[str]) -> ProcedureKind | None:
    words = _procedure_words()
    if any(_holds(text, words["around"]["anywhere"]) for text in texts) or _elsewhere(texts):
        return None
    liver = any(_holds(text, words["liver"]["words"]) or _SEGMENT.search(text) for text in texts)
    for entry in words["words"]:
        for text in texts:
            if text in entry.get("alone", ()) or _done(text, entry.get("names", ())):
                return ProcedureKind(entry["kind"])
            if liver and _done(text, entry.get("in_liver", ())):
                return ProcedureKind(entry["kind"])
    return None


def _done(text: str, phrases: Iterable[str]) -> bool:
    """Whether the text names one of the procedures, other than as what went before or comes later ("after TACE")."""
    earlier = _procedure_words()["around"]["before"]
    padded = f" {text} "
    for phrase in phrases:
        for match in re.finditer(rf"(?= {re.escape(phrase)} )", padded):
            lead = " ".join(padded[: match.start()].split()[-4:])
            if not _holds(lead, earlier):
                return True
    return False


_SEGMENT = re.compile(r"\b(?:segments?|segmentos?|seg) (?:viii|vii|vi|iv|v|iii|ii|i|[1-8])[ab]?\b|\bs[1-8][ab]?\b")


def _elsewhere(texts: Sequence[str]) -> bool:
    """Whether another organ is meant: it is what is acted upon, or it is named and the liver is not."""
    words = _procedure_words()
    if any(_acts_on_another(text) for text in texts):
        return True
    named = any(_holds(text, words["elsewhere"]["words"]) for text in texts)
    return named and not any(_holds(text, words["liver"]["words"]) for text in texts)


@lru_cache(maxsize=4096)
def _acts_on_another(text: str) -> bool:
    """Whether an organ that is not the liver stands next to the action: "embolization of splenic artery"."""
    words = _procedure_words()["elsewhere"]
    links, tokens = set(words["links"]), text.split()
    for index, token in enumerate(tokens):
        if token not in words["actions"]:
            continue
        for step in (1, -1):
            at = index + step
            while 0 <= at < len(tokens) and tokens[at] in links:
                at += step
            if 0 <= at < len(tokens) and tokens[at] in words["words"]:
                return True
    return False


def _holds(text: str, phrases: Iterable[str]) -> bool:
    """Whether a plain text holds one of the phrases as whole words."""
    padded = f" {text} "
    return any(f" {phrase} " in padded for phrase in phrases)


@cache
def _procedure_words() -> dict[str, Any]:
    return tomllib.loads(resources.files("sequela.course").joinpath("data", "procedures.toml").read_text("utf-8"))


@lru_cache(maxsize=8192)
def _findings_in(text: str) -> tuple[tuple[str, Presence], ...]:
    return tuple(_finding_phrases().read(text).items())


@lru_cache(maxsize=8192)
def _events_in(text: str) -> tuple[tuple[str, Presence], ...]:
    return tuple(_event_phrases().read(text).items())


@cache
def _finding_phrases() -> _Phrases:
    return _Phrases(catalogue().findings.values())


@cache
def _event_phrases() -> _Phrases:
    return _Phrases(catalogue().events.values())


class _Phrases:
    """Every phrase of some entries, ready to be looked for in labels."""

    def __init__(self, entries: Iterable[FindingEntry | EventEntry]) -> None:
        self.named: dict[str, list[str]] = {}
        self.denied: dict[str, str] = {}
        self.background: set[str] = set()
        self.first: dict[str, list[tuple[str, ...]]] = {}
        for entry in entries:
            for phrase in (entry.key.replace("-", " "), entry.title, entry.title_es, *entry.text):
                self._add(phrase, entry.key)
            for phrase in entry.not_text:
                self._add(phrase, None)
            if isinstance(entry, FindingEntry):
                if entry.background:
                    self.background.add(entry.key)
                for phrase in entry.absent_text:
                    self._add(phrase, None)
                    self.denied[plain(phrase)] = entry.key
        for phrases in self.first.values():
            phrases.sort(key=len, reverse=True)

    def _add(self, phrase: str, key: str | None) -> None:
        words = plain(phrase)
        keys = self.named.setdefault(words, [])
        if key is not None and key not in keys:
            keys.append(key)
        tokens = tuple(words.split())
        if tokens not in self.first.setdefault(tokens[0], []):
            self.first[tokens[0]].append(tokens)

    def read(self, text: str) -> dict[str, Presence]:
        """Return what the label names; where it says both, present outweighs doubtful, doubtful absent."""
        if len(text) > LONGEST:
            return {}
        tokens = plain(text).split()
        found: dict[str, Presence] = {}
        for start, end, phrase in self._matches(tokens):
            denied = self.denied.get(phrase)
            if denied is not None:
                found.setdefault(denied, Presence.ABSENT)
            for key in self.named[phrase]:
                presence = _presence(tokens, start, end, key in self.background)
                if presence is not None and _WEIGHT[presence] > _WEIGHT.get(found.get(key, Presence.ABSENT), 0):
                    found[key] = presence
                elif presence is not None:
                    found.setdefault(key, presence)
        return found

    def _matches(self, tokens: Sequence[str]) -> Iterable[tuple[int, int, str]]:
        at = 0
        while at < len(tokens):
            match = self._match(tokens, at)
            if match is None:
                at += 1
                continue
            yield at, at + len(match), " ".join(match)
            at += len(match)

    def _match(self, tokens: Sequence[str], at: int) -> tuple[str, ...] | None:
        """The longest phrase that begins here; a plural may stand for a singular."""
        stems = {tokens[at], tokens[at].removesuffix("s"), tokens[at].removesuffix("es")}
        candidates = [phrase for stem in stems for phrase in self.first.get(stem, ())]
        fitting = [
            phrase
            for phrase in candidates
            if len(phrase) <= len(tokens) - at
            and all(
                token == word or token in (f"{word}s", f"{word}es")
                for token, word in zip(tokens[at : at + len(phrase)], phrase, strict=True)
            )
        ]
        return max(fitting, key=lambda phrase: (len(phrase), " ".join(phrase)), default=None)


_WEIGHT = {Presence.ABSENT: 0, Presence.UNCERTAIN: 1, Presence.PRESENT: 2}


def _presence(tokens: Sequence[str], start: int, end: int, background: bool) -> Presence | None:
    """What the words around a name say of it; None where they say it is not about this patient now."""
    clause = next((i + 1 for i in range(start - 1, -1, -1) if tokens[i] in _BREAKS), 0)
    before = tokens[clause:start]
    turn = max((i + 1 for i, token in enumerate(before) if token in _TURNS), default=0)
    if _last(before, _NOT_OF_NOW) is not None:
        return None
    denial = _last(before, _DENIALS)
    # "Fever: no" and "fever (absent)" answer what they name.
    end += end < len(tokens) and tokens[end] in ":("
    stop = next((i for i in range(end, len(tokens)) if tokens[i] in _BREAKS or tokens[i] == ","), len(tokens))
    after = " ".join(tokens[end : min(stop, end + 4)])
    if _starts(after, _AFTER_NOT_OF_NOW):
        return None
    if (denial is not None and denial >= turn) or (before and before[-1] in _NEXT_DENIALS):
        return _denied(tokens, clause, start, denial)
    if after == "no" or _starts(after, _AFTER_DENIED):
        return Presence.ABSENT
    if not background and _last(before, _OTHER_TIMES) is not None:
        return None
    doubt = _last(before, _DOUBTS)
    if (doubt is not None and doubt >= turn) or _starts(after, _AFTER_DOUBTED) or "?" in tokens[stop - 1 : stop + 1]:
        return Presence.UNCERTAIN
    return Presence.PRESENT


def _denied(tokens: Sequence[str], clause: int, start: int, denial: int | None) -> Presence:
    """Absent; but past a comma only if the list is closed by an "or", else nobody knows how far the denial reaches."""
    if denial is None or "," not in tokens[clause + denial : start]:
        return Presence.ABSENT
    rest = tokens[clause + denial :]
    end = next((i for i, token in enumerate(rest) if token in _BREAKS), len(rest))
    return Presence.ABSENT if _JOINS.intersection(rest[:end]) else Presence.UNCERTAIN


def _last(words: Sequence[str], phrases: Iterable[str]) -> int | None:
    """Where, among the words, the last of the phrases begins; None where there is none."""
    joined = f" {' '.join(words)} "
    place = max((joined.rfind(f" {phrase} ") for phrase in phrases), default=-1)
    return None if place < 0 else joined[:place].count(" ")


def _starts(text: str, phrases: Iterable[str]) -> bool:
    """Whether the words begin with one of the phrases, an auxiliary verb aside ("is absent")."""
    text = re.sub(r"^(?:is|are|was|were|has been|es|esta) ", "", text)
    return any(text == phrase or text.startswith(f"{phrase} ") for phrase in phrases)
