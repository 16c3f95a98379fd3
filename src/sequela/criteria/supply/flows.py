"""What is known at an instant of arteries, portal branches, collaterals and outflow: three-valued, by segment.

The latest word about a vessel counts, by the time at which it was so; of two words of one time the graver. An uncertain
finding, or one without a branch, takes away certainty of patency and nothing else: it neither proves a loss nor takes
one back. Patency seen before the procedure does not tell what flows after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sequela.course.anatomy import SEGMENTS, anatomy, parse_site, segments_of, upstream
from sequela.course.episodes import Course, Procedure
from sequela.course.facts import Fact, Finding, Presence
from sequela.criteria.supply.patterns import portal_vessels
from sequela.criteria.supply.values import Collaterals, Flow
from sequela.criteria.supply.wording import table

WHOLE = frozenset(SEGMENTS)
_GRAVITY = {Flow.KEPT: 0, Flow.UNKNOWN: 1, Flow.REDUCED: 2, Flow.LOST: 3}


@dataclass(frozen=True, slots=True)
class Word:
    """What was last said of a vessel or segment, when it was so, and by which fact (none: by the procedure itself)."""

    flow: Flow
    at: int
    fact: Fact | None = None


@dataclass(slots=True)
class Told:
    """What is known of one vessel system in one segment."""

    flow: Flow
    facts: list[Fact] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def findings(course: Course, instant: int, *keys: str) -> list[Finding]:
    """Return the findings believed at the instant, in the order in which they were so."""
    found = [fact for key in keys for fact in course.about(key) if isinstance(fact, Finding) and fact.visible(instant)]
    return sorted(found, key=lambda fact: (fact.at, fact.known_from, fact.fact, fact.finding))


# -- arteries ----------------------------------------------------------------------------------------------------------


def arteries(course: Course, instant: int) -> dict[str, Told]:
    """Return what is known of each segment's artery."""
    told = {segment: _by_procedure(course, segment, instant) for segment in SEGMENTS}
    occluded: dict[str, Finding] = {}
    doubted: dict[str, Finding] = {}
    found = findings(course, instant, "hepatic-artery-occlusion")
    for fact in sorted(found, key=lambda fact: (fact.at, fact.presence is not Presence.ABSENT)):
        named = segments_of(fact.site)
        if fact.presence is Presence.PRESENT and named:
            occluded.update(dict.fromkeys(named, fact))
        elif fact.presence is Presence.ABSENT:
            # A trunk seen open does not show that its bed is: only an occlusion that was seen is taken back.
            for segment in named:
                occluded.pop(segment, None)
                doubted.pop(segment, None)
        else:
            doubted.update(dict.fromkeys(named or WHOLE, fact))
    for segment, fact in occluded.items():
        told[segment] = Told(Flow.LOST, [fact], told[segment].notes)
    for segment, fact in doubted.items():
        if told[segment].flow is Flow.KEPT:
            told[segment] = Told(Flow.UNKNOWN, [fact], told[segment].notes)
    return told


def _by_procedure(course: Course, segment: str, instant: int) -> Told:
    """What the procedure says of the artery: closed within its territory, kept outside it, if that is on record."""
    done, kinds = course.procedure, table()["procedures"]
    if done.kind in kinds["sparing"]:
        return _unless_treated_before(course, segment, instant)
    if done.kind not in kinds["closing"] and done.kind not in kinds["reducing"]:
        return Told(Flow.UNKNOWN)
    treated = segments_of(done.territory)
    if segment in treated:
        return Told(Flow.LOST) if done.kind in kinds["closing"] else Told(Flow.REDUCED, notes=["reduced"])
    exact = bool(treated) and all(segments_of(site) for site in done.territory)
    known = anatomy()
    # The caudate lobe is fed from both sides: where all its usual arteries were treated, it may not have been spared.
    fed = all(known.vessels[artery].territory <= treated for artery in known.segments[segment].artery)
    return _unless_treated_before(course, segment, instant) if exact and not fed else Told(Flow.UNKNOWN)


def _unless_treated_before(course: Course, segment: str, instant: int) -> Told:
    """Kept, unless an earlier session closed or reduced the same artery and nobody knows whether it has opened."""
    kinds = table()["procedures"]
    arterial = (*kinds["closing"], *kinds["reducing"])
    before = (done for done in course.earlier if done.visible(instant) and done.kind in arterial)
    if any(not done.territory or segment in segments_of(done.territory) for done in before):
        return Told(Flow.UNKNOWN, notes=["earlier-session"])
    return Told(Flow.KEPT)


# -- portal branches ---------------------------------------------------------------------------------------------------


