"""What supports a liver that is injured or fails: the panel, its repeats, and whom to tell."""

from sequela.criteria.states.definition import DETERIORATING, PROLONGED
from sequela.criteria.surveillance.definition import BILIRUBIN_CURRENT, INR_CURRENT, TRANSAMINASE_CURRENT
from sequela.criteria.transaminases.definition import TRANSAMINASE_RECHECK
from sequela.logic.language import all_of, any_of
from sequela.logic.nodes import Parameter
from sequela.logic.shelf import Step
from sequela.logic.statements import Not

_PANEL = (("alt", "ast"), ("bilirubin",), ("inr",))

LIVER_PANEL = Step(
    key="liver-panel",
    text="ALT, AST, bilirubin and INR",
    text_es="ALT, AST, bilirrubina e INR",
    when=any_of(
        DETERIORATING,
        PROLONGED,
        TRANSAMINASE_RECHECK.sentence,
        Not(all_of(TRANSAMINASE_CURRENT.sentence, BILIRUBIN_CURRENT.sentence, INR_CURRENT.sentence)),
    ),
    due=Parameter("liver-panel-due", "h"),
    closed_by=_PANEL,
    because="Injury and synthetic function must be known to tell the expected syndrome from necrosis.",
    because_es="El daño y la función hepática distinguen el síndrome esperado de la necrosis.",
    cites=("micallef-2020", "easl-alf-2017"),
    urgency="soon",
)

STEPS = (LIVER_PANEL,)
