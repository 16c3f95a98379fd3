"""The `reports` table of a course folder: findings that nobody has verified, as from a DiagnosticReport."""

from __future__ import annotations

import csv
import logging
from pathlib import Path

import polars as pl
import pytest
import rich.console  # noqa: F401 - its first import draws from the global random state, which no test may do.

from sequela.assessing import assess
from sequela.course.episodes import Course
from sequela.course.facts import Event, Finding, Presence, Status
from sequela.criteria import shelf
from sequela.sources import Receipt, folders, frames, read
from sequela.sources.telling import ABSENCE, DOUBT, REASSURANCE, sort_named
from tests.sources.making import Json, at, coded, only, reasons, subject, take, usual

START, SCANNED, ISSUED, LATER = (
    "2026-03-01T10:00:00+01:00",
    "2026-03-04T08:00:00+01:00",
    "2026-03-04T12:00:00+01:00",
    "2026-03-05T12:00:00+01:00",
)
COLUMNS = ("episode", "fact", "version", "text", "lang", "modality", "at", "known_at", "status")
ABSCESS = "Abscess in segment VI."
SPANISH = (
    "TC de abdomen con contraste en fase portal.\nTrombosis de la rama portal derecha. Vena porta izquierda permeable. "
    "No se identifican abscesos. Posible gas en el segmento VII."
)
SENTINEL = "Zyzzyva-Quillfeather"


def row(text: str = ABSCESS, **cells: str) -> dict[str, str]:
    told = {"episode": "e1", "fact": "r", "version": "1", "text": text, "at": SCANNED, "known_at": ISSUED}
    return {**told, "modality": "contrast-ct", **cells}


