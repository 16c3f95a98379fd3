"""What was meant for the liver in the stomach, duodenum, bowel, spleen or skin (the gallbladder is its own condition).

Suspected with visible blood, or epigastric pain beyond the first days; after radioembolization, which hardly closes
vessels, from the first day on, and its ulcers come up to months later. Found by endoscopy, imaging or biopsy.
"""

from sequela.criteria.symptoms.definition import BLEEDING_SIGN, SIGN_WINDOW
from sequela.logic.language import all_of, any_of, definitely, never, past
from sequela.logic.nodes import Parameter
from sequela.logic.shelf import Condition, Definition
from sequela.logic.statements import Absent, Happened, Known, Named, Not, Seen, TurnedSince, WasTrue

_EXPIRES = Parameter("non-target-expires", "d")
FOUND = ("gastroduodenal-ulcer", "microspheres-outside-liver", "splenic-infarction", "bowel-ischaemia", "skin-injury")

EPIGASTRIC_PAIN_LASTING = Definition(
    key="epigastric-pain-lasting",
    title="Epigastric pain beyond the first days",
    sentence=Named(
        "epigastric-pain-lasting",
        all_of(past(Parameter("epigastric-pain-after", "d")), Seen("epigastric-pain", within=SIGN_WINDOW)),
    ),
    cites=("naymagon-2010", "carretero-2007"),
    support="non-specific",
    role="condition",
)
DEFINITIONS = (EPIGASTRIC_PAIN_LASTING,)
_REASONS = (BLEEDING_SIGN, EPIGASTRIC_PAIN_LASTING)

CONDITIONS = (
    Condition(
        key="non-target-ischaemia",
        title="Injury of a non-target organ (stomach, duodenum, bowel, spleen, skin)",
        title_es="Lesión de un órgano no diana (estómago, duodeno, intestino, bazo, piel)",
        suspected=definitely(any_of(*(WasTrue(reason.sentence, _EXPIRES) for reason in _REASONS))),
        confirmed=any_of(*(Seen(finding) for finding in FOUND)),
        excluded=all_of(
            Happened("endoscopy", within=_EXPIRES),
            Absent("gastroduodenal-ulcer", within=_EXPIRES),
            *(Not(definitely(TurnedSince(reason.sentence, ("endoscopy",)))) for reason in _REASONS),
            *(never(Seen(finding)) for finding in FOUND[1:]),
        ),
        assessable=any_of(*(Known(reason.sentence) for reason in _REASONS)),
        reasons=_REASONS,
        cites=("naymagon-2010", "lam-2013"),
        complication="non-target-ischaemia",
        caution=(
            "A clean endoscopy speaks of stomach and duodenum only. Ulcers after radioembolization come from hours to "
            "months after it, and only a biopsy shows the microspheres."
        ),
    ),
)
