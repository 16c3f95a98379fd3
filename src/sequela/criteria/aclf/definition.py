"""Acute-on-chronic liver failure by the EASL-CLIF Consortium: how many organs fail, in cirrhosis only.

Some tables print "more than 12" and "more than 2.5" for bilirubin and INR; most, and this one, have "or more". A blood
gas decides about the lungs where there is one, the saturation otherwise; ventilation is not looked at. The precondition
is an acute decompensation, which has a condition of its own.
"""

from sequela.criteria.kidney.definition import CREATININE
from sequela.criteria.news2.definition import OXYGEN_GIVEN
from sequela.criteria.surveillance.definition import VITALS_WINDOW
from sequela.criteria.synthetic_function.definition import BILIRUBIN, CIRRHOSIS, INR, OFF_ANTICOAGULANTS
from sequela.criteria.west_haven.definition import ANY, SEVERE
from sequela.logic.language import all_of, any_of, at_least, at_most, definitely
from sequela.logic.nodes import ONE, Parameter, Statement
from sequela.logic.quantities import Choice, Latest, Product, Ratio
from sequela.logic.scores import Grade, Grading
from sequela.logic.statements import AtLeast, Happened, Known, Not

_INSPIRED = Choice(OXYGEN_GIVEN, Latest("fio2", VITALS_WINDOW), Parameter("aclf-air", "%"))
_PER_FRACTION = Ratio(Parameter("aclf-pure-oxygen", "%"), _INSPIRED)


def _short_of_oxygen(kind: str, unit: str) -> Statement:
    """The reading over the inspired fraction is at most so much."""
    ratio = Product(_PER_FRACTION, Latest(kind, VITALS_WINDOW))
    return at_most(ratio, Parameter(f"aclf-{kind}-fio2", unit))


_GAS, _SATURATION = _short_of_oxygen("pao2", "mm[Hg]"), _short_of_oxygen("spo2", "%")
_LIVER = at_least(BILIRUBIN, Parameter("aclf-bilirubin", "umol/L"))
_KIDNEY = any_of(
    at_least(CREATININE, Parameter("aclf-creatinine", "umol/L")),
    Happened("renal-replacement", within=Parameter("kidney-comparison", "d")),
)
_CLOTTING = all_of(OFF_ANTICOAGULANTS, at_least(INR, Parameter("aclf-inr", ONE)))
_CIRCULATION = Happened("vasopressor", within=VITALS_WINDOW)
_LUNGS = any_of(definitely(_GAS), all_of(Not(Known(_GAS)), _SATURATION))
_FAILURES = (_LIVER, _KIDNEY, SEVERE, _CLOTTING, _CIRCULATION, _LUNGS)
_KIDNEY_IMPAIRED = at_least(CREATININE, Parameter("aclf-creatinine-impaired", "umol/L"))

TWO = AtLeast(Parameter("aclf-two", ONE), _FAILURES)
THREE = AtLeast(Parameter("aclf-three", ONE), _FAILURES)
FIRST = any_of(
    _KIDNEY,
    all_of(any_of(_LIVER, _CLOTTING, _CIRCULATION, _LUNGS), any_of(_KIDNEY_IMPAIRED, ANY)),
    all_of(SEVERE, _KIDNEY_IMPAIRED),
    TWO,
)
"""The kidney alone, or one other failure with an impaired kidney or mind."""

SCORES = (
    Grading(
        key="ACLF",
        title="Acute-on-chronic liver failure, EASL-CLIF grade",
        grades=(Grade(3, "grade 3", THREE), Grade(2, "grade 2", TWO), Grade(1, "grade 1", FIRST)),
        cites=("jalan-2014", "moreau-2013"),
        applies=CIRRHOSIS,
        excludes="not without cirrhosis",
        inputs=(
            "cirrhosis",
            "bilirubin",
            "creatinine",
            "inr",
            "west-haven",
            "spo2",
            "oxygen",
            "fio2",
            "pao2",
            "vasopressor",
            "renal-replacement",
        ),
    ),
)
