"""The search index: SQLite's FTS5 over folded words, and a bit for each work and value of a facet.

FTS5 finds and weighs (BM25); what it cannot do is done here: works with all words stand first, facets are counted over
the whole answer, and the words are shown in the text as it was written.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sequela.evidence.folding import folded_words, is_stop, joined, spanish
from sequela.evidence.search.answers import Answer, FacetCount, Hit, excerpt
from sequela.evidence.search.bits import as_bits, as_bytes, has, numbers
from sequela.evidence.search.facets import FACETS, facets_of, within
from sequela.evidence.search.questions import Question, Thesaurus, understood, values
from sequela.evidence.search.spelling import suggested
from sequela.evidence.topics import thesaurus
from sequela.evidence.works import UNDATED, Work

COLUMNS = ("title", "subject", "body", "author", "journal", "joined", "spanish", "identifier")
WEIGHTS = (3.0, 2.0, 1.0, 2.0, 0.5, 1.0, 1.0, 1.0)
"""What a word counts in each column."""
_BM25 = f"bm25(search_text, {', '.join(map(str, WEIGHTS))})"
ALL_WORDS = 0.15
"""How much more a work weighs that has all words, as a share of the best weight."""
MANY = 20_000
"""Works above which only those with the rarer words are weighed: the others follow, the newest first."""
FEW = 3
"""Answers below which another spelling is looked for."""
TELLING = 12
"""Words by which works are compared with each other."""

_TABLES = f"""
CREATE TABLE search_work (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, title TEXT NOT NULL, body TEXT NOT NULL,
                          issued TEXT NOT NULL, retracted INTEGER NOT NULL, facets TEXT NOT NULL);
