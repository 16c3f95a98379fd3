"""The West Haven grade of hepatic encephalopathy: as charted, else between what the signs prove and what they rule out.

A grade that somebody wrote down stands. Without one, signs leave bounds (the project's own reading of the table):
asterixis is grade 1 or 2, confusion 1 to 3, encephalopathy without a grade 1 to 4; alert on ACVPU is at most 2, a full
coma score at most 1. A low coma score speaks only where somebody wrote of encephalopathy. Minimal encephalopathy cannot
be seen at the bedside and counts as none; ammonia does not enter. Drowsiness alone says nothing: opioids make it too.
"""

from sequela.criteria.news2.definition import CONFUSION_WINDOW
from sequela.criteria.surveillance.definition import VITALS_WINDOW
from sequela.logic.language import all_of, any_of, at_least, at_most, definitely, under
from sequela.logic.nodes import ONE, SCORE_UNIT, Parameter, Statement
from sequela.logic.quantities import Baseline, Latest
from sequela.logic.scores import Grade, Grading
from sequela.logic.statements import Absent, Known, Not, Seen

GRADE = Latest("west-haven", CONFUSION_WINDOW)
_UNGRADED = Not(Known(GRADE))
_GCS = Latest("gcs", VITALS_WINDOW)
_CONSCIOUSNESS = Latest("consciousness", VITALS_WINDOW)
_ENCEPHALOPATHY = Seen("hepatic-encephalopathy", within=CONFUSION_WINDOW)
_NONE = Absent("hepatic-encephalopathy", within=CONFUSION_WINDOW)
_ASTERIXIS = Seen("asterixis", within=CONFUSION_WINDOW)
_CONFUSION = Seen("confusion", within=CONFUSION_WINDOW)
_ALERT = under(_CONSCIOUSNESS, Parameter("not-alert", ONE))
_FULL = at_least(_GCS, Parameter("west-haven-gcs-full", SCORE_UNIT))
_AWAKE = at_least(_GCS, Parameter("west-haven-gcs-awake", SCORE_UNIT))
_LOW = all_of(_ENCEPHALOPATHY, at_most(_GCS, Parameter("west-haven-gcs-low", SCORE_UNIT)))
_COMA = all_of(
    _ENCEPHALOPATHY,
    any_of(
        definitely(at_most(_GCS, Parameter("west-haven-gcs-coma", SCORE_UNIT))),
        definitely(at_least(_CONSCIOUSNESS, Parameter("west-haven-unresponsive", ONE))),
    ),
)
_GRADES = tuple(Parameter(f"west-haven-{number}", SCORE_UNIT) for number in (1, 2, 3, 4))


def _at_least(grade: Parameter, *, not_by: Statement, by: Statement | None = None) -> Statement:
    """So high a grade or higher: as charted, else by a sign that proves it; false by one that rules it out."""
    charted = all_of(Not(all_of(_UNGRADED, definitely(not_by))), at_least(GRADE, grade))
    return charted if by is None else any_of(all_of(_UNGRADED, definitely(by)), charted)


ANY = _at_least(_GRADES[0], by=any_of(_ENCEPHALOPATHY, _ASTERIXIS, _CONFUSION), not_by=_NONE)
"""Grade 1 or more."""
OVERT = _at_least(_GRADES[1], by=_LOW, not_by=any_of(_NONE, _FULL))
"""Grade 2 or more."""
SEVERE = _at_least(_GRADES[2], by=any_of(_LOW, _COMA), not_by=any_of(_NONE, _FULL, _ALERT, _ASTERIXIS))
"""Grade 3 or more."""
COMA = _at_least(_GRADES[3], by=_COMA, not_by=any_of(_NONE, _AWAKE, _ALERT, _ASTERIXIS, _CONFUSION))
"""Grade 4."""

SCORES = (
    Grading(
        key="West-Haven",
        also=("West Haven grade",),
        title="West Haven grade of hepatic encephalopathy",
        grades=tuple(
            Grade(number, f"grade {number}", when) for number, when in ((4, COMA), (3, SEVERE), (2, OVERT), (1, ANY))
        ),
        before=tuple(
            Grade(number, f"grade {number}", at_least(Baseline("west-haven"), _GRADES[number - 1]))
            for number in (4, 3, 2, 1)
        ),
        cites=("vilstrup-2014",),
        inputs=("west-haven", "hepatic-encephalopathy", "asterixis", "confusion", "gcs", "consciousness"),
    ),
)
