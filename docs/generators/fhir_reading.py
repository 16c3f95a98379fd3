"""What the FHIR reader makes of the public data sets, as last measured; and what it reads of each resource.

The data sets are not in the repository, so the page is written from a record of the measurement:

    python docs/generators/fhir_reading.py DATA    measure the sets below DATA and renew the record

A test measures again wherever the data are, and fails if the record no longer tells the truth.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

RECORD = Path(__file__).with_suffix(".json")
SETS = {
    "hl7-r4-examples": "HL7's FHIR R4 4.0.1 examples, 27 types (CC0)",
    "synthea-r4": "Synthea transaction bundles, one patient each (Apache-2.0)",
    "au-core": "AU Core test data (CC0)",
    "mcode": "mCODE 4.0.0 examples (CC0)",
    "ips": "International Patient Summary 2.0.0 examples (CC0)",
}
NO_PROCEDURE = "no index procedure"
READ = {
    "Patient": ("sex, birth, death", "a death without a time is dropped"),
    "Procedure": (
        "an index procedure, or an event",
        "only `completed`; by code of ours, else by words that name one and no other organ or time; territory from "
        "`bodySite`, intent from the extension `urn:sequela:intent`; dated by the day, it starts with the day and is "
        "known at its end",
    ),
    "Observation": (
        "a number, a finding or an event",
        "each component is a fact of its own (`#component1`, counted from 1); a panel's members stand alone; contained "
        "Observations are read; a number as text only with its unit, the reference range's, or where the kind needs "
        "none; one without a time takes that of the DiagnosticReport that lists it",
    ),
    "Condition": (
        "a finding from its onset, absent from its abatement (`#abatement`)",
        "provisional, differential, unconfirmed: uncertain; refuted: absent; over since nobody knows when: uncertain; "
        "background without a date counts from before the procedure",
    ),
    "Encounter": (
        "admission, discharge, intensive care",
        "only stays (inpatient, acute, non-acute, short stay); intensive care by the name of the place",
    ),
    "DiagnosticReport": (
        "that the examination was done, and its coded conclusions",
        "its text is not read here",
    ),
    "MedicationAdministration": (
        "a drug given, from its start",
        "completed, in progress or stopped; by code or by the words of its name",
    ),
    "MedicationRequest": ("nothing", "an order is not a drug given, and closes no step"),
}
"""What each type of resource becomes, and the rules."""
EVERY = """
For all of them: an unknown `modifierExtension` rejects the resource; `entered-in-error`, `cancelled`, `registered` and
unknown statuses take back what an earlier version said; a broken resource or component is counted and sinks no other.
"""
INTRODUCTION = """
What is read of each resource, and what became of every candidate fact of public data that nobody here wrote. Nothing is
lost in silence: read = used + duplicate + superseded + irrelevant + dropped + rejected.
"""
NONE_USED = """
None of these sets holds a completed embolization or ablation of the liver, so nothing is *used*; *readable* are the
facts that would have been, had there been one.
"""
COLUMNS = ("set", "files", "candidate facts", "readable", "used", "duplicate", "superseded", "not ours", "dropped")


def pages() -> Iterator[tuple[str, str]]:
    """One page: what is read, and what became of every candidate fact of five public data sets."""
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    yield "fhir-reading.md", page(record)


def page(record: dict[str, Any]) -> str:
    """The page that a record makes."""
    rows = [
        (
            name,
            r["files"],
            r["read"],
            r["used"] + count(r, NO_PROCEDURE),
            r["used"],
            r["duplicate"],
            r["superseded"],
            r["irrelevant"] - count(r, NO_PROCEDURE),
            r["dropped"],
            r["rejected"],
        )
        for name, r in record["sets"].items()
    ]
    reasons = [
        (name, reason["category"], reason["reason"], reason["count"])
        for name, r in record["sets"].items()
        for reason in r["reasons"]
    ]
    return "\n\n".join(
        [
            "# Reading FHIR",
            INTRODUCTION.strip(),
            "## What is read",
            table(("resource", "becomes", "with these rules"), [(name, *said) for name, said in READ.items()]),
            EVERY.strip(),
            f"## What became of public data ({record['measured']})",
            NONE_USED.strip(),
            table((*COLUMNS, "rejected"), rows),
            "\n".join(f"* `{name}`: {SETS[name]}" for name in record["sets"]),
            "### Why",
            table(("set", "category", "reason", "count"), reasons),
        ]
    )


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as Markdown writes it, numbers with their thousands apart."""
    lines = [columns, ["---"] * len(columns), *rows]
    cells = ([f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def count(receipt: dict[str, Any], reason: str) -> int:
    """How often a receipt gives a reason."""
    return sum(entry["count"] for entry in receipt["reasons"] if entry["reason"] == reason)


def measure(data: Path) -> dict[str, Any]:
    """The receipt of each data set below a folder."""
    from sequela.sources import Receipt, read

    found = {}
    for name in SETS:
        receipt = Receipt()
        for _ in read([data / name], receipt=receipt):
            pass
        written = receipt.as_json()
        found[name] = {key: value for key, value in written.items() if key not in ("notes", "rejected_files")}
    return found


if __name__ == "__main__":
    renewed = {"measured": date.today().isoformat(), "sets": measure(Path(sys.argv[1]))}  # noqa: DTZ011
    RECORD.write_text(json.dumps(renewed, indent=1) + "\n", encoding="utf-8")
