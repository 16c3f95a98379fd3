"""Which published risk factors of a complication this patient has: what was so before the procedure, and the procedure.

Background counts whenever it was written down; of other findings (ascites) only what was so before the procedure.
"""

from __future__ import annotations

from sequela.assessing.assessment import RiskFactor
from sequela.course.catalogue import catalogue
from sequela.course.facts import Fact, Finding, Presence
from sequela.engine.reference import Evaluator
from sequela.evidence import risk_factors
from sequela.logic.statements import Seen


def risks(complication: str, now: Evaluator) -> tuple[RiskFactor, ...]:
    """Return the risk factors that are present, each with the published number on it and the facts that tell of it.

    Those counted after this kind of procedure come first.
    """
    kind = str(now.course.procedure.kind)
    found = []
    for odds in risk_factors(complication):
        present = {factor: _facts(factor, now) for factor in odds.factors if factor != kind}
        named = [factor for factor, facts in present.items() if facts]
        if kind in odds.factors:
            named.append(kind)
        if named:
            facts = tuple(dict.fromkeys(fact for key in named for fact in present.get(key, ())))
            found.append(RiskFactor(tuple(_title(key) for key in named), tuple(named), odds, facts))
    return tuple(sorted(found, key=lambda risk: kind not in risk.odds.procedures))


def _title(key: str) -> str:
    entry = catalogue().findings.get(key)
    return entry.title if entry is not None else key


def _facts(factor: str, now: Evaluator) -> tuple[Fact, ...]:
    """The facts by which a finding was present before the procedure; none for a kind of procedure."""
    entry = catalogue().findings.get(factor)
    if entry is None:
        return ()
    if entry.background:
        verdict = now.truth(Seen(factor))
        return verdict.facts if verdict.truth is True else ()
    before = [fact for fact in now.facts(factor, now.instant) if fact.at < now.course.start]
    last = before[-1] if before else None
    return (last,) if isinstance(last, Finding) and last.presence is Presence.PRESENT else ()
