"""The units that a kind's values may come in, each with its exact factor to the kind's own unit.

Looked up, never parsed: a general unit parser takes K/uL for kelvin, C for coulomb and refuses U/L = IU/L. Spelling is
forgiven (case, spaces, the two micro signs, superscripts) only as far as it leads to a unit in the table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from sequela.errors import InputError, UnitError

LARGEST_EXPONENT = 60
"""Powers of ten, either way, of the numbers we take; beyond them a value is damage, not a measurement."""
ATOMS = re.compile(
    r"(?:[munpkd]?(?:g|L|mol|IU|U|kat|Eq|m|s)|Cel|deg|Hg|min|hr?|d|x|e|K|C|F|Pa|cells|\d{1,3}|[ /*^.%()\[\]{}+-])+",
    re.IGNORECASE,
)
"""What a unit is made of: text of anything else is never repeated in a message, since it could be a name."""

_SPELLINGS = str.maketrans("μµ×·º⁰¹²³⁹⁶−", "uux.°012396-")


class UnitTable:
    """A kind's units: text as written -> factor and offset, so that canonical = value * factor + offset."""

    __slots__ = ("_exact", "_spelt", "canonical", "kind", "optional")

    def __init__(
        self,
        *,
        kind: str,
        canonical: str,
        factors: Mapping[str, tuple[Fraction, Fraction]],
        optional: bool,
    ) -> None:
        self.kind, self.canonical, self.optional = kind, canonical, optional
        self._spelt: dict[str, tuple[Fraction, Fraction]] = {}
        for unit, factor in factors.items():
            if self._spelt.setdefault(spelling(unit), factor) != factor:
                raise ValueError(f"{kind}: {unit} has two factors")
        self._exact: dict[str, tuple[Fraction, Fraction]] = dict(factors)

    def units(self) -> tuple[str, ...]:
        """The spellings written in the table."""
        return tuple(self._exact)

    def convert(self, value: Decimal | Fraction | int, unit: str | None) -> Fraction:
        """Return the value in the canonical unit, exactly."""
        found = self._exact.get(unit) if unit else None
        if found is None:
            found = self._find(unit)
            if found is None:
                raise self._unconvertible(unit)
        factor, offset = found
        converted = exact(value) if factor == 1 else exact(value) * factor
        return converted + offset if offset else converted

    def _find(self, unit: str | None) -> tuple[Fraction, Fraction] | None:
        if unit is None or not unit.strip():
            return (Fraction(1), Fraction(0)) if self.optional else None
        return self._spelt.get(spelling(unit)) if len(unit) <= 40 else None

    def _unconvertible(self, unit: str | None) -> UnitError:
        if unit is None or not unit.strip():
            what = f"{self.kind} without a unit"
        elif len(unit) <= 16 and ATOMS.fullmatch(unit):
            what = f"{self.kind} in a unit that its table does not hold ({unit})"
        else:
            what = f"{self.kind} in a unit that its table does not hold"
        return UnitError(what, hint=f"Give it in {self.canonical}")


@lru_cache(maxsize=4096)
def spelling(unit: str) -> str:
    """Return the unit's text without the differences that mean nothing: case, spaces, micro signs, superscripts."""
    return re.sub(r"\s+", "", unit.translate(_SPELLINGS)).casefold()


def exact(value: Decimal | Fraction | int) -> Fraction:
    """Return the number as a fraction; refuses what is not finite, and exponents that no measurement has."""
    if isinstance(value, Decimal) and not (value.is_finite() and abs(value.adjusted()) < LARGEST_EXPONENT):
        raise InputError("a number that is no measurement", hint="Give a finite number of ordinary size")
    return Fraction(value)
