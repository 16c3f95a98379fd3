"""The walk through an episode: facts arrive and are withdrawn, and only what they change is worked out anew.

At each instant the believed facts of some keys change from some moment on. Every node keeps its change points as
believed now; a node whose parts changed from a moment on writes its own from that moment on, and tells its users only
if that made a difference. What an output says of the instant itself, then and as time passes until the next arrival,
is what was known: those changes are given out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sequela.engine.kernels import readings, sums, truths, words
from sequela.engine.kernels.lists import (
    CHANGED,
    EVER,
    LAST,
    LAST_TRUTH,
    NEVER,
    NO_ROOM,
    SAME,
    WAKE,
    commit,
    put_truth,
    put_value,
)
from sequela.engine.kernels.numbers import MISSING, Array, Bounds, inlined, kernel

(
    FACTS,
    PROCEDURE_IS,
    READINGS,
    CONSTANT,
    UPPER_LIMIT,
    AGE,
    SAMPLED,
    WINDOW,
    BASELINE,
    NADIR,
    DURATION_ABOVE,
    WASH_OUT,
    PAIR,
    BANDED,
    CHOICE,
    SCORE,
    COMPARE,
    JOINED,
    NOT,
    KNOWN_TRUTH,
    KNOWN_VALUE,
    WAS_TRUE,
    HOLDS_FOR,
    BECAME,
    TURNED_SINCE,
    SINCE_PROCEDURE,
    SINCE_FACT,
    SINCE_PEAK,
    SINCE_READING,
    TIMED,
    SEEN,
    HAPPENED,
    FOLLOWED,
) = range(33)
"""The operations."""
LAST_VALUED = SCORE
"""The operations from READINGS to here make values; the others make truths (or moments, or rows of facts)."""
CLOCKED = (WINDOW, WAS_TRUE, HOLDS_FOR, BECAME, TIMED, SEEN, HAPPENED)
"""The operations whose answer can change as time passes, without a new fact."""
OPERATION, PARTS, PARTS_END, USERS, USERS_END, OUTPUT, CLOCK, STEADY, VARYING, NODE_COLUMNS = (
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    12,
    16,
)
"""Of a node: what it does, its parts, who is made of it, the number under which its truth is given out and its place
among those that change as time passes (or -1), five numbers that hold for every procedure, and three that do not."""
BLOCK_BITS = 4
BLOCK = 1 << BLOCK_BITS
"""Nodes whose next waking is looked up together."""
PLACE_BITS = 20
"""Bits for the place of a fact in its episode: a million facts."""
UNSAID = -1
"""What an output has said before it says anything."""


class Code(NamedTuple):
    """A program as arrays; nodes come after what they are made of."""

    nodes: Array
    """(procedure kinds, nodes, NODE_COLUMNS): all that is so of a node, side by side: it is looked up all the time."""
    parts: Array
    """(edges): the nodes that each is made of, one node after the other."""
    users: Array
    """(edges): the nodes made of each."""
    constants: Array
    """(procedure kinds, constants, 5): values."""
    limits: Array
    """(sexes, limits, 5): upper reference limits."""
    bands: Array
    """(bands, 4): tables of points."""
    ranges: Array
    """(parts of scores, 3): scale, least and most of each part."""
    curve: Array
    """(steps): one half-life."""
    scale: int
    """The curve's power of two."""
    key_node: Array
    """(keys): the node of each key's believed facts."""
    clocked: Array
    """The nodes that change as time passes, BLOCK of them to a block."""


class Facts(NamedTuple):
    """Settled facts of many episodes, by episode, key, `at` and the order in which they count."""

    first: Array
    """(episodes + 1): where each episode's facts begin."""
    key: Array
    at: Array
    known_from: Array
    known_until: Array
    value: Array
    """(facts, 3): least, greatest, flags."""
    told: Array
    """(facts, 3): presence, site, segments of a finding; detail of an event."""


class Episodes(NamedTuple):
    """What is so of each episode as a whole."""

    start: Array
    begin: Array
    """When it is first known."""
    until: Array
    """The last instant that is asked for."""
    procedure: Array
    """The number of its kind."""
    sex: Array
    """0 unknown, 1 male, 2 female."""
    age: Array
    """Completed years, -1 if unknown."""


