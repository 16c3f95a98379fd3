"""Statements made of statements, and what they say of the past: as believed now, at every moment.

Every function fills `tail` with the points at or after `start` and returns how many; the first is at `start` itself.
"""

from __future__ import annotations

from sequela.engine.kernels.lists import EVER, LAST, LAST_TRUTH, NEVER, WAKE, index_at, put_truth
from sequela.engine.kernels.numbers import FALSE, LESS, TRUE, UNKNOWN, Array, inlined, kernel, opposite

ALL, ANY, SOME, LADDER = 0, 1, 2, 3
"""How parts make a whole: And, Or, AtLeast, the first that is true."""
NOT_TRUE = -1
"""Asks whether a statement is known and true, where `known_truth` else asks whether it is known."""


@kernel
def _whole(how: int, true: int, unknown: int, many: int, number: int) -> int:
    if how == ALL:
        if true + unknown < many:
            return FALSE
        return UNKNOWN if unknown else TRUE
    if how == ANY:
        if true:
            return TRUE
        return UNKNOWN if unknown else FALSE
    if true >= number:
        return TRUE
    return FALSE if true + unknown < number else UNKNOWN


@inlined
def joined(
    how: int,
    where: Array,
    truths: Array,
    parts: Array,
    first: int,
    last: int,
    start: int,
    number: int,
    cursors: Array,
    tail: Array,
) -> int:
    """The statements parts[first:last] made one; a ladder says which is the first that is true (how many, if none)."""
    if how == LADDER:
        return _ladder(where, truths, parts, first, last, start, tail)
    many = last - first
    moving = true = unknown = 0
    for place in range(first, last):
        node = parts[place]
        truth = where[node, LAST_TRUTH]
        if where[node, LAST] > start:
            row = index_at(where, truths, node, start)
            truth = truths[row, 1]
            cursors[2 * moving], cursors[2 * moving + 1] = row, where[node, 0] + where[node, 1]
            moving += 1
        true += truth == TRUE
        unknown += truth == UNKNOWN
    count, moment = 0, start
    while True:
        count = put_truth(tail, count, moment, _whole(how, true, unknown, many, number))
        moment = NEVER
        for place in range(moving):
            if cursors[2 * place] + 1 < cursors[2 * place + 1]:
                moment = min(moment, truths[cursors[2 * place] + 1, 0])
        if moment == NEVER:
            return count
        for place in range(moving):
            row = cursors[2 * place]
            if row + 1 < cursors[2 * place + 1] and truths[row + 1, 0] == moment:
                before, after = truths[row, 1], truths[row + 1, 1]
                true += int(after == TRUE) - int(before == TRUE)
                unknown += int(after == UNKNOWN) - int(before == UNKNOWN)
                cursors[2 * place] = row + 1


@kernel
def _ladder(where: Array, truths: Array, parts: Array, first: int, last: int, start: int, tail: Array) -> int:
    count, moment = 0, start
    while True:
        rung, following = last - first, NEVER
        for place in range(first, last):
            node = parts[place]
            truth = where[node, LAST_TRUTH]
            if where[node, LAST] > moment:
                row = index_at(where, truths, node, moment)
                truth, following = truths[row, 1], min(following, truths[row + 1, 0])
            if rung == last - first and truth == TRUE:
                rung = place - first
        count = put_truth(tail, count, moment, rung)
        if following == NEVER:
            return count
        moment = following


@inlined
def turned_over(where: Array, truths: Array, of: int, start: int, tail: Array) -> int:
    """The opposite of a statement."""
    row, end = index_at(where, truths, of, start), where[of, 0] + where[of, 1]
    count, moment = 0, start
    while True:
        count = put_truth(tail, count, moment, opposite(truths[row, 1]))
        row += 1
        if row >= end:
            return count
        moment = truths[row, 0]


