"""Assessments to show: an uneventful course on its second day, and the index-shaped one on the day it turns."""

from __future__ import annotations

from pathlib import Path

import pytest
import rich.console  # noqa: F401 - its first import draws from the global random state, which no test may do.

import sequela
from sequela.assessing.assessment import Assessment
from sequela.course.episodes import Course

CASES = Path(__file__).resolve().parents[2] / "cases" / "synthetic"


def course(name: str) -> Course:
    courses, _ = sequela.read(CASES / f"{name}.json")
    (found,) = courses
    return found


def assessed(name: str, as_of: str) -> Assessment:
    (found,) = sequela.assess(course(name), as_of=as_of)
    return found


@pytest.fixture(scope="session")
def uneventful() -> Assessment:
    return assessed("uneventful", "2026-03-04T09:00:00+01:00")


@pytest.fixture(scope="session")
def turned() -> Assessment:
    return assessed("index-shaped", "2026-02-08T09:00:00+01:00")
