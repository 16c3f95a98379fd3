"""Liver injury against the patient's own baseline, and acute liver failure by one of two published definitions.

After embolization two- to threefold transaminases are the rule, so an injury rests on INR and bilirubin alone. Its
grades follow what surgeons found after hepatectomy: INR and bilirubin together weigh more than either, and prothrombin
under 50 % with bilirubin over 50 umol/L on day 5 weighs most. An anticoagulant makes INR and prothrombin say nothing.
Acute liver failure is no word for cirrhosis, and what opioids and sedation do in the first hours is no encephalopathy.
"""

from sequela.criteria.news2.definition import CONFUSION_WINDOW, ENCEPHALOPATHY
from sequela.criteria.surveillance.definition import BLOODS_WINDOW
from sequela.criteria.synthetic_function.definition import BILIRUBIN, CIRRHOSIS, INR, INR_RISEN, OFF_ANTICOAGULANTS
from sequela.logic.language import (
    all_of,
    any_of,
    at_least,
    at_most,
    change,
    definitely,
    inside,
    never,
    over,
    past,
    times,
    under,
)
from sequela.logic.nodes import ONE, SCORE_UNIT, Parameter, Quantity, Statement
from sequela.logic.quantities import Baseline, Comparator, Latest, Sum
from sequela.logic.shelf import Condition, Definition
from sequela.logic.statements import Compare, Known, Named, Not, Seen, WasTrue

_INJURY_LASTS = Parameter("liver-injury-lasts", "d")
_FAILURE_LASTS = Parameter("liver-failure-lasts", "d")
_INR_RAISED = Parameter("inr-raised", ONE)
BILIRUBIN_RISE = Parameter("bilirubin-rise", "umol/L")
BILIRUBIN_RISEN = at_least(change("bilirubin", BLOODS_WINDOW), BILIRUBIN_RISE)

_GRADE = Latest("west-haven", CONFUSION_WINDOW)
_SIGNS = any_of(Seen("hepatic-encephalopathy", within=CONFUSION_WINDOW), Seen("asterixis", within=CONFUSION_WINDOW))
_GRADED = at_least(_GRADE, Parameter("west-haven-encephalopathy", SCORE_UNIT))
ENCEPHALOPATHY_RECORDED = any_of(definitely(_SIGNS), all_of(_GRADED, any_of(Known(_GRADE), _SIGNS)))
"""Any grade, or the word, or asterixis. A grade of 0 says no; where nobody graded, both words must be denied."""
_MIND = any_of(ENCEPHALOPATHY_RECORDED, ENCEPHALOPATHY)


def _twice(kind: str, comparator: Comparator, threshold: Quantity) -> Compare:
    """Two samples, hours apart, compare so."""
    return times(
        kind,
        comparator,
        threshold,
        at_least_times=Parameter("liver-samples", ONE),
        within=Parameter("liver-samples-within", "h"),
        apart=Parameter("liver-samples-apart", "h"),
    )


LIVER_INJURY_MILD = Definition(
    key="liver-injury-mild",
    title="INR or bilirubin risen from the patient's own",
    sentence=Named("liver-injury-mild", any_of(INR_RISEN.sentence, BILIRUBIN_RISEN)),
    cites=("easl-alf-2017", "hsin-2011"),
    support="specific",
    role="condition",
)
LIVER_INJURY_MODERATE = Definition(
    key="liver-injury-moderate",
    title="INR and bilirubin both risen from the patient's own",
    sentence=Named("liver-injury-moderate", all_of(INR_RISEN.sentence, BILIRUBIN_RISEN)),
    cites=("rahbari-phlf-2011",),
    support="specific",
    role="condition",
)
LIVER_INJURY_SEVERE = Definition(
    key="liver-injury-severe",
    title="Bilirubin over 50 umol/L and prothrombin under 50 % on day 5 or later",
    sentence=Named(
        "liver-injury-severe",
        all_of(
            past(Parameter("fifty-fifty-from", "d")),
            OFF_ANTICOAGULANTS,
            over(BILIRUBIN, Parameter("fifty-fifty-bilirubin", "umol/L")),
            over(BILIRUBIN, Baseline("bilirubin")),
            under(Latest("prothrombin-activity", BLOODS_WINDOW), Parameter("fifty-fifty-prothrombin", "%")),
        ),
    ),
    cites=("balzan-2005",),
    support="specific",
    role="condition",
)
_INJURY = any_of(LIVER_INJURY_MILD.sentence, definitely(LIVER_INJURY_SEVERE.sentence))
_INJURY_RECENT = definitely(WasTrue(_INJURY, _INJURY_LASTS))
_SETTLED = definitely(
    all_of(
        at_most(change("inr", BLOODS_WINDOW), Parameter("liver-settled-inr", ONE)),
        at_most(change("bilirubin", BLOODS_WINDOW), Parameter("liver-settled-bilirubin", "umol/L")),
        Not(definitely(LIVER_INJURY_SEVERE.sentence)),
    )
)
_INJURY_TWICE = any_of(
    all_of(INR_RISEN.sentence, _twice("inr", ">=", Sum(Baseline("inr"), Parameter("inr-rise", ONE)))),
    all_of(BILIRUBIN_RISEN, _twice("bilirubin", ">=", Sum(Baseline("bilirubin"), BILIRUBIN_RISE))),
)

