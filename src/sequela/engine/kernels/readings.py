"""Facts and readings, and what is taken from the readings of a series: each writes the tail of its node from a moment.

Every function fills `tail` with the points at or after `start` and returns how many; the first is at `start` itself.
"""

from __future__ import annotations

from sequela.engine.kernels.lists import (
    EVER,
    LAST,
    NEVER,
    bounds_of,
    index_at,
    put_missing,
    put_reading,
    put_truth,
    put_value,
)
from sequela.engine.kernels.numbers import (
    FALSE,
    MISSING,
    TRUE,
    Array,
    Bounds,
    below,
    compare,
    exactly,
    faded,
    highest,
    inlined,
    kernel,
    lowest,
    missing,
    scaled,
    times,
)


@kernel
def first_at_or_after(times_of: Array, low: int, high: int, moment: int) -> int:
    """The first row in [low, high) of facts in order of `at` that is not before the moment."""
    while low < high:
        middle = (low + high) // 2
        if times_of[middle] < moment:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def believed_facts(at: Array, seen: Array, low: int, high: int, start: int, tail: Array) -> int:
    """The rows of the facts of one key that are believed."""
    count = 0
    for row in range(first_at_or_after(at, low, high, start), high):
        if seen[row]:
            tail[count, 0] = at[row]
            tail[count, 1] = row
            count += 1
    return count


@inlined
def believed_readings(at: Array, values: Array, seen: Array, low: int, high: int, start: int, tail: Array) -> int:
    """The readings of a kind that are believed; of those at one time only the last counts."""
    count = 0
    for row in range(first_at_or_after(at, low, high, start), high):
        if seen[row]:
            if count and tail[count - 1, 0] == at[row]:
                count -= 1
            tail[count, 0] = at[row]
            tail[count, 1] = values[row, 0]
            tail[count, 2] = 1
            tail[count, 3] = values[row, 1]
            tail[count, 4] = 1
            tail[count, 5] = values[row, 2]
            count += 1
    return count


@inlined
def sampled(
    where: Array,
    truths: Array,
    values: Array,
    parts: Array,
    series_at: int,
    readings_at: int,
    parts_end: int,
    start: int,
    tail: Array,
    cursors: Array,
) -> int:
    """The readings of a quantity: its values at the moments of the facts it is made of.

    `parts[series_at]` is the quantity, those up to `readings_at` lists of facts, those up to `parts_end` readings.
    """
    series, moving, newest = parts[series_at], 0, EVER
    if where[series, LAST] <= start and values[where[series, 0] + where[series, 1] - 1, 5] & MISSING:
        # It has no value from now on.
        return 0
    for place in range(series_at + 1, parts_end):
        newest = max(newest, where[parts[place], LAST])
    if newest < start:
        return 0
    if newest == start != EVER:
        # Nearly always there is but one moment.
        row = index_at(where, values, series, start)
        return 0 if values[row, 5] & MISSING else put_reading(tail, 0, start, bounds_of(values, row))
    for place in range(series_at + 1, parts_end):
        node = parts[place]
        if where[node, 1] and where[node, LAST] >= start:
            told = place < readings_at
            cursors[3 * moving] = index_at(where, truths if told else values, node, start - 1) + 1
            cursors[3 * moving + 1], cursors[3 * moving + 2] = where[node, 0] + where[node, 1], told
            moving += 1
    cursor, end = 0, 0
    if moving:
        cursor, end = index_at(where, values, series, start), where[series, 0] + where[series, 1]
    count = 0
    while True:
        moment = NEVER
        for place in range(moving):
            row = cursors[3 * place]
            if row < cursors[3 * place + 1]:
                moment = min(moment, truths[row, 0] if cursors[3 * place + 2] else values[row, 0])
        if moment == NEVER:
            return count
        for place in range(moving):
            row, last = cursors[3 * place], cursors[3 * place + 1]
            pool = truths if cursors[3 * place + 2] else values
            while row < last and pool[row, 0] == moment:
                row += 1
            cursors[3 * place] = row
        while cursor + 1 < end and values[cursor + 1, 0] <= moment:
            cursor += 1
        if not values[cursor, 5] & MISSING:
            count = put_reading(tail, count, moment, bounds_of(values, cursor))


@inlined
def baseline(where: Array, values: Array, series: int, start: int, since: int, until: int, tail: Array) -> int:
    """The last reading in [since, until], as time goes by."""
    end = where[series, 0] + where[series, 1]
    row = index_at(where, values, series, min(start, until))
    count = 0
    if row < where[series, 0] or values[row, 0] < since:
        count = put_missing(tail, count, start)
    else:
        count = put_value(tail, count, start, bounds_of(values, row))
    row += 1
    while row < end and values[row, 0] <= until:
        if values[row, 0] >= since and values[row, 0] > start:
            count = put_value(tail, count, values[row, 0], bounds_of(values, row))
        row += 1
    return count


