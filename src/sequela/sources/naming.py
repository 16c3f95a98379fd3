"""Words into what they name: kinds, findings, events, index procedures, present and absent, segments of the liver.

A whole phrase must match; a name inside a longer text ("no evidence of abscess") says too little to be believed.
Index procedures are the exception (their texts are long), and there a word for another organ or another time refuses.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from sequela.course.catalogue import catalogue
from sequela.course.episodes import ProcedureKind
from sequela.course.facts import Presence

Named = tuple[str, str]
"""A role (kind, finding, event, procedure) and the key of what is named."""

_TAG = re.compile(r"\s*\((?:finding|disorder|procedure|situation|observable entity|morphologic abnormality)\)\s*$")
_NOT_A_WORD = re.compile(r"[^0-9a-z]+")
_SEGMENT = re.compile(r"(?:s|seg|segment|segmento|segments|segmentos)? ?(viii|vii|vi|iv ?[ab]?|v|iii|ii|i|[1-8])")
_ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV", "5": "V", "6": "VI", "7": "VII", "8": "VIII"}
_AND = re.compile(r" (?:and|y|to|e|a) | ")


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """The words of a text: lower case, no accents, punctuation or SNOMED tag, single spaces."""
    bare = _TAG.sub("", text.casefold())
    letters = unicodedata.normalize("NFKD", bare)
    return _NOT_A_WORD.sub(" ", "".join(c for c in letters if not unicodedata.combining(c) and c != "\u200b")).strip()


def name(text: str, role: str) -> str | None:
    """The key of the kind, finding or event that a phrase names, or None."""
    return _names().get((role, plain(text)))


def absence(text: str) -> str | None:
    """The finding that a phrase says is absent ("afebrile"), or None."""
    return _absences().get(plain(text))


def presence_of_code(system: object, code: object) -> Presence | None:
    """What a coding says of presence, or None."""
    return _presence_codes().get(f"{system}|{code}")


def presence_of_word(text: str) -> Presence | None:
    """What a word says of presence, or None."""
    return _presence_words().get(plain(text))


def procedure(texts: tuple[str, ...], places: tuple[str, ...]) -> ProcedureKind | None:
    """The index procedure that a Procedure's texts name, given the texts of its body sites; None where it is none."""
    words = _words()["procedure"]
    where = [plain(place) for place in places]
    in_liver = any(_holds(place, words["liver"]) or sites(place) for place in where)
    elsewhere = any(_holds(place, words["elsewhere"]) for place in where)
    for text in map(plain, texts):
        if _holds(text, words["around"]) or elsewhere or _holds(text, words["elsewhere"]):
            continue
        liver = in_liver or _holds(text, words["liver"])
        for entry in words["kinds"]:
            if _holds(text, entry.get("names", ())) or (liver and _holds(text, entry.get("in_liver", ()))):
                return ProcedureKind(entry["kind"])
    return None


def drugs(text: str, among: frozenset[str]) -> tuple[str, ...]:
    """The drugs that a product's text names, whatever strengths and forms stand beside them."""
    words = plain(text)
    return tuple(sorted({key for key, phrase in _drug_phrases() if key in among and _holds(words, (phrase,))}))


def inpatient(word: str) -> bool:
    """Whether a class of Encounter is a stay in hospital."""
    return plain(word) in map(plain, _words()["encounter"]["inpatient"])


def intensive(text: str) -> bool:
    """Whether the name of a place or service says intensive care."""
    return len(text) < 400 and _holds(plain(text), _words()["encounter"]["intensive"])


@lru_cache(maxsize=4096)
def sites(text: str) -> tuple[str, ...]:
    """The places of the liver that a text names: segments as roman numerals, vessels by their key; else nothing."""
    key = text.strip()
    if key.lower() in _vessels():
        return (_vessels()[key.lower()],)
    words = plain(text)
    if words in _vessels():
        return (_vessels()[words],)
    words = re.sub(r"^(?:couinaud|hepatic|liver) (?=seg)", "", words)
    found: list[str] = []
    for part in _AND.split(re.sub(r"\b(segments?|segmentos?|seg) ", r"\1", words)):
        match = _SEGMENT.fullmatch(part)
        if match is None:
            if re.fullmatch(r"segments?|segmentos?|of|the|de|del|liver|hepatic|higado|hepatico", part):
                continue
            return ()
        bare = match[1].replace(" ", "")
        found.append(_ROMAN.get(bare) or re.sub("[AB]$", "", bare.upper()))
    return tuple(dict.fromkeys(found))


@cache
def resource_types() -> frozenset[str]:
    """The types of resource that FHIR R4 defines."""
    return frozenset(_words()["fhir"]["types"])


def _holds(text: str, phrases: Any) -> bool:
    """Whether a plain text holds one of the phrases as whole words."""
    padded = f" {text} "
    return any(f" {phrase} " in padded for phrase in phrases)


@cache
def _words() -> dict[str, Any]:
    read = resources.files("sequela.sources").joinpath("data", "words.toml").read_text("utf-8")
    return tomllib.loads(read)


@cache
def _names() -> dict[tuple[str, str], str]:
    """Every phrase, by role, that names one thing of the catalogue; a phrase that names two names neither."""
    known = catalogue()
    phrases: dict[tuple[str, str], set[str]] = {}

    def add(role: str, key: str, *words: str) -> None:
        for phrase in filter(None, map(plain, (key, *words))):
            phrases.setdefault((role, phrase), set()).add(key)

    for key, kind in known.kinds.items():
        add("kind", key, kind.title, kind.title_es)
    for key, finding in known.findings.items():
        add("finding", key, finding.title, finding.title_es, *finding.text)
    for key, event in known.events.items():
        add("event", key, event.title, event.title_es, *event.text)
    return {phrase: next(iter(keys)) for phrase, keys in phrases.items() if len(keys) == 1}


@cache
def _drug_phrases() -> tuple[tuple[str, str], ...]:
    """Every event's key with each phrase that names it."""
    return tuple(
        (key, plain(phrase)) for key, event in catalogue().events.items() for phrase in (key, event.title, *event.text)
    )


@cache
def _absences() -> dict[str, str]:
    return {plain(phrase): key for key, entry in catalogue().findings.items() for phrase in entry.absent_text}


@cache
def _presence_words() -> dict[str, Presence]:
    return {plain(word): presence for presence in Presence for word in _words()["presence"][presence.value]}


@cache
def _presence_codes() -> dict[str, Presence]:
    return {code: presence for presence in Presence for code in _words()["presence"]["codes"][presence.value]}


@cache
def _vessels() -> dict[str, str]:
    """Names of vessels and ducts, if the anatomy lists them."""
    return {}