def portals(course: Course, instant: int) -> dict[str, Told]:
    """Return what is known of each segment's portal branch."""
    words, meant = _words(course, instant)
    shunts = _shunts(course, instant)
    told = {}
    for segment in SEGMENTS:
        found = _portal(segment, words)
        lost_on = {v for v in anatomy().segments[segment].portal if v in words and words[v].flow is Flow.LOST}
        if found.flow is Flow.LOST and (meant is None or lost_on & meant):
            found.notes.append("intended")
        if segment in shunts:
            found.facts.append(shunts[segment])
            found.notes.append("shunt")
            if found.flow is Flow.KEPT:
                found.flow = Flow.UNKNOWN
        told[segment] = found
    return told


def vessels(course: Course, instant: int) -> tuple[tuple[str, Flow], ...]:
    """Return what was last said of each portal vessel itself, from the main vein on."""
    words, _ = _words(course, instant)
    return tuple((vessel, words[vessel].flow) for vessel in portal_vessels() if vessel in words)


def near(segment: str) -> tuple[str, ...]:
    """Return the vessels whose patency answers for a segment: its own branch, and that of its section."""
    known = anatomy()
    section = known.segments[segment].section
    within = {key for key, other in known.segments.items() if other.section == section}
    return tuple(vessel for vessel in known.segments[segment].portal if known.vessels[vessel].territory <= within)


def _portal(segment: str, words: dict[str, Word]) -> Told:
    chain = [(vessel, words[vessel]) for vessel in anatomy().segments[segment].portal if vessel in words]
    opened = [(v, word) for v, word in chain if word.flow is Flow.KEPT and v in near(segment)]
    lost = [(v, word) for v, word in chain if word.flow is Flow.LOST]
    doubted = [(v, word) for v, word in chain if word.flow is Flow.UNKNOWN]

    def answers(vessel: str, word: Word, doubts: Iterable[tuple[str, Word]]) -> bool:
        """Whether patency of the vessel, later than all doubts and below them, answers them."""
        return all(other in upstream(vessel) and doubt.at < word.at for other, doubt in doubts)

    if lost:
        against = [word for vessel, word in opened if answers(vessel, word, lost)]
        facts = [word.fact for _, word in lost if word.fact is not None]
        if against:
            return Told(Flow.UNKNOWN, facts + [w.fact for w in against if w.fact is not None], ["disagreement"])
        return Told(Flow.LOST, facts)
    kept = [word for vessel, word in opened if answers(vessel, word, doubted)]
    if kept:
        return Told(Flow.KEPT, [word.fact for word in kept if word.fact is not None])
    return Told(Flow.UNKNOWN, [word.fact for _, word in (*doubted, *opened) if word.fact is not None])


def _words(course: Course, instant: int) -> tuple[dict[str, Word], frozenset[str] | None]:
    """The last word about each portal vessel, and the vessels that were meant to be closed (None: not said which)."""
    start = course.start
    said = [*_said(findings(course, instant, *_ABOUT_PORTAL))]
    meant: set[str] = set()
    unnamed = False
    for done in (*(p for p in course.earlier if p.visible(instant)), course.procedure):
        vessels, somewhere = _meant(done)
        meant |= vessels
        unnamed |= somewhere
        said += [(vessel, Word(Flow.LOST, done.start)) for vessel in vessels]
        if somewhere and not vessels:
            said += [(anatomy().segments[s].portal[-1], Word(Flow.UNKNOWN, done.start)) for s in SEGMENTS]
    words: dict[str, Word] = {}
    for vessel, word in sorted(said, key=lambda s: (s[1].at, _GRAVITY[s[1].flow], s[1].fact.fact if s[1].fact else "")):
        before = words.get(vessel)
        if word.flow is Flow.UNKNOWN and before is not None and before.flow is Flow.LOST:
            continue
        if word.flow is Flow.KEPT and word.at < start:
            # Open before the procedure: an earlier loss is taken back, and what flows now is not known.
            words.pop(vessel, None)
            continue
        words[vessel] = word
    return words, None if unnamed and not meant else frozenset(meant)


_ABOUT_PORTAL = ("portal-vein-thrombosis", "portal-vein-patent", "earlier-portal-vein-thrombosis")


def _said(found: Iterable[Finding]) -> Iterator[tuple[str, Word]]:
    """What each finding says of which portal vessels."""
    for fact in found:
        patency = fact.finding == "portal-vein-patent"
        if fact.presence is Presence.UNCERTAIN or (patency and fact.presence is Presence.ABSENT):
            # Doubtful patency, and patency that was not seen, take certainty away as a doubtful thrombus does.
            exact, around = _vessels(fact.site, patent=False)
            yield from ((vessel, Word(Flow.UNKNOWN, fact.at, fact)) for vessel in (*exact, *around))
        elif patency or fact.presence is Presence.ABSENT:
            if fact.finding != "earlier-portal-vein-thrombosis":
                exact, _ = _vessels(fact.site, patent=True)
                yield from ((vessel, Word(Flow.KEPT, fact.at, fact)) for vessel in exact)
        else:
            exact, around = _vessels(fact.site, patent=False)
            yield from ((vessel, Word(Flow.LOST, fact.at, fact)) for vessel in exact)
            yield from ((vessel, Word(Flow.UNKNOWN, fact.at, fact)) for vessel in around)


