"""The manual of the criteria leaves nothing out and says the same each time."""

from __future__ import annotations

import pytest

from sequela.account import handbook
from sequela.criteria import shelf
from sequela.criteria.patients import patients

SHELF = shelf()


@pytest.fixture(scope="module")
def manual() -> dict[str, str]:
    pages = dict(handbook.pages(SHELF))
    assert dict(handbook.pages(SHELF)) == pages
    return {**pages, "all": "\n".join(text for path, text in pages.items() if path.startswith("criteria/"))}


def test_everything_on_the_shelf_has_its_entry(manual: dict[str, str]) -> None:
    headings = [line for line in manual["all"].splitlines() if line.startswith("## ")]
    keys = [entry.key for group in (SHELF.definitions, SHELF.conditions, SHELF.scores, SHELF.steps) for entry in group]
    rungs = {state.key for state in SHELF.states} | {f"trend-{trend.key}" for trend in SHELF.trends}
    for key in {*keys, *rungs}:
        assert sum(heading.endswith(f"(`{key}`)") for heading in headings) == 1, key


def test_every_number_stands_in_both_pages(manual: dict[str, str]) -> None:
    for key, parameter in SHELF.parameters.items():
        assert f"\n| `{key}` | " in manual["all"], key
        (row,) = (line for line in manual["parameters.md"].splitlines() if line.startswith(f"| `{key}` |"))
        assert str(parameter.basis) in row, key
        # Somebody reads it: the last cell is not empty.
        assert row.rstrip(" |").endswith("`"), key


def test_every_worked_patient_is_printed(manual: dict[str, str]) -> None:
    for patient in patients():
        assert patient.why in manual["all"], patient.name


def test_every_citation_leads_to_its_source(manual: dict[str, str]) -> None:
    for key in {cite for parameter in SHELF.parameters.values() for cite in parameter.cites}:
        assert f'<a id="{key}"></a>' in manual["criteria/sources.md"], key


def test_the_manual_begins_with_what_it_rests_on(manual: dict[str, str]) -> None:
    begins = manual["criteria.md"][:900]
    assert "starting points" in begins
    assert "no practising clinician" in begins.replace("\n", " ")
