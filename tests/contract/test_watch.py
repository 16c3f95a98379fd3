"""`sequela evidence watch` and `count`: from a saved search and a paper's counts to the rules and the pool."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sequela.evidence import work
from sequela.evidence.library import Library
from tests.contract.bundles import Cli

JOSKIN = work("joskin-2015")

PUBMED = f"""<?xml version="1.0"?>
<PubmedArticleSet>
 <PubmedArticle>
  <MedlineCitation>
   <PMID Version="1">91000001</PMID>
   <Article>
    <Journal><Title>Journal of Made-up Radiology</Title>
     <JournalIssue><PubDate><Year>2025</Year></PubDate></JournalIssue></Journal>
    <ArticleTitle>Retraction of a paper on embolization.</ArticleTitle>
    <PublicationTypeList><PublicationType>Retraction of Publication</PublicationType></PublicationTypeList>
   </Article>
   <CommentsCorrectionsList>
    <CommentsCorrections RefType="RetractionOf">
     <RefSource>Made up. doi: {JOSKIN.doi}</RefSource>
    </CommentsCorrections>
   </CommentsCorrectionsList>
  </MedlineCitation>
 </PubmedArticle>
 <PubmedArticle>
  <MedlineCitation>
   <PMID Version="1">91000002</PMID>
   <Article>
    <Journal><Title>Journal of Made-up Radiology</Title>
     <JournalIssue><PubDate><Year>2025</Year></PubDate></JournalIssue></Journal>
    <ArticleTitle>Liver abscess after chemoembolization in 345 made-up patients.</ArticleTitle>
    <Abstract><AbstractText>A liver abscess formed in 12 of 345 patients (3.5%); a bilioenteric anastomosis or biliary
     stent went before nine of them.</AbstractText></Abstract>
    <AuthorList><Author><LastName>Rossi</LastName><ForeName>Anna</ForeName></Author></AuthorList>
   </Article>
  </MedlineCitation>
 </PubmedArticle>
 <PubmedArticle>
  <MedlineCitation>
   <PMID Version="1">91000003</PMID>
   <Article>
    <Journal><Title>Journal of Made-up Bridges</Title>
     <JournalIssue><PubDate><Year>2025</Year></PubDate></JournalIssue></Journal>
    <ArticleTitle>Fatigue of welded joints in steel bridges.</ArticleTitle>
   </Article>
  </MedlineCitation>
 </PubmedArticle>
</PubmedArticleSet>
"""


@pytest.fixture
def search(tmp_path: Path) -> Path:
    path = tmp_path / "search.xml"
    path.write_text(PUBMED, encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the library of a reader with nothing but this test will stand."""
    path = tmp_path / "library.db"
    monkeypatch.setattr("sequela.evidence.library.usual_file", lambda: path)
    monkeypatch.delenv("SEQUELA_LIBRARY", raising=False)
    return path


def counting(**changes: object) -> list[str]:
    """The arguments of a count that is sound, or with these options changed; None leaves one out."""
    options: dict[str, object] = {
        "complication": "liver-abscess",
        "events": 12,
        "total": 345,
        "unit": "patients",
        "population": "TACE for liver tumours",
        "procedure": "TACE",
        "group": "liver tumours of every kind",
        "printed": 3.5,
    }
    said = {name: value for name, value in (options | changes).items() if value is not None}
    pairs = ((f"--{name.replace('_', '-')}", value) for name, value in said.items())
    return [str(part) for name, value in pairs for part in ((name,) if value is True else (name, value))]


def test_a_watch_tells_what_may_topple_a_rule_first_and_changes_nothing(cli: Cli, search: Path, library: Path) -> None:
    said = cli("evidence", "watch", search)
    assert said.code == 0 and not library.exists()
    lines = said.out.splitlines()
    assert lines[1].startswith("  joskin-2015 is RETRACTED, says a notice (91000001)")
    assert "    on it rests " in said.out
    assert said.out.index("RETRACTED") < said.out.index("Liver abscess after chemoembolization in 345")
    assert "may hold a series: 12 of 345 patients (3.5 %)" in said.out
    assert "steel bridges" not in said.out and "steel bridges" in cli("evidence", "watch", search, "--all").out


