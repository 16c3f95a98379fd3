"""The numbers of the synthetic patients, read from `data/*.toml`: there is no clinical number in the code."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from typing import Any

BASES = ("study", "guideline", "expert judgement")
LATENTS = ("injury", "inflammation", "symptoms", "function", "circulation")
"""What numbers of one patient move together with; all of them move with the patient's severity."""
CLOCKS = ("procedure", "began", "suspected", "recognised", "treated", "discharge")
"""The instants from which delays are counted."""


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the books: its value, how much it differs between patients, and what it rests on."""

    value: float
    unit: str
    spread: float
    basis: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a kind is before anything happens, in those that `procedures` and `background` name (empty: everybody)."""

    kind: str
    number: Number
    log: bool
    within: float
    day: float
    floor: float | None
    ceiling: float | None
    load: float
    latent: bool
    procedures: tuple[str, ...]
    background: str


@dataclass(frozen=True, slots=True)
class Pulse:
    """What is added to a kind: nothing, a rise to a peak, a plateau, a halving again and again."""

    name: str
    kind: str
    scenarios: tuple[str, ...]
    procedures: tuple[str, ...]
    began: bool
    latent: str
    relative: bool
    until_treated: bool
    share: Number
    rise: Number
    delay: Number
    peak: Number
    hold: Number
    half_life: Number


@dataclass(frozen=True, slots=True)
class Said:
    """A finding or an event that belongs to some episodes, and when."""

    role: str
    key: str
    presence: str
    detail: str
    scenarios: tuple[str, ...]
    procedures: tuple[str, ...]
    background: str
    share: Number | None
    share_of: str
    clock: str
    after: Number
    before: bool
    every: Number | None
    until: str
    site: str
    delay: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A finding or an event that follows a charted value."""

    role: str
    key: str
    kind: str
    least: Number
    share: Number


@dataclass(frozen=True, slots=True)
class Writing:
    """How a kind is written: units and decimals by system (own, other, katal), words for coded kinds."""

    units: tuple[str, str, str]
    decimals: tuple[int, int, int]
    words: tuple[str, ...]
    below: float | None
    above: float | None
    mistake: float | None
    """How wrong a mistaken value is, as a part of it; None: as wrong as `corrected-by` says."""


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure of the books: what the record calls it and whose pulses it has."""

    key: str
    kind: str
    parts: tuple[str, ...]
    intent: str
    numbers: Mapping[str, Number]


@dataclass(frozen=True, slots=True)
class Book:
    """Everything in `data/*.toml`."""

    baselines: tuple[Baseline, ...]
    pulses: tuple[Pulse, ...]
    said: tuple[Said, ...]
    noted: tuple[Noted, ...]
    fever: Number
    """The temperature from which the truth calls a course febrile."""
    procedures: Mapping[str, Procedure]
    scenario_weights: Mapping[str, float]
    procedure_weights: Mapping[str, float]
    timing: Mapping[str, Mapping[str, Number]]
    background: Mapping[str, Number]
    couplings: Mapping[str, Number]
    correlation: Mapping[str, Number]
    day_peak: Number
    rates: Mapping[str, Number]
    cadence: Mapping[str, Number]
    delays: Mapping[str, Number]
    panel: Mapping[str, Mapping[str, Any]]
    writing: Mapping[str, Writing]
    every_number: tuple[tuple[str, Number], ...]
    """Every number, with where it stands: for tests and for whoever wants to count what rests on what."""


@cache
def book() -> Book:
    """The books, read once."""
    return _Reader().book()


