"""PubMed's XML: what each of its elements becomes, and what it must not become."""

from __future__ import annotations

from pathlib import Path

import pytest

from sequela.evidence.formats import Refused, read
from sequela.evidence.formats.pubmed import pages, sentence, titles
from sequela.evidence.works import Author, Notice, Work

ARTICLE = """
<PubmedArticleSet><PubmedArticle>
<MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">32399442</PMID>
 <Article PubModel="Electronic-eCollection">
  <Journal><ISSN IssnType="Electronic">2284-2594</ISSN>
   <JournalIssue CitedMedium="Internet"><Volume>7</Volume><Issue>5</Issue><PubDate>{date}</PubDate></JournalIssue>
   <Title>European journal of case reports in internal medicine</Title>
   <ISOAbbreviation>Eur J Case Rep Intern Med</ISOAbbreviation></Journal>
  <ArticleTitle>{title}</ArticleTitle>
  <Pagination><MedlinePgn>1423-30</MedlinePgn></Pagination>
  <ELocationID EIdType="pii" ValidYN="Y">1530</ELocationID>
  <ELocationID EIdType="doi" ValidYN="Y">10.12890/2020_001530</ELocationID>
  <Abstract><AbstractText Label="BACKGROUND">One.</AbstractText><AbstractText>Two.</AbstractText>
   <CopyrightInformation>Someone</CopyrightInformation></Abstract>
  <AuthorList CompleteYN="{complete}">
   <Author ValidYN="Y"><LastName>Micallef</LastName><ForeName>Sarah</ForeName><Initials>S</Initials>
    <Identifier Source="ORCID">https://orcid.org/0000-0002-1825-0097</Identifier>
    <AffiliationInfo><Affiliation>Here</Affiliation></AffiliationInfo>
    <AffiliationInfo><Affiliation>There</Affiliation></AffiliationInfo></Author>
   <Author ValidYN="Y"><LastName>King</LastName><ForeName>Martin Luther</ForeName><Suffix>Jr</Suffix></Author>
   <Author><CollectiveName>EASL</CollectiveName></Author></AuthorList>
  <Language>eng</Language>
  <PublicationTypeList><PublicationType UI="D002363">Case Reports</PublicationType>{genre}</PublicationTypeList>
  <VernacularTitle>{vernacular}</VernacularTitle>
 </Article>
 <CommentsCorrectionsList>{notices}</CommentsCorrectionsList>
 <MeshHeadingList>
  <MeshHeading><DescriptorName MajorTopicYN="N">Liver Neoplasms</DescriptorName>
   <QualifierName MajorTopicYN="Y">therapy</QualifierName><QualifierName MajorTopicYN="N">blood supply</QualifierName>
  </MeshHeading>
  <MeshHeading><DescriptorName MajorTopicYN="N">Humans</DescriptorName></MeshHeading></MeshHeadingList>
 <OtherAbstract Language="spa"><AbstractText>Tres.</AbstractText></OtherAbstract>
 <KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="N">hepatic necrosis</Keyword></KeywordList>
</MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="pubmed">32399442</ArticleId><ArticleId IdType="pmc">PMC7213831</ArticleId>
 </ArticleIdList><ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.1000/cited</ArticleId>
 <ArticleId IdType="pmc">PMC1</ArticleId></ArticleIdList></Reference></ReferenceList></PubmedData>
</PubmedArticle></PubmedArticleSet>"""
USUAL = {
    "date": "<Year>2020</Year><Month>Mar</Month><Day>18</Day>",
    "title": "Hepatic <i>Necrosis</i> after Embolization.",
    "complete": "Y",
    "genre": "",
    "vernacular": "",
    "notices": "",
}


def one(**changes: str) -> Work:
    reading = read(ARTICLE.format(**USUAL | changes).encode(), "pubmed.xml")
    assert reading.format == "pubmed" and reading.refused == ()
    return reading.works[0]


def test_every_field() -> None:
    assert one() == Work(
        key="",
        type="article-journal",
        title="Hepatic Necrosis after Embolization",
        issued="2020-03-18",
        language="eng",
        authors=(Author("Micallef", "Sarah", "0000-0002-1825-0097"), Author("King", "Martin Luther", suffix="Jr")),
        corporate_authors=("EASL",),
        container_title="European journal of case reports in internal medicine",
        container_title_short="Eur J Case Rep Intern Med",
        volume="7",
        issue="5",
        page="1423-1430",
        issn=("2284-2594",),
        doi="10.12890/2020_001530",
        pmid="32399442",
        pmcid="PMC7213831",
        genres=("Case Reports",),
        subjects=("Liver Neoplasms/therapy", "Liver Neoplasms/blood supply", "Humans"),
        keywords=("hepatic necrosis",),
        abstract="BACKGROUND: One.\nTwo.",
    )


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("<Year>2020</Year>", "2020"),
        ("<Year>2020</Year><Month>07</Month>", "2020-07"),
        ("<Year>2020</Year><Month>Jul</Month><Day>4</Day>", "2020-07-04"),
        ("<MedlineDate>2000 Nov-Dec</MedlineDate>", "2000-11"),
        ("<Year>2001</Year><Season>Spring</Season>", "2001-04"),
        ("", "undated"),
    ],
)
def test_dates_are_as_precise_as_they_are_printed(date: str, expected: str) -> None:
    assert one(date=date).issued == expected


