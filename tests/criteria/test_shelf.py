"""The shelf as one value: sound, cited, hashed the same everywhere, and changed only as a site may change it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from sequela.assessing import assess_one, true_of_nothing
from sequela.course.episodes import ProcedureKind
from sequela.criteria import PES_DEFINITIONS, shelf
from sequela.criteria.assembly import TOPICS
from sequela.criteria.patients import START, patients
from sequela.errors import CriteriaError
from sequela.evidence import works
from sequela.logic.lint import lint
from sequela.logic.shelf import Basis

SHELF = shelf()


def site(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "site.toml"
    path.write_text(text, encoding="utf-8")
    return path


# -- as shipped ------------------------------------------------------------------------------------------------------


def test_nothing_is_true_of_nobody() -> None:
    assert true_of_nothing(SHELF) == []


def test_the_shelf_is_clean() -> None:
    assert [str(problem) for problem in lint(SHELF)] == []


def test_everything_that_is_cited_is_in_the_library() -> None:
    cited = {cite for parameter in SHELF.parameters.values() for cite in parameter.cites}
    for group in (SHELF.definitions, SHELF.conditions, SHELF.scores, SHELF.steps):
        cited |= {cite for entry in group for cite in entry.cites}
    assert cited <= works().keys()


def test_every_number_says_where_it_comes_from() -> None:
    for parameter in SHELF.parameters.values():
        assert parameter.cites, parameter.key
        assert parameter.basis is not Basis.SITE, parameter.key
        assert parameter.topic in TOPICS, parameter.key
        assert set(parameter.by_procedure) <= set(ProcedureKind), parameter.key


def test_a_trigger_says_whether_it_points_at_the_liver() -> None:
    for definition in SHELF.definitions:
        pointing = definition.role in ("deteriorating", "prolonged", "condition")
        assert bool(definition.support) is pointing, definition.key


# -- the hash --------------------------------------------------------------------------------------------------------


def test_the_hash_is_the_same_in_another_process() -> None:
    program = "from sequela.criteria import shelf; print(shelf().hash)"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == SHELF.hash


def test_the_hash_changes_with_every_number() -> None:
    hashes = {SHELF.hash}
    for parameter in SHELF.parameters.values():
        bands = tuple(replace(band, points=band.points + 1) for band in parameter.bands)
        value = None if parameter.value is None else parameter.value + 1
        hashes.add(SHELF.nudged(parameter.key, value, bands).hash)
        for kind, own in parameter.by_procedure.items():
            hashes.add(SHELF.nudged(parameter.key, own + 1, procedure_kind=kind).hash)
    moved = sum(1 + len(parameter.by_procedure) for parameter in SHELF.parameters.values())
    assert len(hashes) == 1 + moved


def test_only_a_number_of_its_own_can_be_moved_for_a_procedure() -> None:
    with pytest.raises(CriteriaError, match="no number of its own for TAE"):
        SHELF.nudged("transaminase-very-high", Fraction(1), procedure_kind="TAE")


# -- what a site may change ------------------------------------------------------------------------------------------


def test_a_site_changes_a_number(tmp_path: Path) -> None:
    path = site(
        tmp_path,
        'name = "St Elsewhere"\n[parameters.transaminase-very-high]\nvalue = 1500\nfrom = 2026-10-01\n'
        'note = "Agreed."\ncites = ["lewis-2012"]\n[parameters.fever-late-after]\nby_procedure = { TARE = 10 }\n',
    )
    own = shelf(path)
    enzymes, fever = own.parameters["transaminase-very-high"], own.parameters["fever-late-after"]
    assert (enzymes.value, enzymes.by_procedure) == (1500, {"cryoablation": 3000})
    assert (enzymes.basis, enzymes.note, str(enzymes.valid_from)) == (Basis.SITE, "Agreed.", "2026-10-01")
    assert (fever.value, fever.by_procedure) == (7, {"RFA": 10, "MWA": 10, "cryoablation": 10, "TARE": 10})
    assert fever.note == "Changed by St Elsewhere"
    assert own.hash != SHELF.hash
    assert own.overlay == "St Elsewhere"
    assert shelf().parameters["transaminase-very-high"].value == 2000


def test_a_site_number_decides(tmp_path: Path) -> None:
    own = shelf(site(tmp_path, "[parameters.transaminase-very-high]\nvalue = 2500\n"))
    (patient,) = (p for p in patients("transaminase-very-high") if p.name == "ALT 2,001 on day 2 after TACE")
    instant = START + 54 * 3_600
    assert assess_one(patient.course, SHELF, instant).state == "deteriorating"
    assert assess_one(patient.course, own, instant).state != "deteriorating"


def test_a_site_changes_a_table(tmp_path: Path) -> None:
    bands = "bands = [{ upto = 0, points = 0 }, { upto = 5, points = 1 }, { points = 2 }]"
    own = shelf(site(tmp_path, f"[parameters.swog-pain]\n{bands}\n"))
    assert [band.points for band in own.parameters["swog-pain"].bands] == [0, 1, 2]


@pytest.mark.parametrize("key", PES_DEFINITIONS)
def test_a_site_chooses_any_of_the_six_definitions(tmp_path: Path, key: str) -> None:
    own = shelf(site(tmp_path, f'[choose]\npost-embolization-syndrome = "{key}"\n'))
    condition = next(c for c in own.conditions if c.key == "post-embolization-syndrome")
    assert condition.reasons == (PES_DEFINITIONS[key],)
    assert true_of_nothing(own) == []
    # A patient of whom the definition is true has the syndrome suspected.
    patient, expected = next((p, e) for p in patients(key) for e in p.expect if e.answer == "true")
    status = assess_one(patient.course, own, START + expected.offset).conditions["post-embolization-syndrome"]
    assert (status.status, status.definition) == ("suspected", key)


def test_there_are_six_definitions_and_each_choice_is_another_shelf() -> None:
    assert len(PES_DEFINITIONS) == 6
    assert {d.key for d in SHELF.in_role("pes-definition")} == PES_DEFINITIONS.keys()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[parameters.pes-fevr]\nvalue = 38.3", "no such parameter. Did you mean pes-fever?"),
        ("[parameters.xyzzy]\nvalue = 1", "no such parameter. `sequela criteria` lists the parameters"),
        ('[parameters.pes-fever]\nvalue = 101\nunit = "[degF]"', "is in Cel. Convert the number"),
        ('[parameters.pes-fever]\nvalue = "warm"', "is not a finite number"),
        ("[parameters.pes-fever]\nvalue = nan", "is not a finite number"),
        ("[parameters.pes-fever]\nvalue = true", "is not a finite number"),
        ("[parameters.pes-fever]\nvalu = 38.3", "write value, unit, by_procedure"),
        ("[parameters]\npes-fever = 38.3", "write value, unit, by_procedure"),
        ("[parameters.pes-fever]\nbands = [{ points = 1 }]", "a number takes a value"),
        ("[parameters.swog-pain]\nvalue = 3", "a table takes bands"),
        ("[parameters.swog-pain]\nbands = 3", "bands are a list"),
        ("[parameters.swog-pain]\nbands = [{ upto = 3 }]", "bands are a list"),
        ("[parameters.swog-pain]\nbands = [{ upto = 3, points = 1 }]", "only the last has no `upto`"),
        (
            "[parameters.swog-pain]\nbands = [{ upto = 3, points = 1 }, { upto = 2, points = 2 }, { points = 3 }]",
            "bands rise",
        ),
        ("[parameters.fever-late-after]\nby_procedure = { TACO = 3 }", "no procedure kind 'TACO'"),
        ("[parameters.fever-late-after]\nby_procedure = 3", "by_procedure is a table"),
        ('[parameters.pes-fever]\nvalue = 38.3\nfrom = "2026"', "valid-from is not a date"),
        (
            '[parameters.pes-fever]\nvalue = 38.3\ncites = ["jun-2014"]',
            "cites 'jun-2014', which the library does not have",
        ),
        ('[parameters.pes-fever]\nvalue = 38.3\ncites = "jun-2013"', "cites is a list"),
        ('[choose]\npost-embolization-syndrome = "fever"', "no definition 'fever' of post-embolization-syndrome"),
        ('[choose]\nsepsis = "sepsis-3"', "nothing to choose for 'sepsis'"),
        ("[choose]\npost-embolization-syndrome = 3", "in quotes"),
        ("choose = 3", "are tables"),
        ("[definitions]\nx = 1", "an overlay has no section 'definitions'"),
        ("value =", "is not TOML"),
    ],
)
def test_what_a_site_may_not_change_is_told_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CriteriaError) as caught:
        shelf(site(tmp_path, text))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


def test_an_overlay_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CriteriaError, match=r"site\.toml: cannot be read"):
        shelf(tmp_path / "site.toml")
