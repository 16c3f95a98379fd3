"""qSOFA, the quick score of the Sepsis-3 consensus: never a screen by itself.

Analgesia and sedation of the first hours, and an encephalopathy of old, score as well: the change from before the
procedure stands beside it. Before the procedure only the scales speak of the mind; a confusion of then is not asked.
"""

from sequela.criteria.news2.definition import ALTERED_MIND
from sequela.criteria.surveillance.definition import SYSTOLIC, VITALS_WINDOW
from sequela.logic.language import definitely, worse_of
from sequela.logic.nodes import SCORE_UNIT, Parameter, Quantity
from sequela.logic.quantities import Banded, Baseline, Choice, Latest, Part, Score
from sequela.logic.scores import ScoreDefinition

_CITES = ("singer-2016", "seymour-2016")


def _mind(gcs: Quantity, consciousness: Quantity) -> Choice:
    """The worse of both scales, or the one that was charted."""
    return worse_of(
        Banded(gcs, Parameter("qsofa-gcs", SCORE_UNIT)),
        Banded(consciousness, Parameter("qsofa-consciousness", "1")),
    )


def _parts(respiration: Quantity, systolic: Quantity, mind: Quantity) -> tuple[Part, ...]:
    return (
        Part("respiratory-rate", Banded(respiration, Parameter("qsofa-respiratory-rate", "/min")), 0, 1),
        Part("systolic-pressure", Banded(systolic, Parameter("qsofa-systolic-pressure", "mm[Hg]")), 0, 1),
        Part("consciousness", mind, 0, 1),
    )


QSOFA = Score(
    "qSOFA",
    _parts(
        Latest("respiratory-rate", VITALS_WINDOW),
        SYSTOLIC,
        Choice(
            definitely(ALTERED_MIND),
            Parameter("qsofa-altered-mind", SCORE_UNIT),
            _mind(Latest("gcs", VITALS_WINDOW), Latest("consciousness", VITALS_WINDOW)),
        ),
    ),
)
BEFORE = Score(
    "qSOFA before the procedure",
    _parts(
        Baseline("respiratory-rate"), Baseline("systolic-pressure"), _mind(Baseline("gcs"), Baseline("consciousness"))
    ),
)

SCORES = (
    ScoreDefinition(
        key="qSOFA",
        title="Quick SOFA",
        score=QSOFA,
        before=BEFORE,
        cites=_CITES,
        inputs=("respiratory-rate", "systolic-pressure", "gcs", "consciousness", "confusion", "drowsiness"),
    ),
)
