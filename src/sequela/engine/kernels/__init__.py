"""The compiled part of the engine: the change points of every node of a program, kept right as facts arrive.

`numbers` is exact arithmetic on intervals, `lists` keeps each node's change points, `layout` says how all of it lies in
arrays; `readings`, `windows`, `words`, `sums` and `truths` say what the nodes mean, `rules` which is asked for which;
`carriers` names the facts behind an answer; `machine` walks an episode.
"""
