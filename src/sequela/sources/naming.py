"""Words of the sources into what they name: kinds, present and absent, stays in hospital, places in the liver.

Findings, events and index procedures are named in `course.naming`; here is what only foreign records need.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from sequela.course import naming
from sequela.course.anatomy import SEGMENTS, parse_site
from sequela.course.catalogue import catalogue
from sequela.course.facts import Presence

Named = tuple[str, str]
"""A role (kind, finding, event, procedure) and the key of what is named."""

_PUNCTUATION = frozenset(".;:,()?")


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """The words of a text: lower case, no accents, no punctuation, single spaces."""
    return " ".join(word for word in naming.plain(text).split() if word not in _PUNCTUATION)


def kind_named(text: str) -> str | None:
    """The kind whose key or title a text is, as a whole: part of a name ("urine glucose") is not enough."""
    return _kinds().get(plain(text))


def presence_of_code(system: object, code: object) -> Presence | None:
    """What a coding says of presence, or None."""
    return _presence_codes().get(f"{system}|{code}")


def presence_of_word(text: str) -> Presence | None:
    """What a word says of presence, or None."""
    return _presence_words().get(plain(text))


def inpatient(word: str) -> bool:
    """Whether a class of Encounter is a stay in hospital."""
    return plain(word) in map(plain, _words()["encounter"]["inpatient"])


def intensive(text: str) -> bool:
    """Whether the name of a place or service says intensive care."""
    return len(text) < 400 and _holds(plain(text), _words()["encounter"]["intensive"])


def sites(text: str) -> tuple[str, ...]:
    """The places of the liver that a text names, segments first and in their order."""
    return tuple(sorted(parse_site(text), key=_anatomical))


def _anatomical(site: str) -> tuple[int, str]:
    return (SEGMENTS.index(site) if site in SEGMENTS else len(SEGMENTS), site)


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
def _kinds() -> dict[str, str]:
    """Every phrase that names one kind; a phrase that names two names neither."""
    phrases: dict[str, set[str]] = {}
    for key, kind in catalogue().kinds.items():
        for title in (key.replace("-", " "), kind.title, kind.title_es, *_words()["kinds"].get(key, ())):
            # "Alanine aminotransferase (ALT)" is named by the whole, by the words and by what stands in brackets.
            for phrase in {title, *re.split(r"[()]", title)}:
                if plain(phrase):
                    phrases.setdefault(plain(phrase), set()).add(key)
    return {phrase: next(iter(keys)) for phrase, keys in phrases.items() if len(keys) == 1}


@cache
def _presence_words() -> dict[str, Presence]:
    return {plain(word): presence for presence in Presence for word in _words()["presence"][presence.value]}


@cache
def _presence_codes() -> dict[str, Presence]:
    return {code: presence for presence in Presence for code in _words()["presence"]["codes"][presence.value]}
