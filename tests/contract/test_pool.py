"""`sequela pool`: one number for one question, the library's answer, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

from tests.contract.bundles import Cli

RATES = "study,events,total\nA,16,17\nB,10,12\nC,4,8\nD,43,58\n"


def test_json_of_a_plain_table(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "series.csv").write_text(RATES)
    said = json.loads(cli("pool", tmp_path / "series.csv", "--json").out)
    assert {"mu", "se", "tau2", "proportion", "ci", "prediction_interval", "method", "estimands", "left_out"} <= set(
        said
    )
    assert (said["k"], said["events"], said["total"]) == (4, 73, 95)


def test_published_says_where_not_reported_holds(cli: Cli) -> None:
    said = cli("pool", "--published", "--complication", "necrosis").out
    assert "23/374 sessions" in said
    assert 'hepatic-necrosis after bland TAE: "not reported" holds' in said
    assert "there is no number over all of them" in said


def test_published_keeps_populations_procedures_and_units_apart(cli: Cli) -> None:
    sets = json.loads(cli("pool", "--published", "--json").out)["sets"]
    keys = [(one["complication"], one["population"], one["unit"]) for one in sets]
    assert len(set(keys)) == len(keys) > 6
    assert {"hepatic-necrosis", "liver-abscess", "biloma"} == {key[0] for key in keys}


def test_people_and_procedures_are_not_mixed(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "series.csv").write_text("study,events,total,unit\nA,1,20,patients\nB,2,30,procedures\n")
    said = cli("pool", tmp_path / "series.csv")
    assert said.code == 2
    assert "patients and procedures" in said.err


def test_nothing_to_pool_is_said(cli: Cli) -> None:
    assert cli("pool").code == 2


def test_forest_is_written_once(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "series.csv").write_text(RATES)
    drawn = tmp_path / "forest.svg"
    assert cli("pool", tmp_path / "series.csv", "--forest", drawn).code == 0
    assert "43/58" in drawn.read_text(encoding="utf-8")
    assert cli("pool", tmp_path / "series.csv", "--forest", drawn).code == 2
