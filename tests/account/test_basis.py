"""A reason whose limits are judgement says so, so that its sources are not read as having set them."""

from pathlib import Path

from sequela.account import render
from sequela.assessing import assess_one
from sequela.course.clock import parse
from sequela.criteria import shelf
from sequela.sources import read

ROOT = Path(__file__).parents[2]


def test_limits_of_expert_judgement_are_said_beside_the_sources() -> None:
    course = next(iter(read([ROOT / "cases" / "synthetic" / "index-shaped.json"])))
    turned = assess_one(course, shelf(), parse("2026-02-08T19:00:00+01:00").at)
    judged = [reason for reason in turned.conditions["hepatic-necrosis"].because if reason.judged]
    assert judged
    for reason in judged:
        assert all(shelf().parameters[key].basis == "expert judgement" for key in reason.judged)
    assert "(limits: expert judgement)" in " ".join(render(turned).split())


def test_a_low_grade_fever_is_not_our_fever() -> None:
    paths = [ROOT / "cases" / "published" / "tae_trauma_biloma_hudgi2021.json"]
    course = next(iter(read(paths)))
    assert assess_one(course, shelf(), course.last_known).state == "unknown"
