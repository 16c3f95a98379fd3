"""The first chapter: the readings of one kind."""

from __future__ import annotations

from sequela.logic import quantities as q
from tests.spec.spec import Chapter, Spec, given

TWO_READINGS = """
what | day | value
alt  | -1  | 30
alt  | 2   | 1800
alt  | 6   | 2340
"""

CHAPTER = Chapter(
    "Readings",
    "A kind of the catalogue has readings. The last one stands until the next; a look-back lets it age and drop out.",
    (
        Spec(
            title="The last reading",
            text="Without a look-back it stands as long as nothing newer is known, and may be the baseline.",
            table=TWO_READINGS,
            sentence=q.Latest("alt"),
            expected={"day 1": "30 U/L", "day 2": "1,800 U/L", "day 6 - 1 s": "1,800 U/L", "day 30": "2,340 U/L"},
        ),
        Spec(
            title="The last reading in a look-back",
            text="A reading counts from its own time until exactly the look-back later, then there is none.",
            table=TWO_READINGS,
            sentence=q.Latest("alt", given("48 h")),
            expected={
                "day 0": "30 U/L",
                "day 1": "missing",
                "day 4 - 1 s": "1,800 U/L",
                "day 4": "missing",
                "day 6": "2,340 U/L",
            },
        ),
        Spec(
            title="The last reading but the newest ones",
            text="`until` leaves out what is younger: yesterday's value, to compare today's with.",
            table=TWO_READINGS,
            sentence=q.Latest("alt", given("5 d"), given("24 h")),
            expected={
                "day 2": "30 U/L",
                "day 3": "1,800 U/L",
                "day 6": "1,800 U/L",
                "day 7": "2,340 U/L",
                "day 11": "missing",
            },
        ),
        Spec(
            title="The baseline",
            text="The last reading before the procedure, at most 90 days before. Nothing else stands in for it.",
            table="""
what | day  | value
inr  | -100 | 1.6
inr  | -90  | 1.2
inr  | 1    | 1.4
""",
            sentence=q.Baseline("inr"),
            expected={"day 0": "1.2", "day 2": "1.2"},
        ),
        Spec(
            title="A missing baseline stays missing",
            text="A reading older than 90 days, or at the very start of the procedure, is no baseline.",
            table="""
what | day    | value
inr  | -90.01 | 1.2
inr  | 0      | 1.1
""",
            sentence=q.Baseline("inr"),
            expected={"day 0": "missing", "day 2": "missing"},
        ),
        Spec(
            title="Two readings at one time",
            text="Of two facts at one time the one that became known last is the reading.",
            table="""
what | day | value | known
alt  | 1   | 200   | 1
alt  | 1   | 210   | 1.5
""",
            sentence=q.Latest("alt"),
            expected={"day 1": "200 U/L", "day 1.5": "210 U/L"},
        ),
    ),
)
