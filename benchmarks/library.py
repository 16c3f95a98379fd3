"""How fast does a large library answer? A hundred thousand records: time to index, size, and the time of a question.

    python -m benchmarks.library                   a hundred thousand records
    python -m benchmarks.library --records 10000   fewer, to try it out
    python -m benchmarks.library --dry             print only, store nothing

The records are made: titles and abstracts of words that are as frequent as words are (Zipf). One in five has the words
of our own shelf among them, so that each of a clinician's questions finds thousands; years, languages, headings and
authors stand beside them. The peer is FTS5 as it comes (unicode61, no columns weighed, no facets, no excerpts) over the
same texts in the same run.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from benchmarks.__main__ import store, table
from benchmarks.machine import load, machine
from benchmarks.measurement import Measurement
from sequela.evidence import works
from sequela.evidence.folding import WORD, is_stop
from sequela.evidence.search import Index
from sequela.evidence.works import Author, Work

RECORDS, QUESTIONS, SEED = 100_000, 200, 1
PEER = "FTS5 as it comes"
LIMIT_MS = 50.0
"""What 95 of 100 questions must be answered within."""
OURS = 0.2
"""The share of records that are of our field."""
TITLE, ABSTRACT = (6, 18), (60, 220)
LANGUAGES = ("eng",) * 16 + ("spa", "ger", "fre", "chi")


def vocabulary(chance: random.Random) -> tuple[list[str], list[str]]:
    """Words of our shelf and made words, of each the most frequent first."""
    counts: dict[str, int] = {}
    for work in works().values():
        for found in WORD.finditer(f"{work.title} {work.summary}"):
            counts[found[0].lower()] = counts.get(found[0].lower(), 0) + 1
    letters = "aeiou", "bcdfglmnprstv"
    made = ("".join(chance.choice(letters[at % 2]) for at in range(chance.randint(4, 11))) for _ in range(60_000))
    return sorted(counts, key=lambda word: (-counts[word], word)), list(dict.fromkeys(made))


def records(number: int, chance: random.Random, ours: Sequence[str], made: Sequence[str]) -> Iterator[Work]:
    """Yield made records, the same for the same seed."""
    other = [*(word for word in ours if is_stop(word)), *made]
    mixed = [word for pair in zip(ours, made[: len(ours)], strict=True) for word in pair] + list(made[len(ours) :])
    names = made[200:4_000]
    headings = sorted({subject for work in works().values() for subject in work.subjects}) or ["Liver"]
    frequency = {
        id(words): list(itertools.accumulate(1 / (rank + 2.7) for rank in range(len(words))))
        for words in (other, mixed)
    }

    def text(words: Sequence[str], least: int, most: int) -> str:
        return " ".join(chance.choices(words, cum_weights=frequency[id(words)], k=chance.randint(least, most)))

    for at in range(number):
        words = mixed if chance.random() < OURS else other
        yield Work(
            key=f"made-{at}",
            type=chance.choice(("article-journal", "article-journal", "article-journal", "chapter", "report")),
            title=text(words, *TITLE).capitalize(),
            issued=str(chance.randint(1975, 2026)),
            language=chance.choice(LANGUAGES),
            authors=tuple(Author(chance.choice(names).capitalize(), "A") for _ in range(chance.randint(1, 8))),
            subjects=tuple(chance.sample(headings, k=min(3, len(headings)))),
            abstract=text(words, *ABSTRACT),
        )


def questions(chance: random.Random, made: Sequence[str]) -> list[tuple[str, dict[str, list[str]]]]:
    """Questions of one to five words as people ask them, a third with a facet, some with a phrase or a field."""
    ours = [word for work in works().values() for word in work.title.lower().split() if word.isalpha()]
    telling = [word for word in ours if not is_stop(word) and len(word) > 3]
    found: list[tuple[str, dict[str, list[str]]]] = []
    for at in range(QUESTIONS):
        told = chance.sample(telling, k=chance.randint(1, 5))
        if at % 10 == 0:
            told = [f'"{told[0]} {chance.choice(telling)}"', *told[1:]]
        if at % 10 == 5:
            told.append(f"author:{chance.choice(made[200:4_000])}")
        if at % 20 == 7:
            told = [chance.choice(("embolización hepática", "absceso hepático", "trombosis portal"))]
        facets = [{}, {}, {"language": ["eng"]}, {"year": ["2015-2026"]}, {}, {"procedure": ["TACE"]}]
        found.append((" ".join(told), facets[at % len(facets)]))
    return found


def main(arguments: list[str]) -> int:
    """Make, index, ask, print, store; the exit code is 1 when a limit is not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.library", description="How fast a library answers.")
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--dry", action="store_true", help="print only, store nothing")
    given = parser.parse_args(arguments)
    here, before = machine(), load()
    chance = random.Random(SEED)
    ours, other = vocabulary(chance)
    made = list(records(given.records, chance, ours, other))
    asked = questions(chance, other)
    with tempfile.TemporaryDirectory(prefix="sequela-library-") as name:
        found = list(measured(made, asked, Path(name)))
    here |= {"load_before": before, "load_after": load()}
    table(found, here)
    if not given.dry:
        print(f"stored in benchmarks/results/{store(found, here, ['library']).name}")
    return int(any(measurement.kept is False for measurement in found))


