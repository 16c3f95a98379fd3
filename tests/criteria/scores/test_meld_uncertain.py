"""MELD of values that are not known exactly, against a second copy of the formulas in 60 digits that tries them all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from sequela.course.facts import Fact
from tests.criteria.scores.labs import FACTORS, LABS, measured, of


@dataclass(frozen=True)
class Range:
    """A measurement somewhere between two values of its kind's unit."""

    low: Fraction
    high: Fraction


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
