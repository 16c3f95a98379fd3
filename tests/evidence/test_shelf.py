"""The shelf of works: complete, consistent, and the index paper exact."""

from __future__ import annotations

import importlib

import pytest

from sequela import evidence
from sequela.errors import UnknownName
from sequela.evidence.shelving import ShelfError, read

# The door offers a function of the same name, so the module is fetched by its path.
room = importlib.import_module("sequela.evidence.shelving")

MINIMAL = """
[smith-2001]
type = "article-journal"
title = "A title"
authors = ["Smith, Jo Ann", { family = "Ruiz", orcid = "0000-0002-1825-0097" }]
container-title = "A Journal"
issued = "2001"
language = "eng"
DOI = "10.1000/one"
summary = "One sentence."
source = "known, unverified"
"""


def shelf_of(text: str) -> dict[str, evidence.Work]:
    return {record.key: record for record in read(text, "test")}


def test_shelf_has_no_problem() -> None:
    assert evidence.check() == []


def test_index_paper_has_every_field_of_its_catalogue_page() -> None:
    paper = evidence.work("micallef-2020")
    assert paper.title == "Hepatic Necrosis after Trans-Arterial Embolization of Metastatic Neuroendocrine Tumour"
    assert [author.short for author in paper.authors] == ["Micallef S", "Cortis K", "Magri C"]
    assert (paper.format, paper.language) == ("Journal article, online text", "eng")
    assert (paper.publisher, paper.year) == ("SMC Media Srl", "2020")
    assert paper.subjects
    assert paper.keywords == ("Trans-arterial embolization", "hepatic necrosis", "carcinoid metastasis")
    assert (paper.doi, paper.pmid, paper.pmcid) == ("10.12890/2020_001530", "32399442", "PMC7213831")
    assert paper.links[:3] == (
        "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7213831/",
        "https://pubmed.ncbi.nlm.nih.gov/32399442/",
        "https://doi.org/10.12890/2020_001530",
    )
    assert paper.summary
    assert paper.licence == "CC BY-NC 4.0"
    assert paper.container_title_short == "Eur J Case Rep Intern Med"
    assert (paper.volume, paper.issn, paper.issued) == ("7", ("2284-2594",), "2020-03-18")
    assert paper.genres == ("Case Reports",)
    assert paper.status == "current"


def test_what_nobody_saw_of_the_index_paper_is_left_out() -> None:
    paper = evidence.work("micallef-2020")
    assert (paper.issue, paper.page, paper.abstract) == ("", "", "")
    assert not any(author.orcid for author in paper.authors)


def test_citation_of_the_index_paper() -> None:
    assert evidence.citation(evidence.work("micallef-2020")) == (
        "Micallef S, Cortis K, Magri C. Hepatic Necrosis after Trans-Arterial Embolization of Metastatic "
        "Neuroendocrine Tumour. European Journal of Case Reports in Internal Medicine 2020;7. doi:10.12890/2020_001530"
    )


@pytest.mark.parametrize("key", sorted(evidence.works()))
def test_every_record_cites_itself_on_one_line(key: str) -> None:
    record = evidence.work(key)
    line = evidence.citation(record)
    assert record.year in line and "\n" not in line and "  " not in line and ".." not in line


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("micalef-2020", "micallef-2020"), ("joskin-2005", "joskin-2015"), ("RCP-2017", "rcp-2017")],
)
def test_a_mistyped_key_is_answered_with_the_nearest(typed: str, meant: str) -> None:
    with pytest.raises(UnknownName, match=f"Did you mean .*{meant}"):
        evidence.work(typed)


def test_a_key_like_no_other_gets_no_suggestion() -> None:
    with pytest.raises(UnknownName) as caught:
        evidence.work("zzzzzzzz")
    assert "Did you mean" not in str(caught.value)


def test_the_shelf_is_read_once_and_cannot_be_changed() -> None:
    assert evidence.works() is evidence.works()
    with pytest.raises(TypeError):
        evidence.works()["new"] = evidence.work("micallef-2020")  # type: ignore[index]


