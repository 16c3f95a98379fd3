"""How grave a complication was: the CIRSE grades of 2017 and the letters of the SIR of 2003.

Only a complication is graded: an uneventful stay has no grade, and the post-embolization syndrome by itself is the
expected effect. Much is a person's to say, and stays open until entered: how long the stay was prolonged beyond what
was planned (`extra-stay`), whether anything is left for good (`sequelae`: none, mild, severe, or the death that it led
to), and whether it was solved within the procedure. Treatment is read from the record; a single dose of antibiotic on
the first day is prophylaxis. Exactly 48 hours are SIR D; CIRSE names only less and more, and they are read as more.
Radiologists agree on the class of a case in 46 to 95 %. The CIRSE grades of 2026 and the SIR scale of 2017 are not
here: their limits were not open to us.
"""

from sequela.logic.language import all_of, any_of, at_least, definitely, over
from sequela.logic.nodes import ONE, Parameter
from sequela.logic.quantities import Latest
from sequela.logic.scores import Grade, Grading
from sequela.logic.statements import Happened, Seen

SEQUELAE = Latest("sequelae")
_MILD = at_least(SEQUELAE, Parameter("sequelae-mild", ONE))
_SEVERE = at_least(SEQUELAE, Parameter("sequelae-severe", ONE))
_LED_TO_DEATH = at_least(SEQUELAE, Parameter("sequelae-death", ONE))
_DEATH = any_of(definitely(_LED_TO_DEATH), all_of(Happened("death"), _LED_TO_DEATH))
"""Somebody says that the complication led to death; of a death on record, open while nobody says."""
EXTRA_STAY = Latest("extra-stay")
_PROLONGED = over(EXTRA_STAY, Parameter("no-extra-stay", "h"))
_LONG = at_least(EXTRA_STAY, Parameter("long-extra-stay", "h"))
MAJOR_THERAPY = any_of(
    *(Happened(event) for event in ("icu", "surgery", "vasopressor", "renal-replacement", "ventilation")),
)
"""A higher level of care, or an operation."""
THERAPY = any_of(
    MAJOR_THERAPY,
    *(Happened(event) for event in ("transfusion", "drainage", "endoscopy", "embolization-repeat", "paracentesis")),
    Happened("antibiotic", after=Parameter("prophylaxis-over", "h")),
)
COMPLICATION = definitely(
    any_of(
        Seen("complication"),
        *(
            definitely(Seen(finding))
            for finding in (
                *("parenchymal-necrosis", "abscess", "biloma", "portal-vein-thrombosis", "active-bleeding", "sepsis"),
                *("acute-liver-failure", "cholecystitis", "pancreatitis", "tumour-rupture", "acute-kidney-injury"),
            )
        ),
    )
)
"""Somebody says that there was one, or a finding that is one is on record."""
_EXCLUDES = "no complication is on record; an uneventful stay has no grade"
_INPUTS = ("complication", "sequelae", "extra-stay", "antibiotic", "drainage", "icu", "death")

SCORES = (
    Grading(
        key="CIRSE",
        title="CIRSE classification of complications (2017)",
        grades=(
            Grade(6, "grade 6", _DEATH),
            Grade(5, "grade 5", _SEVERE),
            Grade(4, "grade 4", _MILD),
            Grade(3, "grade 3", any_of(THERAPY, _LONG)),
            Grade(2, "grade 2", _PROLONGED),
            Grade(1, "grade 1", Seen("solved-in-procedure")),
        ),
        cites=("cirse-2017",),
        applies=COMPLICATION,
        looked=COMPLICATION,
        excludes=_EXCLUDES,
        inputs=(*_INPUTS, "solved-in-procedure"),
        also=("CIRSE 2017",),
    ),
    Grading(
        key="SIR",
        title="SIR classification of complications (2003)",
        grades=(
            Grade(6, "F", _DEATH),
            Grade(5, "E", _MILD),
            Grade(4, "D", any_of(MAJOR_THERAPY, _LONG)),
            Grade(3, "C", THERAPY),
            Grade(2, "B", _PROLONGED),
            Grade(1, "A", COMPLICATION),
        ),
        cites=("sacks-2003", "leoni-2001"),
        applies=COMPLICATION,
        looked=COMPLICATION,
        excludes=_EXCLUDES,
        inputs=_INPUTS,
        also=("SIR 2003",),
    ),
)
