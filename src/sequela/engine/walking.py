"""Room for the kernels, and walks that are begun again with more of it when it does not suffice."""

from __future__ import annotations

import threading
from typing import NamedTuple

import numpy as np

from sequela.engine.batch import Batch, nothing_known
from sequela.engine.building import PROCEDURES
from sequela.engine.kernels import layout as m
from sequela.engine.kernels.lists import EVER, NEVER, STATE_COLUMNS, TRUTH_COLUMNS, VALUE_COLUMNS, WAKE, empty, lined_up
from sequela.engine.kernels.machine import walk
from sequela.engine.kernels.numbers import Array
from sequela.engine.program import Program
from sequela.errors import SentenceError

POINTS_EACH = 16
"""Change points of a list for which room is made at first."""


_WALKERS = threading.local()


def walker_of(program: Program) -> Walker:
    """Return this thread's walker for a program; the last program's is kept."""
    kept: Walker | None = getattr(_WALKERS, "walker", None)
    if kept is None or kept.program is not program:
        kept = _WALKERS.walker = Walker(program)
    return kept


class Said(NamedTuple):
    """What outputs said: rows (output, instant, number, end of its facts), where an episode's begin, and the facts."""

    given: Array
    ends: Array
    carried: Array


class Walker:
    """Walks batches with one program; one for each thread, because the room is its own."""

    def __init__(self, program: Program) -> None:
        self.program = program
        nodes = program.code.nodes.shape[1]
        self._pools = [empty(nodes * POINTS_EACH, TRUTH_COLUMNS), empty(nodes * POINTS_EACH, VALUE_COLUMNS)]
        self._quiet = np.array(program.quiet or (0,), np.int64)
        self._still = np.zeros((len(PROCEDURES), nodes, 6), np.int64)
        self._looked: set[int] = set()
        self.space = self._space(1, 1)

    def _space(self, facts: int, most: int) -> m.Space:
        """Room for a batch of so many facts, at most so many in one episode."""
        program = self.program
        nodes = program.code.nodes.shape[1]
        tail = most * program.delays + program.moments + 64
        return m.Space(
            where=lined_up(np.zeros((nodes, STATE_COLUMNS), np.int64)),
            truths=self._pools[0],
            values=self._pools[1],
            used=np.zeros(3, np.int64),
            truth_tail=empty(tail, TRUTH_COLUMNS),
            value_tail=empty(tail, VALUE_COLUMNS),
            cursors=np.zeros(3 * nodes + 4, np.int64),
            waiting=np.zeros((nodes + 63) // 64, np.uint64),
            blocks=np.zeros((len(program.code.clocked) + m.BLOCK - 1) // m.BLOCK, np.int64),
            said=np.zeros(max(1, len(program.outputs)), np.int64),
            seen=np.zeros(max(1, facts), np.int64),
            spans=np.zeros((len(program.code.key_node), 2), np.int64),
            keys=np.zeros(2 * most + 1, np.int64),
            spare=np.zeros(2 * most + 1, np.int64),
            asked=empty(4 * nodes, 2),
            still=self._still,
            quiet=np.full(len(self._quiet), -1, np.int64),
        )

    def walk(self, batch: Batch, *, beyond: bool = False, carried: bool = False) -> Said:
        """Return what the outputs say, and with `carried` the facts that carry what is not nothing."""
        for page in sorted(set(batch.episodes.procedure.tolist()) - self._looked):
            self._looked.add(page)
            self._look(page)
        return self._walk(batch, beyond=beyond, carried=carried)

    def _look(self, page: int) -> None:
        """Note of a kind of procedure which nodes say one thing at all times where no fact is known.

        Each episode begins with that, so that only what its facts, its person and its clock change is worked out.
        """
        self._walk(nothing_known(page), beyond=False, carried=False)
        where, truths, values = self.lists()
        for node in np.flatnonzero((where[:, 1] == 1) & (where[:, WAKE] == NEVER)).tolist():
            pool = values if self.program.is_value(node) else truths
            row = pool[where[node, 0]]
            # What is given out is said anew in every episode.
            if row[0] == EVER and node not in self.program.personal and self.program.number(node) < 0:
                self._still[page, node, 0] = 1
                self._still[page, node, 1 : len(row)] = row[1:]

    def _walk(self, batch: Batch, *, beyond: bool, carried: bool) -> Said:
        episodes = len(batch.episodes.start)
        most = int(np.diff(batch.facts.first).max(initial=0))
        self.space = self._space(len(batch.facts.key), most)
        if most >= 1 << m.PLACE_BITS:
            raise SentenceError(f"an episode has {most} facts, which is more than the engine counts")
        self.space.quiet[:] = self._quiet if carried else -1
        given, rows = empty(256 * episodes + 1024, 4), np.empty(512 * episodes + 1024, np.int64)
        ends = np.zeros((episodes + 1, 2), np.int64)
        done = 0
        while True:
            done = walk(
                self.program.code, batch.facts, batch.episodes, self.space, done, episodes, beyond, given, rows, ends
            )
            if done == episodes:
                return Said(given[: ends[-1, 0]], ends[:, 0], rows[: ends[-1, 1]])
            # Something was too small: make it larger, and go on with the episode that wanted it.
            if self.space.used[2] == 1:
                given = np.concatenate([given, empty(len(given), 4)])
            elif self.space.used[2] == 2:
                rows = np.concatenate([rows, rows])
                self.space = self.space._replace(asked=empty(2 * len(self.space.asked), 2))
            else:
                self._pools = [empty(2 * len(pool), pool.shape[1]) for pool in self._pools]
                quiet = self.space.quiet
                self.space = self._space(len(batch.facts.key), most)._replace(quiet=quiet)
            self.space.used[2] = 0

    def lists(self) -> tuple[Array, Array, Array]:
        """The change points of the episode walked last: where each node's lie, the truths and the values."""
        truths, values = self.space.used[:2].tolist()
        return self.space.where.copy(), self.space.truths[:truths].copy(), self.space.values[:values].copy()
