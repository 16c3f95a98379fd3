"""The entries of a report into its findings: addenda override, contradictions are uncertain, repeats count once."""

from __future__ import annotations

from collections.abc import Sequence

from sequela.sources.reports.judging import ABSENT, HISTORICAL, PRESENT, UNCERTAIN
from sequela.sources.reports.reading import Entry

Site = tuple[tuple[str, ...], tuple[str, ...]]
DECIDED = (PRESENT, ABSENT)


def summed(entries: Sequence[Entry]) -> list[Entry]:
    """The findings of a whole report."""
    entries = list({entry._replace(start=0, end=0): entry for entry in reversed(entries)}.values())[::-1]
    if len(entries) == 1:
        return _one_by_one(_new_only(entries))
    kept = _levelled(_patency(_new_only(_overridden(entries))))
    return _once(_contradicting(_one_by_one(kept)))


def _overlap(first: Entry, second: Entry) -> bool:
    """Whether two entries may speak of the same place."""
    if not (first.segments or first.branches) or not (second.segments or second.branches):
        return True
    return bool(set(first.segments) & set(second.segments) or set(first.branches) & set(second.branches))


def _overridden(entries: Sequence[Entry]) -> list[Entry]:
    """Without what a later section (an addendum, the final report) says otherwise of the same place."""
    top = max((entry.rank for entry in entries), default=1)
    if all(entry.rank == top for entry in entries):
        return list(entries)
    return [
        entry
        for entry in entries
        if not any(
            later.rank > entry.rank
            and later.finding == entry.finding
            and later.organism == entry.organism
            and later.status != entry.status
            and _overlap(later, entry)
            and not later.new
            for later in entries
        )
    ]


def _new_only(entries: Sequence[Entry]) -> list[Entry]:
    """Without "no new abscess" where an abscess is told of."""
    return [
        entry
        for entry in entries
        if not (entry.new and any(other.finding == entry.finding and not other.new for other in entries))
    ]


def _patency(entries: Sequence[Entry]) -> list[Entry]:
    """Without "not patent" where a clot is named in the same vein."""
    clots = [entry for entry in entries if entry.finding == "portal-vein-thrombosis" and entry.status != ABSENT]
    return [
        entry
        for entry in entries
        if not (
            entry.finding == "portal-vein-patent"
            and entry.status in (ABSENT, UNCERTAIN)
            and any(_overlap(entry, clot) for clot in clots)
        )
    ]


def _levelled(entries: Sequence[Entry]) -> list[Entry]:
    """With the level of a bile duct only where the levels differ."""
    ducts = [entry for entry in entries if entry.finding == "bile-duct-dilatation"]
    if len({entry.level for entry in ducts if entry.level}) < 2 or len({entry.status for entry in ducts}) < 2:
        return list(entries)
    return [
        entry._replace(branches=(entry.level,)) if entry.finding == "bile-duct-dilatation" and entry.level else entry
        for entry in entries
    ]


def _one_by_one(entries: Sequence[Entry]) -> list[Entry]:
    """One entry for each branch."""
    return [
        entry._replace(branches=(branch,)) if branch is not None else entry
        for entry in entries
        for branch in (entry.branches or (None,))
    ]


def _contradicting(entries: Sequence[Entry]) -> list[Entry]:
    """Findings and impression that contradict each other are uncertain on both sides."""
    doubted: set[int] = set()
    for place, entry in enumerate(entries):
        if entry.role != "impression" or entry.status not in DECIDED:
            continue
        for other_place, other in enumerate(entries):
            if other.role == "impression" or other.rank != entry.rank or other.finding != entry.finding:
                continue
            if other.organism != entry.organism or other.status not in DECIDED:
                continue
            if (other.status != entry.status and _overlap(other, entry) and _answers(entry, other)) or (
                other.status == entry.status == PRESENT and _elsewhere(entries, entry, other)
            ):
                doubted |= {place, other_place}
    return [entry._replace(status=UNCERTAIN) if place in doubted else entry for place, entry in enumerate(entries)]


def _answers(first: Entry, second: Entry) -> bool:
    """Whether one of two entries that differ answers the other: not "none in the rest" beside "one in VII"."""
    return not (first.new or second.new)


def _elsewhere(entries: Sequence[Entry], first: Entry, second: Entry) -> bool:
    """Whether two sections put one finding in two different places, and each only there."""
    if _overlap(first, second):
        return False
    mine = [e for e in entries if e.finding == first.finding and e.status == PRESENT and e.role == "impression"]
    theirs = [e for e in entries if e.finding == first.finding and e.status == PRESENT and e.role != "impression"]
    if bool(first.segments) != bool(second.segments):
        return False
    if first.branches and second.branches:
        a, b = first.branches[0], second.branches[0]
        if a.split()[0] == b.split()[0] or "main" in (a, b):
            return False
    return not any(_overlap(a, b) for a in mine for b in theirs)


def _once(entries: Sequence[Entry]) -> list[Entry]:
    """Each finding once: what names no place is told by what names one, unless it denies the finding anywhere."""
    kept: dict[tuple[object, ...], Entry] = {}
    for entry in entries:
        kept.setdefault((entry.finding, entry.status, entry.segments, entry.branches, entry.organism), entry)
    found = list(kept.values())

    def repeated(entry: Entry) -> bool:
        if entry.finding == "culture-growth" and entry.organism is None:
            # "Culture positive" is said of what is named elsewhere.
            return any(other.finding == entry.finding and other.organism is not None for other in found)
        for other in found:
            if other is entry or other.finding != entry.finding or other.organism != entry.organism:
                continue
            sited, there = set(entry.segments) | set(entry.branches), set(other.segments) | set(other.branches)
            if other.status == entry.status and sited < there and entry.status != ABSENT:
                return True
            # A history needs no denial beside it, and what is said in passing of a sentence's hedge none either.
            if entry.status == ABSENT and other.status == HISTORICAL and (not sited or sited == there):
                return True
            if (
                {entry.status, other.status} == {PRESENT, UNCERTAIN}
                and sited == there
                and entry.status == UNCERTAIN
                and other.start // 400 == entry.start // 400
            ):
                return True
        return False

    return [entry for entry in found if not repeated(entry)]
