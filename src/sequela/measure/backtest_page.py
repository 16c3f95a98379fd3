"""A backtest as a page to send on: what was found in time, what it cost, and what the numbers cannot say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sequela.measure import backtest_plots, pages
from sequela.measure.pages import Drawing, Table, between, number, percent

COLUMNS = (
    "alert", "timely sensitivity", "limits", "with late", "alert PPV", "limits", "alerts per true one",
    "episode PPV", "alerts per 100 patient-days", "silent episodes", "median lead, days",
)  # fmt: skip
DEFINITIONS = (
    ("Episode", "One index procedure of one patient; at risk from its start until the event, death, the next procedure "
                "or the horizon."),
    ("Event", "The outcome at the first time it could be documented (when the scan or sample was taken), not when it "
              "was coded."),
    ("Alert", "What is asked begins to hold, on the clock of when each fact was known."),
    ("Timely", "At least the least lead and at most the window before the event. A later alert is told as late and is "
               "no hit."),
    ("Timely sensitivity", "Events with a timely alert, of all events."),
    ("Alert PPV", "Alerts followed by the event within the window, of all alerts; one over it is how many alerts are "
                  "looked at for a true one."),
    ("Episode PPV", "Episodes with a timely alert before an event, of all episodes with an alert."),
    ("Silent", "Episodes without any alert."),
    ("Lead", "From the first timely alert to the event; events without one count as zero where misses are included."),
)  # fmt: skip


def backtest_page(told: Mapping[str, Any]) -> str:
    """Return the page of a result as `sequela backtest --json` prints it."""
    main = told["definitions"][0]
    events = main["events"]
    told_events = "fewer than can be told" if events is None else f"{events:,}"
    days = [one | {"day": one["alerts_at_day"]} for one in told["comparators"] if "alerts_at_day" in one]
    others = [one | {"comparator": True} for one in told["comparators"] if "alerts_at_day" not in one and one["alerts"]]
    return pages.page(
        "backtest.html",
        {
            "title": f"How early would it have been called? {told['outcome']['title']}",
            "lead": f"{told['episodes']:,} episodes of {told['patients']:,} patients replayed as each fact became "
            f"known; {told_events} with the outcome.",
            "made_by": f"sequela {told['sequela']}, criteria {told['criteria']['version']}. Decision support with its "
            "reasons open; not a medical device.",
            "headline": _headline(main),
            "sentence": _sentence(main, told["settings"]),
            "drawings": _drawings(main, [*told["definitions"], *others], days),
            "streams": table("Definitions and comparators", [*told["definitions"], *told["comparators"]]),
            "statements": table("Each statement alone", told["statements"]),
            "leads": _leads(told["definitions"]),
            "landmarks": _landmarks(main),
            "earliest": told["with_earliest_onset"],
            "deaths": main["alerted_before_death"],
            "definitions": DEFINITIONS,
            "settings": _settings(told),
            "limits": told["limits"],
            "events": events,
        },
    )


def table(caption: str, streams: Sequence[Mapping[str, Any]]) -> Table:
    """Return one row for each stream of alerts."""
    return Table(caption, COLUMNS, [row(one) for one in streams])


def row(one: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the cells of a stream of alerts under COLUMNS."""
    return (
        one["title"],
        shared(one["timely_sensitivity"]),
        between(one["timely_sensitivity"]["ci"], share=True),
        percent(one["sensitivity_with_late"]["value"]),
        shared(one["alert_ppv"]),
        between(one["alert_ppv"]["ci"], share=True),
        number(one["number_needed_to_evaluate"]),
        percent(one["episode_ppv_timely"]["value"]),
        number(one["alerts_per_100_patient_days"]),
        percent(one["silent_share"]["value"]),
        number(one["lead"]["median"]),
    )


def shared(ratio: Mapping[str, Any]) -> str:
    """Return a ratio as its counts and its share."""
    return pages.NOTHING if ratio["value"] is None else f"{ratio['count']:,}/{ratio['of']:,}, {percent(ratio['value'])}"


def _drawings(
    main: Mapping[str, Any], streams: Sequence[Mapping[str, Any]], days: Sequence[Mapping[str, Any]]
) -> list[Drawing]:
    """The figures that the numbers allow: none of what nothing is known of, or what is withheld."""
    made = [backtest_plots.leads(main)] if main["lead_histogram"] else []
    if main["events"] and main["landmarks"]:
        made.append(backtest_plots.landmarks(main))
    placed, by_day = (
        [one for one in some if None not in (one["timely_sensitivity"]["value"], one["alerts_per_100_patient_days"])]
        for some in (streams, days)
    )
    return [*made, backtest_plots.workload(placed, by_day)] if placed else made


