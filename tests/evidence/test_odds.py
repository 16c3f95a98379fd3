"""Published risk factors: as printed, with an interval only where one fits, about what the catalogue knows."""

from __future__ import annotations

import pytest

from sequela import evidence
from sequela.course.catalogue import catalogue
from sequela.course.episodes import ProcedureKind
from sequela.criteria import shelf
from sequela.evidence.odds import Odds, _problem


def odds(**changes: object) -> Odds:
    values: dict[str, object] = {
        "factors": ("earlier-hepatectomy",),
        "complications": ("biloma",),
        "population": "a population",
        "procedures": ("DEB-TACE",),
        "cites": ("bdi-beads-2022",),
        "known": "abstract",
        "ratio": "2.285",
        "interval": ("1.066", "4.898"),
        "p": "< 0.05",
    }
    return Odds(**(values | changes))  # type: ignore[arg-type]


def about(complication: str, factor: str) -> list[Odds]:
    return [found for found in evidence.risk_factors(complication) if factor in found.factors]


@pytest.mark.parametrize(
    "found", evidence.all_odds(), ids=lambda o: f"{o.factors[0]}-{o.complications[0]}-{o.cites[0]}"
)
def test_every_number_holds_together(found: Odds) -> None:
    assert _problem(found) == ""
    assert set(found.factors) <= catalogue().findings.keys() | set(ProcedureKind)
    assert set(found.complications) <= {condition.complication for condition in shelf().conditions}
    assert set(found.procedures) <= set(ProcedureKind)


def test_necrosis_has_the_factors_of_the_neuroendocrine_series() -> None:
    ratios = {(found.factors[0], found.ratio) for found in evidence.risk_factors("hepatic-necrosis")}
    assert {
        ("earlier-bile-duct-dilatation", "119.64"),
        ("large-beads", "35.20"),
        ("large-beads", "19.95"),
        ("earlier-portal-vein-thrombosis", "9.83"),
        ("DEB-TACE", "9.78"),
        ("neuroendocrine-metastases", "8.13"),
    } <= ratios


def test_what_its_abstract_gives_no_interval_for_has_none() -> None:
    for found in evidence.risk_factors("hepatic-necrosis"):
        assert found.interval == ()
    assert "(no interval in the abstract, p < 0.0001)" in about("hepatic-necrosis", "large-beads")[0].text


def test_an_interval_that_contradicts_its_ratio_is_not_cited() -> None:
    [found] = about("liver-abscess", "recent-chemotherapy")
    assert found.interval == () and "0.34" not in found.text
    assert "the interval printed does not fit it" in found.text


def test_portal_thrombosis_is_no_factor_of_the_bile_ducts() -> None:
    assert about("biloma", "earlier-portal-vein-thrombosis") == []
    assert about("hepatic-necrosis", "earlier-portal-vein-thrombosis") != []


def test_an_interval_is_told_as_printed() -> None:
    [found] = about("biloma", "earlier-hepatectomy")
    assert found.text == (
        "odds ratio 2.285 (95 % interval 1.066 to 4.898, p < 0.05) for bile duct injury of any kind, in TACE with "
        "drug-eluting beads for hepatocellular carcinoma (63 events in 284 patients)"
    )


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({}, ""),
        ({"ratio": "5.49", "interval": ("0.34", "13.54"), "p": "< 0.001"}, "fit its ratio"),
        ({"ratio": "2.15", "interval": ("0.34", "13.54"), "p": "< 0.001"}, "fit its p value"),
        ({"ratio": "2.15", "interval": ("0.34", "13.54"), "p": "0.4"}, ""),
        ({"ratio": "5.1"}, "fit its ratio"),
        ({"ratio": "", "interval": (), "p": ""}, "no number"),
        ({"cites": ("nobody-1900",)}, "nobody-1900"),
        ({"cites": ()}, "lacks"),
        ({"measure": "relative chance"}, "measure"),
        ({"known": "hearsay"}, "known"),
        ({"with_factor": (5, 4)}, "events"),
        ({"of_events": (5,)}, "events"),
    ],
)
def test_a_wrong_number_is_found(changes: dict[str, object], complaint: str) -> None:
    said = _problem(odds(**changes))
    assert complaint in said and bool(said) is bool(complaint)
