"""A site's answer as files: `incidence.json` for pooling, `incidence.csv` for a spreadsheet, `report.html` to read."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import orjson

from sequela.errors import UserError
from sequela.measure.site_page import site_page

NAMES = ("incidence.json", "incidence.csv", "report.html")
COLUMNS = (
    "outcome", "window_days", "way", "stratum", "group", "episodes", "persons", "complete", "events",
    "withheld", "proportion", "exact_low", "exact_high", "person_low", "person_high", "persons_with_event",
    "person_days", "rate_p100py", "rate_low", "rate_high", "cumulative_incidence", "cumulative_low",
    "cumulative_high",
)  # fmt: skip
"""The columns of `incidence.csv`; empty where a count is withheld or cannot be."""


def write(content: Mapping[str, Any], folder: Path) -> None:
    """Write the three files into a folder, which is made.

    Raises
    ------
    UserError
        When one of them is there already.
    """
    if there := [name for name in NAMES if (folder / name).exists()]:
        raise UserError(f"{there[0]} exists", where=folder.name, hint="Name another folder, or remove it")
    written = {
        "incidence.json": orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE),
        "incidence.csv": as_csv(content).encode(),
        "report.html": site_page(content).encode(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in written.items():
        (folder / name).write_bytes(data)


def as_csv(content: Mapping[str, Any]) -> str:
    """Return a row for each outcome, way, stratum and group."""
    out = StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_rows(content))
    return out.getvalue()


def _rows(content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for key, answer in content["outcomes"].items():
        for way, block in answer["by_way"].items():
            head = {"outcome": key, "window_days": answer["window_days"], "way": way}
            yield {**head, "stratum": "", "group": "", **_cells(block)}
            for stratum, division in block["strata"].items():
                for group, part in division["groups"].items():
                    yield {**head, "stratum": stratum, "group": group, **_cells(part)}


def _cells(block: Mapping[str, Any]) -> dict[str, Any]:
    cells = {name: block.get(name) for name in ("episodes", "persons", "complete", "events", "withheld")}
    if block["withheld"] or not block["proportion"]:
        return cells
    exact = block["proportion"]["intervals"]["clopper-pearson"]
    person = block["clustered"]["intervals"]["korn-graubard"]
    rate = block["rate"] or {"person_days": None, "rate": None, "intervals": {"exact": (None, None)}}
    reached = block["cumulative_incidence"]["delta"]
    limits = reached["limits"]["log-log"] or (None, None)
    return cells | {
        "proportion": block["proportion"]["proportion"],
        "exact_low": exact[0],
        "exact_high": exact[1],
        "person_low": person[0],
        "person_high": person[1],
        "persons_with_event": block["patients"]["events"],
        "person_days": rate["person_days"],
        "rate_p100py": rate["rate"],
        "rate_low": rate["intervals"]["exact"][0],
        "rate_high": rate["intervals"]["exact"][1],
        "cumulative_incidence": reached["incidence"],
        "cumulative_low": limits[0],
        "cumulative_high": limits[1],
    }
