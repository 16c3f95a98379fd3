"""Which image is due: contrast CT or MR of the liver, sooner the worse the patient; again if too early; Doppler.

Prompt cross-sectional imaging is what the index paper asks for; all hours are expert judgement. Deterioration asks
while it lasts. Prolonged symptoms ask as the suspicion does, for 48 h after the last: a fever that swings does not put
the scan off from evening to evening, and one that nobody measures again does not take it off the list. Kidney function
never delays a CT in shock; otherwise MR with a group II agent or contrast ultrasound may do.
"""

from sequela.criteria.blood_counts.definition import HAEMOGLOBIN_FALL
from sequela.criteria.calls.definition import PERITONISM, SHOCK
from sequela.criteria.hepatic_necrosis.definition import (
    CONFIRMED,
    EXCLUDED,
    IMAGING,
    TRIGGERED_LATELY,
    lately,
    scan_open,
)
from sequela.criteria.kidney.definition import KIDNEY_INJURY
from sequela.criteria.states.definition import DETERIORATING
from sequela.criteria.surveillance.definition import DISCHARGED
from sequela.logic.language import all_of, any_of, definitely, past
from sequela.logic.nodes import Parameter
from sequela.logic.shelf import Step
from sequela.logic.statements import Happened, Known, Not, Seen

_OPEN = all_of(Not(definitely(CONFIRMED)), Not(definitely(EXCLUDED)))
_LASTING = lately("prolonged")
_AT_ONCE = any_of(SHOCK, PERITONISM, HAEMOGLOBIN_FALL.sentence)
_TOO_EARLY = Parameter("necrosis-exclusion-from", "h")
_SCANNED = any_of(*(Happened(scan) for scan in IMAGING))
_SCANNED_LATER = any_of(*(Happened(scan, after=_TOO_EARLY) for scan in IMAGING))
_BRANCHES_TOLD = any_of(Known(Seen("portal-vein-thrombosis")), Known(Seen("portal-vein-patent")))

_KIDNEY = any_of(definitely(KIDNEY_INJURY.sentence), definitely(Seen("chronic-kidney-disease")))

AT_ONCE = Step(
    key="contrast-ct",
    text="Multiphase contrast CT now (unenhanced, arterial, portal venous): bleeding, necrosis, gas, portal thrombosis",
    text_es="TC multifásica inmediata (sin contraste, arterial y portal): sangrado, necrosis, gas y trombosis portal",
    when=_AT_ONCE,
    due=Parameter("imaging-due-at-once", "h"),
    closed_by=(IMAGING,),
    because="Shock, peritonism or a falling haemoglobin: kidney function does not delay this scan.",
    because_es="Choque, irritación peritoneal o caída de la hemoglobina: la función renal no retrasa esta TC.",
    cites=("micallef-2020", "davenport-2020"),
    urgency="now",
)
DETERIORATES = Step(
    key="contrast-ct",
    text="Multiphase contrast CT of the liver with a portal-venous phase (or contrast MR), portal branches asked for",
    text_es=(
        "TC hepática multifásica con contraste y fase portal (o RM con contraste), preguntando por las ramas portales"
    ),
    when=all_of(DETERIORATING, Not(definitely(_AT_ONCE)), _OPEN, scan_open("deteriorating")),
    due=Parameter("imaging-due-deteriorating", "h"),
    closed_by=(IMAGING,),
    because="The patient deteriorates after embolization or ablation: necrosis is suspected until imaged.",
    because_es="El paciente empeora tras el procedimiento: se sospecha necrosis hasta tener imagen.",
    cites=("micallef-2020",),
    urgency="urgent",
)
LASTS = Step(
    key="contrast-ct",
    text="Contrast CT of the liver with a portal-venous phase (or contrast MR), after the clinical review",
    text_es="TC hepática con contraste y fase portal (o RM con contraste), tras la valoración clínica",
    when=all_of(_LASTING, Not(definitely(DETERIORATING)), Not(definitely(_AT_ONCE)), _OPEN, scan_open("prolonged")),
    due=Parameter("imaging-due-prolonged", "h"),
    closed_by=(IMAGING,),
    because="Symptoms last longer than the ordinary syndrome: necrosis is suspected until imaged.",
    because_es="Los síntomas duran más de lo habitual: se sospecha necrosis hasta tener imagen.",
    cites=("micallef-2020",),
    urgency="soon",
)
KIDNEY = Step(
    key="imaging-kidney",
    text="Choose the scan by kidney function: MR with a group II agent or contrast ultrasound if stable",
    text_es="Si está estable, elegir según la función renal: RM con gadolinio del grupo II o ecografía con contraste",
    when=all_of(
        any_of(DETERIORATING, _LASTING),
        Not(definitely(_AT_ONCE)),
        _OPEN,
        _KIDNEY,
        scan_open("deteriorating", "prolonged"),
    ),
    due=None,
    closed_by=(),
    because="The kidneys are injured. A CT without an alternative is not put off for that: give fluids and scan.",
    because_es="Hay daño renal. Una TC imprescindible no se demora por ello: hidratar y realizarla.",
    cites=("davenport-2020", "woolen-2020"),
    urgency="soon",
)
REPEAT = Step(
    key="repeat-ct",
    text="Repeat the contrast CT (or MR): the first came too early to exclude necrosis",
    text_es="Repetir la TC (o RM) con contraste: la primera fue demasiado precoz para descartar necrosis",
    when=all_of(past(_TOO_EARLY), TRIGGERED_LATELY, _OPEN, _SCANNED, Not(_SCANNED_LATER)),
    due=Parameter("repeat-imaging-due", "h"),
    closed_by=(IMAGING,),
    because="Within 48 h of the procedure necrosis may not show yet, and the suspicion persists: between 48 and 72 h.",
    because_es="Antes de 48 h la necrosis puede no verse, y la sospecha persiste: entre las 48 y las 72 h.",
    cites=("torabi-2008",),
    urgency="soon",
)
DOPPLER = Step(
    key="doppler",
    text="Doppler of the portal vein and its segmental branches",
    text_es="Eco-Doppler de la vena porta y de sus ramas segmentarias",
    when=all_of(
        _SCANNED, any_of(TRIGGERED_LATELY, all_of(definitely(CONFIRMED), Not(DISCHARGED))), Not(_BRANCHES_TOLD)
    ),
    due=Parameter("doppler-due", "h"),
    closed_by=(("doppler", "portal-vein-thrombosis", "portal-vein-patent"),),
    because="The scan is silent on the portal branches. A normal Doppler speaks of the main, right and left vein only.",
    because_es="No constan las ramas portales. Un Doppler normal solo descarta tronco, rama derecha y rama izquierda.",
    cites=("micallef-2020",),
    urgency="soon",
)

STEPS = (AT_ONCE, DETERIORATES, LASTS, KIDNEY, REPEAT, DOPPLER)
