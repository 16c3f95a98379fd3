"""The manual of the criteria leaves nothing out and says the same each time."""

from __future__ import annotations

import pytest

from sequela.account import handbook, manual
from sequela.criteria import shelf
from sequela.criteria.patients import patients

SHELF = shelf()


@pytest.fixture(scope="module")
def printed() -> dict[str, str]:
    pages = dict(handbook.pages(SHELF))
    assert dict(handbook.pages(SHELF)) == pages
    return {**pages, "all": "\n".join(text for path, text in pages.items() if path.startswith("criteria/"))}


def test_everything_on_the_shelf_has_its_entry(printed: dict[str, str]) -> None:
    headings = [line for line in printed["all"].splitlines() if line.startswith("## ")]
    keys = [entry.key for group in (SHELF.definitions, SHELF.conditions, SHELF.scores, SHELF.steps) for entry in group]
    rungs = {state.key for state in SHELF.states} | {f"trend-{trend.key}" for trend in SHELF.trends}
    for key in {*keys, *rungs}:
        assert sum(heading.endswith(f"(`{key}`)") for heading in headings) == 1, key


def test_every_number_stands_in_both_pages(printed: dict[str, str]) -> None:
    for key, parameter in SHELF.parameters.items():
        assert f"\n| `{key}` | " in printed["all"], key
        (row,) = (line for line in printed["parameters.md"].splitlines() if line.startswith(f"| `{key}` |"))
        assert str(parameter.basis) in row, key
        # Somebody reads it: the last cell is not empty.
        assert row.rstrip(" |").endswith("`"), key


def test_every_worked_patient_is_printed(printed: dict[str, str]) -> None:
    for patient in patients():
        assert patient.why in printed["all"], patient.name


def test_every_citation_leads_to_its_source(printed: dict[str, str]) -> None:
    for key in {cite for parameter in SHELF.parameters.values() for cite in parameter.cites}:
        assert f'<a id="{key}"></a>' in printed["criteria/sources.md"], key


def test_the_manual_begins_with_what_it_rests_on(printed: dict[str, str]) -> None:
    begins = printed["criteria.md"][:900]
    assert "starting points" in begins
    assert "no practising clinician" in begins.replace("\n", " ")


@pytest.mark.parametrize(
    ("name", "taken", "not_taken"),
    [
        ("contrast-ct", "not withheld for the kidney's sake", "thrombosed"),
        ("portal-vein-thrombosis", "thrombosed", "not withheld"),
        ("fifty-fifty-from", "foretold death in more than half", "not withheld"),
    ],
)
def test_an_entry_says_what_it_takes_from_its_sources_and_nothing_else(name: str, taken: str, not_taken: str) -> None:
    found = manual.find(SHELF, name)
    assert found is not None
    said = " ".join(manual.entry(SHELF, found).split())
    assert "Takes: " in said and taken in said and not_taken not in said
