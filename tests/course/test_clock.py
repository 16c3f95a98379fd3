"""Times: spans known at their end, zones given or assumed, nonsense refused without being repeated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequela.course.clock import parse, show, zone
from sequela.course.facts import Precision
from sequela.errors import InputError, UserError

MADRID = zone("Europe/Madrid")


@pytest.mark.parametrize(
    ("text", "shown", "precision", "zoneless"),
    [
        ("2026-03-01T10:00:00+01:00", "2026-03-01T10:00:00+01:00", Precision.SECOND, False),
        ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00+00:00", Precision.SECOND, False),
        ("2026-03-01T10:00:00.999Z", "2026-03-01T10:00:00+00:00", Precision.SECOND, False),
        ("2026-03-01T10:00:00.1234567-05:30", "2026-03-01T10:00:00-05:30", Precision.SECOND, False),
        ("2026-03-01T10:00:00", "2026-03-01T10:00:00+01:00", Precision.SECOND, True),
        ("2026-07-01T10:00:00", "2026-07-01T10:00:00+02:00", Precision.SECOND, True),
        ("2026-03-01T10:00Z", "2026-03-01T10:00:59+00:00", Precision.MINUTE, False),
        ("2026-03-01T10:00", "2026-03-01T10:00:59+01:00", Precision.MINUTE, True),
        ("2026-03-01 10:00:00", "2026-03-01T10:00:00+01:00", Precision.SECOND, True),
        ("2026-03-01", "2026-03-01T23:59:59+01:00", Precision.DAY, True),
        ("2026-02", "2026-02-28T23:59:59+01:00", Precision.MONTH, True),
        ("2028-02", "2028-02-29T23:59:59+01:00", Precision.MONTH, True),
        ("2026-12", "2026-12-31T23:59:59+01:00", Precision.MONTH, True),
        ("2026", "2026-12-31T23:59:59+01:00", Precision.YEAR, True),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59+00:00", Precision.SECOND, False),
        ("1900-01-01T00:00:00Z", "1900-01-01T00:00:00+00:00", Precision.SECOND, False),
        ("2200-12-31T23:59:59Z", "2200-12-31T23:59:59+00:00", Precision.SECOND, False),
        ("2026-03-01T10:00:00+14:00", "2026-03-01T10:00:00+14:00", Precision.SECOND, False),
    ],
)
def test_time_is_read_to_its_last_second(text: str, shown: str, precision: Precision, zoneless: bool) -> None:
    moment = parse(text, MADRID)
    assert (show(moment.at, moment.offset), moment.precision, moment.zoneless) == (shown, precision, zoneless)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T24:00:00Z",
        "2026-03-01T24:00:00",
        "2026-03-01T10:60:00Z",
        "2026-03-01T10:00:61Z",
        "2026-13-01",
        "2026-00",
        "2026-13",
        "2026-02-29",
        "1899-12-31",
        "1899-12-31T23:59:59Z",
        "2201",
        "0000-01-01",
        "9999-12-31T00:00:00Z",
        "20260301",
        "2026-3-1",
        "2026-03-01T10",
        "2026-03-01T10:00:00+15:00",
        "2026-03-01T10:00:00+0100",
        "2026-03-01T10:00:00 +01:00",
        "2026-03-01T10:00:00z",
        "2026-W09-7",
        "2026-W09-7T10:00:00Z",
        "2026-03-01T10:00:00.Z",
        "2026-03-01T10:00:00,5Z",
        "٢٠٢٦-03-01",
        "yesterday",
        "",
        " 2026-03-01",
        "2026-03-01T10:00:00Z" + "0" * 50,
        20260301,
        None,
        True,
        ["2026-03-01"],
    ],
)
def test_what_is_no_time_is_refused(text: object) -> None:
    with pytest.raises(InputError):
        parse(text, MADRID)


def test_complaint_does_not_repeat_what_was_written() -> None:
    with pytest.raises(InputError) as caught:
        parse("Zebedee Quill 1950-02-30")
    assert "Quill" not in str(caught.value)
    assert "1950" not in str(caught.value)


def test_ambiguous_hour_is_taken_as_the_later_one() -> None:
    # The clock in Madrid went from 03:00 back to 02:00 on 25 October 2026: 02:30 was twice.
    assert show(parse("2026-10-25T02:30:00", MADRID).at) == "2026-10-25T01:30:00+00:00"
    # It skipped from 02:00 to 03:00 on 29 March: 02:30 never was.
    assert show(parse("2026-03-29T02:30:00", MADRID).at) == "2026-03-29T01:30:00+00:00"


def test_day_ends_when_it_ends_there() -> None:
    assert show(parse("2026-10-25", MADRID).at) == "2026-10-25T22:59:59+00:00"
    assert show(parse("2026-03-28", MADRID).at) == "2026-03-28T22:59:59+00:00"


@given(
    # Hypothesis takes its bounds without a zone and gives them the one of `timezones`.
    when=st.datetimes(datetime(1901, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    minutes=st.integers(-14 * 60, 14 * 60),
)
def test_instant_survives_any_offset_and_fraction(when: datetime, minutes: int) -> None:
    written = when.astimezone(timezone(timedelta(minutes=minutes)))
    moment = parse(written.isoformat())
    assert moment.at == int((when.replace(microsecond=0) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
    assert moment.offset == minutes * 60
    assert parse(show(moment.at, moment.offset)) == moment


@given(text=st.text(max_size=45))
def test_no_text_gets_more_than_a_complaint(text: str) -> None:
    try:
        parse(text)
    except InputError as complaint:
        assert not text.strip() or len(text) < 8 or text not in str(complaint)


@pytest.mark.parametrize("name", ["UTC", "Europe/Malta", "+01:00", "-03:30", "utc"])
def test_zone_is_found_by_name_or_offset(name: str) -> None:
    assert zone(name).utcoffset(datetime(2026, 3, 1, tzinfo=UTC)) is not None


@pytest.mark.parametrize("name", ["Europe/Atlantis", "", "../../etc/passwd", "+25:00", "Europe", "/etc/localtime"])
def test_unknown_zone_is_one_clear_line(name: str) -> None:
    with pytest.raises(UserError, match="unknown time zone"):
        zone(name)
