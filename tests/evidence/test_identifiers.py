"""Identifiers and languages as files write them, in the one form that a record keeps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequela.evidence import identifiers, languages


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.12890/2020_001530", "10.12890/2020_001530"),
        ("https://doi.org/10.1007/S00270-012-0424-Y", "10.1007/s00270-012-0424-y"),
        ("http://dx.doi.org/10.1016%2Fj.jhep.2020.01.001", "10.1016/j.jhep.2020.01.001"),
        ("doi: 10.1000/one.", "10.1000/one"),
        ("10.1000/abc [doi]", "10.1000/abc"),
        (
            "10.1002/(SICI)1097-0142(19960101)77:1<1::AID-CNCR2>3.0.CO;2-G",
            "10.1002/(sici)1097-0142(19960101)77:1<1::aid-cncr2>3.0.co;2-g",
        ),
        ("S0140-6736(20)30183-5", ""),
        ("", ""),
    ],
)
def test_doi(text: str, expected: str) -> None:
    assert identifiers.doi(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("32399442", "32399442"),
        ("PMID: 32399442", "32399442"),
        ("0032399442", "32399442"),
        ("https://pubmed.ncbi.nlm.nih.gov/32399442/", "32399442"),
        ("https://www.ncbi.nlm.nih.gov/pubmed/32399442", "32399442"),
        ("PMC7213831", ""),
        ("7213831.1", ""),
        ("0", ""),
    ],
)
def test_pmid(text: str, expected: str) -> None:
    assert identifiers.pmid(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PMC7213831", "PMC7213831"),
        ("pmcid: pmc7213831.2", "PMC7213831"),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7213831/", "PMC7213831"),
        ("7213831", ""),
    ],
)
def test_pmcid(text: str, expected: str) -> None:
    assert identifiers.pmcid(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Both are printed by ORCID itself, in its support pages on the structure of the identifier.
        ("https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("000000021694233X", "0000-0002-1694-233X"),
        ("0000-0002-1825-0098", ""),  # the last sign is a check on the others
        ("0000-0002-1825", ""),
    ],
)
def test_orcid(text: str, expected: str) -> None:
    assert identifiers.orcid(text) == expected


def test_addresses_become_identifiers_and_what_is_none_stays() -> None:
    told = identifiers.from_addresses(
        [
            "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7213831/",
            "https://www.ncbi.nlm.nih.gov/pubmed/32399442",
            "http://dx.doi.org/10.12890/2020_001530",
            "https://www.ejcrim.com/index.php/EJCRIM/article/view/1530",
            "https://doi.org/10.1000/another",
            " ",
        ]
    )
    assert told == (
        {"pmcid": "PMC7213831", "pmid": "32399442", "doi": "10.12890/2020_001530"},
        ("https://www.ejcrim.com/index.php/EJCRIM/article/view/1530", "https://doi.org/10.1000/another"),
    )


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    for reader in (identifiers.doi, identifiers.pmid, identifiers.pmcid, identifiers.orcid, languages.code):
        assert isinstance(reader(text), str)
        assert reader(reader(text)) == reader(text)
    identifiers.from_address(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("English", "eng"),
        ("en", "eng"),
        ("en-GB", "eng"),
        ("ESPAÑOL", "spa"),
        ("es_MX", "spa"),
        ("fra", "fre"),
        ("Inglés", "eng"),
        ("Deutsch", "ger"),
        ("Klingon", "Klingon"),
        ("", ""),
    ],
)
def test_a_language_by_code_tag_or_name(text: str, expected: str) -> None:
    assert languages.code(text) == expected


def test_a_language_is_named_in_the_readers() -> None:
    assert (languages.name("ger"), languages.name("ger", "es"), languages.tag("ger")) == ("German", "alemán", "de")
    assert (languages.name("xyz"), languages.tag("xyz")) == ("xyz", "")
