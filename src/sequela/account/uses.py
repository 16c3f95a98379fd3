"""What rests on each work of the library: every rule, number, code list and sentence that cites it.

The other way round than `cites`: a clinician goes from "why?" to the paper, a librarian from the paper to what would
have to be looked at again if it were withdrawn.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from sequela.account import manual, words
from sequela.account.supplying import NO_EXCLUSION
from sequela.assessing.counting.outcomes import outcomes
from sequela.course.anatomy import anatomy
from sequela.course.catalogue import Limit, catalogue
from sequela.course.interval import Interval
from sequela.criteria.news2.definition import COMPARATOR
from sequela.criteria.supply import patterns
from sequela.criteria.supply.wording import table
from sequela.evidence import Work, all_base_rates, all_odds, claims_of, works
from sequela.evidence.rates import published_series
from sequela.logic import display
from sequela.logic.shelf import Basis, ParameterValue, Shelf

__all__ = ["Use", "cited", "claims_of", "dangling", "idle", "unclaimed", "uses"]

_RULES = frozenset({"condition", "definition", "score", "step"})
_EVIDENCE = frozenset({Basis.STUDY, Basis.GUIDELINE})


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that cites a work: what sort of thing, its key there, and what it is in words."""

    kind: str
    """condition, definition, score, step, parameter, limit, anatomy, supply, base-rate, risk-factor, series, outcome,
    comparator or synthetic."""
    key: str
    text: str

    @property
    def name(self) -> str:
        """The name by which a claim supports it: `parameter:fever`."""
        return f"{self.kind}:{self.key}"


Cited = tuple[Use, tuple[str, ...]]
"""A use and the keys of the works that it cites."""


def uses(shelf: Shelf) -> Mapping[str, tuple[Use, ...]]:
    """Return every use of each work that anything cites, by the work's key: the rules first, in the shelf's order."""
    found: dict[str, dict[Use, None]] = {}
    for use, cites in cited(shelf):
        for key in cites:
            found.setdefault(key, {})[use] = None
    return {key: tuple(those) for key, those in found.items()}


def cited(shelf: Shelf) -> Iterator[Cited]:
    """Yield everything that cites, with what it cites: of the shelf, then of everything else that we ship."""
    for condition in shelf.conditions:
        yield Use("condition", condition.key, condition.title), condition.cites
    for definition in shelf.definitions:
        yield Use("definition", definition.key, definition.title), definition.cites
    for score in shelf.scores:
        yield Use("score", score.key, score.title), score.cites
    for step in shelf.steps:
        yield Use("step", step.key, step.text), step.cites
    for parameter in shelf.parameters.values():
        yield Use("parameter", parameter.key, _number(parameter)), parameter.cites
    for outcome in outcomes(shelf):
        told = f"{outcome.title}: counted for {manual.number(outcome.window)} ({outcome.window.basis})"
        yield Use("outcome", outcome.key, told), outcome.window.cites
    yield from _shipped()


def dangling(shelf: Shelf, known: Mapping[str, Work] | None = None) -> list[str]:
    """Return a line for each key that something cites and no work has; `known` are the works, else those we ship."""
    held = works() if known is None else known
    return sorted(
        f"{use.kind} {use.key} cites {key!r}, which the library does not have"
        for use, cites in cited(shelf)
        for key in dict.fromkeys(cites)
        if key not in held
    )


def idle(shelf: Shelf, known: Mapping[str, Work] | None = None) -> list[str]:
    """Return the keys of works that nothing cites: kept to be found and read, and no fault."""
    held = works() if known is None else known
    busy = uses(shelf).keys()
    return [key for key in held if key not in busy]


def unclaimed(shelf: Shelf) -> list[tuple[str, Use]]:
    """Return each work, with what cites it, of which nobody has written down what is taken.

    Asked of conditions, definitions, scores and steps, and of numbers that rest on a study or a guideline.
    """
    missing: dict[tuple[str, str], Use] = {}
    for use, cites in cited(shelf):
        if use.kind in _RULES or (use.kind == "parameter" and shelf.parameters[use.key].basis in _EVIDENCE):
            for key in cites:
                if not any(claim.covers(use.name) for claim in claims_of(key)):
                    missing.setdefault((key, use.name), use)
    return [(key, use) for (key, _), use in missing.items()]


