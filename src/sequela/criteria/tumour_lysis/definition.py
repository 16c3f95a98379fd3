"""Tumour lysis: two of four, urate, potassium and phosphate high and calcium low, of one day in the first week.

The numbers are those of Cairo and Bishop, as Howard reads them: within 24 h, and without their rule of a 25 % change,
which for a potassium of 3.6 would be 4.5. It is confirmed by the kidney: creatinine rises, or urine fails. Potassium of
a haemolysed sample does not count, and who is on dialysis anyway cannot be judged so.
"""

from sequela.criteria.kidney.definition import RISEN
from sequela.criteria.news2.definition import CONFUSION_WINDOW
from sequela.logic.language import all_of, any_of, at_least, at_most, definitely, inside, never, over, past, under
from sequela.logic.nodes import ONE, Parameter
from sequela.logic.quantities import Latest
from sequela.logic.shelf import Condition, Definition
from sequela.logic.statements import AtLeast, Known, Named, Seen

_DAY = Parameter("lysis-within", "h")
_URATE = (Latest("urate", _DAY), Parameter("lysis-urate", "umol/L"))
_POTASSIUM = (Latest("potassium", _DAY), Parameter("lysis-potassium", "mmol/L"))
_PHOSPHATE = (Latest("phosphate", _DAY), Parameter("lysis-phosphate", "mmol/L"))
_CALCIUM = (Latest("calcium", _DAY), Parameter("lysis-calcium", "mmol/L"))

LYSIS_LABORATORY = Definition(
    key="lysis-laboratory",
    title="Two of high urate, potassium and phosphate and low calcium within a day, in the first week",
    sentence=Named(
        "lysis-laboratory",
        all_of(
            inside(Parameter("lysis-until", "d")),
            never(Seen("dialysis-dependence")),
            AtLeast(
                Parameter("lysis-criteria", ONE),
                (
                    at_least(*_URATE),
                    all_of(at_least(*_POTASSIUM), never(Seen("haemolysed-sample", within=_DAY))),
                    at_least(*_PHOSPHATE),
                    at_most(*_CALCIUM),
                ),
            ),
        ),
    ),
    cites=("cairo-bishop-2004", "howard-2011"),
    support="non-specific",
    role="condition",
)
DEFINITIONS = (LYSIS_LABORATORY,)

CONDITIONS = (
    Condition(
        key="tumour-lysis",
        title="Tumour lysis syndrome",
        title_es="Síndrome de lisis tumoral",
        suspected=definitely(LYSIS_LABORATORY.sentence),
        # Failing kidneys raise potassium and phosphate by themselves: without urate it is suspected only.
        confirmed=all_of(
            LYSIS_LABORATORY.sentence,
            definitely(at_least(*_URATE)),
            any_of(RISEN, definitely(Seen("oliguria", within=CONFUSION_WINDOW))),
        ),
        excluded=all_of(
            past(Parameter("lysis-exclusion-from", "h")),
            under(*_URATE),
            under(*_POTASSIUM),
            under(*_PHOSPHATE),
            over(*_CALCIUM),
        ),
        assessable=Known(LYSIS_LABORATORY.sentence),
        reasons=DEFINITIONS,
        cites=("howard-2011", "hsieh-2009", "zivin-2015"),
        complication="tumour-lysis",
        caution=(
            "Known from case reports, of large tumours. Kidney failure raises potassium and phosphate by itself, and "
            "total calcium is low where albumin is."
        ),
    ),
)
