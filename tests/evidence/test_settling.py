"""That a paper was retracted is read in whatever format its record comes, and not where a title only speaks of it."""

from __future__ import annotations

import pytest

from sequela.evidence import formats
from sequela.evidence.works import Notice, Work, state_of

TITLE = "RETRACTED: Necrosis after embolization"
READ = {
    "ris": f"TY  - JOUR\nTI  - {TITLE}\nER  -\n",
    "endnote": f"%0 Journal Article\n%T {TITLE}\n",
    "medline": f"PMID- 7\nTI  - {TITLE}.\nPT  - Journal Article\n",
    "webpage": f'<html><head><meta name="citation_title" content="{TITLE}"></head><body></body></html>',
    "pubmed": "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>7</PMID><Article><Journal></Journal>"
    f"<ArticleTitle>{TITLE}</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>",
    "jats": "<article><front><article-meta><title-group>"
    f"<article-title>{TITLE}</article-title></title-group></article-meta></front></article>",
    "vufind": '<html><head><meta name="generator" content="VuFind 9.0"></head><body vocab="http://schema.org/">'
    f'<div resource="#record"><h1 property="name">{TITLE}</h1><table><tr><th>Format:</th><td>Article</td></tr>'
    "<tr><th>Language:</th><td>English</td></tr></table></div></body></html>",
}


@pytest.mark.parametrize("key", READ)
def test_a_publishers_mark_in_the_title_counts_in_every_format_that_is_read(key: str) -> None:
    reading = formats.read(READ[key].encode(), "a test")
    assert (reading.format, reading.refused) == (key, ())
    (work,) = reading.works
    assert (work.title, work.status) == (TITLE, "retracted")
    assert work.notices == (Notice("retraction", "the title says so; no notice of it was read"),)


@pytest.mark.parametrize("key", ["ris", "bibtex", "csl", "endnote", "marcxml"])
def test_what_is_written_of_a_marked_work_comes_back_retracted(key: str) -> None:
    (work,) = formats.read(formats.written([Work("a", "article-journal", TITLE)], key).encode(), "a test").works
    assert work.retracted


def test_a_notice_with_the_title_of_what_it_retracts_is_not_itself_retracted() -> None:
    notice = "<CommentsCorrectionsList><CommentsCorrections RefType='RetractionOf'><RefSource>J. 2020</RefSource>"
    text = READ["pubmed"].replace("</Article>", f"</Article>{notice}</CommentsCorrections></CommentsCorrectionsList>")
    (work,) = formats.read(text.encode(), "a test").works
    assert ([one.kind for one in work.notices], work.status) == (["notice-of-retraction"], "current")


def test_the_gravest_that_is_told_counts() -> None:
    assert state_of(()) == "current"
    assert state_of([Notice("comment", "J. 2020")]) == "current"
    assert state_of([Notice("correction", "J. 2020"), Notice("update", "J. 2021")]) == "corrected"
    assert state_of([Notice("concern", "J. 2020")], ["RETRACTED publication"]) == "retracted"
