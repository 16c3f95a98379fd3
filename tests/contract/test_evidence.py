"""`sequela evidence` as it is called: what goes in, what is found, shown, cited, written and checked."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sequela.evidence.formats import formats
from tests.contract.bundles import Cli

RIS = """\
TY  - JOUR
TI  - Bilomas after bland embolisation, a série of twelve
AU  - Ñandú Ruiz, Ana
AU  - Smith, Jo
PY  - 2019
JO  - Radiología
VL  - 61
SP  - 12
EP  - 19
DO  - 10.1234/bilomas
LA  - spa
AB  - Absceso hepático en dos de doce.
ER  -

TY  - JOUR
PY  - 2001
ER  -
"""
INDEX = """\
TY  - JOUR
TI  - Hepatic necrosis after trans-arterial embolization
DO  - 10.12890/2020_001530
SN  - 2284-2594
ER  -
"""


@pytest.fixture
def library() -> Path:
    """The library's file, which is not there until something is added."""
    return Path(os.environ["SEQUELA_LIBRARY"])


@pytest.fixture
def ris(tmp_path: Path) -> Path:
    path = tmp_path / "bilomas.ris"
    path.write_text(RIS, encoding="utf-8")
    return path


def test_what_is_added_is_told_and_can_be_shown(cli: Cli, ris: Path, library: Path) -> None:
    said = cli("evidence", "add", ris)
    assert said.code == 0 and library.exists()
    assert "bilomas.ris (ris): 2 read: 1 new, 1 refused" in said.out
    assert "new: nandu-ruiz-2019" in said.out and "refused, record 2" in said.out
    page = cli("evidence", "show", "nandu-ruiz-2019").out
    assert "Ñandú Ruiz, Ana" in page and "Spanish" in page and "10.1234/bilomas" in page
    assert "español" in cli("evidence", "show", "10.1234/bilomas", "--lang", "es").out
    again = cli("evidence", "add", ris)
    assert "1 already there" in again.out


