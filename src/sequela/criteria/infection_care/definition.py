"""Sepsis treated hard: cultures and their repeats, antibiotics by likelihood, lactate, advice, source control.

The index paper asks for aggressive treatment, regular cultures and specialist input; the hours are those of the
Surviving Sepsis Campaign where it gives any. Advice closes a step when it is documented, not when it is asked for.
A stable fever of the first days asks for no antibiotic. Which drug is left to the specialist.
"""

from sequela.criteria.calls.definition import SHOCK
from sequela.criteria.fever.definition import FEVER_NOW, FEVER_WINDOW, HIGH_FEVER
from sequela.criteria.gas_forming_sepsis.definition import SIGNS as GAS_FORMING
from sequela.criteria.infection.definition import (
    INFECTION_LATELY,
    INFECTION_OPEN,
    INFECTION_SUSPECTED,
    SEPSIS_CONFIRMED,
    SEPSIS_NEWS2,
    SEPSIS_ORGANS,
    SHOCK_SUSPECTED,
)
from sequela.criteria.inflammation.definition import LACTATE
from sequela.criteria.kidney.definition import KIDNEY_INJURY
from sequela.criteria.liver_abscess.definition import ABSCESS_OPEN, GROWTH
from sequela.criteria.liver_failure.definition import ENCEPHALOPATHY_RECORDED
from sequela.criteria.states.definition import DETERIORATING
from sequela.criteria.symptoms.definition import SIGN_WINDOW
from sequela.logic.language import all_of, any_of, at_least, definitely, inside, over
from sequela.logic.nodes import Parameter, Statement
from sequela.logic.quantities import Latest
from sequela.logic.shelf import Step
from sequela.logic.statements import Happened, HoldsFor, Known, Not, Seen, TurnedSince, WasTrue

SEPTIC = any_of(definitely(any_of(SEPSIS_ORGANS.sentence, SEPSIS_NEWS2.sentence)), GAS_FORMING)
"""Sepsis is suspected now; the gas-forming one before an organ fails."""
_STILL_OPEN = WasTrue(SEPTIC, INFECTION_OPEN)
"""Sepsis is suspected, or was lately: a lactate that is out of date does not take advice or drainage off the list."""
SEPTIC_SHOCK = definitely(SHOCK_SUSPECTED.sentence)
_AT_ONCE = any_of(SEPTIC_SHOCK, definitely(SEPSIS_CONFIRMED), GAS_FORMING)
"""What leaves no three hours for an assessment: gas-forming sepsis kills within hours of its first sign."""
_TREATED_NOW = Happened("antibiotic", within=Parameter("antibiotic-running", "h"))
_HIGH_FEVER = at_least(Latest("temperature", FEVER_WINDOW), HIGH_FEVER)
_CULTURED = Happened("blood-culture", within=INFECTION_OPEN)
"""For what goes on now: cultures of an earlier fever are no first ones of this."""
_TWO_SETS = (("blood-culture", "blood-culture-set", "blood-culture-set"),)
"""Cultures taken as asked for, or one set and another."""


def _any_culture(within: Parameter) -> Statement:
    """Cultures within a time, if only a single set."""
    return any_of(Happened("blood-culture", within=within), Happened("blood-culture-set", within=within))


_FEBRILE_OR_SEPTIC = any_of(definitely(_HIGH_FEVER), definitely(Seen("rigors", within=SIGN_WINDOW)), SEPTIC)
_FEVER_OF_INFECTION = definitely(all_of(FEVER_NOW, INFECTION_SUSPECTED.sentence))
"""A fever that need not be high: late, or with bile that is open to the bowel."""
_FOCUS = definitely(any_of(Seen("abscess"), Seen("biloma"), Seen("purulent-aspirate"), Seen("gallbladder-necrosis")))
"""What a needle, a drain or a surgeon can reach."""
_INFECTED = definitely(
    any_of(*(Seen(f, within=ABSCESS_OPEN) for f in ("abscess", "purulent-aspirate", "gallbladder-necrosis")))
)
"""What is infected, newly found; a biloma may be sterile."""
_DRAINABLE = all_of(_FOCUS, _STILL_OPEN)
_DRAINED = ("drainage", "surgery")

