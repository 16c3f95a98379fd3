"""The library and the rules together: sound as shipped, and each fault that is planted is found."""

from __future__ import annotations

from dataclasses import replace

from sequela.account.checking import library_notes, library_problems
from sequela.account.uses import unclaimed
from sequela.criteria import shelf
from sequela.evidence import Claim, Work, works
from sequela.evidence.claims import claims
from sequela.evidence.rates import all_counts

CLAIM = Claim(
    work="kwon-2019",
    supports=("parameter:carcinoid-pulse",),
    nature="action",
    design="cohort",
    basis="study",
    text="A pulse was counted.",
    checked="2026-11-23",
)


def with_work(key: str, **changes: str) -> dict[str, Work]:
    return {**works(), key: replace(works()[key], **changes)}  # type: ignore[arg-type]


def test_the_library_and_the_rules_that_we_ship_have_no_problem() -> None:
    assert library_problems(shelf()) == []


def test_every_condition_definition_score_step_and_evidenced_number_says_what_it_takes_from_each_work() -> None:
    assert unclaimed(shelf()) == []


def test_a_citation_without_a_claim_is_told_as_unclaimed_and_noted() -> None:
    whole = shelf()
    changed = replace(whole.parameters["lipase-multiple"], cites=("ambe-2017",))
    site = replace(whole, parameters={**whole.parameters, "lipase-multiple": changed})
    assert [(key, use.name) for key, use in unclaimed(site)] == [("ambe-2017", "parameter:lipase-multiple")]
    assert any("1 citations say nothing" in note and "ambe-2017" in note for note in library_notes(site))


def test_a_key_that_no_work_has_is_found() -> None:
    whole = shelf()
    changed = replace(whole.parameters["fever"], cites=("nobody-1900",))
    found = library_problems(replace(whole, parameters={**whole.parameters, "fever": changed}))
    assert "parameter fever cites 'nobody-1900', which the library does not have" in found


def test_a_retracted_work_is_found_under_each_rule_that_it_holds_up() -> None:
    found = library_problems(shelf(), with_work("kwon-2019", status="retracted"), claims())
    assert "kwon-2019 is retracted: it cannot support a rule" in found
    assert "definition carcinoid-signs cites kwon-2019, which is retracted" in found
    assert "parameter carcinoid-pulse cites kwon-2019, which is retracted" in found
    assert any(line.startswith("claim of kwon-2019") and "supports nothing" in line for line in found)


def test_a_superseded_work_needs_a_claim_that_says_why_it_is_used() -> None:
    told = "score CIRSE cites cirse-2017, which is superseded, and no claim says why"
    assert told not in library_problems(shelf(), works(), claims())
    silent = [replace(claim, note="") if claim.work == "cirse-2017" else claim for claim in claims()]
    assert told in library_problems(shelf(), works(), silent)


def test_one_work_under_two_keys_is_found() -> None:
    twice = {**works(), "joskin-again": replace(works()["joskin-2015"], key="joskin-again")}
    found = library_problems(shelf(), twice, claims())
    assert "joskin-again has the same DOI as joskin-2015" in found


def test_a_count_of_a_reader_that_would_be_refused_today_is_found() -> None:
    ours = next(rate for rate in all_counts() if rate.cites == ("joskin-2015",))
    assert library_problems(shelf(), series=[ours]) == [
        "the count of hepatic-necrosis in joskin-2015: the same count is there already"
    ]
    assert library_problems(shelf(), series=[replace(ours, events=22, printed="", definition="as drained")]) == []


def test_a_claim_for_what_does_not_cite_its_work_is_found() -> None:
    found = library_problems(shelf(), works(), [replace(CLAIM, supports=("parameter:fever", "parameter:lysis-*"))])
    assert "claim of kwon-2019 supports parameter:fever, which does not cite it" in found
    assert "claim of kwon-2019 supports parameter:lysis-*, which does not cite it" in found
    assert library_problems(shelf(), works(), [CLAIM, *_notes()]) == []


def test_a_judgement_under_a_number_of_a_study_is_found() -> None:
    found = library_problems(shelf(), works(), [replace(CLAIM, basis="expert judgement"), *_notes()])
    assert found == ["claim of kwon-2019 is a judgement, but parameter:carcinoid-pulse rests on a study"]


def _notes() -> list[Claim]:
    """The claims that excuse superseded works, which every set of claims needs."""
    return [claim for claim in claims() if claim.note]


def test_the_notes_name_what_is_idle_and_what_was_met_at_second_hand() -> None:
    notes = library_notes(shelf())
    assert any("cited by no rule" in note and "ambe-2017" in note for note in notes)
    assert any("at second hand" in note and "vincent-1996" in note for note in notes)
    assert not any("say nothing" in note for note in notes)
