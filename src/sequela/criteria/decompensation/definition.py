"""Decompensation of cirrhosis: ascites, encephalopathy, variceal bleeding, or bilirubin or INR risen from one's own.

Only in cirrhosis. It never rests on a score: the day after chemoembolization Child-Pugh had risen in 56 of 148 patients
and MELD in 93. It is suspected by any of the signs (as liver failure was once counted after chemoembolization)
and confirmed by the events on which the consensus definitions agree, each seen by more than a word: fluid that was
imaged or tapped, encephalopathy of grade 2 or more, variceal bleeding with an endoscopy.
"""

from sequela.criteria.liver_failure.definition import BILIRUBIN_RISEN, ENCEPHALOPATHY_RECORDED
from sequela.criteria.news2.definition import CONFUSION_WINDOW, NEW_CONFUSION
from sequela.criteria.surveillance.definition import BLOODS_WINDOW
from sequela.criteria.synthetic_function.definition import OFF_ANTICOAGULANTS
from sequela.criteria.west_haven.definition import OVERT
from sequela.logic.language import all_of, any_of, at_least, at_most, change, definitely, never
from sequela.logic.nodes import ONE, Parameter
from sequela.logic.quantities import Baseline, Latest
from sequela.logic.shelf import Condition, Definition
from sequela.logic.statements import Absent, Happened, Known, Named, Not, Seen, WasTrue

_CITES = ("hsin-2011", "damico-2022")
_BACK = Parameter("decompensation-looks-back", "d")
_SEEN_BY = ("paracentesis", "ultrasound", "doppler", "contrast-ct", "contrast-mr", "unenhanced-ct")
_CHANGE = change("bilirubin", BLOODS_WINDOW)
_JAUNDICE = all_of(Not(Known(_CHANGE)), Seen("jaundice", within=CONFUSION_WINDOW))
_INR = all_of(OFF_ANTICOAGULANTS, at_least(change("inr", BLOODS_WINDOW), Parameter("inr-rise-cirrhosis", ONE)))
_GRADE = Latest("west-haven", CONFUSION_WINDOW)
_NOT_AS_BEFORE = never(at_least(Baseline("west-haven"), _GRADE))
"""Encephalopathy of the grade that the patient came with is nothing new."""
_BLEEDING = any_of(
    Seen("variceal-bleeding", within=_BACK), Seen("haematemesis", within=_BACK), Seen("melaena", within=_BACK)
)

SIGNS = Definition(
    key="decompensation-signs",
    title="Cirrhosis with ascites, encephalopathy, bleeding, or bilirubin or INR risen",
    sentence=Named(
        "decompensation-signs",
        all_of(
            Seen("cirrhosis"),
            any_of(
                Seen("ascites", within=_BACK),
                any_of(definitely(NEW_CONFUSION.sentence), all_of(ENCEPHALOPATHY_RECORDED, _NOT_AS_BEFORE)),
                any_of(BILIRUBIN_RISEN, _JAUNDICE),
                definitely(_INR),
                definitely(_BLEEDING),
            ),
        ),
    ),
    cites=_CITES,
    support="specific",
    role="condition",
)
EVENT = Definition(
    key="decompensation-event",
    title="Cirrhosis with ascites imaged or tapped, overt encephalopathy, or variceal bleeding at endoscopy",
    sentence=Named(
        "decompensation-event",
        all_of(
            Seen("cirrhosis"),
            any_of(
                all_of(any_of(*(Happened(event, within=_BACK) for event in _SEEN_BY)), Seen("ascites", within=_BACK)),
                all_of(OVERT, _NOT_AS_BEFORE),
                all_of(Happened("endoscopy", within=_BACK), Seen("variceal-bleeding", within=_BACK)),
            ),
        ),
    ),
    cites=("damico-2022", "defranchis-2022"),
    support="specific",
    role="condition",
)
_RECENT = definitely(WasTrue(SIGNS.sentence, Parameter("decompensation-lasts", "d")))
_CLEARED = all_of(
    Not(definitely(SIGNS.sentence)),
    definitely(
        all_of(
            Absent("ascites", within=_BACK),
            Not(all_of(ENCEPHALOPATHY_RECORDED, _NOT_AS_BEFORE)),
            at_most(_CHANGE, Parameter("liver-settled-bilirubin", "umol/L")),
        )
    ),
)
"""No ascites, a clear mind and a bilirubin near the patient's own, each looked for."""

DEFINITIONS = (SIGNS, EVENT)
CONDITIONS = (
    Condition(
        key="hepatic-decompensation",
        title="Decompensation of cirrhosis",
        title_es="Descompensación de la cirrosis",
        suspected=definitely(any_of(SIGNS.sentence, all_of(_RECENT, Not(_CLEARED)))),
        confirmed=definitely(EVENT.sentence),
        excluded=all_of(_RECENT, _CLEARED),
        assessable=Known(SIGNS.sentence),
        reasons=DEFINITIONS,
        cites=("hsin-2011", "damico-2022", "defranchis-2022", "terzi-2014"),
        complication="hepatic-decompensation",
        caution=(
            "Only in cirrhosis, and never from a rise of Child-Pugh or MELD. Ascites that was there before the "
            "procedure counts when it is described again: compare."
        ),
    ),
)
