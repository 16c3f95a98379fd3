"""Other spellings for a question that finds next to nothing, of words that the library has."""

from __future__ import annotations

import math
import re
import sqlite3

from sequela.evidence import identifiers
from sequela.evidence.folding import folded_word, is_stop, words

LEAST = 4
"""Letters from which a word may be misspelt; shorter ones are near to too many."""
NEAR = 80.0
"""Likeness, of 100, from which a word may have been meant."""


def suggested(connection: sqlite3.Connection, vocabulary: str, question: str) -> str:
    """Return the question with each plain word that the library does not have as the nearest that it has.

    Empty where there is nothing better. A word that many works have is preferred to one of few. Fields, phrases and
    identifiers stay as they are.
    """
    if identifiers.doi(question):
        return ""
    changed = False
    said, at = [], 0
    for found in words(question):
        said.append(question[at : found.start()])
        at = found.end()
        better = "" if question[at : at + 1] == ":" else _better(connection, vocabulary, found[0])
        said.append(better or found[0])
        changed = changed or bool(better)
    return "".join([*said, question[at:]]) if changed else ""


def _better(connection: sqlite3.Connection, vocabulary: str, word: str) -> str:
    from rapidfuzz import fuzz, process

    plain = folded_word(word)
    if len(plain) < LEAST or is_stop(plain) or not re.fullmatch(r"[^\W\d_]+", plain) or _has(connection, plain):
        return ""
    # The vocabulary holds stems, so that it is the stem's likeness that counts; a first letter is rarely wrong.
    rows = dict(connection.execute(f"SELECT term, doc FROM {vocabulary} WHERE term >= ? AND term < ?", _from(plain)))
    near = process.extract(plain, list(rows), scorer=fuzz.ratio, limit=8, score_cutoff=NEAR)
    return max(near, key=lambda one: (one[1] + 2 * math.log(rows[one[0]]), one[0]), default=("",))[0]


def _has(connection: sqlite3.Connection, word: str) -> bool:
    row = connection.execute("SELECT 1 FROM search_text WHERE search_text MATCH ? LIMIT 1", (f'"{word}"',)).fetchone()
    return row is not None


def _from(word: str) -> tuple[str, str]:
    return word[0], chr(ord(word[0]) + 1)
