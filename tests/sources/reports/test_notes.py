"""OMOP's NOTE table: a line a note, and facts of the notes of an episode; no text in any message."""

from __future__ import annotations

import csv
import json
import logging
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sequela.cli.ending import run
from sequela.course.facts import Event, Finding, Presence, Status
from sequela.errors import InputError
from sequela.sources import Receipt, notes
from sequela.sources.elements import Times
from sequela.sources.reports import findings
from sequela.sources.telling import ABSENCE
from tests.sources.making import at, reasons

CDM_5_3 = (
    *("note_id", "person_id", "note_date", "note_datetime", "note_type_concept_id", "note_class_concept_id"),
    *("note_title", "note_text", "encoding_concept_id", "language_concept_id", "provider_id", "visit_occurrence_id"),
    *("visit_detail_id", "note_source_value"),
)
CDM_5_4 = (*CDM_5_3, "note_event_id", "note_event_field_concept_id")
SENTINEL = "Zyzzyva-Quillfeather"
LEAST = -(2**63)
ENGLISH = 'Findings:\n"Abscess" in segment VI.\nSigned: Dr Who; 3|4'
SPANISH = "TC con contraste. Trombosis de la rama portal derecha."
# Read in English, this says nothing; its words alone would not tell its language.
SHORT = "Trombosis portal derecha."


def note(number: object = 1, text: str = ENGLISH, **cells: object) -> dict[str, Any]:
    own = {"note_id": number, "person_id": 7, "note_date": "2026-03-04", "note_text": text, "language_concept_id": 0}
    return {**own, **cells}


def table(path: Path, *rows: dict[str, Any], names: tuple[str, ...] = CDM_5_4, separator: str = ",") -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=separator, quoting=csv.QUOTE_MINIMAL)
        writer.writerow(names)
        writer.writerows([row.get(name.lower(), "") for name in names] for row in rows)
    return path


def printed(capsysbinary: pytest.CaptureFixture[bytes], *arguments: str, code: int = 0) -> tuple[list[Any], str]:
    assert run(["report", *arguments]) == code
    out, err = capsysbinary.readouterr()
    return [json.loads(line) for line in out.splitlines()], err.decode()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("names", [CDM_5_3, CDM_5_4, tuple(name.upper() for name in CDM_5_4)])
def test_a_note_table_prints_what_the_lines_of_its_texts_print(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], names: tuple[str, ...], separator: str
) -> None:
    rows = [
        note(LEAST, language_concept_id=4180186),
        note(2**63 - 1, SPANISH, language_concept_id=4182511),
        note(3, SPANISH),
    ]
    lines = tmp_path / "lines.jsonl"
    langs = ("en", "es", None)
    lines.write_text(
        "".join(
            json.dumps({"id": str(row["note_id"]), "text": row["note_text"], "lang": lang}) + "\n"
            for row, lang in zip(rows, langs, strict=True)
        )
    )
    said, err = printed(capsysbinary, str(table(tmp_path / "NOTE.csv", *rows, names=names, separator=separator)))
    assert (said, err) == printed(capsysbinary, str(lines), "--jsonl")
    assert [one["id"] for one in said] == [str(LEAST), str(2**63 - 1), "3"]
    assert [[found["finding"] for found in one["findings"]] for one in said] == [
        ["abscess"],
        ["portal-vein-thrombosis"],
        ["portal-vein-thrombosis"],
    ]
    start, end = said[0]["findings"][0]["span"]
    assert ENGLISH[start:end] == "Abscess"


