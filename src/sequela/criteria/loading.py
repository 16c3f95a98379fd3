"""Reads parameters and site overlays from TOML: exact numbers, complete provenance, no unknown key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import Any

from sequela.course.episodes import ProcedureKind
from sequela.errors import CriteriaError
from sequela.evidence import works
from sequela.logic.shelf import Band, Basis, ParameterValue

_FIELDS = {"value", "bands", "unit", "from", "basis", "cites", "note", "by_procedure"}
_SITE_FIELDS = {"value", "bands", "unit", "from", "note", "by_procedure", "cites"}


@dataclass(frozen=True)
class Overlay:
    """A site's changes: other numbers for some parameters, and which of the published definitions it uses."""

    name: str
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)


def read_parameters(path: Path, topic: str) -> dict[str, ParameterValue]:
    """Return the parameters of one topic's TOML file; every one has value, unit, valid-from, basis and citations."""
    parameters = {}
    for key, entry in _toml(path).items():
        where = f"{path.name} of {topic}, parameter {key}"
        unknown = entry.keys() - _FIELDS
        if unknown:
            raise CriteriaError(f"unknown field {sorted(unknown)[0]!r}", where=where)
        for needed in ("unit", "from", "basis", "cites"):
            if needed not in entry:
                raise CriteriaError(f"no {needed}", where=where, hint="Every clinical number says where it comes from")
        if ("value" in entry) is ("bands" in entry):
            raise CriteriaError("needs a value or bands, not both", where=where)
        parameters[key] = ParameterValue(
            key=key,
            unit=entry["unit"],
            valid_from=_date(entry["from"], where),
            basis=Basis(entry["basis"]),
            cites=tuple(entry["cites"]),
            value=_number(entry["value"], where) if "value" in entry else None,
            bands=_bands(entry.get("bands", []), where),
            by_procedure=_by_procedure(entry.get("by_procedure", {}), where),
            note=entry.get("note", ""),
            topic=topic,
        )
    return parameters


def read_overlay(path: Path) -> Overlay:
    """Return a site overlay: `name`, `[choose]`, `[parameters.KEY]` with value (and by_procedure, note, cites).

    Raises
    ------
    CriteriaError
        When the file cannot be read, or holds something that an overlay may not change.
    """
    content = _toml(path)
    unknown = content.keys() - {"name", "parameters", "choose"}
    if unknown:
        raise CriteriaError(
            f"an overlay has no section {sorted(unknown)[0]!r}",
            where=path.name,
            hint="It may hold name, [choose] and [parameters.KEY]",
        )
    parameters, choices = content.get("parameters", {}), content.get("choose", {})
    if not isinstance(parameters, dict) or not isinstance(choices, dict):
        raise CriteriaError(
            "parameters and choose are tables", where=path.name, hint="Write [parameters.KEY] and [choose]"
        )
    for what, choice in choices.items():
        if not isinstance(choice, str):
            raise CriteriaError(f"the choice of {what} is the key of a definition, in quotes", where=path.name)
    return Overlay(name=str(content.get("name", path.stem)), parameters=parameters, choices=choices)


def overlaid(parameters: Mapping[str, ParameterValue], overlay: Overlay) -> dict[str, ParameterValue]:
    """Return the parameters with a site's numbers in place, each marked as site policy.

    A number of its own that a procedure has stays, unless the site changes that one by name.
    """
    changed = dict(parameters)
    for key, entry in overlay.parameters.items():
        where = f"overlay {overlay.name}, parameter {key}"
        if key not in changed:
            near = get_close_matches(key, changed, n=1)
            hint = f"Did you mean {near[0]}?" if near else "`sequela criteria` lists the parameters"
            raise CriteriaError("no such parameter", where=where, hint=hint)
        if not isinstance(entry, dict) or entry.keys() - _SITE_FIELDS:
            raise CriteriaError("write value, unit, by_procedure, from, note or cites", where=where)
        old = changed[key]
        if "unit" in entry and entry["unit"] != old.unit:
            raise CriteriaError(f"is in {old.unit}", where=where, hint="Convert the number; units do not change")
        if ("value" in entry and old.value is None) or ("bands" in entry and not old.bands):
            raise CriteriaError("a table takes bands, a number takes a value", where=where)
        changed[key] = replace(
            old,
            value=_number(entry["value"], where) if "value" in entry else old.value,
            bands=_bands(entry["bands"], where) if "bands" in entry else old.bands,
            by_procedure={**old.by_procedure, **_by_procedure(entry.get("by_procedure", {}), where)},
            valid_from=_date(entry["from"], where) if "from" in entry else old.valid_from,
            basis=Basis.SITE,
            cites=_cites(entry["cites"], where) if "cites" in entry else old.cites,
            note=str(entry.get("note", f"Changed by {overlay.name}")),
        )
    return changed


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        raise CriteriaError("cannot be read", where=path.name, hint=error.strerror or "Check the path") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CriteriaError("is not TOML", where=path.name, hint=str(error)) from None


def _number(value: object, where: str) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        raise CriteriaError("is not a finite number", where=where)
    return Fraction(value)


def _date(value: object, where: str) -> date:
    if not isinstance(value, date):
        raise CriteriaError("valid-from is not a date (write 2017-12-19 without quotes)", where=where)
    return value


def _cites(keys: object, where: str) -> tuple[str, ...]:
    """The works that a site names for its own number; each must be in the library."""
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise CriteriaError("cites is a list of keys of works", where=where)
    for key in keys:
        if key not in works():
            near = get_close_matches(key, works(), n=1)
            raise CriteriaError(
                f"cites {key!r}, which the library does not have",
                where=where,
                hint=f"Did you mean {near[0]}?" if near else "",
            )
    return tuple(keys)


def _bands(entries: object, where: str) -> tuple[Band, ...]:
    if not isinstance(entries, list) or not all(
        isinstance(e, dict) and isinstance(e.get("points"), int) for e in entries
    ):
        raise CriteriaError("bands are a list of { upto = NUMBER, points = WHOLE NUMBER }", where=where)
    bands = tuple(
        Band(_number(entry["upto"], where) if "upto" in entry else None, int(entry["points"])) for entry in entries
    )
    limits = [band.upto for band in bands[:-1]]
    if bands and (bands[-1].upto is not None or None in limits or limits != sorted(set(limits), key=lambda x: x or 0)):
        raise CriteriaError("bands rise, and only the last has no `upto`", where=where)
    return bands


def _by_procedure(entries: object, where: str) -> dict[str, Fraction]:
    if not isinstance(entries, dict):
        raise CriteriaError("by_procedure is a table of kinds of procedure", where=where)
    for kind in entries:
        if kind not in set(ProcedureKind):
            raise CriteriaError(f"no procedure kind {kind!r}", where=where)
    return {kind: _number(value, where) for kind, value in entries.items()}
