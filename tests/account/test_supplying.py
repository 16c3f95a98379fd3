"""The supply in an account: calm while the course is, complete as soon as something is wrong."""

from __future__ import annotations

from dataclasses import replace

from sequela.account import assessment_html, render
from sequela.account.supplying import NO_EXCLUSION, sentences
from sequela.assessing.assessment import Assessment
from sequela.criteria.supply import Supply
from tests.criteria.supply.making import course, seen


def test_a_calm_course_says_in_one_line_that_the_artery_is_closed(uneventful: Assessment) -> None:
    (said,) = sentences(uneventful)
    assert said.text == "VI: artery closed; portal branch not reported."
    assert f"Supply     {said.text}" in render(uneventful)


def test_a_course_that_turned_is_told_with_counts_and_what_is_missing(turned: Assessment) -> None:
    first, *_, last = sentences(turned)
    assert "2/15" in first.text and "Not known: whether the portal branch flows" in first.text
    assert last == NO_EXCLUSION
    assert "after arterial embolization for bleeding" in assessment_html(turned).replace("\n", " ")


def test_a_closed_portal_branch_or_outflow_is_told_however_calm_the_course(uneventful: Assessment) -> None:
    for fact in (
        "portal-vein-thrombosis present at VII @ 6",
        "hepatic-vein-thrombosis present at hepatic-vein-right @ 6",
    ):
        found = replace(uneventful, supply=seen(course("TACE", ("VI",), [fact])))
        assert sentences(found)[-1] == NO_EXCLUSION


def test_where_nothing_is_lost_nothing_is_said_or_drawn(uneventful: Assessment) -> None:
    for supply in (Supply(()), seen(course("RFA", ("VI",)))):
        found = replace(uneventful, supply=supply)
        assert sentences(found) == ()
        assert "Supply" not in render(found)
        assert "liver-" not in assessment_html(found)
