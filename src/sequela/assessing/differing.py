"""Two shelves over one cohort: whose state changes, from when to when, and because of which definitions and numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from fractions import Fraction
from itertools import tee
from os import PathLike
from typing import TYPE_CHECKING, Any

from sequela.assessing.assessment import plain
from sequela.assessing.cohort import frames
from sequela.logic.nodes import Node, Parameter
from sequela.logic.shelf import ParameterValue, Shelf
from sequela.logic.statements import Named
from sequela.sources.receipt import Receipt

if TYPE_CHECKING:
    from sequela.engine.differing import Differences
    from sequela.engine.spans import Spans

STEP_BY_STEP = ("definition", "condition", "state")
"""What is compared: steps and trends follow from these."""


@dataclass(frozen=True)
class Turned:
    """A definition that says something else, and the changed numbers it reads itself or through its parts."""

    definition: str
    was: str
    becomes: str
    parameters: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The reason as JSON."""
        return {
            "definition": self.definition,
            "was": self.was,
            "becomes": self.becomes,
            "parameters": list(self.parameters),
        }


@dataclass(frozen=True)
class Change:
    """A time during which the state, or a condition, is another: from when until when, what it was and becomes, why."""

    what: str
    start: int
    until: int | None
    was: str
    becomes: str
    because: tuple[Turned, ...]


@dataclass(frozen=True, repr=False)
class Difference:
    """One episode of which the two shelves say different things."""

    episode: str
    begin: int
    changes: tuple[Change, ...]

    @property
    def of_state(self) -> tuple[Change, ...]:
        """The changes of the state alone."""
        return tuple(change for change in self.changes if change.what == "state")

    def day(self, instant: int) -> float:
        """Days since the procedure."""
        return round((instant - self.begin) / 86_400, 2)

    def as_json(self) -> dict[str, Any]:
        """The episode and its changes as JSON, times in days since the procedure."""
        return {
            "episode": self.episode,
            "changes": [
                {
                    "what": change.what,
                    "from_day": self.day(change.start),
                    "until_day": None if change.until is None else self.day(change.until),
                    "was": change.was,
                    "becomes": change.becomes,
                    "because": [turned.as_json() for turned in change.because],
                }
                for change in self.changes
            ],
        }


def changed_parameters(shipped: Shelf, own: Shelf) -> dict[str, tuple[ParameterValue, ParameterValue]]:
    """Return the parameters whose number differs, each as shipped and as the site has it."""
    return {
        key: (old, own.parameters[key])
        for key, old in shipped.parameters.items()
        if _number(old) != _number(own.parameters[key])
    }


def number_json(parameter: ParameterValue) -> Any:
    """Return a parameter's number as JSON: the value, or an object where it is a table or differs by procedure."""
    if parameter.bands:
        return [{"upto": plain(band.upto), "points": band.points} for band in parameter.bands]
    if parameter.by_procedure:
        own = {kind: plain(value) for kind, value in parameter.by_procedure.items()}
        return {"value": plain(parameter.value), "by_procedure": own}
    return plain(parameter.value)


def compare(
    paths: Iterable[str | PathLike[str]],
    shipped: Shelf,
    own: Shelf,
    *,
    zone: tzinfo = UTC,
    receipt: Receipt | None = None,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Difference]:
    """Yield each episode of which the two shelves say different things, in the order of reading.

    Parameters
    ----------
    paths : FHIR files, course folders, or folders that hold either.
    shipped, own : the shelves; `own` is usually the shipped one with a site's overlay.
    zone : the zone of times that carry none.
    receipt : filled while the episodes are taken.
    progress : called with the number of episodes done.
    """
    # They bring Polars with them, which nothing else here needs.
    from sequela.engine.differing import differences
    from sequela.engine.spans import spans

    receipt = Receipt() if receipt is None else receipt
    readers = _readers(own, changed_parameters(shipped, own))
    first, second, third = tee(frames(paths, zone, receipt), 3)
    said = spans(first, shipped), spans(second, own, progress=progress)
    for (episodes, _), one, other in zip(third, *said, strict=True):
        begins: Mapping[str, int] = dict(zip(episodes["episode"], episodes["start"], strict=True))
        yield from _told(differences(_compared(one), _compared(other)), begins, readers)


def _compared(spans: Spans) -> Spans:
    return spans.filter(spans["what"].is_in(STEP_BY_STEP))


def _told(
    found: Differences, begins: Mapping[str, int], readers: Mapping[str, tuple[str, ...]]
) -> Iterator[Difference]:
    for (episode,), rows in found.group_by("episode", maintain_order=True):
        definitions = [row for row in rows.iter_rows(named=True) if row["what"] == "definition"]
        changes = tuple(
            Change(
                what="state" if row["what"] == "state" else row["key"],
                start=row["from"],
                until=row["until"],
                was=row["was"] or "nothing",
                becomes=row["becomes"] or "nothing",
                because=_because(row["from"], definitions, readers),
            )
            for row in sorted(rows.iter_rows(named=True), key=lambda row: (row["what"] != "state", row["from"]))
            if row["what"] != "definition"
        )
        if changes:
            yield Difference(episode=str(episode), begin=begins[str(episode)], changes=changes)


def _because(
    instant: int, definitions: list[dict[str, Any]], readers: Mapping[str, tuple[str, ...]]
) -> tuple[Turned, ...]:
    """The definitions that say something else at the instant; where none does, those that did before it.

    A state outlasts its trigger where it looks back on it: then what turned last is why.
    """
    now = [row for row in definitions if row["from"] <= instant and (row["until"] is None or row["until"] > instant)]
    if not now:
        before = [row for row in definitions if row["from"] <= instant]
        latest = max((row["from"] for row in before), default=None)
        now = [row for row in before if row["from"] == latest]
    return tuple(Turned(row["key"], row["was"], row["becomes"], readers.get(row["key"], ())) for row in now)


def _readers(shelf: Shelf, changed: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """The changed numbers that each definition reads, at whatever depth."""
    seen: dict[Node, frozenset[str]] = {}

    def inside(node: Node) -> frozenset[str]:
        if node not in seen:
            own = {node.key} if isinstance(node, Parameter) else set()
            seen[node] = frozenset(own & changed.keys()).union(*(inside(child) for child in node.children()))
        return seen[node]

    found = {d.key: inside(d.sentence.of if isinstance(d.sentence, Named) else d.sentence) for d in shelf.definitions}
    return {key: tuple(sorted(keys)) for key, keys in found.items() if keys}


def _number(parameter: ParameterValue) -> tuple[Fraction | None, object, object]:
    return parameter.value, parameter.bands, dict(parameter.by_procedure)
