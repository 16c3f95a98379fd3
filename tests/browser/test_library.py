"""The library's pages in a browser: wide and on a telephone, light and dark, by keyboard, and for a screen reader."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from sequela.account.library import site
from sequela.account.library.wording import LANGUAGES, wording
from sequela.account.uses import uses
from sequela.criteria import shelf
from sequela.evidence import BaseRate, works
from sequela.evidence.formats import formats
from sequela.evidence.rates import published_series
from sequela.evidence.works import Work

QUIET = (
    *("--no-sandbox", "--headless", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
INDEX = "micallef-2020"
RETRACTED, UNTITLED = "withdrawn", "work-2020"
WIDE, TELEPHONE = (1280, 900), (360, 740)
COUNTED = sorted({key for rate in published_series() for key in rate.cites})[:6]
"""Works with counts; the page of each has a table."""
PAGES = (
    *("index.html", "by-year.html", "year/2020.html", "subject/index.html"),
    *(f"record/{key}.html" for key in (INDEX, COUNTED[0], RETRACTED, UNTITLED)),
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the index paper, a few with counts, one that was retracted and one without a title."""
    out = tmp_path_factory.mktemp("library") / "site"
    series: dict[str, list[BaseRate]] = {}
    for rate in published_series():
        for key in rate.cites:
            series.setdefault(key, []).append(rate)
    books = [works()[key] for key in (INDEX, *COUNTED)]
    books.append(replace(books[1], key=RETRACTED, status="retracted", title="x" * 90 + " and a title of many words"))
    untitled = Work(UNTITLED, "article-journal", "", "2020", doi="10.1000/untitled", abstract="z" * 90)
    books.append(replace(untitled, corporate_authors=("y" * 90,)))
    site(books, out, cited_by=uses(shelf()), similar={INDEX: [RETRACTED, *COUNTED[:3]]}, series=series)
    return out


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium, once for all tests here."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on this machine; `make browser` installs Debian's")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield made
        made.close()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of the size and in the colours that a test asks for; wide and light where it does not."""
    asked = getattr(request, "param", {})
    width, height = asked.get("size", WIDE)
    colours = asked.get("colours", "light")
    with browser.new_context(viewport={"width": width, "height": height}, color_scheme=colours) as context:
        yield context.new_page()


def visit(page: Page, built: Path, path: str) -> None:
    page.goto((built / path).as_uri())


@pytest.mark.parametrize("page", [{"colours": "light"}, {"colours": "dark", "size": TELEPHONE}], indirect=True)
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing(page: Page, built: Path, language: str) -> None:
    for path in PAGES:
        visit(page, built, f"{language}/{path}")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"


@pytest.mark.parametrize("page", [{"colours": "light"}, {"colours": "dark"}], indirect=True)
def test_axe_finds_nothing_on_the_page_before_all(page: Page, built: Path) -> None:
    visit(page, built, "index.html")
    assert Axe().run(page).violations_count == 0


def test_axe_would_find_what_is_wrong(page: Page) -> None:
    page.set_content("<img src='data:,'><p style='color:#ccc'>pale</p>")
    assert Axe().run(page).violations_count > 0


@pytest.mark.parametrize("page", [{"size": TELEPHONE}, {"size": WIDE}], indirect=True)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_is_scrolled_sideways(page: Page, built: Path, language: str) -> None:
    for path in PAGES:
        visit(page, built, f"{language}/{path}")
        wide, shown = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide <= shown, path


@pytest.mark.parametrize(
    ("page", "dark"), [({"colours": "light"}, False), ({"colours": "dark"}, True)], indirect=["page"]
)
def test_the_page_is_dark_where_everything_is(page: Page, built: Path, dark: bool) -> None:
    visit(page, built, f"en/record/{INDEX}.html")
    red = int(page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0]"))
    assert red < 64 if dark else red > 192


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_other_language_is_the_same_record(page: Page, built: Path, language: str) -> None:
    visit(page, built, f"{language}/record/{INDEX}.html")
    title = page.locator("h1").inner_text()
    (other,) = (one for one in LANGUAGES if one != language)
    page.get_by_role("link", name=wording(other)("site.own")).click()
    assert page.url.endswith(f"/{other}/record/{INDEX}.html")
    assert page.locator("html").get_attribute("lang") == other
    assert page.locator("h1").inner_text() == title
    assert page.get_by_role("heading", name=wording(other)("record.uses")).is_visible()


def test_the_keyboard_skips_to_the_content_and_shows_where_it_is(page: Page, built: Path) -> None:
    visit(page, built, "en/index.html")
    skip = page.get_by_role("link", name=wording("en")("site.skip"))
    assert not skip.evaluate("one => one.getBoundingClientRect().bottom > 0"), "out of sight until it has the focus"
    page.keyboard.press("Tab")
    assert skip.evaluate("one => one === document.activeElement && one.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    name, style, width = page.evaluate(
        "[document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle,"
        " parseFloat(getComputedStyle(document.activeElement).outlineWidth)]"
    )
    assert (name, style) == ("A", "solid") and width >= 2


def test_from_the_index_to_a_record_by_a_facet_without_a_script(browser: Browser, built: Path) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        visit(page, built, "index.html")
        page.get_by_role("link", name="Español").click()
        page.get_by_role("complementary").get_by_role("link", name="2020", exact=True).click()
        page.get_by_role("link", name=works()[INDEX].title).click()
        assert page.url.endswith(f"/es/record/{INDEX}.html")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def served(built: Path) -> Iterator[str]:
    """The address of the library on a server: a browser shows a file of its own disk instead of saving it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(built))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_an_export_is_downloaded_as_the_file_that_the_site_has(page: Page, built: Path, served: str) -> None:
    page.goto(f"{served}/en/record/{INDEX}.html")
    written = [one for one in formats() if one.write is not None]
    assert page.locator("a[download]").count() == len(written)
    for one in written:
        with page.expect_download() as waiting:
            page.locator(f"a[download][href*='export/{one.key}/']").click()
        got = waiting.value
        assert got.suggested_filename.startswith(INDEX)
        beside = built / "export" / one.key / got.suggested_filename
        assert Path(got.path()).read_bytes() == beside.read_bytes()
