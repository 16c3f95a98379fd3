"""How far haemoglobin has fallen: apart from the definitions, because low pressure asks for it and they ask for low
pressure.

A fall is measured at the sample that shows it and stands until the next one: what the laboratory tells an hour later
would otherwise come too late for the value it fell from.
"""

from sequela.logic.language import any_of, at_least, inside
from sequela.logic.nodes import Parameter
from sequela.logic.quantities import Baseline, Called, Choice, Difference, Latest, Peak
from sequela.logic.statements import Or

HAEMOGLOBIN_WINDOW = Parameter("haemoglobin-fall-within", "h")
HAEMOGLOBIN = Latest("haemoglobin", HAEMOGLOBIN_WINDOW)
_FALL = Difference(Peak("haemoglobin", HAEMOGLOBIN_WINDOW), HAEMOGLOBIN)
_FALL_AT_READING = Latest(Called("haemoglobin fall", _FALL), HAEMOGLOBIN_WINDOW)
_FROM_OWN_AT_READING = Latest(
    Called(
        "haemoglobin fall from the patient's own",
        Choice(inside(HAEMOGLOBIN_WINDOW), Difference(Baseline("haemoglobin"), HAEMOGLOBIN), _FALL),
    ),
    HAEMOGLOBIN_WINDOW,
)


def _fallen(by: Parameter) -> Or:
    """Haemoglobin has fallen so far in two days: from a reading since, or at first from the patient's own."""
    return any_of(at_least(_FALL_AT_READING, by), at_least(_FROM_OWN_AT_READING, by))


HAEMOGLOBIN_FALLEN = _fallen(Parameter("haemoglobin-fall", "g/L"))
HAEMOGLOBIN_LOWER = _fallen(Parameter("haemoglobin-fall-with-sign", "g/L"))
"""A fall that says something only beside another sign."""
