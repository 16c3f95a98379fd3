"""Scores by hand as people type them: names, signs, units, what is not used, and what is not of now."""

from __future__ import annotations

from typing import Any

import pytest

from sequela.assessing import score
from sequela.course.catalogue import catalogue
from sequela.criteria import shelf
from sequela.errors import InputError, UnknownName
from sequela.logic.scores import plain

MELD = {"bilirubin": "3mg/dL", "inr": "1.5", "creatinine": "1mg/dL"}


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        *((name, "MELD 3.0") for name in ("meld 3.0", "MELD-3.0", "MELD3.0", "meld_3", " MELD 3.0 ")),
        *((name, "MELD-Na") for name in ("meld_na", "MELDNa", "MELD(Na)")),
        *((name, "KDIGO") for name in ("KDIGO AKI", "kdigo_aki", "AKI")),
        *((name, "Child-Pugh") for name in ("childpugh", "Child_Pugh", "CTP")),
        *((name, "CTCAE-portal-vein-thrombosis") for name in ("ctcae.pvt", "CTCAE v5.0 portal vein thrombosis")),
        *((name, "R factor") for name in ("r-factor", "R")),
        ("Quick SOFA", "qSOFA"),
        ("sofa2", "SOFA-2"),
        ("west haven", "West-Haven"),
    ],
)
def test_a_score_answers_to_what_people_call_it(typed: str, key: str) -> None:
    assert score(typed, {}).key == key


def test_no_two_scores_answer_to_one_name() -> None:
    scores = shelf().scores
    names = [name for one in scores for name in {plain(word) for word in (one.key, one.title, *one.also)}]
    assert len(names) == len(set(names))


def test_no_two_kinds_answer_to_one_name() -> None:
    shelves = catalogue()
    others = {plain(key) for key in (*shelves.kinds, *shelves.findings, *shelves.events)}
    said = [plain(word) for kind in shelves.kinds.values() for word in kind.also]
    assert len(said) == len(set(said))
    assert not others & set(said)


@pytest.mark.parametrize(
    "typed",
    [
        {"INR": "1.5", "Bilirubin": "3 mg/dL", "crea": "1 MG/DL"},
        {"inr ": " 1.5", "total bilirubin": "51.312", "creatinine": "88.402umol/l"},
    ],
)
def test_values_are_found_by_what_clinicians_type(typed: dict[str, str]) -> None:
    assert score("MELD", typed).interval == score("MELD", MELD).interval
    assert score("MELD", typed).complete


