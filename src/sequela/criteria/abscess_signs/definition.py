"""A liver abscess may come weeks later and without fever: two small signs together ask for a look.

Abscesses were found a mean of 12 to 25 days after embolization and up to 8 weeks; how many had no fever nobody has
counted. Sooner, the ordinary syndrome has the same signs.
"""

from sequela.criteria.news2.definition import ALTERED_MIND
from sequela.logic.language import all_of, any_of, at_least, fold, inside, over, past
from sequela.logic.nodes import ONE, Parameter
from sequela.logic.quantities import Called, Latest, Ratio
from sequela.logic.shelf import Definition
from sequela.logic.statements import AtLeast, Named, Seen

WINDOW = Parameter("abscess-sign-within", "h")
_SAMPLE = Parameter("abscess-same-sample", "min")
_CHOLESTASIS = Parameter("abscess-cholestasis-fold", ONE)
_NEUTROPHILS = Parameter("abscess-neutrophil-share", ONE)
_COUNTED_SHARE = Called(
    "neutrophils as a share of white cells", Ratio(Latest("neutrophils", _SAMPLE), Latest("wbc", _SAMPLE))
)
"""Of one sample: new neutrophils over the white cells of the day before are no share of anything."""
CRP_HIGH = over(Latest("crp", WINDOW), Parameter("abscess-crp", "mg/L"))
CHOLESTASIS = any_of(at_least(fold("alp", WINDOW), _CHOLESTASIS), at_least(fold("ggt", WINDOW), _CHOLESTASIS))
SIGNS = (
    any_of(Seen("anorexia", within=WINDOW), Seen("malaise", within=WINDOW)),
    ALTERED_MIND,
    CRP_HIGH,
    CHOLESTASIS,
    any_of(
        over(Latest("neutrophil-share", WINDOW), _NEUTROPHILS),
        over(Latest(_COUNTED_SHARE, WINDOW), _NEUTROPHILS),
    ),
)
"""Loss of appetite or malaise, confusion, CRP, ALP or GGT, and neutrophils."""

ABSCESS_WITHOUT_FEVER = Definition(
    key="abscess-without-fever",
    title="Two signs of an abscess from day 8 to day 90, fever or not",
    sentence=Named(
        "abscess-without-fever",
        all_of(
            past(Parameter("abscess-signs-from", "d")),
            inside(Parameter("abscess-signs-until", "d")),
            AtLeast(Parameter("abscess-signs", ONE), SIGNS),
        ),
    ),
    cites=("kim-2006", "chen-1997"),
    support="non-specific",
    role="prolonged",
)

DEFINITIONS = (ABSCESS_WITHOUT_FEVER,)