def test_short_and_long_authors() -> None:
    record = shelf_of(MINIMAL)["smith-2001"]
    assert [author.short for author in record.authors] == ["Smith JA", "Ruiz"]
    assert evidence.check({"smith-2001": record}) == []
    assert not record.verified


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('title = "A title"', 'title = ""', "no title"),
        ('issued = "2001"', 'issued = "spring 2001"', "date"),
        ('DOI = "10.1000/one"', 'DOI = "https://doi.org/10.1000/one"', "DOI"),
        ('DOI = "10.1000/one"', 'PMID = "PMC12"', "PMID"),
        ('DOI = "10.1000/one"', "", "no identifier and no address"),
        ('container-title = "A Journal"', "", "no journal"),
        ('source = "known, unverified"', 'source = "somebody told me"', "how we know it"),
        ('summary = "One sentence."', 'summary = "A is. B is. C is. D is. E is."', "more than 4 sentences"),
        ('language = "eng"', 'language = "eng"\nstatus = "retracted"', "retracted"),
        ('orcid = "0000-0002-1825-0097"', 'orcid = "1825-0097"', "ORCID"),
    ],
)
def test_check_finds(old: str, new: str, complaint: str) -> None:
    assert old in MINIMAL
    problems = evidence.check(shelf_of(MINIMAL.replace(old, new)))
    assert len(problems) == 1 and complaint in problems[0] and problems[0].startswith("smith-2001 ")


def test_check_finds_one_work_under_two_keys_by_title_year_and_first_author() -> None:
    again = MINIMAL.replace("smith-2001", "smith-again").replace("10.1000/one", "10.1000/two")
    other = again.replace('"A title"', '"A  TÍTLE."').replace('DOI = "10.1000/two"', 'PMID = "12"')
    assert evidence.check(shelf_of(MINIMAL + other)) == [
        "smith-again has the same title, year and first author as smith-2001"
    ]
    assert evidence.check(shelf_of(MINIMAL + again)) == []  # two DOIs: a title may be printed twice
    assert evidence.check(shelf_of(MINIMAL + other.replace('2001"\nlang', '2002"\nlang'))) == []


def test_check_finds_two_records_of_one_work() -> None:
    twice = shelf_of(MINIMAL + MINIMAL.replace("smith-2001", "smith-2002").replace("10.1000/one", "10.1000/ONE"))
    assert evidence.check(twice) == ["smith-2002 has the same DOI as smith-2001"]


@pytest.mark.parametrize(
    ("old", "new"),
    [('issued = "2001"', "issued = 2001"), ("summary =", "sumary ="), ('title = "A title"\n', "")],
)
def test_a_record_written_wrong_is_refused(old: str, new: str) -> None:
    with pytest.raises(ShelfError, match="smith-2001"):
        read(MINIMAL.replace(old, new), "test")


def test_two_files_with_one_key_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    record = read(MINIMAL, "test")[0]
    monkeypatch.setattr(room, "_records", lambda: iter([record, record]))
    room.works.cache_clear()
    try:
        with pytest.raises(ShelfError, match="two records are called smith-2001"):
            room.works()
    finally:
        monkeypatch.undo()
        room.works.cache_clear()


def test_an_undated_work_says_so() -> None:
    record = shelf_of(MINIMAL.replace('issued = "2001"', 'issued = "undated"'))["smith-2001"]
    assert evidence.check({"smith-2001": record}) == []
    assert record.year == "n.d."
    assert "A Journal n.d. doi:10.1000/one" in evidence.citation(record)


def test_the_works_that_the_first_criteria_need_are_here() -> None:
    needed = """rcp-2017 simasingha-2023 siramolpiwat-2019 ogasawara-2018 jun-2013 mason-2015 arslan-2019
        green-weiss-1992 ctcae-2010 ctcae-2017 leung-2001 wigmore-2003 joskin-2015 guiu-2012 lewis-2012
        fujiwara-2004 choi-2021 li-2012 shin-2015 sherman-2022 hepatoma-research-2018 kdigo-2012 evans-2021
        ssc-2026 singer-2016 easl-alf-2017 aasld-2011 asan-1998 chen-1997 jvir-gas-2013 kang-2018
        waseem-2016 uojima-2019 torabi-2008 smith-1998 cirse-2017"""
    assert set(needed.split()) <= set(evidence.works())


def test_every_work_can_be_reached_by_a_link() -> None:
    for record in evidence.works().values():
        assert all(link.startswith(("https://", "http://")) for link in record.links), record.key


def test_a_retracted_work_says_so_in_its_citation() -> None:
    record = shelf_of(MINIMAL + 'status = "retracted"')["smith-2001"]
    assert evidence.citation(record).endswith("RETRACTED.")


def test_an_incomplete_list_of_authors_says_et_al() -> None:
    record = shelf_of(MINIMAL + "authors_incomplete = true")["smith-2001"]
    assert evidence.citation(record).startswith("Smith JA, Ruiz, et al. ")