class _Reader:
    """Reads the files, and keeps every number it meets."""

    def __init__(self) -> None:
        self.met: list[tuple[str, Number]] = []

    def book(self) -> Book:
        before, patients, ward, said = (_toml(n) for n in ("kinetics_baselines", "patients", "ward", "said"))
        baselines = tuple(self._baselines(before))
        pulses = tuple(p for n in ("kinetics_procedures", "kinetics_scenarios") for p in self._pulses(_toml(n)))
        entries = tuple(self._said(entry, said, i) for i, entry in enumerate(said["said"]))
        noted = tuple(self._noted(entry, said, i) for i, entry in enumerate(said["noted"]))
        procedures = {
            key: Procedure(
                key, entry["kind"], tuple(entry["parts"]), entry["intent"], self._all(entry, f"procedures.{key}")
            )
            for key, entry in patients["procedures"].items()
        }
        weights = patients["weights"]
        scenarios, shares = (
            {key: self._number(n, weights, f"weights.{key}").value for key, n in weights[name].items()}
            for name in ("scenarios", "procedures")
        )
        return Book(
            baselines=baselines,
            pulses=pulses,
            said=entries,
            noted=noted,
            fever=self._number(said["fever"], said, "fever"),
            procedures=procedures,
            scenario_weights=scenarios,
            procedure_weights=shares,
            timing={key: self._all(entry, f"timing.{key}") for key, entry in patients["timing"].items()},
            background=self._all(patients["background"], "background"),
            couplings=self._all(before["couplings"], "couplings"),
            correlation=self._all(before["correlation"], "correlation"),
            day_peak=self._number(before["day-peak"], before["day-peak"], "day-peak"),
            rates=self._all(ward["rates"], "rates"),
            cadence=self._all(ward["cadence"], "cadence"),
            delays=self._all(ward["delays"], "delays"),
            panel=ward["panel"]["kinds"],
            writing={kind: _writing(entry) for kind, entry in ward["writing"]["kinds"].items()},
            every_number=tuple(self.met),
        )

    def _number(self, entry: Mapping[str, Any], group: Mapping[str, Any], where: str) -> Number:
        """One number; basis and cites are its own or its group's."""
        number = Number(
            value=float(entry["value"]),
            unit=entry["unit"],
            spread=float(entry["spread"]),
            basis=entry.get("basis", group["basis"]),
            cites=tuple(entry.get("cites", group["cites"])),
        )
        if number.basis not in BASES:
            raise ValueError(f"{where}: basis is none of {BASES}")
        self.met.append((where, number))
        return number

    def _all(self, group: Mapping[str, Any], where: str) -> dict[str, Number]:
        return {key: self._number(entry, group, f"{where}.{key}") for key, entry in group["numbers"].items()}

    def _baselines(self, file: Mapping[str, Any]) -> Iterator[Baseline]:
        for name, group in file.items():
            for kind, entry in group.get("baselines", {}).items():
                yield Baseline(
                    kind=kind,
                    number=self._number(entry, group, f"{name}.{kind}"),
                    log=_one_of(entry["distribution"], ("log", "normal"), name) == "log",
                    within=float(entry["within"]),
                    day=float(entry.get("day", 0)),
                    floor=entry.get("floor"),
                    ceiling=entry.get("ceiling"),
                    load=float(entry.get("load", 0)),
                    latent=bool(entry.get("latent", False)),
                    procedures=tuple(group.get("procedures", ())),
                    background=group.get("background", ""),
                )

    def _pulses(self, file: Mapping[str, Any]) -> Iterator[Pulse]:
        for name, group in file.items():
            for key, entry in group["pulses"].items():
                where = f"{name}.{key}"

                number = partial(self._part, entry, group, where)
                yield Pulse(
                    name=where,
                    kind=entry.get("kind", key),
                    scenarios=tuple(group.get("scenarios", ())),
                    procedures=tuple(group.get("procedures", ())),
                    began=_one_of(group["clock"], ("procedure", "began"), name) == "began",
                    latent=_one_of(entry["latent"], LATENTS, where),
                    relative=bool(entry.get("relative", False)),
                    until_treated=bool(entry.get("until-treated", False)),
                    share=number("share", 1, "1"),
                    rise=number("rise", 0, "1"),
                    delay=number("delay", 0, "h"),
                    peak=number("peak", 0, "h"),
                    hold=number("hold", 0, "h"),
                    half_life=number("half-life", 0, "h"),
                )

    def _part(
        self, entry: Mapping[str, Any], group: Mapping[str, Any], where: str, part: str, missing: float, unit: str
    ) -> Number:
        """A number of a pulse; one that is not written is nothing, or all, as its part has it."""
        if part in entry:
            return self._number(entry[part], group, f"{where}.{part}")
        return Number(missing, unit, 0.0, group["basis"], tuple(group["cites"]))

    def _said(self, entry: Mapping[str, Any], file: Mapping[str, Any], index: int) -> Said:
        role = "finding" if "finding" in entry else "event"
        where = f"said.{index}.{entry[role]}"
        numbers = {
            name: self._number(entry[name], {**file, **entry}, where) if name in entry else None
            for name in ("share", "after", "every")
        }
        after = numbers["after"]
        if after is None:
            raise ValueError(f"{where}: no `after`")
        return Said(
            role=role,
            key=entry[role],
            presence=entry.get("presence", ""),
            detail=entry.get("detail", ""),
            scenarios=tuple(entry.get("scenarios", ())),
            procedures=tuple(entry.get("procedures", ())),
            background=entry.get("background", ""),
            share=numbers["share"],
            share_of=entry.get("share-of", ""),
            clock=_one_of(entry["clock"], CLOCKS, where),
            after=after,
            before=bool(entry.get("before", False)),
            every=numbers["every"],
            until=entry.get("until", ""),
            site=entry.get("site", ""),
            delay=entry.get("delay", "findings"),
        )

    def _noted(self, entry: Mapping[str, Any], file: Mapping[str, Any], index: int) -> Noted:
        role = "finding" if "finding" in entry else "event"
        where = f"noted.{index}.{entry[role]}"
        least, share = (self._number(entry[name], {**file, **entry}, where) for name in ("from", "share"))
        return Noted(role, entry[role], entry["kind"], least, share)


def _writing(entry: Mapping[str, Any]) -> Writing:
    own, digits = entry["unit"], int(entry["decimals"])
    return Writing(
        units=(own, entry.get("other", own), entry.get("katal", own)),
        decimals=(digits, int(entry.get("other-decimals", digits)), int(entry.get("katal-decimals", digits))),
        words=tuple(entry.get("words", ())),
        below=entry.get("below"),
        above=entry.get("above"),
        mistake=entry.get("mistake"),
    )


def _one_of(value: str, allowed: tuple[str, ...], where: str) -> str:
    if value not in allowed:
        raise ValueError(f"{where}: {value} is none of {allowed}")
    return value


def _toml(name: str) -> dict[str, Any]:
    text = resources.files("sequela.sources.synthetic").joinpath("data", f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)
