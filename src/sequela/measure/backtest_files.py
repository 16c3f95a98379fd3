"""The files of a backtest: the result as JSON, as tables and as a page."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson

from sequela.errors import UserError
from sequela.measure.backtest import RATIOS
from sequela.measure.backtest_page import backtest_page

GROUPS = ("definitions", "comparators", "statements")
PLAIN = ("episodes", "events", "patient_days", "alerts", "number_needed_to_evaluate", "alerts_per_100_patient_days",
         "net_benefit")  # fmt: skip


def refuse(folder: Path) -> None:
    """Raise a UserError unless the folder is empty, or not there."""
    if folder.exists() and not (folder.is_dir() and next(folder.iterdir(), None) is None):
        raise UserError("there is something already", where=folder.name, hint="Name an empty folder, or none yet")


def written(told: Mapping[str, Any], folder: Path) -> None:
    """Write backtest.json, backtest.csv (a row for each stream of alerts), landmarks.csv and backtest.html."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "backtest.json").write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n")
        _table(folder / "backtest.csv", (_stream(group, one) for group in GROUPS for one in told[group]))
        _table(folder / "landmarks.csv", (day for group in GROUPS for one in told[group] for day in _days(group, one)))
        (folder / "backtest.html").write_text(backtest_page(told), encoding="utf-8")
    except OSError as error:
        raise UserError("cannot be written", where=folder.name, hint=error.strerror or "Name another") from error


def _stream(group: str, one: Mapping[str, Any]) -> dict[str, Any]:
    row = {"group": group, "key": one["key"], "title": one["title"]} | {name: one[name] for name in PLAIN}
    low, high = one["alerts_per_100_patient_days_ci"] or (None, None)
    row |= {"alerts_per_100_patient_days_low": low, "alerts_per_100_patient_days_high": high}
    for name in RATIOS:
        row |= _ratio(name, one[name]) | {f"{name}_method": one[name]["method"]}
    for name in ("lead", "lead_with_misses"):
        quarter, three = one[name]["quartiles"] or (None, None)
        row |= {f"{name}_median": one[name]["median"], f"{name}_quartile_1": quarter, f"{name}_quartile_3": three}
    return row


def _days(group: str, one: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for day in one["landmarks"]:
        counts = {name: day[name] for name in ("day", "at_risk", "events_within_window", "flagged")}
        ratios = _ratio("sensitivity", day["sensitivity"]) | _ratio("ppv", day["ppv"])
        yield {"group": group, "key": one["key"]} | counts | ratios


def _ratio(name: str, ratio: Mapping[str, Any]) -> dict[str, Any]:
    low, high = ratio["ci"] or (None, None)
    return {name: ratio["count"], f"{name}_of": ratio["of"], f"{name}_low": low, f"{name}_high": high}


def _table(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    made = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(made[0]) if made else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(made)
