"""A backtest as text: what each stream of alerts found in time, and what it cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from sequela.account.estimates import percent
from sequela.account.layout import printed

LEAST_WIDTH = 100
"""Columns in which the tables can be read."""


def replayed_text(told: Mapping[str, Any], width: int) -> str:
    """The tables of definitions, comparators and statements, each stream of alerts a row."""
    main, asked = told["definitions"][0], told["settings"]
    width = max(width, LEAST_WIDTH)
    followed = f"{asked['horizon']:g} days" + (
        " or to the end of the record" if asked["followed_to"] == "record" else ""
    )
    events = "few" if main["events"] is None else f"{main['events']:,}"
    lines = [
        f"{told['outcome']['title']}, {told['outcome']['onset']}: {events} of {told['episodes']:,} episodes "
        f"({told['patients']:,} patients), followed {followed}",
        f"In time: {asked['lead_min']:g} to {asked['window']:g} days before. Criteria {told['criteria']['version']}, "
        f"{told['criteria']['hash'][:12]}.",
    ]
    if main["events"] == 0:
        lines.append("No outcome: only what the alerts would have cost can be told.")
    parts = ["\n".join(lines), _table("alert", told["definitions"], width)]
    parts += [_table("compared with", told["comparators"], width)]
    raised = [one for one in told["statements"] if one["alerts"]]
    raised.sort(key=_found, reverse=True)
    parts.append(_table("statement alone", raised, width, "key"))
    quiet = sum(one["alerts"] == 0 for one in told["statements"])
    tail = ["`sequela criteria NAME` shows a statement."]
    tail += [f"{quiet} statements never held."] if quiet else []
    known = told["known_at"]
    tail.append(f"When facts were known is assumed for {known['assumed']:,} of {known['used']:,}.")
    tail += [f"Left out, {why}: {_plain(count)}." for why, count in told["excluded"].items()]
    return "\n\n".join([*(part.rstrip("\n") for part in parts), " ".join(tail)])


def _table(name: str, streams: Sequence[Mapping[str, Any]], width: int, label: str = "title") -> str:
    table = Table(name, box=None, pad_edge=False)
    for heading in ("in time", "limits", "or late", "alert PPV", "per true", "/100 days", "silent", "lead, d"):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in streams:
        table.add_row(
            one[label],
            _counts(one["timely_sensitivity"]),
            _limits(one["timely_sensitivity"]["ci"]),
            _share(one["sensitivity_with_late"]["value"]),
            _share(one["alert_ppv"]["value"]),
            _plain(one["number_needed_to_evaluate"]),
            _plain(one["alerts_per_100_patient_days"]),
            _share(one["silent_share"]["value"]),
            _plain(one["lead"]["median"]),
        )
    return printed(table, width)


def _found(one: Mapping[str, Any]) -> tuple[int, int]:
    return one["timely_sensitivity"]["count"] or 0, one["sensitivity_with_late"]["count"] or 0


def _counts(ratio: Mapping[str, Any]) -> str:
    return "-" if ratio["value"] is None else f"{ratio['count']:,}/{ratio['of']:,}"


def _limits(limits: Sequence[float] | None) -> str:
    return "-" if limits is None else f"{100 * limits[0]:.0f}-{100 * limits[1]:.0f} %"


def _share(value: float | None) -> str:
    return "-" if value is None else percent(value)


def _plain(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
