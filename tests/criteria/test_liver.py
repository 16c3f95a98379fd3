"""The failing liver: which published definition a site chooses, and that neither speaks of cirrhosis or of a score."""

from __future__ import annotations

from pathlib import Path

import pytest

from sequela.assessing import assess_one, true_of_nothing
from sequela.criteria import shelf
from sequela.criteria.liver_failure.definition import ALF_DEFINITIONS
from sequela.criteria.patients import START, patient_of, seconds
from sequela.errors import CriteriaError
from sequela.logic.nodes import Node
from sequela.logic.quantities import Score
from sequela.logic.shelf import Shelf

AASLD, EASL = "alf-aasld", "alf-easl"
AT = "60h"


def by(tmp_path: Path, definition: str) -> Shelf:
    path = tmp_path / "site.toml"
    path.write_text(f'[choose]\nacute-liver-failure = "{definition}"\n', encoding="utf-8")
    return shelf(path)


def status(own: Shelf, *facts: str) -> str:
    entry = {"name": "-", "condition": "acute-liver-failure", "kind": "in", "expect": ["0h unknown"], "why": "-"}
    course = patient_of({**entry, "facts": [f"{fact} @ {AT}" for fact in facts]}, "liver_failure", 0).course
    return assess_one(course, own, START + seconds(AT)).conditions["acute-liver-failure"].status


@pytest.mark.parametrize(
    ("inr", "grade", "aasld", "easl"),
    [
        ("1.50", "1", "confirmed", "suspected"),
        ("1.51", "1", "confirmed", "confirmed"),
        ("1.49", "2", "not-suspected", "not-suspected"),
        ("2.3", "0", "not-suspected", "not-suspected"),
    ],
)
def test_the_two_definitions_differ_at_their_edge(tmp_path: Path, inr: str, grade: str, aasld: str, easl: str) -> None:
    facts = (f"inr {inr}, west-haven {grade}", "finding confusion absent")
    assert status(by(tmp_path, AASLD), *facts) == aasld
    assert status(by(tmp_path, EASL), *facts) == easl


@pytest.mark.parametrize("key", ALF_DEFINITIONS)
def test_a_choice_names_its_definition_and_is_a_sound_shelf(tmp_path: Path, key: str) -> None:
    own = by(tmp_path, key)
    condition = next(c for c in own.conditions if c.key == "acute-liver-failure")
    assert ALF_DEFINITIONS[key] in condition.reasons
    assert condition.cites == ALF_DEFINITIONS[key].cites
    assert true_of_nothing(own) == []


def test_the_american_definition_is_the_default(tmp_path: Path) -> None:
    assert shelf().choices["acute-liver-failure"] == AASLD
    assert by(tmp_path, EASL).hash != shelf().hash
    with pytest.raises(CriteriaError, match="no definition 'apasl' of acute-liver-failure"):
        by(tmp_path, "apasl")


def test_decompensation_reads_no_score_of_the_liver() -> None:
    condition = next(c for c in shelf().conditions if c.key == "hepatic-decompensation")
    sentences = (condition.suspected, condition.confirmed, condition.excluded, condition.assessable)
    nodes: list[Node] = [node for sentence in sentences if sentence is not None for node in sentence.walk()]
    assert nodes
    assert not any(isinstance(node, Score) for node in nodes)
