"""How commands end: exit codes, one line for each error, and never a patient's name in it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sequela import assessing
from tests.contract.bundles import SENTINEL, Cli, Write, bundle, observation

SCRIPT = Path(sys.executable).parent / "sequela"


def one_line(text: str) -> bool:
    return text.count("\n") == 1 and text.startswith("sequela") and "Traceback" not in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["assess", "missing.json"], "sequela: missing.json: no such file. Give a FHIR R4 Bundle"),
        (["assess", "broken.json"], "sequela: broken.json: not JSON. Give a FHIR R4 Bundle"),
        (["assess", "bundle.json", "--as-of", "teatime"], "sequela: --as-of: not a time. Write it like 2026-03-01T"),
        (["assess", "bundle.json", "--timezone", "Mars"], "sequela: --timezone: unknown time zone. Give an IANA name"),
        (["assess", "bundle.json", "--pes", "pes"], "sequela: --pes pes: no such definition. Choose pes-fever-3d, "),
        (["assess", "bundle.json", "--criteria", "broken.json"], "sequela: broken.json: is not TOML"),
        (["assess", "bundle.json", "--json", "--jsonl"], "sequela: assess: --json and --jsonl exclude each other"),
        (["assess", "bundle.json", "--receipt", "no/r.json"], "sequela: r.json: the receipt cannot be written there."),
        (["assess", "bundle.json", "--lang", "fr"], "sequela: Invalid value for '--lang'"),
        (["assess"], "sequela: Missing argument 'PATH'"),
        (["assess", "bundle.json", "--colour"], "sequela: No such option: --colour"),
        (["asses"], "sequela: No such command 'asses'. Did you mean 'assess'?"),
        (["score", "NEWS"], "sequela: score NEWS: no such score. Did you mean NEWS2?"),
        (["score", "NEWS2", "temperature"], "sequela: score: a value is written KIND=VALUE[UNIT]."),
        (["score", "NEWS2", "temperature=hot"], "sequela: temperature: is not a number."),
        (["score", "NEWS2", "oxygen=maybe"], "sequela: oxygen: is not one of its answers. Write no or yes"),
        (["score", "NEWS2", "temperature=38parsec"], "sequela: "),
        (["criteria", "hepatic-necrossis"], "sequela: criteria hepatic-necrossis: nothing of that name on the shelf."),
    ],
)
def test_what_the_user_can_mend_is_one_line_and_exit_2(
    cli: Cli, write: Write, monkeypatch: pytest.MonkeyPatch, arguments: list[str], told: str
) -> None:
    path = write(bundle(observation("t1", "2026-03-01T18:00:00+01:00", "temperature", 37.6, "Cel")))
    write("{" + SENTINEL, "broken.json")
    monkeypatch.chdir(path.parent)
    said = cli(*arguments)
    assert said.code == 2
    assert one_line(said.err)
    assert said.err.startswith(told)
    assert SENTINEL not in said.err + said.out
    assert said.out == ""


def test_a_bug_is_one_line_and_exit_1_without_what_the_exception_says(
    cli: Cli, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise LookupError(SENTINEL)

    monkeypatch.setattr(assessing, "assess", broken)
    path = write(bundle())
    said = cli("assess", path)
    assert said.code == 1
    assert re.fullmatch(
        r"sequela has a bug: LookupError at \w+/commands\.py:\d+\. --debug shows the traceback\n", said.err
    )
    with pytest.raises(LookupError, match=SENTINEL):
        cli("--debug", "assess", path)


def test_a_name_comes_out_nowhere(cli: Cli, write: Write) -> None:
    path = write(bundle(observation("t1", "2026-03-01T18:00:00+01:00", "temperature", 37.6, "furlong")))
    for arguments in (["--json"], ["--jsonl"], [], ["--as-of", "now"]):
        said = cli("assess", path, *arguments)
        assert said.code == 0
        assert SENTINEL not in said.out + said.err


def test_an_identifier_comes_out_in_its_own_fields_only(cli: Cli, write: Write) -> None:
    text = json.dumps(bundle(observation("t1", "2026-03-01T18:00:00+01:00", "temperature", 37.6, "furlong")))
    path = write(text.replace('"p1"', f'"{SENTINEL}"').replace("Patient/p1", f"Patient/{SENTINEL}"))
    told = cli("assess", path, "--json").json()
    for episode in told["episodes"]:
        del episode["id"], episode["patient"]
    assert SENTINEL not in json.dumps(told)


def test_no_arguments_show_the_help(cli: Cli) -> None:
    said = cli()
    assert said.code == 0
    for command in ("assess", "score", "criteria", "schema", "version"):
        assert f"\n  {command} " in said.out


@pytest.mark.parametrize("command", ["assess", "score", "criteria", "schema"])
def test_the_help_of_each_command_teaches_by_example(cli: Cli, command: str) -> None:
    assert f"\n  sequela {command}" in cli(command, "--help").out


def test_help_loads_neither_rich_nor_orjson_nor_any_room_below() -> None:
    code = (
        "import sys, json\nfrom sequela.cli import run\nrun(['--help'])\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = set(json.loads(said.stderr))
    assert modules & {"rich", "orjson", "polars", "plotext", "jsonschema"} == set()
    rooms = {name.split(".")[1] for name in modules if name.startswith("sequela.")}
    assert rooms == {"cli", "errors"}


def test_a_reader_that_leaves_early_is_no_error(feverish: Path) -> None:
    command = f"{SCRIPT} assess {feverish} --json | head -c 20; echo ${{PIPESTATUS[0]}}"
    said = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert said.stdout.endswith("0\n")
    assert said.stderr == ""


def test_a_terminal_without_our_signs_still_gets_the_account(feverish: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    said = subprocess.run([SCRIPT, "assess", feverish], capture_output=True, env=environment, check=False)
    assert said.returncode == 0, said.stderr
    assert said.stdout.decode("ascii").startswith("TAE")
    assert b"\x1b" not in said.stdout
