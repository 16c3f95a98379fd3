"""A watch as text: the rules that new records are compared with, and what a saved search brought, gravest first."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from sequela.account import manual
from sequela.account.uses import Use, cited, uses
from sequela.criteria.assembly import TOPICS, contents, topic_module
from sequela.evidence.likeness import Likeness, Rule
from sequela.evidence.rates import BaseRate
from sequela.evidence.watching import New, Watch
from sequela.evidence.works import Work
from sequela.logic.shelf import Shelf

MOST_WORDS = 6
"""Words by which a likeness is explained."""
MOST_RESTING = 4
"""Things named that rest on one work; the rest are counted."""
_COUNTS = frozenset({"base-rate", "series", "risk-factor", "outcome"})
_APART = frozenset({"synthetic"})
"""Uses from which no evidence comes."""
_WORDS = {
    "retraction": "RETRACTED",
    "concern": "under an expression of concern",
    "correction": "corrected",
    "update": "replaced by an update",
}


def rules(shelf: Shelf) -> list[Rule]:
    """Return what new records are compared with: a rule for each topic of the criteria, then for what else cites.

    A topic holds its conditions, definitions, scores, steps and numbers, and the counts and risk factors of its
    complications, for a paper that touches one of them touches the topic.
    """
    entries = {entry.key: entry for entry in manual.entries(shelf) if entry.sort not in ("state", "trend")}
    place = _places(shelf)
    cites: dict[str, dict[str, None]] = {}
    told: dict[str, list[str]] = {}
    for use, works in cited(shelf):
        if use.kind in _APART:
            continue
        for topic in place.get(use.name) or _elsewhere(use, place):
            cites.setdefault(topic, {}).update(dict.fromkeys(works))
            if topic not in TOPICS:
                told.setdefault(topic, []).append(use.text)
    found = []
    for topic in TOPICS:
        if topic in cites:
            titles = [entries[key].title for ladder, key in sorted(contents(topic)) if not ladder and key in entries]
            text = inspect.cleandoc(topic_module(topic).__doc__ or "")
            mine = [key for key in place if ":" not in key and topic in place[key]]
            found.append(_rule(topic, "criteria", titles, text, cites.pop(topic), mine))
    return [*found, *(_rule(topic, "numbers", told[topic], "", works) for topic, works in cites.items())]


def _rule(
    topic: str, kind: str, titles: Sequence[str], text: str, cites: Iterable[str], complications: Sequence[str] = ()
) -> Rule:
    key = topic.replace("_", "-")
    title = " ".join((key.replace("-", " "), *titles))
    return Rule(key, kind, title, text, tuple(cites), tuple(complications))


def resting(shelf: Shelf, series: Iterable[BaseRate] = ()) -> Mapping[str, Sequence[str]]:
    """Return what cites each work, in words, by the work's key; `series` are the reader's own."""
    found = {key: [f"{use.name}: {use.text}" for use in those] for key, those in uses(shelf).items()}
    for rate in series:
        for key in rate.cites:
            found.setdefault(key, []).append(f"your series:{rate.complication}: {rate.text}")
    return found


def _places(shelf: Shelf) -> dict[str, list[str]]:
    """The topics in which a use stands, by its name; complications lead to the topics of their conditions."""
    place: dict[str, list[str]] = {}
    complication = {condition.key: condition.complication for condition in shelf.conditions if condition.complication}
    for topic in TOPICS:
        for ladder, key in contents(topic):
            for kind in () if ladder else ("condition", "definition", "score", "step"):
                place.setdefault(f"{kind}:{key}", []).append(topic)
            if not ladder and key in complication:
                place.setdefault(complication[key], []).append(topic)
    for parameter in shelf.parameters.values():
        if parameter.topic in TOPICS:
            place[f"parameter:{parameter.key}"] = [parameter.topic]
    return place


def _elsewhere(use: Use, place: Mapping[str, list[str]]) -> list[str]:
    """Where a use belongs that stands in no topic: counts with their complication, the rest by their kind."""
    if use.kind not in _COUNTS:
        return [{"limit": "reference-limits", "anatomy": "supply", "comparator": "comparators"}.get(use.kind, use.kind)]
    return list(dict.fromkeys(topic for key in use.key.split("+") for topic in place.get(key, [key])))


# -- in words ----------------------------------------------------------------------------------------------------------


def watched_text(watch: Watch, works: Mapping[str, Work], width: int, *, everything: bool = False) -> str:
    """Return a watch to read: what may topple a rule first, then what is new, then the rest, counted or listed."""
    lines = list(_changes(watch, works, width))
    lines += _section(f"New, and relevant to a rule: {len(watch.relevant):,}")
    for one in watch.relevant:
        lines += _new(one, width)
    lines += _section(f"New, and relevant to none: {len(watch.others):,}")
    if everything:
        lines += [line for one in watch.others for line in _title(one, width)]
    lines += _section(f"Already there: {len(watch.there):,}")
    for there in watch.there:
        said = [f"would fill {', '.join(map(_field, there.fills))}"] if there.fills else []
        said += [f"says another {', '.join(map(_field, there.differs))}"] if there.differs else []
        if said and everything:
            lines += _wrapped(f"{there.key}: {'; '.join(said)}", width)
    fuller = sum(bool(there.fills) for there in watch.there)
    if fuller and not everything:
        lines.append(f"  {fuller:,} of the records would complete the library's; `sequela evidence add` takes them")
    hidden = "" if everything or not (watch.others or watch.there) else "; --all lists everything"
    parts = (
        (len(watch.relevant), "new and relevant"),
        (len(watch.others), "new and relevant to none"),
        (len(watch.there), "already there"),
        (watch.notices, "notices about works that are there"),
        (watch.repeated, "repeated"),
    )
    counted = ", ".join(f"{count:,} {what}" for count, what in parts if count) or "nothing"
    return "\n".join([*lines, "", f"{watch.read:,} records: {counted}{hidden}"])


def _changes(watch: Watch, works: Mapping[str, Work], width: int) -> Iterator[str]:
    yield f"What became of works that are there: {len(watch.changes) or 'nothing new'}"
    for one in watch.changes:
        by = f"says {one.by}" + (f" ({one.reference})" if one.reference else "")
        yield from _wrapped(f"{one.key} is {_WORDS[one.kind]}, {by}: {works[one.key].heading}", width)
        for rest in one.rests[:MOST_RESTING]:
            yield from _wrapped(f"on it rests {rest}", width, 4)
        if (more := len(one.rests) - MOST_RESTING) > 0:
            yield f"    and {more:,} more; `sequela evidence show {one.key}` lists them"
        if not one.rests:
            yield "    no rule cites it"


def _new(one: New, width: int) -> Iterator[str]:
    yield from _title(one, width)
    if one.work.status != "current":
        yield f"    {one.work.status}: not to be relied on as it stands"
    for near in one.rules:
        yield from _wrapped(_why(near), width, 4)
    if one.counts:
        told = "; ".join(dict.fromkeys(mention.text for mention in one.counts))
        yield from _wrapped(f"may hold a series: {told}", width, 4)


def _why(near: Likeness) -> str:
    like = f"; most like {near.work}, which it cites" if near.work else ""
    return f"{near.score:.2f} {near.rule}: {', '.join(near.words[:MOST_WORDS])}{like}"


def _title(one: New, width: int) -> list[str]:
    work = one.work
    first = f"{work.authors[0].short}{' et al' if len(work.authors) > 1 else ''}. " if work.authors else ""
    known = f" doi:{work.doi}" if work.doi else f" PMID {work.pmid}" if work.pmid else ""
    title = work.title.rstrip(".")
    return _wrapped(f"{first}{title}. {work.container_title_short or work.container_title} {work.year}.{known}", width)


def _section(name: str) -> list[str]:
    return ["", name]


@cache
def _field(name: str) -> str:
    return {"container_title": "journal", "doi": "DOI", "pmid": "PMID", "pmcid": "PMCID"}.get(
        name, name.replace("_", " ")
    )


def _wrapped(text: str, width: int, indent: int = 2) -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()),
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_on_hyphens=False,
        break_long_words=False,
    )
