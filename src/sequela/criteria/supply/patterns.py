"""Which portal branches explain a set of segments, worked out from the anatomy, and what to say of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from sequela.course.anatomy import SEGMENTS, anatomy, upstream
from sequela.criteria.supply.wording import table, vessel_name
from sequela.logic.display import joined

HILAR = "I"
"""The segment that hangs on twigs of the hilum, from both sides: it is spared or lost beside any larger cause."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A set of segments, the fewest portal vessels whose closure takes these and no others, and the words for it.

    `above` is the nearest single vessel that takes all of them, `spared` what it would take beside them. `drained_by`
    are the hepatic veins that all of them share.
    """

    segments: tuple[str, ...]
    causes: tuple[str, ...]
    above: str | None
    spared: tuple[str, ...]
    drained_by: tuple[str, ...]
    of: str
    text: str
    cites: tuple[str, ...]


def pattern(segments: Iterable[str], of: str = "Necrosis") -> Pattern:
    """Return the fewest portal vessels that explain a set of segments, in the usual anatomy, and what to say.

    Parameters
    ----------
    segments : the segments that died, or whose portal branches are closed.
    of : what was found in them, as the sentence begins.
    """
    found = tuple(segment for segment in SEGMENTS if segment in set(segments))
    if not found:
        raise ValueError("a pattern needs a segment")
    causes = _causes(frozenset(found))
    above = _above(found)
    spared = tuple(s for s in SEGMENTS if s in _served(above) and s not in found and s != HILAR) if above else ()
    veins = set.intersection(*(set(anatomy().segments[s].vein) for s in found))
    shared = tuple(sorted(veins))
    text, cites = _words(found, causes, above, spared, shared, of)
    return Pattern(found, causes, above, spared, shared, of, text, cites)


@cache
def portal_vessels() -> tuple[str, ...]:
    """Return the portal vessels, each after those it hangs on."""
    known = {vessel for segment in anatomy().segments.values() for vessel in segment.portal}
    return tuple(sorted(known, key=lambda vessel: (len(upstream(vessel)), vessel)))


def _served(vessel: str) -> frozenset[str]:
    return anatomy().vessels[vessel].territory


def _causes(wanted: frozenset[str]) -> tuple[str, ...]:
    """The highest vessels whose territory lies within the set, none below another; the hilar twigs are looked at last.

    Territories are nested, so the highest ones are also the fewest.
    """
    rest, found = wanted - {HILAR}, []
    for vessel in portal_vessels():
        served = _served(vessel) - {HILAR}
        if served and served <= rest:
            found.append(vessel)
            rest -= served
    if HILAR in wanted and not any(HILAR in _served(vessel) for vessel in found):
        found.append(anatomy().segments[HILAR].portal[-1])
    return tuple(sorted(found, key=lambda vessel: min(SEGMENTS.index(s) for s in _served(vessel) & wanted)))


def _above(found: tuple[str, ...]) -> str | None:
    """The lowest vessel that serves all of them."""
    serving = [vessel for vessel in portal_vessels() if set(found) <= _served(vessel)]
    return serving[-1] if serving else None


def _words(
    found: tuple[str, ...],
    causes: tuple[str, ...],
    above: str | None,
    spared: tuple[str, ...],
    veins: tuple[str, ...],
    of: str,
) -> tuple[str, tuple[str, ...]]:
    names = joined(list(found), "and")
    if len(causes) == 1:
        one = vessel_name(causes[0])
        twig = _twig(causes[0], found)
        return f"{of} of {names}: in the usual anatomy {one}{twig} alone would explain it.", ("strasberg-2005",)
    sections = {anatomy().segments[segment].section for segment in found}
    hang = "different sectional branches" if len(sections) > 1 else "different branches"
    listed = joined([vessel_name(cause) for cause in causes], "and")
    parts = [f"{of} of {names}: they hang on {hang}, so that no single branch explains it; look for {listed}"]
    cites = ["strasberg-2005"]
    published = [entry for entry in table()["published"] if tuple(entry["segments"]) == found]
    if published:
        parts[0] += " (as published)"
        cites += [key for entry in published for key in entry["cites"]]
    if above is not None and above not in causes:
        without = f", which as a rule would not spare {joined(list(spared), 'and')}" if spared else ""
        parts.append(f"or for a cause further up, {vessel_name(above)}{without}")
    variants = [entry for entry in table()["variants"] if entry["segment"] in found]
    if variants:
        told = [
            f"{vessel_name('portal-' + entry['segment'])} may leave the right portal vein by itself"
            f" ({entry['events']} of {entry['total']:,} people)"
            for entry in variants
        ]
        parts.append(f"variants: {joined(told, 'and')}")
        cites += [key for entry in variants for key in entry["cites"]]
    outflow = f" or in the outflow ({joined(list(map(_vein, veins)), 'and')})" if veins else ""
    parts.append(f"a cause in the artery{outflow}")
    parts.append("or a border between segments drawn elsewhere")
    return "; ".join(parts) + ".", tuple(dict.fromkeys(cites))


def _twig(vessel: str, found: tuple[str, ...]) -> str:
    """What stands beside a vessel that serves one segment only, or the hilar segment too."""
    below = [v for v in portal_vessels() if vessel in upstream(v) and _served(v) == _served(vessel)]
    if below:
        return f" (or {vessel_name(below[0])})"
    if HILAR in _served(vessel) and HILAR not in found:
        return f" ({HILAR}, fed by twigs from both sides, may be spared)"
    return ""


def _vein(vein: str) -> str:
    """A hepatic vein as it is said: "right hepatic vein"."""
    side = vein.removeprefix("hepatic-vein-")
    return f"the {side} hepatic vein" if side != vein else f"the {vein.replace('-', ' ')}"