# -- what does not change with a site's overlay ------------------------------------------------------------------------


@cache
def _shipped() -> tuple[Cited, ...]:
    return (
        *_limits(),
        (Use("anatomy", "segments", "The segments of the liver, and the vessels they hang on"), anatomy().cites),
        *_supply(),
        *_counted(),
        (Use("comparator", COMPARATOR.key, f"{COMPARATOR.title}, replayed beside these criteria"), COMPARATOR.cites),
        *_synthetic(),
    )


def _number(parameter: ParameterValue) -> str:
    """A number in words: "Fever: 38 °C (study)"."""
    return f"{words.capital(words.spoken(parameter.key))}: {manual.number(parameter)} ({parameter.basis})"


def _limits() -> Iterator[Cited]:
    for key, kind in catalogue().kinds.items():
        if kind.reference is not None:
            told = f"Upper reference limit of {words.inside(kind.title)}: {_by_sex(kind.reference, kind.unit)}"
            yield Use("limit", key, told), kind.reference.cites


def _by_sex(limit: Limit, unit: str) -> str:
    def said(bounds: Interval) -> str:
        return display.span(bounds, unit)

    if limit.male == limit.female:
        return said(limit.male)
    return f"{said(limit.male)} in men, {said(limit.female)} in women"


def _supply() -> Iterator[Cited]:
    yield Use("supply", "patterns", "Which portal branches explain a set of segments"), patterns.CITES
    for entry in table()["variants"]:
        told = f"Segment {entry['segment']} on a branch of its own: {entry['events']} of {entry['total']:,} people"
        yield Use("supply", f"variant-{entry['segment'].lower()}", told), tuple(entry["cites"])
    for entry in table()["published"]:
        segments = display.joined(entry["segments"], "and")
        told = f"Closed branches to segments {segments}, as published"
        yield Use("supply", f"published-{'-'.join(entry['segments']).lower()}", told), tuple(entry["cites"])
    yield Use("supply", "no-exclusion", NO_EXCLUSION.text), NO_EXCLUSION.cites


def _counted() -> Iterator[Cited]:
    """Counts, each under its complication: those shown as base rates, those that are only pooled, and odds."""
    rates = all_base_rates()
    for kind, group in (("base-rate", rates), ("series", [one for one in published_series() if one not in rates])):
        for rate in group:
            told = f"{_complication(rate.complication)}: {rate.text}"
            yield Use(kind, rate.complication, told), rate.cites
            if rate.overlaps:
                yield Use(kind, rate.complication, f"Counts some of the same people: {told}"), (rate.overlaps,)
    for odds in all_odds():
        factors = words.capital(display.joined([words.inside(words.factor(key)) for key in odds.factors], "or"))
        what = display.joined([words.inside(_complication(key)) for key in odds.complications], "and")
        yield Use("risk-factor", "+".join(odds.complications), f"{factors}, for {what}: {odds.text}"), odds.cites


def _complication(key: str) -> str:
    return words.capital(key.replace("-", " "))


def _synthetic() -> Iterator[Cited]:
    """The books of the synthetic patients, by the groups that cite: no evidence comes from them."""
    for entry in sorted(files("sequela.sources.synthetic").joinpath("data").iterdir(), key=lambda file: file.name):
        if entry.name.endswith(".toml"):
            book = entry.name.removesuffix(".toml")
            yield from _groups(tomllib.loads(entry.read_text(encoding="utf-8")), book.replace("_", "-"))


def _groups(value: Any, path: str) -> Iterator[Cited]:
    if isinstance(value, dict):
        if "cites" in value:
            yield Use("synthetic", path, f"Synthetic patients, {_group(value, path)}"), tuple(value["cites"])
        for key, inner in value.items():
            yield from _groups(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from _groups(inner, path)


def _group(entry: Mapping[str, Any], path: str) -> str:
    """What a group is called: a published value that was met by its own words, another by where it stands."""
    if "says" in entry:
        return f"{words.inside(str(entry['says']))}, published as {entry['published']} {entry['unit']}"
    book, _, group = path.partition(".")
    return f"book {book}" + (f": {group.replace('-', ' ').replace('.', ', ')}" if group else "")
