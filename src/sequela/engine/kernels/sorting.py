"""Sorting without room of one's own: whoever asks brings it."""

from __future__ import annotations

from sequela.engine.kernels.numbers import Array, kernel


@kernel
def sort(keys: Array, spare: Array, many: int) -> None:
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
def arrange(drawers: Array, begins: Array, rows: Array) -> None:
    """Put every row into its drawer, those of one drawer in their order.

    `drawers` says of each row which drawer; `rows` takes the rows, drawer by drawer; `begins`, which has one number
    more than there are drawers and is all zero, takes where each begins in `rows`.
    """
    for row in range(drawers.shape[0]):
        begins[drawers[row] + 1] += 1
    for drawer in range(1, begins.shape[0]):
        begins[drawer] += begins[drawer - 1]
    # Each drawer's beginning moves on as it is filled, to where the next begins; then all move back by one.
    for row in range(drawers.shape[0]):
        drawer = drawers[row]
        rows[begins[drawer]] = row
        begins[drawer] += 1
    for drawer in range(begins.shape[0] - 1, 0, -1):
        begins[drawer] = begins[drawer - 1]
    begins[0] = 0


@kernel
def beyond(drawers: Array, values: Array, most: Array) -> int:
    """The first row whose least or greatest value is larger, with either sign, than its drawer holds; -1 if none is."""
    for row in range(drawers.shape[0]):
        limit = most[drawers[row]]
        if not -limit <= values[row, 0] <= limit or not -limit <= values[row, 1] <= limit:
            return row
    return -1
