"""The course as a small chart of characters, without colour: plotext draws it, the axes and signs are ours."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, log10
from typing import Any

from sequela.account.panels import Curve, Panel, extent
from sequela.course.episodes import Course
from sequela.logic import display

SIGNS, ASCII_SIGNS = ("●", "○"), ("*", "o")
HEIGHT = 10
"""Rows of a panel, title and day axis included; seven carry the curve, so that three or four levels stand evenly."""
SIDE_BY_SIDE = 66
"""Columns from which two panels stand beside each other."""


def chart(course: Course, chosen: list[Panel], *, width: int, ascii_only: bool = False) -> list[str]:
    """Return the lines of the chart: panels side by side where there is room, else below each other."""
    if not chosen:
        return []
    days = extent(course, chosen)
    if len(chosen) == 1 or width < SIDE_BY_SIDE:
        return [line for panel in chosen for line in _draw(panel, days, min(width, SIDE_BY_SIDE), ascii_only)]
    each = (width - 2) // 2
    left, right = (_draw(panel, days, each, ascii_only) for panel in chosen[:2])
    return [f"{a:<{each}}  {b}".rstrip() for a, b in zip(left, right, strict=True)]


def heading(panel: Panel, signs: tuple[str, ...]) -> str:
    """Return a panel's title: each curve with its sign, and the unit."""
    names = ", ".join(f"{sign} {curve.title}" for sign, curve in zip(signs, panel.curves, strict=False))
    return f"{names}{f' ({panel.unit})' if panel.unit else ''}"


def nice_ticks(low: float, high: float, most: int) -> list[float]:
    """Return round numbers from at or below `low` to at or above `high`, at most so many."""
    if high <= low:
        low, high = low - 1, high + 1
    step = 10.0 ** floor(log10((high - low) / max(most - 1, 1)))
    while True:
        for factor in (1, 2, 5):
            first, last = floor(low / (step * factor)), ceil(high / (step * factor))
            if last - first < most:
                return [tick * step * factor for tick in range(first, last + 1)]
        step *= 10


def day_ticks(first: float, last: float, most: int) -> list[int]:
    """Return whole days inside the axis, the day of the procedure (0) among them."""
    step = next(step for step in (1, 2, 5, 7, 14, 28, 56, 112, 365, 3650) if (last - first) / step < most)
    return list(range(ceil(first / step) * step, floor(last) + 1, step))


def _draw(panel: Panel, days: tuple[float, float], width: int, ascii_only: bool) -> list[str]:
    from plotext import figure  # type: ignore[import-untyped]

    signs = ASCII_SIGNS if ascii_only else SIGNS
    values = [value for curve in panel.curves for _, value in curve.points]
    levels = nice_ticks(min(values), max(values), 4)
    figure.clear()
    figure.plot_size(width - 1, HEIGHT - 1)
    figure.axes(False, side=[1])
    limits = {curve.limit for curve in panel.curves if curve.limit is not None and curve.limit < levels[-1]}
    for limit in sorted(limits)[:1]:
        _points(figure, [days[0], days[1]], [limit, limit], "." if ascii_only else "┄", joined=True)
    for sign, curve in zip(signs, panel.curves, strict=False):
        _curve(figure, curve, sign, ascii_only)
    ruler = figure.ruler("y")
    ruler.lim(levels[0], levels[-1])
    ruler.ticks(levels, [display.number(Fraction(str(round(level, 6)))) for level in levels])
    ruler = figure.ruler("x")
    margin = (days[1] - days[0]) / 50
    ruler.lim(days[0] - margin, days[1] + margin)
    ticks = day_ticks(*days, most=max(width // 5, 3))
    ruler.ticks(ticks, [str(tick) for tick in ticks])
    rows = _plain(figure.build().string()).rstrip("\n").split("\n")
    figure.clear()
    return [f"{heading(panel, signs)[:width]:<{width}}", *(f"{row.rstrip():<{width}}" for row in rows)]


def _curve(figure: Any, curve: Curve, sign: str, ascii_only: bool) -> None:
    days, values = [day for day, _ in curve.points], [value for _, value in curve.points]
    _points(figure, days, values, "." if ascii_only else "braille", joined=True)
    _points(figure, days, values, sign, joined=False)


def _points(figure: Any, xs: list[float], ys: list[float], marker: str, *, joined: bool) -> None:
    signal = figure.signal(xs, ys, marker=marker)
    if joined:
        signal.lines(True)
    figure.draw(signal)


def _plain(text: str) -> str:
    from plotext import uncolorize

    return str(uncolorize(text))