def measured(
    made: Sequence[Work], asked: Sequence[tuple[str, dict[str, list[str]]]], folder: Path
) -> Iterator[Measurement]:
    """Yield what it takes to index the records and to answer the questions, each beside FTS5 as it comes."""
    ours, plain = folder / "ours.db", folder / "plain.db"
    connection = sqlite3.connect(ours, isolation_level=None)
    index = Index(connection)
    seconds = _taken(lambda: _within(connection, lambda: index.replace(made)))
    peer = sqlite3.connect(plain, isolation_level=None)
    peer.execute("CREATE VIRTUAL TABLE text USING fts5(title, body)")
    floor = _taken(lambda: _within(peer, lambda: _fill(peer, made)))
    rates = len(made) / seconds, len(made) / floor
    yield Measurement("records indexed", rates[0], "records/s", note=f"{rates[1] / rates[0]:.1f} times {PEER}")
    size, least = (path.stat().st_size / 2**20 for path in (ours, plain))
    yield Measurement("size on disk", size, "MiB", note=f"{size / least:.1f} times {PEER}")
    times = [_taken(partial(index.search, question, facets=facets)) * 1000 for question, facets in asked]
    plain_times = [_taken(partial(_ask, peer, question)) * 1000 for question, _ in asked]
    for what, percent, limit in (("half of the questions", 50, None), ("95 of 100 questions", 95, LIMIT_MS)):
        reached, floor = _quantile(times, percent), _quantile(plain_times, percent)
        yield Measurement(f"{what} within", reached, "ms", limit, f"{reached / floor:.1f} times {PEER}")


def _fill(peer: sqlite3.Connection, made: Sequence[Work]) -> None:
    peer.executemany("INSERT INTO text VALUES (?, ?)", ((work.title, work.abstract) for work in made))


def _ask(peer: sqlite3.Connection, question: str) -> object:
    words = " OR ".join(f'"{found[0]}"' for found in WORD.finditer(question))
    return peer.execute("SELECT rowid FROM text WHERE text MATCH ? ORDER BY rank LIMIT 20", (words,)).fetchall()


def _within(connection: sqlite3.Connection, what: Callable[[], object]) -> None:
    connection.execute("BEGIN")
    what()
    connection.execute("COMMIT")


def _taken(what: Callable[[], object]) -> float:
    start = time.perf_counter()
    what()
    return time.perf_counter() - start


def _quantile(times: Sequence[float], percent: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