def _headline(main: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The numbers that stand on top: what, how much, and with what limits."""
    sensitivity, ppv = main["timely_sensitivity"], main["alert_ppv"]
    return [
        (
            "timely sensitivity",
            percent(sensitivity["value"]),
            f"{_of(sensitivity)} events; {between(sensitivity['ci'], share=True)}",
        ),
        ("median lead with misses as zero", _in_days(main["lead_with_misses"]["median"]), _quartiles(main["lead"])),
        (
            "alerts per 100 patient-days",
            number(main["alerts_per_100_patient_days"]),
            f"{number(main['alerts'])} alerts; {between(main['alerts_per_100_patient_days_ci'])}",
        ),
        (
            "alerts looked at for a true one",
            number(main["number_needed_to_evaluate"]),
            f"{_of(ppv)} true; {between(ppv['ci'], share=True)}",
        ),
        ("episodes without an alert", percent(main["silent_share"]["value"]), f"of {main['episodes']:,}"),
    ]


def _sentence(main: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    if main["events"] == 0:
        return (
            "No episode had the outcome. Nothing can be said of sensitivity, predictive value or lead: only what the "
            "alerts would have cost is told."
        )
    timely, found = main["timely_sensitivity"]["count"], main["sensitivity_with_late"]["count"]
    if timely is None:
        return f"The alert is: {main['title']}. Counts so small that they could point at a person are withheld."
    return (
        f"The alert is: {main['title']}. Of {main['events']:,} events it would have called {timely:,} between "
        f"{settings['lead_min']:g} and {settings['window']:g} days before, {found - timely:,} later than that, and "
        f"{main['events'] - found:,} never."
    )


def _leads(streams: Sequence[Mapping[str, Any]]) -> Table:
    rows = [
        (
            one["title"],
            number(one["lead"]["count"]),
            *(cell for which in ("lead", "lead_with_misses") for cell in _spread(one[which])),
        )
        for one in streams
    ]
    columns = ("alert", "in time", "median", "quartiles", "median, misses as zero", "quartiles, misses as zero")
    return Table("Lead in days", columns, rows)


def _spread(leads: Mapping[str, Any]) -> tuple[str, str]:
    return number(leads["median"]), between(leads["quartiles"])


def _landmarks(main: Mapping[str, Any]) -> Table:
    rows = [
        (
            f"day {one['day']:g}",
            number(one["at_risk"]),
            number(one["events_within_window"]),
            number(one["flagged"]),
            *(cell for name in ("sensitivity", "ppv") for cell in _with_limits(one[name])),
        )
        for one in main["landmarks"]
    ]
    columns = ("day", "at risk", "events within the window", "alerted by then", "sensitivity", "limits",
               "predictive value", "limits")  # fmt: skip
    return Table(f"By landmark day: {main['title']}", columns, rows)


def _with_limits(ratio: Mapping[str, Any]) -> tuple[str, str]:
    share = ratio["count"] / ratio["of"] if ratio["of"] else None
    return shared({**ratio, "value": share}), between(ratio["ci"], share=True)


def _settings(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    asked, known = told["settings"], told["known_at"]
    criteria = told["criteria"]
    overlay = f", with the site's numbers of {criteria['overlay']}" if criteria["overlay"] else ""
    return [
        ("Outcome", f"{told['outcome']['title']}, {told['outcome']['onset']}"),
        ("Criteria", f"version {criteria['version']}{overlay}; hash {criteria['hash']}"),
        ("Procedures", _started(asked)),
        ("Least and most lead", f"{asked['lead_min']:g} and {asked['window']:g} days"),
        ("Refractory after an alert", f"{asked['refractory']:g} days"),
        ("Horizon", f"{asked['horizon']:g} days; followed to the {asked['followed_to']}"),
        ("Patient-days", f"{number(told['definitions'][0]['patient_days'])} at risk; the records cover "
                         f"{number(told['recorded_days'])}"),
        ("Limits", f"at {100 * asked['level']:g} %: exact where each patient counts once or events are fewer than ten, "
                   f"else {asked['resamples']:,} resamples of patients, seed {asked['seed']}"),
        ("When facts were known", f"assumed from the usual delay of their kind for {known['assumed']:,} of "
                                  f"{known['used']:,} facts"),
        ("Left out", "; ".join(f"{why}: {number(count)}" for why, count in told["excluded"].items()) or "nothing"),
        ("Small counts", "told as they are: this page is for the hospital's own use" if asked["minimum"] is None else
                         f"below {asked['minimum']} withheld, with what they could be subtracted from"),
    ]  # fmt: skip


def _started(asked: Mapping[str, Any]) -> str:
    told = [
        f"{word} {datetime.fromtimestamp(asked[name], UTC):%Y-%m-%d %H:%M} UTC"
        for word, name in (("from", "started_from"), ("before", "started_before"))
        if asked[name] is not None
    ]
    return ", ".join(told) or "all that were given"


def _of(ratio: Mapping[str, Any]) -> str:
    return pages.NOTHING if ratio["of"] is None else f"{ratio['count']:,} of {ratio['of']:,}"


def _quartiles(leads: Mapping[str, Any]) -> str:
    if leads["median"] is None:
        return "none is told" if leads["count"] is None else "no event was called in time"
    return f"{number(leads['median'])} among those called in time"


def _in_days(value: float | None) -> str:
    return pages.NOTHING if value is None else f"{number(value)} d"
