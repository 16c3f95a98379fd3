"""Which records are of one work, and what each field of the merged one says."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequela.evidence.merging import RANKING, Source, folded, identities, merged, same
from sequela.evidence.works import UNDATED, Author, Notice, Work, as_json, from_json

PLAIN = Work(
    key="",
    type="article-journal",
    title="Absceso hepático tras la quimioembolización",
    issued="2019",
    authors=(Author("García López", "Ana María"), Author("Ruiz", "J")),
    container_title="Radiología",
    volume="61",
    page="12-19",
)


def test_identities_stand_strongest_first() -> None:
    work = replace(PLAIN, doi="10.1/a", pmid="1", pmcid="PMC1")
    assert [name for name, _ in identities(work)] == ["doi", "pmid", "pmcid", "title"]
    assert identities(PLAIN) == (("title", "absceso hepatico tras la quimioembolizacion|2019|garcia lopez"),)
    assert identities(replace(PLAIN, issued=UNDATED))[0][1].endswith("quimioembolizacion|n.d.|garcia lopez")
    assert identities(replace(PLAIN, title="")) == ()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"doi": "10.1/a"}, {"doi": "10.1/a", "title": "Another"}, True),
        ({"doi": "10.1/a"}, {"doi": "10.1/b"}, False),
        ({"doi": "10.1/a", "pmid": "1"}, {"doi": "10.1/b", "pmid": "1"}, False),  # the DOI decides
        ({"doi": "10.1/a", "pmid": "1"}, {"pmid": "1", "title": "Another"}, True),
        ({"pmid": "1", "pmcid": "PMC2"}, {"pmid": "2", "pmcid": "PMC2"}, False),
        ({"pmcid": "PMC2"}, {"pmcid": "PMC2", "title": "Another"}, True),
        ({}, {}, True),
        ({}, {"title": "ABSCESO HEPATICO, tras la quimioembolización."}, True),
        ({}, {"issued": "2020"}, False),
        ({}, {"authors": (Author("Ruiz", "J"),)}, False),
        ({}, {"page": "20"}, False),  # its reply, further on in the same volume
        ({}, {"page": "", "volume": ""}, True),
        ({"doi": "10.1/a"}, {"pmid": "1"}, True),  # nothing stronger is in both
        ({"issued": UNDATED}, {"issued": UNDATED}, True),
        ({"issued": UNDATED}, {}, False),
    ],
)
def test_the_strongest_thing_in_both_decides(one: dict[str, str], other: dict[str, str], expected: bool) -> None:
    assert same(replace(PLAIN, **one), replace(PLAIN, **other)) is expected
    assert same(replace(PLAIN, **other), replace(PLAIN, **one)) is expected


def test_without_people_a_body_or_the_journal_stands_for_the_author() -> None:
    body = replace(PLAIN, authors=(), corporate_authors=("Baveno VII Faculty",))
    assert identities(body)[0][1].endswith("|baveno vii faculty")
    assert identities(replace(PLAIN, authors=()))[0][1].endswith("|radiologia")


def test_each_field_comes_from_the_best_source_that_has_it() -> None:
    page = Source(replace(PLAIN, abstract="Cut sho…", format="Artículo", language="spa", doi="10.1/a"), "vufind")
    pubmed = Source(replace(PLAIN, abstract="Whole.", title="Absceso hepático", pmid="1", publisher=""), "pubmed")
    ris = Source(replace(PLAIN, publisher="Elsevier", abstract="Third"), "ris")
    work = merged([page, ris, pubmed], "garcia-lopez-2019")
    assert (work.key, work.title, work.abstract) == ("garcia-lopez-2019", "Absceso hepático", "Whole.")
    assert (work.publisher, work.format, work.language) == ("Elsevier", "Artículo", "spa")
    assert (work.doi, work.pmid) == ("10.1/a", "1")


def test_the_licence_is_the_publishers_own() -> None:
    jats, csl = (
        Source(replace(PLAIN, licence=said), kind) for said, kind in (("CC BY 4.0", "jats"), ("free", "pubmed"))
    )
    assert merged([csl, jats], "k").licence == "CC BY 4.0"


def test_the_whole_list_of_authors_is_better_than_one_cut_short_and_orcids_are_gathered() -> None:
    short = Source(replace(PLAIN, authors=(Author("García López", "A"),), authors_incomplete=True), "shelf")
    whole = Source(PLAIN, "ris")
    told = Source(replace(PLAIN, authors=(Author("Garcia Lopez", "Ana", "0000-0002-1825-0097"),)), "csl")
    assert [author.short for author in merged([short, whole], "k").authors] == ["García López AM", "Ruiz J"]
    assert not merged([short, whole], "k").authors_incomplete
    assert merged([short], "k").authors_incomplete
    everyone = merged([short, whole, replace(told, work=replace(told.work, authors_incomplete=True))], "k")
    assert everyone.authors[0].orcid == "0000-0002-1825-0097"


def test_the_longer_date_says_more_unless_it_is_another() -> None:
    def dated(*dates: str) -> str:
        kinds = ("pubmed", "ris", "endnote")
        return merged(
            [Source(replace(PLAIN, issued=date), kind) for date, kind in zip(dates, kinds, strict=False)], "k"
        ).issued

    assert dated("2020", "2020-03-18") == "2020-03-18"
    assert dated("2020", "2019-12-30") == "2020"
    assert dated(UNDATED, "2019") == "2019"
    assert dated(UNDATED) == UNDATED


def test_the_gravest_state_counts_and_lists_are_united() -> None:
    notice = Notice("retraction", "J 2021;1:1", pmid="9")
    told = Source(replace(PLAIN, status="retracted", notices=(notice,), subjects=("Liver/pathology",)), "endnote")
    work = merged(
        [Source(replace(PLAIN, status="corrected", subjects=("LIVER/pathology", "Bile")), "pubmed"), told], "k"
    )
    assert work.retracted and work.notices == (notice,)
    assert work.subjects == ("LIVER/pathology", "Bile")


def test_a_heading_that_another_format_wrote_among_the_keywords_is_none() -> None:
    shelf = Source(replace(PLAIN, subjects=("Liver necrosis",), keywords=("TAE",)), "shelf")
    work = merged([shelf, Source(replace(PLAIN, keywords=("Liver Necrosis", "bile", "TAE")), "ris")], "k")
    assert (work.subjects, work.keywords) == (("Liver necrosis",), ("TAE", "bile"))


def test_three_addresses_of_three_sources_are_three_links() -> None:
    one = Source(replace(PLAIN, url="https://a.example/1"), "ris")
    two = Source(replace(PLAIN, url="https://b.example/2", access=("https://doi.org/10.1/a",)), "bibtex")
    three = Source(replace(PLAIN, doi="10.1/a"), "csl")
    assert merged([one, two, three], "k").links == (
        "https://doi.org/10.1/a",
        "https://a.example/1",
        "https://b.example/2",
    )


def test_a_title_of_ours_gives_way() -> None:
    ours = Source(replace(PLAIN, title="[On abscesses; title not seen]"), "shelf")
    assert merged([ours, Source(PLAIN, "ris")], "k").title == PLAIN.title
    assert merged([ours], "k").title == "[On abscesses; title not seen]"


WORDS = st.text("abcé ñ-", min_size=1, max_size=6)
WORKS = st.builds(
    Work,
    key=st.just(""),
    type=st.sampled_from(["article-journal", "document"]),
    title=WORDS,
    issued=st.sampled_from([UNDATED, "2019", "2019-04", "2020"]),
    authors=st.lists(st.builds(Author, WORDS, WORDS), max_size=3).map(tuple),
    authors_incomplete=st.booleans(),
    subjects=st.lists(WORDS, max_size=3).map(tuple),
    access=st.lists(st.sampled_from(["https://a.example", "https://doi.org/10.1/a"]), max_size=2).map(tuple),
    url=st.sampled_from(["", "https://b.example"]),
    doi=st.sampled_from(["", "10.1/a"]),
    status=st.sampled_from(["current", "corrected", "retracted"]),
    notices=st.lists(st.builds(Notice, st.just("update"), WORDS), max_size=2).map(tuple),
)


@given(st.lists(st.builds(Source, WORKS, st.sampled_from(["shelf", *RANKING, "unheard of"])), min_size=1, max_size=4))
def test_the_order_of_sources_changes_nothing_and_no_value_is_lost(sources: list[Source]) -> None:
    work = merged(sources, "k")
    assert all(merged(order, "k") == work for order in itertools.permutations(sources))
    assert {folded(one) for source in sources for one in source.work.subjects} == {folded(one) for one in work.subjects}
    assert {link for source in sources for link in source.work.links} <= set(work.links)


@given(WORKS)
def test_a_record_comes_back_from_json_as_it_was(work: Work) -> None:
    assert from_json(as_json(work)) == work
