"""Bleeding, portal thrombosis and carcinoid crisis: what is done next. All hours are expert judgement."""

from sequela.criteria.blood_counts.definition import HAEMOGLOBIN_FALL
from sequela.criteria.calls.definition import SHOCK
from sequela.criteria.carcinoid_crisis.definition import CARCINOID_SIGNS
from sequela.criteria.portal_vein_thrombosis.definition import CONFIRMED
from sequela.criteria.symptoms.definition import BLEEDING_SIGN, SIGN_WINDOW
from sequela.logic.language import any_of, definitely
from sequela.logic.nodes import Parameter
from sequela.logic.shelf import Step
from sequela.logic.statements import Seen

_BLEEDING_SEEN = any_of(
    BLEEDING_SIGN.sentence, Seen("active-bleeding", within=SIGN_WINDOW), Seen("tumour-rupture", within=SIGN_WINDOW)
)
CARCINOID_PATH = Step(
    key="carcinoid-crisis-path",
    text="Suspected carcinoid crisis: call anaesthesia or critical care, octreotide by the local protocol",
    text_es="Sospecha de crisis carcinoide: avisar a Anestesia o Intensivos y dar octreotida según el protocolo local",
    when=definitely(CARCINOID_SIGNS.sentence),
    due=Parameter("carcinoid-path-due", "min"),
    closed_by=(("octreotide",),),
    because="Flushing, bronchospasm or unstable pressure in a neuroendocrine tumour; look for sepsis and bleeding too.",
    because_es="Rubefacción, broncoespasmo o presión inestable; buscar también sepsis y sangrado.",
    cites=("bardasi-2022", "lewis-2012"),
    urgency="now",
)
BLEEDING_BLOODS = Step(
    key="bleeding-bloods",
    text="Haemoglobin and clotting again, and a crossmatch",
    text_es="Repetir hemoglobina y coagulación y solicitar pruebas cruzadas",
    when=definitely(any_of(HAEMOGLOBIN_FALL.sentence, _BLEEDING_SEEN, SHOCK)),
    due=Parameter("bleeding-bloods-due", "h"),
    closed_by=(("haemoglobin",),),
    again=True,
    because="Haemoglobin falls, bleeding is seen, or there is shock.",
    because_es="Cae la hemoglobina, hay sangrado visible o choque.",
    cites=("rahbari-phh-2011",),
    urgency="now",
)
ANTICOAGULATION = Step(
    key="anticoagulation-decision",
    text="Decide on anticoagulation with hepatology and interventional radiology, and write the decision down",
    text_es="Decidir la anticoagulación con Hepatología y Radiología Intervencionista, y dejarlo por escrito",
    when=definitely(CONFIRMED),
    due=Parameter("anticoagulation-decision-due", "h"),
    closed_by=(("anticoagulation-decision", "anticoagulant"),),
    because="New portal thrombosis: weigh bleeding, dead liver and abscess against recanalisation.",
    because_es="Trombosis portal nueva: sopesar sangrado, necrosis y absceso frente a la recanalización.",
    cites=("micallef-2020",),
    urgency="soon",
)

STEPS = (CARCINOID_PATH, BLEEDING_BLOODS, ANTICOAGULATION)
