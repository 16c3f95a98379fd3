"""The change points of each node: one list a node in a shared pool, cut where it first changed and written on.

Row (offset, length, capacity, ...) of `where` says where a node's list lies, and what the walk notes of the node. A
pool of truths has rows (moment, truth); a pool of values has rows (moment, least numerator, denominator, greatest
numerator, denominator, flags). Lists of facts are truths whose second column is the fact's row; lists of readings are
values at the moments of the readings.
"""

from __future__ import annotations

import numpy as np

from sequela.engine.kernels.numbers import MISSING, Array, Bounds, inlined, kernel

EVER = -(1 << 62)
"""Before every fact: where each list begins."""
NEVER = 1 << 62
"""After every fact."""
NO_ROOM = -1
"""The answer of a commit that finds its pool full: the walk is done again with a larger one."""
SAME = NEVER
"""The answer of a commit that changed nothing."""
TRUTH_COLUMNS, VALUE_COLUMNS = 2, 6
LINE = 8
"""Numbers in a line of the processor's cache."""
CHANGED, WAKE, LAST, LAST_TRUTH, STATE_COLUMNS = 3, 4, 5, 6, 8
"""In a row of `where`: from which moment the node must be worked out again, when it next changes by itself; and the
moment and the truth of its last point, which nearly every question is about."""


@kernel
def index_at(where: Array, pool: Array, node: int, moment: int) -> int:
    """The row of the last point of a list at or before the moment, the row before the list if there is none."""
    low, high = where[node, 0], where[node, 0] + where[node, 1]
    # Most questions are about the latest points.
    back = 0
    while high > low and pool[high - 1, 0] > moment:
        high -= 1
        back += 1
        if back == 6:
            while low < high:
                middle = (low + high) // 2
                if pool[middle, 0] <= moment:
                    low = middle + 1
                else:
                    high = middle
            return low - 1
    return high - 1


@kernel
def bounds_of(pool: Array, row: int) -> Bounds:
    """The value in a row of a pool."""
    return pool[row, 1], pool[row, 2], pool[row, 3], pool[row, 4], pool[row, 5]


@inlined
def put_truth(tail: Array, count: int, moment: int, truth: int) -> int:
    """The length of the tail with one more point, unless it says what the point before it says."""
    if count and tail[count - 1, 1] == truth:
        return count
    tail[count, 0] = moment
    tail[count, 1] = truth
    return count + 1


@inlined
def put_value(tail: Array, count: int, moment: int, value: Bounds) -> int:
    """The length of the tail with one more point, unless it says what the point before it says."""
    if count:
        last = count - 1
        if (
            tail[last, 1] == value[0]
            and tail[last, 2] == value[1]
            and tail[last, 3] == value[2]
            and tail[last, 4] == value[3]
            and tail[last, 5] == value[4]
        ):
            return count
    tail[count, 0] = moment
    tail[count, 1], tail[count, 2], tail[count, 3], tail[count, 4], tail[count, 5] = value
    return count + 1


@kernel
def put_reading(tail: Array, count: int, moment: int, value: Bounds) -> int:
    """The length of the tail with one more reading."""
    tail[count, 0] = moment
    tail[count, 1], tail[count, 2], tail[count, 3], tail[count, 4], tail[count, 5] = value
    return count + 1


@kernel
def put_missing(tail: Array, count: int, moment: int) -> int:
    """The length of the tail with one more point of no value, unless it ends so already."""
    if count and tail[count - 1, 5] & MISSING:
        return count
    tail[count, 0] = moment
    tail[count, 1], tail[count, 2], tail[count, 3], tail[count, 4], tail[count, 5] = 0, 1, 0, 1, MISSING
    return count + 1


