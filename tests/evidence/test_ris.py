"""RIS: the samples of others, the traps of VuFind, and a second reader of what is written."""

from __future__ import annotations

from pathlib import Path

import pytest
import rispy

from sequela.evidence import formats, shelving
from sequela.evidence.formats import ris
from sequela.evidence.works import Author, Work

# Counted by hand in each file: works, and records with neither a title nor an identifier.
SAMPLES = {
    "example_basic": (1, 0),
    "example_bom": (1, 0),
    "example_custom_list_tags": (0, 1),
    "example_empty_tag": (1, 0),
    "example_extraneous_data": (2, 0),
    "example_full": (2, 0),
    "example_full_without_whitespace": (2, 0),
    "example_full_write": (2, 0),
    "example_multi_unknown_tags": (1, 0),
    "example_multiline": (0, 3),
    "example_single_unknown_tag": (1, 0),
    "example_starting_newlines": (1, 0),
    "example_urls": (4, 0),
    "example_utf_chars": (1, 0),
}


def of(text: str) -> Work:
    reading = formats.read(text.encode(), "a test")
    assert reading.format == "ris"
    assert not reading.refused
    (work,) = reading.works
    return work


@pytest.mark.parametrize("name", SAMPLES)
def test_each_sample_is_read_and_what_is_refused_is_told(shared: Path, name: str) -> None:
    reading = formats.read((shared / "data/bibliography/ris" / f"{name}.ris").read_bytes(), name)
    assert reading.format == "ris"
    assert (len(reading.works), len(reading.refused)) == SAMPLES[name]
    assert all("neither a title nor an identifier" in one.why for one in reading.refused)


def test_the_samples_are_all_counted(shared: Path) -> None:
    found = {path.stem for path in (shared / "data/bibliography/ris").glob("*.ris")}
    assert found == set(SAMPLES) | {"example_wos"}


def test_vufind_puts_all_authors_but_the_first_into_a2_and_identifiers_into_addresses(shared: Path) -> None:
    path = shared / "data/bibliography/vufind/emulated_pubmed-7213831.ris"
    (work,) = formats.read(path.read_bytes(), "vufind").works
    assert work.authors == (Author("Micallef", "Sarah"), Author("Cortis", "Kelvin"), Author("Magri", "Claude"))
    assert not work.editors
    assert (work.doi, work.pmid, work.pmcid) == ("10.12890/2020_001530", "32399442", "PMC7213831")
    assert (work.url, work.access) == ("", ())
    assert (work.issued, work.language, work.publisher) == ("2020", "eng", "SMC Media Srl")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_the_byte_order_mark_change_nothing(end: str, mark: str) -> None:
    lines = ["TY  - JOUR", "TI  - A title", "AU  - Micallef, Sarah", "ER  -", ""]
    assert of(mark + end.join(lines)) == of("TY  - JOUR\nTI  - A title\nAU  - Micallef, Sarah\nER  - \n")


def test_a_record_without_its_end_does_not_run_into_the_next() -> None:
    reading = formats.read(b"TY  - JOUR\nTI  - One\nTY  - BOOK\nTI  - Two\nER  - \nTY  - JOUR\nTI  - Three\n", "a test")
    assert [(one.type, one.title) for one in reading.works] == [
        ("article-journal", "One"),
        ("book", "Two"),
        ("article-journal", "Three"),
    ]


def test_a_bad_record_is_refused_by_its_number_without_its_text() -> None:
    reading = formats.read(b"TY  - JOUR\nAU  - Sentinel\nER  -\nTY  - JOUR\nTI  - Two\nER  -\n", "a test")
    assert [one.title for one in reading.works] == ["Two"]
    (refused,) = reading.refused
    assert refused.where == "record 1"
    assert "Sentinel" not in refused.why


