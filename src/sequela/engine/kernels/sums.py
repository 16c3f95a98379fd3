"""Arithmetic, tables, choices and scores: values made of values, point by point."""

from __future__ import annotations

from sequela.engine.kernels.lists import NEVER, bounds_of, index_at, put_truth, put_value
from sequela.engine.kernels.numbers import (
    LEAST_OPEN,
    MISSING,
    NO_GREATEST,
    NO_LEAST,
    TRUE,
    UNKNOWN,
    Array,
    Bounds,
    added,
    compare,
    compare_exact,
    exactly,
    highest,
    hull,
    inlined,
    kernel,
    lowest,
    missing,
    negative,
    order,
    over,
    scaled,
    times,
)

SUM, DIFFERENCE, HIGHER, LOWER, PRODUCT, RATIO = 0, 1, 2, 3, 4, 5
"""What two values make."""


@kernel
def _joined(what: int, a: Bounds, b: Bounds) -> Bounds:
    if (a[4] | b[4]) & MISSING:
        return missing()
    if what == SUM:
        return added(a, b)
    if what == DIFFERENCE:
        return added(a, negative(b))
    if what == HIGHER:
        return highest(a, b)
    if what == LOWER:
        return lowest(a, b)
    if what == PRODUCT:
        return times(a, b)
    return over(a, b)


@inlined
def pair(
    what: int, where: Array, values: Array, left: int, right: int, start: int, by: int, by_right: int, tail: Array
) -> int:
    """What two quantities make, each first brought to a common step."""
    a, b = index_at(where, values, left, start), index_at(where, values, right, start)
    a_end, b_end = where[left, 0] + where[left, 1], where[right, 0] + where[right, 1]
    count, moment = 0, start
    while True:
        made = _joined(what, scaled(bounds_of(values, a), by), scaled(bounds_of(values, b), by_right))
        count = put_value(tail, count, moment, made)
        moment = NEVER
        if a + 1 < a_end:
            moment = values[a + 1, 0]
        if b + 1 < b_end:
            moment = min(moment, values[b + 1, 0])
        if moment == NEVER:
            return count
        if a + 1 < a_end and values[a + 1, 0] == moment:
            a += 1
        if b + 1 < b_end and values[b + 1, 0] == moment:
            b += 1


@inlined
def compared(
    comparator: int, where: Array, values: Array, left: int, right: int, start: int, by: int, by_right: int, tail: Array
) -> int:
    """Whether one quantity compares so with another."""
    a, b = index_at(where, values, left, start), index_at(where, values, right, start)
    a_end, b_end = where[left, 0] + where[left, 1], where[right, 0] + where[right, 1]
    count, moment = 0, start
    while True:
        truth = compare(scaled(bounds_of(values, a), by), comparator, scaled(bounds_of(values, b), by_right))
        count = put_truth(tail, count, moment, truth)
        moment = NEVER
        if a + 1 < a_end:
            moment = values[a + 1, 0]
        if b + 1 < b_end:
            moment = min(moment, values[b + 1, 0])
        if moment == NEVER:
            return count
        if a + 1 < a_end and values[a + 1, 0] == moment:
            a += 1
        if b + 1 < b_end and values[b + 1, 0] == moment:
            b += 1


@inlined
def compared_with(
    comparator: int, where: Array, values: Array, left: int, start: int, by: int, limit: int, tail: Array
) -> int:
    """Whether a quantity compares so with a number that stays what it is."""
    row, end = index_at(where, values, left, start), where[left, 0] + where[left, 1]
    count, moment = 0, start
    while True:
        number = values[row, 1]
        if values[row, 5] == 0 and values[row, 2] == 1 and values[row, 4] == 1 and number == values[row, 3]:
            truth = compare_exact(number * by, comparator, limit)
        else:
            truth = compare(scaled(bounds_of(values, row), by), comparator, exactly(limit))
        count = put_truth(tail, count, moment, truth)
        row += 1
        if row >= end:
            return count
        moment = values[row, 0]