@pytest.mark.parametrize(
    ("name", "inputs", "bounds"),
    [
        # 6.43 + 3.78 ln 5 + 11.2 ln 1.2 = 14.56; from 6.43 + 11.2 ln 1.2 = 8.47.
        ("MELD", {"bilirubin": "<5mg/dL", "inr": "1.2", "creatinine": "1mg/dL"}, (8, 15)),
        ("MELD", {"bilirubin": "≤ 1mg/dL", "inr": "1.2", "creatinine": "1mg/dL"}, (8, 8)),
        ("qSOFA", {"systolic-pressure": "<100", "gcs": "15", "respiratory-rate": "12"}, (1, 1)),
        ("qSOFA", {"systolic-pressure": ">100", "gcs": "15", "respiratory-rate": "12"}, (0, 0)),
        ("qSOFA", {"systolic-pressure": ">=100", "gcs": "15", "respiratory-rate": "12"}, (0, 1)),
        ("CTCAE-bilirubin", {"bilirubin": ">30mg/dL", "baseline-bilirubin": "10"}, (4, 4)),
    ],
)
def test_a_sign_before_a_number_leaves_open_what_it_leaves_open(
    name: str, inputs: dict[str, str], bounds: tuple[int, int]
) -> None:
    found = score(name, inputs)
    assert (found.low, found.high) == bounds


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"INR": "1.5", "inr": "2"}, "inr: is given twice"),
        ({"bilirubin": "1,5mg/dL"}, "after a point"),
        ({"bilirubin": "2 miles"}, "Give it in umol/L, mmol/L, mg/dL or mg/L"),
        ({"bilirubin": "-5"}, "Expected is 1 to 1500 umol/L"),
        ({"west-haven": "2.5"}, "is not a whole number"),
        ({"west-haven": "5"}, "Expected is 0 to 4"),
        ({"ascites-grade": "2"}, "Write none, slight or severe"),
        ({"sequelae": "3"}, "Write none, mild, severe or death"),
        ({"age": "-3"}, "is not an age"),
        ({"bilirubin": "nan"}, "is not a number"),
        ({"dialysis": "sometimes"}, "write yes or no"),
    ],
)
def test_what_cannot_be_read_is_told_with_the_way_out(inputs: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        score("MELD", inputs)


def test_a_name_far_from_all_is_met_with_what_the_score_takes() -> None:
    with pytest.raises(UnknownName, match="MELD takes bilirubin, inr, creatinine"):
        score("MELD", {"qqq": "1"})
    with pytest.raises(UnknownName, match="lists all"):
        score("", {})


@pytest.mark.parametrize(
    ("name", "inputs", "unused"),
    [
        ("MELD", {**MELD, "alt": "200", "sex": "female"}, ("alt", "sex")),
        ("MELD", {**MELD, "age": "60", "anticoagulation": "absent", "dialysis": "no"}, ()),
        ("NEWS2", {"spo2": "95", "spo2-scale": "2"}, ()),
        ("Child-Pugh", {"ascites": "mild", "cirrhosis": "present", "confusion": "absent"}, ()),
        ("CTCAE-ALT", {"alt": "200", "baseline-alt": "30", "baseline-ast": "30", "sex": "f"}, ("baseline-ast",)),
    ],
)
def test_what_a_score_does_not_look_at_is_told(name: str, inputs: dict[str, str], unused: tuple[str, ...]) -> None:
    assert score(name, inputs).unused == unused


@pytest.mark.parametrize("definition", shelf().scores, ids=lambda one: str(one.key))
def test_a_score_looks_at_all_it_asks_for(definition: Any) -> None:
    """Every input that a score names is one that it uses; and what is only a baseline leaves it without a value."""
    answers = {"sex": "male", "dialysis": "yes", "consciousness": "A", "oxygen": "no", "ascites-grade": "none"}
    answers |= {"sequelae": "none"}
    shelves = catalogue()

    def typed(key: str) -> str:
        if key in answers:
            return answers[key]
        kind = shelves.kinds.get(key.removeprefix("baseline-"))
        return "yes" if kind is None else str(float(kind.low + 1))

    given = {key: typed(key) for key in definition.inputs}
    assert score(definition.key, given).unused == ()
    before = {f"baseline-{key}": typed(key) for key in definition.inputs if key in shelves.kinds}
    assert score(definition.key, before).value is None


def test_the_sex_that_a_limit_turns_on_is_missing_only_where_it_matters() -> None:
    assert "sex" in score("R factor", {"alt": "500", "alp": "200"}).missing
    assert "sex" not in score("R factor", {"alt": "500", "alp": "200", "sex": "man"}).missing
    assert "sex" in score("CTCAE-ALT", {"alt": "50", "baseline-alt": "20"}).missing
    assert score("CTCAE-ALT", {"alt": "60", "baseline-alt": "20"}).missing == ()


def test_what_keeps_a_known_part_open_is_missing() -> None:
    found = score("Child-Pugh", {"cirrhosis": "present", "ascites": "present", "hepatic-encephalopathy": "present"})
    assert {"ascites-grade", "west-haven"} <= set(found.missing)
    assert "noradrenaline" in score("SOFA", {"vasopressor": "yes"}).missing


def test_ascites_may_be_told_by_its_grade() -> None:
    graded = score("Child-Pugh", {"cirrhosis": "present", "ascites": "moderate"})
    assert graded.parts["ascites"] == score("Child-Pugh", {"ascites-grade": "severe"}).parts["ascites"]
    with pytest.raises(InputError, match="present or absent"):
        score("Child-Pugh", {"ascites": "perhaps"})


@pytest.mark.parametrize(
    ("name", "inputs", "label"),
    [
        ("R factor", {"alt": ">900", "alp": "90", "sex": "female"}, "hepatocellular"),
        ("R factor", {"alt": "<30", "alp": "300", "sex": "female"}, "cholestatic"),
        ("R factor", {"alt": ">900", "alp": ">200", "sex": "female"}, ""),
        ("ALBI", {"bilirubin": ">100", "albumin": "30"}, "grade 3"),
        ("ALBI", {"bilirubin": "<5", "albumin": "45"}, "grade 1"),
        ("ALBI", {"bilirubin": "<20", "albumin": "30"}, ""),
    ],
)
def test_a_formula_without_an_end_is_named_where_all_of_it_has_one_name(
    name: str, inputs: dict[str, str], label: str
) -> None:
    assert score(name, inputs).label == label
