"""The value of any kind at any hour: a baseline, and the pulses of the procedure and of the scenario on top."""

from __future__ import annotations

import numpy as np

from sequela.sources.synthetic.kinetics import Baseline, Book, Number, Pulse
from sequela.sources.synthetic.patients import Flags, Floats, Ints, Patients

LEAST_PART = 0.06
"""No value falls below this part of its own baseline: what is drawn low twice must not become nothing."""


class Curves:
    """The curves of one chunk's patients."""

    def __init__(self, rng: np.random.Generator, patients: Patients, book: Book) -> None:
        self._patients = patients
        self._day_peak = book.day_peak.value
        self._on_latent = book.correlation["rise-on-latent"].value
        self._on_tempo = book.correlation["peak-on-tempo"].value
        self._local = (patients.start + patients.offset) % 86_400 / 3600
        self.kinds = tuple(dict.fromkeys(baseline.kind for baseline in book.baselines))
        self._rules: dict[str, Baseline] = {}
        self.base: dict[str, Floats] = {}
        self._within: dict[str, Floats] = {}
        for kind in self.kinds:
            self._baseline(rng, kind, [b for b in book.baselines if b.kind == kind], book)
        self._pulses = {kind: self._stack(rng, [p for p in book.pulses if p.kind == kind], book) for kind in self.kinds}

    def at(self, kind: str, row: Ints, hour: Floats) -> Floats:
        """The true value at each hour, without the daily rhythm and without chance."""
        value = self.base[kind][row]
        for rise, delay, peak, end, half_life in self._pulses[kind]:
            up = np.clip((hour - delay[row]) / (peak[row] - delay[row]), 0, 1)
            down = np.exp2(-np.maximum(hour - end[row], 0) / half_life[row])
            value = value + rise[row] * (0.5 - 0.5 * np.cos(np.pi * up)) * down
        if self._rules[kind].log:
            value = np.maximum(value, LEAST_PART * self.base[kind][row])
        return value

    def measured(
        self, rng: np.random.Generator, kind: str, row: Ints, hour: Floats, true: Floats | None = None
    ) -> Floats:
        """The value as a measurement gives it."""
        rule = self._rules[kind]
        value = self.at(kind, row, hour) if true is None else true
        if rule.day:
            value = value + rule.day * np.cos(2 * np.pi * (hour + self._local[row] - self._day_peak) / 24)
        chance = self._within[kind][row] * rng.standard_normal(row.size)
        value = value * np.exp(chance) if rule.log else value + chance
        if rule.floor is not None or rule.ceiling is not None:
            value = np.clip(value, rule.floor, rule.ceiling)
        return value

    def _baseline(self, rng: np.random.Generator, kind: str, rules: list[Baseline], book: Book) -> None:
        """Draw everyone's baseline; a later rule that fits wins."""
        count = len(self._patients)
        middle, sd, within, load = np.zeros((4, count))
        for rule in rules:
            fits = self._patients.of((), rule.procedures, rule.background, book)
            middle[fits], sd[fits] = rule.number.value, rule.number.spread
            within[fits], load[fits] = rule.within, rule.load
        own = load * self._patients.severity + np.sqrt(1 - load**2) * rng.standard_normal(count)
        value = middle * np.exp(sd * own) if rules[0].log else middle + sd * own
        self.base[kind] = np.clip(value, rules[0].floor, rules[0].ceiling) if rules[0].floor is not None else value
        self._rules[kind], self._within[kind] = rules[0], within

    def _stack(
        self, rng: np.random.Generator, pulses: list[Pulse], book: Book
    ) -> list[tuple[Floats, Floats, Floats, Floats, Floats]]:
        """The pulses of one kind, each patient's in as few layers as the patient with most of them needs."""
        count = len(self._patients)
        taken = np.zeros(count, dtype=np.int64)
        layers: list[tuple[Floats, Floats, Floats, Floats, Floats]] = []
        for pulse in pulses:
            has = self._patients.of(pulse.scenarios, pulse.procedures, "", book)
            has &= rng.random(count) < pulse.share.value
            parts = self._drawn(rng, pulse)
            while has.any() and taken[has].max() >= len(layers):
                layers.append((np.zeros(count), np.zeros(count), np.ones(count), np.ones(count), np.ones(count)))
            for level in range(len(layers)):
                here = has & (taken == level)
                for layer, part in zip(layers[level], parts, strict=True):
                    layer[here] = part[here]
            taken += has
        return layers

    def _drawn(self, rng: np.random.Generator, pulse: Pulse) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Rise, and the hours at which it starts, peaks and ends, and its half-life, for every patient."""
        count = len(self._patients)
        own = self._mixed(rng, self._patients.latents[pulse.latent], self._on_latent)
        rise = pulse.rise.value * np.exp(pulse.rise.spread * own)
        if pulse.relative:
            rise = rise * self.base[pulse.kind]
        late = self._mixed(rng, self._patients.tempo, self._on_tempo)
        delay = _times(pulse.delay, rng.standard_normal(count))
        peak = np.maximum(_times(pulse.peak, late), delay + 0.1)
        hold = _times(pulse.hold, rng.standard_normal(count))
        half_life = _times(pulse.half_life, rng.standard_normal(count))
        zero = np.nan_to_num(self._patients.times["began"]) if pulse.began else np.zeros(count)
        end = zero + peak + hold
        if pulse.until_treated:
            end = np.maximum(end, np.nan_to_num(self._patients.times["treated"]))
        return rise, zero + delay, zero + peak, end, half_life

    @staticmethod
    def _mixed(rng: np.random.Generator, shared: Floats, on: float) -> Floats:
        mixed: Floats = on * shared + np.sqrt(1 - on**2) * rng.standard_normal(shared.size)
        return mixed


def _times(number: Number, deviation: Floats) -> Floats:
    times: Floats = number.value * np.exp(number.spread * deviation)
    return times


def said_yes(rng: np.random.Generator, share: float | Floats, count: int) -> Flags:
    """Which of so many happen, at a rate."""
    return rng.random(count) < share
