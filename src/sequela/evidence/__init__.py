"""The library: what was published, and the numbers we took from it.

Purpose: one record for each work that a parameter, rule, step or code list cites, what our rules take from it, and
the published base rates that stand beside a suspicion. Records are data (`shelf/*.toml`, `claims/*.toml`,
`base_rates.toml`, `odds.toml`), read once, when first asked for.

May import: `sequela.errors` and the standard library. Nothing else of ours; it knows no patients and no rules.

Door: `work(key)`, `works()`, `citation(work)`, `check()`, `claims_of(key)`,
`base_rates(complication, procedure_kind)`, `risk_factors(complication)`, and the values they return: `Work`, `Author`,
`Claim`, `BaseRate`, `Odds`.
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
