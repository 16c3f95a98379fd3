"""The course as small multiples in SVG: in the colour of the text around it, told apart by shape and dash."""

from __future__ import annotations

from html import escape

from sequela.account.chart import day_ticks, nice_ticks
from sequela.account.panels import Curve, Panel, extent
from sequela.course.episodes import Course

WIDTH, HEIGHT = 300, 150
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 22, 20
"""The margins of a panel, for its title, levels and days."""
DASHES = ("none", "5 3")
"""How the curves of a panel are told apart, beside the shape of their points."""


def svg(course: Course, chosen: list[Panel]) -> str:
    """Return one SVG for each panel, in a row that wraps; empty where there is nothing to draw."""
    if not chosen:
        return ""
    days = extent(course, chosen)
    drawn = "".join(_panel(panel, days) for panel in chosen)
    return f'<div style="display:flex;flex-wrap:wrap;gap:12px">{drawn}</div>'


def _panel(panel: Panel, days: tuple[float, float]) -> str:
    values = [value for curve in panel.curves for _, value in curve.points]
    levels = nice_ticks(min(values), max(values), 5)
    low, high = levels[0], levels[-1]
    margin = (days[1] - days[0]) / 50
    first, last = days[0] - margin, days[1] + margin

    def x(day: float) -> str:
        return f"{LEFT + (day - first) / (last - first) * (WIDTH - LEFT - RIGHT):.1f}"

    def y(value: float) -> str:
        return f"{HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM):.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}"'
        f' height="{HEIGHT}" fill="none" stroke="currentColor" font-family="sans-serif" font-size="10">',
        f"<title>{escape(panel.title)} by day since the procedure</title><desc>{escape(_told(panel))}</desc>",
        f'<g fill="currentColor" stroke="none"><text x="2" y="12" font-size="11">{escape(_heading(panel))}</text>',
        *(f'<text x="{LEFT - 5}" y="{y(v)}" dy="3" text-anchor="end">{number(v)}</text>' for v in levels),
        *(
            f'<text x="{x(day)}" y="{HEIGHT - 6}" text-anchor="middle">{day}</text>'
            for day in day_ticks(first, last, 10)
        ),
        "</g>",
        *(f'<path d="M{LEFT} {y(v)}H{WIDTH - RIGHT}" opacity="0.15"/>' for v in levels),
        f'<path d="M{x(0)} {TOP}V{HEIGHT - BOTTOM}" opacity="0.5"><title>the procedure</title></path>',
    ]
    limits = sorted(curve.limit for curve in panel.curves if curve.limit is not None and low <= curve.limit < high)
    parts += [
        f'<path d="M{LEFT} {y(limit)}H{WIDTH - RIGHT}" stroke-dasharray="1 3" opacity="0.7">'
        f"<title>upper reference limit {number(limit)}</title></path>"
        for limit in limits[:1]
    ]
    for index, curve in enumerate(panel.curves):
        path = "M" + "L".join(f"{x(day)} {y(value)}" for day, value in curve.points)
        parts.append(f'<path d="{path}" stroke-width="1.4" stroke-dasharray="{DASHES[index % 2]}"/>')
        parts += [_mark(curve, index, x(day), y(value), day, value) for day, value in curve.points]
    return "".join(parts) + "</svg>"


def number(value: float) -> str:
    """A value of the chart as people write it."""
    return f"{round(value, 2):,g}" if abs(value) < 1000 else f"{value:,.0f}"


def _mark(curve: Curve, index: int, x: str, y: str, day: float, value: float) -> str:
    told = f"<title>{escape(curve.title)} {number(value)} on day {day:.1f}</title>"
    if index % 2:
        return f'<rect x="{float(x) - 2.2:.1f}" y="{float(y) - 2.2:.1f}" width="4.4" height="4.4">{told}</rect>'
    return f'<circle cx="{x}" cy="{y}" r="2.2" fill="currentColor">{told}</circle>'


def _heading(panel: Panel) -> str:
    signs = "●□"
    names = ", ".join(f"{signs[index % 2]} {curve.title}" for index, curve in enumerate(panel.curves))
    return f"{names} ({panel.unit})" if panel.unit else names


def _told(panel: Panel) -> str:
    """The panel in words, for those who do not see it."""
    told = []
    for curve in panel.curves:
        lowest, highest = (choose(curve.points, key=lambda point: point[1]) for choose in (min, max))
        day, value = curve.points[-1]
        told.append(
            f"{curve.title}: {len(curve.points)} readings, lowest {number(lowest[1])} on day {lowest[0]:.1f},"
            f" highest {number(highest[1])} on day {highest[0]:.1f}, last {number(value)} on day {day:.1f}."
        )
    return " ".join(told)
