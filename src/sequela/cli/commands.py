"""The commands: each takes its arguments, calls one thing, and prints what it gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sequela.cli import printing
from sequela.cli.backtesting import backtest
from sequela.cli.counting import measure, quality
from sequela.cli.counts import count
from sequela.cli.defining import criteria
from sequela.cli.instants import at_instant
from sequela.cli.library import evidence
from sequela.cli.mapping import liver_map
from sequela.cli.measuring import incidence, proportion
from sequela.cli.pooling import pool
from sequela.cli.reporting import report
from sequela.cli.shelves import AsJson, Overlay, PesDefinition, shelf_of
from sequela.cli.simulating import simulate
from sequela.cli.spanning import spans
from sequela.cli.watching import watch
from sequela.errors import UserError

if TYPE_CHECKING:
    from sequela.assessing.assessment import Assessment
    from sequela.course.episodes import Course
    from sequela.logic.shelf import Shelf
    from sequela.sources.receipt import Receipt

app = typer.Typer(
    name="sequela",
    help="What comes after a liver embolization or ablation: the expected course, or something worse?",
    epilog="--debug shows the traceback of a bug; it may hold patient data.\n\n"
    "Decision support with its reasons open; not a medical device.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


_PAIR = re.compile(r"\s*([^=<>≤≥]*[^=<>≤≥\s])\s*(<=|>=|[=<>≤≥])\s*(\S.*?)\s*", re.DOTALL)
"""A value given by hand: its kind, the sign between them, and the rest."""


class Language(StrEnum):
    """Languages in which the next steps are written."""

    EN = "en"
    ES = "es"


@app.command(short_help="Is the course the expected one, why, what is missing?")
def assess(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", help="FHIR R4 files (.json, .ndjson), folders, course folders.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    as_jsonl: Annotated[bool, typer.Option("--jsonl", help="Print one JSON object a line for each episode.")] = False,
    receipt: Annotated[
        Path | None, typer.Option("--receipt", metavar="FILE", help="Write what became of each fact to a file.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="TIME", help="Forget what was known later; `now` is this moment.")
    ] = None,
    overlay: Overlay = None,
    pes: PesDefinition = None,
    timezone: Annotated[str, typer.Option("--timezone", metavar="ZONE", help="The zone of times without one.")] = "UTC",
    lang: Annotated[Language, typer.Option("--lang", help="The language of the next steps.")] = Language.EN,
    chart: Annotated[bool, typer.Option("--chart/--no-chart", help="Draw the course below the text.")] = True,
) -> None:
    """Say whether a course is the expected one, why, what is missing, and what to do next.

    A course folder holds episodes and any of observations, findings, events, background and reports (.csv, .parquet).

    Without --as-of, the moment is the Bundle's own timestamp, else the last one at which anything became known;
    the machine's clock counts only with `--as-of now`.

    \b
    sequela assess bundle.json
    sequela assess bundle.json --as-of 2026-03-05T08:00:00+01:00
    sequela assess bundle.json --criteria site.toml --json
    sequela assess export/ --jsonl --receipt receipt.json > assessments.jsonl
    """
    from sequela.sources.receipt import Receipt

    if as_json and as_jsonl:
        raise UserError("--json and --jsonl exclude each other", where="assess", hint="Give one of them")
    shelf = shelf_of(overlay, pes)
    counts = Receipt()
    with printing.opened(receipt) as file:
        assessments = _assessed(paths, shelf, as_of, timezone, counts)
        if as_json:
            printing.print_json(assessments, shelf, counts)
        elif as_jsonl:
            printing.print_lines(assessments, shelf)
        else:
            printing.print_accounts(assessments, counts, lang.value, chart=chart)
        if file is not None:
            file.write(printing.dumps(counts.as_json()) + b"\n")
    if as_jsonl and receipt is None:
        from sequela.account import render_receipt

        printing.note(render_receipt(counts.as_json()))


@app.command(short_help="Work out a score from values given by hand.")
def score(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="A score; without it, all are listed.")] = None,
    values: Annotated[
        list[str] | None, typer.Argument(metavar="[KIND=VALUE[UNIT]]", help="What was measured, with its unit.")
    ] = None,
    as_json: AsJson = False,
    overlay: Overlay = None,
) -> None:
    """Work out one score from values given by hand: its value, its parts, what is missing, and its source.

    A missing value leaves the score open between its least and its most; nothing is taken to be normal.
    A value without a unit is read in the kind's own; "bilirubin=<5" is a value that the laboratory gave with a sign.
    A finding is present or absent, an event yes or no; baseline-KIND=VALUE is a value from before the procedure.
    sex=, age= (years), dialysis= and procedure= (TAE, MWA ...) may be given where a score asks for them.
    Capitals, blanks, hyphens and underscores in names do not matter: "MELD 3.0", meld-3.0, meld3; INR, SBP, Na.

    \b
    sequela score
    sequela score NEWS2 respiratory-rate=22 spo2=95 oxygen=no heart-rate=112 temperature=38.6Cel
    sequela score NEWS2 temperature=101.5[degF] --json
    sequela score Child-Pugh bilirubin=2.5mg/dL albumin=31 inr=1.4 ascites=mild west-haven=0 cirrhosis=present
    sequela score MELD-3.0 bilirubin=2.5mg/dL inr=1.4 creatinine=1.2mg/dL sodium=133 albumin=3.1g/dL sex=female
    sequela score SIRS temperature=38.4 heart-rate=96 wbc=12.6 baseline-heart-rate=88
    """
    from sequela.account import by_hand

    shelf = shelf_of(overlay, None)
    if name is None:
        printing.out(printing.dumps(by_hand.scores_json(shelf)) if as_json else by_hand.scores(shelf))
        return
    from sequela import assessing

    result = assessing.score(name, _pairs(values or []), shelf)
    printing.out(printing.dumps(by_hand.score_json(result)) if as_json else by_hand.score(result, shelf))


app.command(short_help="Show a definition in prose, with its numbers and sources.")(criteria)
app.command(short_help="What a report in plain text says.")(report)
app.command("map", short_help="Draw the liver: what supply each segment has left.")(liver_map)
app.command(short_help="From when to when was what so, of many episodes.")(spans)
app.command(short_help="Make synthetic patients, as tables or as FHIR.")(simulate)
app.command(short_help="How early would past outcomes have been called, at what cost?")(backtest)
app.command(short_help="How often each complication followed, in an OMOP database.")(measure)
app.command(short_help="What in an OMOP database would mislead whoever counts in it.")(quality)
app.command(short_help="How often outcomes follow, from tables of cohorts.")(incidence)
app.command(short_help="Pool series of a proportion, each population apart.")(pool)
app.command(short_help="The limits of a proportion, by every method.")(proportion)

evidence.command(short_help="Keep a paper's counts, checked.")(count)
evidence.command(short_help="What of saved searches concerns the rules?")(watch)
app.add_typer(evidence, short_help="The library behind the rules: search, read, cite, add.")


class Printed(StrEnum):
    """What has a JSON Schema."""

    ASSESSMENT = "assessment"
    REPORT = "report"


@app.command(short_help="Print the JSON Schema of `assess --json`, or of `report`.")
def schema(
    of: Annotated[
        Printed, typer.Argument(metavar="[WHAT]", help="assessment (what `assess --json` prints) or report.")
    ] = Printed.ASSESSMENT,
) -> None:
    """Print the JSON Schema of what `sequela assess --json` prints, or of what `sequela report` prints of one report.

    \b
    sequela schema > assessment.schema.json
    sequela schema report > report.schema.json
    """
    from importlib.resources import files

    printing.out(files("sequela").joinpath("data", f"{of.value}.schema.json").read_text(encoding="utf-8"))


@app.command(short_help="Print the version of program and criteria.")
def version() -> None:
    """Print the version of the program, the version of its criteria, and their hash."""
    from sequela import __version__

    shelf = shelf_of(None, None)
    printing.out(f"sequela {__version__}\ncriteria {shelf.version} {shelf.hash}")


# -- what goes in ----------------------------------------------------------------------------------------------------


def _assessed(
    paths: list[Path], shelf: Shelf, as_of: str | None, timezone: str, counts: Receipt
) -> Iterator[Assessment]:
    """One assessment after the other, as the files are read; the receipt is complete once they are exhausted."""
    from sequela import assessing, sources
    from sequela.course.clock import zone

    found = told = 0

    def courses() -> Iterator[Course]:
        nonlocal found
        for course in sources.read(paths, zone(timezone), counts):
            found += 1
            yield course

    instant = at_instant(as_of, timezone, "--as-of")
    printing.warn_of_compiling()
    with printing.progress(paths, counts) as advance:
        for assessment in assessing.assess(courses(), shelf, instant):
            told += 1
            yield assessment
            advance()
    counts.note(printing.NONE_FOUND, int(found == 0))
    counts.note(printing.NONE_YET, found - told)


def _pairs(values: list[str]) -> dict[str, str]:
    """What was typed, by the name before the sign; `bilirubin<5` says the same as `bilirubin=<5`."""
    pairs: dict[str, str] = {}
    for text in values:
        found = _PAIR.fullmatch(text)
        if found is None:
            raise UserError("a value is written KIND=VALUE[UNIT]", where="score", hint="Write temperature=38.6Cel")
        kind, sign, value = found.groups()
        if kind in pairs:
            raise UserError("a value is given twice", where="score", hint="Give one value of each kind")
        pairs[kind] = value if sign == "=" else sign + value
    return pairs