class Space(NamedTuple):
    """Room to work in; what is in it between two walks is of no use, but for the last episode's lists."""

    where: Array
    """(nodes, STATE_COLUMNS): offset, length, capacity, and what the walk notes of each node."""
    truths: Array
    values: Array
    used: Array
    """(3): the ends of both pools, and whether it was for `given` that a walk stopped."""
    truth_tail: Array
    value_tail: Array
    cursors: Array
    waiting: Array
    """(nodes / 64): a bit for each node that must be."""
    blocks: Array
    """(blocks of clocked nodes): no node of the block wakes before."""
    said: Array
    """(outputs): what each last said."""
    seen: Array
    """(facts): whether each is believed."""
    spans: Array
    """(keys, 2): where an episode's facts of each key lie."""
    keys: Array
    """(2 * facts of an episode + 1): when facts arrive and leave, and room to sort them."""
    spare: Array


_LOWEST_BIT = np.uint64(0x03F79D71B4CB0A89)
_PLACES = np.zeros(64, np.int64)
for _place in range(64):
    _PLACES[int((int(_LOWEST_BIT) << _place & 0xFFFFFFFFFFFFFFFF) >> 58)] = _place
_SHIFT = np.uint64(58)
_ONE = np.uint64(1)
_NONE = np.uint64(0)


