"""Gas-forming sepsis: rare, from the first hours on, deadly within hours; no transaminase is asked for.

Haemolysis or red urine with fever, rigors or sudden pain; rigors with a falling haemoglobin; gas in the liver with
failing circulation; or a Clostridium. Jaundice says too little, and sudden pain with a falling haemoglobin is bleeding
until shown otherwise. Gas alone is common in what was just treated. It is confirmed by gas and growth beside such
signs, or a Clostridium with gas or haemolysis. No window gates it: deaths were published at 55 h and on day 6.
"""

from sequela.criteria.blood_counts.falls import HAEMOGLOBIN_FALLEN
from sequela.criteria.inflammation.definition import LACTATE_RAISED
from sequela.criteria.liver_abscess.definition import FEBRILE, GROWTH_WITHIN
from sequela.criteria.pressure.definition import PRESSURE_LOW, PRESSURE_VERY_LOW
from sequela.criteria.symptoms.definition import SIGN_WINDOW
from sequela.logic.language import all_of, any_of, definitely, never
from sequela.logic.nodes import Parameter
from sequela.logic.shelf import Condition, Definition
from sequela.logic.statements import Absent, Happened, Known, Named, Not, Seen, WasTrue

_OPEN = Parameter("gas-sepsis-open", "h")
_BLOOD_BREAKS = definitely(any_of(Seen("haemolysis", within=_OPEN), Seen("haemoglobinuria", within=_OPEN)))
_RIGORS = Seen("rigors", within=SIGN_WINDOW)
_CLOSTRIDIUM = Seen("clostridium-growth", within=GROWTH_WITHIN)

HAEMOLYSIS_WITH_SIGNS = Definition(
    key="haemolysis-with-signs",
    title="Haemolysis or red urine with fever, rigors or sudden pain; or rigors with a falling haemoglobin",
    sentence=Named(
        "haemolysis-with-signs",
        any_of(
            all_of(_RIGORS, any_of(_BLOOD_BREAKS, HAEMOGLOBIN_FALLEN)),
            all_of(_BLOOD_BREAKS, any_of(FEBRILE, Seen("sudden-abdominal-pain", within=SIGN_WINDOW))),
        ),
    ),
    cites=("sakamoto-2012", "uojima-2019"),
    support="non-specific",
    role="condition",
)
GAS_WITH_SHOCK = Definition(
    key="gas-with-shock",
    title="Gas in the liver, and low pressure or a high lactate",
    sentence=Named(
        "gas-with-shock",
        all_of(
            Seen("gas", within=_OPEN),
            any_of(PRESSURE_LOW.sentence, PRESSURE_VERY_LOW.sentence, LACTATE_RAISED.sentence),
        ),
    ),
    cites=("sakamoto-2012", "lewis-2012"),
    support="specific",
    role="condition",
)
CLOSTRIDIUM = Definition(
    key="clostridium",
    title="Clostridium in a culture",
    sentence=Named("clostridium", _CLOSTRIDIUM),
    cites=("sakamoto-2012", "uojima-2019"),
    support="specific",
    role="condition",
)
DEFINITIONS = (HAEMOLYSIS_WITH_SIGNS, GAS_WITH_SHOCK, CLOSTRIDIUM)
SIGNS = definitely(any_of(*(reason.sentence for reason in DEFINITIONS)))
"""Any of them, now."""

CONDITIONS = (
    Condition(
        key="gas-forming-sepsis",
        title="Gas-forming sepsis",
        title_es="Sepsis por gérmenes formadores de gas",
        suspected=WasTrue(SIGNS, _OPEN),
        confirmed=any_of(
            all_of(Seen("gas"), Seen("culture-growth", within=GROWTH_WITHIN), WasTrue(SIGNS, GROWTH_WITHIN)),
            all_of(definitely(_CLOSTRIDIUM), definitely(any_of(Seen("gas"), Seen("haemolysis")))),
        ),
        excluded=all_of(
            any_of(*(Happened(scan, within=GROWTH_WITHIN) for scan in ("contrast-ct", "unenhanced-ct"))),
            Absent("gas", within=GROWTH_WITHIN),
            Seen("culture-no-growth", within=GROWTH_WITHIN),
            Not(SIGNS),
            never(Seen("culture-growth", within=GROWTH_WITHIN)),
            never(_CLOSTRIDIUM),
        ),
        assessable=any_of(Known(HAEMOLYSIS_WITH_SIGNS.sentence), Known(Seen("gas", within=_OPEN))),
        reasons=DEFINITIONS,
        cites=("sakamoto-2012", "uojima-2019"),
        complication="gas-forming-sepsis",
        caution=(
            "Very rare: no series has counted it. Reports tell of death 55 h and 6 days after the procedure, within "
            "hours of the first sign. Gas alone is common in what was treated. A "
            "haemolysed sample with a falling haemoglobin may be the disease and not the tube."
        ),
    ),
)
