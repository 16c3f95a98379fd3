"""What the words around a head say of it: a small ConText of our own (Harkema 2009), with statuses of our own.

A cue reaches to the end of its clause. Forward cues go over the commas of a list, but not into a statement with a verb
of its own; backward cues reach the nearest head and what is listed with it. In doubt nothing is `absent`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sequela.sources.reports.lexicon import Lexicon, Mark
from sequela.sources.reports.places import names_place

PRESENT, ABSENT, UNCERTAIN, HISTORICAL, EXPECTED = "present", "absent", "uncertain", "historical", "expected"
REACH = 6
"""Words over which an alternative reaches back."""
LISTED = 2
"""Words behind a denial within which its list begins: "not optimal, abscess ..." is none."""
NEAR = 6
"""Words over which `previous` and `old` reach forward."""
EXCLUSIONS = ("exclu", "descart", "refut", "confirm")
PLACING = frozenset({"in", "on", "at", "within", "by", "en", "por", "segun", "con", "mediante", "tras", "("})
"""What a doubt that is said after its head may be followed by."""
SIZED = frozenset({"cm", "mm"})
SITED = frozenset({"in", "within", "en"})
"""What leads to the place of a thing."""
ENDING = ("resol", "disapp", "desapar", "recanal", "reabs", "resorp", "repermeab", "curac")
"""How a word begins that says a finding has ended."""
TURNING = frozenset({"absent", "doubt", "uncertain", "request"})
"""Cues that reach through an existential right behind them."""
UNDOING = frozenset({"not", "cannot", "never", "hardly", "cant", "unable", "difficult", "no", "imposible", "dificil"})


def judge(
    words: Sequence[str], marks: Sequence[Mark], heads: Sequence[bool], at: int, lexicon: Lexicon
) -> tuple[str | None, bool]:
    """The status of the head at a place among the marks, None where none is said; and whether only new ones, or ones
    of a kind, are denied.
    """
    before, new = _before(words, marks, heads, at, lexicon)
    after = _after(words, marks, heads, at, lexicon)
    said = before | after
    if "request" in said:
        return None, False
    if "doubt" in said:
        return UNCERTAIN, False
    if "again" in said and "absent" not in said:
        # "The abscess that was resolved has recurred": it is there.
        said -= {"historical", "historical-near"}
    if "historical" in said:
        return HISTORICAL, False
    if "absent-after" in after:
        return ABSENT, _of_a_kind(words, marks[at], lexicon)
    if "absent" in said:
        kind = new or _of_a_kind(words, marks[at], lexicon)
        return (HISTORICAL, False) if "told" in after else (ABSENT, kind)
    if "expected" in said:
        return EXPECTED, False
    if "uncertain" in said:
        return UNCERTAIN, False
    if "historical-near" in said:
        return HISTORICAL, False
    return PRESENT, False


def _before(
    words: Sequence[str], marks: Sequence[Mark], heads: Sequence[bool], at: int, lexicon: Lexicon
) -> tuple[set[str], bool]:
    """What the cues before a head say of it, and whether a denial speaks of new ones only."""
    said: set[str] = set()
    ors, withs = lexicon.groups["or"], lexicon.groups["with"]
    place, commas, others, with_, settled, listed = marks[at].start, 0, 0, False, False, False
    reason = -1
    predicative = not _before_noun(words, marks[at], lexicon)
    for index in range(at - 1, -1, -1):
        mark = marks[index]
        gap = words[mark.end : place]
        if "-" in gap:
            # A dash parts what is said; only within numbers it joins.
            break
        commas += gap.count(",") + gap.count("(") + gap[1:].count(":")
        with_ = with_ or any(word in withs for word in gap)
        listed = listed or any(word in ors for word in gap)
        place = mark.start
        roles = mark.roles
        if "but" in roles:
            break
        if heads[index]:
            others += 1
            if _ending_denied(words, marks, index):
                break
            if "historical" in roles and others == 1 and not commas:
                # "Reopening of the thrombosis": the vessel is open, the clot was.
                said.add("historical")
            continue
        if "none" in roles:
            continue
        if "there" in roles and "absent" not in said and not _turned(marks, heads, index, words):
            if "present" in roles:
                settled = True
            else:
                break
        forward = not _backward_only(words, marks, heads, index)
        if not forward:
            continue
        distance = marks[at].start - mark.end
        alone = commas == 0
        if settled and commas:
            break
        if "request" in roles:
            said.add("request")
            break
        if "doubt" in roles:
            if alone or listed or not _stated(words, marks, at, lexicon):
                said.add("doubt")
            break
        if "historical" in roles and _ending_denied(words, marks, index):
            break
        if "historical" in roles:
            if alone or listed or not _stated(words, marks, at, lexicon):
                said.add("historical")
            break
        if "again" in roles and alone:
            said.add("again")
        if "historical-near" in roles and alone and not others and distance <= NEAR:
            said.add("historical-near")
        if "expected" in roles and alone and not with_:
            said.add("expected")
        if "absent-itself" in roles:
            if listed or "uncertain" in said:
                said.add("absent")
                return said, False
            break
        if "absent" in roles and _undone(words, mark):
            said.add("doubt")
            break
        if "cause" in roles:
            reason = mark.start
        if "absent" in roles and words[mark.start] in ors and _open_before(marks, index):
            said.add("doubt")
            break
        if "absent" in roles or "absent-new" in roles:
            if reason > mark.end:
                # "Not given because of an abscess": the reason is not what is denied.
                break
            named = index + 1 < at and marks[index + 1].start - mark.end <= LISTED
            listing = (others or named) and not (
                predicative or _stated(words, marks, at, lexicon) or _apart(words, marks, index, at, commas, lexicon)
            )
            if (alone or listed or listing) and not _given(words, mark.end, marks[at], lexicon):
                said.add("absent")
                return said, "absent-new" in roles
            break
        # A differential lists with commas and "and" what is none of it certain.
        open_ = listed or not lexicon.groups["differential"].isdisjoint(words[mark.start : mark.end])
        if "uncertain" in roles and not (with_ and others) and (alone or open_):
            said.add("uncertain")
        if "present" in roles:
            settled = True
    return said, False


def _open_before(marks: Sequence[Mark], index: int) -> bool:
    """Whether what a "nor" goes on with was left open: "no se puede descartar infarto ni absceso"."""
    for mark in reversed(marks[:index]):
        if "but" in mark.roles or "absent" in mark.roles:
            return False
        if "doubt" in mark.roles:
            return True
    return False


def _left_open(words: Sequence[str], marks: Sequence[Mark], heads: Sequence[bool], but: int, lexicon: Lexicon) -> bool:
    """Whether a reservation leaves open what stands before it: "no abscess, though a small one is not excluded"."""
    after = but + 1
    if after >= len(marks) or "doubt" not in marks[after].roles or any(heads[after:]):
        return False
    end = marks[after].end
    return end >= len(words) or words[end] in ",;)." or words[end] in lexicon.groups["itself"]


def _ending_denied(words: Sequence[str], marks: Sequence[Mark], index: int) -> bool:
    """Whether the end of a finding is itself denied: "sin resolución de la trombosis"."""
    mark = marks[index]
    if index == 0 or not words[mark.start].startswith(ENDING):
        return False
    before = marks[index - 1]
    near = words[before.end : mark.start]
    return "absent" in before.roles and len(near) <= LISTED and all(word.isalpha() for word in near)


def _of_a_kind(words: Sequence[str], head: Mark, lexicon: Lexicon) -> bool:
    """Whether a head is only a kind of its finding: "tumour thrombus", "cavernous transformation"."""
    kinds = lexicon.groups["kind"]
    return any(word in kinds for word in words[max(0, head.start - 1) : head.end + 1])


def _given(words: Sequence[str], denied: int, head: Mark, lexicon: Lexicon) -> bool:
    """Whether a head is taken as there while something of it is denied: "no rupture of the abscess"."""
    groups = lexicon.groups
    if words[denied - 1] in groups["evidence"]:
        return False
    ends = groups["or"] | groups["and"] | groups["purpose"]
    for place in range(head.start - 1, max(denied, head.start - REACH), -1):
        if not words[place].isalpha() or words[place] in ends:
            return False
        if words[place] in groups["within"] and words[place - 1] not in groups["evidence"]:
            article = words[place] in groups["the"] or words[place + 1] in groups["the"]
            return article or words[place - 1] in groups["aspects"]
    return False


def _undone(words: Sequence[str], mark: Mark) -> bool:
    """Whether an exclusion is itself denied a few words before: "not, to any degree of certainty, excluded"."""
    if not words[mark.end - 1].startswith(EXCLUSIONS) and words[mark.end - 1] != "out":
        return False
    near = words[max(0, mark.start - 5) : mark.start]
    return any(word in UNDOING for word in near)


def _turned(marks: Sequence[Mark], heads: Sequence[bool], index: int, words: Sequence[str]) -> bool:
    """Whether an existential stands right behind what turns it: "no hay", "not clear if there is"."""
    before = marks[index - 1]
    return index > 0 and before.end == marks[index].start and not TURNING.isdisjoint(before.roles)


def _before_noun(words: Sequence[str], mark: Mark, lexicon: Lexicon) -> bool:
    """Whether a head is named rather than said of something before it: "thrombosis", not "thrombosed"."""
    if mark.roles.head in ("patent", "spared", "dilated", "thick"):
        return False
    return not words[mark.end - 1].endswith(
        ("osed", "uded", "rcted", "tic", "otic", "osada", "osado", "osadas", "uida", "uido")
    )


def _stated(words: Sequence[str], marks: Sequence[Mark], at: int, lexicon: Lexicon) -> bool:
    """Whether the piece between commas in which a head stands is a statement of its own."""
    states, ors = lexicon.groups["states"], lexicon.groups["or"]
    mark = marks[at]
    first = mark.start
    while first > 0 and words[first - 1] not in ",;(":
        first -= 1
    last = mark.end
    while last < len(words) and words[last] not in ",;)":
        last += 1
    piece = words[first:last]
    if any(word in ors for word in piece):
        return False
    # "No ascites, abscess in segment VII": what has a place or a size of its own is there.
    return any(word in states or word in SIZED or names_place(word, lexicon) for word in piece)


def _apart(words: Sequence[str], marks: Sequence[Mark], denied: int, at: int, commas: int, lexicon: Lexicon) -> bool:
    """Whether a head behind a comma is no part of what is denied: "bazo sin lesiones, trombosis portal".

    A list of what is denied ends in "or" or "nor". Without one, a thing with a place of its own is there.
    """
    joins = lexicon.groups["or"] | lexicon.groups["and"]
    head = marks[at]
    if not joins.isdisjoint(words[marks[denied].end :]):
        return False
    last = next((place for place in range(head.end, len(words)) if words[place] in ",;)"), len(words))
    behind = [mark for mark in marks[at + 1 :] if mark.end <= last and mark.roles.places]
    if any(words[mark.start - 1] in SITED or words[mark.start - 2] in SITED for mark in behind):
        return True
    plural = words[head.end - 1].endswith("s") and not words[head.end - 1].endswith("sis")
    return commas == 1 and bool(behind) and not plural


def _backward_only(words: Sequence[str], marks: Sequence[Mark], heads: Sequence[bool], index: int) -> bool:
    """Whether a cue that can be said both before and after a head is here said after one."""
    if not marks[index].roles.after:
        return False
    end = marks[index].end
    if end >= len(words) or words[end] in ",;)?" or (words[end] in ".:" and end + 1 >= len(words)):
        return True
    if "uncertain" not in marks[index].roles and words[end - 1].startswith(EXCLUSIONS) and any(heads[:index]):
        # "Abscess excluded by aspiration, ...": what was named before is meant.
        return True
    bare = end - marks[index].start == 1 or words[marks[index].start] == "a"
    if "uncertain" in marks[index].roles and bare and words[end] not in PLACING and not words[end].endswith("mente"):
        # "Thickening, likely reactive", "gas, a descartar infección": the doubt is about the cause.
        return False
    # It stands before a head if one follows in its clause.
    for later in range(index + 1, len(marks)):
        if "," in words[end : marks[later].start] or "but" in marks[later].roles:
            break
        if heads[later]:
            return False
    return any(heads[:index])


def _after(words: Sequence[str], marks: Sequence[Mark], heads: Sequence[bool], at: int, lexicon: Lexicon) -> set[str]:
    """What the cues after a head say of it."""
    said: set[str] = set()
    joins = lexicon.groups["and"] | lexicon.groups["or"] | {","}
    place, blocked, row = marks[at].end, False, False
    commas = 0
    for index in range(at + 1, len(marks)):
        mark = marks[index]
        roles = mark.roles
        if "but" in roles:
            if not blocked and _left_open(words, marks, heads, index, lexicon):
                said.add("doubt")
            if not blocked and not any(heads[index:]) and any("again" in later.roles for later in marks[index:]):
                said.add("again")
            break
        gap = words[place : mark.start]
        commas += gap.count(",")
        if heads[index]:
            # What is said after the next head is said of this one too only if the two are listed together.
            near = words[marks[at].end : mark.start]
            if "historical-after" in roles and not blocked and joins.isdisjoint(near):
                said.add("historical")
            row = joins.isdisjoint({*near} - {","})
            if (
                len(near) > 6
                or not any(word in joins for word in near)
                or any(word in lexicon.groups["with"] for word in near)
            ):
                blocked = True
        elif (
            "none" not in roles
            and not blocked
            and ("either" in roles or any(word in lexicon.groups["or"] for word in words[mark.start : mark.end]))
        ):
            # Of two that are named as alternatives neither is certain.
            if len(gap) <= REACH and (any(heads[index + 1 :]) or words[mark.start] in ("vs", "versus")):
                said.add("uncertain")
        elif "told" in roles and not blocked and (not commas or "present" not in roles):
            between = words[marks[at].end : mark.start]
            if PLACING.isdisjoint(between) or any(names_place(word, lexicon) for word in between):
                # Not "no abscess in the lesion described before": that tells of the lesion.
                said.add("told")
        elif "again" in roles and not blocked:
            said.add("again")
        elif "none" not in roles and not blocked:
            backward = roles.after and (not roles.forward or _backward_only(words, marks, heads, index))
            if backward:
                for role in roles:
                    if role == "absent-after" and _undone(words, mark):
                        said.add("doubt")
                    elif role == "absent-after" and "told" in said and not words[mark.end - 1].startswith(EXCLUSIONS):
                        # "The abscess described before is not seen": it was there.
                        said.add("historical")
                    elif role == "uncertain-after" and row:
                        # "Gas, absceso a descartar": behind a comma alone the doubt is the second's.
                        continue
                    elif role.endswith("-after"):
                        said.add("absent-after" if role == "absent-after" else role.removesuffix("-after"))
                if "doubt" in roles:
                    said.add("doubt")
            elif "doubt" in roles and not any(heads[index + 1 :]):
                said.add("doubt")
            elif any(heads[index + 1 :]) and (
                "absent" in roles or "absent-new" in roles or "uncertain" in roles or ("present" in roles and commas)
            ):
                # A new statement begins.
                blocked = True
        place = mark.end
        if blocked and any(heads[at + 1 : index + 1]) and commas:
            break
    return said
