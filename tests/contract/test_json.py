"""What outside programs rely on: the JSON, its order, its receipt, and what --as-of means."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sequela.course.catalogue import catalogue
from tests.contract.bundles import Cli, Write, bundle, observation

ROOT = Path(__file__).resolve().parents[2]
CASES = sorted((ROOT / "cases").rglob("*.json"))
CATEGORIES = ("used", "duplicate", "superseded", "irrelevant", "dropped", "rejected")
# The keys that the contract names, in its order; others may stand between them.
EPISODE = [
    *("id", "patient", "procedure", "as_of", "day", "valid_until", "ended_by", "state", "trend", "since", "onset"),
    *("conditions", "scores", "steps", "missing", "trajectory"),
]


def subsequence(wanted: list[str], found: list[str]) -> bool:
    rest = iter(found)
    return all(key in rest for key in wanted)


def test_the_schema_is_itself_a_schema(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)


def test_the_program_prints_the_schema_it_ships(cli: Cli, schema: dict[str, Any]) -> None:
    assert cli("schema").json() == schema


def test_every_case_is_assessed_as_the_schema_says(cli: Cli, problems: Callable[[object], list[str]]) -> None:
    said = cli("assess", ROOT / "cases" / "published", ROOT / "cases" / "synthetic" / "uneventful.json", "--json")
    assert (said.code, said.err) == (0, "")
    assert len(said.json()["episodes"]) >= len(CASES) - 2
    assert problems(said.json()) == []


def test_nobody_is_asked_for_what_few_wards_chart(cli: Cli) -> None:
    said = cli("assess", ROOT / "cases" / "synthetic", "--json").json()
    missing = {gap["kind"] for episode in said["episodes"] for gap in episode["missing"]}
    seldom = {key for key, kind in catalogue().kinds.items() if not kind.asked}
    assert missing and seldom and not missing & seldom


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("episodes", 0, "state"), "fine"),
        (("episodes", 0, "as_of"), "2026-03-01T10:00:00"),
        (("episodes", 0, "conditions", "hepatic-necrosis", "status"), "likely"),
        (("episodes", 0, "conditions", "hepatic-necrosis", "support"), "strong"),
        (("episodes", 0, "procedure", "kind"), "TIPS"),
        (("episodes", 0, "day"), "5"),
        (("episodes", 0, "supply", "segments", 0, "grade"), "fine"),
        (("episodes", 0, "supply", "segments", 0, "portal"), "patent"),
        (("episodes", 0, "supply", "vessels"), {"aorta": "kept"}),
        (("receipt", "read"), -1),
        (("criteria", "hash"), "abc"),
        (("schema",), 1),
    ],
)
def test_the_schema_refuses_what_the_contract_does_not_allow(
    cli: Cli, feverish: Path, problems: Callable[[object], list[str]], where: tuple[Any, ...], value: object
) -> None:
    told = cli("assess", feverish, "--json").json()
    assert problems(told) == []
    place = told
    for step in where[:-1]:
        place = place[step]
    place[where[-1]] = value
    assert problems(told) != []


def test_keys_stand_in_the_order_of_the_contract(cli: Cli, feverish: Path) -> None:
    told = cli("assess", feverish, "--json").json()
    assert list(told) == ["schema", "sequela", "criteria", "episodes", "receipt"]
    assert subsequence(EPISODE, list(told["episodes"][0]))
    assert list(told["receipt"])[:7] == ["read", *CATEGORIES]


def test_the_same_input_gives_the_same_bytes(cli: Cli, feverish: Path) -> None:
    first, again = (cli("assess", feverish, "--json").out for _ in range(2))
    assert first == again


def test_each_line_is_an_episode_with_schema_and_criteria(
    cli: Cli, feverish: Path, schema: dict[str, Any], tmp_path: Path
) -> None:
    whole = cli("assess", feverish, "--json").json()
    receipt = tmp_path / "receipt.json"
    said = cli("assess", feverish, "--jsonl", "--receipt", receipt)
    (line,) = (json.loads(line) for line in said.out.splitlines())
    assert list(line)[:3] == ["schema", "sequela", "criteria"]
    head = {key: line.pop(key) for key in ("schema", "sequela", "criteria")}
    assert head == {key: whole[key] for key in head}
    assert [line] == whole["episodes"]
    episode = {"$ref": "#/$defs/episode", "$defs": schema["$defs"]}
    assert list(jsonschema.Draft202012Validator(episode).iter_errors(line)) == []
    assert json.loads(receipt.read_text(encoding="utf-8")) == whole["receipt"]
    assert said.err == ""


def test_lines_without_a_receipt_file_sum_the_receipt_up_on_stderr(cli: Cli, feverish: Path) -> None:
    said = cli("assess", feverish, "--jsonl")
    assert said.err.startswith("Read 6 candidate facts: ")


def test_every_receipt_adds_up(cli: Cli) -> None:
    for path in CASES:
        if path.stem != "index-shaped":
            receipt = cli("assess", path, "--json").json()["receipt"]
            assert receipt["read"] == sum(receipt[name] for name in CATEGORIES), path.name
            reasons = sum(reason["count"] for reason in receipt["reasons"])
            assert reasons == receipt["read"] - receipt["used"], path.name


# -- as of -----------------------------------------------------------------------------------------------------------


def only(told: dict[str, Any]) -> dict[str, Any]:
    (episode,) = told["episodes"]
    found: dict[str, Any] = episode
    return found


def test_what_was_known_later_does_not_exist(cli: Cli, feverish: Path, write: Write) -> None:
    instant = "2026-03-04T12:00:00+01:00"
    known = json.loads(feverish.read_text(encoding="utf-8"))
    known["entry"] = [
        entry for entry in known["entry"] if entry["resource"].get("issued", "2026-03-01T10:00:00+01:00") <= instant
    ]
    before = only(cli("assess", feverish, "--json", "--as-of", instant).json())
    alone = only(cli("assess", write(known, "known.json"), "--json", "--as-of", instant).json())
    assert before == alone
    assert before["as_of"] == instant
    assert before["day"] == pytest.approx(3.08)


def test_a_procedure_that_was_not_yet_known_makes_no_episode(cli: Cli, feverish: Path) -> None:
    said = cli("assess", feverish, "--json", "--as-of", "2026-02-01")
    assert said.code == 0
    assert said.json()["episodes"] == []
    assert {"note": "procedures not yet known as of the instant", "count": 1} in said.json()["receipt"]["notes"]
    assert "known yet at that time" in cli("assess", feverish, "--as-of", "2026-02-01").out


def test_without_as_of_the_last_known_fact_decides(cli: Cli, feverish: Path) -> None:
    assert only(cli("assess", feverish, "--json").json())["as_of"] == "2026-03-06T18:00:00+01:00"


def test_without_as_of_the_bundles_own_timestamp_decides_first(cli: Cli, write: Write) -> None:
    path = write(bundle(timestamp="2026-03-09T07:30:00+01:00"))
    assert only(cli("assess", path, "--json").json())["as_of"] == "2026-03-09T07:30:00+01:00"


def test_a_time_without_a_zone_takes_the_zone_given(cli: Cli, feverish: Path) -> None:
    local = cli("assess", feverish, "--json", "--as-of", "2026-03-07T12:00:00", "--timezone", "+02:00").json()
    spelt = cli("assess", feverish, "--json", "--as-of", "2026-03-07T12:00:00+02:00").json()
    assert local["episodes"] == spelt["episodes"]


def test_a_day_is_known_at_its_end(cli: Cli, feverish: Path) -> None:
    told = only(cli("assess", feverish, "--json", "--as-of", "2026-03-04").json())
    assert datetime.fromisoformat(told["as_of"]) == datetime.fromisoformat("2026-03-04T23:59:59+00:00")


def test_now_is_the_machines_clock_and_nothing_else_is(cli: Cli, feverish: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("time.time", lambda: 1_775_000_000.9)
    told = only(cli("assess", feverish, "--json", "--as-of", "now").json())
    assert datetime.fromisoformat(told["as_of"]).timestamp() == 1_775_000_000
    assert only(cli("assess", feverish, "--json").json())["as_of"] == "2026-03-06T18:00:00+01:00"


# -- nothing to assess, and much to assess ---------------------------------------------------------------------------


def test_no_index_procedure_is_no_error_and_is_said(cli: Cli, write: Write) -> None:
    reading = observation("t1", "2026-03-01T18:00:00+01:00", "temperature", 37.6, "Cel")
    path = write(bundle(reading, procedure=False))
    said = cli("assess", path, "--json")
    assert (said.code, said.json()["episodes"]) == (0, [])
    assert {"note": "no index procedure", "count": 1} in said.json()["receipt"]["notes"]
    assert said.json()["receipt"]["irrelevant"] == said.json()["receipt"]["read"] == 1
    told = cli("assess", path)
    assert told.code == 0
    assert told.out.startswith("No index procedure: there is no course to assess.")
    assert cli("assess", path, "--jsonl").out == ""


def test_one_bad_file_among_many_is_counted_and_the_rest_is_read(cli: Cli, feverish: Path, write: Write) -> None:
    write("{", "broken.json")
    said = cli("assess", feverish.parent, "--json")
    assert said.code == 0
    assert len(said.json()["episodes"]) == 1
    assert said.json()["receipt"]["rejected_files"] == [{"file": "broken.json", "reason": "not JSON"}]
    assert "Not read: broken.json (not JSON)." in cli("assess", feverish.parent).out


def test_an_episode_is_written_before_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    from sequela.cli import printing
    from sequela.criteria import shelf
    from sequela.sources.receipt import Receipt

    happened: list[str] = []

    class Assessment:
        def as_json(self) -> dict[str, str]:
            return {}

    def assessments() -> Any:
        for name in ("one", "two"):
            happened.append(name)
            yield Assessment()

    monkeypatch.setattr(printing, "write", lambda data: happened.append(f"wrote {len(data) > 0}"))
    printing.print_json(assessments(), shelf(), Receipt())
    assert happened == ["one", "wrote True", "two", "wrote True", "wrote True"]


def test_a_sites_numbers_change_the_hash_and_the_answer(cli: Cli, feverish: Path, write: Write) -> None:
    site = write('name = "here"\n[parameters.high-fever]\nvalue = 39.9\n', "site.toml")
    shipped = cli("assess", feverish, "--json").json()
    changed = cli("assess", feverish, "--json", "--criteria", site).json()
    assert shipped["criteria"]["hash"] != changed["criteria"]["hash"]


def test_the_definition_of_the_syndrome_can_be_chosen(cli: Cli, feverish: Path) -> None:
    syndrome = "post-embolization-syndrome"
    for name in ("pes-fever-14d", "pes-swog"):
        told = only(cli("assess", feverish, "--json", "--pes", name).json())
        assert told["conditions"][syndrome]["definition"] == name
