"""Risk factors in an assessment: those that this patient has, from before the procedure, with the published number."""

from __future__ import annotations

import pytest

from sequela.assessing import assess_one
from sequela.assessing.assessment import ConditionStatus
from sequela.criteria import shelf
from sequela.criteria.patients import START, patient_of

HOUR = 3_600


def status(condition: str, facts: list[str], procedure: str = "TACE", at: int = 48 * HOUR) -> ConditionStatus:
    entry = {
        "name": "n",
        "condition": condition,
        "kind": "in",
        "procedure": procedure,
        "facts": ["temperature 36.8 @ 2h", *facts],
        "expect": ["2h unknown"],
        "why": "w",
    }
    return assess_one(patient_of(entry, "states", 1).course, shelf(), START + at).conditions[condition]


def ratios(found: ConditionStatus) -> list[tuple[tuple[str, ...], str]]:
    return [(risk.factors, risk.odds.ratio) for risk in found.risk_factors]


def test_a_factor_that_is_there_is_told_with_its_fact_and_source() -> None:
    found = status("hepatic-necrosis", ["background earlier-bile-duct-dilatation"])
    assert ratios(found) == [(("earlier-bile-duct-dilatation",), "119.64")]
    [risk] = found.risk_factors
    assert risk.titles == ("Earlier bile duct dilatation",)
    assert [fact.key for fact in risk.facts] == ["earlier-bile-duct-dilatation"]
    told = found.as_json(0)["risk_factors"][0]
    assert (told["ratio"], told["interval"], told["cites"]) == (119.64, None, ["joskin-2015"])
    assert told["values"][0]["value"] == "present"


@pytest.mark.parametrize("presence", ["absent", "uncertain"])
def test_a_factor_that_is_denied_or_in_doubt_is_not_told(presence: str) -> None:
    assert status("hepatic-necrosis", [f"background large-beads {presence}"]).risk_factors == ()


def test_nobody_has_a_factor_that_nobody_wrote_down() -> None:
    assert status("hepatic-necrosis", []).risk_factors == ()


def test_a_kind_of_procedure_may_be_the_factor() -> None:
    assert ratios(status("biloma", [], procedure="DEB-TACE")) == [(("DEB-TACE",), "9.78")]
    assert ratios(status("biloma", [], procedure="TACE")) == []


def test_what_came_after_the_procedure_is_no_factor_of_it() -> None:
    condition = "post-embolization-syndrome"
    assert status(condition, ["finding ascites present @ 24h"]).risk_factors == ()
    [risk] = status(condition, ["finding ascites present @ -24h"]).risk_factors
    assert risk.as_json(0)["interval"] == [1.3, 5.75]


def test_ascites_that_had_gone_before_the_procedure_is_no_factor() -> None:
    facts = ["finding ascites present @ -48h", "finding ascites absent @ -24h"]
    assert status("post-embolization-syndrome", facts).risk_factors == ()


def test_a_factor_written_down_later_is_not_known_sooner() -> None:
    facts = ["background biliary-stent", "finding sphincterotomy present @ -20h known 60h"]
    assert [risk.factors for risk in status("liver-abscess", facts).risk_factors] == [("biliary-stent",)] * 2
    later = status("liver-abscess", facts, at=61 * HOUR).risk_factors
    assert [risk.factors for risk in later] == [("biliary-stent", "sphincterotomy"), ("biliary-stent",)]


def test_numbers_of_the_patients_own_procedure_come_first() -> None:
    facts = ["background recent-chemotherapy, background biliary-stent"]
    beads = [risk.factors for risk in status("liver-abscess", facts, procedure="DEB-TACE").risk_factors]
    assert beads[0] == ("recent-chemotherapy",)
    assert [risk.factors for risk in status("liver-abscess", facts).risk_factors][-1] == ("recent-chemotherapy",)
