"""The books of the synthetic patients: complete, cited, in units that the catalogue knows."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from sequela.course.anatomy import parse_site
from sequela.course.catalogue import catalogue
from sequela.evidence import works
from sequela.sources.synthetic import charting, kinetics, patients
from sequela.sources.synthetic.kinetics import BASES, book
from sequela.sources.synthetic.occasions import CONTEXTS

LATENT = {b.kind for b in book().baselines if b.latent}


def test_every_number_has_a_basis_and_works_of_the_shelf() -> None:
    assert len(book().every_number) > 1000
    for where, number in book().every_number:
        assert number.basis in BASES, where
        assert number.unit, where
        assert number.cites and set(number.cites) <= set(works()), (where, number.cites)
        assert number.spread >= 0, where


def test_baselines_and_pulses_are_in_the_unit_of_their_kind() -> None:
    for baseline in book().baselines:
        if not baseline.latent:
            assert baseline.number.unit == catalogue().kinds[baseline.kind].unit, baseline.kind
    for pulse in book().pulses:
        if pulse.kind not in LATENT and not pulse.relative:
            assert pulse.rise.unit == catalogue().kinds[pulse.kind].unit, pulse.name
        for number in (pulse.delay, pulse.peak, pulse.hold, pulse.half_life):
            assert number.unit == "h", pulse.name
        assert pulse.peak.value > pulse.delay.value, pulse.name
        assert pulse.half_life.value > 0, pulse.name


def test_every_kind_that_is_charted_is_made_and_written() -> None:
    made = {b.kind for b in book().baselines} | {"spo2", "oxygen", "consciousness", "mean-pressure", "neutrophils"}
    assert set(book().panel) <= made
    assert set(book().panel) == set(book().writing)
    assert made - LATENT <= set(book().panel)
    for kind, panel in book().panel.items():
        assert panel["group"] in ("vitals", "chemistry", "counts", "gases")
        assert panel["group"] == "vitals" or set(CONTEXTS) <= set(panel), kind


def test_every_group_names_scenarios_procedures_and_backgrounds_that_exist() -> None:
    scenarios = set(book().scenario_weights)
    parts = set(book().procedures) | {part for p in book().procedures.values() for part in p.parts}
    for pulse in book().pulses:
        assert set(pulse.scenarios) <= scenarios and set(pulse.procedures) <= parts, pulse.name
        assert pulse.kind in {b.kind for b in book().baselines}, pulse.name
    for entry in book().said:
        assert set(entry.scenarios) <= scenarios and set(entry.procedures) <= parts, entry.key
        keys = catalogue().findings if entry.role == "finding" else catalogue().events
        assert entry.key in keys
        assert not entry.until or entry.until in kinetics.CLOCKS
    assert set(book().timing) == scenarios
    assert set(book().procedures) == set(book().procedure_weights)


def test_scenarios_of_complications_have_all_their_times() -> None:
    for scenario, numbers in book().timing.items():
        if scenario in patients.EXPECTED:
            assert set(numbers) == {"longer"}
        else:
            needed = {"began", "suspected", "recognised", "treated", "recovery", "died", "dying", "icu"}
            assert needed <= set(numbers), scenario


def test_what_is_treated_is_a_place_of_the_liver() -> None:
    for segments in (*patients.TERRITORIES, *patients.SINGLE):
        for segment in segments:
            assert parse_site(segment) == frozenset({segment})
            assert parse_site(f"portal-{segment}") == frozenset({f"portal-{segment}"})


@pytest.mark.parametrize("kind", list(book().writing))
def test_every_written_unit_is_accepted(kind: str) -> None:
    writing = book().writing[kind]
    for unit in writing.units:
        if not writing.words:
            catalogue().kinds[kind].convert(1, unit)
    for word in writing.words:
        assert catalogue().kinds[kind].coded(word) is not None


def test_the_code_holds_no_clinical_number() -> None:
    """A number with a fraction, or above a hundred, in these modules is arithmetic or a size: each is named."""
    folder = Path(charting.__file__).parent
    modules = ("chunks", "charting", "curves", "kinetics", "measuring", "occasions", "patients", "saying")
    allowed = {0.0, 0.5, 1.0, 0.06, 0.1, 86_400, 43_200, 3600, 365.25, 1970, 1_704_067_200, 1_782_777_600, 24.0, 10.0}
    for module in modules:
        tree = ast.parse((folder / f"{module}.py").read_text("utf-8"))
        found = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and type(n.value) in (int, float)}
        strange = {value for value in found if (isinstance(value, float) or value > 100) and value not in allowed}
        assert strange <= {500}, (module, strange)