@inlined
def commit_truths(
    where: Array, pool: Array, used: Array, node: int, start: int, tail: Array, count: int, steps: bool
) -> int:
    """As `commit`, quickly where a list of truths gets one more point at its end, or none: nearly always."""
    if where[node, LAST] >= start or count > 1 or where[node, 1] == where[node, 2]:
        since = commit(where, pool, used, 0, node, start, tail, count, steps)
    elif count == 0 or (steps and where[node, 1] and tail[0, 1] == where[node, LAST_TRUTH]):
        since = SAME
    else:
        row, since = where[node, 0] + where[node, 1], tail[0, 0]
        pool[row, 0], pool[row, 1] = since, tail[0, 1]
        where[node, 1] += 1
        where[node, LAST], where[node, LAST_TRUTH] = since, tail[0, 1]
    return since


@inlined
def commit_values(
    where: Array, pool: Array, used: Array, node: int, start: int, tail: Array, count: int, steps: bool
) -> int:
    """As `commit`, quickly where a list of values gets one more point at its end, or none: nearly always."""
    row = where[node, 0] + where[node, 1]
    if where[node, LAST] >= start or count > 1 or where[node, 1] == where[node, 2]:
        since = commit(where, pool, used, 1, node, start, tail, count, steps)
    elif count == 0 or (
        steps
        and where[node, 1]
        and tail[0, 1] == pool[row - 1, 1]
        and tail[0, 2] == pool[row - 1, 2]
        and tail[0, 3] == pool[row - 1, 3]
        and tail[0, 4] == pool[row - 1, 4]
        and tail[0, 5] == pool[row - 1, 5]
    ):
        since = SAME
    else:
        since = tail[0, 0]
        for column in range(VALUE_COLUMNS):
            pool[row, column] = tail[0, column]
        where[node, 1] += 1
        where[node, LAST] = since
    return since


@kernel
def commit(
    where: Array, pool: Array, used: Array, which: int, node: int, start: int, tail: Array, count: int, steps: bool
) -> int:
    """The first moment at which the tail, from `start` on, differs from what was there; the list is then as it says.

    Where the list is made of steps, a first point that only repeats what held before is left out. SAME if nothing
    changed, NO_ROOM if the pool is full. `used[which]` is the pool's end.
    """
    columns = pool.shape[1]
    offset, length = where[node, 0], where[node, 1]
    kept = index_at(where, pool, node, start - 1) - offset + 1
    first = 0
    if steps and count and kept:
        first = 1
        for column in range(1, columns):
            if tail[0, column] != pool[offset + kept - 1, column]:
                first = 0
                break
    fresh, old = count - first, length - kept
    same = 0
    while same < fresh and same < old:
        differs = False
        for column in range(columns):
            if tail[first + same, column] != pool[offset + kept + same, column]:
                differs = True
                break
        if differs:
            break
        same += 1
    if same == fresh and same == old:
        return SAME
    changed = NEVER - 1
    if same < fresh:
        changed = tail[first + same, 0]
    if same < old:
        changed = min(changed, pool[offset + kept + same, 0])
    if kept + fresh > where[node, 2]:
        capacity = max(8, 2 * (kept + fresh))
        if used[which] + capacity > pool.shape[0]:
            return NO_ROOM
        fresh_offset = used[which]
        for row in range(kept + same):
            for column in range(columns):
                pool[fresh_offset + row, column] = pool[offset + row, column]
        where[node, 0] = offset = fresh_offset
        where[node, 2] = capacity
        used[which] += capacity
    for row in range(same, fresh):
        for column in range(columns):
            pool[offset + kept + row, column] = tail[first + row, column]
    where[node, 1] = kept + fresh
    where[node, LAST] = where[node, LAST_TRUTH] = EVER
    if kept + fresh:
        last = offset + kept + fresh - 1
        where[node, LAST], where[node, LAST_TRUTH] = pool[last, 0], pool[last, 1]
    return changed


def empty(rows: int, columns: int) -> Array:
    """A pool of so many rows."""
    return np.empty((rows, columns), np.int64)


def lined_up(table: Array) -> Array:
    """A copy that begins where a line of the processor's cache does.

    A row of eight numbers is then one line, not the ends of two: measured, 3 % of a walk.
    """
    room = np.empty(table.size + LINE, np.int64)
    first = -room.ctypes.data // room.itemsize % LINE
    copy = room[first : first + table.size].reshape(table.shape)
    copy[...] = table
    return copy
