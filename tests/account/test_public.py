"""The public names: what they take, and what they give."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from html import unescape
from pathlib import Path

import pytest

import sequela
from tests.account.conftest import CASES

MORNING = "2026-03-04T09:00:00+01:00"


def test_a_reading_gives_courses_and_a_receipt() -> None:
    courses, receipt = sequela.read(CASES / "uneventful.json")
    assert [type(course) for course in courses] == [sequela.Course]
    assert isinstance(receipt, sequela.Receipt)
    assert receipt.used > 0


def test_an_instant_may_be_text_a_datetime_or_seconds() -> None:
    courses, _ = sequela.read(CASES / "uneventful.json")
    aware = datetime(2026, 3, 4, 9, tzinfo=timezone(timedelta(hours=1)))
    naive = datetime(2026, 3, 4, 8)  # noqa: DTZ001 - what a caller may well write; it is taken as UTC.
    told = [
        [assessment.as_json() for assessment in sequela.assess(courses, as_of=as_of)]
        for as_of in (MORNING, aware, naive, int(aware.timestamp()))
    ]
    assert told[0] == told[1] == told[2] == told[3]


def test_one_course_is_as_good_as_a_list_of_them() -> None:
    courses, _ = sequela.read(CASES / "uneventful.json")
    (alone,) = sequela.assess(courses[0], as_of=MORNING)
    (listed,) = sequela.assess(courses, as_of=MORNING)
    assert alone == listed


def test_now_is_the_machines_clock() -> None:
    courses, _ = sequela.read(CASES / "uneventful.json")
    before = int(datetime.now(UTC).timestamp())
    (assessment,) = sequela.assess(courses, as_of="now")
    assert before <= assessment.as_of <= before + 60


def test_an_overlay_gives_another_shelf(tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text("[parameters.pes-fever]\nvalue = 38.3\n", encoding="utf-8")
    assert sequela.shelf(site).hash != sequela.shelf().hash
    assert sequela.shelf(str(site)).hash == sequela.shelf(site).hash


def test_a_score_can_be_worked_out_by_hand() -> None:
    assert sequela.score("NEWS2", {"temperature": "39.1Cel", "heart-rate": "112"}).low == 4


def test_what_cannot_be_read_is_a_user_error(tmp_path: Path) -> None:
    with pytest.raises(sequela.UserError, match="no such file"):
        sequela.read(tmp_path / "missing.json")
    assert issubclass(sequela.UserError, sequela.SequelaError)


def test_an_assessment_shows_the_liver_map_with_its_words() -> None:
    from sequela.account import assessment_html

    courses, _ = sequela.read(CASES / "index-shaped.json")
    (early,) = sequela.assess(courses, as_of="2026-02-08T09:00:00+01:00")
    (late,) = sequela.assess(courses)
    page = assessment_html(early) + assessment_html(late)
    assert page.count('role="img" aria-labelledby="liver-') == 2
    ids = re.findall(r' id="(liver-[^"]+)"', page)
    assert len(ids) == len(set(ids)) > 4
    assert "<details><summary>The map in words</summary><ul><li>Segment I: " in page


def test_every_source_of_an_assessment_leads_to_the_paper() -> None:
    from sequela.account import assessment_html
    from sequela.evidence import citation, works

    courses, _ = sequela.read(CASES / "index-shaped.json")
    page = assessment_html(*sequela.assess(courses))
    listed = re.findall(r'<li><a href="([^"]+)">([^<]+)</a></li>', page.rsplit("<ol>", 1)[1].split("</ol>")[0])
    known = {unescape(told): unescape(address) for address, told in listed}
    by_citation = {citation(work): work for work in works().values()}
    assert len(known) == page.rsplit("<ol>", 1)[1].count("<li>") > 3
    assert all(address == by_citation[told].links[0] for told, address in known.items())
