"""Words as they are compared in search: one form for accents, spellings and hyphens, each word still one word.

A folded word stands for exactly one word of the text, so that what is found in folded text can be shown in the text
as it was written.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
"""A word: letters and figures; an apostrophe within it is part of it."""

# British, American and older spellings of one word; each rule is written for the ends and roots that medicine uses, so
# that "aerodynamic", "hour" and "does" stay what they are.
_SPELLINGS: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(pattern), told)
    for pattern, told in (
        (r"(?<=\w{3})is(e|es|ed|ing|er|ers|ation|ations|ational)$", r"iz\1"),
        (r"(?<=\w{3})ys(e|es|ed|ing)$", r"yz\1"),
        (r"(?<=\w{3})our(s|ed|ing|able|al|less)?$", r"or\1"),
        (r"(?<=\w{2}[tb])re(s)?$", r"er\1"),
        (r"ae(?=m(?:at|or|o|i|an|ost))", "e"),
        (r"^(c|f|p|orthop|gyn)ae(?=[cdk])", r"\1e"),
        (r"^oe(?=dem|soph|str)", "e"),
        (r"^(f|c)oe(?=[tl])", r"\1e"),
        (r"(?<=\w{3})rrh?oea", "rrhea"),
        (r"noea", "nea"),
        (r"sulph", "sulf"),
        (r"(?<=\w{3})ogue(s)?$", r"og\1"),
    )
)


def words(text: str) -> Iterator[re.Match[str]]:
    """Yield the words of a text as they are written, with their places."""
    return WORD.finditer(text)


@lru_cache(maxsize=1 << 16)
def folded_word(word: str) -> str:
    """Return one word as it is compared: lower case, without accents or apostrophe, in one spelling."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).split("'")[0]
    for pattern, told in _SPELLINGS:
        plain = pattern.sub(told, plain)
    # What compatibility forms or odd letters leave must still be one word.
    return "".join(found[0] for found in re.finditer(r"[^\W_]+", plain)) or "0"


def folded_words(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are compared, one for each word of it."""
    return tuple(map(folded_word, WORD.findall(text)))


@lru_cache(maxsize=1 << 16)
def root(word: str) -> str:
    """Return a folded word without the end that tells number or, in Spanish, gender: "abscesos", "absceso"."""
    return _ENDING.sub("", word)


_ENDING = re.compile(r"(?<=\w{3})(?:[aeo]s|(?<!s)s|[aeo])$")


def joined(text: str) -> tuple[str, ...]:
    """Return the words of a text that hyphens part, each as one: "transarterial" for "trans-arterial"."""
    return tuple("".join(folded_words(found)) for found in _HYPHENATED.findall(text))


_HYPHENATED = re.compile(r"(?<![\w-])[^\W\d_]{2,}(?:[-‐‑][^\W_]{2,}){1,2}(?![\w-])")  # noqa: RUF001 - hyphens as printed


def compounds(pair: tuple[str, str]) -> str:
    """Return two words as one where the first is a prefix that is also written with its word; else nothing."""
    return "".join(pair) if pair[0] in _lists()["prefixes"] and len(pair[1]) > 2 else ""


def apart(word: str) -> tuple[str, ...]:
    """Return a folded word in the parts that a hyphen may part: ("trans", "arterial"); else the word alone."""
    longest = max((one for one in _lists()["prefixes"] if word.startswith(one)), key=len, default="")
    return (longest, word[len(longest) :]) if len(longest) > 2 and len(word) > len(longest) + 3 else (word,)


def spanish(texts: Sequence[str]) -> tuple[str, ...]:
    """Return folded words by their Spanish stems, so that one finds "tumores hepáticos" with "tumor hepático"."""
    return tuple(map(_stem, texts))


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("spanish")


def is_stop(word: str) -> bool:
    """Return whether a folded word tells nothing of what is looked for, in English or Spanish."""
    return word in _lists()["stop"]


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    told = tomllib.loads(files(__package__).joinpath("data", "words.toml").read_text(encoding="utf-8"))
    return {name: frozenset(word for text in texts.values() for word in text.split()) for name, texts in told.items()}
