"""Child-Pugh, with the conventional bilirubin row for everyone; it is defined in chronic liver disease only.

Ascites and encephalopathy that nobody spoke of are missing, not none. The cholestatic row (primary biliary cholangitis,
sclerosing cholangitis) is not used: an obstructing tumour or stent does not call for it. On vitamin K antagonists or
direct anticoagulants the INR says little of the liver; it is scored as measured. Embolization itself moves bilirubin,
albumin and ascites for weeks: what was before stands beside it.
"""

from sequela.criteria.west_haven.definition import ANY, GRADE, SEVERE
from sequela.logic.language import any_of, at_least, definitely
from sequela.logic.nodes import ONE, SCORE_UNIT, Parameter, Quantity
from sequela.logic.quantities import Banded, Baseline, Choice, Latest, Part, Score
from sequela.logic.scores import ScoreDefinition
from sequela.logic.statements import Known, Seen

_WINDOW = Parameter("child-pugh-current", "d")
_NONE = Parameter("child-pugh-none", SCORE_UNIT)
_SOME = Parameter("child-pugh-some", SCORE_UNIT)
_MUCH = Parameter("child-pugh-much", SCORE_UNIT)
_ASCITES = Seen("ascites", within=_WINDOW)


def _laboratory(kind: str, reading: Quantity, unit: str, /) -> Part:
    return Part(kind, Banded(reading, Parameter(f"child-pugh-{kind}", unit)), 1, 3)


def _ascites(grade: Quantity) -> Banded:
    return Banded(grade, Parameter("child-pugh-ascites", ONE))


def _encephalopathy(grade: Quantity) -> Banded:
    return Banded(grade, Parameter("child-pugh-encephalopathy", SCORE_UNIT))


_GRADED = _ascites(Latest("ascites-grade", _WINDOW))
ASCITES = Choice(
    Known(_GRADED),
    _GRADED,
    # Written down without a grade it is some or much: which, the missing grade leaves open.
    Choice(Known(_ASCITES), Choice(_ASCITES, Choice(at_least(_GRADED, _MUCH), _MUCH, _SOME), _NONE), _GRADED),
)
ENCEPHALOPATHY = Choice(
    any_of(Known(ANY), Known(SEVERE)), Choice(SEVERE, _MUCH, Choice(ANY, _SOME, _NONE)), _encephalopathy(GRADE)
)

CHILD_PUGH = Score(
    "Child-Pugh",
    (
        _laboratory("bilirubin", Latest("bilirubin", _WINDOW), "umol/L"),
        _laboratory("albumin", Latest("albumin", _WINDOW), "g/L"),
        _laboratory("inr", Latest("inr", _WINDOW), ONE),
        Part("ascites", ASCITES, 1, 3),
        Part("hepatic-encephalopathy", ENCEPHALOPATHY, 1, 3),
    ),
)
BEFORE = Score(
    "Child-Pugh before the procedure",
    (
        _laboratory("bilirubin", Baseline("bilirubin"), "umol/L"),
        _laboratory("albumin", Baseline("albumin"), "g/L"),
        _laboratory("inr", Baseline("inr"), ONE),
        Part("ascites", _ascites(Baseline("ascites-grade")), 1, 3),
        Part("hepatic-encephalopathy", _encephalopathy(Baseline("west-haven")), 1, 3),
    ),
)
_CLASSED = (definitely(Seen(finding)) for finding in ("child-pugh-a", "child-pugh-b", "child-pugh-c"))
CHRONIC_LIVER_DISEASE = any_of(Seen("cirrhosis"), *_CLASSED)
"""Cirrhosis, or a class of it in the notes; unknown while nobody wrote of either."""

SCORES = (
    ScoreDefinition(
        key="Child-Pugh",
        title="Child-Pugh score and class",
        score=CHILD_PUGH,
        before=BEFORE,
        classes=Parameter("child-pugh-class", SCORE_UNIT),
        labels=("A", "B", "C"),
        cites=("pugh-1973",),
        applies=CHRONIC_LIVER_DISEASE,
        excludes="only in chronic liver disease",
        inputs=(
            *("bilirubin", "albumin", "inr", "ascites-grade", "ascites", "west-haven", "hepatic-encephalopathy"),
            *("asterixis", "cirrhosis"),
        ),
        also=("Child-Turcotte-Pugh", "CTP", "Child"),
    ),
)
