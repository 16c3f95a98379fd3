"""ALT, AST and LDH: very high, high and still rising, slower than wash-out, and the second rise.

A rise in the first days is expected and says nothing by itself: a quarter to a third of 174 embolizations went home
before ALT or AST had begun to fall. A sample that was flagged as haemolysed raises no alarm by one enzyme alone.
"""

from sequela.course.episodes import ProcedureKind
from sequela.criteria.surveillance.definition import BLOODS_WINDOW
from sequela.criteria.synthetic_function.definition import INR_HIGHER
from sequela.logic.language import all_of, any_of, at_least, definitely, over, still_rising, times
from sequela.logic.nodes import ONE, Parameter, Quantity, Statement
from sequela.logic.quantities import (
    Baseline,
    Called,
    Difference,
    Higher,
    Latest,
    Nadir,
    Product,
    Ratio,
    UpperLimit,
    WashOut,
)
from sequela.logic.shelf import Definition
from sequela.logic.statements import Compare, Named, Not, ProcedureIs, Seen

ALT = Latest("alt", BLOODS_WINDOW)
AST = Latest("ast", BLOODS_WINDOW)

_VERY_HIGH = Parameter("transaminase-very-high", "U/L")
_HIGH = Parameter("transaminase-high", "U/L")
_STILL = Parameter("transaminase-still-rising-after", "h")
_RATE_WINDOW = Parameter("transaminase-rate-window", "h")
_NOT_RISING = Parameter("not-rising", "U/L/d")
_READINGS = Parameter("transaminase-readings", ONE)
_WITHIN = Parameter("transaminase-within", "h")
_APART = Parameter("transaminase-apart", "h")
_TARE_FOLD = Parameter("transaminase-tare-fold", ONE)
_FLOOR_FOLD = Parameter("wash-out-floor", ONE)
_EXCESS = Parameter("wash-out-excess", ONE)
_FALL = Parameter("rebound-after-fall", ONE)
_REBOUND_FOLD = Parameter("rebound-fold", ONE)
_REBOUND_RISE = Parameter("rebound-rise", "U/L")


HAEMOLYSED = definitely(Seen("haemolysed-sample", within=Parameter("haemolysis-speaks", "h")))
"""A sample was flagged not long ago. Nobody records that one was not."""


def _unless_haemolysed(corroborated: Statement) -> Statement:
    """No sample was haemolysed, or one was and something else says the same; that is no reason where none was."""
    return any_of(Not(HAEMOLYSED), all_of(HAEMOLYSED, corroborated))


def _believed(alt: Statement, ast: Statement) -> Statement:
    """One enzyme says so; after a haemolysed sample it must be both, or one with INR."""
    return all_of(any_of(alt, ast), _unless_haemolysed(any_of(all_of(alt, ast), INR_HIGHER)))


def _again(kind: str) -> Statement:
    """Very high now and in an earlier sample: two that are haemolysed speak of haemolysis in the patient."""
    twice = times(kind, ">", _VERY_HIGH, at_least_times=_READINGS, within=_WITHIN, apart=_APART)
    return all_of(over(Latest(kind, BLOODS_WINDOW), _VERY_HIGH), twice)


def _over_limit(kind: str) -> Statement:
    """The enzyme is over so many times its upper reference limit."""
    return over(Latest(kind, BLOODS_WINDOW), Product(_TARE_FOLD, UpperLimit(kind)))


def _still_rising(kind: str) -> Statement:
    """The enzyme is high, and at a sample past its expected peak the highest of the look-back and rising."""
    return all_of(
        over(Latest(kind, BLOODS_WINDOW), _HIGH),
        still_rising(
            kind,
            f"{kind.upper()} rise per day past the expected peak",
            after=_STILL,
            within=_RATE_WINDOW,
            nothing=_NOT_RISING,
            current=_RATE_WINDOW,
        ),
    )


def _twice(series: Quantity, threshold: Parameter) -> Compare:
    """Two samples, hours apart, so that one hemolysed or mislabelled tube raises no alarm."""
    return times(
        series,
        ">=",
        threshold,
        at_least_times=_READINGS,
        within=_WITHIN,
        apart=_APART,
    )


def _over_wash_out(kind: str) -> Statement:
    """The enzyme is so many times what wash-out from the patient's own peak predicts."""
    floor = Higher(Baseline(kind), Product(_FLOOR_FOLD, UpperLimit(kind)))
    predicted = WashOut(kind, Parameter(f"{kind}-half-life", "h"), floor)
    excess = Ratio(Latest(kind, BLOODS_WINDOW), predicted)
    return all_of(at_least(excess, _EXCESS), _twice(Called(f"{kind.upper()}-to-wash-out ratio", excess), _EXCESS))


def _rebound(kind: str) -> Statement:
    """The enzyme has risen again from a nadir, in proportion and in amount, still and on a second sample."""
    value, nadir = Latest(kind, BLOODS_WINDOW), Nadir(kind, _FALL)
    fold, rise = Ratio(value, nadir), Difference(value, nadir)
    return all_of(
        at_least(fold, _REBOUND_FOLD),
        at_least(rise, _REBOUND_RISE),
        _twice(Called(f"{kind.upper()}-to-nadir ratio", fold), _REBOUND_FOLD),
        _twice(Called(f"{kind.upper()} rise over nadir", rise), _REBOUND_RISE),
    )


TRANSAMINASE_VERY_HIGH = Definition(
    key="transaminase-very-high",
    title="ALT or AST very high",
    sentence=Named(
        "transaminase-very-high",
        any_of(
            _believed(over(ALT, _VERY_HIGH), over(AST, _VERY_HIGH)),
            _again("alt"),
            _again("ast"),
            all_of(ProcedureIs((ProcedureKind.TARE,)), _believed(_over_limit("alt"), _over_limit("ast"))),
        ),
    ),
    cites=("lewis-2012", "wigmore-2003"),
    support="specific",
    role="deteriorating",
)
TRANSAMINASE_STILL_RISING = Definition(
    key="transaminase-still-rising",
    title="ALT or AST high and still rising after the expected peak",
    sentence=Named("transaminase-still-rising", _believed(_still_rising("alt"), _still_rising("ast"))),
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
SLOWER_THAN_WASH_OUT = Definition(
    key="slower-than-wash-out",
    title="ALT or AST falling slower than wash-out from the patient's own peak",
    sentence=Named("slower-than-wash-out", _believed(_over_wash_out("alt"), _over_wash_out("ast"))),
    cites=("hepatoma-research-2018",),
    support="specific",
    role="deteriorating",
)
TRANSAMINASE_REBOUND = Definition(
    key="transaminase-rebound",
    title="ALT or AST rising again, confirmed by a second sample",
    sentence=Named("transaminase-rebound", _believed(_rebound("alt"), _rebound("ast"))),
    cites=("lewis-2012",),
    support="specific",
    role="deteriorating",
)
LDH_REBOUND = Definition(
    key="ldh-rebound",
    title="LDH rising again, confirmed by a second sample",
    sentence=Named("ldh-rebound", all_of(_rebound("ldh"), _unless_haemolysed(INR_HIGHER))),
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
