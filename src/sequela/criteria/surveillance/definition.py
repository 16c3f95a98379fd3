"""What must be current for a state other than `unknown`, and where the patient is."""

from sequela.logic.language import all_of, any_of, past
from sequela.logic.nodes import Parameter
from sequela.logic.quantities import Latest
from sequela.logic.shelf import Definition
from sequela.logic.statements import Followed, Happened, Known, Named, Not

VITALS_WINDOW = Parameter("vitals-current", "h")
BLOODS_WINDOW = Parameter("bloods-current", "h")
FIRST_DAYS = Parameter("first-days", "d")

DISCHARGED = all_of(Happened("discharge"), Not(Followed("discharge", by="admission")))
"""Out of hospital: discharged, and not admitted again since. Nothing recorded means still in hospital."""

TEMPERATURE = Latest("temperature", VITALS_WINDOW)
HEART_RATE = Latest("heart-rate", VITALS_WINDOW)
SYSTOLIC = Latest("systolic-pressure", VITALS_WINDOW)
MEAN_PRESSURE = Latest("mean-pressure", VITALS_WINDOW)

TEMPERATURE_CURRENT = Definition(
    key="temperature-current",
    title="Temperature is current",
    sentence=Named("temperature-current", any_of(DISCHARGED, Known(TEMPERATURE))),
    cites=("rcp-2017",),
    role="minimum",
)
HEART_RATE_CURRENT = Definition(
    key="heart-rate-current",
    title="Pulse is current",
    sentence=Named("heart-rate-current", any_of(DISCHARGED, Known(HEART_RATE))),
    cites=("rcp-2017",),
    role="minimum",
)
PRESSURE_CURRENT = Definition(
    key="pressure-current",
    title="Blood pressure is current",
    sentence=Named("pressure-current", any_of(DISCHARGED, Known(SYSTOLIC))),
    cites=("rcp-2017",),
    role="minimum",
)
TRANSAMINASE_CURRENT = Definition(
    key="transaminase-current",
    title="ALT or AST is current in the first days",
    sentence=Named(
        "transaminase-current",
        any_of(past(FIRST_DAYS), Known(Latest("alt", BLOODS_WINDOW)), Known(Latest("ast", BLOODS_WINDOW))),
    ),
    cites=("lewis-2012",),
    role="minimum",
)
BILIRUBIN_CURRENT = Definition(
    key="bilirubin-current",
    title="Bilirubin is current in the first days",
    sentence=Named("bilirubin-current", any_of(past(FIRST_DAYS), Known(Latest("bilirubin", BLOODS_WINDOW)))),
    cites=("lewis-2012",),
    role="minimum",
)
INR_CURRENT = Definition(
    key="inr-current",
    title="INR is current in the first days",
    sentence=Named("inr-current", any_of(past(FIRST_DAYS), Known(Latest("inr", BLOODS_WINDOW)))),
    cites=("easl-alf-2017",),
    role="minimum",
)

DEFINITIONS = (
    TEMPERATURE_CURRENT,
    HEART_RATE_CURRENT,
    PRESSURE_CURRENT,
    TRANSAMINASE_CURRENT,
    BILIRUBIN_CURRENT,
    INR_CURRENT,
)
MINIMUM = all_of(*(definition.sentence for definition in DEFINITIONS))
"""The minimum set is current; what is not is named as missing."""
