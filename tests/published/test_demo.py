"""The demo runs to its end by itself, shows the state turning, and says what is synthetic."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_the_demo_shows_the_state_turn_and_ends(root: Path) -> None:
    run = subprocess.run(
        [sys.executable, str(root / "demo" / "demo.py")], capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr
    lines = re.findall(r"^ *(\d+)\.\d  ([a-z-]+) .*? +(\S+ \(\w+\)|-)$", run.stdout, re.MULTILINE)
    states, steps = {day: state for day, state, _ in lines}, {day: step for day, _, step in lines}
    assert (states["4"], states["6"], states["7"]) == ("expected", "deteriorating", "necrosis-confirmed")
    assert (steps["5"], steps["6"], steps["7"], steps["8"]) == ("-", "ir-call (overdue)", "doppler (due)", "-")
    assert {steps[str(day)] for day in range(8, 17)} == {"-"}
    headings = [line for line in run.stdout.splitlines() if re.match(r"\d\. ", line)]
    assert len(headings) == 3
    assert all("SYNTHETIC" in line for line in headings[1:])
