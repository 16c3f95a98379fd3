"""Questions as readers ask them, and what a library answers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequela.evidence import works
from sequela.evidence.search import CLOSE, FACETS, OPEN, Index
from sequela.evidence.search.answers import excerpt
from sequela.evidence.works import Author, Work


def record(key: str, title: str, **more: object) -> Work:
    return Work(key=key, type="article-journal", title=title, issued="2020", **more)  # type: ignore[arg-type]


SMALL = (
    record("trans", "Trans-Arterial Embolization of tumours", language="eng"),
    record("one", "Transarterial embolisation: a case", language="eng", authors=(Author("Ñandú Ruiz", "Ana"),)),
    record("apart", "Post embolization fever", abstract="The postembolization syndrome passes."),
    record(
        "abscess", "Absceso hepático tras la quimioembolización", language="spa", subjects=("Liver Abscess/etiology",)
    ),
    record("english", "Liver abscess after chemoembolization", doi="10.1234/ab_c", pmid="777"),
    record("old", "Bilomas of the bile ducts", volume="3", container_title="Radiología"),
    record("retracted", "Bilomas of many bile ducts", status="retracted"),
)
SMALL = (*SMALL[:5], replace(SMALL[5], issued="1994"), SMALL[6])


def index_of(those: tuple[Work, ...]) -> Index:
    index = Index(sqlite3.connect(":memory:", isolation_level=None))
    index.replace(those)
    return index


@pytest.fixture(scope="module")
def small() -> Index:
    return index_of(SMALL)


@pytest.fixture(scope="module")
def shelf() -> Index:
    return index_of(tuple(works().values()))


def found(index: Index, question: str, **more: object) -> list[str]:
    return [hit.key for hit in index.search(question, **more).hits]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "question", ["transarterial", "trans-arterial", "trans arterial", "Transarterial embolisation"]
)
def test_hyphens_do_not_matter(small: Index, question: str) -> None:
    assert set(found(small, question)[:2]) == {"trans", "one"}


@pytest.mark.parametrize(
    "question", ["postembolization", "post-embolization", "post embolization", "post-embolisation"]
)
def test_neither_in_the_text_nor_in_the_question(small: Index, question: str) -> None:
    assert found(small, question)[0] == "apart"


@pytest.mark.parametrize("question", ["absceso hepático", "abscesos hepaticos", "hepatic abscess", "liver abscesses"])
def test_english_and_spanish_find_the_same(small: Index, question: str) -> None:
    assert {"abscess", "english"} <= set(found(small, question))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("author:nandu", ["one"]),
        ("autor:Ñandú", ["one"]),
        ('title:"bile ducts"', ["retracted", "old"]),
        ("título:bilomas", ["retracted", "old"]),
        ("revista:radiologia", ["old"]),
        ("subject:abscess", ["abscess"]),
        ("materia:liver", ["abscess"]),
        ("doi:10.1234/ab_c", ["english"]),
        ("https://doi.org/10.1234/AB_C", ["english"]),
        ("pmid:777", ["english"]),
        ("year:1994", ["old"]),
        ("año:1990-1999", ["old"]),
        ("year:<2000", ["old"]),
        ("language:es", ["abscess"]),
        ("idioma:spa", ["abscess"]),
        ("status:retracted", ["retracted"]),
        ("complication:biloma -status:retracted", ["old"]),
        ("procedure:TACE language:eng", []),
        ("procedure:TACE -language:spa", ["english"]),
        ('"bile ducts" -many', ["old"]),
        ("bilomas NOT many", ["old"]),
        ("bilom* year:1994", ["old"]),
        ("author:nandu OR author:nobody", ["one"]),
        ("author:nandu abscess", []),
    ],
)
def test_fields_phrases_and_what_is_left_out(small: Index, question: str, expected: list[str]) -> None:
    assert found(small, question) == expected


def test_works_with_all_words_stand_first(shelf: Index) -> None:
    assert found(shelf, "hepatic necrosis embolization neuroendocrine")[0] == "micallef-2020"


def test_a_word_that_half_of_the_works_have_still_ranks() -> None:
    those = tuple(record(f"k{n}", f"Embolization of tumour {n}", abstract="On livers. " * n) for n in range(1, 9))
    index = index_of(
        (*those, record("none", "On bread"), record("text", "On cheese", abstract="Of embolization once."))
    )
    listed = found(index, "embolization")
    assert len(listed) == 9 and listed[-1] == "text"


def test_no_question_lists_everything_and_orders_are_kept(small: Index) -> None:
    answer = small.search("")
    assert answer.total == len(SMALL) == len(answer.hits)
    assert found(small, "", order="oldest")[0] == "old" == found(small, "", order="newest")[-1]
    assert found(small, "", order="title")[0] == "abscess"
    assert found(small, "", order="title", limit=2, offset=2) == found(small, "", order="title")[2:4]


def test_facets_are_counted_over_the_whole_answer(small: Index) -> None:
    answer = small.search("abscess", limit=1)
    assert set(answer.facets) == set(FACETS)
    assert {one.value: one.count for one in answer.facets["complication"]} == {"liver-abscess": 2}
    assert {one.value: one.count for one in answer.facets["subject"]} == {"Liver Abscess": 1}
    chosen = small.search("", facets={"language": ["spa"]})
    assert chosen.total == 1
    # What is chosen in a facet does not narrow that facet, and narrows the others.
    assert {one.value: one.count for one in chosen.facets["language"]} == {"eng": 2, "spa": 1}
    assert {one.value for one in chosen.facets["complication"]} == {"liver-abscess"}
    both = small.search("", facets={"language": ["spa", "eng"], "year": ["2020"]})
    assert both.total == 3


def test_the_words_are_shown_as_they_are_written(small: Index) -> None:
    hit = small.search("trans arterial tumor").hits[0]
    assert hit.marked("[", "]") == "[Trans]-[Arterial] Embolization of [tumours]"
    assert small.search('"embolization of tumours"').hits[0].marked("[", "]").endswith("[Embolization] [of] [tumours]")
    assert small.search("postembolization").hits[0].marked("<", ">") == "The <postembolization> syndrome passes."


def test_an_excerpt_is_cut_between_words_around_what_was_found() -> None:
    text = " ".join(f"word{number}" for number in range(100))
    said = excerpt("", text, (), (60, 62))
    assert said.startswith("… word56 ") and said.endswith("word85 …")
    assert said.count(OPEN) == said.count(CLOSE) == 2
    assert excerpt("A title", "", (1,), ()) == f"A {OPEN}title{CLOSE}"
    assert excerpt("A title", "Text.", (), ()) == "Text."
    assert excerpt("", "", (), ()) == ""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("necrossis", "necrosis"),
        ("abcess", "abscess"),
        ("embolizasion of the livr", "embolization of the liver"),
        ("neuroendocrin", ""),
        ("10.1234/zzzz", ""),
        ("abscess", ""),
        ("zzzzzz", ""),
    ],
)
def test_another_spelling_is_offered_where_next_to_nothing_is_found(shelf: Index, question: str, expected: str) -> None:
    assert shelf.search(question).suggestion == expected


def test_a_suggestion_is_written_as_the_works_write_it(small: Index) -> None:
    assert small.search("hepaticco").suggestion == "hepático"


def test_similar_works_are_about_the_same(shelf: Index, small: Index) -> None:
    near = shelf.similar("micallef-2020")
    assert len(near) == 5 and "micallef-2020" not in near
    assert small.similar("old")[-1] == "retracted"
    assert small.similar("nobody") == ()


def test_what_is_put_replaced_and_removed_is_so_at_once() -> None:
    index = index_of(SMALL)
    index.put([replace(SMALL[0], title="On something else", language="ger"), record("new", "Chylothorax")])
    assert found(index, "chylothorax") == ["new"] and "trans" not in found(index, "transarterial")
    assert found(index, "language:ger") == ["trans"] and index.count == len(SMALL) + 1
    index.remove(["new", "trans", "never there"])
    assert found(index, "chylothorax") == [] and found(index, "language:ger") == []
    assert index.count == len(SMALL) - 1
    assert all(one.value != "ger" for one in index.search("").facets["language"])


ODD = st.text(alphabet=st.one_of(st.sampled_from("\"*:-()^+{}ORANDNOT '\\NEAR/"), st.characters()), max_size=40)


@given(ODD)
def test_any_text_is_a_question(question: str) -> None:
    answer = SMALL_INDEX.search(question, limit=3)
    assert answer.total <= len(SMALL) and len(answer.hits) == min(3, answer.total)


SMALL_INDEX = index_of(SMALL)


@given(
    st.lists(st.sampled_from(["bilomas", "title:bile", "-many", '"bile ducts"', "year:2020", "OR", "liver", "absceso"]))
)
def test_the_total_is_what_the_pages_hold(parts: list[str]) -> None:
    question = " ".join(parts)
    keys = [key for page in pages(question) for key in page]
    assert len(keys) == len(set(keys)) == SMALL_INDEX.search(question).total


def pages(question: str) -> Iterator[list[str]]:
    offset = 0
    while page := [hit.key for hit in SMALL_INDEX.search(question, limit=2, offset=offset).hits]:
        yield page
        offset += 2
