"""A reader's library: our shelf, and what was added to it from files, in one SQLite file.

Every record is kept as it was read; the works are made of them (`merging`) and can be made anew. So nothing accepted is
lost when a better source arrives, and a shelf with new works finds the reader's records as they were. An added file is
stored whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sequela.errors import UnknownName, UserError
from sequela.evidence import identifiers, rates, shelving
from sequela.evidence.formats import Reading, read
from sequela.evidence.merging import SHELF, Source, folded, identities, merged, same
from sequela.evidence.rates import BaseRate
from sequela.evidence.receipts import Receipt
from sequela.evidence.search import Answer, Index
from sequela.evidence.topics import groups
from sequela.evidence.works import UNDATED, Work, as_json, from_json

SCHEMA = "1"
"""The layout of the file; a file of another is refused, never changed."""

INDEXED = 1
"""How works are indexed; a library indexed in another way is indexed anew."""

_TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE record (id INTEGER PRIMARY KEY, key TEXT NOT NULL, format TEXT NOT NULL, file TEXT NOT NULL,
                     digest TEXT NOT NULL UNIQUE, json TEXT NOT NULL);
CREATE INDEX record_key ON record (key);
CREATE TABLE work (key TEXT PRIMARY KEY, json TEXT NOT NULL);
CREATE TABLE identity (name TEXT NOT NULL, value TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (name, value, key));
CREATE INDEX identity_key ON identity (key);
CREATE TABLE alias (key TEXT PRIMARY KEY, now TEXT NOT NULL);
CREATE TABLE series (id INTEGER PRIMARY KEY, json TEXT NOT NULL UNIQUE);
"""


Progress = Callable[[int, int], None]
"""Called with how many records are done, and of how many."""


def usual_file() -> Path:
    """Return where a reader's library stands when nobody says otherwise: with the data of the user's programs."""
    from platformdirs import user_data_path

    return user_data_path("sequela", appauthor=False) / "library.db"


