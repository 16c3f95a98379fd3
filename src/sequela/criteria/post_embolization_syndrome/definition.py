"""Post-embolization syndrome, by the six published definitions; a site chooses one, all are always shown.

Published rates run from a third to nearly all patients depending only on the definition. Meeting one excludes neither
necrosis nor infection. It is confirmed only in retrospect, once resolved with no other cause found.
"""

from sequela.criteria.fever.definition import FEVER_WINDOW
from sequela.criteria.masking.definition import MASKED
from sequela.criteria.surveillance.definition import BLOODS_WINDOW
from sequela.criteria.symptoms.definition import abdominal_pain
from sequela.logic.language import all_of, any_of, at_least, fold, inside, never, over, under
from sequela.logic.nodes import ONE, SCORE_UNIT, Parameter
from sequela.logic.quantities import Banded, Choice, Latest, Part, Peak, Score
from sequela.logic.scores import ScoreDefinition
from sequela.logic.shelf import Definition
from sequela.logic.statements import And, Happened, Named, Not, Seen, WasTrue

_TEMPERATURE = Latest("temperature", FEVER_WINDOW)
_SYMPTOM = Parameter("pes-symptom-current", "h")
_UNSTATED = Parameter("pes-unstated-window", "d")
_FEVER = Parameter("pes-fever", "Cel")
_FEVER_SEEN = Seen("fever", within=_SYMPTOM)
_PAIN = Latest("pain", _SYMPTOM)
_NAUSEA = Latest("nausea", _SYMPTOM)
_ANY_PAIN = any_of(at_least(_PAIN, Parameter("pes-any-score", SCORE_UNIT)), abdominal_pain(_SYMPTOM))
_ANY_NAUSEA = any_of(
    at_least(_NAUSEA, Parameter("pes-any-score", SCORE_UNIT)),
    Seen("nausea", within=_SYMPTOM),
    Seen("vomiting", within=_SYMPTOM),
)
_ANTIPYRETIC = any_of(Happened("paracetamol", _SYMPTOM), Happened("metamizole", _SYMPTOM), Happened("nsaid", _SYMPTOM))
NO_INFECTION = all_of(never(Seen("infection")), never(Seen("sepsis")), never(Seen("culture-growth")))
"""No infection recorded; none looked for counts as none, because the studies count so."""

_NONE = Parameter("swog-absent", SCORE_UNIT)
SWOG = Score(
    "SWOG sum",
    (
        Part(
            "fever",
            Banded(_TEMPERATURE, Parameter("swog-fever", "Cel")),
            0,
            3,
        ),
        Part("pain", Banded(_PAIN, Parameter("swog-pain", SCORE_UNIT)), 0, 3),
        Part("nausea", Banded(_NAUSEA, Parameter("swog-nausea", SCORE_UNIT)), 0, 3),
        Part(
            "vomiting", Choice(Seen("vomiting", within=_SYMPTOM), Parameter("swog-vomiting", SCORE_UNIT), _NONE), 0, 4
        ),
    ),
)

