"""The sixth chapter: scores, their bands, and what a missing part leaves open."""

from __future__ import annotations

from sequela.logic import language as say_it
from sequela.logic import quantities as q
from sequela.logic import statements as s
from tests.spec.spec import Chapter, Spec, bands, given

HEART = q.Banded(q.Latest("heart-rate", given("24 h")), bands("40 3, 50 1, 90 0, 110 1, 130 2, above 3", "/min"))
AIR = q.Banded(q.Latest("spo2", given("24 h")), bands("91 3, 93 2, 95 1, above 0", "%"))
HYPERCAPNIC = q.Banded(q.Latest("spo2", given("24 h")), bands("83 3, 85 2, 87 1, above 0", "%"))
SATURATION = q.Choice(s.Seen("hypercapnic-respiratory-failure"), HYPERCAPNIC, AIR)
SCORE = q.Score("Small", (q.Part("pulse", HEART, 0, 3), q.Part("saturation", SATURATION, 0, 3)))
VITALS = """
what       | hour | value
heart-rate | 1    | 110
heart-rate | 2    | 111
spo2       | 3    | 91
hypercapnic-respiratory-failure | 4 | present
heart-rate | 30   | 80
"""

CHAPTER = Chapter(
    "Scores",
    "A score is a sum of named parts. Each part is a table of bands; a band reaches up to and including its number.",
    (
        Spec(
            title="Points by bands",
            table=VITALS,
            sentence=HEART,
            expected={"hour 0": "missing", "hour 1": "1", "hour 2": "2", "hour 26": "missing", "hour 30": "0"},
        ),
        Spec(
            title="One table or another",
            text="While it is unknown which applies, the points are anything that either table gives.",
            table=VITALS,
            sentence=SATURATION,
            expected={"hour 2": "missing", "hour 3": "0 to 3", "hour 4": "0"},
        ),
        Spec(
            title="One part of a score",
            text="A part is a quantity in points, with the least and the most it can contribute while it is missing.",
            table=VITALS,
            sentence=q.Part("pulse", HEART, 0, 3),
            expected={"hour 0": "missing", "hour 2": "2"},
        ),
        Spec(
            title="A sum with a part missing",
            text="A missing part leaves its bounds open; with every part missing there is no score.",
            table=VITALS,
            sentence=SCORE,
            expected={"hour 0": "missing", "hour 1": "1 to 4", "hour 3": "2 to 5", "hour 4": "2", "hour 30": "0 to 3"},
        ),
        Spec(
            title="A score may be decided before it is complete",
            table=VITALS,
            sentence=say_it.at_least(SCORE, given("2 points")),
            expected={
                "hour 0": "unknown",
                "hour 1": "unknown",
                "hour 2": "true",
                "hour 4": "true",
                "hour 30": "unknown",
            },
        ),
        Spec(
            title="A score followed over time",
            text="Its readings are its values at each moment that one of its facts speaks of.",
            table=VITALS,
            sentence=q.Peak(SCORE, given("24 h")),
            expected={"hour 0": "missing", "hour 1": "1 to 4", "hour 4": "2 to 5"},
        ),
        Spec(
            title="Age",
            text="Completed years at the procedure, 1 March 2026.",
            table="""
what | hour | value
alt  | 1    | 30
""",
            sentence=q.Age(),
            born="1964-03-02",
            expected={"hour 0": "61 years"},
        ),
    ),
)
