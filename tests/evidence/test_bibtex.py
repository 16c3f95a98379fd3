"""BibTeX: the links of VuFind, the spellings of TeX, names, and what others find in what is written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from bibtexparser.splitter import Splitter
from hypothesis import given
from hypothesis import strategies as st

from sequela.evidence import formats, shelving
from sequela.evidence.formats import bibtex, latex
from sequela.evidence.works import Author, Work
from tests.evidence.generated_works import words, works


def of(text: str) -> Work:
    reading = formats.read(text.encode(), "a test")
    assert reading.format == "bibtex"
    assert not reading.refused
    (work,) = reading.works
    return work


def entry(*fields: str, kind: str = "article") -> Work:
    return of(f"@{kind}{{key,\n" + ",\n".join(("title = {A title}", *fields)) + "\n}\n")


def test_vufinds_three_links_without_commas_are_one_record_with_three_links(shared: Path) -> None:
    path = shared / "data/bibliography/vufind/emulated_pubmed-7213831.bib"
    reading = formats.read(path.read_bytes(), "vufind")
    assert not reading.refused
    (work,) = reading.works
    assert work.links == (
        "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7213831/",
        "https://pubmed.ncbi.nlm.nih.gov/32399442/",
        "https://doi.org/10.12890/2020_001530",
    )
    assert work.authors == (Author("Micallef", "Sarah"), Author("Cortis", "Kelvin"), Author("Magri", "Claude"))
    assert not work.editors
    assert (work.type, work.issued, work.publisher) == ("article-journal", "2020", "SMC Media Srl")


def test_a_comma_is_put_in_only_between_fields() -> None:
    text = "@article{a,\n title = {A title}\n year = 2020\n abstract = {First,\n n = {5} and\n p = 7}\n volume = 1\n}\n"
    work = of(text)
    assert (work.issued, work.volume) == ("2020", "1")
    assert work.abstract == "First, n = 5 and p = 7"
    assert bibtex.repaired(text).count(",") == text.count(",") + 3


def test_one_bad_entry_is_refused_and_the_rest_are_read() -> None:
    text = '@article{a,\n title = {One}}\n@article{b,\n title = {Sentinel\n}\n\n@book{c,\n title = "Three"\n}\n'
    reading = formats.read(text.encode(), "a test")
    assert [one.title for one in reading.works] == ["One", "Three"]
    (refused,) = reading.refused
    assert refused.where == "line 3"
    assert "Sentinel" not in refused.why


def test_what_cannot_be_parsed_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    formats.read(b"@article{b,\n title = {Sentinel\n}\n\n@book{c,\n title = {Two}\n}\n", "a test")
    assert "Sentinel" not in caplog.text


def test_two_entries_of_one_key_are_two_and_a_field_twice_is_read_twice() -> None:
    text = "@book{a, title = {One}}\n@book{a, title = {Two}, url = {https://a.example}, url = {https://b.example}}\n"
    one, two = formats.read(text.encode(), "a test").works
    assert (one.title, two.title) == ("One", "Two")
    assert (two.url, two.access) == ("https://a.example", ("https://b.example",))


def test_macros_are_put_in_and_parts_joined() -> None:
    text = '@string{hpb = "HPB"}\n@comment{not {an} entry}\n@article(k, title = "A " # {title}, journal = hpb,\n'
    work = of(text + ' month = "18~" # mar, year = 2020)\n')
    assert (work.title, work.container_title, work.issued) == ("A title", "HPB", "2020-03-18")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (r"{NET} of the {\'e}tat", "NET of the état"),
        (r"Garc{\'\i}a M\'arquez", "García Márquez"),
        (r"\"Ubel {\"o}ffnen stra{\ss}e", "Übel öffnen straße"),
        (r"{\L}{\'o}d{\'z} and {\O}re, \aa ngstr\"om", "Łódź and Øre, ångström"),
        (r"Fran\c{c}ois \v{S}imek A\~nos \~{n}", "François Šimek Años ñ"),
        ("10% of 5 % & x_1 # 2", "10% of 5 % & x_1 # 2"),
        (r"10\% \& \$5 \# \_", "10% & $5 # _"),
        ("for $5 and $10", "for $5 and $10"),
        (r"$\beta$-blocker, CO$_2$, 10$^{-3}$, m\textsuperscript{2}", "β-blocker, CO₂, 10⁻³, m²"),
        (r"$\Delta$ $\leq$ 5 $>$ 4", "Δ ≤ 5 > 4"),
        ("pages 1--2 --- ``so''", "pages 1–2 — “so”"),
        (r"\emph{in vivo} \textbf{b} \unknown{x} \foo y", r"in vivo b x \foo y"),
        (r"a~b\\c\-d", "a b cd"),
        ("unmatched } and {", "unmatched and"),
        ("\\", "\\"),
        (r"\'", "'"),
    ],
)
def test_spellings_of_tex(value: str, said: str) -> None:
    assert latex.decoded(value) == said


@given(words(6))
def test_what_is_encoded_is_decoded(text: str) -> None:
    assert latex.decoded(latex.encoded(text)) == text
    assert latex.decoded(latex.protected(text)) == text


@given(st.text(st.sampled_from("\\{}$^_~'`\"-a1 %=\n"), max_size=12))
def test_no_value_crashes_the_reader(value: str) -> None:
    latex.decoded(value)
    formats.read(f"@article{{key,\n title = {{A}},\n author = {{{value}}},\n year = {value}\n}}\n".encode(), "a test")


@pytest.mark.parametrize(
    ("title", "said"),
    [
        (
            "Hepatic necrosis after TACE in the Strasberg model",
            "Hepatic necrosis after {TACE} in the {Strasberg} model",
        ),
        ("Hepatic Necrosis after Trans-Arterial Embolization", "Hepatic Necrosis after Trans-Arterial Embolization"),
        ("Stage of NETs by pH & 5%", r"Stage of {NETs} by {pH} \& 5\%"),
    ],
)
def test_braces_protect_the_capitals_that_a_style_must_not_lower(title: str, said: str) -> None:
    assert latex.protected(title) == said


@pytest.mark.parametrize(
    ("value", "people", "bodies", "incomplete"),
    [
        ("Claude E. Shannon", (Author("Shannon", "Claude E."),), (), False),
        ("King, Jr, Martin Luther", (Author("King", "Martin Luther", suffix="Jr"),), (), False),
        ("Ludwig van Beethoven", (Author("van Beethoven", "Ludwig"),), (), False),
        ("Garc{\\'\\i}a M\\'arquez, Gabriel", (Author("García Márquez", "Gabriel"),), (), False),
        ("{Barnes and Noble} and Magri, C.", (Author("Magri", "C."),), ("Barnes and Noble",), False),
        ("World Health Organization", (), ("World Health Organization",), False),
        ("Magri, C. and others", (Author("Magri", "C."),), (), True),
        ("A, B, C, D and", (Author("A", "C D", suffix="B"),), (), False),
        ("{\\'E}mile Zola", (Author("Zola", "Émile"),), (), False),
    ],
)
def test_names(value: str, people: tuple[Author, ...], bodies: tuple[str, ...], incomplete: bool) -> None:
    work = entry(f"author = {{{value}}}")
    assert (work.authors, work.corporate_authors, work.authors_incomplete) == (people, bodies, incomplete)


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        (["date = {2020-03-18}"], "issued", "2020-03-18"),
        (["year = 2020", "month = {March}"], "issued", "2020-03"),
        (["year = 2020", "month = 3"], "issued", "2020-03"),
        (["pages = {379--423}"], "page", "379-423"),
        (["langid = {spanish}"], "language", "spa"),
        (["doi = {https://doi.org/10.1000/A\\_b}"], "doi", "10.1000/a_b"),
        (["howpublished = {\\url{https://a.example/b\\_c}}"], "url", "https://a.example/b_c"),
        (["eprint = {32399442}", "eprinttype = {pubmed}"], "pmid", "32399442"),
        (["note = {Retracted}"], "status", "current"),
        (["pubstate = {retracted}"], "status", "retracted"),
        (["keywords = {liver; Carcinoma, Hepatocellular}"], "keywords", ("liver", "Carcinoma, Hepatocellular")),
        (["journaltitle = {HPB}"], "container_title", "HPB"),
    ],
)
def test_fields(fields: list[str], name: str, value: object) -> None:
    assert getattr(entry(*fields), name) == value


@pytest.mark.parametrize(
    ("kind", "fields", "found"),
    [
        ("techreport", [], "report"),
        ("online", [], "webpage"),
        ("misc", ["url = {https://a.example}"], "webpage"),
        ("misc", [], "document"),
        ("misc", ["entrysubtype = {standard}"], "standard"),
        ("inbook", [], "chapter"),
        ("unheardof", [], "document"),
    ],
)
def test_types(kind: str, fields: list[str], found: str) -> None:
    assert entry(*fields, kind=kind).type == found


def test_orcids_stand_at_their_authors() -> None:
    people = (Author("A", "B"), Author("C", "D", "0000-0002-1825-0097"))
    said = bibtex.written([Work("k", "article-journal", "T", authors=people)])
    assert 'author+an:orcid = {2="0000-0002-1825-0097"}' in said
    assert of(said).authors == people


@given(work=works())
def test_another_parser_finds_every_field_of_what_is_written(work: Work) -> None:
    second = replace(work, title="Another")
    library = Splitter(bibtex.written([work, second])).split()
    assert not library.failed_blocks
    assert [one.key for one in library.entries] == [work.key, f"{work.key}.2"] if work.key.strip("-") else True
    assert all(one.fields_dict["title"].value.startswith("{") for one in library.entries)


def test_the_shelf_is_one_entry_each() -> None:
    library = Splitter(bibtex.written(shelving.works().values())).split()
    assert not library.failed_blocks
    assert [one.key for one in library.entries] == list(shelving.works())


def test_the_style_of_a_page_is_no_entry() -> None:
    assert not bibtex.recognises(b"<html><style>\n@media (min-width: 1px) { a { b: c } }\n</style></html>")
    assert bibtex.recognises(b"% a comment\n\n@Article{key,\n title = {A}}")
