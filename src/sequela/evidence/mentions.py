"""Counts that stand in running text: "12 of 345 patients (3.5 %)". They are pointed at, never taken.

A text counts many things, survivors and lesions too; whether one is a series of a complication only a reader can say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LEAST_TOTAL = 10
"""The smallest denominator that may be a series."""

_NUMBER = r"(\d{1,3}(?:[, \u00a0\u2009]\d{3})+|\d+)"
_UNIT = (
    r"(?:\s*(?:consecutive|treated|different|such)?\s*"
    r"(patients|people|persons|cases|subjects|procedures|sessions|treatments|embolizations|embolisations|"
    r"chemoembolizations|chemoembolisations|pacientes|procedimientos|sesiones))?"
)
_PERCENT = r"(?:\s*[(\[,;]?\s*(\d{1,2}(?:[.,]\d+)?)\s*%)?"
_OF = re.compile(
    rf"(?<![\d.,/]){_NUMBER}(?:\s*\([^()]{{1,12}}%\s*\))?\s+(?:(?:patients|people|cases|procedures|sessions)\s+)?"
    rf"(?:of|out of|among|de)\s+(?:the\s+|los\s+|las\s+|all\s+)?{_NUMBER}{_UNIT}{_PERCENT}",
    re.I,
)
_OVER = re.compile(rf"(?<![\d.,/]){_NUMBER}\s*/\s*{_NUMBER}(?![\d/]){_UNIT}{_PERCENT}", re.I)
_RATE = re.compile(
    r"\b(?:incidence|rate|frequency|prevalence|incidencia|tasa|frecuencia)\b[^.;]{0,80}?(\d{1,2}(?:[.,]\d+)?)\s*%", re.I
)
_PROCEDURES = re.compile(r"proced|session|sesion|treat|emboli", re.I)


@dataclass(frozen=True, slots=True)
class Mention:
    """What looks like a count: events of a total, or a percentage alone; empty or 0 where it does not say."""

    events: int = 0
    total: int = 0
    unit: str = ""
    percent: str = ""

    @property
    def text(self) -> str:
        """The mention as it is told: "12 of 345 patients (3.5 %)"."""
        if not self.total:
            return f"a rate of {self.percent} %, without its counts"
        told = f"{self.events:,} of {self.total:,}" + (f" {self.unit}" if self.unit else "")
        return f"{told} ({self.percent} %)" if self.percent else told


def mentions(text: str) -> tuple[Mention, ...]:
    """Return what looks like counts in a text, in their order, each once; rates alone only where no count is."""
    found = dict.fromkeys(mention for _, mention in sorted(_counts(text), key=lambda one: one[0]))
    return tuple(found or dict.fromkeys(Mention(percent=_point(rate[1])) for rate in _RATE.finditer(text)))


def _counts(text: str) -> Iterator[tuple[int, Mention]]:
    for pattern in (_OF, _OVER):
        for found in pattern.finditer(text):
            events, total = _whole(found[1]), _whole(found[2])
            unit, percent = found[3] or "", found[4] or ""
            # "3/2019" is a date, "120/80" a pressure, "1 of 3" no series.
            if events > total or total < LEAST_TOTAL or (pattern is _OVER and not (unit or percent)):
                continue
            yield found.start(), Mention(events, total, _counted(unit), _point(percent))


def _whole(number: str) -> int:
    return int(re.sub(r"\D", "", number))


def _counted(unit: str) -> str:
    """The unit as series name it."""
    return ("procedures" if _PROCEDURES.search(unit) else "patients") if unit else ""


def _point(percent: str) -> str:
    return percent.replace(",", ".")
