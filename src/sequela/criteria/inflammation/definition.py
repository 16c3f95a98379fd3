"""Lactate, CRP and procalcitonin: a lactate that matters, a CRP that rises again. A low value never reassures."""

from sequela.criteria.fever.definition import FEVER_NOW
from sequela.criteria.news2.definition import APPLIES, ENCEPHALOPATHY, NEWS2
from sequela.criteria.pressure.definition import LOW_PRESSURE
from sequela.criteria.surveillance.definition import BLOODS_WINDOW
from sequela.logic.language import all_of, any_of, at_least, change, past
from sequela.logic.nodes import ONE, SCORE_UNIT, Parameter
from sequela.logic.quantities import Difference, Latest, Nadir, Ratio
from sequela.logic.shelf import Definition
from sequela.logic.statements import Named

LACTATE = Latest("lactate", Parameter("lactate-current", "h"))
CRP = Latest("crp", BLOODS_WINDOW)
_CRP_NADIR = Nadir("crp", Parameter("crp-after-fall", ONE))

LACTATE_RAISED = Definition(
    key="lactate-raised",
    title="Lactate high, or risen from the patient's own with another sign",
    sentence=Named(
        "lactate-raised",
        any_of(
            at_least(LACTATE, Parameter("lactate-high", "mmol/L")),
            all_of(
                at_least(LACTATE, Parameter("lactate-raised", "mmol/L")),
                at_least(change("lactate", Parameter("lactate-current", "h")), Parameter("lactate-rise", "mmol/L")),
                any_of(
                    LOW_PRESSURE,
                    all_of(APPLIES, at_least(NEWS2, Parameter("news2-urgent", SCORE_UNIT))),
                    FEVER_NOW,
                    ENCEPHALOPATHY,
                ),
            ),
        ),
    ),
    cites=("ssc-2018", "singer-2016"),
    support="non-specific",
    role="deteriorating",
)
CRP_SECOND_RISE = Definition(
    key="crp-second-rise",
    title="CRP rising again after it had fallen",
    sentence=Named(
        "crp-second-rise",
        all_of(
            past(Parameter("crp-second-rise-from", "d")),
            at_least(Ratio(CRP, _CRP_NADIR), Parameter("crp-fold", ONE)),
            at_least(Difference(CRP, _CRP_NADIR), Parameter("crp-rise", "mg/L")),
        ),
    ),
    cites=("asan-1998",),
    support="non-specific",
    role="deteriorating",
)
PROCALCITONIN_RAISED = Definition(
    key="procalcitonin-raised",
    title="Procalcitonin high: supports an infection (a low one speaks against none)",
    sentence=Named(
        "procalcitonin-raised",
        at_least(Latest("procalcitonin", BLOODS_WINDOW), Parameter("procalcitonin-high", "ng/mL")),
    ),
    cites=("xie-2015", "kang-2018"),
)

DEFINITIONS = (LACTATE_RAISED, CRP_SECOND_RISE, PROCALCITONIN_RAISED)
