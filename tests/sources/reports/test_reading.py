"""The reader on the clauses of the labelling rules, on the held-out texts, and on any text at all; its speed."""

from __future__ import annotations

import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sequela.sources.reports import FINDINGS, STATUSES, findings
from sequela.sources.reports.lexicon import LANGUAGES, lexicon
from tests.sources.reports.labels import Labelled, of, read

RULES = read("conventions.txt")
LATER = [*read("second_held_out.txt"), *read("third_held_out.txt")]
HELD_OUT = {lang: read(f"held_out-{lang}.txt", lang) for lang in LANGUAGES}
KNOWN_WRONG = {"en": 3, "es": 0}
"""Held-out texts that are still not read as labelled: "but none in the left", "infarction over abscess", and
one whose label forgot a biloma that the text names."""
FURTHER = [
    *(f"{which}_held_out-{lang}.txt" for which in ("fourth", "fifth") for lang in LANGUAGES),
    "sixth_held_out-es.txt",
]
STILL_WRONG = {
    "el mayor en segmento VII",
    "cambios esperados postablación",
    "Candida albicans en líquido",
    "aparición de otro en S8",
    "trombosis de TP y VPI",
    "bile stained and sterile, excluding abscess",
    "Liver abscess in 2018",
}
"""What stands in the later texts that are not read as labelled: a place or a status of a pronoun's, an appositive's,
an organism without the word culture, an image's finding told by a culture, a year."""
GENTLE = 60
"""How many times as long a text of thirty times the length may take: linear is thirty."""


@pytest.mark.parametrize("case", RULES, ids=lambda case: f"{case.lang} {case.text[:60]}")
def test_every_clause_of_the_labelling_rules(case: Labelled) -> None:
    assert of(findings(case.text, case.lang)) == case.said


@pytest.mark.parametrize("case", LATER, ids=lambda case: f"{case.lang} {case.text[:60]}")
def test_texts_in_other_phrasings(case: Labelled) -> None:
    assert of(findings(case.text, case.lang)) == case.said


