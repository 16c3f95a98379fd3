"""The figures of a backtest: leads, what each stream of alerts finds for its work, and landmark days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sequela.measure.pages import Drawing, number, percent
from sequela.measure.plots import BLUE, GREY, INK, ORANGE, sheet

WIDTH, HEIGHT = 4.6, 3.1
MARKS = "os^DvPX*"


def leads(told: Mapping[str, Any]) -> Drawing:
    """Return how long before each event the first timely alert came; late and missed events stand at zero."""
    shown = told["lead_histogram"]
    edges, counts = shown["edges"], shown["counts"]
    width = edges[1] - edges[0]
    with sheet(WIDTH, HEIGHT) as made:
        axes = made.axes(grid="y")
        axes.bar([0], [shown["missed"]], 0.7, color=GREY, label="never alerted")
        axes.bar([0], [shown["late"]], 0.7, bottom=[shown["missed"]], color=ORANGE, label="late")
        axes.bar(edges[:-1], counts, 0.9 * width, align="edge", color=BLUE, label="in time")
        _counted(axes, "y")
        axes.set_xlabel("days from alert to event")
        axes.set_ylabel("events")
        axes.legend(frameon=False, loc="upper right")
        svg = made.svg()
    middle = told["lead"]["median"]
    return Drawing(
        svg,
        f"Lead of the first timely alert ({told['title']}). Events with none are at zero: no lead was gained.",
        f"Of {told['events']:,} events {sum(counts):,} were alerted in time, with a median lead of {number(middle)} "
        f"days; {shown['late']:,} late; {shown['missed']:,} never.",
    )


def workload(streams: Sequence[Mapping[str, Any]], days: Sequence[Mapping[str, Any]]) -> Drawing:
    """Return timely sensitivity against alerts per 100 patient-days; `days` are everybody alerted at a landmark day."""
    with sheet(WIDTH, HEIGHT + 0.25 * len(streams)) as made:
        axes = made.axes(grid="both")
        axes.plot(*_points(days), "-", color=GREY, marker="o", markersize=3, linewidth=1, label="everybody, by day")
        for one, across, up in zip(days, *_points(days), strict=True):
            label = f"day {one['day']:g}"
            axes.annotate(label, (across, up), (-4, 0), textcoords="offset points", ha="right", va="center", fontsize=7)
        for place, one in enumerate(streams):
            colour, mark = (BLUE, ORANGE)[one.get("comparator", False)], MARKS[place % len(MARKS)]
            axes.plot(*_points([one]), mark, color=colour, markersize=7, alpha=0.85, label=one["title"])
        axes.set_xlim(left=0)
        axes.set_ylim(-3, 103)
        axes.set_xlabel("alerts per 100 patient-days")
        axes.set_ylabel("timely sensitivity, per cent")
        made.figure.legend(*axes.get_legend_handles_labels(), frameon=False, loc="outside lower left", fontsize=8)
        svg = made.svg()
    said = "; ".join(
        f"{one['title']}: {percent(one['timely_sensitivity']['value'])} at {number(one['alerts_per_100_patient_days'])}"
        for one in (*streams, *days)
    )
    return Drawing(
        svg,
        "What is found in time, and the alerts that it takes. Higher and further left is better. The grey line is "
        "alerting everybody once, on one day or another.",
        f"Timely sensitivity at alerts per 100 patient-days. {said}.",
    )


def landmarks(told: Mapping[str, Any]) -> Drawing:
    """Return, for each landmark day, the sensitivity and the predictive value of having been alerted by then."""
    shown = told["landmarks"]
    with sheet(WIDTH, HEIGHT) as made:
        axes = made.axes(grid="y")
        for shift, name, colour in ((-0.2, "sensitivity", BLUE), (0.2, "ppv", ORANGE)):
            known = [(place, one[name]) for place, one in enumerate(shown) if one[name]["of"]]
            across = [place + shift for place, _ in known]
            shares = [100 * one["count"] / one["of"] for _, one in known]
            below = [share - 100 * one["ci"][0] for share, (_, one) in zip(shares, known, strict=True)]
            above = [100 * one["ci"][1] - share for share, (_, one) in zip(shares, known, strict=True)]
            label = {"sensitivity": "sensitivity", "ppv": "positive predictive value"}[name]
            axes.bar(across, shares, 0.36, color=colour, label=label)
            axes.errorbar(across, shares, [below, above], fmt="none", ecolor=INK, elinewidth=0.8, capsize=2)
        axes.set_xticks(range(len(shown)), [f"{one['day']:g}" for one in shown])
        axes.set_ylim(0, 100)
        axes.set_xlabel("day on which the question is asked")
        axes.set_ylabel("per cent")
        made.figure.legend(*axes.get_legend_handles_labels(), frameon=False, loc="outside lower left", ncols=2)
        svg = made.svg()
    said = "; ".join(
        f"day {one['day']:g}: {one['sensitivity']['count']} of {one['sensitivity']['of']} events, "
        f"{one['ppv']['count']} of {one['ppv']['of']} alerted episodes"
        for one in shown
    )
    return Drawing(
        svg,
        "By landmark day: of those still at risk who have the event within the window, how many had been alerted; and "
        "of those alerted, how many have it.",
        f"Sensitivity and predictive value by day. {said}.",
    )


def _points(streams: Sequence[Mapping[str, Any]]) -> tuple[list[float], list[float]]:
    return (
        [one["alerts_per_100_patient_days"] for one in streams],
        [100 * one["timely_sensitivity"]["value"] for one in streams],
    )


def _counted(axes: Any, axis: str) -> None:
    from matplotlib.ticker import MaxNLocator

    getattr(axes, f"{axis}axis").set_major_locator(MaxNLocator(5, integer=True))
