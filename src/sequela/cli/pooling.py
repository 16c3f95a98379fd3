"""The command that pools series: from files, or those of the library."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sequela.cli import printing
from sequela.cli.library import LibraryFile, opened
from sequela.cli.measuring import Json, Level
from sequela.errors import UserError

if TYPE_CHECKING:
    from sequela.evidence.rates import BaseRate
    from sequela.measure.series import Row


def pool(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[SERIES.csv|incidence.json]...", help="Tables with study, events, total; sites' files."
        ),
    ] = None,
    published: Annotated[bool, typer.Option("--published", help="Pool the series of the library.")] = False,
    population: Annotated[str | None, typer.Option("--population", help="Only populations with this word.")] = None,
    complication: Annotated[
        str | None, typer.Option("--complication", help="Only complications with this word.")
    ] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="patients, or procedures.")] = None,
    unverified: Annotated[
        bool, typer.Option("--unverified", help="Pool counts worked out of a percentage, or seen second hand, too.")
    ] = False,
    moderator: Annotated[
        str | None, typer.Option("--moderator", metavar="COLUMN", help="How the groups in this column differ.")
    ] = None,
    forest: Annotated[
        Path | None, typer.Option("--forest", metavar="FILE.svg", help="Draw one set as a forest plot; a new file.")
    ] = None,
    level: Level = 0.95,
    library: LibraryFile = None,
    as_json: Json = False,
) -> None:
    """Pool how often it happened over several series, each population and unit apart: there is no number over all.

    Series without events stay in. What cannot stand together (people and procedures, two papers on the same people,
    case reports) is left out or refused, and said. The columns unit, population, complication, overlaps, status and
    percent are read where they are there.

    \b
    sequela pool series.csv
    sequela pool series.csv --unit patients --moderator material --json
    sequela pool --published --complication necrosis
    sequela pool rome/incidence.json lima/incidence.json --complication "necrosis (any" --unit procedures
    """
    from sequela.measure import pooling, series

    if bool(files) == published:
        raise UserError("give tables of series, or --published", where="pool", hint="Write sequela pool SERIES.csv")
    if unit is not None and unit not in series.WIDE:
        raise UserError("the unit is neither patients nor procedures", where="--unit", hint="Write --unit patients")
    held, withdrawn = _held(library) if published else ([], [])
    rows, dropped = _published(complication, held)
    dropped += [
        (", ".join(one.cites), why) for one, why in withdrawn if (complication or "").lower() in one.complication
    ]
    for path in files or []:
        read, without = series.read(path, complication)
        rows, dropped = rows + read, dropped + without
    chosen = series.choose(rows, unit=unit, population=population, unverified=unverified)
    sets: list[dict[str, Any]] = []
    for (what, who, counted), members in sorted(chosen.sets.items()):
        found = pooling.pool([row.series for row in members], level)
        named = {"complication": what, "population": who, "unit": counted}
        sets.append({key: value for key, value in named.items() if value} | found.as_json())
        if moderator is not None:
            if missing := [row.series.study for row in members if not row.groups.get(moderator.lower())]:
                raise UserError(
                    f"no value for {missing[0]!r}", where=f"--moderator {moderator}", hint="Fill the column"
                )
            groups = [row.groups[moderator.lower()] for row in members]
            sets[-1]["moderator"] = pooling.moderated([row.series for row in members], groups, level).as_json()
    if forest is not None:
        _draw(sets, forest)
    said: dict[str, Any] = {
        "left_out": [{"study": study, "why": why} for study, why in (*dropped, *chosen.left_out)],
        "warnings": list(chosen.flagged),
    }
    if published:
        said["claims"] = _claims(complication, held)
    if as_json:
        alone = sets[0] if len(sets) == 1 and not published else {"sets": sets}
        printing.out(printing.dumps({"schema": "1", **alone, **said}))
        return
    from sequela.account.pooled import pooled_text

    printing.out(pooled_text(sets, said))


def _draw(sets: list[dict[str, Any]], path: Path) -> None:
    """Write the forest plot of the one set there is."""
    from sequela.measure.plots import ForestRow, forest

    if len(sets) > 1:
        raise UserError("a plot holds one set", where="--forest", hint="Choose --complication, --population, --unit")
    if path.exists():
        raise UserError("the file exists", where=path.name, hint="Name another, or remove it")
    one = sets[0]
    told = [
        ForestRow(study["study"], f"{study['events']:,}/{study['total']:,}", study["proportion"], *study["ci"])
        for study in one["studies"]
    ]
    told.append(
        ForestRow(
            f"pooled ({one['method']})",
            f"{one['events']:,}/{one['total']:,}",
            one["proportion"],
            low=one["ci"][0],
            high=one["ci"][1],
            pooled=True,
        )
    )
    title = ", ".join(one[key] for key in ("complication", "population", "unit") if key in one)
    path.write_text(forest(told, title), encoding="utf-8")


def _held(library: Path | None) -> tuple[list[BaseRate], list[tuple[BaseRate, str]]]:
    """The series of the shelf and of the reader's library, and those that rest on a withdrawn work."""
    from sequela.evidence.rates import published_series
    from sequela.evidence.series import standing

    with opened(library) as held:
        return standing((*published_series(), *(rate for rate in held.series() if rate.group)), held.get)


def _published(complication: str | None, rates: Iterable[BaseRate]) -> tuple[list[Row], list[tuple[str, str]]]:
    """The library's series; a kind of procedure is part of the population, for they are not pooled together."""
    from sequela.measure.pooling import Series
    from sequela.measure.series import UNITS, Row

    rows, left_out = [], []
    for rate in rates:
        if complication and complication.lower() not in rate.complication:
            continue
        study = ", ".join(rate.cites)
        if rate.unit not in UNITS:
            left_out.append((study, f"counts {rate.unit}, neither patients nor procedures"))
            continue
        status = "derived" if rate.derived else "secondary-source" if rate.secondary else ""
        rows.append(
            Row(
                Series(study, rate.events, rate.total),
                UNITS[rate.unit],
                f"{rate.group}: {_kind(rate.procedures)}",
                rate.complication,
                rate.overlaps,
                status,
                rate.printed,
            )
        )
    return rows, left_out


def _kind(procedures: tuple[str, ...]) -> str:
    """The kinds of procedure that a series mixes; drug-eluting beads are a form of chemoembolization."""
    return " or ".join(sorted({kind.removeprefix("DEB-") for kind in procedures}))


def _reserve(rate: BaseRate) -> str:
    """What to hold against a count that is not pooled unasked."""
    return "; derived from a percentage" if rate.derived else "; second hand" if rate.secondary else ""


def _claims(complication: str | None, rates: Sequence[BaseRate]) -> list[str]:
    """Where "the incidence has not been reported" holds, by complication and kind of embolization, from the library."""
    said = []
    for what in sorted({rate.complication for rate in rates if (complication or "").lower() in rate.complication}):
        for kind, name in (("TAE", "bland TAE"), ("TACE", "TACE")):
            mine = [rate for rate in rates if rate.complication == what and _kind(rate.procedures) == kind]
            if not mine:
                said.append(f'{what} after {name}: "not reported" holds, the library has no series with counts')
                continue
            for group in sorted({rate.group for rate in mine}):
                counts = "; ".join(
                    f"{rate.events:,}/{rate.total:,} {rate.unit} ({', '.join(rate.cites)}{_reserve(rate)})"
                    for rate in mine
                    if rate.group == group and not rate.overlaps
                )
                said.append(f'{what} after {name} in {group}: "not reported" does not hold: {counts}')
    return said