@pytest.mark.parametrize("case", [case for name in FURTHER for case in read(name)], ids=lambda case: case.text[:60])
def test_later_texts(case: Labelled) -> None:
    known = any(part in case.text for part in STILL_WRONG)
    assert (of(findings(case.text, case.lang)) != case.said) == known


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("No arterial flow within the portal vein thrombus.", "portal-vein-thrombosis"),
        ("No vascularity in the abscess.", "abscess"),
        ("No communication between the abscess and the biliary tree.", "abscess"),
        ("No safe window for drainage of the abscess.", "abscess"),
        ("No evidence of rupture of the abscess.", "abscess"),
        ("No gas within the abscess.", "abscess"),
        ("No recanalisation of the thrombosed portal vein.", "portal-vein-thrombosis"),
        ("No evidence for extension of the portal vein thrombus.", "portal-vein-thrombosis"),
        ("No superinfection of the infarct.", "parenchymal-necrosis"),
        ("No haemorrhage into the infarct.", "parenchymal-necrosis"),
        ("No explanation for the gas in the lesion.", "gas"),
        ("No further increase in the amount of portal venous gas.", "gas"),
        ("Without treatment the portal vein thrombosis has progressed.", "portal-vein-thrombosis"),
    ],
)
def test_what_is_denied_of_a_finding_leaves_the_finding_there(text: str, finding: str) -> None:
    assert [one.status for one in findings(text, "en") if one.finding == finding] == ["present"]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("No gas within the lesion to suggest an abscess.", "abscess"),
        ("No lesion in the liver suspicious for abscess.", "abscess"),
        ("No thrombus in the portal vein or abscess in the liver.", "abscess"),
        ("No gas within the right portal vein.", "gas"),
        ("No evidence of tumour thrombus in the portal vein.", "portal-vein-thrombosis"),
    ],
)
def test_a_finding_that_is_itself_denied_is_absent(text: str, finding: str) -> None:
    assert [one.status for one in findings(text, "en") if one.finding == finding] == ["absent"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_held_out_texts_are_read_no_worse_than_before(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    """When first tried, 160 of 170 English and 160 of 165 Spanish texts had every status right (docs/explanation)."""
    wrong = false_absent = missed = 0
    for case in HELD_OUT[lang]:
        said = of(findings(case.text, lang))
        wrong += said != case.said
        absent = {one.finding for one in case.said if one.status == "absent"}
        false_absent += bool({one.finding for one in said if one.status == "absent"} - absent)
        present = {one.finding for one in said if one.status == "present"}
        missed += bool({one.finding for one in case.said if one.status == "present"} - present)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{lang} held out: {len(HELD_OUT[lang]) - wrong} of {len(HELD_OUT[lang])} read as labelled, "
            f"missed {missed}, false absent {false_absent}\n"
        )
    assert (wrong, false_absent, missed) == (KNOWN_WRONG[lang], 0, 0)


def test_an_addendum_adds_where_it_does_not_contradict() -> None:
    text = "FINDINGS: Infarct of segment VII.\nADDENDUM: There is also an infarct of segment II."
    assert {one.segments for one in findings(text, "en")} == {("VII",), ("II",)}


def test_a_span_leads_to_the_word_that_says_it() -> None:
    text = "Sin trombosis. Además, ABSCESO en el segmento VI."
    (abscess,) = [one for one in findings(text, "es") if one.finding == "abscess"]
    assert text[slice(*abscess.span)] == "ABSCESO"


def test_a_span_is_right_where_accents_are_signs_of_their_own() -> None:
    text = "Lesio\u0301n con absceso en el lo\u0301bulo izquierdo."
    (abscess,) = [one for one in findings(text, "es") if one.finding == "abscess"]
    assert (text[slice(*abscess.span)], abscess.branch) == ("absceso", "left")


def test_a_culture_names_no_finding_of_an_image() -> None:
    text = "Specimen: liver abscess aspirate, ?infarct.\nCulture: Escherichia coli."
    assert {one.finding for one in findings(text, "en", "microbiology")} == {"culture-growth"}


def test_wrapped_lines_are_one_sentence() -> None:
    text = "There is a large infarct which occupies the whole of the liver segments\nVII and VIII without any\nabscess."
    said = {(one.finding, one.status, one.segments) for one in findings(text, "en")}
    assert ("parenchymal-necrosis", "present", ("VII", "VIII")) in said
    assert ("abscess", "absent") in {(finding, status) for finding, status, _ in said}


WORDS = sorted(
    {word for lang in LANGUAGES for word in lexicon(lang).tree}
    | {"VII", "segmento", "4,2", "cm", "\n", ".", ",", "¿", "é"}
)


@given(st.one_of(st.text(max_size=300), st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join)))
@settings(max_examples=400)
def test_any_text_is_read_without_fault_and_its_spans_lie_inside(text: str) -> None:
    for lang in (None, *LANGUAGES):
        for one in findings(text, lang):
            assert one.finding in FINDINGS and one.status in STATUSES
            assert 0 <= one.span[0] < one.span[1] <= len(text)
            assert len(set(one.segments)) == len(one.segments)


@pytest.mark.parametrize(
    "piece",
    [
        "no ",
        "abscess ",
        "segment VII, VIII and ",
        "no se puede descartar ",
        "(",
        "a",
        "abscess, or ",
        "- ",
        "\n",
        "portal vein ",
    ],
)
def test_a_long_text_takes_time_in_proportion_to_its_length(piece: str) -> None:
    def taken(times: int) -> float:
        text = piece * times + "."
        best = float("inf")
        for _ in range(3):
            begun = time.process_time()
            findings(text, "en")
            best = min(best, time.process_time() - begun)
        return best

    # Beyond the longest sentence there is no more for a quadratic step to grow on.
    assert taken(9000) / max(taken(300), 0.001) < GENTLE
