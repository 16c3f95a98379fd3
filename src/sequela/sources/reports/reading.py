"""One report, sentence by sentence: heads, what they mean, what is said of them, and where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from sequela.sources.reports import cultures, meaning
from sequela.sources.reports.judging import ABSENT, EXPECTED, HISTORICAL, PRESENT, UNCERTAIN, judge
from sequela.sources.reports.lexicon import NO_ROLES, Lexicon, Mark
from sequela.sources.reports.meaning import Spoken, has
from sequela.sources.reports.places import Place, places_in
from sequela.sources.reports.words import Sentence

SILENT = frozenset({"technique", "advice"})
ASKED = frozenset({"request"})
WALL_LIMIT = 3.0
"""Millimetres of a gallbladder's wall that is not thickened."""
_MEASURE = re.compile(r"\d{1,2}(?:[.,]\d)?")
_BLANK = re.compile(r"\[(?![xX]\])[^\]]*\]|_{3,}|\{[^}]*\}|<[^>]*>")
CULTURED = frozenset({"culture", "cultures", "cultivo", "cultivos", "hemocultivo", "hemocultivos", "bilicultivo"})
VASCULAR = frozenset({"portal-vein-thrombosis", "arterioportal-shunt"})
IMAGED = frozenset(
    {
        "ct", "us", "mri", "mr", "doppler", "ultrasound", "tc", "tac", "rm", "eco", "ecografia", "enhancement",
        "realce",
        "segment", "segments", "segmento", "segmentos", "catheter", "cateter", "imaging", "scan", "hu", "portal",
    }
)  # fmt: skip
"""Words that a culture's report does not use."""


class Entry(NamedTuple):
    """One statement of a report: what, its status, where; the section's rank and whether it is the conclusion's."""

    finding: str
    status: str
    segments: tuple[str, ...]
    branches: tuple[str, ...]
    organism: str | None
    start: int
    end: int
    rank: int
    role: str
    new: bool = False
    level: str = ""


