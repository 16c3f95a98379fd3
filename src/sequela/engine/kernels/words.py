"""Findings and events: what was last said, where, and what was done. Each writes the tail of its node from a moment.

`facts` are a node's believed facts in order; in the pool each is (at, row). `told` has for each row of a finding
(presence, site, segments of the site) and of an event (detail, 0, 0).
"""

from __future__ import annotations

from sequela.engine.kernels.lists import EVER, NEVER, WAKE, index_at, put_truth
from sequela.engine.kernels.numbers import FALSE, TRUE, UNKNOWN, Array, kernel

ABSENT, UNCERTAIN, PRESENT = 0, 1, 2
"""What a finding says of itself, in the order in which words of one moment count."""


@kernel
def _covers(site: int, segments: int, other: int, other_segments: int) -> bool:
    """Whether what is said of one site answers for all of the other."""
    return site == other or (other_segments != 0 and other_segments & ~segments == 0)


@kernel
def last_word(truths: Array, told: Array, first: int, last: int, site: int, segments: int) -> int:
    """The row of the pool with the last word on a site among rows [first, last), -1 if there is none.

    A finding that is present somewhere stands until it is said absent there.
    """
    latest = -1
    for row in range(last - 1, first - 1, -1):
        fact = truths[row, 1]
        # Site 0 is no site; a word without a site speaks of every one.
        if site != 0 and told[fact, 1] != 0 and told[fact, 2] & segments == 0:
            continue
        if latest < 0:
            latest = row
        if told[fact, 0] != PRESENT:
            continue
        stands = True
        for later in range(row + 1, last):
            word = truths[later, 1]
            if site != 0 and told[word, 1] != 0 and told[word, 2] & segments == 0:
                continue
            if told[word, 1] == 0 or _covers(told[word, 1], told[word, 2], told[fact, 1], told[fact, 2]):
                stands = False
                break
        if stands:
            return row
    return latest


@kernel
def seen(
    where: Array,
    truths: Array,
    told: Array,
    node: int,
    facts: int,
    start: int,
    now: int,
    within: int,
    since: int,
    wanted: int,
    site: int,
    segments: int,
    whole: int,
    whole_segments: int,
    tail: Array,
) -> int:
    """Whether the last word on a finding is `wanted` (present or absent) at a site, 0 for any.

    `whole` is the site that an absence must answer for.
    """
    earliest = since if within == NEVER else max(since, start - within + 1)
    first = index_at(where, truths, facts, earliest - 1) + 1
    last = index_at(where, truths, facts, start) + 1
    end = where[facts, 0] + where[facts, 1]
    count, moment = 0, start
    while True:
        truth = UNKNOWN
        row = last_word(truths, told, first, last, site, segments)
        if row >= 0:
            fact = truths[row, 1]
            presence = told[fact, 0]
            answered = (
                presence == PRESENT
                or told[fact, 1] == 0
                or _covers(told[fact, 1], told[fact, 2], whole, whole_segments)
            )
            if presence != UNCERTAIN and answered:
                truth = TRUE if presence == wanted else FALSE
        count = put_truth(tail, count, moment, truth)
        following = NEVER
        if last < end:
            following = truths[last, 0]
        if within != NEVER and first < end:
            following = min(following, truths[first, 0] + within)
        if following > now:
            where[node, WAKE] = following
            return count
        moment = following
        while last < end and truths[last, 0] <= moment:
            last += 1
        if within != NEVER:
            while first < end and truths[first, 0] + within <= moment:
                first += 1


@kernel
def happened(
    where: Array,
    truths: Array,
    told: Array,
    node: int,
    facts: int,
    start: int,
    now: int,
    within: int,
    since: int,
    detail: int,
    tail: Array,
) -> int:
    """Whether an event (with this detail, 0 for any) is recorded in the look-back, not before `since`."""
    end = where[facts, 0] + where[facts, 1]
    row = index_at(where, truths, facts, start)
    following_row = row + 1
    until = EVER
    while row >= where[facts, 0] and truths[row, 0] >= since:
        if detail == 0 or told[truths[row, 1], 0] == detail:
            until = NEVER if within == NEVER else truths[row, 0] + within
            break
        row -= 1
    count, moment = 0, start
    while True:
        count = put_truth(tail, count, moment, TRUE if moment < until else FALSE)
        following = NEVER
        if following_row < end:
            following = truths[following_row, 0]
        if moment < until:
            following = min(following, until)
        if following > now:
            where[node, WAKE] = following
            return count
        moment = following
        while following_row < end and truths[following_row, 0] <= moment:
            fact = truths[following_row, 1]
            if truths[following_row, 0] >= since and (detail == 0 or told[fact, 0] == detail):
                until = NEVER if within == NEVER else truths[following_row, 0] + within
            following_row += 1


@kernel
def followed(where: Array, truths: Array, event: int, by: int, start: int, since: int, tail: Array) -> int:
    """Whether the last of one event since the procedure was followed by another."""
    a, b = index_at(where, truths, event, start), index_at(where, truths, by, start)
    a_end, b_end = where[event, 0] + where[event, 1], where[by, 0] + where[by, 1]
    count, moment = 0, start
    while True:
        done = a >= where[event, 0] and truths[a, 0] >= since
        after = done and b >= where[by, 0] and truths[b, 0] > truths[a, 0]
        count = put_truth(tail, count, moment, TRUE if after else FALSE)
        following = NEVER
        if a + 1 < a_end:
            following = truths[a + 1, 0]
        if b + 1 < b_end:
            following = min(following, truths[b + 1, 0])
        if following == NEVER:
            return count
        moment = following
        while a + 1 < a_end and truths[a + 1, 0] <= moment:
            a += 1
        while b + 1 < b_end and truths[b + 1, 0] <= moment:
            b += 1


@kernel
def moments(
    where: Array, truths: Array, told: Array, facts: int, start: int, since: int, present: bool, tail: Array
) -> int:
    """When an event last happened (or a finding was last present) since the procedure; NEVER while it has not."""
    end = where[facts, 0] + where[facts, 1]
    row = index_at(where, truths, facts, start)
    ahead = row + 1
    last = NEVER
    while row >= where[facts, 0] and truths[row, 0] >= since:
        if not present or told[truths[row, 1], 0] == PRESENT:
            last = truths[row, 0]
            break
        row -= 1
    count, moment = 0, start
    while True:
        count = put_truth(tail, count, moment, last)
        if ahead >= end:
            return count
        moment = truths[ahead, 0]
        while ahead < end and truths[ahead, 0] == moment:
            if moment >= since and (not present or told[truths[ahead, 1], 0] == PRESENT):
                last = moment
            ahead += 1


@kernel
def reading_moments(where: Array, values: Array, series: int, start: int, since: int, tail: Array) -> int:
    """When a kind was last read since the procedure; NEVER while it has not been."""
    end = where[series, 0] + where[series, 1]
    row = index_at(where, values, series, start)
    last = values[row, 0] if row >= where[series, 0] and values[row, 0] >= since else NEVER
    count, moment = 0, start
    while True:
        count = put_truth(tail, count, moment, last)
        row += 1
        if row >= end:
            return count
        moment = values[row, 0]
        last = moment if moment >= since else NEVER
