"""The receipt: what became of every candidate fact of a reading, so that nothing is lost in silence.

A candidate fact is one thing a source says that could have become a fact: an Observation's value (each component for
itself), a Condition, a Procedure, a row of a table. A file or line that is no FHIR at all counts as one, rejected.
A receipt holds counts and reasons, never a patient's data.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal, TypedDict

Category = Literal["used", "duplicate", "superseded", "irrelevant", "dropped", "rejected"]
CATEGORIES: tuple[Category, ...] = ("used", "duplicate", "superseded", "irrelevant", "dropped", "rejected")
"""What can become of a candidate fact; read = their sum.

`used`: in a course. `duplicate`: the same version again, or the same value at the same time under another identifier.
`superseded`: an earlier version of a fact. `irrelevant`: understood, but not about what we follow. `dropped`: about it,
but not usable. `rejected`: not understood.
"""


class ReasonCount(TypedDict):
    """How often one reason led to one category."""

    reason: str
    category: str
    count: int


class NoteCount(TypedDict):
    """How often something worth knowing was met that decides no fact's fate."""

    note: str
    count: int


class FileReason(TypedDict):
    """A file that could not be read, and why."""

    file: str
    reason: str


class ReceiptJson(TypedDict):
    """The receipt as the contract writes it."""

    read: int
    used: int
    duplicate: int
    superseded: int
    irrelevant: int
    dropped: int
    rejected: int
    reasons: list[ReasonCount]
    notes: list[NoteCount]
    files: int
    rejected_files: list[FileReason]


@dataclass(slots=True)
class Receipt:
    """Counts that grow while sources are read; `files` were readable, `rejected_files` were not.

    `expected` are the courses that a source has announced before it yields them; only who shows progress looks at it.
    """

    read: int = 0
    used: int = 0
    duplicate: int = 0
    superseded: int = 0
    irrelevant: int = 0
    dropped: int = 0
    rejected: int = 0
    reasons: Counter[tuple[Category, str]] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    files: int = 0
    expected: int = 0
    rejected_files: list[tuple[str, str]] = field(default_factory=list)

    def candidates(self, number: int = 1) -> None:
        """Count candidate facts as read; what becomes of each is said later by `settle`."""
        self.read += number

    def settle(self, category: Category, reason: str = "", number: int = 1) -> None:
        """Say what became of candidates that were read."""
        setattr(self, category, getattr(self, category) + number)
        if reason and number:
            self.reasons[category, reason] += number

    def count(self, category: Category, reason: str = "", number: int = 1) -> None:
        """Count candidates as read and say at once what became of them."""
        self.read += number
        self.settle(category, reason, number)

    def note(self, note: str, number: int = 1) -> None:
        """Count something worth knowing that decides no fact's fate."""
        if number:
            self.notes[note] += number

    def reject_file(self, name: str, reason: str) -> None:
        """Count a file that cannot be read: one candidate, rejected, the file named."""
        self.count("rejected", reason)
        self.rejected_files.append((name, reason))

    def check(self) -> None:
        """Refuse a receipt whose parts are not its whole: a fact was lost, which is a mistake of ours."""
        total = sum(getattr(self, category) for category in CATEGORIES)
        if self.read != total:
            raise AssertionError(f"the receipt does not add up: read {self.read}, accounted for {total}")

    def as_json(self) -> ReceiptJson:
        """The receipt in the words of the contract; reasons in order of category, then count."""
        order = {category: place for place, category in enumerate(CATEGORIES)}
        return {
            "read": self.read,
            "used": self.used,
            "duplicate": self.duplicate,
            "superseded": self.superseded,
            "irrelevant": self.irrelevant,
            "dropped": self.dropped,
            "rejected": self.rejected,
            "reasons": [
                {"reason": reason, "category": category, "count": count}
                for (category, reason), count in sorted(
                    self.reasons.items(), key=lambda item: (order[item[0][0]], -item[1], item[0][1])
                )
            ],
            "notes": [{"note": note, "count": count} for note, count in sorted(self.notes.items())],
            "files": self.files,
            "rejected_files": [{"file": name, "reason": reason} for name, reason in sorted(self.rejected_files)],
        }