@kernel
def known_truth(where: Array, truths: Array, of: int, start: int, unknown: int, tail: Array) -> int:
    """Whether a statement is not unknown (or a time since not missing: `unknown` says which number means that).

    With NOT_TRUE, whether it is known and true: both in one step, because sentences ask for it everywhere.
    """
    row, end = index_at(where, truths, of, start), where[of, 0] + where[of, 1]
    count, moment = 0, start
    while True:
        truth = truths[row, 1]
        lacking = truth != TRUE if unknown == NOT_TRUE else truth == unknown
        count = put_truth(tail, count, moment, FALSE if lacking else TRUE)
        row += 1
        if row >= end:
            return count
        moment = truths[row, 0]


@inlined
def was_true(
    where: Array,
    truths: Array,
    node: int,
    of: int,
    start: int,
    now: int,
    within: int,
    since: int,
    tail: Array,
) -> int:
    """Whether a statement was true at some moment of the look-back, which does not go back beyond `since`."""
    end = where[of, 0] + where[of, 1]
    count, moment = 0, start
    row = index_at(where, truths, of, start)
    # Before the procedure a look-back has one moment only.
    while moment < since:
        count = put_truth(tail, count, moment, truths[row, 1])
        if row + 1 < end and truths[row + 1, 0] <= since:
            row += 1
            moment = truths[row, 0]
        else:
            moment = since
    back = since if within == NEVER else max(since, moment - within)
    row = index_at(where, truths, of, back)
    true_until = unknown_until = EVER
    while True:
        while row < end and truths[row, 0] <= moment:
            until = NEVER if row + 1 == end or within == NEVER else truths[row + 1, 0] + within
            # A part that ended before the procedure is not in any look-back.
            if row + 1 == end or truths[row + 1, 0] > since:
                if truths[row, 1] == TRUE:
                    true_until = max(true_until, until)
                elif truths[row, 1] == UNKNOWN:
                    unknown_until = max(unknown_until, until)
            row += 1
        truth = TRUE if moment < true_until else UNKNOWN if moment < unknown_until else FALSE
        count = put_truth(tail, count, moment, truth)
        following = NEVER
        if row < end:
            following = truths[row, 0]
        if moment < true_until:
            following = min(following, true_until)
        elif moment < unknown_until:
            following = min(following, unknown_until)
        if following > now:
            where[node, WAKE] = following
            return count
        moment = following


@kernel
def holds_for(
    where: Array,
    truths: Array,
    node: int,
    of: int,
    start: int,
    now: int,
    duration: int,
    since: int,
    tail: Array,
) -> int:
    """Whether a statement has been true at every moment of the last so long; false before so much time has passed."""
    end = where[of, 0] + where[of, 1]
    row = max(where[of, 0], index_at(where, truths, of, start - duration))
    present = index_at(where, truths, of, start)
    false_until = unknown_until = EVER
    count, moment = 0, start
    while True:
        while present + 1 < end and truths[present + 1, 0] <= moment:
            present += 1
        while row < end and truths[row, 0] <= moment:
            until = NEVER if row + 1 == end else truths[row + 1, 0] + duration
            if truths[row, 1] == FALSE:
                false_until = max(false_until, until)
            elif truths[row, 1] == UNKNOWN:
                unknown_until = max(unknown_until, until)
            row += 1
        if moment - duration < since:
            truth = UNKNOWN if truths[present, 1] == UNKNOWN else FALSE
        elif moment < false_until:
            truth = FALSE
        else:
            truth = UNKNOWN if moment < unknown_until else TRUE
        count = put_truth(tail, count, moment, truth)
        following = NEVER
        if row < end:
            following = truths[row, 0]
        if moment < since + duration:
            following = min(following, since + duration)
        elif moment < false_until:
            following = min(following, false_until)
        elif moment < unknown_until:
            following = min(following, unknown_until)
        if following > now:
            where[node, WAKE] = following
            return count
        moment = following


@kernel
def last_turn(truths: Array, origin: int, row: int) -> int:
    """The last row up to this one at which a statement turned true, the row before the list if it never did."""
    while row > origin:
        if truths[row, 1] == TRUE and truths[row - 1, 1] != TRUE:
            return row
        row -= 1
    return origin - 1