class Library:
    """Works by key, from our shelf and a reader's file; in memory alone where there is no file."""

    def __init__(self, path: Path | None = None) -> None:
        """Open a library's file, or make one that does not exist; without a path it is the shelf in memory.

        Raises
        ------
        UserError
            When the file is none of ours, or another version's.
        """
        self.path = path
        where = "" if path is None else path.name
        try:
            self._db = sqlite3.connect(":memory:" if path is None else path, isolation_level=None, timeout=30)
            self._db.execute("PRAGMA synchronous = FULL")
            self._prepare(where)
        except sqlite3.DatabaseError as error:
            raise UserError(
                f"cannot be used as a library: {error}", where=where, hint="Name another file with --library"
            ) from None

    def _prepare(self, where: str) -> None:
        shelf = hashlib.sha256(repr((INDEXED, groups(), *shelving.works().values())).encode()).hexdigest()
        if self._ready(shelf, where):  # nothing is written, so that a file that may only be read will do
            return
        with self._changing():
            if self._ready(shelf, where):
                return
            if not self._tables():
                for statement in _TABLES.split(";"):
                    self._db.execute(statement)
                self._note("schema", SCHEMA)
            self._shelve()
            if self.path is not None:
                Index(self._db).replace(self.works())
            self._note("shelf", shelf)

    def _ready(self, shelf: str, where: str) -> bool:
        """Whether the file is a library of this version that holds this shelf; a file of others is refused."""
        tables = self._tables()
        if tables and ("about" not in tables or self._noted("schema") != SCHEMA):
            raise UserError("not a library of this version", where=where, hint="Name another file with --library")
        return bool(tables) and self._noted("shelf") == shelf

    def _tables(self) -> set[str]:
        return {name for (name,) in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __enter__(self) -> Library:
        """Return the library itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the file."""
        self.close()

    # -- what is there -----------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        """Return how many works there are."""
        return int(self._db.execute("SELECT count(*) FROM work").fetchone()[0])

    def works(self) -> Iterator[Work]:
        """Return every work, in order of its key."""
        for (text,) in self._db.execute("SELECT json FROM work ORDER BY key"):
            yield from_json(json.loads(text))

    def get(self, key: str) -> Work | None:
        """Return the work of a key, also of one that it once had; nothing where there is none."""
        row = self._db.execute(
            "SELECT json FROM work WHERE key = coalesce((SELECT now FROM alias WHERE key = ?1), ?1)", (key,)
        ).fetchone()
        return None if row is None else from_json(json.loads(row[0]))

    def work(self, name: str) -> Work:
        """Return the work of a key, DOI, PMID or PMCID.

        Raises
        ------
        UnknownName
            When there is none; it names the nearest keys.
        """
        found = self.get(name)
        if found is None:
            found = self._known_by(name)
        if found is not None:
            return found
        keys = [key for (key,) in self._db.execute("SELECT key FROM work")]
        raise UnknownName(f"no work is called {name!r}", where="library", hint=shelving.nearest(name, keys))

    def _known_by(self, name: str) -> Work | None:
        said = {
            "doi": identifiers.doi(name),
            "pmid": identifiers.pmid(name),
            "pmcid": identifiers.pmcid(name),
        }
        for kind, value in said.items():
            if value and (keys := self._keys(kind, value)):
                return self.get(keys[0])
        return None

    def sources(self, key: str) -> tuple[Source, ...]:
        """Return the records that a work is made of, the shelf's first, then as they were added."""
        ours = shelving.works().get(key)
        rows = self._db.execute("SELECT json, format, file FROM record WHERE key = ? ORDER BY id", (key,))
        read = [Source(from_json(json.loads(text)), kind, file) for text, kind, file in rows]
        return (*([Source(ours, SHELF)] if ours else []), *read)

    # -- finding -----------------------------------------------------------------------------------------------------

    def search(
        self,
        question: str,
        *,
        facets: Mapping[str, Collection[str]] | None = None,
        limit: int = 20,
        offset: int = 0,
        order: str = "relevance",
    ) -> Answer:
        """Return what a question finds; see `Index.search`."""
        return self._index().search(question, facets=facets, limit=limit, offset=offset, order=order)

    def keys(self, question: str) -> tuple[str, ...]:
        """Return the keys of everything that a question finds, the best first."""
        return self._index().keys(question, len(self))

    def similar(self, key: str, limit: int = 5) -> tuple[str, ...]:
        """Return the keys of the works most like one."""
        return self._index().similar(key, limit)

    def _index(self) -> Index:
        """The index; of a library in memory it is made when first asked."""
        index = Index(self._db)
        if self.path is None and index.count != len(self):
            index.replace(self.works())
        return index

    # -- adding ------------------------------------------------------------------------------------------------------

    def add(self, data: bytes, file: str, progress: Progress = lambda done, of: None) -> Receipt:
        """Return what became of each record of a file; all that is taken is on disk when this returns.

        Raises
        ------
        UserError
            When no format knows the file.
        """
        return self.take(read(data, file), file, progress)

    def take(self, reading: Reading, file: str, progress: Progress = lambda done, of: None) -> Receipt:
        """Return what became of each record of a file that was read; all of them are kept, or, after an error, none."""
        receipt = Receipt(file, reading.format, refused=list(reading.refused))
        changed: dict[str, None] = {}
        with self._changing():
            for done, work in enumerate(reading.works, 1):
                self._take(work, reading.format, file, receipt, changed)
                progress(done, len(reading.works))
            if self.path is not None:
                Index(self._db).remove([was for was, _ in receipt.joined])
                Index(self._db).put(self._held(changed))
        return receipt

    def _held(self, keys: Iterable[str]) -> Iterator[Work]:
        """The works of these keys, of those that still are there."""
        rows = (self._db.execute("SELECT json FROM work WHERE key = ?", (key,)).fetchone() for key in keys)
        return (from_json(json.loads(row[0])) for row in rows if row is not None)

    def _take(self, work: Work, kind: str, file: str, receipt: Receipt, changed: dict[str, None]) -> None:
        """Keep one record, and make its work anew."""
        text = _text(work)
        digest = hashlib.sha256(f"{kind}\n{text}".encode()).hexdigest()
        if there := self._db.execute("SELECT key FROM record WHERE digest = ?", (digest,)).fetchone():
            receipt.unchanged.append(there[0])
            return
        keys = self._matches(work)
        key = keys[0] if keys else self._new_key(work)
        self._db.execute(
            "INSERT INTO record (key, format, file, digest, json) VALUES (?, ?, ?, ?, ?)",
            (key, kind, file, digest, text),
        )
        receipt.joined += self._join(keys)
        self._make(key)
        (receipt.merged if keys else receipt.added).append(key)
        changed[key] = None

    def _matches(self, work: Work) -> list[str]:
        """The keys of works that a record is of, the one to keep first; of two works on the shelf only one is."""
        found: dict[str, None] = {}
        for name, value in identities(work):
            for key in self._keys(name, value):
                if key not in found and (there := self.get(key)) is not None and same(there, work):
                    found[key] = None
        shelf = [key for key in found if key in shelving.works()]
        return [*shelf[:1], *(key for key in found if key not in shelf)]

    def _keys(self, name: str, value: str) -> list[str]:
        rows = self._db.execute("SELECT key FROM identity WHERE name = ? AND value = ? ORDER BY key", (name, value))
        return [key for (key,) in rows]

    def _join(self, keys: list[str]) -> list[tuple[str, str]]:
        """Give the records of all these works to the first; the old keys still lead there. Returns (was, is)."""
        joined = [(key, keys[0]) for key in keys[1:]]
        for key, now in joined:
            self._db.execute("UPDATE record SET key = ? WHERE key = ?", (now, key))
            self._rename(key, now)
            self._forget(key)
        return joined

    def _rename(self, key: str, now: str) -> None:
        self._db.execute("UPDATE alias SET now = ? WHERE now = ?", (now, key))
        self._db.execute("INSERT OR REPLACE INTO alias VALUES (?, ?)", (key, now))

    def _forget(self, key: str) -> None:
        self._db.execute("DELETE FROM work WHERE key = ?", (key,))
        self._db.execute("DELETE FROM identity WHERE key = ?", (key,))

    def _make(self, key: str) -> None:
        """Make a work of its sources."""
        work = merged(self.sources(key), key)
        self._db.execute("INSERT OR REPLACE INTO work VALUES (?, ?)", (key, _text(work)))
        self._db.execute("DELETE FROM identity WHERE key = ?", (key,))
        self._db.executemany(
            "INSERT OR IGNORE INTO identity VALUES (?, ?, ?)", [(name, value, key) for name, value in identities(work)]
        )

    def _new_key(self, work: Work) -> str:
        """A key as the shelf writes them, "micallef-2020", with the first letter after it that is free."""
        named = work.authors[0].family if work.authors else next(iter(work.corporate_authors), work.title)
        stem = "-".join(re.findall(r"[a-z0-9]+", folded(named).encode("ascii", "ignore").decode())[:3]) or "work"
        stem += f"-{'undated' if work.issued == UNDATED else work.year}"
        rows = self._db.execute(
            "SELECT key FROM work WHERE key GLOB ?1 UNION SELECT key FROM alias WHERE key GLOB ?1 "
            "UNION SELECT key FROM record WHERE key GLOB ?1",
            (f"{stem}*",),
        )
        taken = {key for (key,) in rows}
        return next(key for key in _lettered(stem) if key not in taken)

    def _shelve(self) -> None:
        """Put the shelf's works in, and find the place of every record among them anew."""
        rows = self._db.execute("SELECT id, key, json FROM record ORDER BY id").fetchall()
        for table in ("work", "identity"):
            self._db.execute(f"DELETE FROM {table}")
        for key in shelving.works():
            self._make(key)
        for number, was, text in rows:
            work = from_json(json.loads(text))
            matches = self._matches(work)
            key = matches[0] if matches else was if self.get(was) is None else self._new_key(work)
            self._db.execute("UPDATE record SET key = ? WHERE id = ?", (key, number))
            if key != was and was not in shelving.works():
                self._rename(was, key)
            self._join(matches)
            self._make(key)

    # -- counts ------------------------------------------------------------------------------------------------------

    def series(self) -> tuple[BaseRate, ...]:
        """Return the reader's own series, as they were added; those of our shelf are `published_series()`.

        One of a work that another was joined to names the key that the work has now.
        """
        rows = self._db.execute("SELECT json FROM series ORDER BY id")
        kept = [rates.from_json(json.loads(text)) for (text,) in rows]
        return tuple(replace(rate, cites=tuple(map(self._current, rate.cites))) for rate in kept)

    def _current(self, key: str) -> str:
        row = self._db.execute("SELECT now FROM alias WHERE key = ?", (key,)).fetchone()
        return key if row is None else str(row[0])

    def add_series(self, rate: BaseRate) -> None:
        """Keep a series; one that is there already is left as it is."""
        text = json.dumps(rates.as_json(rate), ensure_ascii=False)
        with self._changing():
            self._db.execute("INSERT OR IGNORE INTO series (json) VALUES (?)", (text,))

    def counts(self) -> dict[str, tuple[BaseRate, ...]]:
        """Return the counts taken from each work, by its key: the shelf's and the reader's own."""
        found: dict[str, list[BaseRate]] = {}
        for rate in (*rates.all_counts(), *self.series()):
            for key in rate.cites:
                found.setdefault(key, []).append(rate)
        return {key: tuple(many) for key, many in found.items()}

    # -- the file ----------------------------------------------------------------------------------------------------

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """All of what is done within is stored, or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _noted(self, name: str) -> str:
        row = self._db.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return "" if row is None else str(row[0])

    def _note(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, value))


def _text(work: Work) -> str:
    return json.dumps(as_json(work), ensure_ascii=False, separators=(",", ":"))


def _lettered(stem: str) -> Iterator[str]:
    """A stem, then with a, b ... z, aa, ab ... behind it."""
    yield stem
    letters = "abcdefghijklmnopqrstuvwxyz"
    ends = [""]
    while True:
        ends = [end + letter for end in ends for letter in letters]
        yield from (stem + end for end in ends)
