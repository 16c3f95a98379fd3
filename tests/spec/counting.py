"""The fourth chapter: counting readings, and how long they have been so."""

from __future__ import annotations

from sequela.logic import language as say_it
from sequela.logic import quantities as q
from tests.spec.spec import Chapter, Spec, given

FEVER = """
what        | hour | value
temperature | 10   | 38.6
temperature | 12   | 38.9
temperature | 20   | 37.2
temperature | 30   | 38.7
temperature | 44   | 39.0
"""
HIGH = given("38.5 °C")

CHAPTER = Chapter(
    "Counting and duration",
    "Counts need at least one reading to count among: no reading is not the same as none above.",
    (
        Spec(
            title="How many readings",
            table=FEVER,
            sentence=q.Count("temperature", ">", HIGH, given("24 h")),
            expected={"hour 9": "missing", "hour 20": "2", "hour 34 - 1 s": "3", "hour 34": "2", "hour 68": "missing"},
        ),
        Spec(
            title="Readings that are some time apart",
            text="Each counted reading is at least so long after the one counted before it.",
            table=FEVER,
            sentence=q.Count("temperature", ">", HIGH, None, given("4 h")),
            expected={"hour 12": "1", "hour 30": "2", "hour 44": "3"},
        ),
        Spec(
            title="At least twice",
            table=FEVER,
            sentence=say_it.times("temperature", ">", HIGH, at_least_times=given("2 "), within=given("24 h")),
            expected={
                "hour 9": "unknown",
                "hour 10": "false",
                "hour 12": "true",
                "hour 36": "false",
                "hour 44": "true",
            },
        ),
        Spec(
            title="How long it has been so",
            text="From the first to the last reading of the unbroken run up to the last: it does not grow by itself.",
            table=FEVER,
            sentence=q.DurationAbove("temperature", ">", HIGH),
            expected={
                "hour 9": "missing",
                "hour 12": "2 h",
                "hour 20": "0 h",
                "hour 43": "0 h",
                "hour 44": "14 h",
                "hour 60": "14 h",
            },
        ),
        Spec(
            title="A duration is compared with a duration",
            table=FEVER,
            sentence=say_it.at_least(q.DurationAbove("temperature", ">", HIGH), given("0.5 d")),
            expected={"hour 9": "unknown", "hour 12": "false", "hour 44": "true"},
        ),
    ),
)
