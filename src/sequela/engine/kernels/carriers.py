"""Which facts carry what a node says of a moment: those that the reference names in its verdict.

Asked while the lists are as believed at the instant, so each question leads down from a node to those that decided it,
and at last to rows of facts.
"""

from __future__ import annotations

from sequela.engine.kernels import windows
from sequela.engine.kernels.layout import (
    BANDED,
    BASELINE,
    BECAME,
    CHOICE,
    COMPARE,
    DURATION_ABOVE,
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
    VARYING,
    WAS_TRUE,
    WASH_OUT,
    WINDOW,
    Code,
    Facts,
    Space,
)
from sequela.engine.kernels.lists import EVER, NEVER, bounds_of, index_at
from sequela.engine.kernels.numbers import (
    FALSE,
    MISSING,
    TRUE,
    UNKNOWN,
    Array,
    below,
    compare,
    inlined,
    kernel,
    scaled,
    times,
)
from sequela.engine.kernels.readings import best_row, first_at_or_after
from sequela.engine.kernels.truths import LADDER, last_turn
from sequela.engine.kernels.words import PRESENT, last_word


@kernel
def _ask(asked: Array, many: int, node: int, moment: int) -> int:
    """One more question: what a node says of a moment."""
    if many < asked.shape[0]:
        asked[many, 0], asked[many, 1] = node, moment
    return many + 1


@kernel
def _carry(carried: Array, first: int, room: int, row: int) -> int:
    """One more fact, unless it is there already."""
    for place in range(first, min(room, carried.shape[0])):
        if carried[place] == row:
            return room
    if room < carried.shape[0]:
        carried[room] = row
    return room + 1


@kernel
def _said_when(where: Array, pool: Array, node: int, after: int, until: int, first: int, second: int) -> int:
    """The last moment in [after, until] with the first of three truths that a statement ever had there."""
    last = index_at(where, pool, node, until)
    begin = index_at(where, pool, node, min(after, until))
    for turn in range(3):
        wanted = first if turn == 0 else second if turn == 1 else 3 - first - second
        for row in range(last, begin - 1, -1):
            if pool[row, 1] == wanted:
                return until if row == last else pool[row + 1, 0] - 1
    return until


