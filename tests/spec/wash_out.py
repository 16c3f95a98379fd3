"""The fifth chapter: what wash-out from the patient's own peak predicts."""

from __future__ import annotations

from sequela.logic import language as say_it
from sequela.logic import quantities as q
from tests.spec.spec import Chapter, Spec, given

SLOW_FALL = """
what | day | value
alt  | 1   | 900
alt  | 2   | 3200
alt  | 4   | 1600
alt  | 6   | 1200
alt  | 20  | 45
"""
PREDICTED = q.WashOut("alt", given("48 h"), given("40 U/L"))

CHAPTER = Chapter(
    "Wash-out",
    "After one insult an enzyme falls by half each half-life. A value well above that means that something still"
    " releases it. The prediction is made for the time of the last reading, so that it does not drift with the clock.",
    (
        Spec(
            title="What the peak should have fallen to",
            text="The peak halves each half-life, but not below the floor. A value that still rises is its own peak.",
            table=SLOW_FALL,
            sentence=PREDICTED,
            expected={
                "day 0": "missing",
                "day 1": "900 U/L",
                "day 2": "3,200 U/L",
                "day 4": "1,600 U/L",
                "day 6 - 1 s": "1,600 U/L",
                "day 6": "800 U/L",
                "day 20": "40 U/L",
            },
        ),
        Spec(
            title="Above what wash-out predicts",
            table=SLOW_FALL,
            sentence=say_it.at_least(q.Latest("alt"), q.Product(given("1.5 "), PREDICTED)),
            expected={"day 0": "unknown", "day 2": "false", "day 4": "false", "day 6": "true", "day 20": "false"},
        ),
        Spec(
            title="The upper reference limit as the floor",
            text="Enzymes do not fall below what is normal for the patient's sex.",
            table=SLOW_FALL,
            sentence=q.WashOut("alt", given("48 h"), q.UpperLimit("alt")),
            expected={"day 6": "800 U/L", "day 20": "41 U/L"},
        ),
    ),
)
