"""The three MELD formulas against independent programs and published examples; what is missing, bounded, too old."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from sequela.assessing import assess_one
from sequela.course.catalogue import catalogue
from sequela.course.episodes import DAY
from sequela.course.facts import Event, Finding, Presence
from sequela.errors import InputError
from tests.criteria.scores.labs import FACTORS, HOUR, LABS, NOW, SHELF, course, given_us, measured, of
from tests.criteria.scores.rows import LEAST, Table, by_words, compact

MELD = compact(
    "MELD",
    "clincalc 0.4.0 (PyPI), run on every row",
    "bilirubin:mg/dL inr creatinine:mg/dL dialysis",
    """
    0.3,0.9,0.5,- -> 6
    1,1,1,- -> 6
    2.0,1.5,1.5,- -> 17
    4.2,1.2,1.9,- -> 20
    2.8,1.5,1.0,- -> 15
    1.5,1.5,1.0,- -> 13
    2.0,1.5,8.0,- -> 27
    2.0,1.5,1.0,yes -> 27
    3.0,1.8,2.0,- -> 24
    2.0,1.8,2.0,- -> 22
    8.0,1.1,0.7,- -> 15
    1.0,1.0,4.0,- -> 20
    1.0,1.0,4.1,- -> 20
    1.2,1.1,1.1,- -> 9
    2.5,1.0,1.2,- -> 12
    6.0,1.5,1.5,- -> 22
    12,2.2,1.8,- -> 30
    12,2.2,2.8,- -> 35
    12,0.9,4.5,- -> 29
    3.1,2.0,1.9,- -> 25
    2.3,2.0,1.9,yes -> 31
    1.1,1.3,0.9,- -> 10
    20,3.0,1.0,- -> 30
    23.4,4.8,1.31,- -> 39
    12.6,5.0,1.05,- -> 35
    27.3,4.0,3.52,- -> 40
    """,
)
MELD_SI = compact(
    "MELD",
    "transplantr tests/testthat/test_liver.R: 24.798 with its own unit factors",
    "bilirubin inr creatinine",
    "54,2.0,170 -> 25",
)
MELD_NA = compact(
    "MELD-Na",
    "medcalc-bench 1.7.0 (PyPI), medcalc/meldna.py; the gate worked out",
    "bilirubin:mg/dL inr creatinine:mg/dL sodium",
    """
    2.8,1.5,1.0,139 -> 15
    2.8,1.5,1.0,130 -> 21
    1.5,1.5,1.0,135 -> 15
    4.2,1.2,1.9,125 -> 28
    4.2,1.2,1.9,124 -> 28
    4.2,1.2,1.9,137 -> 20
    4.2,1.2,1.9,138 -> 20
    1,1,1,125 -> 6
    2.0,1.8,2.0,131 -> 26
    3.0,1.8,2.0,128 -> 29
    2.5,1.0,1.2,131 -> 18
    6.0,1.5,1.5,131 -> 26
    12,2.2,1.8,128 -> 33
    12,2.2,2.8,128 -> 36
    1.1,1.3,0.9,128 -> 10
    1.5,1.4,1.0,125 -> 23
    1.2,1.5,1.0,130 -> 18
    20,3.0,1.0,120 -> 34
    2,1.5,1.5,133 -> 20
    1.3,1.35,1.1,126 -> 22
    5,1.7,1.2,129 -> 25
    1.4,1.4,1.0,125 -> 11
    1.41,1.4,1.0,125 -> 11
    1.42,1.4,1.0,125 -> 23
    """,
)
KIM_TABLE_4 = compact(
    "MELD 3.0",
    "Kim 2021, Table 4 (inputs as in CU-Anschutz meld.sas)",
    "sex bilirubin:mg/dL sodium inr creatinine:mg/dL albumin:g/dL",
    """
    male,2.5,131,1.0,1.2,3.8 -> 16
    female,2.5,131,1.0,1.2,3.8 -> 17
    male,6.0,131,1.5,1.5,3.5 -> 25
    male,6.0,131,1.5,1.5,2.2 -> 26
    female,6.0,131,1.5,1.5,2.2 -> 27
    male,12,128,2.2,1.8,2.0 -> 34
    male,12,128,2.2,2.8,2.0 -> 38
    female,12,128,2.2,2.8,2.0 -> 39
    """,
)
MELD_3 = compact(
    "MELD 3.0",
    "clincalc 0.4.0, with the vectors of Radulator meld-3.spec.js that a living patient could have",
    "sex bilirubin:mg/dL sodium inr creatinine:mg/dL albumin:g/dL dialysis",
    """
    male,0.8,140,1.0,0.8,4.0,- -> 6
    female,1.5,135,1.2,1.0,3.0,- -> 13
    male,2.0,137,1.5,1.0,1.8,- -> 16
    female,10,128,2.2,2.5,2.8,- -> 38
    male,2.0,137,1.5,5.0,3.5,yes -> 25
    male,0.5,120,0.8,0.5,5.0,- -> 16
    male,2,130,1.5,1.0,2.5,yes -> 30
    female,12,120,0.9,4.5,3.5,- -> 34
    male,12,120,0.9,4.5,3.5,- -> 32
    female,0.8,140,1.0,0.8,4.0,- -> 7
    male,3.0,125,1.1,1.0,3.0,- -> 19
    female,3.0,137,1.1,1.0,3.0,- -> 14
    male,1.0,130,1.0,1.0,2.8,- -> 13
    """,
)
TIES = compact(
    "MELD 3.0",
    "exact halves, decided in integers (clincalc 0.4.0 agrees; Python and R would round the second and third down)",
    "sex bilirubin:mg/dL sodium inr creatinine:mg/dL albumin:g/dL",
    """
    male,1.0,133,1.0,1.0,2.3 -> 12
    male,0.7,126,0.9,0.6,2.7 -> 17
    female,1.0,125,1.0,1.0,1.7 -> 21
    """,
)
TABLES = (MELD, MELD_SI, MELD_NA, KIM_TABLE_4, MELD_3, TIES)


@pytest.mark.parametrize("tried", TABLES, ids=lambda tried: tried.source)
def test_meld_agrees(tried: Table) -> None:
    assert tried.quarrels() == []


def test_enough_is_tried() -> None:
    for key in ("MELD", "MELD-Na", "MELD 3.0"):
        assert sum(len(tried.rows) for tried in TABLES if tried.score == key) >= LEAST


def test_what_no_table_by_hand_takes() -> None:
    """Values that a reader of records would refuse as implausible: Radulator's and clincalc's extreme vectors."""
    extreme = of("MELD 3.0", *given_us(bilirubin=100, sodium=125, inr=10, creatinine=3, albumin=1.5), sex="female")
    assert extreme.value == 40
    assert extreme.as_json(0)["uncapped"] == 58
    low = of("MELD 3.0", *given_us(bilirubin=2.0, sodium=150, inr=1.2, creatinine=8.0, albumin=0.5), sex="male")
    assert low.value == 23
    dialysed = [Event(fact=f"d{n}", at=NOW - n, known_at=NOW, event="renal-replacement") for n in range(2)]
    assert of("MELD", *given_us(bilirubin=50, inr=10, creatinine=4), *dialysed).as_json(0)["uncapped"] == 60
    assert of("MELD-Na", *given_us(bilirubin=50, inr=10, creatinine=4, sodium=125)).value == 40
    assert of("MELD", *given_us(bilirubin=27.3, inr=4.0, creatinine=3.52)).as_json(0)["uncapped"] == 47


def test_both_numbers_are_shown_beside_the_gate() -> None:
    below = of("MELD-Na", *given_us(bilirubin=1.41, inr=1.4, creatinine=1, sodium=125))
    above = of("MELD-Na", *given_us(bilirubin=1.42, inr=1.4, creatinine=1, sodium=125))
    assert (below.value, below.inputs["MELD"].low) == (11, 11)  # type: ignore[union-attr]
    assert (above.value, above.inputs["MELD"].low) == (23, 12)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("key", "kind", "bound", "step", "side"),
    [
        *((key, kind, 1, "0.01", "least") for key in ("MELD", "MELD 3.0") for kind in LABS),
        ("MELD", "creatinine", 4, "0.01", "most"),
        ("MELD 3.0", "creatinine", 3, "0.01", "most"),
        *((key, "sodium", 125, "0.1", "least") for key in ("MELD-Na", "MELD 3.0")),
        *((key, "sodium", 137, "0.1", "most") for key in ("MELD-Na", "MELD 3.0")),
        ("MELD 3.0", "albumin", "1.5", "0.01", "least"),
        ("MELD 3.0", "albumin", "3.5", "0.01", "most"),
    ],
)
def test_every_bound_is_stood_on_from_both_sides(key: str, kind: str, bound: Any, step: str, side: str) -> None:
    def taken(value: Fraction) -> Fraction | None:
        ordinary: dict[str, Any] = {"bilirubin": 2, "inr": 1.5, "creatinine": 2, "sodium": 130, "albumin": 3}
        (interval,) = [of(key, *given_us(**(ordinary | {kind: str(float(value))}))).inputs[kind]]
        return None if interval is None else interval.low

    edge, inward = Fraction(bound), Fraction(step) * (1 if side == "least" else -1)
    assert taken(edge) == edge
    assert taken(edge - inward) == edge
    assert taken(edge + inward) == edge + inward


# -- what is missing, replaced, too old ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "words", "bounds"),
    [
        ("MELD", "inr=1.5 creatinine=88.402", (11, 40)),
        ("MELD", "bilirubin=34.208 creatinine=88.402", (9, 40)),
        ("MELD", "bilirubin=34.208 inr=1.5", (14, 27)),
        ("MELD-Na", "bilirubin=34.208 inr=1.5 creatinine=132.603", (17, 26)),
        ("MELD 3.0", "sex=male bilirubin=34.208 inr=1.5 creatinine=88.402 sodium=137", (13, 17)),
        ("MELD 3.0", "sex=male bilirubin=34.208 inr=1.5 creatinine=88.402 albumin=35", (13, 21)),
        ("MELD 3.0", "bilirubin=34.208 inr=1.5 creatinine=88.402 albumin=35 sodium=137", (13, 14)),
    ],
)
def test_a_missing_part_is_bounded_by_its_own_bounds(key: str, words: str, bounds: tuple[int, int]) -> None:
    value = by_words(words, key)
    assert (value.low, value.high) == bounds
    assert value.value is None


@pytest.mark.parametrize("key", ["MELD", "MELD-Na", "MELD 3.0"])
def test_sodium_and_albumin_alone_make_no_score(key: str) -> None:
    assert by_words("sodium=130 albumin=30 sex=male", key).interval is None


def test_a_result_under_a_limit_counts_as_the_floor() -> None:
    small = measured("bilirubin", None, Fraction("3.4"), high_open=True)
    rest = given_us(inr=1.2, creatinine=1.4)
    assert of("MELD", small, *rest).value == of("MELD", *given_us(bilirubin="0.1"), *rest).value
    assert of("MELD", small, *rest).complete


def test_a_result_over_a_limit_leaves_the_score_open_upwards() -> None:
    value = of("MELD", measured("inr", Fraction(8), None, low_open=True), *given_us(bilirubin=1, creatinine=1))
    assert (value.low, value.high) == (30, 40)


def test_one_session_of_dialysis_leaves_it_open_and_two_settle_it() -> None:
    labs = given_us(bilirubin=2, inr=1.5, creatinine=1)
    sessions = [Event(fact=f"d{n}", at=NOW - n * DAY, known_at=NOW, event="renal-replacement") for n in (1, 3)]
    assert of("MELD", *labs).value == 14
    once = of("MELD", *labs, sessions[0])
    assert (once.low, once.high, once.missing) == (14, 27, ("renal-replacement",))
    assert of("MELD", *labs, *sessions).value == 27
    # Dialysis says what creatinine counts as even where nobody measured it.
    unmeasured = of("MELD", *given_us(bilirubin=2, inr=1.5), *sessions)
    assert (unmeasured.value, unmeasured.missing) == (27, ())


def test_dialysis_by_hand_is_yes_or_no() -> None:
    labs = "bilirubin=34.208 inr=1.5 creatinine=88.402"
    assert by_words(f"{labs} dialysis=no", "MELD").value == 14
    with pytest.raises(InputError, match="dialysis: write yes or no"):
        by_words(f"{labs} dialysis=twice", "MELD")


def test_the_unit_factors_are_those_of_the_unit_tables() -> None:
    held = {"bilirubin": "bilirubin-per-mg-dl", "creatinine": "creatinine-per-mg-dl"}
    for kind, key in held.items():
        assert SHELF.parameters[key].value == catalogue().kinds[kind].convert(1, "mg/dL") == FACTORS[kind]
    assert SHELF.parameters["albumin-per-g-dl"].value == catalogue().kinds["albumin"].convert(1, "g/dL")


def test_what_it_was_before_is_of_the_patients_own_baselines() -> None:
    labs = "bilirubin=34.208 inr=1.5 creatinine=132.603"
    before = "baseline-bilirubin=17.104 baseline-inr=1.0 baseline-creatinine=88.402"
    value = by_words(f"{labs} {before}", "MELD").as_json(0)
    assert (value["value"], value["before"], value["change"]) == (17, 6, 11)
    assert by_words(labs, "MELD").as_json(0)["change"] is None
    # A dialysis of the week before the procedure belongs to what was before.
    week = [Event(fact=f"d{n}", at=-n * DAY, known_at=0, event="renal-replacement") for n in (1, 2)]
    own = [
        measured(kind, value, value, at=-HOUR)
        for kind, value in (("bilirubin", FACTORS["bilirubin"]), ("inr", Fraction(1)))
    ]
    later = of("MELD", *own, *given_us(bilirubin=2, inr=1.5, creatinine=1.5), *week, now=NOW)
    assert later.as_json(0)["before"] == 20


@pytest.mark.parametrize("key", ["MELD", "MELD-Na", "MELD 3.0"])
def test_its_cautions(key: str) -> None:
    labs = given_us(bilirubin=2, inr=1.5, creatinine=1.5, sodium=135, albumin=3)
    cirrhosis = Finding(fact="c", at=-DAY, known_at=0, finding="cirrhosis", presence=Presence.PRESENT)
    warfarin = Event(fact="w", at=NOW - HOUR, known_at=NOW, event="anticoagulant")
    assert of(key, *labs, cirrhosis, sex="male").caution == ""
    assert "no cirrhosis is recorded" in of(key, *labs, sex="male").caution
    bled = of(key, *labs, cirrhosis, warfarin, sex="male")
    assert "not interpretable" in bled.caution
    assert bled.value == of(key, *labs, cirrhosis, sex="male").value
    assert of(key).caution == ""


def test_an_assessment_ends_when_a_value_grows_too_old() -> None:
    """The engine does not follow a formula; what it reads still bounds until when an assessment holds."""
    patient = course(*given_us(bilirubin=2, inr=1.5, creatinine=1.5), sex="male")
    week, now, seen = NOW + 7 * DAY, NOW, set[int]()
    while True:
        assessment = assess_one(patient, SHELF, now)
        value = assessment.scores["MELD"].value
        assert (value == 17) is (now < week)
        if now >= week or assessment.valid_until is None:
            break
        last = assess_one(patient, SHELF, assessment.valid_until - 1)
        assert last.scores["MELD"].as_json(0) == assessment.scores["MELD"].as_json(0)
        now = assessment.valid_until
        seen.add(now)
    assert week in seen
