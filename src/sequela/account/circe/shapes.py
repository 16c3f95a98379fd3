"""The objects of a Circe cohort expression, as plain dictionaries with the keys of OHDSI's circe-be.

Windows are in days from the procedure, both ends included. A concept set is named by a tuple until `numbered` gives
each its number in one expression.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

from sequela.sources.omop.codes import Group

Json = dict[str, Any]
SetName = tuple[Group, str, str]
"""A concept set: the group of its code list, the list's key, and `standard` or the domain of its source codes."""
OPERATORS = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte", "==": "eq"}
DECIMALS = 4
"""Circe writes numbers into its queries with so many decimals, so no more are given."""
EXACTLY, AT_LEAST = 0, 2
"""Types of an occurrence."""
_ONCE = {"Type": AT_LEAST, "Count": 1, "IsDistinct": False}


def number(value: Fraction) -> int | float:
    """The value as Circe will compare it."""
    rounded = round(value, DECIMALS)
    return int(rounded) if rounded.denominator == 1 else float(rounded)


def numeric(comparator: str, value: Fraction) -> Json:
    """A numeric range: `gt 2000`."""
    return {"Value": number(value), "Op": OPERATORS[comparator]}


def window(start: int | None, end: int | None) -> Json:
    """From day `start` to day `end` of the index; None is as far as is observed."""
    return {
        "Start": {"Days": None if start is None else abs(start), "Coeff": -1 if start is None or start < 0 else 1},
        "End": {"Days": None if end is None else abs(end), "Coeff": -1 if end is not None and end < 0 else 1},
        "UseIndexEnd": False,
        "UseEventEnd": False,
    }


def correlated(criteria: Json, start: int | None, end: int | None, count: int = 1) -> Json:
    """At least so many of what the criteria find, in the window."""
    return {
        "Criteria": criteria,
        "StartWindow": window(start, end),
        "Occurrence": _ONCE | {"Count": count},
    }


def group(kind: str, items: Sequence[Json], count: int | None = None) -> Json:
    """A group of criteria, demographic criteria and groups: ALL, ANY, AT_LEAST or AT_MOST so many of them."""
    made: Json = {"Type": kind}
    if count is not None:
        made["Count"] = count
    return made | {
        "CriteriaList": [item for item in items if "Criteria" in item],
        "DemographicCriteriaList": [item for item in items if "Age" in item],
        "Groups": [item for item in items if "Type" in item],
    }


def members(made: Json) -> list[Json]:
    """What stands in a group."""
    return [*made["CriteriaList"], *made["DemographicCriteriaList"], *made["Groups"]]


def joined(kind: str, items: Iterable[Json]) -> Json:
    """The items as one: itself if it is alone, and no group inside another of the same type."""
    flat: list[Json] = []
    for item in items:
        flat += members(item) if item.get("Type") == kind else [item]
    return flat[0] if len(flat) == 1 else group(kind, flat)


def negated(item: Json) -> Json:
    """None of it."""
    if item.get("Occurrence") == _ONCE:
        return item | {"Occurrence": _ONCE | {"Type": EXACTLY, "Count": 0}}
    return group("AT_MOST", members(item) if item.get("Type") == "ANY" else [item], 0)


def as_group(item: Json) -> Json:
    """The item as a group, as an inclusion rule needs it."""
    return item if "Type" in item else group("ALL", [item])


def rows(item: Json) -> tuple[list[Json], int, int] | None:
    """The criteria of which any one row decides, and from which day to which; None where no single row does.

    So a cohort can begin at that row, and need not begin at the procedure around which the item was made.
    """
    leaves = members(item) if item.get("Type") == "ANY" else [item]
    if not all("Criteria" in leaf and leaf["Occurrence"] == _ONCE for leaf in leaves):
        return None
    ends = {(leaf["StartWindow"]["Start"]["Days"], leaf["StartWindow"]["End"]["Days"]) for leaf in leaves}
    start, end = ends.pop()
    return None if ends or start is None else ([leaf["Criteria"] for leaf in leaves], start, end)


def expression(entry: Sequence[Json], rules: Sequence[tuple[str, str, Json]], named: Callable[[SetName], Json]) -> Json:
    """A cohort expression: entry events, inclusion rules by name and description; a cohort of one day each.

    `named` gives a concept set without its number.
    """
    made: Json = {
        "ConceptSets": [],
        "PrimaryCriteria": {
            "CriteriaList": list(entry),
            "ObservationWindow": {"PriorDays": 0, "PostDays": 0},
            "PrimaryCriteriaLimit": {"Type": "All"},
        },
        "QualifiedLimit": {"Type": "All"},
        "ExpressionLimit": {"Type": "All"},
        "InclusionRules": [
            {"name": name, "description": description, "expression": as_group(item)}
            for name, description, item in rules
        ],
        "EndStrategy": {"DateOffset": {"DateField": "StartDate", "Offset": 0}},
        "CensoringCriteria": [],
        "CollapseSettings": {"CollapseType": "ERA", "EraPad": 0},
        "CensorWindow": {},
    }
    numbers: dict[SetName, int] = {}
    made = numbered(made, numbers)
    made["ConceptSets"] = [{"id": place} | named(name) for name, place in numbers.items()]
    return made


def numbered(value: Any, numbers: dict[SetName, int]) -> Any:
    """The same with a number for each named concept set, in the order in which they are met."""
    if isinstance(value, dict):
        return {key: numbered(inner, numbers) for key, inner in value.items()}
    if isinstance(value, list):
        return [numbered(inner, numbers) for inner in value]
    return numbers.setdefault(value, len(numbers)) if isinstance(value, tuple) else value
