"""Acute kidney injury by KDIGO 2012, from creatinine and, where it is charted, urine.

Creatinine is compared with the lowest of the last seven days; and with the patient's own before the procedure, while
seven days have not passed or nothing else of the last week is there to compare with. A baseline that nobody measured is
never reckoned back from an assumed filtration rate. Most wards do not chart urine by weight: creatinine then speaks
alone, and the stage is the least that it can be. Stage 1 is common after contrast and is kidney injury only; from
stage 2 on the patient deteriorates.
"""

from sequela.criteria.news2.definition import CONFUSION_WINDOW
from sequela.criteria.surveillance.definition import BLOODS_WINDOW, VITALS_WINDOW
from sequela.logic.language import all_of, any_of, at_least, change, definitely, fold, inside, never, under
from sequela.logic.nodes import ONE, Parameter, Statement
from sequela.logic.quantities import Called, Choice, Comparator, Difference, DurationAbove, Latest, Lowest, Rate, Ratio
from sequela.logic.scores import Grade, Grading
from sequela.logic.shelf import Condition, Definition
from sequela.logic.statements import Compare, Happened, Known, Named, Not, Seen

_CITES = ("kdigo-2012",)
_BY_WEIGHT = "mL/kg/h"
_URINE = "urine-output-by-weight"
_WEEK = Parameter("kidney-comparison", "d")
_RISE_WITHIN = Parameter("kidney-rise-within", "h")
_RISE = Parameter("kidney-rise", "umol/L")

CREATININE = Latest("creatinine", BLOODS_WINDOW)
_OVER_LOWEST = Ratio(CREATININE, Lowest("creatinine", _WEEK))
_OVER_OWN = fold("creatinine", BLOODS_WINDOW)
_OWN_COUNTS = any_of(inside(_WEEK), Not(Known(Rate("creatinine", _WEEK, "d"))))
"""In the first week, and later where a single creatinine is all that the last seven days hold."""


def _times(parameter: str) -> Statement:
    """Creatinine is so many times the lowest of the last seven days, or the patient's own."""
    factor = Parameter(parameter, ONE)
    return any_of(at_least(_OVER_LOWEST, factor), all_of(_OWN_COUNTS, at_least(_OVER_OWN, factor)))


def urine_below(rate: str, duration: str, comparator: Comparator = ">=") -> Statement:
    """Charted urine has stayed under so much for so long, and is charted still."""
    limit = Parameter(rate, _BY_WEIGHT)
    return all_of(
        under(Latest(_URINE, VITALS_WINDOW), limit),
        Compare(DurationAbove(_URINE, "<", limit), comparator, Parameter(duration, "h")),
    )


LITTLE = urine_below("kidney-little-urine", "kidney-little-urine-for")
LITTLE_LONG = urine_below("kidney-little-urine", "kidney-little-urine-longer")
HARDLY_ANY = any_of(
    urine_below("kidney-hardly-any-urine", "kidney-hardly-any-urine-for"),
    urine_below("kidney-no-urine", "kidney-no-urine-for"),
)
_OLIGURIA = Seen("oliguria", within=CONFUSION_WINDOW)

ONE_AND_A_HALF = _times("kidney-stage-1")
_RISEN_BY = Difference(CREATININE, Lowest("creatinine", _RISE_WITHIN))
RISEN = any_of(
    at_least(Latest(Called("creatinine rise", _RISEN_BY), BLOODS_WINDOW), _RISE),
    at_least(
        Latest(
            Called(
                "creatinine rise from the patient's own",
                Choice(inside(_RISE_WITHIN), change("creatinine", BLOODS_WINDOW), _RISEN_BY),
            ),
            BLOODS_WINDOW,
        ),
        _RISE,
    ),
)
"""Measured at the reading that shows it. The last value before the procedure stands for the value at its start."""
_REPLACED = Happened("renal-replacement", within=_WEEK)
_VERY_HIGH = all_of(at_least(CREATININE, Parameter("kidney-stage-3-from", "umol/L")), any_of(ONE_AND_A_HALF, RISEN))
_CREATININE_3 = any_of(_times("kidney-stage-3"), _VERY_HIGH, _REPLACED)
_CREATININE_2 = any_of(_times("kidney-stage-2"), _VERY_HIGH, _REPLACED)
_CREATININE_1 = any_of(ONE_AND_A_HALF, RISEN, _REPLACED)
# Oliguria written down without numbers is the first stage at least; its absence rules all of them out.
_URINE_1 = any_of(definitely(LITTLE), all_of(Not(Known(LITTLE)), _OLIGURIA))
_URINE_2 = all_of(LITTLE_LONG, any_of(Known(LITTLE_LONG), _OLIGURIA))
_URINE_3 = all_of(HARDLY_ANY, any_of(Known(HARDLY_ANY), _OLIGURIA))

APPLIES = never(Seen("dialysis-dependence"))
"""Kidneys that a machine already stands in for are not staged; a dependence that nobody recorded is taken as none."""
STAGE_1 = any_of(_CREATININE_1, _URINE_1)
"""Stage 1 or more by either column; unknown while one of them is missing and the other does not say so."""
STAGE_2 = any_of(_CREATININE_2, _URINE_2)
STAGE_3 = any_of(_CREATININE_3, _URINE_3)

KIDNEY_INJURY = Definition(
    key="kidney-injury",
    title="Kidney injury, KDIGO stage 1 or more",
    sentence=Named("kidney-injury", all_of(APPLIES, any_of(_CREATININE_1, definitely(_URINE_1)))),
    cites=_CITES,
    support="non-specific",
    role="condition",
)
KIDNEY_WORSE = Definition(
    key="kidney-worse",
    title="Kidney injury, KDIGO stage 2 or 3",
    sentence=Named("kidney-worse", all_of(APPLIES, any_of(_CREATININE_2, definitely(_URINE_2)))),
    cites=_CITES,
    support="non-specific",
    role="deteriorating",
)
KIDNEY_FAILURE = Definition(
    key="kidney-failure",
    title="Kidney injury, KDIGO stage 3",
    sentence=Named("kidney-failure", all_of(APPLIES, any_of(_CREATININE_3, definitely(_URINE_3)))),
    cites=_CITES,
    support="non-specific",
    role="condition",
)

DEFINITIONS = (KIDNEY_INJURY, KIDNEY_WORSE, KIDNEY_FAILURE)
CONDITIONS = (
    Condition(
        key="acute-kidney-injury",
        title="Acute kidney injury",
        title_es="Lesión renal aguda",
        suspected=None,
        confirmed=definitely(KIDNEY_INJURY.sentence),
        excluded=None,
        assessable=all_of(APPLIES, Known(KIDNEY_INJURY.sentence)),
        reasons=DEFINITIONS,
        cites=_CITES,
        complication="acute-kidney-injury",
        caution="Stage 1 is common after contrast. Without urine charted by weight the stage may be higher.",
    ),
)
SCORES = (
    Grading(
        key="KDIGO",
        also=("KDIGO AKI", "AKI", "KDIGO stage"),
        title="KDIGO stage of acute kidney injury (2012)",
        grades=tuple(
            Grade(number, f"stage {number}", when) for number, when in ((3, STAGE_3), (2, STAGE_2), (1, STAGE_1))
        ),
        cites=_CITES,
        applies=APPLIES,
        excludes="not in dependence on dialysis",
        looked=Known(CREATININE),
        inputs=("creatinine", "baseline-creatinine", "urine-output-by-weight", "oliguria", "renal-replacement"),
    ),
)
