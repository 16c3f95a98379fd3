"""The pattern of liver injury by the R factor: ALT over alkaline phosphatase, each as a multiple of its upper limit.

Ischaemia raises ALT, so after an embolization R is high for a week or two and says nothing; what may speak is a fall to
mixed or cholestatic after that (injury of a bile duct, a biloma). It is no trigger.
"""

from sequela.criteria.meld.definition import LIVER_WINDOW
from sequela.logic.formulas import Factor, Formula, Label, Measured, Term
from sequela.logic.language import any_of, over
from sequela.logic.nodes import ONE, Parameter, Quantity
from sequela.logic.quantities import Baseline, Latest, Ratio, UpperLimit


def _pattern(alt: Quantity, alp: Quantity) -> Ratio:
    """One multiple of the upper limit over the other."""
    return Ratio(Ratio(alt, UpperLimit("alt")), Ratio(alp, UpperLimit("alp")))


_ALT, _ALP = Latest("alt", LIVER_WINDOW), Latest("alp", LIVER_WINDOW)
R_FACTOR = Formula(
    key="R factor",
    also=("R", "R ratio", "R value"),
    title="R factor: the pattern of liver injury",
    terms=(
        Term(
            None,
            (
                Factor(
                    Measured(
                        "ALT over ALP",
                        _pattern(_ALT, _ALP),
                        _pattern(Baseline("alt"), Baseline("alp")),
                    )
                ),
            ),
        ),
    ),
    cites=("benichou-1990", "easl-dili-2019"),
    places=2,
    labels=(
        Label("hepatocellular", ">=", Parameter("r-factor-hepatocellular", ONE)),
        Label("cholestatic", "<=", Parameter("r-factor-cholestatic", ONE)),
    ),
    otherwise="mixed",
    apart=Parameter("r-factor-apart", "h"),
    applies=any_of(over(_ALT, UpperLimit("alt")), over(_ALP, UpperLimit("alp"))),
    excludes="neither ALT nor alkaline phosphatase is above its upper limit, so there is no pattern",
    inputs=("alt", "alp", "sex"),
    note="Some pages print over 5 and under 2: the values 5 and 2 themselves belong to the patterns. The limits are "
    "those of the catalogue, not of the laboratory.",
)

SCORES = (R_FACTOR,)
