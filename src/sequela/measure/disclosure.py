"""Counts that may leave a hospital: none so small that it points at a person, and none that can be worked out.

A total is told, and parts of it in one or more ways (by sex, by age, ...). A part below the minimum is withheld.
Because the parts of one way sum to the total, more parts are withheld until whoever subtracts is left with as many
possible values for each as if it had only been told "fewer than the minimum".
"""

from __future__ import annotations

from collections.abc import Mapping

from sequela.errors import UserError

MINIMUM = 5
"""The smallest count that is told unless a site says otherwise; a custom of many data custodians, not a law."""


def withheld(parts: Mapping[str, int], minimum: int = MINIMUM, *, zeros: bool = False) -> frozenset[str]:
    """Return the parts of one way of dividing a total that are not told.

    Parameters
    ----------
    parts : counts that sum to a total which is told, if the total is at least the minimum.
    minimum : the smallest count that may be told.
    zeros : whether a count of none is withheld too; a none in a group tells that nobody in it had the outcome.

    Raises
    ------
    UserError
        When a count is negative, or the minimum is below 1.
    """
    if minimum < 1 or any(count < 0 for count in parts.values()):
        raise UserError("a count or a minimum that cannot be", where="disclosure", hint="Count from 0; withhold from 1")
    total = sum(parts.values())
    small = {name for name, count in parts.items() if count < minimum and (count or zeros)}
    if total < minimum and (total or zeros):
        return frozenset(parts)
    if not small:
        return frozenset()
    # The smallest of the others go next, and of equal ones the first by name, so that the same counts hide the same.
    others = sorted(set(parts) - small, key=lambda name: (parts[name] == 0, parts[name], name))
    hidden = set(small)
    while not _safe(hidden, parts, minimum, zeros=zeros) and others:
        hidden.add(others.pop(0))
    return frozenset(hidden) if _safe(hidden, parts, minimum, zeros=zeros) else frozenset(parts)


def _safe(hidden: set[str], parts: Mapping[str, int], minimum: int, *, zeros: bool) -> bool:
    """Whether subtracting leaves every withheld part as open as "fewer than the minimum" would.

    What is known of a withheld part: it is at least its least (1, or 0 where zeros are withheld as well), and all of
    them sum to the difference. So each may be anything from the least to the difference less the others' least.
    """
    least = 0 if zeros or any(parts[name] == 0 for name in hidden) else 1
    difference = sum(parts[name] for name in hidden)
    most = difference - least * (len(hidden) - 1)
    return len(hidden) > 1 and most - least >= minimum - 1 - least
