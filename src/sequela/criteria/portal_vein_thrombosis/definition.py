"""New portal vein thrombosis: found by Doppler, CT or MR; that nobody looked is no suspicion.

What was thrombosed before the procedure is not new, and after portal vein embolization a closed branch was meant: then
nothing is confirmed here. A normal Doppler speaks of the main, right and left portal vein only, so it excludes nothing.
Excluded needs a portal phase of CT or MR and a word on all the branches: one without a site ("no portal vein
thrombosis", "all portal branches patent"), because one that names the main vein is silent on the branches of segments.
"""

from sequela.course.episodes import ProcedureKind
from sequela.logic.language import all_of, any_of, never
from sequela.logic.nodes import Parameter, Statement
from sequela.logic.shelf import Condition
from sequela.logic.statements import Absent, Happened, Not, ProcedureIs, Seen

WHOLE = ("no-named-place",)
"""Where only a word without a site answers."""
_PORTAL_SECTIONS = (("I",), ("II", "III"), ("IV",), ("V", "VIII"), ("VI", "VII"))
_VALID = Parameter("portal-exclusion-valid", "d")


def branches_free(after: Parameter | None = None, within: Parameter | None = None) -> Statement:
    """All portal branches said to be patent, or free of thrombosis, in one word that names no branch."""
    return any_of(
        Absent("portal-vein-thrombosis", site=WHOLE, within=within, after=after),
        Seen("portal-vein-patent", site=WHOLE, within=within, after=after),
    )


_NOT_MEANT = Not(ProcedureIs((ProcedureKind.PVE,)))
CONFIRMED = all_of(
    _NOT_MEANT,
    any_of(
        *(
            all_of(
                Seen("portal-vein-thrombosis", site=section),
                never(Seen("earlier-portal-vein-thrombosis", site=section)),
            )
            for section in _PORTAL_SECTIONS
        )
    ),
)
"""Thrombus in a section of which none was known before."""
EXCLUDED = all_of(
    _NOT_MEANT,
    any_of(Happened("contrast-ct", within=_VALID), Happened("contrast-mr", within=_VALID)),
    branches_free(within=_VALID),
    never(Seen("portal-vein-thrombosis")),
)

CONDITIONS = (
    Condition(
        key="portal-vein-thrombosis",
        title="Portal vein thrombosis, new",
        title_es="Trombosis portal nueva",
        suspected=None,
        confirmed=CONFIRMED,
        excluded=EXCLUDED,
        assessable=all_of(
            _NOT_MEANT,
            any_of(Absent("portal-vein-thrombosis", within=_VALID), Seen("portal-vein-patent", within=_VALID)),
        ),
        reasons=(),
        cites=("micallef-2020", "joskin-2015", "shimada-2013"),
        complication="portal-vein-thrombosis",
        caution=(
            "A missing Doppler is no suspicion, and a normal one excludes the main, right and left portal vein only. "
            "After portal vein embolization, or with an earlier thrombosis, compare with the images before."
        ),
    ),
)
