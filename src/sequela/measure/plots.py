"""Plots as SVG text: the same input gives the same bytes, and the page's own colour of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from typing import Any, Literal

INK = "#123456"
"""Drawn in this colour, then written as the colour of the page's text."""
BLUE, ORANGE, GREY = "#3d8fc4", "#d9722e", "#8a949b"
"""Colours of equal weight that can be read on white and on black, and told apart by who sees no red or green."""


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One line of a forest plot: what it is, its counts, its proportion and limits; `pooled` draws a diamond."""

    name: str
    counts: str
    value: float
    low: float
    high: float
    pooled: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """An empty figure to draw on, and its SVG."""

    figure: Any
    canvas: Any

    def axes(self, *, grid: str = "") -> Any:
        """Return axes over the whole sheet, open above and at the right; `grid` is the axis with lines behind it."""
        axes = self.figure.add_subplot()
        for side in ("right", "top"):
            axes.spines[side].set_visible(False)
        axes.patch.set_visible(False)
        if grid:
            axes.grid(axis=grid, color=GREY, alpha=0.3, linewidth=0.6)
            axes.set_axisbelow(True)
        return axes

    def svg(self) -> str:
        """Return what has been drawn; text stays text."""
        self.figure.patch.set_visible(False)
        written = StringIO()
        self.canvas.print_svg(written, metadata={"Date": None})
        return written.getvalue().replace(INK, "currentColor")


@contextmanager
def sheet(width: float, height: float, *, layout: Literal["constrained"] | None = "constrained") -> Iterator[Sheet]:
    """Give a sheet of so many inches, in the one style of all our plots; 4.6 inches still read on a telephone."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    style: dict[Any, Any] = {
        "text.parse_math": False,
        "svg.hashsalt": "sequela",
        "svg.fonttype": "none",
        "font.size": 9,
        "font.family": "sans-serif",
    }
    coloured = ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color")
    style.update(dict.fromkeys(coloured, INK))
    with matplotlib.rc_context(style):
        figure = Figure(figsize=(width, height), layout=layout)
        yield Sheet(figure, FigureCanvasSVG(figure))


def forest(rows: Sequence[ForestRow], title: str = "") -> str:
    """Return a forest plot as SVG, first row on top; text stays text, in percent."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    height = 0.9 + 0.28 * len(rows) + (0.3 if title else 0)
    with sheet(8, height, layout=None) as made:
        figure = made.figure
        bottom, top = 0.55 / height, 1 - (0.45 if title else 0.15) / height
        axes = figure.add_axes((0.42, bottom, 0.28, top - bottom))
        for place, row in enumerate(rows):
            low, value, high = (100 * one for one in (row.low, row.value, row.high))
            if row.pooled:
                axes.fill([low, value, high, value], [place, place - 0.3, place, place + 0.3], color=INK)
            else:
                axes.plot([low, high], [place, place], color=INK, linewidth=1)
                axes.plot([value], [place], "s", color=INK, markersize=4)
            weight = "bold" if row.pooled else "normal"
            beside = f"{value:.3g} ({low:.3g} to {high:.3g})"
            for at, text, side in ((-1.46, row.name, "left"), (-0.05, row.counts, "right"), (1.04, beside, "left")):
                axes.text(at, place, text, transform=axes.get_yaxis_transform(), ha=side, va="center", weight=weight)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(left=0)
        axes.set_yticks([])
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.set_xlabel("per cent")
        for side in ("left", "right", "top"):
            axes.spines[side].set_visible(False)
        axes.patch.set_visible(False)
        if title:
            figure.text(0.01, 1 - 0.2 / height, title, weight="bold", va="center")
        return made.svg()
