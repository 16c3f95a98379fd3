"""Hepatic necrosis: suspected while symptoms are prolonged or the patient deteriorates in any form (the index paper).

The suspicion lapses, unimaged, only after 48 h without a trigger, with enzymes falling and an INR near the patient's own.
Imaging confirms or excludes: non-target parenchyma on a contrast CT or MR; *excluded* needs a portal-venous CT or a
contrast MR at least 48 h after the procedure and after the last new trigger, explicit on parenchyma and portal branches.
"""

from sequela.criteria.states.definition import TRIGGER, TRIGGERS
from sequela.logic.language import all_of, any_of, at_most, change, definitely
from sequela.logic.nodes import ONE, Parameter
from sequela.logic.quantities import Latest, Peak, Ratio
from sequela.logic.statements import Absent, Happened, Not, Or, Seen, TurnedSince, WasTrue

QUIET = Parameter("necrosis-lapse-after", "h")
_SHARE = Parameter("necrosis-lapse-enzymes", ONE)
_EARLIEST = Parameter("necrosis-exclusion-from", "h")
_VALID = Parameter("necrosis-exclusion-valid", "h")
IMAGING = ("contrast-ct", "contrast-mr")

EVER_TRIGGERED = Or(tuple(WasTrue(definition.sentence) for definition in TRIGGERS))
_RECENTLY_TRIGGERED = Or(tuple(WasTrue(definition.sentence, QUIET) for definition in TRIGGERS))

LAPSED = all_of(
    EVER_TRIGGERED,
    Not(definitely(_RECENTLY_TRIGGERED)),
    any_of(
        at_most(Ratio(Latest("alt"), Peak("alt")), _SHARE), at_most(Ratio(Latest("ast"), Peak("ast")), _SHARE)
    ),
    at_most(change("inr"), Parameter("necrosis-lapse-inr", ONE)),
)
"""The suspicion lapses without an image: recorded as such."""

SUSPECTED = any_of(TRIGGER, all_of(EVER_TRIGGERED, Not(definitely(LAPSED))))
CONFIRMED = Seen("parenchymal-necrosis")
EXCLUDED = all_of(
    any_of(*(Happened(scan, within=_VALID, after=_EARLIEST) for scan in IMAGING)),
    Absent("parenchymal-necrosis", within=_VALID, after=_EARLIEST),
    any_of(
        Absent("portal-vein-thrombosis", within=_VALID, after=_EARLIEST),
        Seen("portal-vein-patent", within=_VALID, after=_EARLIEST),
    ),
    *(Not(definitely(TurnedSince(definition.sentence, IMAGING))) for definition in TRIGGERS),
)
