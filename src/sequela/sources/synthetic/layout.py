"""What a folder of synthetic episodes holds, whatever writes it: its tables and columns, and what each file says."""

from __future__ import annotations

from collections.abc import Mapping

WORDS = "synthetic data made by `sequela simulate`; no real patient"
"""What every file says of itself."""
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "episodes": (
        "episode", "patient", "kind", "start", "territory", "intent", "sex", "birth_year", "ended", "end_reason",
    ),
    "observations": ("episode", "fact", "version", "kind", "value", "comparator", "unit", "at", "known_at", "status"),
    "findings": ("episode", "fact", "version", "finding", "presence", "site", "at", "known_at", "status"),
    "events": ("episode", "fact", "version", "event", "detail", "at", "known_at", "status"),
    "background": ("episode", "item", "value"),
}  # fmt: skip
"""The tables of a course folder and their columns (contract, design section 7)."""
WHOLE_NUMBERS = frozenset({"version", "birth_year"})
"""The columns that hold numbers; all the others are text, as charted."""
METADATA = "sequela."
"""How the keys of ours begin in a Parquet file's metadata."""
