"""MELD in its three versions: UNOS, with sodium (OPTN 2016), and 3.0.

Made for cirrhosis and for ranking who waits for a liver; after an embolization it describes, and no trigger rests on
it: embolization itself moves every part, so what it was before the procedure and the change stand beside it. Published
calculators agree but for the unit factors (17.1 and 88.4 against ours), which move a value by 0.0014 at most.
"""

from sequela.criteria.synthetic_function.definition import CIRRHOSIS, OFF_ANTICOAGULANTS
from sequela.logic.formulas import Caution, Factor, Female, Formula, Gate, Measured, Scored, Sessions, Term
from sequela.logic.language import never, under
from sequela.logic.nodes import ONE, SCORE_UNIT, Parameter
from sequela.logic.quantities import Age, Baseline, Latest
from sequela.logic.statements import Happened, Not

LIVER_WINDOW = Parameter("liver-function-window", "d")
LIVER_APART = Parameter("liver-function-apart", "h")
_FLOOR = Parameter("meld-floor", ONE)
_MOST = Parameter("meld-most", SCORE_UNIT)
_SODIUM_MOST = Parameter("meld-sodium-reference", "mmol/L")
_ALBUMIN_MOST = Parameter("meld-3-albumin-reference", ONE)

_BILIRUBIN = Measured(
    "bilirubin",
    Latest("bilirubin", LIVER_WINDOW),
    Baseline("bilirubin"),
    per=Parameter("bilirubin-per-mg-dl", "umol/L"),
    unit="mg/dL",
    least=_FLOOR,
)
_INR = Measured("inr", Latest("inr", LIVER_WINDOW), Baseline("inr"), least=_FLOOR)
_SODIUM = Measured(
    "sodium",
    Latest("sodium", LIVER_WINDOW),
    Baseline("sodium"),
    unit="mmol/L",
    least=Parameter("meld-sodium-least", "mmol/L"),
    most=_SODIUM_MOST,
)
_ALBUMIN = Measured(
    "albumin",
    Latest("albumin", LIVER_WINDOW),
    Baseline("albumin"),
    per=Parameter("albumin-per-g-dl", "g/L"),
    unit="g/dL",
    least=Parameter("meld-3-albumin-least", ONE),
    most=_ALBUMIN_MOST,
)


def _creatinine(most: Parameter) -> Measured:
    """Creatinine up to a bound, which dialysis puts in its place."""
    return Measured(
        "creatinine",
        Latest("creatinine", LIVER_WINDOW),
        Baseline("creatinine"),
        per=Parameter("creatinine-per-mg-dl", "umol/L"),
        unit="mg/dL",
        least=_FLOOR,
        most=most,
        replaced=Sessions(
            Happened("renal-replacement", within=Parameter("meld-dialysis-within", "d")),
            Parameter("meld-dialyses", ONE),
            most,
        ),
    )


_CORE = ("bilirubin", "inr", "creatinine")
_APPLIES = never(under(Age(), Parameter("meld-from-age", "a")))
_EXCLUDES = "for adults: children and adolescents have versions of their own"
_CAUTIONS = (
    Caution(Not(OFF_ANTICOAGULANTS), "not interpretable: the INR is that of an anticoagulant"),
    Caution(Not(CIRRHOSIS), "descriptive only: no cirrhosis is recorded"),
)
_DIALYSIS_NOTE = (
    "A dialysis that nobody recorded is taken as none; a single session on record may have been a continuous one."
)

