"""`sequela backtest`: what it prints and writes, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.assessing.test_backtesting import NAME, courses
from tests.contract.bundles import Cli, Write, bundle, observation

QUICK = ("--horizon", "14", "--resamples", "50")
HEAD = {"schema", "sequela", "criteria", "outcome", "settings", "episodes", "patients", "recorded_days", "excluded",
        "definitions", "comparators", "statements", "with_earliest_onset", "known_at", "limits", "receipt"}  # fmt: skip
EACH = {
    "key", "title", "episodes", "events", "patient_days", "alerts", "timely_sensitivity", "sensitivity_with_late",
    "alert_ppv", "episode_ppv_timely", "episode_ppv_any", "specificity", "silent_share", "alerted_before_death",
    "number_needed_to_evaluate", "alerts_per_100_patient_days", "alerts_per_100_patient_days_ci", "alerts_per_episode",
    "lead", "lead_with_misses", "lead_histogram", "net_benefit", "landmarks",
}  # fmt: skip
RATIO = {"count", "of", "value", "ci", "method", "undefined_resamples"}


def test_json_is_the_contract(cli: Cli, tmp_path: Path) -> None:
    said = cli("backtest", courses(tmp_path / "c"), "--json", "--seed", 7, "--window", 5, *QUICK)
    assert said.code == 0
    told = json.loads(said.out)
    assert set(told) == HEAD
    assert set(told["criteria"]) == {"version", "hash", "overlay"}
    asked = told["settings"]
    assert (asked["seed"], asked["window"], asked["horizon"], asked["lead_min"], asked["minimum"]) == (
        7,
        5,
        14,
        1,
        None,
    )
    assert [one["key"] for one in told["definitions"]] == [
        "suspected", "state-alarm", "state-deteriorating", "state-prolonged",
    ]  # fmt: skip
    assert [one["key"] for one in told["comparators"]] == [
        "news2", "nobody", *(f"everybody-day-{day}" for day in (0, 1, 2, 3, 5, 7)),
    ]  # fmt: skip
    for one in (*told["definitions"], *told["comparators"], *told["statements"]):
        assert set(one) - {"alerts_at_day"} == EACH
        assert set(one["timely_sensitivity"]) == RATIO
        assert [day["day"] for day in one["landmarks"]] == [0, 1, 2, 3, 5, 7]


def test_text_and_files(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "made" / "here"
    said = cli("backtest", courses(tmp_path / "c"), "--out", out, *QUICK)
    assert said.code == 0
    assert "3 of 6 episodes (6 patients), followed 14 days" in said.out
    assert "bleeding-sign" in said.out and "NEWS2 of 5 or more" in said.out
    assert NAME not in said.out + said.err
    for file in out.iterdir():
        assert NAME not in file.read_text(encoding="utf-8")
    assert cli("backtest", tmp_path / "c", "--out", out, *QUICK).code == 2


def test_small_counts_are_withheld_when_asked(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "made"
    said = cli("backtest", courses(tmp_path / "c"), "--minimum", 5, "--out", out, *QUICK)
    assert said.code == 0
    assert "few of 6 episodes" in said.out
    assert "fewer than can be told" in (out / "backtest.html").read_text(encoding="utf-8")


def test_fhir_is_read_too(cli: Cli, write: Write) -> None:
    path = write(bundle(observation("a", "2026-03-05T06:00:00+01:00", "alt", 4000, "U/L")))
    told = json.loads(cli("backtest", path, "--json", *QUICK).out)
    assert (told["episodes"], told["patients"]) == (1, 1)
    assert {one["key"] for one in told["statements"] if one["alerts"]} == {"transaminase-very-high"}
    assert told["definitions"][0]["alerts"] == 1


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        (("--lead-min", "8"), "cannot be"),
        (("--landmarks", "0,soon"), "landmarks are days"),
        (("--condition", "hepatic-necrose"), "no condition"),
        (("--list", "--minimum", "5"), "exclude each other"),
        (("--minimum", "7"), "fewer patients"),
        (("--from", "soon"), "not a time"),
        (("--before", "2020-01-01"), "no episodes"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(cli: Cli, tmp_path: Path, options: tuple[str, ...], wrong: str) -> None:
    said = cli("backtest", courses(tmp_path / "c"), *options, *QUICK)
    assert said.code == 2
    assert wrong in said.err and said.err.count("\n") == 1
    assert NAME not in said.err
