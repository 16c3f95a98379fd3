"""XML without a network, without entities of its own, and broken off at any place."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequela.errors import UserError
from sequela.evidence.formats import Refused, read
from sequela.evidence.formats.markup import address, child, elements, root_of, said

ARTICLE = "<Article><ArticleTitle>{}</ArticleTitle></Article>"
RECORD = f"<PubmedArticle><MedlineCitation>{ARTICLE}</MedlineCitation></PubmedArticle>"
SET = "<PubmedArticleSet>" + "".join(RECORD.format(f"Title {number}") for number in range(3)) + "</PubmedArticleSet>"
BROKEN = "is not well-formed XML from here on"


def titles(text: str | bytes) -> list[str]:
    return [work.title for work in read(text.encode() if isinstance(text, str) else text, "file").works]


def refusals(text: str | bytes) -> list[Refused]:
    return list(read(text.encode() if isinstance(text, str) else text, "file").refused)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            "<?xml version='1.0'?>\n<!-- <other> -->\n<!DOCTYPE article PUBLIC '-//X' 'y.dtd'>\n<article x='1'>",
            "article",
        ),
        ("<!DOCTYPE a [<!ELEMENT b ANY>]><a/>", "a"),
        ("\ufeff<marc:collection xmlns:marc='x'>", "collection"),
        ("TY  - JOUR", ""),
        ("", ""),
    ],
)
def test_the_outermost_element_is_told_from_the_beginning(head: str, expected: str) -> None:
    assert root_of(head.encode()) == root_of(head.encode("utf-16")) == expected


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(9))


@pytest.mark.parametrize(
    "declared",
    [
        LAUGHS,
        '<!ENTITY file SYSTEM "passwords.txt">',
        '<!ENTITY % far SYSTEM "http://example.org/far.dtd"> %far;',
    ],
)
def test_a_file_with_entities_of_its_own_is_refused_whole(declared: str) -> None:
    text = f"<!DOCTYPE PubmedArticleSet [{declared}]>" + SET.replace("Title 0", "&l8;&file;")
    for data in (text.encode(), text.encode("utf-16")):
        assert titles(data) == []
        assert refusals(data) == [Refused("prologue", "declares entities of its own, which are not read")]


def test_depth_and_length_have_an_end() -> None:
    assert refusals("<PubmedArticleSet>" + "<a>" * 100_000)[0].why == BROKEN
    assert refusals(SET.replace("Title 1", "x" * 11_000_000))[-1].why == BROKEN


def test_an_external_dtd_is_named_and_never_fetched() -> None:
    named = '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "https://example.org/none.dtd">'
    assert titles(named + SET) == ["Title 0", "Title 1", "Title 2"]


def test_what_stands_before_a_break_is_kept_and_the_break_is_told() -> None:
    cut = SET[: SET.index("Title 2")]
    assert titles(cut) == ["Title 0", "Title 1"]
    assert refusals(cut) == [Refused("line 1", BROKEN)]


def test_one_record_without_a_title_does_not_stop_the_others() -> None:
    text = SET.replace("Title 1", " ")
    assert (titles(text), refusals(text)) == (["Title 0", "Title 2"], [Refused("record 2", "no title")])


def test_text_is_one_line_with_words_apart() -> None:
    text = "<t>A <i>β</i>\n\t\t<sub>2</sub>-agonist, CO<sub>2</sub> &amp; 10<sup>9</sup>\n<p>One.</p><p>Two.</p></t>"
    assert [said(found) for found in elements(text.encode(), "t")] == ["A β2-agonist, CO2 & 109 One. Two."]


def test_letters_that_a_dtd_would_have_named_are_read() -> None:
    text = '<!DOCTYPE article SYSTEM "none.dtd"><article><t>Caf&eacute; &ndash; bar</t></article>'
    assert [said(found) for found in elements(text.encode(), "t")] == ["Café – bar"]


def test_an_undeclared_prefix_is_no_break() -> None:
    found = elements(b"<article><uri xlink:href='https://a.example'/></article>", "uri")
    assert [(address(one), child(one, "none")) for one in found] == [("https://a.example", None)]


def test_a_packed_file_is_unpacked_and_a_broken_one_is_an_error() -> None:
    packed = gzip.compress(SET.encode())
    assert len(titles(packed)) == 3
    with pytest.raises(UserError, match="packed file is broken"):
        read(packed[:-10], "file.gz")


@given(st.data())
def test_damage_becomes_refusals_and_never_an_error(data: st.DataObject) -> None:
    text = bytearray(SET.encode())
    for _ in range(data.draw(st.integers(1, 5))):
        text[data.draw(st.integers(30, len(text) - 1))] = data.draw(st.integers(0, 255))
    assert len(read(bytes(text), "file").works) <= 3


def test_the_samples_of_others_are_read(shared: Path) -> None:
    folder = shared / "data" / "bibliography"
    files = sorted([*(folder / "jats").glob("*ml"), *(folder / "pubmed").glob("*.xml")])
    read_of = {file.name: read(file.read_bytes(), file.name) for file in files}
    whole = {name for name, one in read_of.items() if len(one.works) == 1 and not one.refused}
    # Templates of JATS4R, in which every field is empty.
    empty = {"PubHist.example.VoR-corrected", "example-1", "minimal-1.1d1-nodtd", "minimal-1.1d1-withdtd"}
    assert set(read_of) - whole == {f"jats4r_{name}.xml" for name in empty}
    assert all(read_of[name].refused == (Refused("article 1", "no title"),) for name in set(read_of) - whole)
    assert len(files) == 13
