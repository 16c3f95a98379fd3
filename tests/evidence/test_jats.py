"""JATS: real articles of several publishers, and what their tagging must not be taken for."""

from __future__ import annotations

from pathlib import Path

import pytest

from sequela.evidence.formats import read
from sequela.evidence.works import Author, Notice, Work

ARTICLE = """<article article-type="{kind}" {language} xmlns:xlink="http://www.w3.org/1999/xlink"><front>
<journal-meta><journal-id journal-id-type="iso-abbrev">J. Liver</journal-id>
<journal-title>Journal of the Liver</journal-title>
<issn pub-type="ppub">1234-567X</issn><publisher><publisher-name>P</publisher-name></publisher></journal-meta>
<article-meta><article-id pub-id-type="pmc">7213831</article-id><article-id pub-id-type="doi">10.1000/X</article-id>
<article-categories><subj-group subj-group-type="heading"><subject>Case</subject></subj-group></article-categories>
<title-group><article-title>A <italic>title</italic><xref ref-type="fn">*</xref> here</article-title>
<subtitle>and more</subtitle><trans-title-group><trans-title>Un título</trans-title></trans-title-group></title-group>
<contrib-group>
<contrib contrib-type="author"><contrib-id contrib-id-type="orcid">http://orcid.org/0000-0002-1825-0097</contrib-id>
<name><surname>Ruiz</surname><given-names>Ana</given-names><suffix>II</suffix></name><xref>1</xref></contrib>
<contrib contrib-type="author"><collab>The Group<contrib-group><contrib><name><surname>No</surname></name></contrib>
</contrib-group></collab></contrib>
<contrib contrib-type="reviewer"><name><surname>Reviewer</surname></name></contrib></contrib-group>
<pub-date pub-type="epub"><day>3</day><month>5</month><year>2020</year></pub-date>
<pub-date pub-type="collection"><year>2020</year></pub-date>
<volume>7</volume><fpage>10</fpage><lpage>12</lpage>
<permissions><license xlink:href="https://creativecommons.org/licenses/by/4.0/"><p>Open.</p></license></permissions>
{related}
<self-uri xlink:href="https://j.example/1"/>
<abstract abstract-type="teaser"><p>Look!</p></abstract>
<abstract><sec><title>Aims</title><p>One.</p><p>Two.</p></sec><sec><title>Results:</title><p>Three.</p></sec></abstract>
<kwd-group kwd-group-type="abbreviations"><kwd>TAE</kwd></kwd-group>
<kwd-group><kwd>liver</kwd></kwd-group><kwd-group xml:lang="es"><kwd>hígado</kwd></kwd-group>
</article-meta></front><body><p>x</p></body></article>"""


def one(kind: str = "research-article", language: str = "", related: str = "") -> Work:
    (work,) = read(ARTICLE.format(kind=kind, language=language, related=related).encode(), "a.nxml").works
    return work


def test_every_field() -> None:
    assert one(language='xml:lang="es"') == Work(
        key="",
        type="article-journal",
        title="A title here: and more",
        translated_title="Un título",
        issued="2020-05-03",
        language="spa",
        authors=(Author("Ruiz", "Ana", "0000-0002-1825-0097", "II"),),
        corporate_authors=("The Group",),
        container_title="Journal of the Liver",
        container_title_short="J. Liver",
        volume="7",
        page="10-12",
        publisher="P",
        issn=("1234-567X",),
        doi="10.1000/x",
        pmcid="PMC7213831",
        keywords=("liver", "hígado"),
        abstract="Aims: One.\nTwo.\nResults: Three.",
        licence="https://creativecommons.org/licenses/by/4.0/",
        access=("https://j.example/1",),
    )
    assert one().language == "eng"  # what the DTD gives


@pytest.mark.parametrize(
    ("kind", "relation", "status", "told"),
    [
        ("retraction", "retracted-article", "current", "notice-of-retraction"),
        ("correction", "corrected-article", "current", "notice-of-correction"),
        ("research-article", "retraction-forward", "retracted", "retraction"),
        ("research-article", "correction-forward", "corrected", "correction"),
        ("retraction", "companion", "current", "notice-of-retraction"),
        ("research-article", "companion", "current", ""),
    ],
)
def test_what_became_of_it(kind: str, relation: str, status: str, told: str) -> None:
    related = f'<related-article related-article-type="{relation}" ext-link-type="doi" xlink:href="10.1000/other"/>'
    work = one(kind, related=related)
    assert work.status == status
    assert work.notices == ((Notice(told, "", "10.1000/other"),) if told else ())


@pytest.mark.parametrize(
    ("file", "doi", "pmcid", "page", "first", "authors"),
    [
        ("1471-2180-11-174", "10.1186/1471-2180-11-174", "PMC3166277", "174", "Dennehy", 2),
        ("1472-6831-8-11", "10.1186/1472-6831-8-11", "PMC2329613", "11", "van der Meulen", 4),
        ("ehp-116-1694", "10.1289/ehp.11570", "PMC2599765", "1694-1699", "Lema", 4),
        ("pone.0000217", "10.1371/journal.pone.0000217", "PMC1790863", "e217", "Tenaillon", 4),
    ],
)
def test_real_articles(shared: Path, file: str, doi: str, pmcid: str, page: str, first: str, authors: int) -> None:
    (work,) = read((shared / "data" / "bibliography" / "jats" / f"{file}.nxml").read_bytes(), file).works
    assert (work.doi, work.pmcid, work.page) == (doi, pmcid, page)
    assert (work.authors[0].family, len(work.authors)) == (first, authors)
    assert work.abstract and work.issued > "2006"


def test_a_spanish_article_with_its_translated_title(shared: Path) -> None:
    data = (shared / "data" / "bibliography" / "jats" / "jats4r_63543879003.xml").read_bytes()
    (work,) = read(data, "jats4r_63543879003.xml").works
    assert work.language == "spa" and work.title.startswith("EFICACIA DE LOS MAPAS CONCEPTUALES")
    assert work.translated_title.startswith("EFFECTIVENESS OF CONCEPT MAPPING")
    assert (work.volume, work.issue, work.page, work.issued) == ("19", "1", "1-18", "2016")
    assert work.licence == "https://creativecommons.org/licenses/by-nc/4.0/"
