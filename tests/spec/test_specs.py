"""Every spec of the manual is true, and every node of the grammar is in the manual."""

from __future__ import annotations

import pytest

from sequela.logic.nodes import REGISTRY
from sequela.logic.wire import from_wire, to_wire
from tests.spec.manual import CHAPTERS
from tests.spec.spec import Spec, answer

SPECS = [pytest.param(spec, id=f"{chapter.title}: {spec.title}") for chapter in CHAPTERS for spec in chapter.specs]


@pytest.mark.parametrize("spec", SPECS)
def test_the_manual_is_true(spec: Spec) -> None:
    assert {moment: answer(spec, moment) for moment in spec.expected} == dict(spec.expected)


@pytest.mark.parametrize("spec", SPECS)
def test_the_manual_can_be_sent(spec: Spec) -> None:
    assert from_wire(to_wire(spec.sentence)) == spec.sentence


def test_every_node_is_in_the_manual() -> None:
    shown = {name for chapter in CHAPTERS for spec in chapter.specs for name in spec.nodes}
    assert REGISTRY.keys() - shown == set()


def test_no_two_specs_have_one_title() -> None:
    titles = [spec.title for chapter in CHAPTERS for spec in chapter.specs]
    assert len(set(titles)) == len(titles)
