"""A catalogue's record page and any page with citation tags, saved as HTML.

No page of the index paper's catalogue could be saved: the pages here are emulated by hand after the markup of VuFind's
themes, old and new, with the labels of its English and Spanish language files.
"""

from __future__ import annotations

import html
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sequela.evidence import embedding, formats, shelving
from sequela.evidence.formats import vufind
from sequela.evidence.works import Author, Work
from tests.evidence.generated_works import compared, with_only, works

SPANISH = """<!DOCTYPE html><html lang="es"><head><meta charset="utf-8"><meta name="generator" content="VuFind 7.0">
<link rel="canonical" href="https://catalogue.example/Record/pubmed-7213831"></head><body>
<div class="media" vocab="http://schema.org/" resource="#record" typeof="Article Product"><div class="media-body">
<h3 property="name">Hepatic Necrosis after Trans-Arterial Embolization of Metastatic Neuroendocrine Tumour </h3>
<p>A summary that is cut short...</p>
<table class="table table-striped"><caption class="sr-only">Detalles Bibliográficos</caption>
<tr><th>Autores principales: </th><td>
<span class="author-data" property="author"><a href="/Author/Home?author=M">Micallef, Sarah</a></span>,
<span class="author-data" property="author"><a href="/Author/Home?author=C">Cortis, Kelvin</a></span>,
<span class="author-data" property="author"><a href="/Author/Home?author=G">Magri, Claude</a></span></td></tr>
<tr><th>Formato: </th><td><span class="format online">Online</span> <span class="format">Artículo</span></td></tr>
<tr><th>Lenguaje: </th><td>Inglés</td></tr>
<tr><th>Publicado: </th><td><span property="publisher" typeof="Organization"><span property="name">SMC Media Srl</span>
</span> <span property="publicationDate">2020</span><br></td></tr>
<tr><th>Materias: </th><td><div class="subject-line" property="keywords"><a href="/Search">Article</a></div></td></tr>
<tr><th>Acceso en línea:</th><td>
<a href="https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7213831/">https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7213831/</a><br>
<a href="https://www.ncbi.nlm.nih.gov/pubmed/32399442">https://www.ncbi.nlm.nih.gov/pubmed/32399442</a><br>
<a href="http://dx.doi.org/10.12890/2020_001530">http://dx.doi.org/10.12890/2020_001530</a></td></tr>
<tr><th>Etiquetas: </th><td>Sin Etiquetas, Sea el primero en etiquetar este registro!</td></tr>
</table></div></div>
<table class="table table-striped"><tr><th>Sumario: </th><td>What it says.<br>And more.</td></tr></table>
<div class="similar"><a href="/Record/pubmed-999">Another</a></div></body></html>"""

INDEX = Work(
    key="",
    type="article-journal",
    title="Hepatic Necrosis after Trans-Arterial Embolization of Metastatic Neuroendocrine Tumour",
    issued="2020",
    language="eng",
    authors=(Author("Micallef", "Sarah"), Author("Cortis", "Kelvin"), Author("Magri", "Claude")),
    publisher="SMC Media Srl",
    doi="10.12890/2020_001530",
    pmid="32399442",
    pmcid="PMC7213831",
    format="Online Artículo",
    subjects=("Article",),
    abstract="What it says.\nAnd more.",
)

ENGLISH = """<html lang="en"><head><title>Library</title></head><body class="template-dir-record vufind">
<input type="hidden" value="b42" class="hiddenId"><h1 property="name">The liver /</h1>
<dl><dt>Online Access:</dt><dd><a href="https://example.org/liver">Read</a></dd>
<dt>Published in:</dt><dd><a href="/Record/j1">Journal of Livers</a> Vol. 7, no. 3 (2020), p. 12-15</dd>
<dt>MAIN AUTHOR:</dt><dd><a href="/x">Nadie, Ana, 1970-</a> (Author)</dd>
<dt>Corporate Author:</dt><dd><a href="/x">Liver Study Group</a></dd>
<dt>Other Authors:</dt><dd><a href="/x">Otro, B. C.</a></dd>
<dt>Format:</dt><dd>Article</dd><dt>Language:</dt><dd>English<br>Spanish</dd>
<dt>Published:</dt><dd>Valletta : Liver Press, c2020.</dd>
<dt>Subjects:</dt><dd><a href="/s">Liver</a> &gt; <a href="/s">Diseases</a><br><a href="/s">Necrosis</a></dd>
<dt>Tags:</dt><dd><a href="/Tag/Home?lookfor=tae">tae</a></dd></dl></body></html>"""


