"""The command that draws the liver map of one episode."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sequela.cli import printing
from sequela.cli.instants import at_instant
from sequela.errors import UnknownName, UserError

if TYPE_CHECKING:
    from sequela.assessing.assessment import Assessment


class MapLanguage(StrEnum):
    """Languages that the map speaks."""

    EN = "en"
    ES = "es"


class MapTheme(StrEnum):
    """How the map is coloured."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


def liver_map(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", help="FHIR R4 files (.json, .ndjson), folders, course folders.")
    ],
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="TIME", help="Forget what was known later; `now` is this moment.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.svg", help="Where the map goes; it must not exist.")
    ] = None,
    episode: Annotated[
        str | None, typer.Option("--episode", metavar="ID", help="Which episode, as `assess --json` names it.")
    ] = None,
    lang: Annotated[MapLanguage, typer.Option("--lang", help="The language of the map.")] = MapLanguage.EN,
    theme: Annotated[
        MapTheme, typer.Option("--theme", help="Its colours; `auto` follows what the reader's device prefers.")
    ] = MapTheme.AUTO,
    timezone: Annotated[str, typer.Option("--timezone", metavar="ZONE", help="The zone of times without one.")] = "UTC",
) -> None:
    """Draw the eight segments with the supply that each has left, and the portal tree, as SVG.

    Graded by what is known of artery, portal branch and collaterals; hatched, so that it can be read without colour,
    with a description for screen readers. Of several episodes of one patient the latest is drawn.

    \b
    sequela map bundle.json --out map.svg
    sequela map bundle.json --as-of 2026-03-05T08:00:00+01:00 --lang es > mapa.svg
    """
    if out is not None and out.exists():
        raise UserError("the file exists", where=out.name, hint="Name another, or remove it")
    from sequela.account.mapping import drawn

    svg = drawn(_chosen(paths, as_of, timezone, episode), lang=lang.value, theme=theme.value)
    if out is None:
        printing.out(svg)
        return
    try:
        out.write_text(svg + "\n", encoding="utf-8")
    except OSError as error:
        hint = error.strerror or "Check the path"
        raise UserError("the map cannot be written there", where=out.name, hint=hint) from None
    printing.note(f"The map is in {out.name}")


def _chosen(paths: list[Path], as_of: str | None, timezone: str, episode: str | None) -> Assessment:
    """The assessment that is drawn: the one named, else the latest procedure of the only patient."""
    from sequela import assessing, sources
    from sequela.course.clock import zone

    instant = at_instant(as_of, timezone, "--as-of")
    printing.warn_of_compiling()
    found = list(assessing.assess(sources.read(paths, zone(timezone), sources.Receipt()), None, instant))
    if not found:
        raise UserError("no index procedure is known at that time", where="map", hint="Look with `sequela assess`")
    if episode is not None:
        named = [one for one in found if one.id == episode]
        if not named:
            raise UnknownName("no such episode", where="map --episode", hint="`sequela assess --json` lists their ids")
        return named[0]
    if len({one.patient for one in found}) > 1:
        raise UserError("several patients", where="map", hint="Choose one with --episode ID")
    return max(found, key=lambda one: one.course.start)
