"""Times as the sources write them, turned into integer seconds since 1970-01-01T00:00:00Z.

A time coarser than a second is a span; it counts from its last second, because only then is it surely over.
A time without a zone is read in the zone the caller gives, and marked, so that the receipt can count it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple

from sequela.course.facts import Precision
from sequela.errors import InputError, UnknownName

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""The years we take for dates in a patient's record; the years 1 and 9999 are placeholders, not times."""
LARGEST_OFFSET = 14 * 3600
"""The widest zone offset that FHIR allows, in seconds."""
LONGEST = 40
"""Characters of the longest text we take for a time."""

_UNIX_DAY = datetime(1970, 1, 1, tzinfo=UTC).toordinal()
_SHAPE = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,12})?)?(Z|[+-]\d{2}:\d{2})?)?)?)?",
    re.ASCII,
)
_END = re.compile(r"(?:\.\d{1,12})?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_OFFSET = re.compile(r"([+-])(\d{2}):([0-5]\d)", re.ASCII)


class Moment(NamedTuple):
    """A time as read: `at` in seconds, how exact it is, whether its zone was missing, and its offset east of UTC."""

    at: int
    precision: Precision
    zoneless: bool
    offset: int


def parse(text: object, zone: tzinfo = UTC) -> Moment:
    """Return the moment that a FHIR date, dateTime or instant names; `zone` serves times that carry none."""
    if not isinstance(text, str) or len(text) > LONGEST:
        raise _unreadable()
    date, minute, second = DATES.get(text[:10]), MINUTES.get(text[10:16]), SECONDS.get(text[16:19])
    if date is not None and minute is not None and second is not None:
        offset = ENDS.get(text[19:])
        if offset is None:
            offset = _end(text[19:])
        if offset is not None:
            return Moment(date + minute + second - offset, Precision.SECOND, False, offset)
    moment = _slow(text, zone)
    if moment.precision is Precision.SECOND and not moment.zoneless and text[10] == "T":
        _remember(DATES, text[:10], moment.at + moment.offset - MINUTES[text[10:16]] - SECONDS[text[16:19]])
        _remember(ENDS, text[19:], moment.offset)
    return moment


# A full dateTime is a sum of parts, each valid or not for itself: date (10 characters), hour and minute (6), second
# (3), and what is behind them. Whole times hardly ever repeat; their parts do. Here are those of any day, and of the
# other two sorts those read before.
DATES: dict[str, int] = {}
MINUTES = {f"T{hour:02}:{minute:02}": hour * 3600 + minute * 60 for hour in range(24) for minute in range(60)}
SECONDS = {f":{second:02}": min(second, 59) for second in range(61)}
ENDS: dict[str, int] = {}
MOST_PARTS = 100_000
"""How many parts of one sort are remembered before their memory starts afresh."""


def instant(text: str) -> int | None:
    """Return the second that a full dateTime names, if all its parts were read before; None says only: ask `parse`."""
    try:
        return DATES[text[:10]] + MINUTES[text[10:16]] + SECONDS[text[16:19]] - ENDS[text[19:]]
    except KeyError:
        return None


def _remember(memory: dict[str, int], part: str, seconds: int) -> None:
    if len(memory) >= MOST_PARTS:
        memory.clear()
    memory[part] = seconds


def show(seconds: int, offset: int = 0) -> str:
    """Return the instant as ISO 8601 text with its offset, to the second."""
    return datetime.fromtimestamp(seconds, timezone(timedelta(seconds=offset))).isoformat()


def zone(name: str) -> tzinfo:
    """Return the time zone of an IANA name (`Europe/Malta`), `UTC`, or a fixed offset (`+01:00`)."""
    if name.upper() in {"UTC", "Z", "GMT"}:
        return UTC
    offset = _offset(name)
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownName(
            "unknown time zone",
            where="--timezone",
            hint="Give an IANA name such as Europe/Madrid, or UTC, or an offset such as +01:00",
        ) from None


def _slow(text: str, zone: tzinfo) -> Moment:
    """A moment of any precision FHIR allows."""
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        raise _unreadable()
    year, month, day, hour, minute, second, written = shape.groups()
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise _unreadable()
    try:
        when, precision = _last_second(year, month, day, hour, minute, second)
    except ValueError:
        raise _unreadable() from None
    if written:
        offset = 0 if written == "Z" else _offset(written)
        if offset is None:
            raise _unreadable()
        return Moment(_seconds(when) - offset, precision, False, offset)
    offset = _local_offset(when, zone)
    return Moment(_seconds(when) - offset, precision, True, offset)


def _last_second(
    year: str, month: str | None, day: str | None, hour: str | None, minute: str | None, second: str | None
) -> tuple[datetime, Precision]:
    """The end of the written span as a wall-clock time (UTC stands in for its zone), and how long the span is."""
    if month is None:
        return datetime(int(year), 12, 31, 23, 59, 59, tzinfo=UTC), Precision.YEAR
    if day is None:
        in_the_next = datetime(int(year), int(month), 1, tzinfo=UTC) + timedelta(days=31)
        return in_the_next.replace(day=1) - timedelta(seconds=1), Precision.MONTH
    date = datetime(int(year), int(month), int(day), 23, 59, 59, tzinfo=UTC)
    if hour is None or minute is None:
        return date, Precision.DAY
    if second is None:
        return date.replace(hour=int(hour), minute=int(minute)), Precision.MINUTE
    # A leap second has no number on our clock; it counts as the second before it.
    whole = 59 if second == "60" else int(second)
    return date.replace(hour=int(hour), minute=int(minute), second=whole), Precision.SECOND


def _seconds(when: datetime) -> int:
    """The seconds from 1970 to a wall-clock time, as if it were UTC."""
    return (when.toordinal() - _UNIX_DAY) * 86_400 + when.hour * 3600 + when.minute * 60 + when.second


def _end(text: str) -> int | None:
    """The offset in the fraction and zone at the end of a dateTime, or None where it has no such end."""
    shape = _END.fullmatch(text)
    if shape is None:
        return None
    offset = 0 if shape[1] == "Z" else _offset(shape[1])
    if offset is not None:
        _remember(ENDS, text, offset)
    return offset


def _offset(text: str) -> int | None:
    """The seconds of a written offset, or None where it is none."""
    shape = _OFFSET.fullmatch(text)
    if shape is None:
        return None
    seconds = int(shape[2]) * 3600 + int(shape[3]) * 60
    return None if seconds > LARGEST_OFFSET else -seconds if shape[1] == "-" else seconds


def _local_offset(when: datetime, zone: tzinfo) -> int:
    """The zone's offset at a wall-clock time; where the clock goes back or skips, the one that makes it later.

    A time that could be either of two is then never known before it was so.
    """
    offsets = (when.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return min(int(offset.total_seconds()) for offset in offsets if offset is not None)


def _unreadable() -> InputError:
    """The one complaint about times; it never repeats the text."""
    return InputError(
        "a time that is not a FHIR date or dateTime",
        hint="Write it like 2026-03-01T10:00:00+01:00, 2026-03-01, 2026-03 or 2026",
    )
