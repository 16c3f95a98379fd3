"""Every course is what its TOML says, valid FHIR R4, cited, labelled, and coded with keys that exist."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cases.transcribe import SCANS, course_files, transcribed

FILES = course_files()
PUBLISHED = [path for path in FILES if path.parent.name == "published"]
SYNTHETIC = [path for path in FILES if path.parent.name == "synthetic"]
DRAWN_CASES_WITH_DATES = 13


def bundle(path: Path) -> dict[str, Any]:
    return json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def course(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def codings(node: Any) -> list[tuple[str, str]]:
    """Every (system, code) below a node."""
    if isinstance(node, list):
        return [found for item in node for found in codings(item)]
    if not isinstance(node, dict):
        return []
    own = [(node["system"], node["code"])] if {"system", "code"} <= node.keys() else []
    return own + [found for item in node.values() for found in codings(item)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_json_is_what_the_toml_makes(path: Path) -> None:
    assert path.with_suffix(".json").read_text(encoding="utf-8") == transcribed(path), "run python cases/transcribe.py"


def test_no_bundle_stands_without_its_course() -> None:
    folders = {path.parent for path in FILES}
    found = {json_file for folder in folders for json_file in folder.glob("*.json")}
    assert found == {path.with_suffix(".json") for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_bundle_is_valid_fhir(path: Path) -> None:
    from fhir.resources.R4B.bundle import Bundle

    read = bundle(path)
    assert len(Bundle.model_validate(read).entry) == len(read["entry"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_resource_has_its_own_address_unless_it_is_a_version(path: Path) -> None:
    seen = [
        (entry["fullUrl"], entry["resource"].get("meta", {}).get("versionId", "1")) for entry in bundle(path)["entry"]
    ]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_a_published_course_says_where_it_comes_from_and_names_nobody(path: Path) -> None:
    read, written = bundle(path), course(path)
    assert read["identifier"]["value"] == path.stem == written["id"]
    assert [tag["code"] for tag in read["meta"]["tag"]] == ["transcribed"]
    assert read["meta"]["tag"][0]["display"] == f"transcribed from {written['source']}"
    patient = read["entry"][0]["resource"]
    assert patient["name"][0]["family"] == "Transcribed"
    assert len(patient.get("birthDate", "1964")) == 4
    assert written["group"] in {"complication", "benign", "other"}
    assert written["reason"]
    assert isinstance(written["decidable"], bool)
    assert written["group"] == "benign" or written["concordant"]


@pytest.mark.parametrize("path", SYNTHETIC, ids=lambda path: path.stem)
def test_a_synthetic_course_says_so_wherever_it_appears(path: Path) -> None:
    read = bundle(path)
    assert path.read_text(encoding="utf-8").startswith("# SYNTHETIC")
    assert [tag["code"] for tag in read["meta"]["tag"]] == ["synthetic"]
    resources = [entry["resource"] for entry in read["entry"]]
    assert resources[0]["name"][0]["family"] == "Synthetic"
    for resource in resources:
        if resource["resourceType"] in {"Procedure", "DiagnosticReport", "MedicationAdministration"}:
            text = resource.get("code", resource.get("medicationCodeableConcept"))["text"]
            assert "synthetic" in text or resource.get("status") == "stopped"


def test_every_case_with_dated_facts_is_transcribed_and_the_others_are_listed(shared: Path) -> None:
    dated, undated = set(), set()
    for file in (shared / "cases").glob("*.json"):
        case = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(case, list):
            continue
        (dated if any(fact["day"] is not None for fact in case["facts"]) else undated).add(case["id"])
    assert len(dated) == DRAWN_CASES_WITH_DATES
    assert {path.stem for path in PUBLISHED} == dated
    listed = tomllib.loads((PUBLISHED[0].parent / "untranscribed.toml").read_text(encoding="utf-8"))["case"]
    assert {case["id"] for case in listed} == undated
    assert all(case["reason"] and case["cites"] for case in listed)


def test_what_began_at_home_is_known_only_from_admission() -> None:
    (path,) = [path for path in PUBLISHED if path.stem == "tace_raoultella_erwes2021"]
    found = {entry["resource"]["id"]: entry["resource"] for entry in bundle(path)["entry"]}
    assert found["confusion-01"]["effectiveDateTime"].startswith("2020-03-30")
    assert found["confusion-01"]["issued"].startswith("2020-04-06")


def test_a_later_version_keeps_the_id_and_says_when_it_was_known() -> None:
    (path,) = [path for path in SYNTHETIC if path.stem == "index-shaped"]
    every = [entry["resource"] for entry in bundle(path)["entry"]]
    versions = [resource for resource in every if resource["id"] == "creatinine-01"]
    assert [v["meta"]["versionId"] for v in versions] == ["1", "2"]
    assert [v["status"] for v in versions] == ["final", "corrected"]
    assert versions[0]["effectiveDateTime"] == versions[1]["effectiveDateTime"]
    assert versions[0]["issued"] < versions[1]["issued"]


NUMBERS = {
    "temperature": "temperature",
    "ALT": "alt",
    "AST": "ast",
    "bilirubin": "bilirubin",
    "INR": "inr",
    "PT": "prothrombin-time",
    "WBC": "wbc",
    "platelets": "platelets",
    "heart_rate": "heart-rate",
    "CRP": "crp",
}


def test_every_dated_number_of_a_case_is_in_its_course(shared: Path) -> None:
    for path in PUBLISHED:
        case = json.loads((shared / "cases" / f"{path.stem}.json").read_text(encoding="utf-8"))
        rows = course(path)["course"]["facts"]
        written = {(row["day"], row["kind"].removesuffix("-mass"), row["value"]) for row in rows if "value" in row}
        asked = {
            (fact["day"], NUMBERS[fact["what"]], fact["value"])
            for fact in case["facts"]
            if fact["what"] in NUMBERS and fact["day"] is not None and fact["value"] is not None
        }
        assert asked - written == set(), path.stem


def test_readme_names_every_course(root: Path) -> None:
    readme = (root / "cases" / "README.md").read_text(encoding="utf-8")
    listed = tomllib.loads((PUBLISHED[0].parent / "untranscribed.toml").read_text(encoding="utf-8"))["case"]
    for name in [path.stem for path in FILES] + [case["id"] for case in listed]:
        assert f"`{name}`" in readme


def test_every_citation_is_in_the_library() -> None:
    from sequela.evidence import works

    listed = tomllib.loads((PUBLISHED[0].parent / "untranscribed.toml").read_text(encoding="utf-8"))["case"]
    asked = {key for path in FILES for key in course(path)["cites"]} | {key for case in listed for key in case["cites"]}
    assert asked - set(works()) == set()


def test_every_coded_fact_is_known_to_the_catalogue() -> None:
    from sequela.course.catalogue import catalogue

    known = catalogue()
    # Measured in a source, and no kind of ours: the reader counts them and goes on.
    unlisted = {"5902-2", "770-8", "1798-8", "2019-8", "2744-1", "8462-4", "85354-9"}
    # These carry our own key beside the LOINC code.
    unlisted |= {"3151-8", "2524-7", "3040-3"}
    for path in FILES:
        for system, code in codings(bundle(path)["entry"]):
            if system == "http://loinc.org" and code not in unlisted:
                assert known.by_code[system, code][0] == "kind", (path.stem, code)
            elif system == "urn:sequela:kind":
                assert code in known.kinds, (path.stem, code)
            elif system == "urn:sequela:finding":
                assert code in known.findings, (path.stem, code)
            elif system == "urn:sequela:event":
                assert code in known.events, (path.stem, code)
    assert set(SCANS) <= set(known.events)


def test_every_coded_site_is_a_place_of_the_liver() -> None:
    from sequela.sources.naming import sites

    asked = {code for path in FILES for system, code in codings(bundle(path)) if system == "urn:sequela:site"}
    assert {"VII", "portal-right-anterior", "portal-left"} <= asked
    assert {code for code in asked if sites(code) != (code,)} == set()
