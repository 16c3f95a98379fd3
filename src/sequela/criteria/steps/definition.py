"""What to do next: contrast imaging and a liver panel with INR, each with its trigger, due time and what closes it."""

from sequela.criteria.hepatic_necrosis.definition import CONFIRMED, EXCLUDED, IMAGING
from sequela.criteria.states.definition import DETERIORATING, PROLONGED
from sequela.criteria.surveillance.definition import BILIRUBIN_CURRENT, INR_CURRENT, TRANSAMINASE_CURRENT
from sequela.criteria.transaminases.definition import TRANSAMINASE_RECHECK
from sequela.logic.language import all_of, any_of, definitely
from sequela.logic.nodes import Parameter
from sequela.logic.shelf import Step
from sequela.logic.statements import Not

_OPEN = all_of(Not(definitely(CONFIRMED)), Not(definitely(EXCLUDED)))
_PANEL = (("alt", "ast"), ("bilirubin",), ("inr",))

CONTRAST_IMAGING_DETERIORATING = Step(
    key="contrast-ct",
    text="Multiphase contrast CT of the liver with a portal-venous phase (or contrast MR), portal branches asked for",
    text_es=(
        "TC hepática multifásica con contraste y fase portal (o RM con contraste), preguntando por las ramas portales"
    ),
    when=all_of(DETERIORATING, _OPEN),
    due=Parameter("imaging-due-deteriorating", "h"),
    closed_by=(IMAGING,),
    because="The patient deteriorates after embolization or ablation: necrosis is suspected until imaged.",
    cites=("micallef-2020",),
    urgency="urgent",
)
CONTRAST_IMAGING_PROLONGED = Step(
    key="contrast-ct",
    text="Clinical review, then contrast CT of the liver with a portal-venous phase (or contrast MR)",
    text_es="Revisión clínica y después TC hepática con contraste y fase portal (o RM con contraste)",
    when=all_of(PROLONGED, Not(definitely(DETERIORATING)), _OPEN),
    due=Parameter("imaging-due-prolonged", "h"),
    closed_by=(IMAGING,),
    because="Symptoms last longer than the ordinary syndrome: necrosis is suspected until imaged.",
    cites=("micallef-2020",),
    urgency="soon",
)
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
    cites=("micallef-2020", "easl-alf-2017"),
    urgency="soon",
)

STEPS = (CONTRAST_IMAGING_DETERIORATING, CONTRAST_IMAGING_PROLONGED, LIVER_PANEL)
