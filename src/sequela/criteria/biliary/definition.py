"""Biloma and cholecystitis: ducts live on the artery alone, and the gallbladder on a branch of it.

A biloma is found weeks to months after embolization, above all in a liver without cirrhosis. Ducts that were wide
before are not new, and fluid of somebody with ascites is not bile. A thick gallbladder wall is common after
embolization and followed by nothing (in one series none of 12 needed surgery); so are pain and fever in the first
days. What confirms a cholecystitis is therefore more than its wall: gas, necrosis, perforation or fluid beside the
local and the general signs of the Tokyo guidelines, or an operation or a drain for it.
"""

from sequela.criteria.abscess_signs.definition import CHOLESTASIS, CRP_HIGH
from sequela.criteria.liver_abscess.definition import FEBRILE
from sequela.criteria.surveillance.definition import BLOODS_WINDOW
from sequela.criteria.symptoms.definition import PAIN_LATE, PAIN_WORSENING, SIGN_WINDOW, abdominal_pain
from sequela.logic.language import all_of, any_of, at_least, definitely, never, past
from sequela.logic.nodes import ONE, Parameter
from sequela.logic.quantities import Latest, Ratio
from sequela.logic.shelf import Condition, Definition
from sequela.logic.statements import Absent, Happened, Known, Named, Seen, WasTrue

# -- biloma -----------------------------------------------------------------------------------------------------------

_BILOMA_OPEN = Parameter("biloma-open", "d")
_BILOMA_FROM = Parameter("biloma-exclusion-from", "d")
_FLUID = Parameter("biloma-fluid-current", "d")

NEW_DUCT_DILATATION = Definition(
    key="new-duct-dilatation",
    title="Bile ducts wide that were not known to be wide before",
    sentence=Named(
        "new-duct-dilatation",
        all_of(
            Seen("bile-duct-dilatation", within=_BILOMA_OPEN),
            never(Seen("earlier-bile-duct-dilatation")),
        ),
    ),
    cites=("guiu-2012", "yu-2002"),
    support="specific",
    role="condition",
)
CHOLESTASIS_WITH_FLUID = Definition(
    key="cholestasis-with-fluid",
    title="ALP or GGT risen from the patient's own, with free fluid in somebody without ascites",
    sentence=Named(
        "cholestasis-with-fluid",
        all_of(CHOLESTASIS, Seen("free-fluid", within=_FLUID), never(Seen("ascites"))),
    ),
    cites=("guiu-2012", "xu-bile-duct-2021"),
    support="specific",
    role="condition",
)
_BILOMA_REASONS = (NEW_DUCT_DILATATION, CHOLESTASIS_WITH_FLUID)
_BILOMA_SIGNS = definitely(any_of(*(reason.sentence for reason in _BILOMA_REASONS)))
_BILE = all_of(
    past(Parameter("biloma-bile-from", "d")),
    at_least(
        Ratio(Latest("fluid-bilirubin", Parameter("biloma-bile-current", "h")), Latest("bilirubin", BLOODS_WINDOW)),
        Parameter("biloma-bile-fold", ONE),
    ),
)
"""Fluid with three times the bilirubin of the blood, as bile leaks are defined after hepatectomy."""
_BILOMA = definitely(any_of(Seen("biloma"), Seen("bilious-aspirate"), WasTrue(_BILE)))

BILOMA = Condition(
    key="biloma",
    title="Biloma",
    title_es="Biloma",
    suspected=WasTrue(_BILOMA_SIGNS, _BILOMA_OPEN),
    confirmed=_BILOMA,
    excluded=all_of(
        any_of(Happened("contrast-ct", after=_BILOMA_FROM), Happened("contrast-mr", after=_BILOMA_FROM)),
        Absent("biloma", after=_BILOMA_FROM),
        Absent("bile-duct-dilatation", after=_BILOMA_FROM),
    ),
    assessable=any_of(
        Known(Seen("biloma", within=_BILOMA_OPEN)),
        Known(Seen("bile-duct-dilatation", within=_BILOMA_OPEN)),
    ),
    reasons=_BILOMA_REASONS,
    cites=("guiu-2012", "kim-hk-2001", "koch-2011"),
    complication="biloma",
    caution=(
        "Found from two weeks to three months after the procedure, and one in nine later; after beads ducts may widen "
        "within days. Cirrhosis makes it rarer. An image that names it confirms it without a needle."
    ),
)

