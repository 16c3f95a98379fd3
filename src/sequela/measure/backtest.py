"""How early alerts would have come: each episode replayed on the clock of what was known, and counted.

Days run from the start of an episode. An episode is at risk until its event, its death, or the end of its follow-up; an
alert after that is none. An alert is *timely* when it leads the event by at least `lead_min` and at most `window` days;
one that leads by less is *late*, told apart and never a hit. A death before the event competes with it: an alert before
it is a false one for this event, and is also told apart.

Definitions follow Romero-Brufau and others (doi 10.1186/s13054-015-0999-1): sensitivity beside what each alert costs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median, quantiles
from typing import Any

import numpy as np

from sequela.errors import UserError
from sequela.measure.proportions import exact

LISTED = 20
"""Below how many leads each is told."""
BINS = 12
"""Into how many the leads from the least to the most are counted."""
FEW_EVENTS = 10
"""Below how many events no resampling can tell the limits."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the counts depend on, stored beside them.

    Days: `lead_min` before an event an alert still helps; `window` after an alert in which an event makes it a true
    one, and the most that an alert may lead; `refractory` after an alert in which no other is raised; `horizon` at
    which follow-up ends. `landmarks` are days at which the question is asked anew. `threshold` is the probability at
    which the net benefit is told. `resamples` with `seed` make the bootstrap limits.
    """

    lead_min: float = 1.0
    window: float = 7.0
    refractory: float = 0.0
    horizon: float = 30.0
    landmarks: tuple[float, ...] = (0, 1, 2, 3, 5, 7)
    threshold: float = 0.1
    level: float = 0.95
    resamples: int = 2000
    seed: int = 1

    def __post_init__(self) -> None:
        days = (self.lead_min, self.window, self.refractory, self.horizon, *self.landmarks)
        if not (np.isfinite(days).all() and 0 <= self.lead_min <= self.window and min(days) >= 0 and self.horizon > 0):
            raise UserError("a lead, a window or a horizon that cannot be", where="backtest", hint="Write days, from 0")
        if not (0 < self.level < 1 and 0 < self.threshold < 1 and self.resamples > 0):
            raise UserError("a level or threshold that is not between 0 and 1", where="backtest")


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode in days from its start: whose, how long followed, when its event and death were, when alerts rose.

    `event` is when it could first be documented, not when it was coded; `alerts` are when each was raised.
    """

    id: str
    patient: str
    followed: float
    event: float | None = None
    died: float | None = None
    alerts: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        times = [self.followed, *(time for time in (self.event, self.died) if time is not None)]
        if not all(np.isfinite(times)) or min(times) < 0:
            raise UserError("an episode with a time that is missing or before its start", where="backtest")


@dataclass(frozen=True, slots=True)
class Counted:
    """What one episode adds: days at risk, alerts and true ones, the first timely and the first lead at all."""

    patient: str
    until: float
    event: bool
    died: bool
    alerts: tuple[float, ...]
    true_alerts: int
    lead: float | None
    late: bool


@dataclass(frozen=True, slots=True)
class Ratio:
    """A count of a count with its limits and how they were come by; the value is null where nothing was counted."""

    count: int
    of: int
    limits: tuple[float, float] | None
    method: str
    undefined: int = 0

    @property
    def value(self) -> float | None:
        """The ratio."""
        return self.count / self.of if self.of else None

    def as_json(self) -> dict[str, Any]:
        """The ratio as JSON."""
        return {
            "count": self.count,
            "of": self.of,
            "value": self.value,
            "ci": self.limits and list(self.limits),
            "method": self.method,
            "undefined_resamples": self.undefined,
        }


@dataclass(frozen=True, slots=True)
class Backtest:
    """One stream of alerts over all episodes, counted."""

    stream: str
    settings: Settings
    episodes: int
    events: int
    patient_days: float
    ratios: Mapping[str, Ratio]
    alerts: int
    burden: float | None
    burden_limits: tuple[float, float] | None
    leads: tuple[float, ...]
    leads_with_misses: tuple[float, ...]
    net_benefit: float | None
    landmarks: Sequence[Mapping[str, Any]] = field(default=())

    @property
    def needed_to_evaluate(self) -> float | None:
        """How many alerts are looked at for one true one; null where none is true."""
        value = self.ratios["alert_ppv"].value
        return 1 / value if value else None

    def as_json(self) -> dict[str, Any]:
        """The counts as `sequela backtest` writes them."""
        return {
            "stream": self.stream,
            "settings": asdict(self.settings),
            "episodes": self.episodes,
            "events": self.events,
            "patient_days": self.patient_days,
            "alerts": self.alerts,
            **{name: ratio.as_json() for name, ratio in self.ratios.items()},
            "number_needed_to_evaluate": self.needed_to_evaluate,
            "alerts_per_100_patient_days": self.burden,
            "alerts_per_100_patient_days_ci": self.burden_limits and list(self.burden_limits),
            "alerts_per_episode": self.alerts / self.episodes,
            "lead": _leads(self.leads),
            "lead_with_misses": _leads(self.leads_with_misses),
            "lead_histogram": self._histogram() if self.events else None,
            "net_benefit": self.net_benefit,
            "landmarks": list(self.landmarks),
        }

    def _histogram(self) -> dict[str, Any]:
        """How many events were never alerted, late, or in time by how much."""
        counts, edges = np.histogram(self.leads, BINS, (self.settings.lead_min, self.settings.window))
        timely, any_time = (self.ratios[name].count for name in ("timely_sensitivity", "sensitivity_with_late"))
        return {
            "missed": self.events - any_time,
            "late": any_time - timely,
            "edges": edges.tolist(),
            "counts": counts.tolist(),
        }


