"""The commands that count: proportions."""

from __future__ import annotations

from typing import Annotated

import typer

from sequela.cli import printing


def proportion(
    events: Annotated[int, typer.Argument(metavar="EVENTS", help="In how many it happened.")],
    total: Annotated[int, typer.Argument(metavar="TOTAL", help="Of how many.")],
    level: Annotated[float, typer.Option("--level", help="The level of the limits.")] = 0.95,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Give the limits of a proportion by every method, and say which is for what.

    The one-sided bounds are exact: with no event among 60, "at most 4.9 %, at 95 % confidence" is what may be said.

    \b
    sequela proportion 23 374
    sequela proportion 0 60 --json
    """  # noqa: D301 - the backspace tells Typer to leave the lines as they are.
    from sequela.measure.proportions import proportion as estimated

    found = estimated(events, total, level)
    if as_json:
        printing.out(printing.dumps({"schema": "1", **found.as_json()}))
        return
    from sequela.account.estimates import proportion_text

    printing.out(proportion_text(found))
