"""NEWS2, the full chart with both oxygen saturation scales, and what its value asks for."""

from sequela.criteria.surveillance.definition import SYSTOLIC, VITALS_WINDOW
from sequela.logic.language import all_of, any_of, at_least, at_most, definitely, inside, never, past, times, under
from sequela.logic.nodes import SCORE_UNIT, Parameter
from sequela.logic.quantities import (
    Age,
    Banded,
    Baseline,
    Called,
    Choice,
    Difference,
    DurationAbove,
    Latest,
    Part,
    Score,
)
from sequela.logic.scores import ScoreDefinition
from sequela.logic.shelf import Definition
from sequela.logic.statements import Compare, Known, Named, Not, Seen

_CITES = ("rcp-2017",)
CONFUSION_WINDOW = Parameter("confusion-current", "h")
_SEDATION_OVER = Parameter("sedation-over", "h")

OXYGEN_GIVEN = Compare(Latest("oxygen", VITALS_WINDOW), "==", Parameter("oxygen-given", "1"))
HYPERCAPNIC = definitely(Seen("hypercapnic-respiratory-failure"))
ALTERED_MIND = any_of(
    Seen("confusion", within=CONFUSION_WINDOW),
    Seen("drowsiness", within=CONFUSION_WINDOW),
    Seen("hepatic-encephalopathy", within=CONFUSION_WINDOW),
)
"""Confusion, drowsiness or encephalopathy written down without a scale."""

_ACVPU = Latest("consciousness", VITALS_WINDOW)
_GCS = Latest("gcs", VITALS_WINDOW)
_WEST_HAVEN = Latest("west-haven", CONFUSION_WINDOW)
ENCEPHALOPATHY = any_of(
    ALTERED_MIND,
    Seen("asterixis", within=CONFUSION_WINDOW),
    all_of(at_least(_ACVPU, Parameter("not-alert", "1")), never(at_least(Baseline("consciousness"), _ACVPU))),
    all_of(definitely(at_most(_GCS, Parameter("gcs-not-alert", SCORE_UNIT))), never(at_most(Baseline("gcs"), _GCS))),
    all_of(
        definitely(at_least(_WEST_HAVEN, Parameter("west-haven-encephalopathy", SCORE_UNIT))),
        never(at_least(Baseline("west-haven"), _WEST_HAVEN)),
    ),
)
"""The same, or asterixis, or any West Haven grade, or less than alert on a scale, worse than before the procedure."""

_RESPIRATION = Banded(Latest("respiratory-rate", VITALS_WINDOW), Parameter("news2-respiratory-rate", "/min"))
_SATURATION = Latest("spo2", VITALS_WINDOW)
_SCALE_1 = Banded(_SATURATION, Parameter("news2-spo2-scale-1", "%"))
_SCALE_2 = Choice(
    OXYGEN_GIVEN,
    Banded(_SATURATION, Parameter("news2-spo2-scale-2-on-oxygen", "%")),
    Banded(_SATURATION, Parameter("news2-spo2-scale-2-on-air", "%")),
)
_OXYGEN = Banded(Latest("oxygen", VITALS_WINDOW), Parameter("news2-oxygen", "1"))
_SYSTOLIC = Banded(SYSTOLIC, Parameter("news2-systolic-pressure", "mm[Hg]"))
_PULSE = Banded(Latest("heart-rate", VITALS_WINDOW), Parameter("news2-heart-rate", "/min"))
_CONSCIOUSNESS = Choice(
    definitely(ALTERED_MIND),
    Parameter("news2-new-confusion", SCORE_UNIT),
    Choice(
        all_of(Not(Known(Latest("consciousness", VITALS_WINDOW))), Known(Latest("gcs", VITALS_WINDOW))),
        Banded(Latest("gcs", VITALS_WINDOW), Parameter("news2-gcs", SCORE_UNIT)),
        Banded(Latest("consciousness", VITALS_WINDOW), Parameter("news2-consciousness", "1")),
    ),
)
_TEMPERATURE = Banded(Latest("temperature", VITALS_WINDOW), Parameter("news2-temperature", "Cel"))

NEWS2 = Score(
    "NEWS2",
    (
        Part("respiratory-rate", _RESPIRATION, 0, 3),
        Part("spo2", Choice(HYPERCAPNIC, _SCALE_2, _SCALE_1), 0, 3),
        Part("oxygen", _OXYGEN, 0, 2),
        Part("systolic-pressure", _SYSTOLIC, 0, 3),
        Part("heart-rate", _PULSE, 0, 3),
        Part("consciousness", _CONSCIOUSNESS, 0, 3),
        Part("temperature", _TEMPERATURE, 0, 3),
    ),
)
_WITHOUT_TEMPERATURE = Score("NEWS2 without temperature", NEWS2.parts[:-1])
APPLIES = all_of(
    never(under(Age(), Parameter("news2-from-age", "a"))),
    never(Seen("pregnancy")),
)
"""For patients of 16 or over who are not pregnant; an age or pregnancy that nobody recorded does not bar it."""

