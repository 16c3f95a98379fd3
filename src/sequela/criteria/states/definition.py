"""The one word of the board, its trend, recovery, and what counts as a trigger."""

from sequela.criteria.abscess_signs import definition as abscess_signs
from sequela.criteria.blood_counts import definition as blood_counts
from sequela.criteria.fever import definition as fever
from sequela.criteria.inflammation import definition as inflammation
from sequela.criteria.kidney import definition as kidney
from sequela.criteria.masking.definition import MASKED
from sequela.criteria.news2 import definition as news2
from sequela.criteria.pancreatitis import definition as pancreatitis
from sequela.criteria.pressure import definition as pressure
from sequela.criteria.symptoms import definition as symptoms
from sequela.criteria.synthetic_function import definition as synthetic_function
from sequela.criteria.transaminases import definition as transaminases
from sequela.logic.language import all_of, any_of, at_least, at_most, change, definitely, never, past, under
from sequela.logic.nodes import ONE, SCORE_UNIT, Parameter, Statement
from sequela.logic.quantities import Baseline, Difference, Latest, Peak, Product, Ratio, UpperLimit
from sequela.logic.shelf import Definition
from sequela.logic.statements import Became, Known, Not, Or, Seen, WasTrue

TOPICS = (
    news2,
    pressure,
    kidney,
    transaminases,
    synthetic_function,
    inflammation,
    fever,
    symptoms,
    blood_counts,
    abscess_signs,
    pancreatitis,
)
TRIGGERS: tuple[Definition, ...] = tuple(
    definition
    for topic in TOPICS
    for definition in topic.DEFINITIONS
    if definition.role in ("deteriorating", "prolonged")
)
"""Every statement that makes a course deteriorating or prolonged: either raises the suspicion of necrosis."""


def _any(role: str) -> Or:
    return Or(tuple(definition.sentence for definition in TRIGGERS if definition.role == role))


DETERIORATING = _any("deteriorating")
PROLONGED = _any("prolonged")
TRIGGER = any_of(DETERIORATING, PROLONGED)

_LOOK_BACK = Parameter("trend-window", "h")
_BEFORE = Parameter("trend-before", "h")
_NEWS2_CHANGE = Difference(Latest(news2.NEWS2, _LOOK_BACK), Latest(news2.NEWS2, _BEFORE, _LOOK_BACK))
_ENZYMES_FALLING = any_of(
    at_most(Ratio(transaminases.ALT, Peak("alt")), Parameter("enzymes-fallen-to", ONE)),
    at_most(Ratio(transaminases.AST, Peak("ast")), Parameter("enzymes-fallen-to", ONE)),
)


def new_within(window: Parameter, triggers: tuple[Definition, ...] = TRIGGERS) -> Statement:
    """Some trigger holds that began within the window and had not held for as long before: a swing is nothing new."""
    return Or(tuple(all_of(d.sentence, Became(WasTrue(d.sentence, window), window)) for d in triggers))


WORSENING = any_of(new_within(_LOOK_BACK), at_least(_NEWS2_CHANGE, Parameter("trend-news2", SCORE_UNIT)))
IMPROVING = any_of(
    at_most(_NEWS2_CHANGE, Parameter("trend-news2-fall", SCORE_UNIT)),
    _ENZYMES_FALLING,
    all_of(
        under(Peak("temperature", within=_LOOK_BACK), fever.FEVER),
        at_least(Peak("temperature", within=_BEFORE, until=_LOOK_BACK), fever.FEVER),
    ),
)
COMPARABLE = any_of(
    Known(_NEWS2_CHANGE),
    Known(change("alt", Parameter("bloods-current", "h"))),
    Known(change("ast", Parameter("bloods-current", "h"))),
)

_RECOVERED_WINDOW = Parameter("recovered-window", "h")


def _calm(kind: str) -> Statement:
    """The enzyme has been measured since, and is near normal or at half its peak."""
    return all_of(
        Known(Peak(kind)),
        any_of(
            at_most(Latest(kind), Product(Parameter("recovered-enzymes", ONE), UpperLimit(kind))),
            at_most(Ratio(Latest(kind), Peak(kind)), Parameter("recovered-share", ONE)),
        ),
    )


RECOVERED_NOW = all_of(
    past(Parameter("recovered-after", "d")),
    Not(MASKED),
    under(Peak("temperature", within=_RECOVERED_WINDOW), fever.FEVER),
    never(at_least(Latest("pain", _RECOVERED_WINDOW), Parameter("pain-moderate", SCORE_UNIT))),
    never(symptoms.abdominal_pain(_RECOVERED_WINDOW)),
    never(Seen("nausea", within=_RECOVERED_WINDOW)),
    never(Seen("vomiting", within=_RECOVERED_WINDOW)),
    any_of(_calm("alt"), all_of(Not(Known(Peak("alt"))), _calm("ast"))),
    never(at_least(change("inr"), Parameter("inr-rise", ONE))),
)
_LATELY = Or(tuple(WasTrue(definition.sentence, _LOOK_BACK) for definition in TRIGGERS))
_ON_NEW_OXYGEN = all_of(
    definitely(news2.OXYGEN_GIVEN), Not(definitely(at_least(Baseline("oxygen"), Parameter("oxygen-given", ONE))))
)
RECOVERED = all_of(
    WasTrue(RECOVERED_NOW),
    never(fever.FEVER_NOW),
    Not(definitely(TRIGGER)),
    Not(definitely(_LATELY)),
    Not(_ON_NEW_OXYGEN),
)
"""Was well at some moment since; is not febrile now, nor on oxygen that is not the patient's own; and nothing triggers,
nor did in the last day. It never ends surveillance."""
