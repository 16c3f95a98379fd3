"""What both versions of SOFA are made of: the worst of 24 hours, doses, and oxygen against what is breathed in."""

from collections.abc import Callable
from functools import partial

from sequela.criteria.news2.definition import OXYGEN_GIVEN
from sequela.logic.language import all_of, any_of, definitely
from sequela.logic.nodes import SCORE_UNIT, Parameter, Quantity
from sequela.logic.quantities import Banded, Baseline, Choice, Latest, Lowest, Peak, Product, Ratio
from sequela.logic.statements import Happened, Known, Not

DAY = Parameter("sofa-window", "h")
WHOLE = Parameter("sofa-pure-oxygen", "%")
DOSES = {drug: Peak(drug, DAY) for drug in ("noradrenaline", "adrenaline", "dopamine", "dobutamine")}
"""The highest dose of each drug in 24 hours."""
DOSE_UNKNOWN = all_of(
    Not(any_of(*(Known(dose) for dose in DOSES.values()))),
    Happened("vasopressor", within=DAY),
)
"""A vasopressor was given, and nobody charted how much."""
FIO2 = Choice(
    all_of(Not(Known(Latest("fio2", DAY))), definitely(Not(OXYGEN_GIVEN))),
    Parameter("sofa-air", "%"),
    Latest("fio2", DAY),
)
"""The oxygen breathed in; that of air where none is charted and somebody charted that no oxygen is given."""


def over_inspired(reading: Quantity, fio2: Quantity) -> Product:
    """A pressure or saturation over the inspired fraction of oxygen (PaO2/FiO2), which is charted in per cent."""
    return Product(Ratio(WHOLE, fio2), reading)


PAO2_FIO2 = over_inspired(Latest("pao2", DAY), FIO2)
"""The last blood gas over the last inspired fraction: after a change of oxygen the old gas speaks until the next."""
PAO2_FIO2_BEFORE = over_inspired(Baseline("pao2"), Baseline("fio2"))
LOWEST_GCS = Lowest("gcs", DAY)
LOWEST_PRESSURE = Lowest("mean-pressure", DAY)
LOWEST_PLATELETS = Lowest("platelets", DAY)
HIGHEST_BILIRUBIN = Peak("bilirubin", DAY)
HIGHEST_CREATININE = Peak("creatinine", DAY)


def _of(table: Parameter, reading: Quantity) -> Banded:
    return Banded(reading, table)


def tables(version: str) -> tuple[Callable[[Quantity], Banded], ...]:
    """The tables of one version: of lungs, platelets, bilirubin, mean pressure, coma and creatinine, in this order."""
    units = {
        "pao2-fio2": "mm[Hg]",
        "platelets": "10*9/L",
        "bilirubin": "umol/L",
        "mean-pressure": "mm[Hg]",
        "gcs": SCORE_UNIT,
        "creatinine": "umol/L",
    }
    return tuple(partial(_of, Parameter(f"{version}-{table}", unit)) for table, unit in units.items())
