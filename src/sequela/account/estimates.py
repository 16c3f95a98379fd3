"""Estimates as text: a proportion with its limits."""

from __future__ import annotations

from rich.table import Table

from sequela.account.layout import printed
from sequela.measure.proportions import METHODS, Proportion


def percent(value: float) -> str:
    """A proportion in percent, with as many digits as tell it from its neighbours: 6.1 %, 0.28 %, 0.004 %."""
    return f"{100 * value:.3g} %"


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
