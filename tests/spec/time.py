"""The ninth chapter: time since, and statements about the past."""

from __future__ import annotations

from sequela.logic import language as say_it
from sequela.logic import quantities as q
from sequela.logic import statements as s
from tests.spec.spec import Chapter, Spec, given

HIGH = say_it.over(q.Latest("alt"), given("1,000 U/L"))
COURSE = """
what        | day | value
alt         | 1   | 1200
contrast-ct | 2   |
alt         | 3   | 900
alt         | 5   | 1500
fever       | 5   | present
"""
LATE = """
what | day | value | known
alt  | 1   | 1200  | 1
alt  | 3   | 900   | 4
alt  | 2   | 1300  | 6
"""

CHAPTER = Chapter(
    "Time and two clocks",
    "A fact has two clocks: when it was so, and when it could have been known. Nothing counts before it is known."
    " What is said about the past is said as believed now: a late or corrected fact changes it from when it is known.",
    (
        Spec(
            title="So long since the procedure",
            text="Time since grows with the clock, so it is only ever compared with a length of time.",
            table=COURSE,
            sentence=say_it.past(given("3 d")),
            expected={"day 3 - 1 s": "false", "day 3": "true"},
        ),
        Spec(
            title="Less than so long since an event",
            text="Unknown while there has been no such event.",
            table=COURSE,
            sentence=s.Compare(q.TimeSince("event", "contrast-ct"), "<", given("48 h")),
            expected={"day 1": "unknown", "day 2": "true", "day 4 - 1 s": "true", "day 4": "false"},
        ),
        Spec(
            title="So long since the peak",
            table=COURSE,
            sentence=s.Compare(q.TimeSince("peak", "alt"), ">=", given("24 h")),
            expected={"day 0": "unknown", "day 1": "false", "day 2": "true", "day 5": "false", "day 6": "true"},
        ),
        Spec(
            title="A result counts from when it is known",
            text="The third value was sampled on day 2 but reported on day 6: the last reading is still that of day 3.",
            table=LATE,
            sentence=q.Latest("alt"),
            expected={"day 3": "1,200 U/L", "day 4": "900 U/L", "day 6": "900 U/L"},
        ),
        Spec(
            title="Held without a break",
            text="At every moment of the last so long; false before that much has passed.",
            table=COURSE,
            sentence=s.HoldsFor(HIGH, given("24 h")),
            expected={
                "day 1": "unknown",
                "day 2 - 1 s": "unknown",
                "day 2": "true",
                "day 3": "false",
                "day 6 - 1 s": "false",
                "day 6": "true",
            },
        ),
        Spec(
            title="As believed now",
            text="On day 4 it becomes known that the value had fallen on day 3, so it no longer held at that time.",
            table=LATE,
            sentence=s.HoldsFor(HIGH, given("24 h")),
            expected={"day 3.5": "true", "day 4": "false"},
        ),
        Spec(
            title="Became true in a look-back",
            text="True now, and not so at some earlier moment of the look-back.",
            table=COURSE,
            sentence=s.Became(HIGH, given("24 h")),
            expected={"day 0": "unknown", "day 1": "true", "day 2": "false", "day 5": "true", "day 6": "false"},
        ),
        Spec(
            title="Was true in a look-back",
            text="Until exactly the look-back after it ended.",
            table=COURSE,
            sentence=s.WasTrue(HIGH, given("24 h")),
            expected={"day 0": "unknown", "day 3": "true", "day 4 - 1 s": "true", "day 4": "false", "day 5": "true"},
        ),
        Spec(
            title="Was ever true",
            text="Without a look-back: since the procedure.",
            table=COURSE,
            sentence=s.WasTrue(HIGH),
            expected={"day 0": "unknown", "day 1": "true", "day 4": "true"},
        ),
        Spec(
            title="Turned true since an event",
            text="A new trigger after the last scan; false while there has been none.",
            table=COURSE,
            sentence=s.TurnedSince(HIGH, ("contrast-ct", "contrast-mr")),
            expected={"day 1": "false", "day 2": "false", "day 4": "false", "day 5": "true", "day 9": "true"},
        ),
    ),
)
