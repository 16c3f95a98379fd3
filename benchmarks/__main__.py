"""How fast it is: `make bench`. Prints a table and stores the numbers, with the machine, in benchmarks/results/.

    python -m benchmarks                  every measurement; the engine at 1,000 and 10,000 dense episodes
    python -m benchmarks --large          the engine at 50,000 as well: some ten minutes more
    python -m benchmarks --only engine    some of them: processes, fhir, assessing, engine
    python -m benchmarks --dry            print only, store nothing

Wall times are of whole processes, started cold from Python's point of view (the files are in the system's cache). A
rate stands beside a *floor*: the least that any program would need for the same rows or bytes, measured in the same
run. The load of the machine before and after is stored with the numbers: compare ratios, not rates.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.machine import load, machine
from benchmarks.measurement import Measurement
from benchmarks.measuring import assessing_rate, processes, reading_rate, report_rate, ward_rate
from benchmarks.scaling import engine_rates

WIDTH = 160
RESULTS = Path(__file__).resolve().parent / "results"
GROUPS: dict[str, Callable[[bool], Iterable[Measurement]]] = {
    "processes": lambda _: processes(),
    "fhir": lambda _: chain(reading_rate(), ward_rate()),
    "reports": lambda _: report_rate(),
    "assessing": lambda _: assessing_rate(),
    "engine": lambda large: engine_rates(large=large),
}


def main(arguments: list[str]) -> int:
    """Measure, print, store; the exit code is 1 when a limit is not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure how fast sequela is.")
    parser.add_argument("--large", action="store_true", help="the engine at 50,000 dense episodes as well")
    parser.add_argument("--only", choices=GROUPS, action="append", help="one group of measurements; repeat it")
    parser.add_argument("--dry", action="store_true", help="print only, store nothing")
    given = parser.parse_args(arguments)
    here, before = machine(), load()
    found = [m for name, group in GROUPS.items() if name in (given.only or GROUPS) for m in group(given.large)]
    here |= {"load_before": before, "load_after": load()}
    table(found, here)
    if not given.dry:
        # A part does not take the place of the whole.
        parts = [*sorted(set(given.only or ())), *(["large"] if given.large else [])]
        print(f"stored in benchmarks/results/{store(found, here, parts).name}")
    return int(any(measurement.kept is False for measurement in found))


def table(found: list[Measurement], here: dict[str, object]) -> None:
    """Print the measurements."""
    shown = Table("what", "measured", "limit", "beside it", title=f"sequela on {here['cpu']}, {here['cores']} cores")
    for m in found:
        measured = f"{m.value:,.3g} {m.unit}" if m.value < 1000 else f"{m.value:,.0f} {m.unit}"
        shown.add_row(m.name, measured, m.bound, m.note)
    Console(width=WIDTH).print(shown)


def store(found: list[Measurement], here: dict[str, object], parts: list[str]) -> Path:
    """Write the measurements of this day, on this machine and version, to a file of their own."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{'-'.join([str(here['date']), str(here['sequela']), *parts])}.json"
    content = {"machine": here, "measured_at": datetime.now(UTC).isoformat(timespec="seconds")}
    content["measurements"] = [measurement.as_json() for measurement in found]
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
