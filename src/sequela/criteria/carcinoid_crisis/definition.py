"""Carcinoid crisis: flushing or bronchospasm with unstable pressure or pulse; in a functioning NET pressure alone.

No definition is accepted by all. The numbers are those of the one large series: systolic pressure under 80 or over 180
for ten minutes, or a pulse over 120. A pulse alone is not enough, because fever does it; sepsis and bleeding, which do
the same to pressure, are looked for first, and once found they exclude a crisis without flushing and bronchospasm.
"""

from sequela.criteria.pressure.definition import PRESSURE_LOW, PRESSURE_VERY_LOW
from sequela.criteria.surveillance.definition import HEART_RATE, SYSTOLIC
from sequela.criteria.symptoms.definition import SIGN_WINDOW
from sequela.logic.language import all_of, any_of, at_least, definitely, inside, never, over
from sequela.logic.nodes import Parameter, Statement
from sequela.logic.quantities import Comparator, DurationAbove
from sequela.logic.shelf import Condition, Definition
from sequela.logic.statements import Absent, Compare, Known, Named, Seen, WasTrue

_EXPIRES = Parameter("carcinoid-expires", "h")
_NET = definitely(Seen("functioning-net"))
_DENIED = definitely(Absent("functioning-net"))
_FLUSHING = definitely(Seen("flushing", within=SIGN_WINDOW))
_BRONCHOSPASM = definitely(Seen("bronchospasm", within=SIGN_WINDOW))


def _sustained(comparator: Comparator, limit: Parameter) -> Statement:
    """Systolic pressure is, and has for minutes been, beyond the limit."""
    return all_of(
        Compare(SYSTOLIC, comparator, limit),
        at_least(
            DurationAbove("systolic-pressure", comparator, limit), Parameter("carcinoid-pressure-sustained", "min")
        ),
    )


_PRESSURE = any_of(
    _sustained("<", Parameter("carcinoid-pressure-low", "mm[Hg]")),
    _sustained(">", Parameter("carcinoid-pressure-high", "mm[Hg]")),
)
_LOW = definitely(any_of(PRESSURE_VERY_LOW.sentence, PRESSURE_LOW.sentence))
"""Beside flushing or bronchospasm one reading of shock is enough: nobody waits for a second."""
_PULSE = over(HEART_RATE, Parameter("carcinoid-pulse", "/min"))

CARCINOID_SIGNS = Definition(
    key="carcinoid-signs",
    title="Flushing or bronchospasm with unstable pressure or pulse; in a functioning NET unstable pressure alone",
    sentence=Named(
        "carcinoid-signs",
        all_of(
            never(Absent("functioning-net")),
            any_of(
                all_of(_FLUSHING, _BRONCHOSPASM),
                all_of(any_of(_FLUSHING, _BRONCHOSPASM), any_of(_PRESSURE, _PULSE, _LOW)),
                all_of(_NET, inside(Parameter("carcinoid-pressure-alone-until", "h")), _PRESSURE),
            ),
        ),
    ),
    cites=("kwon-2019", "vinzant-2021"),
    support="non-specific",
    role="condition",
)
DEFINITIONS = (CARCINOID_SIGNS,)
_OTHER_CAUSE = any_of(
    *(Seen(cause, within=_EXPIRES) for cause in ("sepsis", "culture-growth", "active-bleeding", "tumour-rupture"))
)

CONDITIONS = (
    Condition(
        key="carcinoid-crisis",
        title="Carcinoid crisis",
        title_es="Crisis carcinoide",
        suspected=definitely(WasTrue(CARCINOID_SIGNS.sentence, _EXPIRES)),
        confirmed=Seen("carcinoid-crisis"),
        excluded=any_of(
            _DENIED,
            all_of(WasTrue(CARCINOID_SIGNS.sentence, _EXPIRES), _OTHER_CAUSE, never(_FLUSHING), never(_BRONCHOSPASM)),
        ),
        assessable=all_of(Known(SYSTOLIC), Known(HEART_RATE)),
        reasons=DEFINITIONS,
        cites=("kwon-2019", "vinzant-2021", "bardasi-2022"),
        complication="carcinoid-crisis",
        caution=(
            "Competing causes first: sepsis and bleeding lower the pressure too. Octreotide beforehand made no "
            "difference in two series, so it excludes nothing."
        ),
    ),
)
