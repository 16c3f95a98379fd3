"""Two shelves over one cohort as a page to read: what differs between them, whose state changes, and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sequela.account.manual import number
from sequela.account.words import tidy
from sequela.assessing.differing import Change, Difference, changed_parameters, number_json
from sequela.course.episodes import DAY
from sequela.logic.shelf import Shelf

_SILENT = {"unknown", "not-suspected"}


def text(found: Sequence[Difference], episodes: int, shipped: Shelf, own: Shelf, *, most: int = 20) -> str:
    """Return the comparison as text; of the episodes at most so many are named."""
    changed = changed_parameters(shipped, own)
    lines = [f"{own.overlay or 'The overlay'} against the criteria as shipped ({shipped.version})"]
    lines += [f"  {key}: {number(old)} → {number(new)}" for key, (old, new) in changed.items()]
    lines += [f"  {what}: {shipped.choices[what]} → {own.choices[what]}" for what in _chosen(shipped, own)]
    if len(lines) == 1:
        lines.append("  no number and no choice differs")
    moved = [difference for difference in found if difference.of_state]
    lines += ["", f"{episodes:,} episodes: the state of {_share(len(moved), episodes)} changes at some time;"]
    told = [difference for difference in found if any(map(_decided, difference.changes))]
    lines += [f"a state or a condition of {_share(len(found), episodes)} does,"]
    lines += [f"for {_share(len(told), episodes)} of them not only from not-suspected to unknown or back."]
    if found:
        lines += _table("State", (c for d in found for c in _first_of_each(d.of_state)))
        others = (c for d in found for c in _first_of_each(c for c in d.changes if c.what != "state"))
        lines += _table("Conditions", others)
        lines += ["", "Because of", *_reasons(found, _chosen(shipped, own))]
        lines += ["", f"Episodes{f' (the first {most}; --json has all)' if len(found) > most else ''}"]
        chosen = {what: own.choices[what] for what in _chosen(shipped, own)}
        # First whose state changes, then whose conditions are decided otherwise.
        ranked = sorted(found, key=lambda d: (not d.of_state, not any(map(_decided, d.changes))))
        lines += [line for difference in ranked[:most] for line in _episode(difference, chosen)]
    return "\n".join(lines)


def as_json(found: Iterable[Difference], episodes: int, shipped: Shelf, own: Shelf) -> dict[str, Any]:
    """Return the comparison for a program."""
    return {
        "shipped": {"version": shipped.version, "hash": shipped.hash},
        "own": {"version": own.version, "hash": own.hash, "overlay": own.overlay or None},
        "parameters": [
            {"name": key, "unit": old.unit, "was": number_json(old), "becomes": number_json(new)}
            for key, (old, new) in changed_parameters(shipped, own).items()
        ],
        "choices": [
            {"name": what, "was": shipped.choices[what], "becomes": own.choices[what]} for what in _chosen(shipped, own)
        ],
        "episodes": episodes,
        "differences": [difference.as_json() for difference in found],
    }


def _chosen(shipped: Shelf, own: Shelf) -> list[str]:
    return [what for what, choice in shipped.choices.items() if own.choices[what] != choice]


def _decided(change: Change) -> bool:
    """Whether more turns than from unknown to not suspected, or back."""
    return bool({change.was, change.becomes} - _SILENT)


def _episodes(count: int) -> str:
    return f"{count:,} episode{'' if count == 1 else 's'}"


def _share(part: int, whole: int) -> str:
    return f"{part:,} ({100 * part / whole:.1f} %)" if whole else "none"


def _first_of_each(changes: Iterable[Change]) -> list[tuple[tuple[str, str, str], float | None]]:
    """The kinds of change of one episode, each once, with its days; None while it still is so."""
    days: dict[tuple[str, str, str], float | None] = {}
    for change in changes:
        key = (change.what, change.was, change.becomes)
        so_far = days.get(key, 0.0)
        days[key] = None if so_far is None or change.until is None else so_far + (change.until - change.start) / DAY
    return list(days.items())


def _table(head: str, kinds: Iterable[tuple[tuple[str, str, str], float | None]]) -> list[str]:
    episodes: Counter[tuple[str, str, str]] = Counter()
    days: defaultdict[tuple[str, str, str], float] = defaultdict(float)
    lasting: Counter[tuple[str, str, str]] = Counter()
    for kind, long in kinds:
        episodes[kind] += 1
        days[kind] += long or 0
        lasting[kind] += long is None
    lines = []
    ranked = sorted(episodes.items(), key=lambda item: ({*item[0][1:]} <= _SILENT, -item[1], item[0]))
    for (what, was, becomes), count in ranked:
        kind = (what, was, becomes)
        name = f"{was} → {becomes}" if head == "State" else f"{what}: {was} → {becomes}"
        still = f", {lasting[kind]:,} still so at the end" if lasting[kind] else ""
        lines.append(f"  {name:<58} {_episodes(count)}, {days[kind]:,.1f} days{still}")
    return ["", head, *lines] if lines else []


def _reasons(found: Sequence[Difference], chosen: Iterable[str]) -> list[str]:
    """What turned: the choices, then what is or was true, then what is not known; the most frequent of each first."""
    told: Counter[tuple[str, str, tuple[str, ...]]] = Counter()
    for difference in found:
        turned = {
            (t.definition, f"{t.becomes} instead of {t.was}", t.parameters)
            for c in difference.changes
            for t in c.because
        }
        told.update(turned)
    counts = {what: sum(any(c.what == what for c in d.changes) for d in found) for what in chosen}
    choices = [f"  another definition chosen for {what}: {_episodes(n)}" for what, n in counts.items() if n]
    return choices + [
        f"  {name} {how}{_read(parameters)}: {_episodes(count)}"
        for (name, how, parameters), count in sorted(
            told.items(), key=lambda item: ("true" not in item[0][1], -item[1], item[0])
        )
    ]


def _episode(difference: Difference, chosen: Mapping[str, str]) -> list[str]:
    """An episode's changes; those that come and go for one reason are one line."""
    alike: dict[str, list[Change]] = {}
    for change in difference.of_state or difference.changes:
        turned = [t for t in change.because if t.becomes == "true" or t.was == "true"] or change.because
        why = " and ".join(f"{t.definition} is {t.becomes} instead of {t.was}" for t in turned)
        if not why and change.what in chosen:
            why = f"{chosen[change.what]} defines it now"
        what = "" if change.what == "state" else f"{change.what} "
        told = f"{what}{change.was} → {change.becomes}" + (f", because {why}" if why else "")
        alike.setdefault(told, []).append(change)
    lines = [f"  {tidy(difference.episode)}"]
    for told, changes in alike.items():
        last = changes[-1].until
        until = ", still so" if last is None else f" to {difference.day(last)}"
        times = f" ({len(changes)} times)" if len(changes) > 1 else ""
        lines.append(f"    day {difference.day(changes[0].start)}{until}{times}: {told}")
    return lines


def _read(parameters: tuple[str, ...]) -> str:
    return f" ({', '.join(parameters)})" if parameters else ""
