"""The words of supply: grades, strata, gaps, notes and vessels, as `grades.toml` has them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from sequela.logic.display import joined


@cache
def table() -> dict[str, Any]:
    """Return the whole table."""
    return tomllib.loads(files(__package__).joinpath("grades.toml").read_text(encoding="utf-8"))


def missing_words(keys: tuple[str, ...], lang: str = "en") -> str:
    """Return what is missing, in words."""
    return joined([table()["missing"][key][lang] for key in keys], "y" if lang == "es" else "and")


def vessel_name(vessel: str, lang: str = "en") -> str:
    """Return a portal vessel in words: "the right posterior portal vein", "the portal branch to VII"."""
    names = table()["vessels"]
    if vessel in names:
        return str(names[vessel][lang])
    return f"{names['branch'][lang]} {vessel.removeprefix('portal-')}"
