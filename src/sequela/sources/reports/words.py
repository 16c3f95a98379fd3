"""A report's text into words, sentences and sections, each word with its place; nothing is ever logged.

Words are compared in lower case and without accents. A letter keeps its place, so that a span leads back to the text.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)+|[a-z0-9]+|\n[\s]*|[^\s]")
_HYPHEN = re.compile(r"(?<=[a-z]{3})(?<!vii)(?<!iii)-(?=[a-z])")
_KEPT = dict(zip("\u2013\u2014\u2212\u2010\u2011\u2019\u2018\u00b4\r\u00d7\u2026", "-----''' x.", strict=True))
WRAPPED = 55
"""Characters after which a line that ends without a full stop is taken to run on in the next."""


class _Plain(dict[int, str]):
    """Each character's plain form, worked out when it is first met; always one character."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if letter in _KEPT:
            bare = _KEPT[letter]
        else:
            bare = unicodedata.normalize("NFKD", letter)[:1].lower()[:1] or " "
            if unicodedata.combining(bare):
                bare = "\N{COMBINING ACUTE ACCENT}"
        if len(self) < 5000:
            self[code] = bare
        return bare


_plain = _Plain()


def plain(text: str) -> str:
    """The text in lower case and without accents, character for character; hyphens within words become blanks."""
    bare = text.lower() if text.isascii() else text.translate(_plain)
    return _HYPHEN.sub(" ", bare) if "-" in bare else bare


def words_of(text: str) -> tuple[str, ...]:
    """The words of a plain text."""
    return tuple(_TOKEN.findall(text))


class Words(NamedTuple):
    """A text as words, and where each begins in it."""

    words: list[str]
    starts: list[int]


def read_words(text: str) -> Words:
    """The words of a text with their places; accents written as signs of their own are laid aside."""
    bare = plain(text)
    places: list[int] | None = None
    if "\N{COMBINING ACUTE ACCENT}" in bare:
        places = [at for at, letter in enumerate(bare) if letter != "\N{COMBINING ACUTE ACCENT}"]
        bare = "".join(bare[at] for at in places)
    words, starts = [], []
    for match in _TOKEN.finditer(bare):
        word = match[0]
        words.append(("\n\n" if word.count("\n") > 1 else "\n") if word[0] == "\n" else word)
        starts.append(match.start())
    return Words(words, starts if places is None else [places[at] for at in starts])


class Sentence(NamedTuple):
    """One sentence: its words and their places, the section it stands in, and that section's rank.

    `rank` is 0 in a preliminary report, 1 as a rule, 2 in an addendum or a final report, which override. `fresh` says
    that a heading or an empty line stands before it.
    """

    words: list[str]
    starts: list[int]
    role: str
    rank: int
    fresh: bool
