"""The eighth chapter: findings and events."""

from __future__ import annotations

from sequela.logic import statements as s
from tests.spec.spec import Chapter, Spec, given

FEVER = """
what  | day | value
fever | -1  | present
fever | 2   | present
fever | 4   | absent
fever | 5   | uncertain
"""
SCANS = """
what        | day | value
contrast-ct | -3  |
contrast-ct | 2   | portal-venous
discharge   | 4   |
admission   | 9   |
"""

CHAPTER = Chapter(
    "Findings and events",
    "A finding is present, absent or uncertain, and unknown while nobody has looked. An event differs: what nobody"
    " recorded doing was, as far as is known, not done.",
    (
        Spec(
            title="Seen",
            text="The last word since the procedure. Uncertain is unknown.",
            table=FEVER,
            sentence=s.Seen("fever"),
            expected={"day 1": "unknown", "day 2": "true", "day 4": "false", "day 5": "unknown"},
        ),
        Spec(
            title="Seen in a look-back",
            table=FEVER,
            sentence=s.Seen("fever", within=given("24 h")),
            expected={"day 2": "true", "day 3 - 1 s": "true", "day 3": "unknown", "day 4": "false"},
        ),
        Spec(
            title="Seen late",
            text="`after` leaves out what was seen sooner than that after the procedure.",
            table=FEVER,
            sentence=s.Seen("fever", after=given("72 h")),
            expected={"day 2": "unknown", "day 4": "false"},
        ),
        Spec(
            title="Absent",
            text="Somebody looked and did not find it: not the same as not seen.",
            table=FEVER,
            sentence=s.Absent("fever"),
            expected={"day 1": "unknown", "day 2": "false", "day 4": "true", "day 5": "unknown"},
        ),
        Spec(
            title="Seen at a site",
            text="A finding without a site may be anywhere, so it counts at every site.",
            table="""
what                   | day | value
portal-vein-thrombosis | 1   | present portal-left
portal-vein-thrombosis | 2   | present portal-right
""",
            sentence=s.Seen("portal-vein-thrombosis", ("portal-right", "VII")),
            expected={"day 1": "unknown", "day 2": "true"},
        ),
        Spec(
            title="Background",
            text="What the catalogue calls background counts from before the procedure as well.",
            table="""
what      | day   | value
cirrhosis | -3000 | present
""",
            sentence=s.Seen("cirrhosis"),
            expected={"day 0": "true", "day 100": "true"},
        ),
        Spec(
            title="Happened",
            text="Since the procedure; in a look-back; not recorded is false.",
            table=SCANS,
            sentence=s.Happened("contrast-ct", given("24 h")),
            expected={"day 0": "false", "day 2": "true", "day 3 - 1 s": "true", "day 3": "false"},
        ),
        Spec(
            title="Happened, in detail",
            table=SCANS,
            sentence=s.Happened("contrast-ct", detail="arterial"),
            expected={"day 3": "false"},
        ),
        Spec(
            title="Followed by",
            text="A discharge and then an admission: a readmission.",
            table=SCANS,
            sentence=s.Followed("discharge", "admission"),
            expected={"day 3": "false", "day 4": "false", "day 9": "true"},
        ),
    ),
)
