"""The quality page from the command line: readable, as JSON, and where there is nothing to count."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.contract.bundles import Cli
from tests.sources.omop import site

KEYS = {
    "check", "title", "count", "total", "of", "share", "withheld", "level", "effect", "advice", "detail",
}  # fmt: skip


def test_the_page_names_the_worst_first_and_what_it_does(cli: Cli, tmp_path: Path) -> None:
    said = cli("quality", site.write(tmp_path / "hospital"))
    assert said.code == 0
    assert said.out.startswith("Data quality of persons with an index procedure")
    assert said.out.index("!!  ") < said.out.index("Persons whose identifier")
    words = " ".join(said.out.split())
    assert "there is no death table" in words
    assert "there are no persons discharged dead" in words
    assert str(abs(site.LARGE)) not in said.out + said.err


def test_as_json_it_has_its_documented_keys(cli: Cli, tmp_path: Path) -> None:
    said = cli("quality", site.write(tmp_path / "hospital"), "--json")
    found = json.loads(said.out)
    assert found.keys() == {"schema", "about", "basis", "checks"}
    assert all(check.keys() == KEYS for check in found["checks"])
    known = {check["check"]: check for check in found["checks"]}
    # 400 to 402 and 201 lie outside any observation, have no date, or nobody in the person table.
    assert (known["index-left-out"]["count"], known["index-left-out"]["total"]) == (4, 9)
    assert known["no-deaths"]["level"] == "warning"


def test_without_procedures_it_says_so_and_is_no_error(cli: Cli, tmp_path: Path) -> None:
    folder = site.write(tmp_path / "hospital", without=("procedure_occurrence",))
    (folder / "procedure_occurrence.csv").write_text("procedure_occurrence_id,person_id\n", encoding="utf-8")
    said = cli("quality", folder)
    assert said.code == 0
    assert "all persons: there is no index procedure" in said.out


def test_no_database_is_one_line_and_exit_2(cli: Cli, tmp_path: Path) -> None:
    said = cli("quality", tmp_path / "nowhere")
    assert said.code == 2
    assert "Traceback" not in said.err


@pytest.mark.parametrize("name", ["gibleed-omop", "synthea27nj-omop"])
def test_public_sets_without_procedures(cli: Cli, shared: Path, name: str) -> None:
    said = cli("quality", shared / "data" / name, "--json")
    assert said.code == 0
    assert json.loads(said.out)["about"] == "all persons: there is no index procedure"
