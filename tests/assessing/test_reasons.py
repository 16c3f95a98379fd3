"""Reasons tell of the course, not of who the patient is, which day it is, or what nobody did."""

from fractions import Fraction
from pathlib import Path

from sequela.assessing import assess_one
from sequela.course.clock import parse
from sequela.criteria import shelf
from sequela.evidence import works
from sequela.sources import read

ROOT = Path(__file__).parents[2]


def test_reasons_leave_out_the_day_the_age_and_what_is_only_known() -> None:
    course = next(iter(read([ROOT / "cases" / "synthetic" / "index-shaped.json"])))
    turned = assess_one(course, shelf(), parse("2026-02-08T19:00:00+01:00").at)
    texts = [reason.text for reason in (*turned.reasons, *turned.rechecks)]
    assert texts
    for text in texts:
        assert ": known" not in text
        assert "after the procedure" not in text
        assert "patient's age" not in text
        assert "not recorded" not in text


def test_each_reason_carries_its_facts_its_sources_and_what_would_change_it() -> None:
    course = next(iter(read([ROOT / "cases" / "synthetic" / "index-shaped.json"])))
    turned = assess_one(course, shelf(), parse("2026-02-08T19:00:00+01:00").at)
    necrosis = turned.conditions["hepatic-necrosis"]
    assert (necrosis.status, necrosis.support) == ("suspected", "specific")
    for reason in necrosis.because:
        assert reason.facts
        assert set(reason.cites) <= set(works())
        assert set(reason.parameters) <= set(shelf().parameters)
    rebound = next(reason for reason in necrosis.because if reason.statement == "transaminase-rebound")
    # A risen INR would answer the doubt of a haemolysed sample: where none was haemolysed it is no reason.
    assert {fact.key for fact in rebound.facts} <= {"alt", "ast"}
    assert shelf().parameters["rebound-fold"].value == Fraction(3, 2)


def test_of_two_limits_of_one_reading_the_one_that_suffices_is_told() -> None:
    course = next(iter(read([ROOT / "cases" / "synthetic" / "index-shaped.json"])))
    turned = assess_one(course, shelf(), parse("2026-02-08T12:00:00+01:00").at)
    changes = {reason.statement: reason.would_change for reason in turned.reasons}
    # One and a half times and 50 above its lowest of 52 mg/L: under either limit the rise is over.
    assert changes["crp-second-rise"] == "a CRP under 102 mg/L"
    assert changes["pain-worsening"] == "a pain score under 5"
