"""Suspected infection, sepsis and septic shock: always a change from the patient's own.

Sepsis is an infection with organs that fail because of it; by Sepsis-3, SOFA risen by 2 over the patient's own. Wards
seldom have all of SOFA, and embolization moves its liver part. So each organ has the sentence by which it deteriorates
against the patient's own: lungs, pressure, mind, kidneys, platelets, and bilirubin only where it still rises late,
which embolization does not explain. One organ, or a high NEWS2, suspects; two organs, or a vasopressor or dialysis,
which is two points by itself, or SOFA itself where it is known, beside a proven source confirm. Lactate suspects and
is no organ. A score by itself never confirms.

Fever of the first days in a stable patient is no suspected infection: infection explained 6 to 9 % of such fevers. With
a low pressure the patient is not stable, on whatever day. Antibiotics of the first day are taken as prophylaxis.
"""

from sequela.criteria.biliary.definition import GALLBLADDER_IMAGED, GALLBLADDER_SIGNS
from sequela.criteria.blood_counts.definition import PLATELETS_FALLEN
from sequela.criteria.fever.definition import FEVER_NOW
from sequela.criteria.inflammation.definition import LACTATE, LACTATE_RAISED
from sequela.criteria.kidney.definition import KIDNEY_WORSE
from sequela.criteria.liver_abscess.definition import ABSCESS_SIGNS, FEBRILE, GROWTH, GROWTH_WITHIN
from sequela.criteria.news2.definition import NEW_CONFUSION, NEW_OXYGEN, NEWS2_EMERGENCY, NEWS2_URGENT_TWICE
from sequela.criteria.pressure.definition import LOW_PRESSURE, PRESSURE_LOW, PRESSURE_VERY_LOW
from sequela.criteria.sofa.definition import BEFORE, SOFA
from sequela.criteria.surveillance.definition import SYSTOLIC
from sequela.criteria.symptoms.definition import SIGN_WINDOW
from sequela.criteria.synthetic_function.definition import BILIRUBIN_LATE
from sequela.logic.language import all_of, any_of, at_least, at_most, definitely, never, over
from sequela.logic.nodes import ONE, SCORE_UNIT, Parameter
from sequela.logic.quantities import Difference
from sequela.logic.shelf import Condition, Definition
from sequela.logic.statements import AtLeast, Happened, Known, Named, Not, Seen, WasTrue

INFECTION_OPEN = Parameter("infection-open", "h")
_PAIRED = Parameter("culture-and-antibiotic-within", "h")
_PROPHYLAXIS = Parameter("prophylaxis-until", "h")
_SEDATION_OVER = Parameter("sedation-over", "h")
_CITES = ("singer-2016", "seymour-2016")
_LOW = any_of(PRESSURE_LOW.sentence, PRESSURE_VERY_LOW.sentence)

INFECTION_SUSPECTED = Definition(
    key="infection-suspected",
    title=(
        "Infection suspected: rigors, late or biliary fever, fever with low pressure, growth, a source, or cultures "
        "with antibiotics"
    ),
    sentence=Named(
        "infection-suspected",
        any_of(
            Seen("rigors", within=SIGN_WINDOW),
            ABSCESS_SIGNS,
            definitely(all_of(FEVER_NOW, _LOW)),
            definitely(GALLBLADDER_SIGNS.sentence),
            definitely(GALLBLADDER_IMAGED.sentence),
            definitely(Seen("infection", within=INFECTION_OPEN)),
            definitely(Seen("sepsis", within=INFECTION_OPEN)),
            all_of(
                Happened("antibiotic", within=_PAIRED, after=_PROPHYLAXIS),
                any_of(Happened("blood-culture", within=_PAIRED), Happened("blood-culture-set", within=_PAIRED)),
            ),
        ),
    ),
    cites=("seymour-2016", "chen-1997", "lv-2016"),
    support="non-specific",
    role="condition",
)
INFECTION_LATELY = definitely(WasTrue(INFECTION_SUSPECTED.sentence, INFECTION_OPEN))
_ORGANS = (
    NEW_OXYGEN.sentence,
    _LOW,
    NEW_CONFUSION.sentence,
    KIDNEY_WORSE.sentence,
    PLATELETS_FALLEN.sentence,
    BILIRUBIN_LATE.sentence,
)
"""Lungs, circulation, mind, kidneys, coagulation and liver, each worse than the patient's own."""
_VASOPRESSOR = Happened("vasopressor", within=INFECTION_OPEN, after=_SEDATION_OVER)
_FAILING = any_of(*_ORGANS, LACTATE_RAISED.sentence)

