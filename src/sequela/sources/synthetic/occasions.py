"""When the ward measures: sets of vital signs and blood draws of every patient of a chunk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sequela.sources.synthetic.curves import said_yes
from sequela.sources.synthetic.kinetics import Book
from sequela.sources.synthetic.patients import Floats, Ints, Patients, spread

ROUTINE, ILL, OUTPATIENT, BEFORE = range(4)
CONTEXTS = ("routine", "ill", "outpatient", "before")
"""Why a draw is done: what it holds depends on it."""


@dataclass(frozen=True, slots=True)
class Occasions:
    """Moments of measuring: whose, at which hour from the procedure, and why."""

    row: Ints
    hour: Floats
    context: Ints

    def __len__(self) -> int:
        return len(self.row)


def vitals(rng: np.random.Generator, patients: Patients, book: Book, dense: bool) -> Occasions:
    """The sets of vital signs: often on the first day and when ill, else as NEWS2 asks."""
    number = book.cadence
    times = patients.times
    first_day = number["first-day"].value
    step = number["vitals-dense"].value if dense else number["vitals-routine"].value
    often = number["vitals-dense"].value if dense else number["vitals-first-day"].value
    ill_step = number["vitals-ill"].value
    jitter = number["vitals-jitter"].value
    count = len(patients)
    first_end, ill_from, ill_until, last_end = _stays(patients)
    begin = np.full(count, -number["baseline-near"].value)
    pieces = [
        _ticks(rng, patients, begin, np.minimum(first_day, first_end), often, 0.0, jitter, ROUTINE),
        _ticks(rng, patients, np.full(count, first_day), first_end, step, number["draws-hour"].value, jitter, ROUTINE),
        _ticks(rng, patients, ill_from, ill_until, ill_step, 0.0, jitter, ILL),
        _ticks(rng, patients, ill_until, last_end, step, number["draws-hour"].value, jitter, ROUTINE),
        _single(np.arange(count), np.where(patients.readmitted, times["readmission"], np.nan), ILL),
    ]
    return _kept(rng, _joined(pieces), patients, book)


def draws(rng: np.random.Generator, patients: Patients, book: Book, dense: bool) -> Occasions:
    """The blood draws: before, after the procedure, daily, more when ill, and as an outpatient."""
    number = book.cadence
    times = patients.times
    count = len(patients)
    everybody = np.arange(count)
    first_end, ill_from, ill_until, last_end = _stays(patients)
    early = number["draw-after-procedure"].value
    step = number["draws-dense"].value if dense else number["draws-routine"].value
    ill_step = number["draws-dense-ill"].value if dense else number["draws-ill"].value
    hour, jitter = number["draws-hour"].value, number["draws-jitter"].value
    far = said_yes(rng, number["baseline-far-share"].value, count)
    shares = [book.procedures[key].numbers["early-draw"].value for key in patients.procedures]
    soon = said_yes(rng, np.array(shares)[patients.procedure], count)
    pieces = [
        _single(everybody, -spread(rng, number["baseline-near"], count), BEFORE),
        _single(everybody, np.where(far, -24 * spread(rng, number["baseline-far"], count), np.nan), BEFORE),
        _single(
            everybody,
            np.where(soon & (first_end > early), early + jitter * rng.standard_normal(count), np.nan),
            ROUTINE,
        ),
        _ticks(rng, patients, np.full(count, early + jitter * 2), first_end, step, hour, jitter, ROUTINE),
        _single(everybody, np.where(ill_from < ill_until, ill_from + jitter, np.nan), ILL),
        _ticks(rng, patients, ill_from, ill_until, ill_step, hour, jitter, ILL),
        _ticks(rng, patients, ill_until, last_end, step, hour, jitter, ROUTINE),
    ]
    for leaving, back in ((times["discharge"], times["readmission"]), (times["last-discharge"], None)):
        for key in ("outpatient-first", "outpatient-second"):
            at = leaving + 24 * number[key].value + 2 * jitter * rng.standard_normal(count)
            kept = said_yes(rng, number["outpatient-kept"].value, count)
            if back is not None:
                kept &= ~(at > np.nan_to_num(back, nan=np.inf))
            pieces.append(_single(everybody, np.where(kept, at, np.nan), OUTPATIENT))
    clinic = 24 * spread(rng, number["clinic"], count)
    gone = np.where(patients.readmitted, times["last-discharge"], times["discharge"])
    away = (clinic > gone) & said_yes(rng, number["clinic-kept"].value, count)
    pieces.append(_single(everybody, np.where(away, clinic, np.nan), OUTPATIENT))
    return _kept(rng, _joined(pieces), patients, book)


def _stays(patients: Patients) -> tuple[Floats, Floats, Floats, Floats]:
    """The hours at which the first calm stay ends, illness is seen, is over, and the last stay ends."""
    times = patients.times
    end = np.where(np.isnan(times["discharge"]), times["dying"], times["discharge"])
    suspected = np.nan_to_num(times["suspected"], nan=np.inf)
    first_end = np.minimum(end, np.where(patients.readmitted, end, suspected))
    last = np.where(patients.readmitted, np.nan_to_num(times["last-discharge"], nan=np.inf), end)
    last = np.minimum(last, times["dying"])
    ill_from = np.nan_to_num(times["suspected"], nan=0.0)
    ill_until = np.where(np.isnan(times["began"]), 0.0, np.minimum(times["better"], last))
    last = np.where(np.isnan(times["began"]), 0.0, last)
    return first_end, ill_from, np.nan_to_num(ill_until), last


def _ticks(
    rng: np.random.Generator,
    patients: Patients,
    begin: Floats,
    end: Floats,
    step: float,
    hour: float,
    jitter: float,
    context: int,
) -> Occasions:
    """The rounds between two hours: every `step` hours by the ward's clock, from `hour` o'clock, not to the minute."""
    local = (patients.start + patients.offset) % 86_400 / 3600
    first = np.ceil((begin + local - hour) / step) * step + hour - local
    count = np.maximum(np.ceil((end - first) / step), 0).astype(np.int64)
    row = np.repeat(np.arange(len(patients)), count)
    place = np.arange(row.size) - np.repeat(np.cumsum(count) - count, count)
    at = first[row] + step * place + np.clip(jitter * rng.standard_normal(row.size), -step / 4, step / 4)
    kept = at < end[row]
    return Occasions(row[kept], at[kept], np.full(int(kept.sum()), context, dtype=np.int64))


def _single(row: Ints, hour: Floats, context: int) -> Occasions:
    """One occasion each, where there is an hour."""
    kept = ~np.isnan(hour)
    return Occasions(row[kept].astype(np.int64), hour[kept], np.full(int(kept.sum()), context, dtype=np.int64))


def _joined(pieces: list[Occasions]) -> Occasions:
    return Occasions(
        np.concatenate([piece.row for piece in pieces]),
        np.concatenate([piece.hour for piece in pieces]),
        np.concatenate([piece.context for piece in pieces]),
    )


def _kept(rng: np.random.Generator, occasions: Occasions, patients: Patients, book: Book) -> Occasions:
    """Those that were not forgotten, of the living."""
    kept = rng.random(len(occasions)) >= book.rates["set-missed"].value
    kept &= occasions.hour < patients.times["dying"][occasions.row]
    return Occasions(occasions.row[kept], occasions.hour[kept], occasions.context[kept])
