"""The command that replays past courses and counts how early each would have been called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sequela.cli import printing
from sequela.cli.instants import at_instant
from sequela.cli.measuring import Json, Level
from sequela.cli.shelves import Overlay, PesDefinition, shelf_of
from sequela.errors import UserError


def backtest(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", help="FHIR R4 files (.json, .ndjson), folders, course folders.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write backtest.html, .json, .csv; an empty folder, or none yet."),
    ] = None,
    as_json: Json = False,
    condition: Annotated[
        str,
        typer.Option("--condition", metavar="KEY", help="Its suspicion is the alert, its confirmation the outcome."),
    ] = "hepatic-necrosis",
    outcomes: Annotated[
        Path | None,
        typer.Option("--outcomes", metavar="FILE.csv", help="Outcomes known from elsewhere: episode,onset[,earliest]."),
    ] = None,
    lead_min: Annotated[
        float, typer.Option("--lead-min", metavar="DAYS", help="An alert helps from so long before the outcome.")
    ] = 1,
    window: Annotated[
        float, typer.Option("--window", metavar="DAYS", help="An alert is of an outcome at most so long after it.")
    ] = 7,
    refractory: Annotated[
        float, typer.Option("--refractory", metavar="DAYS", help="After an alert none is raised for so long.")
    ] = 0,
    horizon: Annotated[
        float, typer.Option("--horizon", metavar="DAYS", help="Follow-up ends so long after the procedure.")
    ] = 30,
    to_record: Annotated[
        bool, typer.Option("--to-record", help="Follow each episode only as far as its record goes.")
    ] = False,
    landmarks: Annotated[
        str, typer.Option("--landmarks", metavar="LIST", help="Days on which the question is asked anew.")
    ] = "0,1,2,3,5,7",
    threshold: Annotated[
        float, typer.Option("--threshold", metavar="SHARE", help="The risk at which one would act, for net benefit.")
    ] = 0.1,
    started_from: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="Only procedures from then on.")
    ] = None,
    started_before: Annotated[
        str | None, typer.Option("--before", metavar="TIME", help="Only procedures before then.")
    ] = None,
    level: Level = 0.95,
    resamples: Annotated[int, typer.Option("--resamples", min=1, help="Of the bootstrap over patients.")] = 2000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same limits.")] = 1,
    each: Annotated[
        bool, typer.Option("--list", help="List each lead where there are few: of single patients.")
    ] = False,
    minimum: Annotated[
        int | None, typer.Option("--minimum", min=1, help="Withhold counts below it, for who may see no small ones.")
    ] = None,
    overlay: Overlay = None,
    pes: PesDefinition = None,
    timezone: Annotated[str, typer.Option("--timezone", metavar="ZONE", help="The zone of times without one.")] = "UTC",
) -> None:
    """Replay past courses as each fact became known, and count how early the criteria would have called, at what cost.

    An alert is raised when the condition becomes suspected; beside it stand the words of the board, each statement
    alone, NEWS2 alone, and alerting nobody or everybody. The outcome is the condition confirmed in the course, at the
    time of the scan or sample that shows it, or what --outcomes tells. An alert that leads it by less than --lead-min
    is late and no hit.

    What is printed and written holds counts, nothing of a single patient unless --list is given. Small counts stand as
    they are, for the hospital's own use, unless --minimum is given.

    \b
    sequela backtest ward
    sequela backtest ward --out report --window 5
    sequela backtest ward --outcomes audit.csv --json
    sequela backtest ward --from 2025-01-01 --criteria site.toml --out later
    """
    from sequela import __version__
    from sequela.assessing import backtesting
    from sequela.course.clock import zone
    from sequela.measure.backtest import Settings
    from sequela.measure.backtest_disclosure import guarded
    from sequela.measure.backtest_files import refuse, written
    from sequela.measure.replay import read_onsets
    from sequela.sources.receipt import Receipt

    settings = Settings(lead_min, window, refractory, horizon, _days(landmarks), threshold, level, resamples, seed)
    began = at_instant(started_from, timezone, "--from"), at_instant(started_before, timezone, "--before")
    if each and minimum is not None:
        raise UserError("--list and --minimum exclude each other", where="backtest", hint="Give one of them")
    if out is not None:
        refuse(out)
    told = None if outcomes is None else read_onsets(outcomes, zone(timezone))
    counts = Receipt()
    printing.warn_of_compiling()
    with printing.episodes_bar(lambda: counts.expected) as advance:
        found = backtesting.backtest(
            paths,
            shelf_of(overlay, pes),
            condition=condition,
            onsets=told,
            settings=settings,
            started=began,
            to_record=to_record,
            each_lead=each,
            zone=zone(timezone),
            receipt=counts,
            progress=advance,
        )
    found = {"schema": "1", "sequela": __version__, **found}
    if minimum is not None:
        found = guarded(found, minimum)
    if out is not None:
        written(found, out)
    if as_json:
        printing.out(printing.dumps(found))
        return
    from sequela.account import render_receipt
    from sequela.account.replayed import replayed_text

    printing.out(replayed_text(found, printing.width()))
    printing.note(render_receipt(counts.as_json()))
    if out is not None:
        printing.out(f"Written: {out / 'backtest.html'}, backtest.json, backtest.csv, landmarks.csv")


def _days(text: str) -> tuple[float, ...]:
    try:
        days = tuple(sorted({float(one) for one in text.split(",") if one.strip()}))
    except ValueError:
        days = (-1.0,)
    if not days or not all(0 <= day < float("inf") for day in days):
        raise UserError("landmarks are days from 0", where="--landmarks", hint="Write 0,1,3")
    return days
