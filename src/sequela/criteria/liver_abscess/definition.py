"""Liver abscess: late, returning or biliary fever, growth in blood, or small signs without any fever.

Gas in what was treated is common in the first days after embolization or ablation and confirms nothing; later, with
fever or CRP, it asks for a look. Growth or pus in an aspirate confirms; so does a collection that the image calls an
abscess, beside growth in blood or the signs of an infection. A sterile aspirate under antibiotics excludes nothing, and
no image speaks for longer than two weeks: most abscesses come one to eight weeks after the procedure.
"""

from sequela.criteria.abscess_signs.definition import ABSCESS_WITHOUT_FEVER, CRP_HIGH
from sequela.criteria.fever.definition import (
    FEVER,
    FEVER_HIGH_TWICE,
    FEVER_LATE,
    FEVER_RETURNING,
    FEVER_WINDOW,
)
from sequela.criteria.symptoms.definition import BILIARY_FEVER, SIGN_WINDOW
from sequela.logic.language import all_of, any_of, at_least, at_most, definitely, never, past
from sequela.logic.nodes import ONE, Parameter, Statement
from sequela.logic.quantities import Latest, Peak, Ratio
from sequela.logic.shelf import Condition, Definition
from sequela.logic.statements import Absent, Happened, Known, Named, Not, Seen, WasTrue

ABSCESS_OPEN = Parameter("abscess-open", "d")
_QUIET = Parameter("abscess-quiet", "h")
_FROM = Parameter("abscess-exclusion-from", "h")
GROWTH_WITHIN = Parameter("culture-current", "d")
ANTIBIOTIC_ACTS = Parameter("antibiotic-acts", "h")
_TEMPERATURE = Latest("temperature", FEVER_WINDOW)
FEBRILE = any_of(at_least(_TEMPERATURE, FEVER), definitely(Seen("fever", within=FEVER_WINDOW)))
"""Febrile at the last reading, or by the word; a normal reading says no, whatever nobody wrote beside it."""

GROWTH = Definition(
    key="culture-growth-recent",
    title="Growth in a culture of blood, or of an aspirate of the liver",
    sentence=Named(
        "culture-growth-recent",
        any_of(Seen("culture-growth", within=GROWTH_WITHIN), definitely(Seen("aspirate-growth", within=GROWTH_WITHIN))),
    ),
    cites=("lv-2016", "chen-1997"),
    support="non-specific",
    role="condition",
)
GAS_WITH_INFLAMMATION = Definition(
    key="gas-with-inflammation",
    title="Gas in the liver after the days in which it is common, with fever or a high CRP",
    sentence=Named(
        "gas-with-inflammation",
        all_of(
            Seen("gas", within=ABSCESS_OPEN, after=Parameter("gas-counts-from", "d")),
            any_of(FEBRILE, CRP_HIGH),
        ),
    ),
    cites=("jvir-gas-2013", "chen-1997"),
    support="non-specific",
    role="condition",
)
ABSCESS_NAMED = Definition(
    key="abscess-named",
    title="An abscess on imaging, or recorded",
    sentence=Named("abscess-named", Seen("abscess", within=ABSCESS_OPEN)),
    cites=("lv-2016",),
    support="specific",
    role="condition",
)
DEFINITIONS = (GROWTH, GAS_WITH_INFLAMMATION, ABSCESS_NAMED)

_REASONS = (
    FEVER_LATE,
    FEVER_HIGH_TWICE,
    FEVER_RETURNING,
    BILIARY_FEVER,
    ABSCESS_WITHOUT_FEVER,
    GAS_WITH_INFLAMMATION,
    GROWTH,
    ABSCESS_NAMED,
)
ABSCESS_SIGNS: Statement = definitely(any_of(*(reason.sentence for reason in _REASONS)))
"""Any sign of an abscess just now."""
_RECENT = WasTrue(ABSCESS_SIGNS, ABSCESS_OPEN)
_SETTLED = any_of(
    definitely(at_most(Ratio(Latest("crp"), Peak("crp")), Parameter("abscess-crp-fallen", ONE))),
    past(Parameter("abscess-signs-until", "d")),
)
_PROVEN = definitely(any_of(Seen("aspirate-growth"), Seen("purulent-aspirate")))
CONFIRMED = any_of(
    _PROVEN,
    all_of(
        Seen("abscess"),
        WasTrue(
            all_of(
                Seen("abscess", within=ABSCESS_OPEN),
                any_of(
                    Seen("culture-growth", within=GROWTH_WITHIN),
                    at_least(Peak("temperature", _QUIET), FEVER),
                    Seen("fever", within=FEVER_WINDOW),
                    Seen("rigors", within=SIGN_WINDOW),
                    ABSCESS_WITHOUT_FEVER.sentence,
                ),
            )
        ),
    ),
)
EXCLUDED = all_of(
    any_of(
        all_of(
            any_of(
                Happened("contrast-ct", within=ABSCESS_OPEN, after=_FROM),
                Happened("contrast-mr", within=ABSCESS_OPEN, after=_FROM),
            ),
            Absent("abscess", within=ABSCESS_OPEN, after=_FROM),
        ),
        all_of(Absent("aspirate-growth", within=ABSCESS_OPEN), Not(Happened("antibiotic", within=ANTIBIOTIC_ACTS))),
    ),
    Not(WasTrue(ABSCESS_SIGNS, _QUIET)),
    never(WasTrue(Seen("abscess"))),
    Not(_PROVEN),
)
_EVER = all_of(WasTrue(ABSCESS_SIGNS), Not(definitely(WasTrue(EXCLUDED))))
LAPSED = all_of(_EVER, Not(_RECENT), _SETTLED)

CONDITIONS = (
    Condition(
        key="liver-abscess",
        title="Liver abscess",
        title_es="Absceso hepático",
        suspected=any_of(_RECENT, all_of(_EVER, Not(_SETTLED))),
        confirmed=CONFIRMED,
        excluded=EXCLUDED,
        assessable=any_of(
            Known(_TEMPERATURE), Known(Seen("abscess", within=ABSCESS_OPEN)), Known(ABSCESS_WITHOUT_FEVER.sentence)
        ),
        reasons=_REASONS,
        cites=("lv-2016", "chen-1997", "kim-2006"),
        lapsed=LAPSED,
        complication="liver-abscess",
        caution=(
            "Suspected is not likely: read the base rate. Abscesses come after one to eight weeks, after "
            "radioembolization even later, and may have no fever, above all under steroids or antibiotics. Gas alone "
            "is no abscess: in one series 3 of 26 with gas in the tumour had one. Blood grew in half of them only."
        ),
    ),
)