CULTURES_SEPSIS = Step(
    key="blood-cultures",
    text="Two sets of blood cultures from separate punctures, before the antibiotic and without delaying it",
    text_es="Dos tandas de hemocultivos de venopunciones distintas, antes del antibiótico y sin retrasarlo",
    when=all_of(SEPTIC, Not(_CULTURED)),
    due=Parameter("cultures-due-sepsis", "min"),
    closed_by=_TWO_SETS,
    because="Sepsis is suspected. One set finds about three of four bloodstream infections, two find nine of ten.",
    because_es="Sospecha de sepsis. Una tanda detecta tres de cada cuatro bacteriemias, dos detectan nueve de diez.",
    cites=("evans-2021", "lee-2007"),
    urgency="now",
)
CULTURES_FEVER = Step(
    key="blood-cultures",
    text="Two sets of blood cultures from separate punctures, before any antibiotic",
    text_es="Dos tandas de hemocultivos de venopunciones distintas, antes de cualquier antibiótico",
    when=all_of(any_of(_FEBRILE_OR_SEPTIC, _FEVER_OF_INFECTION), Not(SEPTIC), Not(_CULTURED)),
    due=Parameter("cultures-due-fever", "h"),
    closed_by=_TWO_SETS,
    because="High fever or rigors, or a fever with which an infection is suspected.",
    because_es="Fiebre alta, escalofríos, o fiebre con sospecha de infección.",
    cites=("micallef-2020", "lee-2007"),
    urgency="urgent",
)
CULTURES_AGAIN = Step(
    key="blood-cultures-repeat",
    text="Blood cultures again: every 24 hours while the fever is high or sepsis lasts",
    text_es="Repetir los hemocultivos cada 24 horas mientras persistan la fiebre alta o la sepsis",
    when=all_of(
        _FEBRILE_OR_SEPTIC, _any_culture(INFECTION_OPEN), Not(_any_culture(Parameter("culture-repeat-after", "h")))
    ),
    due=Parameter("cultures-due-fever", "h"),
    closed_by=_TWO_SETS,
    because="The index paper asks for regular cultures.",
    because_es="El caso índice pide hemocultivos seriados.",
    cites=("micallef-2020",),
    urgency="soon",
)
NO_ANTIBIOTIC = Step(
    key="no-antibiotic",
    text="No automatic antibiotic: a fever of the first days in a stable patient is watched",
    text_es="No iniciar antibiótico de forma automática: vigilar la fiebre inicial si el paciente está estable",
    when=all_of(
        FEVER_NOW,
        inside(Parameter("no-antibiotic-until", "d")),
        Not(INFECTION_LATELY),
        Not(definitely(DETERIORATING)),
        Not(_TREATED_NOW),
    ),
    due=None,
    closed_by=(),
    because="Infection explained 7 of 108 and 9 of 97 such fevers.",
    because_es="La infección explicó 7 de 108 y 9 de 97 de estas fiebres.",
    cites=("asan-1998", "kang-2018"),
    urgency="routine",
)
ANTIBIOTIC_AT_ONCE = Step(
    key="antibiotic",
    text="Intravenous antibiotic within the hour, by local policy or the infection specialist",
    text_es="Antibiótico intravenoso en la primera hora, según la pauta local o el especialista en infecciosas",
    when=all_of(_AT_ONCE, Not(_TREATED_NOW)),
    due=Parameter("antibiotic-due-shock", "h"),
    closed_by=(("antibiotic",),),
    because="Septic shock or gas-forming sepsis is suspected, or sepsis is highly likely.",
    because_es="Sospecha de choque séptico o sepsis por gérmenes formadores de gas, o sepsis muy probable.",
    cites=("evans-2021", "sakamoto-2012"),
    urgency="now",
)
ANTIBIOTIC_OR_NOT = Step(
    key="antibiotic",
    text="Assess quickly, and start an antibiotic within three hours if concern for infection persists",
    text_es="Completar la valoración rápida y, si persiste la sospecha de infección, antibiótico antes de 3 horas",
    when=all_of(SEPTIC, Not(_AT_ONCE), Not(_TREATED_NOW)),
    due=Parameter("antibiotic-due-concern", "h"),
    closed_by=(("antibiotic", "infection-excluded"),),
    because="Sepsis is possible, without shock.",
    because_es="Sepsis posible, sin choque.",
    cites=("evans-2021",),
    urgency="urgent",
)
LACTATE_NOW = Step(
    key="lactate",
    text="Measure lactate",
    text_es="Medir el lactato",
    when=all_of(any_of(SEPTIC, definitely(SHOCK)), Not(Known(LACTATE))),
    due=Parameter("lactate-due", "h"),
    closed_by=(("lactate",),),
    because="Sepsis or shock is suspected.",
    because_es="Sospecha de sepsis o choque.",
    cites=("evans-2021", "ssc-2018"),
    urgency="urgent",
)
LACTATE_AGAIN = Step(
    key="lactate-repeat",
    text="Lactate again within 2 to 4 hours; a failing liver clears it more slowly",
    text_es="Repetir el lactato en 2-4 horas; con fallo hepático se aclara más despacio",
    when=all_of(
        definitely(over(LACTATE, Parameter("lactate-with-pressure", "mmol/L"))),
        Not(Known(Latest("lactate", Parameter("lactate-repeat-after", "h")))),
    ),
    due=Parameter("lactate-repeat-due", "h"),
    closed_by=(("lactate",),),
    because="The last lactate was over 2 mmol/L.",
    because_es="El último lactato superaba 2 mmol/L.",
    cites=("ssc-2018",),
    urgency="urgent",
)
PARACENTESIS = Step(
    key="paracentesis",
    text="Diagnostic paracentesis: cell count, and culture in blood culture bottles",
    text_es="Paracentesis diagnóstica: recuento celular y cultivo en frascos de hemocultivo",
    when=definitely(
        all_of(
            Seen("ascites", within=SIGN_WINDOW),
            any_of(FEVER_NOW, DETERIORATING, ENCEPHALOPATHY_RECORDED, KIDNEY_INJURY.sentence),
        )
    ),
    due=Parameter("paracentesis-due", "h"),
    closed_by=(("paracentesis",),),
    because="Ascites with fever, deterioration, encephalopathy or kidney injury.",
    because_es="Ascitis con fiebre, empeoramiento, encefalopatía o daño renal.",
    cites=("kim-2014",),
    urgency="urgent",
)
ADVICE = Step(
    key="infection-advice",
    text="Advice of infectious diseases or microbiology on the antibiotic, written down",
    text_es="Recomendación antibiótica de Enfermedades Infecciosas o Microbiología, por escrito",
    when=any_of(_STILL_OPEN, _INFECTED),
    due=Parameter("infection-advice-due", "h"),
    closed_by=(("infection-advice",),),
    because="Sepsis or an infected collection: the index paper asks for specialist input on antibiotics.",
    because_es="Sepsis o colección infectada: el caso índice pide la opinión del especialista.",
    cites=("micallef-2020",),
    urgency="soon",
)
REVIEW = Step(
    key="antibiotic-review",
    text="Review the antibiotic at 48 to 72 hours: indication, spectrum, route, duration, by cultures and course",
    text_es="Revisar el antibiótico a las 48-72 horas: indicación, espectro, vía y duración, con cultivos y evolución",
    when=HoldsFor(_TREATED_NOW, Parameter("antibiotic-review-after", "h")),
    due=Parameter("antibiotic-review-due", "h"),
    closed_by=(("infection-advice",),),
    because="The antibiotic has run for two days.",
    because_es="El antibiótico lleva dos días.",
    cites=("evans-2021",),
    urgency="soon",
)
POSITIVE = Step(
    key="antibiotic-review-culture",
    text="Discuss the positive culture with the infection specialist, and adjust to the sensitivities",
    text_es="Comentar el cultivo positivo con el especialista en infecciosas y ajustar al antibiograma",
    when=definitely(GROWTH.sentence),
    due=Parameter("culture-advice-due", "h"),
    closed_by=(("infection-advice",),),
    because="A culture is positive.",
    because_es="Hay un cultivo positivo.",
    cites=("micallef-2020",),
    urgency="urgent",
)
SOURCE_SHOCK = Step(
    key="source-control",
    text="Drain the focus or operate, as soon as can be and within 6 hours",
    text_es="Drenar el foco o intervenir cuanto antes, y siempre antes de 6 horas",
    when=all_of(_FOCUS, SEPTIC_SHOCK),
    due=Parameter("source-control-due-shock", "h"),
    closed_by=(_DRAINED,),
    because="A focus that can be drained, and shock.",
    because_es="Foco drenable y choque.",
    cites=("evans-2021", "reitz-2022"),
    urgency="now",
)
SOURCE = Step(
    key="source-control",
    text="Agree on drainage of the focus, and do it within 12 hours",
    text_es="Acordar el drenaje del foco y realizarlo en las próximas 12 horas",
    # What was drained in shock is not asked for again when the shock is over.
    when=all_of(
        _DRAINABLE,
        Not(SEPTIC_SHOCK),
        any_of(TurnedSince(_DRAINABLE, _DRAINED), Not(any_of(*(Happened(event) for event in _DRAINED)))),
    ),
    due=Parameter("source-control-due", "h"),
    closed_by=(_DRAINED,),
    because="A focus that can be drained, and sepsis.",
    because_es="Foco drenable y sepsis.",
    cites=("evans-2021", "reitz-2022"),
    urgency="urgent",
)

STEPS = (
    CULTURES_SEPSIS,
    CULTURES_FEVER,
    CULTURES_AGAIN,
    NO_ANTIBIOTIC,
    ANTIBIOTIC_AT_ONCE,
    ANTIBIOTIC_OR_NOT,
    LACTATE_NOW,
    LACTATE_AGAIN,
    PARACENTESIS,
    ADVICE,
    REVIEW,
    POSITIVE,
    SOURCE_SHOCK,
    SOURCE,
)
