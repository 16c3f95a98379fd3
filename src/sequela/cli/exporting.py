"""What `sequela criteria --circe` does: cohort definitions for Atlas, printed as one object or written as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sequela.cli import printing
from sequela.errors import UserError

if TYPE_CHECKING:
    from sequela.account.circe.export import Export
    from sequela.logic.shelf import Shelf


def circe(shelf: Shelf, concepts: Path | None, out: Path | None) -> None:
    """Print the cohorts with their manifest, or write one file for each cohort, and the manifest, into a folder."""
    from sequela.account.circe.concepts import read
    from sequela.account.circe.export import export

    if out is not None and out.exists():
        raise UserError("the folder exists", where=out.name, hint="Name another, or remove it")
    if concepts is not None:
        printing.note(f"Reading the concepts of {concepts.name} ...")
    made = export(shelf, None if concepts is None else read(concepts))
    if out is None:
        printing.out(printing.dumps(made.as_json()))
    else:
        _write(made, out)
        printing.out(f"{len(made.cohorts)} cohorts in {out}; begin with manifest.md")
    unresolved, lost = (len(made.manifest[name]) for name in ("unresolved_codes", "not_expressed"))
    found, codes = made.procedures_found()
    hint = "" if concepts is not None else " --concepts resolves more, at a site."
    printing.note(f"{lost} parts of the definitions are not in the cohorts. {unresolved} codes find nothing.")
    printing.note(f"Of the {codes} codes of index procedures {found} can be looked for.{hint}")


def _write(made: Export, out: Path) -> None:
    import orjson

    from sequela.account.circe.telling import markdown

    whole = made.as_json()
    heads = [
        {"key": cohort.key, "name": cohort.name, "description": cohort.description, "file": f"{cohort.key}.json"}
        for cohort in made.cohorts
    ]
    files = {f"{cohort.key}.json": cohort.expression for cohort in made.cohorts}
    files["manifest.json"] = {**whole, "cohorts": heads}
    try:
        out.mkdir(parents=True)
        for name, content in files.items():
            (out / name).write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        (out / "manifest.md").write_text(markdown(made), encoding="utf-8")
    except OSError as error:
        hint = error.strerror or "Check the path"
        raise UserError("the cohorts cannot be written there", where=out.name, hint=hint) from None
