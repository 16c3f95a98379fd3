"""Estimates as text: a proportion with its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from sequela.account.layout import printed
from sequela.measure.proportions import METHODS, Proportion

if TYPE_CHECKING:
    from sequela.measure.cohorts import Incidence


def percent(value: float) -> str:
    """A proportion in percent, with as many digits as tell it from its neighbours: 6.1 %, 0.28 %, 0.004 %."""
    return "<0.001 %" if 0 < value < 1e-5 else f"{100 * value:.3g} %"


def proportion_text(found: Proportion) -> str:
    """The proportion, and a line for each method with what it is for."""
    table = Table("method", "from", "to", "what it is for", box=None, pad_edge=False)
    for method, (low, high) in found.intervals.items():
        table.add_row(method, percent(low), percent(high), METHODS[method])
    said = [f"{found.events:,} of {found.total:,}: {percent(found.value)}, limits at {100 * found.level:g} %", ""]
    one_sided = f"One-sided, at {100 * found.level:g} %: "
    if found.events < found.total:
        one_sided += f"at most {percent(found.upper)}"
    if 0 < found.events < found.total:
        one_sided += "; "
    if found.events:
        one_sided += f"at least {percent(found.lower)}"
    return "\n".join([*said, printed(table), one_sided])


def incidence_text(found: Incidence) -> str:
    """A row for each target, outcome, time at risk and stratum, and what became of the rows of the tables."""
    strata = [name for name in ("age_group", "gender_id", "start_year") if name in found.rows[0]] if found.rows else []
    table = Table("target", "outcome", "time at risk", *strata, box=None, pad_edge=False)
    for name in ("persons", "days", "with outcome", "outcomes", "per 100 persons", "per 100 person-years"):
        table.add_column(name, justify="right")
    for row in found.rows:
        table.add_row(
            row["target_cohort_definition_id"],
            row["outcome_cohort_definition_id"],
            row["tar"],
            *("all" if row[name] is None else str(row[name]) for name in strata),
            f"{row['persons_at_risk']:,}",
            f"{row['person_days']:,}",
            f"{row['person_outcomes']:,}",
            f"{row['outcomes']:,}",
            _limited(row["incidence_proportion_p100p"], row["incidence_proportion_ci"]),
            _limited(row["incidence_rate_p100py"], row["incidence_rate_ci"]),
        )
    counts = [f"{name.replace('_', ' ')} {count:,}" for name, count in found.receipt.items() if count]
    return printed(table, 160) + "\nrows: " + ", ".join(counts)


def _limited(value: float | None, limits: list[float] | None) -> str:
    """A number with its limits; a dash where nobody was at risk."""
    return "-" if value is None or limits is None else f"{_short(value)} ({_short(limits[0])} to {_short(limits[1])})"


def _short(value: float) -> str:
    """A number with three digits that tell, and no power of ten."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
