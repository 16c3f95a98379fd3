"""What the pages say, in each of their languages: texts by key, numbers and dates as its readers write them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from sequela.errors import UserError
from sequela.evidence import languages
from sequela.evidence.works import UNDATED, Work

LANGUAGES = ("en", "es")
"""The languages of the pages; the first says what another has no words for."""
NARROW_BLANK = "\u202f"
"""A narrow blank at which no line is broken: between thousands in Spanish."""

# None of these is a word of Spanish, French, German, Italian or Portuguese.
_ENGLISH = frozenset({"the", "of", "and", "with", "after", "by", "from"})
_ENGLISH_SHARE = 0.05
_OTHER_SCRIPTS = frozenset({"ara", "chi", "gre", "heb", "jpn", "kor", "per", "rus"})


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of one language."""

    language: str
    texts: Mapping[str, str]

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the text of a key, with what stands in braces filled in."""
        return self.texts[key].format(**values)

    def named(self, group: str, key: str) -> str:
        """Return what a key of ours is called; one without a name reads as itself."""
        return self.texts.get(f"{group}.{key}", key.replace("-", " "))

    def knows(self, group: str, key: str) -> bool:
        """Whether a key of ours has a name."""
        return f"{group}.{key}" in self.texts

    def count(self, key: str, number: int) -> str:
        """Return how many there are of something: "1 record", "194 records"."""
        return self(f"{key}.{'one' if number == 1 else 'many'}", count=self.number(number))

    def number(self, number: int) -> str:
        """Return a whole number with its thousands apart; Spanish keeps four figures together."""
        if self.language == "es":
            return str(number) if abs(number) < 10_000 else f"{number:,}".replace(",", NARROW_BLANK)
        return f"{number:,}"

    def decimal(self, text: str) -> str:
        """Return a decimal number with the sign that its readers put before the decimals."""
        return text.replace(".", ",") if self.language == "es" else text

    def date(self, issued: str) -> str:
        """Return a date, which may be only a year or a month of one, as it is said."""
        if issued == UNDATED:
            return self("list.no_year")
        year, *rest = issued.split("-")
        if not rest or not self.knows("month", rest[0]):
            return year
        month = self(f"month.{rest[0]}")
        if len(rest) == 1:
            return self("date.month", month=month, year=year)
        return self("date.day", day=rest[1].lstrip("0"), month=month, year=year)

    def year(self, work: Work) -> str:
        """Return the year of a work, or that it has none."""
        return self("list.no_year") if work.issued == UNDATED else work.year


@cache
def wording(language: str) -> Wording:
    """Return the texts of a language; what it lacks is said in the first of LANGUAGES.

    Raises
    ------
    UserError
        When there are none.
    """
    if language not in LANGUAGES:
        raise UserError(f"no page is written in {language!r}", where="language", hint=f"Choose {', '.join(LANGUAGES)}")
    return Wording(language, catalogue(LANGUAGES[0]) | catalogue(language))


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return the texts of one language alone, by `table.key`."""
    tables = tomllib.loads(files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8"))
    return {f"{table}.{key}": text for table, texts in tables.items() for key, text in texts.items()}


def tag(text: str, language: str) -> str:
    """Return the tag of the language that a text of a work is in, where the work is in `language`; empty if unknown.

    Titles and abstracts of works in other languages are often English: PubMed and publishers translate them.
    """
    stated = languages.tag(language)
    if stated == "en":
        return "en"
    words = text.casefold().split()
    if words and sum(word in _ENGLISH for word in words) / len(words) >= _ENGLISH_SHARE:
        return "en"
    return "en" if language in _OTHER_SCRIPTS and text.isascii() else stated
