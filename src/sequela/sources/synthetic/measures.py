"""What the synthetic patients measure up to, as the papers measured: one number an episode, or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from sequela.course.catalogue import catalogue
from sequela.sources.synthetic.kinetics import book
from sequela.sources.synthetic.measuring import Measured
from sequela.sources.synthetic.patients import Flags, Floats, Ints, Patients

Marginal = Mapping[str, Any]
Measure = Callable[["Cohort", Marginal], Floats]
DIAGNOSIS_WITHIN = 24.0
"""Hours around the diagnosis in which a value counts as the value then."""


class Cohort:
    """The patients of a chunk and what was measured of them, ready to be asked."""

    def __init__(self, people: Patients, found: Measured, chosen: Flags) -> None:
        self.people, self.found, self.chosen = people, found, chosen
        self._hour = (found.at - people.start[found.row]) / 3600

    def values(self, kind: str) -> tuple[Ints, Floats, Floats]:
        """Whose, at which hour, and the value, in the order of time."""
        here = np.flatnonzero(self.found.kind == list(book().panel).index(kind))
        here = here[np.lexsort((self._hour[here], self.found.row[here]))]
        here = here[self.chosen[self.found.row[here]]]
        return self.found.row[here], self._hour[here], self.found.value[here]

    def each(self, row: Ints, value: Floats, pick: Callable[[Floats], float]) -> Floats:
        """One number a patient from the patient's values, NaN where there are none."""
        out = np.full(len(self.people), np.nan)
        starts = np.flatnonzero(np.diff(row, prepend=-1))
        for begin, end in zip(starts, np.append(starts[1:], row.size), strict=True):
            out[row[begin]] = pick(value[begin:end])
        return out

    def near(self, kind: str, begin: float, end: float) -> Floats:
        """The mean of each patient's values between two hours."""
        row, hour, value = self.values(kind)
        kept = (hour >= begin) & (hour <= end)
        return self.each(row[kept], value[kept], lambda values: float(values.mean()))

    def before(self, kind: str) -> Floats:
        """The last value before the procedure."""
        row, hour, value = self.values(kind)
        kept = hour < 0
        return self.each(row[kept], value[kept], lambda values: float(values[-1]))

    def highest(self, kind: str, begin: float, end: float) -> Floats:
        """The highest value between two hours."""
        row, hour, value = self.values(kind)
        kept = (hour > begin) & (hour <= end)
        return self.each(row[kept], value[kept], lambda values: float(values.max()))


def share_above(cohort: Cohort, marginal: Marginal) -> Floats:
    """Whether any value until an hour is above a limit, in per cent."""
    found = cohort.highest(marginal["kind"], 0, marginal["until"])
    return _percent(found > marginal["above"], found)


def peak_last(cohort: Cohort, marginal: Marginal) -> Floats:
    """Whether the last value in hospital is the highest after the procedure, in per cent; two are needed."""
    row, hour, value = cohort.values(marginal["kind"])
    kept = (hour > 0) & (hour <= cohort.people.times["discharge"][row])
    last = cohort.each(row[kept], value[kept], lambda v: float(v[-1] >= v.max()) if v.size > 1 else np.nan)
    return last * 100


def mean_near(cohort: Cohort, marginal: Marginal) -> Floats:
    """The value between two hours."""
    return cohort.near(marginal["kind"], marginal["from"], marginal["to"])


def baseline(cohort: Cohort, marginal: Marginal) -> Floats:
    """The last value before the procedure."""
    return cohort.before(marginal["kind"])


def peak(cohort: Cohort, marginal: Marginal) -> Floats:
    """The highest value until an hour."""
    return cohort.highest(marginal["kind"], 0, marginal["until"])


def rise(cohort: Cohort, marginal: Marginal) -> Floats:
    """The highest value between two hours, above the last before the procedure."""
    return cohort.highest(marginal["kind"], marginal["from"], marginal["to"]) - cohort.before(marginal["kind"])