def backtest(episodes: Sequence[Episode], settings: Settings | None = None, stream: str = "alerts") -> Backtest:
    """Return how a stream of alerts did: who was found in time, and what that cost.

    Without events only the burden and the silent share are told; the rest is null.

    Raises
    ------
    UserError
        When there is no episode, or two have one id.
    """
    settings = settings or Settings()
    if not episodes:
        raise UserError("no episodes to replay", where="backtest")
    if len({one.id for one in episodes}) < len(episodes):
        raise UserError("an episode that is there twice", where="backtest", hint="Each has its own id")
    ordered = sorted(episodes, key=lambda one: one.id)
    counted = [_count(one, settings) for one in ordered]
    boot = _resampled(counted, settings)
    ratios = {name: _ratio(name, counted, boot, settings) for name in RATIOS}
    days = sum(one.until for one in counted)
    alerts = sum(len(one.alerts) for one in counted)
    leads = tuple(one.lead for one in counted if one.lead is not None)
    events = sum(one.event for one in counted)
    return Backtest(
        stream,
        settings,
        len(counted),
        events,
        days,
        ratios,
        alerts,
        100 * alerts / days if days else None,
        _percentiles(100 * boot["alerts"] / np.where(boot["days"] > 0, boot["days"], np.nan), settings)[0],
        leads,
        tuple(sorted(leads, reverse=True)) + (0.0,) * (events - len(leads)),
        _net_benefit(counted, settings) if events else None,
        [_landmark(ordered, counted, day, settings) for day in settings.landmarks],
    )


def nobody(episodes: Sequence[Episode]) -> list[Episode]:
    """The episodes as if nobody were ever alerted."""
    return [Episode(one.id, one.patient, one.followed, one.event, one.died) for one in episodes]


def everybody(episodes: Sequence[Episode], day: float) -> list[Episode]:
    """The episodes as if everybody still at risk were alerted at a day."""
    return [Episode(one.id, one.patient, one.followed, one.event, one.died, (day,)) for one in episodes]


def _count(episode: Episode, settings: Settings) -> Counted:
    end = min(episode.followed, settings.horizon)
    event = episode.event is not None and episode.event <= end
    died = episode.died is not None and episode.died <= end and not (event and (episode.event or 0) <= episode.died)
    if died:
        event = False
    until = (episode.event if event else episode.died if died else end) or 0.0
    alerts: list[float] = []
    for time in sorted(set(episode.alerts)):
        if 0 <= time <= until and (not alerts or time - alerts[-1] >= settings.refractory):
            alerts.append(time)
    leads = [until - time for time in alerts] if event else []
    timely = [lead for lead in leads if settings.lead_min <= lead <= settings.window]
    return Counted(
        episode.patient,
        until,
        event,
        died,
        tuple(alerts),
        sum(0 < lead <= settings.window for lead in leads),
        max(timely, default=None),
        not timely and any(lead < settings.lead_min for lead in leads),
    )


RATIOS: dict[str, tuple[Callable[[Counted], int], Callable[[Counted], int]]] = {
    "timely_sensitivity": (lambda one: one.lead is not None, lambda one: one.event),
    "sensitivity_with_late": (lambda one: one.lead is not None or one.late, lambda one: one.event),
    "alert_ppv": (lambda one: one.true_alerts, lambda one: len(one.alerts)),
    "episode_ppv_timely": (lambda one: one.lead is not None, lambda one: bool(one.alerts)),
    "episode_ppv_any": (lambda one: one.lead is not None or one.late, lambda one: bool(one.alerts)),
    "specificity": (lambda one: not one.event and not one.alerts, lambda one: not one.event),
    "silent_share": (lambda one: not one.alerts, lambda _: 1),
    "alerted_before_death": (lambda one: one.died and bool(one.alerts), lambda one: one.died),
}
"""What each ratio counts of an episode, above and below."""
NEEDS_EVENTS = frozenset(
    {"timely_sensitivity", "sensitivity_with_late", "alert_ppv", "episode_ppv_timely", "episode_ppv_any"}
)


