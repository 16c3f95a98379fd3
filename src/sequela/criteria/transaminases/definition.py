"""ALT, AST and LDH: very high, high and still rising, slower than wash-out, and the second rise.

A rise in the first days is expected and says nothing by itself: a quarter to a third of 174 embolizations went home
before ALT or AST had begun to fall.
"""

from sequela.course.episodes import ProcedureKind
from sequela.criteria.surveillance.definition import BLOODS_WINDOW
from sequela.logic.language import all_of, any_of, at_least, over, past, rising, times
from sequela.logic.nodes import ONE, Parameter
from sequela.logic.quantities import Baseline, Called, Difference, Higher, Latest, Nadir, Product, Ratio, UpperLimit, WashOut
from sequela.logic.shelf import Definition
from sequela.logic.statements import Named, ProcedureIs

_TWICE = Parameter("transaminase-readings", ONE)
_APART = Parameter("transaminase-apart", "h")
_WITHIN = Parameter("transaminase-within", "h")
_RATE_WINDOW = Parameter("transaminase-rate-window", "h")
_NOT_RISING = Parameter("not-rising", "U/L/d")
_FALL = Parameter("rebound-after-fall", ONE)
_FLOOR_FOLD = Parameter("wash-out-floor", ONE)
_RADIOEMBOLIZATION = ProcedureIs((ProcedureKind.TARE,))

ALT = Latest("alt", BLOODS_WINDOW)
AST = Latest("ast", BLOODS_WINDOW)
LDH = Latest("ldh", BLOODS_WINDOW)

_VERY_HIGH = Parameter("transaminase-very-high", "U/L")
_HIGH = Parameter("transaminase-high", "U/L")
_STILL = Parameter("transaminase-still-rising-after", "h")
_TARE_FOLD = Parameter("transaminase-tare-fold", ONE)

TRANSAMINASE_VERY_HIGH = Definition(
    key="transaminase-very-high",
    title="ALT or AST very high",
    sentence=Named(
        "transaminase-very-high",
        any_of(
            over(ALT, _VERY_HIGH),
            over(AST, _VERY_HIGH),
            all_of(
                _RADIOEMBOLIZATION,
                any_of(
                    over(ALT, Product(_TARE_FOLD, UpperLimit("alt"))),
                    over(AST, Product(_TARE_FOLD, UpperLimit("ast"))),
                ),
            ),
        ),
    ),
    cites=("lewis-2012", "wigmore-2003"),
    support="specific",
    role="deteriorating",
)
TRANSAMINASE_STILL_RISING = Definition(
    key="transaminase-still-rising",
    title="ALT or AST high and still rising after the expected peak",
    sentence=Named(
        "transaminase-still-rising",
        all_of(
            past(_STILL),
            any_of(
                all_of(over(ALT, _HIGH), rising("alt", _RATE_WINDOW, _NOT_RISING)),
                all_of(over(AST, _HIGH), rising("ast", _RATE_WINDOW, _NOT_RISING)),
            ),
        ),
    ),
    cites=("lewis-2012", "shin-2015"),
    support="specific",
    role="deteriorating",
)
TRANSAMINASE_RECHECK = Definition(
    key="transaminase-recheck",
    title="ALT or AST high: repeat in 12 hours with INR",
    sentence=Named("transaminase-recheck", any_of(over(ALT, _HIGH), over(AST, _HIGH))),
    cites=("lewis-2012",),
    role="recheck",
)

_ALT_PREDICTED = WashOut(
    "alt", Parameter("alt-half-life", "h"), Higher(Baseline("alt"), Product(_FLOOR_FOLD, UpperLimit("alt")))
)
_AST_PREDICTED = WashOut(
    "ast", Parameter("ast-half-life", "h"), Higher(Baseline("ast"), Product(_FLOOR_FOLD, UpperLimit("ast")))
)
_EXCESS = Parameter("wash-out-excess", ONE)

SLOWER_THAN_WASH_OUT = Definition(
    key="slower-than-wash-out",
    title="ALT or AST falling slower than wash-out from the patient's own peak",
    sentence=Named(
        "slower-than-wash-out",
        any_of(
            times(Called("ALT-to-wash-out ratio", Ratio(ALT, _ALT_PREDICTED)), ">=", _EXCESS, at_least_times=_TWICE, within=_WITHIN, apart=_APART),
            times(Called("AST-to-wash-out ratio", Ratio(AST, _AST_PREDICTED)), ">=", _EXCESS, at_least_times=_TWICE, within=_WITHIN, apart=_APART),
        ),
    ),
    cites=("hepatoma-research-2018",),
    support="specific",
    role="deteriorating",
)

_REBOUND_FOLD = Parameter("rebound-fold", ONE)
_REBOUND_RISE = Parameter("rebound-rise", "U/L")


TRANSAMINASE_REBOUND = Definition(
    key="transaminase-rebound",
    title="ALT or AST rising again, confirmed by a second sample",
    sentence=Named(
        "transaminase-rebound",
        any_of(
            all_of(
                times(
                    Called("ALT-to-nadir ratio", Ratio(ALT, Nadir("alt", _FALL))),
                    ">=",
                    _REBOUND_FOLD,
                    at_least_times=_TWICE,
                    within=_WITHIN,
                    apart=_APART,
                ),
                times(
                    Called("ALT rise over nadir", Difference(ALT, Nadir("alt", _FALL))),
                    ">=",
                    _REBOUND_RISE,
                    at_least_times=_TWICE,
                    within=_WITHIN,
                    apart=_APART,
                ),
            ),
            all_of(
                times(
                    Called("AST-to-nadir ratio", Ratio(AST, Nadir("ast", _FALL))),
                    ">=",
                    _REBOUND_FOLD,
                    at_least_times=_TWICE,
                    within=_WITHIN,
                    apart=_APART,
                ),
                times(
                    Called("AST rise over nadir", Difference(AST, Nadir("ast", _FALL))),
                    ">=",
                    _REBOUND_RISE,
                    at_least_times=_TWICE,
                    within=_WITHIN,
                    apart=_APART,
                ),
            ),
        ),
    ),
    cites=("lewis-2012",),
    support="specific",
    role="deteriorating",
)
LDH_REBOUND = Definition(
    key="ldh-rebound",
    title="LDH rising again, confirmed by a second sample",
    sentence=Named(
        "ldh-rebound",
        all_of(
            times(
                Called("LDH-to-nadir ratio", Ratio(LDH, Nadir("ldh", _FALL))),
                ">=",
                _REBOUND_FOLD,
                at_least_times=_TWICE,
                within=_WITHIN,
                apart=_APART,
            ),
            at_least(Difference(LDH, Nadir("ldh", _FALL)), _REBOUND_RISE),
        ),
    ),
    cites=("lewis-2012",),
    support="specific",
    role="deteriorating",
)

DEFINITIONS = (
    TRANSAMINASE_VERY_HIGH,
    TRANSAMINASE_STILL_RISING,
    SLOWER_THAN_WASH_OUT,
    TRANSAMINASE_REBOUND,
    LDH_REBOUND,
    TRANSAMINASE_RECHECK,
)
