"""Acute pancreatitis: two of epigastric pain, lipase three times its limit, and imaging (revised Atlanta).

A raised lipase alone says nothing: after TACE it was reported in up to 40 %, a clinical pancreatitis in 2 %.
"""

from sequela.criteria.surveillance.definition import BLOODS_WINDOW
from sequela.criteria.symptoms.definition import SIGN_WINDOW
from sequela.logic.language import all_of, any_of, at_least, definitely, past, under
from sequela.logic.nodes import ONE, Parameter
from sequela.logic.quantities import Latest, Peak, Product, UpperLimit
from sequela.logic.shelf import Condition, Definition
from sequela.logic.statements import Absent, AtLeast, Known, Named, Seen, WasTrue

_LIMIT = Product(Parameter("lipase-multiple", ONE), UpperLimit("lipase"))
_EXPIRES = Parameter("pancreatitis-expires", "d")
_CLEAR = Parameter("pancreatitis-exclusion-within", "h")

LIPASE_HIGH = at_least(Latest("lipase", BLOODS_WINDOW), _LIMIT)
_PAIN = Seen("epigastric-pain", within=SIGN_WINDOW)
_IMAGING = Seen("pancreatitis", within=_EXPIRES)

LIPASE_HIGH_WITH_PAIN = Definition(
    key="lipase-high-with-pain",
    title="Lipase three times its upper limit with epigastric pain or pancreatitis on imaging",
    sentence=Named("lipase-high-with-pain", all_of(LIPASE_HIGH, any_of(_PAIN, _IMAGING))),
    cites=("banks-2013", "pancreatitis-carcinoid-2011"),
    support="non-specific",
    role="deteriorating",
)
PANCREATITIS_NAMED = Definition(
    key="pancreatitis-named",
    title="Pancreatitis on imaging or recorded",
    sentence=Named("pancreatitis-named", _IMAGING),
    cites=("banks-2013",),
    support="non-specific",
    role="condition",
)
DEFINITIONS = (LIPASE_HIGH_WITH_PAIN, PANCREATITIS_NAMED)

_TWO_OF_THREE = AtLeast(Parameter("atlanta-features", ONE), (_PAIN, LIPASE_HIGH, _IMAGING))

CONDITIONS = (
    Condition(
        key="pancreatitis",
        title="Acute pancreatitis",
        title_es="Pancreatitis aguda",
        suspected=definitely(any_of(WasTrue(LIPASE_HIGH_WITH_PAIN.sentence, _EXPIRES), PANCREATITIS_NAMED.sentence)),
        confirmed=WasTrue(_TWO_OF_THREE, _EXPIRES),
        excluded=all_of(
            past(Parameter("pancreatitis-exclusion-from", "h")),
            Absent("pancreatitis", within=_CLEAR),
            under(Peak("lipase", within=_CLEAR), _LIMIT),
        ),
        assessable=any_of(Known(Latest("lipase", BLOODS_WINDOW)), Known(_PAIN)),
        reasons=DEFINITIONS,
        cites=("banks-2013", "she-2016", "lopez-benitez-2007"),
        complication="pancreatitis",
        caution=(
            "A raised lipase without epigastric pain or imaging is common after chemoembolization: no pancreatitis."
        ),
    ),
)