class Reader:
    """What is remembered from one sentence to the next: the vessel, duct or organ spoken of, and if a culture is."""

    def __init__(self, text: str, words: Sequence[str], lexicon: Lexicon, modality: str | None) -> None:
        self.text, self.lexicon = text, lexicon
        self.modality = (modality or "").casefold()
        self.culture = self.modality.startswith(("micro", "lab", "cult")) or not CULTURED.isdisjoint(words)
        self.spoken = Spoken()

    def read(self, sentence: Sentence) -> list[Entry]:
        """What one sentence says."""
        words, lexicon = sentence.words, self.lexicon
        if sentence.fresh:
            self.spoken = Spoken()
        marks = lexicon.scan(words)
        heads = [mark.roles.is_head for mark in marks]
        found: list[Entry] = []
        if sentence.role in SILENT or not marks or self._unfilled(sentence):
            self._remember(marks)
            return found
        asked = self._asked(sentence)
        if any(heads):
            goes_on = self.spoken.vessels == {"portal"}
            places = places_in(self.text, words, sentence.starts, marks, lexicon, goes_on=goes_on)
            numbered = [Mark(place.start, place.end, NO_ROLES) for place in places]
            for at, head in enumerate(heads):
                said = meaning.meant(words, marks, at, numbered, self.spoken, lexicon) if head else ()
                if said:
                    found += self._entries(sentence, marks, heads, at, said, places, asked)
        if any("gallbladder" in mark.roles.places for mark in marks):
            found += self._wall(sentence, marks, heads)
        if any(mark.roles.cultural for mark in marks):
            found = self._cultures(sentence, marks, heads, asked) + found
        found = [entry for entry in found if not _reserved(entry, found)]
        self._remember(marks)
        if any(entry.finding == "parenchymal-necrosis" for entry in found):
            self.spoken.necrosis = True
        return found

    def _unfilled(self, sentence: Sentence) -> bool:
        """Whether a sentence is a template's that nobody has filled in."""
        if not any(sign in sentence.words for sign in "[_{<"):
            return False
        return _BLANK.search(self.text, sentence.starts[0], sentence.starts[-1] + 1) is not None

    def of_culture(self, words: Sequence[str], entries: Sequence[Entry]) -> bool:
        """Whether the whole report is a culture's: its specimen and request name no finding of an image."""
        if self.modality:
            return self.modality.startswith(("micro", "lab", "cult"))
        cultured = any(entry.finding.startswith("culture-") for entry in entries)
        return cultured and not IMAGED.intersection(words)

    # -- entries ---------------------------------------------------------------------------------------------------

    def _entries(
        self,
        sentence: Sentence,
        marks: Sequence[Mark],
        heads: Sequence[bool],
        at: int,
        meant: Sequence[tuple[str, bool]],
        places: Sequence[Place],
        asked: str,
    ) -> list[Entry]:
        words = sentence.words
        status, new = judge(words, marks, heads, at, self.lexicon)
        status = self._in_section(status, sentence, asked)
        if status is None:
            return []
        head = marks[at]
        found: list[Entry] = []
        if status == ABSENT:
            # "Infarct of segment VI, no abscess": a denial behind a comma takes no place from before it.
            fence = _denied_from(words, marks, at)
            places = [place for place in places if place.start >= fence]
        segments, branches = self._sites(words, marks, heads, at, places)
        level = self._level(words, marks, head) if meant[0][0] == "bile-duct-dilatation" else ""
        for finding, opposite in meant:
            said = _turned(finding, status, opposite)
            if said is None:
                continue
            found.append(
                Entry(
                    finding,
                    said,
                    segments,
                    branches,
                    None,
                    sentence.starts[head.start],
                    sentence.starts[head.end - 1] + len(words[head.end - 1]),
                    sentence.rank,
                    sentence.role,
                    new,
                    level,
                )
            )
        return found

    def _asked(self, sentence: Sentence) -> str:
        """What a question mark or a bare "rule out" makes of a sentence: `asked`, `doubted` or nothing."""
        words = sentence.words
        if "?" not in words and "¿" not in words and "r" not in words and "rule" not in words:
            return ""
        question = words[-1] == "?" or "¿" in words
        ruled = (
            tuple(words[:3]) == ("r", "/", "o")
            or words[:2] == ["rule", "out"]
            or ("r" in words and _holds(words, ("r", "/", "o")))
            or _holds(words, ("rule", "out"))
        )
        if not question and not ruled:
            return ""
        if sentence.role in ("findings", "impression"):
            return "doubted"
        groups = self.lexicon.groups
        clinical = any(word in groups["words"] for word in words)
        if question:
            if "¿" in words or words[0] in groups["asks"] or clinical:
                return "asked"
            return "doubted" if len(words) > 5 else "asked"
        return "asked" if clinical else "doubted"

    def _in_section(self, status: str | None, sentence: Sentence, asked: str) -> str | None:
        """The status as the section lets it stand: a request asks, a history tells of the past."""
        if asked == "asked":
            return HISTORICAL if status == HISTORICAL else None
        if sentence.role in ASKED:
            return HISTORICAL if status == HISTORICAL else None
        if sentence.role == "history":
            return HISTORICAL if status in (PRESENT, HISTORICAL) else None
        if asked == "doubted" and status == PRESENT:
            return UNCERTAIN
        return status

    def _sites(
        self, words: Sequence[str], marks: Sequence[Mark], heads: Sequence[bool], at: int, places: Sequence[Place]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The segments and branches that are a head's: those of its clause, each given to the nearest head."""
        if not places:
            return (), ()
        head = marks[at]
        cuts = [mark.start for mark in marks if "but" in mark.roles]
        low = max((cut for cut in cuts if cut < head.start), default=-1)
        high = min((cut for cut in cuts if cut >= head.end), default=len(words))
        inside = [place for place in places if low < place.start < high]
        if not inside:
            return (), ()
        inside = [place for place in inside if not _away(marks, place, head)]
        others = [mark for i, mark in enumerate(marks) if heads[i] and i != at and low < mark.start < high]
        own: list[Place] = []
        for place in inside:
            with_ = self._listed_with(words, place, inside)
            here = _gap(words, head, with_ if head.start >= with_.end else place)
            rival = min(
                (_gap(words, other, with_ if other.start >= with_.end else place) for other in others), default=99.0
            )
            shared = len(inside) == 1 and not self._another_statement(words, head, place)
            if shared and here > rival:
                # A vessel's branch is not where tissue died, nor a segment where a clot is said to be.
                nearest = min(others, key=lambda other: _gap(words, other, place))
                shared = _vascular(nearest) == _vascular(head)
            if here <= rival or shared:
                own.append(place)
        if not own:
            # All sites are nearer to others: what stands without one of its own shares the nearest.
            return (), ()
        segments = tuple(dict.fromkeys(segment for place in own for segment in place.segments))
        branches = tuple(dict.fromkeys(branch for place in own for branch in place.branches))
        order = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")
        return tuple(sorted(segments, key=order.index)), branches

    def _listed_with(self, words: Sequence[str], place: Place, places: Sequence[Place]) -> Place:
        """The site with which one behind a comma is named: "VPD thrombosed, VPI and main portal vein patent"."""
        if place.start == 0 or words[place.start - 1] != ",":
            return place
        for other in places:
            gap = words[place.end : other.start]
            if other.start > place.end and len(gap) == 1 and gap[0] in self.lexicon.groups["and"]:
                return other
        return place

    def _another_statement(self, words: Sequence[str], head: Mark, place: Place) -> bool:
        """Whether a site behind a comma stands in a statement of its own: "..., and segment VI is infarcted"."""
        gap = words[head.end : place.start]
        return "," in gap and any(word in self.lexicon.groups["states"] for word in words[place.end : place.end + 2])

    def _level(self, words: Sequence[str], marks: Sequence[Mark], head: Mark) -> str:
        levels = [mark for mark in marks if "level" in mark.roles]
        nearest = meaning.nearest(words, head, levels)
        return nearest.roles["level"] if nearest is not None else ""

    def _wall(self, sentence: Sentence, marks: Sequence[Mark], heads: Sequence[bool]) -> list[Entry]:
        """The thickness of a gallbladder's wall that is given as a number alone."""
        words = sentence.words
        if any(mark.roles.head in ("thick", "thin") for mark in marks):
            return []
        if not any(word in ("wall", "pared", "parietal", "paredes") for word in words):
            return []
        if self._in_section(PRESENT, sentence, "") != PRESENT:
            return []
        for at, word in enumerate(words[:-1]):
            if _MEASURE.fullmatch(word) and words[at + 1] == "mm":
                thick = float(word.replace(",", ".")) > WALL_LIMIT
                place = sentence.starts[at]
                return [
                    Entry(
                        "gallbladder-wall-thickening",
                        PRESENT if thick else ABSENT,
                        (),
                        (),
                        None,
                        place,
                        place + len(word),
                        sentence.rank,
                        sentence.role,
                    )
                ]
        return []

    def _cultures(self, sentence: Sentence, marks: Sequence[Mark], heads: Sequence[bool], asked: str) -> list[Entry]:
        kinds = {name for mark in marks for name in mark.roles if name.startswith("culture:")}
        if "culture:specimen" in kinds:
            self.culture = True
        if self._in_section(PRESENT, sentence, asked) != PRESENT:
            return []
        as_heads = [
            head or "organism" in mark.roles or "culture:none" in mark.roles
            for mark, head in zip(marks, heads, strict=True)
        ]
        judged = [
            judge(sentence.words, marks, as_heads, at, self.lexicon)[0] if "organism" in mark.roles else PRESENT
            for at, mark in enumerate(marks)
        ]
        found = cultures.grown_in(sentence.words, marks, [status == ABSENT for status in judged], self.culture)
        entries = []
        for finding, status, organism, mark in found:
            if judged[marks.index(mark)] is None:
                continue
            entries.append(
                Entry(
                    finding,
                    status,
                    (),
                    (),
                    organism,
                    sentence.starts[mark.start],
                    sentence.starts[mark.end - 1] + len(sentence.words[mark.end - 1]),
                    sentence.rank,
                    sentence.role,
                )
            )
        return entries

    def _remember(self, marks: Sequence[Mark]) -> None:
        """Keep what the sentence spoke of for a next one that says only "no thrombosis"."""
        for mark in marks:
            if mark.roles.vascular:
                for vessel in ("vessel", "artery", "portal"):
                    if has(mark, vessel):
                        self.spoken.vessels = frozenset({vessel})
                for organ in ("gallbladder", "bile"):
                    if has(mark, organ):
                        self.spoken.organ = organ


def _reserved(denied: Entry, entries: Sequence[Entry]) -> bool:
    """Whether the rest of a sentence leaves open what it denies: "no thrombosis, though a thrombus is not excluded"."""
    return denied.status == ABSENT and any(
        later.finding == denied.finding
        and later.status == UNCERTAIN
        and later.start > denied.start
        and not (later.segments or later.branches)
        for later in entries
    )


def _vascular(head: Mark) -> bool:
    """Whether a head is said of vessels, not of tissue."""
    return head.roles.head in ("clot", "closed", "patent") or head.roles.get("term") in VASCULAR


def _away(marks: Sequence[Mark], place: Place, head: Mark) -> bool:
    """Whether a site is named only to say that a finding does not reach it."""
    return any("away" in mark.roles and 0 <= place.start - mark.end <= 2 and head.end <= mark.start for mark in marks)


def _denied_from(words: Sequence[str], marks: Sequence[Mark], at: int) -> int:
    """Where the denial of a head begins, if it stands right behind a comma; -1 where it does not."""
    for mark in reversed(marks[:at]):
        if "absent" in mark.roles or "absent-new" in mark.roles:
            return mark.start if mark.start and words[mark.start - 1] == "," else -1
    return -1


def _gap(words: Sequence[str], head: Mark, place: Place) -> float:
    """How far a site is from a head, in words; a comma counts three, a link less."""
    if place.start >= head.end:
        gap = words[head.end : place.start]
    elif place.end <= head.start:
        gap = words[place.end : head.start]
    else:
        return 0.0
    with_ = gap.count("with") + gap.count("con") + 0.5 * (gap.count("and") + gap.count("y"))
    return len(gap) + 3 * gap.count(",") + 4 * with_ + 0.1 * (place.end <= head.start)


def _turned(finding: str, status: str, opposite: bool) -> str | None:
    """What a status says of a finding where the word says the opposite of it; None where it says nothing."""
    if finding == "portal-vein-patent" and opposite:
        return {PRESENT: ABSENT, UNCERTAIN: UNCERTAIN}.get(status)
    if not opposite:
        return None if finding == "portal-vein-patent" and status in (HISTORICAL, EXPECTED) else status
    return {PRESENT: ABSENT, UNCERTAIN: UNCERTAIN, EXPECTED: ABSENT}.get(status)


def _holds(words: Sequence[str], phrase: tuple[str, ...]) -> bool:
    size = len(phrase)
    return any(tuple(words[at : at + size]) == phrase for at in range(len(words) - size + 1))
