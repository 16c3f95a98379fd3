"""What supports a liver that is injured or fails: bloods and their repeats, a watched bed, drugs, and whom to tell.

No guideline text with these hours could be read, so all of them are expert judgement; what the steps ask for is what
guidelines on acute liver failure are about. Regimens are left to the specialist.
"""

from sequela.criteria.bleeding.definition import FLUID
from sequela.criteria.blood_counts.definition import HAEMOGLOBIN_FALL
from sequela.criteria.calls.definition import SHOCK
from sequela.criteria.kidney.definition import KIDNEY_INJURY
from sequela.criteria.liver_failure.definition import (
    ENCEPHALOPATHY_RECORDED,
    LIVER_FAILURE_SUSPECTED,
    LIVER_INJURY_MILD,
    LIVER_INJURY_SEVERE,
)
from sequela.criteria.states.definition import DETERIORATING, PROLONGED
from sequela.criteria.surveillance.definition import (
    BILIRUBIN_CURRENT,
    DISCHARGED,
    INR_CURRENT,
    TRANSAMINASE_CURRENT,
)
from sequela.criteria.symptoms.definition import BLEEDING_SIGN
from sequela.criteria.synthetic_function.definition import (
    BILIRUBIN_LATE,
    BILIRUBIN_WITH_FAILURE,
    CIRRHOSIS,
    INR,
    INR_RISEN,
    OFF_ANTICOAGULANTS,
)
from sequela.criteria.transaminases.definition import TRANSAMINASE_RECHECK
from sequela.logic.language import all_of, any_of, at_least, definitely
from sequela.logic.nodes import ONE, Parameter, Statement
from sequela.logic.quantities import Latest
from sequela.logic.shelf import Step
from sequela.logic.statements import Known, Not, Seen

_PANEL = (("alt", "ast"), ("bilirubin",), ("inr",))
_INR_RAISED = at_least(INR, Parameter("inr-raised", ONE))
_COAGULOPATHY = all_of(OFF_ANTICOAGULANTS, _INR_RAISED)
FAILURE = definitely(any_of(LIVER_FAILURE_SUSPECTED.sentence, all_of(_COAGULOPATHY, ENCEPHALOPATHY_RECORDED)))
"""INR raised with any encephalopathy, whatever the liver was before."""
_MORE_THAN_BILIRUBIN = any_of(
    INR_RISEN.sentence,
    BILIRUBIN_LATE.sentence,
    BILIRUBIN_WITH_FAILURE.sentence,
    LIVER_INJURY_SEVERE.sentence,
    all_of(LIVER_INJURY_MILD.sentence, Not(Known(INR))),
)
INJURY = definitely(_MORE_THAN_BILIRUBIN)
"""Bilirubin that has risen alone, beside an INR that has not, is common, blocks no discharge and asks for no series."""
_EITHER = any_of(FAILURE, all_of(INJURY, Not(DISCHARGED)))


def _older_than(kind: str, parameter: str) -> Statement:
    """The last value is older than so long, or there is none."""
    return Not(Known(Latest(kind, Parameter(parameter, "h"))))


