"""The three MELD formulas against independent programs, published examples and a second copy in 60 digits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sequela.assessing import assess_one
from sequela.assessing.assessment import ScoreValue
from sequela.assessing.scoring import score_value
from sequela.course.catalogue import catalogue
from sequela.course.episodes import DAY, Course, Procedure, ProcedureKind
from sequela.course.facts import Event, Fact, Finding, Observation, Presence
from sequela.criteria import shelf
from sequela.engine.reference import Evaluator
from sequela.errors import InputError
from tests.criteria.scores.rows import LEAST, Table, by_words, compact

SHELF = shelf()
SCORES = {score.key: score for score in SHELF.scores}
HOUR = 3_600
NOW = 30 * HOUR
LABS = ("bilirubin", "inr", "creatinine")

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


# -- courses without the reader's bounds -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Range:
    """A measurement somewhere between two values of its kind's unit."""

    low: Fraction
    high: Fraction


FACTORS = {"bilirubin": Fraction("17.104"), "creatinine": Fraction("88.402"), "albumin": Fraction(10)}
"""One unit of the formulas in that of the catalogue, typed a second time."""


def measured(kind: str, low: Fraction | None, high: Fraction | None, at: int = NOW, **more: Any) -> Observation:
    stored = [None if bound is None else catalogue().kinds[kind].store(bound) for bound in (low, high)]
    return Observation(fact=f"{kind}@{at}", at=at, known_at=at, kind=kind, low=stored[0], high=stored[1], **more)


def course(*facts: Fact, sex: Any = None, birth: int | None = None) -> Course:
    procedure = Procedure(id="p", kind=ProcedureKind.TACE, start=0, known_from=0)
    settled = tuple(sorted(facts, key=lambda fact: fact.at))
    return Course(id="p|p", patient="p", procedure=procedure, facts=settled, sex=sex, birth=birth)


def of(key: str, *facts: Fact, sex: Any = None, now: int = NOW) -> ScoreValue:
    return score_value(SCORES[key], Evaluator(course(*facts, sex=sex), SHELF.parameters, now))


def given_us(**values: float | str) -> list[Fact]:
    """Values in the units of the formulas (mg/dL, g/dL)."""
    exact = {kind: Fraction(str(value)) * FACTORS.get(kind, 1) for kind, value in values.items()}
    return [measured(kind, value, value) for kind, value in exact.items()]


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


# -- a second copy of the formulas, in 60 digits ---------------------------------------------------------------------


def decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def half_up(value: Decimal) -> int:
    return int((value + Decimal("0.5")).to_integral_value(ROUND_FLOOR))


