"""The command that keeps a paper's counts in the library, after its checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sequela.cli import printing
from sequela.cli.library import Key, LibraryFile, opened
from sequela.cli.shelves import AsJson
from sequela.errors import UnknownName, UserError

if TYPE_CHECKING:
    from sequela.evidence.library import Library
    from sequela.evidence.series import Finding


def count(
    key: Key,
    complication: Annotated[
        str, typer.Option("--complication", metavar="KEY", help="What was counted: liver-abscess.")
    ],
    events: Annotated[int, typer.Option("--events", help="How many had it.")],
    total: Annotated[int, typer.Option("--total", help="Of how many.")],
    population: Annotated[str, typer.Option("--population", metavar="TEXT", help="Who they were, in a few words.")],
    procedure: Annotated[
        list[str], typer.Option("--procedure", metavar="KIND", help="TAE, TACE, DEB-TACE ...; may be repeated.")
    ],
    unit: Annotated[str, typer.Option("--unit", help="What the total counts: patients, or procedures.")] = "",
    group: Annotated[
        str,
        typer.Option("--group", metavar="TEXT", help="The population that is pooled together; without it, none is."),
    ] = "",
    printed: Annotated[
        str, typer.Option("--printed", metavar="PERCENT", help="The paper's own percentage, to check the counts.")
    ] = "",
    part: Annotated[
        list[int] | None, typer.Option("--part", metavar="N", help="A part of the events that it gives; repeated.")
    ] = None,
    definition: Annotated[str, typer.Option("--definition", metavar="TEXT", help="What counted as an event.")] = "",
    centre: Annotated[str, typer.Option("--centre", metavar="TEXT", help="The hospital that counted.")] = "",
    accrual: Annotated[str, typer.Option("--accrual", metavar="YEARS", help="When they were treated: 1990-1992.")] = "",
    overlaps: Annotated[
        str, typer.Option("--overlaps", metavar="KEY", help="A work that counts some of the same people.")
    ] = "",
    apart: Annotated[
        list[str] | None, typer.Option("--apart", metavar="KEY", help="A work that does not, though it looks so.")
    ] = None,
    derived: Annotated[bool, typer.Option("--derived", help="The counts were worked out from a percentage.")] = False,
    secondary: Annotated[bool, typer.Option("--secondary", help="They were read in another paper.")] = False,
    none_stated: Annotated[
        bool, typer.Option("--none-stated", help="The paper itself says that there were none.")
    ] = False,
    library: LibraryFile = None,
    as_json: AsJson = False,
) -> None:
    """Keep what a paper counted, so that `sequela pool --published` pools it.

    First it is checked: the counts against the printed percentage and the parts, the unit, the same count or the same
    people in another paper, whether the work is there, sound, and no case report. What cannot stand is refused (exit
    2); what may be the paper's own fault is kept and told.

    \b
    sequela evidence count rossi-2024 --complication liver-abscess --events 12 --total 345 --unit procedures \\
      --population "TACE for metastases" --procedure TACE --group metastases --printed 3.5 --part 9 --part 3
    """
    from sequela.evidence.rates import BaseRate, all_counts
    from sequela.evidence.rates import as_json as said
    from sequela.evidence.series import checked

    with opened(library, to_write=True) as held:
        rate = BaseRate(
            complication=complication.strip(),
            events=events,
            total=total,
            unit=_unit(unit),
            population=population.strip(),
            procedures=tuple(procedure),
            cites=(_work(held, key),),
            definition=definition.strip(),
            printed=printed.strip().removesuffix("%").strip().replace(",", "."),
            group=group.strip(),
            overlaps=_work(held, overlaps) if overlaps else "",
            derived=derived,
            secondary=secondary,
            none_stated=none_stated,
            centre=centre.strip(),
            accrual=accrual.strip(),
            parts=tuple(part or ()),
            apart=tuple(_work(held, one) for one in apart or ()),
        )
        findings = checked(rate, (*all_counts(), *held.series()), held.get)
        kept = not any(one.refused for one in findings)
        if kept:
            held.add_series(rate)
    if as_json:
        told = [{"refused": one.refused, "what": one.what, "hint": one.hint} for one in findings]
        printing.out(printing.dumps({"schema": "1", "kept": kept, "findings": told, "count": said(rate)}))
        if not kept:
            raise typer.Exit(2)
        return
    if not kept:
        raise _refusal(rate.cites[0], [one for one in findings if one.refused])
    printing.out("\n".join([f"Kept: {rate.text}", *(f"  {one.text}" for one in findings)]))


def _unit(said: str) -> str:
    """The unit in the plural, as series name it."""
    unit = said.strip().lower()
    return unit if not unit or unit.endswith("s") else f"{unit}s"


def _work(held: Library, name: str) -> str:
    """The key of a work; what is not there has to be added first."""
    try:
        return held.work(name).key
    except UnknownName as error:
        hint = f"{error.hint}. " if error.hint else ""
        add = "Its record is added by `sequela evidence add FILE`"
        raise UnknownName(error.what, where=error.where, hint=f"{hint}{add}") from None


def _refusal(key: str, refusals: list[Finding]) -> UserError:
    hints = dict.fromkeys(one.hint for one in refusals if one.hint)
    return UserError(f"not kept: {'; '.join(one.what for one in refusals)}", where=key, hint=". ".join(hints))
