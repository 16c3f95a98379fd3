"""The drawings of a site's report: from records to episodes, incidence over days, and the course by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from textwrap import fill
from typing import Any

from sequela.measure.plots import BLUE, GREY, INK, ORANGE, sheet

COLOURS = (BLUE, ORANGE, "#6a9f58", "#9b6fb0", GREY)
"""Of lines in one panel; each is named at its end as well."""


@dataclass(frozen=True, slots=True)
class Line:
    """A curve: its name and its points of day, value, lower and upper limit (null where there is none)."""

    name: str
    points: Sequence[Sequence[float | None]]


def flow(steps: Sequence[tuple[str, int]], left_out: Sequence[tuple[str, int | None]], below: int) -> str:
    """Return the way from records to what is counted as boxes; `left_out` stands beside the first, fewer than `below`
    as such.
    """
    height = 0.1 + 0.8 * len(steps)
    with sheet(6.4, height, layout=None) as made:
        axes = made.figure.add_axes((0, 0, 1, 1))
        axes.axis("off")
        axes.set_xlim(0, 6.4)
        axes.set_ylim(-height, 0)
        box = {"boxstyle": "round,pad=0.45", "facecolor": "none", "edgecolor": INK, "linewidth": 0.9}
        for place, (step, count) in enumerate(steps):
            top = -0.45 - 0.8 * place
            axes.text(1.75, top, f"{fill(step, 34)}\n{count:,}", ha="center", va="center", bbox=box)
            if place + 1 < len(steps):
                axes.annotate(
                    "", (1.75, top - 0.54), (1.75, top - 0.26), arrowprops={"arrowstyle": "-|>", "color": INK}
                )
        if left_out:
            told = [
                f"{fill(why, 30)}: {f'{count:,}' if count is not None else f'under {below}'}" for why, count in left_out
            ]
            axes.text(
                4.1, -0.85, "\n".join(["left out", *told]), ha="left", va="center", bbox={**box, "edgecolor": GREY}
            )
            axes.annotate("", (4.0, -0.85), (1.8, -0.85), arrowprops={"arrowstyle": "-|>", "color": GREY})
        return made.svg()


def curves(lines: Sequence[Line], days: float) -> str:
    """Return cumulative incidence over days, in per cent, with limits as bands; each line is named at its end."""
    with sheet(6.4, 3.6) as made:
        axes = made.axes(grid="y")
        ends: list[float] = []
        for line, colour in zip(lines, _cycled(len(lines)), strict=True):
            value = [100 * (point[1] or 0) for point in line.points]
            axes.step([point[0] for point in line.points], value, where="post", color=colour, linewidth=1.6)
            limited = [point for point in line.points if point[2] is not None and point[3] is not None]
            if limited:
                axes.fill_between(
                    [point[0] for point in limited],
                    [100 * (point[2] or 0) for point in limited],
                    [100 * (point[3] or 0) for point in limited],
                    step="post", color=colour, alpha=0.1, linewidth=0,
                )  # fmt: skip
            ends.append(value[-1])
        axes.set_xlim(0, days)
        top = axes.get_ylim()[1]
        axes.set_ylim(0, top)
        for line, colour, height in zip(lines, _cycled(len(lines)), _apart(ends, top * 0.075), strict=True):
            name = fill(line.name, 26)
            axes.annotate(name, (days * 1.02, height), color=colour, va="center", annotation_clip=False, fontsize=8)
        axes.set_xlabel("days since the procedure")
        axes.set_ylabel("cumulative incidence, %")
        return made.svg()


def courses(kinds: Mapping[str, Sequence[Mapping[str, Any]]], titles: Mapping[str, str]) -> str:
    """Return percentiles by day since the procedure, a panel for each kind: median, middle half, and 10th to 90th."""
    many = len(kinds)
    across = 2
    down = -(-many // across)
    with sheet(7.4, 0.4 + 1.75 * down) as made:
        panels = made.figure.subplots(down, across, sharex=True, squeeze=False)
        for place, axes in enumerate(panels.flat):
            axes.patch.set_visible(False)
            if place >= many:
                axes.axis("off")
                continue
            kind, rows = list(kinds.items())[place]
            day = [row["day"] for row in rows]
            for low, high, weight in (("p10", "p90", 0.15), ("p25", "p75", 0.3)):
                axes.fill_between(
                    day, [row[low] for row in rows], [row[high] for row in rows], color=BLUE, alpha=weight, linewidth=0
                )
            axes.plot(day, [row["p50"] for row in rows], color=BLUE, linewidth=1.4, marker="o", markersize=2.5)
            axes.set_title(titles.get(kind, kind), loc="left", fontsize=9)
            axes.axvline(0, color=GREY, linewidth=0.7, linestyle=":")
            axes.grid(axis="y", color=GREY, alpha=0.3, linewidth=0.6)
            for side in ("right", "top"):
                axes.spines[side].set_visible(False)
            axes.set_ylim(bottom=None)
        for axes in panels[-1]:
            axes.set_xlabel("days since the procedure")
        return made.svg()


def _cycled(many: int) -> list[str]:
    return [COLOURS[place % len(COLOURS)] for place in range(many)]


def _apart(values: Sequence[float], least: float) -> list[float]:
    """Places for labels as near their values as can be without one covering another."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    places = list(values)
    for before, after in pairwise(order):
        places[after] = max(places[after], places[before] + least)
    return places
