"""After the discharge: bloods, contacts, and the image that is read again before the next session.

Surveillance does not end with the stay: 25 to 53 % of embolizations went home before enzymes or bilirubin had begun to
fall, abscesses came in weeks 1 to 8, and liver disease after radioembolization between 2 weeks and 4 months. All days
are expert judgement after these. The next check takes the place of one that was missed, or fell into a longer stay.
"""

from sequela.course.episodes import ProcedureKind
from sequela.criteria.hepatic_necrosis.definition import CONFIRMED
from sequela.criteria.states.definition import TRIGGER
from sequela.criteria.surveillance.definition import DISCHARGED, MINIMUM
from sequela.criteria.synthetic_function.definition import BILIRUBIN
from sequela.logic.language import all_of, definitely, inside, over, past
from sequela.logic.nodes import Parameter, Statement
from sequela.logic.quantities import UpperLimit
from sequela.logic.shelf import Step
from sequela.logic.statements import Not, ProcedureIs

_DUE = Parameter("follow-up-due", "d")
_PANEL = (("alt", "ast"), ("bilirubin",), ("inr",))
_SEEN = (("contact", "clinical-review", "admission"),)
_RADIOEMBOLIZATION = ProcedureIs((ProcedureKind.TARE,))


def _at_home(check: str, following: str = "") -> Statement:
    """At home on the day of a check, and the check that follows it has not yet taken its place."""
    asked = all_of(DISCHARGED, past(Parameter(f"{check}-from", "d")))
    return all_of(asked, inside(Parameter(f"{following}-from", "d"))) if following else asked


def _bloods(day: int, following: str) -> Step:
    """Bloods of a day at home."""
    return Step(
        key=f"bloods-day-{day}",
        text=f"Bloods of day {day}: transaminases, bilirubin, INR, creatinine and CRP",
        text_es=f"Analítica del día {day}: transaminasas, bilirrubina, INR, creatinina y PCR",
        when=_at_home(f"bloods-day-{day}", following),
        due=_DUE,
        closed_by=_PANEL,
        because="Many go home before enzymes and bilirubin fall.",
        because_es="Muchos pacientes se van de alta antes de que bajen las enzimas y la bilirrubina.",
        cites=("lewis-2012",),
        urgency="routine",
    )


def _contact(day: int, following: str) -> Step:
    """A contact of a day at home."""
    return Step(
        key=f"contact-day-{day}",
        text=f"Contact the patient (day {day}): fever, pain, jaundice, appetite, confusion; say when to come back",
        text_es=f"Contactar con el paciente (día {day}): fiebre, dolor, ictericia, apetito, confusión",
        when=_at_home(f"contact-day-{day}", following),
        due=_DUE,
        closed_by=_SEEN,
        because="An abscess comes in weeks 1 to 8, and may come without fever.",
        because_es="El absceso aparece entre la 1.ª y la 8.ª semana, a veces sin fiebre.",
        cites=("chen-1997", "kim-2006"),
        urgency="routine",
    )


def _radioembolization(week: int, following: str = "") -> Step:
    """A contact of a late week after radioembolization."""
    return Step(
        key=f"contact-week-{week}",
        text=f"Contact and bloods after radioembolization (week {week}): jaundice, ascites, bilirubin, albumin",
        text_es=f"Contacto y analítica tras la radioembolización (semana {week}): ictericia, ascitis, bilirrubina",
        when=all_of(_RADIOEMBOLIZATION, _at_home(f"contact-week-{week}", following)),
        due=_DUE,
        closed_by=_SEEN,
        because="Liver disease induced by radioembolization comes between 2 weeks and 4 months.",
        because_es="La hepatopatía inducida por radioembolización aparece entre 2 semanas y 4 meses.",
        cites=("sangro-2008",),
        urgency="routine",
    )


REREAD = Step(
    key="imaging-reread",
    text="Before the next session have the images read again: dilated bile ducts, portal branches, unperfused liver",
    text_es="Antes de la siguiente sesión, releer la imagen: dilatación biliar, ramas portales, hígado no perfundido",
    when=DISCHARGED,
    due=None,
    closed_by=(),
    because="Of the lesions that explain a later necrosis or biloma, 9 of 22 had been induced by an earlier session.",
    because_es="De las lesiones que explican una necrosis o un biloma posterior, 9 de 22 las causó una sesión previa.",
    cites=("joskin-2015",),
    urgency="routine",
)
BILIRUBIN_ALONE = Step(
    key="bilirubin-alone",
    text="A raised bilirubin alone does not block the discharge",
    text_es="La bilirrubina elevada de forma aislada no impide el alta",
    when=all_of(
        past(Parameter("bilirubin-alone-from", "d")),
        MINIMUM,
        over(BILIRUBIN, UpperLimit("bilirubin")),
        Not(definitely(TRIGGER)),
        Not(definitely(CONFIRMED)),
        Not(DISCHARGED),
    ),
    due=None,
    closed_by=(),
    because="Of 174 embolizations about half left while bilirubin still rose; check it again at home.",
    because_es="De 174 embolizaciones, cerca de la mitad se fueron de alta con la bilirrubina en ascenso; repetirla.",
    cites=("lewis-2012",),
    urgency="routine",
)

STEPS = (
    _bloods(3, "bloods-day-7"),
    _bloods(7, "contact-day-14"),
    _contact(7, "contact-day-14"),
    _contact(14, "contact-day-28"),
    _contact(28, "contact-day-56"),
    _contact(56, "contact-week-12"),
    _radioembolization(12, "contact-week-16"),
    _radioembolization(16),
    REREAD,
    BILIRUBIN_ALONE,
)