@kernel
def _points(value: Bounds, bands: Array, first: int, last: int) -> Bounds:
    """The points of a value: rows of bands are (upto numerator, denominator, whether there is an upto, points)."""
    if value[4] & MISSING:
        return missing()
    found = False
    least = most = 0
    for band in range(first, last):
        n, d = bands[band, 0], bands[band, 1]
        inside = not bands[band, 2]
        if not inside:
            # Inside unless the limit is below everything that the value can be.
            inside = bool(value[4] & NO_LEAST)
            if not inside:
                by = order(n, d, value[0], value[1])
                inside = not (by < 0 or (by == 0 and value[4] & LEAST_OPEN))
        past = False
        if band > first and bands[band - 1, 2] and not value[4] & NO_GREATEST:
            past = order(value[2], value[3], bands[band - 1, 0], bands[band - 1, 1]) <= 0
        if inside and not past:
            least = bands[band, 3] if not found else min(least, bands[band, 3])
            most = bands[band, 3] if not found else max(most, bands[band, 3])
            found = True
    return (least, 1, most, 1, 0) if found else missing()


@inlined
def banded(where: Array, values: Array, of: int, start: int, bands: Array, first: int, last: int, tail: Array) -> int:
    """The points that a table gives to a quantity."""
    row, end = index_at(where, values, of, start), where[of, 0] + where[of, 1]
    count, moment = 0, start
    while True:
        count = put_value(tail, count, moment, _points(bounds_of(values, row), bands, first, last))
        row += 1
        if row >= end:
            return count
        moment = values[row, 0]


@kernel
def chosen(
    where: Array,
    truths: Array,
    values: Array,
    when: int,
    then: int,
    otherwise: int,
    start: int,
    by: int,
    by_other: int,
    tail: Array,
) -> int:
    """One quantity while a statement is true, the other while it is false, anything of both while it is unknown."""
    t, t_end = index_at(where, truths, when, start), where[when, 0] + where[when, 1]
    a, a_end = index_at(where, values, then, start), where[then, 0] + where[then, 1]
    b, b_end = index_at(where, values, otherwise, start), where[otherwise, 0] + where[otherwise, 1]
    count, moment = 0, start
    while True:
        first, second = scaled(bounds_of(values, a), by), scaled(bounds_of(values, b), by_other)
        if truths[t, 1] == UNKNOWN:
            made = missing() if (first[4] | second[4]) & MISSING else hull(first, second)
        else:
            made = first if truths[t, 1] == TRUE else second
        count = put_value(tail, count, moment, made)
        moment = NEVER
        if t + 1 < t_end:
            moment = truths[t + 1, 0]
        if a + 1 < a_end:
            moment = min(moment, values[a + 1, 0])
        if b + 1 < b_end:
            moment = min(moment, values[b + 1, 0])
        if moment == NEVER:
            return count
        if t + 1 < t_end and truths[t + 1, 0] == moment:
            t += 1
        if a + 1 < a_end and values[a + 1, 0] == moment:
            a += 1
        if b + 1 < b_end and values[b + 1, 0] == moment:
            b += 1


@inlined
def scored(
    where: Array,
    values: Array,
    parts: Array,
    first: int,
    last: int,
    start: int,
    ranges: Array,
    ranges_at: int,
    cursors: Array,
    tail: Array,
) -> int:
    """The sum of parts[first:last]; rows of ranges are (scale, least, most) of each, in the score's step."""
    many = last - first
    for place in range(many):
        cursors[place] = index_at(where, values, parts[first + place], start)
    count, moment = 0, start
    while True:
        total, nothing = (0, 1, 0, 1, 0), True
        for place in range(many):
            row = ranges_at + place
            part = scaled(bounds_of(values, cursors[place]), ranges[row, 0])
            if part[4] & MISSING:
                part = (ranges[row, 1], 1, ranges[row, 2], 1, 0)
            else:
                nothing = False
            total = added(total, part)
        count = put_value(tail, count, moment, missing() if nothing else total)
        moment = NEVER
        for place in range(many):
            node = parts[first + place]
            if cursors[place] + 1 < where[node, 0] + where[node, 1]:
                moment = min(moment, values[cursors[place] + 1, 0])
        if moment == NEVER:
            return count
        for place in range(many):
            node, row = parts[first + place], cursors[place] + 1
            if row < where[node, 0] + where[node, 1] and values[row, 0] == moment:
                cursors[place] = row
