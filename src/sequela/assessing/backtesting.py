"""The criteria replayed over past courses: how early each would have called, and what it would have cost."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, tzinfo
from os import PathLike
from typing import TYPE_CHECKING, Any

from sequela.assessing import cohort
from sequela.criteria import shelf as shipped_shelf
from sequela.criteria.news2.definition import COMPARATOR, URGENT
from sequela.errors import UnknownName, UserError
from sequela.logic.shelf import Condition, Shelf
from sequela.sources.chart import ASSUMED
from sequela.sources.receipt import Receipt

if TYPE_CHECKING:
    from sequela.engine.spans import Frames
    from sequela.measure.backtest import Settings
    from sequela.measure.replay import Alarm, Onset, Replay

DEFAULT = "hepatic-necrosis"
ENDLESS = 253_402_300_799
"""The end of the year 9999: a ward's clock runs on after the last fact, so alerts that time alone brings count too."""
LIMITS = (
    "Past courses were treated by people who saw them: an outcome that an early call would have prevented is not in "
    "the record, and a patient who worried somebody was imaged sooner than one who did not.",
    "An outcome that nobody looked for is counted as none: an alert before it is then told as false.",
    "An alert is only as early as the record says its facts were known; where that was assumed, so is the lead.",
    "A lead is time in which something could have been done; whether it would have helped is not shown here.",
)


