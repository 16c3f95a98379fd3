"""The account: complete, in order, calm, and fit for any terminal."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from sequela.account import render, render_receipt, words
from sequela.assessing import assess_one
from sequela.assessing.assessment import Assessment
from sequela.course.catalogue import catalogue
from sequela.criteria import shelf
from sequela.criteria.patients import START, patient_of
from sequela.sources.receipt import Receipt

SECTIONS = ["Next", "Why", "How likely", "Missing", "Syndrome", "Changed by", "Scores", "Course", "Sources"]
ESCAPE = "\x1b"
LONGEST_CALM = 50


def headings(text: str) -> list[str]:
    return [name for line in text.splitlines() for name in SECTIONS if line.startswith(f"{name} ")]


def flat(text: str) -> str:
    return " ".join(text.split())


def test_the_account_begins_with_what_and_when_and_the_state(turned: Assessment) -> None:
    lines = render(turned).splitlines()
    assert lines[0] == "TAE (bland embolization) of segments VII and VIII · patient index-shaped"
    assert lines[1] == "Day 5.9 · as of Sun 8 Feb 2026, 09:00 (+01:00)"
    assert lines[2].startswith("Newest data ")
    assert " · holds until " in lines[2]
    assert lines[4].startswith("DETERIORATING since ")
    assert lines[4].endswith(", trend: deteriorating")


def test_every_section_stands_in_its_order(turned: Assessment) -> None:
    assert headings(render(turned)) == SECTIONS


def test_an_expected_course_is_told_calmly(uneventful: Assessment) -> None:
    text = render(uneventful)
    assert uneventful.state == "expected"
    assert len(text.splitlines()) < LONGEST_CALM
    assert "Nothing on record raises the suspicion of hepatic necrosis" in flat(text)
    assert "rules out neither necrosis nor infection" in text
    assert "How likely" not in text


def test_suspected_is_never_left_to_be_read_as_likely(turned: Assessment) -> None:
    text = flat(render(turned))
    necrosis = turned.conditions["hepatic-necrosis"]
    rate = necrosis.base_rates[0]
    counted = "Counted among all who were treated, not among those with such signs:"
    assert f"{counted} Hepatic necrosis was found in {rate.events:,} of {rate.total:,} {rate.unit}" in text
    assert rate.population in text
    # Specific signs may well make it likely; of others the account says that they do not.
    specific = replace(turned, conditions={"hepatic-necrosis": replace(necrosis, support="specific")})
    assert "Suspected is not likely" not in flat(render(specific))
    vague = replace(turned, conditions={"hepatic-necrosis": replace(necrosis, support="non-specific")})
    assert f"Suspected is not likely. {counted}" in flat(render(vague))


def test_each_reason_has_its_values_its_time_and_its_source(turned: Assessment) -> None:
    text = flat(render(turned))
    reason = next(b for b in turned.conditions["hepatic-necrosis"].because if b.statement == "crp-second-rise")
    assert reason.text in text
    assert "CRP 168 mg/L, day 5.8 (Sun 06:30)" in text
    marks = re.search(re.escape(reason.text) + r" \[(\d+)\]", text)
    assert marks is not None
    assert re.search(rf" {marks[1]} \S.* \d{{4}}, ", render(turned))


def test_overdue_steps_come_first_with_how_long(turned: Assessment) -> None:
    steps = render(turned).split("Next ")[1].split("Changed by")[0]
    assert re.match(r" +overdue \d+ h ", steps)
    assert steps.index("overdue") < steps.index("done")


def test_steps_are_told_in_spanish(turned: Assessment) -> None:
    step = turned.steps[0]
    assert step.text_es
    assert step.text_es in flat(render(turned, lang="es"))
    assert step.text_es not in flat(render(turned))


@pytest.mark.parametrize("width", [50, 60, 72, 80, 100])
def test_nothing_is_wider_than_the_terminal(turned: Assessment, uneventful: Assessment, width: int) -> None:
    for assessment in (turned, uneventful):
        lines = render(assessment, width=width).splitlines()
        assert max(map(len, lines)) <= width
        assert all(line == line.rstrip() for line in lines)


def test_without_colour_there_is_no_escape_code(turned: Assessment, monkeypatch: pytest.MonkeyPatch) -> None:
    # Rich would take this as leave to colour.
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert ESCAPE not in render(turned)


def test_colour_adds_escape_codes_and_changes_no_word(turned: Assessment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = render(turned, colour=True)
    assert ESCAPE in coloured
    plain = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in plain.splitlines()] == render(turned).splitlines()


def test_a_terminal_of_ascii_gets_only_that(turned: Assessment) -> None:
    text = render(turned, ascii_only=True)
    assert text.isascii()
    assert "?" not in text.replace("Patient?", "")


def test_the_chart_can_be_left_out(turned: Assessment) -> None:
    assert "days since the procedure" in render(turned)
    assert "days since the procedure" not in render(turned, chart=False)


def test_a_patients_identifier_cannot_steer_the_terminal(uneventful: Assessment) -> None:
    course = replace(uneventful.course, patient="a\x1b[2Jb\r\nc\u202e" + "x" * 200)
    head = render(replace(uneventful, course=course)).splitlines()[0]
    assert head.isprintable()
    assert len(head) <= 80


def test_a_follow_up_that_has_ended_says_by_what(uneventful: Assessment) -> None:
    told = render(replace(uneventful, state="ended", ended_by="death", trend="unknown"))
    assert "it was ended by death." in told
    assert "trend" not in told
    told = " ".join(render(replace(uneventful, state="ended", ended_by="lost to follow-up")).split())
    assert "its end, or the next procedure, is on record." in told


def test_a_drug_that_hides_a_fever_is_told_with_when_it_was_given() -> None:
    patient = patient_of(
        {
            "name": "masked",
            "ladder": "state",
            "kind": "out",
            "facts": ["temperature 36.8 @ 47h", "event paracetamol @ 40h 45h", "event dexamethasone @ 2h"],
            "expect": ["48h unknown"],
            "why": "Given.",
        },
        "test",
        1,
    )
    masked = assess_one(patient.course, shelf(), START + 48 * 3_600)
    said = "Absence of fever proves nothing: paracetamol 3 h ago and dexamethasone 46 h ago."
    assert said in flat(render(masked))
    assert [b["statement"] for b in masked.as_json()["masking"]] == ["masked-by-paracetamol", "masked-by-dexamethasone"]
    later = assess_one(patient.course, shelf(), START + 74 * 3_600)
    assert later.masking == ()
    assert "Absence of fever" not in flat(render(later))


def test_a_lapsed_suspicion_is_not_forgotten(uneventful: Assessment) -> None:
    necrosis = replace(uneventful.conditions["hepatic-necrosis"], note="lapsed, unimaged")
    lapsed = replace(uneventful, conditions={**uneventful.conditions, "hepatic-necrosis": necrosis})
    assert "Hepatic necrosis: lapsed, unimaged" in render(lapsed)


def test_what_goes_on_after_confirmation_is_told_as_well(turned: Assessment) -> None:
    necrosis = replace(turned.conditions["hepatic-necrosis"], status="confirmed", support=None, because=())
    confirmed = replace(turned, conditions={**turned.conditions, "hepatic-necrosis": necrosis})
    text = flat(render(confirmed))
    assert "Hepatic necrosis: confirmed" in text
    assert "Also true:" in text
    assert "Hepatic necrosis was found in" not in text


def test_an_old_routine_step_does_not_stand_before_an_urgent_one(turned: Assessment) -> None:
    call = next(step for step in turned.steps if step.id == "ir-call")
    late = replace(call, id="late", text="Routine and late", urgency="routine", status="overdue", due=START)
    note = replace(call, id="note", text="A note to read", urgency="now", status="due", due=None)
    urgent = replace(call, status="due", due=turned.as_of + 600, text="Call now")
    steps = flat(render(replace(turned, steps=(late, note, urgent)))).split(" Next ")[1]
    assert steps.index("in 10 min Call now") < steps.index("Routine and late") < steps.index("note A note to read")


def test_a_reason_that_was_told_is_named_and_not_told_again(turned: Assessment) -> None:
    necrosis = turned.conditions["hepatic-necrosis"]
    other = replace(necrosis, key="biloma", title="Biloma", because=necrosis.because[:1])
    text = flat(render(replace(turned, conditions={"hepatic-necrosis": necrosis, "biloma": other})))
    assert text.count(necrosis.because[0].text) == 1
    first = turned.shelf.definition(necrosis.because[0].statement).title
    assert f"- as above: {words.inside(first)}" in text
    assert text.count("Counted among all") == 1


def test_no_calm_sentence_stands_over_an_open_complication(uneventful: Assessment, turned: Assessment) -> None:
    necrosis = turned.conditions["hepatic-necrosis"]
    text = flat(render(replace(uneventful, conditions={**uneventful.conditions, "hepatic-necrosis": necrosis})))
    assert words.STATES["expected"] not in text
    assert "hepatic necrosis is suspected all the same." in text


def test_keys_are_spoken_with_their_abbreviations() -> None:
    assert words.spoken("inr-risen") == "INR risen"
    assert words.spoken("news2-emergency") == "NEWS2 emergency"
    assert words.spoken("crp-second-rise") == "CRP second rise"
    assert words.spoken("red-flag") == "red flag"


# -- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 min"), (59, "0 min"), (3540, "59 min"), (3600, "1 h"), (5400, "1 h 30 min"), (-21600, "6 h"),
     (172_799, "47 h"), (172_800, "2 d"), (190_800, "2 d 5 h"), (864_000 + 3600, "10 d")],
)  # fmt: skip
def test_spans_are_told_in_the_units_that_matter(seconds: int, told: str) -> None:
    assert words.span(seconds) == told


@pytest.mark.parametrize(("seconds", "told"), [(0, "0.0"), (86_399, "0.9"), (86_400, "1.0"), (-43_200, "-0.5")])
def test_days_are_rounded_down_so_that_none_is_told_before_it_has_passed(seconds: int, told: str) -> None:
    assert words.day(seconds, 0) == told


def test_every_state_has_a_sentence() -> None:
    from sequela.assessing.assessment import STATES

    assert set(words.STATES) == set(STATES)


def test_every_kind_of_procedure_has_a_name() -> None:
    from sequela.course.episodes import ProcedureKind

    assert set(words.PROCEDURES) == set(ProcedureKind)


def test_names_are_small_inside_a_sentence_unless_they_are_abbreviations() -> None:
    told = [words.inside(kind.title) for kind in catalogue().kinds.values()]
    assert {"temperature", "ALT", "PaO2", "C-reactive protein" if "C-reactive protein" in told else "CRP"} <= set(told)


def test_the_receipt_is_told_with_what_was_lost() -> None:
    receipt = Receipt()
    receipt.count("used", number=1200)
    receipt.count("dropped", "an implausible value", 2)
    receipt.count("irrelevant", "another kind", 30)
    receipt.reject_file("broken.json", "not JSON")
    assert render_receipt(receipt.as_json()).splitlines() == [
        "Read 1,233 candidate facts: 1,200 used, 30 irrelevant, 2 dropped, 1 rejected.",
        "2 dropped: an implausible value; 1 rejected: not JSON.",
        "Not read: broken.json (not JSON).",
    ]
