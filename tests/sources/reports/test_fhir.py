"""A DiagnosticReport's text becomes findings that nobody has verified, and never excludes anything."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
import rich.console  # noqa: F401 - its first import draws from the global random state, which no test may do.

from sequela.assessing import assess
from sequela.course.facts import Finding, Presence, Status
from sequela.criteria import shelf
from sequela.sources.reports import FINDINGS
from sequela.sources.telling import ABSENCE, REASSURANCE
from tests.sources.making import Json, at, coded, only, reasons, subject, take, usual

SCANNED, ISSUED = "2026-03-04T08:00:00+01:00", "2026-03-04T12:00:00+01:00"
CLEAN = (
    "Portal venous phase CT of the whole liver. No hepatic infarction or necrosis of the parenchyma. "
    "No portal vein thrombosis. The main, right and left portal veins are patent. No abscess."
)


def report(event: str = "contrast-ct", **fields: Any) -> Json:
    return subject(
        **{
            "resourceType": "DiagnosticReport",
            "id": "r",
            "status": "final",
            "code": coded("urn:sequela:event", event),
            "effectiveDateTime": SCANNED,
            "issued": ISSUED,
            **fields,
        }
    )


def attached(text: str, kind: str = "text/plain; charset=utf-8") -> list[Json]:
    return [{"contentType": kind, "data": base64.b64encode(text.encode()).decode()}]


def found(folder: Path, *documents: Json) -> tuple[dict[str, Finding], Any]:
    courses, receipt = take(folder, usual(*documents))
    return {fact.fact: fact for fact in only(courses).facts if isinstance(fact, Finding)}, receipt


def test_what_a_conclusion_says_is_there_becomes_unverified_findings_with_their_sites(tmp_path: Path) -> None:
    text = (
        "Infarct of segments VII and VIII. Thrombosis of the right posterior portal branch. "
        "Possible gas in segment VII."
    )
    facts, receipt = found(tmp_path, report(conclusion=text))
    said = {name: (fact.finding, fact.presence, fact.site, fact.status) for name, fact in facts.items()}
    assert said == {
        "DiagnosticReport/r#parenchymal-necrosis": (
            "parenchymal-necrosis", Presence.PRESENT, frozenset({"VII", "VIII"}), Status.UNVERIFIED,
        ),
        "DiagnosticReport/r#portal-vein-thrombosis": (
            "portal-vein-thrombosis", Presence.PRESENT, frozenset({"portal-right-posterior"}), Status.UNVERIFIED,
        ),
    }  # fmt: skip
    assert {(fact.at, fact.known_at) for fact in facts.values()} == {(at(SCANNED), at(ISSUED))}
    # The scan itself, the procedure and two findings; a doubt is no fact, and is counted.
    assert (receipt.read, receipt.used) == (5, 4)
    assert reasons(receipt) == {"dropped: a doubt that only a text gives: it takes nothing back": 1}


def test_an_attached_plain_text_is_read_and_a_conclusion_that_repeats_it_counts_once(tmp_path: Path) -> None:
    text = "FINDINGS: Abscess in segment VI.\nIMPRESSION: Liver abscess."
    facts, _ = found(tmp_path, report(presentedForm=attached(text), conclusion="Liver abscess."))
    assert {name: fact.site for name, fact in facts.items()} == {"DiagnosticReport/r#abscess": frozenset({"VI"})}


def test_the_narrative_is_read_only_where_there_is_nothing_else(tmp_path: Path) -> None:
    narrative = {"status": "generated", "div": "<div><p>Abscess in segment&nbsp;VI.</p><p>Pain &amp; fever.</p></div>"}
    facts, _ = found(tmp_path, report(text=narrative))
    assert {name: fact.site for name, fact in facts.items()} == {"DiagnosticReport/r#abscess": frozenset({"VI"})}
    facts, _ = found(tmp_path, report(text=narrative, conclusion="Gas in the liver."))
    assert set(facts) == {"DiagnosticReport/r#gas"}


def test_an_attachment_of_another_kind_is_noted_and_a_broken_one_refused(tmp_path: Path) -> None:
    _, receipt = found(tmp_path, report(presentedForm=attached("Abscess.", "application/pdf")))
    assert receipt.notes["reports attached in a form that is not read"] == 1
    _, receipt = found(tmp_path, report(presentedForm=[{"contentType": "text/plain", "data": "%%%"}]))
    assert reasons(receipt) == {"rejected: malformed presentedForm": 1}


def test_a_text_of_something_else_is_not_read(tmp_path: Path) -> None:
    facts, receipt = found(tmp_path, report("endoscopy", conclusion="Abscess in segment VI."))
    assert facts == {}
    assert receipt.notes["reports with a text, which is not read: neither imaging nor a culture"] == 1


@pytest.mark.parametrize(
    ("system", "code"), [("http://loinc.org", "LP29684-5"), ("http://terminology.hl7.org/CodeSystem/v2-0074", "RAD")]
)
def test_a_scan_of_no_listed_kind_is_read_by_its_category(tmp_path: Path, system: str, code: str) -> None:
    plain = report(code={"text": "CT abdomen"}, category=[coded(system, code)], conclusion="Abscess in segment VI.")
    facts, _ = found(tmp_path, plain)
    assert set(facts) == {"DiagnosticReport/r#abscess"}


def test_a_culture_grows_but_a_text_alone_makes_none_sterile(tmp_path: Path) -> None:
    facts, _ = found(tmp_path, report("blood-culture", conclusion="E. coli grown in both bottles."))
    assert {name: fact.presence for name, fact in facts.items()} == {
        "DiagnosticReport/r#culture-growth": Presence.PRESENT
    }
    facts, receipt = found(tmp_path, report("blood-culture", conclusion="Blood culture: no growth after 5 days."))
    assert facts == {}
    assert reasons(receipt) == {f"dropped: {REASSURANCE}": 1}


def test_no_finding_is_ever_made_absent_by_a_text(tmp_path: Path) -> None:
    facts, receipt = found(tmp_path, report(conclusion=CLEAN))
    assert facts == {}
    assert reasons(receipt) == {f"dropped: {ABSENCE}": 3, f"dropped: {REASSURANCE}": 1}
    assert receipt.read == receipt.used + receipt.dropped == 6


def test_what_is_expected_or_past_is_no_complication(tmp_path: Path) -> None:
    text = "Expected gas in the ablation zone of segment VI. Previous portal vein thrombosis, fully recanalised."
    facts, receipt = found(tmp_path, report(conclusion=text))
    assert facts == {}
    assert receipt.irrelevant == 2


def test_a_coded_finding_is_not_counted_again_from_the_text(tmp_path: Path) -> None:
    both = report(
        conclusion="Portal vein thrombosis and an abscess in segment VI.",
        conclusionCode=[coded("urn:sequela:finding", "portal-vein-thrombosis")],
    )
    facts, receipt = found(tmp_path, both)
    assert {name: fact.status for name, fact in facts.items()} == {
        "DiagnosticReport/r#conclusion1": Status.FINAL,
        "DiagnosticReport/r#abscess": Status.UNVERIFIED,
    }
    assert reasons(receipt) == {"duplicate: said in words what the report says by code": 1}


def test_an_amended_report_takes_the_place_of_what_it_said_before(tmp_path: Path) -> None:
    first = report(conclusion="Abscess in segment VI.", meta={"versionId": "1"})
    second = report(
        conclusion="No abscess. Gas in segment VI.",
        status="amended",
        issued="2026-03-05T12:00:00+01:00",
        meta={"versionId": "2"},
    )
    facts, _ = found(tmp_path, first, second)
    abscess, gas = facts["DiagnosticReport/r#abscess"], facts["DiagnosticReport/r#gas"]
    assert (abscess.known_until, gas.known_from) == (at("2026-03-05T12:00:00+01:00"),) * 2
    assert gas.known_until is None


def necrosis(folder: Path, *documents: Json) -> Any:
    courses, _ = take(folder, usual(*documents))
    (assessment,) = assess(courses, shelf())
    return assessment.conditions["hepatic-necrosis"]


def coded_clean(**fields: Any) -> Json:
    """The same clean scan, with its answers as codes."""
    listed = ("parenchymal-necrosis", "portal-vein-thrombosis")
    answers = [
        subject(
            resourceType="Observation",
            id=key,
            status="final",
            code=coded("urn:sequela:finding", key),
            effectiveDateTime=SCANNED,
            issued=ISSUED,
            valueBoolean=False,
        )
        for key in listed
    ]
    return {"answers": answers, "report": report(**fields)}


def test_a_text_alone_never_excludes_necrosis_though_the_same_by_code_does(tmp_path: Path) -> None:
    assert necrosis(tmp_path, report(conclusion=CLEAN)).status != "excluded"
    clean = coded_clean()
    assert necrosis(tmp_path, *clean["answers"], clean["report"]).status == "excluded"
    # Half by code and half by text is not enough either.
    assert necrosis(tmp_path, clean["answers"][0], report(conclusion=CLEAN)).status != "excluded"


def test_a_confirmation_by_text_alone_says_that_it_is_unverified(tmp_path: Path) -> None:
    by_text = necrosis(tmp_path, report(conclusion="Infarct of segments VII and VIII."))
    assert (by_text.status, by_text.note) == ("confirmed", "unverified")
    by_both = necrosis(
        tmp_path,
        report(conclusion="Infarct of segment VII."),
        report(id="s", conclusionCode=[coded("urn:sequela:finding", "parenchymal-necrosis")]),
    )
    assert (by_both.status, by_both.note) == ("confirmed", "")
    by_code = necrosis(tmp_path, report(conclusionCode=[coded("urn:sequela:finding", "parenchymal-necrosis")]))
    assert (by_code.status, by_code.note) == ("confirmed", "")


def test_the_account_says_that_only_a_report_says_so(tmp_path: Path) -> None:
    from sequela.account import render

    courses, _ = take(tmp_path, usual(report(conclusion="Infarct of segments VII and VIII.")))
    (assessment,) = assess(courses, shelf())
    said = " ".join(render(assessment, chart=False).split())
    assert "Hepatic necrosis: confirmed, unverified (in the words of a report only)" in said


def test_every_finding_of_the_reader_is_one_of_the_catalogue() -> None:
    from sequela.course.catalogue import catalogue

    assert set(FINDINGS) <= set(catalogue().findings)
