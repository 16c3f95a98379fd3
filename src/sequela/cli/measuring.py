"""The commands that count: the limits of a proportion, and incidence from tables of cohorts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sequela.cli import printing
from sequela.errors import UserError

Level = Annotated[float, typer.Option("--level", help="The level of the limits.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def proportion(
    events: Annotated[int, typer.Argument(metavar="EVENTS", help="In how many it happened.")],
    total: Annotated[int, typer.Argument(metavar="TOTAL", help="Of how many.")],
    level: Level = 0.95,
    as_json: Json = False,
) -> None:
    """Give the limits of a proportion by every method, and say which is for what.

    The one-sided bounds are exact: with no event among 60, "at most 4.9 %, at 95 % confidence" is what may be said.

    \b
    sequela proportion 23 374
    sequela proportion 0 60 --json
    """
    from sequela.measure.proportions import proportion as estimated

    found = estimated(events, total, level)
    if as_json:
        printing.out(printing.dumps({"schema": "1", **found.as_json()}))
        return
    from sequela.account.estimates import proportion_text

    printing.out(proportion_text(found))


def incidence(
    targets: Annotated[Path, typer.Option("--targets", metavar="FILE", help="Cohort table of who is at risk.")],
    outcomes: Annotated[Path, typer.Option("--outcomes", metavar="FILE", help="Cohort table of what may happen.")],
    periods: Annotated[
        Path, typer.Option("--observation-periods", metavar="FILE", help="OMOP's observation_period table.")
    ],
    persons: Annotated[
        Path | None, typer.Option("--persons", metavar="FILE", help="OMOP's person table, for strata by age or sex.")
    ] = None,
    tar_start: Annotated[
        list[str] | None,
        typer.Option("--tar-start", metavar="ANCHOR:DAYS", help="When time at risk begins [start:0]."),
    ] = None,
    tar_end: Annotated[
        list[str] | None, typer.Option("--tar-end", metavar="ANCHOR:DAYS", help="Its last day [end:0].")
    ] = None,
    clean_window: Annotated[
        int, typer.Option("--clean-window", metavar="DAYS", help="After an outcome none is counted for so long.")
    ] = 0,
    strata: Annotated[str, typer.Option("--strata", metavar="LIST", help="Of age, sex, year; by commas.")] = "",
    age_breaks: Annotated[
        str, typer.Option("--age-breaks", metavar="LIST", help="First years of the groups of age after the first.")
    ] = "18,40,50,60,70,80",
    level: Level = 0.95,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.csv", help="Write the rows as CSV; it must not exist.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Count how often outcomes follow in cohorts that you already have, as OHDSI's CohortIncidence does, with limits.

    The tables are CSV or Parquet with OMOP's columns (cohort_definition_id, subject_id, cohort_start_date,
    cohort_end_date). Time at risk runs from an anchor to an anchor, both days included, within the observation period
    that holds the start. After an outcome nobody is at risk until its end plus the clean window; the columns with _pe
    are from before this exclusion. --clean-window 9999 counts first outcomes only. For several times at risk repeat
    --tar-start and --tar-end in pairs.

    \b
    sequela incidence --targets T.csv --outcomes O.csv --observation-periods P.csv --tar-end start:30 --clean-window 30
    sequela incidence --targets T.csv --outcomes O.csv --observation-periods P.csv --persons PERSON.csv \\
        --tar-end start:90 --strata age,sex,year --json
    """
    from sequela.measure import cohorts

    starts, ends = tar_start or ["start:0"], tar_end or ["end:0"]
    if len(starts) != len(ends):
        raise UserError("as many --tar-start as --tar-end are needed", where="incidence", hint="Give them in pairs")
    if out is not None and out.exists():
        raise UserError("the file exists", where=out.name, hint="Name another, or remove it")
    found = cohorts.incidence(
        cohorts.read(targets),
        cohorts.read(outcomes),
        cohorts.read(periods),
        None if persons is None else cohorts.read(persons),
        times_at_risk=[cohorts.TimeAtRisk.parse(*pair) for pair in zip(starts, ends, strict=True)],
        clean_window=clean_window,
        strata=[name.strip() for name in strata.split(",") if name.strip()],
        age_breaks=_whole(age_breaks),
        level=level,
    )
    if out is not None:
        found.write_csv(out)
    if as_json:
        printing.out(printing.dumps(found.as_json()))
        return
    from sequela.account.estimates import incidence_text

    printing.out(incidence_text(found))


def _whole(text: str) -> list[int]:
    numbers = [one.strip() for one in text.split(",") if one.strip()]
    if not all(one.isdecimal() for one in numbers):
        raise UserError("ages are whole years", where="--age-breaks", hint="Write 18,65")
    return sorted({int(one) for one in numbers})