def one(page: str) -> Work:
    reading = formats.read(page.encode(), "page.html")
    assert not reading.refused
    (work,) = reading.works
    return work


def test_the_emulated_spanish_page_of_the_index_paper_gives_its_record() -> None:
    assert formats.read(SPANISH.encode(), "page.html").format == "vufind"
    assert one(SPANISH) == INDEX


def test_the_number_of_a_harvested_record_is_that_of_pubmed_central_and_no_pmid() -> None:
    start, end = SPANISH.index("<tr><th>Acceso"), SPANISH.index("<tr><th>Etiquetas")
    work = one(SPANISH[:start] + SPANISH[end:])
    assert (work.pmcid, work.pmid) == ("PMC7213831", "")


def test_labels_are_known_in_any_order_and_in_another_theme() -> None:
    work = one(ENGLISH)
    assert work == Work(
        key="",
        type="article-journal",
        title="The liver",
        issued="2020",
        language="eng",
        authors=(Author("Nadie", "Ana"), Author("Otro", "B. C.")),
        corporate_authors=("Liver Study Group",),
        container_title="Journal of Livers",
        volume="7",
        issue="3",
        page="12-15",
        publisher="Liver Press",
        publisher_place="Valletta",
        url="https://example.org/liver",
        format="Article",
        subjects=("Liver--Diseases", "Necrosis"),
        keywords=("tae",),
    )


def test_the_staff_view_is_believed_before_the_labels() -> None:
    staff = """<table class="citation"><tr><th>LEADER</th><td colspan="3">00000cam a2200000 a 4500</td></tr>
    <tr><th>008</th><td colspan="3">200101s2019    xx |||||||||||||||||eng |</td></tr>
    <tr><th>245</th><td>1</td><td>4</td><td><strong>|a</strong> The liver : <strong>|b</strong> its ways / </td></tr>
    <tr><th>260</th><td> </td><td> </td><td>|a Valletta : |b Liver Press, |c 2019.</td></tr></table></body>"""
    work = one(ENGLISH.replace("</body>", staff))
    assert (work.title, work.type, work.issued, work.publisher) == (
        "The liver: its ways",
        "book",
        "2019",
        "Liver Press",
    )
    assert work.authors[0].family == "Nadie"


@pytest.mark.parametrize(
    "cell", ["Journal of Livers Vol. 7 (2020), p. 12-15", "Journal of Livers Vol. 7 (Vol. 8), p. 12-15"]
)
def test_a_journal_that_is_no_link_is_read_too(cell: str) -> None:
    page = ENGLISH.replace('<a href="/Record/j1">Journal of Livers</a> Vol. 7, no. 3 (2020), p. 12-15', cell)
    work = one(page)
    assert (work.container_title, work.volume, work.page) == ("Journal of Livers", "7", "12-15")


@pytest.mark.parametrize("page", ["<html><body><p>Nothing</p></body></html>", "<!doctype html>", SPANISH[:200]])
def test_a_page_without_a_record_is_refused(page: str) -> None:
    reading = formats.read(page.encode(), "page.html")
    assert not reading.works
    assert len(reading.refused) == 1


@given(
    st.integers(0, 5000), st.integers(0, 60), st.sampled_from(["", "<", ">", "Vol. ", "<td></td>", "</table>", "\x00"])
)
def test_a_page_that_is_damaged_is_read_or_refused(at: int, length: int, put: str) -> None:
    for page in (SPANISH, ENGLISH, page_of(shelving.work("micallef-2020"))):
        damaged = page[: at % len(page)] + put + page[at % len(page) + length :]
        (told,) = vufind.read(damaged.encode())
        assert isinstance(told, Work | formats.Refused)


