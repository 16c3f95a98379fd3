"""What a head means by the words around it: whose necrosis, which vessel's clot, where the gas is."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sequela.sources.reports.lexicon import Lexicon, Mark

REACH = 8
"""Words over which the name of another organ takes a finding away from the liver."""
FOLLOWS = 6
"""Words over which "of" leads to what is meant."""
OF = frozenset({"of", "in", "within", "at", "involving", "de", "del", "en"})
FAR = 99


Meant = tuple[tuple[str, bool], ...]
"""The findings that a head stands for, and whether it says the opposite of each: "patent" of an occlusion."""


@dataclass(slots=True)
class Spoken:
    """What the sentences before spoke of: a vessel, an organ with walls or ducts, and if dead liver was told of."""

    vessels: frozenset[str] = frozenset()
    organ: str = ""
    necrosis: bool = False


def meant(
    words: Sequence[str], marks: Sequence[Mark], at: int, numbered: Sequence[Mark], spoken: Spoken, lexicon: Lexicon
) -> Meant:
    """What the head at a place among the marks stands for; `numbered` are the sites that the sentence names."""
    head = marks[at]
    term, kind = head.roles.get("term"), head.roles.head
    if kind in ("clot", "closed", "patent"):
        return _vascular(words, marks, head, spoken, lexicon)
    if kind == "portal-gas":
        return (("gas", False),)
    if kind == "gas" or term == "gas":
        return (("gas", False),) if gas_here(words, head, marks, _own(marks, head, numbered)) else ()
    if kind == "infarct":
        foreign = of_another_organ(words, head, marks, _own(marks, head, numbered))
        return () if foreign else (("parenchymal-necrosis", False),)
    if kind == "necrosis":
        necrosis = necrosis_of(words, head, marks, numbered)
        return ((necrosis, False),) if necrosis else ()
    if kind == "devascularised":
        # Of the liver itself it is an infarct only if the text says so.
        tumour = necrosis_of(words, head, marks, numbered) == "tumour-necrosis"
        return (("tumour-necrosis", False),) if tumour else ()
    if kind == "spared":
        before = spoken.necrosis or any(mark.roles.head in ("infarct", "necrosis") for mark in marks[:at])
        return (("parenchymal-necrosis", True),) if before else ()
    if kind == "enhancing":
        liver = bool(numbered) or any(has(mark, "liver", "tumour") for mark in marks)
        return (("non-enhancement", True),) if liver else ()
    if kind in ("dilated", "undilated", "thick", "thin"):
        return _organ_said(words, marks, head, spoken)
    if term is None or (term == "non-enhancement" and _of_contents(words, marks, head)):
        return ()
    if term in OF_LIVER and of_another_organ(words, head, marks, _own(marks, head, numbered)):
        return ()
    return ((term, False),)


OF_LIVER = frozenset({"abscess", "non-enhancement", "tumour-necrosis", "biloma", "portal-vein-thrombosis"})
"""Terms that another organ's name takes away from the liver."""


def _own(marks: Sequence[Mark], head: Mark, numbered: Sequence[Mark]) -> list[Mark]:
    """The places of a sentence that are the liver's: named, numbered, or made by the disease."""
    own = [
        mark
        for mark in marks
        if mark is not head
        and (
            has(mark, "liver", "tumour", "portal", "collection")
            or mark.roles.head in ("infarct", "necrosis")
            or mark.roles.get("term") == "abscess"
        )
    ]
    return [*own, *numbered]


def _of_contents(words: Sequence[str], marks: Sequence[Mark], head: Mark) -> bool:
    """Whether it is a clot or a fluid that does not enhance."""
    for mark in marks:
        if not has(mark, "unperfused"):
            continue
        if -3 <= mark.start - head.end <= 1 or 0 <= head.start - mark.end <= 1:
            return True
        between = words[mark.end : head.start]
        if 0 < len(between) <= 3 and all(word.isalpha() and word not in OF and word not in JOINS for word in between):
            # "The known portal thrombus does not enhance": between them stands only what the clot is.
            return True
    return False