CREATE TABLE search_bits (facet TEXT NOT NULL, value TEXT NOT NULL, bits BLOB NOT NULL, PRIMARY KEY (facet, value));
CREATE VIRTUAL TABLE search_text USING fts5({", ".join(COLUMNS)}, tokenize = "porter unicode61 remove_diacritics 2");
CREATE VIRTUAL TABLE search_word USING fts5vocab(search_text, row);
"""


class Index:
    """Words of works and where they stand, in tables of a database that is given."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use the index of a database, and make its tables where there are none."""
        self._db = connection
        there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'search_work'").fetchone()
        if there is None:
            for statement in filter(str.strip, _TABLES.split(";")):
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
            row = (number, work.key, work.title, _body(work), work.issued, work.retracted, json.dumps(facets))
            self._db.execute("INSERT INTO search_work VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            marks = ", ".join("?" * (len(COLUMNS) + 1))
            self._db.execute(
                f"INSERT INTO search_text (rowid, {', '.join(COLUMNS)}) VALUES ({marks})", (number, *_folded(work))
            )
        for (facet, value), rows in held.items():
            self._store(facet, value, self._bits(facet, value) | as_bits(rows))

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
        found, narrowed = self._parts(asked, values_of, facets or {})
        answer = _all_of(found, narrowed)
        rows = self._ordered(asked, answer, order, offset + limit)[offset:]
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
        answer = _all_of(*self._parts(asked, self._all_values(), {}))
        keys = "SELECT key FROM search_work WHERE id = ?"
        rows = self._ordered(asked, answer, "relevance", limit)
        return tuple(self._db.execute(keys, (number,)).fetchone()[0] for number, _ in rows)

    def _parts(
        self, asked: Question, values_of: Mapping[str, Mapping[str, int]], facets: Mapping[str, Collection[str]]
    ) -> tuple[int, dict[str, int]]:
        """The works that the words find, and those of what is chosen in each facet."""
        found = self._found(asked)
        for name, many in asked.unchosen:
            found &= ~_union(values_of, name, many)
        narrowed: dict[str, int] = {}
        for name, many in (*asked.chosen, *((name, self._values(name, many)) for name, many in facets.items())):
            narrowed[name] = narrowed.get(name, -1) & _union(values_of, name, many)
        return found, narrowed

    @staticmethod
    def _values(facet: str, many: Collection[str]) -> tuple[str, ...]:
        return tuple(value for text in many for value in (values(facet, text) if facet == "year" else (text,)))

    def _all_values(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {name: {} for name in FACETS}
        for facet, value, bits in self._db.execute("SELECT facet, value, bits FROM search_bits"):
            found[facet][value] = int.from_bytes(bits, "little")
        return found

    def _found(self, asked: Question) -> int:
        """The works that a question's words find, a bit for each."""
        if expression := _expression(asked):
            found = self._rows(expression)
        else:
            found = as_bits([number for (number,) in self._db.execute("SELECT id FROM search_work")])
        for sought in asked.excluded:
            found &= ~self._rows(sought.expression)
        return found

    def _rows(self, expression: str) -> int:
        rows = self._db.execute("SELECT rowid FROM search_text WHERE search_text MATCH ?", (expression,))
        return as_bits([number for (number,) in rows])

    def _ordered(self, asked: Question, answer: int, order: str, most: int) -> list[tuple[int, float]]:
        """The first rows of an answer with their weights, in the order that is asked for."""
        expression = _expression(asked) if order == "relevance" else ""
        weights = self._weighed(asked, expression, answer) if expression else {}
        ranked = self._heaviest(weights, most)
        if len(ranked) < most:
            ranked += self._listed(answer & ~as_bits(ranked), order, most - len(ranked))
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
        told.sort(key=lambda one: (one[0], "" if one[1] == UNDATED else one[1]), reverse=True)
        return [row for *_, row in told[:most]]

    def _listed(self, answer: int, order: str, most: int) -> list[int]:
        by = {
            "oldest": f"issued = '{UNDATED}', issued, key",
            "title": "title COLLATE NOCASE, key",
        }.get(order, f"issued = '{UNDATED}', issued DESC, key")
        found: list[int] = []
        held = as_bytes(answer)
        for (number,) in self._db.execute(f"SELECT id FROM search_work ORDER BY {by}"):
            if len(found) == most:
                break
            if has(number, held):
                found.append(number)
        return found

    def _weighed(self, asked: Question, expression: str, answer: int) -> dict[int, float]:
        """The weight of each work, of those with the rarer words where there are too many."""
        if answer.bit_count() > MANY:
            expression = self._rarer(asked, expression)
        rows = self._db.execute(
            f"SELECT rowid, -{_BM25} FROM search_text WHERE search_text MATCH ?",
            (expression,),
        )
        held = as_bytes(answer)
        weights = {number: weight for number, weight in rows if has(number, held)}
        if len(asked.plain) > 1 and weights:
            more = ALL_WORDS * max(weights.values())
            whole = self._rows(" AND ".join(sought.expression for sought in asked.plain)) & answer
            for number in numbers(whole):
                if number in weights:
                    weights[number] += more
        return weights

    def _rarer(self, asked: Question, expression: str) -> str:
        """The question with its rarer words only; of common words alone, that all of them are there."""
        counts = {sought: self._rows(sought.expression).bit_count() for sought in asked.plain}
        rare = [sought.expression for sought, count in counts.items() if 0 < count <= MANY]
        if rare:
            return _expression(asked, f"({' OR '.join(rare)})")
        return (
            _expression(asked, f"({' AND '.join(sought.expression for sought in asked.plain)})")
            if counts
            else expression
        )

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
            "SELECT highlight(search_text, 0, char(2), ''), highlight(search_text, 2, char(2), '') "
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
            f"SELECT search_work.key FROM search_text JOIN search_work ON search_work.id = search_text.rowid "
            f"WHERE search_text MATCH ? AND search_work.id <> ? "
            f"ORDER BY retracted, {_BM25}, search_work.key LIMIT ?",
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


def _body(work: Work) -> str:
    """The text of a work that is searched and shown: its abstract, and what we say of it."""
    return "\n".join(part for part in (work.summary, work.abstract) if part)


def _folded(work: Work) -> tuple[str, ...]:
    """The columns of a work, in the order of COLUMNS."""
    title = " ".join((work.title, work.translated_title))
    subject = " . ".join((*work.subjects, *work.keywords, *work.genres))
    people = (*work.authors, *work.editors)
    author = " . ".join((*(f"{one.family} {one.given}" for one in people), *work.corporate_authors))
    journal = " . ".join((work.container_title, work.container_title_short, work.publisher))
    body = _body(work)
    stems = spanish(folded_words(" ".join((title, subject, body)))) if work.language in ("spa", "cat", "por") else ()
    identifier = " . ".join((work.key, work.doi, work.pmid, work.pmcid, *work.isbn, *work.issn))
    texts = (title, subject, body, author, journal)
    whole = " ".join((title, subject, body))
    return (
        *(" ".join(folded_words(text)) for text in texts),
        " ".join(joined(whole)),
        " ".join(stems),
        " ".join(folded_words(identifier)),
    )


def _expression(asked: Question, plain: str = "") -> str:
    """A question for FTS5; empty where nothing is looked for in the text."""
    parts = [" OR ".join(one.expression for one in group) for group in asked.required]
    if plain or asked.plain:
        parts.append(plain or " OR ".join(one.expression for one in asked.plain))
    return " AND ".join(f"({part})" for part in parts)


def _union(values_of: Mapping[str, Mapping[str, int]], facet: str, many: Iterable[str]) -> int:
    """The works of any of these values of a facet."""
    bits = 0
    for value, held in values_of.get(facet, {}).items():
        if any(within(facet, value, one) for one in many):
            bits |= held
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


def _marked(text: str | None) -> tuple[int, ...]:
    """The places of marked words in folded text."""
    return tuple(at for at, word in enumerate((text or "").split(" ")) if word.startswith("\x02"))
