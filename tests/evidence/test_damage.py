"""Damaged files: whatever is read of them can be kept, cited, written in every format and read again."""

from __future__ import annotations

import random
from collections.abc import Iterator
from unicodedata import category

import pytest

from sequela.errors import UserError
from sequela.evidence import embedding, formats, shelving
from sequela.evidence.citing import STYLES
from sequela.evidence.works import Author, Work, as_json, from_json

WRITTEN = ("ris", "bibtex", "csl", "endnote", "marcxml")
RUBBLE = (
    *(b"1" * 5000, b"9" * 20, b"\x00", b"\x1f\x8b", b"\xff\xfe", b"\xed\xa0\x80", b"\\ud800", b"\\u0000", b"\r\n\r\n"),
    *(b"<", b">", b"&", b'"', b"{", b"}", b"[", b"]", b"\n", b"\\", b"$", b"--", b",", b"/", b"  - ", b"%0 ", b"[" * 9),
    *("٣²Ⅷ".encode(), b"null", b"true", b"1e999", b"-1", b'<!DOCTYPE x [<!ENTITY a "b">]>', b"&a;", b"http://["),
)
HUGE = "1" * 5000


def damaged(seed: int, files: int) -> Iterator[bytes]:
    """Files of the shelf's works with pieces put in, taken out, written over and taken from one another."""
    chance = random.Random(seed)
    shelf = list(shelving.works().values())
    whole = [formats.written(chance.sample(shelf, 3), key).encode() for key in WRITTEN for _ in range(6)]
    for _ in range(files):
        text = bytearray(chance.choice(whole))
        for _ in range(chance.choice((1, 1, 2, 3, 8))):
            at, size = chance.randrange(len(text)), chance.choice((1, 4, 40, 400))
            match chance.randrange(4):
                case 0:
                    text[at:at] = chance.choice(RUBBLE)
                case 1:
                    del text[at : at + size]
                case 2:
                    text[at] = chance.randrange(256)
                case _:
                    other = chance.choice(whole)
                    begin = chance.randrange(len(other))
                    text[at:at] = other[begin : begin + size]
            if not text:
                break
        yield bytes(text)


def unlike(work: Work) -> Iterator[str]:
    """The formats in which a work does not come back as one work."""
    for key in WRITTEN:
        if len(formats.read(formats.written([work], key).encode(), "a test").works) != 1:
            yield key


@pytest.mark.parametrize("seed", range(4))
def test_what_is_read_of_a_damaged_file_can_be_used(seed: int) -> None:
    taken = 0
    for data in damaged(seed, 200):
        try:
            reading = formats.read(data, "a test")
        except UserError:
            continue
        for work in reading.works:
            taken += 1
            assert from_json(as_json(work)) == work
            assert list(unlike(work)) == []
            assert not any(category(sign) == "Cc" for style in STYLES.values() for sign in style(work))
            assert embedding.highwire(work) is not None and embedding.json_ld(work, "") and embedding.coins(work)
    assert taken > 200


@pytest.mark.parametrize(
    "text",
    [
        f'[{{"type": "book", "title": "A", "volume": {HUGE}}}]',
        f'{{"leader": "00000cam a2200000 a 4500", "fields": [{{"001": {HUGE}}}]}}',
        f'{{"resultList": {{"result": [{{"id": "1", "title": "A", "pmid": {HUGE}}}]}}}}',
        '[{"type": "book", "title": ' + "[" * 100_000,
    ],
    ids=["csl", "marc", "europepmc", "deep"],
)
def test_json_that_python_does_not_read_is_refused(text: str) -> None:
    reading = formats.read(text.encode(), "a test")
    assert (reading.works, len(reading.refused)) == ((), 1)


def test_a_page_with_such_json_still_tells_what_its_tags_say() -> None:
    script = f'<script type="application/ld+json">{{"@type": "Book", "name": "A", "volumeNumber": {HUGE}}}</script>'
    page = f'<html><head>{script}<meta name="citation_title" content="B"></head></html>'
    assert [work.title for work in formats.read(page.encode(), "a test").works] == ["B"]


def test_pages_of_any_length() -> None:
    (work,) = formats.read(f"PMID- 7\nTI  - A.\nPG  - {HUGE}-{HUGE}2\n".encode(), "a test").works
    assert work.page == f"{HUGE}-{HUGE}2"


def test_signs_that_no_file_may_hold_are_left_out_and_only_an_abstract_has_lines() -> None:
    item = r'[{"type": "book", "title": "A\u0000 \u0080\ud800", "publisher": "C\nD", "abstract": "E\u0007\nF"}]'
    (work,) = formats.read(item.encode(), "a test").works
    assert (work.title, work.publisher, work.abstract) == ("A €", "C D", "E\nF")
    assert list(unlike(work)) == []


def test_who_has_no_family_name_has_the_given_one() -> None:
    item = '[{"type": "book", "title": "A", "author": [{"given": "Ana"}, {"family": "\x07"}, {"family": "Ruiz"}]}]'
    (work,) = formats.read(item.encode(), "a test").works
    assert work.authors == (Author("Ana"), Author("Ruiz"))
    assert from_json(as_json(work)) == work


def test_a_work_of_which_only_the_pmcid_is_known_comes_back() -> None:
    assert list(unlike(Work("a", "article-journal", "", pmcid="PMC7213831", issued="2020"))) == []
