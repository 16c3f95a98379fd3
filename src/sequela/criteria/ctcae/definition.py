"""CTCAE v5.0 grades (NCI, 2017) of what embolization and ablation raise: now, by the last current value.

The upper limits are the shelf's own, not the laboratory's: the instrument grades by the laboratory's. Enzymes and
bilirubin above the limit before the procedure are graded by that baseline, so that the grade is itself a change; INR
and creatinine are told with the grade of before. No laboratory term has a grade 5, and of the others a death is graded
5 by a person only: whether it was due to the term, no record says. Bleeding and treatment that is "indicated" are a
person's to judge as well: what was given stands for what was indicated, and `life-threatening` is asked of a clinician.
"""

from sequela.criteria.ctcae.laboratory import ALT, AST, BILIRUBIN, CITES, CREATININE, INR, grades, names
from sequela.criteria.news2.definition import CONFUSION_WINDOW
from sequela.criteria.surveillance.definition import TEMPERATURE
from sequela.criteria.west_haven.definition import ANY, SEVERE
from sequela.logic.language import all_of, any_of, at_least, definitely, over
from sequela.logic.nodes import Parameter, Quantity, Statement
from sequela.logic.quantities import Baseline, DurationAbove
from sequela.logic.scores import Grading
from sequela.logic.statements import Compare, Happened, Not, Seen

_HIGH_FEVER = Parameter("ctcae-fever-3", "Cel")
_DEATH = "A death that is due to it is grade 5: a person's to say."
LIFE_THREATENING = Seen("life-threatening-complication")


def _fever(reading: Quantity) -> tuple[Statement, ...]:
    return (
        over(reading, _HIGH_FEVER),
        over(reading, Parameter("ctcae-fever-2", "Cel")),
        at_least(reading, Parameter("ctcae-fever-1", "Cel")),
    )


FEVER = Grading(
    key="CTCAE-fever",
    title="CTCAE v5.0: fever",
    grades=grades(
        all_of(
            over(TEMPERATURE, _HIGH_FEVER),
            # How long speaks only beside a current temperature; without one the grade is open.
            any_of(
                Not(over(TEMPERATURE, _HIGH_FEVER)),
                Compare(DurationAbove("temperature", ">", _HIGH_FEVER), ">", Parameter("ctcae-fever-4-for", "h")),
            ),
        ),
        *_fever(TEMPERATURE),
        highest=4,
    ),
    before=grades(*_fever(Baseline("temperature")), highest=3),
    cites=CITES,
    inputs=("temperature", "baseline-temperature"),
    also=names("fever"),
)
HEPATIC_FAILURE = Grading(
    key="CTCAE-hepatic-failure",
    title="CTCAE v5.0: hepatic failure",
    grades=grades(
        any_of(SEVERE, definitely(Seen("acute-liver-failure"))),
        any_of(ANY, definitely(Seen("asterixis", within=CONFUSION_WINDOW)), definitely(Seen("acute-liver-failure"))),
        highest=4,
    ),
    cites=(*CITES, "vilstrup-2014"),
    inputs=("west-haven", "hepatic-encephalopathy", "asterixis", "confusion", "gcs", "acute-liver-failure"),
    also=names("hepatic failure"),
    note=_DEATH,
)
_NECROSIS = Seen("parenchymal-necrosis")
_URGENT = any_of(Happened("surgery"), Happened("drainage"))
HEPATIC_NECROSIS = Grading(
    key="CTCAE-hepatic-necrosis",
    title="CTCAE v5.0: hepatic necrosis, which has no grade below 4",
    grades=grades(all_of(_NECROSIS, any_of(_URGENT, LIFE_THREATENING)), highest=4),
    looked=_NECROSIS,
    least_label="none: CTCAE has no grade below 4 for hepatic necrosis",
    cites=CITES,
    inputs=("parenchymal-necrosis", "life-threatening-complication", "surgery", "drainage"),
    also=names("hepatic necrosis"),
    note=_DEATH,
)
_THROMBOSIS = Seen("portal-vein-thrombosis")
PORTAL_VEIN_THROMBOSIS = Grading(
    key="CTCAE-portal-vein-thrombosis",
    title="CTCAE v5.0: portal vein thrombosis",
    grades=grades(
        all_of(_THROMBOSIS, any_of(Happened("surgery"), LIFE_THREATENING)),
        # No treatment rules a grade out only where somebody looked for a thrombus.
        all_of(_THROMBOSIS, any_of(Not(_THROMBOSIS), Happened("anticoagulant"))),
        _THROMBOSIS,
        highest=4,
    ),
    cites=CITES,
    inputs=("portal-vein-thrombosis", "anticoagulant", "life-threatening-complication", "surgery"),
    also=(*names("portal vein thrombosis"), "CTCAE PVT"),
    note=_DEATH,
)

SCORES = (
    *(ALT, AST, BILIRUBIN, INR, CREATININE, FEVER),
    *(HEPATIC_FAILURE, HEPATIC_NECROSIS, PORTAL_VEIN_THROMBOSIS),
)