@kernel
def became(
    where: Array,
    truths: Array,
    node: int,
    of: int,
    start: int,
    now: int,
    within: int,
    since: int,
    tail: Array,
) -> int:
    """Whether a statement is true and turned so within the look-back; what it is, while that reaches before `since`."""
    origin, end = where[of, 0], where[of, 0] + where[of, 1]
    row = index_at(where, truths, of, start)
    turn = last_turn(truths, origin, row)
    turned = EVER if turn < origin else truths[turn, 0]
    count, moment = 0, start
    while True:
        truth = truths[row, 1]
        following = NEVER if row + 1 == end else truths[row + 1, 0]
        if truth == TRUE:
            until = max(turned + within, since + within)
            if moment >= until:
                truth = FALSE
            else:
                following = min(following, until)
        count = put_truth(tail, count, moment, truth)
        if following > now:
            where[node, WAKE] = following
            return count
        moment = following
        if row + 1 < end and truths[row + 1, 0] == moment:
            row += 1
            if truths[row, 1] == TRUE and truths[row - 1, 1] != TRUE:
                turned = moment


@kernel
def turned_since(
    where: Array,
    truths: Array,
    parts: Array,
    first: int,
    last_part: int,
    start: int,
    since: int,
    cursors: Array,
    tail: Array,
) -> int:
    """Whether the statement parts[first] has turned true after the last of the events that are the other parts.

    False without such an event.
    """
    of, many = parts[first], last_part - first - 1
    origin, end = where[of, 0], where[of, 0] + where[of, 1]
    row = index_at(where, truths, of, start)
    turn = last_turn(truths, origin, row)
    turned = EVER if turn < origin else truths[turn, 0]
    last = EVER
    for place in range(many):
        event = parts[first + 1 + place]
        cursors[place] = index_at(where, truths, event, start)
        if cursors[place] >= where[event, 0] and truths[cursors[place], 0] >= since:
            last = max(last, truths[cursors[place], 0])
    count, moment = 0, start
    while True:
        count = put_truth(tail, count, moment, TRUE if last != EVER and turned > last else FALSE)
        following = NEVER if row + 1 == end else truths[row + 1, 0]
        for place in range(many):
            event = parts[first + 1 + place]
            if cursors[place] + 1 < where[event, 0] + where[event, 1]:
                following = min(following, truths[cursors[place] + 1, 0])
        if following == NEVER:
            return count
        moment = following
        if row + 1 < end and truths[row + 1, 0] == moment:
            row += 1
            if truths[row, 1] == TRUE and truths[row - 1, 1] != TRUE:
                turned = moment
        for place in range(many):
            event = parts[first + 1 + place]
            limit = where[event, 0] + where[event, 1]
            while cursors[place] + 1 < limit and truths[cursors[place] + 1, 0] == moment:
                cursors[place] += 1
                if moment >= since:
                    last = moment


@kernel
def timed(
    where: Array,
    truths: Array,
    node: int,
    base: int,
    start: int,
    now: int,
    comparator: int,
    duration: int,
    tail: Array,
) -> int:
    """Whether it is less than so long since a moment (LESS), or at least so long; unknown while there is no moment."""
    row, end = index_at(where, truths, base, start), where[base, 0] + where[base, 1]
    inside, past = (TRUE, FALSE) if comparator == LESS else (FALSE, TRUE)
    count, moment = 0, start
    while True:
        following = NEVER if row + 1 == end else truths[row + 1, 0]
        if truths[row, 1] == NEVER:
            count = put_truth(tail, count, moment, UNKNOWN)
        else:
            limit = truths[row, 1] + duration
            count = put_truth(tail, count, moment, inside if moment < limit else past)
            if moment < limit < following:
                following = limit
        if following > now:
            where[node, WAKE] = following
            return count
        moment = following
        if row + 1 < end and truths[row + 1, 0] == moment:
            row += 1
