"""Which segments and which branches a sentence names, and where.

Only what is written: numbers are segments, sides and vessels are branches, and neither is made from the other.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from sequela.course.anatomy import SEGMENTS
from sequela.sources.reports.lexicon import Lexicon, Mark

_ROMAN = {numeral.lower(): place for place, numeral in enumerate(SEGMENTS)}
_NUMERALS = {
    f"{written}{part}": place
    for numeral, place in (*_ROMAN.items(), *((str(place + 1), place) for place in range(len(SEGMENTS))))
    for written, part in ((numeral, ""), (numeral, "a"), (numeral, "b"))
}
_SHORT = {f"{letter}{written}": place for letter in ("s", "sg", "seg", "p") for written, place in _NUMERALS.items()}
for _other in ("pv", "si", "sv", "pi"):
    # The portal vein, and words that only look like a letter before a numeral.
    del _SHORT[_other]
_SECTIONS = frozenset(
    {
        "section", "sections", "sector", "sectors", "sectional", "branch", "branches", "division", "seccion",
        "secciones",
        "sectores", "rama", "ramas",
    }
)  # fmt: skip
_GRADED = frozenset(
    {
        "type", "grade", "stage", "child", "pugh", "class", "bismuth", "factor", "phase", "level", "t", "tipo", "grado",
        "estadio", "clase", "fase", "nivel", "bclc", "okuda", "li", "rads",
    }
)  # fmt: skip


_OF_VESSELS = frozenset({"clot", "closed", "patent"})
"""Heads that are said of vessels."""
_ENDS = frozenset({",", ";", "("})


class Place(NamedTuple):
    """A site that is named: the words it covers, its segments, its branches."""

    start: int
    end: int
    segments: tuple[str, ...]
    branches: tuple[str, ...]


def names_place(word: str, lexicon: Lexicon) -> bool:
    """Whether a word alone shows that a segment or a side is named."""
    return word in lexicon.groups["site:segment"] or word in _SHORT or word in lexicon.sides


def places_in(
    text: str, words: Sequence[str], starts: Sequence[int], marks: Sequence[Mark], lexicon: Lexicon, *, goes_on: bool
) -> list[Place]:
    """The sites that a sentence names, from left to right; `goes_on` if the one before it spoke of the portal vein."""
    there = frozenset(words)
    found: list[Place] = []
    # Most sentences name neither.
    if not (there.isdisjoint(_NUMERALS) and there.isdisjoint(_SHORT)) or not there.isdisjoint(
        lexicon.groups["site:caudate"]
    ):
        found = _segments(text, words, starts, lexicon)
    if not (there.isdisjoint(lexicon.sides) and there.isdisjoint(lexicon.sectors)):
        taken = {at for place in found for at in range(place.start, place.end)}
        found += _branches(words, lexicon, taken, _apart(words, marks, lexicon, goes_on=goes_on))
    for mark in marks:
        branch = mark.roles.get("branch")
        if branch is not None and not any(place.start < mark.end and mark.start < place.end for place in found):
            found.append(Place(mark.start, mark.end, (), (branch,)))
    return sorted(found)


def _segments(text: str, words: Sequence[str], starts: Sequence[int], lexicon: Lexicon) -> list[Place]:
    groups = lexicon.groups
    named, caudate, joint, ranged, units = (
        groups[f"site:{name}"] for name in ("segment", "caudate", "joint", "range", "units")
    )
    found: list[Place] = []
    at, size = 0, len(words)
    while at < size:
        word = words[at]
        if word in caudate:
            found.append(Place(at, at + 1, ("I",), ()))
            at += 1
            continue
        begin = at
        if word in named:
            at += 1
            while at < size and (
                words[at] in ("s", ".", "of", "de", "los", "el", ":", "(", "hepatico", "hepaticos", "numbers")
                or words[at] in named
            ):
                at += 1
            if at < size and words[at] in groups["or"]:
                at += 1
            listed, at = _list(words, at, joint, ranged, units, named)
            if listed:
                found.append(Place(begin, at, listed, ()))
            else:
                at = begin + 1
            continue
        first = _number(word, short=True)
        if first is None and word in _ROMAN and _bare(text, words, starts, at, joint | ranged):
            first = _ROMAN[word]
        if first is None and word[:-1] in ("iv",) and word[-1] in "ab" and text[starts[at]].isupper():
            first = 3
        if first is not None:
            listed, at = _list(words, at, joint, ranged, units, named)
            if listed:
                found.append(Place(begin, at, listed, ()))
                continue
        at = max(at, begin) + 1 if at == begin else at
    return found


def _bare(text: str, words: Sequence[str], starts: Sequence[int], at: int, joins: frozenset[str]) -> bool:
    """Whether a numeral without a word before it is a segment's: in capitals, and not a grade or one letter alone."""
    if not text[starts[at]].isupper() or (at and words[at - 1] in _GRADED):
        return False
    if len(words[at]) > 1:
        return True
    following = words[at + 2] if at + 2 < len(words) and words[at + 1] in joins else ""
    return following in _ROMAN and len(following) > 1 and text[starts[at + 2]].isupper()