def test_a_watch_as_json(cli: Cli, search: Path) -> None:
    found = json.loads(cli("evidence", "watch", search, "--json").out)
    assert (found["schema"], found["read"], found["notices"], found["refused"]) == ("1", 3, 1, [])
    (change,) = found["changes"]
    assert (change["key"], change["status"]) == ("joskin-2015", "retracted") and change["rests"]
    assert found["relevant"][0]["rules"][0]["rule"] == "liver-abscess"
    assert found["relevant"][0]["counts"] == ["12 of 345 patients (3.5 %)"]
    assert [one["pmid"] for one in found["others"]] == ["91000003"]


def test_a_file_that_nobody_can_read_is_refused(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing that is a record", encoding="utf-8")
    said = cli("evidence", "watch", tmp_path / "notes.txt")
    assert said.code == 2 and "notes.txt: no bibliographic format" in said.err
    assert cli("evidence", "watch", tmp_path / "absent.xml").code == 2


def pooled(cli: Cli, *more: object) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(cli("pool", "--published", "--complication", "abscess", "--json", *more).out)
    return answer


def studies(answer: dict[str, Any]) -> set[tuple[str, int, int]]:
    return {(one["study"], one["events"], one["total"]) for group in answer["sets"] for one in group["studies"]}


def test_a_count_is_kept_after_its_record_and_pooled(cli: Cli, search: Path) -> None:
    refused = cli("evidence", "count", "91000002", *counting())
    assert refused.code == 2 and "sequela evidence add FILE" in refused.err
    cli("evidence", "add", search)
    before = studies(pooled(cli))
    kept = cli("evidence", "count", "91000002", *counting())
    assert (kept.code, kept.out) == (0, "Kept: 12/345 patients (3.5 %) of TACE for liver tumours\n")
    assert studies(pooled(cli)) - before == {("rossi-2025", 12, 345)}
    twice = cli("evidence", "count", "rossi-2025", *counting(unit="Patient", printed="3,5 %"))
    assert twice.code == 2 and "the same count is there already" in twice.err


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"unit": None}, "the unit of analysis is missing"),
        ({"events": 0, "printed": None}, "absence of mention is not zero"),
        ({"events": 346}, "346 events among 345 patients"),
        ({"overlaps": "nobody-1900"}, "no work is called 'nobody-1900'"),
    ],
)
def test_what_cannot_stand_is_refused_and_not_kept(
    cli: Cli, search: Path, library: Path, changes: dict[str, object], complaint: str
) -> None:
    cli("evidence", "add", search)
    said = cli("evidence", "count", "rossi-2025", *counting(**changes))
    assert said.code == 2 and complaint in said.err
    with Library(library) as held:
        assert held.series() == ()


def test_what_the_paper_gets_wrong_is_told_and_kept(cli: Cli, search: Path) -> None:
    cli("evidence", "add", search)
    said = json.loads(
        cli("evidence", "count", "rossi-2025", *counting(printed=4.5, part=9, derived=True), "--json").out
    )
    assert said["kept"] and [one["refused"] for one in said["findings"]] == [False, False, False]
    assert said["count"]["parts"] == [9]
    left_out = pooled(cli)["left_out"]
    assert any(one["study"] == "rossi-2025" and "--unverified" in one["why"] for one in left_out)


def test_a_withdrawn_papers_series_drop_out_of_the_pool_and_are_named(cli: Cli, tmp_path: Path) -> None:
    lv = work("lv-2016")
    (tmp_path / "lv.ris").write_text(
        f"TY  - JOUR\nTI  - RETRACTED: {lv.title}\nPY  - 2016\nDO  - {lv.doi}\nER  - \n", encoding="utf-8"
    )
    before = studies(pooled(cli))
    cli("evidence", "add", tmp_path / "lv.ris")
    after = pooled(cli)
    assert {name for name, _, _ in before - studies(after)} == {"lv-2016"}
    assert {"study": "lv-2016", "why": "supports nothing: retracted"} in after["left_out"]
