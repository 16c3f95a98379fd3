"""What a record page carries for reference managers."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from sequela.evidence.embedding import coins, highwire, json_ld
from sequela.evidence.works import Author, Work

ARTICLE = Work(
    key="nadie-2020",
    type="article-journal",
    title="The <liver> after embolization",
    issued="2020-03-18",
    language="spa",
    authors=(Author("Nadie", "Ana", "0000-0002-1825-0097"), Author("Otro", "B. C.", suffix="Jr")),
    corporate_authors=("Liver Study Group",),
    container_title="Journal of Livers",
    container_title_short="J Livers",
    volume="7",
    issue="3",
    page="12-15",
    issn=("2049-363X",),
    doi="10.1000/abc",
    pmid="123456",
    pmcid="PMC7213831",
    keywords=("necrosis",),
    licence="https://creativecommons.org/licenses/by/4.0/",
    status="retracted",
)


def test_the_meta_tags_are_those_that_scholar_and_zotero_read_each_author_by_itself() -> None:
    assert highwire(ARTICLE) == [
        ("citation_title", "The <liver> after embolization"),
        ("citation_author", "Nadie, Ana"),
        ("citation_author_orcid", "https://orcid.org/0000-0002-1825-0097"),
        ("citation_author", "Otro, B. C., Jr"),
        ("citation_author", "Liver Study Group"),
        ("citation_publication_date", "2020/03/18"),
        ("citation_journal_title", "Journal of Livers"),
        ("citation_journal_abbrev", "J Livers"),
        ("citation_volume", "7"),
        ("citation_issue", "3"),
        ("citation_firstpage", "12"),
        ("citation_lastpage", "15"),
        ("citation_doi", "10.1000/abc"),
        ("citation_pmid", "123456"),
        ("citation_language", "es"),
        ("citation_issn", "2049-363X"),
        ("citation_keywords", "necrosis"),
    ]


def test_schema_org_tells_issue_within_volume_within_periodical_and_the_state() -> None:
    said = json_ld(ARTICLE, "https://library.example/nadie-2020")
    assert (said["@type"], said["@id"]) == ("ScholarlyArticle", "https://library.example/nadie-2020")
    assert said["isPartOf"] == {
        "@type": "PublicationIssue",
        "issueNumber": "3",
        "isPartOf": {
            "@type": "PublicationVolume",
            "volumeNumber": "7",
            "isPartOf": {
                "@type": "Periodical",
                "name": "Journal of Livers",
                "alternateName": "J Livers",
                "issn": ["2049-363X"],
            },
        },
    }
    assert [one.get("@id") for one in said["author"]] == ["https://orcid.org/0000-0002-1825-0097", None, None]
    assert said["author"][2] == {"@type": "Organization", "name": "Liver Study Group"}
    assert {one["propertyID"]: one["value"] for one in said["identifier"]} == {
        "DOI": "10.1000/abc",
        "PMID": "123456",
        "PMCID": "PMC7213831",
    }
    assert said["creativeWorkStatus"] == "Retracted"
    assert (said["inLanguage"], said["license"]) == ("es", ARTICLE.licence)


def test_a_context_object_names_an_article_in_its_journal() -> None:
    said = parse_qsl(coins(ARTICLE))
    for pair in [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:journal"),
        ("rft.genre", "article"),
        ("rft.atitle", ARTICLE.title),
        ("rft.jtitle", "Journal of Livers"),
        ("rft.date", "2020-03-18"),
        ("rft.aulast", "Nadie"),
        ("rft.au", "Otro, B. C., Jr"),
        ("rft_id", "info:doi/10.1000/abc"),
        ("rft_id", "info:pmid/123456"),
    ]:
        assert pair in said


@pytest.mark.parametrize(
    ("kind", "genre", "titles"),
    [
        ("book", "book", {"rft.btitle": "A title"}),
        ("chapter", "bookitem", {"rft.atitle": "A title", "rft.btitle": "A book"}),
        ("paper-conference", "proceeding", {"rft.atitle": "A title", "rft.btitle": "A book"}),
    ],
)
def test_a_context_object_of_a_book_or_a_part_of_one(kind: str, genre: str, titles: dict[str, str]) -> None:
    said = dict(parse_qsl(coins(Work("a", kind, "A title", container_title="A book" if len(titles) > 1 else ""))))
    assert (said["rft_val_fmt"], said["rft.genre"]) == ("info:ofi/fmt:kev:mtx:book", genre)
    assert {name: value for name, value in said.items() if name.endswith("title")} == titles


def test_what_is_not_known_is_not_carried() -> None:
    bare = Work("a", "document", "A")
    assert highwire(bare) == [("citation_title", "A")]
    assert json_ld(bare) == {"@context": "https://schema.org", "@type": "CreativeWork", "name": "A"}
