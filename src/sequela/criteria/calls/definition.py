"""Whom to call, and how soon: interventional radiology, critical care, surgery, the doctor on call.

The NEWS2 chart says who should come and gives no minutes: all times here are expert judgement. A call is closed by the
review that was written down, not by the request for it.
"""

from sequela.criteria.news2 import definition as news2
from sequela.criteria.pressure.definition import PRESSURE_VERY_LOW
from sequela.criteria.states.definition import DETERIORATING, PROLONGED
from sequela.criteria.surveillance.definition import VITALS_WINDOW
from sequela.criteria.symptoms.definition import SIGN_WINDOW
from sequela.logic.language import all_of, any_of, at_least, definitely
from sequela.logic.nodes import SCORE_UNIT, Parameter
from sequela.logic.shelf import Step
from sequela.logic.statements import Happened, Not, Seen

SHOCK = any_of(PRESSURE_VERY_LOW.sentence, Happened("vasopressor", within=VITALS_WINDOW))
"""Very low pressure or shock written down, or a vasopressor running."""
PERITONISM = Seen("peritonism", within=SIGN_WINDOW)
_EMERGENCY = any_of(news2.NEWS2_EMERGENCY.sentence, SHOCK)
_URGENT = any_of(
    all_of(news2.APPLIES, at_least(news2.NEWS2, Parameter("news2-urgent", SCORE_UNIT))),
    news2.NEWS2_SINGLE_THREE.sentence,
    news2.NEW_CONFUSION.sentence,
)

INTERVENTIONAL_RADIOLOGY = Step(
    key="ir-call",
    text="Call the interventional radiologist who treated the patient, or the one on call",
    text_es="Avisar al radiólogo intervencionista responsable o de guardia",
    when=DETERIORATING,
    due=Parameter("ir-call-due", "min"),
    closed_by=(("interventional-radiology-review",),),
    because="The patient deteriorates: who treated knows what was closed and what was not.",
    because_es="El paciente empeora: quien realizó el procedimiento sabe qué se ocluyó y qué no.",
    cites=("micallef-2020",),
    urgency="now",
)
CRITICAL_CARE = Step(
    key="critical-care-call",
    text="Call critical care, and monitor continuously until they decide on the level of care",
    text_es="Solicitar valoración urgente por Medicina Intensiva y monitorizar de forma continua hasta su decisión",
    when=_EMERGENCY,
    due=Parameter("critical-care-call-due", "min"),
    closed_by=(("critical-care-review", "icu"),),
    because="NEWS2 is at the emergency threshold, or there is shock.",
    because_es="NEWS2 en el umbral de emergencia, o choque.",
    cites=("rcp-2017",),
    urgency="now",
)
SURGERY = Step(
    key="surgical-call",
    text="Call the surgeon: peritoneal signs after the procedure",
    text_es="Solicitar valoración por Cirugía General: irritación peritoneal tras el procedimiento",
    when=PERITONISM,
    due=Parameter("surgical-call-due", "h"),
    closed_by=(("surgical-review", "surgery"),),
    because="Peritonism may be a perforation, a rupture or an infarcted gallbladder.",
    because_es="La irritación peritoneal puede ser perforación, rotura o infarto vesicular.",
    cites=("micallef-2020",),
    urgency="now",
)
REVIEW_URGENT = Step(
    key="clinical-review",
    text="See the patient at the bedside, and repeat the observations at least hourly",
    text_es="Valorar al paciente a pie de cama y repetir las constantes al menos cada hora",
    when=all_of(_URGENT, Not(definitely(_EMERGENCY))),
    due=Parameter("clinical-review-urgent-due", "min"),
    closed_by=(("clinical-review", "critical-care-review", "interventional-radiology-review", "icu"),),
    because="NEWS2 of 5 or more, one parameter at 3, or new confusion.",
    because_es="NEWS2 de 5 o más, un parámetro con 3 puntos o confusión nueva.",
    cites=("rcp-2017",),
    urgency="urgent",
)
REVIEW_PROLONGED = Step(
    key="clinical-review",
    text="Review the patient before imaging: symptoms, abdomen, bloods, and drugs that mask fever",
    text_es="Reevaluar al paciente antes de la TC: síntomas, abdomen, analítica y fármacos que enmascaran la fiebre",
    when=all_of(PROLONGED, Not(definitely(DETERIORATING))),
    due=Parameter("clinical-review-prolonged-due", "h"),
    closed_by=(("clinical-review", "interventional-radiology-review", "hepatology-review"),),
    because="Symptoms last longer than the ordinary syndrome.",
    because_es="Los síntomas duran más de lo habitual en el síndrome postembolización.",
    cites=("micallef-2020",),
    urgency="soon",
)

STEPS = (INTERVENTIONAL_RADIOLOGY, CRITICAL_CARE, SURGERY, REVIEW_URGENT, REVIEW_PROLONGED)
