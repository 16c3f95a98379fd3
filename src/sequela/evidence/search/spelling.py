"""Other spellings for a question that finds next to nothing, of words that the library has."""

from __future__ import annotations

import math
import re
import sqlite3

from sequela.evidence import identifiers
from sequela.evidence.folding import WORD, folded_word, is_stop, words

LEAST = 4
"""Letters from which a word may be misspelt; shorter ones are near to too many."""
NEAR = 80.0
"""Likeness, of 100, from which a word may have been meant."""

LOOKED_AT = 20
"""Stems that are looked at, and works in which their words are."""


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
    # The vocabulary holds stems, which may be much shorter than their words; a first letter is rarely wrong.
    rows = dict(connection.execute(f"SELECT term, doc FROM {vocabulary} WHERE term >= ? AND term < ?", _from(plain)))
    stems = process.extract(
        plain, [one for one in rows if len(one) >= LEAST], scorer=fuzz.partial_ratio, limit=LOOKED_AT
    )
    told = {written: rows[stem] for stem, _, _ in stems for written in _written(connection, stem)}
    near = {one: likeness for one in told if (likeness := fuzz.ratio(folded_word(one), plain)) >= NEAR}
    # Of two spellings of one word, the one that is nearer to what was typed.
    typed = word.casefold()
    return max(sorted(near), key=lambda one: (near[one] + 2 * math.log(told[one]), fuzz.ratio(one, typed)), default="")


def _written(connection: sqlite3.Connection, stem: str) -> set[str]:
    """The words of a stem as some of the works write them."""
    rows = connection.execute(
        "SELECT highlight(search_text, 0, char(2), ''), highlight(search_text, 2, char(2), ''), "
        "search_work.title, search_work.body "
        "FROM search_text JOIN search_work ON search_work.id = search_text.rowid "
        "WHERE search_text MATCH ? LIMIT ?",
        (f'{{title body}} : "{stem}"', LOOKED_AT),
    )
    return {
        written.casefold()
        for title, body, *texts in rows
        for folded, text in zip((title, body), texts, strict=True)
        for mark, written in zip(folded.split(" "), WORD.findall(text), strict=False)
        if mark.startswith("\x02")
    }


def _has(connection: sqlite3.Connection, word: str) -> bool:
    row = connection.execute("SELECT 1 FROM search_text WHERE search_text MATCH ? LIMIT 1", (f'"{word}"',)).fetchone()
    return row is not None


def _from(word: str) -> tuple[str, str]:
    return word[0], chr(ord(word[0]) + 1)
