"""Which portal branches explain a set of segments, worked out from the anatomy, and what to say of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from sequela.course.anatomy import SEGMENTS, anatomy, upstream
from sequela.criteria.supply.wording import table, vessel_name
from sequela.logic.display import joined

HILAR = "I"
"""The segment that hangs on twigs of the hilum, from both sides: it is spared or lost beside any larger cause."""
CITES = ("strasberg-2005",)
"""The names and borders of the segments, on which every pattern rests."""


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


def pattern(segments: Iterable[str], of: str = "Necrosis", closed: Iterable[str] = ()) -> Pattern:
    """Return the fewest portal vessels that explain a set of segments, in the usual anatomy, and what to say.

    Parameters
    ----------
    segments : the segments that died, or whose portal branches are closed.
    of : what was found in them, as the sentence begins.
    closed : portal vessels known to be closed, so that the sentence says which of the causes has been found.
    """
    found = tuple(segment for segment in SEGMENTS if segment in set(segments))
    if not found:
        raise ValueError("a pattern needs a segment")
    causes = _causes(frozenset(found))
    above = _above(found)
    spared = tuple(s for s in SEGMENTS if s in _served(above) and s not in found and s != HILAR) if above else ()
    veins = set.intersection(*(set(anatomy().segments[s].vein) for s in found))
    shared = tuple(sorted(veins))
    made = Pattern(found, causes, above, spared, shared, of, "", ())
    text, cites = _words(made, frozenset(closed))
    return replace(made, text=text, cites=cites)


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


def _words(made: Pattern, closed: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    """The sentence and the works behind it."""
    names = joined(list(made.segments), "and")
    if len(made.causes) == 1:
        one = vessel_name(made.causes[0]) + _twig(made.causes[0], made.segments) + _known(made.causes, closed)
        return f"{made.of} of {names}: in the usual anatomy {one} alone would explain it.", CITES
    sections = {anatomy().segments[segment].section for segment in made.segments}
    hang = "different sectional branches" if len(sections) > 1 else "different branches"
    listed = joined([vessel_name(cause) for cause in made.causes], "and")
    first = f"{made.of} of {names}: they hang on {hang}, so that no single branch explains it; look for {listed}"
    cites = [*CITES]
    published = [entry for entry in table()["published"] if tuple(entry["segments"]) == made.segments]
    if published:
        first += " (as published)"
        cites += [key for entry in published for key in entry["cites"]]
    parts = [first + _known(made.causes, closed)]
    if made.above is not None and made.above not in made.causes:
        further = f"or for a cause further up, {vessel_name(made.above)}"
        if made.spared:
            further += f", which as a rule would not spare {joined(list(made.spared), 'and')}"
        parts.append(further + _known((made.above,), closed))
    variants = [entry for entry in table()["variants"] if entry["segment"] in made.segments]
    if variants:
        told = [
            f"{vessel_name('portal-' + entry['segment'])} may leave the right portal vein by itself"
            f" ({entry['events']} of {entry['total']:,} people)"
            for entry in variants
        ]
        parts.append(f"variants: {joined(told, 'and')}")
        cites += [key for entry in variants for key in entry["cites"]]
    outflow = f" or in the outflow ({joined(list(map(_vein, made.drained_by)), 'and')})" if made.drained_by else ""
    parts.append(f"a cause in the artery{outflow}")
    parts.append("or a border between segments drawn elsewhere")
    return "; ".join(parts) + ".", tuple(dict.fromkeys(cites))


def _known(causes: tuple[str, ...], closed: frozenset[str]) -> str:
    """What of the causes is known to be closed, and where, if that is further up."""
    where = {cause: [vessel for vessel in (cause, *upstream(cause)) if vessel in closed] for cause in causes}
    at = tuple(dict.fromkeys(vessels[0] for vessels in where.values() if vessels))
    if not at:
        return ""
    if at == causes:
        return " (known to be closed)"
    return f" (known to be closed: {joined([vessel_name(vessel) for vessel in at], 'and')})"


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
