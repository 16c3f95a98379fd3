"""The walk through an episode: facts arrive and are withdrawn, and only what they change is worked out anew.

At each instant the believed facts of some keys change from some moment on. Every node keeps its change points as
believed now; a node whose parts changed from a moment on writes its own from that moment on, and tells its users only
if that made a difference. What an output says of the instant itself, then and as time passes until the next arrival,
is what was known: those changes are given out.
"""

from __future__ import annotations

import numpy as np

from sequela.engine.kernels.carriers import carriers
from sequela.engine.kernels.layout import (
    BASELINE,
    BLOCK_BITS,
    CLOCK,
    FACTS,
    LAST_VALUED,
    OPERATION,
    OUTPUT,
    PLACE_BITS,
    READINGS,
    SAMPLED,
    UNSAID,
    USERS,
    USERS_END,
    VARYING,
    WINDOW,
    Code,
    Episodes,
    Facts,
    Space,
)
from sequela.engine.kernels.lists import (
    CHANGED,
    EVER,
    LAST,
    LAST_TRUTH,
    NEVER,
    NO_ROOM,
    SAME,
    WAKE,
    commit_truths,
    commit_values,
)
from sequela.engine.kernels.numbers import Array, kernel
from sequela.engine.kernels.rules import truth_tail, value_tail
from sequela.engine.kernels.sorting import sort

_LOWEST_BIT = np.uint64(0x03F79D71B4CB0A89)
_PLACES = np.zeros(64, np.int64)
for _place in range(64):
    _PLACES[int((int(_LOWEST_BIT) << _place & 0xFFFFFFFFFFFFFFFF) >> 58)] = _place
_SHIFT = np.uint64(58)
_ONE = np.uint64(1)
_NONE = np.uint64(0)


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
    sort(keys, spare, many)
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
def _set(space: Space, node: int, valued: bool, said: Array) -> None:
    """Let a node say one thing at all times."""
    row = space.where[node, 0]
    space.where[node, 1], space.where[node, CHANGED], space.where[node, LAST_TRUTH] = 1, NEVER, said[1]
    if valued:
        space.values[row, 0] = EVER
        for column in range(1, 6):
            space.values[row, column] = said[column]
    else:
        space.truths[row, 0], space.truths[row, 1] = EVER, said[1]


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
    carried: Array,
    ends: Array,
) -> int:
    """Walk the episodes from `first` to before `last`; return the first not walked (room was wanting), or `last`.

    `given` takes rows (output, instant, truth, end of its rows in `carried`), `carried` the rows of the facts that
    carry it; `ends[e + 1]` is how many there are of both when episode e has been walked.
    With `beyond` the clock runs on after the last instant that is asked for, until nothing changes any more.
    """
    spans, keys = space.spans, space.keys
    # Which words of `waiting` may hold something: a bit for each word, or for each few where there are many.
    words, wide = space.waiting.shape[0], 0
    while words > 64 << wide:
        wide += 1
    for episode in range(first, last):
        began, instant, until = episodes.start[episode], episodes.begin[episode], episodes.until[episode]
        page, sex, age = episodes.procedure[episode], episodes.sex[episode], episodes.age[episode]
        room, loaded = ends[episode, 0], ends[episode, 1]
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
        place, latest = 0, EVER
        while place < many and base + (keys[place] >> PLACE_BITS) <= instant:
            row = low + (keys[place] & (1 << PLACE_BITS) - 1)
            space.seen[row] = 1 - space.seen[row]
            latest = max(latest, facts.at[row])
            place += 1
        for number in range(space.said.shape[0]):
            space.said[number] = UNSAID
        hot = ~_NONE
        for node in range(code.nodes.shape[1]):
            space.where[node, 1], space.where[node, WAKE], space.where[node, CHANGED] = 0, NEVER, EVER
            space.where[node, LAST] = EVER
            if space.still[page, node, 0] and space.where[node, 2]:
                _set(space, node, READINGS <= code.nodes[page, node, OPERATION] <= LAST_VALUED, space.still[page, node])
            else:
                space.waiting[node >> 6] |= _ONE << np.uint64(node & 63)
        for block in range(space.blocks.shape[0]):
            space.blocks[block] = NEVER
        while True:
            while hot != _NONE:
                lowest_group = hot & (~hot + _ONE)
                hot ^= lowest_group
                group = _PLACES[(lowest_group * _LOWEST_BIT) >> _SHIFT]
                for word in range(group << wide, min(group + 1 << wide, words)):
                    while space.waiting[word] != _NONE:
                        bits = space.waiting[word]
                        lowest = bits & (~bits + _ONE)
                        space.waiting[word] = bits ^ lowest
                        node = (word << 6) + _PLACES[(lowest * _LOWEST_BIT) >> _SHIFT]
                        start = space.where[node, CHANGED]
                        space.where[node, CHANGED] = NEVER
                        operation = code.nodes[page, node, OPERATION]
                        if READINGS <= operation <= LAST_VALUED:
                            if operation == SAMPLED and start > latest:
                                # Time has changed the series, but it has no reading so late.
                                continue
                            if operation == WINDOW and start != EVER:
                                # What only counts after a while may not count yet.
                                start = min(start + code.nodes[page, node, VARYING + 1], instant)
                            count = value_tail(code, facts, space, spans, page, node, start, instant, began, sex, age)
                            steps = operation != READINGS and operation != SAMPLED
                            since = commit_values(
                                space.where, space.values, space.used, node, start, space.value_tail, count, steps
                            )
                        else:
                            count = truth_tail(code, facts, space, spans, page, node, start, instant, began)
                            steps = operation != FACTS
                            since = commit_truths(
                                space.where, space.truths, space.used, node, start, space.truth_tail, count, steps
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
                                if not space.quiet[number] & 1 << truth:
                                    loaded = carriers(code, facts, space, page, began, node, instant, carried, loaded)
                                if room == given.shape[0] or loaded > carried.shape[0]:
                                    _forget(space.waiting)
                                    space.used[2] = 1 if room == given.shape[0] else 2
                                    return episode
                                given[room, 0], given[room, 1], given[room, 2] = number, instant, truth
                                given[room, 3] = loaded
                                room += 1
                        for edge in range(code.nodes[page, node, USERS], code.nodes[page, node, USERS_END]):
                            user = code.users[edge]
                            if since >= began and code.nodes[page, user, OPERATION] == BASELINE:
                                continue
                            space.where[user, CHANGED] = min(space.where[user, CHANGED], since)
                            space.waiting[user >> 6] |= _ONE << np.uint64(user & 63)
                            hot |= _ONE << np.uint64(user >> 6 + wide)
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
                        hot |= _ONE << np.uint64(node >> 6 + wide)
            while place < many and base + (keys[place] >> PLACE_BITS) == instant:
                row = low + (keys[place] & (1 << PLACE_BITS) - 1)
                space.seen[row] = 1 - space.seen[row]
                latest = max(latest, facts.at[row])
                node = code.key_node[facts.key[row]]
                space.where[node, CHANGED] = min(space.where[node, CHANGED], facts.at[row])
                space.waiting[node >> 6] |= _ONE << np.uint64(node & 63)
                hot |= _ONE << np.uint64(node >> 6 + wide)
                place += 1
        ends[episode + 1, 0], ends[episode + 1, 1] = room, loaded
    return last
