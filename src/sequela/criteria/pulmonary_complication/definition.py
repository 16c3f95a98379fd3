"""Lung complications: oil or clot in the lung, radiation pneumonitis, an effusion that is felt.

Suspected with a new need for oxygen, new breathlessness, or breathing support begun once sedation has worn off. Oil in
the lung on CT is mostly silent, and so is an effusion: both confirm only beside symptoms.
"""

from sequela.criteria.news2.definition import NEW_OXYGEN
from sequela.criteria.surveillance.definition import VITALS_WINDOW
from sequela.criteria.symptoms.definition import SIGN_WINDOW
from sequela.logic.language import all_of, any_of, definitely, never, past
from sequela.logic.nodes import Parameter
from sequela.logic.quantities import Latest
from sequela.logic.shelf import Condition, Definition
from sequela.logic.statements import Absent, Happened, Known, Named, Seen, WasTrue

_EXPIRES = Parameter("pulmonary-expires", "d")
_SEDATION_OVER = Parameter("sedation-over", "h")
_SUPPORT = ("ventilation", "high-flow-oxygen")
"""Who is ventilated needs oxygen, whatever the chart says; sedation and the procedure itself no longer explain it."""

NEW_BREATHLESSNESS = Definition(
    key="new-breathlessness",
    title="Breathlessness, haemoptysis, ventilation or high-flow oxygen after sedation has worn off",
    sentence=Named(
        "new-breathlessness",
        all_of(
            past(_SEDATION_OVER),
            any_of(
                Seen("dyspnoea", within=SIGN_WINDOW),
                definitely(Seen("haemoptysis", within=SIGN_WINDOW)),
                *(Happened(support, within=SIGN_WINDOW, after=_SEDATION_OVER) for support in _SUPPORT),
            ),
        ),
    ),
    cites=("chung-1993", "xu-2014", "ranzani-2025"),
    support="non-specific",
    role="condition",
)
DEFINITIONS = (NEW_BREATHLESSNESS,)
_REASONS = (NEW_OXYGEN, NEW_BREATHLESSNESS)
_SYMPTOMS = any_of(*(reason.sentence for reason in _REASONS))

CONDITIONS = (
    Condition(
        key="pulmonary-complication",
        title="Pulmonary complication",
        title_es="Complicación pulmonar",
        suspected=definitely(_SYMPTOMS),
        confirmed=any_of(
            Seen("pulmonary-embolism"),
            Seen("pneumonitis"),
            all_of(
                any_of(Seen("pulmonary-oil-embolism"), Seen("pleural-effusion")), WasTrue(_SYMPTOMS, within=_EXPIRES)
            ),
        ),
        excluded=all_of(
            *(
                Absent(finding, within=_EXPIRES)
                for finding in ("pulmonary-embolism", "pulmonary-oil-embolism", "pleural-effusion")
            ),
            never(_SYMPTOMS),
        ),
        assessable=any_of(Known(Latest("spo2", VITALS_WINDOW)), Known(_SYMPTOMS)),
        reasons=_REASONS,
        cites=("xu-2014", "chung-1993", "huang-2022"),
        complication="pulmonary-complication",
        caution=(
            "Oil reaches the lung within 12 to 48 h of chemoembolization with Lipiodol and is worst on days 2 to 5, "
            "above all when more than 15 to 20 mL were given; radiation pneumonitis comes weeks to months later."
        ),
    ),
)