def test_parquet_says_the_same_typed(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    rows = [note(LEAST), note(2, SPANISH, language_concept_id=4182511), note(3, "")]
    said, err = printed(capsysbinary, str(table(tmp_path / "note.csv", *rows)))
    typed = pl.DataFrame(rows).with_columns(pl.col("note_date").str.to_date()).rename(str.upper)
    typed.write_parquet(tmp_path / "note.parquet")
    assert printed(capsysbinary, str(tmp_path / "note.parquet")) == (said, err)
    assert err.strip() == "refused: 1 x a note without a text"


def test_the_language_is_the_concepts_else_the_options_else_the_words(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    def read(concept: object, *options: str) -> list[Any]:
        path = table(tmp_path / "note.csv", note(1, SPANISH, language_concept_id=concept))
        (said,), _ = printed(capsysbinary, str(path), *options)
        return list(said["findings"])

    spanish = [one.as_json() for one in findings(SPANISH, "es")]
    english = [one.as_json() for one in findings(SPANISH, "en")]
    assert json.loads(json.dumps(spanish)) != json.loads(json.dumps(english))
    for concept, options, expected in (
        (4182511, (), spanish),
        (4180186, (), english),
        (4182511, ("--lang", "en"), spanish),
        (0, ("--lang", "en"), english),
        ("", (), spanish),
    ):
        assert read(concept, *options) == json.loads(json.dumps(expected)), (concept, options)


def test_what_is_no_note_is_refused_counted_and_never_repeated(
    tmp_path: Path,
    capsysbinary: pytest.CaptureFixture[bytes],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(notes, "LONGEST", 150_000)
    path = table(
        tmp_path / "note.csv",
        note(1, f"{SENTINEL}. Abscess in segment VI."),
        note(SENTINEL, f"{SENTINEL}."),
        note(3, "  "),
        note(4, SENTINEL * 10_000),
    )
    with path.open("a", encoding="utf-8") as file:
        file.write(f"5,{SENTINEL}\n\n")
        file.write('6,7,2026-03-04,"' + f"{SENTINEL}\n" * 10)
    said, err = printed(capsysbinary, str(path))
    assert [one["id"] for one in said] == ["1"]
    assert "refused: 1 x a note without a note_id" in err
    assert "refused: 1 x a note without a text" in err
    assert "a row that does not fit the table's columns" in err
    assert SENTINEL not in err + caplog.text + json.dumps(said)


def test_a_table_without_a_note_ends_with_one_line(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    said, err = printed(capsysbinary, str(table(tmp_path / "note.csv")), code=2)
    assert (said, err.count("\n")) == ([], 1)


def test_another_csv_is_a_text_as_before(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    (tmp_path / "ct.csv").write_text("Abscess in segment VI, drained.\n", "utf-8")
    (said,), _ = printed(capsysbinary, str(tmp_path / "ct.csv"))
    assert (said["id"], said["findings"][0]["finding"]) == ("ct", "abscess")


def test_older_encodings_are_read(tmp_path: Path) -> None:
    path = table(tmp_path / "note.csv", note(1, "Colección con gas. Absceso hepático."))
    path.write_bytes(path.read_text("utf-8").encode("cp1252"))
    (row,) = notes.rows(path)
    assert row is not None
    (said,) = notes.told([row], notes.Tally())
    assert "abscess" in {one["finding"] for one in said["findings"]}


def test_a_damaged_parquet_file_is_an_error_of_one_line(tmp_path: Path) -> None:
    path = tmp_path / "note.parquet"
    text = [f"{number} Abscess in segment VI. {SENTINEL}" for number in range(5000)]
    pl.DataFrame([note(number, words) for number, words in enumerate(text)]).write_parquet(path, row_group_size=500)
    content = bytearray(path.read_bytes())
    content[2000:6000] = b"\x00" * 4000
    path.write_bytes(content)
    with pytest.raises(InputError, match="damaged") as caught:
        list(notes.rows(path))
    assert SENTINEL not in str(caught.value)


def test_progress_reaches_the_size_of_the_file(tmp_path: Path) -> None:
    rows = [note(number) for number in range(3000)]
    path = table(tmp_path / "note.csv", *rows)
    pl.DataFrame(rows).write_parquet(tmp_path / "note.parquet")
    for file in (path, tmp_path / "note.parquet"):
        steps: list[int] = []
        assert sum(1 for _ in notes.rows(file, steps.append)) == len(rows)
        assert sum(steps) == file.stat().st_size


# -- facts, for a reader of OMOP courses -------------------------------------------------------------------------------


def facts(*rows: dict[str, Any], sort: str | None = None) -> tuple[list[Any], Receipt]:
    receipt = Receipt()
    made = notes.facts(rows, Times(timezone(timedelta(hours=1))), receipt, sort)
    receipt.settle("used", number=len(made))
    receipt.check()
    return made, receipt


@pytest.mark.parametrize(
    ("cells", "known"),
    [
        ({"note_datetime": "2026-03-04 08:00:00"}, "2026-03-04T08:00:00+01:00"),
        ({"note_datetime": datetime(2026, 3, 4, 8)}, "2026-03-04T08:00:00+01:00"),  # noqa: DTZ001 - as tables give it
        ({}, "2026-03-04T23:59:59+01:00"),
        ({"note_date": date(2026, 3, 4)}, "2026-03-04T23:59:59+01:00"),
        # Midnight is what is written where the time of day is not known.
        ({"note_datetime": "2026-03-04 00:00:00"}, "2026-03-04T23:59:59+01:00"),
        ({"note_datetime": "2026-03-04T00:00:01"}, "2026-03-04T00:00:01+01:00"),
    ],
)
def test_a_note_is_known_when_it_was_written_a_day_at_its_end(cells: dict[str, object], known: str) -> None:
    made, receipt = facts(note(LEAST, "Abscess in segment VI. No gas.", note_title="CT", **cells))
    (found,) = made
    assert isinstance(found, Finding)
    assert (found.fact, found.finding, found.presence, found.site, found.status) == (
        f"note/{LEAST}#abscess", "abscess", Presence.PRESENT, frozenset({"VI"}), Status.UNVERIFIED,
    )  # fmt: skip
    assert (found.at, found.known_at, found.assumed) == (at(known), at(known), True)
    assert reasons(receipt) == {"irrelevant: not in the catalogue": 1, f"dropped: {ABSENCE}": 1}


def test_the_title_says_what_was_done_and_whether_the_text_is_a_report() -> None:
    (done, found), _ = facts(note(1, "Abscess in segment VI.", note_title="TC abdomen con contraste"))
    assert isinstance(done, Event)
    assert (done.fact, done.event, found.fact) == ("note/1", "contrast-ct", "note/1#abscess")
    assert [f.key for f in facts(note(1, "Abscess.", note_source_value="Radiology"))[0]] == ["abscess"]
    made, receipt = facts(note(1, "Abscess.", note_title="Nursing note"))
    assert made == []
    assert receipt.notes["reports with a text, which is not read: neither imaging nor a culture"] == 1
    assert [f.key for f in facts(note(1, "Abscess.", note_title="Nursing note"), sort="imaging")[0]] == ["abscess"]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"note_id": SENTINEL}, "rejected: a note without a note_id"),
        ({"note_date": SENTINEL}, "rejected: malformed time"),
        ({"note_date": None, "note_title": "Doppler"}, "dropped: no time"),
    ],
)
def test_a_note_that_makes_no_fact_is_counted(cells: dict[str, object], reason: str) -> None:
    made, receipt = facts({**note(1, "Abscess."), **cells})
    assert made == []
    assert reason in reasons(receipt)
    assert SENTINEL not in str(receipt.as_json())
