"""A record page in a terminal: a library's labels, nothing wider than asked, nothing foreign that moves a cursor."""

from __future__ import annotations

import dataclasses
import re

import pytest
from rich.cells import cell_len

from sequela.account.library import record_text
from sequela.account.library.wording import LANGUAGES, catalogue
from sequela.account.uses import Use, uses
from sequela.criteria import shelf
from sequela.evidence import Author, Work, all_base_rates, works
from sequela.evidence.merging import Source

INDEX = "micallef-2020"


def test_the_index_paper_has_the_labels_of_its_catalogue_page() -> None:
    text = record_text(works()[INDEX], uses(shelf())[INDEX], (), width=100)
    lines = [line.split("  ", 1) for line in text.splitlines()]
    told = {label: rest.strip() for label, *others in lines for rest in others if label}
    work = works()[INDEX]
    assert told["Main authors"] == "; ".join(author.inverted for author in work.authors)
    assert told["Format"] == work.format.replace(",", ";")
    assert told["Language"] == "English"
    assert told["Published in"] == f"{work.container_title}, vol. {work.volume}"
    assert told["Published"] == f"{work.publisher}, 18 March 2020"
    assert told["Online access"] == work.links[0]
    assert told["Subjects"] == work.subjects[0]
    assert told["Summary"].startswith(work.summary[:40])
    assert "Rules that cite this" in told


def test_a_spanish_record_says_the_spanish_labels() -> None:
    text = record_text(works()[INDEX], (), (), width=100, language="es")
    spanish = catalogue("es")
    names = (
        "main_authors",
        "format",
        "language",
        "published",
        "subjects",
        "access",
        "summary",
        "uses",
        "no_uses",
        "cite",
    )
    assert [name for name in names if spanish[f"record.{name}"] not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [20, 50, 69, 70, 100])
def test_no_line_is_wider_than_the_terminal_unless_an_address_is(width: int, language: str) -> None:
    cited = uses(shelf())
    for work in list(works().values())[::9]:
        rates = [rate for rate in all_base_rates() if work.key in rate.cites]
        text = record_text(work, cited.get(work.key, ()), [works()[INDEX]], rates, width=width, language=language)
        long = [line for line in text.splitlines() if cell_len(line) > max(width, 50)]
        assert [line for line in long if "://" not in line.split()[-1]] == []
        assert not any(line.endswith(" ") for line in text.splitlines())


@pytest.mark.parametrize("width", [50, 90])
def test_an_address_longer_than_a_line_is_whole(width: int) -> None:
    work = works()[INDEX]
    assert max(map(len, work.links)) > width - 30, "one is"
    text = "".join(line.strip() for line in record_text(work, (), (), width=width).splitlines())
    assert [address for address in work.links if address not in text] == []


def test_foreign_signs_that_move_a_terminal_are_not_printed() -> None:
    evil = "a\x1b[2Jb\x07c\u202ed\re[bold]"
    work = Work(
        key="evil",
        type="report",
        title=evil,
        summary=evil,
        authors=(Author(evil, evil),),
        subjects=(evil,),
        abstract=evil,
    )
    text = record_text(work, [Use("step", evil, evil)], [work], [], [Source(work, evil, evil)])
    assert not {"\x1b", "\x07", "\u202e", "\r"} & set(text)
    assert "[bold]" in text, "and markup is text"


def test_what_became_of_a_work_stands_above_its_title() -> None:
    work = dataclasses.replace(works()[INDEX], status="retracted")
    first, *rest = record_text(work, (), (), width=100).splitlines()
    assert first.startswith("RETRACTED.")
    assert work.title in rest


def test_counts_are_told_with_the_decimal_sign_of_the_language() -> None:
    rate = next(rate for rate in all_base_rates() if "." in rate.percent)
    work = works()[rate.cites[0]]
    english, spanish = (record_text(work, (), (), [rate], width=120, language=language) for language in LANGUAGES)
    assert f"({rate.percent} %)" in english
    assert f"({rate.percent.replace('.', ',')} %)" in spanish


def test_each_source_of_a_record_is_shown_as_it_was_read() -> None:
    work = works()[INDEX]
    one = dataclasses.replace(work, title="Its title in the one file", volume="", summary="")
    text = record_text(work, (), (), (), [Source(one, "ris", "one.ris"), Source(work, "shelf")], width=100)
    whole, first, second = re.split(r"(?m)^(?:one\.ris \(ris\)|shelf)$", text)
    assert work.summary[:40] in whole and work.summary[:40] in second
    assert one.title in first and one.title not in whole + second
    assert "vol." not in first
