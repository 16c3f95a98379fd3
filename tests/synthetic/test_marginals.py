"""The synthetic patients stand beside the published ones: each marginal within what it allows."""

from __future__ import annotations

import math

import pytest

from sequela.evidence import works
from sequela.sources.synthetic.marginals import Compared, compared, file, wilson
from sequela.sources.synthetic.measures import MEASURES

FOUND = {f"{row.marginal['cohort']}: {row.marginal['says']}": row for row in compared()}


@pytest.mark.parametrize("name", FOUND)
def test_a_marginal_stays_within_what_it_allows(name: str) -> None:
    row = FOUND[name]
    low, high = row.allowed
    assert low <= row.value <= high, f"{name}: {row.value:.2f} is not within {low:.2f} to {high:.2f}"


@pytest.mark.parametrize("name", FOUND)
def test_a_marginal_has_enough_patients_and_an_interval(name: str) -> None:
    row = FOUND[name]
    assert row.n >= 1000
    assert row.low <= row.value <= row.high
    assert row.seeds[0] < row.seeds[1], "every seed gave the same: the seeds do nothing"


def test_other_seeds_than_the_curves_were_led_by_agree_as_well() -> None:
    assert not {101, 102, 103} & set(file()["seeds"])
    missed = [row.marginal["says"] for row in compared(seeds=(101, 102, 103)) if not row.agrees]
    assert not missed


def test_the_marginals_that_were_asked_for_are_there() -> None:
    asked = {
        ("tace", "share-above", "temperature"),
        ("tae", "share-above", "temperature"),
        ("tae", "peak-last", "ast"),
        ("tae", "peak-last", "alt"),
        ("tae", "peak-last", "bilirubin"),
        ("rfa", "mean-peak", "ast"),
        ("rfa", "mean-peak", "alt"),
        ("cryoablation", "median-rise", "ast"),
        ("cryoablation", "median-rise", "alt"),
        ("both", "mean-near", "bilirubin"),
        ("sepsis", "at-diagnosis", "wbc"),
    }
    there = {(m["cohort"], m["measure"], m.get("kind")) for m in file()["marginal"]}
    assert asked <= there


def test_a_wrong_marginal_would_be_seen() -> None:
    row: Compared = next(iter(FOUND.values()))
    other = Compared(**{**{name: getattr(row, name) for name in row.__slots__}, "value": row.allowed[1] + 1})
    assert row.agrees and not other.agrees


def test_every_marginal_cites_works_of_the_shelf_and_uses_a_measure() -> None:
    for marginal in file()["marginal"]:
        assert set(marginal["cites"]) <= set(works())
        assert marginal["measure"] in MEASURES
        assert marginal["cohort"] in file()["cohorts"]


def test_wilson_is_the_textbook_interval() -> None:
    low, high = wilson(23, 374)
    assert (round(low, 1), round(high, 1)) == (4.1, 9.1)
    assert math.isclose(wilson(0, 27)[0], 0, abs_tol=1e-12)
