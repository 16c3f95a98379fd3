"""`sequela report`: what it prints, what it refuses, and that no report's text ever comes out."""

from __future__ import annotations

import io
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sequela.cli.ending import run
from sequela.sources.reports import FINDINGS, STATUSES, findings

SENTINEL = "Zyzzyva-Quillfeather"
TEXT = f"{SENTINEL}. Infarct of segments VII and VIII. No abscess. Right portal vein thrombosed."


def place(word: str) -> list[int]:
    return [TEXT.index(word), TEXT.index(word) + len(word)]


def printed(capsysbinary: pytest.CaptureFixture[bytes], *arguments: str, code: int = 0) -> tuple[str, str]:
    assert run(["report", *arguments]) == code
    out, err = capsysbinary.readouterr()
    return out.decode(), err.decode()


@pytest.fixture(scope="module")
def schema(root: Path) -> Draft202012Validator:
    content: dict[str, Any] = json.loads((root / "src/sequela/data/report.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(content)
    items = content["properties"]["findings"]["items"]["properties"]
    assert tuple(items["finding"]["enum"]) == FINDINGS
    assert tuple(items["status"]["enum"]) == STATUSES
    return Draft202012Validator(content)


def test_a_report_is_printed_as_the_contract_says(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], schema: Draft202012Validator
) -> None:
    (tmp_path / "ct-1.txt").write_text(TEXT, encoding="utf-8")
    out, err = printed(capsysbinary, str(tmp_path / "ct-1.txt"))
    said = json.loads(out)
    schema.validate(said)
    assert (said["id"], err) == ("ct-1", "")
    assert said["findings"] == [
        {
            "finding": "parenchymal-necrosis",
            "status": "present",
            "segments": ["VII", "VIII"],
            "branch": None,
            "organism": None,
            "span": place("Infarct"),
        },
        {
            "finding": "abscess",
            "status": "absent",
            "segments": [],
            "branch": None,
            "organism": None,
            "span": place("abscess"),
        },
        {
            "finding": "portal-vein-thrombosis",
            "status": "present",
            "segments": [],
            "branch": "right",
            "organism": None,
            "span": place("thrombosed"),
        },
    ]
    assert SENTINEL not in out


def test_a_report_is_read_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"Sin gas portal.")))
    out, _ = printed(capsysbinary, "-")
    assert [(one["finding"], one["status"]) for one in json.loads(out)["findings"]] == [("gas", "absent")]


def test_lines_come_out_in_order_and_bad_ones_are_counted_and_not_repeated(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], schema: Draft202012Validator
) -> None:
    lines = [
        json.dumps({"id": "a", "text": TEXT, "lang": "en", "modality": "CT"}),
        f"{{broken {SENTINEL}",
        json.dumps({"id": "b", "text": 7}),
        json.dumps([SENTINEL]),
        json.dumps({"text": SENTINEL}),
        json.dumps({"id": "c", "text": SENTINEL, "lang": ["en"]}),
        "",
        json.dumps({"id": 4, "text": "Sin abscesos.", "lang": "es", "modality": None}),
    ]
    (tmp_path / "reports.jsonl").write_text("\n".join(lines), encoding="utf-8")
    out, err = printed(capsysbinary, str(tmp_path / "reports.jsonl"), "--jsonl")
    said = [json.loads(line) for line in out.splitlines()]
    for one in said:
        schema.validate(one)
    assert [one["id"] for one in said] == ["a", "4"]
    assert err.splitlines() == [
        "refused: 1 x a language or modality that is not a word",
        "refused: 1 x a line that is not JSON",
        "refused: 2 x a line without a text",
        "refused: 1 x a line without an id",
    ]
    assert SENTINEL not in out + err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "sequela: r.txt: there is no text. Give a plain-text report\n"),
        (b"a\x00b", "sequela: r.txt: not a text. Give a plain-text report\n"),
    ],
)
def test_what_is_no_report_is_one_line_and_exit_code_2(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], content: bytes, told: str
) -> None:
    (tmp_path / "r.txt").write_bytes(content)
    assert printed(capsysbinary, str(tmp_path / "r.txt"), code=2) == ("", told)


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    _, err = printed(capsysbinary, str(tmp_path / "none.txt"), code=2)
    assert err == "sequela: none.txt: the file cannot be read. No such file or directory\n"


def test_lines_of_which_none_is_a_report_end_with_2(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    (tmp_path / "r.jsonl").write_text(f"{SENTINEL}\n", encoding="utf-8")
    out, err = printed(capsysbinary, str(tmp_path / "r.jsonl"), "--jsonl", code=2)
    assert out == "" and SENTINEL not in err
    assert err.endswith('sequela: r.jsonl: no line holds a report. Write {"id": "1", "text": "..."} a line\n')


def test_text_of_an_older_encoding_is_read(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    (tmp_path / "r.txt").write_bytes("Absceso en el lóbulo hepático izquierdo.".encode("cp1252"))
    out, _ = printed(capsysbinary, str(tmp_path / "r.txt"), "--lang", "es")
    assert json.loads(out)["findings"][0]["branch"] == "left"


def test_the_schema_is_printed(capsysbinary: pytest.CaptureFixture[bytes], root: Path) -> None:
    assert run(["schema", "report"]) == 0
    out, _ = capsysbinary.readouterr()
    assert json.loads(out) == json.loads((root / "src/sequela/data/report.schema.json").read_text("utf-8"))


def test_nothing_of_a_text_is_logged_or_shown_by_what_is_made_of_it(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        found = findings(TEXT + f" {SENTINEL} has an abscess of segment VI.", "en")
    assert SENTINEL not in caplog.text + repr(found)
