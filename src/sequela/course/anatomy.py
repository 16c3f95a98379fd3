"""The liver's segments, regions and vessels: what a written site means, and what supplies what.

A site is a key: a segment (`VII`), a region (`right-lobe`) or a vessel (`portal-right-posterior`,
`portal-VII`, `hepatic-artery-right`). The table is the usual anatomy, with its sources, in `data/anatomy.toml`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

SEGMENTS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")
"""Couinaud's segments, in order; IVa and IVb are IV."""
SNOMED = "http://snomed.info/sct"
OWN = "urn:sequela:site"
LONGEST = 300
"""Characters of the longest text read as a site."""

_NUMERAL = r"(?:viii|vii|vi|iv\s?[ab]?|v|iii|ii|i|[1-8][ab]?)"
_JOINED = r"\s?(?:,|/|\+|&|-|;|to|through|and|y|e|a|al)\s?(?:segments?|segmentos?|seg\.?|s)?\s?"
_LIST = rf"{_NUMERAL}(?:{_JOINED}{_NUMERAL})*(?![a-z0-9])"
_SEGMENTS = re.compile(rf"(?<![a-z0-9])(?:couinaud\s)?(?:segments?|segmentos?|segs?\.?|sg\.?|s)\s?(?:of\s)?({_LIST})")
_BARE = re.compile(rf"{_LIST}")
_PIECE = re.compile(rf"({_NUMERAL})|(-|to|through|\ba\b|\bal\b)")
_BRANCH = re.compile(
    r"(?:portal\s(?:vein\s|venous\s)?(?:branch(?:es)?|veins?)|ramas?\s(?:de\sla\s)?porta(?:l(?:es)?)?|ramas?\svenosas?\sportal(?:es)?)"
    r"\s(?:to|of|for|supplying|feeding|de|del|para|a|al)\s(?:the\s|los\s|el\s|these\s)?$"
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment: its section, the portal vessels it hangs on (main first), its usual artery and veins."""

    key: str
    section: str
    portal: tuple[str, ...]
    artery: tuple[str, ...]
    vein: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vessel:
    """A vessel: where it comes from (veins: where it runs), and the segments it serves."""

    key: str
    under: str | None
    territory: frozenset[str]


@dataclass(frozen=True, slots=True)
class Anatomy:
    """The whole table, with the names and codes that lead into it."""

    segments: dict[str, Segment]
    regions: dict[str, frozenset[str]]
    vessels: dict[str, Vessel]
    names: tuple[tuple[str, str], ...]
    codes: dict[str, str]
    elsewhere: frozenset[str]
    cites: tuple[str, ...]

    def __contains__(self, site: object) -> bool:
        return site in self.segments or site in self.regions or site in self.vessels


@cache
def anatomy() -> Anatomy:
    """Return the anatomy as shipped."""
    read: dict[str, Any] = tomllib.loads(
        resources.files("sequela.course").joinpath("data", "anatomy.toml").read_text("utf-8")
    )
    segments = {
        key: Segment(key, entry["section"], tuple(entry["portal"]), tuple(entry["artery"]), tuple(entry["vein"]))
        for key, entry in read["segments"].items()
    }
    vessels = {
        key: Vessel(key, entry.get("under"), frozenset(entry["territory"])) for key, entry in read["vessels"].items()
    }
    for key, segment in segments.items():
        vessels[segment.portal[-1]] = Vessel(segment.portal[-1], segment.portal[-2], frozenset({key}))
    named = {**read["regions"], **read["vessels"]}
    names = {_plain(name): key for key, entry in named.items() for name in (key, *entry["names"])}
    names.update({_plain(key): key for key in vessels})
    codes = {
        code: key
        for key, entry in {**named, **read["segments"]}.items()
        for code in (entry.get("snomed"), *entry.get("also_snomed", ()))
        if code
    }
    return Anatomy(
        segments=segments,
        regions={key: frozenset(entry["segments"]) for key, entry in read["regions"].items()},
        vessels=vessels,
        names=tuple(sorted(names.items(), key=lambda named: -len(named[0]))),
        codes=codes,
        elsewhere=frozenset(map(_plain, read["elsewhere"]["words"])),
        cites=tuple(read["cites"]),
    )


def site_of_code(system: str | None, code: str | None) -> str | None:
    """Return the site that a coding names (our own system, or SNOMED CT as DICOM uses it), or None."""
    if not code:
        return None
    if system == OWN:
        return next(iter(parse_site(code)), None) if code not in anatomy() else code
    return anatomy().codes.get(code) if system == SNOMED else None


@lru_cache(maxsize=4096)
def parse_site(text: str) -> frozenset[str]:
    """Return the sites that a text names: segments as roman numerals, regions and vessels by key; nothing if none.

    "segments VII and VIII", "S7/8", "seg. 5-8", "IVa", "caudate lobe", "right lobe", "rama portal derecha". A region is
    dropped where the text also names segments of it.
    """
    known = anatomy()
    if text in known:
        return frozenset({text})
    if len(text) > LONGEST:
        return frozenset()
    plain = _plain(text)
    if known.elsewhere.intersection(re.findall(r"[a-z]+", plain)):
        return frozenset()
    found: set[str] = set()
    rest = plain
    for name, key in known.names:
        if len(name) > len(rest) or name not in rest:
            continue
        replaced = re.sub(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", " # ", rest)
        # "portal vein branches of segment VII" is a branch, not the main vein: those words are left for the numerals.
        if replaced == rest or (key == "portal-main" and re.search(rf"{re.escape(name)} branch", rest)):
            continue
        rest = replaced
        found.add(key)
    if not found and _BARE.fullmatch(rest):
        return frozenset(_numerals(rest))
    for match in _SEGMENTS.finditer(rest):
        branch = _BRANCH.search(rest[: match.start()])
        found.update(f"portal-{segment}" if branch else segment for segment in _numerals(match[1]))
    if "caudate-lobe" in found:
        found = (found - {"caudate-lobe"}) | {"I"}
    listed = found & set(SEGMENTS)
    return frozenset(site for site in found if not (listed and listed & known.regions.get(site, frozenset())))


def segments_of(site: str | Iterable[str]) -> frozenset[str]:
    """Return the segments that a site, or several, stand for: themselves, a region's, or a vessel's territory."""
    known = anatomy()
    if not isinstance(site, str):
        return frozenset(segment for one in site for segment in segments_of(one))
    if site in known.segments:
        return frozenset({site})
    if site in known.vessels:
        return known.vessels[site].territory
    return known.regions.get(site, frozenset())


def branches_of(segment: str) -> tuple[str, ...]:
    """Return the portal vessels whose closure takes a segment's portal blood, from the main vein to its own branch."""
    return anatomy().segments[segment].portal


def upstream(vessel: str) -> tuple[str, ...]:
    """Return the vessels that a vessel hangs on, nearest first."""
    known, found = anatomy().vessels, []
    above = known[vessel].under
    while above is not None:
        found.append(above)
        above = known[above].under
    return tuple(found)


def overlap(first: Iterable[str], second: Iterable[str]) -> bool:
    """Whether two sites have a segment in common; a site of no known segment overlaps nothing."""
    return bool(segments_of(first) & segments_of(second))


def covers(first: Iterable[str], second: Iterable[str]) -> bool:
    """Whether what is said of the first site answers for all of the second; an unknown one only for itself."""
    inner = segments_of(second)
    return set(first) == set(second) or (bool(inner) and inner <= segments_of(first))


def _numerals(text: str) -> list[str]:
    """The segments of a list, ranges filled in: `5-8` is V, VI, VII, VIII."""
    found: list[str] = []
    ranged = False
    for match in _PIECE.finditer(text):
        if match[1] is None:
            ranged = bool(found)
            continue
        number = _number(match[1])
        if ranged and SEGMENTS.index(found[-1]) < number:
            found.extend(SEGMENTS[SEGMENTS.index(found[-1]) + 1 : number])
        found.append(SEGMENTS[number])
        ranged = False
    return list(dict.fromkeys(found))


def _number(numeral: str) -> int:
    """The place of a numeral among the segments, its letter (IVa, 4b) aside."""
    bare = numeral.replace(" ", "")
    if bare[0].isdigit():
        return int(bare[0]) - 1
    return SEGMENTS.index(bare.rstrip("ab").upper())


def _plain(text: str) -> str:
    """The text in lower case, without accents; hyphens within words become spaces, dashes between numbers stay."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("–", "-").replace("—", "-"))
    bare = "".join(c for c in letters if not unicodedata.combining(c))
    return " ".join(re.sub(r"(?<=[a-z]{3})-(?=[a-z])|[()]", " ", bare).split())