@inlined
def carriers(
    code: Code,
    facts: Facts,
    space: Space,
    page: int,
    began: int,
    node: int,
    moment: int,
    carried: Array,
    room: int,
) -> int:
    """How many rows `carried` has with those that carry what a node says of a moment; more than it holds: no room."""
    where, truths, values, nodes, spans = space.where, space.truths, space.values, code.nodes, space.spans
    asked, start = space.asked, room
    many = _ask(asked, 0, node, moment)
    while many:
        many -= 1
        if many >= asked.shape[0]:
            return carried.shape[0] + 1
        one, then = asked[many, 0], asked[many, 1]
        operation = nodes[page, one, OPERATION]
        first, last = nodes[page, one, PARTS], nodes[page, one, PARTS_END]
        steady, varying = nodes[page, one, STEADY], nodes[page, one, VARYING]
        part = code.parts[first]
        # A series' own question is about one reading of it, at that very moment.
        if operation == READINGS:
            low, high = spans[steady, 0], spans[steady, 1]
            found = -1
            for row in range(first_at_or_after(facts.at, low, high, then), high):
                if facts.at[row] != then:
                    break
                if space.seen[row]:
                    found = row
            if found >= 0:
                room = _carry(carried, start, room, found)
        elif (
            operation == SAMPLED
            or operation == BANDED
            or operation == NOT
            or operation == KNOWN_TRUTH
            or operation == KNOWN_VALUE
        ):
            many = _ask(asked, many, part, then)
        elif operation == COMPARE or operation == PAIR:
            many = _ask(asked, _ask(asked, many, code.parts[first + 1], then), part, then)
        elif operation == SCORE:
            row = index_at(where, values, one, then)
            if not values[row, 5] & MISSING:
                for place in range(first, last):
                    many = _ask(asked, many, code.parts[place], then)
        elif operation == CHOICE:
            when = truths[index_at(where, truths, part, then), 1]
            if when != UNKNOWN:
                many = _ask(asked, many, part, then)
            if when != FALSE:
                many = _ask(asked, many, code.parts[first + 1], then)
            if when != TRUE:
                many = _ask(asked, many, code.parts[first + 2], then)
        elif operation == JOINED:
            said = truths[index_at(where, truths, one, then), 1]
            if steady == LADDER:
                if said < last - first:
                    many = _ask(asked, many, code.parts[first + said], then)
            else:
                for place in range(first, last):
                    if truths[index_at(where, truths, code.parts[place], then), 1] == said:
                        many = _ask(asked, many, code.parts[place], then)
        elif operation == WAS_TRUE:
            after = began if varying == NEVER else max(began, then - varying)
            many = _ask(asked, many, part, _said_when(where, truths, part, after, then, TRUE, UNKNOWN))
        elif operation == HOLDS_FOR:
            when = then
            if then - varying >= began:
                when = _said_when(where, truths, part, then - varying, then, FALSE, UNKNOWN)
            many = _ask(asked, many, part, when)
        elif operation == BECAME:
            many = _ask(asked, many, part, then)
        elif operation == TURNED_SINCE:
            if truths[index_at(where, truths, one, then), 1] == TRUE:
                turn = last_turn(truths, where[part, 0], index_at(where, truths, part, then))
                many = _ask(asked, many, part, truths[turn, 0])
        elif operation == WINDOW:
            series_first, series_last = windows.rows_of(
                where,
                values,
                part,
                then,
                varying,
                nodes[page, one, VARYING + 1],
                EVER if nodes[page, one, STEADY + 1] == EVER else began,
            )
            if series_first < series_last:
                if steady == windows.LATEST:
                    many = _ask(asked, many, part, values[series_last - 1, 0])
                elif steady == windows.PEAK:
                    many = _ask(asked, many, part, values[best_row(values, series_first, series_last), 0])
                elif steady == windows.LOWEST:
                    many = _ask(asked, many, part, values[lowest_row(values, series_first, series_last), 0])
                elif steady == windows.RATE:
                    if series_last - series_first > 1:
                        many = _ask(asked, many, part, values[series_first, 0])
                        many = _ask(asked, many, part, values[series_last - 1, 0])
                else:
                    limit = scaled(
                        bounds_of(values, index_at(where, values, code.parts[last - 1], then)),
                        nodes[page, one, STEADY + 4],
                    )
                    apart, counted = nodes[page, one, VARYING + 2], EVER
                    for row in range(series_first, series_last):
                        reading = scaled(bounds_of(values, row), nodes[page, one, STEADY + 3])
                        if compare(reading, nodes[page, one, STEADY + 2], limit) == TRUE:
                            if counted == EVER or values[row, 0] - counted >= apart:
                                many, counted = _ask(asked, many, part, values[row, 0]), values[row, 0]
                    if counted == EVER:
                        many = _ask(asked, many, part, values[series_last - 1, 0])
        elif operation == BASELINE:
            row = index_at(where, values, part, min(then, began - 1))
            if row >= where[part, 0] and values[row, 0] >= began - steady:
                many = _ask(asked, many, part, values[row, 0])
        elif operation == NADIR:
            row, end = index_at(where, values, part, began - 1) + 1, index_at(where, values, part, then) + 1
            best, peak, also = -1, -1, nodes[page, one, VARYING + 1]
            for reading in range(row, end):
                bounds = bounds_of(values, reading)
                if peak >= 0:
                    left = times((varying, also, varying, also, 0), bounds_of(values, peak))
                    if below(left, bounds) == FALSE and (best < 0 or below(bounds, bounds_of(values, best)) == TRUE):
                        best = reading
                if peak < 0 or below(bounds_of(values, peak), bounds) == TRUE:
                    peak = reading
            if best >= 0:
                many = _ask(asked, many, part, values[best, 0])
        elif operation == WASH_OUT or operation == DURATION_ABOVE:
            row, end = index_at(where, values, part, began - 1) + 1, index_at(where, values, part, then) + 1
            if row < end and operation == WASH_OUT:
                many = _ask(asked, many, code.parts[first + 1], then)
                many = _ask(asked, many, part, values[best_row(values, row, end), 0])
            elif row < end:
                other = code.parts[first + 1]
                limit = scaled(bounds_of(values, index_at(where, values, other, then)), nodes[page, one, STEADY + 2])
                place, truth = end - 1, TRUE
                while place >= row:
                    reading = scaled(bounds_of(values, place), nodes[page, one, STEADY + 1])
                    truth = compare(reading, steady, limit)
                    if truth != TRUE:
                        break
                    place -= 1
                if truth == UNKNOWN:
                    many = _ask(asked, many, part, values[place, 0])
                else:
                    for also in range(min(place + 1, end - 1), end):
                        many = _ask(asked, many, part, values[also, 0])
        elif operation == TIMED:
            many = _ask(asked, many, part, then)
        elif operation == SINCE_PEAK or operation == SINCE_READING:
            at = truths[index_at(where, truths, one, then), 1]
            if at != NEVER:
                many = _ask(asked, many, part, at)
        elif operation == SINCE_FACT or operation == HAPPENED or operation == FOLLOWED:
            for place in range(first, last):
                facts_of = code.parts[place]
                row = index_at(where, truths, facts_of, then)
                if operation == HAPPENED:
                    since = max(began + nodes[page, one, VARYING + 1], EVER if varying == NEVER else then - varying + 1)
                    while row >= where[facts_of, 0] and steady != 0 and facts.told[truths[row, 1], 0] != steady:
                        row -= 1
                else:
                    since = began
                    if operation == SINCE_FACT and steady == 1:
                        while row >= where[facts_of, 0] and facts.told[truths[row, 1], 0] != PRESENT:
                            row -= 1
                if operation == FOLLOWED and place > first:
                    earlier = index_at(where, truths, part, then)
                    since = NEVER
                    if earlier >= where[part, 0] and truths[earlier, 0] >= began:
                        since = truths[earlier, 0] + 1
                if row >= where[facts_of, 0] and truths[row, 0] >= since:
                    room = _carry(carried, start, room, truths[row, 1])
        elif operation == SEEN:
            after = nodes[page, one, VARYING + 1]
            since = EVER if after == EVER else began + after
            if varying != NEVER:
                since = max(since, then - varying + 1)
            row = last_word(
                truths,
                facts.told,
                index_at(where, truths, part, since - 1) + 1,
                index_at(where, truths, part, then) + 1,
                nodes[page, one, STEADY + 1],
                nodes[page, one, STEADY + 2],
            )
            if row >= 0:
                room = _carry(carried, start, room, truths[row, 1])
    return room


@kernel
def lowest_row(values: Array, first: int, last: int) -> int:
    """The row of the lowest of the readings in rows [first, last): the first that no later one is certainly below."""
    best = first
    for row in range(first + 1, last):
        if below(bounds_of(values, row), bounds_of(values, best)) == TRUE:
            best = row
    return best
