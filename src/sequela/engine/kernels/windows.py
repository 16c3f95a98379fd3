"""What is taken of the readings in a look-back: the latest, the highest and lowest, the slope, a count."""

from __future__ import annotations

from sequela.engine.kernels.lists import EVER, NEVER, WAKE, bounds_of, index_at, put_missing, put_value
from sequela.engine.kernels.numbers import (
    FALSE,
    MISSING,
    NO_GREATEST,
    NO_LEAST,
    TRUE,
    Array,
    Bounds,
    added,
    compare,
    highest,
    inlined,
    kernel,
    lowest,
    missing,
    negative,
    scaled,
)

LATEST, PEAK, LOWEST, RATE, COUNT = 0, 1, 2, 3, 4
"""What a window of readings is asked for."""


@kernel
def _furthest(pool: Array, first: int, last: int, up: bool) -> Bounds:
    """The highest or lowest that the readings in rows [first, last) can be."""
    if first >= last:
        return missing()
    best = bounds_of(pool, first)
    for row in range(first + 1, last):
        best = highest(best, bounds_of(pool, row)) if up else lowest(best, bounds_of(pool, row))
    return best


@kernel
def _carrier(pool: Array, first: int, last: int, up: bool) -> int:
    """The first reading in rows [first, last) that may change the highest or lowest when it leaves."""
    if pool[first, 5] != 0 or pool[first, 2] != 1:
        return first
    best = first
    for row in range(first + 1, last):
        if pool[row, 5] != 0 or pool[row, 2] != 1 or pool[row, 1] != pool[row, 3]:
            return first
        if (pool[row, 1] >= pool[best, 1]) == up or pool[row, 1] == pool[best, 1]:
            best = row
    return best if pool[first, 1] == pool[first, 3] else first


@kernel
def _slope(pool: Array, first: int, last: int, per: int) -> Bounds:
    """The slope between the first and last of the readings in rows [first, last), per so many seconds."""
    if last - first < 2:
        return missing()
    ln, ld, hn, hd, flags = added(bounds_of(pool, last - 1), negative(bounds_of(pool, first)))
    elapsed = pool[last - 1, 0] - pool[first, 0]
    return (
        ln * per,
        (1 if flags & NO_LEAST else ld * elapsed),
        hn * per,
        (1 if flags & NO_GREATEST else hd * elapsed),
        flags,
    )


@kernel
def _counted(
    pool: Array, first: int, last: int, comparator: int, threshold: Bounds, apart: int, by: int, by_threshold: int
) -> Bounds:
    """How many readings in rows [first, last) compare so, each so long after the one before: certainly, possibly."""
    if first >= last:
        return missing()
    certain = possible = 0
    last_certain = last_possible = EVER
    limit = scaled(threshold, by_threshold)
    for row in range(first, last):
        truth = compare(scaled(bounds_of(pool, row), by), comparator, limit)
        at = pool[row, 0]
        if truth == TRUE and (certain == 0 or at - last_certain >= apart):
            certain, last_certain = certain + 1, at
        if truth != FALSE and (possible == 0 or at - last_possible >= apart):
            possible, last_possible = possible + 1, at
    return certain, 1, max(certain, possible), 1, 0


@inlined
def window(
    what: int,
    where: Array,
    values: Array,
    node: int,
    series: int,
    threshold: int,
    start: int,
    now: int,
    within: int,
    until: int,
    apart: int,
    since: int,
    number: int,
    by: int,
    by_threshold: int,
    tail: Array,
) -> int:
    """What is taken of the readings in a look-back: a reading acts on [at + until, at + within) if its at >= since.

    `number`: of a count the comparator, of a rate the seconds of its unit; the scales are a count's.
    """
    origin, end = where[series, 0], where[series, 0] + where[series, 1]
    first, last = rows_of(where, values, series, start, within, until, since)
    limit, limit_end = 0, 0
    if what == COUNT:
        limit = index_at(where, values, threshold, start)
        limit_end = where[threshold, 0] + where[threshold, 1]
    growing = within == NEVER and (what == PEAK or what == LOWEST)
    furthest = missing()
    if growing:
        # All that entered before this moment is in what the node said just before it.
        before = index_at(where, values, node, start - 1)
        fresh = max(first, index_at(where, values, series, start - until - 1) + 1)
        if before >= where[node, 0]:
            furthest = bounds_of(values, before)
        else:
            fresh = first
        for row in range(fresh, last):
            furthest = _further(furthest, bounds_of(values, row), what == PEAK)
    count, moment, idle = 0, start, False
    while True:
        if what == LATEST:
            if last > max(first, origin):
                count = put_value(tail, count, moment, bounds_of(values, last - 1))
            else:
                count = put_missing(tail, count, moment)
        elif growing:
            count = put_value(tail, count, moment, furthest)
        elif what == PEAK or what == LOWEST:
            count = put_value(tail, count, moment, _furthest(values, first, last, what == PEAK))
        elif what == RATE:
            count = put_value(tail, count, moment, _slope(values, first, last, number))
        else:
            counted = _counted(values, first, last, number, bounds_of(values, limit), apart, by, by_threshold)
            idle = counted[2] == 0
            count = put_value(tail, count, moment, counted)
        following = NEVER
        if last < end:
            following = values[last, 0] + until
        if within != NEVER and first < last:
            # Only what leaves a mark when it leaves: of the latest, or of a count of none, that is the last reading.
            leaver = last - 1 if what == LATEST or idle else first
            if what == PEAK or what == LOWEST:
                leaver = _carrier(values, first, last, what == PEAK)
            following = min(following, values[leaver, 0] + within)
        if what == COUNT and limit + 1 < limit_end:
            following = min(following, values[limit + 1, 0])
        if following > now:
            where[node, WAKE] = following
            return count
        moment = following
        while last < end and values[last, 0] + until <= moment:
            if growing and last >= first:
                furthest = _further(furthest, bounds_of(values, last), what == PEAK)
            last += 1
        if within != NEVER:
            while first < end and values[first, 0] + within <= moment:
                first += 1
        if what == COUNT:
            while limit + 1 < limit_end and values[limit + 1, 0] <= moment:
                limit += 1


@kernel
def rows_of(
    where: Array, values: Array, series: int, moment: int, within: int, until: int, since: int
) -> tuple[int, int]:
    """The rows [first, last) of the readings that a look-back holds at a moment."""
    earliest = since if within == NEVER else max(since, moment - within + 1)
    return index_at(where, values, series, earliest - 1) + 1, index_at(where, values, series, moment - until) + 1


@kernel
def _further(best: Bounds, value: Bounds, up: bool) -> Bounds:
    if best[4] & MISSING:
        return value
    return highest(best, value) if up else lowest(best, value)
