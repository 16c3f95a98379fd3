"""The library as pages: every page is reached without a script, says nothing foreign unescaped, and is whole twice."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from lxml import html

from sequela.account.library import record_page, site, writing
from sequela.account.library.places import Places
from sequela.account.library.wording import LANGUAGES, catalogue, wording
from sequela.account.uses import Use
from sequela.errors import UserError
from sequela.evidence import Author, BaseRate, Work, claims, embedding, works
from sequela.evidence.formats import formats
from sequela.evidence.works import STATUSES, Notice

EVIL = "<script>alert('x')</script>\"'><img src=x onerror=y>"
RATE = BaseRate(
    complication="liver-abscess",
    events=27,
    total=12345,
    unit="patients",
    population="TACE for tumours of the liver",
    procedures=("TACE",),
    cites=("whole",),
    derived=True,
    secondary=True,
    overlaps="other",
)
WHOLE = Work(
    key="whole",
    type="article-journal",
    title="Necrosis of the liver after embolization",
    issued="2020-03-18",
    language="eng",
    summary="What it says of the liver.",
    source="read abstract at https://example.org/abstract; the table at second hand",
    translated_title="The necrosis of the liver",
    authors=(Author("Ñíguez", "Ana", "0000-0002-1825-0097"), Author("Brown", "Bo", suffix="Jr")),
    authors_incomplete=True,
    corporate_authors=("Society of the Liver",),
    editors=(Author("Editor", "Eve"),),
    container_title="Journal of the Liver",
    volume="7",
    issue="2",
    page="10-12",
    edition="2nd",
    publisher="House",
    publisher_place="Malta",
    issn=("1234-5679",),
    isbn=("9780306406157",),
    doi="10.1000/whole",
    pmid="12345",
    pmcid="PMC54321",
    format="Journal article, online text",
    genres=("Case Reports",),
    subjects=("Liver Neoplasms/therapy",),
    keywords=("necrosis of the liver",),
    abstract="BACKGROUND: the first part of it.\nRESULTS: the second part of it.",
    licence="CC BY 4.0",
    access=("https://example.org/text",),
    status="retracted",
    notices=(Notice("retraction", "J Liver 2021;1:1", doi="10.1000/notice"),),
)
USES = (Use("condition", "hepatic-necrosis", "Hepatic necrosis"), Use("parameter", "fever", "Fever from 38 Cel"))


def small(key: str, **values: object) -> Work:
    return Work(**({"key": key, "type": "report", "title": f"Title {key}", "issued": "2001"} | values))  # type: ignore[arg-type]


def build(out: Path, books: list[Work]) -> Path:
    site(books, out, cited_by={"whole": USES}, similar={"whole": ["other"]}, series={"whole": [RATE]})
    return out


def text_of(page: str, *, own: bool = False) -> list[str]:
    """Return the texts of a page and of its labels; with `own`, without what says it is in another language."""
    tree = html.document_fromstring(page)
    told = []
    for element in tree.iter(html.etree.Element):
        language = next((up.get("lang") for up in (element, *element.iterancestors()) if up.get("lang")), "")
        if not own or language == tree.get("lang"):
            told += [element.text or "", element.get("aria-label") or "", element.get("title") or ""]
        parent = element.getparent()
        if parent is not None:
            around = next((up.get("lang") for up in (parent, *parent.iterancestors()) if up.get("lang")), "")
            if not own or around == tree.get("lang"):
                told.append(element.tail or "")
    return [re.sub(r"[ \n]+", " ", text).strip() for text in told if text.strip()]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("site") / "out", [WHOLE, small("other"), *works().values()])


def test_no_english_label_stands_on_a_spanish_page(built: Path) -> None:
    english, spanish = (catalogue(language) for language in ("en", "es"))
    labels = {text for key, text in english.items() if spanish[key] != text and "{" not in text}
    pages = ("index.html", "by-year.html", "format/index.html", "subject/necrosis-of-the-liver.html")
    for path in (*pages, "record/whole.html", "record/other.html"):
        told = text_of((built / "es" / path).read_text(encoding="utf-8"), own=True)
        parts = {part.strip(" :.,") for text in told for part in (text, *re.split(r"[:;,] ", text))}
        assert sorted(parts & labels) == [], path
    told = text_of((built / "en" / "record/whole.html").read_text(encoding="utf-8"), own=True)
    assert "Main authors" in told, "the labels are found where they should be"


def test_each_text_is_marked_with_its_own_language(built: Path) -> None:
    tree = html.document_fromstring((built / "es" / "record/whole.html").read_text(encoding="utf-8"))
    assert tree.get("lang") == "es"
    for text in (WHOLE.title, WHOLE.summary, WHOLE.abstract.split("\n")[0], WHOLE.subjects[0], USES[0].text):
        found = [element for element in tree.iter() if element.text == text and element.tag != "title"]
        assert found and all(element.get("lang") == "en" for element in found), text


def test_a_spanish_page_has_a_decimal_comma_and_an_english_one_a_point() -> None:
    spanish, english = (text_of(record_page(WHOLE, language, counts=[RATE])) for language in ("es", "en"))
    assert {"0,22", "12\u202f345", "18 de marzo de 2020"} <= set(spanish)
    assert {"0.22", "12,345", "18 March 2020"} <= set(english)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_of_a_record_stands_on_its_page(language: str) -> None:
    told = " ".join(text_of(record_page(WHOLE, language, uses=USES, counts=[RATE], similar=[small("other")])))
    facts = ["Ñíguez, Ana", "Brown, Bo, Jr", "Society of the Liver", "Editor, Eve", "House", "Malta", "vol. 7", "10-12"]
    facts += ["2nd", "1234-5679", "9780306406157", "10.1000/whole", "12345", "PMC54321", "Case Reports", "CC BY 4.0"]
    facts += ["https://example.org/text", "J Liver 2021;1:1", "the second part of it", "hepatic-necrosis", "27"]
    facts += [WHOLE.title, WHOLE.translated_title, WHOLE.subjects[0], WHOLE.keywords[0], "Title other"]
    facts += ["https://example.org/abstract", "the table at second hand"]
    assert [fact for fact in facts if fact not in told] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_our_rules_take_from_a_work_stands_on_its_page(language: str) -> None:
    graded = next(claim for claim in claims.claims() if claim.certainty and claim.lowered_for)
    say = wording(language)
    told = " ".join(text_of(record_page(works()[graded.work], language)))
    needed = [claim.text for claim in claims.claims_of(graded.work)]
    needed += [graded.grade_note, graded.supports[0], say("claim.certainty"), say.named("design", graded.design)]
    needed += [say.named("domain", name) for name in graded.lowered_for]
    assert [one for one in needed if one not in told] == []
    assert say("claim.heading") not in " ".join(text_of(record_page(WHOLE, language)))


def pages_in(out: Path) -> Iterator[tuple[str, html.HtmlElement]]:
    for path in sorted(out.rglob("*.html")):
        yield str(path.relative_to(out)), html.document_fromstring(path.read_text(encoding="utf-8"))


def test_every_page_is_reached_by_links_alone_and_every_link_leads_somewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "A_PAGE", 2)
    out = build(tmp_path / "out", [WHOLE, *(small(f"w{n}", language="spa") for n in range(5)), small("other")])
    files = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    leads: dict[str, set[str]] = {}
    for path, tree in pages_in(out):
        found = [urlsplit(urljoin(f"https://site/{path}", at)) for at in tree.xpath("//*[not(self::link)]/@href")]
        inside = {unquote(at.path.lstrip("/")) for at in found if at.hostname == "site"}
        assert inside <= files, path
        for at in tree.xpath("//a/@href[starts-with(., '#')]"):
            assert tree.xpath(f"//*[@id='{at[1:]}']"), (path, at)
        leads[path] = inside
    assert "en/index.2.html" in leads and "es/language/spa.3.html" in leads
    reached, new = set[str](), {"index.html"}
    while new:
        reached |= new
        new = {at for path in new for at in leads.get(path, set())} - reached
    assert files - reached == {"library.css"}


def test_a_page_runs_nothing_and_fetches_nothing_from_elsewhere(built: Path) -> None:
    for path, tree in pages_in(built):
        kinds = [script.get("type") for script in tree.iter("script")]
        assert set(kinds) <= {"application/ld+json"}, path
        assert not tree.xpath("//@src | //@style | //style | //iframe | //object | //form"), path
        assert all("//" not in at for at in tree.xpath("//link[@rel='stylesheet']/@href")), path
        assert not tree.xpath("//@*[starts-with(name(), 'on')]"), path
    css = (built / "library.css").read_text(encoding="utf-8")
    assert "url(" not in css and "@import" not in css


@pytest.mark.parametrize("language", LANGUAGES)
def test_foreign_texts_are_escaped_and_no_foreign_scheme_becomes_a_link(language: str) -> None:
    schemes = ("javascript:alert(1)", "data:text/html,x", "JaVaScRiPt:x", "//evil.example", "file:a")
    texts = {field.name: EVIL for field in dataclasses.fields(Work) if field.type == "str"}
    hostile = Work(
        **(texts | {"key": "evil", "url": "javascript:alert(2)", "status": "current"}),  # type: ignore[arg-type]
        access=schemes,
        authors=(Author(EVIL, EVIL, EVIL),),
        corporate_authors=(EVIL,),
        editors=(Author(EVIL),),
        issn=(EVIL,),
        isbn=(EVIL,),
        genres=(EVIL,),
        subjects=(EVIL,),
        keywords=(EVIL,),
        notices=(Notice(EVIL, EVIL, EVIL, EVIL), Notice("retraction", "", 'x" onclick="y')),
    )
    rate = BaseRate(EVIL, 1, 2, EVIL, EVIL, (EVIL,), (EVIL,), overlaps=EVIL)
    page = record_page(
        hostile, language, uses=[Use(EVIL, EVIL, EVIL)], counts=[rate], similar=[hostile], address="https://example.org"
    )
    tree = html.document_fromstring(page)
    assert not tree.xpath("//img") and not tree.xpath("//script[not(@type='application/ld+json')]")
    assert not tree.xpath("//@*[starts-with(name(), 'on')]")
    for at in tree.xpath("//@href"):
        assert not urlsplit(at).scheme or at.startswith(("https://", "http://")), at
        assert not at.startswith("//")
    told = text_of(page)
    assert tree.find(".//h1").text == EVIL
    assert set(schemes) <= set(told), "what is no link is still said"


def test_the_same_works_in_any_order_make_the_same_bytes(tmp_path: Path) -> None:
    books = [WHOLE, small("other"), *list(works().values())[:20]]
    one, two = build(tmp_path / "one", books), build(tmp_path / "two", books[::-1])
    files = sorted(path.relative_to(one) for path in one.rglob("*"))
    assert files == sorted(path.relative_to(two) for path in two.rglob("*"))
    assert all((one / path).read_bytes() == (two / path).read_bytes() for path in files if (one / path).is_file())


def test_a_folder_with_something_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="not empty"):
        build(tmp_path, [WHOLE])
    with pytest.raises(UserError, match="not empty"):
        build(tmp_path / "mine.txt", [WHOLE])
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("keys", [["../up"], ["a/b"], [".hidden"], [""], ["a b"], ["x" * 200], ["Twin", "twin"]])
def test_keys_that_cannot_name_files_are_refused_before_anything_is_written(tmp_path: Path, keys: list[str]) -> None:
    out = tmp_path / "out"
    with pytest.raises(UserError):
        build(out, [small(key) for key in keys])
    assert not out.exists()


def test_progress_is_told_work_by_work(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    books = [small("a"), small("b")]
    site(books, tmp_path, cited_by={}, similar={}, series={}, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


def test_an_empty_library_has_its_pages(tmp_path: Path) -> None:
    build(tmp_path / "out", [])
    assert "0 records" in (tmp_path / "out" / "en" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("status", [status for status in STATUSES if status != "current"])
def test_what_became_of_a_work_is_said_on_its_page_and_in_every_list(tmp_path: Path, status: str) -> None:
    out = build(tmp_path / "out", [small("gone", status=status), small("whole")])
    for language in LANGUAGES:
        mark = wording(language)(f"mark.{status}")
        for path in ("index.html", "by-title.html", "year/2001.html", "record/gone.html"):
            told = text_of((out / language / path).read_text(encoding="utf-8"))
            assert mark in told, path
        assert mark not in text_of((out / language / "record/whole.html").read_text(encoding="utf-8"))


def test_each_format_that_is_written_is_a_file_beside_the_page(built: Path) -> None:
    writing_formats = [one for one in formats() if one.write is not None]
    for language in LANGUAGES:
        path = built / language / "record" / "whole.html"
        tree = html.document_fromstring(path.read_text(encoding="utf-8"))
        links = tree.xpath("//a[@download]")
        assert [one.text for one in links] == [one.name for one in writing_formats]
        heads = tree.xpath("//link[@rel='alternate'][@type]/@href")
        assert heads == [one.get("href") for one in links]
        assert all((path.parent / at).is_file() for at in heads)


def test_with_an_address_a_page_names_its_canonical_one_and_its_other_languages() -> None:
    tree = html.document_fromstring(record_page(WHOLE, "es", address="https://example.org/evidence/"))
    assert tree.xpath("//link[@rel='canonical']/@href") == ["https://example.org/evidence/es/record/whole.html"]
    others = {one.get("hreflang"): one.get("href") for one in tree.xpath("//link[@hreflang]")}
    assert others == {code: f"https://example.org/evidence/{code}/record/whole.html" for code in LANGUAGES}
    assert not html.document_fromstring(record_page(WHOLE, "es")).xpath("//link[@rel='canonical']")


def test_reference_managers_find_the_record_in_its_page() -> None:
    tree = html.document_fromstring(record_page(WHOLE, "es", address="https://example.org"))
    tags = [(one.get("name"), one.get("content")) for one in tree.xpath("//meta[starts-with(@name, 'citation_')]")]
    assert tags == embedding.highwire(WHOLE)
    (script,) = tree.xpath("//script")
    assert json.loads(script.text) == embedding.json_ld(WHOLE, "https://example.org/es/record/whole.html")
    assert tree.xpath("//span[@class='Z3988']/@title") == [embedding.coins(WHOLE)]
    hostile = dataclasses.replace(WHOLE, title="</script><script>alert(1)</script>")
    (script,) = html.document_fromstring(record_page(hostile, "es")).xpath("//script")
    assert hostile.title in json.dumps(json.loads(script.text))


def test_a_server_may_serve_the_pages_below_a_root_of_its_own() -> None:
    tree = html.document_fromstring(record_page(WHOLE, "en", places=Places("/evidence/")))
    inside = [at for at in tree.xpath("//@href") if not at.startswith(("http", "#"))]
    assert inside and all(at.startswith("/evidence/") for at in inside)


def test_a_language_without_pages_is_refused() -> None:
    with pytest.raises(UserError, match="no page is written"):
        record_page(WHOLE, "fr")


def test_lists_are_sorted_as_a_catalogue_sorts_them(tmp_path: Path) -> None:
    books = [
        small("c", title="The zebra", authors=(Author("Ábaco"),), issued="1999"),
        small("b", title="¿Qué?", authors=(Author("Zorro"),), issued="2005"),
        small("a", title="Apple", issued="undated"),
        small("d", title="肝", authors=(Author("肝"),), issued="2003"),
    ]
    out = build(tmp_path / "out", books)

    def keys(path: str) -> list[str]:
        tree = html.document_fromstring((out / "en" / path).read_text(encoding="utf-8"))
        return [Path(at).stem for at in tree.xpath("//ul[@class='works']/li/a/@href")]

    assert keys("index.html") == ["c", "a", "b", "d"]
    assert keys("by-title.html") == ["a", "b", "c", "d"]
    assert keys("by-year.html") == ["b", "d", "c", "a"]
