"""What each operation does: the new change points of one node, from the lists of its parts."""

from __future__ import annotations

from sequela.engine.kernels import readings, sums, truths, windows, words
from sequela.engine.kernels.layout import (
    AGE,
    BANDED,
    BASELINE,
    BECAME,
    CHOICE,
    COMPARE,
    DURATION_ABOVE,
    FACTS,
    FOLLOWED,
    HAPPENED,
    HOLDS_FOR,
    JOINED,
    KNOWN_TRUTH,
    KNOWN_VALUE,
    NADIR,
    NOT,
    OPERATION,
    PAIR,
    PARTS,
    PARTS_END,
    PROCEDURE_IS,
    READINGS,
    SAMPLED,
    SCORE,
    SEEN,
    SINCE_FACT,
    SINCE_PEAK,
    SINCE_READING,
    STEADY,
    TIMED,
    TURNED_SINCE,
    UPPER_LIMIT,
    VARYING,
    WAS_TRUE,
    WASH_OUT,
    WINDOW,
    Code,
    Facts,
    Space,
)
from sequela.engine.kernels.lists import EVER, put_truth, put_value
from sequela.engine.kernels.numbers import MISSING, Array, Bounds, inlined, kernel


@inlined
def truth_tail(
    code: Code,
    facts: Facts,
    space: Space,
    spans: Array,
    page: int,
    node: int,
    start: int,
    now: int,
    began: int,
) -> int:
    """How many points the new tail of a node that makes truths has."""
    nodes, where, pool, tail, cursors = code.nodes, space.where, space.truths, space.truth_tail, space.cursors
    operation = nodes[page, node, OPERATION]
    first, last = nodes[page, node, PARTS], nodes[page, node, PARTS_END]
    part = code.parts[first]
    steady = nodes[page, node, STEADY]
    varying = nodes[page, node, VARYING]
    if operation == COMPARE:
        other, by, by_other = code.parts[first + 1], nodes[page, node, STEADY + 1], nodes[page, node, STEADY + 2]
        if nodes[page, node, STEADY + 3]:
            count = sums.compared_with(steady, where, space.values, part, start, by, varying, tail)
        else:
            count = sums.compared(steady, where, space.values, part, other, start, by, by_other, tail)
    elif operation == JOINED:
        count = truths.joined(steady, where, pool, code.parts, first, last, start, varying, cursors, tail)
    elif operation == NOT:
        count = truths.turned_over(where, pool, part, start, tail)
    elif operation == KNOWN_VALUE:
        count = readings.known_value(where, space.values, part, start, tail)
    elif operation == KNOWN_TRUTH:
        count = truths.known_truth(where, pool, part, start, steady, tail)
    elif operation == WAS_TRUE:
        count = truths.was_true(where, pool, node, part, start, now, varying, began, tail)
    elif operation == BECAME:
        count = truths.became(where, pool, node, part, start, now, varying, began, tail)
    elif operation == SEEN:
        after = nodes[page, node, VARYING + 1]
        since = EVER if after == EVER else began + after
        site, segments = nodes[page, node, STEADY + 1], nodes[page, node, STEADY + 2]
        whole, whole_segments = nodes[page, node, STEADY + 3], nodes[page, node, STEADY + 4]
        count = words.seen(
            where,
            pool,
            facts.told,
            node,
            part,
            start,
            now,
            varying,
            since,
            steady,
            site,
            segments,
            whole,
            whole_segments,
            tail,
        )
    elif operation == FACTS:
        count = readings.believed_facts(facts.at, space.seen, spans[steady, 0], spans[steady, 1], start, tail)
    elif operation == TURNED_SINCE:
        count = truths.turned_since(where, pool, code.parts, first, last, start, began, cursors, tail)
    elif operation == HAPPENED:
        since = began + nodes[page, node, VARYING + 1]
        count = words.happened(where, pool, facts.told, node, part, start, now, varying, since, steady, tail)
    elif operation == HOLDS_FOR:
        count = truths.holds_for(where, pool, node, part, start, now, varying, began, tail)
    elif operation == TIMED:
        count = truths.timed(where, pool, node, part, start, now, steady, varying, tail)
    elif operation == FOLLOWED:
        count = words.followed(where, pool, part, code.parts[first + 1], start, began, tail)
    elif operation == SINCE_FACT:
        count = words.moments(where, pool, facts.told, part, start, began, steady == 1, tail)
    elif operation == SINCE_PEAK:
        count = readings.peak_moments(where, space.values, part, start, began, tail)
    elif operation == SINCE_READING:
        count = words.reading_moments(where, space.values, part, start, began, tail)
    elif operation == PROCEDURE_IS:
        count = put_truth(tail, 0, start, varying)
    else:  # The time since the procedure counts from its start, always.
        count = put_truth(tail, 0, start, began)
    return count


