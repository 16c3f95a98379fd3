"""Cultures: what grew, and what did not; one entry for each organism."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sequela.sources.reports.judging import ABSENT, PRESENT, UNCERTAIN
from sequela.sources.reports.lexicon import Mark, organisms


class Grown(NamedTuple):
    """What a sentence says of a culture, and which words say it."""

    finding: str
    status: str
    organism: str | None
    mark: Mark


def _kinds(marks: Sequence[Mark]) -> set[str]:
    return {role[8:] for mark in marks for role in mark.roles if role.startswith("culture:")}


def grown_in(words: Sequence[str], marks: Sequence[Mark], denied: Sequence[bool], context: bool) -> list[Grown]:
    """The cultures of a sentence; `context` says that the text around it is about a culture, `denied` which marks a
    denial reaches.
    """
    kinds = _kinds(marks)
    named = [(mark, mark.roles["organism"].partition("|")[0]) for mark in marks if "organism" in mark.roles]
    # "In 1 of 4 bottles" tells of a culture as "culture" does.
    counted = bool(named) and not kinds.isdisjoint(("single", "strong"))
    about = context or counted or "specimen" in kinds
    pending = "pending" in kinds
    if not about or ("stain" in kinds and "growth" not in kinds and "none" not in kinds):
        return []
    flags = organisms()
    if "none" in kinds and not any(_positive(words, marks, mark) for mark, _ in named):
        mark = next(mark for mark in marks if "culture:none" in mark.roles)
        if _only_some(words, mark, marks):
            return []
        if (
            words[mark.start] in ("sterile", "esteril", "esteriles", "negative", "negativo", "negativos", "negativa")
            and "specimen" not in kinds
        ):
            return []
        return [Grown("culture-no-growth", UNCERTAIN if pending else PRESENT, None, mark)]
    if "growth" not in kinds and not named:
        return []
    species = [(mark, name) for mark, name in named if "group" not in flags[name]] or named
    if not species:
        grown = next((mark for mark in marks if "culture:growth" in mark.roles), None)
        if (
            grown is None
            or "specimen" not in kinds
            or words[grown.start] in ("identified", "detected", "identifica", "recovered", "isolated", "aislado")
        ):
            return []
        return [Grown("culture-growth", _status(kinds, frozenset(), words), None, grown)]
    if "growth" not in kinds and not (context or counted):
        return []
    found = []
    for mark, name in species:
        if denied[marks.index(mark)]:
            found.append(Grown("culture-growth", ABSENT, name, mark))
        else:
            found.append(Grown("culture-growth", _status(kinds, flags[name], words), name, mark))
    return list({grown.organism: grown for grown in found}.values())


def _status(kinds: set[str], flags: frozenset[str], words: Sequence[str]) -> str:
    """Present; uncertain for what lives on the skin in a single bottle, or what is called a contaminant."""
    if "yeast" in flags:
        return PRESENT
    if "weak" in kinds and not any(word in ("not", "unlikely", "no", "descarta", "improbable") for word in words):
        return UNCERTAIN
    if "skin" in flags and "single" in kinds and "strong" not in kinds:
        return UNCERTAIN
    return PRESENT


def _positive(words: Sequence[str], marks: Sequence[Mark], organism: Mark) -> bool:
    """Whether growth is said of an organism in the same piece of the sentence."""
    first = organism.start
    while first and words[first - 1] not in (";", ",", "but", "pero"):
        first -= 1
    last = organism.end
    while last < len(words) and words[last] not in (";", ",", "but", "pero"):
        last += 1
    inside = [mark for mark in marks if mark.start >= first and mark.end <= last]
    kinds = _kinds(inside)
    return "growth" in kinds or "none" not in kinds


def _only_some(words: Sequence[str], none: Mark, marks: Sequence[Mark]) -> bool:
    """Whether only a group is denied: "no anaerobes", "no growth of fungi"."""
    return any("culture:skip" in mark.roles and 0 <= mark.start - none.end <= 3 for mark in marks) or (
        words[none.start] in ("no", "sin") and none.end - none.start == 1
    )
