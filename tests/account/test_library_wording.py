"""What the library's pages say and where they lead: the same in each language, dates, addresses, languages of texts."""

from __future__ import annotations

import re

import pytest

from sequela.account.library.facets import FACETS
from sequela.account.library.places import link, slug
from sequela.account.library.wording import LANGUAGES, catalogue, tag, wording
from sequela.account.uses import cited
from sequela.criteria import shelf
from sequela.evidence import claims, works
from sequela.evidence.rates import published_series
from sequela.evidence.topics import groups
from sequela.evidence.works import STATUSES


def test_the_languages_say_the_same_things_with_the_same_gaps() -> None:
    english, *others = (catalogue(language) for language in LANGUAGES)
    for other in others:
        assert other.keys() == english.keys()
        for key, text in english.items():
            assert text.strip() and other[key].strip()
            assert re.findall(r"{\w+}", other[key]) == re.findall(r"{\w+}", text), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_a_record_can_say_has_a_name(language: str) -> None:
    say = wording(language)
    rates = published_series()
    needed = {("use", use.kind) for use, _ in cited(shelf())}
    needed |= {("type", work.type) for work in works().values()}
    needed |= {(table, status) for table in ("mark", "warning", "state") for status in STATUSES if status != "current"}
    needed |= {("complication", rate.complication) for rate in rates} | {("unit", rate.unit) for rate in rates}
    needed |= {("procedure", name) for rate in rates for name in rate.procedures}
    needed |= {("facet", name) for name in FACETS}
    needed |= {("nature", name) for name in claims.NATURES} | {("design", name) for name in claims.DESIGNS}
    needed |= {("basis", name) for name in claims.BASES} | {("certainty", name) for name in claims.CERTAINTIES}
    needed |= {("question", name) for name in claims.QUESTIONS} | {("domain", name) for name in claims.DOMAINS}
    needed |= {("verified", name) for name in claims.STATUSES.values()}
    assert sorted(one for one in needed if not say.knows(*one)) == []


@pytest.mark.parametrize(
    ("address", "fit"),
    [
        ("https://example.org/a?b=c#d", True),
        ("http://example.org", True),
        ("https://example.org/ñ", True),
        ("javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        (" https://example.org", False),
        ("https://", False),
        ("//example.org", False),
        ("ftp://example.org", False),
        ("https://example.org/\"onclick='x'", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_which_addresses_are_links(address: str, fit: bool) -> None:
    assert link(address) == (address if fit else "")


@pytest.mark.parametrize(
    ("issued", "english", "spanish"),
    [
        ("2020-03-18", "18 March 2020", "18 de marzo de 2020"),
        ("2020-01-05", "5 January 2020", "5 de enero de 2020"),
        ("2020-12", "December 2020", "diciembre de 2020"),
        ("2020", "2020", "2020"),
        ("2020-13", "2020", "2020"),
        ("undated", "n.d.", "s. f."),
    ],
)
def test_dates(issued: str, english: str, spanish: str) -> None:
    assert (wording("en").date(issued), wording("es").date(issued)) == (english, spanish)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Embolization of the liver", "eng", "en"),
        ("Hígado", "eng", "en"),
        ("Necrosis hepática tras embolización de la arteria", "spa", "es"),
        ("Embolization of the hepatic artery", "spa", "en"),
        ("간농양", "kor", "ko"),
        ("Liver abscess", "kor", "en"),
        ("Leberabszess", "ger", "de"),
        ("Something", "", ""),
    ],
)
def test_the_language_that_a_text_is_in(text: str, language: str, expected: str) -> None:
    assert tag(text, language) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("Liver Neoplasms/therapy", "liver-neoplasms-therapy"), ("Hígado", "higado"), ("2020", "2020")],
)
def test_the_part_of_an_address_that_a_value_makes(value: str, expected: str) -> None:
    assert slug(value) == expected


def test_values_without_letters_of_ours_have_addresses_of_their_own() -> None:
    made = [slug(value) for value in ("간", "肝", "index", "../..", "x" * 500)]
    assert len(set(made)) == len(made)
    assert all(re.fullmatch(r"x-[0-9a-f]{12}", one) for one in made)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_of_the_thesaurus_has_a_name(language: str) -> None:
    keys = {f"procedure.{one.procedure}" for one in groups() if one.procedure}
    keys |= {f"complication.{one.complication}" for one in groups() if one.complication}
    assert keys <= set(catalogue(language))
