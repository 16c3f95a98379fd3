"""The library: what was published, what our rules take from it, and how it is found.

Purpose: one record for each work that a parameter, rule, step or code list cites, the claims and counts that are taken
from it, and a reader's own works beside them. Our records are data (`shelf/*.toml`, `claims/*.toml`, `base_rates.toml`,
`series.toml`, `odds.toml`), read once, when first asked for; a reader's stand in one SQLite file (`library`).
Parts: `formats` (records in and out), `merging` (one work of many records), `search` (an index, questions, facets),
`citing` and `embedding` (references, and what a page carries), `series` (counts and their checks), `watching` (what is
new for which rule).

May import: `sequela.errors`, the standard library, and within functions lxml, pymarc, rispy, bibtexparser,
snowballstemmer, RapidFuzz and platformdirs. Nothing else of ours; it knows no patients and no rules.

Door: `work(key)`, `works()`, `citation(work)`, `check()`, `claims_of(key)`,
`base_rates(complication, procedure_kind)`, `risk_factors(complication)`, and the values they return: `Work`, `Author`,
`Claim`, `BaseRate`, `Odds`; `library.Library` for everything that a reader adds.
"""

from sequela.evidence.checking import check
from sequela.evidence.citing import citation
from sequela.evidence.claims import Claim, claims_of
from sequela.evidence.odds import Odds, all_odds, risk_factors
from sequela.evidence.rates import BaseRate, all_base_rates, base_rates
from sequela.evidence.shelving import work, works
from sequela.evidence.works import Author, Work

__all__ = [
    "Author",
    "BaseRate",
    "Claim",
    "Odds",
    "Work",
    "all_base_rates",
    "all_odds",
    "base_rates",
    "check",
    "citation",
    "claims_of",
    "risk_factors",
    "work",
    "works",
]