SEPSIS_ORGANS = Definition(
    key="infection-with-organ",
    title="Infection suspected, and an organ or lactate worse than the patient's own",
    sentence=Named("infection-with-organ", all_of(INFECTION_LATELY, any_of(_FAILING, _VASOPRESSOR))),
    cites=_CITES,
    support="non-specific",
    role="condition",
)
SEPSIS_NEWS2 = Definition(
    key="infection-with-news2",
    title="Infection suspected, and NEWS2 at its emergency threshold, or urgent twice",
    sentence=Named(
        "infection-with-news2", all_of(INFECTION_LATELY, any_of(NEWS2_EMERGENCY.sentence, NEWS2_URGENT_TWICE.sentence))
    ),
    cites=("rcp-2017", "ssc-2026"),
    support="non-specific",
    role="condition",
)
_NOW = definitely(any_of(SEPSIS_ORGANS.sentence, SEPSIS_NEWS2.sentence, Seen("sepsis", within=SIGN_WINDOW)))
_SOURCE = definitely(
    any_of(
        GROWTH.sentence,
        Seen("purulent-aspirate"),
        Seen("abscess"),
        Seen("gallbladder-necrosis"),
        Seen("sepsis", within=INFECTION_OPEN),
    )
)
SEPSIS_CONFIRMED = all_of(
    _SOURCE,
    any_of(
        AtLeast(Parameter("sepsis-organs", ONE), _ORGANS),
        all_of(any_of(*_ORGANS), at_least(Difference(SOFA, BEFORE), Parameter("sepsis-sofa-rise", SCORE_UNIT))),
        _VASOPRESSOR,
        Happened("renal-replacement", within=INFECTION_OPEN),
    ),
)
_NO_GROWTH = all_of(
    Seen("culture-no-growth", within=GROWTH_WITHIN), never(Seen("culture-growth", within=GROWTH_WITHIN))
)

SHOCK_SUSPECTED = Definition(
    key="infection-with-shock",
    title="Infection suspected, and low pressure twice or with a second sign, a vasopressor, or lactate with an organ",
    sentence=Named(
        "infection-with-shock",
        all_of(
            INFECTION_LATELY,
            any_of(
                _LOW,
                _VASOPRESSOR,
                all_of(over(LACTATE, Parameter("shock-lactate", "mmol/L")), any_of(*_ORGANS)),
            ),
        ),
    ),
    cites=_CITES,
    support="non-specific",
    role="condition",
)
_SHOCK_CONFIRMED = all_of(
    INFECTION_LATELY,
    _VASOPRESSOR,
    over(LACTATE, Parameter("shock-lactate", "mmol/L")),
    never(Seen("active-bleeding", within=SIGN_WINDOW)),
    never(Seen("carcinoid-crisis", within=SIGN_WINDOW)),
)
"""Sepsis-3 asks for fluids first; nobody charts enough of them to ask here."""

DEFINITIONS = (INFECTION_SUSPECTED, SEPSIS_ORGANS, SEPSIS_NEWS2, SHOCK_SUSPECTED)
CONDITIONS = (
    Condition(
        key="sepsis",
        title="Sepsis",
        title_es="Sepsis",
        suspected=WasTrue(_NOW, INFECTION_OPEN),
        confirmed=definitely(WasTrue(SEPSIS_CONFIRMED, INFECTION_OPEN)),
        excluded=all_of(
            WasTrue(_NOW),
            _NO_GROWTH,
            Not(WasTrue(_NOW, Parameter("sepsis-quiet", "h"))),
            Not(FEBRILE),
            never(_SOURCE),
        ),
        assessable=any_of(Known(NEWS2_EMERGENCY.sentence), Known(_FAILING)),
        reasons=(SEPSIS_ORGANS, SEPSIS_NEWS2, INFECTION_SUSPECTED),
        cites=_CITES,
        complication="sepsis",
        caution=(
            "Suspected is not likely: pain, bleeding, the syndrome itself and a carcinoid crisis move the same signs. "
            "Sepsis-3 counts SOFA; the organ sentences here stand for about a point each. Steroids hide fever, and "
            "white cells were within limits on average in sepsis after TACE. One organ or a score never confirms."
        ),
    ),
    Condition(
        key="septic-shock",
        title="Septic shock",
        title_es="Choque séptico",
        suspected=definitely(WasTrue(SHOCK_SUSPECTED.sentence, INFECTION_OPEN)),
        confirmed=definitely(WasTrue(_SHOCK_CONFIRMED, INFECTION_OPEN)),
        excluded=all_of(
            definitely(WasTrue(SHOCK_SUSPECTED.sentence)),
            Not(definitely(WasTrue(_SHOCK_CONFIRMED))),
            Not(definitely(WasTrue(SHOCK_SUSPECTED.sentence, Parameter("lactate-current", "h")))),
            Not(LOW_PRESSURE),
            at_most(LACTATE, Parameter("shock-lactate", "mmol/L")),
            Not(_VASOPRESSOR),
        ),
        assessable=Known(SYSTOLIC),
        reasons=(SHOCK_SUSPECTED,),
        cites=_CITES,
        complication="septic-shock",
        caution=(
            "Bleeding, tumour rupture, a carcinoid crisis and, after cryoablation, cryoshock look the same. Confirmed "
            "asks for a vasopressor and lactate over 2 mmol/L; whether fluids were given first is not asked."
        ),
    ),
)