SWOG_SUM = Definition(
    key="pes-swog",
    title="SWOG grades of fever, nausea, vomiting and pain sum to more than 2 within 48 h",
    sentence=Named(
        "pes-swog", all_of(inside(Parameter("pes-swog-window", "h")), over(SWOG, Parameter("swog-sum", SCORE_UNIT)))
    ),
    cites=("simasingha-2023",),
    role="pes-definition",
)
FEVER_AND_ALT = Definition(
    key="pes-fever-alt",
    title="Temperature of 38.5 or more with ALT over three times the value before",
    sentence=Named(
        "pes-fever-alt",
        all_of(
            inside(_UNSTATED),
            at_least(_TEMPERATURE, Parameter("pes-fever-alt-temperature", "Cel")),
            over(fold("alt", BLOODS_WINDOW), Parameter("pes-fever-alt-fold", ONE)),
        ),
    ),
    cites=("siramolpiwat-2019",),
    role="pes-definition",
)
CTCAE_ANY = Definition(
    key="pes-ctcae",
    title="Any fever, anorexia, nausea or vomiting of CTCAE grade 1 or more within 120 h",
    sentence=Named(
        "pes-ctcae",
        all_of(
            inside(Parameter("pes-ctcae-window", "h")),
            any_of(at_least(_TEMPERATURE, _FEVER), _FEVER_SEEN, _ANY_NAUSEA, Seen("anorexia", within=_SYMPTOM)),
        ),
    ),
    cites=("ogasawara-2018",),
    role="pes-definition",
)
FEVER_WITHIN_THREE_DAYS = Definition(
    key="pes-fever-3d",
    title="Fever over 38.0 within 3 days, no infection found",
    sentence=Named(
        "pes-fever-3d",
        all_of(
            inside(Parameter("pes-fever-window", "d")),
            any_of(over(_TEMPERATURE, _FEVER), _FEVER_SEEN),
            NO_INFECTION,
        ),
    ),
    cites=("jun-2013",),
    role="pes-definition",
)
FEVER_WITHIN_FOURTEEN_DAYS = Definition(
    key="pes-fever-14d",
    title="Fever, with or without pain, within 14 days",
    sentence=Named(
        "pes-fever-14d",
        all_of(inside(Parameter("pes-late-window", "d")), any_of(at_least(_TEMPERATURE, _FEVER), _FEVER_SEEN)),
    ),
    cites=("mason-2015",),
    role="pes-definition",
)
MEDICATION_NEEDED = Definition(
    key="pes-medication",
    title="Pain, fever, nausea or vomiting for which medication was given",
    sentence=Named(
        "pes-medication",
        all_of(
            inside(_UNSTATED),
            any_of(
                all_of(_ANY_PAIN, any_of(Happened("opioid", _SYMPTOM), _ANTIPYRETIC)),
                all_of(any_of(at_least(_TEMPERATURE, _FEVER), _FEVER_SEEN), _ANTIPYRETIC),
                all_of(_ANY_NAUSEA, Happened("antiemetic", _SYMPTOM)),
            ),
        ),
    ),
    cites=("arslan-2019",),
    role="pes-definition",
)

DEFINITIONS = (
    FEVER_WITHIN_THREE_DAYS,
    FEVER_WITHIN_FOURTEEN_DAYS,
    FEVER_AND_ALT,
    CTCAE_ANY,
    SWOG_SUM,
    MEDICATION_NEEDED,
)
DEFAULT = FEVER_WITHIN_THREE_DAYS
"""The definition with the largest published series behind its rate (117 of 443 first treatments)."""
RESOLVED_WINDOW = Parameter("pes-resolved-for", "h")
OTHER_CAUSES = (
    "parenchymal-necrosis",
    "abscess",
    "biloma",
    "cholecystitis",
    "infection",
    "sepsis",
    "culture-growth",
    "acute-liver-failure",
)
_FREE = all_of(
    under(Peak("temperature", within=RESOLVED_WINDOW), _FEVER),
    *(never(Seen(symptom, within=RESOLVED_WINDOW)) for symptom in ("fever", "nausea", "vomiting")),
    never(abdominal_pain(RESOLVED_WINDOW)),
    *(never(Seen(cause)) for cause in OTHER_CAUSES),
)
"""Measured, and free of fever and symptoms, for 72 h, with no other cause on record."""


def suspected(chosen: Definition) -> WasTrue:
    """The chosen definition has been met within the time in which it would have to resolve."""
    return WasTrue(chosen.sentence, within=RESOLVED_WINDOW)


def confirmed(chosen: Definition) -> WasTrue:
    """The chosen definition was met at any time since the procedure (to be joined with resolution)."""
    return WasTrue(chosen.sentence)


def resolved(chosen: Definition) -> And:
    """It is over, and was so at a moment at which no drug hid a fever."""
    return all_of(_FREE, WasTrue(all_of(confirmed(chosen), _FREE, Not(MASKED))))


SCORES = (
    ScoreDefinition(
        key="SWOG",
        title="Sum of SWOG grades of fever, pain, nausea and vomiting",
        score=SWOG,
        cites=("simasingha-2023", "ctc-1988"),
        inputs=("temperature", "pain", "nausea", "vomiting"),
    ),
)
