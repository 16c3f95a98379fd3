"""How a program, facts, episodes and the room to work in lie in arrays: what the kernels and their callers share."""

from __future__ import annotations

from typing import NamedTuple

from sequela.engine.kernels.numbers import Array

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
PERSONAL = (AGE, UPPER_LIMIT, SINCE_PROCEDURE)
"""The operations whose answer depends on the episode itself."""
OPERATION, PARTS, PARTS_END, USERS, USERS_END, OUTPUT, CLOCK, STEADY = range(8)
VARYING, NODE_COLUMNS = 12, 16
"""Of a node: what it does, its parts, who is made of it, the number under which its truth is given out and its place
among those that change as time passes (or -1), five numbers that hold for every procedure, and three that do not."""
BLOCK_BITS = 5
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
    """(3): the ends of both pools, and for what a walk stopped: 0 a pool, 1 `given`, 2 `carried`."""
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
    asked: Array
    """(questions, 2): nodes and moments still to be asked who carries them."""
    still: Array
    """(procedure kinds, nodes, 6): 1, and a truth or a value, of each node that says just that at all times where no
    fact is known; 0 of the others."""
    quiet: Array
    """(outputs): a bit for each number of which nobody asks what facts carry it."""
