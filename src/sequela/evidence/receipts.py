"""What became of the records of a file that was added to a library."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sequela.evidence.formats import Refused


@dataclass
class Receipt:
    """What became of the records of one file: read = added + merged + unchanged + refused."""

    file: str
    format: str
    added: list[str] = field(default_factory=list)
    """Keys of works that are new, one for each record."""
    merged: list[str] = field(default_factory=list)
    """Keys of works that were there and now have one more source."""
    unchanged: list[str] = field(default_factory=list)
    """Keys of works of which this very record was there."""
    joined: list[tuple[str, str]] = field(default_factory=list)
    """(key that was, key that is): two works that a record showed to be one."""
    refused: list[Refused] = field(default_factory=list)

    @property
    def read(self) -> int:
        """How many records the file holds."""
        return len(self.added) + len(self.merged) + len(self.unchanged) + len(self.refused)

    def as_json(self) -> dict[str, Any]:
        """Return the receipt for a program."""
        return {
            "file": self.file,
            "format": self.format,
            "read": self.read,
            "added": self.added,
            "merged": self.merged,
            "unchanged": self.unchanged,
            "joined": [{"key": was, "now": now} for was, now in self.joined],
            "refused": [{"where": one.where, "why": one.why} for one in self.refused],
        }
