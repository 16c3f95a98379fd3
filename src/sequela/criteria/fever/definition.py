"""Prolonged fever: how long is too long depends on what was done; fever that returns is prolonged on any day.

Fever alone never makes a patient `deteriorating`: infection explained 6 to 9 % of fevers after embolization.
"""

from sequela.course.episodes import ProcedureKind
from sequela.logic.language import all_of, any_of, at_least, definitely, over, past, times, under
from sequela.logic.nodes import ONE, Parameter
from sequela.logic.quantities import Latest, Peak
from sequela.logic.shelf import Definition
from sequela.logic.statements import Named, Not, ProcedureIs, Seen, WasTrue

FEVER_WINDOW = Parameter("fever-current", "h")
FEVER = Parameter("fever", "Cel")
HIGH_FEVER = Parameter("high-fever", "Cel")
_TEMPERATURE = Latest("temperature", FEVER_WINDOW)
_RADIOEMBOLIZATION = ProcedureIs((ProcedureKind.TARE,))
_LARGE_TUMOUR = definitely(over(Latest("tumour-size"), Parameter("large-tumour", "mm")))

FEVER_NOW = any_of(at_least(_TEMPERATURE, FEVER), Seen("fever", within=FEVER_WINDOW))
"""Febrile at the last reading, or fever written down without a number."""

FEVER_LATE = Definition(
    key="fever-late",
    title="Fever beyond the days in which it is expected",
    sentence=Named("fever-late", all_of(past(Parameter("fever-late-after", "d")), FEVER_NOW)),
    cites=("asan-1998", "leung-2001"),
    support="non-specific",
    role="prolonged",
)
_HIGH_WITHIN = Parameter("high-fever-within", "h")
_HIGH_TWICE = times(
    "temperature",
    ">=",
    HIGH_FEVER,
    at_least_times=Parameter("high-fever-readings", ONE),
    within=_HIGH_WITHIN,
    apart=Parameter("high-fever-apart", "h"),
)
FEVER_HIGH_TWICE = Definition(
    key="fever-high-twice",
    title="High fever twice, hours apart, after the first days",
    sentence=Named(
        "fever-high-twice",
        any_of(
            all_of(
                _RADIOEMBOLIZATION, past(Parameter("high-fever-after-tare", "d")), at_least(_TEMPERATURE, HIGH_FEVER)
            ),
            all_of(
                Not(_RADIOEMBOLIZATION),
                _HIGH_TWICE,
                WasTrue(
                    all_of(
                        any_of(
                            all_of(Not(_LARGE_TUMOUR), past(Parameter("high-fever-after", "d"))),
                            all_of(_LARGE_TUMOUR, past(Parameter("high-fever-after-large-tumour", "d"))),
                        ),
                        at_least(_TEMPERATURE, HIGH_FEVER),
                    ),
                    _HIGH_WITHIN,
                ),
            ),
        ),
    ),
    cites=("asan-1998", "shim-2009"),
    support="non-specific",
    role="prolonged",
)
_JUST_NOW = Parameter("fever-return-within", "h")
_FREE_FOR = Parameter("fever-free-for", "h")
FEVER_RETURNING = Definition(
    key="fever-returning",
    title="Fever returning after a day without",
    sentence=Named(
        "fever-returning",
        all_of(
            at_least(_TEMPERATURE, FEVER),
            WasTrue(
                all_of(
                    at_least(Latest("temperature", _JUST_NOW), FEVER),
                    under(Peak("temperature", within=_FREE_FOR, until=_JUST_NOW), FEVER),
                    definitely(at_least(Peak("temperature", until=_FREE_FOR), FEVER)),
                )
            ),
        ),
    ),
    cites=("asan-1998",),
    support="non-specific",
    role="prolonged",
)

DEFINITIONS = (FEVER_LATE, FEVER_HIGH_TWICE, FEVER_RETURNING)
