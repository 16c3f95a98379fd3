"""Liver disease after radioembolization: jaundice and ascites, weeks after it, with no other cause.

Only after radioembolization. The window of two weeks to four months weighs: before it the pattern is suspected and not
confirmed. Confirmed needs images that deny tumour progression and dilated bile ducts. The published grades ask how the
disease was treated and are not given here.
"""

from sequela.course.episodes import ProcedureKind
from sequela.logic.language import all_of, any_of, at_least, definitely, inside, over, past, under
from sequela.logic.nodes import Parameter
from sequela.logic.quantities import Baseline, Difference, Latest
from sequela.logic.shelf import Condition, Definition
from sequela.logic.statements import Absent, Known, Named, Not, ProcedureIs, Seen, WasTrue

_BACK = Parameter("reild-looks-back", "d")
_BILIRUBIN = Latest("bilirubin", _BACK)
_OWN = Baseline("bilirubin")
_AFTER_TARE = ProcedureIs((ProcedureKind.TARE,))
_RAISED = all_of(at_least(_BILIRUBIN, Parameter("reild-bilirubin", "umol/L")), over(_BILIRUBIN, _OWN))
_JAUNDICE = all_of(Not(Known(Difference(_BILIRUBIN, _OWN))), Seen("jaundice", within=_BACK))

PATTERN = Definition(
    key="reild-pattern",
    title="Jaundice and ascites after radioembolization",
    sentence=Named(
        "reild-pattern",
        all_of(
            _AFTER_TARE,
            inside(Parameter("reild-until", "d")),
            Seen("ascites", within=_BACK),
            any_of(_RAISED, _JAUNDICE),
        ),
    ),
    cites=("sangro-2008",),
    support="specific",
    role="condition",
)
_OTHER_CAUSE = any_of(
    Seen("tumour-progression", within=_BACK),
    Seen("bile-duct-dilatation", within=_BACK),
    under(_BILIRUBIN, Parameter("reild-bilirubin-low", "umol/L")),
)

DEFINITIONS = (PATTERN,)
CONDITIONS = (
    Condition(
        key="reild",
        title="Radioembolization-induced liver disease",
        title_es="Enfermedad hepática inducida por radioembolización",
        suspected=definitely(PATTERN.sentence),
        confirmed=definitely(
            all_of(
                PATTERN.sentence,
                _RAISED,
                past(Parameter("reild-from", "d")),
                Absent("tumour-progression", within=_BACK),
                Absent("bile-duct-dilatation", within=_BACK),
            )
        ),
        excluded=definitely(all_of(_AFTER_TARE, WasTrue(PATTERN.sentence, _BACK), _OTHER_CAUSE)),
        assessable=Known(PATTERN.sentence),
        reasons=DEFINITIONS,
        cites=("sangro-2008",),
        complication="reild",
        caution=(
            "First published in livers without chronic disease, where a fifth of patients had it; no count could be "
            "read. In cirrhosis compare with decompensation."
        ),
    ),
)
