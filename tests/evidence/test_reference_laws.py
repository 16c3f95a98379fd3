"""Each format of reference managers, written and read again, loses nothing that it says it carries."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from sequela.evidence import formats, shelving
from sequela.evidence.identifiers import from_address
from sequela.evidence.works import Work
from tests.evidence.generated_works import compared, with_only, works

WRITTEN = ["ris", "endnote", "csl", "bibtex"]
ORCID = {"csl", "bibtex"}


def again(work: Work, key: str) -> tuple[Work, formats.Reading]:
    form = next(one for one in formats.formats() if one.key == key)
    sent = with_only(work, form.carries)
    reading = formats.read(formats.written([sent], key).encode(), "a test")
    return sent, reading


@pytest.mark.parametrize("key", WRITTEN)
@settings(max_examples=150)
@given(work=works())
def test_what_a_format_carries_comes_back(key: str, work: Work) -> None:
    carries = next(one.carries for one in formats.formats() if one.key == key)
    sent, reading = again(work, key)
    assert reading.format == key
    assert not reading.refused
    (back,) = reading.works
    orcid = key in ORCID
    assert compared(back, carries, orcid=orcid) == compared(sent, carries, orcid=orcid)


@pytest.mark.parametrize("key", WRITTEN)
@settings(max_examples=40)
@given(work=works(), other=works())
def test_two_works_stay_two_and_writing_is_settled_after_one_reading(key: str, work: Work, other: Work) -> None:
    once = formats.written([work, other], key)
    assert formats.written([work, other], key) == once
    back = formats.read(once.encode(), "a test").works
    assert len(back) == 2
    settled = formats.written(back, key)
    assert formats.written(formats.read(settled.encode(), "a test").works, key) == settled


@pytest.mark.parametrize("key", WRITTEN)
def test_the_whole_shelf_comes_back(key: str) -> None:
    shelf = list(shelving.works().values())
    carries = next(one.carries for one in formats.formats() if one.key == key)
    reading = formats.read(formats.written([with_only(one, carries) for one in shelf], key).encode(), "a test")
    assert not reading.refused
    assert len(reading.works) == len(shelf)
    for one, back in zip(shelf, reading.works, strict=True):
        orcid = key in ORCID
        sent = compared(one, carries, orcid=orcid)
        # An address that an identifier makes is kept as that identifier.
        if told := from_address(one.url):
            sent |= {"url": ""} | told
        assert compared(back, carries, orcid=orcid) == sent, one.key
