"""Bleeding, tumour rupture included: a falling haemoglobin, visible blood, shock with sudden pain, or free fluid.

Confirmed by bleeding or rupture on imaging, or by fluid with the fall of haemoglobin by which haemorrhage after
hepatectomy is defined: over 30 g/L, or a transfusion for a fall. Free fluid of somebody with ascites says nothing.
"""

from sequela.criteria.blood_counts.definition import HAEMOGLOBIN_FALL
from sequela.criteria.blood_counts.falls import HAEMOGLOBIN, HAEMOGLOBIN_FALLEN, HAEMOGLOBIN_LOWER, HAEMOGLOBIN_WINDOW
from sequela.criteria.news2.definition import CONFUSION_WINDOW
from sequela.criteria.pressure.definition import LOW_PRESSURE
from sequela.criteria.symptoms.definition import BLEEDING_SIGN, SIGN_WINDOW
from sequela.logic.language import all_of, any_of, definitely, never, over
from sequela.logic.nodes import Parameter
from sequela.logic.quantities import Difference, Peak, Rate
from sequela.logic.shelf import Condition, Definition
from sequela.logic.statements import Absent, Happened, Known, Named, Not, Seen, WasTrue

_IMAGE = Parameter("bleeding-image-current", "h")

SHOCK_WITH_PAIN = Definition(
    key="shock-with-pain",
    title="Low pressure or shock with sudden abdominal pain",
    sentence=Named(
        "shock-with-pain",
        all_of(
            Seen("sudden-abdominal-pain", within=SIGN_WINDOW),
            any_of(LOW_PRESSURE, definitely(Seen("shock", within=CONFUSION_WINDOW))),
        ),
    ),
    cites=("medicine-2017", "hcc-rupture-1999"),
    support="non-specific",
    role="condition",
)
FLUID = Definition(
    key="fluid-without-ascites",
    title="Haemoperitoneum, or free fluid in somebody without ascites",
    sentence=Named(
        "fluid-without-ascites",
        any_of(
            definitely(Seen("haemoperitoneum", within=_IMAGE)),
            all_of(Seen("free-fluid", within=_IMAGE), never(Seen("ascites"))),
        ),
    ),
    cites=("goto-2010",),
    support="non-specific",
    role="condition",
)
DEFINITIONS = (SHOCK_WITH_PAIN, FLUID)
_REASONS = (HAEMOGLOBIN_FALL, BLEEDING_SIGN, SHOCK_WITH_PAIN, FLUID)

_HAEMORRHAGE = all_of(
    FLUID.sentence,
    any_of(
        over(Difference(Peak("haemoglobin"), HAEMOGLOBIN), Parameter("haemorrhage-fall", "g/L")),
        all_of(HAEMOGLOBIN_FALLEN, Happened("transfusion", within=HAEMOGLOBIN_WINDOW)),
    ),
)

CONDITIONS = (
    Condition(
        key="bleeding",
        title="Bleeding, tumour rupture included",
        title_es="Hemorragia, incluida la rotura tumoral",
        suspected=definitely(any_of(*(reason.sentence for reason in _REASONS))),
        confirmed=any_of(Seen("active-bleeding"), Seen("tumour-rupture"), WasTrue(_HAEMORRHAGE)),
        excluded=all_of(
            any_of(Happened("contrast-ct", within=_IMAGE), Happened("contrast-mr", within=_IMAGE)),
            Absent("active-bleeding", within=_IMAGE),
            Known(Rate("haemoglobin", HAEMOGLOBIN_WINDOW, "d")),
            Not(HAEMOGLOBIN_LOWER),
            never(BLEEDING_SIGN.sentence),
            never(SHOCK_WITH_PAIN.sentence),
        ),
        assessable=Known(HAEMOGLOBIN),
        reasons=_REASONS,
        cites=("medicine-2017", "goto-2010", "rahbari-phh-2011"),
        complication="bleeding",
        caution=(
            "Infusions and blood samples lower haemoglobin too. A rupture may come from hours to a month after "
            "embolization of a large tumour at the surface."
        ),
    ),
)