def test_a_journal_cell_that_begins_with_its_volume_names_no_journal() -> None:
    cell = '<a href="/Record/j1">Journal of Livers</a> Vol. 7, no. 3 (2020), p. 12-15'
    work = one(ENGLISH.replace(cell, "Vol. 7 (2020), p. 12-15"))
    assert (work.container_title, work.volume, work.page) == ("", "7", "12-15")


def page_of(work: Work, *, tags: bool = True, json_ld: bool = True, coins: bool = True) -> str:
    """A record page with what `embedding` makes for it."""
    head = "".join(f'<meta name="{name}" content="{html.escape(said)}">' for name, said in embedding.highwire(work))
    said = json.dumps(embedding.json_ld(work), ensure_ascii=False).replace("<", "\\u003c")
    script = f'<script type="application/ld+json">{said}</script>'
    span = f'<span class="Z3988" title="{html.escape(embedding.coins(work))}"></span>'
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8>{head if tags else ''}{script if json_ld else ''}"
        f"</head><body>{span if coins else ''}</body></html>"
    )


CARRIED = frozenset(
    {
        *("title", "translated_title", "issued", "language", "authors", "corporate_authors", "editors", "volume"),
        *("issue", "page", "container_title", "container_title_short", "edition", "publisher", "publisher_place"),
        *("issn", "isbn", "doi", "pmid", "pmcid", "url", "access", "genres", "subjects", "keywords", "abstract"),
        *("licence", "status"),
    }
)
"""What comes back of a page; its type does where schema.org has a name for it alone."""
TAGGED = frozenset(
    {"title", "issued", "language", "authors", "container_title", "volume", "issue", "page", "doi", "pmid"}
)


@settings(max_examples=100)
@given(work=works())
def test_what_our_pages_carry_comes_back(work: Work) -> None:
    sent = with_only(work, CARRIED)
    assert compared(one(page_of(sent)), CARRIED, orcid=True) == compared(sent, CARRIED, orcid=True)


def test_the_whole_shelf_comes_back_from_its_tags_alone_and_from_all() -> None:
    for work in shelving.works().values():
        # The tags have one name for persons and bodies, and no reader can tell "Medical Center, Department" from one.
        if work.type != "article-journal" or work.corporate_authors:
            continue
        told = one(page_of(work, json_ld=False, coins=False))
        assert compared(told, TAGGED, orcid=True) == compared(work, TAGGED, orcid=True), work.key
        assert one(page_of(work)).type == work.type


def test_coins_alone_tell_an_article() -> None:
    work = shelving.work("micallef-2020")
    told = one(page_of(work, tags=False, json_ld=False))
    assert (told.type, told.title, told.authors, told.doi) == (work.type, work.title, work.authors, work.doi)
    assert (told.container_title, told.volume) == (work.container_title, work.volume)


def test_a_publishers_page_is_read_with_scripts_that_are_broken_and_names_written_forwards() -> None:
    page = """<!DOCTYPE html><html><head><script type="application/ld+json">{broken</script>
    <script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "X"},
    {"@type": ["ScholarlyArticle"], "headline": "The liver", "author": [{"@type": "Person", "name": "Ana B. Nadie",
    "sameAs": "https://orcid.org/0000-0002-1825-0097"}, "Bo Otro"], "datePublished": "2020-03-18T00:00:00Z"}]}</script>
    <meta name="citation_doi" content="doi:10.1000/ABC"><meta name="citation_firstpage" content="12">
    <meta name="citation_lastpage" content="15"></head><body>text</body></html>"""
    work = one(page)
    assert work.authors == (Author("Nadie", "Ana B.", "0000-0002-1825-0097"), Author("Otro", "Bo"))
    assert (work.title, work.issued, work.doi, work.page) == ("The liver", "2020-03-18", "10.1000/abc", "12-15")