@pytest.mark.parametrize(
    ("lines", "issued"),
    [
        ("PY  - 2020\nDA  - 2020/03/18/", "2020-03-18"),
        ("PY  - 2020\nDA  - 2021/05/01/", "2020"),
        ("Y1  - 1948/07//", "1948-07"),
        ("PY  - 2014//", "2014"),
        ("PY  - 2020/03/18/Spring", "2020-03-18"),
        ("PY  - 2020\nDA  - Mar 18", "2020"),
        ("DA  - 18 de marzo de 2020", "2020-03-18"),
        ("DP  - 2019 Dec 3", "2019-12-03"),
        ("DP  - PubMed", "undated"),
        ("PY  - 2020/13/40", "2020"),
        ("PY  - 2019/02/30", "2019-02"),
        ("PY  - in press", "undated"),
    ],
)
def test_dates(lines: str, issued: str) -> None:
    assert of(f"TY  - JOUR\nTI  - A title\n{lines}\nER  -\n").issued == issued


@pytest.mark.parametrize(
    ("lines", "page"),
    [
        ("SP  - 379\nEP  - 423", "379-423"),
        ("SP  - 379-423\nEP  - 423", "379-423"),
        ("SP  - 1423\u201330", "1423-30"),
        ("SP  - e0815", "e0815"),
        ("SP  - 7\nEP  - 7", "7"),
        ("EP  - 423", ""),
        ("C7  - 001530", "001530"),
        ("SP  -\nEP  -", ""),
    ],
)
def test_pages(lines: str, page: str) -> None:
    assert of(f"TY  - JOUR\nTI  - A title\n{lines}\nER  -\n").page == page


@pytest.mark.parametrize(
    ("lines", "pmid"),
    [
        ("AN  - 32399442\nDB  - PubMed", "32399442"),
        ("AN  - 32399442\nDP  - Ovid MEDLINE(R)", "32399442"),
        ("AN  - 32399442\nDB  - Embase", ""),
        ("AN  - 32399442", ""),
        ("AN  - PMID: 32399442", "32399442"),
        ("UR  - https://pubmed.ncbi.nlm.nih.gov/32399442/", "32399442"),
    ],
)
def test_an_accession_number_is_a_pmid_only_in_a_database_that_numbers_so(lines: str, pmid: str) -> None:
    assert of(f"TY  - JOUR\nTI  - A title\n{lines}\nER  -\n").pmid == pmid


def test_numbers_of_a_series_and_of_a_book_are_told_apart_and_others_left() -> None:
    lines = "SN  - 2325-9671 (electronic); 978-3-16-148410-0\nSN  - 12345\nSN  - 1234567x\n"
    work = of(f"TY  - BOOK\nTI  - A title\n{lines}ER  -\n")
    assert (work.issn, work.isbn) == (("2325-9671", "1234-567X"), ("9783161484100",))


def test_addresses_are_parted_only_where_another_begins() -> None:
    sici = "https://onlinelibrary.wiley.com/doi/10.1002/(SICI)1097-0142(19960401)77:7<1311::AID-CNCR14>3.0;2-#"
    lines = f"UR  - {sici}\nUR  - https://a.example;https://b.example\nL1  - internal-pdf://1.pdf\n"
    work = of(f"TY  - JOUR\nTI  - A title\n{lines}L2  - https://c.example\nER  -\n")
    assert work.url == sici
    assert work.access == ("https://a.example", "https://b.example", "https://c.example")


def test_an_address_of_another_paper_does_not_change_the_doi() -> None:
    work = of("TY  - JOUR\nTI  - A title\nDO  - 10.1000/one\nUR  - https://doi.org/10.1000/two\nER  -\n")
    assert (work.doi, work.url) == ("10.1000/one", "https://doi.org/10.1000/two")


