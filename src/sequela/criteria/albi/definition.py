"""The albumin-bilirubin grade (ALBI) and its modification that divides grade 2 (mALBI).

Embolization moves both parts, so only the change from the patient's own says something, and that it has not gone back
by four weeks. The grade is that of the value before it is rounded for print.
"""

from sequela.criteria.meld.definition import LIVER_APART, LIVER_WINDOW
from sequela.logic.formulas import Factor, Formula, Label, Measured, Term
from sequela.logic.nodes import ONE, Parameter
from sequela.logic.quantities import Baseline, Latest

_BILIRUBIN = Measured("bilirubin", Latest("bilirubin", LIVER_WINDOW), Baseline("bilirubin"), unit="µmol/L")
_ALBUMIN = Measured("albumin", Latest("albumin", LIVER_WINDOW), Baseline("albumin"), unit="g/L")
_TERMS = (
    Term(Parameter("albi-bilirubin", ONE), (Factor(_BILIRUBIN, "log10"),)),
    Term(Parameter("albi-albumin", ONE), (Factor(_ALBUMIN),), minus=True),
)
_GRADE_1, _GRADE_2 = Parameter("albi-grade-1", ONE), Parameter("albi-grade-2", ONE)
_NOTE = "Made in hepatocellular carcinoma. Without either part nothing is told: no range of the other would be of use."

ALBI = Formula(
    key="ALBI",
    title="Albumin-bilirubin grade",
    terms=_TERMS,
    cites=("johnson-2015",),
    places=2,
    labels=(Label("grade 1", "<=", _GRADE_1), Label("grade 2", "<=", _GRADE_2)),
    otherwise="grade 3",
    apart=LIVER_APART,
    inputs=("bilirubin", "albumin"),
    note=_NOTE,
)
MALBI = Formula(
    key="mALBI",
    title="Modified albumin-bilirubin grade",
    terms=_TERMS,
    cites=("hiraoka-2017", "johnson-2015"),
    places=2,
    labels=(
        Label("grade 1", "<=", _GRADE_1),
        Label("grade 2a", "<=", Parameter("malbi-grade-2a", ONE)),
        Label("grade 2b", "<=", _GRADE_2),
    ),
    otherwise="grade 3",
    apart=LIVER_APART,
    inputs=("bilirubin", "albumin"),
    note=f"{_NOTE} Not the score of 2022 that bears the same name.",
)

SCORES = (ALBI, MALBI)