def written(folder: Path, *rows: dict[str, str]) -> Path:
    """A course folder of one episode with these reports."""
    (folder / "episodes.csv").write_text(f"episode,patient,kind,start,birth_year\ne1,p1,TAE,{START},1965\n", "utf-8")
    with (folder / "reports.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return folder


def courses(folder: Path, *rows: dict[str, str]) -> tuple[Course, Receipt]:
    receipt = Receipt()
    course = only(read([written(folder, *rows)], receipt=receipt))
    receipt.check()
    return course, receipt


def test_a_text_says_what_the_same_text_says_in_a_diagnostic_report(tmp_path: Path) -> None:
    course, receipt = courses(tmp_path, row(SPANISH, lang="es"))
    fhir: Json = subject(
        resourceType="DiagnosticReport", id="r", status="final", code=coded("urn:sequela:event", "contrast-ct"),
        effectiveDateTime=SCANNED, issued=ISSUED, conclusion=SPANISH, language="es",
    )  # fmt: skip
    (tmp_path / "fhir").mkdir()
    others, other = take(tmp_path / "fhir", usual(fhir))

    def said(of: Course, prefix: str) -> set[tuple[object, ...]]:
        own = [fact for fact in of.facts if fact.fact.startswith(prefix)]
        heads = {fact.fact: (fact.fact.removeprefix(prefix), fact.at, fact.known_at, fact.status) for fact in own}
        return {
            (*heads[fact.fact], *((fact.finding, fact.presence, fact.site) if isinstance(fact, Finding) else ()))
            for fact in own
        }

    assert said(course, "reports/r") == said(only(others), "DiagnosticReport/r")
    assert reasons(receipt) == reasons(other)
    assert (receipt.read, receipt.used) == (other.read, other.used)


def test_a_spanish_thrombosis_confirms_and_is_said_to_be_unverified(tmp_path: Path) -> None:
    def condition(*rows: dict[str, str]) -> tuple[str, str]:
        course, _ = courses(tmp_path, *rows)
        (assessment,) = assess([course], shelf())
        thrombosis = assessment.conditions["portal-vein-thrombosis"]
        return thrombosis.status, thrombosis.note

    before = condition(row("TC sin hallazgos.", lang="es"))
    assert before[0] not in ("suspected", "confirmed")
    assert condition(row(SPANISH, lang="es")) == ("confirmed", "unverified")
    # Worked out from its words where nobody says the language.
    assert condition(row(SPANISH)) == ("confirmed", "unverified")


def test_absences_doubts_and_reassurances_are_counted_and_never_facts(tmp_path: Path) -> None:
    course, receipt = courses(tmp_path, row(SPANISH))
    found = {f.finding: (f.presence, f.site, f.status) for f in course.facts if isinstance(f, Finding)}
    assert found == {
        "portal-vein-thrombosis": (Presence.PRESENT, frozenset({"portal-right"}), Status.UNVERIFIED),
    }
    assert reasons(receipt) == {f"dropped: {ABSENCE}": 1, f"dropped: {DOUBT}": 1, f"dropped: {REASSURANCE}": 1}
    # The episode, the examination, the thrombosis, and the three above.
    assert (receipt.read, receipt.used) == (6, 3)


@pytest.mark.parametrize(
    ("modality", "event", "findings"),
    [
        ("contrast-ct", "contrast-ct", {"abscess"}),
        ("Doppler", "doppler", {"abscess"}),
        ("TC", None, {"abscess"}),
        ("", None, {"abscess"}),
        ("endoscopy", None, set()),
    ],
)
def test_the_modality_says_whether_it_is_read_and_what_was_done(
    tmp_path: Path, modality: str, event: str | None, findings: set[str]
) -> None:
    course, receipt = courses(tmp_path, row(modality=modality))
    assert {f.finding for f in course.facts if isinstance(f, Finding)} == findings
    assert [(f.fact, f.event) for f in course.facts if isinstance(f, Event)] == (
        [("reports/r", event)] if event else []
    )
    assert reasons(receipt) == ({} if event else {"irrelevant: not in the catalogue": 1})
    unread = "reports with a text, which is not read: neither imaging nor a culture"
    assert receipt.notes[unread] == (0 if findings else 1)


def test_a_culture_is_told_by_its_modality(tmp_path: Path) -> None:
    course, _ = courses(tmp_path, row("E. coli grown in both bottles.", modality="Hemocultivo"))
    assert {f.fact for f in course.facts} == {"reports/r", "reports/r#culture-growth"}


def test_a_title_of_something_else_names_no_report() -> None:
    assert sort_named("Discharge summary after dexamethasone") == (None, [])
    assert sort_named("Informe de ecografía") == ("imaging", ["ultrasound"])


def test_a_correction_takes_back_what_it_says_no_more(tmp_path: Path) -> None:
    course, receipt = courses(
        tmp_path, row(), row("No abscess. Gas in segment VI.", version="2", known_at=LATER, status="amended")
    )
    spans = {fact.fact: (fact.version, fact.known_from, fact.known_until) for fact in course.facts}
    assert spans["reports/r#abscess"] == (1, at(ISSUED), at(LATER))
    assert spans["reports/r#gas"] == (2, at(LATER), None)
    # The examination and the abscess were said by an earlier version; the denial of it is worth nothing.
    assert reasons(receipt) == {f"dropped: {ABSENCE}": 1, "superseded: an earlier version": 2}
    assert (receipt.read, receipt.used) == (6, 3)


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled"])
def test_a_withdrawn_report_takes_its_findings_with_it(tmp_path: Path, status: str) -> None:
    gone = {"episode": "e1", "fact": "r", "version": "2", "known_at": LATER, "status": status}
    course, receipt = courses(tmp_path, row(), gone)
    assert {f.fact: f.known_until for f in course.facts} == {
        "reports/r": at(LATER),
        "reports/r#abscess": at(LATER),
    }
    assert reasons(receipt) == {f"dropped: {status}": 1, "superseded: an earlier version": 2}


def test_the_same_row_again_is_a_duplicate_and_the_same_finding_twice_one(tmp_path: Path) -> None:
    course, receipt = courses(tmp_path, row(), row(), row(fact="s"))
    assert len([f for f in course.facts if isinstance(f, Finding)]) == 2
    assert reasons(receipt) == {
        "duplicate: the same value at the same time": 2,
        "duplicate: the same version again": 1,
    }


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"text": "", "modality": ""}, "dropped: a report without a text"),
        ({"at": ""}, "dropped: no time"),
        ({"at": "1950-01-01"}, "dropped: before birth"),
        ({"at": "yesterday"}, "rejected: malformed time"),
        ({"fact": ""}, "rejected: a row without a fact"),
        ({"version": "x"}, "rejected: a column that is not a whole number"),
        ({"status": "odd"}, "rejected: unknown status"),
        ({"episode": "e9"}, "dropped: of an episode that is not in the folder"),
        ({"known_at": "", "status": "corrected"}, "dropped: a correction that does not say when it was made"),
    ],
)
def test_a_row_that_cannot_be_used_is_counted_once_with_its_reason(
    tmp_path: Path, cells: dict[str, str], reason: str
) -> None:
    course, receipt = courses(tmp_path, {**row(), **cells})
    assert course.facts == ()
    assert reasons(receipt) == {reason: 1}
    assert receipt.read == 2


