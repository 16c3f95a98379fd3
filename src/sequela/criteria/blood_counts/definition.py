"""Haemoglobin and platelets that fall: bleeding and consumption, which fever and enzymes do not show.

After cryoablation platelets fall as a rule, so there only very few of them, or a second sign, say anything.
"""

from sequela.course.episodes import ProcedureKind
from sequela.criteria.blood_counts.falls import HAEMOGLOBIN_FALLEN, HAEMOGLOBIN_LOWER
from sequela.criteria.pressure.definition import LOW_PRESSURE
from sequela.criteria.surveillance.definition import BLOODS_WINDOW
from sequela.criteria.symptoms.definition import BLEEDING_SIGN, PAIN_WORSENING, SIGN_WINDOW
from sequela.criteria.synthetic_function.definition import INR_HIGHER
from sequela.logic.language import all_of, any_of, at_most, fold
from sequela.logic.nodes import ONE, Parameter
from sequela.logic.quantities import Latest
from sequela.logic.shelf import Definition
from sequela.logic.statements import Named, Not, ProcedureIs, Seen

PLATELETS = Latest("platelets", BLOODS_WINDOW)
_HALVED = at_most(fold("platelets", BLOODS_WINDOW), Parameter("platelets-share", ONE))
_CRYOABLATION = ProcedureIs((ProcedureKind.CRYOABLATION,))

HAEMOGLOBIN_FALL = Definition(
    key="haemoglobin-fall",
    title="Haemoglobin fallen within two days, or fallen less with low pressure, new pain or visible bleeding",
    sentence=Named(
        "haemoglobin-fall",
        any_of(
            HAEMOGLOBIN_FALLEN,
            all_of(
                HAEMOGLOBIN_LOWER,
                any_of(
                    LOW_PRESSURE,
                    PAIN_WORSENING.sentence,
                    Seen("sudden-abdominal-pain", within=SIGN_WINDOW),
                    BLEEDING_SIGN.sentence,
                ),
            ),
        ),
    ),
    cites=("schulman-2005", "rahbari-phh-2011"),
    support="non-specific",
    role="deteriorating",
)
PLATELETS_FALLEN = Definition(
    key="platelets-fallen",
    title="Platelets half the patient's own (after cryoablation: very few, or half with INR risen or bleeding)",
    sentence=Named(
        "platelets-fallen",
        any_of(
            all_of(Not(_CRYOABLATION), _HALVED),
            all_of(
                _CRYOABLATION,
                any_of(
                    at_most(PLATELETS, Parameter("platelets-very-low", "10*9/L")),
                    all_of(_HALVED, any_of(INR_HIGHER, BLEEDING_SIGN.sentence)),
                ),
            ),
        ),
    ),
    cites=("woldie-2018",),
    support="non-specific",
    role="deteriorating",
)

DEFINITIONS = (HAEMOGLOBIN_FALL, PLATELETS_FALLEN)
