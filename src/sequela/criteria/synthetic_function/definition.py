"""Bilirubin and INR against the patient's own baseline: what the liver makes and clears."""

from sequela.criteria.news2.definition import CONFUSION_WINDOW, ENCEPHALOPATHY
from sequela.criteria.surveillance.definition import BLOODS_WINDOW
from sequela.logic.language import all_of, any_of, at_least, change, definitely, fold, never, still_rising, times
from sequela.logic.nodes import ONE, Parameter
from sequela.logic.quantities import Called, Latest
from sequela.logic.shelf import Definition
from sequela.logic.statements import Happened, Known, Named, Not, Seen

BILIRUBIN = Latest("bilirubin", BLOODS_WINDOW)
INR = Latest("inr", BLOODS_WINDOW)
CIRRHOSIS = definitely(Seen("cirrhosis"))
"""Cirrhosis that nobody recorded is taken as none: the rule for a liver without cirrhosis is the more watchful one."""
OFF_ANTICOAGULANTS = all_of(
    never(Seen("anticoagulation")), Not(Happened("anticoagulant", within=Parameter("anticoagulant-acts", "h")))
)
_INR_RISE = Parameter("inr-rise", ONE)
INR_HIGHER = all_of(OFF_ANTICOAGULANTS, at_least(change("inr", BLOODS_WINDOW), _INR_RISE))
"""INR risen from the patient's own, which anticoagulants do not explain."""
_BILIRUBIN_RISE = Parameter("bilirubin-rise", "umol/L")
_BILIRUBIN_CHANGE = change("bilirubin", BLOODS_WINDOW)
_BILIRUBIN_RISEN = at_least(_BILIRUBIN_CHANGE, _BILIRUBIN_RISE)
_JAUNDICE = all_of(Not(Known(_BILIRUBIN_CHANGE)), Seen("jaundice", within=CONFUSION_WINDOW))
"""Jaundice written down speaks only where bilirubin cannot be compared with the patient's own: it may be an old one."""

BILIRUBIN_LATE = Definition(
    key="bilirubin-late",
    title="Bilirubin doubled, raised and still rising on day 5 or later",
    sentence=Named(
        "bilirubin-late",
        all_of(
            at_least(fold("bilirubin", BLOODS_WINDOW), Parameter("bilirubin-fold", ONE)),
            at_least(BILIRUBIN, Parameter("bilirubin-raised", "umol/L")),
            still_rising(
                "bilirubin",
                "bilirubin rise per day after the first days",
                after=Parameter("bilirubin-late-from", "d"),
                within=Parameter("bilirubin-rate-window", "h"),
                nothing=Parameter("bilirubin-not-rising", "umol/L/d"),
                current=BLOODS_WINDOW,
            ),
        ),
    ),
    cites=("lewis-2012",),
    support="specific",
    role="deteriorating",
)
BILIRUBIN_WITH_FAILURE = Definition(
    key="bilirubin-with-failure",
    title="Bilirubin risen (or new jaundice) with INR, encephalopathy or ascites",
    sentence=Named(
        "bilirubin-with-failure",
        all_of(
            any_of(_BILIRUBIN_RISEN, _JAUNDICE),
            any_of(
                INR_HIGHER,
                ENCEPHALOPATHY,
                Seen("ascites", within=CONFUSION_WINDOW),
            ),
        ),
    ),
    cites=("hsin-2011",),
    support="specific",
    role="deteriorating",
)
INR_RISEN = Definition(
    key="inr-risen",
    title="INR raised and risen from the patient's own, off anticoagulants",
    sentence=Named(
        "inr-risen",
        all_of(
            OFF_ANTICOAGULANTS,
            any_of(
                all_of(
                    Not(CIRRHOSIS),
                    at_least(INR, Parameter("inr-raised", ONE)),
                    at_least(change("inr", BLOODS_WINDOW), _INR_RISE),
                ),
                all_of(
                    CIRRHOSIS,
                    any_of(
                        at_least(change("inr", BLOODS_WINDOW), Parameter("inr-rise-cirrhosis", ONE)),
                        all_of(
                            at_least(change("inr", BLOODS_WINDOW), _INR_RISE),
                            times(
                                Called("INR rise over baseline", change("inr", BLOODS_WINDOW)),
                                ">=",
                                _INR_RISE,
                                at_least_times=Parameter("inr-readings", ONE),
                                within=Parameter("inr-within", "h"),
                                apart=Parameter("inr-apart", "h"),
                            ),
                            any_of(_BILIRUBIN_RISEN, ENCEPHALOPATHY),
                        ),
                    ),
                ),
            ),
        ),
    ),
    cites=("easl-alf-2017",),
    support="specific",
    role="deteriorating",
)

DEFINITIONS = (BILIRUBIN_LATE, BILIRUBIN_WITH_FAILURE, INR_RISEN)