def _vessels(site: Iterable[str], *, patent: bool) -> tuple[list[str], list[str]]:
    """The portal vessels that a site names, and those among which it leaves open which is meant.

    A segment stands for its own branch, a region within one section for the branches of its segments. A larger region
    ("right lobe"), or no site, leaves open which branch is thrombosed; patency without a site is that of the trunk and
    its two main branches.
    """
    known = anatomy()
    exact: list[str] = []
    around: list[str] = []
    sites = list(site)
    for key in sites:
        if key in portal_vessels():
            exact.append(key)
            continue
        if key in known.vessels:
            continue
        segments = segments_of(key)
        own = [known.segments[segment].portal[-1] for segment in sorted(segments or WHOLE)]
        sections = {known.segments[segment].section for segment in segments}
        (exact if len(sections) == 1 or (patent and segments) else around).extend(own)
    if not sites:
        answering = {vessel for segment in SEGMENTS for vessel in near(segment)}
        if patent:
            exact += [vessel for vessel in portal_vessels() if vessel not in answering]
        else:
            around += [known.segments[segment].portal[-1] for segment in SEGMENTS]
    return exact, around


def _meant(done: Procedure) -> tuple[set[str], bool]:
    """The portal vessels that a procedure meant to close, and whether it meant one without saying which."""
    said = [text for text in done.intent if text in portal_vessels() or _BEGINS.match(text)]
    # "Portal vein embolization" itself would be read as the main vein.
    sites = {site for text in said for site in parse_site(text if text in portal_vessels() else _BEGINS.sub("", text))}
    if done.kind in table()["procedures"]["sparing"]:
        sites |= set(done.territory)
        said.append(done.kind)
    exact, _ = _vessels(sites, patent=False) if sites else ([], [])
    return set(exact), bool(said) and not exact


_BEGINS = re.compile("(?:" + "|".join(map(re.escape, table()["intent"]["begins"])) + r")\b", re.IGNORECASE)


def _shunts(course: Course, instant: int) -> dict[str, Fact]:
    """The arterioportal shunt that was last seen in each segment, where the last word was that there is one."""
    found: dict[str, Finding] = {}
    for fact in findings(course, instant, "arterioportal-shunt"):
        found.update(dict.fromkeys(_segments(fact.site), fact))
    return {segment: fact for segment, fact in found.items() if fact.presence is Presence.PRESENT}


# -- collaterals and outflow -------------------------------------------------------------------------------------------


def collaterals(course: Course, instant: int) -> dict[str, tuple[Collaterals, list[Fact], list[str]]]:
    """Return what is known of each segment's collaterals: as stated, else poor where surgery has cut them."""
    told: dict[str, tuple[Collaterals, list[Fact], list[str]]] = {s: (Collaterals.UNKNOWN, [], []) for s in SEGMENTS}
    surgery = findings(course, instant, "bilioenteric-anastomosis")
    if surgery and surgery[-1].presence is Presence.PRESENT:
        told = {segment: (Collaterals.POOR, [surgery[-1]], ["surgery"]) for segment in SEGMENTS}
    # Of one time, poor comes last and stands.
    stated = findings(course, instant, "collaterals-good", "collaterals-poor")
    for fact in sorted(stated, key=lambda f: (f.at, f.finding == "collaterals-poor")):
        told.update({segment: (_stated(fact), [fact], []) for segment in _segments(fact.site)})
    return told


def _stated(fact: Finding) -> Collaterals:
    """Good only if called good; not good is poor, as the series counts them; not poor is not yet good."""
    if fact.presence is Presence.UNCERTAIN:
        return Collaterals.UNKNOWN
    present = fact.presence is Presence.PRESENT
    if fact.finding == "collaterals-good":
        return Collaterals.GOOD if present else Collaterals.POOR
    return Collaterals.POOR if present else Collaterals.UNKNOWN


def outflow(course: Course, instant: int) -> dict[str, Fact]:
    """Return the thrombosis of a hepatic vein that was last seen in each segment's drainage, where it still stands."""
    found: dict[str, Finding] = {}
    for fact in findings(course, instant, "hepatic-vein-thrombosis"):
        found.update(dict.fromkeys(_segments(fact.site), fact))
    return {segment: fact for segment, fact in found.items() if fact.presence is Presence.PRESENT}


def _segments(site: frozenset[str]) -> frozenset[str]:
    """The segments that a site stands for; without one, or with one that names none, all."""
    return segments_of(site) or WHOLE
