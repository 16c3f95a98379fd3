"""A reader's library: what is kept, what is merged, and that nothing accepted is lost."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from sequela import evidence
from sequela.errors import UnknownName, UserError
from sequela.evidence import shelving
from sequela.evidence.formats import Reading, Refused
from sequela.evidence.library import Library
from sequela.evidence.rates import published_series
from sequela.evidence.works import Author, Work

PAPER = Work(
    key="",
    type="article-journal",
    title="On bilomas",
    issued="2019",
    authors=(Author("Ñandú Ruiz", "A"),),
    doi="10.1/a",
)


def reading(*works: Work, kind: str = "ris", refused: tuple[Refused, ...] = ()) -> Reading:
    return Reading(kind, works, refused)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library.db")


def test_without_a_file_it_is_the_shelf() -> None:
    with Library() as library:
        assert {work.key for work in library.works()} == set(evidence.works())
        assert library.work("micallef-2020").title == evidence.work("micallef-2020").title


def test_what_becomes_of_each_record_is_counted(library: Library) -> None:
    refused = Refused("record 3", "no title")
    receipt = library.take(reading(PAPER, replace(PAPER, volume="3"), refused=(refused,)), "a.ris")
    assert (receipt.added, receipt.merged, receipt.refused) == (["nandu-ruiz-2019"], ["nandu-ruiz-2019"], [refused])
    again = library.take(reading(PAPER, replace(PAPER, issue="2")), "b.ris")
    assert (again.unchanged, again.merged, again.added) == (["nandu-ruiz-2019"], ["nandu-ruiz-2019"], [])
    assert receipt.read == 3 and again.read == 2
    assert receipt.as_json()["read"] == 3 and receipt.as_json()["refused"] == [{"where": "record 3", "why": "no title"}]
    work = library.work("nandu-ruiz-2019")
    assert (work.volume, work.issue) == ("3", "2")


@pytest.mark.parametrize(
    "name", ["nandu-ruiz-2019", "10.1234/A", "https://doi.org/10.1234/a", "77", "PMID: 77", "PMC8"]
)
def test_a_work_is_found_by_key_and_identifier(library: Library, name: str) -> None:
    library.take(reading(replace(PAPER, doi="10.1234/a", pmid="77", pmcid="PMC8")), "a")
    assert library.work(name).key == "nandu-ruiz-2019"


def test_an_unknown_name_is_answered_with_the_nearest(library: Library) -> None:
    with pytest.raises(UnknownName, match="micallef-2020"):
        library.work("micalef-2020")


def test_a_record_of_a_work_on_the_shelf_completes_it_and_leaves_the_shelf_alone(library: Library) -> None:
    paper = evidence.work("micallef-2020")
    record = Work(key="", type="article-journal", title="Other words", doi=paper.doi, issn=("2284-2594",), pmid="5")
    assert library.take(reading(record), "a").merged == ["micallef-2020"]
    work = library.work("micallef-2020")
    assert (work.issn, work.title, work.pmid) == (("2284-2594",), paper.title, paper.pmid)
    assert evidence.work("micallef-2020") is paper
    assert [source.format for source in library.sources("micallef-2020")] == ["shelf", "ris"]


def test_keys_take_the_next_letter(library: Library) -> None:
    papers = [replace(PAPER, doi=f"10.1/{number}", title=f"Part {number}") for number in range(28)]
    keys = library.take(reading(*papers), "a").added
    assert keys[:3] == ["nandu-ruiz-2019", "nandu-ruiz-2019a", "nandu-ruiz-2019b"]
    assert keys[-2:] == ["nandu-ruiz-2019z", "nandu-ruiz-2019aa"]


def test_a_record_that_shows_two_works_to_be_one_joins_them(library: Library) -> None:
    known_by_doi = replace(PAPER, title="On bilomas (online)")
    known_by_pmid = replace(PAPER, doi="", pmid="7", title="On bilomas (print)")
    keys = library.take(reading(known_by_doi, known_by_pmid), "a").added
    library.add_series(replace(published_series()[0], cites=(keys[1],)))
    receipt = library.take(reading(replace(PAPER, pmid="7")), "b")
    assert library.series()[0].cites == (keys[0],) and keys[0] in library.counts()
    assert receipt.joined == [(keys[1], keys[0])]
    assert library.work(keys[1]) == library.work(keys[0])
    assert len(library.sources(keys[0])) == 3 and len(library) == len(evidence.works()) + 1


def test_two_works_of_the_shelf_are_never_joined(library: Library) -> None:
    one, other = [work for work in evidence.works().values() if work.doi][:2]
    receipt = library.take(reading(Work(key="", type="document", title=other.title, doi=one.doi, pmid=other.pmid)), "a")
    assert receipt.joined == [] and receipt.merged == [one.key]
    assert library.get(other.key) is not None


def test_an_error_on_the_way_leaves_the_library_as_it_was(library: Library) -> None:
    def stop(done: int, of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.take(reading(PAPER, replace(PAPER, doi="10.1/b"), replace(PAPER, doi="10.1/c")), "a", stop)
    assert len(library) == len(evidence.works())
    assert library.take(reading(PAPER), "a").added == ["nandu-ruiz-2019"]


def test_it_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    rate = published_series()[0]
    with Library(path) as library:
        library.take(reading(PAPER), "a")
        library.add_series(rate)
        library.add_series(rate)
    with Library(path) as library:
        assert library.work("nandu-ruiz-2019").authors == PAPER.authors
        assert library.series() == (rate,)


def test_a_library_that_may_only_be_read_is_read(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    Library(path).close()
    with sqlite3.connect(path) as held:  # someone else is writing
        held.execute("BEGIN IMMEDIATE")
        with Library(path) as library:
            assert library.get("micallef-2020") is not None
        held.execute("ROLLBACK")
    held.close()


def test_a_new_shelf_finds_the_readers_records_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "library.db"
    parts = (
        PAPER,
        replace(PAPER, doi="", pmid="7", title="Print"),
        replace(PAPER, pmid="7"),
        replace(PAPER, doi="10.1/z"),
    )
    with Library(path) as library:
        for part in parts:
            library.take(reading(part), "a")
        before = {work.key: work for work in library.works()}
    ours = replace(PAPER, key="nandu-2019", summary="Ours.", source="known, unverified")
    shelf = {**evidence.works(), ours.key: ours}
    monkeypatch.setattr(shelving, "works", lambda: shelf)
    with Library(path) as library:
        now = library.work("nandu-ruiz-2019")
        assert (now.key, now.summary, now.pmid, len(library.sources(now.key))) == ("nandu-2019", "Ours.", "7", 4)
        assert library.work("nandu-ruiz-2019a").key == "nandu-2019"
        others = {key: work for key, work in before.items() if key != "nandu-ruiz-2019"}
        assert others["nandu-ruiz-2019b"].doi == "10.1/z"
        assert others.items() <= {work.key: work for work in library.works()}.items()
    monkeypatch.undo()
    with Library(path) as library:  # and back: the records outlive the shelf's work
        assert library.work("nandu-2019").doi == PAPER.doi
        assert len(library) == len(before)


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to be looked at", b""])
def test_a_file_of_others_is_refused_or_an_empty_one_taken(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    if content:
        with pytest.raises(UserError, match=r"notes\.txt: cannot be used as a library"):
            Library(path)
        assert path.read_bytes() == content
    else:
        assert len(Library(path)) == len(evidence.works())


def test_another_programs_database_is_refused_and_left(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE kept (x)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(UserError, match="not a library"):
        Library(path)
    assert path.read_bytes() == before


ADDING = """
import sys
from pathlib import Path
from sequela.evidence.formats import Reading
from sequela.evidence.library import Library
from sequela.evidence.works import Work

def told(done, of):
    if done == 50:
        print("half way", flush=True)
        sys.stdin.read()

with Library(Path(sys.argv[1])) as library:
    library.take(Reading("ris", (Work("", "document", "First", "2001", doi="10.1/first"),), ()), "first.ris")
    works = tuple(Work("", "document", f"T{n}", "2001", doi=f"10.1/{n}") for n in range(100))
    library.take(Reading("ris", works, ()), "many.ris", told)
"""


def test_a_killed_addition_loses_nothing_that_was_accepted(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    adding = subprocess.Popen(
        [sys.executable, "-c", ADDING, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ
    )
    with adding:
        assert adding.stdout is not None and adding.stdout.readline() == b"half way\n"
        adding.send_signal(signal.SIGKILL)
    with Library(path) as library:
        assert library.get("first-2001") is not None
        assert len(library) == len(evidence.works()) + 1
        assert library._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
