"""PubMed's text format: the same record as its XML, from tags."""

from __future__ import annotations

import pytest

from sequela.evidence.formats import Refused, read
from sequela.evidence.works import Author, Notice, Work

RECORD = """
PMID- 32399442
OWN - NLM
STAT- PubMed-not-MEDLINE
IS  - 2284-2594 (Electronic)
IS  - 2284-2594 (Linking)
VI  - 7
IP  - 5
DP  - 2020 Mar 18
TI  - Hepatic Necrosis after Trans-Arterial Embolization of Metastatic
      Neuroendocrine Tumour.
PG  - 1423-30
LID - 10.12890/2020_001530 [doi]
LID - 001530 [pii]
AB  - BACKGROUND: One (a few). Two. METHODS: Three of NET: four. RESULTS AND LIMITS:
      Five.
CI  - (c) Someone
FAU - Micallef, Sarah
AU  - Micallef S
AUID- ORCID: 0000000218250097
AD  - Somewhere, with a colon: PMID- is not a field here.
FAU - King, Martin Luther Jr
AU  - King ML Jr
CN  - EASL
LA  - eng
PT  - Case Reports
PT  - Journal Article
DEP - 20200401
PL  - Italy
TA  - Eur J Case Rep Intern Med
JT  - European journal of case reports in internal medicine
MH  - *Liver Neoplasms/therapy/*blood supply
MH  - Humans
OT  - hepatic necrosis
PMC - PMC7213831
SO  - Eur J Case Rep Intern Med. 2020.
"""


def one(text: str = RECORD) -> Work:
    reading = read(text.encode(), "pubmed-export.txt")
    assert reading.format == "medline" and reading.refused == ()
    return reading.works[0]


def test_every_field() -> None:
    assert one() == Work(
        key="",
        type="article-journal",
        title="Hepatic Necrosis after Trans-Arterial Embolization of Metastatic Neuroendocrine Tumour",
        issued="2020-03-18",
        language="eng",
        authors=(Author("Micallef", "Sarah", "0000-0002-1825-0097"), Author("King", "Martin Luther Jr")),
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
        genres=("Case Reports", "Journal Article"),
        subjects=("Liver Neoplasms/therapy", "Liver Neoplasms/blood supply", "Humans"),
        keywords=("hepatic necrosis",),
        abstract="BACKGROUND: One (a few). Two.\nMETHODS: Three of NET: four.\nRESULTS AND LIMITS: Five.",
    )


@pytest.mark.parametrize(
    ("line", "status", "kind"),
    [
        ("RIN - J Liver. 2021;1(1):1. doi: 10.1000/n. PMID: 9", "retracted", "retraction"),
        ("EIN - J Liver. 2021;1(1):1. doi: 10.1000/n. PMID: 9", "corrected", "correction"),
        ("ROF - J Liver. 2021;1(1):1. doi: 10.1000/n. PMID: 9", "current", "notice-of-retraction"),
        ("PT  - Retracted Publication", "retracted", ""),
    ],
)
def test_what_became_of_it(line: str, status: str, kind: str) -> None:
    work = one(f"{RECORD}{line}\n")
    assert work.status == status
    expected = (Notice(kind, "J Liver. 2021;1(1):1. doi: 10.1000/n.", "10.1000/n", "9"),) if kind else ()
    assert work.notices == expected


def test_several_records_windows_ends_and_one_without_a_title() -> None:
    text = (
        f"\ufeff{RECORD}\n\nPMID- 2\nDP  - 2000 Nov-Dec\n\nPMID- 3\nTI  - [Absceso].\nTT  - El absceso.\nFAU - A, B\n"
    )
    reading = read(text.replace("\n", "\r\n").encode(), "three.nbib")
    assert [(work.pmid, work.title) for work in reading.works][1:] == [("3", "El absceso")]
    assert reading.works[1].translated_title == "Absceso"
    assert reading.refused == (Refused("record 2", "no title"),)


def test_books() -> None:
    work = one(
        "PMID- 9\nBTI - The Liver.\nTI  - A chapter.\nFED - Ed, Ann\nED  - Ed A\nISBN- 9780123456786\nDP  - 2019\n"
    )
    assert (work.type, work.title, work.container_title) == ("chapter", "A chapter", "The Liver")
    assert (work.editors, work.isbn) == ((Author("Ed", "Ann"),), ("9780123456786",))