LIVER_PANEL = Step(
    key="liver-panel",
    text="ALT, AST, bilirubin and INR",
    text_es="ALT, AST, bilirrubina e INR",
    when=any_of(
        DETERIORATING,
        PROLONGED,
        all_of(
            Not(DISCHARGED),
            Not(all_of(TRANSAMINASE_CURRENT.sentence, BILIRUBIN_CURRENT.sentence, INR_CURRENT.sentence)),
        ),
    ),
    due=Parameter("liver-panel-due", "h"),
    closed_by=_PANEL,
    because="Injury and synthetic function must be known to tell the expected syndrome from necrosis.",
    because_es="El daño y la función hepática distinguen el síndrome esperado de la necrosis.",
    cites=("micallef-2020", "easl-alf-2017"),
    urgency="soon",
)
LIVER_PANEL_AGAIN = Step(
    key="liver-panel",
    text="ALT and AST again with bilirubin and INR, 12 hours after the last",
    text_es="Repetir ALT y AST con bilirrubina e INR a las 12 horas de la última analítica",
    when=all_of(
        TRANSAMINASE_RECHECK.sentence,
        _older_than("alt", "transaminase-repeat-after"),
        _older_than("ast", "transaminase-repeat-after"),
    ),
    due=Parameter("transaminase-repeat-due", "h"),
    closed_by=_PANEL,
    because="ALT or AST is high: what matters is whether it still rises, and what INR does.",
    because_es="ALT o AST muy elevadas: lo decisivo es si siguen subiendo y cómo evoluciona el INR.",
    cites=("lewis-2012",),
    urgency="soon",
)
HEPATOLOGY = Step(
    key="hepatology-call",
    text="Call hepatology, and the transplant centre where that may come to be asked",
    text_es="Avisar a Hepatología y, si procede, al centro de trasplante de referencia",
    when=FAILURE,
    due=Parameter("hepatology-call-due", "h"),
    closed_by=(("hepatology-review",),),
    because="INR of 1.5 or more with encephalopathy: the liver fails.",
    because_es="INR de 1,5 o más con encefalopatía: el hígado fracasa.",
    cites=("aasld-2011", "easl-alf-2017"),
    urgency="now",
)
INR_INJURY = Step(
    key="inr-series",
    text="INR again, every 6 to 12 hours while the injury lasts",
    text_es="Repetir el INR cada 6-12 horas mientras persista la lesión hepática",
    when=all_of(INJURY, Not(FAILURE), Not(DISCHARGED), _older_than("inr", "inr-repeat-after")),
    due=Parameter("inr-repeat-due", "h"),
    closed_by=(("inr",),),
    because="INR tells first whether an injured liver fails.",
    because_es="El INR es lo primero que dice si un hígado dañado fracasa.",
    cites=("easl-alf-2017",),
    urgency="urgent",
)
INR_FAILURE = Step(
    key="inr-series",
    text="INR again, every 6 hours",
    text_es="Repetir el INR cada 6 horas",
    when=all_of(FAILURE, _older_than("inr", "inr-repeat-after-failure")),
    due=Parameter("inr-repeat-due-failure", "h"),
    closed_by=(("inr",),),
    because="The course of INR decides on transplantation.",
    because_es="La evolución del INR decide sobre el trasplante.",
    cites=("easl-alf-2017",),
    urgency="urgent",
)
GLUCOSE = Step(
    key="glucose-series",
    text="Glucose again, every 2 to 4 hours",
    text_es="Controlar la glucemia cada 2-4 horas",
    when=all_of(FAILURE, _older_than("glucose", "glucose-repeat-after")),
    due=Parameter("glucose-repeat-due", "h"),
    closed_by=(("glucose",),),
    because="A failing liver lets glucose fall, and the fall looks like encephalopathy.",
    because_es="El fracaso hepático causa hipoglucemia, que se confunde con encefalopatía.",
    cites=("easl-alf-2017",),
    urgency="urgent",
)
ELECTROLYTES = Step(
    key="electrolytes",
    text="Potassium, phosphate and magnesium, and correct them",
    text_es="Solicitar potasio, fósforo y magnesio, y corregirlos",
    when=all_of(
        _EITHER,
        any_of(*(_older_than(kind, "electrolytes-current") for kind in ("potassium", "phosphate", "magnesium"))),
    ),
    due=Parameter("electrolytes-due", "h"),
    closed_by=(("potassium",), ("phosphate",), ("magnesium",)),
    because="They fall as the liver fails.",
    because_es="Descienden en el fracaso hepático.",
    cites=("easl-alf-2017",),
    urgency="soon",
)
MONITORED_BED = Step(
    key="monitored-bed",
    text="A monitored bed",
    text_es="Trasladar a una cama monitorizada",
    when=any_of(FAILURE, all_of(INJURY, DETERIORATING)),
    due=Parameter("monitored-bed-due", "h"),
    closed_by=(("monitored-bed", "icu"),),
    because="The liver fails, or is injured in a patient who deteriorates.",
    because_es="El hígado fracasa, o está dañado y el paciente empeora.",
    cites=("easl-alf-2017",),
    urgency="urgent",
)
DRUG_REVIEW = Step(
    key="drug-review",
    text="Review the drugs: stop what harms liver or kidney, adjust doses, avoid sedatives",
    text_es="Revisar la medicación: suspender hepatotóxicos y nefrotóxicos, ajustar dosis, evitar sedantes",
    when=any_of(FAILURE, definitely(LIVER_INJURY_MILD.sentence), definitely(KIDNEY_INJURY.sentence)),
    due=Parameter("drug-review-due", "h"),
    closed_by=(("drug-review",),),
    because="The liver or the kidneys are injured.",
    because_es="Hay daño hepático o renal.",
    cites=("easl-alf-2017", "kdigo-2012"),
    urgency="soon",
)
LACTULOSE = Step(
    key="lactulose",
    text="Lactulose, and look for what brought the encephalopathy on",
    text_es="Iniciar lactulosa y buscar el desencadenante de la encefalopatía",
    when=definitely(all_of(CIRRHOSIS, ENCEPHALOPATHY_RECORDED)),
    due=Parameter("lactulose-due", "h"),
    closed_by=(("lactulose",),),
    because="Encephalopathy in cirrhosis. In acute liver failure the hepatologist decides.",
    because_es="Encefalopatía en la cirrosis. En el fracaso agudo decide Hepatología.",
    cites=("vilstrup-2014",),
    urgency="soon",
)
NO_PLASMA = Step(
    key="no-plasma",
    text="No plasma to correct the INR unless there is bleeding or a procedure",
    text_es="No transfundir plasma para corregir el INR sin sangrado ni procedimiento",
    when=all_of(
        definitely(_COAGULOPATHY),
        Not(
            definitely(
                any_of(
                    BLEEDING_SIGN.sentence,
                    HAEMOGLOBIN_FALL.sentence,
                    FLUID.sentence,
                    Seen("active-bleeding"),
                    Seen("tumour-rupture"),
                    SHOCK,
                )
            )
        ),
    ),
    due=None,
    closed_by=(),
    because="Plasma takes away the INR as the sign of how the liver does (judgement: no guideline text was read).",
    because_es="El plasma impide usar el INR como marcador pronóstico (juicio de expertos).",
    cites=("easl-alf-2017",),
    urgency="routine",
)
ACETYLCYSTEINE = Step(
    key="acetylcysteine-note",
    text="N-acetylcysteine: a decision of the hepatologist",
    text_es="N-acetilcisteína: decisión de Hepatología",
    when=FAILURE,
    due=None,
    closed_by=(),
    because="Outside paracetamol poisoning little speaks for it; no study after embolization was found.",
    because_es="Fuera del paracetamol la evidencia es escasa; no se hallaron estudios tras embolización.",
    cites=("aasld-2011",),
    urgency="routine",
)

STEPS = (
    LIVER_PANEL,
    LIVER_PANEL_AGAIN,
    HEPATOLOGY,
    INR_INJURY,
    INR_FAILURE,
    GLUCOSE,
    ELECTROLYTES,
    MONITORED_BED,
    DRUG_REVIEW,
    LACTULOSE,
    NO_PLASMA,
    ACETYLCYSTEINE,
)