@kernel
def nadir(where: Array, values: Array, series: int, start: int, since: int, left: Bounds, tail: Array) -> int:
    """The lowest reading that fell to `left` (a share) of an earlier one."""
    row = index_at(where, values, series, since - 1) + 1
    end = where[series, 0] + where[series, 1]
    count, moment, found, peak = 0, start, missing(), missing()
    while True:
        while row < end and values[row, 0] <= moment:
            reading = bounds_of(values, row)
            if not peak[4] & MISSING and below(times(left, peak), reading) == FALSE:
                found = reading if found[4] & MISSING else lowest(found, reading)
            if peak[4] & MISSING or below(peak, reading) == TRUE:
                peak = reading
            row += 1
        count = put_value(tail, count, moment, found)
        if row == end:
            return count
        moment = values[row, 0]


@kernel
def best_row(values: Array, first: int, last: int) -> int:
    """The row of the highest of the readings in rows [first, last): the first that no later one is certainly above."""
    best = first
    for row in range(first + 1, last):
        if below(bounds_of(values, best), bounds_of(values, row)) == TRUE:
            best = row
    return best


@kernel
def washed_out(
    where: Array,
    values: Array,
    series: int,
    floor: int,
    start: int,
    since: int,
    half_life: int,
    curve: Array,
    scale: int,
    by: int,
    by_floor: int,
    tail: Array,
) -> int:
    """What the peak should have fallen to by the last reading, but not below the floor."""
    first = index_at(where, values, series, since - 1) + 1
    last = index_at(where, values, series, start) + 1
    end = where[series, 0] + where[series, 1]
    limit, limit_end = index_at(where, values, floor, start), where[floor, 0] + where[floor, 1]
    steps_each = curve.shape[0]
    count, moment, done = 0, start, first - 1
    predicted, peak, best = missing(), missing(), first
    while True:
        if last > first and done < last:
            for row in range(max(first, done), last):
                reading = bounds_of(values, row)
                if row == first:
                    peak, best = reading, row
                else:
                    if below(bounds_of(values, best), reading) == TRUE:
                        best = row
                    peak = highest(peak, reading)
            done = last
            steps = (values[last - 1, 0] - values[best, 0]) * steps_each // half_life
            predicted = (
                faded(peak[0], steps, steps_each, curve, scale),
                1,
                faded(peak[2], steps, steps_each, curve, scale),
                1,
                peak[4],
            )
        if predicted[4] & MISSING or values[limit, 5] & MISSING:
            count = put_missing(tail, count, moment)
        else:
            lowered = highest(scaled(predicted, by), scaled(bounds_of(values, limit), by_floor))
            count = put_value(tail, count, moment, lowered)
        following = NEVER
        if last < end:
            following = values[last, 0]
        if limit + 1 < limit_end:
            following = min(following, values[limit + 1, 0])
        if following == NEVER:
            return count
        moment = following
        while last < end and values[last, 0] <= moment:
            last += 1
        while limit + 1 < limit_end and values[limit + 1, 0] <= moment:
            limit += 1


@kernel
def duration_above(
    where: Array,
    values: Array,
    series: int,
    threshold: int,
    start: int,
    since: int,
    comparator: int,
    by: int,
    by_threshold: int,
    tail: Array,
) -> int:
    """How many seconds the readings have all compared so with the threshold."""
    first = index_at(where, values, series, since - 1) + 1
    last = index_at(where, values, series, start) + 1
    end = where[series, 0] + where[series, 1]
    limit, limit_end = index_at(where, values, threshold, start), where[threshold, 0] + where[threshold, 1]
    count, moment = 0, start
    while True:
        if last <= first:
            count = put_missing(tail, count, moment)
        else:
            line = scaled(bounds_of(values, limit), by_threshold)
            row, truth = last - 1, TRUE
            while row >= first:
                truth = compare(scaled(bounds_of(values, row), by), comparator, line)
                if truth != TRUE:
                    break
                row -= 1
            if truth == TRUE or truth == FALSE:
                lasted = 0 if row == last - 1 else values[last - 1, 0] - values[row + 1, 0]
                count = put_value(tail, count, moment, exactly(lasted))
            else:
                count = put_missing(tail, count, moment)
        following = NEVER
        if last < end:
            following = values[last, 0]
        if limit + 1 < limit_end:
            following = min(following, values[limit + 1, 0])
        if following == NEVER:
            return count
        moment = following
        while last < end and values[last, 0] <= moment:
            last += 1
        while limit + 1 < limit_end and values[limit + 1, 0] <= moment:
            limit += 1


@kernel
def peak_moments(where: Array, values: Array, series: int, start: int, since: int, tail: Array) -> int:
    """When the highest reading since the procedure was taken; NEVER while there is none."""
    first = index_at(where, values, series, since - 1) + 1
    end = where[series, 0] + where[series, 1]
    last = index_at(where, values, series, start) + 1
    count, moment = 0, start
    while True:
        at = NEVER if last <= first else values[best_row(values, first, last), 0]
        count = put_truth(tail, count, moment, at)
        if last >= end:
            return count
        moment = values[last, 0]
        last += 1


@inlined
def known_value(where: Array, values: Array, of: int, start: int, tail: Array) -> int:
    """Whether a quantity has a value."""
    end = where[of, 0] + where[of, 1]
    row = index_at(where, values, of, start)
    count, moment = 0, start
    while True:
        count = put_truth(tail, count, moment, FALSE if values[row, 5] & MISSING else TRUE)
        row += 1
        if row >= end:
            return count
        moment = values[row, 0]
