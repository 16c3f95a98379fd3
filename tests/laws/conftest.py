"""Tells at the end of a session which nodes and which situations the laws have met."""

from __future__ import annotations

import sys
from collections import Counter

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how often each node and each situation was met, rarest first, if the laws were run."""
    for module, name, what in (
        ("tests.laws.sentences", "NODES", "nodes"),
        ("tests.laws.courses", "SITUATIONS", "situations"),
    ):
        counted: Counter[str] = getattr(sys.modules.get(module), name, Counter())
        if counted:
            told = ", ".join(f"{key} {count:,}" for key, count in sorted(counted.items(), key=lambda item: item[1]))
            terminalreporter.write_line(f"laws, {what} met: {told}")
