"""Hepatic necrosis: suspected while symptoms are prolonged or the patient deteriorates in any form (the index paper).

The suspicion lapses, unimaged, only after 48 h without a trigger, with enzymes falling (or not raised) and an INR near
the patient's own, at a moment at which no drug hides a fever. Imaging confirms or excludes: non-target parenchyma on a
contrast CT or MR. What was meant to die (tumour, ablation zone, the segment of a radiation segmentectomy) has findings
of its own, which confirm nothing.

*Excluded* needs a portal-venous CT or a contrast MR at least 48 h after the procedure and after the last new trigger,
explicit on the parenchyma of the whole liver and on all portal branches, with no segment that could not be assessed;
where Lipiodol was given CT needs an unenhanced phase as well, for the oil is dense without enhancement. TACE counts as
Lipiodol unless somebody says that none was given. It expires with a new trigger, or when one still holds 72 h after the
scan.
"""

from sequela.course.episodes import ProcedureKind
from sequela.criteria.masking.definition import MASKED
from sequela.criteria.portal_vein_thrombosis.definition import branches_free
from sequela.criteria.states.definition import TRIGGER, TRIGGERS
from sequela.criteria.surveillance.definition import MINIMUM
from sequela.logic.language import all_of, any_of, at_most, change, definitely, never
from sequela.logic.nodes import ONE, Parameter, Statement
from sequela.logic.quantities import Latest, Peak, Ratio, UpperLimit
from sequela.logic.shelf import Condition
from sequela.logic.statements import Absent, Happened, Known, Not, Or, ProcedureIs, Seen, TurnedSince, WasTrue

QUIET = Parameter("necrosis-lapse-after", "h")
_SHARE = Parameter("necrosis-lapse-enzymes", ONE)
_EARLIEST = Parameter("necrosis-exclusion-from", "h")
_VALID = Parameter("necrosis-exclusion-valid", "h")
IMAGING = ("contrast-ct", "contrast-mr")
_SCANNED_LATELY = any_of(*(Happened(scan, within=_VALID) for scan in IMAGING))

EVER_TRIGGERED = Or(tuple(WasTrue(definition.sentence) for definition in TRIGGERS))
RECENT = tuple((definition.role, WasTrue(definition.sentence, QUIET)) for definition in TRIGGERS)
"""Each trigger, while it holds and for 48 h more: a fever that swings is one trigger, not a new one every evening."""


def lately(*roles: str) -> Statement:
    """Some trigger of these roles holds, or did within 48 h."""
    return definitely(Or(tuple(recent for role, recent in RECENT if role in roles)))


def scan_open(*roles: str) -> Statement:
    """No scan answers triggers of these roles: none within the time for which one can exclude, or one began since."""
    turned = (TurnedSince(recent, IMAGING) for role, recent in RECENT if role in roles)
    return any_of(Not(_SCANNED_LATELY), *turned)


TRIGGERED_LATELY = lately("deteriorating", "prolonged")


def _settling(kind: str) -> Statement:
    """The enzyme has been measured since, and has fallen from its peak or is not raised at all."""
    return all_of(
        Known(Peak(kind)),
        any_of(at_most(Ratio(Latest(kind), Peak(kind)), _SHARE), at_most(Latest(kind), UpperLimit(kind))),
    )


_SETTLED = all_of(
    EVER_TRIGGERED,
    Not(TRIGGERED_LATELY),
    any_of(_settling("alt"), _settling("ast")),
    Known(Peak("inr")),
    at_most(change("inr"), Parameter("necrosis-lapse-inr", ONE)),
)
LAPSED = all_of(_SETTLED, WasTrue(all_of(_SETTLED, Not(MASKED))))
"""The suspicion lapses without an image, at a moment at which no drug hides a fever: recorded as such."""

SUSPECTED = any_of(TRIGGER, all_of(EVER_TRIGGERED, Not(definitely(LAPSED))))
CONFIRMED = Seen("parenchymal-necrosis")
_OIL = any_of(
    definitely(Seen("lipiodol")), all_of(ProcedureIs((ProcedureKind.TACE,)), Not(definitely(Absent("lipiodol"))))
)
_SCANNED = any_of(
    Happened("contrast-mr", after=_EARLIEST),
    all_of(Happened("contrast-ct", after=_EARLIEST), any_of(Not(_OIL), Happened("unenhanced-ct", after=_EARLIEST))),
)
EXCLUDED = all_of(
    _SCANNED,
    Absent("parenchymal-necrosis", after=_EARLIEST),
    branches_free(after=_EARLIEST),
    never(Seen("unassessable-segment", after=_EARLIEST)),
    any_of(_SCANNED_LATELY, Not(definitely(TRIGGER))),
    *(Not(definitely(TurnedSince(recent, IMAGING))) for _, recent in RECENT),
)

CONDITIONS = (
    Condition(
        key="hepatic-necrosis",
        title="Hepatic necrosis",
        title_es="Necrosis hepática",
        suspected=definitely(SUSPECTED),
        confirmed=CONFIRMED,
        excluded=EXCLUDED,
        assessable=MINIMUM,
        reasons=TRIGGERS,
        cites=("micallef-2020",),
        lapsed=LAPSED,
        complication="hepatic-necrosis",
        caution="Suspected is not likely: read the base rate.",
    ),
)
