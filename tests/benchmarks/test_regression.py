"""The stored regression counts, the page that is made of them, and whether they still are what is counted."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest

import sequela
from benchmarks import regression
from benchmarks.counting import ALARMING
from sequela.assessing import assess
from sequela.sources import read
from sequela.sources.synthetic import generate, writing
from sequela.sources.synthetic.kinetics import book


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    return json.loads(regression.RECORD.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def generator(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("regression_page", root / "docs" / "generators" / "regression.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_scenario_is_counted_in_the_size_that_was_asked(record: dict[str, Any]) -> None:
    full = record["full"]
    assert full["sizes"] == list(regression.FULL)
    assert list(full["scenarios"]) == list(book().scenario_weights)
    benign = [full["scenarios"][key]["episodes"] for key in regression.BENIGN]
    assert sum(benign) == full["benign"]["episodes"] == regression.FULL[0]
    assert sum(tally["episodes"] for tally in full["procedures"].values()) == regression.FULL[0]
    others = {tally["episodes"] for key, tally in full["scenarios"].items() if key not in regression.BENIGN}
    assert others == {regression.FULL[1]}


def test_only_complications_have_a_lead_and_all_of_them(record: dict[str, Any]) -> None:
    scenarios = record["full"]["scenarios"]
    assert {key for key in scenarios if "complicated" not in scenarios[key]} == {*regression.BENIGN, "prolonged-pes"}
    assert all(t["complicated"]["episodes"] == t["episodes"] for t in scenarios.values() if "complicated" in t)


def test_the_scenarios_that_fit_a_condition_are_scenarios() -> None:
    assert set(book().scenario_weights) - set(regression.CONCORDANT) == {"uneventful"}
    assert set(regression.CONCORDANT) <= set(book().scenario_weights)


def test_the_page_says_what_it_is_and_what_is_lacking(record: dict[str, Any], generator: ModuleType) -> None:
    text = generator.page(record)
    assert "not clinical evidence" in text
    assert "mostly judgement" in text
    assert "Nothing was tuned" in text
    lacking = {key for keys in record["concordant"].values() for key in keys} - set(record["conditions"])
    for key in lacking:
        assert f"`{key}`: no such condition on the shelf yet" in text


def test_the_page_calculates_from_the_counts(record: dict[str, Any], generator: ModuleType) -> None:
    changed = json.loads(json.dumps(record))
    counts = {"flagged": 115, "alerts": 250, "days": 5000.0, "stay_alerts": 300, "stay_days": 4000.0}
    changed["full"]["scenarios"]["sepsis"] |= counts
    assert "| `sepsis` | 1,000 | 11.5 (9.7 to 13.6) | 0.25 | 5.0 | 7.5 |" in generator.page(changed)


def test_what_a_statement_earns_is_the_loss_without_it(record: dict[str, Any]) -> None:
    benign = record["full"]["benign"]
    for key in record["statements"]:
        assert benign["alone"].get(key, 0) <= benign["statements"].get(key, 0), key
    assert 0 < sum(benign["alone"].values()) <= benign["flagged"]
    ill = [t["complicated"] for t in record["full"]["scenarios"].values() if "complicated" in t]
    for tally in ill:
        assert sum(tally["caught_alone"].values()) <= tally["episodes"]
        assert all(count <= tally["caught_by"][key] for key, count in tally["caught_alone"].items())


@pytest.mark.slow
def test_the_record_is_of_the_shelf_that_is_shipped(record: dict[str, Any]) -> None:
    assert record["criteria"]["hash"] == sequela.shelf().hash, "run `make regression` and `make docs`"


@pytest.mark.slow
def test_counted_anew_the_sample_is_the_same(record: dict[str, Any]) -> None:
    stored = record["sample"]
    anew = regression.counts(sequela.shelf(), *regression.SAMPLE)
    assert stored == {"sizes": list(regression.SAMPLE), **anew}, "run `make regression` and `make docs`"


@pytest.mark.slow
def test_the_alerts_are_those_of_the_assessments(tmp_path: Path) -> None:
    shelf, mix = sequela.shelf(), {"uneventful": 1.0, "necrosis": 1.0, "sepsis": 1.0}
    rows = pl.concat(regression.judged(shelf, generate(40, 7, scenarios=mix)))
    writing.write(generate(40, 7, scenarios=mix), tmp_path / "ward")
    alerts = {
        assessment.course.procedure.id: sum(state in ALARMING for _, state in assessment.trajectory)
        for assessment in assess(read([tmp_path / "ward"]), shelf)
    }
    assert alerts == dict(rows.select("episode", "alerts").iter_rows())
    assert sum(alerts.values()) > 20
