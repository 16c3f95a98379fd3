"""The last chapter: corrections and withdrawals."""

from __future__ import annotations

from sequela.logic import quantities as q
from sequela.logic import statements as s
from tests.spec.spec import Chapter, Spec

CHAPTER = Chapter(
    "Versions",
    "A fact may be corrected or taken back. Until that is known the old word stands, and an assessment of an earlier"
    " instant can be repeated.",
    (
        Spec(
            title="A correction",
            text="It replaces the value from when it is known, for the time at which the sample was taken.",
            table="""
what | day | value | known | status    | version | fact
alt  | 1   | 9000  | 1     | final     | 1       | a
alt  | 1   | 900   | 2     | corrected | 2       | a
""",
            sentence=q.Peak("alt"),
            expected={"day 1": "9,000 U/L", "day 2 - 1 s": "9,000 U/L", "day 2": "900 U/L"},
        ),
        Spec(
            title="A withdrawal",
            text="Entered in error: the whole fact goes, and the reading before it is the last again.",
            table="""
what | day | value | known | status           | version | fact
alt  | 1   | 200   | 1     | final            | 1       | a
alt  | 2   | 9000  | 2     | final            | 1       | b
alt  | 2   |       | 3     | entered-in-error | 2       | b
""",
            sentence=q.Latest("alt"),
            expected={"day 2": "9,000 U/L", "day 3": "200 U/L"},
        ),
        Spec(
            title="A version that arrives after its successor",
            text="A preliminary result that is known only after the final one is never believed.",
            table="""
what | day | value | known | status      | version | fact
alt  | 1   | 250   | 2     | final       | 2       | a
alt  | 1   | 240   | 3     | preliminary | 1       | a
""",
            sentence=q.Latest("alt"),
            expected={"day 1": "missing", "day 2": "250 U/L", "day 3": "250 U/L"},
        ),
        Spec(
            title="A finding that is revised",
            table="""
what    | day | value   | known | status  | version | fact
abscess | 3   | present | 3     | final   | 1       | r
abscess | 3   | absent  | 4     | amended | 2       | r
""",
            sentence=s.Seen("abscess"),
            expected={"day 2": "unknown", "day 3": "true", "day 4": "false"},
        ),
    ),
)
