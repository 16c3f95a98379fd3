"""The tenth chapter: values that are only bounded, and reference limits."""

from __future__ import annotations

from sequela.logic import language as say_it
from sequela.logic import quantities as q
from tests.spec.spec import Chapter, Spec, given

BOUNDED = """
what | day | value
crp  | -1  | <5
crp  | 1   | 5
crp  | 2   | >300
"""

CHAPTER = Chapter(
    "Intervals and limits",
    "A result with a comparator is an interval. A comparison is true or false only where every value in it agrees.",
    (
        Spec(
            title="Less than a limit of detection",
            table=BOUNDED,
            sentence=q.Latest("crp"),
            expected={"day 0": "under 5 mg/L", "day 1": "5 mg/L", "day 2": "over 300 mg/L"},
        ),
        Spec(
            title="Decided by the open end",
            text="Whatever is under 5 is not at least 5.",
            table=BOUNDED,
            sentence=say_it.at_least(q.Latest("crp"), given("5 mg/L")),
            expected={"day 0": "false", "day 1": "true", "day 2": "true"},
        ),
        Spec(
            title="An interval may leave it open",
            table=BOUNDED,
            sentence=say_it.over(q.Latest("crp"), given("3 mg/L")),
            expected={"day 0": "unknown", "day 1": "true"},
        ),
        Spec(
            title="A certain reading narrows an uncertain peak",
            text="Over 5 may be anything above; with a 7 beside it the peak is at least 7.",
            table="""
what | day | value
crp  | 1   | >5
crp  | 2   | 7
""",
            sentence=q.Peak("crp"),
            expected={"day 1": "over 5 mg/L", "day 2": "at least 7 mg/L"},
        ),
        Spec(
            title="Arithmetic with intervals",
            table=BOUNDED,
            sentence=say_it.change("crp"),
            expected={"day 1": "at most 5 mg/L", "day 2": "over 295 mg/L"},
        ),
        Spec(
            title="The upper reference limit",
            text="By sex where it differs.",
            table=BOUNDED,
            sentence=q.UpperLimit("alt"),
            sex="male",
            expected={"day 0": "59 U/L"},
        ),
        Spec(
            title="Unknown sex",
            text="Everything between the two limits is possible, and only what lies outside both is decided.",
            table="""
what | day | value
alt  | 1   | 40
alt  | 2   | 50
alt  | 3   | 80
""",
            sentence=say_it.over(q.Latest("alt"), q.UpperLimit("alt")),
            sex=None,
            expected={"day 1": "false", "day 2": "unknown", "day 3": "true"},
        ),
    ),
)
