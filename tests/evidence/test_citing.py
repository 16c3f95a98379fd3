"""References against the samples of those who made the styles, and the rules that those samples do not show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sequela.evidence import shelving
from sequela.evidence.citing import STYLES, apa, citation, vancouver
from sequela.evidence.works import Author, Notice, Work
from tests.evidence.citing_samples import APA, VANCOUVER, article, people

TWENTY_ONE = "; ".join(f"Family{letter}, {letter}. B." for letter in "ABCDEFGHIJKLMNOPQRSTU")


@pytest.mark.parametrize(("work", "said"), VANCOUVER, ids=lambda one: one.title[:20] if isinstance(one, Work) else "")
def test_vancouver_is_what_the_library_prints(work: Work, said: str) -> None:
    assert vancouver(work) == said


@pytest.mark.parametrize(("work", "said"), APA, ids=lambda one: one.title[:20] if isinstance(one, Work) else "")
def test_apa_is_what_the_association_prints(work: Work, said: str) -> None:
    assert apa(work) == said


def test_identifiers_end_a_reference_as_in_pubmed() -> None:
    work = article("T", "J", "2020", "7", "", "", doi="10.1000/a", pmid="32399442", pmcid="PMC7213831")
    assert vancouver(work) == "T. J. 2020;7. doi: 10.1000/a. PMID: 32399442; PMCID: PMC7213831."


def test_a_record_without_a_title_has_a_reference_and_a_heading() -> None:
    work = Work("k", "article-journal", "", "2020", doi="10.1000/a", container_title="J")
    assert vancouver(work) == "J. 2020. doi: 10.1000/a."
    assert apa(work) == "(2020). J. https://doi.org/10.1000/a"
    assert citation(work) == "J 2020. doi:10.1000/a"
    assert (work.heading, replace(work, doi="", pmid="7").heading) == ("doi:10.1000/a", "PMID 7")


def test_an_abstract_of_a_meeting_stands_in_a_journal() -> None:
    work = Work("k", "paper-conference", "T", "2020", container_title="Am J Gastroenterol", volume="115", page="S1-S2")
    assert vancouver(work) == "T. Am J Gastroenterol. 2020;115:S1-2."
    assert apa(work) == "T. (2020). Am J Gastroenterol, 115, S1–S2."


def test_a_translated_title_stands_in_brackets_in_both() -> None:
    work = article("Necrosis hepática", "Rev", "2020", "7", "", "", translated_title="Liver necrosis", language="spa")
    assert vancouver(work) == "Necrosis hepática [Liver necrosis]. Rev. 2020;7. Spanish."
    assert apa(work) == "Necrosis hepática [Liver necrosis]. (2020). Rev, 7."


def test_twenty_authors_are_all_named_and_of_one_more_the_first_nineteen_and_the_last() -> None:
    many = people(TWENTY_ONE)
    twenty = apa(article("T", "J", "2020", "7", "", "", authors=many[:20]))
    assert twenty.startswith("FamilyA, A. B., FamilyB, B. B., ")
    assert "FamilyS, S. B., & FamilyT, T. B. (2020)" in twenty
    one_more = apa(article("T", "J", "2020", "7", "", "", authors=many))
    assert "FamilyS, S. B., . . . FamilyU, U. B. (2020)" in one_more
    assert "FamilyT" not in one_more
    assert "&" not in one_more


def test_a_list_that_is_known_to_be_cut_short_says_so() -> None:
    work = article("T", "J", "2020", "7", "", "", authors=people("Rahbari, N. N."), authors_incomplete=True)
    assert vancouver(work).startswith("Rahbari NN, et al. T.")
    assert apa(work).startswith("Rahbari, N. N., et al. (2020). T.")


@pytest.mark.parametrize(
    ("author", "in_vancouver", "in_apa"),
    [
        (Author("King", "Martin Luther", suffix="Jr."), "King ML Jr", "King, M. L., Jr."),
        (Author("Sartre", "Jean-Paul"), "Sartre JP", "Sartre, J.-P."),
        (Author("García Márquez", "Gabriel José"), "García Márquez GJ", "García Márquez, G. J."),
        (Author("Micallef", "SM"), "Micallef SM", "Micallef, S. M."),
        (Author("Plato"), "Plato", "Plato"),
    ],
)
def test_names(author: Author, in_vancouver: str, in_apa: str) -> None:
    work = article("T", "J", "2020", "7", "", "", authors=(author,))
    assert vancouver(work).startswith(f"{in_vancouver}. T")
    assert apa(work).startswith(f"{in_apa if in_apa.endswith('.') else in_apa + '.'} (2020)")


@pytest.mark.parametrize(
    ("page", "printed"),
    [
        ("284-287", "284-7"),
        ("1423-1430", "1423-30"),
        ("99-102", "99-102"),
        ("S6-S12", "S6-12"),
        ("126A-127A", "126A-127A"),
        ("e3503", "e3503"),
        ("284-7", "284-7"),
        ("iii-v", "iii-v"),
    ],
)
def test_the_last_page_loses_what_it_shares_with_the_first(page: str, printed: str) -> None:
    assert vancouver(article("T", "J", "2002", "1", "", page)) == f"T. J. 2002;1:{printed}."


@pytest.mark.parametrize("style", STYLES)
def test_a_retracted_work_says_so_whatever_is_known_of_its_notice(style: str) -> None:
    for notices in ((), (Notice("retraction", "the title says so; no notice of it was read"),)):
        work = article("T", "J", "2020", "7", "", "", status="retracted", notices=notices)
        assert "retracted" in STYLES[style](work).lower()
        assert "no notice" not in STYLES[style](work)


@pytest.mark.parametrize("style", STYLES)
def test_every_work_of_the_shelf_has_a_reference_without_gaps(style: str) -> None:
    for work in shelving.works().values():
        said = STYLES[style](work)
        assert work.title.rstrip(".") in said
        assert not any(gap in said for gap in ("  ", " .", "..", " ,", "()", "; ;", ":.", ",.")), said.replace(
            ". . .", ""
        )