def _vascular(words: Sequence[str], marks: Sequence[Mark], head: Mark, spoken: Spoken, lexicon: Lexicon) -> Meant:
    """What a clot, a closure or a flow is of each vessel it is said of."""
    kind = head.roles.head
    vessels = vessels_of(words, head, marks, lexicon.groups["links"]) or spoken.vessels
    found: list[tuple[str, bool]] = []
    if "portal" in vessels or (kind == "clot" and _into_portal(marks, head)):
        found.append(("portal-vein-thrombosis", False) if kind == "clot" else ("portal-vein-patent", kind == "closed"))
    if "artery" in vessels:
        found.append(("hepatic-artery-occlusion", kind == "patent"))
    return tuple(found)


def _into_portal(marks: Sequence[Mark], head: Mark) -> bool:
    """Whether a clot of another vein reaches the portal vein: "splenic thrombosis extending into the portal vein"."""
    return any(
        "into" in mark.roles and mark.start >= head.end and has(after, "portal") and after.start - mark.end <= 2
        for mark, after in itertools.pairwise(marks)
    )


def _organ_said(words: Sequence[str], marks: Sequence[Mark], head: Mark, spoken: Spoken) -> Meant:
    """Bile ducts that are wide, walls of the gallbladder that are thick."""
    kind = head.roles.head
    among = [
        mark for mark in marks if has(mark, "bile", "gallbladder", "elsewhere", "portal", "artery", "vessel", "no-gas")
    ]
    near = nearest(words, head, among)
    if near is None or distance(words, head, near) > 25:
        organ = spoken.organ
    else:
        organ = "gallbladder" if has(near, "gallbladder") else "bile" if has(near, "bile") else ""
    if organ == "bile" and kind in ("dilated", "undilated"):
        # The duct of the pancreas is none of ours.
        other = nearest(words, head, (mark for mark in marks if has(mark, "elsewhere")))
        if other is not None and near is not None and abs(other.end - near.start) <= 1:
            return ()
        return (("bile-duct-dilatation", kind == "undilated"),)
    if organ == "gallbladder" and kind in ("thick", "thin"):
        return (("gallbladder-wall-thickening", kind == "thin"),)
    return ()


def has(mark: Mark, *places: str) -> bool:
    """Whether a mark is one of these places."""
    return not mark.roles.places.isdisjoint(places)


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
    foreign = nearest(words, head, (mark for mark in marks if has(mark, "elsewhere") and _belongs(words, head, mark)))
    if foreign is None:
        return False
    far = distance(words, head, foreign)
    own = nearest(words, head, good)
    return own is None or distance(words, head, own) > far


def _belongs(words: Sequence[str], head: Mark, organ: Mark) -> bool:
    """Whether a finding is said to be of an organ: "splenic infarct", "infarct of the upper pole of the kidney"."""
    if organ.start >= head.end:
        gap = words[head.end : organ.start]
        if any(word in JOINS or word == ";" for word in gap):
            return False
        return len(gap) <= 1 or (len(gap) <= REACH and gap[0] in OF)
    gap = words[organ.end : head.start]
    return len(gap) <= 2 and not any(word in JOINS or word == ";" for word in gap)


def necrosis_of(words: Sequence[str], head: Mark, marks: Sequence[Mark], segments: Sequence[Mark]) -> str | None:
    """Whether necrosis is the tumour's or the parenchyma's; None where it is another organ's or nobody's."""
    found = [mark for mark in marks if has(mark, "tumour", "liver", "elsewhere") and not has(mark, "portal")]
    adjective = words[head.end - 1] in ("necrotic", "devitalised", "devitalized", "necrosed")
    chosen = nearest(words, head, found, onward=1.0, backward=1.6 if adjective else 1.3)
    if head.end < len(words) and words[head.end] in OF:
        # "Necrosis of": what follows is what has died.
        following = nearest(words, head, (mark for mark in found if mark.start >= head.end))
        if following is not None and distance(words, head, following) < FOLLOWS:
            chosen = following
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
