"""MARCXML, written and read again, loses nothing that it says it carries."""

from __future__ import annotations

import json
import unicodedata

from hypothesis import given, settings

from sequela.evidence import formats, shelving
from sequela.evidence.formats.marcxml import CARRIES
from sequela.evidence.identifiers import from_address
from sequela.evidence.works import Work, as_json, from_json
from tests.evidence.generated_works import compared, with_only, works


def composed(work: Work) -> Work:
    """The work with its letters composed (NFC), as the reader has them: many libraries file them decomposed."""
    return from_json(json.loads(unicodedata.normalize("NFC", json.dumps(as_json(work), ensure_ascii=False))))


@settings(max_examples=150)
@given(work=works())
def test_what_marcxml_carries_comes_back(work: Work) -> None:
    sent = composed(with_only(work, CARRIES))
    reading = formats.read(formats.written([sent], "marcxml").encode(), "a test")
    assert reading.format == "marcxml"
    assert not reading.refused
    (back,) = reading.works
    assert compared(back, CARRIES, orcid=True) == compared(sent, CARRIES, orcid=True)


@settings(max_examples=40)
@given(work=works(), other=works())
def test_two_works_stay_two_and_writing_is_settled_after_one_reading(work: Work, other: Work) -> None:
    once = formats.written([work, other], "marcxml")
    assert formats.written([work, other], "marcxml") == once
    back = formats.read(once.encode(), "a test").works
    assert len(back) == 2
    settled = formats.written(back, "marcxml")
    assert formats.written(formats.read(settled.encode(), "a test").works, "marcxml") == settled


def test_the_whole_shelf_comes_back() -> None:
    shelf = [with_only(one, CARRIES) for one in shelving.works().values()]
    reading = formats.read(formats.written(shelf, "marcxml").encode(), "a test")
    assert not reading.refused
    for one, back in zip(shelf, reading.works, strict=True):
        sent = compared(one, CARRIES, orcid=True)
        # An address that an identifier makes is kept as that identifier.
        if told := from_address(one.url):
            sent |= {"url": ""} | told
        assert compared(back, CARRIES, orcid=True) == sent, one.key
