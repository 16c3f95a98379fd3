"""What a head means by the words around it: whose necrosis, which vessel's clot, where the gas is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sequela.sources.reports.lexicon import Mark

REACH = 4
"""Words over which the name of another organ takes a finding away from the liver."""
FAR = 99


def role(mark: Mark, kind: str) -> str:
    """The first role of a kind that a mark has: `head` of "head:clot" is "clot"."""
    return next((name[len(kind) + 1 :] for name in mark.roles if name.startswith(f"{kind}:")), "")


def has(mark: Mark, *places: str) -> bool:
    """Whether a mark is one of these places."""
    return any(f"place:{place}" in mark.roles for place in places)


def distance(words: Sequence[str], head: Mark, other: Mark, onward: float = 1.0, backward: float = 1.0) -> float:
    """How far a place is from a head, in words; a comma counts three, a new clause forty."""
    if other.start >= head.end:
        gap, weight = words[head.end : other.start], onward
    elif other.end <= head.start:
        gap, weight = words[other.end : head.start], backward
    else:
        return 0.0
    return weight * (len(gap) + 3 * gap.count(",")) + 40 * sum(word in (";", "but", "pero") for word in gap)


def nearest(
    words: Sequence[str], head: Mark, among: Iterable[Mark], onward: float = 1.0, backward: float = 1.0
) -> Mark | None:
    """The mark that is nearest to a head."""
    best, least = None, float(FAR)
    for mark in among:
        if mark is head:
            continue
        far = distance(words, head, mark, onward, backward)
        if far < least:
            best, least = mark, far
    return best


def vessels_of(words: Sequence[str], head: Mark, marks: Sequence[Mark], links: frozenset[str]) -> frozenset[str]:
    """Which vessels a clot, a closure or a flow is said of: portal, artery, vessel (another); empty if none is."""
    found = [mark for mark in marks if has(mark, "portal", "artery", "vessel", "branch")]
    if not found:
        return frozenset()
    chosen = nearest(words, head, found)
    if chosen is None:
        return frozenset()
    at = found.index(chosen)
    group = [chosen]
    # "The splenic and portal veins": vessels named together share what is said of them.
    for step in (1, -1):
        last, place = chosen, at + step
        while 0 <= place < len(found):
            first, second = (last, found[place]) if step > 0 else (found[place], last)
            gap = words[first.end : second.start]
            if len(gap) > 5 or not all(word in links for word in gap):
                break
            if not any(word in JOINS for word in gap):
                break
            last = found[place]
            group.append(last)
            place += step
    kinds = {_vessel(mark) for mark in group}
    if "branch" in kinds:
        kinds.discard("branch")
        # A branch is the portal vein's where no other vessel is named beside it.
        near = [mark for mark in found if not has(mark, "branch")]
        other = nearest(words, chosen, near) if not kinds else None
        if not kinds:
            kinds.add(_vessel(other) if other is not None and distance(words, chosen, other) < 6 else "portal")
    return frozenset(kinds)


JOINS = frozenset({"and", "or", "nor", "y", "e", "o", "ni", "/", ",", "&"})


def _vessel(mark: Mark) -> str:
    for kind in ("vessel", "artery", "portal", "branch"):
        if has(mark, kind):
            return kind
    raise AssertionError("no vessel")


def of_another_organ(words: Sequence[str], head: Mark, marks: Sequence[Mark], good: Iterable[Mark]) -> bool:
    """Whether another organ's name takes the head away from the liver."""
    foreign = nearest(words, head, (mark for mark in marks if has(mark, "elsewhere")))
    if foreign is None:
        return False
    far = distance(words, head, foreign)
    if far > REACH:
        return False
    own = nearest(words, head, good)
    return own is None or distance(words, head, own) > far


def necrosis_of(words: Sequence[str], head: Mark, marks: Sequence[Mark], segments: Sequence[Mark]) -> str | None:
    """Whether necrosis is the tumour's or the parenchyma's; None where it is another organ's or nobody's."""
    found = [mark for mark in marks if has(mark, "tumour", "liver", "elsewhere") and not has(mark, "portal")]
    adjective = words[head.end - 1] in ("necrotic", "devitalised", "devitalized", "necrosed")
    chosen = nearest(words, head, found, onward=1.0, backward=1.6 if adjective else 1.3)
    weak = nearest(words, head, segments, onward=1.0, backward=1.6)
    if chosen is None:
        return None if weak is None or distance(words, head, weak) > 12 else "parenchymal-necrosis"
    if weak is not None and distance(words, head, chosen) > 8 and distance(words, head, weak) < 4:
        return "parenchymal-necrosis"
    if has(chosen, "tumour") and _outside(words, marks, chosen):
        return "parenchymal-necrosis"
    if has(chosen, "elsewhere"):
        return None
    if has(chosen, "tumour") or _of_tumour(words, marks, chosen):
        return "tumour-necrosis"
    return "parenchymal-necrosis"


def _of_tumour(words: Sequence[str], marks: Sequence[Mark], liver: Mark) -> bool:
    """Whether "hepatic" and "liver" are said of a tumour: "hepatic metastasis", "metástasis hepáticas"."""
    if words[liver.end - 1] not in (
        "liver",
        "hepatic",
        "hepatica",
        "hepaticas",
        "hepatico",
        "hepaticos",
        "intrahepatic",
        "intrahepatica",
    ):
        return False
    return any(
        has(mark, "tumour")
        and (mark.start == liver.end or (mark.end == liver.start and words[mark.start] not in ("coagulation",)))
        for mark in marks
    )


def _outside(words: Sequence[str], marks: Sequence[Mark], place: Mark) -> bool:
    """Whether a place is named only to say that it is not meant: "outside the ablation zone"."""
    return any(has(mark, "outside") and 0 <= place.start - mark.end <= 3 for mark in marks)


def gas_here(words: Sequence[str], head: Mark, marks: Sequence[Mark], good: Sequence[Mark]) -> bool:
    """Whether air or gas is in the liver: not in bile ducts, bowel or the free peritoneum."""
    bad = nearest(words, head, (mark for mark in marks if has(mark, "no-gas")), onward=1.0, backward=1.2)
    own = nearest(words, head, good, onward=1.0, backward=1.2)
    if bad is not None and distance(words, head, bad, 1.0, 1.2) <= 12:
        return own is not None and distance(words, head, own, 1.0, 1.2) < distance(words, head, bad, 1.0, 1.2)
    # "Air" alone may be any.
    return own is not None or words[head.end - 1] not in ("air", "aire", "aereo", "aerea")
