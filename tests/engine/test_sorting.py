"""Sorting in the room that was brought, against what NumPy says."""

from __future__ import annotations

import numpy as np
import pytest

from sequela.engine.kernels.lists import LINE, lined_up
from sequela.engine.kernels.sorting import arrange, beyond, sort


@pytest.mark.parametrize("many", [0, 1, 2, 3, 7, 64, 1000])
def test_keys_are_sorted_and_what_is_behind_them_stays(many: int) -> None:
    keys = np.random.default_rng(many).integers(-50, 50, many + 3)
    before = keys.copy()
    sort(keys, np.empty_like(keys), many)
    assert keys[:many].tolist() == sorted(before[:many].tolist())
    assert keys[many:].tolist() == before[many:].tolist()


@pytest.mark.parametrize(("many", "drawers"), [(0, 3), (1, 1), (500, 7), (500, 900)])
def test_rows_lie_in_their_drawers_in_their_order(many: int, drawers: int) -> None:
    which = np.random.default_rng(many).integers(0, drawers, many)
    begins, rows = np.zeros(drawers + 1, np.int64), np.empty(many, np.int64)
    arrange(which, begins, rows)
    assert rows.tolist() == np.argsort(which, kind="stable").tolist()
    assert begins.tolist() == np.searchsorted(np.sort(which), np.arange(drawers + 1)).tolist()


def test_the_first_value_beyond_its_drawer_is_found() -> None:
    most = np.array([10, 100], np.int64)
    drawers = np.array([0, 1, 0, 1], np.int64)
    values = np.array([[-10, 10, 0], [100, 100, 0], [0, 10, 99], [-100, 0, 0]], np.int64)
    assert beyond(drawers, values, most) == -1
    for row, column in ((0, 0), (2, 1), (3, 0), (1, 1)):
        odd = values.copy()
        odd[row, column] = 101 if column else -101
        assert beyond(drawers, odd, most) == row


@pytest.mark.parametrize("shape", [(1, 1), (5, 8), (2, 7, 16)])
def test_a_copy_begins_where_a_line_of_the_cache_does(shape: tuple[int, ...]) -> None:
    table = np.arange(np.prod(shape), dtype=np.int64).reshape(shape)
    copy = lined_up(table)
    assert copy.ctypes.data % (LINE * copy.itemsize) == 0
    assert copy.flags.c_contiguous and copy.flags.writeable and np.array_equal(copy, table)
