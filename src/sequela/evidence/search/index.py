"""The search index: SQLite's FTS5 over folded words, and a bit for each work and value of a facet.

FTS5 finds and weighs (BM25); what it cannot do is done here: works with all words stand first, facets are counted over
the whole answer, and the words are shown in the text as it was written.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from sequela.errors import UserError
from sequela.evidence.folding import is_stop
from sequela.evidence.search.answers import Answer, FacetCount, Hit, excerpt
from sequela.evidence.search.bits import as_bits, as_bytes, has
from sequela.evidence.search.columns import COLUMNS, TABLES, body, columns
from sequela.evidence.search.facets import FACETS, facets_of, mark, within
from sequela.evidence.search.questions import Question, Thesaurus, understood, values
from sequela.evidence.search.spelling import suggested
from sequela.evidence.topics import thesaurus
from sequela.evidence.works import UNDATED, Work

ALL_WORDS = 0.15
"""How much more a work weighs that has all words, as a share of the best weight."""
MANY = 5_000
"""Works above which only those with the rarer words are weighed: the others follow, the newest first."""
FEW = 3
"""Answers below which another spelling is looked for."""
TELLING = 12
"""Words by which works are compared with each other."""


class Index:
    """Words of works and where they stand, in tables of a database that is given."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use the index of a database, and make its tables where there are none."""
        self._db = connection
        there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'search_work'").fetchone()
        if there is None:
            for statement in filter(str.strip, TABLES.split(";")):
                connection.execute(statement)
        self._thesaurus: Thesaurus = thesaurus()

    @property
    def count(self) -> int:
        """How many works are in it."""
        return int(self._db.execute("SELECT count(*) FROM search_work").fetchone()[0])

    # -- what is put in ----------------------------------------------------------------------------------------------

    def replace(self, works: Iterable[Work]) -> None:
        """Make the whole index anew of these works; the caller's transaction holds it together."""
        for table in ("search_work", "search_bits", "search_text"):
            self._db.execute(f"DELETE FROM {table}")
        self._insert(works)
        self._db.execute("INSERT INTO search_text (search_text) VALUES ('optimize')")

    def put(self, works: Iterable[Work]) -> None:
        """Add works, or change those of the same key."""
        told = {work.key: work for work in works}
        self.remove(told)
        self._insert(told.values())

    def remove(self, keys: Collection[str]) -> None:
        """Take works out; a key that is not there is no matter."""
        rows: dict[int, str] = {}
        for key in keys:
            row = self._db.execute("SELECT id, facets FROM search_work WHERE key = ?", (key,)).fetchone()
            if row is not None:
                rows[row[0]] = row[1]
        held: dict[tuple[str, str], int] = {}
        for number, text in rows.items():
            for facet, value in json.loads(text):
                held[facet, value] = held.get((facet, value), 0) | 1 << number
        for (facet, value), bits in held.items():
            self._store(facet, value, self._bits(facet, value) & ~bits)
        for number in rows:
            self._db.execute("DELETE FROM search_text WHERE rowid = ?", (number,))
            self._db.execute("DELETE FROM search_work WHERE id = ?", (number,))

    def _insert(self, works: Iterable[Work]) -> None:
        first = int(self._db.execute("SELECT coalesce(max(id), 0) + 1 FROM search_work").fetchone()[0])
        held: dict[tuple[str, str], list[int]] = {}
        for number, work in enumerate(works, first):
            facets = facets_of(work)
            for name in facets:
                held.setdefault(name, []).append(number)
            issued = "" if work.issued == UNDATED else work.issued
            row = (number, work.key, work.title, body(work), issued, work.retracted, json.dumps(facets))
            self._db.execute("INSERT INTO search_work VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            marks = ", ".join("?" * (len(COLUMNS) + 1))
            self._db.execute(
                f"INSERT INTO search_text (rowid, {', '.join(COLUMNS)}) VALUES ({marks})",
                (number, *columns(work), " ".join(mark(*one) for one in facets)),
            )
        for (facet, value), rows in held.items():
            self._store(facet, value, self._bits(facet, value) | as_bits(rows, max(rows)))

    def _bits(self, facet: str, value: str) -> int:
        row = self._db.execute("SELECT bits FROM search_bits WHERE facet = ? AND value = ?", (facet, value)).fetchone()
        return 0 if row is None else int.from_bytes(row[0], "little")

    def _store(self, facet: str, value: str, bits: int) -> None:
        if bits:
            self._db.execute("INSERT OR REPLACE INTO search_bits VALUES (?, ?, ?)", (facet, value, as_bytes(bits)))
        else:
            self._db.execute("DELETE FROM search_bits WHERE facet = ? AND value = ?", (facet, value))

    # -- what is found -----------------------------------------------------------------------------------------------

    def search(
        self,
        question: str,
        *,
        facets: Mapping[str, Collection[str]] | None = None,
        limit: int = 20,
        offset: int = 0,
        order: str = "relevance",
    ) -> Answer:
        """Return what a question finds, a page of it, with facets counted over all of it; of no question, every work.

        `facets` names values of which one must hold; `order` is relevance, newest, oldest or title. A facet's own
        choice does not narrow its own counts.
        """
        asked = understood(question, self._thesaurus)
        values_of = self._all_values()
        fits = _fits(asked.chosen, facets or {}, values_of)
        found = self._found(asked, values_of)
        narrowed = {name: _union(values_of[name], many) for name, many in fits.items()}
        answer = _all_of(found, narrowed)
        rows = self._ordered(asked, fits, answer, order, offset + limit)[offset:]
        total = answer.bit_count()
        return Answer(
            total=total,
            hits=tuple(self._hits(rows, _expression(asked))),
            facets={name: _counted(name, values_of, found, narrowed) for name in FACETS},
            suggestion=suggested(self._db, "search_word", question) if total < FEW and asked.plain else "",
        )

    def keys(self, question: str, limit: int) -> tuple[str, ...]:
        """Return the keys of the first works that a question finds, the best first; nothing is shown or counted."""
        asked = understood(question, self._thesaurus)
        values_of = self._all_values()
        fits = _fits(asked.chosen, {}, values_of)
        answer = _all_of(
            self._found(asked, values_of), {name: _union(values_of[name], many) for name, many in fits.items()}
        )
        keys = "SELECT key FROM search_work WHERE id = ?"
        rows = self._ordered(asked, fits, answer, "relevance", limit)
        return tuple(self._db.execute(keys, (number,)).fetchone()[0] for number, _ in rows)

    def _all_values(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {name: {} for name in FACETS}
        for facet, value, bits in self._db.execute("SELECT facet, value, bits FROM search_bits"):
            found[facet][value] = int.from_bytes(bits, "little")
        return found

    def _found(self, asked: Question, values_of: Mapping[str, Mapping[str, int]]) -> int:
        """The works that a question's words find, a bit for each."""
        if expression := _expression(asked):
            found = self._rows(expression)
        else:
            found = self._as_bits("SELECT id FROM search_work")
        for sought in asked.excluded:
            found &= ~self._rows(sought.expression)
        for name, many in asked.unchosen:
            found &= ~_union(values_of[name], _of(name, many, values_of[name]))
        return found

    def _rows(self, expression: str) -> int:
        return self._as_bits("SELECT rowid FROM search_text WHERE search_text MATCH ?", expression)

    def _as_bits(self, rows: str, *values: str) -> int:
        most = int(self._db.execute("SELECT coalesce(max(id), 0) FROM search_work").fetchone()[0])
        return as_bits((row for (row,) in self._db.execute(rows, values)), most)

    def _ordered(
        self, asked: Question, fits: Mapping[str, Sequence[str]], answer: int, order: str, most: int
    ) -> list[tuple[int, float]]:
        """The first rows of an answer with their weights, in the order that is asked for."""
        weights = self._weighed(asked, fits, answer, most) if order == "relevance" and answer else {}
        ranked = self._heaviest(weights, most)
        if len(ranked) < most:
            ranked += self._listed(answer & ~as_bits(ranked, max(ranked, default=0)), order, most - len(ranked))
        return [(row, weights.get(row, 0.0)) for row in ranked]

    def _heaviest(self, weights: Mapping[int, float], most: int) -> list[int]:
        """The rows that weigh most; of two alike the newer, then by key."""
        if not weights or not most:
            return []
        least = sorted(weights.values(), reverse=True)[:most][-1]
        told = [
            (weights[row], issued, key, row)
            for row in weights
            if weights[row] >= least
            for issued, key in self._db.execute("SELECT issued, key FROM search_work WHERE id = ?", (row,))
        ]
        told.sort(key=lambda one: one[2])
        told.sort(key=lambda one: one[:2], reverse=True)
        return [row for *_, row in told[:most]]

    def _listed(self, answer: int, order: str, most: int) -> list[int]:
        """Rows by date or title, as far as they are asked for; what has no date comes last."""
        by = {"oldest": "issued, key", "title": "title COLLATE NOCASE, key"}.get(order, "issued DESC, key DESC")
        dated = "" if order == "title" else "WHERE issued <> '' "
        found: list[int] = []
        held, most = as_bytes(answer), min(most, answer.bit_count())
        for where in (dated, *(["WHERE issued = '' "] if dated else [])):
            rows = self._db.execute(f"SELECT id FROM search_work {where}ORDER BY {by}") if len(found) < most else ()
            found += islice((number for (number,) in rows if has(number, held)), most - len(found))
        return found

    def _weighed(self, asked: Question, fits: Mapping[str, Sequence[str]], answer: int, most: int) -> dict[int, float]:
        """The weights of the first works, of all words and of any; of too many, of those with the rarer words."""
        expression = _expression(asked)
        if asked.plain and answer.bit_count() > MANY:
            rare = [one.expression for one in asked.plain if 0 < self._count(one.expression) <= MANY]
            whole = _expression(asked, " AND ".join(one.expression for one in asked.plain))
            if not rare and self._count(whole) > MANY:
                # Words that so many works have tell none from another: those about it are listed, the newest first.
                about = " AND ".join(replace(one, column="{title subject}").expression for one in asked.plain)
                return dict.fromkeys(self._listed(self._rows(_expression(asked, about)) & answer, "newest", most), 0.0)
            expression = _expression(asked, " OR ".join(rare)) if rare else whole
        weights = self._best(expression, fits, answer, most)
        if len(asked.plain) > 1 and weights:
            more = ALL_WORDS * max(weights.values())
            whole = " AND ".join(sought.expression for sought in asked.plain)
            best = self._best(_expression(asked, whole), fits, answer, most)
            weights |= {number: weights.get(number, weight) + more for number, weight in best.items()}
        return weights

    def _best(self, expression: str, fits: Mapping[str, Sequence[str]], answer: int, most: int) -> dict[int, float]:
        """The weights of the works of an answer that weigh most by an expression."""
        if not expression:
            return {}
        marks = [" OR ".join(f'"{mark(name, value)}"' for value in many) for name, many in fits.items()]
        told = " AND ".join((f"({expression})", *(f"facet : ({one})" for one in marks)))
        rows = self._db.execute("SELECT rowid, -rank FROM search_text WHERE search_text MATCH ? ORDER BY rank", (told,))
        held = as_bytes(answer)
        # What is left out of the answer is passed over here: it is little.
        return dict(islice(((number, weight) for number, weight in rows if has(number, held)), most))

    def _count(self, expression: str) -> int:
        rows = self._db.execute("SELECT count(*) FROM search_text WHERE search_text MATCH ?", (expression,))
        return int(rows.fetchone()[0])

    def _hits(self, rows: Sequence[tuple[int, float]], expression: str) -> Iterator[Hit]:
        for number, weight in rows:
            key, title, body = self._db.execute(
                "SELECT key, title, body FROM search_work WHERE id = ?", (number,)
            ).fetchone()
            places = self._places(number, expression) if expression else ((), ())
            yield Hit(key, round(weight, 6), title, excerpt(title, body, *places))

    def _places(self, number: int, expression: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Which words of the title and of the text, counted from 0, are looked for."""
        row = self._db.execute(
            "SELECT highlight(search_text, 0, char(2), char(3)), highlight(search_text, 2, char(2), char(3)) "
            "FROM search_text WHERE search_text MATCH ? AND rowid = ?",
            (expression, number),
        ).fetchone()
        return (_marked(row[0]), _marked(row[1])) if row else ((), ())

    # -- what is near ------------------------------------------------------------------------------------------------

    def similar(self, key: str, limit: int = 5) -> tuple[str, ...]:
        """Return the keys of the works most like one, by the words that tell it from the others; the retracted last."""
        row = self._db.execute("SELECT id FROM search_work WHERE key = ?", (key,)).fetchone()
        if row is None or not (words := self._telling(row[0])):
            return ()
        expression = " OR ".join(f'{{title subject body}} : "{word}"' for word in words)
        rows = self._db.execute(
            "SELECT search_work.key FROM search_text JOIN search_work ON search_work.id = search_text.rowid "
            "WHERE search_text MATCH ? AND search_work.id <> ? "
            "ORDER BY retracted, rank, search_work.key LIMIT ?",
            (expression, row[0], limit),
        )
        return tuple(found for (found,) in rows)

    def _telling(self, number: int) -> list[str]:
        """The words of a work that few others have, those of its title and subjects before those of its text."""
        title, subject, body = self._db.execute(
            "SELECT title, subject, body FROM search_text WHERE rowid = ?", (number,)
        ).fetchone()
        counts: dict[str, float] = {}
        for text, weight in ((title, 3.0), (subject, 2.0), (body, 1.0)):
            for word in text.split():
                if not is_stop(word) and len(word) > 2:
                    counts[word] = counts.get(word, 0.0) + weight
        total = self.count
        weights = {}
        for word in sorted(counts, key=lambda one: (-counts[one], one))[: 3 * TELLING]:
            have = self._db.execute(
                "SELECT count(*) FROM search_text WHERE search_text MATCH ?", (f'"{word}"',)
            ).fetchone()[0]
            if 1 < have <= max(2, total // 3):
                weights[word] = min(counts[word], 6.0) * (1.0 - have / (total + 1)) / have**0.5
        return sorted(weights, key=lambda one: (-weights[one], one))[:TELLING]


def _expression(asked: Question, plain: str = "") -> str:
    """A question for FTS5; empty where nothing is looked for in the text."""
    parts = [" OR ".join(one.expression for one in group) for group in asked.required]
    if plain or asked.plain:
        parts.append(plain or " OR ".join(one.expression for one in asked.plain))
    return " AND ".join(f"({part})" for part in parts)


def _fits(
    chosen: Iterable[tuple[str, Sequence[str]]],
    facets: Mapping[str, Collection[str]],
    values_of: Mapping[str, Mapping[str, int]],
) -> dict[str, tuple[str, ...]]:
    """The values of each facet that was chosen from, which the library has and every choice allows."""
    found: dict[str, tuple[str, ...]] = {}
    asked = [(name, tuple(one for text in many for one in values(name, text))) for name, many in facets.items()]
    for name, many in (*chosen, *asked):
        if name not in values_of:
            hint = f"Choose {', '.join(FACETS)}"
            raise UserError(f"no facet is called {name!r}", where="search", hint=hint)
        those = _of(name, many, values_of[name])
        found[name] = tuple(value for value in those if value in found.get(name, those))
    return found


def _of(facet: str, many: Iterable[str], held: Iterable[str]) -> tuple[str, ...]:
    """The values of a facet that are one of many, or in one of these ranges."""
    many = tuple(many)
    return tuple(value for value in held if any(within(facet, value, one) for one in many))


def _union(held: Mapping[str, int], many: Iterable[str]) -> int:
    """The works of any of these values."""
    bits = 0
    for value in many:
        bits |= held[value]
    return bits


def _all_of(found: int, narrowed: Mapping[str, int]) -> int:
    """The works that are found and chosen in every facet."""
    for bits in narrowed.values():
        found &= bits
    return found


def _counted(
    facet: str, values_of: Mapping[str, Mapping[str, int]], found: int, narrowed: Mapping[str, int]
) -> tuple[FacetCount, ...]:
    """How many of the found have each value, under what is chosen in the other facets."""
    found = _all_of(found, {name: bits for name, bits in narrowed.items() if name != facet})
    counts = [
        FacetCount(value, count) for value, bits in values_of[facet].items() if (count := (bits & found).bit_count())
    ]
    if facet == "year":
        return tuple(sorted(counts, key=lambda one: one.value, reverse=True))
    return tuple(sorted(counts, key=lambda one: (-one.count, one.value)))


def _marked(text: str) -> tuple[int, ...]:
    """The places of marked words in folded text; a phrase is marked as one."""
    found, within = [], False
    for at, word in enumerate(text.split(" ")):
        within = within or word.startswith("\x02")
        if within:
            found.append(at)
        within = within and not word.endswith("\x03")
    return tuple(found)
