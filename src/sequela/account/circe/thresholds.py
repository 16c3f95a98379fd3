"""A threshold in every unit that a database may give a measurement in: one number for each, never a conversion.

Circe compares the number of a row and asks for its unit, so a threshold stands once for each unit, with those units
together in which it is the same number. A kind that may come without a unit (INR) is asked for none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from sequela.account.circe.shapes import Json, number, numeric
from sequela.course.catalogue import Kind, catalogue
from sequela.errors import UnitError
from sequela.sources.omop.units import units

ROUGHEST = Fraction(1, 100)
"""How much of a threshold may be lost to Circe's decimals; a unit in which more would be is left out."""


def conversions(kind: Kind) -> Iterator[tuple[int, str, Fraction, Fraction]]:
    """Each unit concept that the kind's own table takes, with its text, factor and offset to the kind's unit."""
    for concept, text in sorted(units().items()):
        try:
            offset = kind.convert(0, text)
            yield concept, text, kind.convert(1, text) - offset, offset
        except UnitError:
            continue


def compared(key: str, comparator: str, value: Fraction) -> list[tuple[Json, str]]:
    """The fields of a Measurement that compare so, one for each number, and the same in words; none: no unit is known.

    `value` is in the kind's own unit.
    """
    kind = catalogue().kinds[key]
    if kind.values:
        return []
    if kind.table.optional:
        return [({"ValueAsNumber": numeric(comparator, value)}, f"{comparator} {number(value)}, whatever its unit")]
    together: dict[int | float, list[tuple[int, str]]] = defaultdict(list)
    for concept, text, factor, offset in conversions(kind):
        there = (value - offset) / factor
        shown = number(there)
        if abs(Fraction(shown) - there) <= ROUGHEST * abs(there):
            together[shown].append((concept, text))
    made = []
    for shown, asked in together.items():
        fields = {
            "ValueAsNumber": numeric(comparator, Fraction(shown)),
            "Unit": [{"CONCEPT_ID": concept, "CONCEPT_NAME": text, "DOMAIN_ID": "Unit"} for concept, text in asked],
        }
        named = ", ".join(f"{text} ({concept})" for concept, text in asked)
        made.append((fields, f"{comparator} {shown} {named}"))
    return made
