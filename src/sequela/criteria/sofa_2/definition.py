"""SOFA-2 (2025): shown beside SOFA, which sepsis remains defined by.

Opposite to SOFA, every limit belongs to the better side (150 platelets score 1 here, 0 there). What the store does not
hold is left out and can only raise the score: extracorporeal and mechanical support, drugs for delirium, the acidosis
that asks for renal replacement, the coma score from before sedation. The table takes a missing part of the first day as
0; here it leaves the score open. Sums of doses are of the highest of each drug in 24 hours.
"""

from sequela.criteria.kidney.definition import HARDLY_ANY, LITTLE, LITTLE_LONG, urine_below
from sequela.criteria.sofa.readings import (
    DAY,
    DOSE_UNKNOWN,
    DOSES,
    FIO2,
    HIGHEST_BILIRUBIN,
    HIGHEST_CREATININE,
    LOWEST_GCS,
    LOWEST_PLATELETS,
    LOWEST_PRESSURE,
    PAO2_FIO2,
    PAO2_FIO2_BEFORE,
    over_inspired,
    tables,
)
from sequela.logic.language import all_of, any_of, at_least, definitely, over, under
from sequela.logic.nodes import SCORE_UNIT, Parameter, Quantity
from sequela.logic.quantities import Banded, Baseline, Choice, Higher, Latest, Lower, Part, Peak, Score, Sum
from sequela.logic.scores import ScoreDefinition
from sequela.logic.statements import Happened, Known

_DOSE = "ug/kg/min"
_ONE, _TWO, _THREE, _FOUR = (
    Parameter(f"sofa-2-{points}", SCORE_UNIT) for points in ("one-point", "two-points", "three-points", "four-points")
)


_lungs, _platelets, _liver, _pressure, _brain, _creatinine = tables("sofa-2")

# -- lungs -----------------------------------------------------------------------------------------------------------

_SATURATION = Latest("spo2", DAY)
_OXYGENATION = Choice(
    Known(PAO2_FIO2),
    _lungs(PAO2_FIO2),
    Choice(
        definitely(under(_SATURATION, Parameter("sofa-2-spo2-under", "%"))),
        Banded(over_inspired(_SATURATION, FIO2), Parameter("sofa-2-spo2-fio2", "%")),
        _lungs(PAO2_FIO2),
    ),
)
"""The blood gas; without one the saturation, where it is low enough to say something."""
_LUNGS = Choice(
    any_of(Happened("ventilation", within=DAY), Happened("high-flow-oxygen", within=DAY)),
    _OXYGENATION,
    Lower(_OXYGENATION, _TWO),
)

# -- circulation -----------------------------------------------------------------------------------------------------

_NO_DOSE = Parameter("sofa-2-no-dose", _DOSE)
_SUM = Sum(*(Choice(Known(DOSES[drug]), DOSES[drug], _NO_DOSE) for drug in ("noradrenaline", "adrenaline")))
_DOPAMINE = definitely(over(DOSES["dopamine"], _NO_DOSE))
_DOBUTAMINE = definitely(over(DOSES["dobutamine"], _NO_DOSE))
_CIRCULATION = Choice(
    over(_SUM, _NO_DOSE),
    Choice(
        any_of(_DOPAMINE, _DOBUTAMINE),
        Banded(_SUM, Parameter("sofa-2-catecholamine-and-other", _DOSE)),
        Banded(_SUM, Parameter("sofa-2-catecholamine", _DOSE)),
    ),
    Choice(
        _DOBUTAMINE,
        _TWO,
        Choice(
            _DOPAMINE,
            Banded(DOSES["dopamine"], Parameter("sofa-2-dopamine", _DOSE)),
            # While no dose is known, nor is whether any was high: that leaves 2 to 4 points open.
            Choice(
                DOSE_UNKNOWN,
                Choice(over(DOSES["noradrenaline"], _NO_DOSE), _FOUR, _TWO),
                _pressure(LOWEST_PRESSURE),
            ),
        ),
    ),
)

# -- kidney ----------------------------------------------------------------------------------------------------------

_REPLACED = any_of(
    Happened("renal-replacement", within=DAY),
    all_of(
        any_of(
            definitely(over(HIGHEST_CREATININE, Parameter("sofa-2-replacement-creatinine", "umol/L"))),
            definitely(urine_below("kidney-hardly-any-urine", "sofa-2-replacement-urine-for", ">")),
        ),
        definitely(at_least(Peak("potassium", DAY), Parameter("sofa-2-replacement-potassium", "mmol/L"))),
    ),
)
"""Renal replacement, or what the table asks for it by creatinine or urine, with potassium."""
_FROM_CREATININE = _creatinine(HIGHEST_CREATININE)
_KIDNEY = Choice(
    _REPLACED,
    _FOUR,
    Choice(
        definitely(HARDLY_ANY),
        Higher(_FROM_CREATININE, _THREE),
        Choice(
            definitely(LITTLE_LONG),
            Higher(_FROM_CREATININE, _TWO),
            Choice(definitely(LITTLE), Higher(_FROM_CREATININE, _ONE), _FROM_CREATININE),
        ),
    ),
)


def _parts(*organs: Quantity) -> tuple[Part, ...]:
    labels = ("brain", "lungs", "circulation", "bilirubin", "kidney", "platelets")
    return tuple(Part(label, organ, 0, 4) for label, organ in zip(labels, organs, strict=True))


SOFA_2 = Score(
    "SOFA-2",
    _parts(_brain(LOWEST_GCS), _LUNGS, _CIRCULATION, _liver(HIGHEST_BILIRUBIN), _KIDNEY, _platelets(LOWEST_PLATELETS)),
)
BEFORE = Score(
    "SOFA-2 before the procedure",
    _parts(
        _brain(Baseline("gcs")),
        Lower(_lungs(PAO2_FIO2_BEFORE), _TWO),
        _pressure(Baseline("mean-pressure")),
        _liver(Baseline("bilirubin")),
        _creatinine(Baseline("creatinine")),
        _platelets(Baseline("platelets")),
    ),
)

SCORES = (
    ScoreDefinition(
        key="SOFA-2",
        title="Sequential Organ Failure Assessment 2 (2025)",
        score=SOFA_2,
        before=BEFORE,
        cites=("ranzani-2025",),
        inputs=(
            *("gcs", "pao2", "fio2", "oxygen", "spo2", "ventilation", "high-flow-oxygen", "mean-pressure"),
            *("noradrenaline", "adrenaline", "dopamine", "dobutamine", "vasopressor", "bilirubin", "creatinine"),
            *("potassium", "renal-replacement", "urine-output-by-weight", "platelets"),
        ),
        note=(
            "Not on record here, and able only to raise it: extracorporeal and mechanical support, drugs for delirium, "
            "the acidosis that asks for renal replacement, the coma score from before sedation."
        ),
    ),
)