_APPLIES = all_of(
    Not(CIRRHOSIS),
    OFF_ANTICOAGULANTS,
    past(Parameter("sedation-over", "h")),
    inside(Parameter("liver-failure-within", "d")),
)


_NOT_OF_OLD = never(at_most(INR, Baseline("inr")))
"""An INR that was as high before the procedure is of something else; one that nobody measured before is not excused."""


def _failure(key: str, title: str, inr: Statement, mind: Statement, cites: tuple[str, ...]) -> Definition:
    """INR and mind together, in a liver without cirrhosis, off anticoagulants, awake again, within 26 weeks."""
    return Definition(
        key=key,
        title=title,
        sentence=Named(key, all_of(_APPLIES, inr, _NOT_OF_OLD, mind)),
        cites=cites,
        support="specific",
        role="condition",
    )


ALF_AASLD = _failure(
    "alf-aasld",
    "Acute liver failure: INR of 1.5 or more with any encephalopathy, no cirrhosis, within 26 weeks",
    at_least(INR, _INR_RAISED),
    ENCEPHALOPATHY_RECORDED,
    ("aasld-2011",),
)
ALF_EASL = _failure(
    "alf-easl",
    "Acute liver failure: INR over 1.5 with any encephalopathy, no chronic disease, within 26 weeks",
    over(INR, Parameter("alf-easl-inr", ONE)),
    ENCEPHALOPATHY_RECORDED,
    ("easl-alf-2017",),
)
LIVER_FAILURE_SUSPECTED = _failure(
    "liver-failure-suspected",
    "INR of 1.5 or more with an altered mind",
    at_least(INR, _INR_RAISED),
    _MIND,
    ("aasld-2011",),
)
ALF_DEFINITIONS = {definition.key: definition for definition in (ALF_AASLD, ALF_EASL)}
"""The published definitions that a site may choose from."""
DEFAULT = ALF_AASLD

_WRITTEN = all_of(Not(CIRRHOSIS), Seen("acute-liver-failure", within=_FAILURE_LASTS))
_FAILURE_RECENT = definitely(any_of(_WRITTEN, WasTrue(LIVER_FAILURE_SUSPECTED.sentence, _FAILURE_LASTS)))
_FAILURE_OVER = all_of(
    Not(definitely(LIVER_FAILURE_SUSPECTED.sentence)),
    definitely(
        any_of(
            all_of(Not(ENCEPHALOPATHY_RECORDED), Not(definitely(ENCEPHALOPATHY))),
            all_of(under(INR, _INR_RAISED), _twice("inr", "<", _INR_RAISED)),
        )
    ),
)
"""The mind is clear and was looked at, or INR is low again on two samples."""

DEFINITIONS = (
    LIVER_INJURY_MILD,
    LIVER_INJURY_MODERATE,
    LIVER_INJURY_SEVERE,
    ALF_AASLD,
    ALF_EASL,
    LIVER_FAILURE_SUSPECTED,
)
CONDITIONS = (
    Condition(
        key="liver-injury",
        title="Liver injury",
        title_es="Lesión hepática",
        suspected=definitely(any_of(_INJURY, all_of(_INJURY_RECENT, Not(_SETTLED)))),
        confirmed=definitely(_INJURY_TWICE),
        excluded=all_of(_INJURY_RECENT, _SETTLED),
        assessable=all_of(OFF_ANTICOAGULANTS, Known(_INJURY)),
        reasons=(LIVER_INJURY_MILD, LIVER_INJURY_MODERATE, LIVER_INJURY_SEVERE),
        cites=("easl-alf-2017", "rahbari-phlf-2011", "balzan-2005"),
        complication="liver-injury",
        caution=(
            "Transaminases alone never make it. The grades were made for hepatectomy. In cirrhosis read "
            "decompensation beside it."
        ),
    ),
)


def failure_condition(chosen: Definition) -> Condition:
    """Acute liver failure by the definition that a site has chosen."""
    return Condition(
        key="acute-liver-failure",
        title="Acute liver failure",
        title_es="Insuficiencia hepática aguda",
        suspected=definitely(any_of(LIVER_FAILURE_SUSPECTED.sentence, all_of(_FAILURE_RECENT, Not(_FAILURE_OVER)))),
        confirmed=definitely(chosen.sentence),
        excluded=all_of(_FAILURE_RECENT, _FAILURE_OVER),
        assessable=all_of(OFF_ANTICOAGULANTS, Known(chosen.sentence)),
        reasons=(chosen, LIVER_FAILURE_SUSPECTED),
        cites=chosen.cites,
        complication="acute-liver-failure",
        caution=(
            "Not for cirrhosis (see decompensation), and INR says nothing on anticoagulants. Sedatives, opioids, "
            "sepsis and low glucose alter the mind as well."
        ),
    )
