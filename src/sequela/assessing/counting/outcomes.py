"""The outcomes that are counted, each with the ways in which it may be seen and the days in which it is looked for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any

from sequela.errors import CriteriaError, UserError
from sequela.logic.shelf import Basis, ParameterValue, Shelf

SOURCES: Mapping[str, str] = {
    "coded": "a diagnosis code, new since the procedure",
    "assessed": "the course, by the definitions: the condition was confirmed",
    "reported": "the text of a report says so",
    "any": "coded, assessed or reported",
    "all": "in every one of these ways in which it can be seen here",
    "suspected": "the course, by the definitions: the condition was suspected, or confirmed",
}
"""How an outcome may be seen, in words for a report; the first three are told apart, the others made of them."""
WAYS = ("coded", "assessed", "reported")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is counted: a condition of the shelf, the list of its codes, what a report's text says, what must be imaged.

    `coded` is empty where no published code says it; without `imaging` its absence needs no image.
    """

    key: str
    title: str
    condition: str
    window: ParameterValue
    coded: str = ""
    findings: tuple[str, ...] = ()
    imaging: tuple[str, ...] = ()

    @property
    def days(self) -> float:
        """How many days after the procedure it is looked for."""
        assert self.window.value is not None
        return float(self.window.value)


def outcomes(shelf: Shelf, windows: Mapping[str, float] | None = None) -> tuple[Outcome, ...]:
    """The outcomes in the order of a report, with a site's own windows where it gives some.

    Raises
    ------
    UserError
        When a window is given for no outcome, or is not between 1 and 180 days.
    """
    given = dict(windows or {})
    found = []
    for key, entry in _read().items():
        window = entry["window"]
        value = shelf.parameters[window] if isinstance(window, str) else _parameter(key, window)
        if key in given:
            value = _own(key, value, given.pop(key))
        if value.unit != "d":
            raise CriteriaError(f"the window of {key} is not in days", where="outcomes.toml")
        named = {name: tuple(entry[name]) for name in ("findings", "imaging") if name in entry}
        found.append(Outcome(key, entry["title"], entry["condition"], value, entry.get("coded", ""), **named))
    if given:
        raise UserError(f"no outcome {min(given)!r}", where="--window", hint=f"One of {', '.join(_read())}")
    return tuple(found)


def _own(key: str, value: ParameterValue, days: float) -> ParameterValue:
    if not 1 <= days <= 180:
        raise UserError(f"a window of {days:g} days", where=f"--window {key}", hint="From 1 to 180 days")
    return ParameterValue(
        key=value.key,
        unit="d",
        valid_from=value.valid_from,
        basis=Basis("expert judgement"),
        cites=value.cites,
        value=Fraction(days),
        note="Chosen for this count.",
        topic=value.topic,
    )


def _parameter(key: str, entry: Mapping[str, Any]) -> ParameterValue:
    since = entry["from"]
    assert isinstance(since, date)
    return ParameterValue(
        key=f"{key}-counted-for",
        unit=entry["unit"],
        valid_from=since,
        basis=Basis(entry["basis"]),
        cites=tuple(entry["cites"]),
        value=Fraction(entry["value"]),
        note=entry.get("note", ""),
        topic="counting",
    )


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("outcomes.toml").read_text(encoding="utf-8"))
