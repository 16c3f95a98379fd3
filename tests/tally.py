"""Tells at the end of a session what the laws and the trials have met, also where workers of pytest-xdist met it."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

import pytest

TALLIES = (
    ("tests.laws.sentences", "NODES", "laws, nodes met"),
    ("tests.laws.courses", "SITUATIONS", "laws, situations met"),
    ("tests.engine.trials", "MET", "fast engine against the reference, met"),
)
"""The module that counts, the name of its counter, and what is said of it."""
_FROM_WORKERS: dict[str, Counter[str]] = {}


def counted() -> dict[str, Counter[str]]:
    """What this process has counted, by the name of the counter."""
    return {name: getattr(sys.modules.get(module), name, Counter()) for module, name, _ in TALLIES}


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand what a worker has counted to the process that started it."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["tallies"] = {name: dict(counter) for name, counter in counted().items()}


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add what a worker has counted."""
    for name, counter in getattr(node, "workeroutput", {}).get("tallies", {}).items():
        _FROM_WORKERS.setdefault(name, Counter()).update(counter)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how often each node and each situation was met, rarest first."""
    here = counted()
    for _, name, what in TALLIES:
        total = here[name] + _FROM_WORKERS.get(name, Counter())
        if total:
            told = ", ".join(f"{key} {count:,}" for key, count in sorted(total.items(), key=lambda item: item[1]))
            terminalreporter.write_line(f"{what}: {told}")
