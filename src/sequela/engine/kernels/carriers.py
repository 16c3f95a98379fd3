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
    Bounds,
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


@kernel
def _ask_counted(
    asked: Array,
    many: int,
    series: int,
    values: Array,
    first: int,
    last: int,
    comparator: int,
    by: int,
    limit: Bounds,
    apart: int,
) -> int:
    """Ask of the readings that a count certainly counts; of the last one if there are none."""
    counted = EVER
    for row in range(first, last):
        certain = compare(scaled(bounds_of(values, row), by), comparator, limit) == TRUE
        if certain and (counted == EVER or values[row, 0] - counted >= apart):
            many, counted = _ask(asked, many, series, values[row, 0]), values[row, 0]
    return many if counted != EVER else _ask(asked, many, series, values[last - 1, 0])


@kernel
def _ask_lasting(
    asked: Array,
    many: int,
    series: int,
    values: Array,
    first: int,
    last: int,
    comparator: int,
    by: int,
    limit: Bounds,
) -> int:
    """Ask of the readings of the present run, or of the one that leaves it open, or of the last."""
    row, truth = last - 1, TRUE
    while row >= first:
        truth = compare(scaled(bounds_of(values, row), by), comparator, limit)
        if truth != TRUE:
            break
        row -= 1
    if truth == UNKNOWN:
        return _ask(asked, many, series, values[row, 0])
    for place in range(min(row + 1, last - 1), last):
        many = _ask(asked, many, series, values[place, 0])
    return many


@kernel
def nadir_row(values: Array, first: int, last: int, left: tuple[int, int]) -> int:
    """The row of the lowest of the readings that fell to `left` (a share) of an earlier one, -1 if none did."""
    best = peak = -1
    for row in range(first, last):
        bounds = bounds_of(values, row)
        if peak >= 0:
            fallen = below(times((left[0], left[1], left[0], left[1], 0), bounds_of(values, peak)), bounds) == FALSE
            if fallen and (best < 0 or below(bounds, bounds_of(values, best)) == TRUE):
                best = row
        if peak < 0 or below(bounds_of(values, peak), bounds) == TRUE:
            peak = row
    return best


@kernel
def lowest_row(values: Array, first: int, last: int) -> int:
    """The row of the lowest of the readings in rows [first, last): the first that no later one is certainly below."""
    best = first
    for row in range(first + 1, last):
        if below(bounds_of(values, row), bounds_of(values, best)) == TRUE:
            best = row
    return best


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
            or operation == BECAME
            or operation == KNOWN_TRUTH
            or operation == KNOWN_VALUE
            or operation == TIMED
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
                if steady == windows.COUNT:
                    limit = bounds_of(values, index_at(where, values, code.parts[last - 1], then))
                    many = _ask_counted(
                        asked,
                        many,
                        part,
                        values,
                        series_first,
                        series_last,
                        nodes[page, one, STEADY + 2],
                        nodes[page, one, STEADY + 3],
                        scaled(limit, nodes[page, one, STEADY + 4]),
                        nodes[page, one, VARYING + 2],
                    )
                elif steady == windows.RATE:
                    if series_last - series_first > 1:
                        many = _ask(asked, many, part, values[series_first, 0])
                        many = _ask(asked, many, part, values[series_last - 1, 0])
                else:
                    row = series_last - 1
                    if steady == windows.PEAK:
                        row = best_row(values, series_first, series_last)
                    elif steady == windows.LOWEST:
                        row = lowest_row(values, series_first, series_last)
                    many = _ask(asked, many, part, values[row, 0])
        elif operation == BASELINE:
            row = index_at(where, values, part, min(then, began - 1))
            if row >= where[part, 0] and values[row, 0] >= began - steady:
                many = _ask(asked, many, part, values[row, 0])
        elif operation == NADIR:
            row, end = index_at(where, values, part, began - 1) + 1, index_at(where, values, part, then) + 1
            best = nadir_row(values, row, end, (varying, nodes[page, one, VARYING + 1]))
            if best >= 0:
                many = _ask(asked, many, part, values[best, 0])
        elif operation == WASH_OUT or operation == DURATION_ABOVE:
            row, end = index_at(where, values, part, began - 1) + 1, index_at(where, values, part, then) + 1
            if row < end and operation == WASH_OUT:
                many = _ask(asked, many, code.parts[first + 1], then)
                many = _ask(asked, many, part, values[best_row(values, row, end), 0])
            elif row < end:
                limit = bounds_of(values, index_at(where, values, code.parts[first + 1], then))
                many = _ask_lasting(
                    asked,
                    many,
                    part,
                    values,
                    row,
                    end,
                    steady,
                    nodes[page, one, STEADY + 1],
                    scaled(limit, nodes[page, one, STEADY + 2]),
                )
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
