"""The manual of the criteria leaves nothing out and says the same each time."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from sequela.criteria import shelf
from sequela.criteria.patients import patients

SHELF = shelf()


@pytest.fixture(scope="module")
def manual(root: Path) -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("generators.criteria", root / "docs" / "generators" / "criteria.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    pages = dict(module.pages())
    assert dict(module.pages()) == pages
    return pages


def test_everything_on_the_shelf_has_its_entry(manual: dict[str, str]) -> None:
    headings = [line for line in manual["criteria.md"].splitlines() if line.startswith("### ")]
    keys = [entry.key for group in (SHELF.definitions, SHELF.conditions, SHELF.scores, SHELF.steps) for entry in group]
    for key in {*keys, "state", "trend"}:
        assert sum(heading.endswith(f"(`{key}`)") for heading in headings) == 1, key


def test_every_number_stands_in_both_pages(manual: dict[str, str]) -> None:
    for key, parameter in SHELF.parameters.items():
        assert f"\n| `{key}` | " in manual["criteria.md"], key
        (row,) = (line for line in manual["parameters.md"].splitlines() if line.startswith(f"| `{key}` |"))
        assert str(parameter.basis) in row, key
        # Somebody reads it: the last cell is not empty.
        assert row.rstrip(" |").endswith("`"), key


def test_every_worked_patient_is_printed(manual: dict[str, str]) -> None:
    for patient in patients():
        assert patient.why in manual["criteria.md"], patient.name


def test_every_citation_leads_to_its_source(manual: dict[str, str]) -> None:
    for key in {cite for parameter in SHELF.parameters.values() for cite in parameter.cites}:
        assert f'<a id="{key}"></a>' in manual["criteria.md"], key


def test_the_manual_begins_with_what_it_rests_on(manual: dict[str, str]) -> None:
    begins = manual["criteria.md"][:900]
    assert "starting points" in begins
    assert "no practising clinician" in begins.replace("\n", " ")
