"""`sequela criteria --circe`: cohorts that Atlas reads, every number from the shelf, and nothing lost in silence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from sequela.account.circe.concepts import read
from sequela.account.circe.export import Export, export
from sequela.course.catalogue import catalogue
from sequela.criteria import shelf
from sequela.sources.omop.codes import lists
from sequela.sources.omop.units import units
from tests.contract.bundles import Cli
from tests.contract.circe_fields import objects, problems

HEAD = "concept_id,vocabulary_id,concept_code,concept_name,domain_id,standard_concept\n"
CONCEPTS = HEAD + (
    '9000001,SNOMED,18165001,"Jaundice, of any cause",Condition,S\n'
    "9000002,ICD10CM,R17,Unspecified jaundice,Condition,\n"
    "9000003,ICD10CM,R10.11,Right upper quadrant pain,Condition,\n"
    "9000004,SNOMED,21522001,Abdominal pain,Condition,S\n"
    "9000005,ATC,J01,Antibacterials,Drug,C\n"
    "9000006,ATC,J01C,Beta-lactams,Drug,C\n"
    "9000007,SNOMED,389026000,Ascites,Spec Anatomic Site,S\n"
    "9000008,ICD10CM,Z79.01,Long term use of anticoagulants,Observation,\n"
    "9000009,LOINC,3040-3,Lipase,Measurement,S\n"
    "9000010,SNOMED,79922009,Epigastric pain,Condition,S\n"
    "9000011,ICD10PCS,04L33CZ,Occlusion of hepatic artery,Procedure,S\n"
    "9000012,XYZ,1,Something else,Condition,S\n"
)


@pytest.fixture(scope="module")
def plain() -> Export:
    return export(shelf())


@pytest.fixture(scope="module")
def resolved(tmp_path_factory: pytest.TempPathFactory) -> Export:
    path = tmp_path_factory.mktemp("concepts") / "concept.csv"
    path.write_text(CONCEPTS, encoding="utf-8")
    return export(shelf(), read(path))


def expression(made: Export, key: str) -> dict[str, Any]:
    return next(cohort.expression for cohort in made.cohorts if cohort.key == key)


def measurements(made: Export, key: str) -> list[dict[str, Any]]:
    """The measurement criteria of a cohort, each with the name of its concept set."""
    whole = expression(made, key)
    names = {each["id"]: each["name"] for each in whole["ConceptSets"]}
    return [{**each, "kind": names[each["CodesetId"]]} for kind, _, each in objects(whole) if kind == "Measurement"]


@pytest.mark.parametrize("which", ["plain", "resolved"])
def test_circe_knows_every_field(which: str, request: pytest.FixtureRequest) -> None:
    made: Export = request.getfixturevalue(which)
    assert {cohort.key: problems(cohort.expression) for cohort in made.cohorts} == {c.key: [] for c in made.cohorts}
    assert all(cohort.name.startswith("approximation of ") for cohort in made.cohorts)
    assert len({cohort.key for cohort in made.cohorts}) == len(made.cohorts)


def test_the_target_is_every_index_procedure(plain: Export, resolved: Export) -> None:
    target = expression(plain, "index-procedures")
    assert target["PrimaryCriteria"]["ObservationWindow"] == {"PriorDays": 0, "PostDays": 0}
    assert target["PrimaryCriteria"]["PrimaryCriteriaLimit"] == {"Type": "All"}
    assert [list(each) for each in target["PrimaryCriteria"]["CriteriaList"]] == [["ProcedureOccurrence"]]
    # 04L33DZ, whose concept MIMIC-IV's demo shows; another only where the site's concepts say it.
    items = [item["concept"]["CONCEPT_ID"] for item in target["ConceptSets"][0]["expression"]["items"]]
    assert items == [2732056]
    more = expression(resolved, "index-procedures")["ConceptSets"][0]["expression"]["items"]
    assert [item["concept"]["CONCEPT_ID"] for item in more] == [2732056, 9000011]


def test_a_coded_outcome_is_dated_at_its_diagnosis_after_a_procedure(plain: Export) -> None:
    made = expression(plain, "coded-liver-abscess")
    (entry,) = made["PrimaryCriteria"]["CriteriaList"]
    assert list(entry) == ["ConditionOccurrence"]
    items = made["ConceptSets"][entry["ConditionOccurrence"]["CodesetId"]]["expression"]["items"]
    told = {item["concept"]["CONCEPT_ID"]: (item["isExcluded"], item["includeDescendants"]) for item in items}
    assert told == {201901: (False, True), 194560: (True, True)}
    (rule,) = made["InclusionRules"]
    (near,) = rule["expression"]["CriteriaList"]
    assert rule["name"] == "An index procedure 0 to 56 days before"
    assert list(near["Criteria"]) == ["ProcedureOccurrence"]
    assert near["StartWindow"]["Start"] == {"Days": 56, "Coeff": -1}
    assert near["StartWindow"]["End"]["Days"] == 0


# -- numbers ---------------------------------------------------------------------------------------------------------


def test_a_threshold_stands_in_every_unit_as_the_same_amount(plain: Export) -> None:
    limit = shelf().parameters["transaminase-very-high"].number("")
    asked = [each for each in measurements(plain, "statement-transaminase-very-high") if each["kind"] == "ALT"]
    numbers: dict[int, set[float]] = {}
    for each in asked:
        assert each["ValueAsNumber"]["Op"] == "gt"
        for unit in each["Unit"]:
            numbers.setdefault(unit["CONCEPT_ID"], set()).add(each["ValueAsNumber"]["Value"])
            back = (
                catalogue()
                .kinds["alt"]
                .convert(Fraction(str(each["ValueAsNumber"]["Value"])), units()[unit["CONCEPT_ID"]])
            )
            assert abs(back - limit) <= limit / 100_000
    # U/L, IU/L as UCUM and SNOMED number them, and microkatal: 1 ukat/L is 60 U/L.
    assert numbers[8645] == numbers[4118000] == numbers[8923] == {2000}
    assert numbers[32995] == {33.3333}
    assert all(len(values) == 1 for values in numbers.values())


def test_every_exported_number_is_one_of_the_shelf(plain: Export) -> None:
    """Converted back from its unit, a threshold is a parameter of that unit: none was typed."""
    kinds = {found.title: catalogue().kinds[key] for key, found in lists("measurements").items()}
    checked = 0
    for cohort in plain.cohorts:
        for each in measurements(plain, cohort.key):
            if "ValueAsNumber" not in each:
                continue
            kind = kinds[each["kind"]]
            held = [p.number("") for p in shelf().parameters.values() if p.unit == kind.unit and p.value is not None]
            texts = [units()[unit["CONCEPT_ID"]] for unit in each["Unit"]] if "Unit" in each else [kind.unit]
            for text in texts:
                value = kind.convert(Fraction(str(each["ValueAsNumber"]["Value"])), text)
                assert any(abs(value - one) <= abs(one) / 1000 for one in held), (cohort.key, kind.key, text)
                checked += 1
    assert checked > 100


def test_inr_is_asked_for_no_unit_and_a_temperature_for_its_own(plain: Export) -> None:
    inr = [each for each in measurements(plain, "statement-alf-aasld") if each["kind"] == "INR"]
    assert inr and all("Unit" not in each for each in inr)
    fever = [each for each in measurements(plain, "statement-fever-late") if "temperature" in each["kind"].lower()]
    by_unit = {unit["CONCEPT_ID"]: each["ValueAsNumber"]["Value"] for each in fever for unit in each["Unit"]}
    assert by_unit == {586323: 38, 8653: 38, 9289: 100.4}


def test_a_site_s_number_changes_the_export(tmp_path: Path, plain: Export) -> None:
    site = tmp_path / "site.toml"
    site.write_text(
        'name = "St Elsewhere"\n[parameters.fever-late-after]\nvalue = 3\n[parameters.lactate-high]\nvalue = 5\n',
        encoding="utf-8",
    )
    own = export(shelf(site))
    # Dated at the fever: the procedure was at least so many days before.
    ends = [
        {each["End"]["Days"] for kind, _, each in objects(expression(made, "statement-fever-late")) if kind == "Window"}
        for made in (plain, own)
    ]
    assert ends == [{7}, {3}]
    values = [
        {each["ValueAsNumber"]["Value"] for each in measurements(made, "statement-lactate-raised") if "Unit" in each}
        for made in (plain, own)
    ]
    assert values == [{4, 36.032}, {5, 45.04}]
    assert own.as_json()["criteria"]["hash"] != plain.as_json()["criteria"]["hash"]


# -- what is not said ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["plain", "resolved"])
def test_no_sentence_of_the_shelf_is_lost_in_silence(which: str, request: pytest.FixtureRequest) -> None:
    made: Export = request.getfixturevalue(which)
    said = {each["statement"] for name in ("expressed", "not_expressed") for each in made.manifest[name]}
    for place, _ in made.shelf.sentences():
        assert any(one == place or one.startswith(f"{place} ") for one in said), place
    for condition in made.shelf.conditions:
        for way in ("suspected", "confirmed", "excluded", "assessable", "lapsed"):
            assert (getattr(condition, way) is not None) is (f"condition {condition.key} {way}" in said)
    assert all(each["reason"] and each["part"] and each["effect"] for each in made.manifest["not_expressed"])
    cohorts = {cohort.key for cohort in made.cohorts}
    assert cohorts == {each["cohort"] for each in made.manifest["expressed"]}


def test_every_code_is_in_a_cohort_or_said_to_find_nothing(plain: Export, resolved: Export) -> None:
    missing = {(each["vocabulary"], each["code"]) for each in plain.manifest["unresolved_codes"]}
    assert ("ICD10PCS", "04L33CZ") in missing
    assert ("ICD10PCS", "04L33DZ") not in missing
    still = {(each["vocabulary"], each["code"]): each["reason"] for each in resolved.manifest["unresolved_codes"]}
    assert ("ICD10PCS", "04L33CZ") not in still
    assert "Spec Anatomic Site" in still["SNOMED", "389026000"]
    assert still["ICD10PCS", "04L33ZZ"] == "not among the concepts given"


def test_what_only_the_patient_s_own_course_can_tell_is_not_exported(plain: Export) -> None:
    reasons = {each["statement"]: each["reason"] for each in plain.manifest["not_expressed"]}
    keys = {cohort.key for cohort in plain.cohorts}
    for name, reason in {
        "transaminase-still-rising": "slope",
        "slower-than-wash-out": "wash-out",
        "bilirubin-late": "own value before",
        "news2-emergency": "score",
    }.items():
        assert f"statement-{name}" not in keys
        assert reason in reasons[f"definition {name}"]


# -- concepts --------------------------------------------------------------------------------------------------------


def test_concepts_of_a_site_standard_class_and_source(resolved: Export) -> None:
    jaundice = {
        name: {field for field in each if field != "CodesetId"} | {"CodesetId"} & each.keys()
        for cohort in resolved.cohorts
        for name, _, each in objects(cohort.expression)
        if name == "ConditionOccurrence"
    }
    assert jaundice["ConditionOccurrence"] <= {"CodesetId", "ConditionSourceConcept"}
    sets = {
        each["name"]: each["expression"]["items"]
        for cohort in resolved.cohorts
        for each in cohort.expression["ConceptSets"]
    }
    pain = {item["concept"]["CONCEPT_ID"]: item["includeDescendants"] for item in sets["Abdominal pain"]}
    assert pain == {9000004: True}
    source = sets["Abdominal pain (source codes, Condition)"]
    assert [(item["concept"]["CONCEPT_ID"], item["includeDescendants"]) for item in source] == [(9000003, False)]
    # A class brings what is below it, so the classes below it are not named again.
    antibiotics = [item for name, items in sets.items() for item in items if item["concept"]["VOCABULARY_ID"] == "ATC"]
    assert {item["concept"]["CONCEPT_ID"] for item in antibiotics} <= {9000005}
    assert 9000012 not in {item["concept"]["CONCEPT_ID"] for items in sets.values() for item in items}


def test_a_multiple_of_the_limit_is_that_of_the_row(resolved: Export) -> None:
    times = shelf().parameters["lipase-multiple"].number("")
    asked = [each for each in measurements(resolved, "statement-lipase-high-with-pain") if each["kind"] == "Lipase"]
    assert [each["RangeHighRatio"] for each in asked] == [{"Value": int(times), "Op": "gte"}]
    lost = [e for e in resolved.manifest["not_expressed"] if e["statement"] == "definition lipase-high-with-pain"]
    assert any("range_high" in each["reason"] for each in lost)


def test_concepts_by_tabs_as_athena_writes_them(tmp_path: Path) -> None:
    path = tmp_path / "CONCEPT.csv"
    path.write_text(CONCEPTS.replace('"Jaundice, of any cause"', 'Jaundice "x"').replace(",", "\t"), encoding="utf-8")
    assert read(path).by_code["SNOMED", "18165001"][0].name == 'Jaundice "x"'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("concept_id,concept_code\n1,2\n", "no column vocabulary_id"),
        (HEAD + "x,SNOMED,1,a,Condition,S\n", "line 2: a concept_id that is no number"),
        (HEAD + "1,SNOMED,1\n", "line 2 has too few columns"),
        (None, "the concepts cannot be read"),
    ],
)
def test_concepts_that_cannot_be_read(cli: Cli, tmp_path: Path, text: str | None, said: str) -> None:
    path = tmp_path / "concept.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    run = cli("criteria", "--circe", "--concepts", str(path))
    assert run.code == 2
    assert said in run.err
    assert "Traceback" not in run.err


# -- the command -----------------------------------------------------------------------------------------------------


def test_files_that_atlas_imports_and_a_manifest_to_read(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "cohorts"
    run = cli("criteria", "--circe", "--out", str(out))
    assert run.code == 0
    assert "are not in the cohorts" in run.err
    whole = cli("criteria", "--circe").json()
    assert list(whole) == ["sequela", "criteria", "cohorts", "manifest"]
    for cohort in whole["cohorts"]:
        assert json.loads((out / f"{cohort['key']}.json").read_text(encoding="utf-8")) == cohort["expression"]
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["manifest"] == whole["manifest"]
    page = (out / "manifest.md").read_text(encoding="utf-8")
    for each in whole["manifest"]["not_expressed"]:
        assert each["statement"].split()[1] in page
    assert {path.name for path in out.iterdir()} == {
        *(f"{cohort['key']}.json" for cohort in whole["cohorts"]),
        "manifest.json",
        "manifest.md",
    }
    again = cli("criteria", "--circe", "--out", str(out))
    assert (again.code, "the folder exists" in again.err) == (2, True)


def test_the_same_bytes_whatever_the_order_of_sets(cli: Cli) -> None:
    first = cli("criteria", "--circe").out
    other = subprocess.run(
        [sys.executable, "-c", "from sequela.cli import run; run(['criteria', '--circe'])"],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    assert other.stdout.decode() == first


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--circe", "fever-late"], "--circe exports the whole shelf"),
        (["--circe", "--all"], "--circe exports the whole shelf"),
        (["--concepts", "x.csv"], "--concepts goes with --circe"),
    ],
)
def test_what_does_not_go_with_it(cli: Cli, arguments: list[str], said: str) -> None:
    run = cli("criteria", *arguments)
    assert (run.code, said in run.err) == (2, True)
