"""The tagged export of Web of Science."""

from __future__ import annotations

from pathlib import Path

from sequela.evidence import formats
from sequela.evidence.works import Author

RECORD = """PT J
AU Micallef, S
   Cortis, K
AF Micallef, Sarah
   Cortis, Kelvin
TI Hepatic necrosis after
   embolization
SO CASE REPORTS
LA English
DT Article; Review
DE liver; necrosis
OI Cortis, Kelvin/0000-0002-1825-0097
PY 2020
PD MAR 18
AR 001530
"""


def test_the_sample_holds_two_papers_with_their_numbers(shared: Path) -> None:
    path = shared / "data/bibliography/ris/example_wos.ris"
    reading = formats.read(path.read_bytes(), "wos")
    assert (reading.format, reading.refused) == ("wos", ())
    # Counted by hand in the file: two lines that begin with PT.
    assert [(one.doi, one.pmid, one.page, one.issued) for one in reading.works] == [
        ("10.1021/bi049798f", "15170338", "7003-7016", "2004-06-08"),
        ("10.1021/bi0497291", "15170339", "7017-7027", "2004-06-08"),
    ]
    assert len(reading.works[0].authors) == 4
    assert reading.works[0].title.endswith("bacteria and its subunit (B820)")


def test_a_record_without_its_end_is_not_lost() -> None:
    reading = formats.read(f"FN Clarivate\nVR 1.0\n{RECORD}{RECORD}ER\n\n{RECORD}".encode(), "a test")
    assert len(reading.works) == 3
    for work in reading.works:
        assert work.authors == (Author("Micallef", "Sarah"), Author("Cortis", "Kelvin", "0000-0002-1825-0097"))
        assert work.title == "Hepatic necrosis after embolization"
        assert (work.issued, work.page, work.language) == ("2020-03-18", "001530", "eng")
        assert (work.genres, work.keywords) == (("Article", "Review"), ("liver", "necrosis"))


def test_a_record_with_nothing_to_know_it_by_is_refused() -> None:
    reading = formats.read(b"PT J\nAU Sentinel, S\nSO A JOURNAL\nER\n", "a test")
    assert [one.where for one in reading.refused] == ["record 1"]
