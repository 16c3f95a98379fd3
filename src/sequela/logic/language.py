"""The pleasant way to write sentences: short functions that build nodes, and the phrases the shelf uses often."""

from __future__ import annotations

from sequela.logic.nodes import Parameter, Quantity, Statement
from sequela.logic.quantities import (
    Baseline,
    Choice,
    Comparator,
    Count,
    Difference,
    Higher,
    Latest,
    Rate,
    Ratio,
    Series,
    TimeSince,
)
from sequela.logic.statements import And, Compare, Known, Not, Or


def all_of(*parts: Statement) -> And:
    """Every one of the statements."""
    return And(parts)


def any_of(*parts: Statement) -> Or:
    """At least one of the statements."""
    return Or(parts)


def definitely(of: Statement) -> And:
    """The statement, with unknown taken as not so: for what must not stay open for want of a fact."""
    return And((Known(of), of))


def never(of: Statement) -> Not:
    """The opposite of a statement that is definitely so."""
    return Not(definitely(of))


def at_least(left: Quantity, right: Quantity) -> Compare:
    """Left is at least right."""
    return Compare(left, ">=", right)


def over(left: Quantity, right: Quantity) -> Compare:
    """Left is more than right."""
    return Compare(left, ">", right)


def at_most(left: Quantity, right: Quantity) -> Compare:
    """Left is at most right."""
    return Compare(left, "<=", right)


def under(left: Quantity, right: Quantity) -> Compare:
    """Left is less than right."""
    return Compare(left, "<", right)


def change(series: Series, within: Parameter | None = None) -> Difference:
    """The last reading less the patient's own baseline."""
    return Difference(Latest(series, within), Baseline(series))


def fold(series: Series, within: Parameter | None = None) -> Ratio:
    """The last reading over the patient's own baseline."""
    return Ratio(Latest(series, within), Baseline(series))


def worse_of(one: Quantity, other: Quantity) -> Choice:
    """The higher of two, or the one that is known: for what may be told in either of two ways."""
    return Choice(Known(one), Choice(Known(other), Higher(one, other), one), other)


def rising(series: Series, within: Parameter, nothing: Parameter) -> Compare:
    """The series has risen over the look-back (its slope is more than `nothing`)."""
    return Compare(Rate(series, within, "d"), ">", nothing)


def past(duration: Parameter) -> Compare:
    """At least so long since the procedure."""
    return Compare(TimeSince("procedure"), ">=", duration)


def inside(duration: Parameter) -> Compare:
    """Less than so long since the procedure."""
    return Compare(TimeSince("procedure"), "<", duration)


def times(
    series: Series,
    comparator: Comparator,
    threshold: Quantity,
    *,
    at_least_times: Parameter,
    within: Parameter | None = None,
    apart: Parameter | None = None,
) -> Compare:
    """So many readings in the look-back compare so with the threshold."""
    return Compare(Count(series, comparator, threshold, within, apart), ">=", at_least_times)
