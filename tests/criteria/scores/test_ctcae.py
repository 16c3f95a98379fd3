"""CTCAE v5.0 against the tests of pharmaverse/admiral (test-derive_var_atoxgr.R), whose limits are scaled to ours.

Its rows have an upper limit of 40 (39 where the baseline is abnormal); each value is given here in the same multiple
of our own limit, or of the baseline. Its INR rows take the worse of both arms; ours take the arm that applies.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from sequela.course.catalogue import catalogue
from tests.criteria.scores.rows import LEAST, Row, Table, by_words, table

NORMAL_ENZYME = "801->4 · 800->3 · 201->3 · 200->2 · 121->2 · 120->1 · 41->1 · 40->0"
ABNORMAL_ENZYME = "801->4 · 800->3 · 201->3 · 200->2 · 121->2 · 120->1 · 60->1 · 59->0"
BILIRUBIN = "401->4 · 400->3 · 121->3 · 120->2 · 61->2 · 60->1 · 41->1 · 40->0"
CREATININE = """
241/241->4 · 240/230->3 · 121/120->3 · 120/119->2 · 61/60->2 · 60/60->1 · 41/41->1 · 40/40->0 · 42/6->3
42/13.9->3 · 42/14->2 · 42.1/28->2
"""
"""Value over baseline, upper limit 40."""
ADMIRAL = "pharmaverse/admiral test-derive_var_atoxgr.R"


def rows(text: str) -> list[tuple[Fraction, str]]:
    """Values and grades of one line of admiral."""
    pairs = (row.strip().partition("->") for row in text.replace("·", "\n").strip().splitlines())
    return [(Fraction(value), grade) for value, _, grade in pairs]


def limit(kind: str) -> Fraction:
    """Our upper limit for a woman."""
    found = catalogue().kinds[kind].limit("female")
    assert found is not None
    assert found.low is not None
    return Fraction(found.low)


def by_limit(key: str, kind: str, text: str) -> Table:
    """Rows of a normal baseline: 40 is the limit."""
    made = (
        Row({kind: f"{float(value * limit(kind) / 40):.5f}", f"baseline-{kind}": "12", "sex": "female"}, grade)
        for value, grade in rows(text)
    )
    return Table(f"CTCAE-{key}", f"{ADMIRAL}, {kind}, normal baseline", tuple(made))


def by_own(key: str, kind: str, text: str) -> Table:
    """Rows of an abnormal baseline: 40, the limit 39; ours is twice the limit."""
    own = 2 * limit(kind)
    made = (
        Row({kind: f"{float(value * own / 40):.5f}", f"baseline-{kind}": f"{float(own):.5f}", "sex": "female"}, grade)
        for value, grade in rows(text)
    )
    return Table(f"CTCAE-{key}", f"{ADMIRAL}, {kind}, abnormal baseline", tuple(made))


def creatinine() -> Table:
    """Rows of creatinine over baseline, in multiples of our limit, and the grade of the baseline by that limit."""
    scale = limit("creatinine") / 40
    made = []
    for row in CREATININE.replace("·", "\n").strip().splitlines():
        values, _, grade = row.strip().partition("->")
        now, own = (Fraction(value) for value in values.split("/"))
        was = sum(own > 40 * factor for factor in (1, Fraction(3, 2), 3, 6))
        inputs = {
            "creatinine": f"{float(now * scale):.5f}",
            "baseline-creatinine": f"{float(own * scale):.5f}",
            "sex": "female",
        }
        made.append(Row(inputs, f"{grade} was {was}"))
    return Table("CTCAE-creatinine", f"{ADMIRAL}, creatinine", tuple(made))


LABORATORY = (
    by_limit("ALT", "alt", NORMAL_ENZYME),
    by_own("ALT", "alt", ABNORMAL_ENZYME),
    by_limit("AST", "ast", NORMAL_ENZYME),
    by_own("AST", "ast", ABNORMAL_ENZYME),
    by_limit("bilirubin", "bilirubin", BILIRUBIN),
    by_own("bilirubin", "bilirubin", BILIRUBIN),
    creatinine(),
)
ENZYME_BOUNDS = tuple(
    table(
        f"CTCAE-{kind.upper()}",
        "the NCI table; without a baseline the limit gives the most, without a sex both limits",
        f"""
        {kind}={limit(kind)} sex=female -> 0
        {kind}={limit(kind) + 1} sex=female -> 0..1
        {kind}={3 * limit(kind) + 1} sex=female -> 0..2
        {kind}={20 * limit(kind) + 1} sex=female -> 0..4
        {kind}={limit(kind) + 1} baseline-{kind}=12 -> 0..1
        {kind}={limit(kind) - 1} baseline-{kind}=12 -> 0
        heart-rate=80 sex=female -> missing
        """,
    )
    for kind in ("alt", "ast")
)
OTHERS = (
    table(
        "CTCAE-bilirubin",
        "the NCI table; any rise over an abnormal baseline; without a baseline the limit gives the most",
        """
        bilirubin=25 -> 0
        bilirubin=25.1 -> 0..1
        bilirubin=80 -> 0..3
        bilirubin=30 baseline-bilirubin=30 -> 0
        bilirubin=30.1 baseline-bilirubin=30 -> 1
        """,
        "sex=male",
    ),
    table(
        "CTCAE-creatinine",
        "the NCI table; a man's limit is 100; without a baseline it may be grade 3",
        """
        creatinine=100 baseline-creatinine=100 -> 0 was 0
        creatinine=100.1 baseline-creatinine=100 -> 1 was 0
        creatinine=150 baseline-creatinine=100 -> 1 was 0
        creatinine=150.1 baseline-creatinine=100 -> 2 was 0
        creatinine=300 baseline-creatinine=100 -> 2 was 0
        creatinine=300.1 baseline-creatinine=100 -> 3 was 0
        creatinine=601 baseline-creatinine=100 -> 4 was 0
        creatinine=110 -> 1..3
        """,
        "sex=male",
    ),
    table(
        "CTCAE-INR",
        f"the NCI table, each arm by itself; the edges are those of {ADMIRAL}",
        """
        inr=1.19 -> 0
        inr=1.20 -> 0
        inr=1.21 -> 1
        inr=1.50 -> 1
        inr=1.51 -> 2
        inr=2.50 -> 2
        inr=2.51 -> 3
        inr=1.51 baseline-inr=1.0 -> 2 was 0
        inr=1.60 baseline-inr=1.6 -> 2 was 2
        inr=2.51 baseline-inr=2.6 -> 3 was 3
        inr=1.30 baseline-inr=1.3 -> 1 was 1
        inr=2.0 baseline-inr=2.0 anticoagulation=present -> 0 was 2
        inr=2.01 baseline-inr=2.0 anticoagulation=present -> 1 was 2
        inr=3.0 baseline-inr=2.0 anticoagulation=present -> 1 was 2
        inr=3.01 baseline-inr=2.0 anticoagulation=present -> 2 was 2
        inr=5.0 baseline-inr=2.0 anticoagulation=present -> 2 was 2
        inr=5.01 baseline-inr=2.0 anticoagulation=present -> 3 was 2
        inr=2.5 baseline-inr=1.0 anticoagulant=yes -> 2 was 0
        inr=1.2 baseline-inr=1.19 anticoagulant=yes -> 1 was 0
        inr=1.2 baseline-inr=1.2 anticoagulant=yes -> 0 was 0
        inr=2.0 anticoagulation=present -> missing
        alt=40 -> missing
        """,
    ),
    table(
        "CTCAE-fever",
        "the NCI table; one reading above 40 is grade 3, and how long it held is tried on the worked patients",
        """
        temperature=36.0 -> 0
        temperature=37.0 -> 0
        temperature=37.9 -> 0
        temperature=37.99 -> 0
        temperature=38.0 -> 1
        temperature=38.1 -> 1
        temperature=38.5 -> 1
        temperature=38.9 -> 1
        temperature=39.0 -> 1
        temperature=39.1 -> 2
        temperature=39.01 -> 2
        temperature=39.5 -> 2
        temperature=40.0 -> 2
        temperature=40.01 -> 3
        temperature=40.1 -> 3
        temperature=41.5 -> 3
        temperature=100.4[degF] -> 1
        temperature=100.3[degF] -> 0
        temperature=38.6 baseline-temperature=36.8 -> 1 was 0
        temperature=38.6 baseline-temperature=38.2 -> 1 was 1
        temperature=38.6 baseline-temperature=39.4 -> 1 was 2
        temperature=38.6 baseline-temperature=40.4 -> 1 was 3
        heart-rate=80 -> missing
        """,
    ),
    table(
        "CTCAE-hepatic-failure",
        "the NCI table: asterixis or mild encephalopathy 3, moderate or worse 4; moderate is West Haven 3",
        """
        west-haven=0 -> 0
        west-haven=1 -> 3
        west-haven=2 -> 3
        west-haven=3 -> 4
        west-haven=4 -> 4
        west-haven=0 asterixis=present -> 3
        west-haven=2 asterixis=present -> 3
        asterixis=present -> 3
        confusion=present -> 3..4
        hepatic-encephalopathy=present -> 3..4
        hepatic-encephalopathy=absent -> 0
        hepatic-encephalopathy=present gcs=8 -> 4
        hepatic-encephalopathy=present gcs=4 -> 4
        hepatic-encephalopathy=present consciousness=A -> 3
        hepatic-encephalopathy=present consciousness=U -> 4
        gcs=15 -> 0..3
        gcs=14 -> missing
        acute-liver-failure=present -> 4
        acute-liver-failure=present west-haven=1 -> 4
        acute-liver-failure=absent west-haven=0 -> 0
        drowsiness=present -> missing
        alt=4000 -> missing
        """,
    ),
    table(
        "CTCAE-hepatic-necrosis",
        "the NCI table: only grades 4 and 5 exist, and 5 is not given",
        """
        parenchymal-necrosis=absent -> 0
        parenchymal-necrosis=present -> 0..4
        parenchymal-necrosis=present drainage=yes -> 4
        parenchymal-necrosis=present surgery=yes -> 4
        parenchymal-necrosis=present surgery=no drainage=no -> 0..4
        parenchymal-necrosis=present life-threatening-complication=present -> 4
        parenchymal-necrosis=present life-threatening-complication=absent -> 0
        parenchymal-necrosis=present life-threatening-complication=absent drainage=yes -> 4
        parenchymal-necrosis=present life-threatening-complication=absent surgery=yes -> 4
        parenchymal-necrosis=absent life-threatening-complication=present -> 0
        parenchymal-necrosis=absent drainage=yes -> 0
        parenchymal-necrosis=absent surgery=yes -> 0
        life-threatening-complication=absent -> 0
        life-threatening-complication=present -> missing
        drainage=yes -> missing
        surgery=yes -> missing
        tumour-necrosis=present -> missing
        non-enhancement=present -> missing
        parenchymal-necrosis=present death=yes -> 0..4
        parenchymal-necrosis=present drainage=yes death=yes -> 4
        alt=4000 -> missing
        """,
    ),
    table(
        "CTCAE-portal-vein-thrombosis",
        "the NCI table: 2 no intervention, 3 treated, 4 life-threatening or urgent intervention; there is no grade 1",
        """
        portal-vein-thrombosis=absent -> 0
        portal-vein-thrombosis=present -> 2..4
        portal-vein-thrombosis=present anticoagulant=yes -> 3..4
        portal-vein-thrombosis=present anticoagulant=no -> 2..4
        portal-vein-thrombosis=present surgery=yes -> 4
        portal-vein-thrombosis=present surgery=yes anticoagulant=yes -> 4
        portal-vein-thrombosis=present life-threatening-complication=present -> 4
        portal-vein-thrombosis=present life-threatening-complication=present anticoagulant=yes -> 4
        portal-vein-thrombosis=present life-threatening-complication=absent -> 2
        portal-vein-thrombosis=present life-threatening-complication=absent anticoagulant=yes -> 3
        portal-vein-thrombosis=present life-threatening-complication=absent surgery=yes -> 4
        portal-vein-thrombosis=present life-threatening-complication=absent heparin=yes -> 2
        portal-vein-thrombosis=present life-threatening-complication=absent drainage=yes -> 2
        portal-vein-thrombosis=absent anticoagulant=yes -> 0
        portal-vein-thrombosis=absent surgery=yes -> 0
        portal-vein-thrombosis=absent life-threatening-complication=present -> 0
        portal-vein-thrombosis=present anticoagulation=present life-threatening-complication=absent -> 2
        earlier-portal-vein-thrombosis=present -> missing
        portal-vein-patent=absent -> missing
        alt=40 -> missing
        """,
    ),
)
TABLES = (*LABORATORY, *ENZYME_BOUNDS, *OTHERS)


@pytest.mark.parametrize("tried", TABLES, ids=lambda tried: f"{tried.score}: {tried.source}")
def test_ctcae_agrees(tried: Table) -> None:
    assert tried.quarrels() == []


@pytest.mark.parametrize("key", sorted({tried.score for tried in TABLES}))
def test_enough_is_tried(key: str) -> None:
    assert sum(len(tried.rows) for tried in TABLES if tried.score == key) >= LEAST


def test_a_necrosis_that_does_not_threaten_life_has_no_grade_and_says_why() -> None:
    found = by_words("parenchymal-necrosis=present life-threatening-complication=absent", "CTCAE-hepatic-necrosis")
    assert found.label == "none: CTCAE has no grade below 4 for hepatic necrosis"


def test_a_stable_inr_of_cirrhosis_is_no_change() -> None:
    found = by_words("inr=1.6 baseline-inr=1.6 cirrhosis=present", "CTCAE-INR")
    assert (found.value, found.label) == (2, "grade 2")
    assert found.change is not None
    assert (found.change.low, found.change.high) == (0, 0)
