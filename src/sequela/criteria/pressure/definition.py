"""Falling blood pressure: very low once; low again on a repeat and below the patient's own; or low with another sign.

One low reading alone asks for a repeat: it is often wrong, or near what is usual for the patient.
"""

from sequela.criteria.blood_counts.falls import HAEMOGLOBIN_LOWER
from sequela.criteria.news2.definition import CONFUSION_WINDOW, ENCEPHALOPATHY
from sequela.criteria.surveillance.definition import MEAN_PRESSURE, SYSTOLIC, VITALS_WINDOW
from sequela.logic.language import all_of, any_of, at_least, at_most, definitely, over, under
from sequela.logic.nodes import Parameter
from sequela.logic.quantities import Baseline, Called, Choice, Difference, DurationAbove, Higher, Latest
from sequela.logic.shelf import Definition
from sequela.logic.statements import Known, Named, Not, Seen

_SYSTOLIC_LOW = Parameter("systolic-low", "mm[Hg]")
_MEAN_LOW = Parameter("mean-pressure-low", "mm[Hg]")
_AGAIN = Parameter("pressure-low-for", "min")
_LOW_SYSTOLIC = at_most(SYSTOLIC, _SYSTOLIC_LOW)
_LOW_MEAN = under(MEAN_PRESSURE, _MEAN_LOW)

LOW_PRESSURE = any_of(_LOW_SYSTOLIC, all_of(Not(Known(SYSTOLIC)), definitely(_LOW_MEAN)))
"""Low by the systolic; by the mean only where nobody charted a systolic beside it."""
_LOW_BY_EITHER = any_of(_LOW_SYSTOLIC, definitely(_LOW_MEAN))
_LOW_AGAIN = any_of(
    all_of(_LOW_SYSTOLIC, at_least(DurationAbove("systolic-pressure", "<=", _SYSTOLIC_LOW), _AGAIN)),
    all_of(
        Not(Known(SYSTOLIC)),
        _LOW_MEAN,
        at_least(DurationAbove("mean-pressure", "<", _MEAN_LOW), _AGAIN),
    ),
)
"""Low on one set after another. The systolic decides; a mean under 65 alone is common in patients who are well."""
BELOW_OWN = any_of(
    at_least(Difference(Baseline("systolic-pressure"), SYSTOLIC), Parameter("systolic-below-own", "mm[Hg]")),
    definitely(
        at_least(Difference(Baseline("mean-pressure"), MEAN_PRESSURE), Parameter("mean-pressure-below-own", "mm[Hg]"))
    ),
)
_COMPANION = any_of(
    over(Latest("lactate", Parameter("lactate-current", "h")), Parameter("lactate-with-pressure", "mmol/L")),
    Seen("oliguria", within=CONFUSION_WINDOW),
    ENCEPHALOPATHY,
)
"""Signs that the pressure does not suffice, by either measure; a falling haemoglobin speaks beside a low systolic."""
_SET = Parameter("pressure-set", "min")
_SYSTOLIC_OF_SET = Latest("systolic-pressure", _SET)
_PRESSURE_OF_SET = Called(
    "systolic pressure (checked against its mean)",
    Choice(
        definitely(at_least(Latest("mean-pressure", _SET), _MEAN_LOW)),
        Higher(_SYSTOLIC_OF_SET, _SYSTOLIC_LOW),
        _SYSTOLIC_OF_SET,
    ),
)
"""A systolic of 80 beside a mean of 65 or more cannot be right: with such a mean it is taken as 90, not lower."""

PRESSURE_VERY_LOW = Definition(
    key="pressure-very-low",
    title="Systolic pressure very low once, or shock or hypotension recorded",
    sentence=Named(
        "pressure-very-low",
        any_of(
            at_most(Latest(_PRESSURE_OF_SET, VITALS_WINDOW), Parameter("systolic-very-low", "mm[Hg]")),
            Seen("shock", within=CONFUSION_WINDOW),
            Seen("hypotension", within=CONFUSION_WINDOW),
        ),
    ),
    cites=("rcp-2017",),
    support="non-specific",
    role="deteriorating",
)
PRESSURE_LOW = Definition(
    key="pressure-low",
    title="Pressure low on a repeat and well below the patient's own, or low with a second sign",
    sentence=Named(
        "pressure-low",
        any_of(
            all_of(_LOW_AGAIN, BELOW_OWN), all_of(_LOW_BY_EITHER, _COMPANION), all_of(LOW_PRESSURE, HAEMOGLOBIN_LOWER)
        ),
    ),
    cites=("singer-2016", "evans-2021", "turan-2019"),
    support="non-specific",
    role="deteriorating",
)
PRESSURE_RECHECK = Definition(
    key="pressure-recheck",
    title="Pressure low: repeat within 15 minutes",
    sentence=Named("pressure-recheck", _LOW_BY_EITHER),
    cites=("rcp-2017",),
    role="recheck",
)

DEFINITIONS = (PRESSURE_VERY_LOW, PRESSURE_LOW, PRESSURE_RECHECK)
