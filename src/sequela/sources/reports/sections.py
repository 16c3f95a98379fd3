"""Words into sentences, each with the section it stands in."""

from __future__ import annotations

from collections.abc import Iterator

from sequela.sources.reports.lexicon import Lexicon
from sequela.sources.reports.words import WRAPPED, Sentence, Words

BODY = ""
RANKS = {"earlier": 0, "later": 2}
PASSING = frozenset({"request", "history", "technique", "advice"})
"""Sections that an empty line ends, where no other heading does."""
LONGEST_HEADING = 5
"""Words of the longest heading."""
LONGEST_SENTENCE = 120
"""Words after which a sentence is cut: what is longer is a list without stops; its ends say nothing of each other."""
_MARKERS = frozenset("-*•·+")
_STOPS = frozenset({".", ";", "!", "?", "\n", "\n\n"})


def sentences(text: str, said: Words, lexicon: Lexicon) -> Iterator[Sentence]:
    """The sentences of a report in order."""
    words, starts = said
    role, rank, fresh = BODY, 1, True
    for first, last, blank in _cut(text, words, starts, lexicon):
        if blank:
            fresh = True
            role = BODY if role in PASSING else role
        at = first
        while at < last:
            heading = _heading(words, at, last, lexicon)
            if heading is None:
                break
            named, at = heading
            fresh = True
            if named in RANKS:
                role, rank = BODY, RANKS[named]
            else:
                role = named
        if at < last:
            yield Sentence(words[at:last], starts[at:last], role, rank, fresh)
            fresh = False


def _cut(text: str, words: list[str], starts: list[int], lexicon: Lexicon) -> Iterator[tuple[int, int, bool]]:
    """Where each sentence begins and ends among the words, and whether an empty line stands before it."""
    short, first, size, blank, line = lexicon.groups["abbreviations"], 0, len(words), False, 0
    for at, word in enumerate(words):
        if word not in _STOPS:
            if at - first >= LONGEST_SENTENCE:
                yield first, at, blank
                first, blank = at, False
            continue
        if word == "?" and at + 1 < size and words[at + 1].isalnum() and _doubts(text, starts, at):
            continue
        if word == "." and at + 1 < size and not _ends(text, words, starts, at, short):
            continue
        if word in ("\n", "\n\n"):
            runs_on = word == "\n" and _runs_on(text, words, starts, at, line)
            line = starts[at]
            if runs_on:
                # Taken for a blank: no phrase holds it.
                words[at] = "\n"
                continue
        # A sign that means something stays with its sentence.
        end = at + 1 if word == "?" else at
        if end > first:
            yield first, end, blank
            blank = False
        first = at + 1
        blank = blank or word == "\n\n"
    if first < size:
        yield first, size, blank


def _doubts(text: str, starts: list[int], at: int) -> bool:
    """Whether a question mark doubts the next word and ends nothing: "?abscess", "collection ? abscess", "? PVT"."""
    place, onward = starts[at], starts[at + 1]
    if onward == place + 1:
        return True
    apart = place == 0 or text[place - 1].isspace()
    return apart and (text[onward].islower() or text[onward : onward + 2].isupper())


def _ends(text: str, words: list[str], starts: list[int], at: int, short: frozenset[str]) -> bool:
    """Whether a full stop ends its sentence: not after an abbreviation, a list's number or within one word."""
    before = words[at - 1] if at else ""
    after = words[at + 1]
    close = starts[at + 1] == starts[at] + 1
    if before in short:
        return after in ("\n", "\n\n")
    if close and after.isalnum() and before.isalnum():
        # "e.g", "i.v": a letter, not a word.
        return len(before) > 2 and text[starts[at + 1]].isupper()
    # One letter before a name: "E. coli".
    return not (
        len(before) == 1 and before.isalpha() and text[starts[at - 1]].isupper() and text[starts[at + 1]].islower()
    )


def _runs_on(text: str, words: list[str], starts: list[int], at: int, line: int) -> bool:
    """Whether a line runs on in the next."""
    if at == 0 or at + 1 >= len(words):
        return False
    before, after = words[at - 1], words[at + 1]
    if before in (".", ":", ";", "?", "!") or after in _MARKERS or after in ("¿", "["):
        return False
    following = words[at + 2] if at + 2 < len(words) else ""
    if after.isdigit() and following in (".", ")"):
        return False
    if before in (",", "/", "-") or text[starts[at + 1]].islower():
        return True
    heading = following == ":" or (at + 3 < len(words) and words[at + 3] == ":")
    return starts[at] - line > WRAPPED and not heading


def _heading(words: list[str], at: int, last: int, lexicon: Lexicon) -> tuple[str, int] | None:
    """The section that a heading here begins, and where its text goes on."""
    while at < last and (words[at] in _MARKERS or words[at] in "*#=_\n"):
        at += 1
    if at + 1 < last and words[at].isdigit() and words[at + 1] in (".", ")"):
        at += 2
    for size in range(min(LONGEST_HEADING, last - at), 0, -1):
        end = at + size
        role = lexicon.headings.get(tuple(words[at:end]))
        if role is None:
            continue
        # A date or a number may stand between the heading and its colon.
        colon = end
        while colon < last and colon < end + 8 and (words[colon] in "()-/#" or words[colon][0].isdigit()):
            colon += 1
        if colon < last and words[colon] == ":":
            return role, colon + 1
        if end == last and size and len(words[at]) > 2:
            return role, end
    return None
