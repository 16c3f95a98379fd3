"""The command that looks through a saved search for what concerns the rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sequela.cli import printing
from sequela.cli.library import LibraryFile, content, files_in, opened
from sequela.cli.shelves import AsJson


def watch(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Saved searches of PubMed, Europe PMC ...; folders of them.")
    ],
    everything: Annotated[bool, typer.Option("--all", help="List what is relevant to no rule, or there, too.")] = False,
    library: LibraryFile = None,
    as_json: AsJson = False,
) -> None:
    """Look through saved searches: which work under a rule was withdrawn, what is new, and to which rule.

    First come works of the library that a record or a notice says were retracted, doubted or corrected, with the rules
    that rest on them. Then what is new, with the rules it may concern, the words and the cited paper behind that, and
    whether it seems to hold counts. Nothing is changed; `sequela evidence add` takes what is worth it.

    \b
    sequela evidence watch pubmed.xml
    sequela evidence watch searches/ --all --json
    """
    from sequela.account.watched import resting, rules, watched_text
    from sequela.cli.shelves import shelf_of
    from sequela.evidence.formats import read
    from sequela.evidence.watching import watch as watched

    readings = [(file.name, read(content(file), file.name)) for file in files_in(files)]
    shelf = shelf_of(None, None)
    with opened(library) as held:
        works = {work.key: work for work in held.works()}
        rests = resting(shelf, held.series())
    records = [work for _, reading in readings for work in reading.works]
    found = watched(records, works.values(), rules(shelf), rests)
    refused = [(f"{name}, {one.where}", one.why) for name, reading in readings for one in reading.refused]
    if as_json:
        told = {"refused": [{"where": where, "why": why} for where, why in refused]}
        printing.out(printing.dumps({"schema": "1", **found.as_json(), **told}))
        return
    printing.out(watched_text(found, works, printing.width(), everything=everything))
    for where, why in refused:
        printing.out(f"refused, {where}: {why}")