_MELD_CREATININE = _creatinine(Parameter("meld-creatinine-most", ONE))
MELD = Formula(
    key="MELD",
    title="Model for End-stage Liver Disease (UNOS, 2002 to 2016)",
    terms=(
        Term(Parameter("meld-bilirubin", ONE), (Factor(_BILIRUBIN, "ln"),)),
        Term(Parameter("meld-inr", ONE), (Factor(_INR, "ln"),)),
        Term(Parameter("meld-creatinine", ONE), (Factor(_MELD_CREATININE, "ln"),)),
        Term(Parameter("meld-constant", ONE)),
    ),
    cites=("kamath-2001", "wiesner-2003", "malinchoc-2000"),
    most=_MOST,
    core=_CORE,
    apart=LIVER_APART,
    applies=_APPLIES,
    excludes=_EXCLUDES,
    cautions=_CAUTIONS,
    inputs=("bilirubin", "inr", "creatinine", "dialysis"),
    note=_DIALYSIS_NOTE,
)

_MELD_SCORE = Scored(MELD)
_OVER = Gate(_MELD_SCORE, Parameter("meld-na-over", SCORE_UNIT))
_SODIUM_LACK = Factor(_SODIUM, "below", _SODIUM_MOST)
MELD_NA = Formula(
    key="MELD-Na",
    title="MELD with sodium (OPTN, January 2016 to July 2023)",
    terms=(
        Term(None, (Factor(_MELD_SCORE),)),
        Term(Parameter("meld-na-sodium", ONE), (_SODIUM_LACK,), gate=_OVER),
        Term(Parameter("meld-na-sodium-meld", ONE), (_SODIUM_LACK, Factor(_MELD_SCORE)), minus=True, gate=_OVER),
    ),
    cites=("optn-meld-2016",),
    most=_MOST,
    core=_CORE,
    apart=LIVER_APART,
    applies=_APPLIES,
    excludes=_EXCLUDES,
    cautions=_CAUTIONS,
    inputs=("bilirubin", "inr", "creatinine", "sodium", "dialysis"),
    note="Sodium counts once MELD, rounded, is over a number: beside it the score leaps, so MELD is shown as well. "
    "Not the MELDNa of Kim 2008, another formula under nearly the same name. " + _DIALYSIS_NOTE,
)

_CREATININE = _creatinine(Parameter("meld-3-creatinine-most", ONE))
_LN_BILIRUBIN, _LN_CREATININE = Factor(_BILIRUBIN, "ln"), Factor(_CREATININE, "ln")
_ALBUMIN_LACK = Factor(_ALBUMIN, "below", _ALBUMIN_MOST)
MELD_3 = Formula(
    key="MELD 3.0",
    also=("MELD 3",),
    title="MELD 3.0 (Kim 2021; OPTN from July 2023)",
    terms=(
        Term(Parameter("meld-3-female", ONE), (Factor(Female()),)),
        Term(Parameter("meld-3-bilirubin", ONE), (_LN_BILIRUBIN,)),
        Term(Parameter("meld-3-sodium", ONE), (_SODIUM_LACK,)),
        Term(Parameter("meld-3-sodium-bilirubin", ONE), (_SODIUM_LACK, _LN_BILIRUBIN), minus=True),
        Term(Parameter("meld-3-inr", ONE), (Factor(_INR, "ln"),)),
        Term(Parameter("meld-3-creatinine", ONE), (_LN_CREATININE,)),
        Term(Parameter("meld-3-albumin", ONE), (_ALBUMIN_LACK,)),
        Term(Parameter("meld-3-albumin-creatinine", ONE), (_ALBUMIN_LACK, _LN_CREATININE), minus=True),
        Term(Parameter("meld-3-constant", ONE)),
    ),
    cites=("kim-2021-meld", "optn-meld-2023"),
    most=_MOST,
    core=_CORE,
    apart=LIVER_APART,
    applies=_APPLIES,
    excludes=_EXCLUDES,
    cautions=_CAUTIONS,
    inputs=("bilirubin", "inr", "creatinine", "sodium", "albumin", "sex", "dialysis"),
    note="The paper sets no upper bound; what lies above the bound of the allocation is given as uncapped. "
    + _DIALYSIS_NOTE,
)

SCORES = (MELD, MELD_NA, MELD_3)
