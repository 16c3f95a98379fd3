"""What commands share: the options that choose a shelf, and names that were nearly right."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sequela.errors import UnknownName

if TYPE_CHECKING:
    from sequela.logic.shelf import Shelf

Overlay = Annotated[Path | None, typer.Option("--criteria", metavar="SITE.TOML", help="A site's numbers and choices.")]
PesDefinition = Annotated[
    str | None, typer.Option("--pes", metavar="NAME", help="Which published definition of the syndrome to use.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def shelf_of(overlay: Path | None, pes: str | None) -> Shelf:
    """Return the shelf as shipped, with a site's overlay and another definition of the syndrome where given."""
    from dataclasses import replace

    from sequela.criteria import PES_DEFINITIONS, shelf
    from sequela.criteria.loading import Overlay as Site
    from sequela.criteria.loading import read_overlay

    if pes is None:
        return shelf(overlay)
    if pes not in PES_DEFINITIONS:
        raise UnknownName("no such definition", where=f"--pes {pes}", hint=f"Choose {', '.join(PES_DEFINITIONS)}")
    site = Site(name="--pes") if overlay is None else read_overlay(overlay)
    return shelf(replace(site, choices={**site.choices, "post-embolization-syndrome": pes}))


def near(name: str, among: Iterable[str], listing: str) -> str:
    """Return a hint: the names that are nearest to one that nobody knows, and where all of them are listed."""
    from difflib import get_close_matches

    by_case = {key.casefold(): key for key in among}
    found = [by_case[key] for key in get_close_matches(name.casefold(), by_case, n=3, cutoff=0.5)]
    return f"Did you mean {' or '.join(found)}? `{listing}` lists all" if found else f"`{listing}` lists all"
