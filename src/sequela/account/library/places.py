"""Where each page and file of the library stands, and which foreign addresses may be a link."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

_KEY = re.compile(r"\w[\w.-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Places:
    """The addresses of a library whose pages lie below `root`: "../" from a page of a language, or "/evidence/"."""

    root: str = ""

    def style(self) -> str:
        """Return where the look of every page stands."""
        return f"{self.root}library.css"

    def page(self, language: str, path: str) -> str:
        """Return where a page stands, by its path below the folder of its language."""
        return f"{self.root}{language}/{path}"

    def record(self, language: str, key: str) -> str:
        """Return where the record page of a work stands."""
        return self.page(language, record_path(key))

    def facet(self, language: str, facet: str, value: str = "") -> str:
        """Return where the list of one value of a facet stands, or of all its values."""
        return self.page(language, facet_path(facet, value))

    def export(self, path: str) -> str:
        """Return where a file of `export_path` stands."""
        return f"{self.root}{path}"


def record_path(key: str) -> str:
    """Return the path of a work's page below the folder of its language."""
    return f"record/{key}.html"


def facet_path(facet: str, value: str = "") -> str:
    """Return the path of the list of one value of a facet, or of all its values, below the folder of a language."""
    return f"{facet}/{slug(value) if value else 'index'}.html"


def export_path(key: str, form: str, suffix: str) -> str:
    """Return the path of a work's record as a file of one format; one file serves all languages."""
    return f"export/{form}/{key}.{suffix.lstrip('.')}"


def numbered(path: str, page: int) -> str:
    """Return the path of one page of a long list: the first has no number."""
    return path if page == 1 else f"{path.removesuffix('.html')}.{page}.html"


def slug(value: str) -> str:
    """Return a value as part of an address: small letters of ASCII, figures and hyphens; never empty, never "index"."""
    plain = unicodedata.normalize("NFKD", value.casefold()).encode("ascii", "ignore").decode()
    made = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if made and made != "index" and len(made) <= 100:
        return made
    # Letters of another script, or a value as long as a paragraph: the same value has the same number everywhere.
    return f"x-{hashlib.sha256(value.casefold().encode()).hexdigest()[:12]}"


def fit(key: str) -> bool:
    """Whether a work's key can be the name of a file, on any system."""
    return bool(_KEY.fullmatch(key)) and len(key) <= 120


def link(address: str) -> str:
    """Return an address that may be followed; empty where it is none of the web, or holds a sign that none may."""
    if not address.isprintable() or any(sign in address for sign in ' <>"\\`'):
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in ("http", "https") and parts.hostname else ""