@pytest.mark.parametrize(
    ("name", "person", "body"),
    [
        ("Shannon,Claude E.", Author("Shannon", "Claude E."), ""),
        ("King, Martin Luther, Jr", Author("King", "Martin Luther", suffix="Jr"), ""),
        ("García Márquez, Gabriel", Author("García Márquez", "Gabriel"), ""),
        ("Fanning E.", Author("Fanning", "E."), ""),
        ("Claude E. Shannon", Author("Shannon", "Claude E."), ""),
        ("Plato", Author("Plato"), ""),
        ("European Association for the Study of the Liver", None, "European Association for the Study of the Liver"),
        ("Sociedad Española de Radiología", None, "Sociedad Española de Radiología"),
        ("EASL,", None, "EASL"),
        ("University of California,, Berkeley", None, "University of California, Berkeley"),
    ],
)
def test_people_and_bodies(name: str, person: Author | None, body: str) -> None:
    work = of(f"TY  - JOUR\nTI  - A title\nAU  - {name}\nER  -\n")
    assert work.authors == ((person,) if person else ())
    assert work.corporate_authors == ((body,) if body else ())


@pytest.mark.parametrize("others", ["et al.", "et al.,", "and others,", "et al", "al., et", "al, et"])
def test_authors_who_were_not_listed_are_no_author(others: str) -> None:
    work = of(f"TY  - JOUR\nTI  - A title\nAU  - Magri, C.\nAU  - {others}\nER  -\n")
    assert work.authors == (Author("Magri", "C."),)
    assert not work.corporate_authors
    assert work.authors_incomplete


def test_in_a_chapter_a2_is_the_editor() -> None:
    work = of("TY  - CHAP\nTI  - A title\nT2  - A book\nAU  - Magri, C.\nA2  - Cortis, K.\nER  -\n")
    assert (work.authors, work.editors) == ((Author("Magri", "C."),), (Author("Cortis", "K."),))
    assert work.container_title == "A book"


def test_an_indented_line_goes_on_and_one_at_the_margin_is_a_paragraph() -> None:
    work = of("TY  - JOUR\nTI  - A long\n      title\nAB  - BACKGROUND: One\n   goes on.\nMETHODS: Two.\nER  -\n")
    assert work.title == "A long title"
    assert work.abstract == "BACKGROUND: One goes on.\nMETHODS: Two."


@pytest.mark.parametrize("title", ["RETRACTED: A title", "RETRACTED ARTICLE: A title", "[RETRACTED] A title"])
def test_a_publishers_mark_in_the_title_is_believed_and_told(title: str) -> None:
    work = of(f"TY  - JOUR\nTI  - {title}\nER  -\n")
    assert work.retracted
    assert work.title == title
    assert [one.kind for one in work.notices] == ["retraction"]


@pytest.mark.parametrize(
    "lines",
    ["TI  - Retracted: what happens to papers", "TI  - A title\nN1  - Retracted", "TI  - A\nN1  - Status: retracted"],
)
def test_a_note_or_a_word_in_a_title_is_not_believed(lines: str) -> None:
    assert of(f"TY  - JOUR\n{lines}\nER  -\n").status == "current"


def test_a_paragraph_that_looks_like_a_tag_makes_no_record() -> None:
    work = Work("a", "article-journal", "A title", abstract="One.\nTY  - BOOK\nER  - \nTwo.")
    back = of(ris.written([work]))
    assert back.abstract == "One. TY - BOOK ER -\nTwo."


def test_another_reader_finds_the_same_in_what_is_written() -> None:
    shelf = list(shelving.works().values())
    entries = rispy.loads(ris.written(shelf).replace("\r\n", "\n"))
    assert len(entries) == len(shelf)
    for work, entry in zip(shelf, entries, strict=True):
        assert entry["title"] == work.title
        assert entry.get("doi", "") == work.doi
        assert entry.get("accession_number", "") == work.pmid
        assert entry.get("custom2", "") == work.pmcid
        assert entry.get("number", "") == work.issue
        persons = [one for one in entry.get("authors", []) if not one.endswith(",") and ",," not in one]
        assert persons == [one.inverted for one in work.authors]