NEWS2_SCORE = ScoreDefinition(
    key="NEWS2",
    title="National Early Warning Score 2",
    score=NEWS2,
    cites=_CITES,
    applies=APPLIES,
    excludes="not under 16 years or in pregnancy",
    inputs=(
        "respiratory-rate",
        "spo2",
        "oxygen",
        "systolic-pressure",
        "heart-rate",
        "consciousness",
        "temperature",
        "hypercapnic-respiratory-failure",
    ),
)

_EMERGENCY = Parameter("news2-emergency", SCORE_UNIT)
URGENT = Parameter("news2-urgent", SCORE_UNIT)
_TWICE = Parameter("news2-sets", "1")
_RISE_WITHIN = Parameter("news2-rise-within", "h")
_RISE_APART = Parameter("news2-rise-apart", "h")

NEWS2_EMERGENCY = Definition(
    key="news2-emergency",
    title="NEWS2 at the emergency threshold",
    sentence=Named("news2-emergency", all_of(APPLIES, at_least(NEWS2, _EMERGENCY))),
    cites=_CITES,
    support="non-specific",
    role="deteriorating",
)
NEWS2_URGENT_TWICE = Definition(
    key="news2-urgent-twice",
    title="NEWS2 at the urgent threshold on two sets",
    sentence=Named(
        "news2-urgent-twice",
        all_of(
            APPLIES,
            times(
                NEWS2,
                ">=",
                URGENT,
                at_least_times=_TWICE,
                within=Parameter("news2-sets-within", "h"),
                apart=Parameter("news2-sets-apart", "min"),
            ),
        ),
    ),
    cites=_CITES,
    support="non-specific",
    role="deteriorating",
)
NEWS2_RISEN = Definition(
    key="news2-risen",
    title="NEWS2 at the urgent threshold and above the patient's own for more than fever, sustained",
    sentence=Named(
        "news2-risen",
        all_of(
            APPLIES,
            at_least(NEWS2, URGENT),
            times(NEWS2, ">=", URGENT, at_least_times=_TWICE, within=_RISE_WITHIN, apart=_RISE_APART),
            times(
                Called(
                    "NEWS2 rise not from temperature",
                    Difference(_WITHOUT_TEMPERATURE, Baseline(_WITHOUT_TEMPERATURE)),
                ),
                ">=",
                Parameter("news2-rise", SCORE_UNIT),
                at_least_times=_TWICE,
                within=_RISE_WITHIN,
                apart=_RISE_APART,
            ),
        ),
    ),
    cites=_CITES,
    support="non-specific",
    role="deteriorating",
)
NEWS2_SINGLE_THREE = Definition(
    key="news2-single-three",
    title="One NEWS2 parameter scores 3: check again before acting",
    sentence=Named(
        "news2-single-three",
        all_of(
            APPLIES,
            any_of(
                *(
                    at_least(part, Parameter("news2-single", SCORE_UNIT))
                    for part in (_RESPIRATION, Choice(HYPERCAPNIC, _SCALE_2, _SCALE_1), _SYSTOLIC, _PULSE, _TEMPERATURE)
                ),
            ),
        ),
    ),
    cites=_CITES,
    role="recheck",
)
NEW_CONFUSION = Definition(
    key="new-confusion",
    title="New confusion, drowsiness or asterixis",
    sentence=Named(
        "new-confusion",
        all_of(past(_SEDATION_OVER), ENCEPHALOPATHY),
    ),
    cites=_CITES,
    support="non-specific",
    role="deteriorating",
)
CONFUSION_RECHECK = Definition(
    key="confusion-recheck",
    title="Confusion, drowsiness or asterixis in the first hours: check again when sedation has worn off",
    sentence=Named("confusion-recheck", all_of(inside(_SEDATION_OVER), ENCEPHALOPATHY)),
    cites=_CITES,
    role="recheck",
)
NEW_OXYGEN = Definition(
    key="new-oxygen",
    title="New need for oxygen, sustained, after sedation has worn off",
    sentence=Named(
        "new-oxygen",
        all_of(
            past(_SEDATION_OVER),
            any_of(
                Seen("hypoxia", within=CONFUSION_WINDOW, after=_SEDATION_OVER),
                all_of(
                    under(Baseline("oxygen"), Parameter("oxygen-given", "1")),
                    OXYGEN_GIVEN,
                    at_least(
                        DurationAbove("oxygen", "==", Parameter("oxygen-given", "1")), Parameter("new-oxygen-for", "h")
                    ),
                ),
            ),
        ),
    ),
    cites=_CITES,
    support="non-specific",
    role="deteriorating",
)
COMPARATOR = Definition(
    key="news2-urgent",
    title="NEWS2 at the urgent threshold",
    sentence=Named("news2-urgent", all_of(APPLIES, at_least(NEWS2, URGENT))),
    cites=_CITES,
)
"""What a ward without these criteria would go by: on no shelf, but replayed beside them."""

SCORES = (NEWS2_SCORE,)
DEFINITIONS = (
    NEWS2_EMERGENCY,
    NEWS2_URGENT_TWICE,
    NEWS2_RISEN,
    NEWS2_SINGLE_THREE,
    NEW_CONFUSION,
    CONFUSION_RECHECK,
    NEW_OXYGEN,
)