def _resampled(counted: Sequence[Counted], settings: Settings) -> dict[str, Any]:
    """Every count above and below, in each resample of patients."""
    patients = sorted({one.patient for one in counted})
    place = {patient: at for at, patient in enumerate(patients)}
    columns: dict[str, Callable[[Counted], float]] = {
        "alerts": lambda one: len(one.alerts),
        "days": lambda one: one.until,
    }
    for name, (above, below) in RATIOS.items():
        columns[f"{name} above"], columns[f"{name} below"] = above, below
    sums = np.zeros((len(patients), len(columns)))
    for one in counted:
        sums[place[one.patient]] += [column(one) for column in columns.values()]
    # A resample of patients is how often each was drawn; of patients who add the same only how often any of them was,
    # which is as likely and much less to draw. In parts, so that many patients need little memory.
    kinds, many = np.unique(sums, axis=0, return_counts=True)
    shares = many / len(patients)
    generator = np.random.default_rng(settings.seed)
    drawn = np.concatenate(
        [
            generator.multinomial(len(patients), shares, size=size) @ kinds
            for size in _parts(settings.resamples, max(1, 4_000_000 // len(kinds)))
        ]
    )
    return {name: drawn[:, at] for at, name in enumerate(columns)}


def _parts(total: int, size: int) -> list[int]:
    return [min(size, total - begun) for begun in range(0, total, size)]


def _ratio(name: str, counted: Sequence[Counted], boot: Mapping[str, Any], settings: Settings) -> Ratio:
    above, below = RATIOS[name]
    count, of = sum(map(int, map(above, counted))), sum(map(int, map(below, counted)))
    events = sum(one.event for one in counted)
    if not of or (name in NEEDS_EVENTS and not events):
        return Ratio(count, of if events or name not in NEEDS_EVENTS else 0, None, "none: nothing to count")
    owners = [one.patient for one in counted if below(one)]
    # Alerts of one episode go together; so do episodes of one patient. Alone, each is a draw of its own.
    alone = len(set(owners)) == len(owners) == of
    if alone or count in (0, of) or events < FEW_EVENTS:
        note = "clopper-pearson" if alone else "clopper-pearson, too few to resample"
        return Ratio(count, of, exact(count, of, settings.level), note)
    bottom = boot[f"{name} below"]
    limits, undefined = _percentiles(boot[f"{name} above"] / np.where(bottom > 0, bottom, np.nan), settings)
    return Ratio(count, of, limits, "bootstrap over patients", undefined)


def _percentiles(values: Any, settings: Settings) -> tuple[tuple[float, float] | None, int]:
    known = values[np.isfinite(values)]
    if not len(known):
        return None, len(values)
    low, high = np.quantile(known, [0.5 - settings.level / 2, 0.5 + settings.level / 2])
    return (float(low), float(high)), len(values) - len(known)


def _net_benefit(counted: Sequence[Counted], settings: Settings) -> float:
    """Episodes found in time, less false ones at the odds of the threshold, per episode (Vickers and Elkin 2006)."""
    true = sum(one.lead is not None for one in counted)
    false = sum(bool(one.alerts) and one.lead is None for one in counted)
    return (true - false * settings.threshold / (1 - settings.threshold)) / len(counted)


def _landmark(
    episodes: Sequence[Episode], counted: Sequence[Counted], day: float, settings: Settings
) -> dict[str, Any]:
    """At a day: of who is still at risk, who has been alerted by then, and who has the event within the window."""
    there = [one for one in counted if one.until > day]
    soon = [one for one in there if one.event and one.until - day <= settings.window]
    flagged = [one for one in there if any(alert <= day for alert in one.alerts)]
    both = [one for one in soon if any(alert <= day for alert in one.alerts)]

    def share(part: Sequence[Counted], whole: Sequence[Counted]) -> dict[str, Any]:
        limits = exact(len(part), len(whole), settings.level) if whole else None
        return {"count": len(part), "of": len(whole), "ci": limits and list(limits)}

    return {
        "day": day,
        "at_risk": len(there),
        "events_within_window": len(soon),
        "flagged": len(flagged),
        "sensitivity": share(both, soon),
        "ppv": share(both, flagged),
    }


def _leads(leads: Sequence[float]) -> dict[str, Any]:
    """Median, quartiles, and each where there are few."""
    if not leads:
        return {"count": 0, "median": None, "quartiles": None, "each": []}
    quarters = quantiles(leads, n=4, method="inclusive") if len(leads) > 1 else None
    return {
        "count": len(leads),
        "median": median(leads),
        "quartiles": quarters and [quarters[0], quarters[2]],
        "each": sorted(leads, reverse=True) if len(leads) < LISTED else None,
    }
