"""What is measured on each occasion: the true values of a chunk's observations, before anyone writes them down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sequela.sources.synthetic.curves import Curves, said_yes
from sequela.sources.synthetic.kinetics import Book
from sequela.sources.synthetic.occasions import CONTEXTS, ILL, OUTPATIENT, Occasions
from sequela.sources.synthetic.patients import Floats, Ints, Patients, spread

COUPLED = ("heart-rate", "respiratory-rate", "mean-pressure", "spo2", "oxygen", "consciousness", "neutrophils")
"""Kinds that other kinds make."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Observations: whose, of what, at which second, known at which second, and the value in the kind's unit."""

    row: Ints
    kind: Ints
    at: Ints
    known: Ints
    value: Floats
    context: Ints

    def __len__(self) -> int:
        return len(self.row)


def measured(
    rng: np.random.Generator, patients: Patients, curves: Curves, sets: Occasions, draws: Occasions, book: Book
) -> Measured:
    """Every observation of the chunk, kinds one after the other, in the order of the panel."""
    factors = _factors(rng, patients, book)
    delay_of = book.delays
    seconds = [np.rint(o.hour * 3600).astype(np.int64) + patients.start[o.row] for o in (sets, draws)]
    charted = seconds[0] + _seconds(rng, delay_of["vitals"].value, delay_of["vitals"].spread, len(sets))
    out = {
        group: seconds[1] + _seconds(rng, delay_of[group].value, delay_of[group].spread, len(draws))
        for group in ("chemistry", "counts", "gases")
    }
    elsewhere = np.where(
        draws.context == OUTPATIENT,
        _seconds(rng, delay_of["elsewhere"].value * 3600, delay_of["elsewhere"].spread, len(draws)),
        0,
    )
    together = _together(rng, curves, sets, draws, factors, book)
    pieces: list[Measured] = []
    order = 0
    missed = book.rates["result-missed"].value
    for index, (kind, panel) in enumerate(book.panel.items()):
        vital = panel["group"] == "vitals"
        occasions = sets if vital else draws
        kept = said_yes(rng, _shares(panel, occasions) * (1 - missed), len(occasions))
        row, hour = occasions.row[kept], occasions.hour[kept]
        value = together[kind][kept] if kind in together else curves.measured(rng, kind, row, hour)
        apart = delay_of["vitals-apart" if vital else "results-apart"]
        more = _seconds(rng, apart.value, apart.spread, row.size)
        if vital:
            order += 1
            more = more + order * int(apart.value)
            known = charted[kept] + more
        else:
            known = out[panel["group"]][kept] + more + elsewhere[kept]
        at = (seconds[0] if vital else seconds[1])[kept]
        context = occasions.context[kept]
        pieces.append(Measured(row, np.full(row.size, index, dtype=np.int64), at, known, value, context))
    return Measured(
        *(
            np.concatenate([getattr(piece, name) for piece in pieces])
            for name in ("row", "kind", "at", "known", "value", "context")
        )
    )


def _shares(panel: Mapping[str, Any], occasions: Occasions) -> Floats:
    """How likely a kind is on each occasion."""
    if panel["group"] == "vitals":
        usual = panel["vitals"]
        shares: Floats = np.where(occasions.context == ILL, panel.get("vitals-ill", usual), usual)
        return shares
    by_context: Floats = np.array([panel[context] for context in CONTEXTS], dtype=np.float64)
    chosen: Floats = by_context[occasions.context]
    return chosen


def _factors(rng: np.random.Generator, patients: Patients, book: Book) -> dict[str, Floats]:
    """How strongly one value pulls another in each patient."""
    return {key: spread(rng, number, len(patients)) for key, number in book.couplings.items()}


def _together(
    rng: np.random.Generator, curves: Curves, sets: Occasions, draws: Occasions, factors: dict[str, Floats], book: Book
) -> dict[str, Floats]:
    """The kinds that other kinds make, and those that make them, on every occasion."""
    row, hour = sets.row, sets.hour
    warmer = curves.at("temperature", row, hour) - curves.base["temperature"][row]
    pain = np.clip(curves.at("pain", row, hour), 0, None)
    heart = curves.at("heart-rate", row, hour)
    heart = heart + factors["heart-rate-per-degree"][row] * warmer + factors["heart-rate-per-pain"][row] * pain
    breath = curves.at("respiratory-rate", row, hour) + factors["respiratory-rate-per-degree"][row] * warmer
    systolic = curves.measured(rng, "systolic-pressure", row, hour)
    mean = factors["mean-of-systolic"][row] * systolic + factors["mean-within"][row] * rng.standard_normal(row.size)
    air = curves.measured(rng, "saturation", row, hour)
    oxygen = air < factors["oxygen-below"][row]
    mind = curves.measured(rng, "confusion", row, hour)
    levels = [
        factors[key][row] for key in ("confused-above", "voice-above", "pain-response-above", "unresponsive-above")
    ]
    cells = curves.measured(rng, "wbc", draws.row, draws.hour)
    share = curves.measured(rng, "neutrophil-share", draws.row, draws.hour)
    return {
        "heart-rate": curves.measured(rng, "heart-rate", row, hour, heart),
        "respiratory-rate": curves.measured(rng, "respiratory-rate", row, hour, breath),
        "systolic-pressure": systolic,
        "mean-pressure": mean,
        "oxygen": oxygen.astype(np.float64),
        "spo2": np.minimum(air + np.where(oxygen, factors["oxygen-gain"][row], 0), 100),
        "consciousness": np.sum([mind > level for level in levels], axis=0).astype(np.float64),
        "wbc": cells,
        "neutrophils": cells * share / 100,
    }


def _seconds(rng: np.random.Generator, median: float, sd: float, count: int) -> Ints:
    return np.rint(median * np.exp(sd * rng.standard_normal(count))).astype(np.int64)
