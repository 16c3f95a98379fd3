"""The pleasant way to write sentences: short functions that build nodes, and the phrases the shelf uses often."""

from __future__ import annotations

from sequela.logic.nodes import Parameter, Quantity, Statement
from sequela.logic.quantities import (
    Baseline,
    Called,
    Choice,
    Comparator,
    Count,
    Difference,
    Higher,
    Latest,
    Peak,
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


def past(duration: Parameter) -> Compare:
    """At least so long since the procedure."""
    return Compare(TimeSince("procedure"), ">=", duration)


def inside(duration: Parameter) -> Compare:
    """Less than so long since the procedure."""
    return Compare(TimeSince("procedure"), "<", duration)


def still_rising(
    series: Series, name: str, *, after: Parameter, within: Parameter, nothing: Parameter, current: Parameter
) -> And:
    """The last reading is from so long after the procedure or later, the highest of its look-back, and risen.

    It is judged when it was taken: neither a look-back that slides on nor the clock makes a rise of an older one.
    """
    highest = at_least(Latest(series, within), Peak(series, within))
    slope = Choice(all_of(past(after), highest), Rate(series, within, "d"), nothing)
    return all_of(past(after), over(Latest(Called(name, slope), current), nothing))


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
