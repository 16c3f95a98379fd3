"""Names of languages against their code of ISO 639-2/B, the one that libraries and PubMed write."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files


@cache
def _languages() -> dict[str, dict[str, str]]:
    return tomllib.loads(files(__package__).joinpath("data", "languages.toml").read_text(encoding="utf-8"))


@cache
def _codes() -> dict[str, str]:
    known = {}
    for code, names in _languages().items():
        for name in (code, *names.values()):
            known[name.casefold()] = code
    return known


def code(text: str) -> str:
    """Return the code of a language given by a code, tag ("es-MX") or name, in English, Spanish or its own; a text
    that none knows comes back as it is.
    """
    plain = text.strip()
    known = _codes()
    return known.get(plain.casefold()) or known.get(re.split("[-_]", plain.casefold())[0]) or plain


def name(language: str, reader: str = "en") -> str:
    """Return what a language is called in the reader's (`en`, `es`); a code that is not known comes back."""
    return _languages().get(language, {}).get(reader, language)


def tag(language: str) -> str:
    """Return the tag that a page's `lang` takes ("en" for eng); empty where there is none."""
    return _languages().get(language, {}).get("tag", "")
