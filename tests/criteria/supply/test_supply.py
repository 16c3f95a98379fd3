"""Supply: worked cases, what counts as known, and the laws that hold for every pattern of sites."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from sequela.course.anatomy import SEGMENTS
from sequela.course.facts import Withdrawal
from sequela.criteria.supply import Collaterals, Flow, Grade, grades
from sequela.criteria.supply.evaluation import graded
from sequela.criteria.supply.flows import near
from sequela.criteria.supply.patterns import portal_vessels
from tests.criteria.supply.making import HOUR, START, course, done, finding, seen, told

RIGHT, LEFT = ("V", "VI", "VII", "VIII"), ("II", "III", "IV")
EVERY_BRANCH = " ".join(f"portal-{segment}" for segment in SEGMENTS)
DOUBT = "portal-vein-thrombosis uncertain at portal-right"
GRAVITY = {grade: -place for place, grade in enumerate(Grade)} | {Grade.UNKNOWN: -6.5, Grade.INTACT: -7}
"""How grave a grade is; what is not known stands just above intact."""

CASES = {
    "index: VII and VIII, both branches closed": (
        ("TAE", ("VII", "VIII"), ["portal-vein-thrombosis present at VII VIII @ 60"]),
        {("VII", "VIII"): "both-lost", ("I", *LEFT, "V", "VI"): "unknown"},
    ),
    "right lobe, nothing said of the portal vein": (
        ("TACE", RIGHT, []),
        {RIGHT: "artery-only-portal-unknown", ("I", *LEFT): "unknown"},
    ),
    "a normal Doppler covers the trunk and two branches": (
        ("TACE", RIGHT, ["portal-vein-patent present at portal-main portal-right portal-left @ 60"]),
        {RIGHT: "artery-only-portal-unknown", ("I", *LEFT): "unknown"},
    ),
    "posterior branch closed, anterior patent": (
        (
            "DEB-TACE",
            RIGHT,
            [
                "portal-vein-thrombosis present at portal-right-posterior @ 60",
                "portal-vein-patent present at portal-right-anterior @ 60",
            ],
        ),
        {("VI", "VII"): "both-lost", ("V", "VIII"): "artery-only"},
    ),
    "main vein closed, collaterals good": (
        ("TAE", RIGHT, ["portal-vein-thrombosis present at portal-main @ 60", "collaterals-good present @ 1"]),
        {RIGHT: "both-lost-good-collaterals", ("I", *LEFT): "portal-lost-only"},
    ),
    "left vein closed on purpose": (
        ("TAE", ("IV",), ["portal-vein-thrombosis present at portal-left @ 60"], ("portal branch",)),
        {("IV",): "both-lost", ("II", "III"): "portal-lost-only", ("I", *RIGHT): "unknown"},
    ),
    "no territory on record": (
        ("TAE", (), ["portal-vein-thrombosis present at portal-right @ 60"]),
        {SEGMENTS: "unknown"},
    ),
    "superselective, every branch seen patent, collaterals good": (
        ("TAE", ("VIII",), [f"portal-vein-patent present at {EVERY_BRANCH} @ 60", "collaterals-good present @ 1"]),
        {("VIII",): "artery-only", ("I", *LEFT, "V", "VI", "VII"): "intact"},
    ),
    "a doubtful thrombus, collaterals poor": (
        (
            "TAE",
            ("VII",),
            ["portal-vein-thrombosis uncertain at portal-right-posterior @ 60", "collaterals-poor present @ 1"],
        ),
        {("VII",): "artery-only-portal-unknown"},
    ),
    "ablation, posterior branch closed, collaterals poor": (
        (
            "RFA",
            ("VI",),
            ["portal-vein-thrombosis present at portal-right-posterior @ 60", "collaterals-poor present @ 1"],
        ),
        {("VI", "VII"): "portal-lost-poor-collaterals", ("V", "VIII"): "unknown"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_worked_case(name: str) -> None:
    made, expected = CASES[name]
    got = told(seen(course(*made)))
    assert {s: got[s] for group in expected for s in group} == {
        s: grade for group, grade in expected.items() for s in group
    }


def counted(made: tuple[object, ...], segment: str) -> list[str]:
    return [f"{rate.events}/{rate.total}" for rate in seen(course(*made))[segment].counts]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "segment", "counts"),
    [
        ("index: VII and VIII, both branches closed", "VII", ["4/4", "0/23"]),
        ("main vein closed, collaterals good", "V", ["0/23"]),
        ("main vein closed, collaterals good", "II", []),
        ("superselective, every branch seen patent, collaterals good", "VIII", ["0/23"]),
        ("superselective, every branch seen patent, collaterals good", "VII", []),
        ("a doubtful thrombus, collaterals poor", "VII", ["2/15", "4/4"]),
        ("right lobe, nothing said of the portal vein", "V", ["2/15", "4/4", "0/23"]),
        ("posterior branch closed, anterior patent", "V", ["2/15", "0/23"]),
        ("ablation, posterior branch closed, collaterals poor", "VI", []),
        ("left vein closed on purpose", "II", []),
    ],
)
def test_counts_stand_only_where_the_series_counted(name: str, segment: str, counts: list[str]) -> None:
    # Every artery of the series was closed: nothing may stand beside a segment whose artery is open.
    assert counted(CASES[name][0], segment) == counts


def test_no_count_stands_where_the_artery_is_not_lost() -> None:
    for artery in Flow:
        for portal in Flow:
            for around in Collaterals:
                strata = grades()[graded(artery, portal, around)].strata.get(around, [])
                assert not strata or artery is Flow.LOST


@pytest.mark.parametrize(
    ("kind", "territory", "facts", "segment", "missing"),
    [
        ("TAE", (), [], "VII", ("territory", "portal-branch")),
        ("TAE", ("dome",), [], "VII", ("territory", "portal-branch")),
        ("TAE", ("VII",), [], "VII", ("portal-branch", "collaterals")),
        ("TARE", ("VII",), [], "VII", ("artery", "portal-branch")),
        ("RFA", ("VII",), [], "VII", ("artery", "portal-branch")),
        ("TAE", ("VII",), ["portal-vein-patent present at VII @ 60"], "VII", ("collaterals",)),
        ("TAE", ("VIII",), ["portal-vein-patent present at VII @ 60"], "VII", ()),
    ],
)
def test_what_is_missing_is_named(
    kind: str, territory: tuple[str, ...], facts: list[str], segment: str, missing: tuple[str, ...]
) -> None:
    assert seen(course(kind, territory, facts))[segment].missing == missing


@pytest.mark.parametrize(
    ("facts", "portal", "notes"),
    [
        (["portal-vein-thrombosis present @ 60"], Flow.UNKNOWN, ()),
        (["portal-vein-thrombosis absent @ 60"], Flow.UNKNOWN, ()),
        (["portal-vein-patent present @ 60"], Flow.UNKNOWN, ()),
        (["portal-vein-patent present at VII @ 60"], Flow.KEPT, ()),
        (["portal-vein-patent present at right-lobe @ 60"], Flow.KEPT, ()),
        (["portal-vein-thrombosis absent at VII @ 60"], Flow.KEPT, ()),
        (["portal-vein-thrombosis present at right-lobe @ 60"], Flow.UNKNOWN, ()),
        (["portal-vein-thrombosis present at right-posterior-section @ 60"], Flow.LOST, ()),
        (["portal-vein-patent present at VII @ -40"], Flow.UNKNOWN, ()),
        (["earlier-portal-vein-thrombosis present at portal-right @ -400"], Flow.LOST, ()),
        (["earlier-portal-vein-thrombosis present @ -400"], Flow.UNKNOWN, ()),
        (["earlier-portal-vein-thrombosis absent at VII @ -400"], Flow.UNKNOWN, ()),
        (
            ["earlier-portal-vein-thrombosis present at VII @ -400", "portal-vein-patent present at VII @ -9"],
            Flow.UNKNOWN,
            (),
        ),
        (["portal-vein-thrombosis present at VII @ 60", "portal-vein-patent present at VII @ 80"], Flow.KEPT, ()),
        (["portal-vein-thrombosis present at VII @ 80", "portal-vein-patent present at VII @ 60"], Flow.LOST, ()),
        (["portal-vein-thrombosis present at VII @ 60", "portal-vein-patent present at VII @ 60"], Flow.LOST, ()),
        (["portal-vein-thrombosis present at VII @ 60", "portal-vein-thrombosis uncertain at VII @ 80"], Flow.LOST, ()),
        (
            ["portal-vein-thrombosis present at VII @ 60", "portal-vein-patent present at portal-right-posterior @ 80"],
            Flow.LOST,
            (),
        ),
        (
            ["portal-vein-thrombosis present at portal-main @ 60", "portal-vein-patent present at VII @ 80"],
            Flow.UNKNOWN,
            ("disagreement",),
        ),
        (["portal-vein-patent present at VII @ 60", "portal-vein-thrombosis present @ 80"], Flow.UNKNOWN, ()),
        (["portal-vein-patent present at VII @ 6", f"{DOUBT} @ 8"], Flow.UNKNOWN, ()),
        (["portal-vein-patent present at VII @ 8", f"{DOUBT} @ 6"], Flow.KEPT, ()),
        (["portal-vein-patent present at VII @ 6", "arterioportal-shunt present at VII @ 6"], Flow.UNKNOWN, ("shunt",)),
        (["hepatic-vein-thrombosis present at hepatic-vein-right @ 60"], Flow.UNKNOWN, ("outflow",)),
    ],
)  # fmt: skip
def test_what_is_known_of_a_portal_branch(facts: list[str], portal: Flow, notes: tuple[str, ...]) -> None:
    found = seen(course("TAE", ("VII",), facts))["VII"]
    assert (found.portal, found.notes) == (portal, notes)


@pytest.mark.parametrize(
    ("kind", "territory", "facts", "flows"),
    [
        ("TAE", ("VII",), [], {"VII": "lost", "VI": "kept", "I": "kept"}),
        ("TARE", ("right-lobe",), [], {"VII": "reduced", "II": "kept"}),
        ("MWA", ("VII",), [], {"VII": "unknown", "II": "unknown"}),
        ("PVE", ("portal-right",), [], {"VII": "kept", "II": "kept"}),
        ("TAE", ("hepatic-artery-right",), [], {"VIII": "lost", "IV": "kept", "I": "kept"}),
        ("TAE", ("left-lobe", "right-lobe"), [], {"II": "lost", "I": "unknown"}),
        ("TAE", ("VII", "dome"), [], {"VII": "lost", "II": "unknown"}),
        ("TAE", ("VII",), ["hepatic-artery-occlusion present at left-lobe @ 60"], {"II": "lost", "V": "kept"}),
        ("TAE", ("VII",), ["hepatic-artery-occlusion present @ 60"], {"VII": "lost", "II": "unknown"}),
        ("TAE", ("VII",), ["hepatic-artery-occlusion uncertain at II @ 60"], {"II": "unknown", "III": "kept"}),
        (
            "TAE",
            ("VII",),
            ["hepatic-artery-occlusion present at II @ 60", "hepatic-artery-occlusion absent at II VII @ 70"],
            {"II": "kept", "VII": "lost"},
        ),
    ],
)  # fmt: skip
def test_what_is_known_of_an_artery(
    kind: str, territory: tuple[str, ...], facts: list[str], flows: dict[str, str]
) -> None:
    found = seen(course(kind, territory, facts))
    assert {segment: str(found[segment].artery) for segment in flows} == flows


def test_an_earlier_session_in_the_same_artery_leaves_it_unknown() -> None:
    found = seen(course("TAE", ("VIII",), earlier=(done("TACE", ("VII",), hours=-900),)))
    assert (found["VII"].artery, found["VII"].notes) == (Flow.UNKNOWN, ("earlier-session",))
    assert (found["VI"].artery, found["VIII"].artery) == (Flow.KEPT, Flow.LOST)


@pytest.mark.parametrize(
    "intent", ["portal-right", "portal branch to segments V-VIII", "Portal vein embolization, right portal vein"]
)
def test_a_branch_closed_on_purpose_is_lost_and_marked(intent: str) -> None:
    found = seen(course("TAE", ("IV",), intent=(intent, "colorectal metastases")))
    assert {s.segment for s in found.segments if s.portal is Flow.LOST} == set(RIGHT)
    assert all(found[segment].notes == ("intended",) for segment in RIGHT)
    assert told(found)["VI"] == "portal-lost-only"


def test_an_earlier_portal_embolization_counts() -> None:
    found = seen(course("TACE", RIGHT, earlier=(done("PVE", ("portal-right",), hours=-600),)))
    assert told(found)["VI"] == "both-lost"


@pytest.mark.parametrize(
    "intent", ["hepatocellular carcinoma with portal vein thrombosis", "tumour thrombus in a rama portal"]
)
def test_an_intent_that_only_speaks_of_the_portal_vein_closes_nothing(intent: str) -> None:
    assert all(
        s.portal is Flow.UNKNOWN and not s.notes for s in seen(course("TACE", ("VII",), intent=(intent,))).segments
    )


@pytest.mark.parametrize(
    ("facts", "around"),
    [
        ([], Collaterals.UNKNOWN),
        (["collaterals-good present @ 1"], Collaterals.GOOD),
        (["collaterals-good absent @ 1"], Collaterals.POOR),
        (["collaterals-poor absent @ 1"], Collaterals.UNKNOWN),
        (["collaterals-good uncertain @ 1"], Collaterals.UNKNOWN),
        (["collaterals-good present @ 1", "collaterals-poor present @ 1"], Collaterals.POOR),
        (["collaterals-good present at II @ 1"], Collaterals.UNKNOWN),
        (["bilioenteric-anastomosis present @ -400"], Collaterals.POOR),
        (["bilioenteric-anastomosis present @ -400", "collaterals-good present @ 1"], Collaterals.GOOD),
    ],
)
def test_collaterals_are_good_only_if_called_good(facts: list[str], around: Collaterals) -> None:
    assert seen(course("TAE", ("VII",), facts))["VII"].collaterals is around


# -- laws --------------------------------------------------------------------------------------------------------------


def gravity(found: dict[str, str]) -> list[float]:
    return [GRAVITY[Grade(grade)] for grade in found.values()]


def test_every_pattern_of_closed_branches_is_consistent() -> None:
    """All 2^8 patterns: a segment is lost if its branch is; one more closed branch never makes any grade milder."""
    graded_as = {}
    for size in range(9):
        for closed in combinations(SEGMENTS, size):
            facts = [f"portal-vein-thrombosis present at {' '.join(closed)} @ 60"] if closed else []
            found = seen(
                course("TAE", ("V", "VII", "VIII"), [f"portal-vein-patent present at {EVERY_BRANCH} @ 50", *facts])
            )
            assert {s.segment for s in found.segments if s.portal is Flow.LOST} == set(closed)
            graded_as[frozenset(closed)] = gravity(told(found))
    for closed, before in graded_as.items():
        for one in set(SEGMENTS) - closed:
            after = graded_as[closed | {one}]
            assert all(now >= then for now, then in zip(after, before, strict=True))


KEYS = (
    *("portal-vein-thrombosis", "portal-vein-thrombosis", "portal-vein-patent", "earlier-portal-vein-thrombosis"),
    *("hepatic-artery-occlusion", "collaterals-good", "arterioportal-shunt"),
)


def some_facts(random: Random, most: int) -> list[str]:
    vessels = (*portal_vessels(), *SEGMENTS, "right-lobe", "right-posterior-section", "liver")
    made = []
    for _ in range(random.randint(0, most)):
        key = random.choice(KEYS)
        presence = random.choice(("present", "present", "absent", "uncertain"))
        site = random.sample(vessels, k=random.randint(0, 2))
        at = random.randint(-4, 12)
        made.append(
            f"{key} {presence}{' at ' if site else ''}{' '.join(site)} @ {at} known {at + random.randint(0, 6)}"
        )
    return made


def some_course(random: Random) -> tuple[str, tuple[str, ...], list[str]]:
    kind = random.choice(("TAE", "TAE", "TACE", "TARE", "RFA", "PVE"))
    territory = tuple(random.sample((*SEGMENTS, "right-lobe"), k=random.randint(0, 3)))
    return kind, territory, some_facts(random, 5)


@pytest.mark.parametrize("seed", range(300))
def test_a_thrombus_never_makes_a_grade_milder_and_patency_never_graver(seed: int) -> None:
    random = Random(seed)
    kind, territory, facts = some_course(random)
    site = random.choice((*portal_vessels(), *SEGMENTS, "right-lobe"))
    at = random.randint(-3, 14)
    before = gravity(told(seen(course(kind, territory, facts))))
    presence = random.choice(("present", "uncertain"))
    closed = gravity(
        told(seen(course(kind, territory, [*facts, f"portal-vein-thrombosis {presence} at {site} @ {at}"])))
    )
    opened = gravity(told(seen(course(kind, territory, [*facts, f"portal-vein-patent present at {site} @ {at}"]))))
    assert all(now >= then for now, then in zip(closed, before, strict=True))
    assert all(now <= then for now, then in zip(opened, before, strict=True))


@pytest.mark.parametrize("seed", range(100))
def test_later_facts_change_no_earlier_answer_and_order_none(seed: int) -> None:
    random = Random(seed)
    kind, territory, facts = some_course(random)
    made = [finding(line, number) for number, line in enumerate(facts)]
    gone = [
        Withdrawal(fact=f.fact, at=f.at, known_at=f.known_from + HOUR, version=2) for f in made if random.random() < 0.2
    ]
    whole = course(kind, territory, [*made, *gone])
    shuffled = course(kind, territory, random.sample([*made, *gone], k=len(made) + len(gone)))
    for hours in range(0, 20, 3):
        now = seen(whole, hours)
        known = [
            *(f for f in made if f.known_from <= START + hours * HOUR),
            *(g for g in gone if g.known_from <= START + hours * HOUR),
        ]
        assert told(seen(course(kind, territory, known), hours)) == told(now)
        assert seen(whole.as_of(START + hours * HOUR), hours).says == now.says
        assert seen(shuffled, hours) == now


def test_nothing_is_graver_than_unknown_where_nothing_is_recorded() -> None:
    for kind in ("TAE", "TARE", "RFA", "PVE", "other"):
        found = seen(course(kind))
        assert set(told(found).values()) == {"unknown"}
        assert all(not s.because and not s.counts for s in found.segments)


def test_patency_of_its_own_or_its_section_answers_for_a_segment() -> None:
    assert near("VII") == ("portal-right-posterior", "portal-VII")
    assert near("I") == ("portal-I",)


def test_no_sentence_excludes_necrosis_or_calls_anything_impossible() -> None:
    for made, _ in CASES.values():
        for said in seen(course(*made)).says:
            assert not any(word in said.text for word in ("impossible", "excluded", "rules out", "cannot be"))


def test_the_index_case_is_told_with_its_counts_and_what_is_missing() -> None:
    found = seen(course("TAE", ("VII", "VIII"), ["portal-vein-thrombosis present at VII VIII @ 60"]))
    first, second = found.says
    assert first.text.startswith("VII and VIII: artery and portal branch both lost; infarction is to be expected")
    assert "4/4" in first.text and "embolization for bleeding" in first.text and first.cites == ("choi-2021",)
    assert first.text.endswith("Not known: the arterial collaterals.")
    assert "different sectional branches" in second.text
    assert "micallef-2020" in second.cites
