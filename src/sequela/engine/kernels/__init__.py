"""The compiled part of the engine: change points of every node of a program, kept right as facts arrive.

`numbers` is exact arithmetic on intervals; `lists` keeps each node's change points; `readings`, `words`, `sums`,
`truths` and `past` say what the nodes mean; `machine` walks an episode.
"""
