"""The command that says what was so from when to when, of as many episodes as there are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sequela.cli import printing
from sequela.cli.instants import at_instant
from sequela.errors import UserError


def spans(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", help="FHIR R4 files (.json, .ndjson), folders, course folders.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.parquet", help="Where the spans go; it must not exist.")],
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="TIME", help="Ask of none later; default: each record's last."),
    ] = None,
    criteria: Annotated[
        Path | None, typer.Option("--criteria", metavar="SITE.TOML", help="A site's numbers and choices.")
    ] = None,
    timezone: Annotated[str, typer.Option("--timezone", metavar="ZONE", help="The zone of times without one.")] = "UTC",
) -> None:
    """Say of every episode from when to when each definition, condition, state and step was what, as it was known then.

    One row a span: episode, what (definition, condition, state, trend, step), key, from, until (in seconds since 1970;
    empty while it is still so), is (true, false, unknown, or the status or state), and the names of the facts that
    carried it. Nothing is kept between some hundred episodes and the next, so there may be a million.

    \b
    sequela simulate --episodes 1000 --out ward
    sequela spans ward --out spans.parquet
    """
    from sequela.assessing.cohort import spans as of_cohort
    from sequela.course.clock import zone
    from sequela.criteria import shelf
    from sequela.engine.spans import written
    from sequela.sources import Receipt

    if out.suffix.lower() != ".parquet":
        raise UserError("spans are written as Parquet only", where=str(out.name), hint="Name a file .parquet")
    if out.exists():
        raise UserError("the file exists", where=str(out.name), hint="Name another, or remove it")
    counts = Receipt()
    printing.warn_of_compiling()
    instant = at_instant(until, timezone, "--until")
    with printing.episodes_bar(lambda: counts.expected) as advance:
        frames = of_cohort(paths, shelf(criteria), zone=zone(timezone), receipt=counts, until=instant, progress=advance)
        rows = written(frames, out)
    from sequela.account import render_receipt

    printing.note(render_receipt(counts.as_json()))
    printing.out(f"{rows:,} spans in {out}")
