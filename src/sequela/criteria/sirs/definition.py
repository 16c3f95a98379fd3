"""The systemic inflammatory response syndrome (1992): the post-embolization syndrome alone usually meets it.

It is therefore never a trigger here; it is told with what it was before the procedure. Two of its criteria can be met
in either of two ways (breathing or PaCO2, white cells or band forms): where one was not measured, the other speaks.
"""

from collections.abc import Callable

from sequela.criteria.surveillance.definition import BLOODS_WINDOW, VITALS_WINDOW
from sequela.logic.language import worse_of
from sequela.logic.nodes import ONE, Parameter, Quantity
from sequela.logic.quantities import Banded, Baseline, Latest, Part, Score
from sequela.logic.scores import ScoreDefinition

_WINDOWS = {"wbc": BLOODS_WINDOW, "bands": BLOODS_WINDOW}


def _now(kind: str) -> Quantity:
    return Latest(kind, _WINDOWS.get(kind, VITALS_WINDOW))


def _parts(reading: Callable[[str], Quantity]) -> tuple[Part, ...]:
    """The four criteria, of readings of now or of before."""
    return (
        Part("temperature", Banded(reading("temperature"), Parameter("sirs-temperature", "Cel")), 0, 1),
        Part("heart-rate", Banded(reading("heart-rate"), Parameter("sirs-heart-rate", "/min")), 0, 1),
        Part(
            "respiratory-rate",
            worse_of(
                Banded(reading("respiratory-rate"), Parameter("sirs-respiratory-rate", "/min")),
                Banded(reading("paco2"), Parameter("sirs-paco2", "mm[Hg]")),
            ),
            0,
            1,
        ),
        Part(
            "wbc",
            worse_of(
                Banded(reading("wbc"), Parameter("sirs-white-cells", "10*9/L")),
                Banded(reading("bands"), Parameter("sirs-bands", ONE)),
            ),
            0,
            1,
        ),
    )


SIRS = Score("SIRS", _parts(_now))

SCORES = (
    ScoreDefinition(
        key="SIRS",
        title="Systemic inflammatory response syndrome",
        score=SIRS,
        before=Score("SIRS before the procedure", _parts(Baseline)),
        cites=("bone-1992",),
        inputs=("temperature", "heart-rate", "respiratory-rate", "paco2", "wbc", "bands"),
    ),
)