def _list(
    words: Sequence[str],
    at: int,
    joint: frozenset[str],
    ranged: frozenset[str],
    units: frozenset[str],
    named: frozenset[str],
) -> tuple[tuple[str, ...], int]:
    """The numerals of a list, ranges filled in, and where it ends."""
    found: list[int] = []
    end, size, span = at, len(words), False
    while at < size:
        number = _number(words[at], short=True)
        if number is None:
            number = _number(words[at], short=False)
        # A measurement is no segment: "segment 7, 5 cm".
        if number is None or (
            words[at].isdigit() and at + 1 < size and words[at + 1] in units and words[at + 1] != "/"
        ):
            break
        if words[at].isdigit() and found and at + 2 < size and words[at + 1] == "/" and words[at + 2] in units:
            break
        if span and found and found[-1] < number:
            found.extend(range(found[-1] + 1, number))
        found.append(number)
        at += 1
        end = at
        span = False
        while at < size and (
            words[at] in joint or words[at] in ranged or words[at] in named or words[at] in ("los", "el", "the")
        ):
            span = span or words[at] in ranged
            at += 1
            if at - end > 3:
                break
    return tuple(SEGMENTS[number] for number in sorted(set(found))), end


def _number(word: str, *, short: bool) -> int | None:
    """The place among the segments of a numeral, alone or behind its letter (`S8`, `P6`)."""
    return (_SHORT if short else _NUMERALS).get(word)


def _branches(words: Sequence[str], lexicon: Lexicon, taken: set[int], apart: frozenset[int]) -> list[Place]:
    """Sides and sections: runs of words such as "anterior and posterior branches of the right portal vein".

    A side that stands `apart`, for something else is said of it, needs no noun: "..., the left is patent".
    """
    sides, sectors, groups = lexicon.sides, lexicon.sectors, lexicon.groups
    nouns, links, other = groups["site:nouns"], groups["site:links"], groups["site:other"]
    found: list[Place] = []
    at, size = 0, len(words)
    while at < size:
        if (words[at] not in sides and words[at] not in sectors) or at in taken:
            at += 1
            continue
        end = at + 1
        last = end
        while end < size and end not in taken:
            word = words[end]
            if end in apart:
                break
            if word in sides or word in sectors or word in nouns:
                end += 1
                last = end
            elif word in links and end - last < 3:
                end += 1
            else:
                break
        run = words[at:last]
        near = words[max(0, at - 3) : at]
        before = [word for word in near if word in nouns]
        if "," in near:
            before = [word for word in words[at - 1 : at] if word in nouns]
        after = words[last : last + 2]
        # A doctor's "right kidney" is not the liver's right.
        if (
            any(word in other for word in run)
            or any(word in other for word in after[:2])
            or any(word in other for word in words[max(0, at - 2) : at])
        ):
            at = last
            continue
        if not before and not any(word in nouns for word in run) and at not in apart:
            at = last
            continue
        if not any(word in sides for word in run) and not any(word in _SECTIONS for word in (*before, *run)):
            # "Anterior" may be a wall, a month or a scan.
            at = last
            continue
        branches = _named(run, sides, sectors, groups["and"] | groups["or"] | {",", "/"})
        if branches:
            begin = at
            while begin > max(0, at - 2) and words[begin - 1] in nouns:
                begin -= 1
            found.append(Place(begin, last, (), tuple(dict.fromkeys(branches))))
        at = last
    return found


def _apart(words: Sequence[str], marks: Sequence[Mark], lexicon: Lexicon, *, goes_on: bool) -> frozenset[int]:
    """Where a side begins a statement on a vessel behind another: "the right is thrombosed, the left is patent"."""
    heads = [mark for mark in marks if mark.roles.head in _OF_VESSELS]
    if len(heads) + goes_on < 2:
        return frozenset()
    turns = {mark.start: mark.end for mark in marks if "but" in mark.roles}
    behind = {at + 1 for at, word in enumerate(words) if word in _ENDS} - turns.keys() | set(turns.values())
    begins = [0, *sorted(behind), len(words)]
    found, told = set(), goes_on
    for first, last in itertools.pairwise(begins):
        side = first
        while side < last and words[side] in lexicon.groups["the"]:
            side += 1
        said = any(side < head.start < last for head in heads)
        if told and said and words[side] in lexicon.sides:
            found.add(side)
        told = any(first <= head.start < last for head in heads)
    return frozenset(found)


def _named(run: Sequence[str], sides: dict[str, str], sectors: dict[str, str], joins: frozenset[str]) -> list[str]:
    """The branches that a run of words names, in order."""
    said = [(sides.get(word) or sectors[word], word in sectors) for word in run if word in sides or word in sectors]
    halves = [name for name, is_sector in said if not is_sector]
    parts = [name for name, is_sector in said if is_sector]
    if not parts:
        return [branch for half in halves for branch in (("right", "left") if half == "both" else (half,))]
    found: list[str] = []
    # "Right anterior", "anterior derecha": a section goes with the side beside it, else with the only side there is.
    used: set[int] = set()
    for place, (name, is_sector) in enumerate(said):
        if not is_sector:
            continue
        beside = [
            near
            for near in (place - 1, place + 1)
            if 0 <= near < len(said) and not said[near][1] and said[near][0] in ("right", "left")
        ]
        sides_ = [near for near, (half, sector) in enumerate(said) if not sector and half in ("right", "left")]
        chosen = beside[0] if beside else sides_[0] if len({said[near][0] for near in sides_}) == 1 else None
        if chosen is None:
            side = "right" if name in ("anterior", "posterior") else "left"
        else:
            used.add(chosen)
            side = said[chosen][0]
        found.append(f"{side} {name}")
    found += [
        name for place, (name, is_sector) in enumerate(said) if not is_sector and place not in used and name != "both"
    ]
    return found
