"""The machine that a measurement was made on: enough to compare by, nothing that names it."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

PACKAGES = ("numba", "numpy", "orjson", "polars", "rich", "typer", "plotext")


def machine() -> dict[str, object]:
    """Return processor, cores, system, Python and the versions that matter."""
    return {
        "cpu": cpu(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "sequela": metadata.version("sequela"),
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "date": datetime.now(UTC).date().isoformat(),
    }


def load() -> list[float]:
    """Return how many processes wanted the processor over the last 1, 5 and 15 minutes; nothing where none is told."""
    return [round(number, 2) for number in os.getloadavg()] if hasattr(os, "getloadavg") else []


def cpu() -> str:
    """Return the processor's name as the system tells it."""
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
