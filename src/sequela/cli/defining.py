"""The command that shows the criteria: one of them, the whole manual, or what a site's overlay would change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sequela.cli import exporting, printing
from sequela.cli.shelves import AsJson, Overlay, PesDefinition, near, shelf_of
from sequela.errors import UnknownName, UserError

if TYPE_CHECKING:
    from sequela.logic.shelf import Shelf


def criteria(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]",
            help="A condition, definition, score, state, step or parameter; with --diff, files of the cohort.",
        ),
    ] = None,
    as_json: AsJson = False,
    overlay: Overlay = None,
    pes: PesDefinition = None,
    whole: Annotated[bool, typer.Option("--all", help="Print the whole manual, as Markdown.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="With --all, --circe: write files into a folder.")
    ] = None,
    diff: Annotated[
        Path | None,
        typer.Option(
            "--diff", metavar="SITE.TOML", help="Say whose state a site's numbers change in a cohort, and why."
        ),
    ] = None,
    timezone: Annotated[
        str, typer.Option("--timezone", metavar="ZONE", help="With --diff: the zone of times without one.")
    ] = "UTC",
    circe: Annotated[
        bool,
        typer.Option("--circe", help="Print what of it OHDSI's Atlas can be asked, as cohorts, and what it cannot."),
    ] = False,
    concepts: Annotated[
        Path | None,
        typer.Option("--concepts", metavar="FILE.csv", help="With --circe: the site's concept table, for its codes."),
    ] = None,
) -> None:
    """Show what the words mean: every definition in prose, with its numbers, their basis and their sources.

    \b
    sequela criteria
    sequela criteria hepatic-necrosis
    sequela criteria NEWS2 --json
    sequela criteria fever-late --criteria site.toml
    sequela criteria --all --out manual
    sequela simulate --episodes 1000 --out ward
    sequela criteria --diff site.toml ward
    sequela criteria --circe --out cohorts
    sequela criteria --circe --concepts CONCEPT.csv --criteria site.toml --out cohorts
    """
    if diff is not None and whole:
        raise UserError("--diff and --all exclude each other", where="criteria", hint="Give one of them")
    if out is not None and not (whole or circe):
        raise UserError(
            "--out goes with --all or --circe", where="criteria", hint="sequela criteria --all --out manual"
        )
    if circe and (whole or diff is not None or names):
        hint = "sequela criteria --circe --out cohorts"
        raise UserError("--circe exports the whole shelf, alone", where="criteria", hint=hint)
    if concepts is not None and not circe:
        hint = "sequela criteria --circe --concepts CONCEPT.csv"
        raise UserError("--concepts goes with --circe", where="criteria", hint=hint)
    if diff is not None:
        _differences(diff, names or [], shelf_of(overlay, pes), timezone, as_json=as_json)
        return
    shelf = shelf_of(overlay, pes)
    if circe:
        exporting.circe(shelf, concepts, out)
    elif whole:
        _whole(shelf, out, as_json=as_json)
    elif not names:
        from sequela.account import manual

        printing.out(printing.dumps(manual.listing_json(shelf)) if as_json else manual.listing(shelf, printing.width()))
    elif len(names) > 1:
        raise UserError("one name at a time", where="criteria", hint="sequela criteria lists them all")
    else:
        _one(shelf, names[0], as_json=as_json)


def _one(shelf: Shelf, name: str, *, as_json: bool) -> None:
    from sequela.account import manual

    found = manual.find(shelf, name)
    if found is None:
        hint = near(name, manual.names(shelf), "sequela criteria")
        raise UnknownName("nothing of that name on the shelf", where=f"criteria {name}", hint=hint)
    printing.out(
        printing.dumps(manual.entry_json(shelf, found)) if as_json else manual.entry(shelf, found, printing.width())
    )


def _whole(shelf: Shelf, out: Path | None, *, as_json: bool) -> None:
    """The manual: every entry as JSON, the pages one after the other, or each page in its file."""
    from sequela.account import handbook, manual

    if as_json:
        printing.out(printing.dumps([manual.entry_json(shelf, entry) for entry in manual.entries(shelf)]))
        return
    pages = dict(handbook.pages(shelf))
    if out is None:
        printing.out("\n\n".join(pages.values()))
        return
    if out.exists():
        raise UserError("the folder exists", where=out.name, hint="Name another, or remove it")
    for path, text in pages.items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_text(text + "\n", encoding="utf-8")
    printing.out(f"{len(pages)} pages in {out}; begin with criteria.md")


def _differences(site: Path, paths: list[str], shipped: Shelf, timezone: str, *, as_json: bool) -> None:
    from sequela.account import comparison, render_receipt
    from sequela.assessing import differing
    from sequela.course.clock import zone
    from sequela.sources import Receipt

    if not paths:
        raise UserError("--diff needs a cohort", where="criteria", hint="sequela criteria --diff site.toml ward")
    own = shelf_of(site, None)
    counts = Receipt()
    episodes = 0
    printing.warn_of_compiling()
    with printing.episodes_bar(lambda: counts.expected) as advance:

        def done(many: int) -> None:
            nonlocal episodes
            episodes += many
            advance(many)

        found = list(differing.compare(paths, shipped, own, zone=zone(timezone), receipt=counts, progress=done))
    if as_json:
        printing.out(printing.dumps(comparison.as_json(found, episodes, shipped, own)))
    else:
        printing.out(comparison.text(found, episodes, shipped, own))
    printing.note(render_receipt(counts.as_json()))