def test_a_list_of_authors_that_is_not_whole_says_so() -> None:
    assert one(complete="N").authors_incomplete and not one().authors_incomplete


def test_a_title_in_brackets_is_a_translation() -> None:
    work = one(title="[Liver abscess after embolization].", vernacular="Absceso hepático tras la embolización.")
    assert work.title == "Absceso hepático tras la embolización"
    assert work.translated_title == "Liver abscess after embolization"
    assert titles("[Only English seen].", "") == ("Only English seen", "")
    assert (sentence("A title."), sentence("To be..."), sentence("Why?")) == ("A title", "To be...", "Why?")


@pytest.mark.parametrize(
    ("genre", "notice", "status", "kind"),
    [
        ("Retracted Publication", "", "retracted", ""),
        ("", "RetractionIn", "retracted", "retraction"),
        ("", "ErratumIn", "corrected", "correction"),
        ("", "ExpressionOfConcernIn", "concern", "concern"),
        ("", "UpdateIn", "superseded", "update"),
        ("Retraction of Publication", "RetractionOf", "current", "notice-of-retraction"),
        ("Published Erratum", "ErratumFor", "current", "notice-of-correction"),
        ("", "Cites", "current", ""),
    ],
)
def test_what_became_of_it(genre: str, notice: str, status: str, kind: str) -> None:
    source = "J. 2021;1:1. doi: 10.1000/n"
    told = (
        f'<CommentsCorrections RefType="{notice}"><RefSource>{source}</RefSource><PMID>9</PMID></CommentsCorrections>'
    )
    work = one(genre=f"<PublicationType>{genre}</PublicationType>", notices=told if notice else "")
    assert work.status == status
    assert work.notices == ((Notice(kind, source, "10.1000/n", "9"),) if kind else ())


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("1423-30", "1423-1430"),
        ("12-9", "12-19"),
        ("12-19", "12-19"),
        ("e12-5", "e12-e15"),
        ("S1-S9", "S1-S9"),
        ("174", "174"),
        ("7-7", "7"),
        ("99-101", "99-101"),
        ("e0123", "e0123"),
        ("1-4, 9", "1-4, 9"),
        ("", ""),
    ],
)
def test_pages_are_written_out(said: str, expected: str) -> None:
    assert pages(said) == pages(expected) == expected


def test_books_and_deletions() -> None:
    text = """<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID>20301</PMID>
    <ArticleIdList><ArticleId IdType="doi">10.1000/Chap</ArticleId></ArticleIdList>
    <Book><Publisher><PublisherName>NCBI</PublisherName><PublisherLocation>Bethesda</PublisherLocation></Publisher>
    <BookTitle>The Liver</BookTitle><PubDate><Year>2019</Year></PubDate>
    <AuthorList Type="editors"><Author><LastName>Ed</LastName><ForeName>A</ForeName></Author></AuthorList>
    <Isbn>9780123456786</Isbn></Book>
    <ArticleTitle>Embolization.</ArticleTitle><Language>eng</Language>
    <AuthorList Type="authors"><Author><LastName>Au</LastName><ForeName>B</ForeName></Author></AuthorList>
    </BookDocument></PubmedBookArticle>
    <DeleteCitation><PMID>1</PMID><PMID>2</PMID></DeleteCitation></PubmedArticleSet>"""
    reading = read(text.encode(), "books.xml")
    (work,) = reading.works
    assert (work.type, work.title, work.container_title) == ("chapter", "Embolization", "The Liver")
    assert (work.authors, work.editors) == ((Author("Au", "B"),), (Author("Ed", "A"),))
    assert (work.doi, work.pmid, work.isbn, work.issued) == ("10.1000/chap", "20301", ("9780123456786",), "2019")
    assert (work.publisher, work.publisher_place) == ("NCBI", "Bethesda")
    assert reading.refused == tuple(Refused(f"deleted record {n}", "PubMed has deleted it") for n in (1, 2))


def test_the_old_files_of_bare_citations() -> None:
    article = ARTICLE.format(**USUAL)
    citation = article[article.index("<MedlineCitation ") : article.index("<PubmedData>")]
    text = f"<MedlineCitationSet>{citation}</MedlineCitationSet>"
    assert [work.pmid for work in read(text.encode(), "old.xml").works] == ["32399442"]


def test_a_real_record(shared: Path) -> None:
    data = (shared / "data" / "bibliography" / "pubmed" / "pubmed-29768149.xml").read_bytes()
    (work,) = read(data, "pubmed.xml").works
    assert len(work.authors) == 10 and work.authors[0] == Author("O'Byrne", "Paul M")
    assert (work.issued, work.page, work.doi) == ("2018-05-17", "1865-1876", "10.1056/nejmoa1715274")
    assert work.abstract.startswith("BACKGROUND: ") and "fast-acting β2-agonist" in work.abstract
    assert "Humans" in work.subjects and {one.kind for one in work.notices} == {"comment"}
