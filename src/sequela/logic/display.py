"""Numbers, units and names as a clinician writes them: `2,000 U/L`, `17.5 µmol/L`, `7 days`, `an ALT`."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from sequela.course.catalogue import catalogue
from sequela.course.interval import Interval

_UNITS = {
    "1": "",
    "{score}": "",
    "{INR}": "",
    "Cel": "°C",
    "mm[Hg]": "mmHg",
    "[degF]": "°F",
    "a": "years",
}
_SPELT = (("10*", "×10*"), ("umol", "µmol"), ("ug/", "µg/"), ("ukat", "µkat"), ("*9", "⁹"), ("*6", "⁶"), ("*3", "³"))
_PERIODS = {"s": "s", "min": "min", "h": "h"}
_SPELT_OUT = frozenset("AEFHILMNORSX")
"""Letters whose names begin with a vowel: an ALT, an INR, an LDH."""
_SPOKEN = ("NEWS", "MELD", "SOFA", "SIRS", "HAS", "FIO")
"""Acronyms that are read as words: a NEWS2, not an NEWS2."""
_NAMES = ("Child-Pugh", "Doppler", "Glasgow")
_MEASURED = {
    "platelets": "platelet count",
    "white cells": "white cell count",
    "neutrophils": "neutrophil count",
    "pain": "pain score",
    "nausea": "nausea score",
    "oxygen given": "supplementary oxygen",
    "largest tumour": "tumour size",
}
"""Kinds whose title does not name a number: what to call a reading of them."""
_ACRONYMS = frozenset(("alt", "ast", "crp", "ct", "inr", "ldh", "mr", "news2", "pes", "spo2"))
MOST_PLACES = 6
"""Decimal places of the finest number that is written out exactly."""
ROUGH_PLACES = 2
"""Decimal places of a number that no decimal writes exactly (a third)."""


def unit(ucum: str) -> str:
    """Return a UCUM unit as a clinician writes it; empty for a pure number, a count or points."""
    base, _, per = ucum.rpartition("/")
    if base and per in ("d", "h") and base != "10*9":
        return f"{unit(base)}/{'day' if per == 'd' else per}"
    if ucum in _UNITS:
        return _UNITS[ucum]
    if ucum.startswith("{") and ucum.endswith("}"):
        return ""
    for old, new in _SPELT:
        ucum = ucum.replace(old, new)
    return ucum


def places(value: Fraction) -> int:
    """Return how many decimal places write a number exactly, or a few where none do."""
    for count in range(MOST_PLACES + 1):
        if (value * 10**count).denominator == 1:
            return count
    return ROUGH_PLACES


def number(value: Fraction, at_least_places: int = 0) -> str:
    """Return a number without needless zeros and with commas between thousands."""
    count = max(places(value), at_least_places)
    scaled = Decimal(round(value * 10**count)).scaleb(-count)
    return f"{scaled:,.{count}f}"


def rounded(value: Fraction, count: int, against: Fraction | None = None) -> Fraction:
    """Return a number rounded for reading, but never so far that it meets or passes the limit it is set against."""
    while True:
        short = Fraction(round(value * 10**count), 10**count)
        same_side = against is None or (short > against) - (short < against) == (value > against) - (value < against)
        if same_side or count >= MOST_PLACES:
            return short
        count += 1


def amount(value: Fraction, ucum: str, at_least_places: int = 0) -> str:
    """Return a number with its unit."""
    if ucum == "d":
        return f"{number(value)} {'day' if value == 1 else 'days'}"
    if ucum in _PERIODS:
        return f"{number(value)} {_PERIODS[ucum]}"
    if ucum == "a":
        return f"{number(value)} {'year' if value == 1 else 'years'}"
    shown = unit(ucum)
    tight = shown == "" or shown.startswith(("%", "/"))
    return f"{number(value, at_least_places)}{'' if tight else ' '}{shown}"


def span(interval: Interval, ucum: str, at_least_places: int = 0) -> str:
    """Return an uncertain number with its unit: `under 5 mg/L`, `3 to 5`."""
    low, high = interval.low, interval.high
    if low is not None and low == high:
        return amount(low, ucum, at_least_places)
    if high is None and low is None:
        return "any value"
    if high is None and low is not None:
        return f"{'over' if interval.low_open else 'at least'} {amount(low, ucum, at_least_places)}"
    assert high is not None
    if low is None or (low == 0 and ucum != "{score}"):
        return f"{'under' if interval.high_open else 'at most'} {amount(high, ucum, at_least_places)}"
    return f"{number(low, at_least_places)} to {amount(high, ucum, at_least_places)}"


def coded(kind: str, value: Fraction) -> str | None:
    """Return the answer that a coded kind's number stands for (`V` of ACVPU), or None for a measured kind."""
    return next((answer for answer, code in catalogue().kinds[kind].values.items() if code == value), None)


def answers(kind: str, low: Fraction | None, high: Fraction | None) -> str:
    """Return which answers of a coded kind lie strictly between two numbers: `A or C`; empty for a measured kind."""
    values = catalogue().kinds[kind].values
    inside = [a for a, code in values.items() if (low is None or code > low) and (high is None or code < high)]
    return joined(inside, "or") if inside else ""


def kind_name(kind: str) -> str:
    """Return a kind's name as it stands inside a sentence."""
    title = _inside(catalogue().kinds[kind].title)
    return _MEASURED.get(title, title)


def finding_name(finding: str) -> str:
    """Return a finding's name as it stands inside a sentence."""
    return _inside(catalogue().findings[finding].title)


def event_name(event: str) -> str:
    """Return an event's name as it stands inside a sentence."""
    return _inside(catalogue().events[event].title)


def definition_name(name: str) -> str:
    """Return a definition's name in words: `NEWS2 risen` for `news2-risen`."""
    return " ".join(word.upper() if word in _ACRONYMS else word for word in name.split("-"))


def with_article(noun: str) -> str:
    """Return a noun with `a` or `an`, by how it is spoken."""
    first = noun.split()[0].split("-")[0]
    if len(first) > 1 and first[:2].isupper() and not first.upper().startswith(_SPOKEN):
        return f"{'an' if first[0] in _SPELT_OUT else 'a'} {noun}"
    if first.startswith("SpO"):
        return f"an {noun}"
    spoken_with_y = first.lower().startswith(("uni", "ura", "ure", "uri", "euro"))
    return f"{'an' if noun[0].lower() in 'aeiou' and not spoken_with_y else 'a'} {noun}"


def joined(items: list[str], word: str) -> str:
    """Return `a, b and c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {word} {items[-1]}"


def _inside(title: str) -> str:
    """A title without its capital, unless that belongs to an acronym or a name."""
    title = title.split(" (")[0]
    first = title.split()[0]
    if first in _NAMES or any(letter.isupper() or letter.isdigit() for letter in first[1:]):
        return title
    return title[0].lower() + title[1:]
