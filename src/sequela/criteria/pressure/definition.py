"""Falling blood pressure: against the patient's own, or with a second sign; and low pressure that asks for a repeat."""

from sequela.criteria.news2.definition import CONFUSION_WINDOW, ENCEPHALOPATHY
from sequela.criteria.surveillance.definition import MEAN_PRESSURE, SYSTOLIC
from sequela.logic.language import all_of, any_of, at_least, at_most, definitely, over, under
from sequela.logic.nodes import Parameter
from sequela.logic.quantities import Baseline, Difference, Latest
from sequela.logic.shelf import Definition
from sequela.logic.statements import Named, Seen

LOW_PRESSURE = any_of(
    at_most(SYSTOLIC, Parameter("systolic-low", "mm[Hg]")),
    definitely(under(MEAN_PRESSURE, Parameter("mean-pressure-low", "mm[Hg]"))),
)
"""Low by either. Wards chart the systolic; a mean that nobody wrote down leaves nothing open beside it."""
BELOW_OWN = any_of(
    at_least(Difference(Baseline("systolic-pressure"), SYSTOLIC), Parameter("systolic-below-own", "mm[Hg]")),
    at_least(Difference(Baseline("mean-pressure"), MEAN_PRESSURE), Parameter("mean-pressure-below-own", "mm[Hg]")),
)
_COMPANION = any_of(
    over(Latest("lactate", Parameter("lactate-current", "h")), Parameter("lactate-with-pressure", "mmol/L")),
    Seen("oliguria", within=CONFUSION_WINDOW),
    ENCEPHALOPATHY,
)

PRESSURE_VERY_LOW = Definition(
    key="pressure-very-low",
    title="Systolic pressure very low once, or shock or hypotension recorded",
    sentence=Named(
        "pressure-very-low",
        any_of(
            at_most(SYSTOLIC, Parameter("systolic-very-low", "mm[Hg]")),
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
    title="Pressure low and well below the patient's own, or low with a second sign",
    sentence=Named("pressure-low", all_of(LOW_PRESSURE, any_of(BELOW_OWN, _COMPANION))),
    cites=("singer-2016", "evans-2021"),
    support="non-specific",
    role="deteriorating",
)
PRESSURE_RECHECK = Definition(
    key="pressure-recheck",
    title="Pressure low: repeat within 15 minutes",
    sentence=Named("pressure-recheck", LOW_PRESSURE),
    cites=("rcp-2017",),
    role="recheck",
)

DEFINITIONS = (PRESSURE_VERY_LOW, PRESSURE_LOW, PRESSURE_RECHECK)