def test_no_broken_version_leaves_the_receipt_unbalanced(tmp_path: Path) -> None:
    # What only a rejected version says must not be taken back by its correction, which is alone then.
    _, receipt = courses(
        tmp_path, row(at="yesterday"), row("Gas in segment VI.", version="2", known_at="", status="corrected")
    )
    assert receipt.used == 1


def test_a_day_is_known_at_its_end_and_many_lines_are_one_text(tmp_path: Path) -> None:
    course, _ = courses(
        tmp_path, row('Findings:\n"Abscess" in segment VI,\n\nnothing else.', at="2026-03-04", known_at="")
    )
    (found,) = (f for f in course.facts if isinstance(f, Finding))
    assert (found.at, found.known_at, found.assumed, found.site) == (
        at("2026-03-04T23:59:59+00:00"), at("2026-03-04T23:59:59+00:00"), True, frozenset({"VI"}),
    )  # fmt: skip


def test_a_table_without_its_columns_is_named_and_an_empty_one_is_none(tmp_path: Path) -> None:
    written(tmp_path)
    receipt = Receipt()
    assert only(read([tmp_path], receipt=receipt)).facts == ()
    (tmp_path / "reports.csv").write_text("episode,fact,at\n", "utf-8")
    tables = frames.chunks(tmp_path, receipt=receipt)
    assert list(tables) == []
    assert receipt.rejected_files == [(f"{tmp_path.name}/reports.csv", "no column text in the reports table")]


def test_parquet_and_the_engines_frames_say_the_same(tmp_path: Path) -> None:
    course, _ = courses(tmp_path, row(SPANISH))
    tables = {name: pl.read_csv(tmp_path / f"{name}.csv", infer_schema=False) for name in ("episodes", "reports")}
    _, facts = frames.settled(tables)
    assert facts["fact"].to_list() == [fact.fact for fact in course.facts]
    (tmp_path / "reports.csv").unlink()
    tables["reports"].write_parquet(tmp_path / "reports.parquet")
    assert only(read([tmp_path])).facts == course.facts


def test_reports_in_any_order_and_read_in_parts_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"e{number}" for number in range(6)]
    rows = [row(SPANISH, episode=name, fact=fact) for fact in ("r", "s") for name in reversed(names)]
    written(tmp_path, *rows)
    heads = [f"{name},{name},TAE,{START},1965" for name in names]
    (tmp_path / "episodes.csv").write_text("\n".join(["episode,patient,kind,start,birth_year", *heads, ""]), "utf-8")
    (whole,) = frames.chunks(tmp_path)
    # A part holds one episode, and memory no more than two of them.
    monkeypatch.setattr(folders, "IN_MEMORY", 4 * folders.TEXT)
    receipt = Receipt()
    parts = list(frames.chunks(tmp_path, receipt=receipt, episodes_per_chunk=1))
    receipt.check()
    assert len(parts) == len(names)
    assert pl.concat([facts for _, facts in parts]).equals(whole[1])
    assert whole[1].group_by("episode").len()["len"].to_list() == [4] * len(names)


def test_no_text_is_in_a_message_a_receipt_or_a_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    broken = [{"at": SENTINEL}, {"status": SENTINEL}, {"version": SENTINEL}, {"modality": SENTINEL}, {"lang": SENTINEL}]
    for place, cells in enumerate([{}, *broken]):
        course, receipt = courses(tmp_path, {**row(f"{SENTINEL}. {ABSCESS}", fact=str(place)), **cells})
        assert SENTINEL not in str(receipt.as_json()) + repr(course.facts)
    assert SENTINEL not in caplog.text + "".join(capfd.readouterr())
