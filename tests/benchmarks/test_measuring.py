"""What `make bench` makes of what it measured: limits, rates and ratios; and that the engine's measurements run."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import engine
from benchmarks.measurement import Measurement
from benchmarks.scaling import MEMORY, RATE, of_one, of_reference, of_size

RATES = {
    "episodes": 1000,
    "rows": 700_000,
    "reading": 2.0,
    "engine": 0.7,
    "engine_median": 1.4,
    "floor": 0.35,
    "spans_of_first_batch": 50,
    "rows_of_first_batch": 100,
    "outputs": 49,
}
MADE = {"seconds": 3.0, "megabytes": 5.0}


def test_a_limit_is_kept_below_it_and_a_least_from_it_on() -> None:
    assert Measurement("a", 1.0, "s").kept is None
    assert [Measurement("a", value, "s", limit=1.0).kept for value in (0.9, 1.0)] == [True, False]
    assert [Measurement("a", value, "s", least=1.0).kept for value in (0.9, 1.0)] == [False, True]
    assert Measurement("a", 2.0, "s", limit=1.0).bound == "< 1 s  NOT KEPT"
    assert Measurement("a", 2e6, "/s", least=1e6).bound == ">= 1,000,000 /s"
    assert Measurement("a", 2.0, "s").bound == ""


def test_a_size_gives_rate_ratio_end_to_end_and_memory() -> None:
    rate, end_to_end, memory = of_size(MADE, RATES, {"seconds": 3.5, "gibibytes": 1.25})
    assert rate.value == pytest.approx(1_000_000)
    assert (rate.least, rate.kept) == (RATE, True)
    assert "2.0 times the floor" in rate.note
    assert "500,000/s in the middle one" in rate.note
    assert end_to_end.value == pytest.approx(200_000)
    assert (memory.value, memory.limit, memory.kept) == (1.25, MEMORY, True)


def test_the_reference_is_charged_for_every_arrival() -> None:
    found = {"courses": 2, "rows": 1000, "instants": 900, "asked": 8, "sentences": 60, "instant": 0.5}
    measured = of_reference({**found, "reference": 500.0, "engine": 0.01})
    assert measured.value == 2.0
    assert "50,000 times as many" in measured.note


def test_the_one_course_and_its_assessment_have_limits() -> None:
    found = {"facts": 405, "history": 0.021, "history_slowest": 0.03, "history_runs": 50}
    history, assessment = of_one({**found, "assessment": 0.05, "assessment_runs": 3})
    assert history.kept is False
    assert assessment.kept is False


@pytest.mark.slow
def test_the_measurements_of_the_engine_run(tmp_path: Path) -> None:
    folder = tmp_path / "ward"
    made = engine.write(folder, 12)
    rates, streamed = engine.rates(folder), engine.stream(folder)
    assert rates["episodes"] == streamed["episodes"] == 12
    assert made["charted"] < rates["rows"] * 1.1
    assert rates["rows"] == streamed["rows"]
    assert streamed["spans"] == rates["spans_of_first_batch"]
    assert 0 < streamed["gibibytes"] < MEMORY
    one = engine.one(folder)
    assert 300 < one["facts"] < 500