# -- cholecystitis ----------------------------------------------------------------------------------------------------

_GALLBLADDER_OPEN = Parameter("cholecystitis-open", "d")
_GALLBLADDER_IMAGE = Parameter("cholecystitis-image-current", "d")
_GALLBLADDER_FROM = Parameter("cholecystitis-exclusion-from", "h")
_GENERAL = any_of(FEBRILE, CRP_HIGH)
_MURPHY = definitely(Seen("murphy-sign", within=SIGN_WINDOW))
_SCANNED = any_of(
    *(
        Happened(scan, within=_GALLBLADDER_OPEN, after=_GALLBLADDER_FROM)
        for scan in ("ultrasound", "contrast-ct", "contrast-mr")
    )
)

GALLBLADDER_SIGNS = Definition(
    key="gallbladder-signs",
    title="Murphy's sign, or pain that worsens or lasts, with fever or a high CRP",
    sentence=Named("gallbladder-signs", all_of(any_of(_MURPHY, PAIN_WORSENING.sentence, PAIN_LATE.sentence), _GENERAL)),
    cites=("yokoe-2018",),
    support="non-specific",
    role="condition",
)
GALLBLADDER_IMAGED = Definition(
    key="gallbladder-imaged",
    title="Cholecystitis, gallbladder necrosis or perforation, or fluid around it without ascites, on imaging",
    sentence=Named(
        "gallbladder-imaged",
        any_of(
            Seen("cholecystitis", within=_GALLBLADDER_IMAGE),
            definitely(Seen("gallbladder-necrosis", within=_GALLBLADDER_IMAGE)),
            definitely(all_of(Seen("pericholecystic-fluid", within=_GALLBLADDER_IMAGE), never(Seen("ascites")))),
        ),
    ),
    cites=("yokoe-2018",),
    support="specific",
    role="condition",
)
_GALLBLADDER_REASONS = (GALLBLADDER_SIGNS, GALLBLADDER_IMAGED)
_BEYOND_WALL = any_of(
    Seen("gallbladder-necrosis", within=_GALLBLADDER_IMAGE),
    all_of(Seen("pericholecystic-fluid", within=_GALLBLADDER_IMAGE), never(Seen("ascites"))),
)
_TOKYO = all_of(_BEYOND_WALL, any_of(_MURPHY, abdominal_pain(SIGN_WINDOW)), _GENERAL)
_TREATED = all_of(
    any_of(Seen("cholecystitis", within=_GALLBLADDER_IMAGE), Seen("gallbladder-necrosis", within=_GALLBLADDER_IMAGE)),
    any_of(Happened("surgery", within=_GALLBLADDER_OPEN), Happened("drainage", within=_GALLBLADDER_OPEN)),
)
"""An operation or a drain beside the image; one of weeks before was for something else."""
_RECENT_SIGNS = definitely(WasTrue(GALLBLADDER_SIGNS.sentence, _GALLBLADDER_OPEN))

CHOLECYSTITIS = Condition(
    key="cholecystitis",
    title="Cholecystitis",
    title_es="Colecistitis",
    suspected=any_of(_RECENT_SIGNS, definitely(GALLBLADDER_IMAGED.sentence)),
    confirmed=definitely(any_of(WasTrue(_TOKYO), WasTrue(_TREATED))),
    excluded=all_of(
        _SCANNED,
        Absent("cholecystitis", within=_GALLBLADDER_OPEN, after=_GALLBLADDER_FROM),
        never(GALLBLADDER_IMAGED.sentence),
        never(GALLBLADDER_SIGNS.sentence),
    ),
    assessable=any_of(Known(GALLBLADDER_SIGNS.sentence), Known(GALLBLADDER_IMAGED.sentence)),
    reasons=_GALLBLADDER_REASONS,
    cites=("yokoe-2018", "asan-1998", "kim-jy-2024"),
    complication="cholecystitis",
    caution=(
        "Suspected is not likely. Pain, fever and a thick wall are of the ordinary syndrome in the first days. Those "
        "operated on were so on day 15 on average; after radioembolization it may take weeks."
    ),
)

DEFINITIONS = (NEW_DUCT_DILATATION, CHOLESTASIS_WITH_FLUID, GALLBLADDER_SIGNS, GALLBLADDER_IMAGED)
CONDITIONS = (BILOMA, CHOLECYSTITIS)
