"""What is taken from a work: sound, honest about what was read, and never more than its kind of study can carry."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sequela import evidence
from sequela.evidence import Work, works
from sequela.evidence.claims import CERTAINTIES, Claim, claims, problems, read
from sequela.evidence.odds import all_odds
from sequela.evidence.rates import all_base_rates
from sequela.evidence.shelving import ShelfError

PAPER = Work("smith-2001", "article-journal", "A title", "2001", source="read full text at https://example.org")
CLAIM = Claim(
    work="smith-2001",
    supports=("step:contrast-ct",),
    nature="action",
    design="cohort",
    basis="study",
    text="A scan was asked for.",
    checked="2026-11-23",
    locator="page 4",
)
GRADED = replace(
    CLAIM,
    nature="incidence",
    certainty="low",
    question="prognosis",
    lowered_for=("imprecision", "indirectness"),
    grade_note="All series of it.",
)
WRITTEN = """
checked = "2026-11-23"
[[claim]]
work = "smith-2001"
supports = ["step:contrast-ct"]
nature = "action"
design = "cohort"
basis = "study"
text = "A scan was asked for."
locator = "page 4"
"""


def wrong(claim: Claim, **work: str) -> list[str]:
    return list(problems([claim], {"smith-2001": replace(PAPER, **work)}))  # type: ignore[arg-type]


def test_the_claims_that_we_ship_are_sound() -> None:
    assert list(problems(claims(), works())) == []


def test_the_index_paper_supports_that_necrosis_is_looked_for_and_no_number() -> None:
    taken = evidence.claims_of("micallef-2020")
    names = {name for claim in taken for name in claim.supports}
    assert {"condition:hepatic-necrosis", "condition:portal-vein-thrombosis", "step:contrast-ct"} <= names
    assert not any(name.startswith(("parameter:", "base-rate:", "outcome:")) for name in names)
    assert {claim.status for claim in taken} == {"abstract only"} and not any(claim.certainty for claim in taken)


def test_every_claim_is_checked_and_none_points_past_what_was_read() -> None:
    for claim in claims():
        assert claim.checked
        if claim.status == "abstract only":
            assert claim.locator in ("", "abstract") or claim.locator.startswith("abstract, ")
        if claim.status == "not verified":
            assert claim.locator == ""


def test_nothing_is_taken_from_a_work_that_nobody_claims() -> None:
    assert evidence.claims_of("nobody-1900") == ()


def test_a_claim_is_read_as_it_is_written() -> None:
    assert read(WRITTEN, "test") == [CLAIM]
    assert wrong(CLAIM) == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("nature =", "natur =", "unknown field natur"),
        ('checked = "2026-11-23"', 'seen = "2026-11-23"', "unknown field seen"),
        ('supports = ["step:contrast-ct"]', 'supports = "step:contrast-ct"', "supports must be a list"),
        ('locator = "page 4"', "locator = 4", "locator must be a quoted string"),
        ('text = "A scan was asked for."\n', "", "text"),
    ],
)
def test_a_claim_written_wrong_is_refused(old: str, new: str, complaint: str) -> None:
    assert old in WRITTEN
    with pytest.raises(ShelfError, match=complaint):
        read(WRITTEN.replace(old, new), "test")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"nature": "rumour"}, "its nature is none that we use"),
        ({"design": "blog"}, "its design is none that we use"),
        ({"basis": "habit"}, "its basis is none that we use"),
        ({"supports": ()}, "it supports nothing"),
        ({"supports": ("contrast-ct",)}, "is not the name of anything"),
        ({"supports": ("feeling:bad",)}, "is not the name of anything"),
        ({"supports": ("step:",)}, "is not the name of anything"),
        ({"text": "No end"}, "its text is not"),
        ({"text": "A is. B is. C is."}, "its text is not"),
        ({"text": "Long. " + "x" * 420}, "its text is not"),
        ({"checked": ""}, "on which day"),
        ({"grade_note": "All series."}, "a certainty that it does not have"),
        ({"lowered_for": ("imprecision",)}, "a certainty that it does not have"),
        ({"design": "case report", "nature": "incidence"}, "a case report supports no incidence"),
        ({"design": "case report", "nature": "threshold"}, "a case report supports no threshold"),
        ({"design": "case report", "supports": ("parameter:fever",)}, "a case report supports no number"),
        ({"design": "case report", "supports": ("base-rate:biloma",)}, "a case report supports no number"),
    ],
)
def test_what_is_wrong_with_a_claim_is_found(changes: dict[str, object], complaint: str) -> None:
    found = wrong(replace(CLAIM, **changes))  # type: ignore[arg-type]
    assert len(found) == 1 and complaint in found[0] and found[0].startswith("smith-2001, ")


def test_a_case_report_may_say_that_something_is_watched() -> None:
    assert (
        wrong(replace(CLAIM, design="case report", nature="mechanism", supports=("condition:hepatic-necrosis",))) == []
    )


@pytest.mark.parametrize(
    ("work", "complaint"),
    [
        ({"status": "retracted"}, "retracted"),
        ({"status": "superseded"}, "no note says why"),
        ({"status": "concern"}, "no note says why"),
        ({"source": "read abstract at https://example.org"}, "only the abstract was read"),
        ({"source": "known, unverified"}, "nobody has read"),
    ],
)
def test_what_a_work_cannot_carry_is_found(work: dict[str, str], complaint: str) -> None:
    found = wrong(CLAIM, **work)
    assert len(found) == 1 and complaint in found[0]


def test_a_note_excuses_a_superseded_work_and_never_a_retracted_one() -> None:
    noted = replace(CLAIM, note="Still asked for by this name.")
    assert wrong(noted, status="superseded") == []
    assert len(wrong(noted, status="retracted")) == 1


@pytest.mark.parametrize("changes", [{}, {"certainty": "very low"}, {"certainty": "moderate"}])
def test_a_grade_below_its_start_with_its_domains_is_sound(changes: dict[str, str]) -> None:
    assert wrong(replace(GRADED, **changes)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"certainty": "certain"}, "none of GRADE"),
        ({"question": ""}, "none of GRADE"),
        ({"lowered_for": ("bad luck",)}, "none of GRADE"),
        ({"grade_note": ""}, "which body of evidence"),
        ({"lowered_for": ()}, "do not fit"),  # observational prognosis starts at high
        ({"certainty": "high"}, "do not fit"),
        ({"question": "effect"}, "do not fit"),  # observational effect starts at low
        ({"question": "effect", "certainty": "moderate", "lowered_for": ()}, "above that at which"),
        ({"design": "case report", "nature": "course"}, "no body of evidence"),
    ],
)
def test_a_grade_that_does_not_follow_its_own_rules_is_found(changes: dict[str, object], complaint: str) -> None:
    found = wrong(replace(GRADED, **changes))  # type: ignore[arg-type]
    assert len(found) == 1 and complaint in found[0]


def test_an_observational_effect_may_stay_at_low_and_a_guideline_keeps_its_own_grade() -> None:
    effect = replace(GRADED, question="effect", lowered_for=())
    assert wrong(effect) == []
    assert wrong(replace(effect, design="guideline", certainty="moderate")) == []


def test_the_same_thing_is_not_claimed_twice_and_a_work_has_one_design() -> None:
    shelf = {"smith-2001": PAPER}
    again = replace(CLAIM, text="It was asked for again.")
    assert [line.split(": ", 1)[1] for line in problems([CLAIM, again], shelf)] == [
        "it says the same of step:contrast-ct twice"
    ]
    assert "the same words" in next(problems([CLAIM, replace(CLAIM, supports=("step:doppler",))], shelf))
    assert "is a cohort" in next(problems([CLAIM, replace(again, nature="course", design="trial")], shelf))
    assert "not on the shelf" in next(problems([CLAIM], {}))


def test_a_name_with_a_star_covers_all_that_begin_so() -> None:
    claim = replace(CLAIM, supports=("parameter:news2-*", "score:NEWS2"))
    assert claim.covers("parameter:news2-oxygen") and claim.covers("score:NEWS2")
    assert not claim.covers("parameter:news") and not claim.covers("score:NEWS2-more")


def test_a_claim_tells_itself_in_one_line() -> None:
    taken = {claim.nature: claim.told for claim in evidence.claims_of("joskin-2015")}
    assert taken["incidence"].endswith("(abstract, results; very low certainty (prognosis))")
    seen = next(claim for claim in evidence.claims_of("vincent-1996"))
    assert seen.told.endswith("(secondary)") and "\n" not in seen.told
    assert all(claim.told.startswith(claim.text) for claim in claims())


def test_the_pooled_evidence_on_infarction_is_graded_very_low() -> None:
    graded = [claim for claim in claims() if "base-rate:hepatic-necrosis" in claim.supports and claim.certainty]
    assert [(claim.certainty, claim.question) for claim in graded] == [("very low", "prognosis")]
    assert graded[0].certainty == CERTAINTIES[-1]


def test_a_retracted_work_holds_up_no_pool_no_base_rate_and_no_odds() -> None:
    fallen = {**works(), "bdi-beads-2022": replace(works()["bdi-beads-2022"], status="retracted")}
    found = evidence.check(fallen, rates=all_base_rates(), odds=all_odds())
    assert "the risk factor of biloma cites bdi-beads-2022, which is retracted" in found
    counted = [rate for rate in all_base_rates() if "bdi-beads-2022" in rate.cites]
    told = [line for line in found if line.endswith("biloma cites bdi-beads-2022, which is retracted")]
    assert len(told) == len(counted) + 1


def test_a_number_without_its_work_is_found() -> None:
    rest = {key: work for key, work in works().items() if key not in ("bdi-beads-2022", "joskin-2015")}
    found = evidence.check(rest, rates=all_base_rates(), odds=all_odds())
    assert "the risk factor of biloma cites 'bdi-beads-2022', which the library does not have" in found
    assert any("hepatic-necrosis cites 'joskin-2015'" in line for line in found)


def test_a_claim_of_a_work_that_is_gone_is_found() -> None:
    rest = {key: work for key, work in works().items() if key != "joskin-2015"}
    found = [line for line in evidence.check(rest, taken=claims()) if "joskin-2015" in line]
    assert len(found) == len(evidence.claims_of("joskin-2015"))
    assert all(line.startswith("claim of joskin-2015") and line.endswith("not on the shelf") for line in found)