@inlined
def value_tail(
    code: Code,
    facts: Facts,
    space: Space,
    spans: Array,
    page: int,
    node: int,
    start: int,
    now: int,
    began: int,
    sex: int,
    age: int,
) -> int:
    """How many points the new tail of a node that makes values has."""
    nodes, where, pool, tail, cursors = code.nodes, space.where, space.values, space.value_tail, space.cursors
    operation = nodes[page, node, OPERATION]
    first, last = nodes[page, node, PARTS], nodes[page, node, PARTS_END]
    part = code.parts[first]
    steady, second = nodes[page, node, STEADY], nodes[page, node, STEADY + 1]
    varying, also = nodes[page, node, VARYING], nodes[page, node, VARYING + 1]
    if operation == WINDOW:
        since = EVER if second == EVER else began
        number, by, by_other = (
            nodes[page, node, STEADY + 2],
            nodes[page, node, STEADY + 3],
            nodes[page, node, STEADY + 4],
        )
        other, apart = code.parts[last - 1], nodes[page, node, VARYING + 2]
        count = windows.window(
            steady,
            where,
            pool,
            node,
            part,
            other,
            start,
            now,
            varying,
            also,
            apart,
            since,
            number,
            by,
            by_other,
            tail,
        )
    elif operation == READINGS:
        low, high = spans[steady, 0], spans[steady, 1]
        count = readings.believed_readings(facts.at, facts.value, space.seen, low, high, start, tail)
    elif operation == PAIR:
        by_other = nodes[page, node, STEADY + 2]
        count = sums.pair(steady, where, pool, part, code.parts[first + 1], start, second, by_other, tail)
    elif operation == BANDED:
        count = sums.banded(where, pool, part, start, code.bands, steady, second, tail)
    elif operation == SCORE:
        count = sums.scored(where, pool, code.parts, first, last, start, code.ranges, steady, cursors, tail)
    elif operation == CHOICE:
        then, otherwise = code.parts[first + 1], code.parts[first + 2]
        count = sums.chosen(where, space.truths, pool, part, then, otherwise, start, steady, second, tail)
    elif operation == SAMPLED:
        count = readings.sampled(
            where, space.truths, pool, code.parts, first, first + 1 + steady, last, start, tail, cursors
        )
    elif operation == BASELINE:
        count = readings.baseline(where, pool, part, start, began - steady, began - 1, tail)
    elif operation == NADIR:
        count = readings.nadir(where, pool, part, start, began, (varying, also, varying, also, 0), tail)
    elif operation == WASH_OUT:
        count = readings.washed_out(
            where,
            pool,
            part,
            code.parts[first + 1],
            start,
            began,
            varying,
            code.curve,
            code.scale,
            steady,
            second,
            tail,
        )
    elif operation == DURATION_ABOVE:
        by_other = nodes[page, node, STEADY + 2]
        count = readings.duration_above(
            where, pool, part, code.parts[first + 1], start, began, steady, second, by_other, tail
        )
    elif operation == AGE:
        count = put_value(tail, 0, start, (max(age, 0), 1, max(age, 0), 1, 0 if age >= 0 else MISSING))
    elif operation == UPPER_LIMIT:
        count = put_value(tail, 0, start, bounds_in(code.limits, sex, steady))
    else:
        count = put_value(tail, 0, start, bounds_in(code.constants, page, steady))
    return count


@kernel
def bounds_in(table: Array, page: int, row: int) -> Bounds:
    """The value in a row of a page of a table."""
    return table[page, row, 0], table[page, row, 1], table[page, row, 2], table[page, row, 3], table[page, row, 4]
