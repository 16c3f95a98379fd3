"""CIRSE (2017) and SIR (2003): the cases by which the two publications part their grades, worked out one by one.

No other implementation was found that gets both right; the results follow the wording of the CIRSE abstract and of the
registry table of the SIR letters. SIR letters are told by number: A is 1, F is 6.
"""

from __future__ import annotations

import pytest

from tests.criteria.scores.rows import LEAST, Table, by_words, table

CASES = """
extra-stay=0 sequelae=none -> 0..1 | 1
extra-stay=0 sequelae=none solved-in-procedure=present -> 1 | 1
extra-stay=0 sequelae=none solved-in-procedure=absent -> 0 | 1
extra-stay=20 sequelae=none -> 2 | 2
extra-stay=0.1 sequelae=none -> 2 | 2
extra-stay=47 sequelae=none -> 2 | 2
extra-stay=47.9 sequelae=none -> 2 | 2
extra-stay=48 sequelae=none -> 3 | 4
extra-stay=49 sequelae=none -> 3 | 4
extra-stay=3d sequelae=none -> 3 | 4
extra-stay=24 sequelae=none drainage=yes -> 3 | 3
extra-stay=120 sequelae=none drainage=yes -> 3 | 4
extra-stay=10 sequelae=none icu=yes -> 3 | 4
extra-stay=200 sequelae=none surgery=yes -> 3 | 4
extra-stay=0 sequelae=none transfusion=yes -> 3 | 3
extra-stay=0 sequelae=none paracentesis=yes -> 3 | 3
extra-stay=0 sequelae=none endoscopy=yes -> 3 | 3
extra-stay=0 sequelae=none embolization-repeat=yes -> 3 | 3
extra-stay=0 sequelae=none vasopressor=yes -> 3 | 4
extra-stay=0 sequelae=none renal-replacement=yes -> 3 | 4
extra-stay=120 sequelae=mild drainage=yes -> 4 | 5
extra-stay=120 sequelae=severe drainage=yes -> 5 | 5
extra-stay=0 sequelae=mild -> 4 | 5
extra-stay=120 drainage=yes -> 3..5 | 4..5
sequelae=none -> 0..3 | 1..4
sequelae=none drainage=yes -> 3 | 3..4
drainage=yes -> 3..5 | 3..5
extra-stay=0 death=yes sequelae=death -> 6 | 6
extra-stay=0 death=yes sequelae=severe -> 5 | 5
extra-stay=0 death=yes sequelae=none -> 0..1 | 1
extra-stay=0 death=yes drainage=yes -> 3..6 | 3..6
extra-stay=20 sequelae=none complication=absent -> not applicable | not applicable
extra-stay=20 sequelae=none complication=absent abscess=present -> 2 | 2
"""


def _column(number: int) -> str:
    lines = []
    for line in CASES.strip().splitlines():
        inputs, _, expected = line.partition("->")
        lines.append(f"{inputs}-> {expected.split('|')[number].strip()}")
    return "\n".join(lines)


TABLES = (
    table("CIRSE", "the wording of CIRSE 2017", _column(0), "complication=present"),
    table("SIR", "the registry table of the SIR letters of 2003", _column(1), "complication=present"),
)


@pytest.mark.parametrize("tried", TABLES, ids=lambda tried: tried.source)
def test_the_grades_agree(tried: Table) -> None:
    assert tried.quarrels() == []
    assert len(tried.rows) >= LEAST


@pytest.mark.parametrize("key", ["CIRSE", "SIR"])
def test_an_uneventful_stay_has_no_grade(key: str) -> None:
    found = by_words("temperature=37.8 extra-stay=0", key)
    assert found.value is None
    assert found.not_applicable == "no complication is on record; an uneventful stay has no grade"


def test_letters_are_told() -> None:
    assert by_words("complication=present extra-stay=24 sequelae=none drainage=yes", "SIR").label == "C"
    assert by_words("complication=present extra-stay=24 sequelae=none", "CIRSE").label == "grade 2"
    assert by_words("complication=present drainage=yes", "SIR").label == "C to E"
    assert by_words("complication=present drainage=yes", "CIRSE").label == ""
