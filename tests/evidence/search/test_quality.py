"""How good is the search? Mean average precision on two public collections, through the index that readers ask.

Golden: the tuned FTS5 (porter, stop words) of `golden/ir_baselines.json`, another program on the same files.
"""

from __future__ import annotations

import html
import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from sequela.evidence.search import Index
from sequela.evidence.works import Work

DEEP = 1000
"""How far down an answer is looked at."""
TUNED = "fts5 porter unicode61 stop=True"
Relevant = Mapping[str, set[str]]


def vaswani(folder: Path) -> tuple[list[Work], dict[str, str], Relevant]:
    read = {name: (folder / name).read_text() for name in ("doc-text.trec", "query-text.trec", "qrels")}
    documents = re.findall(r"<DOCNO>(\d+)</DOCNO>(.*?)</DOC>", read["doc-text.trec"], re.DOTALL)
    queries = re.findall(r"<num>\s*(\d+)\s*</num>\s*<title>(.*?)</title>", read["query-text.trec"], re.DOTALL)
    return [record(number, "", text) for number, text in documents], dict(queries), judged(read["qrels"])


def cranfield(folder: Path) -> tuple[list[Work], dict[str, str], Relevant]:
    works = []
    for document in re.findall(r"<doc>(.*?)</doc>", (folder / "cran.all.1400.xml").read_text(), re.DOTALL):
        number, title, text = (
            re.search(rf"<{tag}>(.*?)</{tag}>", document, re.DOTALL) for tag in ("docno", "title", "text")
        )
        if number is None or title is None:
            raise ValueError("a document of Cranfield has a number and a title")
        works.append(record(number[1].strip(), html.unescape(title[1]), html.unescape(text[1] if text else "")))
    # Judgements are by the place of a query in the file; its printed number is another one.
    titles = re.findall(r"<title>(.*?)</title>", (folder / "cran.qry.xml").read_text(), re.DOTALL)
    queries = {str(place): html.unescape(title) for place, title in enumerate(titles, 1)}
    return works, queries, judged((folder / "cranqrel.trec.txt").read_text())


def record(number: str, title: str, text: str) -> Work:
    return Work(key=f"d{number}", type="document", title=" ".join(title.split()), abstract=" ".join(text.split()))


def judged(text: str) -> Relevant:
    relevant: dict[str, set[str]] = {}
    for line in text.splitlines():
        query, _, document, grade = line.split()
        if int(grade) > 0:
            relevant.setdefault(query, set()).add(f"d{document}")
    return relevant


def average_precision(found: Sequence[str], relevant: set[str]) -> float:
    right, total = 0, 0.0
    for rank, key in enumerate(found, 1):
        if key in relevant:
            right += 1
            total += right / rank
    return total / len(relevant)


def test_average_precision_of_a_hand_worked_list() -> None:
    assert average_precision(["a", "x", "b", "y"], {"a", "b", "c"}) == pytest.approx((1 + 2 / 3) / 3)


@pytest.mark.parametrize(("name", "golden"), [("vaswani", "vaswani"), ("cranfield", "cranfield_ordinal_ids")])
def test_it_is_at_least_as_good_as_the_tuned_baseline(shared: Path, name: str, golden: str) -> None:
    folder = shared / "data" / "search-collections" / name
    if not folder.is_dir():
        pytest.skip(f"the collection {name} is not on this machine")
    works, queries, relevant = {"vaswani": vaswani, "cranfield": cranfield}[name](folder)
    index = Index(sqlite3.connect(":memory:", isolation_level=None))
    index.replace(works)
    precisions = [
        average_precision(index.keys(text, DEEP), relevant[number])
        for number, text in queries.items()
        if number in relevant
    ]
    reached = sum(precisions) / len(precisions)
    baselines = json.loads((shared / "golden" / "ir_baselines.json").read_text())
    aim = baselines[golden][TUNED]["AP"]
    assert reached >= aim, f"{name}: MAP {reached:.4f} over {len(precisions)} questions"