def test_the_receipt_adds_up(cli: Cli, ris: Path, tmp_path: Path) -> None:
    index = tmp_path / "index.ris"
    index.write_text(INDEX, encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    said = cli("evidence", "add", ris, index, tmp_path / "picture.png", "--json")
    told = json.loads(said.out)
    assert told["read"] == told["added"] + told["merged"] + told["unchanged"] + told["refused"] == 3
    assert [one["format"] for one in told["files"]] == ["ris", "ris"]
    assert told["files"][1]["merged"] == ["micallef-2020"]
    assert told["unread"] == [{"file": "picture.png", "why": "no bibliographic format that is known"}]
    assert "2284-2594" in cli("evidence", "show", "micallef-2020", "--json").out


def test_a_folder_is_read_whole_and_an_unreadable_file_alone_is_an_error(cli: Cli, ris: Path, tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    folder.mkdir()
    ris.rename(folder / "a.ris")
    assert "1 new" in cli("evidence", "add", folder).out
    other = tmp_path / "letter.docx"
    other.write_bytes(b"PK\x03\x04 nothing bibliographic")
    for path in (other, tmp_path / "missing.ris"):
        said = cli("evidence", "add", path)
        assert said.code == 2 and path.name in said.err and "Traceback" not in said.err


def test_every_sample_is_read_with_a_receipt_that_adds_up(cli: Cli, shared: Path) -> None:
    folder = shared / "data" / "bibliography"
    told = json.loads(cli("evidence", "add", folder, "--json").out)
    assert told["read"] == told["added"] + told["merged"] + told["unchanged"] + told["refused"] > 70
    assert {one["format"] for one in told["files"]} >= {
        "pubmed",
        "jats",
        "marc",
        "marcxml",
        "ris",
        "wos",
        "endnote",
        "bibtex",
    }
    assert all(one["where"] and one["why"] for file in told["files"] for one in file["refused"])
    # Only the licences and a note on where a file is from are no records.
    assert {one["file"].rpartition(".")[2] for one in told["unread"]} == {"txt"}
    # Three exports of one catalogue page, each with three authors and three links, are the work on the shelf.
    vufind = [file for file in told["files"] if file["file"].startswith("emulated_")]
    assert [file["merged"] for file in vufind] == [["micallef-2020"]] * 3
    said = json.loads(cli("evidence", "show", "micallef-2020", "--json").out)
    for source in said["sources"][1:]:
        assert len(source["work"]["authors"]) == 3
        assert {"doi", "pmid", "pmcid"} <= set(source["work"])


def test_search_finds_in_two_languages_and_by_field(cli: Cli, ris: Path) -> None:
    cli("evidence", "add", ris)
    first = cli("evidence", "search", "transarterial", "embolization", "necrosis", "neuroendocrine", "--limit", "3").out
    assert "micallef-2020" in first and "Trans-Arterial" in first
    told = json.loads(cli("evidence", "search", "author:nandu", "--json").out)
    assert [work["key"] for work in told["works"]] == ["nandu-ruiz-2019"] and told["total"] == 1
    spanish = json.loads(cli("evidence", "search", "embolización", "biloma", "--json").out)
    assert "nandu-ruiz-2019" in [work["key"] for work in spanish["works"]]
    one = json.loads(cli("evidence", "search", "--facet", "language=spa", "--json").out)
    assert one["total"] >= 1 and {work["language"] for work in one["works"]} == {"spa"}
    assert "Did you mean" in cli("evidence", "search", "necrossis").out
    assert cli("evidence", "search", "x", "--facet", "language").code == 2


def test_references_and_files(cli: Cli, tmp_path: Path) -> None:
    said = cli("evidence", "cite", "micallef-2020", "10.12890/2020_001530").out.splitlines()
    assert len(said) == 2 and said[0] == said[1] and said[0].startswith("Micallef S, Cortis K, Magri C.")
    assert (
        "Micallef, S., Cortis, K., & Magri, C. (2020" in cli("evidence", "cite", "micallef-2020", "--style", "apa").out
    )
    assert cli("evidence", "cite", "micallef-2020", "--style", "apaa").code == 2
    for form in (one.key for one in formats() if one.write is not None):
        text = cli("evidence", "export", "micallef-2020", "--format", form).out
        assert "10.12890/2020_001530" in text, form
        file = tmp_path / f"out.{form}"
        assert cli("evidence", "export", "--search", "hepatic necrosis", "--format", form, "--out", file).code == 0
        there = json.loads(cli("evidence", "add", file, "--json").out)
        assert there["added"] == there["refused"] == 0 and there["merged"] > 5, form
        assert cli("evidence", "export", "--format", form, "--out", file).code == 2
    assert cli("evidence", "export", "micallef-2020", "--format", "docx").code == 2


def test_the_shelf_is_sound_and_a_retraction_is_found(cli: Cli, tmp_path: Path) -> None:
    said = cli("evidence", "check")
    told = " ".join(said.out.split())
    assert (said.code, "no dangling citation" in told) == (0, True)
    assert "known to be retracted" in told and "Good to know:" in told and "met at second hand" in told
    bibtex = tmp_path / "retraction.xml"
    bibtex.write_text(
        """<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>32399442</PMID><Article>
        <ArticleTitle>Hepatic Necrosis</ArticleTitle>
        <PublicationTypeList><PublicationType>Retracted Publication</PublicationType></PublicationTypeList>
        </Article></MedlineCitation></PubmedArticle></PubmedArticleSet>""",
        encoding="utf-8",
    )
    cli("evidence", "add", bibtex)
    said = cli("evidence", "check", "--json")
    assert said.code == 2
    assert any("micallef-2020" in problem and "retracted" in problem for problem in json.loads(said.out)["problems"])
    assert "retracted" in cli("evidence", "show", "micallef-2020").out.lower()


def test_the_site_is_written_whole(cli: Cli, tmp_path: Path) -> None:
    assert cli("evidence", "site", "--out", tmp_path / "pages").code == 0
    assert (tmp_path / "pages" / "index.html").exists()
    assert cli("evidence", "site", "--out", tmp_path / "pages").code == 2


def test_names_that_nobody_knows(cli: Cli, tmp_path: Path) -> None:
    said = cli("evidence", "show", "micalef-2020")
    assert said.code == 2 and "micallef-2020" in said.err
    assert cli("evidence", "search", "x", "--library", tmp_path / "none.db").code == 2
