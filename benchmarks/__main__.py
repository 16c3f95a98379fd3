"""How fast it is: `make bench`. Prints a table and stores the numbers, with the machine, in benchmarks/results/.

    python -m benchmarks              every measurement
    python -m benchmarks --dry        print only, store nothing

Wall times are of whole processes, started cold from Python's point of view (the files are in the system's cache). A
rate stands beside a *floor*: the least that any program would need for the same bytes, measured in the same run.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.machine import machine
from benchmarks.measuring import Measurement, assessing_rate, processes, reading_rate, ward_rate

WIDTH = 150
RESULTS = Path(__file__).resolve().parent / "results"


def main(arguments: list[str]) -> int:
    """Measure, print, store; the exit code is 1 when a limit is not kept."""
    found = [*processes(), *reading_rate(), *ward_rate(), *assessing_rate()]
    here = machine()
    table(found, here)
    if "--dry" not in arguments:
        stored = store(found, here)
        print(f"stored in benchmarks/results/{stored.name}")
    return int(any(measurement.kept is False for measurement in found))


def table(found: list[Measurement], here: dict[str, object]) -> None:
    """Print the measurements."""
    shown = Table("what", "measured", "limit", "beside it", title=f"sequela on {here['cpu']}, {here['cores']} cores")
    for m in found:
        limit = "" if m.limit is None else f"< {m.limit:g} {m.unit}" + ("" if m.kept else "  NOT KEPT")
        shown.add_row(
            m.name, f"{m.value:,.3g} {m.unit}" if m.value < 1000 else f"{m.value:,.0f} {m.unit}", limit, m.note
        )
    Console(width=WIDTH).print(shown)


def store(found: list[Measurement], here: dict[str, object]) -> Path:
    """Write the measurements of this day, on this machine and version, to a file of their own."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{here['date']}-{here['sequela']}.json"
    content = {"machine": here, "measured_at": datetime.now(UTC).isoformat(timespec="seconds")}
    content["measurements"] = [measurement.as_json() for measurement in found]
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
