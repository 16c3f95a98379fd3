"""SOFA (1996): the worst of each organ in 24 hours, with what it was before the procedure.

The edges are those of the mg/dL columns. The printed umol/L columns are no conversions of them: at a few whole numbers
(bilirubin 20, 33, 34, 102 and 205, creatinine 107 to 109, 171 to 176, 300 to 309, 441 and 442 umol/L) they say one
point more or less. A vasopressor without a dose leaves 2 to 4 points open; urine counts once 24 hours have passed and
all that was charted in them stays under the limit. Without a blood gas the lungs are missing, as on most wards: the
score is then "at least". Embolization itself moves bilirubin, cryoablation the platelets: the change counts.
"""

from sequela.criteria.sofa.readings import (
    DAY,
    DOSE_UNKNOWN,
    DOSES,
    HIGHEST_BILIRUBIN,
    HIGHEST_CREATININE,
    LOWEST_GCS,
    LOWEST_PLATELETS,
    LOWEST_PRESSURE,
    PAO2_FIO2,
    PAO2_FIO2_BEFORE,
    tables,
)
from sequela.logic.language import all_of, any_of, definitely, over, past, under
from sequela.logic.nodes import SCORE_UNIT, Parameter, Quantity, Statement
from sequela.logic.quantities import Baseline, Choice, Higher, Lower, Part, Peak, Score
from sequela.logic.scores import ScoreDefinition
from sequela.logic.statements import Happened

_DOSE = "ug/kg/min"
_NO_DOSE = Parameter("sofa-no-dose", _DOSE)
_HIGH = Parameter("sofa-catecholamine-high", _DOSE)
_TWO, _THREE, _FOUR = (
    Parameter(f"sofa-{points}", SCORE_UNIT) for points in ("two-points", "three-points", "four-points")
)


_lungs, _platelets, _liver, _pressure, _brain, _creatinine = tables("sofa")
_NORADRENALINE, _ADRENALINE = DOSES["noradrenaline"], DOSES["adrenaline"]
_DOPAMINE, _DOBUTAMINE = DOSES["dopamine"], DOSES["dobutamine"]


def _any_over(*limits: tuple[Quantity, Parameter]) -> Statement:
    """At least one drug is charted above its limit; a drug that nobody charted was not given."""
    return any_of(*(definitely(over(dose, limit)) for dose, limit in limits))


# While no dose is known, nor is whether one was high: that leaves 2 to 4 points open.
_CIRCULATION = Choice(
    _any_over((_NORADRENALINE, _HIGH), (_ADRENALINE, _HIGH), (_DOPAMINE, Parameter("sofa-dopamine-high", _DOSE))),
    _FOUR,
    Choice(
        _any_over((_NORADRENALINE, _NO_DOSE), (_ADRENALINE, _NO_DOSE), (_DOPAMINE, Parameter("sofa-dopamine", _DOSE))),
        _THREE,
        Choice(
            _any_over((_DOPAMINE, _NO_DOSE), (_DOBUTAMINE, _NO_DOSE)),
            _TWO,
            Choice(DOSE_UNKNOWN, Choice(over(_NORADRENALINE, _HIGH), _FOUR, _TWO), _pressure(LOWEST_PRESSURE)),
        ),
    ),
)
_URINE = Peak("urine-output", DAY)


def _little(limit: str) -> Statement:
    """A whole day has passed, and all that was charted in it stays under so much."""
    return all_of(past(DAY), definitely(under(_URINE, Parameter(limit, "mL/h"))))


_KIDNEY = Choice(
    _little("sofa-urine-200"),
    _FOUR,
    Choice(
        _little("sofa-urine-500"),
        Higher(_creatinine(HIGHEST_CREATININE), _THREE),
        _creatinine(HIGHEST_CREATININE),
    ),
)


def _parts(*organs: Quantity) -> tuple[Part, ...]:
    labels = ("lungs", "platelets", "bilirubin", "circulation", "brain", "kidney")
    return tuple(Part(label, organ, 0, 4) for label, organ in zip(labels, organs, strict=True))


SOFA = Score(
    "SOFA",
    _parts(
        Choice(Happened("ventilation", within=DAY), _lungs(PAO2_FIO2), Lower(_lungs(PAO2_FIO2), _TWO)),
        _platelets(LOWEST_PLATELETS),
        _liver(HIGHEST_BILIRUBIN),
        _CIRCULATION,
        _brain(LOWEST_GCS),
        _KIDNEY,
    ),
)
BEFORE = Score(
    "SOFA before the procedure",
    _parts(
        Lower(_lungs(PAO2_FIO2_BEFORE), _TWO),
        _platelets(Baseline("platelets")),
        _liver(Baseline("bilirubin")),
        _pressure(Baseline("mean-pressure")),
        _brain(Baseline("gcs")),
        _creatinine(Baseline("creatinine")),
    ),
)

SCORES = (
    ScoreDefinition(
        key="SOFA",
        title="Sequential Organ Failure Assessment (1996)",
        score=SOFA,
        before=BEFORE,
        cites=("vincent-1996",),
        inputs=(
            *("pao2", "fio2", "oxygen", "ventilation", "platelets", "bilirubin", "mean-pressure", "noradrenaline"),
            *("adrenaline", "dopamine", "dobutamine", "vasopressor", "gcs", "creatinine", "urine-output"),
        ),
    ),
)
