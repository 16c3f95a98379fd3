"""How far haemoglobin has fallen: apart from the definitions, because low pressure asks for it and they ask for low
pressure.
"""

from sequela.logic.language import all_of, any_of, at_least, inside
from sequela.logic.nodes import Parameter
from sequela.logic.quantities import Baseline, Difference, Latest, Peak
from sequela.logic.statements import Or

HAEMOGLOBIN_WINDOW = Parameter("haemoglobin-fall-within", "h")
HAEMOGLOBIN = Latest("haemoglobin", HAEMOGLOBIN_WINDOW)


def _fallen(by: Parameter) -> Or:
    """Haemoglobin has fallen so far in two days: from a reading since, or at first from the patient's own."""
    return any_of(
        at_least(Difference(Peak("haemoglobin", HAEMOGLOBIN_WINDOW), HAEMOGLOBIN), by),
        all_of(inside(HAEMOGLOBIN_WINDOW), at_least(Difference(Baseline("haemoglobin"), HAEMOGLOBIN), by)),
    )


HAEMOGLOBIN_FALLEN = _fallen(Parameter("haemoglobin-fall", "g/L"))
HAEMOGLOBIN_LOWER = _fallen(Parameter("haemoglobin-fall-with-sign", "g/L"))
"""A fall that says something only beside another sign."""
