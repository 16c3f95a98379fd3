"""Pain and nausea that last too long, and the signs that go to the infection and bleeding pathway on any day.

A rising dose of opioids is judged by what somebody charted as the sum of 24 hours in oral morphine. Single doses
recorded as events are never added up: records miss some of them, and the drugs differ milligram for milligram.
"""

from sequela.criteria.fever.definition import FEVER_NOW
from sequela.logic.language import all_of, any_of, at_least, definitely, past
from sequela.logic.nodes import ONE, SCORE_UNIT, Parameter
from sequela.logic.quantities import Called, Difference, Latest, Lowest, Product
from sequela.logic.shelf import Definition
from sequela.logic.statements import Named, Or, Seen

SIGN_WINDOW = Parameter("sign-current", "h")
PAIN = Latest("pain", Parameter("pain-current", "h"))


def abdominal_pain(within: Parameter) -> Or:
    """Abdominal pain in the look-back; pain that was written down as epigastric is one."""
    return any_of(Seen("abdominal-pain", within=within), definitely(Seen("epigastric-pain", within=within)))


PAIN_WORSENING = Definition(
    key="pain-worsening",
    title="Pain well above the previous day's lowest, after the first days",
    sentence=Named(
        "pain-worsening",
        all_of(
            past(Parameter("pain-worsening-after", "d")),
            at_least(PAIN, Parameter("pain-strong", SCORE_UNIT)),
            at_least(
                Difference(
                    PAIN,
                    Lowest("pain", within=Parameter("previous-day-from", "h"), until=Parameter("previous-day-to", "h")),
                ),
                Parameter("pain-rise", SCORE_UNIT),
            ),
        ),
    ),
    cites=("leung-2001",),
    support="non-specific",
    role="prolonged",
)
_OPIOIDS_WINDOW = Parameter("opioid-sum-current", "h")
_OPIOIDS = Latest("opioid-dose-24h", _OPIOIDS_WINDOW)
_OPIOIDS_BEFORE = Latest(
    Called(
        "24-hour opioid dose of the day before",
        Latest("opioid-dose-24h", within=Parameter("previous-day-from", "h"), until=Parameter("opioid-sum-apart", "h")),
    ),
    _OPIOIDS_WINDOW,
)
"""What had been charted about a day sooner when the last sum was; without that, whether it rises is unknown."""
OPIOIDS_RISING = Definition(
    key="opioids-rising",
    title="A day's opioids well above those of the day before, after the first days",
    sentence=Named(
        "opioids-rising",
        all_of(
            past(Parameter("pain-worsening-after", "d")),
            at_least(_OPIOIDS, Product(Parameter("opioid-fold", ONE), _OPIOIDS_BEFORE)),
            at_least(Difference(_OPIOIDS, _OPIOIDS_BEFORE), Parameter("opioid-rise", "mg/d")),
        ),
    ),
    cites=("leung-2001",),
    support="non-specific",
    role="prolonged",
)
PAIN_LATE = Definition(
    key="pain-late",
    title="Abdominal pain beyond the days in which it is expected",
    sentence=Named(
        "pain-late",
        all_of(
            past(Parameter("pain-late-after", "d")),
            any_of(at_least(PAIN, Parameter("pain-moderate", SCORE_UNIT)), abdominal_pain(SIGN_WINDOW)),
        ),
    ),
    cites=("leung-2001",),
    support="non-specific",
    role="prolonged",
)
NAUSEA_LATE = Definition(
    key="nausea-late",
    title="Nausea or vomiting beyond the days in which it is expected",
    sentence=Named(
        "nausea-late",
        all_of(
            past(Parameter("nausea-late-after", "d")),
            any_of(
                at_least(Latest("nausea", SIGN_WINDOW), Parameter("nausea-moderate", SCORE_UNIT)),
                Seen("nausea", within=SIGN_WINDOW),
                Seen("vomiting", within=SIGN_WINDOW),
            ),
        ),
    ),
    cites=("leung-2001",),
    support="non-specific",
    role="prolonged",
)
RED_FLAG = Definition(
    key="red-flag",
    title="Rigors, sudden abdominal pain or peritonism: the infection and bleeding pathway, on any day",
    sentence=Named(
        "red-flag",
        any_of(
            Seen("rigors", within=SIGN_WINDOW),
            Seen("sudden-abdominal-pain", within=SIGN_WINDOW),
            Seen("peritonism", within=SIGN_WINDOW),
        ),
    ),
    cites=("chen-1997", "lv-2016"),
    support="non-specific",
    role="deteriorating",
)
BILIARY_FEVER = Definition(
    key="biliary-fever",
    title="Fever with a bilioenteric anastomosis, biliary stent or sphincterotomy, on any day",
    sentence=Named(
        "biliary-fever",
        all_of(
            any_of(
                definitely(Seen("bilioenteric-anastomosis")),
                definitely(Seen("biliary-stent")),
                definitely(Seen("sphincterotomy")),
            ),
            FEVER_NOW,
        ),
    ),
    cites=("lv-2016",),
    support="non-specific",
    role="deteriorating",
)
BLEEDING_SIGN = Definition(
    key="bleeding-sign",
    title="Melaena or haematemesis",
    sentence=Named(
        "bleeding-sign", any_of(Seen("melaena", within=SIGN_WINDOW), Seen("haematemesis", within=SIGN_WINDOW))
    ),
    cites=("medicine-2017",),
    support="non-specific",
    role="deteriorating",
)
DIAGNOSIS_RECORDED = Definition(
    key="diagnosis-recorded",
    title="Sepsis, acute liver failure, active bleeding or tumour rupture recorded",
    sentence=Named(
        "diagnosis-recorded",
        any_of(
            Seen("sepsis", within=SIGN_WINDOW),
            Seen("acute-liver-failure", within=SIGN_WINDOW),
            Seen("active-bleeding", within=SIGN_WINDOW),
            Seen("tumour-rupture", within=SIGN_WINDOW),
        ),
    ),
    cites=("micallef-2020", "medicine-2017"),
    support="non-specific",
    role="deteriorating",
)

DEFINITIONS = (
    PAIN_WORSENING,
    OPIOIDS_RISING,
    PAIN_LATE,
    NAUSEA_LATE,
    RED_FLAG,
    BILIARY_FEVER,
    BLEEDING_SIGN,
    DIAGNOSIS_RECORDED,
)