def backtest(
    paths: Iterable[str | PathLike[str]],
    shelf: Shelf | None = None,
    *,
    condition: str = DEFAULT,
    onsets: Mapping[str, Onset] | None = None,
    settings: Settings | None = None,
    started: tuple[int | None, int | None] = (None, None),
    to_record: bool = False,
    each_lead: bool = False,
    zone: tzinfo = UTC,
    receipt: Receipt | None = None,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Return how early the criteria would have called each outcome in past courses, and at what cost.

    The result is plain values, nothing of a single patient: what `sequela backtest --json` prints below its head.

    Parameters
    ----------
    paths : FHIR files, course folders, or folders that hold either.
    shelf : the definitions and numbers (default: as shipped).
    condition : whose suspicion is the alert, and whose confirmation the outcome.
    onsets : outcomes known from elsewhere, by episode; then the courses' own confirmations are not asked.
    settings : leads, windows, horizon and seed.
    started : only procedures from the first instant on and before the second, in seconds.
    to_record : whether an episode is followed only as far as its record goes, not to the horizon.
    each_lead : whether each lead is listed where there are few; they are then of single patients.
    zone : the zone of times that carry none.
    receipt : filled while the courses are read.
    progress : called with the number of episodes done.

    Raises
    ------
    UserError
        When there is no episode, or nothing can be read.
    UnknownName
        When the shelf has no such condition.
    """
    from sequela.measure.backtest import Settings
    from sequela.measure.replay import Replay

    shelf, settings = shelf or shipped_shelf(), settings or Settings()
    receipt = Receipt() if receipt is None else receipt
    asked = _condition(shelf, condition)
    alarms, statements, news2 = _alarms(shelf, asked)
    confirmed = _alarm("confirmed", asked.title, "condition", asked.key, "confirmed")
    gathered = Replay((*alarms, *statements, news2), confirmed, started)
    for episodes, facts, spans in _replayed(paths, _asking(shelf, asked), zone, receipt, progress):
        gathered.add(episodes, facts, spans)
    if onsets is not None:
        gathered.take(onsets)
    gathered.exclude_earlier()
    if not gathered.clocks:
        raise UserError("no episodes to replay", where="backtest", hint="Give courses with an index procedure")
    counted = _Counting(gathered, settings, to_record=to_record, each_lead=each_lead)
    return {
        "criteria": {"version": shelf.version, "hash": shelf.hash, "overlay": shelf.overlay},
        "outcome": {
            "condition": asked.key,
            "title": asked.title,
            "onset": "as told in a file" if onsets is not None else "confirmed in the course",
        },
        "settings": {
            **asdict(settings),
            "followed_to": "record" if to_record else "horizon",
            "started_from": started[0],
            "started_before": started[1],
            "minimum": None,
        },
        **counted.cohort(),
        "excluded": {why: count for why, count in sorted(gathered.excluded.items()) if count},
        "definitions": [counted.of(alarm) for alarm in alarms],
        "comparators": [counted.of(news2), *counted.blind()],
        "statements": [counted.of(alarm) for alarm in statements],
        "with_earliest_onset": counted.earliest(alarms[0]),
        "known_at": {"assumed": receipt.notes[ASSUMED], "used": receipt.used},
        "limits": list(LIMITS),
        "receipt": receipt.as_json(),
    }


@dataclass(frozen=True, slots=True)
class _Counting:
    """Counts of one gathering under one setting."""

    gathered: Replay
    settings: Settings
    to_record: bool
    each_lead: bool

    def of(self, alarm: Alarm) -> dict[str, Any]:
        """How one alarm did."""
        return self._counted(alarm.key, alarm.title, self.gathered.stream(alarm, to_record=self.to_record))

    def blind(self) -> list[dict[str, Any]]:
        """How it would be to alert nobody, and everybody at each landmark day."""
        from sequela.measure.backtest import everybody, nobody

        bare = self.gathered.stream(None, to_record=self.to_record)
        made = [self._counted("nobody", "Nobody", nobody(bare))]
        for day in self.settings.landmarks:
            told = self._counted(f"everybody-day-{day:g}", f"Everybody at day {day:g}", everybody(bare, day))
            made.append(told | {"alerts_at_day": day})
        return made

    def earliest(self, alarm: Alarm) -> dict[str, Any] | None:
        """How an alarm did if each outcome was there as early as it can have been; null where that is not known."""
        if not any(onset.earliest is not None for onset in self.gathered.onsets.values()):
            return None
        stream = self.gathered.stream(alarm, to_record=self.to_record, earliest=True)
        return self._counted(alarm.key, alarm.title, stream)

    def cohort(self) -> dict[str, Any]:
        """Of whom the counts are."""
        bare = self.gathered.stream(None, to_record=self.to_record)
        return {
            "episodes": len(bare),
            "patients": len({one.patient for one in bare}),
            "recorded_days": sum(
                min((clock.last - clock.start) / 86_400, self.settings.horizon)
                for clock in self.gathered.clocks.values()
            ),
        }

    def _counted(self, key: str, title: str, stream: Sequence[Any]) -> dict[str, Any]:
        from sequela.measure.backtest import backtest as counted

        told = counted(stream, self.settings, key).as_json()
        del told["settings"], told["stream"]
        if not self.each_lead:
            for leads in (told["lead"], told["lead_with_misses"]):
                del leads["each"]
        return {"key": key, "title": title, **told}


def _replayed(
    paths: Iterable[str | PathLike[str]],
    shelf: Shelf,
    zone: tzinfo,
    receipt: Receipt,
    progress: Callable[[int], None] | None,
) -> Iterator[tuple[Any, Any, Any]]:
    """Yield episodes, facts and spans of some hundred episodes at a time."""
    from sequela.engine.spans import spans

    waiting: deque[Frames] = deque()

    def kept() -> Iterator[Frames]:
        for pair in cohort.frames(paths, zone, receipt):
            waiting.append(pair)
            yield pair

    for told in spans(kept(), shelf, until=ENDLESS, named=True, progress=progress):
        episodes, facts = waiting.popleft()
        yield episodes, facts, told


def _condition(shelf: Shelf, key: str) -> Condition:
    for condition in shelf.conditions:
        if condition.key == key and condition.suspected is not None:
            return condition
    known = ", ".join(one.key for one in shelf.conditions if one.suspected is not None)
    raise UnknownName("no condition of that name can be suspected", where=f"--condition {key}", hint=f"Choose {known}")


def _asking(shelf: Shelf, condition: Condition) -> Shelf:
    """Return the shelf with every statement that is asked about among its definitions."""
    keys = {definition.key for definition in shelf.definitions}
    more = tuple(reason for reason in condition.reasons if reason.key not in keys)
    return replace(shelf, definitions=(*shelf.definitions, *more, COMPARATOR))


def _alarms(shelf: Shelf, condition: Condition) -> tuple[list[Alarm], list[Alarm], Alarm]:
    """What raises alerts: the suspicion and the state, each statement that may raise the suspicion, and the score."""
    name = condition.title
    alarms = [_alarm("suspected", f"{name} suspected", "condition", condition.key, "suspected", "confirmed")]
    # The state's words are of necrosis; for another condition they are still what the board shows.
    for key, title, words in (
        ("state-alarm", "State deteriorating, prolonged or necrosis-confirmed", _ALARMING),
        ("state-deteriorating", "State deteriorating", _ALARMING - {"prolonged"}),
        ("state-prolonged", "State prolonged", frozenset({"prolonged"})),
    ):
        alarms.append(_alarm(key, title, "state", "state", *words))
    statements = [_alarm(one.key, one.title, "definition", one.key, "true") for one in condition.reasons]
    urgent = shelf.parameters[URGENT.key].value
    news2 = _alarm("news2", f"NEWS2 of {urgent} or more alone", "definition", COMPARATOR.key, "true")
    return alarms, statements, news2


_ALARMING = frozenset({"deteriorating", "prolonged", "necrosis-confirmed"})


def _alarm(key: str, title: str, what: str, of: str, *words: str) -> Alarm:
    from sequela.measure.replay import Alarm

    return Alarm(key, title, what, of, frozenset(words))
