"""The manual of the criteria, as `sequela criteria --all` writes it."""

from __future__ import annotations

from collections.abc import Iterator

from sequela.account import handbook
from sequela.criteria import shelf


def pages() -> Iterator[tuple[str, str]]:
    """Every page of the manual, of the shelf as shipped."""
    yield from handbook.pages(shelf())