@inlined
def _truth_tail(
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
def _value_tail(
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
        count = readings.window(
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


@kernel
def _sorted(keys: Array, spare: Array, many: int) -> None:
    """Sort the first so many keys; `spare` is room for as many."""
    width = 1
    while width < many:
        for low in range(0, many, 2 * width):
            middle, high = min(low + width, many), min(low + 2 * width, many)
            left, right = low, middle
            for place in range(low, high):
                if left < middle and (right >= high or keys[left] <= keys[right]):
                    spare[place] = keys[left]
                    left += 1
                else:
                    spare[place] = keys[right]
                    right += 1
        for place in range(many):
            keys[place] = spare[place]
        width *= 2


@kernel
def _arrivals(
    known_from: Array, known_until: Array, seen: Array, low: int, high: int, until: int, keys: Array, spare: Array
) -> int:
    """How many times a fact comes to be believed, or ceases to be, up to `until`.

    A key, in order, is the time since the first fact in the upper bits and the fact's place in the lower.
    """
    many, base = 0, known_from[low] if low < high else 0
    for row in range(low, high):
        base = min(base, known_from[row])
    for row in range(low, high):
        seen[row] = 0
        if known_from[row] <= until:
            keys[many] = (known_from[row] - base) << PLACE_BITS | (row - low)
            many += 1
            if known_until[row] <= until:
                keys[many] = (known_until[row] - base) << PLACE_BITS | (row - low)
                many += 1
    _sorted(keys, spare, many)
    keys[many] = base
    return many


@kernel
def _next_waking(clocked: Array, where: Array, blocks: Array, before: int) -> int:
    """When the next node wakes, if it is not after `before`; else some later instant."""
    while True:
        first = 0
        for block in range(1, blocks.shape[0]):
            if blocks[block] < blocks[first]:
                first = block
        if blocks[first] > before:
            return blocks[first]
        # It was only a lower limit: nodes may have been worked out again before their time.
        soonest = NEVER
        for which in range(first << BLOCK_BITS, min(first + 1 << BLOCK_BITS, clocked.shape[0])):
            soonest = min(soonest, where[clocked[which], WAKE])
        if soonest == blocks[first]:
            return soonest
        blocks[first] = soonest


@kernel
def _forget(waiting: Array) -> None:
    for word in range(waiting.shape[0]):
        waiting[word] = _NONE


@kernel
def walk(
    code: Code,
    facts: Facts,
    episodes: Episodes,
    space: Space,
    first: int,
    last: int,
    beyond: bool,
    given: Array,
    ends: Array,
) -> int:
    """Walk the episodes from `first` to before `last`; return the first not walked (room was wanting), or `last`.

    `given` takes rows (output, instant, truth); `ends[e + 1]` is how many there are when episode e has been walked.
    With `beyond` the clock runs on after the last instant that is asked for, until nothing changes any more.
    """
    spans, keys = space.spans, space.keys
    for episode in range(first, last):
        began, instant, until = episodes.start[episode], episodes.begin[episode], episodes.until[episode]
        page, sex, age = episodes.procedure[episode], episodes.sex[episode], episodes.age[episode]
        room = ends[episode]
        for key in range(spans.shape[0]):
            spans[key, 0] = spans[key, 1] = 0
        for row in range(facts.first[episode], facts.first[episode + 1]):
            key = facts.key[row]
            if spans[key, 1] == 0:
                spans[key, 0] = row
            spans[key, 1] = row + 1
        low = facts.first[episode]
        many = _arrivals(
            facts.known_from, facts.known_until, space.seen, low, facts.first[episode + 1], until, keys, space.spare
        )
        base = keys[many]
        # What is known at the beginning is worked out at once.
        place = 0
        while place < many and base + (keys[place] >> PLACE_BITS) <= instant:
            row = low + (keys[place] & (1 << PLACE_BITS) - 1)
            space.seen[row] = 1 - space.seen[row]
            place += 1
        for number in range(space.said.shape[0]):
            space.said[number] = UNSAID
        for node in range(code.nodes.shape[1]):
            space.where[node, 1], space.where[node, WAKE], space.where[node, CHANGED] = 0, NEVER, EVER
            space.where[node, LAST] = EVER
            space.waiting[node >> 6] |= _ONE << np.uint64(node & 63)
        for block in range(space.blocks.shape[0]):
            space.blocks[block] = NEVER
        while True:
            for word in range(space.waiting.shape[0]):
                while space.waiting[word] != _NONE:
                    bits = space.waiting[word]
                    lowest = bits & (~bits + _ONE)
                    space.waiting[word] = bits ^ lowest
                    node = (word << 6) + _PLACES[(lowest * _LOWEST_BIT) >> _SHIFT]
                    start = space.where[node, CHANGED]
                    space.where[node, CHANGED] = NEVER
                    operation = code.nodes[page, node, OPERATION]
                    if READINGS <= operation <= LAST_VALUED:
                        if operation == WINDOW and start != EVER:
                            # What only counts after a while may not count yet.
                            start = min(start + code.nodes[page, node, VARYING + 1], instant)
                        count = _value_tail(code, facts, space, spans, page, node, start, instant, began, sex, age)
                        steps = operation != READINGS and operation != SAMPLED
                        since = commit(
                            space.where, space.values, space.used, 1, node, start, space.value_tail, count, steps
                        )
                    else:
                        count = _truth_tail(code, facts, space, spans, page, node, start, instant, began)
                        steps = operation != FACTS
                        since = commit(
                            space.where, space.truths, space.used, 0, node, start, space.truth_tail, count, steps
                        )
                    if since == NO_ROOM:
                        _forget(space.waiting)
                        return episode
                    place_of = code.nodes[page, node, CLOCK]
                    if place_of >= 0:
                        block = place_of >> BLOCK_BITS
                        space.blocks[block] = min(space.blocks[block], space.where[node, WAKE])
                    if since == SAME:
                        continue
                    number = code.nodes[page, node, OUTPUT]
                    if number >= 0 and instant <= until:
                        truth = space.where[node, LAST_TRUTH]
                        if truth != space.said[number]:
                            space.said[number] = truth
                            if room == given.shape[0]:
                                _forget(space.waiting)
                                space.used[2] = 1
                                return episode
                            given[room, 0], given[room, 1], given[room, 2] = number, instant, truth
                            room += 1
                    for edge in range(code.nodes[page, node, USERS], code.nodes[page, node, USERS_END]):
                        user = code.users[edge]
                        if since >= began and code.nodes[page, user, OPERATION] == BASELINE:
                            continue
                        space.where[user, CHANGED] = min(space.where[user, CHANGED], since)
                        space.waiting[user >> 6] |= _ONE << np.uint64(user & 63)
            arrival = NEVER if place == many else base + (keys[place] >> PLACE_BITS)
            instant = min(arrival, _next_waking(code.clocked, space.where, space.blocks, arrival))
            if instant == NEVER or (instant > until and not beyond):
                break
            for block in range(space.blocks.shape[0]):
                if space.blocks[block] > instant:
                    continue
                for which in range(block << BLOCK_BITS, min(block + 1 << BLOCK_BITS, code.clocked.shape[0])):
                    node = code.clocked[which]
                    if space.where[node, WAKE] == instant:
                        space.where[node, WAKE] = NEVER
                        later = (
                            code.nodes[page, node, VARYING + 1] if code.nodes[page, node, OPERATION] == WINDOW else 0
                        )
                        space.where[node, CHANGED] = min(space.where[node, CHANGED], instant - later)
                        space.waiting[node >> 6] |= _ONE << np.uint64(node & 63)
            while place < many and base + (keys[place] >> PLACE_BITS) == instant:
                row = low + (keys[place] & (1 << PLACE_BITS) - 1)
                space.seen[row] = 1 - space.seen[row]
                node = code.key_node[facts.key[row]]
                space.where[node, CHANGED] = min(space.where[node, CHANGED], facts.at[row])
                space.waiting[node >> 6] |= _ONE << np.uint64(node & 63)
                place += 1
        ends[episode + 1] = room
    return last
