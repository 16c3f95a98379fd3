"""The chapters of the manual, in order."""

from __future__ import annotations

from tests.spec import (
    change,
    counting,
    extremes,
    findings,
    intervals,
    readings,
    scores,
    time,
    truth,
    versions,
    wash_out,
)

MODULES = (readings, extremes, change, counting, wash_out, scores, truth, findings, time, intervals, versions)
CHAPTERS = tuple(module.CHAPTER for module in MODULES)
