"""The R factor against published worked examples, with the laboratory's limits and with the catalogue's."""

from __future__ import annotations

from fractions import Fraction

import pytest

from sequela.assessing.assessment import ScoreValue
from sequela.assessing.by_hand import NOW, course_by_hand
from sequela.assessing.scoring import score_value
from sequela.course.interval import Interval
from sequela.criteria import shelf
from sequela.engine.reference import Evaluator
from sequela.engine.values import Value
from sequela.logic.nodes import Quantity
from sequela.logic.quantities import UpperLimit
from tests.criteria.running import told
from tests.criteria.scores.rows import LEAST, by_words, compact

SHELF = shelf()
(R_FACTOR,) = (definition for definition in SHELF.scores if definition.key == "R factor")


class Laboratory(Evaluator):
    """An evaluator under a laboratory's own upper limits."""

    limits: dict[str, int]

    def value(self, node: Quantity, moment: int | None = None) -> Value:
        if isinstance(node, UpperLimit):
            return Value(Interval.exactly(self.limits[str(node.series)]))
        return super().value(node, moment)


def in_laboratory(alt: str, alp: str, limits: tuple[int, int]) -> ScoreValue:
    evaluator = Laboratory(course_by_hand({"alt": alt, "alp": alp}), SHELF.parameters, NOW)
    evaluator.limits = dict(zip(("alt", "alp"), limits, strict=True))
    return score_value(R_FACTOR, evaluator)


PUBLISHED = (
    # ALT, ALP, R, pattern; limits 40 and 120. The first six from two public sets of tests, the rest worked out.
    ("200", "180", "3.33", "mixed"),
    ("400", "240", "5.00", "hepatocellular"),
    ("90", "360", "0.75", "cholestatic"),
    ("30", "400", "0.23", "cholestatic"),
    ("1220", "111", "32.97", "hepatocellular"),
    ("500", "100", "15.00", "hepatocellular"),
    ("399", "240", "4.99", "mixed"),
    ("401", "240", "5.01", "hepatocellular"),
    ("159", "240", "1.99", "cholestatic"),
    ("160", "240", "2.00", "cholestatic"),
    ("161", "240", "2.01", "mixed"),
    ("285", "120", "7.13", "hepatocellular"),
    ("120", "120", "3.00", "mixed"),
    ("1000", "600", "5.00", "hepatocellular"),
    ("1000", "601", "4.99", "mixed"),
    ("80", "120", "2.00", "cholestatic"),
    ("81", "120", "2.03", "mixed"),
    ("2340", "480", "14.63", "hepatocellular"),
    ("55", "540", "0.31", "cholestatic"),
    ("399.99", "240", "5.00", "mixed"),
)


@pytest.mark.parametrize(("alt", "alp", "ratio", "pattern"), PUBLISHED)
def test_the_pattern_of_published_examples(alt: str, alp: str, ratio: str, pattern: str) -> None:
    assert told(in_laboratory(alt, alp, (40, 120))) == f"{ratio} ({pattern})"


@pytest.mark.parametrize(("alt", "expected"), [("280", "5.00 (hepatocellular)"), ("112", "2.00 (cholestatic)")])
def test_the_pattern_under_other_limits(alt: str, expected: str) -> None:
    assert told(in_laboratory(alt, "147", (56, 147))) == expected


def test_enough_is_tried() -> None:
    assert len(PUBLISHED) >= LEAST


def test_no_pattern_where_nothing_is_raised() -> None:
    assert in_laboratory("40", "120", (40, 120)).not_applicable
    assert not in_laboratory("40.01", "120", (40, 120)).not_applicable
    assert not in_laboratory("40", "120.01", (40, 120)).not_applicable


OURS = compact(
    "R factor",
    "the catalogue's limits: ALT 41 in women and 59 in men, ALP 105",
    "sex alt alp",
    """
    female,410,210 -> 5.00 (hepatocellular)
    female,409.99,210 -> 5.00 (mixed)
    male,590,210 -> 5.00 (hepatocellular)
    male,589,210 -> 4.99 (mixed)
    female,82,105 -> 2.00 (cholestatic)
    female,82.01,105 -> 2.00 (mixed)
    female,41,105 -> not applicable
    female,41,105.5 -> 1.00 (cholestatic)
    female,500,- -> missing
    female,-,500 -> missing
    """,
)
TABLES = (OURS,)


def test_the_pattern_under_our_limits() -> None:
    assert OURS.quarrels() == []


def test_an_unknown_sex_leaves_it_between_both_limits() -> None:
    value = by_words("alt=500 alp=210", "R factor")
    assert value.interval is not None
    assert (value.low, value.high) == (pytest.approx(float(round(Fraction(500, 118), 2))), 6.1)
    assert value.label == ""
    assert by_words("alt=5000 alp=210", "R factor").label == "hepatocellular"


def test_the_change_from_the_patients_own() -> None:
    told_json = by_words("sex=female alt=410 alp=420 baseline-alt=41 baseline-alp=420", "R factor").as_json(0)
    assert (told_json["value"], told_json["before"], told_json["change"]) == (2.5, 0.25, 2.25)