def fall_part(cohort: Cohort, marginal: Marginal) -> Floats:
    """The deepest fall until an hour, in per cent of the last value before the procedure."""
    row, hour, value = cohort.values(marginal["kind"])
    kept = (hour > 0) & (hour <= marginal["until"])
    lowest = cohort.each(row[kept], value[kept], lambda values: float(values.min()))
    return 100 * (1 - lowest / cohort.before(marginal["kind"]))


def share_peak_above(cohort: Cohort, marginal: Marginal) -> Floats:
    """Whether the highest value is above the reference limit of the patient's sex, in per cent."""
    kind = catalogue().kinds[marginal["kind"]]
    limits = []
    for sex in ("male", "female"):
        limit = kind.limit(sex)
        limits.append(np.nan if limit is None or limit.high is None else float(limit.high))
    found = cohort.highest(marginal["kind"], 0, marginal["until"])
    limit_of = np.where(cohort.people.sex < 0, np.nan, np.array(limits)[np.maximum(cohort.people.sex, 0)])
    return _percent(found > limit_of, found + limit_of)


def at_diagnosis(cohort: Cohort, marginal: Marginal) -> Floats:
    """The value nearest to the diagnosis, before or after."""
    return _nearest(cohort, marginal["kind"])


def neutrophil_share(cohort: Cohort, marginal: Marginal) -> Floats:
    """The neutrophils at diagnosis in per cent of the white cells."""
    return 100 * _nearest(cohort, marginal["kind"]) / _nearest(cohort, "wbc", with_kind=marginal["kind"])


def daily_highest(cohort: Cohort, marginal: Marginal) -> Floats:
    """The highest value of a calendar day after the procedure's, of those still in hospital at its end."""
    people = cohort.people
    end = 24.0 * (marginal["day"] + 1) - (people.start + people.offset) % 86_400 / 3600
    row, hour, value = cohort.values(marginal["kind"])
    kept = (hour > end[row] - 24) & (hour <= end[row])
    found = cohort.each(row[kept], value[kept], lambda values: float(values.max()))
    return np.where(people.times["discharge"] >= end, found, np.nan)


def stay(cohort: Cohort, marginal: Marginal) -> Floats:
    """The days in hospital."""
    return np.where(cohort.chosen, cohort.people.times["discharge"] / 24, np.nan)


def to_diagnosis(cohort: Cohort, marginal: Marginal) -> Floats:
    """The days from the procedure to the diagnosis."""
    return np.where(cohort.chosen, cohort.people.times["recognised"] / 24, np.nan)


MEASURES: Mapping[str, tuple[Measure, str]] = {
    "share-above": (share_above, "share"),
    "peak-last": (peak_last, "share"),
    "mean-near": (mean_near, "mean"),
    "baseline": (baseline, "mean"),
    "mean-peak": (peak, "mean"),
    "median-peak": (peak, "median"),
    "median-rise": (rise, "median"),
    "mean-fall-part": (fall_part, "mean"),
    "share-peak-above": (share_peak_above, "share"),
    "at-diagnosis": (at_diagnosis, "mean"),
    "neutrophil-share": (neutrophil_share, "mean"),
    "daily-highest": (daily_highest, "mean"),
    "stay": (stay, "median"),
    "to-diagnosis": (to_diagnosis, "mean"),
}
"""The measures by name, and what is made of one number an episode: a share, a mean or a median."""


def _nearest(cohort: Cohort, kind: str, with_kind: str = "") -> Floats:
    row, hour, value = cohort.values(kind)
    if with_kind:
        # The same draw must have both.
        other = set(zip(*(part.tolist() for part in cohort.values(with_kind)[:2]), strict=True))
        kept = np.array([pair in other for pair in zip(row.tolist(), hour.tolist(), strict=True)], dtype=np.bool_)
        row, hour, value = row[kept], hour[kept], value[kept]
    away = np.abs(hour - cohort.people.times["recognised"][row])
    kept = away <= DIAGNOSIS_WITHIN
    row, away, value = row[kept], away[kept], value[kept]
    order = np.lexsort((away, row))
    return cohort.each(row[order], value[order], lambda values: float(values[0]))


def _percent(yes: Flags, known: Floats) -> Floats:
    return np.where(np.isnan(known), np.nan, 100.0 * yes)
