"""The works that a page cites, numbered in the order in which they are first cited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sequela.evidence import Work, works


@dataclass
class Sources:
    """The works cited so far."""

    keys: list[str] = field(default_factory=list)

    def marks(self, cites: Sequence[str]) -> str:
        """The numbers of some works, as they stand behind a sentence."""
        self.keys += [key for key in dict.fromkeys(cites) if key not in self.keys]
        numbers = sorted(self.keys.index(key) + 1 for key in set(cites))
        return f" [{', '.join(map(str, numbers))}]" if numbers else ""

    def lines(self, width: int) -> list[str]:
        """Each work with its number, in one line."""
        return [f"{number} {short(key, width - 3)}" for number, key in enumerate(self.keys, 1)]


def short(key: str, width: int) -> str:
    """Return a work as who, when, and where to find it, in one line; the whole record is in the library."""
    work = works().get(key)
    if work is None:
        return key
    text = f"{who(work)} {work.year}, "
    if work.doi:
        text += f"doi:{work.doi}"
    elif work.pmid or work.pmcid:
        text += f"PMID {work.pmid}" if work.pmid else work.pmcid
    else:
        text += work.title
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def who(work: Work) -> str:
    """Return the first author, or the body that published it."""
    names = [author.short for author in work.authors] + list(work.corporate_authors)
    if not names:
        return work.container_title or work.publisher or work.title
    return names[0] + (" et al" if len(names) > 1 or work.authors_incomplete else "")
