"""EndNote's tagged file: VuFind's several types and its editors who are authors, and EndNote's own ways."""

from __future__ import annotations

from pathlib import Path

from sequela.evidence import formats
from sequela.evidence.formats import endnote
from sequela.evidence.works import Author, Work


def of(text: str) -> tuple[Work, ...]:
    reading = formats.read(text.encode(), "a test")
    assert reading.format == "endnote"
    assert not reading.refused
    return reading.works


def test_vufinds_export_is_one_article_of_three_authors(shared: Path) -> None:
    path = shared / "data/bibliography/vufind/emulated_pubmed-7213831.enw"
    (work,) = formats.read(path.read_bytes(), "vufind").works
    assert work.type == "article-journal"
    assert work.format == "Online, Article, Text"
    assert work.authors == (Author("Micallef", "Sarah"), Author("Cortis", "Kelvin"), Author("Magri", "Claude"))
    assert not work.editors
    assert (work.doi, work.pmid, work.pmcid) == ("10.12890/2020_001530", "32399442", "PMC7213831")
    assert work.abstract.startswith("Liver metastases")


def test_records_are_apart_by_an_empty_line_or_by_their_type() -> None:
    one = "%0 Book\n%A Geoffrey Chaucer\n%T One\n"
    two = "%0 Journal Article\n%A Clark, H. H.\n%T Two\n%J Language\n%P 332-373\n"
    for between in ("\n", "", "\n\n\n"):
        first, second = of(one + between + two)
        assert (first.type, first.title, first.authors) == ("book", "One", (Author("Chaucer", "Geoffrey"),))
        assert (second.container_title, second.page) == ("Language", "332-373")


def test_a_gap_within_an_abstract_ends_no_record() -> None:
    (work,) = of("%0 Journal Article\n%T A title\n%X One.\n\nTwo.\n%D 2020\n%8 Mar 18\n")
    assert work.abstract == "One.\nTwo."
    assert work.issued == "2020-03-18"


def test_keywords_stand_on_lines_of_their_own() -> None:
    (work,) = of("%0 Journal Article\n%T A title\n%K liver\nnecrosis\nembolization\n%G Spanish\n")
    assert work.keywords == ("liver", "necrosis", "embolization")
    assert work.language == "spa"


def test_an_editor_of_a_chapter_is_one_and_of_an_article_is_kept_apart() -> None:
    chapter = Work(
        "a", "chapter", "T", authors=(Author("A", "B"),), editors=(Author("C", "D"),), container_title="Book"
    )
    article = Work("b", "article-journal", "U", authors=(Author("A", "B"),), editors=(Author("C", "D"),))
    said = endnote.written([chapter, article])
    assert said.count("%E C, D") == 1
    assert [one.editors for one in of(said)] == [(Author("C", "D"),)] * 2


XML = """<?xml version="1.0" encoding="UTF-8"?>
<xml><records><record><database name="a.enl">a.enl</database><ref-type name="Journal Article">17</ref-type>
<contributors><authors><author><style face="normal">Micallef, Sarah</style></author>
<author>EASL,</author></authors></contributors>
<titles><title><style>Hepatic </style><style face="italic">necrosis</style></title>
<secondary-title>European Journal</secondary-title></titles>
<periodical><full-title>European Journal</full-title><abbr-1>Eur J</abbr-1></periodical>
<pages>1423-30</pages><volume>7</volume><dates><year>2020</year><pub-dates><date>Mar 18</date></pub-dates></dates>
<keywords><keyword>liver</keyword><keyword>necrosis</keyword></keywords><isbn>2284-2594</isbn>
<electronic-resource-num>10.12890/2020_001530</electronic-resource-num><accession-num>32399442</accession-num>
<remote-database-name>Medline</remote-database-name><custom2>PMC7213831</custom2>
<urls><related-urls><url>https://a.example</url></related-urls></urls><abstract>One.\nTwo.</abstract></record>
<record><ref-type name="Book">6</ref-type><contributors/></record></records></xml>"""


def test_endnotes_xml_has_the_same_fields_as_its_tagged_file() -> None:
    reading = formats.read(XML.encode(), "a test")
    assert reading.format == "endnotexml"
    (work,) = reading.works
    assert (work.type, work.title) == ("article-journal", "Hepatic necrosis")
    assert (work.authors, work.corporate_authors) == ((Author("Micallef", "Sarah"),), ("EASL",))
    assert (work.container_title, work.container_title_short) == ("European Journal", "Eur J")
    assert (work.issued, work.volume, work.page, work.issn) == ("2020-03-18", "7", "1423-30", ("2284-2594",))
    assert (work.doi, work.pmid, work.pmcid) == ("10.12890/2020_001530", "32399442", "PMC7213831")
    assert (work.url, work.keywords, work.abstract) == ("https://a.example", ("liver", "necrosis"), "One.\nTwo.")
    assert [one.where for one in reading.refused] == ["record 2"]


def test_an_entity_of_an_xml_file_is_not_expanded() -> None:
    bomb = XML.replace("<xml>", '<!DOCTYPE xml [<!ENTITY a "boom">]><xml>').replace("EASL,", "&a;")
    reading = formats.read(bomb.encode(), "a test")
    assert not reading.works
    assert reading.refused


def test_of_an_article_percent_seven_is_a_day_and_not_an_edition() -> None:
    (article,) = of("%0 Journal Article\n%T A title\n%7 2020/03/01\n%] 001530\n")
    assert (article.edition, article.page) == ("", "001530")
    (book,) = of("%0 Book\n%T A title\n%7 2nd\n")
    assert book.edition == "2nd"
