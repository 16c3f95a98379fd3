"""Sites: segments in every spelling, regions, vessels, and what hangs on what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequela.course.anatomy import (
    OWN,
    SEGMENTS,
    SNOMED,
    anatomy,
    branches_of,
    overlap,
    parse_site,
    segments_of,
    site_of_code,
    upstream,
)


@pytest.mark.parametrize(
    ("text", "sites"),
    [
        ("VII", {"VII"}),
        ("segment VII", {"VII"}),
        ("S7", {"VII"}),
        ("seg. 7-8", {"VII", "VIII"}),
        ("segments VII and VIII", {"VII", "VIII"}),
        ("VII, VIII", {"VII", "VIII"}),
        ("segments 5, 6 and 7", {"V", "VI", "VII"}),
        ("segments V-VIII", {"V", "VI", "VII", "VIII"}),
        ("segmentos 5 a 8", {"V", "VI", "VII", "VIII"}),
        ("S5/S8", {"V", "VIII"}),
        ("Segment II–III", {"II", "III"}),
        ("IVa", {"IV"}),
        ("segment IVb", {"IV"}),
        ("S4a/4b", {"IV"}),
        ("Couinaud segment 8", {"VIII"}),
        ("caudate lobe", {"I"}),
        ("lóbulo caudado", {"I"}),
        ("right lobe", {"right-lobe"}),
        ("right lobe (segments VII, VIII)", {"VII", "VIII"}),
        ("lóbulo hepático derecho", {"right-lobe"}),
        ("left lateral segment", {"left-lateral-section"}),
        ("right posterior section", {"right-posterior-section"}),
        ("bilobar", {"liver"}),
        ("portal vein", {"portal-main"}),
        ("main portal vein", {"portal-main"}),
        ("right portal vein branch", {"portal-right"}),
        ("right anterior portal vein", {"portal-right-anterior"}),
        ("posterior branch of the right portal vein", {"portal-right-posterior"}),
        ("rama portal izquierda", {"portal-left"}),
        ("portal branches to segments VII and VIII", {"portal-VII", "portal-VIII"}),
        ("ramas portales de los segmentos VII y VIII", {"portal-VII", "portal-VIII"}),
        ("main portal vein and right portal vein", {"portal-main", "portal-right"}),
        ("right hepatic artery", {"hepatic-artery-right"}),
        ("arteria hepática común", {"hepatic-artery-common"}),
        ("middle hepatic vein", {"hepatic-vein-middle"}),
        ("portal-right-posterior", {"portal-right-posterior"}),
        ("portal-VII", {"portal-VII"}),
        ("lung segment VII", set()),
        ("temporal lobe", set()),
        ("segment 10", set()),
        ("abdomen", set()),
        ("arm", set()),
        ("vitamin", set()),
        ("", set()),
        ("segment VII " * 100, set()),
    ],
)
def test_site_is_read_in_every_spelling(text: str, sites: set[str]) -> None:
    assert parse_site(text) == sites


def test_every_key_and_name_leads_home() -> None:
    known = anatomy()
    for key in (*known.segments, *known.regions, *known.vessels):
        assert parse_site(key) == {key}
    for name, key in known.names:
        assert parse_site(name) == {"I" if key == "caudate-lobe" else key}, name


def test_segment_seven_hangs_on_the_right_posterior_branch() -> None:
    assert branches_of("VII") == ("portal-main", "portal-right", "portal-right-posterior", "portal-VII")
    assert branches_of("VIII") == ("portal-main", "portal-right", "portal-right-anterior", "portal-VIII")
    assert upstream("portal-VII") == ("portal-right-posterior", "portal-right", "portal-main")


def test_seven_and_eight_share_no_branch_below_the_right_one() -> None:
    # The index patient's two segments: one sectional branch alone cannot explain them.
    shared = set(branches_of("VII")) & set(branches_of("VIII"))
    assert shared == {"portal-main", "portal-right"}


def test_territories_and_branches_tell_the_same_tree() -> None:
    known = anatomy()
    for segment in SEGMENTS:
        for vessel in branches_of(segment):
            assert segment in known.vessels[vessel].territory
        assert segment in known.regions[known.segments[segment].section]
    for vessel in known.vessels.values():
        if vessel.key.startswith("portal"):
            assert {s for s in SEGMENTS if vessel.key in branches_of(s)} == vessel.territory, vessel.key
        for above in upstream(vessel.key):
            if not vessel.key.startswith("hepatic-vein"):
                assert vessel.territory <= known.vessels[above].territory


def test_sections_make_the_lobes() -> None:
    assert segments_of("right-lobe") == segments_of(["right-anterior-section", "right-posterior-section"])
    assert segments_of("left-lobe") == segments_of(["left-lateral-section", "left-medial-section"])
    assert segments_of("liver") == set(SEGMENTS)
    assert segments_of("nowhere") == set()


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (["VII"], ["right-lobe"], True),
        (["VII"], ["portal-right-posterior"], True),
        (["VII"], ["portal-right-anterior"], False),
        (["VII", "VIII"], ["VIII"], True),
        (["II"], ["right-lobe"], False),
        (["dome"], ["VIII"], False),
        ([], ["VIII"], False),
    ],
)
def test_sites_overlap_where_they_share_a_segment(first: list[str], second: list[str], expected: bool) -> None:
    assert overlap(first, second) is expected
    assert overlap(second, first) is expected


def test_codes_name_sites() -> None:
    assert site_of_code(SNOMED, "277961009") == "VII"
    assert site_of_code(SNOMED, "73931004") == "portal-right"
    assert site_of_code(OWN, "VIII") == "VIII"
    assert site_of_code(OWN, "S7") == "VII"
    assert site_of_code(OWN, "elbow") is None
    assert site_of_code(SNOMED, "80891009") is None
    assert site_of_code(None, None) is None


def test_the_table_says_where_it_is_from() -> None:
    assert anatomy().cites == ("strasberg-2005",)


@given(text=st.text(alphabet="segmntosVI18-,/ andy", max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert all(site in anatomy() for site in parse_site(text))
