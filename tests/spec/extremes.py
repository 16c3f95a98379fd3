"""The second chapter: peaks, lows and the low after a fall."""

from __future__ import annotations

from sequela.logic import quantities as q
from tests.spec.spec import Chapter, Spec, given

UP_AND_DOWN = """
what | day | value
alt  | -1  | 5000
alt  | 1   | 900
alt  | 2   | 2000
alt  | 4   | 600
alt  | 6   | 1500
"""

CHAPTER = Chapter(
    "Extremes",
    "Extremes look at what was read since the procedure, never at what was before it.",
    (
        Spec(
            title="The highest since the procedure",
            table=UP_AND_DOWN,
            sentence=q.Peak("alt"),
            expected={"day 0": "missing", "day 1": "900 U/L", "day 6": "2,000 U/L"},
        ),
        Spec(
            title="The highest in a look-back",
            table=UP_AND_DOWN,
            sentence=q.Peak("alt", given("48 h")),
            expected={"day 0": "missing", "day 4 - 1 s": "2,000 U/L", "day 4": "600 U/L", "day 8": "missing"},
        ),
        Spec(
            title="The lowest since the procedure",
            table=UP_AND_DOWN,
            sentence=q.Lowest("alt"),
            expected={"day 1": "900 U/L", "day 4": "600 U/L", "day 6": "600 U/L"},
        ),
        Spec(
            title="The low after a fall",
            text=(
                "There is none before the series has fallen by the share from an earlier peak: the first rise after a"
                " procedure is no rebound. What rises from it can then be measured against it."
            ),
            table=UP_AND_DOWN,
            sentence=q.Nadir("alt", given("0.3 ")),
            expected={"day 2": "missing", "day 4 - 1 s": "missing", "day 4": "600 U/L", "day 6": "600 U/L"},
        ),
        Spec(
            title="A fall of exactly the share is a fall",
            table="""
what | day | value
alt  | 1   | 1000
alt  | 2   | 700
alt  | 3   | 701
""",
            sentence=q.Nadir("alt", given("0.3 ")),
            expected={"day 1": "missing", "day 2": "700 U/L", "day 3": "700 U/L"},
        ),
    ),
)
