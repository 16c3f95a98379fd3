"""Which portal vessels explain a set of segments: against the known patterns, and against a search of all sets."""

from __future__ import annotations

from itertools import combinations

import pytest

from sequela.course.anatomy import SEGMENTS, anatomy
from sequela.criteria.supply import pattern
from sequela.criteria.supply.patterns import portal_vessels


@pytest.mark.parametrize(
    ("segments", "causes"),
    [
        ("VII VIII", "portal-VII portal-VIII"),
        ("VI VII", "portal-right-posterior"),
        ("V VIII", "portal-right-anterior"),
        ("V VI VII VIII", "portal-right"),
        ("II III", "portal-left-lateral"),
        ("II III IV", "portal-left"),
        ("IV", "portal-left-medial"),
        ("VII", "portal-VII"),
        ("V VI", "portal-V portal-VI"),
        ("IV V", "portal-left-medial portal-V"),
        ("IV VIII", "portal-left-medial portal-VIII"),
        ("VI VIII", "portal-VI portal-VIII"),
        ("II III IV V VI VII VIII", "portal-main"),
        ("I II III IV V VI VII VIII", "portal-main"),
        ("I VII", "portal-I portal-VII"),
        ("I II III IV", "portal-I portal-left"),
        ("V VI VII", "portal-V portal-right-posterior"),
    ],
)
def test_the_smallest_portal_cause(segments: str, causes: str) -> None:
    assert pattern(segments.split()).causes == tuple(causes.split())


@pytest.mark.parametrize("size", range(1, 9))
def test_the_causes_of_every_set_are_the_fewest_that_take_it_and_no_more(size: int) -> None:
    territories = {vessel: anatomy().vessels[vessel].territory for vessel in portal_vessels()}
    for found in combinations(SEGMENTS, size):
        causes = pattern(found).causes
        taken = frozenset().union(*(territories[cause] for cause in causes))
        # The caudate lobe may be spared by the main vein, through its own twigs.
        assert taken == set(found) or (causes == ("portal-main",) and taken - {"I"} == set(found))
        fewer = (
            chosen
            for count in range(1, len(causes))
            for chosen in combinations(territories, count)
            if frozenset().union(*(territories[vessel] for vessel in chosen)) == set(found)
        )
        assert next(fewer, None) is None


def test_vii_and_viii_ask_for_two_branches_or_a_right_portal_cause() -> None:
    found = pattern(("VII", "VIII"))
    assert (found.above, found.spared, found.drained_by) == ("portal-right", ("V", "VI"), ("hepatic-vein-right",))
    for words in (
        "different sectional branches",
        "the portal branch to VII and the portal branch to VIII (as published)",
        "the right portal vein, which as a rule would not spare V and VI",
        "49 of 3,715 people",
        "the right hepatic vein",
        "a border between segments drawn elsewhere",
    ):
        assert words in found.text


@pytest.mark.parametrize(
    ("closed", "words"),
    [
        ((), "the portal branch to VIII (as published); or"),
        (("portal-VII",), "(as published) (known to be closed: the portal branch to VII)"),
        (("portal-VII", "portal-VIII"), "(as published) (known to be closed)"),
        (("portal-right",), "would not spare V and VI (known to be closed)"),
        (
            ("portal-right-anterior", "portal-right-posterior"),
            "(known to be closed: the right posterior portal vein and the right anterior portal vein)",
        ),
    ],
)
def test_what_is_known_to_be_closed_is_said(closed: tuple[str, ...], words: str) -> None:
    assert words in pattern(("VII", "VIII"), closed=closed).text


def test_one_branch_is_said_as_one() -> None:
    assert "the right posterior portal vein alone would explain it" in pattern(("VI", "VII")).text
    assert "(or the portal branch to IV)" in pattern(("IV",)).text
    assert "may be spared" in pattern(SEGMENTS[1:]).text
    assert pattern(SEGMENTS).text.count("main portal vein") == 1


def test_what_drains_apart_is_not_given_a_common_vein() -> None:
    assert pattern(("II", "VI")).drained_by == ()
    assert "outflow" not in pattern(("II", "VI")).text


def test_a_pattern_needs_a_segment() -> None:
    with pytest.raises(ValueError, match="needs a segment"):
        pattern(())
