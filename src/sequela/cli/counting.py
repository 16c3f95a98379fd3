"""The commands that count over a hospital's database: how often, and how good the data are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sequela.cli import printing
from sequela.cli.measuring import Json, Level
from sequela.errors import UserError

if TYPE_CHECKING:
    from sequela.sources.omop.cdm import Database
    from sequela.sources.omop.index import ReadyCohort

Connection = Annotated[
    str,
    typer.Argument(metavar="CONNECTION", help="A DuckDB file, a folder of CSV or Parquet, postgres://..., or such."),
]
Schema = Annotated[str | None, typer.Option("--schema", help="The schema of the CDM's tables.")]
Vocabulary = Annotated[str | None, typer.Option("--vocabulary", help="That of the vocabulary, where it is another.")]
Cohort = Annotated[
    str | None,
    typer.Option("--cohort", metavar="ID:KIND", help="A cohort of yours instead of our codes: 7:TACE."),
]


def measure(
    connection: Connection,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the three files go.")],
    name: Annotated[str, typer.Option("--name", help="What the site calls itself in its files.")] = "",
    schema: Schema = None,
    vocabulary: Vocabulary = None,
    cohort: Cohort = None,
    window: Annotated[
        list[str] | None,
        typer.Option("--window", metavar="OUTCOME=DAYS", help="Look for an outcome so long; may be repeated."),
    ] = None,
    minimum: Annotated[int, typer.Option("--minimum", help="The smallest count told; 1 tells all.")] = 5,
    criteria: Annotated[
        Path | None, typer.Option("--criteria", metavar="SITE.TOML", help="A site's numbers and choices.")
    ] = None,
    timezone: Annotated[str, typer.Option("--timezone", metavar="ZONE", help="The zone of the site's times.")] = "UTC",
    level: Level = 0.95,
    as_json: Json = False,
) -> None:
    """Count how often each complication followed in an OMOP database, and write a report that may be sent on.

    Reads a CDM of 5.3 or 5.4, only ever reads, and takes out only what belongs to an index procedure. Writes
    incidence.json (sequela pool reads it), incidence.csv, and report.html: data quality before any number, counts by
    code, by the assessed course and by report text, limits, groups, and counts below --minimum withheld.

    \b
    sequela simulate --episodes 500 --format omop --out hospital
    sequela measure hospital --out answer --name "St Elsewhere"
    sequela measure postgres://reader@db/cdm --schema cdm --vocabulary vocab --out answer --cohort 7:TACE
    """
    from sequela.assessing.counting.site import count
    from sequela.course.clock import zone
    from sequela.criteria import shelf
    from sequela.measure.site_files import NAMES, write

    for file in NAMES:
        if (out / file).exists():
            raise UserError(f"{file} exists", where=out.name, hint="Name another folder, or remove it")
    printing.warn_of_compiling()
    with _opened(connection, schema, vocabulary) as database, printing.doing() as progress:
        site = count(
            database,
            shelf(criteria),
            name=name,
            cohort=_cohort(cohort),
            zone=zone(timezone),
            windows=dict(_window(text) for text in window or []),
            level=level,
            minimum=minimum,
            progress=progress,
        )
    content = site.as_json()
    write(content, out)
    if as_json:
        printing.out(printing.dumps(content))
        return
    from sequela.account.site import site_text

    printing.out(site_text(content))
    printing.note(f"Written: {', '.join(str(out / file) for file in NAMES)}")


def quality(
    connection: Connection,
    schema: Schema = None,
    vocabulary: Vocabulary = None,
    cohort: Cohort = None,
    as_json: Json = False,
) -> None:
    """Say what in an OMOP database would mislead whoever counts in it, and what each flaw does to the answer.

    Looks at the persons with an index procedure, or at all where there is none. The same page stands at the head of the
    report of sequela measure.

    \b
    sequela quality hospital
    sequela quality cdm.duckdb --json
    """
    from sequela.sources.omop.index import index_procedures
    from sequela.sources.omop.quality import assess_quality

    with _opened(connection, schema, vocabulary) as database, printing.doing() as progress:
        progress("index procedures")
        index = index_procedures(database, _cohort(cohort))
        found = assess_quality(database, index, progress=progress)
    if as_json:
        printing.out(printing.dumps({"schema": "1", **found.as_json()}))
        return
    from sequela.account.site import quality_text

    printing.out(quality_text(found.as_json()))


@contextmanager
def _opened(connection: str, schema: str | None, vocabulary: str | None) -> Iterator[Database]:
    from sequela.sources.omop.connecting import connect

    database = connect(connection, schema=schema, vocabulary=vocabulary)
    try:
        yield database
    finally:
        database.close()


def _cohort(text: str | None) -> ReadyCohort | None:
    """A cohort's number and the kind of procedure that starts it."""
    from sequela.course.episodes import ProcedureKind
    from sequela.sources.omop.index import ReadyCohort

    if text is None:
        return None
    number, _, kind = text.partition(":")
    if not number.lstrip("-").isdecimal() or kind not in set(ProcedureKind):
        kinds = ", ".join(ProcedureKind)
        raise UserError("a cohort is its number and a kind of procedure", where="--cohort", hint=f"7:KIND of {kinds}")
    return ReadyCohort(int(number), ProcedureKind(kind))


def _window(text: str) -> tuple[str, float]:
    outcome, _, days = text.partition("=")
    try:
        return outcome.strip(), float(days)
    except ValueError:
        raise UserError("a window is an outcome and days", where="--window", hint="liver-abscess=60") from None