class Copy:
    """The formulas typed from the memo's second source, not from the shelf's numbers."""

    def __init__(self) -> None:
        self.logs: dict[Fraction, Decimal] = {}

    def ln(self, value: Fraction) -> Decimal:
        if value not in self.logs:
            self.logs[value] = decimal(value).ln()
        return self.logs[value]

    @staticmethod
    def bounded(value: Fraction, least: str, most: str) -> Fraction:
        return min(max(value, Fraction(least)), Fraction(most))

    def meld(self, bilirubin: Fraction, inr: Fraction, creatinine: Fraction) -> int:
        b, i, c = max(bilirubin, Fraction(1)), max(inr, Fraction(1)), self.bounded(creatinine, "1", "4")
        raw = (
            Decimal("0.378") * self.ln(b)
            + Decimal("1.120") * self.ln(i)
            + Decimal("0.957") * self.ln(c)
            + Decimal("0.643")
        )
        return min(half_up(raw * 10), 40)

    @staticmethod
    def with_sodium(meld: int, sodium: Fraction) -> int:
        lack = 137 - min(max(sodium, Fraction(125)), Fraction(137))
        value = meld + Fraction("1.32") * lack - Fraction("0.033") * meld * lack if meld > 11 else Fraction(meld)
        return min(int((value + Fraction(1, 2)) // 1), 40)

    def three(
        self, bilirubin: Fraction, sodium: Fraction, inr: Fraction, creatinine: Fraction, albumin: Fraction, female: int
    ) -> int:
        ln_b, ln_i = self.ln(max(bilirubin, Fraction(1))), self.ln(max(inr, Fraction(1)))
        ln_c = self.ln(self.bounded(creatinine, "1", "3"))
        lack = decimal(137 - self.bounded(sodium, "125", "137"))
        protein = decimal(Fraction("3.5") - self.bounded(albumin, "1.5", "3.5"))
        raw = (
            Decimal("1.33") * female
            + Decimal("4.56") * ln_b
            + Decimal("0.82") * lack
            - Decimal("0.24") * lack * ln_b
            + Decimal("9.09") * ln_i
            + Decimal("11.14") * ln_c
            + Decimal("1.85") * protein
            - Decimal("1.83") * protein * ln_c
            + 6
        )
        return min(half_up(raw), 40)


SPANS = {
    "bilirubin": (2, 6_000),
    "inr": (50, 900),
    "creatinine": (20, 800),
    "sodium": (1150, 1450),
    "albumin": (80, 500),
}
GRIDS = {"bilirubin": 100, "inr": 100, "creatinine": 100, "sodium": 10, "albumin": 100}
"""Steps to one unit of the formulas."""


@st.composite
def ranges(draw: st.DrawFn, kind: str) -> Range:
    low = draw(st.integers(*SPANS[kind]))
    wide = draw(st.sampled_from([0, 0, 1, 10, 200, 2000]))
    high = low + draw(st.integers(0, wide))
    return Range(Fraction(low, GRIDS[kind]), Fraction(high, GRIDS[kind]))


def somewhere(span: Range) -> list[Fraction]:
    """Both ends and the middle."""
    return sorted({span.low, (span.low + span.high) / 2, span.high})


def tries(spans: dict[str, Range]) -> Iterator[dict[str, Fraction]]:
    """Every combination of the ends and the middles."""
    for values in product(*(somewhere(span) for span in spans.values())):
        yield dict(zip(spans, values, strict=True))


def facts_of(spans: dict[str, Range]) -> list[Fact]:
    return [
        measured(kind, span.low * FACTORS.get(kind, 1), span.high * FACTORS.get(kind, 1))
        for kind, span in spans.items()
    ]


@settings(max_examples=60)
@given(st.fixed_dictionaries({kind: ranges(kind) for kind in LABS}))
def test_meld_of_uncertain_values_is_what_trying_them_gives(spans: dict[str, Range]) -> None:
    with localcontext() as context:
        context.prec = 60
        copy = Copy()
        tried = [copy.meld(**values) for values in tries(spans)]
    value = of("MELD", *facts_of(spans))
    assert (value.low, value.high) == (min(tried), max(tried))


@settings(max_examples=60)
@given(st.fixed_dictionaries({kind: ranges(kind) for kind in (*LABS, "sodium")}))
def test_meld_na_of_uncertain_values_is_what_trying_them_gives(spans: dict[str, Range]) -> None:
    with localcontext() as context:
        context.prec = 60
        copy = Copy()
        least, most = (copy.meld(**{kind: getattr(spans[kind], end) for kind in LABS}) for end in ("low", "high"))
    tried = [copy.with_sodium(meld, sodium) for meld in range(least, most + 1) for sodium in somewhere(spans["sodium"])]
    value = of("MELD-Na", *facts_of(spans))
    assert (value.low, value.high) == (min(tried), max(tried))


@settings(max_examples=60)
@given(
    st.fixed_dictionaries({kind: ranges(kind) for kind in (*LABS, "sodium", "albumin")}),
    st.sampled_from(["female", "male", None]),
)
def test_meld_3_of_uncertain_values_is_what_trying_them_gives(spans: dict[str, Range], sex: str | None) -> None:
    women = {"female": (1,), "male": (0,), None: (0, 1)}[sex]
    with localcontext() as context:
        context.prec = 60
        copy = Copy()
        tried = [copy.three(**values, female=female) for values in tries(spans) for female in women]
    value = of("MELD 3.0", *facts_of(spans), sex=sex)
    assert (value.low, value.high) == (min(tried), max(tried))


@settings(max_examples=40)
@given(
    st.fixed_dictionaries({kind: ranges(kind) for kind in (*LABS, "sodium", "albumin")}),
    st.sets(st.sampled_from(["bilirubin", "sodium", "inr", "creatinine", "albumin"]), min_size=1),
)
def test_what_is_missing_only_widens_a_score(spans: dict[str, Range], gone: set[str]) -> None:
    whole = of("MELD 3.0", *facts_of(spans), sex="male")
    part = of("MELD 3.0", *facts_of({kind: span for kind, span in spans.items() if kind not in gone}), sex="male")
    assert gone <= set(part.missing)
    assert not part.complete
    if {"bilirubin", "inr", "creatinine"} <= gone:
        assert part.interval is None
        return
    assert part.low is not None and whole.low is not None
    assert part.high is not None and whole.high is not None
    assert part.low <= whole.low <= whole.high <= part.high


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
