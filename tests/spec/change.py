"""The third chapter: change, multiples and other arithmetic."""

from __future__ import annotations

from sequela.logic import language as say_it
from sequela.logic import quantities as q
from tests.spec.spec import Chapter, Spec, given

INR = """
what | day | value
inr  | -1  | 1.2
inr  | 2   | 1.5
inr  | 4   | 1.8
"""
BOTH = """
what | day | value
alt  | -1  | 40
ast  | -1  | 30
alt  | 1   | 120
ast  | 2   | 150
"""
ALT, AST = q.Latest("alt"), q.Latest("ast")

CHAPTER = Chapter(
    "Change and arithmetic",
    "Values are whole numbers of a fine grid and sums are exact, so that an INR 0.3 above the baseline is exactly 0.3"
    " above it. Two quantities combine only in one unit, and are missing together.",
    (
        Spec(
            title="Change from the patient's own baseline",
            table=INR,
            sentence=say_it.change("inr"),
            expected={"day 0": "0", "day 2": "0.3", "day 4": "0.6"},
        ),
        Spec(
            title="A change of exactly the limit reaches it",
            table=INR,
            sentence=say_it.at_least(say_it.change("inr"), given("0.3 ")),
            expected={"day 2 - 1 s": "false", "day 2": "true"},
        ),
        Spec(
            title="Without a baseline a change is unknown",
            text="The reference limit never stands in: a cirrhotic patient's own INR of 1.5 would alarm.",
            table="""
what | day | value
inr  | 2   | 1.5
""",
            sentence=say_it.at_least(say_it.change("inr"), given("0.3 ")),
            expected={"day 1": "unknown", "day 2": "unknown"},
        ),
        Spec(
            title="A multiple of the baseline",
            table=BOTH,
            sentence=say_it.fold("alt"),
            expected={"day 0": "1", "day 1": "3"},
        ),
        Spec(
            title="A quantity with a name",
            text="The name is how people speak of it; it means what stands behind it.",
            table=BOTH,
            sentence=q.Called("ALT over baseline", say_it.fold("alt")),
            expected={"day 0": "1", "day 1": "3"},
        ),
        Spec(
            title="The slope over a look-back",
            text="From the first to the last reading in it, per day or per hour; one reading has no slope.",
            table=INR,
            sentence=q.Rate("inr", given("72 h"), "d"),
            expected={
                "day 1": "missing",
                "day 2 - 1 s": "missing",
                "day 2": "missing",
                "day 4": "0.15/day",
                "day 5": "missing",
            },
        ),
        Spec(
            title="The higher of two",
            text="It is missing while either is.",
            table=BOTH,
            sentence=q.Higher(say_it.fold("alt"), say_it.fold("ast")),
            expected={"day 0": "1", "day 1": "3", "day 2": "5"},
        ),
        Spec(
            title="The lower of two",
            table=BOTH,
            sentence=q.Lower(ALT, AST),
            expected={"day 0": "30 U/L", "day 1": "30 U/L", "day 2": "120 U/L"},
        ),
        Spec(
            title="Sum and product",
            table=BOTH,
            sentence=q.Sum(q.Product(given("2 "), q.Baseline("alt")), given("50 U/L")),
            expected={"day 0": "130 U/L"},
        ),
        Spec(
            title="A multiple of zero is missing",
            table="""
what | day | value
ldh  | -1  | 0
ldh  | 1   | 200
""",
            sentence=say_it.fold("ldh"),
            expected={"day 1": "missing"},
        ),
    ),
)
