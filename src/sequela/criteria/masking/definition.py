"""Drugs that hide a fever: while one acts, that there is none proves nothing.

It keeps a course from being called recovered, the syndrome from being confirmed as resolved and the suspicion of
necrosis from lapsing, until a moment comes at which none acts. Once that was said, a later dose does not take it back.
A drug that nobody recorded is, as far as is known, not given.
"""

from sequela.logic.language import any_of
from sequela.logic.nodes import Parameter
from sequela.logic.shelf import Definition
from sequela.logic.statements import Happened, Named, Or

_PARACETAMOL = Parameter("paracetamol-masks", "h")

PARACETAMOL_ACTS = Definition(
    key="masked-by-paracetamol",
    title="Paracetamol or metamizole acts: absence of fever proves nothing",
    sentence=Named(
        "masked-by-paracetamol",
        any_of(Happened("paracetamol", within=_PARACETAMOL), Happened("metamizole", within=_PARACETAMOL)),
    ),
    cites=("zhou-2016",),
    role="masking",
)
NSAID_ACTS = Definition(
    key="masked-by-nsaid",
    title="An anti-inflammatory drug acts: absence of fever proves nothing",
    sentence=Named("masked-by-nsaid", Happened("nsaid", within=Parameter("nsaid-masks", "h"))),
    cites=("zhou-2016",),
    role="masking",
)
PREDNISOLONE_ACTS = Definition(
    key="masked-by-prednisolone",
    title="Prednisolone acts: absence of fever proves nothing",
    sentence=Named("masked-by-prednisolone", Happened("prednisolone", within=Parameter("prednisolone-masks", "h"))),
    cites=("meikle-tyler-1977", "ogasawara-2018"),
    role="masking",
)
DEXAMETHASONE_ACTS = Definition(
    key="masked-by-dexamethasone",
    title="Dexamethasone acts: absence of fever proves nothing",
    sentence=Named("masked-by-dexamethasone", Happened("dexamethasone", within=Parameter("dexamethasone-masks", "h"))),
    cites=("meikle-tyler-1977", "ogasawara-2018"),
    role="masking",
)
HYDROCORTISONE_ACTS = Definition(
    key="masked-by-hydrocortisone",
    title="Hydrocortisone acts: absence of fever proves nothing",
    sentence=Named(
        "masked-by-hydrocortisone", Happened("hydrocortisone", within=Parameter("hydrocortisone-masks", "h"))
    ),
    cites=("meikle-tyler-1977",),
    role="masking",
)

DEFINITIONS = (PARACETAMOL_ACTS, NSAID_ACTS, PREDNISOLONE_ACTS, DEXAMETHASONE_ACTS, HYDROCORTISONE_ACTS)
MASKED = Or(tuple(definition.sentence for definition in DEFINITIONS))
"""Some drug hides a fever just now. Never unknown."""
