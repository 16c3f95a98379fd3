"""The seventh chapter: true, false, unknown."""

from __future__ import annotations

from sequela.course.episodes import ProcedureKind
from sequela.logic import language as say_it
from sequela.logic import quantities as q
from sequela.logic import statements as s
from tests.spec.spec import Chapter, Spec, given

HIGH = s.Named("high-alt", say_it.over(q.Latest("alt"), given("1,000 U/L")))
JAUNDICED = say_it.over(q.Latest("bilirubin"), given("35 µmol/L"))
CLOTTING = say_it.over(q.Latest("inr"), given("1.5 "))
PANEL = """
what      | day | value
alt       | 1   | 1200
bilirubin | 2   | 20
inr       | 3   | 1.6
alt       | 4   | 900
"""

CHAPTER = Chapter(
    "Truth",
    "A statement is true, false or unknown. Missing is never normal: it makes a comparison unknown, and unknown is"
    " settled only by what decides without it.",
    (
        Spec(
            title="A comparison",
            table=PANEL,
            sentence=HIGH,
            expected={"day 0": "unknown", "day 1": "true", "day 4": "false"},
        ),
        Spec(
            title="All of",
            text="One part that is false settles it; otherwise one that is unknown leaves it open.",
            table=PANEL,
            sentence=s.And((HIGH, CLOTTING)),
            expected={"day 1": "unknown", "day 3": "true", "day 4": "false"},
        ),
        Spec(
            title="Any of",
            text="One part that is true settles it; otherwise one that is unknown leaves it open.",
            table=PANEL,
            sentence=s.Or((HIGH, JAUNDICED)),
            expected={"day 0": "unknown", "day 1": "true", "day 3": "true", "day 4": "false"},
        ),
        Spec(
            title="Not",
            table=PANEL,
            sentence=s.Not(HIGH),
            expected={"day 0": "unknown", "day 1": "false", "day 4": "true"},
        ),
        Spec(
            title="At least so many of",
            text="Decided as soon as enough are true, or too few can still be.",
            table=PANEL,
            sentence=s.AtLeast(given("2 "), (HIGH, JAUNDICED, CLOTTING)),
            expected={"day 1": "unknown", "day 2": "unknown", "day 3": "true", "day 4": "false"},
        ),
        Spec(
            title="Known",
            text="Never unknown itself. With it a sentence can refuse to stay open.",
            table=PANEL,
            sentence=s.Known(q.Latest("inr", given("24 h"))),
            expected={"day 0": "false", "day 3": "true", "day 4": "false"},
        ),
        Spec(
            title="Definitely",
            text="The statement, with unknown taken as not so.",
            table=PANEL,
            sentence=say_it.definitely(HIGH),
            expected={"day 0": "false", "day 1": "true", "day 4": "false"},
        ),
        Spec(
            title="The kind of procedure",
            table=PANEL,
            sentence=s.ProcedureIs((ProcedureKind.TACE, ProcedureKind.DEB_TACE)),
            kind=ProcedureKind.DEB_TACE,
            expected={"day 0": "true"},
        ),
    ),
)
